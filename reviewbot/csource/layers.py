"""The layers of a C file: code, and what stands between it (comments, literals, preprocessor lines)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# One token each that hides code-like text. The repeats are possessive and their branches exclude each other, so a
# match is linear; an unclosed comment or literal runs to the end of the file or line.
_HIDING = re.compile(
    rb"/(?:\*.*?(?:\*/|\Z)|/[^\n]*)"
    rb'|"(?:[^"\\\n]|\\(?:\r\n|.))*+"?'
    rb"|'(?:[^'\\\n]|\\(?:\r\n|.))*+'?"
    rb'|#(?:[^\n\\/"]|\\(?:\r\n|.)|"(?:[^"\\\n]|\\.)*+"|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|//[^\n]*+|["/])*+',
    re.DOTALL,
)
_OPENS, _CLOSES = (b"(", b","), (b")", b",", b";")
_QUOTES = b"\"'"


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
    pieces: list[bytes] = []
    directives: list[tuple[int, int]] = []
    strings: list[tuple[int, int]] = []
    position = 0
    for match in _HIDING.finditer(data):
        start, end = match.span()
        pieces.append(data[position:start])
        first = data[start : start + 1]
        if first in _QUOTES:
            pieces.append(first * (end - start))
            if first == b'"' and (data[start - 1 : start] not in _OPENS or data[end : end + 1] not in _CLOSES):
                strings.append((start, end))
        else:
            pieces.append(b" " * (end - start))
            if first == b"#":
                directives.append((start, end))
        position = end
    pieces.append(data[position:])
    return Layers(bytearray(b"".join(pieces)), directives, strings)
