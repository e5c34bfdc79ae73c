"""The words of a text: names, keywords and numbers, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet

WORD_BYTES = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_IN_WORDS = frozenset(WORD_BYTES)
_WORDS_ONLY = bytes(byte if byte in _IN_WORDS else 0x20 for byte in range(256))
_ANY_WORD = re.compile(rb"[A-Za-z0-9_]+")
_MANY = 200  # different words, from which on a look at every word is cheaper than one for each


def words_of(text: bytes) -> frozenset[bytes]:
    """The different words of a text, those of comments and literals among them."""
    return frozenset(text.translate(_WORDS_ONLY).split())


def occurrences(text: bytes, word: bytes) -> Iterator[int]:
    """The offsets at which a word stands in a text, in order, not as a part of another."""
    size, last = len(word), len(text)
    at = text.find(word)
    while at >= 0:
        end = at + size
        if (end == last or text[end] not in _IN_WORDS) and (not at or text[at - 1] not in _IN_WORDS):
            yield at
        at = text.find(word, end)


def places_of(text: bytes, words: AbstractSet[bytes]) -> list[tuple[int, bytes]]:
    """Where some words stand in a text, in order."""
    if len(words) > _MANY:
        return [(match.start(), match.group()) for match in _ANY_WORD.finditer(text) if match.group() in words]
    return sorted((at, word) for word in words for at in occurrences(text, word))
