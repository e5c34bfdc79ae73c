"""Rules of kind `lock-balance`: on every path a lock that is taken is given back, once, and by the right call.

One function is looked at at a time, along all its paths; what the file's own helpers take or drop is learnt first.
Names come from the rule's data. Lock order, and which data a lock protects, are no subject here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.locks.design import Design, Studied
from reviewbot.analysis.locks.events import Key, find_calls, scan
from reviewbot.analysis.locks.judge import judge
from reviewbot.analysis.locks.macros import learn_macros
from reviewbot.analysis.locks.model import TooManyPaths
from reviewbot.analysis.locks.paths import FOREIGN, Walk, Walker
from reviewbot.analysis.locks.program import Program
from reviewbot.analysis.locks.table import FileTable, LockTable
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, NotAnalysed, SourceFile
from reviewbot.csource.flow import Flow, FlowError, FlowNames, build_flow

_CAP = 8000  # states of one function; the largest of today's Xen needs a tenth
_MOST_BLOCKS = 12000  # the largest function of today's Xen has a quarter
_MOST_CALLS = 500  # lock calls of one function; do_domctl has 15
_ROUNDS = 3  # helpers that call helpers


def run(rule: Rule, source: SourceFile, context: Context) -> Iterator[Finding | NotAnalysed]:
    """Findings in one file, and the functions that could not be followed."""
    table, names = context.remember(
        ("lock-balance", str(rule.directory)), lambda: (LockTable.of(rule), flow_names(rule))
    )
    found = scan(source, table)
    if not found:
        return
    study = FileStudy(rule, source, table, names, found)
    yield from study.findings(context)


def flow_names(rule: Rule) -> FlowNames:
    """The names that stop a path, from the rule's data."""
    return FlowNames.of(
        rule.strings("noreturn"), stops_if=rule.strings("stops_if"), stops_unless=rule.strings("stops_unless")
    )


@dataclass(slots=True)
class FileStudy:
    """All the functions of one file with a lock's name in them."""

    rule: Rule
    source: SourceFile
    table: LockTable
    names: FlowNames
    found: list[tuple[int, str]]

    def findings(self, context: Context) -> Iterable[Finding | NotAnalysed]:
        """Study every function, learn what helpers do, study their callers again, and judge."""
        defined = (function.name for function in self.source.functions)
        view = FileTable(self.table, {name for _, name in self.found}, defined, self.source.masked)
        learn_macros(self.source, view)
        offsets = [offset for offset, _ in self.found]
        studied: dict[int, Studied] = {}
        unread: dict[int, NotAnalysed] = {}
        waiting = list(self.source.functions)
        for _ in range(_ROUNDS):
            for function in waiting:
                start = function.node.start_byte
                done = self._study(function, view, offsets)
                if isinstance(done, NotAnalysed):
                    unread[start] = done
                elif done is not None:
                    studied[start] = done
            learnt = Design(studied.values(), self.table).summaries()
            fresh = [name for name, ops in learnt.items() if view.helpers.get(name) != ops]
            if not fresh:
                break
            for name in fresh:
                view.learn(name, learnt[name])
            waiting = self._callers(fresh)
            if not waiting:
                break
        design = Design(studied.values(), self.table)
        for function in self.source.functions:
            start = function.node.start_byte
            if start in unread:
                yield unread[start]
            elif start in studied and context.wants(function):
                yield from judge(studied[start], self.rule, self.table, design)

    def _callers(self, names: list[str]) -> list[Function]:
        """Functions that call one of these helpers; their words become lock words."""
        pattern = re.compile(rb"\b(" + b"|".join(re.escape(name.encode()) for name in names) + rb")\s*\(")
        places = {offset for offset, _ in self.found}
        callers = []
        for function in self.source.functions:
            body = function.body
            calls = list(pattern.finditer(self.source.masked, body.start_byte, body.end_byte))
            self.found += [(c.start(), c.group(1).decode()) for c in calls if c.start() not in places]
            if calls:
                callers.append(function)
        self.found.sort()
        return callers

    def _study(self, function: Function, view: FileTable, _: list[int]) -> Studied | NotAnalysed | None:
        start, end = function.body.start_byte, function.body.end_byte
        low = bisect_left(self.found, (start, ""))
        high = bisect_left(self.found, (end, ""))
        names = [(offset, name) for offset, name in self.found[low:high] if view.ops(name)]
        if not names or not function.readable:
            return None
        base = function.node.start_byte
        inside = [(offset - base, name) for offset, name in names]
        try:
            flow = self._flow(function, view)
            if len(flow.blocks) > _MOST_BLOCKS or len(names) > _MOST_CALLS:
                raise TooManyPaths
            program, walk = _walk(function, flow, view, inside, False)
            if program is not None and _uneven(walk):
                program, walk = _walk(function, flow, view, inside, True)
        except FlowError as error:
            return NotAnalysed(self.source.path, function.name, error.line, f"{self.rule.id}: {error.reason}")
        except TooManyPaths:
            return NotAnalysed(self.source.path, function.name, function.line, f"{self.rule.id}: too many paths")
        return Studied(function, program, walk) if program is not None else None

    def _flow(self, function: Function, view: FileTable) -> Flow:
        return build_flow(function, self.names, view.detail())


