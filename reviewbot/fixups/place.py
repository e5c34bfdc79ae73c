"""Where an edit may fall: on what the patch touches, or within the function, case or line that it names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from reviewbot.errors import InputError
from reviewbot.fixups.blocks import Outline
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.text import Text
from reviewbot.series import FileDiff

Span = tuple[int, int]  # byte offsets, or first and last line
_NAMED = 6  # so many places are named in a complaint


class Touched(NamedTuple):
    """Lines of the new file: `lines` that a patch adds or that close a gap it made, `near` those its hunks show."""

    lines: frozenset[int]
    near: frozenset[int]

    @classmethod
    def all(cls, content: bytes) -> Touched:
        """Every line: of a commit message, or of a file that is edited without a patch."""
        every = frozenset(range(1, content.count(b"\n") + 2))
        return cls(every, every)

    def rank(self, first: int, last: int) -> int:
        """How close lines are to the change: 0 all touched, 1 in a hunk and partly touched, 2 in a hunk, 3 outside."""
        span = range(first, last + 1)
        if all(line in self.lines for line in span):
            return 0
        if all(line in self.near for line in span):
            return 1 if any(line in self.lines for line in span) else 2
        return 3


def touched_by(file: FileDiff, content: bytes) -> Touched:
    """What a patch touches in the file it produced, wherever the hunks really went.

    A hunk that was applied some lines away from where it says is found by its text, nearest first.
    """
    lines = [line.rstrip(b"\r") for line in content.split(b"\n")]
    touched: set[int] = set()
    near: set[int] = set()
    shift = 0
    for hunk in file.hunks:
        kept = [line for line in hunk.lines if line.origin != "-"]
        texts = [line.text.encode("utf-8", "surrogateescape").rstrip(b"\r") for line in kept]
        at = _nearest(lines, texts, hunk.new_start + shift)
        if at is None:
            continue
        shift = at - hunk.new_start
        near.update(range(at, at + len(kept)))
        touched.update(at + i for i, line in enumerate(kept) if line.origin == "+")
        touched.update(_seams([line.origin for line in hunk.lines], at))
    return Touched(frozenset(touched), frozenset(near))


def _seams(origins: Sequence[str], at: int) -> Iterator[int]:
    """The lines on both sides of lines that were only taken out."""
    number = at  # of the next line that is kept
    for index, origin in enumerate(origins):
        if origin != "-":
            number += 1
            continue
        neighbours = (*origins[max(index - 1, 0) : index], *origins[index + 1 : index + 2])
        if "+" in neighbours:
            continue
        if index and origins[index - 1] == " ":
            yield number - 1
        if index + 1 < len(origins) and origins[index + 1] == " ":
            yield number


def _nearest(lines: Sequence[bytes], texts: Sequence[bytes], start: int) -> int | None:
    """The line (from 1) where `texts` stand, nearest to `start`."""
    if not texts:
        return start  # all of the file is gone
    wanted, last = list(texts), len(lines) - len(texts) + 1
    start = min(max(start, 1), max(last, 1))  # a header may claim any number
    for away in range(max(last, start) + 1):
        for at in dict.fromkeys((start + away, start - away)):
            if 1 <= at <= last and lines[at - 1 : at] == wanted[:1] and lines[at - 1 : at - 1 + len(wanted)] == wanted:
                return at
    return None


class Field(NamedTuple):
    """What edits are resolved against: one file (or message) as the patch left it."""

    name: str
    text: Text
    touched: Touched
    outline: Outline
    prose: bool = False

    def places(self, lines: Iterable[int]) -> str:
        """Line numbers as people look them up: "xen/common/domctl.c:571 and :580"."""
        numbers = sorted(set(lines))
        named = [f"{self.name}:{numbers[0]}", *(f":{number}" for number in numbers[1:_NAMED])]
        if len(numbers) > _NAMED:
            return f"{', '.join(named)} and {len(numbers) - _NAMED} more"
        return " and ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)

    def pick(self, edit: Edit, found: Sequence[tuple[int, int, int]], farthest: int) -> int:
        """Choose the one of `found` (how well it fits, first line, last line) that the edit may mean; its index.

        Without `within` it has to lie where the patch is (`Touched.rank` up to `farthest`); the closest rank and then
        the best fit win. InputError when none or several are left.
        """
        what = f"{edit.label}"
        if not found:
            raise InputError(f"{what} matches nowhere in {self.name}")
        region = self.region(edit) if edit.within is not None else None
        ranks = [self.touched.rank(first, last) for _, first, last in found]
        if region is None:
            allowed = [i for i, rank in enumerate(ranks) if rank <= farthest]
            if not allowed:
                where = self.places(first for _, first, _ in found)
                raise InputError(f"{what} matches only outside of the lines that the patch touches: {where}")
        else:
            allowed = [i for i, (_, a, b) in enumerate(found) if region[0] <= a and b <= region[1]]
            if not allowed:
                raise InputError(f"{what} matches nowhere within {edit.within!r} ({self.name}:{region[0]})")
        close = min(ranks[i] for i in allowed)
        if region is None or close < 2:
            allowed = [i for i in allowed if ranks[i] == close]
        best = min(found[i][0] for i in allowed)
        left = [i for i in allowed if found[i][0] == best]
        if len(left) > 1:
            where = self.places(found[i][1] for i in left)
            if len({found[i][1] for i in left}) == 1:
                where += f", {len(left)} times"
            raise InputError(f"{what} matches in {len(left)} places: {where}")
        return left[0]

    def region(self, edit: Edit) -> Span:
        """First and last line of what `within` names; InputError when that is nothing, or several things."""
        named = (edit.within or "").strip()
        found = [] if self.prose else self.outline.named(named)
        if not found:
            like = list(dict.fromkeys(self.text.lines_like(named)))
            best = min((fit for fit, _, _ in like), default=0)
            found = sorted({(first, last) for fit, first, last in like if fit == best})
        if len(found) > 1:
            touched = [s for s in found if any(line in self.touched.lines for line in range(s[0], s[1] + 1))]
            found = touched or found
        if len(found) != 1:
            many = f"is in {len(found)} places: {self.places(first for first, _ in found)}" if found else "is not there"
            raise InputError(f"{edit.label}: within {named!r} {many}" + ("" if found else f" in {self.name}"))
        return found[0]

    def line_of(self, edit: Edit, quoted: str, farthest: int) -> Span:
        """First and last line of the one place that a quotation names."""
        found = sorted(set(self.text.lines_like(quoted)), key=lambda f: (f[1], f[0]))
        best = {(first, last): fit for fit, first, last in reversed(found)}
        choices = [(fit, first, last) for (first, last), fit in sorted(best.items())]
        if not choices:
            raise InputError(f"{edit.label}: {quoted!r} matches nowhere in {self.name}")
        _, first, last = choices[self.pick(edit, choices, farthest)]
        return first, last
