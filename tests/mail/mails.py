"""Hand-written mails for the tests of this room; people live at example.org."""

from __future__ import annotations

from reviewbot.mail import Message, Unread
from reviewbot.mail.parse import parse


def mail(
    body: bytes | str = b"Hello.\n",
    *,
    sender: str = "Rita Reviewer <rita@example.org>",
    subject: str = "Re: [PATCH] domctl: x",
    mid: str = "1@example.org",
    date: str = "Mon, 1 Jun 2026 10:00:00 +0000",
    extra: str = "",
) -> bytes:
    """A raw mail; `extra` are further header lines, each with its LF."""
    head = f"From: {sender}\nTo: list@example.org\nSubject: {subject}\n"
    head += f"Date: {date}\n" if date else ""
    head += f"Message-ID: <{mid}>\n" if mid else ""
    data = body if isinstance(body, bytes) else body.encode()
    return (head + extra).encode() + b"\n" + data


def read_one(raw: bytes) -> Message:
    """The message, which must be readable."""
    found = parse(raw, "test", 1)
    assert isinstance(found, Message), found
    return found


def why_unread(raw: bytes) -> str:
    """The reason why it is not."""
    found = parse(raw, "test", 1)
    assert isinstance(found, Unread), found
    return found.reason


def mbox(*raws: bytes) -> bytes:
    """An mboxrd of these mails."""
    import re

    quoted = (re.sub(rb"(?m)^(>*From )", rb">\1", raw) for raw in raws)
    return b"".join(b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + raw + b"\n" for raw in quoted)
