"""Same-length rewrites that make macro-laden C readable to a parser; no byte ever moves.

Each family of macros has one step here or in a module beside this one. A step reads the view of the code, in which
comments, literals and preprocessor lines are hidden, so that it never rewrites inside those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reviewbot.csource.arms import Arm
from reviewbot.csource.asm import tidy_asm
from reviewbot.csource.canvas import Canvas
from reviewbot.csource.casemacros import label_case_macros, learn_case_macros
from reviewbot.csource.conditionals import tidy_conditionals
from reviewbot.csource.macros import CaseMacro, MacroTable
from reviewbot.csource.typeargs import collapse_type_arguments
from reviewbot.csource.words import WORD_BYTES, places_of, words_of

_TYPEOF = re.compile(rb"typeof(?:__)?(?!\w)")  # a word in front of it is looked at where it was found
_UNNAMED_BITS = re.compile(rb":(?=\s*\d+\s*;)")  # `uint16_t :9;`
_TYPE_WORD = re.compile(rb"unsigned|int|long|u?int\d+_t|u\d\d|s\d\d|bool")
_STORAGE = re.compile(rb"static\s+(?:const\s+)?([A-Z][A-Z0-9_]{3,})\s*\(")
_BARE = re.compile(rb"\n[A-Z_][A-Z0-9_]*[ \t]*\(")
_CODE = re.compile(rb"\S")
_BLOCK = re.compile(rb",(?=\s*\{)")
_ELLIPSIS = re.compile(rb"\.\.\.")
_UPPER_BOUND = re.compile(rb"\.\.\.[^:;{}]{0,400}:")
_CASE_HEAD = re.compile(rb"\bcase\b[^:;{}]*\Z")
_TAKES_STRING = frozenset({b"return", b"case", b"else", b"sizeof", b"asm", b"__asm__", b"__asm", b"volatile", b"goto",
                           b"__volatile__", b"extern", b"L", b"u8", b"u", b"U", b"do", b"in"})  # fmt: skip
# A digit as 0, a letter that ends no number and no prefix of one as a, another byte of a word as x.
_DIGIT_KINDS = bytes(
    0x30 if byte in b"0123456789" else 0x61 if byte in b"acdghijkmopqrstvwyz" else 0x78 if byte in WORD_BYTES else 0x20
    for byte in range(256)
)
_NAME_TAIL = re.compile(rb"\w*")


@dataclass(frozen=True, slots=True)
class Masked:
    """The masked bytes, and in them the macros that became labels and the marks of arms of `#if`, by their offsets.

    `shown` are the blanked lines all of whose arms stand as alternatives, `dropped` the arms left out; `words` are
    those of the code and of the preprocessor lines as they were.
    """

    data: bytes
    case_macros: Mapping[int, CaseMacro]
    dropped: tuple[tuple[int, int], ...]
    arms: Mapping[int, Arm]
    shown: frozenset[int]
    words: frozenset[bytes]


def mask(data: bytes, macros: MacroTable, alternatives: bool = True) -> Masked:
    """Rewrite the macros of a file to C that parses: same length, newlines at the same offsets. Raises DeepError."""
    return mask_canvas(Canvas.of(data), macros, alternatives)


def mask_canvas(canvas: Canvas, macros: MacroTable, alternatives: bool = True) -> Masked:
    """The same on a canvas on which nothing is painted yet. Raises DeepError."""
    lines = b" ".join(canvas.data[start:end] for start, end in canvas.directives)
    words = words_of(bytes(canvas.code) + lines)
    tidy_conditionals(canvas, alternatives)
    _stray(canvas)
    _names(canvas, macros, words)
    _storage(canvas)
    _bare_macros(canvas)
    known = b" ".join(words)
    if any(part in known for part in macros.loops):
        _loops(canvas, macros)
    if b"typeof" in known:
        _typeof(canvas)
    collapse_type_arguments(canvas)
    if b"asm" in known:
        tidy_asm(canvas)
    _strings(canvas)
    _case_ranges(canvas)
    return Masked(
        bytes(canvas.out),
        canvas.case_macros,
        tuple(canvas.dropped),
        dict(sorted(canvas.arms.items())),
        frozenset(canvas.shown),
        words,
    )


def _stray(canvas: Canvas) -> None:
    """Bytes that C has in macros only, or that the parser does not know."""
    position = canvas.code.find(b"\\")
    while position >= 0:
        canvas.blank(position, position + 1)
        position = canvas.code.find(b"\\", position + 1)
    _digit_words(canvas)
    for match in _UNNAMED_BITS.finditer(canvas.code.copy()):
        last = canvas.before(match.start())
        word = canvas.word_ending(last)
        if len(word) > 2 and _TYPE_WORD.fullmatch(word):
            canvas.put(last - 1, last + 1, b" _")


def _digit_words(canvas: Canvas) -> None:
    """An argument that starts with digits and is no number: `vcpu_must_have(3dnow)`, `OPC_XOP(0a, 0x10)`."""
    kinds = canvas.code.translate(_DIGIT_KINDS)
    end = kinds.find(b"0a") + 1
    while end:
        floor = max(end - 64, 0)
        start = floor + len(kinds[floor:end].rstrip(b"0"))
        last = canvas.before(start) if start > floor and kinds[start - 1] == 0x20 else -1
        if last >= 0 and canvas.code[last] in b"(,":
            canvas.put(start, end, b"_" * (end - start))
        end = kinds.find(b"0a", end) + 1


def _names(canvas: Canvas, macros: MacroTable, words: frozenset[bytes]) -> None:
    cases = {**macros.case_macros, **learn_case_macros(canvas)}
    for start, word in places_of(bytes(canvas.code), words & macros.words):
        end = start + len(word)
        if word in macros.attributes:
            canvas.blank(start, end)
        elif word in macros.spellings:
            canvas.put(start, end, macros.spellings[word])
        elif word in macros.leading or word in macros.prefixes:
            following = canvas.byte(canvas.after(end))
            if following.isalpha() or following in (b"_", b'"') or (following == b"*" and word in macros.leading):
                canvas.blank(start, end)
        else:
            _calls(canvas, macros, word, start, end)
    names = words & cases.keys()
    for start, word in places_of(bytes(canvas.code), names) if names else ():
        label_case_macros(canvas, cases, start, start + len(word))


def _storage(canvas: Canvas) -> None:
    """`static DEFINE_SOMETHING(x, …);` becomes a declaration: the parser would take what follows for its type."""
    for match in _STORAGE.finditer(canvas.code.copy()):
        closing = canvas.closing(match.end() - 1)
        if closing >= 0 and canvas.byte(canvas.after(closing + 1)) in (b";", b"="):
            canvas.put(match.start(1), closing + 1, b"int T")


def _bare_macros(canvas: Canvas) -> None:
    """`DEFINE_SOMETHING(x)` without `;` between functions: the parser would take it for the next one's head."""
    code = bytes(canvas.code)
    beyond: dict[int, int] = {}  # what follows one that was blanked, by its start
    for match in reversed(list(_BARE.finditer(code))):
        last = canvas.before(match.start())
        closing = canvas.closing(match.end() - 1)
        found = _CODE.search(code, closing + 1)
        following = beyond.get(found.start(), found.start()) if found else len(code)
        if closing < 0 or (last >= 0 and canvas.code[last] not in b";})"):
            continue
        word = canvas.word_at(following)
        ends_line = canvas.code.find(b"\n", closing, following) >= 0
        if ends_line and word and canvas.byte(canvas.after(following + len(word))) != b"(":
            canvas.blank(match.start() + 1, closing + 1)
            beyond[match.start() + 1] = following


