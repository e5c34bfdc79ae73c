"""Diffs inside answers: where they begin and end, and where their hunks belong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.review.quoting import OWN, Line
from reviewbot.review.shown import Fitted, ShownHunk, as_hunk, fit, take_diffs


def own(text: str) -> list[Line]:
    return [Line(number, 0, line, OWN) for number, line in enumerate(text.split("\n"))]


ROWS = {10: "int f(void)", 11: "{", 12: "\tone();", 13: "\ttwo();", 14: "}"}


def test_words_around_a_diff_are_left() -> None:
    text = "I would do\n\n--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n\nCheers,\nRita"
    (diff,), rest = take_diffs(own(text))
    assert (diff.path, diff.hunks, diff.span) == ("x.c", (ShownHunk((" one", "-two", "+three"), 1),), (4, 7))
    assert [line.text for line in rest if line.text] == ["I would do", "Cheers,", "Rita"]


def test_each_file_is_a_diff_of_its_own() -> None:
    part = "diff --git a/{0} b/{0}\nindex 1..2 100644\n--- a/{0}\n+++ b/{0}\n@@ -1 +1 @@\n-a\n+b\n"
    found, rest = take_diffs(own(part.format("x.c") + part.format("d/y.c")))
    assert [diff.path for diff in found] == ["x.c", "d/y.c"]
    assert not [line for line in rest if line.text]


@pytest.mark.parametrize("text", ["- one point\n- another", "x -- y\n+1 from me", "--- cut ---\nwords", "@@ what"])
def test_lists_and_rules_are_no_diffs(text: str) -> None:
    assert take_diffs(own(text))[0] == ()


def test_a_hunk_is_found_by_its_lines_not_its_numbers() -> None:
    assert fit(ShownHunk((" \tone();", "-\ttwo();", "+\tthree();"), 999), ROWS) == Fitted(13, 13, ("\tthree();",))


def test_blanks_in_the_place_of_tabs_do_not_count_and_the_posted_ones_stay() -> None:
    hunk = ShownHunk(("        one();", "-       two();", "+       three();"))
    assert fit(hunk, ROWS) == Fitted(13, 13, ("\tthree();",))


def test_context_may_reach_beyond_what_the_patch_shows() -> None:
    hunk = ShownHunk((" \ttwo();", " }", "+", " int g(void)"))
    assert fit(hunk, ROWS) == Fitted(15, 14, ("",))


@pytest.mark.parametrize(
    "lines",
    [("-nowhere",), ("+added",), (" other", "-\ttwo();"), (" }", "+x")],
    ids=["not there", "no place", "other context", "one short line of context is enough only alone"],
)
def test_a_hunk_that_does_not_belong_is_left(lines: tuple[str, ...]) -> None:
    found = fit(ShownHunk(lines), ROWS)
    assert found is None or lines == (" }", "+x")


def test_two_places_are_no_place_unless_the_hunk_says_which() -> None:
    rows = {1: "a;", 2: "b;", 3: "a;"}
    assert fit(ShownHunk(("-a;", "+c;")), rows) is None
    assert fit(ShownHunk(("-a;", "+c;"), 3), rows) == Fitted(3, 3, ("c;",))


def test_signs_without_a_head_are_a_hunk_only_with_something_removed() -> None:
    assert as_hunk(["-a", "+b"]) == ShownHunk(("-a", "+b"))
    assert as_hunk(["+b"]) is None
    assert as_hunk(["-a", "words"]) is None


@given(st.lists(st.text(alphabet=" +-@ab\t\\", max_size=8), max_size=30))
def test_any_lines_are_split_and_none_is_lost(lines: list[str]) -> None:
    text = own("\n".join(lines))
    found, rest = take_diffs(text)
    inside = {n for diff in found for n in range(diff.span[0], diff.span[1] + 1)}
    assert {line.number for line in rest} & inside == set()
    for diff in found:
        for hunk in diff.hunks:
            fit(hunk, ROWS)
