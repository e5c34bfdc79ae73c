"""What the commit-msg hook says about trailers, and what it leaves alone."""

from __future__ import annotations

import pytest

from reviewbot.commit_message import problems

GOOD = """x86/mm: drop the lock on every path

The error path kept it.

Fixes: 0123456789ab ("x86/mm: take the lock earlier")
Signed-off-by: A. Developer <dev@example.org>
Acked-by: C. Committer <committer@example.org> # x86
"""


def test_a_good_message_has_no_problem() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("wrong", "line", "words"),
    [
        ("Reviewwed-by: R. Reviewer <rev@example.org>", 8, "`Reviewed-by:`"),
        ("Relase-Acked-by: R. Manager <rm@example.org>", 8, "`Release-Acked-by:`"),
        ("Signed-of-by: A. Developer <dev@example.org>", 8, "`Signed-off-by:`"),
        ("Reviewed-by: rev@example.org", 8, "`Name <address>`"),
        ("Fixes: 0123456 (short)", 8, "12 hex digits"),
    ],
)
def test_a_slip_is_named_with_its_line(wrong: str, line: int, words: str) -> None:
    ((at, text),) = problems(GOOD + wrong + "\n")
    assert at == line
    assert words in text


@pytest.mark.parametrize(
    "fine", ["Compile-tested-by: T. Tester <t@example.org>", "Requested-By: A. B. <ab@example.org>"]
)
def test_other_names_and_other_case_are_left_alone(fine: str) -> None:
    assert problems(GOOD + fine + "\n") == []


def test_comments_and_the_diff_below_the_scissors_do_not_count() -> None:
    tail = (
        "# Reviewwed-by: x\n# ------------------------ >8 ------------------------\nReviewwed-by: R <r@example.org>\n"
    )
    assert problems(GOOD + tail) == []
