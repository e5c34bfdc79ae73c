"""What is certain at each point of a function: the hooks asked on every way there.

A forward analysis over the flow graph, for the view of the switches. Hooks that are asked on some ways only are
dropped, so what is left holds on all of them. Which ways count is the graph's affair: see `labels.narrowed`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING

from tree_sitter import Node

from reviewbot.analysis.dispatch.events import Call, Event, events
from reviewbot.analysis.dispatch.guard import Guard
from reviewbot.csource import SourceFile

if TYPE_CHECKING:
    from reviewbot.csource.flow import Block, Flow

Hooks = frozenset[str]
# What happens in a node of one function, by its place and type.
Happens = MutableMapping[tuple[int, int, str], tuple[Event, ...]]


class Passage:
    """The hooks asked before each block that can be reached; passages of one function share `known`."""

    def __init__(self, flow: Flow, guard: Guard, known: Happens) -> None:
        self.flow = flow
        self.source: SourceFile = flow.function.source
        self.guard = guard
        self.entry: dict[int, Hooks] = {}
        self._events = known
        self._reached: list[tuple[int, Node]] | None = None  # what is reached, with its block, in source order
        self._run()

    def calls(self) -> Iterator[tuple[Node, str, Hooks]]:
        """Every call that can be reached, with its name and the hooks asked before it."""
        for number in sorted(self.entry):
            hooks = self.entry[number]
            for node in _nodes(self.flow.blocks[number]):
                for event in self._of(node):
                    if isinstance(event, Call):
                        yield event.node, event.name, hooks
                    hooks = self._after(event, hooks)

    def at(self, start: int, end: int) -> tuple[Node, Hooks] | None:
        """The first point reached between two offsets, and the hooks asked before it; None where nothing there is
        reached."""
        if self._reached is None:
            places = [(number, node) for number in self.entry for node in _nodes(self.flow.blocks[number])]
            self._reached = sorted(places, key=_place)
        first = bisect_left(self._reached, start, key=_place)
        if first == len(self._reached) or _place(self._reached[first]) >= end:
            return None
        number, node = self._reached[first]
        return node, self._before(number, node)

    def _before(self, number: int, stop: Node) -> Hooks:
        hooks = self.entry[number]
        for node in _nodes(self.flow.blocks[number]):
            if node == stop:
                break
            hooks = self._through(node, hooks)
        return hooks

    def _run(self) -> None:
        self.entry = {self.flow.entry: frozenset()}
        queue = [self.flow.entry]
        while queue:
            number = queue.pop()
            block = self.flow.blocks[number]
            hooks = self.entry[number]
            for node in _nodes(block):
                hooks = self._through(node, hooks)
            for edge in block.edges:
                known = self.entry.get(edge.target)
                merged = hooks if known is None else known & hooks
                if merged != known:
                    self.entry[edge.target] = merged
                    queue.append(edge.target)

    def _of(self, node: Node) -> tuple[Event, ...]:
        key = (node.start_byte, node.end_byte, node.type)
        if key not in self._events:
            self._events[key] = tuple(events(node, self.source))
        return self._events[key]

    def _through(self, node: Node, hooks: Hooks) -> Hooks:
        for event in self._of(node):
            hooks = self._after(event, hooks)
        return hooks

    def _after(self, event: Event, hooks: Hooks) -> Hooks:
        asked = isinstance(event, Call) and self.guard.hook.fullmatch(event.name)
        return hooks | {event.name} if asked and isinstance(event, Call) else hooks


def _nodes(block: Block) -> Iterator[Node]:
    for step in block.steps:
        yield step.node
    tested = next((edge.condition for edge in block.edges if edge.kind in ("true", "false")), None)
    if tested is not None:
        yield tested


def _place(reached: tuple[int, Node]) -> int:
    return reached[1].start_byte
