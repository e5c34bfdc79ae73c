"""What becomes of a hook's answer: thrown away, or tested with nothing that follows from a refusal.

One statement may hold thousands of questions, so what is asked of a statement, of the block around it or of the
function is read once.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.analysis.dispatch.events import Call, bare, events, passes_on, variable
from reviewbot.analysis.dispatch.guard import Guard
from reviewbot.analysis.dispatch.labels import line_of
from reviewbot.analysis.dispatch.outcome import DENIED, decide
from reviewbot.csource import SourceFile
from reviewbot.csource.spots import Spot

# What takes control elsewhere.
_JUMPS = frozenset({"return_statement", "goto_statement", "break_statement", "continue_statement"})

# What does not come back, or stops: a refusal that ends in it has its effect.
_STOPS = re.compile(r"\w*(?:BUG|ASSERT|panic|UNREACHABLE)\w*")

# How many statements behind a question its answer is followed: what comes of it comes soon.
_MAX_FOLLOWED = 40

# What an answer passes unchanged, and what puts it somewhere: the fields of the target and of the value.
_WRAPPERS = frozenset({"parenthesized_expression", "cast_expression", "argument_list"})
_STORES = {"assignment_expression": ("left", "right"), "init_declarator": ("declarator", "value")}

# Where the statements of a block are no longer the only way to what follows.
_ENTRIES = frozenset({"labeled_statement", "case_statement"})

# A variable that is named by itself: no member, no part of another word.
_NAME = re.compile(rb"(?<![\w.>])[A-Za-z_]\w*")


def is_statement(kind: str) -> bool:
    """Whether a node of this type is a statement, or a declaration among statements."""
    return kind.endswith("_statement") or kind == "declaration"


@dataclass(frozen=True, slots=True)
class _Assignment:
    """`name = value;`: the name, and where the value stands."""

    name: str
    start: int
    end: int


class Answers:
    """The answers of the hooks of one file, to be asked for in source order."""

    def __init__(self, guard: Guard, source: SourceFile) -> None:
        self.guard = guard
        self.source = source
        self._starts = [function.node.start_byte for function in source.functions]
        self._names: dict[int, dict[bytes, list[int]]] = {}  # function → name → where it is named
        self._blocks: dict[int, tuple[list[Node], list[int]]] = {}  # block → what stands in it, and where
        self._whole: dict[int, Node] = {}  # statement → its expression without what does not count
        self._assigned: dict[int, _Assignment | None] = {}
        self._refused: dict[int, bool] = {}  # `if` → whether nothing follows from a refusal by a hook it asks itself
        self._looked = _Deeds(guard, source)

    def lost(self, call: Spot) -> tuple[str, int] | None:
        """How the answer of a hook is lost, with the line where it is; None where something may come of it."""
        around = call.within
        if around is None:
            return None
        statement = around.node
        if statement.type == "if_statement":
            return self._in_condition(call, around)
        if statement.type not in ("expression_statement", "declaration"):
            return None
        if statement.id not in self._whole:
            self._whole[statement.id] = bare(_first(statement), self.source)
        if self._whole[statement.id] == call.node:
            return "is not looked at", line_of(call.node)
        name = self._stored_in(call)
        return self._followed(around, name) if name is not None else None

    def _stored_in(self, call: Spot) -> str | None:
        """The variable that the answer is put into, as it is."""
        value, around = call.node, call.around
        while around is not None and (around.node.type in _WRAPPERS or passes_on(around.node, self.source)):
            value, around = around.node, around.around
        if around is None or around.node.type not in _STORES:
            return None
        field, operator = _STORES[around.node.type], around.node.child_by_field_name("operator")
        plain = operator is None or operator.type == "="
        stored = around.node.child_by_field_name(field[1])
        if not plain or stored is None or stored != value or bare(stored, self.source) != call.node:
            return None
        return variable(around.node.child_by_field_name(field[0]), self.source)

    def _in_condition(self, call: Spot, around: Spot) -> tuple[str, int] | None:
        """`if ( xsm_foo() ) printk(…);`"""
        statement = around.node
        condition = statement.child_by_field_name("condition")
        if condition is None or not condition.start_byte <= call.node.start_byte < condition.end_byte:
            return None
        if statement.id not in self._refused:
            self._refused[statement.id] = self._refusal_without_effect(statement, {})
        if not self._refused[statement.id]:
            return None
        name = self._stored_in(call)
        if name is None:
            return "is tested, and nothing follows from a refusal", line_of(statement)
        return self._followed(around, name)

    def _followed(self, statement: Spot, name: str) -> tuple[str, int] | None:
        """Whether the variable that holds the answer gets another value before anything comes of it."""
        tested = statement.node.type == "if_statement"
        for following in self._behind(statement):
            if following.type in _ENTRIES or following.type in _JUMPS:
                return None
            if following.type != "comment" and self._mentions(name, following.start_byte, following.end_byte):
                if following.type == "if_statement" and self._refusal_without_effect(following, {name: "hook"}):
                    tested = True
                elif self._overwrites(following, name):
                    how = "is tested, nothing follows from a refusal, and" if tested else "is not looked at before"
                    return f"{how} `{name}` gets another value", line_of(following)
                else:
                    return None
        return None

    def _behind(self, statement: Spot) -> list[Node]:
        """What follows a statement in its block, as far as it is looked at."""
        if statement.around is None:
            return []
        block = statement.around.node
        if block.id not in self._blocks:
            nodes = block.named_children
            self._blocks[block.id] = nodes, [node.start_byte for node in nodes]
        nodes, starts = self._blocks[block.id]
        first = bisect_right(starts, statement.node.start_byte)
        return nodes[first : first + _MAX_FOLLOWED]

    def _mentions(self, name: str, start: int, end: int) -> bool:
        """Whether a variable is named between two offsets of one function."""
        number = bisect_right(self._starts, start) - 1
        if number < 0:
            return False
        if number not in self._names:
            node = self.source.functions[number].node
            found: dict[bytes, list[int]] = {}
            for match in _NAME.finditer(self.source.data, node.start_byte, node.end_byte):
                found.setdefault(match.group(), []).append(match.start())
            self._names[number] = found
        places = self._names[number].get(name.encode("utf-8", "surrogateescape"), [])
        at = bisect_left(places, start)
        return at < len(places) and places[at] < end

    def _overwrites(self, statement: Node, name: str) -> bool:
        if statement.id not in self._assigned:
            self._assigned[statement.id] = self._assignment(statement)
        found = self._assigned[statement.id]
        return found is not None and found.name == name and not self._mentions(name, found.start, found.end)

    def _assignment(self, statement: Node) -> _Assignment | None:
        if statement.type != "expression_statement":
            return None
        node = bare(_first(statement), self.source)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        plain = node.type == "assignment_expression" and operator is not None and operator.type == "="
        if not plain or left is None or right is None:
            return None
        return _Assignment(self.source.text(left), right.start_byte, right.end_byte)

    def _refusal_without_effect(self, statement: Node, known: dict[str, str]) -> bool:
        """Whether an `if` without `else` is taken on a refusal, and only logs, unlocks or looks then."""
        condition, then = statement.child_by_field_name("condition"), statement.child_by_field_name("consequence")
        if condition is None or then is None or statement.child_by_field_name("alternative") is not None:
            return False
        outcome = decide(condition, True, self.source, known, lambda name: bool(self.guard.hook.fullmatch(name)))
        return outcome.verdict == DENIED and self._looked.harmless(then)


class _Deeds:
    """Where anything is done in the statements asked about; each is looked through once, with all that is in it."""

    def __init__(self, guard: Guard, source: SourceFile) -> None:
        self.guard = guard
        self.source = source
        self.starts: list[int] = []  # of the statements looked through, none of them in another
        self.seen: dict[int, tuple[int, list[int]]] = {}  # by start: the end, and where something is done

    def harmless(self, statement: Node) -> bool:
        """Whether a statement only logs, unlocks or looks, and control comes out behind it."""
        at = bisect_right(self.starts, statement.start_byte) - 1
        if at < 0 or self.seen[self.starts[at]][0] < statement.end_byte:
            if statement.start_byte not in self.seen:
                insort(self.starts, statement.start_byte)
            self.seen[statement.start_byte] = statement.end_byte, sorted(self._deeds(statement))
            at = bisect_right(self.starts, statement.start_byte) - 1
        deeds = self.seen[self.starts[at]][1]
        first = bisect_left(deeds, statement.start_byte)
        return first == len(deeds) or deeds[first] >= statement.end_byte

    def _deeds(self, statement: Node) -> list[int]:
        found = []
        stack = [statement]
        while stack:
            node = stack.pop()
            if node.type in _JUMPS or node.type.startswith("preproc") or node.type in _ENTRIES:
                found.append(node.start_byte)
            stack.extend(node.named_children)
        found += [
            event.node.start_byte
            for event in events(statement, self.source)
            if not isinstance(event, Call)
            or not self.guard.harmless.fullmatch(event.name)
            or _STOPS.fullmatch(event.name)
        ]
        return found


def _first(statement: Node) -> Node:
    return next((child for child in statement.named_children if child.type != "comment"), statement)
