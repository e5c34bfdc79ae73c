"""Rewriting a conditional that cuts a statement: what is written goes into blanks, and is kept if all of it fits."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.csource.arms import Arm
from reviewbot.csource.canvas import Canvas

# What is written in the place of a condition that the preprocessor decides: a name that C programs do not use.
MARK = b"_"

_WORD_END = re.compile(rb"[A-Za-z0-9_]\Z")
_WORD = re.compile(rb"\w")


class NoRoomError(Exception):
    """What has to be written does not fit into the blanks."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One arm: where its line starts, from its first code byte to behind its last, and what it asks.

    `start == end` where it has no code.
    """

    line: int
    start: int
    end: int
    arm: Arm


@dataclass(frozen=True, slots=True)
class Cut:
    """A conditional: the (start, end) of its lines, its arms, whether one of them is always there, and its neighbours.

    `before` and `after` are the offsets of the code bytes nearest to it, -1 and the file's length for none.
    """

    lines: Sequence[tuple[int, int]]
    pieces: Sequence[Piece]
    closed: bool
    before: int
    after: int

    @property
    def filled(self) -> list[Piece]:
        """The arms that hold code."""
        return [piece for piece in self.pieces if piece.start < piece.end]


class Draft:
    """Writes on a canvas and can take it back."""

    def __init__(self, canvas: Canvas, cut: Cut) -> None:
        self.canvas = canvas
        self.start, self.end = cut.lines[0][0], max(cut.after, cut.lines[-1][1])
        self.saved = [bytes(part[self.start : self.end]) for part in (canvas.out, canvas.code)]
        self.marks: dict[int, Arm] = {}
        for start, end in cut.lines:
            canvas.blank(start, end)

    def undo(self) -> None:
        """As if nothing had been written."""
        for part, text in zip((self.canvas.out, self.canvas.code), self.saved, strict=True):
            part[self.start : self.end] = text

    def keep(self) -> None:
        """What was written stays, and its marks count."""
        self.canvas.arms.update(self.marks)

    def write(self, start: int, end: int, *tokens: tuple[bytes, Arm] | bytes) -> int:
        """Write the tokens in this order into the blanks from `start` to `end`; a mark in one asks for its arm.

        Returns the offset behind the last. Raises NoRoomError.
        """
        texts = [(token, None) if isinstance(token, bytes) else token for token in tokens]
        whole = b"".join(text for text, _ in texts)
        at = self._room(start, end, whole)
        if at is None:
            for text, arm in texts:
                spot = self._room(start, end, text)
                if spot is None:
                    raise NoRoomError
                start = self._put(spot, text, arm)
            return start
        for text, arm in texts:
            at = self._put(at, text, arm)
        return at

    def _room(self, start: int, end: int, text: bytes) -> int | None:
        """Where the text fits; one that ends in a word needs something else behind it."""
        found = re.compile(rb"[ \t]{%d}" % len(text)).search(self.canvas.out, start, end)
        while found and _WORD_END.search(text) and _WORD.match(self.canvas.out, found.end()):
            found = found.re.search(self.canvas.out, found.start() + 1, end)
        return found.start() if found else None

    def _put(self, at: int, text: bytes, arm: Arm | None) -> int:
        self.canvas.put(at, at + len(text), text)
        if arm is not None:
            self.marks[at + text.index(MARK)] = arm
        return at + len(text)
