"""Encoded words, ids and dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.mail import headers
from tests.mail.mails import mail, read_one, why_unread
from tests.patience import patience


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("plain   text", "plain text"),
        ("=?UTF-8?q?Roger=20Pau=20Monn=C3=A9?=", "Roger Pau Monné"),
        ("=?utf-8?B?TW9ubsOp?= and more", "Monné and more"),
        ("Pau =?utf-8?B?TW9ubsOp?=", "Pau Monné"),
        ("=?utf-8?q?a_b?= =?utf-8?q?_c?=", "a b c"),
        ("=?utf-8?q?Monn=C3?= =?utf-8?q?=A9?=", "Monné"),
        ("=?utf-8?q?a?= x =?utf-8?q?b?=", "a x b"),
        ("=?iso-8859-1?q?=E9?= =?utf-8?q?=C3=A9?=", "éé"),
        ("=?no-such-charset?q?Monn=C3=A9?=", "Monné"),
        ("=?no-such-charset?q?Monn=E9?=", "Monné"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?utf-8*en?q?hi?=", "hi"),
        ("=?utf-8?x?hi?=", "=?utf-8?x?hi?="),
        ("=?utf-8?q?never ended", "=?utf-8?q?never ended"),
        ("a =? b", "a =? b"),
        ("=?utf-8?q?what??=", "what?"),
        ("=?idna?q?" + "a" * 5000 + "?=", "a" * 5000),
    ],
)
def test_encoded_words(raw: str, text: str) -> None:
    assert headers.decode(raw) == text


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_decoding_never_fails_and_keeps_plain_words(text: str) -> None:
    assert isinstance(headers.decode(text), str)
    assert headers.decode("=?" + text + "?q?x?=") is not None


@pytest.mark.parametrize(
    ("raw", "when"),
    [
        ("Tue, 9 Jun 2026 16:15:26 +0100", datetime(2026, 6, 9, 16, 15, 26, tzinfo=timezone(timedelta(hours=1)))),
        ("9 Jun 2026 16:15 -0330", datetime(2026, 6, 9, 16, 15, tzinfo=timezone(timedelta(hours=-3, minutes=-30)))),
        ("Tue,  9 Jun 26 16:15:26 EDT", datetime(2026, 6, 9, 16, 15, 26, tzinfo=timezone(timedelta(hours=-4)))),
        ("Thu, 31 Dec 98 23:59:60 GMT", datetime(1998, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Tue, 9 Jun 2026 16:15:26 +0100 (BST)", datetime(2026, 6, 9, 16, 15, 26, tzinfo=timezone(timedelta(hours=1)))),
        ("Tue, 9 Jun 2026 16:15:26 +9999", datetime(2026, 6, 9, 16, 15, 26, tzinfo=UTC)),
        ("Tue Jun  9 16:15:26 2026", datetime(2026, 6, 9, 16, 15, 26, tzinfo=UTC)),
        ("Tue, 9 Jun 10000 16:15:26 +0000", None),
        ("Mon, 31 Feb 2026 10:00:00 +0000", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Mon, 1 Jan 0001 00:00:00 +1200", None),
        ("soon", None),
        ("", None),
        ("9" * 5000, None),
    ],
)
def test_dates(raw: str, when: datetime | None) -> None:
    assert headers.date(raw) == when


@given(st.text(max_size=60))
def test_any_date_is_a_time_or_none(text: str) -> None:
    found = headers.date(text)
    assert found is None or found.astimezone(UTC).tzinfo is UTC


def test_ids() -> None:
    assert headers.ids("Message of Tuesday <a@x> and\t<b@y><a@x>") == ("a@x", "b@y")
    assert headers.message_id("<a@x>") == "a@x"
    assert headers.message_id("a@x") == "a@x"
    assert headers.message_id("two words") == ""


def test_folded_headers_are_joined() -> None:
    raw = b"From: Rita\n Reviewer <rita@example.org>\nSubject: one\n\ttwo\nIn-Reply-To:\n <a@x>\nReferences: <r@x>\n <a@x>\n\nx\n"
    found = read_one(raw)
    assert (found.author.name, found.subject, found.in_reply_to) == ("Rita Reviewer", "one two", "a@x")
    assert found.references == ("r@x", "a@x")


def test_in_reply_to_joins_the_references() -> None:
    found = read_one(mail(extra="References: <r@x>\nIn-Reply-To: <a@x>\n"))
    assert found.references == ("r@x", "a@x")


def test_a_mail_does_not_answer_itself() -> None:
    found = read_one(mail(mid="1@x", extra="References: <1@x> <r@x>\nIn-Reply-To: <1@x>\n"))
    assert found.references == ("r@x",)
    assert found.in_reply_to is None


def test_a_missing_id_is_made_up_the_same_each_time() -> None:
    one, again, other = read_one(mail(mid="")), read_one(mail(mid="")), read_one(mail(b"Else.\n", mid=""))
    assert one.message_id == again.message_id != other.message_id
    assert one.message_id.endswith("@missing-message-id.invalid")


def test_no_date_is_none() -> None:
    found = read_one(mail(date=""))
    assert (found.date, found.date_text) == (None, "")


@pytest.mark.parametrize(
    "header",
    [
        b"Subject: " + b"=?utf-8?q?ab?= " * 20000,
        b"Subject: " + b"x" * 280_000,
        b"X: 1\n" * 20000,
    ],
)
def test_header_bombs_are_refused(header: bytes) -> None:
    assert "the limit is 65536" in why_unread(b"From: A <a@example.org>\n" + header + b"\n\nx\n")


@pytest.mark.parametrize(
    "value",
    [
        b'"' * 60000,
        b'"\\' * 30000,
        b"(" * 60000,
        b"A" + b" " * 60000,
        b"=?" * 30000,
        b"=?a?q?" * 10000,
        b"<" * 60000,
        b",@" * 30000,
    ],
)
@pytest.mark.parametrize("name", [b"From", b"To", b"Subject", b"Date", b"References", b"Content-Type", b"Reply-To"])
def test_every_header_is_read_in_linear_time(name: bytes, value: bytes) -> None:
    from reviewbot.mail.parse import parse

    rest = b"" if name == b"From" else b"From: A via list <list@example.org>\n"
    with patience():
        parse(rest + name + b": " + value + b" <a@example.org>\n\nx\n", "test", 1)
