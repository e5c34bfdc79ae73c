"""The queue as data: one entry a series, with what it waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from reviewbot.mail import Unread
from reviewbot.policy import STATES

FEW_MAILS = 10_000
SHARE = 30


def default_limit(mails: int) -> int:
    """How many conversations (a series with all its versions) of so many mails are judged, 0 for all.

    Sources of up to `FEW_MAILS` are judged whole. Of larger archives one conversation for `SHARE` mails is, those
    spoken of last, unless more are asked for: judging all of them takes twice as long.
    """
    return 0 if mails <= FEW_MAILS else mails // SHARE


# Most actionable first: what can go in, then what lacks least; what is settled comes last.
ORDER = {state: place for place, state in enumerate(reversed(STATES))}
SETTLED = ("committed", "superseded")


@dataclass(frozen=True, slots=True)
class Wait:
    """Something that waits for one person.

    kind: review (an approval by MAINTAINERS), answer (a question), new-version, request (an edit nobody decided on),
          condition (the person's own conditional tag), confirm (a tag that may have been meant)
    patch: its number, None for the whole series
    """

    who: str
    address: str
    kind: str
    text: str
    patch: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question: who asks, of whom, in which mail."""

    who: str
    owes: str
    text: str
    message_id: str


@dataclass(frozen=True, slots=True)
class LastWord:
    """The newest mail about a series."""

    who: str
    date: datetime | None
    message_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the queue: a series in one version.

    `patches` counts them; `landed` maps patch numbers to commits; `missing` is as in a Verdict's `to_dict()`.
    `bundle` is the index' number for the conversation, of no meaning outside of it.
    """

    id: str
    state: str
    title: str
    version: int
    target: str | None
    author: str
    author_address: str
    patches: int
    cover: str | None
    posted: datetime | None
    last: LastWord
    missing: tuple[Mapping[str, Any], ...]
    questions: tuple[Asked, ...]
    reasons: tuple[str, ...]
    warnings: tuple[str, ...]
    waits: tuple[Wait, ...]
    superseded_by: str | None
    landed: Mapping[int, str]
    source: str
    bundle: int = 0

    def age(self, now: datetime) -> int | None:
        """Whole days since it was posted; None without a date."""
        return None if self.posted is None else max((now - self.posted).days, 0)

    def rank(self) -> tuple[int, float, str]:
        """For sorting: most actionable first, of these the one spoken of last."""
        spoken = self.last.date or self.posted
        return ORDER[self.state], -(spoken.timestamp() if spoken else 0.0), self.id

    def to_dict(self, now: datetime) -> dict[str, Any]:
        """For JSON (schema 1)."""
        return {
            "state": self.state,
            "age_days": self.age(now),
            "version": self.version,
            "title": self.title,
            "author": _named(self.author, self.author_address),
            "target": self.target,
            "id": self.id,
            "cover": self.cover,
            "patches": self.patches,
            "posted": self.posted.isoformat() if self.posted else None,
            "missing": [dict(entry) for entry in self.missing],
            "open_questions": [
                {"who": q.who, "owes": q.owes, "text": q.text, "from": q.message_id} for q in self.questions
            ],
            "last_word": {
                "who": self.last.who,
                "date": self.last.date.isoformat() if self.last.date else None,
                "from": self.last.message_id,
            },
            "reasons": list(self.reasons),
            "warnings": list(self.warnings),
            "waits": [asdict(wait) for wait in self.waits],
            "superseded_by": self.superseded_by,
            "landed": {str(number): commit for number, commit in self.landed.items()},
            "source": self.source,
        }


def _named(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address


@dataclass(frozen=True, slots=True)
class Queue:
    """All entries, sorted.

    `older` counts the conversations that were not looked at, none of which was spoken of after `silent_since`;
    `notes` is what a person should be told.
    """

    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...]
    older: int = 0
    notes: tuple[str, ...] = ()
    silent_since: datetime | None = None

    def to_dict(self, now: datetime) -> dict[str, Any]:
        """For JSON, without the schema number."""
        return {
            "series": [entry.to_dict(now) for entry in self.entries],
            "unread": [mail.to_dict() for mail in self.unread],
            "older": self.older,
        }
