"""The real thread on the real tree: the commits that maintainers made, byte for byte."""

from __future__ import annotations

import dataclasses
import subprocess
from pathlib import Path

import pytest

from reviewbot.apply import Fixup, Plan, apply_plan, make_plan, posted, read_plan, write_plan
from reviewbot.errors import InputError
from reviewbot.fixups import Edit
from reviewbot.git import Repository
from reviewbot.mail import read, threads
from reviewbot.review import Review, read_review
from reviewbot.series import find_series

BASE = "af11b93e3e98235d38114ba44a6d3134aa2ba2a0"
FIRST, SECOND = "261a2f51df86a5b63c1386e333498211bb364cb7", "ffe7a07597b43c77245d7acf3e57d8a2ed0896cf"
DOMCTL = "xen/common/domctl.c"


@pytest.fixture
def clone(xen_repo: Path, tmp_path: Path) -> Path:
    """A bare repository that borrows the real one's objects; the real one is never written to."""
    path = tmp_path / "xen.git"
    subprocess.run(
        ["git", "clone", "-q", "--bare", "--shared", "--single-branch", str(xen_repo), str(path)], check=True
    )
    return path


@pytest.fixture
def review(domctl_mbox: Path) -> Review:
    """What was said in the thread."""
    (series,) = find_series(threads(read(domctl_mbox).messages))
    return read_review(series)


def _git(clone: Path, *argv: str) -> str:
    return subprocess.run(["git", "-C", str(clone), *argv], check=True, capture_output=True, text=True).stdout


def _message(clone: Path, commit: str) -> str:
    return _git(clone, "cat-file", "commit", commit).split("\n\n", 1)[1]


def _state(clone: Path) -> tuple[str, ...]:
    """Refs, HEAD and objects."""
    return (_git(clone, "for-each-ref"), _git(clone, "count-objects", "-v"), (clone / "HEAD").read_text())


def _edited(plan: Plan, message: tuple[Edit, ...]) -> Plan:
    """The plan with the move taken, to the other side of the label, and the message reworded: two hand edits."""
    patch = plan.patch(2)
    fixups = []
    for fixup in patch.fixups:
        if fixup.edit.move is not None:
            edit = dataclasses.replace(fixup.edit, after=None, before="case XEN_DOMCTL_get_device_group")
            fixup = dataclasses.replace(fixup, take=True, edit=edit)
        fixups.append(fixup)
    fixups += [Fixup(edit, "2.1") for edit in message]
    return dataclasses.replace(plan, patches=(plan.patch(1), dataclasses.replace(patch, fixups=tuple(fixups))))


BY_DIFF = (
    Edit(
        message=True,
        diff="""\
@@
-* domain_pause() - The toolstack cannot unpause the domain while in
-  paging_log_dirty_op() because the toolstack's pause/unpause ops have
+* domain_{,un}pause() - The toolstack cannot {,un}pause the domain while
+  in paging_log_dirty_op() because the toolstack's pause/unpause ops have
   a separate ref count.
@@
   while modifying the table. In both cases, this is OK.

-* domain_unpause() - Same as the earlier domain_pause().
-
 Signed-off-by: Ross Lagerwall <ross.lagerwall@citrix.com>
""",
    ),
)
BY_TEXT = (
    Edit(
        message=True,
        replace="* domain_pause() - The toolstack cannot unpause the domain while in\n  paging_log_dirty_op()",
        with_="* domain_{,un}pause() - The toolstack cannot {,un}pause the domain while\n  in paging_log_dirty_op()",
    ),
    Edit(message=True, delete="* domain_unpause() - Same as the earlier domain_pause()."),
)


