"""Mails made to hurt: each is listed or capped, and the rest of the queue goes on."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.review import Review
from reviewbot.triage import judged
from tests.mail.mails import mail as raw_mail
from tests.review.mails import Talk
from tests.triage.desks import desk

_NESTED = b"".join(
    f'Content-Type: multipart/mixed; boundary="b{at}"\n\n--b{at}\n'.encode() for at in range(2000)
)  # fmt: skip

BAD = {
    "a header of a megabyte": (raw_mail(extra="X-Bomb: " + "a" * 1_000_000 + "\n"), "header of"),
    "2000 nested parts": (
        raw_mail(b"").replace(b"\n\n", b"\nMIME-Version: 1.0\n" + _NESTED, 1) + b"\n", "nested more than",
    ),
    "a body of 17 MB": (raw_mail(b"x" * (17 << 20)), "larger than 16 MB"),
    "two senders": (raw_mail(extra="From: Evil <evil@example.org>\n"), "2 From headers"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_is_listed_and_the_rest_goes_on(name: str, tmp_path: Path) -> None:
    raw, reason = BAD[name]
    (tmp_path / "bad.eml").write_bytes(raw)
    (tmp_path / "good.mbox").write_bytes(Talk(tmp_path).mails[0])
    with desk(tmp_path, cache=tmp_path / ".cache") as opened:
        queue = opened.queue()
    assert [entry.title for entry in queue.entries] == ["domctl: step 1 of vpic/msix"]
    (unread,) = queue.unread
    assert unread.source == str(tmp_path / "bad.eml")
    assert reason in unread.reason
    with desk(tmp_path, cache=tmp_path / ".cache") as opened:  # and again out of the index
        assert opened.queue().unread == queue.unread


@pytest.mark.parametrize(
    "change",
    [
        (b"09 Jun 2026", b"09 Jun 10000"),
        (b"09 Jun 2026", b"31 Feb 2026"),
        (b"Date:", b"X-Date:"),
        (b'charset="utf-8"', b'charset="x-unknown-8"'),
        (b"Subject: [PATCH] ", b"Subject: [PATCH] " + b"=?utf-8?q?=41?= " * 3000),
        (
            b"Message-ID: <p1@example.org>",
            b"Message-ID: <p1@example.org>\nReferences: <p1@example.org> <p1@example.org>",
        ),
        (b"Pat Author", b"P\xe2\x80\xaeat \xff\x00Author"),
    ],
)
def test_is_read_all_the_same(change: tuple[bytes, bytes], tmp_path: Path) -> None:
    raw = Talk(tmp_path).mails[0]
    assert change[0] in raw
    (tmp_path / "x.mbox").write_bytes(raw.replace(*change))
    with desk(tmp_path, cache=tmp_path / ".cache") as opened:
        (entry,) = opened.queue().entries
        assert entry.id == "p1@example.org"
        assert next(opened.reviews([entry]))[1].series.id == entry.id


def test_message_ids_in_a_circle_end(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    ring = [
        raw_mail(
            b"x\n", mid=f"{at}@example.org", subject="Re: ring", extra=f"In-Reply-To: <{(at + 1) % 50}@example.org>\n"
        )
        for at in range(50)
    ]
    (tmp_path / "ring.mbox").write_bytes(
        talk.mails[0] + b"".join(b"From x@y Thu Jan  1 00:00:00 1970\n" + raw + b"\n" for raw in ring)
    )
    with desk(tmp_path) as opened:
        assert len(opened.queue().entries) == 1
        assert opened.mails == 51


def test_a_reused_message_id_replaces_nothing(tmp_path: Path) -> None:
    raw = Talk(tmp_path).mails[0]
    (tmp_path / "a.mbox").write_bytes(raw)
    (tmp_path / "b.mbox").write_bytes(raw.replace(b"pat@", b"evil@").replace(b"too often", b"never"))
    (tmp_path / "c.mbox").write_bytes(raw)
    with desk(tmp_path) as opened:
        queue = opened.queue()
    assert [entry.author_address for entry in queue.entries] == ["pat@example.org"]
    assert ["is that of mail 1, sent by pat@example.org" in one.reason for one in queue.unread] == [True]


def test_what_is_no_mail_in_a_folder_is_listed(tmp_path: Path) -> None:
    (tmp_path / "good.mbox").write_bytes(Talk(tmp_path).mails[0])
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
    with desk(tmp_path) as opened:
        queue = opened.queue()
    assert len(queue.entries) == 1
    assert [(Path(one.source).name, one.position) for one in queue.unread] == [("picture.png", 0)]


def test_a_conversation_that_breaks_the_reader_does_not_take_the_queue_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = Talk(tmp_path).mails[0]
    (tmp_path / "a.mbox").write_bytes(raw)
    (tmp_path / "b.mbox").write_bytes(raw.replace(b"p1@", b"b1@").replace(b"step 1 of vpic/msix", b"poison"))
    real = judged.quick_review

    def breaking(reader: object, series: object, landed: object) -> Review:
        if series.title.endswith("poison"):  # type: ignore[attr-defined]
            raise RecursionError("too deep")
        return real(reader, series, landed)  # type: ignore[arg-type]

    monkeypatch.setattr(judged, "quick_review", breaking)
    with desk(tmp_path, cache=tmp_path / ".cache") as opened:
        queue = opened.queue()
    assert [entry.title for entry in queue.entries] == ["domctl: step 1 of vpic/msix"]
    assert ["could not be judged: RecursionError" in one.reason for one in queue.unread] == [True]
