"""A changed file without the bodies that cannot matter to the change: far less to mask and to parse in a diff mode.

What is left: everything outside of functions, the functions that the change may affect (see `lines.affected`), and what
these call in turn. Every byte keeps its place. A rule that learns more from the rest of a file can only report too much
on what is left, so a finding is taken seriously only after a look at the whole file (see `delta`).

Functions are found by their look, a brace in the first column behind a parameter list; what looks otherwise stays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reviewbot.analysis.lines import LineMap
from reviewbot.csource import MacroTable, SourceFile

_OPENING = re.compile(rb"^\{", re.MULTILINE)
_CLOSING = re.compile(rb"^\}[ \t\r]*(?:$|/[*/])", re.MULTILINE)
_CALLED = re.compile(rb"([A-Za-z_]\w*)[ \t]*\(")
_WORD = re.compile(rb"[A-Za-z_]\w*")
_DEFINE = re.compile(rb"#[ \t]*define[ \t]+(\w+)")
_CONDITIONAL = re.compile(rb"^[ \t]*#[ \t]*(if|endif)", re.MULTILINE)
_ENDS = (b";\n", b"}\n", b"*/\n", b"\n\n")  # what stands before a function's head
_MAX_HEAD = 4096  # bytes of a return type, name and parameter list
_BLANK = bytes(byte if byte in b"\n\r" else 0x20 for byte in range(256))
_NOTHING: frozenset[bytes] = frozenset()
# No names of functions, though a parenthesis follows them.
_NO_NAMES = frozenset(
    b"__attribute__ void int long char short unsigned if while for switch return sizeof typeof".split()
)

# No rule follows calls deeper than this.
_LEVELS = 3

# Where this much of a file would stay, the whole of it is read at once.
_WORTH_IT = 0.7


@dataclass(frozen=True, slots=True)
class Lean:
    """A file with the bodies of some functions blanked; `names` are the functions that the change may affect."""

    data: bytes
    names: frozenset[str]
    bodies: Mapping[str, int]

    def agrees(self, source: SourceFile) -> bool:
        """Whether the parser sees the functions that were kept for the change where the text showed them."""
        seen = {(f.name, f.body.start_byte) for f in source.functions if f.readable}
        return all((name, start) in seen for name, start in self.bodies.items())


@dataclass(frozen=True, slots=True)
class _Body:
    """A function by its look: offsets of its head, its `{` and behind its `}`, and its first and last line."""

    name: bytes
    head: int
    start: int
    end: int
    line: int
    last_line: int


def make_lean(data: bytes, lines: LineMap, macros: MacroTable) -> Lean | None:
    """The lean form of a changed file; None where the whole of it is needed, or as good as the whole."""
    bodies = list(_bodies(data, macros))
    touched = [body for body in bodies if lines.touched(body.line, body.last_line)]
    by_name = {body.name: body for body in bodies}
    if not touched or len(by_name) < len(bodies) or _touched_outside(data, bodies, lines):
        return None
    named = {body: frozenset(by_name).intersection(_WORD.findall(data, body.head, body.end)) for body in bodies}
    naming: dict[_Body, list[_Body]] = {body: [] for body in bodies}
    for body, names in named.items():
        for name in names:
            naming[by_name[name]].append(body)
    affected = _closure(touched, lambda body: naming[body])
    texts = _macros(data)
    kept = _closure(affected, lambda body: _called(data, body, by_name, texts), _LEVELS)
    dropped = [body for body in bodies if body not in kept and _self_contained(data[body.start : body.end])]
    if len(data) - sum(body.end - body.start for body in dropped) > len(data) * _WORTH_IT:
        return None
    out = bytearray(data)
    for body in dropped:
        out[body.start + 1 : body.end - 1] = data[body.start + 1 : body.end - 1].translate(_BLANK)
    starts = {body.name.decode(): body.start for body in affected}
    return Lean(bytes(out), frozenset(starts), starts)


def _bodies(data: bytes, macros: MacroTable) -> Iterator[_Body]:
    line, counted, done = 1, 0, 0
    for match in _OPENING.finditer(data):
        start = match.start()
        if start < done:
            continue
        head = _head(data, start)
        name = _name(data[head:start], macros) if head is not None else None
        if name is None or head is None:
            continue
        closing = _CLOSING.search(data, start)
        if closing is None:
            return
        end = closing.start() + 1
        line += data.count(b"\n", counted, head)
        counted, done = head, end
        yield _Body(name, head, start, end, line, line + data.count(b"\n", head, end))


def _head(data: bytes, start: int) -> int | None:
    """Where the head of the function begins whose body opens at an offset; None where that is no function."""
    floor = max(0, start - _MAX_HEAD)
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
    for name in _CALLED.findall(head):
        # `ELF_HANDLE_DECL(elf_shdr) elf_shdr_by_name(…)`: capitals are a macro in the type.
        if name not in macros.attributes_with_arguments and not name.isupper():
            return bytes(name) if name not in _NO_NAMES else None
    return None


def _touched_outside(data: bytes, bodies: Sequence[_Body], lines: LineMap) -> bool:
    """Whether a line outside of all bodies is new (a macro, a declaration): it may matter anywhere."""
    firsts = [body.line for body in bodies]
    rows: list[bytes] | None = None
    for number in lines.fresh:
        at = bisect_right(firsts, number) - 1
        if at >= 0 and number <= bodies[at].last_line:
            continue
        rows = rows if rows is not None else data.split(b"\n")
        if rows[number - 1].strip():
            return True
    return False


def _closure(
    start: Iterable[_Body], more: Callable[[_Body], Iterable[_Body]], levels: int | None = None
) -> Mapping[_Body, None]:
    """What is reached from some functions, at most so many steps away; in order."""
    reached = dict.fromkeys(start)
    fresh = list(reached)
    while fresh and levels != 0:
        levels = levels - 1 if levels is not None else None
        fresh = [body for body in dict.fromkeys(b for one in fresh for b in more(one)) if body not in reached]
        reached.update(dict.fromkeys(fresh))
    return reached


def _called(
    data: bytes, body: _Body, by_name: Mapping[bytes, _Body], macros: Mapping[bytes, frozenset[bytes]]
) -> Iterator[_Body]:
    """The functions that this one names, also by way of the file's macros."""
    stack = [*set(_WORD.findall(data, body.head, body.end))]
    seen = set(stack)
    while stack:
        word = stack.pop()
        if word in by_name:
            yield by_name[word]
        inner = macros.get(word, _NOTHING) - seen
        seen |= inner
        stack.extend(inner)


def _macros(data: bytes) -> dict[bytes, frozenset[bytes]]:
    """The words of each macro that the file defines."""
    found: dict[bytes, frozenset[bytes]] = {}
    for match in _DEFINE.finditer(data):
        end = data.find(b"\n", match.end())
        while end > 0 and data[end - 1 : end] == b"\\":
            end = data.find(b"\n", end + 1)
        words = frozenset(_WORD.findall(data, match.end(), end if end >= 0 else len(data)))
        found[match.group(1)] = found.get(match.group(1), _NOTHING) | words
    return found


def _self_contained(body: bytes) -> bool:
    """Whether nothing begins in a body that ends outside of it: a comment, a conditional."""
    if body.count(b"/*") != body.count(b"*/"):
        return False
    kinds = _CONDITIONAL.findall(body) if b"#" in body else []
    return kinds.count(b"if") == kinds.count(b"endif")
