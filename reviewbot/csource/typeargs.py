"""Types as arguments of macros: `container_of(p, struct x, m)`, `va_arg(ap, unsigned long)`.

In C an argument is never a type, so one identifier is put in the place of each. An unnamed parameter of a prototype
looks the same; there an identifier is a type name and reads as well, so the two need not be told apart.
"""

from __future__ import annotations

import re

from reviewbot.csource.canvas import Canvas

_BASIC = (
    rb"(?:unsigned|signed|long|short|int|char|void|float|double|bool|_Bool|ssize_t|size_t|ptrdiff_t|u?intptr_t"
    rb"|u?int(?:8|16|32|64)_t|char(?:8|16|32)_t)"
)
_QUALIFIER = rb"(?:const|volatile)"
# A whole type and nothing but it from the start of an argument to its end. The look-aheads turn away nearly all
# arguments by their first letters; repeats are bounded: no type has more words.
_TYPE = (
    rb"\s*+(?=[_bcdefilpsuv][Baehilnost])(?=c(?:onst|har)|vo(?:latile|id)|s(?:truct|igned|hort|s?ize_t)|u(?:n(?:ion|signed)|int)|enum|long|int|float"
    rb"|double|_?[bB]ool|ptrdiff_t)"
    rb"(?P<type>(?:" + _QUALIFIER + rb"\s+){0,2}"
    rb"(?P<head>(?:struct|union|enum)\s+(?P<tag>\w+)"
    rb"|" + _BASIC + rb"(?:\s+(?:" + _BASIC + rb"|" + _QUALIFIER + rb")\b){0,4}"
    rb"|(?P<name>(?!struct\b|union\b|enum\b)[A-Za-z_]\w*))"
    rb"(?:[\s*]|\b" + _QUALIFIER + rb"\b){0,40})(?=[,)])"
)
# One for each of what stands before it: a pattern that begins with one certain byte is looked for twice as fast.
_TYPES = (re.compile(rb"\(" + _TYPE), re.compile(rb"," + _TYPE))
_POINTER = re.compile(rb"\*[\s*]{0,40}(?:const\b[\s*]{0,40})?(?=[,)])")
# Words before a parenthesis that do not call: what follows is a cast, a condition or an operand that may be a type.
_NO_CALL = frozenset({b"return", b"sizeof", b"if", b"while", b"for", b"switch", b"case", b"else", b"do", b"goto",
                      b"typeof", b"__typeof__", b"_Alignof", b"alignof", b"__alignof__", b"_Generic", b"defined",
                      b"__attribute__", b"asm", b"volatile", b"_Atomic", b""})  # fmt: skip


def collapse_type_arguments(canvas: Canvas) -> None:
    """Make one identifier of each type that stands where C has an expression."""
    code = bytes(canvas.code)
    for found in sorted((match for types in _TYPES for match in types.finditer(code)), key=re.Match.start):
        if _is_argument(canvas, found.start()) and found.group("type") != b"void":
            _collapse(canvas, found)
    for match in _POINTER.finditer(canvas.code.copy()):
        last = canvas.before(match.start())
        word = canvas.word_ending(last)
        separator = canvas.before(last - len(word) + 1)
        if word and canvas.code[separator] in b"(," and not word.isdigit() and _is_argument(canvas, separator):
            canvas.blank(match.start(), match.end())


def _is_argument(canvas: Canvas, separator: int) -> bool:
    if canvas.code[separator] == 0x2C:
        return True
    return canvas.word_ending(canvas.before(separator)) not in _NO_CALL


def _collapse(canvas: Canvas, found: re.Match[bytes]) -> None:
    start, end = found.span("type")
    for group in ("tag", "name"):
        if found.group(group) is not None:
            keep = found.span(group)
            canvas.blank(start, keep[0])
            canvas.blank(keep[1], end)
            return
    head = found.start("head")
    width = len(canvas.word_at(head))
    canvas.blank(start, end)
    canvas.put(head, head + width, b"T" * width)
