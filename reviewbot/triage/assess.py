"""One conversation into entries of the queue: what review read and policy decided, and who has to do what next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from reviewbot.mail import Message, threads
from reviewbot.policy import Calendar, Maintainers, Verdict, judge
from reviewbot.review import PatchReview, Reader, Review
from reviewbot.review.fates import may_tell_of_merge
from reviewbot.series import Series, find_series
from reviewbot.triage.model import SETTLED, Asked, Entry, LastWord, Wait

_TEXT = 300  # characters of a sentence that an entry keeps; `show` has all of it


def conversation(messages: Sequence[Message]) -> tuple[Series, ...]:
    """Every series of a bundle's mails, all versions, oldest first."""
    return find_series(threads(messages))


def reader_of(found: Sequence[Series], maintainers: Maintainers | None) -> Reader:
    """Reads what was said about each of them; people are known by the addresses of MAINTAINERS as well."""
    return Reader(found, maintainers.aliases if maintainers is not None else None)


def quick_review(reader: Reader, series: Series, landed: Mapping[int, str]) -> Review:
    """What was said about a series as far as the queue needs it: of one that is settled, only what says so.

    Neither tags nor questions can change the state of what went in or was superseded, and reading them is most of the
    work.
    """
    bare = Review(series, tuple(PatchReview(patch, (), (), ()) for patch in series.patches))
    if len(landed) == len(series.patches):
        return bare
    own = {message.message_id for message in series.posted}
    replies = (message for message in series.thread.messages if message.message_id not in own)
    if any(may_tell_of_merge(message.body) for message in replies):
        bare = reader.remarks(series)
    return bare if _settled(bare, landed) else reader.review(series)


def _settled(review: Review, landed: Mapping[int, str]) -> bool:
    return judge(review, landed=landed).state in SETTLED


def assess(
    review: Review,
    last: Message,
    landed: Mapping[int, str],
    maintainers: Maintainers | None,
    bundle: int,
    now: datetime,
    calendar: Calendar | None = None,
) -> Entry:
    """The entry of a series. `last` is the newest mail about it, `landed` as `judge` wants it."""
    series = review.series
    policy = maintainers if series.superseded_by is None else None
    verdict = judge(review, maintainers=policy, calendar=calendar, landed=landed, today=now.date())
    settled = verdict.state in SETTLED
    return Entry(
        id=series.id,
        state=verdict.state,
        title=series.title or series.patches[0].subject,
        version=series.version,
        target=series.target,
        author=series.author.name,
        author_address=series.author.address,
        patches=len(series.patches),
        cover=series.cover.message_id if series.cover else None,
        posted=series.date,
        last=LastWord(last.author.name or last.author.address, last.date, last.message_id),
        missing=() if settled else tuple(one.to_dict() for one in verdict.missing),
        questions=() if settled else tuple(_questions(review)),
        reasons=tuple(_clipped(reason) for reason in verdict.reasons),
        warnings=tuple(_clipped(warning) for warning in verdict.warnings),
        waits=() if settled else tuple(dict.fromkeys(_waits(review, verdict))),
        superseded_by=series.superseded_by,
        landed=dict(landed),
        source=series.posted[0].source,
        bundle=bundle,
    )


def last_words(found: Sequence[Series]) -> list[Message]:
    """For each series the newest mail about it: below its own mails, and not below those of another version."""
    owner: dict[str, int] = {}
    for index, series in enumerate(found):
        owner.update((message.message_id, index) for message in series.posted)
    newest = [series.posted[-1] for series in found]
    for series in {id(series.thread): series for series in found}.values():
        for message in series.thread.messages:
            path: list[str] = []
            at: Message | None = message
            while at is not None and at.message_id not in owner:
                path.append(at.message_id)
                at = series.thread.parent(at)
            index = owner[at.message_id] if at is not None else -1
            owner.update(dict.fromkeys(path, index))
            if index >= 0 and _later(message, newest[index]):
                newest[index] = message
    return newest


def _later(one: Message, other: Message) -> bool:
    return one.date is not None and (other.date is None or one.date > other.date)


def _clipped(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _TEXT else folded[: _TEXT - 1] + "…"


def _questions(review: Review) -> Iterator[Asked]:
    asked = [*review.cover_questions, *(question for entry in review.patches for question in entry.questions)]
    for question in asked:
        if not question.answered:
            owes = question.owes or review.series.author.name
            yield Asked(question.who, owes, _clipped(question.text), question.from_)


def _waits(review: Review, verdict: Verdict) -> Iterator[Wait]:
    """Who has to do what, the most pressing first."""
    author, address = review.series.author.name, review.series.author.address
    if verdict.state == "needs-new-version":
        yield Wait(author, address, "new-version", _clipped("; ".join(verdict.reasons)))
    for missing in verdict.missing:
        if missing.stand_in is None:
            for who in missing.who:
                yield Wait(who, "", "review", _clipped(", ".join(missing.for_)))
    for asked in _questions(review):
        yield Wait(asked.owes, "", "answer", f"{asked.who}: {asked.text}")
    for remark in (*review.remarks, *(remark for entry in review.patches for remark in entry.remarks)):
        if remark.open and remark.kind in ("dispute", "wait", "refused", "broken"):
            yield Wait(author, address, "answer", _clipped(f"{remark.who}: {remark.text}"))
    for entry in review.patches:
        number = entry.patch.number
        for tag in entry.tags:
            if tag.state == "conditional":
                yield Wait(tag.who, tag.address, "condition", _clipped(f"{tag.name}: {tag.condition}"), number)
            elif tag.state == "proposed":
                yield Wait(tag.who, tag.address, "confirm", _clipped(f"{tag.name}: {tag.says or tag.line}"), number)
        for request in entry.requests:
            if request.agreed is None and request.strength != "optional":
                says = _clipped(f"{request.id} {request.who}: {request.says}")
                yield Wait(author, address, "request", says, number)
