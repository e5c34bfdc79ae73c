"""The functions of a C file by their look, without a parser: a brace in the first column behind a parameter list.

What looks otherwise counts as text between functions. Nothing is read twice: words are looked for where they are asked
for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reviewbot.analysis.lines import LineMap
from reviewbot.csource import MacroTable
from reviewbot.csource.words import occurrences, places_of, words_of

_CLOSING_TAIL = re.compile(rb"[ \t\r]*(?:\n|\Z|/[*/])")  # what may stand behind a function's last brace
_CALLED = re.compile(rb"([A-Za-z_]\w*)[ \t]*\(")
_CALL_FOLLOWS = re.compile(rb"\s*\(")
_DEFINE = re.compile(rb"#[ \t]*define[ \t]+(\w+)")
_DIRECTIVE = re.compile(rb"[ \t]*#[ \t]*(\w+)(?:[ \t]+(\w+))?")
_CONDITIONAL = re.compile(rb"^[ \t]*#[ \t]*(if|endif)", re.MULTILINE)
# Comments, literals and directives (a macro's comments belong to it); the alternatives start differently, and their
# repeats exclude each other's end.
_NOISE = re.compile(
    rb"/\*.*?\*/|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'"
    rb"|#(?:[^\\\n/]|\\.|/\*(?:[^*]|\*(?!/))*+(?:\*/)?|/)*+",
    re.DOTALL,
)
_ENDS = (b";\n", b"}\n", b"*/\n", b"\n\n")  # what stands before a function's head
_MAX_HEAD = 4096  # bytes of a return type, name and parameter list
_NOT_NEWLINES = bytes(byte for byte in range(256) if byte != 0x0A)
# No names of functions, though a parenthesis follows them.
_NO_NAMES = frozenset(
    b"__attribute__ void int long char short unsigned if while for switch return sizeof typeof".split()
)

Words = frozenset[bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A function by its look: offsets of its head, its `{` and behind its `}`; the lines of the three, 1-based."""

    name: bytes
    head: int
    start: int
    end: int
    line: int
    open_line: int
    last_line: int


