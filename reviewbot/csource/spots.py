"""Nodes at given places with what stands around them, found on one way down the tree.

The parser keeps no way up: what is around a node is looked for from the root, so to climb from each of many places, or
from one deep inside a long expression, would take time that does not grow with the text alone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from tree_sitter import Node

_end = attrgetter("end_byte")


@dataclass(frozen=True, slots=True, eq=False)
class Spot:
    """A node, what it stands in, and of that the nearest of a kind asked for (`within`); None where there is none."""

    node: Node
    around: Spot | None
    within: Spot | None


def spots(root: Node, offsets: Sequence[int], is_wanted: Callable[[str], bool]) -> Iterator[Spot]:
    """The innermost nodes below `root` that stand at some offsets, which ascend; each node once, in source order.

    `is_wanted` tells by its type whether a node counts for `within`.
    """
    stack = [(Spot(root, None, None), 0, len(offsets))]
    while stack:
        spot, first, last = stack.pop()
        if not spot.node.child_count:
            yield spot
            continue
        within = spot if is_wanted(spot.node.type) else spot.within
        children = spot.node.children  # not first_child_for_byte(): it gives a broken node where there is none
        inner, number = [], 0
        while first < last:
            number = bisect_right(children, offsets[first], number, key=_end)
            if number == len(children):
                break
            child = children[number]
            behind = bisect_left(offsets, child.end_byte, first, last)
            if child.start_byte <= offsets[first]:
                inner.append((Spot(child, spot, within), first, behind))
                first = behind
            else:  # between two nodes
                first = bisect_left(offsets, child.start_byte, first, last)
        stack.extend(reversed(inner))
