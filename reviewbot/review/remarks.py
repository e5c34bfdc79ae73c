"""Sentences about the fate of a patch or series: objections, missing approvals, notices that it went in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

from reviewbot.review.fates import (
    BROKEN,
    MISSING_ACK,
    NEEDS_RELEASE_ACK,
    OBJECTIONS,
    REFUSED,
    WAIT,
    kinds_of,
    leads_into_tag,
    whose,
)
from reviewbot.review.model import Remark
from reviewbot.review.names import RELEASE_ACKED
from reviewbot.review.people import fold_name
from reviewbot.review.quoting import Block, Line, Spot, View, spots_above
from reviewbot.review.settling import closes, withdraws_objections
from reviewbot.review.words import fold, paragraphs, prose_of, sentences

_NOT_IN_ONE_MAIL = frozenset({REFUSED, WAIT, BROKEN})  # a tag in the same mail leaves these as they are


@dataclass
class _Said:
    remark: Remark
    number: int


class RemarkReader:
    """Collects the remarks of a series' thread, and closes those that their maker takes back."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._said: list[_Said] = []
        self._by_line: dict[Spot, list[_Said]] = {}

    def remarks(self, number: int) -> tuple[Remark, ...]:
        """The remarks on a patch (0: on the whole series), in order."""
        return tuple(entry.remark for entry in self._said if entry.number == number)

    def read(self, view: View, numbers: Sequence[int], ignored: frozenset[int]) -> None:
        """Take in one reply, which is about these patches."""
        mid, who = view.message.message_id, fold_name(view.message.author.name)
        for index, block in enumerate(view.blocks):
            own = [line for line in block.own if line.number not in ignored]
            self._close(block, own, mid, who)
            below = view.blocks[index + 1].quote if index + 1 < len(view.blocks) else ()
            for paragraph in paragraphs(prose_of(own)):
                spots = {(mid, line.number) for line in paragraph.lines}
                for sentence in sentences(paragraph.text):
                    for kind, number in product(kinds_of(sentence), numbers):
                        lacks = _lacking(sentence, below) if kind == MISSING_ACK else None
                        remark = Remark(mid, view.message.author.name, kind, fold(sentence), kind in OBJECTIONS, lacks)
                        self._add(_Said(remark, number), spots)

    def _add(self, entry: _Said, spots: Iterable[Spot]) -> None:
        self._said.append(entry)
        for spot in spots:
            self._by_line.setdefault(spot, []).append(entry)

    def _close(self, block: Block, own: Sequence[Line], mid: str, who: str) -> None:
        """What own words do to the objections that are quoted right above them, or to all of one's own."""
        text = "\n".join(line.text for line in own)
        if withdraws_objections(text):
            for entry in self._said:
                if fold_name(entry.remark.who) == who and entry.remark.open:
                    entry.remark = replace(entry.remark, open=False)
        above = spots_above(block.quote)
        for entry in {id(e): e for spot in above for e in self._by_line.get(spot, [])}.values():
            if fold_name(entry.remark.who) == who:
                if entry.remark.open and closes(text):
                    entry.remark = replace(entry.remark, open=False)
                continue
            for line in own:
                spot = (mid, line.number)
                self._by_line.setdefault(spot, []).append(entry)


def _lacking(sentence: str, below: Sequence[Line]) -> str | None:
    """Whose approval is missing; "a review from the maintainers of ..." names the file that is quoted below it."""
    named = whose(sentence)
    last = next((line.text for line in reversed(below) if line.text.strip()), "")
    if named and last and sentence.rstrip().endswith(("...", "…")):
        return f"{named} of {fold(last.partition('|')[0])}"
    return named


class Approval(NamedTuple):
    """A tag that stands: its giver's folded name, its own name, and the place in the thread of the mail that has it."""

    who: str
    name: str
    place: int


def settled(remarks: tuple[Remark, ...], approvals: Sequence[Approval], order: Mapping[str, int]) -> tuple[Remark, ...]:
    """Close what a later tag settles: the maker's own, or the one that was missing. `order`: message id to place."""
    return tuple(
        replace(remark, open=False)
        if remark.open and any(_settles(tag, remark, order.get(remark.from_, 0)) for tag in approvals)
        else remark
        for remark in remarks
    )


def _settles(tag: Approval, remark: Remark, said: int) -> bool:
    """Whether a tag settles a remark that was made at a place of the thread."""
    own = tag.who == fold_name(remark.who)
    if remark.kind == NEEDS_RELEASE_ACK:
        return tag.name == RELEASE_ACKED and tag.place > said
    if remark.kind == MISSING_ACK:
        named = set(fold_name(remark.whose or "").split())
        if named:
            return tag.place > said and bool(named & set(tag.who.split()))
        # "Nobody acked this in weeks, so: Acked-by" fills the gap itself.
        return tag.place > said or (own and tag.place == said and leads_into_tag(remark.text))
    return own and (tag.place > said or (tag.place == said and remark.kind not in _NOT_IN_ONE_MAIL))
