"""Questions in own words under quoted lines: who asked, who owes the answer, at which line, and whether it came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from reviewbot import regex as re
from reviewbot.mail import Address, Message
from reviewbot.review import settling
from reviewbot.review.anchors import PatchLines, place_of
from reviewbot.review.model import CONDITIONAL, COUNTS, PARTIAL, Anchor, Question, Tag
from reviewbot.review.people import fold_name, person_key, same_person
from reviewbot.review.quoting import Block, Line, Spot, View, spots_above
from reviewbot.review.showing import is_code
from reviewbot.review.shown import take_diffs
from reviewbot.review.targets import Target
from reviewbot.review.words import fold, paragraphs, prose_of, sentences, unpointed
from reviewbot.series import Series

_ASKS = re.compile(r"\?[)\"'\]]*$")
# Offers, pings and requests for a tag are no questions about the patch.
_NOT_ABOUT_CODE = re.compile(
    r"\b(?:on|while|when|upon|during|at) (?:you )?commit\w*\b|^\W*(?:gentle |friendly )?ping\b"
    r"|\bany (?:chance|news|update|comments?|thoughts?|feedback|objections?|further)\b|\b(?:can|could"
    r"|may|would|will) (?:i|you|we|someone|anyone|somebody|any of) (?:please )?(?:\w+ )?"
    r"(?:have|get|ack|review|commit|apply|merge|push|pick|take a look|take this|provide|add|keep"
    r"|retain|drop|give|queue)\b|\b(?:ok|okay|fine|happy|good) (?:with|by|for) (?:you|that|this"
    r"|everyone|everybody)\b|^\W*(?:ok|okay|right|no|yes|agreed|really|sorry|what|huh|oops|is (?:that"
    r"|this) (?:ok|okay|fine))\W*$|\brelease[- ]ack|\bfriendly reminder"
    r"|\b(?:would|will|could|can|are|may) (?:you|someone|anyone|somebody) (?:be )?(?:\w+ ){0,3}(?:ack|review)\b",
    re.I,
)
# "..., right?", "isn't it?", "Or am I missing something?" ask for a yes, still they are questions; a bare echo is not.
_MIN_LETTERS = 6
# "Max, do you still want a v3?", "@Max - is that so?"
_CALLED = re.compile(
    r"(?:(?:so|ok|okay|and|but|also)[,. ]+)?@?(?P<who>[A-Z][\w'-]+)(?:,| -+|:"
    r"| (?=(?:do|can|could|are|would|will|did|have|what|is|should)\b))"
)
_PLACES = re.compile(r"\b[\w/-]{1,60}\.[chSy]:\d")
_LOG = 2  # places in files, in one sentence: a log
_MAX_DEPTH = 8  # replies to replies that are followed down to the line of the patch they are about


@dataclass
class _Open:
    question: Question
    number: int
    message: str
    lines: tuple[int, int]
    asker: str
    author: Address  # of the patch
    answers: set[Spot] = field(default_factory=set)  # lines written below it, by others
    deferred: bool = False


class QuestionReader:
    """Collects the questions of a series' thread; patch number 0 stands for the cover letter."""

    def __init__(self, series: Series, aliases: Mapping[str, str], lines: Callable[[int], PatchLines]) -> None:
        """`aliases` as for tags; `lines` gives the lines of a patch by its number."""
        self._series = series
        self._aliases = aliases
        self._lines = lines
        self._open: list[_Open] = []
        self._by_line: dict[Spot, list[_Open]] = {}
        self._views: dict[str, View] = {}
        names = {message.author.name for message in series.thread.messages if message.author.name}
        self._first_names = {fold_name(name).partition(" ")[0]: name for name in sorted(names)}
        self._order = {message.message_id: place for place, message in enumerate(series.thread.messages)}

    def questions(self, number: int, tags: tuple[Tag, ...]) -> tuple[Question, ...]:
        """The questions about a patch; one whose asker gave a tag later that waits for nobody is settled."""
        out = []
        for entry in self._open:
            if entry.number != number:
                continue
            settled = any(self._settles(tag, entry) for tag in tags)
            out.append(replace(entry.question, answered=True) if settled else entry.question)
        return tuple(out)

    def put_off(self, question: Question) -> bool:
        """Whether somebody undertook to look into a question."""
        return any(entry.question is question and entry.deferred for entry in self._open)

    def _settles(self, tag: Tag, entry: _Open) -> bool:
        """Whether a tag of the asker, free or bound to an edit only, came with a later mail than the question."""
        given = tag.state in (COUNTS, PARTIAL) or (tag.state == CONDITIONAL and tag.waits == "edit")
        if not given or person_key(tag.who, tag.address, self._aliases) != entry.asker:
            return False
        return self._order.get(tag.from_, -1) > self._order.get(entry.message, 0)

    def read(
        self, view: View, target: Target, ignored: frozenset[int], requested: Callable[[], frozenset[str]]
    ) -> None:
        """Take in one reply. `requested` gives the sentences of it that were taken as requests."""
        message = view.message
        self._views[message.message_id] = view
        asker = person_key(message.author.name, message.author.address, self._aliases)
        for block in view.blocks:
            self._answer(block, message.message_id, asker, ignored)
        number = 0 if target.cover or len(target.numbers) != 1 else target.numbers[0]
        for block in view.blocks:
            if not block.quote:
                continue
            _, own = take_diffs(unpointed([line for line in block.own if line.number not in ignored]))
            for paragraph in paragraphs(prose_of(own)):
                if is_code(paragraph):
                    continue
                lines = (paragraph.lines[0].number, paragraph.lines[-1].number)
                for sentence in sentences(paragraph.text):
                    if self._is_question(sentence) and not any(
                        fold(sentence) in said or said in sentence for said in requested()
                    ):
                        question = Question(
                            message.message_id, message.author.name, fold(sentence), False,
                            self._owes(message, number, block, sentence), self._anchor(block, number),
                        )  # fmt: skip
                        self._add(_Open(question, number, message.message_id, lines, asker, self._author(number)))

    def _add(self, entry: _Open) -> None:
        self._open.append(entry)
        for at in range(entry.lines[0], entry.lines[1] + 1):
            self._by_line.setdefault((entry.message, at), []).append(entry)

    def _is_question(self, sentence: str) -> bool:
        letters = sum(char.isalpha() for char in sentence)
        return (
            bool(_ASKS.search(sentence))
            and letters >= _MIN_LETTERS
            and not _NOT_ABOUT_CODE.search(sentence)
            and len(_PLACES.findall(sentence)) < _LOG
        )

    def _owes(self, message: Message, number: int, block: Block, sentence: str) -> str:
        """Who is called by name; else who wrote, in a reply, the words above; else the patch's author.

        Where the author asks himself below his own words, the one he answers.
        """
        who = message.author
        called = _CALLED.match(sentence)
        named = self._first_names.get(fold_name(called["who"])) if called else None
        if named and named != who.name:
            return named
        last = next((line for line in reversed(block.quote) if line.text.strip()), None)
        view = self._views.get(last.origin[0]) if last is not None and last.origin is not None else None
        if view is not None:
            writer = view.message.author
            if not same_person(who.name, who.address, writer.name, writer.address, self._aliases):
                return writer.name
        author = self._author(number)
        if not same_person(who.name, who.address, author.name, author.address, self._aliases):
            return author.name
        parent = self._series.thread.parent(message)
        return parent.author.name if parent is not None and parent.author.name != who.name else ""

    def _author(self, number: int) -> Address:
        patch = self._series.patch(number) if number else None
        return patch.author if patch is not None else self._series.author

    def _anchor(self, block: Block, number: int) -> Anchor | None:
        """The line asked about: of the patch, through the replies that are quoted in between, else the words above."""
        if number:
            lines = self._lines(number)
            for quote in self._quotes(block.quote):
                own = [line for line in quote if line.origin is not None and line.origin[0] == lines.patch.message_id]
                place = place_of(own, lines) if own else None
                if place is not None and place.lines:
                    return place.anchor
        last = next((fold(line.text) for line in reversed(block.quote) if line.text.strip()), "")
        return Anchor(message=last) if last else None

    def _quotes(self, quote: tuple[Line, ...]) -> list[tuple[Line, ...]]:
        """Quoted lines, then those that the quoted words themselves stood below, and so on."""
        out = [quote]
        while len(out) < _MAX_DEPTH:
            last = next((line for line in reversed(out[-1]) if line.text.strip() and line.origin is not None), None)
            view = self._views.get(last.origin[0]) if last is not None and last.origin is not None else None
            if view is None or last is None or last.origin is None:
                break
            at = last.origin[1]
            above = next((block.quote for block in view.blocks if any(line.number == at for line in block.own)), ())
            if not above:
                break
            out.append(above)
        return out

    def _answer(self, block: Block, mid: str, sender: str, ignored: frozenset[int]) -> None:
        """What own words do to the questions, and to the answers, that are quoted right above them."""
        own = [line for line in block.own if line.number not in ignored]
        text = "\n".join(line.text for line in own)
        if not text.strip():
            return
        above = spots_above(block.quote)
        reached = {id(entry): entry for spot in above for entry in self._by_line.get(spot, [])}
        for entry in reached.values():
            if entry.asker == sender:
                if settling.unsettles(text) and entry.answers & above:
                    entry.question = replace(entry.question, answered=False)
                elif settling.closes(text):
                    entry.question = replace(entry.question, answered=True)
                continue
            owed = (entry.question.owes, ""), (entry.author.name, entry.author.address)
            kind = settling.reply_kind(text, owed=sender in {person_key(*who, self._aliases) for who in owed})
            if kind == settling.ANSWERS:
                entry.question = replace(entry.question, answered=True)
            entry.deferred = entry.deferred or kind == settling.DEFERS
            for line in own:
                entry.answers.add((mid, line.number))
                self._by_line.setdefault((mid, line.number), []).append(entry)
