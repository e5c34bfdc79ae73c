"""Calls that some question must be connected with: lookups of a domain that a caller names, grants of what it has.

Deliberately blunt, so that it does not guess. Of lookups only those are reported that no hook is connected with,
neither one that is asked on some way to it nor one asked on some way from it, be it in a function of the same file; of
grants those that no way from a question leads to.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.events import Call, events
from reviewbot.analysis.dispatch.guard import Grant, Guard, Lookups
from reviewbot.analysis.dispatch.labels import label_text, line_of
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, NotAnalysed, SourceFile
from reviewbot.csource.spots import spots
from reviewbot.csource.words import places_of, words_of

if TYPE_CHECKING:
    from reviewbot.csource.flow import Flow

_CASE = "case_statement"


def unasked_lookups(
    rule: Rule, guard: Guard, lookups: Lookups, source: SourceFile, context: Context
) -> Iterator[Finding | NotAnalysed]:
    """The lookups of one file that no hook is connected with."""
    functions = [f for f in _speaking(lookups.calls, lookups.outside, source) if f.name not in lookups.exempt]
    asking = asking_names(guard, source, lookups.asking) if functions else frozenset()
    for function in functions:
        unasked = list(_unconnected(rule, function, lookups.calls, asking, context, after=True))
        arms = _arms(function, [found[0] for found in unasked if not isinstance(found, NotAnalysed)])
        for found in unasked:
            if isinstance(found, NotAnalysed):
                yield found
                continue
            node, name = found
            label = arms.get(node.start_byte)
            what = f"{name}() looks up a domain that the caller names"
            asked = f"in {function.name}()" if label is None else f"under `{_text(label, source)}`"
            message = f"{what}, and no hook is asked about it {asked}"
            yield _finding(rule, function, node, name, message, f"{name}() looks the domain up", label)


def _arms(function: Function, nodes: Iterable[Node]) -> Mapping[int, Node]:
    """For each offset of some nodes the case label of the innermost switch around: there the hook is missing."""
    starts = sorted({node.start_byte for node in nodes})
    places = spots(function.node, starts, _CASE.__eq__) if starts else ()
    return {spot.node.start_byte: spot.within.node for spot in places if spot.within is not None}


def _text(label: Node, source: SourceFile) -> str:
    value = label_text(label, source)
    return "default" if value is None else f"case {value}"


def unasked_grants(rule: Rule, grant: Grant, source: SourceFile, context: Context) -> Iterator[Finding | NotAnalysed]:
    """The grants of one file before which nobody asks whether the caller has what it hands on."""
    functions = [f for f in _speaking(grant.calls, grant.outside, source) if f.name not in grant.exempt]
    functions = [f for f in functions if grant.unless is None or not grant.unless.search(_head(f))]
    asking = _closed(source, set(grant.asks)) if functions else frozenset()
    for function in functions:
        for found in _unconnected(rule, function, grant.calls, asking, context, after=False):
            if isinstance(found, NotAnalysed):
                yield found
                continue
            node, name = found
            asks = " or ".join(f"{ask}()" for ask in sorted(grant.asks))
            message = f"{name}() is reached in {function.name}() without {asks} being asked before"
            yield _finding(rule, function, node, name, message, f"{name}() grants access")


def _speaking(calls: frozenset[str], outside: Iterable[str], source: SourceFile) -> Iterator[Function]:
    """The readable functions of a file that is not left out in which one of the calls stands."""
    names = source.words.intersection(map(str.encode, calls))
    if not names or not source.functions or any(fnmatchcase(source.path, pattern) for pattern in outside):
        return
    yield from (function for function in _naming(source, names) if function.readable)


def _naming(source: SourceFile, names: frozenset[bytes]) -> Iterator[Function]:
    """The functions of a file in which one of some names stands, in order."""
    places = [at for at, _ in places_of(source.masked, names)]
    for function in source.functions:
        first = bisect_left(places, function.node.start_byte)
        if first < len(places) and places[first] < function.node.end_byte:
            yield function


def _head(function: Function) -> bytes:
    """A function's text up to its body, with the attributes that masking takes out."""
    start = function.source.data.rfind(b"\n", 0, function.node.start_byte) + 1
    return function.source.data[start : function.body.start_byte]


def asking_names(guard: Guard, source: SourceFile, more: frozenset[str] = frozenset()) -> frozenset[str]:
    """The names of this file whose call asks a hook, in the end: hooks, and functions that call one in turn."""
    found = (match.group().decode() for match in guard.hook_bytes.finditer(source.masked))
    return _closed(source, {name for name in found if guard.hook.fullmatch(name)} | more)


def _closed(source: SourceFile, asking: set[str]) -> frozenset[str]:
    """The names, and those of the functions of the file in which one of them stands, in turn."""
    callers: dict[bytes, list[str]] = {}
    names = {function.name.encode("utf-8", "surrogateescape") for function in source.functions}
    relevant = names.union(name.encode("utf-8", "surrogateescape") for name in asking)
    for function in source.functions:
        for word in words_of(source.masked[function.node.start_byte : function.node.end_byte]) & relevant:
            callers.setdefault(word, []).append(function.name)
    waiting = list(asking)
    while waiting:
        name = waiting.pop().encode("utf-8", "surrogateescape")
        added = [caller for caller in callers.get(name, ()) if caller not in asking]
        asking.update(added)
        waiting.extend(added)
    return frozenset(asking)


def _unconnected(
    rule: Rule, function: Function, wanted: frozenset[str], asking: frozenset[str], context: Context, *, after: bool
) -> Iterator[tuple[Node, str] | NotAnalysed]:
    """The wanted calls of a function which no asking one comes before, nor (with `after`) behind."""
    from reviewbot.csource.flow import FlowError

    source = function.source
    try:
        flow = context.flow(function)
    except FlowError as error:
        yield NotAnalysed(source.path, function.name, function.line, f"{rule.id}: {error}")
        return
    names = source.words.intersection(name.encode("utf-8", "surrogateescape") for name in wanted | asking)
    places = [at for at, _ in places_of(source.masked[: function.node.end_byte], names)]
    calls = {block.id: list(_calls(flow, block.id, source, places)) for block in flow.blocks}
    onward = {block.id: [edge.target for edge in block.edges] for block in flow.blocks}
    asks = {number for number, called in calls.items() if any(name in asking for _, name in called)}
    connected = _closure((target for number in asks for target in onward[number]), onward)
    if after:
        connected |= _closure(asks, _backward(flow))
    for number, called in calls.items():
        asked = number in connected
        for node, name in called:
            asked = asked or name in asking
            if name in wanted and not asked:
                yield node, name


def _calls(flow: Flow, number: int, source: SourceFile, places: list[int]) -> Iterator[tuple[Node, str]]:
    """The calls in a block, without expressions in which none of the sorted places lies."""
    block = flow.blocks[number]
    conditions = [edge.condition for edge in block.edges if edge.kind == "true" and edge.condition is not None]
    for node in [*(step.node for step in block.steps), *conditions]:
        first = bisect_left(places, node.start_byte)
        if first == len(places) or places[first] >= node.end_byte:
            continue
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


def _finding(
    rule: Rule, function: Function, node: Node, name: str, message: str, step: str, label: Node | None = None
) -> Finding:
    source = function.source
    place = node if label is None else label
    return make_finding(
        rule.id,
        "warning",
        source.path,
        source.data,
        line_of(place),
        message,
        function=function.name,
        end_line=(node if label is None else place.children[0]).end_point.row + 1,
        column=place.start_point.column + 1,
        trace=[TraceStep(source.path, line_of(node), step)],
        detail=name,
    )
