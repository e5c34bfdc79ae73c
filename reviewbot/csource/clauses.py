"""Control flow through the body of one switch, clause by clause.

The body is walked in source order with the set of clauses that control may come from at this point. A label takes in
what comes from above; a terminal ends it. Arms of `#if` and of `if` are walked each with what stood before them. Braces
do not matter, so labels inside a block, an `if` or a loop are found too.
"""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.csource.arms import NOTHING, Arm, Facts, arms_of, assume, question, repeated
from reviewbot.csource.clause import (
    RANK,
    Clause,
    Clauses,
    Exit,
    Head,
    Open,
    Way,
    directive_text,
    entering,
    gathered,
    given,
    label_text,
    lightest,
    numbers,
    union,
    within,
)
from reviewbot.csource.nodes import stripped
from reviewbot.csource.source import SourceFile
from reviewbot.csource.terminals import Terminals, called, constant, macro_end

MAX_DEPTH = 100  # statements nested in one another, or arms of one `#if`; Xen stays below 20
MAX_OPEN = 64  # clauses that control may come from at one place; Xen stays below 20

_PREPROC = frozenset({"preproc_if", "preproc_ifdef", "preproc_elif", "preproc_elifdef", "preproc_else"})
_ALTERNATIVES = frozenset({"preproc_elif", "preproc_elifdef", "preproc_else"})
_HEADS = {
    "case_statement": "value",
    "preproc_if": "condition",
    "preproc_elif": "condition",
    "preproc_ifdef": "name",
    "preproc_elifdef": "name",
}  # the child that is no statement
_LOOPS = frozenset({"while_statement", "for_statement", "do_statement"})
_QUIET = frozenset({"preproc_def", "preproc_function_def", "preproc_call", "preproc_include", "type_definition"})
_WORDS = {
    "break_statement": "break",
    "continue_statement": "continue",
    "return_statement": "return",
    "goto_statement": "goto",
}


class SwitchError(Exception):
    """A switch that cannot be described; its text is the reason."""


@dataclass(frozen=True, slots=True)
class _Inner:
    """What counts of a switch inside another: the kind of its last way out if control cannot come out behind it."""

    leaves: str | None
    height: int


class Reader:
    """Reads the switches of one function; an inner one is read once, so it is to be asked for before an outer one."""

    def __init__(self, source: SourceFile, terminals: Terminals) -> None:
        self.source = source
        self.terminals = terminals
        self.inner: dict[int, _Inner | None] = {}  # by offset; None for one that cannot be described

    def clauses(self, switch: Node) -> list[Clause]:
        """The clauses of a switch in source order. Raises SwitchError where its statements are nested too deep."""
        walk = _Walk(self, repeated(self.source.data, switch.start_byte, switch.end_byte))
        self.inner[switch.start_byte] = None
        clauses = walk.run(switch)
        leaves = None
        if clauses and not walk.through:
            kind = max((e for c in clauses for e in c.exits), key=lambda e: e.node.start_byte).kind
            leaves = kind if kind not in RANK else "noreturn"
        self.inner[switch.start_byte] = _Inner(leaves, walk.height)
        return clauses


