"""Which of some edits explain the difference between a text as posted and as committed, and what none explains."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from reviewbot.errors import InputError
from reviewbot.fixups import Edit

# Edits made on the text as posted: the text after them, or InputError where they do not fit together.
Maker = Callable[[Sequence[Edit]], str]
_MOST = 24  # edits of one file that are tried; each costs a look at all others
_NEVER = 1 << 60  # more than any two texts differ in
_MOST_LINES = 20_000  # lines between the first and the last that differ


@dataclass(frozen=True, slots=True)
class Change:
    """Lines that differ: where (`line`, from 1, of the committed text), which went and which came.

    `posted`: the first line of the posted text that it concerns, for finding out what was said there.
    """

    path: str | None
    line: int
    removed: tuple[str, ...]
    added: tuple[str, ...]
    posted: int = 0

    def to_dict(self) -> dict[str, Any]:
        """As JSON data; path null is the commit message."""
        return {"path": self.path, "line": self.line, "removed": list(self.removed), "added": list(self.added)}


@dataclass(frozen=True, slots=True)
class Explained:
    """The edits that were made (`otherwise`: those among them that went to the other side of their anchor)."""

    made: frozenset[Edit]
    otherwise: frozenset[Edit]
    rest: tuple[Change, ...]


def explain(posted: str, committed: str, edits: Iterable[Edit], make: Maker, path: str | None) -> Explained:
    """Find the edits that bring a posted text nearest to the committed one, and what is left to explain.

    Searched from none of them and from all of them, one edit more or less at a time; a move may have gone before its
    anchor instead of after it. Lines are compared as they are, white space included.
    """
    known = list(dict.fromkeys(edits))[:_MOST]
    search = _Search(make, committed)
    starts: list[dict[Edit, Edit]] = [{}, {edit: edit for edit in known}]
    found = [search.best(start, known) for start in starts if posted != committed or not start]
    made = min(found, key=lambda some: (search.left(some), len(some)))
    return Explained(
        frozenset(made),
        frozenset(edit for edit, as_made in made.items() if edit != as_made),
        changes(search.text(made) or posted, committed, path),
    )


class _Search:
    """Looks for the edits after which least is left; texts are made once."""

    def __init__(self, make: Maker, committed: str) -> None:
        self._make, self._committed = make, committed
        self._seen: dict[frozenset[Edit], tuple[str | None, int]] = {}

    def text(self, made: Mapping[Edit, Edit]) -> str | None:
        """The text after some edits (as asked for → as made), None where they do not fit together."""
        return self._look(made)[0]

    def left(self, made: Mapping[Edit, Edit]) -> int:
        """How many lines differ then."""
        return self._look(made)[1]

    def _look(self, made: Mapping[Edit, Edit]) -> tuple[str | None, int]:
        key = frozenset(made.values())
        if key not in self._seen:
            try:
                text: str | None = self._make(list(made.values()))
            except InputError:
                text = None
            self._seen[key] = (text, _NEVER if text is None else _distance(text, self._committed))
        return self._seen[key]

    def best(self, start: dict[Edit, Edit], known: Sequence[Edit]) -> dict[Edit, Edit]:
        """Change one edit at a time as long as that leaves less; the most telling change first."""
        here = start
        while self.left(here):
            near = [other for edit in known for other in _near(here, edit)]
            better = min(near, key=self.left, default=here)
            if self.left(better) >= self.left(here):
                break
            here = better
        return here if self.left(here) < _NEVER else {}


def _near(made: Mapping[Edit, Edit], edit: Edit) -> Iterator[dict[Edit, Edit]]:
    """The choices that differ in one edit: without it, with it, with it on the other side of its anchor."""
    if edit in made:
        yield {asked: done for asked, done in made.items() if asked != edit}
    variants = [edit]
    if edit.move is not None:
        variants.append(replace(edit, before=edit.after, after=edit.before))
    for variant in variants:
        if made.get(edit) != variant:
            yield {**made, edit: variant}


def _distance(a: str, b: str) -> int:
    return sum(len(change.removed) + len(change.added) for change in changes(a, b, None))


def changes(before: str, after: str, path: str | None) -> tuple[Change, ...]:
    """The places where two texts differ, by line."""
    old, new = before.split("\n"), after.split("\n")
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    was, now = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(was) + len(now) > _MOST_LINES:
        return (Change(path, head + 1, tuple(was), tuple(now), head + 1),)
    return tuple(
        Change(path, head + c + 1, tuple(was[a:b]), tuple(now[c:d]), head + a + 1)
        for what, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes()
        if what != "equal"
    )
