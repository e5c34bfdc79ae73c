"""Putting edits together: replacements that must not meet, and blocks that travel with what is edited in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reviewbot.errors import InputError


class Splice(NamedTuple):
    """Replace bytes [start, end) by `new`. `anchor` is the span it is tied to, `owner` names the edit."""

    start: int
    end: int
    new: bytes
    owner: str
    anchor: tuple[int, int]


class Move(NamedTuple):
    """Take the bytes [start, end) to `to`; `cut` is what goes away there (the block and a separator next to it).

    `trim`: blank lines at the block's ends are not its own; `head` and `tail` are put around it.
    """

    start: int
    end: int
    to: int
    cut: tuple[int, int]
    head: bytes
    tail: bytes
    trim: bool
    owner: str


def splice(data: bytes, splices: Sequence[Splice], moves: Sequence[Move]) -> bytes:
    """Make all the edits at once, each at its place in the unedited bytes; InputError when two of them meet."""
    rest = list(splices)
    outer: list[Splice] = []
    for move in moves:
        inner = [s for s in rest if _travels(s, move)]
        rest = [s for s in rest if s not in inner]
        _check(inner)
        block = _apply(data[move.start : move.end], inner, move.start)
        if move.trim:
            block = _trimmed(block)
        span = (move.start, move.end)
        outer.append(Splice(*move.cut, b"", move.owner, span))
        outer.append(Splice(move.to, move.to, move.head + block + move.tail, move.owner, span))
    outer.extend(rest)
    _check(outer)
    return _apply(data, outer, 0)


def _travels(s: Splice, move: Move) -> bool:
    if not move.start <= s.start <= s.end <= move.end:
        return False
    tied = move.start <= s.anchor[0] and s.anchor[1] <= move.end
    # A separator put at the block's edge is the move's business, whichever neighbour it was asked for beside.
    separator = move.trim and s.start == s.end and s.start in (move.start, move.end) and not s.new.strip()
    return tied or separator


def _check(splices: Sequence[Splice]) -> None:
    ordered = sorted(splices, key=lambda s: (s.start, s.end))
    widest: Splice | None = None
    for s in ordered:
        if widest is not None and s.start < widest.end and (s.start != s.end or s.start > widest.start):
            first, second = (widest.owner, s.owner)
            twice = f"{first} is asked for twice" if first == second else f"{first} and {second} overlap"
            raise InputError(twice)
        if widest is None or s.end > widest.end:
            widest = s


def _apply(data: bytes, splices: Sequence[Splice], base: int) -> bytes:
    parts: list[bytes] = []
    at = 0
    # At one place insertions come first, in the order they were asked for.
    for s in sorted(splices, key=lambda s: (s.start, s.end)):
        parts += (data[at : s.start - base], s.new)
        at = s.end - base
    return b"".join([*parts, data[at:]])


def _trimmed(block: bytes) -> bytes:
    lines = block.splitlines(keepends=True)
    while lines and not lines[0].strip():
        lines.pop(0)
    while lines and not lines[-1].strip():
        lines.pop()
    return b"".join(lines)
