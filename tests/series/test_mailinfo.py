"""Author, subject and message as git takes them from a mail; tests/peers/test_mailinfo.py asks git itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.series import mailinfo
from reviewbot.series.build import patch_of
from reviewbot.series.model import Patch
from tests.mail.mails import mail, read_one
from tests.patience import patience
from tests.series.posts import AUTHOR, diff, post


def patch(body: str, subject: str = "[PATCH] domctl: y", sender: str = AUTHOR) -> Patch:
    built = patch_of(read_one(mail(body, subject=subject, sender=sender)))
    assert built is not None
    return built[0]


def test_the_message_ends_at_the_three_dashes() -> None:
    found = patch(f"Because.\n\nSigned-off-by: A\n---\nv2: less\n x | 1 +\n\n{diff()}-- \n2.53.0\n")
    assert found.body == "Because.\n\nSigned-off-by: A"
    assert found.notes == "v2: less\n x | 1 +"
    assert found.commit_message == "domctl: y\n\nBecause.\n\nSigned-off-by: A\n"


def test_no_body_is_a_subject_alone() -> None:
    assert patch(f"---\n{diff()}").commit_message == "domctl: y\n"


def test_blank_lines_are_squeezed_and_line_ends_stripped() -> None:
    found = patch(f"\n\n One. \t\n\n\n\nTwo.\n\n\n---\n{diff()}")
    assert found.body == " One.\n\nTwo."
    assert found.body_positions == (2, 3, 6)
    assert found.body_start == 2


@pytest.mark.parametrize(
    "line", ["---", "--- ", "---\t", "--- a/x", "--- ---", "diff --git a/x b/x", "diff -ur a b", "Index: x"]
)
def test_where_the_patch_begins(line: str) -> None:
    found = mailinfo.read(read_one(mail(f"Text.\n{line}\nmore\n")))
    assert (found.log, found.patch_line) == (("Text.",), 1)


@pytest.mark.parametrize("line", ["----", "---  x", "---x", " ---", "----------", "-- ", "Index:", "different"])
def test_where_it_does_not(line: str) -> None:
    assert mailinfo.read(read_one(mail(f"Text.\n{line}\nmore\n"))).patch_line is None


def test_in_body_headers_win() -> None:
    text = "From: Rita Real <rita@example.org>\nDate: Tue, 2 Jun 2026 09:00:00 +0200\nSubject: [PATCH v2] better:\n  words\n\nBecause.\n"
    found = patch(f"{text}---\n{diff()}")
    assert str(found.author) == "Rita Real <rita@example.org>"
    assert found.date_text == "Tue, 2 Jun 2026 09:00:00 +0200"
    assert found.subject == "better: words"
    assert found.body == "Because."
    assert found.message.author.address == "ada@example.org"


def test_in_body_headers_may_be_encoded() -> None:
    found = patch(f"From: =?utf-8?B?TW9ubsOp?= <r@example.org>\n\nBecause.\n---\n{diff()}")
    assert found.author.name == "Monné"


def test_headers_after_the_first_text_are_text() -> None:
    found = patch(f"Because.\nFrom: Rita <rita@example.org>\n---\n{diff()}")
    assert found.author.address == "ada@example.org"
    assert found.body == "Because.\nFrom: Rita <rita@example.org>"


def test_scissors_discard_what_stands_above() -> None:
    text = (
        "Hello, here is the fix.\n\n-- >8 --\nFrom: Rita <rita@example.org>\nSubject: [PATCH] real: words\n\nBecause.\n"
    )
    found = patch(f"{text}---\n{diff()}")
    assert (found.subject, found.body, found.author.name) == ("real: words", "Because.", "Rita")
    assert found.body_start == 6


@pytest.mark.parametrize(
    "line", ["-- >8 --", "--8<--------", "- - - >8 - - -", "-- 8< -- cut here -- 8< --", "--->%-----"]
)
def test_scissors(line: str) -> None:
    assert mailinfo.is_scissors(line)


@pytest.mark.parametrize(
    "line",
    [
        "8<",
        ">8",
        "-- >8",
        "use 8< to cut here and there and everywhere",
        "--------",
        "- 8< and a lot of words behind it",
    ],
)
def test_no_scissors(line: str) -> None:
    assert not mailinfo.is_scissors(line)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("[PATCH v2 1/3] domctl: y", "domctl: y"),
        ("[LTP] [PATCH] [x86] y", "y"),
        ("Re: re: [PATCH] y", "y"),
        ("[PATCH] y [z]", "y [z]"),
        ("[PATCH] RFC: y", "RFC: y"),
        ("[PATCH] remove: y", "remove: y"),
        ("[PATCH y", "[PATCH y"),
        ("  : y  z ", "y z"),
    ],
)
def test_subjects(raw: str, clean: str) -> None:
    assert mailinfo.clean_subject(raw) == clean


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        ("Ada Author <ada@example.org>", "Ada Author", "ada@example.org"),
        ('"Author, Ada" <ada@example.org>', "Author, Ada", "ada@example.org"),
        ("ada@example.org (Ada Author)", "Ada Author", "ada@example.org"),
        ("Ada (zzz) Author <ada@example.org> (Comment)", "Ada (zzz) Author (Comment)", "ada@example.org"),
        ("ada@example.org", "ada@example.org", "ada@example.org"),
        ("A" * 61 + " <ada@example.org>", "ada@example.org", "ada@example.org"),
        ("Ada <ada>", "Ada", "ada"),
    ],
)
def test_authors(raw: str, name: str, address: str) -> None:
    assert mailinfo.author(raw) == (name, address)


def test_a_lists_rewriting_does_not_become_the_author() -> None:
    raw = mail(
        f"Because.\n---\n{diff()}",
        subject="[PATCH] y",
        sender="Ada Author via list <list@example.org>",
        extra="Reply-To: Ada Author <ada@example.org>\n",
    )
    built = patch_of(read_one(raw))
    assert built is not None
    assert str(built[0].author) == AUTHOR


def test_an_answer_that_quotes_a_patch_is_none() -> None:
    quoted = "".join(f"> {line}\n" for line in diff().splitlines())
    assert patch_of(read_one(mail(quoted + "\nReviewed-by: R <r@example.org>\n", subject="Re: [PATCH] y"))) is None


def test_an_answer_with_a_diff_of_its_own_is_none() -> None:
    assert patch_of(post("a", "Re: [PATCH] y", text="How about this:\n\n")) is None


def test_an_answer_with_a_patch_below_scissors_is_one() -> None:
    text = "How about this:\n\n-- >8 --\nSubject: [PATCH] other: way\n\nBecause.\n"
    built = patch_of(post("a", "Re: [PATCH v2 3/4] y", text=text))
    assert built is not None
    assert (built[0].subject, built[0].number, built[0].total) == ("other: way", 1, 1)


def test_a_patch_without_brackets_must_be_signed() -> None:
    assert patch_of(post("a", "domctl: y")) is not None
    assert patch_of(post("a", "domctl: y", text="What about this?\n")) is None
    forwarded = "This was added to stable.\n\nFrom: A <a@example.org>\nSubject: y\n\nSigned-off-by: A <a@example.org>\n"
    assert patch_of(post("a", "Patch y was added", text=forwarded)) is None


def test_no_diff_is_no_patch() -> None:
    assert patch_of(post("a", "[PATCH] y", change="")) is None


@given(st.text(st.sampled_from("-> 8<%cut"), max_size=40))
def test_scissors_never_fail(line: str) -> None:
    assert isinstance(mailinfo.is_scissors(line), bool)


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    message = read_one(mail(data + b"\n"))
    found = mailinfo.read(message)
    assert len(found.log) == len(found.positions)


@pytest.mark.parametrize(
    "piece", ["-- >8 --\n", "From: a\n", "---x\n", "Subject: x\n y\n", "[PATCH] \n", ">From x\n", "\n"]
)
def test_a_message_of_megabytes_takes_linear_time(piece: str) -> None:
    message = read_one(mail(piece * (2_000_000 // len(piece)), subject="[PATCH] y"))
    with patience():
        mailinfo.read(message)
