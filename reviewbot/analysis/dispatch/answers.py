"""What becomes of a hook's answer: thrown away, or tested with nothing that follows from a refusal."""

from __future__ import annotations

import re

from tree_sitter import Node

from reviewbot.analysis.dispatch.events import Call, Store, bare, events, variable
from reviewbot.analysis.dispatch.guard import Guard
from reviewbot.analysis.dispatch.labels import line_of
from reviewbot.analysis.dispatch.outcome import DENIED, decide
from reviewbot.csource import SourceFile

# What takes control elsewhere.
_JUMPS = frozenset({"return_statement", "goto_statement", "break_statement", "continue_statement"})

# What does not come back, or stops: a refusal that ends in it has its effect.
_STOPS = re.compile(r"\w*(?:BUG|ASSERT|panic|UNREACHABLE)\w*")

# How many statements behind a question its answer is followed: what comes of it comes soon.
_MAX_FOLLOWED = 40

# Where the statements of a block are no longer the only way to what follows.
_ENTRIES = frozenset({"labeled_statement", "case_statement"})


def lost_answer(guard: Guard, source: SourceFile, call: Node) -> tuple[str, int] | None:
    """How the answer of a hook is lost, with the line where it is; None where something may come of it."""
    around = call.parent
    while around is not None and not around.type.endswith("_statement") and around.type != "declaration":
        around = around.parent
    if around is None:
        return None
    if around.type == "if_statement":
        return _in_condition(guard, source, call, around)
    if around.type not in ("expression_statement", "declaration"):
        return None
    if bare(_first(around), source) == call:
        return "is not looked at", line_of(call)
    name = _stored_in(around, call, source)
    return _followed(guard, source, around, name) if name is not None else None


def _first(statement: Node) -> Node:
    return next((child for child in statement.named_children if child.type != "comment"), statement)


def _stored_in(statement: Node, call: Node, source: SourceFile) -> str | None:
    for event in events(statement, source):
        if isinstance(event, Store) and event.value is not None and bare(event.value, source) == call:
            return variable(event.target, source)
    return None


def _in_condition(guard: Guard, source: SourceFile, call: Node, statement: Node) -> tuple[str, int] | None:
    """`if ( xsm_foo() ) printk(…);`"""
    condition = statement.child_by_field_name("condition")
    if condition is None or not condition.start_byte <= call.start_byte < condition.end_byte:
        return None
    name = _stored_in(condition, call, source)
    if not _refusal_without_effect(guard, source, statement, {}):
        return None
    if name is None:
        return "is tested, and nothing follows from a refusal", line_of(statement)
    return _followed(guard, source, statement, name)


def _followed(guard: Guard, source: SourceFile, statement: Node, name: str) -> tuple[str, int] | None:
    """Whether the variable that holds the answer gets another value before anything comes of it."""
    mention = re.compile(rf"(?<![\w.>]){re.escape(name)}\b")
    tested = statement.type == "if_statement"
    following = statement
    for _ in range(_MAX_FOLLOWED):
        behind = following.next_named_sibling
        if behind is None or behind.type in _ENTRIES or behind.type in _JUMPS:
            return None
        following = behind
        if following.type != "comment" and mention.search(source.text(following)):
            if following.type == "if_statement" and _refusal_without_effect(guard, source, following, {name: "hook"}):
                tested = True
            elif _overwrites(following, name, mention, source):
                how = "is tested, nothing follows from a refusal, and" if tested else "is not looked at before"
                return f"{how} `{name}` gets another value", line_of(following)
            else:
                return None
    return None


def _overwrites(statement: Node, name: str, mention: re.Pattern[str], source: SourceFile) -> bool:
    if statement.type != "expression_statement":
        return False
    node = bare(_first(statement), source)
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    plain = node.type == "assignment_expression" and operator is not None and operator.type == "="
    if not plain or left is None or right is None or source.text(left) != name:
        return False
    return mention.search(source.text(right)) is None


def _refusal_without_effect(guard: Guard, source: SourceFile, statement: Node, known: dict[str, str]) -> bool:
    """Whether an `if` without `else` is taken on a refusal, and only logs, unlocks or looks then."""
    condition, then = statement.child_by_field_name("condition"), statement.child_by_field_name("consequence")
    if condition is None or then is None or statement.child_by_field_name("alternative") is not None:
        return False
    outcome = decide(condition, True, source, known, lambda name: guard.hook.fullmatch(name) is not None)
    if outcome.verdict != DENIED:
        return False
    stack = [then]
    while stack:
        node = stack.pop()
        if node.type in _JUMPS or node.type.startswith("preproc") or node.type in _ENTRIES:
            return False
        stack.extend(node.named_children)
    return all(
        isinstance(event, Call) and guard.harmless.fullmatch(event.name) and not _STOPS.fullmatch(event.name)
        for event in events(then, source)
    )
