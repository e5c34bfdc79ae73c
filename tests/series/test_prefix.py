"""The brackets of a subject."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.series.prefix import clean_title, parse


@pytest.mark.parametrize(
    ("subject", "version", "counter", "target", "title"),
    [
        ("[PATCH] x86: y", 1, None, None, "x86: y"),
        ("[PATCH v2] y", 2, None, None, "y"),
        ("[PATCH V2 03/10] y", 2, (3, 10), None, "y"),
        ("[PATCH v10 0/2] y", 10, (0, 2), None, "y"),
        ("[PATCHv3 1/2] y", 3, (1, 2), None, "y"),
        ("[PATCH-v3] y", 3, None, None, "y"),
        ("[PATCH V 4] y", 4, None, None, "y"),
        ("[PATCH 2/5 v3] y", 3, (2, 5), None, "y"),
        ("[v3 PATCH 2/5] y", 3, (2, 5), None, "y"),
        ("[PATCH for-4.22 v3 2/5] y", 3, (2, 5), "4.22", "y"),
        ("[PATCH v3 for-4.22 2/5] y", 3, (2, 5), "4.22", "y"),
        ("[PATCH for-4.22? 2/5] y", 1, (2, 5), "4.22", "y"),
        ("[PATCH 4.22 v3] y", 3, None, "4.22", "y"),
        ("[PATCH v4.22] y", 4, None, None, "y"),
        ("[PATCH for 4.22] y", 1, None, "4.22", "y"),
        ("[PATCH-for-4.22 v2] y", 2, None, "4.22", "y"),
        ("[PATCH for-xen-4.22] y", 1, None, "4.22", "y"),
        ("[PATCH for-next v2] y", 2, None, "next", "y"),
        ("[for-4.22][PATCH v2] y", 2, None, "4.22", "y"),
        ("[XEN PATCH v2 1/3] y", 2, (1, 3), None, "y"),
        ("[XEN][PATCH] y", 1, None, None, "y"),
        ("[LTP] [PATCH v2 1/3] y", 2, (1, 3), None, "y"),
        ("[Xen-devel] [PATCH v2] y", 2, None, None, "y"),
        ("[PATCH v5.1 3/4] y", 5, (3, 4), None, "y"),
        ("[PATCH v2] [x86] y", 2, None, None, "y"),
    ],
)
def test_what_brackets_say(
    subject: str, version: int, counter: tuple[int, int] | None, target: str | None, title: str
) -> None:
    found = parse(subject)
    assert found.patch
    assert not found.reply
    assert (found.version, found.target, found.title) == (version, target, title)
    assert (found.counted, (found.number, found.total)) == ((True, counter) if counter else (False, (0, 0)))


def test_flags() -> None:
    assert parse("[PATCH RFC v2] y").rfc
    assert parse("[RFC PATCH] y").rfc
    assert parse("[PATCH][RFC] y").rfc
    assert parse("[PATCH RESEND v2] y").resend
    assert parse("[RESEND PATCH] y").resend
    assert parse("[PATCH v2 REPOST] y").resend
    assert (parse("[PATCH v5.1] y").version, parse("[PATCH v5.1] y").minor) == (5, 1)
    assert parse("Re: [PATCH v2] y").reply
    assert parse("[LTP] Re: [PATCH v2] y").reply
    assert not parse("[PATCH] y").rfc


@pytest.mark.parametrize(
    "subject", ["domctl: y", "[Xen-devel] Meeting notes", "[xen staging] domctl: y", "", "[", "PATCH"]
)
def test_no_patches(subject: str) -> None:
    assert not parse(subject).patch


def test_titles_compare() -> None:
    assert clean_title("Domctl:  Less locking.") == clean_title("domctl: less Locking")


@given(st.text(st.sampled_from("[]PATCHvRe:/ 0123456789.-for"), max_size=60))
def test_any_subject_is_read(subject: str) -> None:
    found = parse(subject)
    assert found.version >= 0
    assert not found.title.startswith(" ")
