"""Read a series' thread into a Review: tags, requests, questions and remarks of each patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    known = dict(aliases or {})
    source = _Source(found, known)
    return tuple(_read(series, [other for other in found if other is not series], known, source) for series in found)


def read_review(series: Series, *, aliases: Mapping[str, str] | None = None, others: Sequence[Series] = ()) -> Review:
    """All that the thread says about a series.

    aliases: addresses and folded names to one folded name a person (see `fold_name`)
    others:  other versions of the series (or other series) of the same source; tags that the author carried over are
             looked up there
    """
    known = dict(aliases or {})
    return _read(series, others, known, _Source((series, *others), known))


class _Source:
    """The series of one source: each of their threads taken apart once, however many series it holds, and each series
    read once by itself, however many newer versions look back at it."""

    def __init__(self, found: Sequence[Series], known: dict[str, str]) -> None:
        self._patches = frozenset[str]().union(*map(patch_ids, found))
        self._known = known
        self._threads: dict[int, tuple[frozenset[str], dict[str, View]]] = {}
        self._alone: dict[int, Review] = {}

    def views(self, thread: Thread) -> tuple[frozenset[str], dict[str, View]]:
        """The ids of mails that post a patch, and the thread's mails as views."""
        if id(thread) not in self._threads:
            posted = self._patches | _postings(thread)
            self._threads[id(thread)] = posted, read_thread(thread, posted)
        return self._threads[id(thread)]

    def alone(self, series: Series) -> Review:
        """What is said of a series of this source, without what it carries over from older ones."""
        if id(series) not in self._alone:
            self._alone[id(series)] = _read(series, (), self._known, self)
        return self._alone[id(series)]


def _read(series: Series, others: Sequence[Series], known: dict[str, str], source: _Source) -> Review:
    posted, views = source.views(series.thread)
    foreign = (posted - patch_ids(series)) | {
        entry.cover.message_id for entry in others if entry.cover and entry.id != series.id
    }
    targets = Targets(series, foreign)
    tags, requests = TagReader(series, known), RequestReader(series, known)
    questions = QuestionReader(series, known, requests.lines)
    remarks = RemarkReader()
    for message in series.thread.messages:
        target = targets.of(message)
        if target is None or not target.numbers:
            continue
        view = views[message.message_id]
        ignored = repeats_unmarked(view, _view_of_parent(series, message, views))
        tags.read(view, target, ignored)
        said = _requests_of(view, target, ignored, tags, requests)
        questions.read(view, target, ignored, said)
        remarks.read(view, (0,) if target.cover else target.numbers, ignored)
    return _assembled(series, tags, requests, questions, remarks, others, known, source)


def _assembled(
    series: Series,
    tags: TagReader,
    requests: RequestReader,
    questions: QuestionReader,
    remarks: RemarkReader,
    others: Sequence[Series],
    aliases: Mapping[str, str],
    source: _Source,
) -> Review:
    """Put what was read together, patch by patch."""
    order = {message.message_id: place for place, message in enumerate(series.thread.messages)}
    akin = _akin(series, others)
    before = [entry for entry in akin if _is_earlier(entry, series)][-_MOST_VERSIONS:]
    earlier = [(entry, source.alone(entry)) for entry in before]
    later = [entry for entry in akin if _is_earlier(series, entry)]
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
