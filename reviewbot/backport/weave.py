"""Merging three versions of a text finer than git does: by lines that may touch, then by words within lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Words, blanks, line ends, and each other character by itself.
_TOKEN = re.compile(rb"\w+|[ \t]+|\n|[^\w \t\n]")
MOST_LINES = 3000
"""Of one region; larger ones are left to a person: aligning them takes too long and tells too little."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Items `start` to `end` of the base are replaced by `put`."""

    start: int
    end: int
    put: tuple[bytes, ...]


def lines_of(data: bytes) -> list[bytes]:
    """The lines with their ends; the last one may lack its own."""
    return data.splitlines(keepends=True) if b"\r" not in data else [x + b"\n" for x in data.split(b"\n")[:-1]] + (
        [data.rpartition(b"\n")[2]] if not data.endswith(b"\n") else [])  # fmt: skip


def tokens_of(data: bytes) -> list[bytes]:
    """The words, blanks, line ends and signs of a text; joined they are the text."""
    return _TOKEN.findall(data)


def edits(base: Sequence[bytes], other: Sequence[bytes]) -> list[Edit]:
    """What turns `base` into `other`, in order, as far apart as the alignment allows."""
    matcher = SequenceMatcher(None, base, other, autojunk=False)
    return [Edit(i, j, tuple(other[k:m])) for tag, i, j, k, m in matcher.get_opcodes() if tag != "equal"]


def word_edits(base: Sequence[bytes], other: Sequence[bytes]) -> tuple[list[bytes], list[Edit]]:
    """The tokens of the base's lines, and edits of these: lines are aligned first, words within changed lines."""
    tokens: list[bytes] = []
    found: list[Edit] = []
    for tag, i, j, k, m in SequenceMatcher(None, base, other, autojunk=False).get_opcodes():
        here, there = tokens_of(b"".join(base[i:j])), tokens_of(b"".join(other[k:m]))
        at = len(tokens)
        tokens += here
        if tag == "replace":
            found += [Edit(at + e.start, at + e.end, e.put) for e in edits(here, there)]
        elif tag != "equal":
            found.append(Edit(at, at + len(here), tuple(there)))
    return tokens, found


def weave(base: Sequence[bytes], ours: Sequence[Edit], theirs: Sequence[Edit]) -> bytes | None:
    """Both sides' edits on one base; None where they meet in the same items, or both insert at one place.

    Edits may touch: what one side inserts right beside what the other takes away has only one place to go.
    """
    out: list[bytes] = []
    at = 0
    left, right = list(ours), list(theirs)
    while left or right:
        take = _first(left, right)
        if take is None:
            return None
        edit = take.pop(0)
        if edit.start < at:
            return None
        out += base[at : edit.start]
        out += edit.put
        at = edit.end
    out += base[at:]
    return b"".join(out)


def _first(left: list[Edit], right: list[Edit]) -> list[Edit] | None:
    """The side whose next edit comes first; equal edits of both count once; None where they clash."""
    if not left or not right:
        return left or right
    a, b = left[0], right[0]
    if a == b:
        right.pop(0)
        return left
    if a.start == b.start and a.start == a.end and b.start == b.end:
        return None
    if a.end <= b.start and (a.end, a.start) <= (b.end, b.start):
        return left
    if b.end <= a.start and (b.end, b.start) <= (a.end, a.start):
        return right
    return None


def merge_lines(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Three-way merge by lines, edits that touch allowed."""
    b, o, t = lines_of(base), lines_of(ours), lines_of(theirs)
    if max(len(b), len(o), len(t)) > MOST_LINES:
        return None
    return weave(b, edits(b, o), edits(b, t))


def merge_words(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """Three-way merge by words within lines."""
    b, o, t = lines_of(base), lines_of(ours), lines_of(theirs)
    if max(len(b), len(o), len(t)) > MOST_LINES:
        return None
    tokens, mine = word_edits(b, o)
    _, yours = word_edits(b, t)
    return weave(tokens, mine, yours)
