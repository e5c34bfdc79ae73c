"""What the walk through a switch collects: clauses, their ways out, and what control may come from at one place."""

from __future__ import annotations

import re
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field

from tree_sitter import Node

from reviewbot.csource.arms import Facts, Question, assume
from reviewbot.csource.source import SourceFile

_CALL = re.compile(rb"\s*(\w+\s*\([^()]*\))")
_COMMENT = re.compile(rb"/\*(?:[^*]|\*(?!/))*+\*/")
_SAID = {None: 0, "meant": 1, "said": 2}
RANK = {"falls-through": 2, "fallthrough": 1}


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a clause: `kind` as in `Group.ends`; `node` is the statement or, for a fall, the clause's last.

    `comment` is the text of a comment that says that the fall is meant, in words that are not accepted.
    """

    kind: str
    into: str | None
    node: Node
    comment: str | None = None
    target: Node | None = None  # the label that control runs into


@dataclass(frozen=True, slots=True)
class Head:
    """A label of a clause: its node, its text and the `#if` lines it stands under."""

    node: Node
    text: str
    arm: str | None


@dataclass(slots=True, eq=False)
class Clause:
    """One clause while it is read."""

    labels: list[Head]
    last: Node
    statements: list[Node] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    used: bool = False  # a statement was seen, also inside an `if`

    def outcome(self) -> tuple[str, str | None]:
        """How the clause ends, all ways out together: a fall that is not said outweighs all, one said the rest."""
        if not self.exits:
            return "falls-through", None
        best = max(self.exits, key=lambda e: (RANK.get(e.kind, 0), e.node.start_byte))
        return best.kind, best.into


@dataclass(slots=True)
class Way:
    """Control that comes from a clause: the statement it came through last, and what was said since."""

    through: Node
    said: str | None = None  # "said" or "meant"
    comment: str | None = None
    fresh: bool = False  # no statement since the label: in another arm of `#if` there may be some

    @property
    def weight(self) -> int:
        """How much was said on it."""
        return 3 if self.fresh else _SAID[self.said]


# The ways that control may be on at one place, by the number of the clause and what is known of `#if` conditions.
Open = dict[tuple[int, Facts], Way]
_MAX_WAYS = 4  # of one clause that differ in what is known


class Clauses:
    """The clauses of a switch while it is read; one that another took the labels of stays, without any."""

    def __init__(self) -> None:
        self.items: list[Clause] = []
        self.labelled: list[int] = []  # the numbers of those that have labels, and of some that lost them

    def __getitem__(self, number: int) -> Clause:
        return self.items[number]

    def latest(self) -> int | None:
        """The number of the last clause that has labels."""
        while self.labelled and not self.items[self.labelled[-1]].labels:
            self.labelled.pop()
        return self.labelled[-1] if self.labelled else None

    def take(self, head: Head, colon: Node, number: int | None) -> int:
        """Give a label to a clause, a new one for None; the number of the clause."""
        if number is None:
            number = len(self.items)
            self.items.append(Clause([], colon))
        clause = self.items[number]
        clause.last = colon
        if not clause.labels:
            insort(self.labelled, number)
        clause.labels.append(head)
        return number

    def united(self, before: Open) -> Open:
        """Labels in several arms, with nothing between them and this place, are labels of one clause."""
        if len(before) < 2:
            return before
        fresh = sorted({number for number, _ in before if not self.items[number].used})
        if len(fresh) < 2:
            return before
        first = self.items[fresh[0]]
        if not first.labels:
            insort(self.labelled, fresh[0])
        for other in map(self.items.__getitem__, fresh[1:]):
            first.labels += other.labels
            first.last = other.last
            other.labels = []
        gone = set(fresh[1:])
        moved = {(fresh[0], facts): way for (number, facts), way in before.items() if number in gone}
        return {**moved, **{key: way for key, way in before.items() if key[0] not in gone}}


def label_text(source: SourceFile, node: Node, colon: Node) -> str:
    """A label as it is written, comments left out; for a macro that holds `case` its call."""
    text = source.data[node.start_byte : colon.start_byte]
    if node.start_byte in source.case_macros and (found := _CALL.match(source.data, node.start_byte)):
        text = found.group(1)
    return " ".join(_COMMENT.sub(b" ", text).decode("utf-8", "surrogateescape").split())


def directive_text(source: SourceFile, node: Node) -> str:
    """The line that an arm of `#if` starts with, continued lines in one."""
    line = source.data[node.start_byte : node.start_byte + 400].replace(b"\\\n", b" ").split(b"\n", 1)[0]
    return " ".join(_COMMENT.sub(b" ", line).decode("utf-8", "surrogateescape").split())


def numbers(now: Open) -> list[int]:
    """The numbers of the clauses that control may come from."""
    return list(dict.fromkeys(number for number, _ in now))


def entering(before: Open, node: Node) -> Open:
    """Control at the start of a branch: a label that stands first in it is put there to be run into."""
    return {key: Way(node, fresh=True) for key in before}


def within(after: Open, node: Node) -> Open:
    """A clause that goes on behind a block was last in the whole of it; what a comment inside said still holds."""
    return {key: way if way.said else Way(node) for key, way in after.items()}


def union(one: Open, other: Open) -> Open:
    """What is open on either way; where both are, the way on which less was said."""
    both = dict(one)
    for key, way in other.items():
        if key not in both or way.weight < both[key].weight:
            both[key] = way
    return both


def given(before: Open, asked: Question, holds: bool, tracked: frozenset[str]) -> Open:
    """Control where the answer to a question of the preprocessor is known; ways that contradict it are none."""
    if not tracked and not isinstance(asked, bool):
        return before
    after: Open = {}
    for (number, facts), way in before.items():
        more = assume(asked, holds, facts, tracked)
        if more is not None:
            after = union(after, {(number, more): way})
    return after


def gathered(now: Open) -> Open:
    """The same with few ways for each clause: where there are many, what is known on all of them stays."""
    if len(now) <= _MAX_WAYS:
        return now
    ways: dict[int, list[tuple[Facts, Way]]] = {}
    for (number, facts), way in now.items():
        ways.setdefault(number, []).append((facts, way))
    found: Open = {}
    for number, several in ways.items():
        if len(several) > _MAX_WAYS:
            common = frozenset.intersection(*(facts for facts, _ in several))
            several = [(common, lightest(way for _, way in several))]
        found.update({(number, facts): way for facts, way in several})
    return found


def lightest(ways: Iterable[Way]) -> Way:
    """The way on which least was said."""
    return min(ways, key=lambda way: way.weight)
