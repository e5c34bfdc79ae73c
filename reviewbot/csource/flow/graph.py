"""What a flow graph is made of: blocks, the steps in them, the edges between them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from tree_sitter import Node

from reviewbot.csource.source import Function


class FlowError(Exception):
    """The flow of a function cannot be built faithfully; `reason` is one line for `not_analysed`."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Step(NamedTuple):
    """One thing evaluated in a block.

    `kind`: `expr` and `decl` (a statement), `asm`, `return`, `switch` (the operand), `loop` (the arguments of a loop
    macro, which assigns to them), `value` (`node` is assigned to `target`: one arm of a `?:`, or the last operand of a
    `&&` or `||`, that was split), `true` and `false` (`target`, or the value returned, becomes that). `holes` are
    byte ranges inside `node` that were followed as statements of their own.
    """

    node: Node
    kind: str
    target: Node | None = None
    holes: tuple[tuple[int, int], ...] = ()


class Edge(NamedTuple):
    """A way out of a block.

    `kind`: `next`, `true` and `false` (of `condition`, a leaf without `&&`, `||`, `!`), `case` (`label` is the value's
    node) and `default` (`condition` is the switch's operand), `goto`, `break`, `continue` (`node` is the statement),
    `back` (to a loop's head), `arm` (`arm` is the preprocessor condition's text and whether it holds).
    """

    target: int
    kind: str
    condition: Node | None = None
    label: Node | None = None
    arm: tuple[str, bool] | None = None
    node: Node | None = None
    holes: tuple[tuple[int, int], ...] = ()


class Block(NamedTuple):
    """Steps that run one after another, then one of the edges. `ends` is `return`, `end` or `noreturn` where the
    function does."""

    id: int
    steps: tuple[Step, ...]
    edges: tuple[Edge, ...]
    ends: str | None = None
    end_node: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """The graph of one function. Blocks that nothing leads to are kept, so ids are positions; `loops` are byte ranges
    of loop statements."""

    function: Function
    blocks: tuple[Block, ...]
    entry: int
    loops: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class FlowNames:
    """Names that change the flow: functions that do not return, checks that stop when their argument holds or does
    not, and macros that only hint."""

    noreturn: frozenset[str] = frozenset({"BUG", "panic", "unreachable", "__builtin_unreachable", "abort", "exit"})
    stops_if: frozenset[str] = frozenset({"BUG_ON"})
    stops_unless: frozenset[str] = frozenset({"ASSERT", "assert"})
    transparent: frozenset[str] = frozenset({"likely", "unlikely", "__builtin_expect", "evaluate_nospec"})

    def __contains__(self, name: str) -> bool:
        """Whether a call of this name changes the flow."""
        return any(name in known for known in (self.noreturn, self.stops_if, self.stops_unless, self.transparent))

    @classmethod
    def of(cls, noreturn: Collection[str], **more: Collection[str]) -> FlowNames:
        """The default names and these."""
        base = cls()
        return cls(
            base.noreturn | frozenset(noreturn),
            base.stops_if | frozenset(more.get("stops_if", ())),
            base.stops_unless | frozenset(more.get("stops_unless", ())),
            base.transparent | frozenset(more.get("transparent", ())),
        )
