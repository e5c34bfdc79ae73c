"""Later patches on edited earlier ones, the comparison of posted and made, and the committer's note."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reviewbot.apply import Fixup, Plan, PlannedPatch, apply_plan, initials_of, note_of, range_diff
from reviewbot.errors import InputError
from reviewbot.fixups import Edit
from reviewbot.git import Plumbing
from tests.apply.conftest import Posted

ONE = "a\nb\nc\nd\ne\nf\ng\nh\n"
FIRST = ONE.replace("c\n", "c\nnew\n")
SECOND = FIRST.replace("f\n", "F\n")
SIGNED = "\n\nBecause.\n\nSigned-off-by: A. Developer <dev@example.org>"


def series(post: Callable[..., Posted], second: str = SECOND) -> Posted:
    return post({"x": ONE}, (f"x: Add{SIGNED}", {"x": FIRST}), (f"x: Change{SIGNED}", {"x": second}))


def plan(posted: Posted, *edits: Edit) -> Plan:
    return Plan("p1@example.org", posted.base, (PlannedPatch(1, (), tuple(Fixup(edit) for edit in edits)),))


NEWER = Edit(path="x", replace="new", with_="newer")


def test_a_later_patch_that_shows_the_edited_line_comes_out_the_same(post: Callable[..., Posted]) -> None:
    posted = series(post)
    repo = Plumbing.here(posted.repo.path)
    done = apply_plan(posted.review(), plan(posted, NEWER), repo, base=posted.base)
    assert done.tip is not None
    assert posted.repo.git("show", f"{done.tip}:x") == SECOND.replace("new", "newer").rstrip("\n")
    changed = posted.repo.git("show", "--format=", "-U0", done.tip).split("\n")
    assert [line for line in changed if line[:1] in "+-" and line[:3] not in ("+++", "---")] == ["-f", "+F"]


def test_a_later_patch_that_changes_the_edited_line_is_refused_and_nothing_is_made(post: Callable[..., Posted]) -> None:
    posted = series(post, FIRST.replace("new\n", "other\n"))
    before = posted.repo.snapshot()
    with pytest.raises(InputError, match="patch 2/2"):
        apply_plan(posted.review(), plan(posted, NEWER), Plumbing.here(posted.repo.path), base=posted.base)
    assert posted.repo.snapshot() == before


def test_posted_against_made(post: Callable[..., Posted]) -> None:
    posted = series(post)
    before = posted.repo.snapshot()
    text = range_diff(posted.review(), plan(posted, NEWER), Plumbing.here(posted.repo.path), base=posted.base)
    assert posted.repo.snapshot() == before
    heads = [line for line in text.split("\n") if line[:1].isdigit()]
    assert heads == ["1: ! 1: x: Add", "2: ! 2: x: Change"] or heads == ["1: ! 1: x: Add", "2: = 2: x: Change"]
    assert "    -+new\n" in text and "    ++newer\n" in text


def test_posted_as_made_is_one_line_a_patch(post: Callable[..., Posted]) -> None:
    posted = series(post)
    text = range_diff(posted.review(), plan(posted), Plumbing.here(posted.repo.path), base=posted.base)
    assert text == "1: = 1: x: Add\n2: = 2: x: Change\n"


def test_a_note_only_when_asked_for_and_only_where_something_was_edited(post: Callable[..., Posted]) -> None:
    posted = series(post)
    repo = Plumbing.here(posted.repo.path)
    plain = apply_plan(posted.review(), plan(posted, NEWER), repo, base=posted.base, dry_run=True)
    assert "[" not in plain.commits[0].message
    noted = apply_plan(posted.review(), plan(posted, NEWER), repo, base=posted.base, dry_run=True, note="jb")
    assert noted.commits[0].message.endswith("Signed-off-by: A. Developer <dev@example.org>\n[jb: new -> newer]\n")
    assert "[" not in noted.commits[1].message


def test_the_same_edit_asked_for_by_two_is_made_once(post: Callable[..., Posted]) -> None:
    posted = series(post)
    twice = (Fixup(Edit(path="x", replace="new", with_="newer", request=n), n) for n in ("1.1", "1.2"))
    wanted = Plan("p1@example.org", posted.base, (PlannedPatch(1, (), tuple(twice)),))
    posted.reply(1, "> +new\n\ns/new/newer/\n")
    posted.reply(1, "> +new\n\ns/new/newer/\n", name="q")
    posted.reply(0, "> +new\n\ns/new/newer/\n", name="s")
    posted.reply(0, "> +new\n\nNit: s/new/newer/\n", who="Max <max@example.org>", name="t")
    done = apply_plan(posted.review(), wanted, Plumbing.here(posted.repo.path), base=posted.base, dry_run=True)
    assert done.commits[0].fixups == ("1.1", "1.2")


def test_initials_and_the_length_of_a_note() -> None:
    assert initials_of("Jan Beulich <jb@example.org>") == "jb"
    assert initials_of("Roger Pau Monné <r@example.org>") == "rpm"
    many = [Edit(path="x", replace=f"word{n}", with_=f"other{n}") for n in range(9)]
    note = note_of(many, "jb")
    assert len(note) <= 72 and note.startswith("[jb: word0 -> other0, ") and note.endswith(" more]")
    assert note_of([Edit(path="x", insert="", after="y")], "jb") == "[jb: add a blank line]"
