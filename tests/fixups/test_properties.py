"""Any list of edits gives exactly the asked bytes, or is refused; checked against a simpler way to say the same."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.errors import InputError
from reviewbot.fixups import Edit, Touched, apply_edits
from reviewbot.fixups.resolve import parse_script

WORDS = st.sampled_from(["one", "two", "three", "x = 1;", "break;", "case A:", "{", "}", "/* c */", ""])
LINE = st.builds(lambda depth, text: "    " * depth + text if text else "", st.integers(0, 2), WORDS)
FILE = st.builds(
    lambda lines, eol, ended: eol.join(lines) + (eol if ended and lines else ""),
    st.lists(LINE, max_size=14),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
TEXT = st.one_of(WORDS, st.sampled_from(["on", "one\ntwo", "x", "= 1", "new();", "\tnew();", "a\n  b"]))
ANCHOR = WORDS.filter(bool)
EDIT = st.one_of(
    st.builds(lambda a, b: Edit(path="f.txt", replace=a, with_=b), TEXT.filter(bool), TEXT),
    st.builds(lambda a, b: Edit(path="f.txt", insert=a, after=b), TEXT, ANCHOR),
    st.builds(lambda a, b: Edit(path="f.txt", insert=a, before=b), TEXT, ANCHOR),
    st.builds(lambda a: Edit(path="f.txt", delete=a), TEXT.filter(bool)),
    st.builds(lambda a, b: Edit(path="f.txt", move=a, after=b), ANCHOR, ANCHOR),
    st.builds(
        lambda a, b: Edit(path="f.txt", script=f"s/{a}/{b}/"), st.sampled_from(["one", "x"]), st.sampled_from(["y", ""])
    ),
    st.builds(lambda a: Edit(path="f.txt", diff=f"-{a}\n+changed\n"), ANCHOR),
)


def _try(content: bytes, edits: list[Edit], touched: Touched | None = None) -> bytes | None:
    with contextlib.suppress(InputError):
        return apply_edits(content, edits, path="f.txt", touched=touched)
    return None


@settings(max_examples=300, deadline=None)
@given(FILE, st.lists(EDIT, max_size=4), st.sets(st.integers(1, 14)))
def test_edits_are_made_together_or_not_at_all(file: str, edits: list[Edit], lines: set[int]) -> None:
    content = file.encode()
    touched = Touched(frozenset(lines), frozenset(lines))
    got = _try(content, edits, touched)
    alone = [_try(content, [edit], touched) for edit in edits]
    if got is None:
        # Refused: one of them does not match once, or two of them meet.
        assert any(one is None for one in alone) or len(edits) > 1
        return
    assert all(one is not None for one in alone)
    assert got.endswith(b"\n") == content.endswith(b"\n") or not got or not content
    assert (b"\r\n" in got and got.count(b"\n") == got.count(b"\r\n")) or content.count(b"\r") == 0 or b"\n" not in got
    # The order in which edits stand in the plan does not matter, but for insertions at one place.
    anchors = [edit.after or edit.before for edit in edits]
    if not any(anchors):
        assert _try(content, list(reversed(edits)), touched) == got


@settings(max_examples=200, deadline=None)
@given(FILE, TEXT.filter(lambda t: bool(t) and "\n" not in t), st.sampled_from(["zz", "z z", "q;"]))
def test_a_replacement_changes_one_place_and_nothing_else(file: str, old: str, new: str) -> None:
    content = file.encode()
    got = _try(content, [Edit(path="f.txt", replace=old, with_=new)])
    if got is None:
        assert content.count(old.encode()) != 1
    else:
        spots = [i for i in range(len(content)) if content.startswith(old.encode(), i)]
        assert got in [content[:i] + new.encode() + content[i + len(old) :] for i in spots]


@settings(max_examples=200, deadline=None)
@given(FILE, ANCHOR, TEXT)
def test_an_insertion_only_adds_lines(file: str, anchor: str, text: str) -> None:
    content = file.encode()
    got = _try(content, [Edit(path="f.txt", insert=text, after=anchor)])
    if got is not None:
        before, after = content.split(b"\n"), got.split(b"\n")
        rest = iter(after)
        assert all(line.rstrip(b"\r") in (x.rstrip(b"\r") for x in rest) for line in before)
        assert len(after) - len(before) == text.removesuffix("\n").count("\n") + 1


@settings(max_examples=200, deadline=None)
@given(FILE, ANCHOR, ANCHOR)
def test_a_move_keeps_every_line(file: str, what: str, where: str) -> None:
    content = file.encode()
    got = _try(content, [Edit(path="f.txt", move=what, before=where)])
    if got is not None:
        assert got != content or len(set(content.splitlines())) < len(content.splitlines())
        # Not splitlines(): an empty line that comes to stand last in a file without a last newline is a line still.
        before, after = ([line.rstrip(b"\r") for line in data.split(b"\n")] for data in (content, got))
        assert sorted(after) == sorted(before)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.lists(EDIT, min_size=1, max_size=3))
def test_bytes_of_any_kind_are_refused_or_edited(content: bytes, edits: list[Edit]) -> None:
    got = _try(content, edits)
    if got is None:  # refused for a reason that is said in one line
        with pytest.raises(InputError) as refusal:
            apply_edits(content, edits, path="f.txt")
        assert str(refusal.value)
        assert "\n" not in str(refusal.value)
    else:
        assert got == _try(content, edits)


@given(st.text("ab/\\ .", min_size=1, max_size=8), st.text("ab/\\ .", max_size=8))
def test_a_script_says_what_it_was_made_of(old: str, new: str) -> None:
    from reviewbot.fixups.words import script

    if not old.endswith("\\") and not new.endswith("\\"):
        assert parse_script(script(old, new)) == (old, new, False)
