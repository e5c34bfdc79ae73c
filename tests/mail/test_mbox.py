"""mbox files: mailsplit's separator rule, mboxrd quoting, bounded memory."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.mail import mbox
from tests.mail.mails import mail
from tests.mail.mails import mbox as joined

FROM = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"


def pieces(data: bytes) -> list[tuple[bytes, str]]:
    return list(mbox.split(io.BytesIO(data)))


@pytest.mark.parametrize(
    "line",
    [
        b"From mboxrd@z Thu Jan  1 00:00:00 1970",
        b"From a@example.org Mon Jun  1 9:15:26 2026",
        b"From a@example.org  Mon Jun 01 09:15:26 2026 +0200\r",
        b"From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001",
    ],
)
def test_separators(line: bytes) -> None:
    assert mbox.is_separator(line)


@pytest.mark.parametrize(
    "line",
    [
        b"From here on the lock is held",
        b"From the log at 12:30:45 on",
        b"From 10:00:00 to 11:00:00 it ran",
        b"From: a@example.org Thu Jan  1 00:00:00 1970",
        b">From mboxrd@z Thu Jan  1 00:00:00 1970",
        b"From x 1:2:3 1970",
        b"From ",
        b"",
    ],
)
def test_no_separators(line: bytes) -> None:
    assert not mbox.is_separator(line)


def test_a_body_line_that_begins_with_from_does_not_split() -> None:
    first = mail(b"From here on the lock is held,\nFrom 10:00 to 11:00 too.\n")
    found = pieces(FROM + first + b"\n" + FROM + mail(mid="2@example.org"))
    assert [raw for raw, _ in found] == [first + b"\n", mail(mid="2@example.org")]


def test_mboxrd_quoting_is_undone_one_level() -> None:
    found = pieces(FROM + b"A: b\n\n>From me\n>>From you\n> From nobody\nx >From y\n")
    assert found == [(b"A: b\n\nFrom me\n>From you\n> From nobody\nx >From y\n", "")]


def test_a_mail_larger_than_the_limit_is_named_and_the_rest_goes_on() -> None:
    big = mail(b"x" * 99 + b"\n") + b"line of text\n" * (mbox.MAX_MAIL // 13 + 1)
    found = pieces(FROM + big + FROM + mail(b"small\n"))
    assert found == [(b"", mbox.TOO_LARGE), (mail(b"small\n"), "")]


def test_an_endless_line_is_not_kept() -> None:
    found = pieces(FROM + b"a" * (2 * mbox.MAX_MAIL) + b"\n" + FROM + mail())
    assert found == [(b"", mbox.TOO_LARGE), (mail(), "")]


def test_a_torn_end_is_said() -> None:
    found = pieces(FROM + mail() + b"\n" + FROM + mail(b"Reviewed-by: Rita Rev"))
    assert [complaint for _, complaint in found] == ["", mbox.TORN]


class Dribble(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, step: int) -> None:
        self._inner = io.BytesIO(data)
        self._step = step

    def read(self, size: int = -1) -> bytes:
        return self._inner.read(min(size, self._step))


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [b"text", b"From me", b">From me", b">>From", b"From a 1:00:00 2020", FROM[:-1], b"", b"\xff\xe9"]
            ),
            max_size=8,
        ),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 50),
)
@settings(max_examples=150, deadline=None)
def test_split_undoes_join(bodies: list[list[bytes]], step: int) -> None:
    raws = [mail(b"".join(line + b"\n" for line in lines), mid=f"{n}@x.org") for n, lines in enumerate(bodies)]
    found = list(mbox.split(Dribble(joined(*raws), step)))
    assert found == [(raw + b"\n", "") for raw in raws]


@given(
    st.lists(
        st.sampled_from([FROM, b"From x\n", b"From a 1:00:00 2020\n", b"text\n", b">From b\n", b"\n", b"a: b\r\n"]),
        max_size=12,
    )
)
@settings(max_examples=30, deadline=None)
def test_splits_where_git_does(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    data = FROM + b"A: b\n\n" + b"".join(lines)
    folder: Path = tmp_path_factory.mktemp("split")
    subprocess.run(
        ["git", "mailsplit", "--keep-cr", "--mboxrd", f"-o{folder}"], input=data, check=True, capture_output=True
    )
    theirs = [path.read_bytes().partition(b"\n")[2] for path in sorted(folder.iterdir())]
    ours = [raw for raw, _ in pieces(data)]
    assert [raw for raw in ours if raw.strip()] == [raw for raw in theirs if raw.strip()]
