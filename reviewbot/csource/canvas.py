"""What masking paints on: the output and, beside it, the view of the code in which it searches."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from reviewbot.csource.arms import Arm
from reviewbot.csource.layers import layers
from reviewbot.csource.macros import CaseMacro

SPAN = 1 << 15  # how far a closing bracket is looked for; Xen's longest macro call with a block in it has 5 KiB

_PARENTHESIS = re.compile(rb"[()]")
_LINE_BODY = re.compile(rb"[^\r\n]+")
_CODE = re.compile(rb"\S")
_WORD = re.compile(rb"\w+")


@dataclass(slots=True)
class Canvas:
    """`out` becomes the masked file; `code` is the same text with comments, literals and preprocessor lines hidden.

    Every method keeps the length and the newlines of both.
    """

    data: bytes
    out: bytearray
    code: bytearray
    directives: list[tuple[int, int]]
    strings: list[tuple[int, int]]
    dropped: list[tuple[int, int]] = field(default_factory=list)  # arms of `#if` that another was kept instead of
    arms: dict[int, Arm] = field(default_factory=dict)  # what a mark asks for, by its offset
    shown: set[int] = field(default_factory=set)  # blanked preprocessor lines whose arms all stand as alternatives
    case_macros: dict[int, CaseMacro] = field(default_factory=dict)  # by the offset of the label that replaced it

    @classmethod
    def of(cls, data: bytes) -> Canvas:
        """A canvas on which nothing is painted yet."""
        parts = layers(data)
        return cls(data, bytearray(data), parts.code, parts.directives, parts.strings)

    def blank(self, start: int, end: int) -> None:
        """Blanks from `start` to `end`; newlines stay."""
        for part in (self.out, self.code):
            text = part[start:end]
            part[start:end] = _LINE_BODY.sub(_blanks, text) if b"\n" in text else b" " * (end - start)

    def put(self, start: int, end: int, text: bytes) -> None:
        """`text` at `start` and blanks from there to `end`; `text` must fit before the first newline."""
        self.blank(start, end)
        self.out[start : start + len(text)] = text
        self.code[start : start + len(text)] = text

    def byte(self, position: int) -> bytes:
        """The code byte at `position`, empty beyond the end."""
        return bytes(self.code[position : position + 1])

    def before(self, position: int) -> int:
        """The offset of the last code byte before `position`, -1 if there is none."""
        while position > 0:
            start = max(position - 64, 0)
            kept = len(self.code[start:position].rstrip())
            if kept:
                return start + kept - 1
            position = start
        return -1

    def after(self, position: int) -> int:
        """The offset of the first code byte from `position` on; the length of the file if there is none."""
        found = _CODE.search(self.code, position)
        return found.start() if found else len(self.code)

    def word_at(self, position: int) -> bytes:
        """The word that starts at `position`, empty if none does."""
        match = _WORD.match(self.code, position)
        return match.group() if match else b""

    def word_ending(self, last: int) -> bytes:
        """The word whose last byte is at `last`, empty if none ends there."""
        start = last
        floor = max(last - 63, 0)
        while start >= floor and (self.code[start : start + 1].isalnum() or self.code[start] == 0x5F):
            start -= 1
        return bytes(self.code[start + 1 : last + 1])

    def closing(self, opening: int) -> int:
        """The offset of the parenthesis that closes the one at `opening`, -1 if none does within SPAN bytes."""
        depth = 0
        for match in _PARENTHESIS.finditer(self.code, opening, opening + SPAN):
            depth += 1 if match.group() == b"(" else -1
            if not depth:
                return match.start()
        return -1


def _blanks(match: re.Match[bytes]) -> bytes:
    return b" " * (match.end() - match.start())
