"""Read a series' thread into a Review: tags, requests, questions and remarks of each patch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from reviewbot import regex as re
from reviewbot.mail import Message, Thread
from reviewbot.review.carry import asked_before, carried_over, settled_later
from reviewbot.review.model import CONDITIONAL, COUNTS, PARTIAL, PatchReview, Review
from reviewbot.review.people import fold_name
from reviewbot.review.questions import QuestionReader
from reviewbot.review.quoting import View, read_thread, repeats_unmarked
from reviewbot.review.remarks import Approval, RemarkReader, settled
from reviewbot.review.requests import RequestReader
from reviewbot.review.tags import TagReader
from reviewbot.review.targets import Target, Targets, patch_ids
from reviewbot.series import Series

_REPLY = re.compile(r"^\s*(?:re|aw|antw|sv|vs|fwd?)\s*(?:\[\d+\])?:", re.I)  # "Re:" in the languages seen on the lists
# No bracket inside and no more than a prefix holds: a subject of nothing but "[PATCH [PATCH" is read once.
_POSTING = re.compile(r"\[[^\[\]]{0,120}\b(?:PATCH|RFC)\b[^\[\]]{0,120}\]", re.I)
_MOST_VERSIONS = 20  # so many older versions are read again, for tags and questions that they leave
_DIFF = re.compile(rb"^(?:diff --git |\+\+\+ |@@ -\d)", re.M)


def read_reviews(found: Sequence[Series], *, aliases: Mapping[str, str] | None = None) -> tuple[Review, ...]:
    """Every series of a source, each read with the others beside it (see `read_review`); a mail is taken apart once."""
    reader = Reader(found, aliases)
    return tuple(map(reader.review, found))


def read_review(series: Series, *, aliases: Mapping[str, str] | None = None, others: Sequence[Series] = ()) -> Review:
    """All that the thread says about a series.

    aliases: addresses and folded names to one folded name a person (see `fold_name`)
    others:  other versions of the series (or other series) of the same source; tags that the author carried over are
             looked up there
    """
    return Reader((series, *others), aliases).review(series)


class Reader:
    """Reads the series of one source: each of their threads is taken apart once, however many series it holds, and an
    older version read once for all the newer ones that look back at it."""

    def __init__(self, found: Sequence[Series], aliases: Mapping[str, str] | None = None) -> None:
        """`aliases` as for `read_review`."""
        self._found = tuple(found)
        self._aliases = dict(aliases or {})
        self._patches = frozenset[str]().union(*map(patch_ids, found))
        self._threads: dict[int, tuple[frozenset[str], dict[str, View]]] = {}
        self._handed_on: dict[int, Review] = {}

    def review(self, series: Series) -> Review:
        """All that was said about one of the series, the others beside it."""
        others = [other for other in self._found if other is not series]
        said = self._said(series, others)
        akin = _akin(series, others)
        before = [entry for entry in akin if _is_earlier(entry, series)][-_MOST_VERSIONS:]
        earlier = [(entry, self._before(entry)) for entry in before]
        later = [entry for entry in akin if _is_earlier(series, entry)]
        return _assembled(series, said, earlier, later, self._aliases)

    def remarks(self, series: Series) -> Review:
        """What was said about the fate of one of the series, and nothing else: whether it went in is told by that."""
        remarks = RemarkReader()
        for view, target, ignored in self._replies(series, self._found):
            remarks.read(view, _numbers(target), ignored)
        patches = tuple(PatchReview(patch, (), (), (), remarks.remarks(patch.number)) for patch in series.patches)
        return Review(series, patches, remarks=remarks.remarks(0))

    def _before(self, series: Series) -> Review:
        """An earlier version: what it hands on to later ones, its tags and its questions; read once."""
        if id(series) not in self._handed_on:
            said = self._said(series, (), handed_on=True)
            self._handed_on[id(series)] = _assembled(series, said, (), (), self._aliases)
        return self._handed_on[id(series)]

    def _said(self, series: Series, others: Sequence[Series], *, handed_on: bool = False) -> _Said:
        """What was said about a series; `handed_on`: only what it may hand on to a later version."""
        said = _Said(series, self._aliases)
        for view, target, ignored in self._replies(series, others):
            said.tags.read(view, target, ignored)
            asked = _Asked(view, target, ignored, said)
            if not handed_on:
                asked()
                said.remarks.read(view, _numbers(target), ignored)
            said.questions.read(view, target, ignored, asked)
        return said

    def _replies(self, series: Series, others: Sequence[Series]) -> Iterator[tuple[View, Target, frozenset[int]]]:
        """The mails about a series in order of arrival, what each is about, and which lines only repeat another's."""
        posted, views = self._views(series.thread)
        foreign = (posted - patch_ids(series)) | {
            entry.cover.message_id for entry in others if entry.cover and entry.id != series.id
        }
        targets = Targets(series, foreign)
        for message in series.thread.messages:
            target = targets.of(message)
            if target is None or not target.numbers:
                continue
            view = views[message.message_id]
            yield view, target, repeats_unmarked(view, _view_of_parent(series, message, views))

    def _views(self, thread: Thread) -> tuple[frozenset[str], dict[str, View]]:
        """The ids of mails that post a patch, and the thread's mails as views."""
        if id(thread) not in self._threads:
            posted = self._patches | _postings(thread)
            self._threads[id(thread)] = posted, read_thread(thread, posted)
        return self._threads[id(thread)]