def _calls(canvas: Canvas, macros: MacroTable, word: bytes, start: int, end: int) -> None:
    """The families that are rewritten together with their arguments."""
    opening = canvas.after(end)
    closing = canvas.closing(opening) if canvas.byte(opening) == b"(" else -1
    if closing < 0:
        return
    if word in macros.attributes_with_arguments:
        canvas.blank(start, closing + 1)
    elif word in macros.asm_macros:
        canvas.blank(opening + 1, closing)
    elif word in macros.declarations:
        arguments = bytes(canvas.code[opening + 1 : closing]).split(b",")
        number = macros.declarations[word] - 1
        if number < len(arguments) and (name := arguments[number].strip()) and name.decode("latin-1").isidentifier():
            canvas.put(start, closing + 1, b"int " + name)


def _typeof(canvas: Canvas) -> None:
    """`typeof(x) y` becomes `int y`: what is declared does not matter, only that it is."""
    for match in _TYPEOF.finditer(canvas.code.copy()):
        start = match.end() - len(canvas.word_ending(match.end() - 1))
        opening = canvas.after(match.end())
        closing = canvas.closing(opening) if canvas.byte(opening) == b"(" else -1
        if closing >= 0 and start in (match.start(), match.start() - 2):
            canvas.put(start, closing + 1, b"int")


