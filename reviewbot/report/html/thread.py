"""The thread on a page, folded to its decisions: who gave, asked or announced what; the rest can be opened."""

from __future__ import annotations

from hashlib import sha256

from reviewbot.mail import Message
from reviewbot.report.html.markup import Html, day, join, line, tag, text
from reviewbot.review import Question, Review

_MOST = 20_000
"""Characters of a mail that are shown."""

_SHOWN = 120
"""Characters of a question beside its mail."""

_MOST_MAILS = 400
"""Mails on a page; a crafted thread of thousands must not make one of a gigabyte."""


def anchor(message_id: str) -> str:
    """The place of a mail on the page."""
    return "mail-" + sha256(message_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def section(review: Review) -> Html:
    """Every mail that decided something, in order; those that did not stand folded together below."""
    said = _decisions(review)
    messages = review.series.thread.messages[:_MOST_MAILS]
    deciding = [message for message in messages if message.message_id in said]
    others = [message for message in messages if message.message_id not in said]
    parts = [tag("h2", Html("Thread"))]
    if deciding:
        parts.append(tag("ol", *(_mail(one, said[one.message_id]) for one in deciding), class_="thread"))
    if others:
        count = f"{len(others)} mail{'s' * (len(others) != 1)} without a decision"
        listed = tag("ol", *(_mail(one, []) for one in others), class_="thread")
        parts.append(tag("details", tag("summary", text(count)), listed))
    shown = {message.message_id for message in messages}
    elsewhere = [
        tag("li", tag("code", line(mid)), *told, id=anchor(mid)) for mid, told in said.items() if mid not in shown
    ]
    if elsewhere:
        parts += [tag("h3", Html("Said in another thread")), tag("ul", *elsewhere, class_="elsewhere")]
    return tag("section", *parts)


def _decisions(review: Review) -> dict[str, list[Html]]:
    """Message id to what the mail decided."""
    said: dict[str, list[Html]] = {}
    several = len(review.patches) > 1
    for entry in review.patches:
        number = entry.patch.number
        where = f" on patch {number}" if several else ""
        for given in entry.tags:
            state = "" if given.state == "counts" else f" ({given.state})"
            _add(said, given.from_, tag("a", line(f"{given.name}{state}{where}"), href=f"#patch-{number}"))
        for asked in entry.requests:
            _add(said, asked.from_, tag("a", text(f"{asked.id} {asked.kind}"), href=f"#request-{asked.id}"))
            if asked.agreed_by:
                _add(said, asked.agreed_by, text(f"{'agrees to' if asked.agreed else 'declines'} {asked.id}"))
        for at, question in enumerate(entry.questions, 1):
            _add(said, question.from_, _asks(question, where, f"question-{number}.{at}"))
        for remark in entry.remarks:
            _add(said, remark.from_, join([text(f"{remark.kind}{where}: "), line(remark.text)]))
    for at, question in enumerate(review.cover_questions, 1):
        _add(said, question.from_, _asks(question, "", f"question-0.{at}"))
    for remark in review.remarks:
        _add(said, remark.from_, join([text(f"{remark.kind}: "), line(remark.text)]))
    return said


def _asks(question: Question, where: str, place: str) -> Html:
    state = "" if question.answered else " (open)"
    return join(
        [tag("a", text(f"asks{where}{state}"), href=f"#{place}"), Html(" "), tag("small", line(_cut(question.text)))]
    )


def _cut(words: str) -> str:
    return words if len(words) <= _SHOWN else words[: _SHOWN - 1] + "…"


def _add(said: dict[str, list[Html]], mail: str, what: Html) -> None:
    known = said.setdefault(mail, [])
    if what not in known:
        known.append(what)


def _mail(message: Message, said: list[Html]) -> Html:
    body = message.body if len(message.body) <= _MOST else message.body[:_MOST] + "\n…"
    head = [tag("b", line(message.author.name or message.author.address)), Html(" "), tag("small", day(message.date))]
    return tag(
        "li",
        tag("p", *head, class_="who"),
        tag("ul", *(tag("li", one) for one in said), class_="said") if said else Html(""),
        tag("details", tag("summary", line(message.subject) or Html("(no subject)")), tag("pre", text(body))),
        id=anchor(message.message_id),
    )
