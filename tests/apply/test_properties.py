"""Whatever a plan asks for: a branch with just that, or a repository as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.apply import Fixup, Plan, PlannedPatch, apply_plan
from reviewbot.errors import ReviewbotError
from reviewbot.fixups import Edit
from reviewbot.git import Repository
from tests.apply.conftest import CODE, Posted

ADDED = CODE.replace("    default:\n", "    case OP_c:\n        ret = c();\n        break;\n\n    default:\n")
PATHS = st.sampled_from(["xen/op.c", "xen/op.c", "other", "../x", ".git/config", "/etc/passwd", "xen"])
TEXTS = st.sampled_from(["ret = c();", "case OP_c", "break;", "x", "OP_c", "default:", "\u2028", "a\nb"])
EDITS = st.one_of(
    st.builds(lambda p, a, b: Edit(path=p, replace=a, with_=b), PATHS, TEXTS, TEXTS),
    st.builds(lambda p, a, b: Edit(path=p, insert=a, after=b), PATHS, TEXTS, TEXTS),
    st.builds(lambda p, a: Edit(path=p, within="do_op", delete=a), PATHS, TEXTS),
    st.builds(lambda a, b: Edit(path="xen/op.c", move=a, before=b), TEXTS, st.sampled_from(["case OP_a", "case OP_b"])),
    st.builds(lambda a: Edit(message=True, with_=a), TEXTS),
    st.builds(lambda a: Edit(subject=True, with_=a), TEXTS),
)


@pytest.fixture
def posting(post: Callable[..., Posted]) -> Posted:
    """One patch; every example leaves the repository as it found it."""
    return post({"xen/op.c": CODE, "other": "x\n"}, ("subject\n\nBody.", {"xen/op.c": ADDED}))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(EDITS, max_size=3), branch=st.sampled_from(["ok", "a..b", "-x", "master", "HEAD"]))
def test_a_run_makes_a_branch_or_nothing(posting: Posted, edits: list[Edit], branch: str) -> None:
    review = posting.review()
    plan = Plan(review.series.id, posting.base, (PlannedPatch(1, (), tuple(Fixup(e) for e in edits)),))
    repo = posting.repo
    repo.write({"xen/op.c": "the user's own work\n"})
    before = repo.snapshot()
    try:
        applied = apply_plan(review, plan, Repository.open(repo.path), branch=branch)
    except ReviewbotError as error:
        assert "\n" not in str(error)
        assert repo.snapshot() == before
        return
    after = repo.snapshot()
    changed = {part for part in before if before[part] != after[part]}
    assert changed in ({"refs"}, {"refs", "objects"})  # the same commit twice brings nothing new
    assert repo.git("rev-parse", f"refs/heads/{branch}") == applied.tip
    assert repo.git("rev-parse", f"{applied.tip}^") == posting.base
    names = repo.git("diff-tree", "-r", "--name-only", "--no-commit-id", str(applied.tip)).splitlines()
    assert names == ["xen/op.c"]
    repo.git("update-ref", "-d", f"refs/heads/{branch}")
