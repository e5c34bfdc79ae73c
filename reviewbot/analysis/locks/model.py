"""What a lock program is made of: items that change the state, ways between nodes, stretches of text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from reviewbot.analysis.locks.events import Call, Key
from reviewbot.analysis.locks.text import Test
from reviewbot.csource.flow import Block, Edge

Fact = tuple[int, str | None, frozenset[str]]  # signs, the constant it equals, constants it does not equal


class TooManyPaths(Exception):
    """A cap was reached: the function is not analysed."""


class Item(NamedTuple):
    """Something that changes the state.

    `op`: take, drop, split (either, if the result says so), if (take if a condition holds), assign. An assignment
    forgets `terms`, then sets `facts` and copies what is known from one term to another. What was taken is none of
    the special objects that `terms` ask for, and `owners` are pointers to it.
    """

    op: str
    offset: int
    call: Call | None = None
    terms: tuple[str, ...] = ()
    facts: tuple[tuple[str, Fact], ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    lost: tuple[Key, ...] = ()
    test: tuple[Test, bool] | None = None
    owners: tuple[str, ...] = ()
    address: bool = False
    again: bool = False
    arm: tuple[Test, bool] | None = None


class Way(NamedTuple):
    """An edge of the small graph: the node it leads to, and what must hold to go there."""

    target: int
    tests: tuple[tuple[Test, bool], ...]
    edge: Edge
    block: int


@dataclass(slots=True)
class Node:
    """A block that was kept."""

    block: Block
    items: list[Item] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    live: frozenset[str] = frozenset()


class Entry(NamedTuple):
    """A step or leaf condition as a stretch of text (offsets in the function's text)."""

    start: int
    end: int
    block: int
    order: int
    kind: str
    target: str | None