def _loops(canvas: Canvas, macros: MacroTable) -> None:
    done = 0
    code = bytes(canvas.code)
    for position in sorted(at for part in macros.loops for at in _all(code, part)):
        if position < done:
            continue
        tail = _NAME_TAIL.match(canvas.code, position)
        done = end = tail.end() if tail else position
        start = end - len(canvas.word_ending(end - 1))
        opening = canvas.after(end)
        if canvas.byte(opening) != b"(" or not _starts_statement(canvas, start):
            continue
        closing = canvas.closing(opening)
        if closing < 0:
            continue
        following = canvas.byte(canvas.after(closing + 1))
        block = _BLOCK.search(canvas.code, opening, closing)
        if block:
            canvas.put(start, end, b"while")
            canvas.put(block.start(), block.start() + 1, b")")
            canvas.blank(closing, closing + 1)
        elif following not in (b";", b",", b")", b""):
            canvas.put(start, end, b"while")
            if canvas.after(opening + 1) == closing:
                canvas.put(start, closing + 1, b"while(1)")


def _all(code: bytes, part: bytes) -> Iterator[int]:
    at = code.find(part)
    while at >= 0:
        yield at
        at = code.find(part, at + 1)


def _starts_statement(canvas: Canvas, start: int) -> bool:
    last = canvas.before(start)
    return last >= 0 and (canvas.code[last] in b"{};):" or canvas.word_ending(last) in (b"else", b"do"))


def _strings(canvas: Canvas) -> None:
    for start, end in canvas.strings:
        if canvas.code[start] != 0x22:
            continue  # it went with a macro or with an arm of `#if`
        _after_string(canvas, end)
        while True:
            last = canvas.before(start)
            word = canvas.word_ending(last)
            if not word or word in _TAKES_STRING or word.isdigit():
                break
            start = last + 1 - len(word)
            canvas.blank(start, last + 1)


def _after_string(canvas: Canvas, end: int) -> None:
    following = canvas.after(end)
    word = canvas.word_at(following)
    if word and word not in _TAKES_STRING:
        opening = canvas.after(following + len(word))
        closing = canvas.closing(opening) if canvas.byte(opening) == b"(" else -1
        canvas.blank(following, max(closing + 1, following + len(word)))


def _case_ranges(canvas: Canvas) -> None:
    for match in _ELLIPSIS.finditer(canvas.code.copy()):
        start = match.start()
        if not _CASE_HEAD.search(canvas.code, max(start - 400, 0), start):
            continue
        colon = _UPPER_BOUND.match(canvas.code, start)
        if colon is not None:
            canvas.blank(start, colon.end() - 1)
