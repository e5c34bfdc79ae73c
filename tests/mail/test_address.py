"""Who somebody is: strict in From, undone where a list rewrote it."""

from __future__ import annotations

import pytest

from reviewbot.mail import Address, fold
from reviewbot.mail.address import listed, strict
from tests.mail.mails import mail, read_one, why_unread


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        ("Rita Reviewer <rita@example.org>", "Rita Reviewer", "rita@example.org"),
        ('"Reviewer, Rita" <rita@example.org>', "Reviewer, Rita", "rita@example.org"),
        ('"Rita \\"R\\" Reviewer" <rita@example.org>', 'Rita "R" Reviewer', "rita@example.org"),
        ("Rita (Arm) Reviewer <rita@example.org>", "Rita (Arm) Reviewer", "rita@example.org"),
        ("rita@example.org (Rita Reviewer)", "Rita Reviewer", "rita@example.org"),
        ("Rita <rita@example.org>   (at home)", "Rita", "rita@example.org"),
        ("<rita@example.org>", "", "rita@example.org"),
        ("rita@example.org", "", "rita@example.org"),
        ("=?utf-8?B?TW9ubsOp?= <r@example.org>", "Monné", "r@example.org"),
        ('"=?utf-8?B?TW9ubsOp?=" <r@example.org>', "Monné", "r@example.org"),
        ("=?utf-8?q?Jan_=3Cjan=40example.org=3E?= <evil@example.net>", "Jan  jan@example.org", "evil@example.net"),
        ("=?utf-8?q?Jan=0AReviewed-by=3A_x?= <evil@example.net>", "Jan Reviewed-by: x", "evil@example.net"),
    ],
)
def test_one_mailbox(raw: str, name: str, address: str) -> None:
    assert strict(raw) == Address(name, address)


@pytest.mark.parametrize(
    "raw",
    [
        "jan@example.org(<evil@example.net>",
        "Jan <jan@example.org> <evil@example.net>",
        "jan@example.org <evil@example.net",
        "<jan@example.org>evil@example.net",
        "Jan <jan@example.org@example.net>",
        "Jan <jan>",
        "Jan",
        "",
        "A <a@example.org>, B <b@example.org>",
        '"unfinished <a@example.org>',
    ],
)
def test_anything_in_doubt_is_nobody(raw: str) -> None:
    assert strict(raw) is None


def test_two_from_headers_are_unread() -> None:
    assert "2 From headers" in why_unread(mail(extra="From: Other <other@example.org>\n"))


def test_a_doubtful_from_is_unread_and_shown() -> None:
    assert "jan@example.org(" in why_unread(mail(sender="jan@example.org(<evil@example.net>"))


def test_recipients() -> None:
    found = listed('"Smith, D." <d@example.org>, plain@example.org,, junk, Team: a@example.org, B <b@example.org>;')
    assert [who.address for who in found] == ["d@example.org", "plain@example.org", "a@example.org", "b@example.org"]
    assert found[0].name == "Smith, D."


LIST = "List-Id: Some list <some-list.lists.example.org>\n"


@pytest.mark.parametrize(
    ("sender", "extra", "author"),
    [
        (
            "Rita Reviewer via some-list <some-list@lists.example.org>",
            "Reply-To: Rita Reviewer <rita@example.org>\n" + LIST,
            Address("Rita Reviewer", "rita@example.org"),
        ),
        (
            '"Rita Reviewer via some-list" <some-list@lists.example.org>',
            "Reply-To: =?utf-8?q?R=C3=ADta_Reviewer?= <rita@example.org>, list@example.org\n",
            Address("Ríta Reviewer", "rita@example.org"),
        ),
        (
            "'Rita Reviewer' via Some Group <some-list@lists.example.org>",
            "X-Original-From: Rita Reviewer <rita@example.org>\nReply-To: some-list@lists.example.org\n" + LIST,
            Address("Rita Reviewer", "rita@example.org"),
        ),
        (
            "Rita Reviewer via some-list <some-list@lists.example.org>",
            "Cc: Rita Reviewer <rita@example.org>\n" + LIST,
            Address("Rita Reviewer", "rita@example.org"),
        ),
        (
            "Rita Reviewer via some-list <some-list@lists.example.org>",
            LIST,
            Address("Rita Reviewer", "some-list@lists.example.org"),
        ),
    ],
)
def test_a_lists_rewriting_is_undone(sender: str, extra: str, author: Address) -> None:
    found = read_one(mail(sender=sender, extra=extra))
    assert found.author == author
    assert found.sender.address == "some-list@lists.example.org"


@pytest.mark.parametrize(
    ("sender", "extra"),
    [
        ("Rita Reviewer <rita@example.org>", "Reply-To: Jan <jan@example.org>\n"),
        ("Evil via post <evil@example.net>", "Reply-To: Jan <jan@example.org>\n" + LIST),
    ],
)
def test_nobody_speaks_for_another_by_reply_to(sender: str, extra: str) -> None:
    found = read_one(mail(sender=sender, extra=extra))
    assert found.author == found.sender


def test_names_fold() -> None:
    assert fold("Roger Pau Monné") == fold("roger pau  MONNE") == fold('"Roger Pau Monne."')


def test_an_address_reads_as_a_tag_writes_it() -> None:
    assert str(Address("Rita Reviewer", "rita@example.org")) == "Rita Reviewer <rita@example.org>"
    assert str(Address("", "rita@example.org")) == "rita@example.org"
