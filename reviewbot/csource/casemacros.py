"""Macros whose text holds `case`: where one is used, it becomes the label that it stands for."""

from __future__ import annotations

import re

from reviewbot.csource.canvas import Canvas
from reviewbot.csource.macros import CaseMacro

_DEFINE = re.compile(rb"#[ \t]*define[ \t]+(\w+)\([^)]*\)")
_NESTING = 4  # how deep a macro that starts with another is followed to one that holds `case`
_FIRST_WORD = re.compile(rb"[\s\\]*(\w+)\(")
_HIDDEN = re.compile(rb'"(?:[^"\\\n]|\\.)*+"|//[^\n]*')
_COMMENT = re.compile(rb"/\*(?:[^*]|\*(?!/))*+\*/")
_SAID = re.compile(rb"\bfallthrough\s*;|/\*\s*[Ff]all ?through\.?\s*\*/")
_CASE = re.compile(rb"\bcase\b")
_LAST = re.compile(rb"\b(break|return|goto|continue)\b")
_ENDS = (b";", b"{", b"}")
_LABEL = b"case T"


def learn_case_macros(canvas: Canvas) -> dict[bytes, CaseMacro]:
    """The function-like macros of this file that open a case group, from their `#define` lines."""
    found: dict[bytes, CaseMacro] = {}
    waiting: list[tuple[bytes, bytes]] = []
    if b"case" not in canvas.data:
        return found
    for start, end in canvas.directives:
        match = _DEFINE.match(canvas.data, start, end)
        if match is None:
            continue
        if canvas.data.find(b"case", match.end(), end) >= 0:
            macro = _read(canvas.data[match.end() : end])
            if macro:
                found[match.group(1)] = macro
        elif first := _FIRST_WORD.match(canvas.data, match.end(), end):
            waiting.append((match.group(1), first.group(1)))
    for _ in range(_NESTING):
        found.update((name, found[first]) for name, first in waiting if first in found)
    return found


def _read(text: bytes) -> CaseMacro | None:
    """What the text of a macro says; None where its `case` stands in braces, so that it opens no group outside."""
    plain = _HIDDEN.sub(b"", text)
    code = _COMMENT.sub(b" ", plain)
    first = _CASE.search(code)
    if first is None:
        return None
    head = code[: first.start()]
    if head.count(b"{") != head.count(b"}"):
        return None
    said = _SAID.search(plain, 0, max(plain.find(b"case"), 0)) is not None
    last = _LAST.search(code, *_last_statement(code, first.end()))
    return CaseMacro("fallthrough" if said else "", last.group(1).decode() if last else "")


def _last_statement(code: bytes, start: int) -> tuple[int, int]:
    """Where the last statement stands in the text of a macro: what closes blocks behind it does not count."""
    end = len(code[start:].rstrip(b" \t\n\v\f\r}\\")) + start
    end -= code[start:end].endswith(b";")
    return max(code.rfind(mark, start, end) + 1 for mark in _ENDS) or start, end


def label_case_macros(canvas: Canvas, known: dict[bytes, CaseMacro], position: int, end: int) -> None:
    """Make a label of the case macro whose name stands from `position` to `end`."""
    macro = known[bytes(canvas.code[position:end])]
    opening = canvas.after(end)
    closing = canvas.closing(opening) if canvas.byte(opening) == b"(" else -1
    if closing < 0 or canvas.word_ending(canvas.before(position)) == b"case":
        return
    has_colon = canvas.byte(canvas.after(closing + 1)) == b":"
    short = _LABEL if has_colon else _LABEL + b":"
    # a short name takes in blanks before it: `C(1)` alone has no room for a label
    free = canvas.out[max(position - len(short), 0) : position]
    blanks = len(free) - len(free.rstrip(b" \t"))
    position = max(position - blanks, min(position, closing + 1 - len(short)))
    room = closing + 1 - position
    if room < len(short):
        return
    whole = short + macro.ends.encode() + b";"
    ends = not has_colon and macro.ends in ("break", "return", "continue") and len(whole) <= room
    canvas.put(position, closing + 1, whole if ends else short)
    canvas.case_macros[position] = macro
