"""The control flow of one function: what a statement may be followed by, with conditions split to their leaves.

`build_flow` turns a function definition of the masked tree into blocks and edges. It follows if, loops, switch, goto,
statement expressions, calls that do not return, and the arms of `#if` as alternatives that carry the condition's text.
What it cannot follow faithfully it refuses with a FlowError rather than guess. It says nothing about what code means.
"""

from __future__ import annotations

from re import Pattern

from reviewbot.csource.flow.build import Builder
from reviewbot.csource.flow.expr import written_arms
from reviewbot.csource.flow.graph import Block, Edge, Flow, FlowError, FlowNames, Step
from reviewbot.csource.source import Function

__all__ = ["Block", "Edge", "Flow", "FlowError", "FlowNames", "Step", "build_flow", "written_arms"]

_DEFAULT_NAMES = FlowNames()


def build_flow(function: Function, names: FlowNames | None = None, detail: Pattern[bytes] | None = None) -> Flow:
    """The control-flow graph of a function, in time linear in its size.

    Inside statements, `&&`, `||` and `?:` are split as in conditions only where the statement's text matches `detail`.
    Raises FlowError where an error of the parser, an unknown statement or a computed goto leaves the flow unknown.
    """
    return Builder(function, names or _DEFAULT_NAMES, detail).build()
