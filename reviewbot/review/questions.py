"""Questions in own words under quoted lines: who asked, who owes the answer, and whether it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from reviewbot import regex as re
from reviewbot.mail import Message
from reviewbot.review.model import COUNTS, PARTIAL, Question, Tag
from reviewbot.review.people import person_key, same_person
from reviewbot.review.quoting import View
from reviewbot.review.targets import Target
from reviewbot.review.words import fold, paragraphs, prose_of, sentences
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
    r"|this) (?:ok|okay|fine))\W*$|\brelease[- ]ack|\bfriendly reminder",
    re.I,
)
# "..., right?", "isn't it?", "Or am I missing something?" ask for a yes, still they are questions; a bare echo is not.
_MIN_LETTERS = 6


@dataclass
class _Open:
    question: Question
    number: int
    message: str
    lines: tuple[int, int]
    asker: str


class QuestionReader:
    """Collects the questions of a series' thread; patch number 0 stands for the cover letter."""

    def __init__(self, series: Series, aliases: Mapping[str, str]) -> None:
        """`aliases` as for tags."""
        self._series = series
        self._aliases = aliases
        self._open: list[_Open] = []
        self._order = {message.message_id: place for place, message in enumerate(series.thread.messages)}

    def questions(self, number: int, tags: tuple[Tag, ...]) -> tuple[Question, ...]:
        """The questions about a patch; one whose asker gave an unconditional tag later is settled."""
        out = []
        for entry in self._open:
            if entry.number != number:
                continue
            settled = any(self._settles(tag, entry) for tag in tags)
            out.append(replace(entry.question, answered=True) if settled else entry.question)
        return tuple(out)

    def _settles(self, tag: Tag, entry: _Open) -> bool:
        """Whether an unconditional tag of the asker came with a later mail than the question."""
        if tag.state not in (COUNTS, PARTIAL) or person_key(tag.who, tag.address, self._aliases) != entry.asker:
            return False
        return self._order.get(tag.from_, -1) > self._order.get(entry.message, 0)

    def read(self, view: View, target: Target, ignored: frozenset[int], requested: frozenset[str]) -> None:
        """Take in one reply. `requested` are the sentences of it that were taken as requests."""
        message = view.message
        asker = person_key(message.author.name, message.author.address, self._aliases)
        self._answer(view, asker)
        number = 0 if target.cover or len(target.numbers) != 1 else target.numbers[0]
        owes = self._owes(message, number)
        for block in view.blocks:
            if not block.quote:
                continue
            own = [line for line in block.own if line.number not in ignored]
            for paragraph in paragraphs(prose_of(own)):
                lines = (paragraph.lines[0].number, paragraph.lines[-1].number)
                for sentence in sentences(paragraph.text):
                    if not self._is_question(sentence) or any(
                        fold(sentence) in said or said in sentence for said in requested
                    ):
                        continue
                    question = Question(message.message_id, message.author.name, fold(sentence), False, owes)
                    self._open.append(_Open(question, number, message.message_id, lines, asker))

    def _is_question(self, sentence: str) -> bool:
        letters = sum(char.isalpha() for char in sentence)
        return bool(_ASKS.search(sentence)) and letters >= _MIN_LETTERS and not _NOT_ABOUT_CODE.search(sentence)

    def _owes(self, message: Message, number: int) -> str:
        """The patch's author; where he asks himself, the one he answers."""
        patch = self._series.patch(number) if number else None
        author = patch.author if patch is not None else self._series.author
        who = message.author
        if not same_person(who.name, who.address, author.name, author.address, self._aliases):
            return author.name
        parent = self._series.thread.parent(message)
        return parent.author.name if parent is not None and parent.author.name != who.name else ""

    def _answer(self, view: View, sender: str) -> None:
        """Own words of somebody else right below a quoted question answer it."""
        pending = {
            (entry.message, at): entry
            for entry in self._open
            if not entry.question.answered
            for at in range(entry.lines[0], entry.lines[1] + 1)
        }
        if not pending:
            return
        for block in view.blocks:
            if not block.text.strip():
                continue
            for line in block.quote:
                entry = pending.get(line.origin) if line.origin is not None else None
                if entry is not None and entry.asker != sender:
                    entry.question = replace(entry.question, answered=True)
