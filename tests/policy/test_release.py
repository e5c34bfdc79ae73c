"""The release calendar: how it is read, which day is judged on, whom it is for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reviewbot.errors import InputError
from reviewbot.policy import Calendar, judge
from reviewbot.policy.release import day_of
from reviewbot.review import read_review
from tests.review.mails import MAX, Talk

TEXT = """\
release = "4.22"
managers = ["Olga Manager <olga@example.org>"]
feature-freeze = 2026-05-08
code-freeze = 2026-06-05
hard-freeze = 2026-06-26
branched = 2026-06-29
"""


def test_read() -> None:
    calendar = Calendar.parse(TEXT, "calendar.toml")
    assert calendar == Calendar(
        "4.22", ("Olga Manager",), date(2026, 5, 8), date(2026, 6, 5), date(2026, 6, 26), date(2026, 6, 29)
    )
    assert Calendar.parse('release = "4.23"', "x") == Calendar("4.23")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("release 4.22", "c.toml: Expected"),
        ('release = "4.22"\ncode_freeze = 2026-06-05', "c.toml: code_freeze: no such key"),
        ("release = 4.22", "c.toml: release: wants a text"),
        ('release = "4.22"\nmanagers = "Olga"', "c.toml: managers: wants names"),
        ('release = "4.22"\ncode-freeze = "Fri Jun 05, 2026"', "c.toml: code-freeze: wants a day"),
        (
            'release = "4.22"\nfeature-freeze = 2026-06-05\ncode-freeze = 2026-05-08',
            "c.toml: code-freeze (2026-05-08) is before feature-freeze (2026-06-05)",
        ),
    ],
)
def test_what_is_wrong_is_named(text: str, problem: str) -> None:
    with pytest.raises(InputError, match="^" + problem.replace("(", r"\(").replace(")", r"\)")):
        Calendar.parse(text, "c.toml")


def test_a_thread_of_these_days_is_judged_today_an_old_one_as_of_its_last_mail() -> None:
    assert day_of(date(2026, 6, 3), date(2026, 6, 6)) == date(2026, 6, 6)
    assert day_of(date(2026, 6, 3), date(2027, 6, 6)) == date(2026, 6, 3)
    assert day_of(None, date(2027, 6, 6)) == date(2027, 6, 6)


def test_a_series_for_another_release_needs_no_ack_of_this_one(tmp_path: Path) -> None:
    talk = Talk(tmp_path, prefix="PATCH for-4.23")
    talk.reply(MAX, "p1", "Reviewed-by: Max Maintainer <max@example.org>\n")
    found = judge(
        read_review(talk.series()[0]), calendar=Calendar.parse(TEXT, "calendar.toml"), today=date(2026, 6, 27)
    )
    assert found.state == "ready"
    assert found.warnings == ("posted for 4.23, while 4.22 is in hard freeze on 2026-06-27",)
