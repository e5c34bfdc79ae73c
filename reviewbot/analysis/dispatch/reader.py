"""What the view of the switches asks of a function: its switches, what they call, and what is certain on the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.events import Call, events
from reviewbot.analysis.dispatch.guard import Guard
from reviewbot.analysis.dispatch.labels import narrowed
from reviewbot.analysis.dispatch.passage import Happens, Passage
from reviewbot.analysis.locks.held import HeldLocks
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, Group, NotAnalysed, SourceFile, Switch, switches

if TYPE_CHECKING:
    from reviewbot.csource.flow import FlowError


@dataclass(slots=True)
class Reader:
    """Reads switches and passages of functions, each once, and keeps what could not be read.

    Where `on` is given (what a switch over the operation asks), only the ways that `op` can take count, else all.
    """

    context: Context
    guard: Guard
    locks: HeldLocks | None
    silent: list[NotAnalysed] = field(default_factory=list)
    _switches: dict[tuple[str, int], tuple[Switch, ...]] = field(default_factory=dict)
    _events: dict[tuple[str, int], Happens] = field(default_factory=dict)
    _passages: dict[tuple[str, int, frozenset[str], str], Passage] = field(default_factory=dict)
    _called: dict[tuple[str, int], tuple[str, ...]] = field(default_factory=dict)
    _held: dict[tuple[str, int, str, frozenset[int]], dict[int, tuple[str, ...]]] = field(default_factory=dict)

    def switches(self, function: Function) -> tuple[Switch, ...]:
        """A function's switches, read once."""
        key = (function.source.path, function.node.start_byte)
        if key not in self._switches:
            self._switches[key] = switches(function)
        return self._switches[key]

    def hooks(self, called: Iterable[str]) -> list[str]:
        """Those of the names that are hooks."""
        return [name for name in called if self.guard.hook.fullmatch(name)]

    def called(self, source: SourceFile, group: Group) -> tuple[str, ...]:
        """The names called in a group, in order, each once."""
        key = (source.path, group.start_byte)
        if key not in self._called:
            found = (e.name for node in group.statements for e in events(node, source) if isinstance(e, Call))
            self._called[key] = tuple(dict.fromkeys(found))
        return self._called[key]

    def passage(self, function: Function, on: frozenset[str] = frozenset(), op: str = "") -> Passage | None:
        """The hooks asked on the ways through a function; None where it has no graph."""
        from reviewbot.csource.flow import FlowError

        op = _as_named(function, op)
        key = (function.source.path, function.node.start_byte, on, op)
        if key not in self._passages:
            try:
                flow = self.context.flow(function)
            except FlowError as error:
                self._unread(function, error)
                return None
            known = self._events.setdefault(key[:2], {})
            self._passages[key] = Passage(narrowed(flow, on, op) if on else flow, self.guard, known)
        return self._passages[key]

    def held(
        self, function: Function, nodes: Iterable[Node], on: frozenset[str] = frozenset(), op: str = ""
    ) -> Mapping[int, tuple[str, ...]]:
        """The locks held for certain when control comes to each of some nodes, by the node's offset; none of them
        where the function has no graph."""
        from reviewbot.csource.flow import FlowError

        op = _as_named(function, op)
        places = {node.start_byte: node for node in nodes}
        if self.locks is None or not places:
            return dict.fromkeys(places, ())
        key = (function.source.path, function.node.start_byte, op, frozenset(places))
        if key not in self._held:
            try:
                held = self.locks.at(function, list(places.values()), partial(narrowed, on=on, op=op) if on else None)
            except FlowError as error:
                self._unread(function, error)
                held = [()] * len(places)
            self._held[key] = dict(zip(places, held, strict=True))
        return self._held[key]

    def _unread(self, function: Function, error: FlowError) -> None:
        entry = NotAnalysed(function.source.path, function.name, function.line, str(error))
        if entry not in self.silent:
            self.silent.append(entry)


def _as_named(function: Function, op: str) -> str:
    """The operation; empty where the function does not name it, so that it goes the way of all such."""
    return op if function.source.masked.find(op.encode(), function.node.start_byte, function.node.end_byte) >= 0 else ""


def table_reader(rules: Sequence[Rule], guard: Guard, context: Context) -> Reader:
    """A reader that knows the locks of the first rule of kind `lock-balance`."""
    rule = next((rule for rule in rules if rule.kind == "lock-balance"), None)
    return Reader(context, guard, HeldLocks(rule, context) if rule is not None else None)
