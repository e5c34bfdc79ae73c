"""Who is meant by an address: .mailmap and MAINTAINERS."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.policy import Maintainers
from reviewbot.review import read_review
from reviewbot.review.mailmap import aliases_of
from tests.review.mails import Talk


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        ("Rita Reviewer <rita@example.org>", {"rita@example.org": "rita reviewer"}),
        (
            "Rita Reviewer <rita@example.org> <RR@old.example.org>",
            {"rita@example.org": "rita reviewer", "rr@old.example.org": "rita reviewer"},
        ),
        (
            "Rita Reviewer <rita@example.org> rr <shared@example.org>",
            {"rita@example.org": "rita reviewer", "rr": "rita reviewer"},
        ),
        ("<rita@example.org> <rr@old.example.org>", {}),
        ("# Rita Reviewer <rita@example.org>", {}),
        ("no entry", {}),
    ],
)
def test_mailmap(entry: str, known: dict[str, str]) -> None:
    assert aliases_of(f"\n{entry}\n") == known


@pytest.mark.parametrize("where", ["mailmap", "MAINTAINERS"])
def test_another_name_at_a_known_address_is_no_mismatch(tmp_path: Path, where: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(("R. R.", "rita@listed.example.org"), "p1", "Acked-by: Rita Reviewer <rita@example.org>\n")
    assert [tag.state for tag in talk.tags()] == ["mismatch"]
    section = "A\nM:\tRita Reviewer <rita@listed.example.org>\nF:\txen/\n"
    known = (
        Maintainers.parse("Maintainers List\n\n" + section).aliases
        if where == "MAINTAINERS"
        else aliases_of("Rita Reviewer <rita@example.org> <rita@listed.example.org>\n")
    )
    assert [tag.state for tag in read_review(talk.series()[0], aliases=known).patches[0].tags] == ["counts"]
