"""Conflicts in words: both sides, the commits behind them, how a newer branch did it; and repositories that lack parts."""

from __future__ import annotations

import pytest

from reviewbot.backport import backport
from reviewbot.errors import GitError
from reviewbot.git import Plumbing
from tests.backport.history import NEW, OLD, TIMER_C, History, swap
from tests.backport.test_run import pick, run

SOURCE = "xen/common/timer.c"
TIMER_H_INCLUDE = "#include <timer.h>\n"


def test_prerequisite_both_sides_and_the_newer_branchs_way(history: History) -> None:
    history.change(OLD, {SOURCE: swap("t->when = when;", "t->when = when + 1;")})
    history.change(NEW, {SOURCE: swap("t->when = when;", "t->when = when + 5;")})
    first = history.change("master", {SOURCE: swap("t->when = when;", "t->when = 2 * when;")}, "double")
    fix = history.change("master", {SOURCE: swap("t->when = 2 * when;", "t->when = 4 * when;")}, "four")
    version = history.change(
        NEW,
        {SOURCE: swap("t->when = when + 5;", "t->when = when + 6;")},
        f"c\n\n(cherry picked from commit {fix})",
    )
    got = pick(history, fix)
    assert got.status == "conflict"
    (conflict,) = got.conflicts
    assert "t->when = when + 1;" in conflict.ours and "t->when = 4 * when;" in conflict.theirs
    assert f"upstream has {first[:12]} (double) here, which the branch lacks" in conflict.why
    assert conflict.newer is not None
    assert (conflict.newer.branch, conflict.newer.commit, conflict.newer.added) == (
        NEW,
        version,
        "    t->when = when + 6;\n",
    )
    assert [(p.commit, p.on_branch, p.elsewhere) for p in got.prerequisites] == [(first, None, ())]


def test_a_prerequisite_that_a_newer_branch_left_with_is_said_to_be_there(history: History) -> None:
    first = history.change("master", {SOURCE: swap("t->when = when;", "t->when = 2 * when;")}, "double")
    history.git("branch", "stable-1.2", "master")
    history.change(OLD, {SOURCE: swap("t->when = when;", "t->when = when + 1;")})
    fix = history.change("master", {SOURCE: swap("t->when = 2 * when;", "t->when = 4 * when;")})
    history.git("branch", "-D", NEW)
    (entry,) = pick(history, fix).prerequisites
    assert (entry.commit, entry.elsewhere) == (first, ("stable-1.2",))


def test_leaving_out_all_of_a_change_is_no_way_out(history: History) -> None:
    history.change("master", {"xen/common/fresh.S": "one\n"})
    fix = history.change("master", {"xen/common/fresh.S": "two\n"})
    before = history.snapshot()
    got = pick(history, fix)
    assert (got.status, got.conflicts[0].why) == ("conflict", "the branch does not have this file")
    assert history.snapshot() == before


def test_a_partial_clone_is_told_what_to_do(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    history.change(OLD, {SOURCE: swap("armed++;", "armed += 1;")})
    history.git("config", "uploadpack.allowFilter", "true")
    clone = History.__new__(History)
    clone.path = history.path.parent / "partial"
    history.git("clone", "-q", "--no-checkout", "--filter=blob:none", f"file://{history.path}", str(clone.path))
    before = clone.git("for-each-ref")
    with pytest.raises(GitError, match="a partial clone: git fetch --refetch --no-filter"):
        run(clone, fix)
    assert clone.git("for-each-ref") == before


def test_what_a_branch_lacks_cannot_be_told_without_a_mainline(history: History) -> None:
    history.on(OLD)
    history.git("branch", "-m", "master", "hauptzweig")
    with Plumbing.here(history.path) as git, pytest.raises(GitError, match="there is no mainline beside"):
        backport(git, None, [OLD])


def test_a_function_that_upstream_renamed_and_moved_gets_the_change_under_its_old_name(history: History) -> None:
    more = (
        TIMER_C
        + "\nint timer_left(struct timer *t)\n{\n    return t->when;\n}\n\nint timer_any(struct timer *t)\n{\n    return timer_left(t) > 0;\n}\n"
    )
    for branch in ("master", OLD):
        history.change(branch, {SOURCE: more})
    head, start, body = more.partition("\nint timer_left")
    left, gap, rest = (start + body).partition("\nint timer_any")
    history.change(
        "master",
        {
            SOURCE: (TIMER_H_INCLUDE + left + head.removeprefix(TIMER_H_INCLUDE) + gap + rest).replace(
                "timer_left", "timer_remaining"
            )
        },
    )
    fix = history.change("master", {SOURCE: swap("    return t->when;", "    return t ? t->when : 0;")})
    got = pick(history, fix, accept=True)
    assert got.status in ("clean", "proposed"), got.conflicts
    assert history.show(str(got.tree), SOURCE) == more.replace("    return t->when;", "    return t ? t->when : 0;")
