"""Lines up two versions of a file, and says which functions a change may affect."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from reviewbot.csource import SourceFile

_WORD = re.compile(rb"[A-Za-z_]\w*")

# Between the first and the last change at most this many lines are compared one by one: difflib is quadratic at worst.
_MAX_COMPARED_LINES = 4000


@dataclass(frozen=True, slots=True)
class LineMap:
    """Which lines of a file are untouched: new line number → old line number (both 1-based).

    `fresh` are the new lines, `gaps` the untouched ones with lines taken out right before them; both sorted.
    """

    same: Mapping[int, int]
    new_lines: int
    fresh: Sequence[int] = field(init=False, compare=False)
    gaps: Sequence[int] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """Find the places where the lines do not run on."""
        fresh: list[int] = []
        gaps: list[int] = []
        before: int | None = None
        get = self.same.get
        for line in range(1, self.new_lines + 1):
            old = get(line)
            if old is None:
                fresh.append(line)
            elif before is not None and old != before + 1:
                gaps.append(line)
            before = old
        object.__setattr__(self, "fresh", fresh)
        object.__setattr__(self, "gaps", gaps)

    def touched(self, first: int, last: int) -> bool:
        """Whether the change is seen between two lines of the new file: one is new, or lines were taken out between."""
        return _any_between(self.fresh, first, last) or _any_between(self.gaps, first + 1, last)


def _any_between(numbers: Sequence[int], first: int, last: int) -> bool:
    at = bisect_left(numbers, first)
    return at < len(numbers) and numbers[at] <= last


def compare_lines(before: bytes, after: bytes) -> LineMap:
    """Line up two versions of a file; white space counts."""
    old, new = before.split(b"\n"), after.split(b"\n")
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    same = {line: line for line in range(1, head + 1)}
    same.update({len(new) - i: len(old) - i for i in range(tail)})
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if middle_old and middle_new and len(middle_old) + len(middle_new) <= _MAX_COMPARED_LINES:
        for a, b, size in SequenceMatcher(None, middle_old, middle_new, autojunk=False).get_matching_blocks():
            same.update({head + b + i + 1: head + a + i + 1 for i in range(size)})
    return LineMap(same, len(new))


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
