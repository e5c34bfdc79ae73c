"""Lines up two versions of a file, and says which functions a change may affect."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from reviewbot.csource import SourceFile

# Between the first and the last change at most this many lines are compared one by one: difflib is quadratic at worst.
_MAX_COMPARED_LINES = 4000


@dataclass(frozen=True, slots=True)
class LineMap:
    """Which lines of a file are untouched: new line number → old line number (both 1-based)."""

    same: Mapping[int, int]
    new_lines: int

    def touched(self, first: int, last: int) -> bool:
        """Whether the change is seen between two lines of the new file: one is new, or lines were taken out between."""
        before: int | None = None
        for line in range(max(1, first), min(last, self.new_lines) + 1):
            old = self.same.get(line)
            if old is None or (before is not None and old != before + 1):
                return True
            before = old
        return False


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
    for number, row in enumerate(source.data.split(b"\n"), 1):
        if number not in lines.same and not inside[number] and row.strip():
            return None
    texts = {f.name: source.data[f.node.start_byte : f.node.end_byte] for f in source.functions}
    fresh = {f.name for f in source.functions if lines.touched(f.line, f.end_line)}
    reached: set[str] = set()
    while fresh:
        reached |= fresh
        names = "|".join(re.escape(name) for name in sorted(fresh)).encode("utf-8", "surrogateescape")
        naming = re.compile(rb"\b(?:" + names + rb")\b")
        fresh = {other for other, text in texts.items() if other not in reached and naming.search(text)}
    return frozenset(reached)
