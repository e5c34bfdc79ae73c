"""The ground that the flow graph's builder stands on: blocks in the making, and a stack of what is still to do.

The stack replaces recursion, so depth of nesting costs memory and nothing else.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping
from re import Pattern
from typing import Any, ClassVar

from tree_sitter import Node

from reviewbot.csource.arms import Arm
from reviewbot.csource.flow.graph import Edge, FlowError, FlowNames, Step
from reviewbot.csource.source import Function

_IGNORED = frozenset(
    {
        "comment", "{", "}", ";", ":", "type_definition", "preproc_def", "preproc_function_def", "preproc_call",
        "preproc_include", "struct_specifier", "union_specifier", "enum_specifier", "preproc_directive",
        "attribute_specifier", "attribute_declaration", "empty_declaration",
    }
)  # fmt: skip

Task = tuple[Callable[..., None], tuple[Any, ...]]


class Draft:
    """A block under construction."""

    __slots__ = ("edges", "end_node", "ends", "steps")

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.edges: list[Edge] = []
        self.ends: str | None = None
        self.end_node: Node | None = None


class Switch:
    """An open switch: where it dispatches, and whether it has met its default."""

    __slots__ = ("arms", "block", "default", "operand")

    def __init__(self, block: int | None, operand: Node, arms: int) -> None:
        self.block = block
        self.operand = operand
        self.arms = arms
        self.default = False


class Base:
    """One function's graph in the making. `here` is the block that statements go to, None where nothing leads."""

    handlers: ClassVar[Mapping[str, Callable[..., None]]] = {}  # what is done with each kind of statement

    def __init__(self, function: Function, names: FlowNames, detail: Pattern[bytes] | None) -> None:
        self.function = function
        self.text = function.source.masked
        self.original = function.source.data
        source, body = function.source, function.body
        self.places = source.marks[
            bisect_left(source.marks, body.start_byte) : bisect_left(source.marks, body.end_byte)
        ]
        self.marks = {place: source.arms[place] for place in self.places}
        self.names = names
        self.detail = detail
        self.drafts: list[Draft] = []
        self.here: int | None = None
        self.pending: list[Task] = []
        self.breaks: list[int] = []
        self.continues: list[int] = []
        self.switches: list[Switch] = []
        self.arms: list[tuple[str, bool]] = []
        self.labels: dict[bytes, int] = {}
        self.missing: dict[bytes, Node] = {}
        self.loops: list[tuple[int, int]] = []

    def _new(self) -> int:
        self.drafts.append(Draft())
        return len(self.drafts) - 1

    def _edge(self, target: int, kind: str = "next", **more: Any) -> None:
        if self.here is not None:
            self.drafts[self.here].edges.append(Edge(target, kind, **more))

    def _jump(self, target: int, kind: str = "next", node: Node | None = None) -> None:
        if self.here is not None:
            self.drafts[self.here].edges.append(Edge(target, kind, None, None, None, node))
            self.here = None

    def _choose(self, arm: Arm, yes: int, no: int) -> None:
        """Branch on what the preprocessor decides; afterwards nothing is open."""
        what, holds = arm
        self._edge(yes, "arm", arm=(what, holds))
        self._edge(no, "arm", arm=(what, not holds))
        self.here = None

    def _start(self, block: int) -> None:
        """Go on in `block`, which the block before runs into."""
        if self.here is not None:
            self.drafts[self.here].edges.append(Edge(block, "next"))
        self.here = block

    def _enter(self, block: int | None) -> None:
        """Go on in `block`; what comes before does not run into it."""
        self.here = block

    def _step(self, step: Step) -> None:
        if self.here is None:
            self.here = self._new()
        self.drafts[self.here].steps.append(step)

    def _error(self, reason: str, node: Node) -> FlowError:
        return FlowError(f"{reason} in line {node.start_point.row + 1}", node.start_point.row + 1)

    def _push(self, *tasks: Task) -> None:
        """Do these next, in the order given."""
        self.pending.extend(reversed(tasks))

    def _statement(self, node: Node) -> None:
        kind = node.type
        handler = self.handlers.get(kind)
        if handler is not None:
            handler(self, node)
        elif kind == "ERROR" or node.is_missing:
            raise self._error("syntax error", node)
        elif kind not in _IGNORED:
            raise self._error(f"{kind.replace('_', ' ')} where a statement is expected", node)

    def _children(self, node: Node) -> None:
        statement = self._statement
        self.pending.extend([(statement, (child,)) for child in reversed(node.named_children)])
