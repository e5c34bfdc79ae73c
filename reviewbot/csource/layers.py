"""The layers of a C file: code, and what stands between it (comments, literals, preprocessor lines)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate

# One token each that hides code-like text. The repeats are possessive and take plain text in runs, so a match is linear
# and has few steps; an unclosed comment or literal runs to the end of the file or line.
_HIDING = re.compile(
    rb"(/(?:\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?|/[^\n]*)"
    rb'|"[^"\\\n]*+(?:\\(?:\r\n|.)[^"\\\n]*+)*+"?'
    rb"|'[^'\\\n]*+(?:\\(?:\r\n|.)[^'\\\n]*+)*+'?"
    rb'|#(?:[^\n\\/"]++|\\(?:\r\n|.)|"(?:[^"\\\n]|\\.)*+"|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|//[^\n]*+|["/])*+)',
    re.DOTALL,
)
_OPENS, _CLOSES = (b"(", b","), (b")", b",", b";")
_SLASH, _HASH, _QUOTE = b'/#"'
_ROOM = 4096
_BLANKS = b" " * _ROOM


@dataclass(slots=True)
class Layers:
    """`code` has the length of the file: comments and preprocessor lines are blanks in it, a literal is all quotes.

    `directives` are the (start, end) of preprocessor lines with their continuations, `strings` those of the string
    literals that something else than a bracket, a comma or a semicolon stands beside.
    """

    code: bytearray
    directives: list[tuple[int, int]]
    strings: list[tuple[int, int]]


def layers(data: bytes) -> Layers:
    """Split a file into its layers."""
    pieces = _HIDING.split(data)  # code and what hides by turns
    directives: list[tuple[int, int]] = []
    strings: list[tuple[int, int]] = []
    blanks = _BLANKS
    ends = list(accumulate(map(len, pieces)))
    for number in range(1, len(pieces), 2):
        piece = pieces[number]
        size = len(piece)
        first = piece[0]
        if first == _SLASH:
            pieces[number] = blanks[:size] if size <= _ROOM else b" " * size
        elif first == _HASH:
            pieces[number] = blanks[:size] if size <= _ROOM else b" " * size
            directives.append((ends[number - 1], ends[number]))
        else:
            pieces[number] = piece[:1] * size
            if first == _QUOTE:
                start, end = ends[number - 1], ends[number]
                if data[start - 1 : start] not in _OPENS or data[end : end + 1] not in _CLOSES:
                    strings.append((start, end))
    return Layers(bytearray(b"".join(pieces)), directives, strings)
