"""Domains that a caller names: looked up by number, and then nobody asks whether the caller may touch them.

Deliberately blunt, so that it does not guess: reported is only a lookup that no hook is connected with, neither one
that is asked on some way to it nor one asked on some way from it, be it in a function of the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.events import Call, events
from reviewbot.analysis.dispatch.guard import Guard, Lookups
from reviewbot.analysis.dispatch.labels import line_of
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, NotAnalysed, SourceFile

if TYPE_CHECKING:
    from reviewbot.csource.flow import Flow

_WORD = re.compile(rb"[A-Za-z_]\w*")


def unasked_lookups(
    rule: Rule, guard: Guard, lookups: Lookups, source: SourceFile, context: Context
) -> Iterator[Finding | NotAnalysed]:
    """The lookups of one file that no hook is connected with."""
    if not lookups.anywhere.search(source.masked) or any(fnmatchcase(source.path, p) for p in lookups.outside):
        return
    asking = asking_names(guard, source, lookups.asking)
    for function in source.functions:
        text = source.masked[function.node.start_byte : function.node.end_byte]
        if not function.readable or function.name in lookups.exempt or not lookups.anywhere.search(text):
            continue
        yield from _function(rule, lookups, function, asking, context)


def asking_names(guard: Guard, source: SourceFile, more: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names of this file whose call asks a hook, in the end: hooks, and functions that call one in turn."""
    words = {
        f.name: {word.decode() for word in _WORD.findall(source.masked, f.node.start_byte, f.node.end_byte)}
        for f in source.functions
    }
    asking = {word for known in words.values() for word in known if guard.hook.fullmatch(word)} | more
    grown = True
    while grown:
        added = {name for name, known in words.items() if name not in asking and known & asking}
        grown = bool(added)
        asking |= added
    return frozenset(asking)


def _function(
    rule: Rule, lookups: Lookups, function: Function, asking: frozenset[str], context: Context
) -> Iterator[Finding | NotAnalysed]:
    from reviewbot.csource.flow import FlowError

    source = function.source
    try:
        flow = context.flow(function)
    except FlowError as error:
        yield NotAnalysed(source.path, function.name, function.line, f"{rule.id}: {error}")
        return
    calls = {block.id: list(_calls(flow, block.id, source)) for block in flow.blocks}
    asks = {number for number, called in calls.items() if any(name in asking for _, name in called)}
    after = _closure(asks, _backward(flow))
    before = _closure(asks, {block.id: [edge.target for edge in block.edges] for block in flow.blocks})
    for number, called in calls.items():
        for node, name in called:
            if name in lookups.calls and number not in after and number not in before:
                yield _finding(rule, function, node, name)


def _calls(flow: Flow, number: int, source: SourceFile) -> Iterator[tuple[Node, str]]:
    block = flow.blocks[number]
    conditions = [edge.condition for edge in block.edges if edge.kind == "true" and edge.condition is not None]
    for node in [*(step.node for step in block.steps), *conditions]:
        yield from ((event.node, event.name) for event in events(node, source) if isinstance(event, Call))


def _backward(flow: Flow) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = {block.id: [] for block in flow.blocks}
    for block in flow.blocks:
        for edge in block.edges:
            found[edge.target].append(block.id)
    return found


def _closure(start: Iterable[int], edges: Mapping[int, list[int]]) -> set[int]:
    reached = set(start)
    stack = list(reached)
    while stack:
        for target in edges[stack.pop()]:
            if target not in reached:
                reached.add(target)
                stack.append(target)
    return reached


def _finding(rule: Rule, function: Function, node: Node, name: str) -> Finding:
    source = function.source
    line = line_of(node)
    message = f"{name}() looks up a domain that the caller names, and no hook is asked about it in {function.name}()"
    return make_finding(
        rule.id,
        "warning",
        source.path,
        source.data,
        line,
        message,
        function=function.name,
        end_line=node.end_point.row + 1,
        column=node.start_point.column + 1,
        trace=[TraceStep(source.path, line, f"{name}() looks the domain up")],
        detail=name,
    )
