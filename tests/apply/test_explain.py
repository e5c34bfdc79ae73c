"""Finding the edits that explain a difference: what was made is found again, and only that."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.apply.explain import changes, explain
from reviewbot.fixups import Edit, apply_edits

TEXT = "alpha\nbeta\ngamma\ndelta\nepsilon\nzeta\n"
WORDS = TEXT.split()
EDITS = [
    Edit(path="x", replace="beta", with_="BETA"),
    Edit(path="x", insert="", after="gamma"),
    Edit(path="x", delete="delta"),
    Edit(path="x", move="zeta", before="alpha"),
    Edit(path="x", script="s/epsilon/eps/"),
]


def make(some: list[Edit]) -> str:
    return apply_edits(TEXT.encode(), some, path="x").decode()


@given(st.sets(st.sampled_from(range(len(EDITS)))))
def test_the_edits_that_were_made_are_found(which: set[int]) -> None:
    wanted = [EDITS[n] for n in sorted(which)]
    found = explain(TEXT, make(wanted), EDITS, lambda some: make(list(some)), "x")
    assert found.made == frozenset(wanted)
    assert found.rest == () and found.otherwise == frozenset()


def test_a_move_to_the_other_side_is_told() -> None:
    there = Edit(path="x", move="zeta", after="beta")
    found = explain(
        TEXT, make([Edit(path="x", move="zeta", before="beta")]), [there], lambda some: make(list(some)), "x"
    )
    assert (found.made, found.otherwise, found.rest) == (frozenset([there]), frozenset([there]), ())


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*WORDS, "x", ""]), max_size=9))
def test_what_is_left_is_exactly_the_difference(lines: list[str]) -> None:
    committed = "\n".join(lines)
    old = TEXT.split("\n")
    for change in reversed(changes(TEXT, committed, "x")):
        at = change.posted - 1
        assert tuple(old[at : at + len(change.removed)]) == change.removed
        old[at : at + len(change.removed)] = change.added
    assert "\n".join(old) == committed