def _walk(
    function: Function, flow: Flow, view: FileTable, names: list[tuple[int, str]], returns_matter: bool
) -> tuple[Program | None, Walk]:
    """Walk a function's paths; with `returns_matter` the signs of what it returns are followed too."""
    program = Program(function, flow, view)
    calls = find_calls(program, names, view)
    if not calls:
        return None, Walk()
    if not returns_matter and all(call.op.kind == "plain" for call in calls):
        program.build_plain(calls)
        walk = Walker(program, _CAP).run()
        if _in_order(walk):
            return program, walk
    program.returns_matter = returns_matter
    program.build(calls)
    walker = Walker(program, _CAP)
    walk = walker.run()
    program.doubted = walker.doubtful()
    if program.doubted:
        program.build(calls)
        walk = Walker(program, _CAP).run()
    return program, walk


def _in_order(walk: Walk) -> bool:
    """Whether even the paths that cannot be have nothing wrong with them: then no fact is needed."""
    for event in walk.events:
        if event.what != "foreign" or event.key in walk.own:
            return False
    return not _uneven(walk)


def _uneven(walk: Walk) -> bool:
    """Whether some ends of the function keep or drop a lock that others do not."""
    states = {
        frozenset((key, depth) for key, depth in exit_.held.items() if depth > 0 or depth == FOREIGN)
        for exit_ in walk.exits
    }
    return len(states) > 1


def locks_held_at(
    rule: Rule, function: Function, nodes: Sequence[Node], context: Context
) -> tuple[tuple[str, ...], ...]:
    """For each node of a function (a case group, a statement) the locks that are held for certain when control comes
    to it.

    A lock is named by its family and, where it has one, its key: `domctl lock`, `rcu domain by id d`. Nothing is
    certain at a node that nothing leads to. Raises FlowError where the function cannot be followed.
    """
    table, names = _tables(rule, context)
    source = function.source
    found = scan(source, table)
    view = FileTable(table, {name for _, name in found}, (f.name for f in source.functions), source.masked)
    learn_macros(source, view)
    flow = build_flow(function, names, view.detail())
    base, end = function.node.start_byte, function.node.end_byte
    inside = [(offset - base, name) for offset, name in found if base <= offset < end and view.ops(name)]
    pins = [_block_of(flow, node) for node in nodes]
    program = Program(function, flow, view, (pin for pin in pins if pin is not None))
    program.build(find_calls(program, inside, view))
    try:
        walk = Walker(program, _CAP).run()
    except TooManyPaths:
        raise FlowError("too many paths", function.line) from None
    families = {call.key: call.op.family.name for call in program.calls if call.op.takes}
    return tuple(_certain(walk, pin, families) for pin in pins)


def _block_of(flow: Flow, node: Node) -> int | None:
    """The block in which a node's first step stands, or that a case label in it leads to."""
    for block in flow.blocks:
        for edge in block.edges:
            if edge.label is not None and node.start_byte <= edge.label.start_byte < node.end_byte:
                return edge.target
    places = [
        (step.node.start_byte, block.id)
        for block in flow.blocks
        for step in block.steps
        if node.start_byte <= step.node.start_byte < node.end_byte
    ]
    return min(places)[1] if places else None


def _certain(walk: Walk, pin: int | None, families: dict[Key, str]) -> tuple[str, ...]:
    states = walk.at.get(pin, []) if pin is not None else []
    held = [{key for key, depth in walk.states[number][1] if depth > 0} for number in states]
    common = set.intersection(*held) if held else set()
    return tuple(sorted(f"{families[key]} {key.text}".strip() for key in common if key in families))


def _tables(rule: Rule, context: Context) -> tuple[LockTable, FlowNames]:
    return context.remember(("lock-balance", str(rule.directory)), lambda: (LockTable.of(rule), flow_names(rule)))
