"""Switches of which it is plain that control comes from no case group into the next.

Most are: their labels stand at the top, and before each label comes a statement that leaves. A look at the last
statement of each group tells, so the ways through all the others need not be followed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from reviewbot.csource.source import SourceFile
from reviewbot.csource.terminals import Terminals, called

# With a colon at its end a label, or a comment's word and all from there to the end of a label: never two labels. What
# ends otherwise is taken in too, so that no place is looked at twice.
_LABEL = re.compile(rb"\b(?:case|default)\b[^:;{}]*+(:?)")
_HIDES_LABEL = (b";'", b"{'", b"}'")  # `case ';':`
_LEAVES = frozenset({"break_statement", "return_statement", "goto_statement", "continue_statement"})
_ARMS = {"preproc_if": "condition", "preproc_ifdef": "name", "preproc_elif": "condition", "preproc_elifdef": "name",
         "preproc_else": ""}  # fmt: skip
_QUIET = frozenset({"comment", "preproc_def", "preproc_function_def", "preproc_call"})

# What control may come from at one place: nothing · labels alone · a group that has begun.
_NOTHING, _LABELS, _GROUP = range(3)
_MAX_NESTING = 10  # of `if`s that end in one another, `else if` included


class _MayFall(Exception):
    """Control may run into a label."""


def open_switches(switches: Sequence[Node], source: SourceFile, terminals: Terminals) -> list[Node]:
    """Of the switches of one function, given in source order, those of which it is not plain; in doubt it is not."""
    if not switches or any(source.masked.find(mark, *_span(switches)) >= 0 for mark in _HIDES_LABEL):
        return list(switches)
    labels = _own_labels(switches, source)
    return [
        node for node in switches if node.has_error or not _is_closed(node, source, terminals, labels[node.start_byte])
    ]


def _own_labels(switches: Sequence[Node], source: SourceFile) -> dict[int, int]:
    """How many labels stand in each switch and in none inside it, by its offset; what only looks like one counts."""
    found = dict.fromkeys((node.start_byte for node in switches), 0)
    places = (match.start() for match in _LABEL.finditer(source.masked, *_span(switches)) if match.group(1))
    around: list[Node] = []
    pending = iter(switches)
    following = next(pending, None)
    for place in places:
        while following is not None and following.start_byte < place:
            around.append(following)
            following = next(pending, None)
        while around and around[-1].end_byte <= place:
            around.pop()
        if around:
            found[around[-1].start_byte] += 1
    return found


def _span(switches: Sequence[Node]) -> tuple[int, int]:
    return switches[0].start_byte, max(node.end_byte for node in switches)


def _is_closed(switch: Node, source: SourceFile, terminals: Terminals, labels: int) -> bool:
    body = switch.child_by_field_name("body")
    if body is None:
        return False
    look = _Look(source, terminals)
    try:
        rest = look.through(body, _NOTHING, None)
    except _MayFall:
        return False
    return rest != _GROUP and look.labels == labels


class _Look:
    """The look along one switch, which counts the labels that it sees: there may be others inside statements."""

    def __init__(self, source: SourceFile, terminals: Terminals) -> None:
        self.source = source
        self.terminals = terminals
        self.labels = 0

    def through(self, block: Node, now: int, head: Node | None) -> int:
        """What control may come from behind the statements of the body or of an arm of `#if`. Raises _MayFall."""
        for child in block.named_children:
            kind = child.type
            if kind == "case_statement":
                if now == _GROUP:
                    raise _MayFall
                self.labels += 1
                now = self._behind_label(child)
            elif kind in ("preproc_if", "preproc_ifdef"):
                now = self._arms(child, now)
            elif kind == "declaration":
                now = _GROUP if now != _NOTHING else now
            elif kind not in _QUIET and kind not in _ARMS and child != head:  # also what only a `goto` leads to
                now = self._behind(_last_statement(child, None) or child)
        return now

    def _arms(self, first: Node, before: int) -> int:
        """Each arm is one way; without `#else` none of them may be there."""
        after = _NOTHING
        arm: Node | None = first
        while arm is not None:
            field = _ARMS[arm.type]
            after = max(after, self.through(arm, before, arm.child_by_field_name(field) if field else None))
            if arm.type == "preproc_else":
                return after
            arm = arm.child_by_field_name("alternative")
        return max(after, before)

    def _behind_label(self, label: Node) -> int:
        macro = self.source.case_macros.get(label.start_byte)
        if macro is not None and macro.ends:
            return _NOTHING
        last = _last_statement(label, label.child_by_field_name("value"))
        return _LABELS if last is None else self._behind(last)

    def _behind(self, last: Node, nesting: int = 0) -> int:
        if last.type in _LEAVES:
            return _NOTHING
        if last.type == "if_statement" and nesting < _MAX_NESTING:
            then, other = last.child_by_field_name("consequence"), last.child_by_field_name("alternative")
            ways = [then, other.named_child(0) if other is not None else None]
            ends = [_last_statement(way, None) or way for way in ways if way is not None]
            return max(self._behind(end, nesting + 1) for end in ends) if len(ends) == 2 else _GROUP
        name = called(last, self.source)
        return _NOTHING if name is not None and name in self.terminals.noreturn else _GROUP


def _last_statement(node: Node, value: Node | None) -> Node | None:
    """What comes last behind a label with this value or in a block, also in blocks in that; None where nothing does."""
    if value is None and node.type not in ("case_statement", "compound_statement"):
        return None
    outer = None
    while True:
        last = node.named_child(node.named_child_count - 1) if node.named_child_count else None
        if last is not None and last.type == "comment":
            last = next((child for child in reversed(node.named_children) if child.type != "comment"), None)
        if last is None or last == value:
            return outer
        if last.type != "compound_statement":
            return last
        node = outer = last
