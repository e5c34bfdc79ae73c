"""What a run gives: status, tree, message, branch; and what it leaves alone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reviewbot.backport import Backported, Options, Pick, backport, project_rules, read_sources
from reviewbot.errors import GitError, InputError, UsageError
from reviewbot.git import Plumbing
from tests.backport.history import NEW, OLD, TIMER_C, History, swap

SOURCE = "xen/common/timer.c"
HEADER = "xen/include/timer.h"


def run(
    repo: History, *revs: str, to: Sequence[str] = (OLD,), onto: str | None = None, fold: bool = False, **how: object
) -> Backported:
    """One branch's run."""
    with Plumbing.here(repo.path) as git:
        (done,) = backport(git, read_sources(git, revs, fold=fold), to, onto, Options(**how))  # type: ignore[arg-type]
    return done


def pick(repo: History, *revs: str, **how: object) -> Pick:
    """The only pick of a run."""
    (found,) = run(repo, *revs, **how).picks  # type: ignore[arg-type]
    return found


def test_clean_pick_makes_only_a_branch(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("    armed--;", "    if ( armed )\n        armed--;")})
    before = history.snapshot()
    done = run(history, fix)
    after = history.snapshot()
    (got,) = done.picks
    assert (got.status, got.via, got.upstream) == ("clean", "upstream", (fix,))
    assert done.branch == f"reviewbot/backport-{OLD}"
    assert history.git("rev-parse", done.branch) == done.tip == got.commit
    assert history.git("rev-parse", f"{done.tip}^") == done.onto == history.git("rev-parse", OLD)
    assert "    if ( armed )\n" in history.show(str(done.tip), SOURCE)
    assert {k: v for k, v in before.items() if k not in ("refs", "objects")} == {
        k: v for k, v in after.items() if k not in ("refs", "objects")
    }
    assert set(after["refs"].splitlines()) - set(before["refs"].splitlines()) == {
        f"{done.tip} commit\trefs/heads/{done.branch}"
    }