class _Walk:
    """The walk through one switch body. What is open is passed down and returned, so each arm has its own."""

    def __init__(self, reader: Reader, tracked: frozenset[str]) -> None:
        self.tracked = tracked  # conditions of `#if` that are asked for more than once
        self.facts: Facts = NOTHING  # what the arms around ask for
        self.reader = reader
        self.source = reader.source
        self.terminals = reader.terminals
        self.clauses = Clauses()
        self.arms: list[str] = []
        self.arm: str | None = None  # all of them as one text
        self.loops: list[tuple[Node, Open]] = []  # the loops around, and what their `break`s take behind them
        self.through = False  # whether control can pass the whole switch
        self.height = 0  # how deep statements nest

    def run(self, switch: Node) -> list[Clause]:
        """The clauses of a switch, and whether control can come out behind it."""
        body = switch.child_by_field_name("body")
        rest = self._block(body, {}, 0, top=True) if body is not None else {}
        self._fall(rest, None, said=False)
        clauses = [clause for clause in self.clauses.items if clause.labels]
        whole = any(label.text == "default" for clause in clauses for label in clause.labels)
        leaves = any(e.kind == "break" or (e.target is None and e.kind in RANK) for c in clauses for e in c.exits)
        self.through = not whole or leaves or bool(rest)
        return clauses

    def _deep(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise SwitchError(f"statements nested more than {MAX_DEPTH} deep")
        self.height = max(self.height, depth)

    # -- statements: each takes what is open before it and returns what is open behind it ----------------------------

    def _block(self, node: Node, before: Open, depth: int, *, top: bool) -> Open:
        now = before
        head = node.child_by_field_name(_HEADS[node.type]) if node.type in _HEADS else None
        for child in node.named_children:
            if child != head and child.type not in _ALTERNATIVES:
                now = self._statement(child, now, depth + 1, top=top)
        return now

    def _statement(self, node: Node, before: Open, depth: int, *, top: bool) -> Open:
        self._deep(depth)
        kind = node.type
        if kind == "comment":
            return self._comment(node, before)
        if kind == "case_statement":
            return self._block(node, self._label(node, before), depth, top=True)
        if kind in _PREPROC:
            return self._conditional(node, before, depth, top=top)
        if kind in _QUIET or (kind == "expression_statement" and not node.named_children):
            return before
        before = self._saw(node, before, top=top)
        if kind == "compound_statement":
            return within(self._block(node, before, depth, top=False), node)
        if kind == "if_statement":
            return within(self._if(node, before, depth), node)
        if kind in _LOOPS:
            return within(self._loop(node, before, depth), node)
        if kind == "labeled_statement":
            return self._labeled(node, before, depth)
        if kind == "switch_statement":
            return self._inner(node, before, depth)
        return self._simple(node, before, depth)

    def _saw(self, node: Node, before: Open, *, top: bool) -> Open:
        before = self.clauses.united(before)
        for number, _ in before:
            self.clauses[number].used = True
        latest = self.clauses.latest()
        clause = self.clauses[latest] if latest is not None else None
        if clause is not None and node.start_byte >= clause.labels[0].node.start_byte:
            if top:
                clause.statements.append(node)
            if node.end_byte > clause.last.end_byte:
                clause.last = node
        if all(path.said is None for path in before.values()):
            return before
        # what was said before a statement does not hold behind it
        return {key: Way(way.through, fresh=way.fresh) if way.said else way for key, way in before.items()}

    def _label(self, node: Node, before: Open) -> Open:
        macro = self.source.case_macros.get(node.start_byte)
        colon = next((c for c in node.children if c.type == ":"), node)
        head = Head(node, label_text(self.source, node, colon), self.arm)
        before = self.clauses.united(before)
        fresh = [n for n in numbers(before) if not self.clauses[n].used]
        falling = {key: way for key, way in before.items() if key[0] not in fresh}
        self._fall(falling, head, said=macro is not None and macro.before == "fallthrough")
        number = self.clauses.take(head, colon, fresh[0] if fresh else None)
        if macro and macro.ends:
            self.clauses[number].used = True
            self.clauses[number].exits.append(Exit(macro.ends, None, colon))
            return {}
        return {(number, self.facts): Way(colon, fresh=True)}

    def _comment(self, node: Node, before: Open) -> Open:
        text = self.source.text(node)
        verdict = self.terminals.comment(text)
        clause = self.clauses.items[-1] if self.clauses.items else None
        if clause is not None and (verdict or node.start_point.row == clause.last.end_point.row):
            clause.last = node if node.end_byte > clause.last.end_byte else clause.last
        if verdict is None:
            return before
        after: Open = {}
        for key, way in before.items():
            near = node.start_point.row - way.through.end_point.row <= self.terminals.comment_lines
            said = "said" if verdict == "said" and near else "meant"
            quiet = way.said == "said" or way.fresh
            after[key] = way if quiet else Way(way.through, said, text)
        return after

    def _conditional(self, node: Node, before: Open, depth: int, *, top: bool) -> Open:
        """Each arm is one way; without `#else` the lines may also not be there at all."""
        after: Open = {}
        arm: Node | None = node
        around, count, facts = self.arm, len(self.arms), self.facts
        rest, outside = before, facts
        has_else = False
        while arm is not None:
            if len(self.arms) > MAX_DEPTH:
                raise SwitchError(f"more than {MAX_DEPTH} arms of #if around a case")
            text = directive_text(self.source, arm)
            self.arms.append(text)
            self.arm = " ".join(self.arms)
            has_else = arm.type == "preproc_else"
            ((what, holds),) = arms_of([text.encode("utf-8", "surrogateescape")])
            asked = True if has_else else question(what)
            inside = given(rest, asked, holds, self.tracked)
            self.facts = self._knowing(outside, (what, holds)) if not has_else else outside
            then = self._block(arm, inside, depth, top=top)
            after = after if asked is False else self._either(after, then)
            if not has_else:
                rest = given(rest, asked, not holds, self.tracked)
                outside = self._knowing(outside, (what, not holds))
            arm = arm.child_by_field_name("alternative")
        del self.arms[count:]
        self.arm, self.facts = around, facts
        return after if has_else else self._either(after, rest)

    def _knowing(self, facts: Facts, arm: Arm) -> Facts:
        """What a label in an arm may take for granted; an arm that contradicts those around it adds nothing."""
        more = assume(question(arm[0]), arm[1], facts, self.tracked) if self.tracked else facts
        return facts if more is None else more

    def _either(self, one: Open, other: Open) -> Open:
        both = gathered(union(one, other))
        if len(both) > MAX_OPEN:
            raise SwitchError(f"more than {MAX_OPEN} case groups open at one place")
        return both

    def _if(self, node: Node, before: Open, depth: int) -> Open:
        after: Open = {}
        rest = before
        inside = entering(before, node)
        current: Node | None = node
        while current is not None and current.type == "if_statement":
            condition = current.child_by_field_name("condition")
            truth = constant(condition, self.source)
            arm = self._mark(condition)
            if arm is not None:  # the rest of the chain is entered where the arm is not there
                inside = entering(given(rest, question(arm[0]), arm[1], self.tracked), node)
                rest = given(rest, question(arm[0]), not arm[1], self.tracked)
            then = current.child_by_field_name("consequence")
            other = current.child_by_field_name("alternative")
            parts = [c for c in other.named_children if c.type != "comment"] if other is not None else []
            if not parts and truth is not True:
                after = union(after, {key: Way(node) for key in rest})
            if then is not None:
                after = self._branch(then, inside, after, depth + 1, counts=truth is not False)
            if truth is True:
                return after
            inside = entering(rest, node)
            if other is not None and other.start_byte in self.source.arms:  # `} else {` that may not be there
                inside = union(inside, after)
                after = union(after, {key: Way(node) for key in rest})
            current = parts[-1] if parts else None
        return after if current is None else self._branch(current, inside, after, depth + 1)

    def _mark(self, condition: Node | None) -> Arm | None:
        """What an `if` asks for whose condition is the mark of an arm."""
        inner = stripped(condition) if condition is not None and self.source.arms else None
        return self.source.arms.get(inner.start_byte) if inner is not None and inner.type == "identifier" else None

    def _branch(self, node: Node, inside: Open, others: Open, depth: int, *, counts: bool = True) -> Open:
        """What is open behind an `if`, from this branch and from the others.

        The parser puts all that follows a label into it. Of a label that is a branch without braces, only the first
        statement is in the branch; the rest follows the `if`.
        """
        if node.type != "case_statement":
            taken = self._statement(node, inside, depth, top=False)
            return union(others, taken) if counts else others
        now = self._label(node, inside)
        value = node.child_by_field_name("value")
        first = True
        for child in node.named_children:
            if child == value:
                continue
            now = self._statement(child, now, depth + 1, top=not first)
            if first and child.type != "comment":
                first = False
                now = self._either(now, others)
        return now

    def _loop(self, node: Node, before: Open, depth: int) -> Open:
        body = node.child_by_field_name("body")
        condition = node.child_by_field_name("condition")
        truth = constant(condition, self.source) if condition is not None else node.type == "for_statement" or None
        self.loops.append((node, {}))
        rest = self._statement(body, entering(before, node), depth + 1, top=False) if body is not None else before
        _, after = self.loops.pop()
        if truth is True:
            for number in set(numbers(before)) - set(numbers(after)):
                self.clauses[number].exits.append(Exit("noreturn", None, node))
            return after
        return union(after, rest if node.type == "do_statement" else union(rest, before))

    def _labeled(self, node: Node, before: Open, depth: int) -> Open:
        """A `goto` may enter here, so the clause that the label stands in goes on."""
        now = dict(before)
        number = self.clauses.latest()
        if number is not None and number not in numbers(now):
            now[number, self.facts] = Way(node, fresh=True)
        for child in node.named_children[1:]:
            now = self._statement(child, now, depth + 1, top=False)
        return now

    def _inner(self, node: Node, before: Open, depth: int) -> Open:
        if node.start_byte not in self.reader.inner:
            self.reader.clauses(node)
        inner = self.reader.inner[node.start_byte]
        if inner is None:
            raise SwitchError(f"a switch in it, in line {node.start_point.row + 1}, cannot be described")
        self._deep(depth + 1 + inner.height)
        return (
            {key: Way(node) for key in before}
            if inner.leaves is None
            else self._leave(before, inner.leaves, None, node)
        )

    def _simple(self, node: Node, before: Open, depth: int) -> Open:
        kind = _WORDS.get(node.type)
        if kind in ("break", "continue") and self.loops:
            loop, out = self.loops[-1]
            if kind == "break" or loop.type == "do_statement":  # behind a `do`, a `continue` can come out
                self.loops[-1] = loop, union(out, before)
            return {}
        if kind is not None:
            label = node.child_by_field_name("label")
            return self._leave(before, kind, self.source.text(label) if label is not None else None, node)
        inner = node.named_children[0] if node.type == "expression_statement" else None
        if inner is not None and inner.type == "identifier" and self.source.text(inner) in self.terminals.keywords:
            return {key: Way(node, "said") for key in before}
        block = stripped(inner) if inner is not None else None
        if block is not None and block.type == "compound_statement":
            return within(self._block(block, before, depth + 1, top=False), node)
        name = called(node, self.source)
        if name is not None:
            ends = "noreturn" if name in self.terminals.noreturn else macro_end(name, self.source, self.terminals)
            if ends is not None:
                return self._leave(before, ends, None, node)
        return {key: Way(node) for key in before}

    def _leave(self, before: Open, kind: str, into: str | None, node: Node) -> Open:
        for number in numbers(before):
            self.clauses[number].exits.append(Exit(kind, into, node))
        return {}

    def _fall(self, now: Open, head: Head | None, *, said: bool) -> None:
        """Control runs into a label, or out of the switch, from each clause; of its ways the one with least said."""
        for number in numbers(now):
            ways = [way for (n, _), way in now.items() if n == number and not way.fresh]
            if ways:
                way = lightest(ways)
                self._falls(number, Way(way.through, "said") if said else way, head)

    def _falls(self, number: int, path: Way, head: Head | None) -> None:
        kind = "fallthrough" if path.said == "said" else "falls-through"
        comment = path.comment if path.said == "meant" else None
        self.clauses[number].exits.append(
            Exit(kind, head.text if head else None, path.through, comment, head.node if head else None)
        )
