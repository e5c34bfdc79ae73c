"""What the walk says of one function and one operation."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

from reviewbot.analysis.dispatch.nothing import Nothing
from reviewbot.analysis.finding import TraceStep
from reviewbot.csource import NotAnalysed


@dataclass(frozen=True, slots=True)
class Act:
    """Something done without a check: `node` in the function walked, `trace` from there to the place that acts.

    `label` is the line of the operation's case label nearest to the deed, with path and function, in a handler.
    """

    node: Node
    what: str
    path: str
    line: int
    function: str
    trace: tuple[TraceStep, ...]
    label: tuple[str, int, str] | None = None


@dataclass(slots=True)
class Summary:
    """What one function does for one operation.

    Acts without a check (one for each function reached), passes one, reaches the common check, returns a hook's answer.
    """

    acts: list[Act] = field(default_factory=list)
    silent: list[NotAnalysed] = field(default_factory=list)
    checks: bool = False
    common: bool = False
    answers: bool = False
    nothing: dict[tuple[int, int], Nothing] = field(default_factory=dict)  # by the call's offset and the place
