"""Which locks are held for certain at places of a function: for those who ask about the code around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.locks.events import Call, find_calls, scan
from reviewbot.analysis.locks.macros import learn_macros, read_macros
from reviewbot.analysis.locks.model import TooManyPaths
from reviewbot.analysis.locks.paths import Walker
from reviewbot.analysis.locks.program import Program
from reviewbot.analysis.locks.rule import CAP, file_table, tables
from reviewbot.analysis.locks.table import FileTable, LockTable
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, SourceFile
from reviewbot.csource.flow import Flow, FlowError, build_flow

Narrow = Callable[[Flow], Flow]


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    """A file as the lock table sees it: the lock-like words in it, and what they mean."""

    source: SourceFile
    found: list[tuple[int, str]]
    view: FileTable


class HeldLocks:
    """Answers for one tree, by a rule of kind `lock-balance`; files and graphs are read once."""

    def __init__(self, rule: Rule, context: Context) -> None:
        self.rule = rule
        self.context = context
        self._files: dict[str, _Read] = {}
        self._flows: dict[tuple[str, int], Flow] = {}

    def at(self, function: Function, nodes: Sequence[Node], narrow: Narrow | None = None) -> list[tuple[str, ...]]:
        """For each node of a function the locks that are held for certain when control comes to it.

        With `narrow` only the ways that it leaves in the graph count. A lock is named by its family and, where it has
        one, by what it was taken with, as written: `domctl lock`, `rcu domain by id op->domain`. Families that the rule
        does not report on count too. Nothing is certain at a node that nothing leads to. Raises FlowError where the
        function cannot be followed.
        """
        read = self._read(function.source)
        base, end = function.node.start_byte, function.node.end_byte
        names = [(offset - base, name) for offset, name in read.found if base <= offset < end and read.view.ops(name)]
        if not names or not nodes:
            return [()] * len(nodes)
        flow = self._flow(function, read.view)
        program = Program(function, narrow(flow) if narrow is not None else flow, read.view)
        calls = find_calls(program, names, read.view)
        if not any(call.op.takes for call in calls):
            return [()] * len(nodes)
        walker = _walk(program, calls, nodes)
        return [tuple(sorted(set(_certain(walker, node)))) for node in nodes]

    def _read(self, source: SourceFile) -> _Read:
        known = self._files.get(source.path)
        if known is None or known.source is not source:
            table = self.rule.once("held", lambda: LockTable.of(self.rule, everything=True))
            found = scan(source.masked, table, source.words)
            known = self._files[source.path] = _Read(source, found, file_table(source, table, found, self.context))
            learn_macros(read_macros(source.masked), known.view)
        return known

    def _flow(self, function: Function, view: FileTable) -> Flow:
        place = (function.source.path, function.node.start_byte)
        known = self._flows.get(place)
        if known is None or known.function.source is not function.source:
            known = self._flows[place] = build_flow(function, tables(self.rule)[1], view.detail())
        return known


def _walk(program: Program, calls: list[Call], nodes: Sequence[Node]) -> Walker:
    """A walk that stops at some nodes; where it has too many paths, one that keeps in mind only how calls went."""
    program.pins = frozenset(block for block, _ in (_place(program, node) for node in nodes) if block is not None)
    program.build(calls)
    for node in program.nodes.values():
        # What was taken may well be a special object: certain is what holds then too.
        node.items = [item._replace(terms=()) if item.call is not None else item for item in node.items]
    walker = Walker(program, CAP)
    with suppress(TooManyPaths):
        walker.run()
        return walker
    for node in program.nodes.values():
        node.live &= program.results
    walker = Walker(program, CAP)
    try:
        walker.run()
    except TooManyPaths:
        raise FlowError("too many paths", program.function.line) from None
    return walker


def _place(program: Program, node: Node) -> tuple[int | None, int]:
    """The block that control enters a node by, and the offset there; of a case group its first statement's."""
    start, end = node.start_byte - program.base, node.end_byte - program.base
    entry = program.code.at(start)
    if entry is not None:
        return entry.block, start
    inside = next((entry for entry in program.code.entries if start <= entry.start < end), None)
    return (inside.block, inside.start) if inside is not None else (None, start)


def _certain(walker: Walker, node: Node) -> Iterator[str]:
    """The names of the locks held on all ways to a node."""
    block, offset = _place(walker.program, node)
    if block is None:
        return
    states = walker.walk.at.get(block, [])
    held = [
        {key for key, depth in after.items() if depth > 0}
        for state in states
        for after in walker.held_before(state, offset)
    ]
    for key in set.intersection(*held) if held else ():
        taking = [call for call in walker.program.calls if call.op.takes and call.key == key]
        names = {_title(call) for call in taking}
        if len(names) > 1:
            names = {_title(call) for call in _last(walker.program, block, offset, taking)}
        yield names.pop() if len(names) == 1 else taking[0].op.family.name


def _last(program: Program, block: int, offset: int, calls: list[Call]) -> Iterator[Call]:
    """Those of some calls that may come last before an offset in a block."""
    before: dict[int, list[int]] = {}
    for number, node in program.nodes.items():
        for way in node.ways:
            before.setdefault(way.target, []).append(number)
    seen = set[int]()
    stack = [(block, offset)]
    while stack:
        number, end = stack.pop()
        made = [item.call for item in program.nodes[number].items if item.offset < end and item.call in calls]
        if made and made[-1] is not None:
            yield made[-1]
            continue
        fresh = [source for source in before.get(number, ()) if source not in seen]
        seen.update(fresh)
        stack += [(source, len(program.text)) for source in fresh]


def _title(call: Call) -> str:
    """A lock as a reader knows it: by its family, and the argument that names it or that it was looked up by."""
    spec = call.op.key
    places = [int(letter) for letter in spec if letter.isdigit()] if spec[:1].isdigit() else [1] if spec else []
    given = [" ".join(call.arguments[place - 1].split()) for place in places if place <= len(call.arguments)]
    return " ".join([call.op.family.name, ", ".join(given)]).strip()
