"""The reader of mails against the standard library's (compat32), over all real mails."""

from __future__ import annotations

import email
import email.header
import email.message
import email.utils
from pathlib import Path

import pytest

from reviewbot.mail import mbox
from reviewbot.mail.model import Message
from reviewbot.mail.parse import parse


def decoded(value: str) -> str:
    """A header as the standard library decodes it, blanks folded."""
    return " ".join(str(email.header.make_header(email.header.decode_header(value))).split())


def text_of(mail: email.message.Message) -> str | None:
    """The text of a mail of one part; None for others."""
    if mail.is_multipart() or mail.get_content_type() != "text/plain":
        return None
    data = mail.get_payload(decode=True)
    assert isinstance(data, bytes)
    try:
        return data.decode(mail.get_content_charset("ascii")).replace("\r\n", "\n")
    except (LookupError, UnicodeError):
        return None


def test_headers_and_texts(threads_dir: Path) -> None:
    mboxes = sorted(threads_dir.glob("**/*.mbox"))
    if not mboxes:
        pytest.skip("no mboxes below the real threads")
    compared = texts = 0
    for path in mboxes:
        with path.open("rb") as file:
            raws = [raw for raw, _ in mbox.split(file)]
        for raw in raws:
            ours, theirs = parse(raw, path.name, 1), email.message_from_bytes(raw)
            assert isinstance(ours, Message)
            compared += 1
            assert ours.message_id == theirs["Message-ID"].strip().strip("<>")
            assert ours.subject == decoded(theirs["Subject"])
            assert ours.sender.address == email.utils.parseaddr(theirs["From"])[1]
            assert ours.date == email.utils.parsedate_to_datetime(theirs["Date"])
            text = text_of(theirs)
            if text is not None and "flowed" not in theirs.get("Content-Type", ""):
                texts += 1
                assert ours.body.rstrip("\n") == text.rstrip("\n")
    print(f"{compared} mails with equal headers, {texts} with equal text")
    assert compared
