"""What the walk through a switch collects: clauses, their ways out, and what control may come from at one place."""

from __future__ import annotations

from dataclasses import dataclass, field

from tree_sitter import Node

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


Open = dict[int, Way]  # the ways that control may be on at one place, by the number of the clause


def entering(before: Open, node: Node) -> Open:
    """Control at the start of a branch: a label that stands first in it is put there to be run into."""
    return {n: Way(node, fresh=True) for n in before}


def within(after: Open, node: Node) -> Open:
    """A clause that goes on behind a block was last in the whole of it; what a comment inside said still holds."""
    return {n: path if path.said else Way(node) for n, path in after.items()}


def union(one: Open, other: Open) -> Open:
    """What is open on either way; where both are, the way on which less was said."""
    both = dict(one)
    for number, path in other.items():
        if number not in both or _weight(path) < _weight(both[number]):
            both[number] = path
    return both


def _weight(path: Way) -> int:
    return 3 if path.fresh else _SAID[path.said]
