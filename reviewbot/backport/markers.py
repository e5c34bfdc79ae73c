"""Git's conflict markers, in the style that shows the base: the file as plain runs and three-sided regions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPEN = re.compile(rb"<{7} [^\n]*\n")
_BASE = re.compile(rb"\|{7}[^\n]*\n")
_MIDDLE = re.compile(rb"={7}\n")
_CLOSE = re.compile(rb">{7} [^\n]*\n?")


@dataclass(frozen=True, slots=True)
class Region:
    """A place where both sides changed the base."""

    ours: bytes
    base: bytes
    theirs: bytes


def split(data: bytes) -> list[bytes | Region] | None:
    """The parts of a file with markers, in order; None where the markers are not in order (the text holds its own)."""
    parts: list[bytes | Region] = []
    plain: list[bytes] = []
    lines = iter(data.splitlines(keepends=True))
    for line in lines:
        if not _OPEN.match(line):
            if _BASE.match(line) or _CLOSE.fullmatch(line):
                return None
            plain.append(line)
            continue
        sides = [_until(lines, end) for end in (_BASE, _MIDDLE, _CLOSE)]
        if any(side is None for side in sides):
            return None
        parts += [b"".join(plain), Region(*(side or b"" for side in sides))]
        plain = []
    return [*parts, b"".join(plain)]


def _until(lines: Iterator[bytes], end: re.Pattern[bytes]) -> bytes | None:
    found: list[bytes] = []
    for line in lines:
        if end.fullmatch(line):
            return b"".join(found)
        if _OPEN.fullmatch(line):
            return None
        found.append(line)
    return None
