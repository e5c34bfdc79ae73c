"""From the words under quoted lines to the requests of each patch, and from later words to who agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot import regex as re
from reviewbot.mail import Message
from reviewbot.review.anchors import PatchLines, Place, anchor_at, nearest_holding, place_of, place_of_code
from reviewbot.review.answers import Answer, read_answer
from reviewbot.review.asks import Ask, asks_in, asks_of_diff
from reviewbot.review.ditto import is_ditto, once_more
from reviewbot.review.found import Quoted
from reviewbot.review.model import Anchor, Request
from reviewbot.review.people import same_person
from reviewbot.review.quoting import Line, View
from reviewbot.review.shown import ShownDiff, ShownHunk, take_diffs
from reviewbot.review.strength import REQUIRED
from reviewbot.review.targets import Target
from reviewbot.review.words import fold, unpointed
from reviewbot.series import Series

_GOES_ON = re.compile(r"^\s*(?:\.{2,}|…)")
_WITH_OPEN = re.compile(r"\b(?:with|provided|albeit|once|if)\b[^.]{0,60}(?:\.{2,}|…)\s*$", re.I)
_OFFER = re.compile(r"\b(?:on|while|when|upon|during|at) commit", re.I)
_MAX_REQUESTS = 500  # a mail with more is not a review


@dataclass
class _Entry:
    request: Request
    message: str
    block: int
    lines: tuple[int, int]


class RequestReader:
    """Collects the requests of a series' thread, mail by mail in order of arrival."""

    def __init__(self, series: Series, aliases: Mapping[str, str]) -> None:
        """`aliases` as for tags."""
        self._series = series
        self._aliases = aliases
        self._patches = {patch.number: patch for patch in series.patches}
        self._lines: dict[int, PatchLines] = {}
        self._entries: dict[int, list[_Entry]] = {patch.number: [] for patch in series.patches}

    def requests(self, number: int) -> tuple[Request, ...]:
        """The requests of a patch, in order of arrival and place."""
        return tuple(entry.request for entry in self._entries[number])

    def lines(self, number: int) -> PatchLines:
        """The patch's lines by position."""
        if number not in self._lines:
            self._lines[number] = PatchLines.of(self._patches[number])
        return self._lines[number]

    def read(self, view: View, target: Target, ignored: frozenset[int], *, binding: bool) -> None:
        """Take in one reply: what it answers, then what it asks. `binding`: it gives a tag that depends on an edit."""
        self._answered(view)
        if target.cover or len(target.numbers) != 1:
            self._read_diffs(view, target.numbers, ignored, binding=binding)
            return
        number = target.numbers[0]
        patch = self._patches[number]
        author = view.message.author
        own_patch = same_person(author.name, author.address, patch.author.name, patch.author.address, self._aliases)
        message_is_first = view.message.in_reply_to == patch.message_id
        previous = ""
        place: Place | None = None
        last: Ask | None = None
        quotes = any(block.quote for block in view.blocks)
        for index, block in enumerate(view.blocks):
            lines = unpointed([line for line in block.own if line.number not in ignored])
            fresh = place_of(block.quote, self.lines(number))
            place = fresh if block.quote or place is None else place
            goes_on = bool(_GOES_ON.match(block.text) and _WITH_OPEN.search(previous))
            previous = fold(block.text)[-200:]
            diffs, prose = take_diffs(lines)
            asked = asks_in(prose, place.quoted, goes_on=goes_on)
            if last is not None and not diffs and block.quote and is_ditto(prose):
                again = once_more(last, prose, place.quoted)
                asked = (again,) if again is not None else ()
            last = asked[-1] if asked else last
            for ask in asked:
                own_slip = own_patch and message_is_first and bool(place.lines) and ask.found.mechanical
                if own_patch and not (ask.found.old and ask.on_commit) and not own_slip:
                    continue
                if _above(ask, diffs):
                    continue  # the diff says what they want
                if ask.found.kind == "question-like" and quotes and not place.lines:
                    continue  # talk with another reviewer, not about a line of the patch
                self._add(number, view.message, index, ask, place, binding=binding, agreed=own_slip or None)
            for diff in diffs:
                self._add_diff(number, view.message, index, diff, prose, own=own_patch, binding=binding)

    def _read_diffs(self, view: View, numbers: tuple[int, ...], ignored: frozenset[int], *, binding: bool) -> None:
        """The diffs in an answer to the cover letter, each for the patch that it fits."""
        for index, block in enumerate(view.blocks):
            diffs, prose = take_diffs([line for line in block.own if line.number not in ignored])
            for diff in diffs:
                if diff.path is None or not numbers:
                    continue
                patch = self._patches[self._meant_by(diff, numbers[0])]
                own = same_person(view.message.author.name, view.message.author.address, patch.author.name,
                                  patch.author.address, self._aliases)  # fmt: skip
                self._add_diff(patch.number, view.message, index, diff, prose, own=own, binding=binding)

    def _add_diff(
        self, number: int, message: Message, block: int, diff: ShownDiff, prose: Sequence[Line], *, own: bool,
        binding: bool,
    ) -> None:  # fmt: skip
        """The hunks of a shown diff that change lines of the patch, and those of its files that it does not show."""
        number = self._meant_by(diff, number)
        lines = self.lines(number)
        here, elsewhere, path = lines.fitting(diff)
        if path is None or not (here or elsewhere):
            return
        ask = asks_of_diff([line for line in prose if line.number < diff.span[0]], diff.span)
        answer = read_answer(" ".join(line.text for line in prose))
        promised = answer is not None and answer.promised is not None
        agreed = True if own and not promised and not ask.says.endswith("?") else None
        for hunks in (here, elsewhere):
            if hunks:
                anchor = lines.anchor_of(path, hunks)
                self._add(number, message, block, ask, Place(anchor, Quoted(), ()), binding=binding, agreed=agreed,
                          hunks=hunks)  # fmt: skip

    def _meant_by(self, diff: ShownDiff, number: int) -> int:
        """The patch that a diff changes: the answered one, else the only one of the series that it fits."""
        if diff.path is None or self.lines(number).fitting(diff)[0]:
            return number
        fitting = [other for other in self._patches if self.lines(other).fitting(diff)[0]]
        return fitting[0] if len(fitting) == 1 else number

    def _add(
        self, number: int, message: Message, block: int, ask: Ask, place: Place, *, binding: bool,
        agreed: bool | None = None, hunks: tuple[ShownHunk, ...] = (),
    ) -> None:  # fmt: skip
        entries = self._entries[number]
        if len(entries) >= _MAX_REQUESTS:
            return
        if ask.code and not hunks and ask.found.kind == "replace":
            place = self._by_code(number, ask, place)
            if place.anchor.path is None and ask.only_code:
                return  # code of which the patch has nothing alike
        found = ask.found
        strength = REQUIRED if binding else ask.strength
        request = Request(
            id=f"{number}.{len(entries) + 1}",
            from_=message.message_id,
            who=message.author.name,
            kind=self._kind(ask, place),
            says=ask.says,
            anchor=place.anchor if hunks else self._anchor(number, ask, place),
            strength=strength,
            agreed=agreed,
            agreed_by=message.message_id if agreed else None,
            hunks=hunks,
            old=found.old,
            new=found.new,
            where=found.where,
            target=found.target,
            on_commit=ask.on_commit,
            count=found.count,
            also=found.also,
            code=ask.code,
        )
        entries.append(_Entry(request, message.message_id, block, ask.lines))

    def _by_code(self, number: int, ask: Ask, place: Place) -> Place:
        """Words that show code answer the lines it resembles, when those that they stand under are not of the patch."""
        return place if place.quoted.sign else place_of_code(ask.code, self.lines(number)) or place

    def _kind(self, ask: Ask, place: Place) -> str:
        """A wish under the commit message that names no other kind is about the message."""
        kind = ask.found.kind
        if place.quoted.in_message and kind in ("question-like", "delete", "move", "wrap") and ask.found.new != "join":
            return "message"
        return kind

    def _anchor(self, number: int, ask: Ask, place: Place) -> Anchor:
        """The last quoted line that holds what is to be replaced; the subject for requests about it."""
        lines = self.lines(number)
        if ask.found.kind == "subject":
            return Anchor(message=lines.patch.subject)
        if ask.found.old and ask.found.kind not in ("move", "spacing"):
            position = nearest_holding(place, ask.found.old)
            if position is not None:
                return anchor_at(position, lines, place.anchor.block)
        if ask.found.kind == "delete-blank-line":
            blank = [p for p, text, sign in place.lines if sign == "+" and not text.strip()]
            if blank:
                return anchor_at(blank[-1], lines, place.anchor.block)
        return place.anchor

    def _answered(self, view: View) -> None:
        """Let own words under quoted requests decide them."""
        for block in view.blocks:
            answer = read_answer(block.text)
            if answer is None:
                continue
            quoted = [line.origin for line in block.quote if line.origin is not None and line.text.strip()]
            if not quoted:
                continue
            offered = any(_OFFER.search(line.text) for line in block.quote[-6:] if line.depth == 1)
            for entry in self._meant(quoted, answer, offered=offered):
                if not self._same_sender(entry, view.message):
                    entry.request = _decided(entry.request, answer, view.message.message_id)

    def _same_sender(self, entry: _Entry, message: Message) -> bool:
        return fold(entry.request.who).casefold() == message.author.name.casefold()

    def _meant(self, quoted: list[tuple[str, int]], answer: Answer, *, offered: bool) -> list[_Entry]:
        """The requests that own words below these quoted lines answer: those of the last quoted own words of somebody.

        `offered`: the quoted words offer to do it while committing, and so speak of all that their mail asks for.
        """
        everything = [entry for entries in self._entries.values() for entry in entries]
        hit = [
            entry
            for entry in everything
            if any(mid == entry.message and entry.lines[0] <= at <= entry.lines[1] for mid, at in quoted)
        ]
        if hit:
            if answer.everything:
                return hit
            last = max(
                hit,
                key=lambda entry: max(
                    n
                    for n, q in enumerate(quoted)
                    if q[0] == entry.message and entry.lines[0] <= q[1] <= entry.lines[1]
                ),
            )
            return [
                entry
                for entry in hit
                if (entry.message, entry.block) == (last.message, last.block) and _together(entry, last, quoted)
            ]
        source = quoted[-1][0]
        same_mail = [entry for entry in everything if entry.message == source]
        return same_mail if answer.on_commit or answer.everything or offered else []


def _above(ask: Ask, diffs: Sequence[ShownDiff]) -> bool:
    """Whether words stand right above a diff, which then says what they want."""
    return any(diff.span[0] - 3 <= ask.lines[1] < diff.span[0] for diff in diffs)


def _together(entry: _Entry, last: _Entry, quoted: list[tuple[str, int]]) -> bool:
    """The paragraph right above the answer, and those of the same own words that are quoted with it."""
    return entry.lines == last.lines or entry.lines[1] + 2 >= last.lines[0]


def _decided(request: Request, answer: Answer, by: str) -> Request:
    """The request after an answer; a later answer replaces an earlier one, an undecided one changes nothing."""
    on_commit = request.on_commit or answer.on_commit
    if answer.agreed is None:
        return replace(request, on_commit=on_commit)
    return replace(request, agreed=answer.agreed, promised=answer.promised, on_commit=on_commit, agreed_by=by)