def test_agreed_fixups_give_the_first_commit_and_a_break(review: Review, clone: Path) -> None:
    repo = Repository.open(clone)
    applied = apply_plan(review, make_plan(review, BASE), repo)
    first, second = applied.commits
    assert first.tree == _git(clone, "rev-parse", f"{FIRST}^{{tree}}").strip()
    assert _message(clone, first.id or "") == _message(clone, FIRST)
    content = _git(clone, "show", f"{second.id}:{DOMCTL}")
    posted_end = "            goto domctl_out_unlock_domonly;\n        }\n        break;\n\n    default:\n"
    assert posted_end in content
    assert content.count("fallthrough;") == _git(clone, "show", f"{BASE}:{DOMCTL}").count("fallthrough;")
    assert _git(clone, "rev-parse", f"refs/heads/{applied.branch}").strip() == applied.tip == second.id
    assert _git(clone, "rev-list", f"{BASE}..{applied.tip}").split() == [second.id, first.id]
    assert [entry.id for entry in applied.left] == ["2.1", "2.4"]
    assert "Signed-off-by: C. Committer" not in _message(clone, second.id or "")


@pytest.mark.parametrize("message", [BY_DIFF, BY_TEXT], ids=["diff", "text"])
@pytest.mark.parametrize("blank", [True, False])
def test_two_hand_edits_give_both_commits(review: Review, clone: Path, message: tuple[Edit, ...], blank: bool) -> None:
    plan = _edited(make_plan(review, BASE), message)
    if not blank:
        patch = plan.patch(2)
        kept = tuple(f for f in patch.fixups if f.edit.insert is None)
        plan = dataclasses.replace(plan, patches=(plan.patch(1), dataclasses.replace(patch, fixups=kept)))
    plan = read_plan(write_plan(plan).encode(), "plan.toml")
    applied = apply_plan(review, plan, Repository.open(clone))
    for made, real in zip(applied.commits, (FIRST, SECOND), strict=True):
        assert made.tree == _git(clone, "rev-parse", f"{real}^{{tree}}").strip()
        assert _message(clone, made.id or "") == _message(clone, real)
        form = "--format=%an%n%ae%n%ad"
        assert _git(clone, "show", "-s", "--date=raw", form, made.id or "") == _git(
            clone, "show", "-s", "--date=raw", form, real
        )


def test_a_move_that_would_fall_through_changes_nothing(review: Review, clone: Path) -> None:
    plan = _edited(make_plan(review, BASE), ())
    patch = plan.patch(2)
    only = tuple(f for f in patch.fixups if f.edit.move is not None)
    plan = dataclasses.replace(plan, patches=(dataclasses.replace(patch, fixups=only),))
    before = _state(clone)
    with pytest.raises(InputError, match=r"case XEN_DOMCTL_shadow_op.*would fall through"):
        apply_plan(review, plan, Repository.open(clone))
    assert _state(clone) == before


def test_dry_run_tells_the_trees_and_writes_nothing(review: Review, clone: Path) -> None:
    before = _state(clone)
    applied = apply_plan(review, _edited(make_plan(review, BASE), BY_DIFF), Repository.open(clone), dry_run=True)
    assert [made.tree for made in applied.commits] == [
        _git(clone, "rev-parse", f"{real}^{{tree}}").strip() for real in (FIRST, SECOND)
    ]
    assert applied.tip is None
    assert _state(clone) == before


def test_a_base_it_does_not_fit_is_named_and_nothing_written(review: Review, clone: Path) -> None:
    before = _state(clone)
    with pytest.raises(InputError, match=r"patch 1/2 .* does not apply to .*: xen/arch/x86/domctl\.c:301"):
        apply_plan(review, make_plan(review, BASE), Repository.open(clone), base=SECOND)
    assert _state(clone) == before


def test_the_series_as_posted_is_gone_afterwards(review: Review, clone: Path) -> None:
    before = _state(clone)
    with posted(review.series, Repository.open(clone), BASE) as (store, base, tree):
        assert base == BASE
        content = store.tree(tree).read(DOMCTL) or b""
        assert b"        fallthrough;\n    default:\n" in content
    assert _state(clone) == before
