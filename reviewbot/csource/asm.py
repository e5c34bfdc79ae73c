"""Inline assembly: strings, operands and the macros between them."""

from __future__ import annotations

import re

from reviewbot.csource.canvas import Canvas

_ASM = re.compile(rb"asm(?:__)?(?!\w)")
_QUALIFIERS = frozenset({b"volatile", b"__volatile__", b"__volatile", b"goto", b"inline", b"__inline__", b"__inline"})
_TOKEN = re.compile(rb"[A-Za-z_]\w*|\"+|[()\[\]:,]")
_LABELS = 3  # the section of `asm goto` that names C labels


def tidy_asm(canvas: Canvas) -> None:
    """Leave strings, operands and labels in each asm statement; blank one that only names a variable's register."""
    for match in _ASM.finditer(canvas.code.copy()):
        start = match.end() - len(canvas.word_ending(match.end() - 1))
        if start not in (match.start(), match.start() - 2):
            continue
        position = canvas.after(match.end())
        while (word := canvas.word_at(position)) in _QUALIFIERS:
            position = canvas.after(position + len(word))
        closing = canvas.closing(position) if canvas.byte(position) == b"(" else -1
        if closing < 0:
            continue
        last = canvas.before(start)
        if canvas.byte(last).isalnum() and canvas.word_ending(last) not in (b"else", b"do"):
            canvas.blank(start, closing + 1)
        else:
            _tidy(canvas, position + 1, closing)


def _tidy(canvas: Canvas, start: int, end: int) -> None:
    """A macro alone becomes an empty string, one beside a string or an operand goes."""
    section = depth = skip = 0
    previous = b""
    for match in _TOKEN.finditer(bytes(canvas.code[start:end])):
        at, token = start + match.start(), match.group()
        if at < skip:
            continue
        if token in (b"(", b"["):
            depth += 1
        elif token in (b")", b"]"):
            depth -= 1
        elif depth:
            continue
        elif token == b":":
            section += 1
        elif token[:1].isalpha() or token[:1] == b"_":
            if section >= _LABELS:
                continue
            after = canvas.after(at + len(token))
            closing = canvas.closing(after) if canvas.byte(after) == b"(" else -1
            skip = max(closing + 1, at + len(token))
            alone = previous in (b"", b":", b",", b"]")
            operand = section in (1, 2) and canvas.byte(canvas.after(skip)) != b"("
            text = b'"" (T)' if operand else b'""'
            canvas.put(at, skip, text if alone and len(text) <= skip - at else b"")
            token = b'"' if alone else previous
        previous = token[:1]
