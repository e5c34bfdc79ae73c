"""What a mail is to the rest of the house: plain, frozen values without any judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: display name (decoded, unquoted, may be empty) and address as written."""

    name: str
    address: str

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address

    def to_dict(self) -> dict[str, str]:
        """For JSON."""
        return {"name": self.name, "address": self.address}


@dataclass(frozen=True, slots=True)
class Message:
    """One mail, read as far as a reviewer reads it.

    `body` is for reading: decoded, LF, format=flowed undone, an HTML-only mail as text.
    `body_bytes` is what `git mailinfo` would work on: transfer encoding undone, LF, the part before the patch in UTF-8,
    the patch itself byte for byte; diffs are cut from it.
    `author` is the writer after a mailing list's rewriting of From was undone; `sender` is From as it came, and
    `from_text` that header's decoded text.
    """

    message_id: str
    subject: str
    author: Address
    sender: Address
    date: datetime | None
    date_text: str
    references: tuple[str, ...]
    in_reply_to: str | None
    recipients: tuple[Address, ...]
    body: str
    body_bytes: bytes
    source: str
    position: int
    from_text: str = ""

    def to_dict(self) -> dict[str, Any]:
        """For JSON: everything but the bytes."""
        return {
            "message_id": self.message_id,
            "subject": self.subject,
            "author": self.author.to_dict(),
            "sender": self.sender.to_dict(),
            "date": self.date.isoformat() if self.date else None,
            "references": list(self.references),
            "in_reply_to": self.in_reply_to,
            "recipients": [who.to_dict() for who in self.recipients],
            "body": self.body,
            "source": self.source,
            "position": self.position,
        }


@dataclass(frozen=True, slots=True)
class Unread:
    """A mail (or, with position 0, a whole file of a folder) that could not be read, and why."""

    source: str
    position: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """For JSON, as `show` prints it."""
        return {"source": self.source, "position": self.position, "reason": self.reason}


@dataclass(frozen=True)
class Mailbag:
    """All that one source held, in the order of the source."""

    messages: tuple[Message, ...]
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True)
class Thread:
    """Mails that answer each other, sorted by arrival (Date, then position).

    `parents` maps the id of an answer to the id of what it answers; left out, it is worked out from the headers alone.
    Neither loops nor ids outside the thread occur in it.
    """

    messages: tuple[Message, ...]
    parents: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.parents:
            from reviewbot.mail.threading import header_parents

            object.__setattr__(self, "parents", header_parents(self.messages))

    @cached_property
    def _by_id(self) -> dict[str, Message]:
        return {message.message_id: message for message in self.messages}

    @cached_property
    def _children(self) -> dict[str, tuple[Message, ...]]:
        lists: dict[str, list[Message]] = {}
        for message in self.messages:
            parent = self.parents.get(message.message_id)
            if parent is not None:
                lists.setdefault(parent, []).append(message)
        return {mid: tuple(found) for mid, found in lists.items()}

    @property
    def root(self) -> Message:
        """The first mail that answers nothing here."""
        for message in self.messages:
            if message.message_id not in self.parents:
                return message
        return self.messages[0]

    def get(self, message_id: str) -> Message | None:
        """The mail of that id, if it is in this thread."""
        return self._by_id.get(message_id)

    def parent(self, message: Message) -> Message | None:
        """What `message` answers, if it is in this thread; a missing mail in between is bridged."""
        return self._by_id.get(self.parents.get(message.message_id, ""))

    def children(self, message: Message) -> tuple[Message, ...]:
        """The direct answers to `message`, by arrival."""
        return self._children.get(message.message_id, ())

    def ancestors(self, message: Message, most: int | None = None) -> tuple[Message, ...]:
        """What `message` answers, what that answers, and so on up to the root; the nearest `most` of them."""
        found: list[Message] = []
        above = self.parent(message)
        while above is not None and (most is None or len(found) < most):
            found.append(above)
            above = self.parent(above)
        return tuple(found)

    def descendants(self, message: Message) -> tuple[Message, ...]:
        """All answers below `message`, by arrival."""
        ids: set[str] = set()
        waiting = [message.message_id]
        while waiting:
            for child in self._children.get(waiting.pop(), ()):
                ids.add(child.message_id)
                waiting.append(child.message_id)
        return tuple(found for found in self.messages if found.message_id in ids)
