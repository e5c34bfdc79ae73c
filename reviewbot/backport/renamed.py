"""Names that the branch spells otherwise: learnt from the two versions of a file, then written into the change.

Where upstream's file says `a` and the branch's file says `b` in the same places, and the branch's file knows no `a`,
the change is told in the branch's words before it is merged once more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import Step
from reviewbot.backport.markers import Region, split
from reviewbot.backport.repair import sides
from reviewbot.backport.weave import MOST_LINES, lines_of
from reviewbot.git import Entry

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

# Words and single signs; blanks do not count.
_TOKEN = re.compile(rb"\w+|[^\w\s]")
_WORD = re.compile(rb"[A-Za-z_]\w*")
_LONGEST = 4
"""Tokens of a phrase that is replaced as a whole, such as `dfn_x(dfn)` for `gfn`."""
_LEAST = 2
"""Places that must agree."""
_MOST_TOGETHER = 60
"""Lines of a place; in larger ones words stand opposite each other by chance."""
_BASE, _THEIRS = 1, 3
Phrase = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Retold:
    """A step merged again in the branch's words: what each was taken for, and upstream's words that went."""

    step: Step
    assumed: tuple[str, ...]
    words: frozenset[str]


def retell(store: Quarantine, step: Step) -> Retold | None:
    """Merge a step again with the names of its conflicting files as the branch has them; None where none is known."""
    old: dict[str, Entry | None] = {}
    new: dict[str, Entry | None] = {}
    said: dict[Phrase, Phrase] = {}
    texts = {path: text for path in step.merged.conflicts if (text := sides(store, step.merged, path)) is not None}
    seen = sum((pairs(base, ours) for base, ours, _ in texts.values()), Counter[tuple[Phrase, Phrase]]())
    for path, (base, ours, theirs) in texts.items():
        stages, marked = step.merged.conflicts[path], store.file_at(step.merged.tree, path)
        places = [part for part in split(marked or b"") or () if isinstance(part, Region)]
        names = _used(dict(_consistent(seen, base, ours)), [place.base + place.theirs for place in places])
        if names and _BASE in stages:
            said |= names
            old[path] = Entry(stages[_BASE].mode, store.put(told(names, base)))
            new[path] = Entry(stages[_THEIRS].mode, store.put(told(names, theirs)))
    if not said:
        return None
    below = store.step(store.graft(store.resolve(step.base, "tree"), old), None)
    above = store.step(store.graft(store.resolve(step.theirs, "tree"), new), below)
    again = Step(store.merge(step.ours, below, above), step.ours, below, above, step.elsewhere)
    assumed = tuple(f"`{_text(one)}` is `{_text(other)}` on the branch" for one, other in said.items())
    return Retold(again, assumed, frozenset(token.decode() for one in said for token in one if _WORD.fullmatch(token)))


def pairs(base: bytes, ours: bytes) -> Counter[tuple[Phrase, Phrase]]:
    """What stands opposite what in the lines that differ between two versions of a file, and how often."""
    b, o = lines_of(base), lines_of(ours)
    seen: Counter[tuple[Phrase, Phrase]] = Counter()
    if max(len(b), len(o)) > MOST_LINES * 4:
        return seen
    for tag, i, j, k, m in SequenceMatcher(None, b, o, autojunk=False).get_opcodes():
        if tag == "replace" and max(j - i, m - k) <= _MOST_TOGETHER:
            seen.update(_opposite(b"".join(b[i:j]), b"".join(o[k:m])))
    return seen


def _opposite(there: bytes, here: bytes) -> Iterator[tuple[Phrase, Phrase]]:
    one, two = _TOKEN.findall(there), _TOKEN.findall(here)
    for tag, i, j, k, m in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "replace" and j - i <= _LONGEST and m - k <= _LONGEST:
            pair = tuple(one[i:j]), tuple(two[k:m])
            if all(any(_WORD.fullmatch(token) for token in side) for side in pair):
                yield pair


def _consistent(seen: Mapping[tuple[Phrase, Phrase], int], base: bytes, ours: bytes) -> Iterator[tuple[Phrase, Phrase]]:
    """What always stands for the same, and is unknown on the branch; one place will do for a word against a word."""
    sums: Counter[Phrase] = Counter()
    for (old, _), count in seen.items():
        sums[old] += count
    here, there = set(_TOKEN.findall(ours)), set(_TOKEN.findall(base))
    for (old, new), count in seen.items():
        if count != sums[old] or not any(token not in here for token in old if _WORD.fullmatch(token)):
            continue
        if count >= _LEAST or (len(old) == len(new) == 1 and new[0] not in there):
            yield old, new


def told(names: Mapping[Phrase, Phrase], text: bytes) -> bytes:
    """The text in the branch's words, longer phrases first."""
    for old, new in sorted(names.items(), key=lambda pair: (-len(pair[0]), pair)):
        words = b"".join(new)
        text = _pattern(old).sub(lambda _, words=words: words, text)  # type: ignore[misc]
    return text


def _used(names: Mapping[Phrase, Phrase], texts: Iterable[bytes]) -> dict[Phrase, Phrase]:
    whole = b"\n".join(texts)
    return {old: new for old, new in names.items() if _pattern(old).search(whole)}


def _pattern(phrase: Phrase) -> re.Pattern[bytes]:
    before = rb"(?<!\w)" if _WORD.fullmatch(phrase[0]) else b""
    after = rb"(?!\w)" if _WORD.fullmatch(phrase[-1]) else b""
    return re.compile(before + rb"[ \t]*".join(map(re.escape, phrase)) + after)


def _text(phrase: Phrase) -> str:
    return b"".join(phrase).decode("utf-8", "replace")