def test_nothing_of_the_tries_is_handed_over(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    done = run(history, fix)
    assert history.git("fsck", "--unreachable", "--no-reflogs", "--no-progress") == ""
    assert done.tip


@pytest.mark.parametrize("dry", [True, False])
def test_dry_run_and_conflict_leave_nothing(history: History, dry: bool) -> None:
    history.change(OLD, {SOURCE: swap("t->when = when;", "t->when = when + 1;")})
    fix = history.change("master", {SOURCE: swap("t->when = when;", "t->when = when * 2;")})
    before = history.snapshot()
    done = run(history, fix, dry_run=dry)
    assert done.picks[0].status == "conflict"
    assert done.tip is None
    assert history.snapshot() == before


def test_dry_run_tells_the_tree_that_the_real_one_makes(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    before = history.snapshot()
    dry = pick(history, fix, dry_run=True)
    assert history.snapshot() == before
    assert dry.commit is None
    assert dry.tree == pick(history, fix).tree


def test_newer_branchs_version_comes_first(history: History) -> None:
    history.change("master", {SOURCE: swap("static int armed;", "static unsigned int armed;")})
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1U;")})
    history.on(NEW)
    version = history.change(
        NEW, {SOURCE: swap("armed--;", "armed -= 1;")}, f"change\n\nS: x\n(cherry picked from commit {fix})"
    )
    got = pick(history, fix)
    assert (got.status, got.via) == ("clean", f"{NEW} {version[:12]}")
    assert "armed -= 1;" in history.show(str(got.tree), SOURCE)
    assert got.upstream == (fix,)


def test_reverted_version_is_not_used_nor_taken_for_already(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    for branch in (OLD, NEW):
        taken = history.change(
            branch, {SOURCE: swap("armed--;", "armed -= 2;")}, f"c\n\n(cherry picked from commit {fix})"
        )
        history.change(branch, {SOURCE: TIMER_C}, f"Revert\n\nThis reverts commit {taken}.")
    got = pick(history, fix)
    assert (got.status, got.via) == ("clean", "upstream")


def test_already_there(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    taken = history.change(OLD, {SOURCE: swap("armed--;", "armed -= 1;")}, f"c\n\n(cherry picked from commit {fix})")
    done = run(history, fix)
    assert done.picks[0].status == "already"
    assert taken[:12] in done.picks[0].notes[0]
    assert done.tip is None and done.done


def test_same_change_under_no_name_is_empty(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    history.change(OLD, {SOURCE: swap("armed--;", "armed -= 1;")}, "by hand")
    assert pick(history, fix).status == "empty"


def test_several_picks_build_on_each_other_and_a_second_run_is_refused(history: History) -> None:
    one = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")}, "one")
    two = history.change("master", {SOURCE: swap("armed -= 1;", "armed -= 2;")}, "two")
    done = run(history, f"{one}^..{two}")
    assert [p.status for p in done.picks] == ["clean", "clean"]
    assert history.git("log", "--format=%s", f"{done.onto}..{done.tip}") == "two\none"
    with pytest.raises(GitError, match="already: name another one"):
        run(history, one)


def test_fold_makes_one_commit_of_several(history: History) -> None:
    one = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")}, "one\n\nSigned-off-by: A <a@example.org>")
    history.change("master", {SOURCE: swap("armed++;", "armed += 1;")}, "between")
    two = history.change(
        "master", {SOURCE: swap("armed -= 1;", "armed -= 2;")}, "two\n\nSigned-off-by: A <a@example.org>"
    )
    got = pick(history, one, two, fold=True)
    text = history.show(str(got.tree), SOURCE)
    assert "armed -= 2;" in text and "armed++;" in text
    assert got.upstream == (one, two)
    assert str(got.message).count("(cherry picked from commit ") == 2


def test_branches_go_newest_first_and_serve_the_older_ones(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    with Plumbing.here(history.path) as git:
        newer, older = backport(git, read_sources(git, [fix]), [OLD, NEW])
    assert (newer.target, older.target) == (NEW, OLD)
    assert older.picks[0].via == f"{NEW} {str(newer.tip)[:12]}"
    assert history.git("rev-parse", older.branch) == older.tip


def test_touching_lines_are_proposed_not_committed(history: History) -> None:
    history.change("master", {SOURCE: swap("    armed++;\n", "    armed++;\n    trace(t);\n")})
    fix = history.change("master", {SOURCE: swap("    trace(t);\n", "    trace(t);\n    log(t);\n")})
    done = run(history, fix)
    (got,) = done.picks
    assert got.status == "proposed" and got.commit is None and done.tip is None
    assert got.proposal is not None and "+    log(t);" in got.proposal.diff
    assert got.proposal.assumed
    (place,) = got.conflicts
    assert (place.path, place.hunk) == (SOURCE, 1)
    assert "log(t);" in place.theirs and "trace" not in place.ours
    assert [p.on_branch for p in got.prerequisites] == [None]
    accepted = run(history, fix, accept=True, note=True)
    assert accepted.picks[0].commit == accepted.tip
    assert str(accepted.picks[0].message).endswith("]\n") and "[backport: " in str(accepted.picks[0].message)


def test_prerequisite_on_the_branch_is_named(history: History) -> None:
    needed = history.change("master", {SOURCE: swap("    armed++;\n", "    armed += 1;\n")}, "needed")
    here = history.change(
        OLD, {SOURCE: swap("    armed++;\n", "    armed += one;\n")}, f"needed\n\n(cherry picked from commit {needed})"
    )
    fix = history.change("master", {SOURCE: swap("    armed += 1;\n", "    armed += 2;\n")})
    got = pick(history, fix)
    assert [(p.commit, p.on_branch, p.paths) for p in got.prerequisites] == [(needed, here, (SOURCE,))]


def test_file_that_the_branch_never_had_is_dropped_and_said(history: History) -> None:
    history.change("master", {"xen/common/new.c": "int new;\n"})
    fix = history.change("master", {"xen/common/new.c": "long new;\n", SOURCE: swap("armed--;", "armed -= 1;")})
    got = pick(history, fix)
    assert got.status == "proposed"
    assert got.proposal is not None and "xen/common/new.c was never on the branch" in got.proposal.assumed[-1]
    run(history, fix, accept=True)
    assert "armed -= 1;" in history.show(str(got.tree), SOURCE)
    assert "new.c" not in history.git("ls-tree", "-r", "--name-only", str(got.tree))


def test_file_that_moved_and_changed_beyond_recognition_is_found(history: History) -> None:
    history.on("master")
    history.git("mv", SOURCE, "xen/common/clock.c")
    history.commit({}, "move")
    for part in ("static int armed;", "    if ( !t )\n        return -EINVAL;\n", "    t->when = when;\n"):
        grown = part + "".join(f"/* {part.strip()[:9]} {n} */\n" for n in range(40))
        history.change("master", {"xen/common/clock.c": swap(part, grown)})
    fix = history.change("master", {"xen/common/clock.c": swap("armed--;", "armed -= 1;")})
    got = pick(history, fix)
    assert got.status == "clean"
    assert got.notes == (f"xen/common/clock.c is {SOURCE} on the branch",)
    assert history.show(str(got.tree), SOURCE) == TIMER_C.replace("armed--;", "armed -= 1;")


def test_function_that_moved_within_the_file(history: History) -> None:
    start, stop = TIMER_C.index("int timer_start"), TIMER_C.index("void timer_stop")
    swapped = TIMER_C[:start] + TIMER_C[stop:] + "\n" + TIMER_C[start:stop].rstrip("\n") + "\n"
    history.change(OLD, {SOURCE: swapped})
    fix = history.change("master", {SOURCE: swap("    armed--;", "    if ( armed > 0 )\n        armed--;")})
    got = pick(history, fix)
    assert got.status in ("clean", "proposed")
    run(history, fix, accept=True)
    assert history.show(str(got.tree), SOURCE) == swapped.replace(
        "    armed--;", "    if ( armed > 0 )\n        armed--;"
    )


def test_binary_conflict_is_told(history: History) -> None:
    history.change("master", {"logo": b"\0one"})
    history.change(OLD, {"logo": b"\0two"})
    fix = history.change("master", {"logo": b"\0three"})
    got = pick(history, fix)
    assert got.status == "conflict"
    assert [c.path for c in got.conflicts] == ["logo"] and "binary" in got.conflicts[0].why


def test_rules_that_upstream_satisfies_make_a_pick_doubtful(history: History) -> None:
    body = "int f(int x)\n{\n    spin_lock(&l);\n    if ( x )\n        goto out;\n    x = 1;\n out:\n    spin_unlock(&l);\n    return x;\n}\n"
    history.change("master", {"xen/common/f.c": body})
    early = body.replace(
        "        goto out;\n    x = 1;\n out:\n", "        { spin_unlock(&l); return 2; }\n    x = 1;\n\n"
    )
    history.change(
        OLD,
        {
            "xen/common/f.c": body.replace(
                "    spin_unlock(&l);\n    return x;", "    y();\n    spin_unlock(&l);\n    return x;"
            )
        },
    )
    history.change("master", {"xen/common/f.c": early})
    fix = history.change(
        "master", {"xen/common/f.c": early.replace("    x = 1;", "    x = 1;\n    if ( x > 2 )\n        return 3;")}
    )
    got = pick(history, fix, rules=project_rules())
    # Upstream's own change leaves with the lock held as well: nothing that the pick adds.
    assert got.findings == ()


@pytest.mark.parametrize("rev", ["nosuch", "--output=x", "0123456789ab"])
def test_unknown_revisions(history: History, rev: str) -> None:
    with pytest.raises(GitError, match="unknown revision"):
        run(history, rev)


def test_merges_and_empty_ranges_are_refused(history: History) -> None:
    history.change("master", {"a": "a\n"})
    history.git("checkout", "-q", "-b", "side", "HEAD^")
    history.commit({"b": "b\n"}, "side")
    history.git("merge", "-q", "-m", "merge", "master")
    with pytest.raises(InputError, match="is a merge"):
        run(history, "side")
    with pytest.raises(InputError, match="no commit in this range"):
        run(history, "master..master")


def test_unknown_branch_and_options_that_exclude_each_other(history: History) -> None:
    with pytest.raises(GitError, match=r"no branch 'stable-9\.9'"):
        run(history, "master", to=["stable-9.9"])
    with pytest.raises(UsageError):
        run(history, "master", to=[OLD, NEW], branch="x")


def test_root_commit_can_be_picked(history: History) -> None:
    history.git("checkout", "-q", "--orphan", "other")
    history.git("rm", "-rfq", ".")
    root = history.commit({"fresh": "fresh\n"}, "root")
    got = pick(history, root)
    assert got.status == "clean"
    assert history.show(str(got.tree), "fresh") == "fresh\n"


def test_shallow_clone_is_told(history: History, tmp_path: object) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    clone = History.__new__(History)
    clone.path = history.path.parent / "shallow"
    history.git("clone", "-q", "--depth=1", "--no-single-branch", f"file://{history.path}", str(clone.path))
    clone.git("branch", OLD, f"origin/{OLD}")
    with pytest.raises(GitError, match="shallow clone"):
        run(clone, fix)


def test_branch_of_a_remote(history: History) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    version = history.change(NEW, {SOURCE: swap("armed--;", "armed -= 3;")}, f"c\n\n(cherry picked from commit {fix})")
    clone = History.__new__(History)
    clone.path = history.path.parent / "clone"
    history.git("clone", "-q", str(history.path), str(clone.path))
    got = pick(clone, fix)
    assert got.via == f"{NEW} {version[:12]}"


def test_function_that_differs_beyond_the_change_is_noted(history: History) -> None:
    history.change(OLD, {SOURCE: swap("    return 0;", "    return armed;")})
    fix = history.change("master", {SOURCE: swap("    t->when = when;", "    t->when = when + 1;")})
    got = pick(history, fix)
    assert got.status == "clean"
    assert got.notes == (f"{SOURCE}:13: timer_start() differs from upstream's in more than this change",)