@dataclass(slots=True, eq=False)
class Outline:
    """One version of a file."""

    data: bytes
    bodies: Sequence[Body]
    by_name: dict[bytes, list[Body]] = field(default_factory=dict)
    _heads: list[int] = field(default_factory=list)
    _lasts: list[int] = field(default_factory=list)
    _words: dict[Body, Words] = field(default_factory=dict)
    _macros: dict[bytes, Words] | None = None
    _users: dict[bytes, list[bytes]] | None = field(default=None, repr=False)

    @classmethod
    def of(cls, data: bytes, macros: MacroTable) -> Outline:
        """Find the functions of a file."""
        outline = cls(data, tuple(_bodies(data, macros)))
        for body in outline.bodies:
            outline.by_name.setdefault(body.name, []).append(body)
            outline._heads.append(body.head)
            outline._lasts.append(body.last_line)
        return outline

    def touched(self, lines: LineMap) -> list[Body]:
        """The functions in which lines came or went; `lines` leads to this version."""
        found: dict[Body, None] = {}
        for first, size, _, _ in lines.hunks():
            place = bisect_left(self._lasts, first)
            while place < len(self.bodies) and self.bodies[place].line < first + max(size, 1):
                body = self.bodies[place]
                if lines.touched(body.line, body.last_line):
                    found[body] = None
                place += 1
        return list(found)

    def has_inside(self, first: int, size: int) -> bool:
        """Whether so many lines from a first one on lie between the braces of one function."""
        place = bisect_left(self._lasts, first + size)
        return place < len(self.bodies) and self.bodies[place].open_line < first

    def words(self, body: Body) -> Words:
        """The words of a function, head and comments included, and those of the file's macros that it uses."""
        known = self._words.get(body)
        if known is None:
            known = words_of(self.data[body.head : body.end])
            macros = self.macros()
            fresh = known & macros.keys()
            while fresh:
                inner = frozenset().union(*(macros[name] for name in fresh)) - known
                known |= inner
                fresh = inner & macros.keys()
            self._words[body] = known
        return known

    def macros(self) -> dict[bytes, Words]:
        """The words of each macro that the file defines."""
        if self._macros is None:
            self._macros = dict(_macros(self.data))
        return self._macros

    def _macros_with(self) -> dict[bytes, list[bytes]]:
        """For each word the macros in which it stands."""
        if self._users is None:
            self._users = {}
            for macro, inner in self.macros().items():
                for word in inner:
                    self._users.setdefault(word, []).append(macro)
        return self._users

    def naming(self, names: Iterable[bytes]) -> dict[Body, None]:
        """The functions that name one of these, also by way of a macro of the file, in no order that matters."""
        wanted = set(names)
        users = self._macros_with()
        waiting = list(wanted) if users else []
        while waiting:
            more = [macro for macro in users.get(waiting.pop(), ()) if macro not in wanted]
            wanted.update(more)
            waiting.extend(more)
        found: dict[Body, None] = {}
        for at, _ in places_of(self.data, wanted):
            body = self.around(at)
            if body is not None:
                found[body] = None
        return found

    def is_called(self, body: Body) -> bool:
        """Whether a call of a function's name stands anywhere but in itself."""
        for at in occurrences(self.data, body.name):
            if not body.head <= at < body.end and _CALL_FOLLOWS.match(self.data, at + len(body.name)):
                return True
        return False

    def around(self, at: int) -> Body | None:
        """The function, its head included, in which an offset lies."""
        place = bisect_right(self._heads, at) - 1
        return self.bodies[place] if place >= 0 and at < self.bodies[place].end else None

    def names_touched_outside(self, lines: LineMap) -> Words | None:
        """What a change between the functions may give another meaning: macros, and whatever stands before a `(`.

        None where a conditional was touched: it may matter anywhere.
        """
        found: set[bytes] = set()
        rows: tuple[int, list[bytes]] = (0, [])
        lasts = self._lasts
        seen = 0
        for number in lines.fresh:
            place = bisect_left(lasts, number)
            if number < seen or (place < len(lasts) and number >= self.bodies[place].line):
                continue
            first = lasts[place - 1] + 1 if place else 1
            if rows[0] != first:
                rows = first, self._between(place)
            if number - first >= len(rows[1]):
                return None
            start, end = _statement(rows[1], number - first)
            seen = first + end
            names = _given_names(rows[1][start:end])
            if names is None:
                return None
            found |= names
        return frozenset(found)

    def _between(self, place: int) -> list[bytes]:
        """The lines before a function, from the end of the one before it on, without comments."""
        start = self.data.find(b"\n", self.bodies[place - 1].end) + 1 if place else 0
        end = self.bodies[place].head if place < len(self.bodies) else len(self.data)
        return _NOISE.sub(_only_newlines, self.data[start:end]).split(b"\n")

    def less(self, kept: Iterable[Body]) -> bytes:
        """The file without all other functions and without the comments between functions; every line keeps its number.

        A body in which something begins that ends outside of it stays.
        """
        stays = set(kept)
        data = self.data
        pieces: list[bytes] = []
        at = 0
        for body in self.bodies:
            pieces.append(_bare(data[at : body.head]))
            if body in stays or not _self_contained(data, body.head, body.end):
                pieces.append(data[body.head : body.end])
            else:
                pieces.append(b"\n" * (body.last_line - body.line))
            at = body.end
        pieces.append(_bare(data[at:]))
        return b"".join(pieces)


def _bare(text: bytes) -> bytes:
    """Text between functions without its comments."""
    return _NOISE.sub(_only_newlines, text) if b"/*" in text or b"//" in text else text


def _only_newlines(match: re.Match[bytes]) -> bytes:
    noise = match.group()
    if noise[:1] in b"\"'#":
        return noise
    return noise.translate(None, _NOT_NEWLINES) + b" " * (len(noise) - noise.rfind(b"\n") - 1)  # columns stay


def _bodies(data: bytes, macros: MacroTable) -> Iterator[Body]:
    line, done = 1, 0
    start = data.find(b"\n{") + 1
    while start:
        head = _head(data, start, done)
        name = _name(data[head:start], macros) if head is not None else None
        if name is not None and head is not None:
            end = _end(data, start)
            if not end:
                return
            line += data.count(b"\n", done, head)
            opening = line + data.count(b"\n", head, start)
            last = opening + data.count(b"\n", start, end)
            yield Body(name, head, start, end, line, opening, last)
            line, done, start = last, end, end
        start = data.find(b"\n{", start) + 1


