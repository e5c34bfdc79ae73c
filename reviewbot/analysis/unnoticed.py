"""Changes that are nothing to a function's callers, told from the text alone: comments, white space, plain calls."""

from __future__ import annotations

import re
from collections.abc import Callable

from reviewbot.csource.words import words_of

# Comments and literals; the alternatives start differently, and an open one is a change like any other.
_NOISE = re.compile(rb"/\*.*?\*/|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_SPACES = re.compile(rb"\s+")
# A call that is a statement by itself, between others; it changes no variable of its caller: no `=`, `++`, `--`, `&`.
_CALL = re.compile(rb"(?<=[;{}]) ?([A-Za-z_]\w*+) ?\((?:[^(){};=&+#-]|->|-(?![->]))*+\) ?;")
_INNER = re.compile(rb"\(\s*\{")
_LOOP = re.compile(rb"\bfor ?\([^;{}]*;[^;{}]*;")  # its semicolons end no statements
_NO_CALLS = frozenset(b"if while for switch return sizeof typeof else do goto case default asm".split())
_TELLING = frozenset(b"if while for switch return else do goto case default break continue".split())


def is_unnoticed(before: bytes, after: bytes, is_nothing: Callable[[bytes], bool]) -> bool:
    """Whether two versions of some functions differ in nothing but comments, white space and plain calls.

    `is_nothing` tells of which names a call is nothing to anybody.
    """
    if any(_INNER.search(text) for text in (before, after)):  # there a call by itself may be a value
        return False
    return _essence(before, is_nothing) == _essence(after, is_nothing)


def may_tell(removed: bytes, added: bytes) -> bool:
    """Whether the lines that a change takes out and puts in differ in a word that is for sure no plain call's.

    In doubt they do: such a word may stand in a comment.
    """
    return not _TELLING.isdisjoint(words_of(removed) ^ words_of(added))


def _essence(text: bytes, is_nothing: Callable[[bytes], bool]) -> bytes:
    def kept(match: re.Match[bytes]) -> bytes:
        name = match.group(1)
        return match.group() if name in _NO_CALLS or not is_nothing(name) else b""

    plain = _SPACES.sub(b" ", _NOISE.sub(_plain, text))
    return _SPACES.sub(b" ", _CALL.sub(kept, _LOOP.sub(_joined, plain)))


def _plain(match: re.Match[bytes]) -> bytes:
    """A comment is white space; of literals only a character says something to the rules."""
    noise = match.group()
    return noise if noise[:1] == b"'" else b'""' if noise[:1] == b'"' else b" "


def _joined(match: re.Match[bytes]) -> bytes:
    return match.group().replace(b";", b"\0")
