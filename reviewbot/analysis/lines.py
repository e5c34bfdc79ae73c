"""Lines up two versions of a file, and says which functions a change may affect."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from reviewbot.csource import SourceFile

_WORD = re.compile(rb"[A-Za-z_]\w*")

# Between the first and the last change at most this many lines are compared one by one: difflib is quadratic at worst.
_MAX_COMPARED_LINES = 4000

_STEP = 1 << 12  # bytes compared at once

Run = tuple[int, int, int]  # first line after, first line before, how many: untouched lines
Hunk = tuple[int, int, int, int]  # first line after, how many, first line before, how many: what stands between runs


@dataclass(frozen=True, slots=True)
class LineMap:
    """Which lines of a file are untouched, as runs of them, sorted; line numbers are 1-based.

    `fresh` are the new lines, `gaps` the untouched ones with lines taken out right before them; both sorted. `old_span`
    are the offsets in the old file between which all changes lie.
    """

    runs: tuple[Run, ...]
    new_lines: int
    old_lines: int
    old_span: tuple[int, int] = field(default=(0, 0), compare=False)
    fresh: Sequence[int] = field(init=False, compare=False)
    gaps: Sequence[int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Find the places where the lines do not run on."""
        hunks = tuple(self.hunks())
        object.__setattr__(self, "fresh", [line for start, size, _, _ in hunks for line in range(start, start + size)])
        object.__setattr__(self, "gaps", [h[0] for h in hunks if not h[1] and 1 < h[0] <= self.new_lines])

    def hunks(self) -> Iterator[Hunk]:
        """The places where lines came or went, in order."""
        new, old = 1, 1
        for first, before, size in (*self.runs, (self.new_lines + 1, self.old_lines + 1, 0)):
            if first > new or before > old:
                yield new, first - new, old, before - old
            new, old = first + size, before + size

    def old_line(self, line: int) -> int | None:
        """Where an untouched line was before; None for a new one."""
        place = bisect_right(self.runs, line, key=lambda run: run[0]) - 1
        if place < 0 or line >= self.runs[place][0] + self.runs[place][2]:
            return None
        return self.runs[place][1] + line - self.runs[place][0]

    def inverse(self) -> LineMap:
        """The same from the other side: what is taken out is new there."""
        return LineMap(tuple((old, new, size) for new, old, size in self.runs), self.old_lines, self.new_lines)

    def touched(self, first: int, last: int) -> bool:
        """Whether the change is seen between two lines of the new file: one is new, or lines were taken out between."""
        return _any_between(self.fresh, first, last) or _any_between(self.gaps, first + 1, last)


def _any_between(numbers: Sequence[int], first: int, last: int) -> bool:
    at = bisect_left(numbers, first)
    return at < len(numbers) and numbers[at] <= last


def compare_lines(before: bytes, after: bytes) -> LineMap:
    """Line up two versions of a file; white space counts."""
    # Every line ends, so that equal bytes are equal lines.
    old, new = before + b"\n", after + b"\n"
    head = old.rfind(b"\n", 0, _equal(old, new)) + 1
    tail = _equal_end(old[head:], new[head:])
    first, last = old.count(b"\n", 0, head), old.count(b"\n", len(old) - tail)
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    olds, news = middle_old.count(b"\n"), middle_new.count(b"\n")
    runs = [(1, 1, first)]
    if olds and news and olds + news <= _MAX_COMPARED_LINES:
        matcher = SequenceMatcher(None, middle_old.split(b"\n")[:-1], middle_new.split(b"\n")[:-1], autojunk=False)
        runs += [(first + b + 1, first + a + 1, size) for a, b, size in matcher.get_matching_blocks()]
    runs.append((first + news + 1, first + olds + 1, last))
    span = (head, len(old) - tail)
    return LineMap(tuple(_joined(runs)), first + news + last, first + olds + last, span)


def _equal(one: bytes, two: bytes) -> int:
    """How many bytes two texts begin with in common."""
    limit = min(len(one), len(two))
    at = 0
    while at < limit and one[at : at + _STEP] == two[at : at + _STEP]:
        at += _STEP
    if at >= limit:
        return limit
    step = _STEP
    while step > 1:
        step //= 2
        if one[at : at + step] == two[at : at + step]:
            at += step
    return min(at, limit)


def _equal_end(one: bytes, two: bytes) -> int:
    """How many bytes of whole lines two texts end with in common."""
    size = _equal(one[::-1], two[::-1])
    for text in (one, two):
        if size < len(text) and text[-size - 1] != 10:
            start = one.find(b"\n", len(one) - size)
            size = len(one) - start - 1 if start >= 0 else 0
            break
    return size


def _joined(runs: Iterable[Run]) -> Iterator[Run]:
    """The runs without empty ones, adjacent ones made one."""
    held: Run | None = None
    for run in runs:
        if not run[2]:
            continue
        if held is not None and (held[0] + held[2], held[1] + held[2]) == run[:2]:
            held = (held[0], held[1], held[2] + run[2])
            continue
        if held is not None:
            yield held
        held = run
    if held is not None:
        yield held


def affected(source: SourceFile, lines: LineMap) -> frozenset[str] | None:
    """The functions of the new file that a change may affect: the touched ones and, in turn, those that name them.

    None means all of them: a line outside of any function (a macro, a declaration) was touched.
    """
    inside = bytearray(lines.new_lines + 2)
    for function in source.functions:
        inside[function.line : function.end_line + 1] = b"\1" * (function.end_line - function.line + 1)
    rows = source.data.split(b"\n")
    if any(not inside[number] and rows[number - 1].strip() for number in lines.fresh):
        return None
    names = frozenset(f.name.encode("utf-8", "surrogateescape") for f in source.functions)
    naming: dict[bytes, set[str]] = {name: set() for name in names}
    for function in source.functions:
        for name in names.intersection(_WORD.findall(source.data, function.node.start_byte, function.node.end_byte)):
            naming[name].add(function.name)
    stack = [f.name for f in source.functions if lines.touched(f.line, f.end_line)]
    reached = set(stack)
    while stack:
        fresh = naming[stack.pop().encode("utf-8", "surrogateescape")] - reached
        reached |= fresh
        stack.extend(fresh)
    return frozenset(reached)
