"""A function cut down to what matters for its locks: a small graph of lock events, of facts set and forgotten, of
branches that decide.

Blocks without any of these melt into what follows them, so that a function of hundreds of statements becomes a
handful of nodes. Which facts matter is found by turns: branches that decide over lock events name variables,
assignments to these are events too, which makes further branches matter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.code import Code
from reviewbot.analysis.locks.events import RETURNED, Call, Key, Keys
from reviewbot.analysis.locks.items import hidden_arm, make_items
from reviewbot.analysis.locks.model import Fact, Item, Node, TooManyPaths, Way
from reviewbot.analysis.locks.reduce import find_live, reduce_blocks
from reviewbot.analysis.locks.table import FileTable
from reviewbot.analysis.locks.terms import branch_test, pair_twins, wanted_terms
from reviewbot.analysis.locks.text import ANY, ZERO, Test
from reviewbot.csource import Function
from reviewbot.csource.flow import Block, Edge, Flow, written_arms

_ROUNDS = 6
_MANY_CASES = 8
_MOST_TERMS = 250  # conditions that correlate in one function; today's Xen stays below 60


class Program:
    """The small graph of one function."""

    def __init__(self, function: Function, flow: Flow, table: FileTable, pins: Iterable[int] = ()) -> None:
        self.function = function
        self.flow = flow
        self.table = table
        self.constants = table.table.constants
        self.code = Code(function, flow)
        self.base = self.code.base
        self.text = self.code.text
        self.pins = frozenset(pins)
        self.keys = Keys(self.code, table)
        self.calls: list[Call] = []
        self.nodes: dict[int, Node] = {}
        self.terms: frozenset[str] = frozenset()
        self.entry = 0
        self.returns_matter = False
        self.twins: dict[Key, list[tuple[Key, str]]] = {}
        self.results: set[str] = set()
        self.doubted: frozenset[str] = frozenset()
        self.owned: frozenset[str] = frozenset()
        self.hidden: list[tuple[int, int, str, bool]] = []
        self.owned_terms: frozenset[str] | None = None
        self.tests: dict[int, Test | None] = {}

    def line(self, offset: int) -> int:
        """The line, 1-based, of an offset in the function's text."""
        return self.code.line(offset)

    def return_text(self, block: Block) -> str:
        """The expression returned at a block's end, squeezed; empty where there is none."""
        step = block.steps[-1] if block.steps else None
        if step is None or step.kind != "return":
            return ""
        text = self.text[step.node.start_byte - self.base : step.node.end_byte - self.base]
        return words.unwrap(words.squeeze(text.removeprefix("return").removesuffix(";")))

    def returned(self, block: Block, facts: dict[str, Fact]) -> int:
        """The signs that the value returned at a block's end can have."""
        if block.steps and block.steps[-1].kind in ("true", "false"):
            return words.POS if block.steps[-1].kind == "true" else ZERO
        if RETURNED in facts:
            return facts[RETURNED][0]
        value = self.return_text(block)
        if value in facts:
            return facts[value][0]
        if words.is_const(value) or value in self.constants:
            return words.sign_of(value, self.constants)
        return words.POS if value.startswith("&") else ANY

    def build_plain(self, calls: list[Call]) -> None:
        """Reduce the flow to the calls alone, without any fact: every path counts, possible or not."""
        self.calls = calls
        items: dict[int, list[Item]] = {}
        for call in sorted(calls, key=lambda call: (call.entry.order, call.offset)):
            items.setdefault(call.entry.block, []).append(Item("take" if call.op.takes else "drop", call.offset, call))
        self._assemble(items, reduce_blocks(self, items))

    def build(self, calls: list[Call], doubted: frozenset[str] = frozenset()) -> None:
        """Reduce the flow to the nodes that matter for `calls`; of pointers that are `doubted` no lock tells that they
        are not NULL."""
        self.calls = calls
        self.doubted = doubted
        self.nodes = {}
        self.twins = {}
        self.owned = frozenset()
        self.results = {call.term for call in calls if call.term is not None and call.op.kind != "plain"}
        self.results |= {call.term for call in calls if call.term is not None and call.op.takes}
        self.hidden = written_arms(self.function, hidden=True)
        terms = pair_twins(self)
        if self.hidden:
            guards = (hidden_arm(self, call.offset) for call in calls)
            terms |= {guard[0].term for guard in guards if guard is not None}
        items: dict[int, list[Item]] = {}
        reps: list[int] = []
        for _ in range(_ROUNDS):
            items = make_items(self, terms)
            reps = reduce_blocks(self, items)
            wanted = terms | wanted_terms(self, items, reps)
            if wanted == terms:
                break
            if len(wanted) > _MOST_TERMS:
                raise TooManyPaths
            terms = wanted
        self.terms = terms
        self._assemble(items, reps)
        find_live(self)

    def _assemble(self, items: dict[int, list[Item]], reps: list[int]) -> None:
        blocks = self.flow.blocks
        self.entry = reps[self.flow.entry]
        stack = [self.entry] if self.entry >= 0 else []
        while stack:
            number = stack.pop()
            if number in self.nodes:
                continue
            node = self.nodes[number] = Node(blocks[number], items.get(number, []))
            node.ways = self._ways(blocks[number], reps)
            stack.extend(way.target for way in node.ways)

    def _ways(self, block: Block, reps: list[int]) -> list[Way]:
        edges = [edge for edge in block.edges if reps[edge.target] >= 0]
        if not edges:
            return []
        if edges[0].kind in ("case", "default"):
            return self._cases(block, edges, reps)
        ways: list[Way] = []
        targets = {reps[edge.target] for edge in edges}
        for edge in edges:
            tests: tuple[tuple[Test, bool], ...] = ()
            if edge.kind == "arm" and edge.arm is not None:
                tests = ((Test("#" + edge.arm[0], "nz", "", True), edge.arm[1]),)
            elif edge.kind in ("true", "false"):
                test = branch_test(self, block)
                if test is not None and test.term in self.terms:
                    tests = ((test, edge.kind == "true"),)
            if len(targets) == 1 and not tests:
                return [Way(reps[edge.target], (), edge, block.id)]
            ways.append(Way(reps[edge.target], tests, edge, block.id))
        return ways

    def _cases(self, block: Block, edges: list[Edge], reps: list[int]) -> list[Way]:
        test = branch_test(self, block)
        term = test.term if test is not None and test.op == "nz" else None
        interesting = term is not None and term in self.terms
        if not interesting:
            seen: dict[int, Way] = {}
            for edge in edges:
                target = reps[edge.target]
                seen.setdefault(target, Way(target, (), edge, block.id))
            return list(seen.values())
        assert term is not None
        values = {edge: self._label(edge) for edge in edges}
        shared = Counter(reps[edge.target] for edge in edges)
        ways: list[Way] = []
        done: set[int] = set()
        for edge in edges:
            target = reps[edge.target]
            tests: tuple[tuple[Test, bool], ...]
            if edge.kind == "default":
                tests = tuple((Test(term, "eq", value, True), False) for value in values.values() if value)
            elif shared[target] > _MANY_CASES:
                if target in done:
                    continue
                done.add(target)
                tests = ()
            else:
                tests = ((Test(term, "eq", values[edge], True), True),)
            ways.append(Way(target, tests, edge, block.id))
        return ways

    def _label(self, edge: Edge) -> str:
        if edge.label is None:
            return ""
        text = self.text[edge.label.start_byte - self.base : edge.label.end_byte - self.base]
        return words.one_name(words.unwrap(words.squeeze(text)), self.constants)