def _end(data: bytes, start: int) -> int:
    """The offset behind the brace in the first column that closes a function; 0 where there is none."""
    at = data.find(b"\n}", start)
    while at >= 0:
        if _CLOSING_TAIL.match(data, at + 2):
            return at + 2
        at = data.find(b"\n}", at + 2)
    return 0


def _head(data: bytes, start: int, done: int) -> int | None:
    """Where the head of the function begins whose body opens at an offset; None where that is no function."""
    floor = max(done, start - _MAX_HEAD)
    before = data[floor:start].rstrip()
    if before.endswith(b"*/"):
        before = before[: max(before.rfind(b"/*"), 0)].rstrip()
    if not before.endswith(b")"):
        return None
    begin = max((before.rfind(end) + len(end) for end in _ENDS if end in before), default=0)
    directive = before.rfind(b"\n#", max(begin - 1, 0))
    if directive >= 0:
        begin = before.find(b"\n", directive + 1) + 1
    while before[begin : begin + 1].isspace():
        begin += 1
    return floor + begin if before[begin : begin + 1] != b"#" else None


def _name(head: bytes, macros: MacroTable) -> bytes | None:
    for match in _CALLED.finditer(head):
        name = match.group(1)
        # `ELF_HANDLE_DECL(elf_shdr) elf_shdr_by_name(…)`: capitals are a macro in the type.
        if name not in macros.attributes_with_arguments and not name.isupper():
            return bytes(name) if name not in _NO_NAMES else None
    return None


def _macros(data: bytes) -> Iterator[tuple[bytes, Words]]:
    found: dict[bytes, Words] = {}
    at = data.find(b"define")
    while at >= 0:
        start = data.rfind(b"#", max(0, at - 16), at)
        match = _DEFINE.match(data, start) if start >= 0 else None
        if match is None:
            at = data.find(b"define", at + 6)
            continue
        end = data.find(b"\n", match.end())
        while end > 0 and data[end - 1 : end] == b"\\":
            end = data.find(b"\n", end + 1)
        end = end if end >= 0 else len(data)
        name = match.group(1)
        found[name] = words_of(data[match.end() : end]) | found.get(name, frozenset())
        at = data.find(b"define", end)
    return iter(found.items())


def _statement(rows: Sequence[bytes], at: int) -> tuple[int, int]:
    """The lines around one that belong to it: a directive with its continuations, or a declaration."""
    start, end = at, at + 1
    while start and _goes_on(rows[start - 1]):
        start -= 1
    while end < len(rows) and _goes_on(rows[end - 1]):
        end += 1
    return start, end


def _goes_on(row: bytes) -> bool:
    """Whether what a line says ends in a later one."""
    text = row.strip()
    if text.endswith(b"\\"):
        return True
    return bool(text) and not text.startswith(b"#") and not text.endswith((b";", b"}"))


def _given_names(rows: Sequence[bytes]) -> set[bytes] | None:
    """The names to which a piece of text between functions gives a meaning; None for a conditional."""
    names: set[bytes] = set()
    goes_on = False
    for row in rows:
        inside, goes_on = goes_on, row.rstrip().endswith(b"\\")
        directive = _DIRECTIVE.match(row)
        if inside:
            continue  # of a macro it is the name that gets another meaning
        if directive is None:
            names.update(name for name in _CALLED.findall(row) if name not in _NO_NAMES)
        elif directive.group(1) in (b"define", b"undef") and directive.group(2):
            names.add(directive.group(2))
        elif directive.group(1) != b"include":
            return None
    return names


def _self_contained(data: bytes, start: int, end: int) -> bool:
    """Whether nothing begins in a function that ends outside of it: a comment, a conditional."""
    if data.count(b"/*", start, end) != data.count(b"*/", start, end):
        return False
    if data.find(b"#", start, end) < 0:
        return True
    kinds = _CONDITIONAL.findall(data[start:end])
    return kinds.count(b"if") == kinds.count(b"endif")
