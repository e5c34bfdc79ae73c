"""Melts blocks that do not matter into what follows them, and finds which facts matter where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewbot.analysis.locks.events import RETURNED, Key
from reviewbot.analysis.locks.model import Item, Node, TooManyPaths
from reviewbot.analysis.locks.terms import branch_test, owner_terms
from reviewbot.analysis.locks.text import RELATION
from reviewbot.csource.flow import Block

if TYPE_CHECKING:
    from reviewbot.analysis.locks.program import Program

_MOST_LIVE = 500_000  # terms looked at in all nodes of one function; today's Xen stays below 5,000


def reduce_blocks(program: Program, items: dict[int, list[Item]]) -> list[int]:
    """For each block the node that it melts into; -1 where no path from it returns."""
    blocks = program.flow.blocks
    count = len(blocks)
    kept = [False] * count
    for block in blocks:
        kept[block.id] = block.id in items or block.ends in ("return", "end") or block.id in program.pins
    reach = _frontiers(blocks, kept)
    asserting = _asserting(program, kept, reach)
    if asserting:
        for number in asserting:
            kept[number] = True
        reach = _frontiers(blocks, kept)
    reps = list(range(count))
    for number in range(count):
        if not kept[number]:
            mask = reach[number]
            if mask == 0:
                reps[number] = -1
            elif mask & (mask - 1) == 0:
                reps[number] = mask.bit_length() - 1
    changed = True
    while changed:
        changed = False
        for block in reversed(blocks):
            number = block.id
            if kept[number] or reps[number] != number:
                continue
            targets = {reps[edge.target] for edge in block.edges}
            targets.discard(-1)
            targets.discard(number)
            if len(targets) == 1:
                reps[number] = targets.pop()
                changed = True
        if changed:
            for number in range(count):
                rep = reps[number]
                while rep >= 0 and reps[rep] != rep:
                    rep = reps[rep]
                reps[number] = rep
    return reps


def _asserting(program: Program, kept: list[bool], reach: list[int]) -> list[int]:
    """Branches with one dead side that say how a call went: `BUG_ON(!d)` after `d = rcu_lock_domain_by_id(…)`."""
    found = []
    for block in program.flow.blocks:
        if len(block.edges) == 2 and not kept[block.id] and block.edges[0].condition is not None:
            dead = [not kept[edge.target] and reach[edge.target] == 0 for edge in block.edges]
            if dead[0] != dead[1]:
                test = branch_test(program, block)
                if test is not None and test.term in program.results:
                    found.append(block.id)
    return found


def find_live(program: Program) -> None:
    """For each node the terms whose value may still be asked after it began. Raises TooManyPaths."""
    limits: dict[str, list[str]] = {}
    for term in program.terms:
        if "<" in term and RELATION not in term:
            limits.setdefault(term.partition("<")[0], []).append(term)
    before: dict[int, list[int]] = {number: [] for number in program.nodes}
    for number, node in program.nodes.items():
        for way in node.ways:
            before[way.target].append(number)
    work, size = list(program.nodes), 0
    while work:
        number = work.pop()
        node = program.nodes[number]
        size += 1 + len(node.live)
        if size > _MOST_LIVE:
            raise TooManyPaths
        live = _live_into(node, program.nodes, limits, program.twins)
        if program.returns_matter and node.block.ends is not None:
            live |= {program.return_text(node.block), RETURNED} | owner_terms(program)
        if live != node.live:
            node.live = live
            work.extend(before[number])


def _live_into(
    node: Node, nodes: dict[int, Node], limits: dict[str, list[str]], twins: dict[Key, list[tuple[Key, str]]]
) -> frozenset[str]:
    live: set[str] = set()
    for way in node.ways:
        live |= nodes[way.target].live
        for test, _ in way.tests:
            live.add(test.term)
            live.update(limits.get(test.term, ()))
            if test.number is not None:
                live.add(test.number)
    for item in reversed(node.items):
        if item.op == "assign":
            sources = {source for target, source in item.copies if target in live and source[-2:] not in ("++", "--")}
            live.difference_update(item.terms)
            live |= sources
        elif item.op == "if" and item.test is not None:
            live.add(item.test[0].term)
        elif item.op == "split" and item.call is not None and item.call.term is not None and not item.again:
            live.discard(item.call.term)
        if item.arm is not None:
            live.add(item.arm[0].term)
        if item.call is not None and not item.call.op.takes:
            live.update(term for key in item.call.keys for _, term in twins.get(key, ()))
    return frozenset(live)


def _frontiers(blocks: tuple[Block, ...], kept: list[bool]) -> list[int]:
    """For each block that is not kept, the kept ones reached first, as a bit mask."""
    reach = [0] * len(blocks)
    before: list[list[int]] = [[] for _ in blocks]
    for block in blocks:
        for edge in block.edges:
            if not kept[block.id]:
                before[edge.target].append(block.id)
    work = []
    for number, keep in enumerate(kept):
        if keep:
            bit = 1 << number
            for source in before[number]:
                if not reach[source] & bit:
                    reach[source] |= bit
                    work.append(source)
    while work:
        number = work.pop()
        mask = reach[number]
        for source in before[number]:
            if reach[source] | mask != reach[source]:
                reach[source] |= mask
                work.append(source)
    return reach