class _Said:
    """What a thread says about a series, as it is collected mail by mail."""

    def __init__(self, series: Series, aliases: Mapping[str, str]) -> None:
        self.tags = TagReader(series, aliases)
        self.requests = RequestReader(series, aliases)
        self.questions = QuestionReader(series, aliases, self.requests.lines)
        self.remarks = RemarkReader()


class _Asked:
    """The sentences of a mail that are requests, read when somebody wants to know: it takes most of the time."""

    def __init__(self, view: View, target: Target, ignored: frozenset[int], said: _Said) -> None:
        self._mail = view, target, ignored
        self._said = said
        self._found: frozenset[str] | None = None

    def __call__(self) -> frozenset[str]:
        if self._found is None:
            self._found = _requests_of(*self._mail, self._said.tags, self._said.requests)
        return self._found


def _numbers(target: Target) -> tuple[int, ...]:
    return (0,) if target.cover else target.numbers


def _assembled(
    series: Series,
    said: _Said,
    earlier: Sequence[tuple[Series, Review]],
    later: Sequence[Series],
    aliases: Mapping[str, str],
) -> Review:
    """Put what was read together, patch by patch."""
    tags, requests, questions, remarks = said.tags, said.requests, said.questions, said.remarks
    order = {message.message_id: place for place, message in enumerate(series.thread.messages)}
    patches = []
    approvals: list[Approval] = []
    for patch in series.patches:
        found = carried_over(patch, tags.tags(patch.number), earlier, aliases)
        approvals += [
            Approval(fold_name(tag.who), tag.name, order[tag.from_])
            for tag in found
            if tag.state in (COUNTS, PARTIAL, CONDITIONAL) and tag.from_ in order
        ]
        patches.append(
            PatchReview(
                patch,
                found,
                requests.requests(patch.number),
                (
                    *asked_before(patch, series, found, earlier),
                    *settled_later(patch, questions.questions(patch.number, found), later, questions.put_off),
                ),
                remarks.remarks(patch.number),
            )
        )
    patches = [replace(entry, remarks=settled(entry.remarks, approvals, order)) for entry in patches]
    return Review(series, tuple(patches), questions.questions(0, ()), settled(remarks.remarks(0), approvals, order))


def _requests_of(
    view: View, target: Target, ignored: frozenset[int], tags: TagReader, requests: RequestReader
) -> frozenset[str]:
    """Read a mail's requests; the sentences that were taken as such."""
    mid = view.message.message_id
    number = target.numbers[0]
    binding = any(tag.from_ == mid and tag.strength == "required" and tag.waits == "edit" for tag in tags.tags(number))
    requests.read(view, target, ignored, binding=binding and not target.cover)
    return frozenset(request.says for request in requests.requests(number) if request.from_ == mid)


def _view_of_parent(series: Series, message: Message, views: Mapping[str, View]) -> View | None:
    parent = series.thread.parent(message)
    return views.get(parent.message_id) if parent is not None else None


def _postings(thread: Thread) -> frozenset[str]:
    """Ids of mails of the thread that post a patch: not an answer by subject, and a diff inside."""
    return frozenset(
        message.message_id
        for message in thread.messages
        if not _REPLY.match(message.subject) and _POSTING.search(message.subject) and _DIFF.search(message.body_bytes)
    )


def _akin(series: Series, others: Sequence[Series]) -> list[Series]:
    """The series that have a patch of the same subject."""
    titles = {patch.subject.casefold() for patch in series.patches}
    return [entry for entry in others if any(patch.subject.casefold() in titles for patch in entry.patches)]


def _is_earlier(entry: Series, series: Series) -> bool:
    """Whether one series was posted before another."""
    return entry.id != series.id and entry.date is not None and series.date is not None and entry.date < series.date
