"""Where statements end, read from the code bytes alone: for text that no parser has seen yet."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviewbot.csource.canvas import Canvas

MAX_NESTING = 20  # statements without braces in one another

_STEP = re.compile(rb"[()\[\]{};]")
_LABEL = re.compile(rb"\w+\s*:(?!:)")
_HEADS = frozenset({b"while", b"for", b"switch"})
_NO_START = frozenset({b"else", b"case", b"default"})


class CutError(Exception):
    """The text is not made of what is looked for."""


@dataclass(frozen=True, slots=True)
class Branch:
    """An `if`: the offsets of the word and of the parentheses of its condition."""

    word: int
    opening: int
    closing: int


def branch(canvas: Canvas, word: int, limit: int) -> Branch:
    """The `if` whose word stands at this offset. Raises CutError."""
    opening = canvas.after(word + 2)
    return Branch(word, opening, _closing(canvas, opening, limit))


def label_end(canvas: Canvas, position: int, limit: int) -> int:
    """The offset behind the label at `position`, which `goto` knows; -1 where none stands."""
    found = _LABEL.match(canvas.code, position, limit)
    return found.end() if found and canvas.word_at(position) not in _NO_START else -1


def statement_end(canvas: Canvas, position: int, limit: int, nesting: int = 0) -> int:
    """The offset behind the statement that starts at `position`. Raises CutError where none ends before `limit`."""
    if nesting > MAX_NESTING or position >= limit:
        raise CutError
    word = canvas.word_at(position)
    if word in _NO_START:
        raise CutError
    if word == b"if":
        return _if_end(canvas, position, limit, nesting)
    if word in _HEADS:
        closing = _closing(canvas, canvas.after(position + len(word)), limit)
        return statement_end(canvas, canvas.after(closing + 1), limit, nesting + 1)
    if word == b"do":
        body = statement_end(canvas, canvas.after(position + 2), limit, nesting + 1)
        return _plain_end(canvas, canvas.after(body), limit)
    return _plain_end(canvas, position, limit)


def _if_end(canvas: Canvas, position: int, limit: int, nesting: int) -> int:
    while True:
        body = canvas.after(branch(canvas, position, limit).closing + 1)
        end = statement_end(canvas, body, limit, nesting + 1)
        following = canvas.after(end)
        if following >= limit or canvas.word_at(following) != b"else":
            return end
        position = canvas.after(following + 4)
        if position >= limit or canvas.word_at(position) != b"if":
            return statement_end(canvas, position, limit, nesting + 1)


def _plain_end(canvas: Canvas, position: int, limit: int) -> int:
    """A block, or text up to the `;` outside of brackets; a block behind a `)` is the body of a loop macro."""
    depth = 0
    block = False
    for match in _STEP.finditer(canvas.code, position, limit):
        mark = match.group()
        if mark == b";":
            if not depth:
                return match.end()
        elif mark in b"([{":
            if not depth and mark == b"{":
                last = canvas.before(match.start())
                block = match.start() == position or canvas.byte(last) == b")"
            depth += 1
        else:
            depth -= 1
            if depth < 0:
                break
            if not depth and block:
                return match.end()
    raise CutError


def _closing(canvas: Canvas, opening: int, limit: int) -> int:
    closing = canvas.closing(opening) if canvas.byte(opening) == b"(" else -1
    if not 0 <= closing < limit:
        raise CutError
    return closing
