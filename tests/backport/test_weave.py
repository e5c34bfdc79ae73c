"""Finer merging: what both sides did is kept, and what clashes is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.backport.functions import merge_functions
from reviewbot.backport.markers import Region, split
from reviewbot.backport.place import place
from reviewbot.backport.weave import lines_of, merge_lines, merge_words, tokens_of

TEXTS = st.lists(st.sampled_from(["a", "b", "{", "}", "x = 1;", ""]), max_size=8).map(
    lambda lines: "".join(f"{line}\n" for line in lines).encode()
)


@given(TEXTS, TEXTS)
def test_a_side_that_changed_nothing_gives_way(base: bytes, other: bytes) -> None:
    for merge in (merge_lines, merge_words):
        assert merge(base, base, other) == other
        assert merge(base, other, base) == other
        assert merge(base, other, other) == other


@given(TEXTS, TEXTS, TEXTS)
def test_sides_are_alike(base: bytes, one: bytes, two: bytes) -> None:
    for merge in (merge_lines, merge_words):
        assert merge(base, one, two) == merge(base, two, one)


@given(TEXTS, TEXTS, TEXTS)
def test_nothing_is_made_up(base: bytes, ours: bytes, theirs: bytes) -> None:
    merged = merge_lines(base, ours, theirs)
    if merged is not None:
        assert set(lines_of(merged)) <= set(lines_of(ours)) | set(lines_of(theirs))


@given(st.binary(max_size=60))
def test_parts_are_the_whole(data: bytes) -> None:
    assert b"".join(lines_of(data)) == data
    assert b"".join(tokens_of(data)) == data


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        # The branch lacks a line that upstream has above the new one.
        (b"a\nb\nc\n", b"a\nc\n", b"a\nb\nn\nc\n", b"a\nn\nc\n"),
        # Both take away, one more than the other replaced: that is a clash.
        (b"a\nb\nc\n", b"a\n", b"a\nB\nc\n", None),
        # Both insert at one place.
        (b"a\nz\n", b"a\no\nz\n", b"a\nt\nz\n", None),
        (b"a\nb\n", b"A\nb\n", b"a\nB\n", b"A\nB\n"),
    ],
)
def test_by_lines(base: bytes, ours: bytes, theirs: bytes, merged: bytes | None) -> None:
    assert merge_lines(base, ours, theirs) == merged


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        (b"f(a, b);\n", b"f(a, b, c);\n", b"g(a, b);\n", b"g(a, b, c);\n"),
        (b"int x;\n", b"bool x;\n", b"int y;\n", b"bool y;\n"),
        (b"int x;\n", b"bool x;\n", b"long x;\n", None),
    ],
)
def test_by_words(base: bytes, ours: bytes, theirs: bytes, merged: bytes | None) -> None:
    assert merge_words(base, ours, theirs) == merged


def test_placing_by_the_lines_that_go() -> None:
    base = b"start\nold_call(x);\nend\n"
    theirs = b"start\nnew_call(x);\nend\n"
    ours = b"other\nstart\nextra\nold_call(x);\nmore\nend\n"
    assert place(base, theirs, ours) == ours.replace(b"old_call", b"new_call")


def test_placing_wants_one_place() -> None:
    base, theirs = b"x();\n", b"y();\n"
    assert place(base, theirs, b"x();\nx();\n") is None
    assert place(base, theirs, b"z();\n") is None


def test_placing_a_new_line_between_its_neighbours() -> None:
    base, theirs = b"first line\nsecond line\n", b"first line\nadded\nsecond line\n"
    ours = b"zero\nfirst line\nsecond line\nthird\n"
    assert place(base, theirs, ours) == b"zero\nfirst line\nadded\nsecond line\nthird\n"


F = "static int f(int x)\n{\n    return x;\n}\n"
G = "static int g(int x)\n{\n    return -x;\n}\n"


def test_functions_that_moved() -> None:
    base, ours = f"{F}\n{G}".encode(), f"{G}\n{F}".encode()
    theirs = base.replace(b"return x;", b"return x + 1;")
    assert merge_functions(base, ours, theirs, "a.c") == ours.replace(b"return x;", b"return x + 1;")


def test_function_that_one_side_lost_and_the_other_changed() -> None:
    base, ours = f"{F}\n{G}".encode(), G.encode()
    theirs = base.replace(b"return x;", b"return x + 1;")
    assert merge_functions(base, ours, theirs, "a.c") is None


def test_function_that_the_change_brings() -> None:
    base = ours = F.encode()
    assert merge_functions(base, ours, f"{F}\n{G}".encode(), "a.c") == f"{F}\n{G}".encode()


def test_markers() -> None:
    text = b"a\n<<<<<<< 1\no\n||||||| 2\nb\n=======\nt\n>>>>>>> 3\nz\n"
    assert split(text) == [b"a\n", Region(b"o\n", b"b\n", b"t\n"), b"z\n"]
    assert split(b"no markers\n") == [b"no markers\n"]
    assert split(b"<<<<<<< 1\nnever closed\n") is None
    assert split(b">>>>>>> 1\n") is None
