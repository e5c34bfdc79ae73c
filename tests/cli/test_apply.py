"""`plan` and `apply`: what the branch holds, and what stays as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import THREADS, reviewbot
from tests.conftest import GitRepo

THREAD = THREADS / "mini-domctl.mbox"


def domctl(repo: GitRepo, rev: str) -> str:
    return repo.git("show", f"{rev}:xen/common/domctl.c")


def untouched(repo: GitRepo) -> dict[str, str]:
    """All but what a new branch brings: its ref and its objects."""
    return {k: v for k, v in repo.snapshot().items() if k in ("head", "index", "tree")}


def test_default_takes_what_is_agreed(mini: GitRepo) -> None:
    before = untouched(mini)
    done = reviewbot("apply", THREAD, "--tree", mini.path, "--format", "json")
    assert done.code == 0, done
    data = json.loads(done.out)
    assert list(data) == ["schema", "base", "branch", "tip", "commits", "left", "verdict"]
    assert data["branch"].startswith("reviewbot/") and data["branch"].endswith("-v1")
    assert untouched(mini) == before
    first, second = data["commits"]
    assert list(first) == ["id", "tree", "number", "subject", "tags", "fixups", "findings"]
    assert second["fixups"] == ["2.2", "2.3"]
    assert second["findings"] == []
    assert [entry["id"] for entry in data["left"]] == ["2.1", "2.4"]
    assert mini.git("rev-parse", data["branch"]) == data["tip"] == second["id"]
    assert mini.git("rev-parse", f"{data['tip']}^") == first["id"]
    text = domctl(mini, data["tip"])
    assert "        fallthrough;\n    default:\n        /*" not in text
    assert "        break;\n\n    default:" in text


def test_message_is_the_mails_with_the_tags_at_its_end(mini: GitRepo) -> None:
    data = json.loads(reviewbot("apply", THREAD, "--tree", mini.path, "--format", "json").out)
    for commit in data["commits"]:
        message = mini.git("log", "-1", "--format=%B", commit["id"]).rstrip("\n").split("\n")
        assert [line.split(":")[0] for line in message[-3:]] == ["Signed-off-by", "Reviewed-by", "Release-Acked-by"]
        assert message.count(message[-3]) == 1
        author = mini.git("log", "-1", "--format=%an <%ae>|%aD", commit["id"])
        assert author.startswith("Petra Lindholm <petra.lindholm@example.org>|Tue, 16 Jun 2026 ")


def test_dry_run_leaves_nothing_and_still_says_the_trees(mini: GitRepo) -> None:
    before = mini.snapshot()
    dry = json.loads(reviewbot("apply", THREAD, "--tree", mini.path, "--dry-run", "--format", "json").out)
    assert mini.snapshot() == before
    wet = json.loads(reviewbot("apply", THREAD, "--tree", mini.path, "--format", "json").out)
    assert dry["tip"] is None
    assert [c["tree"] for c in dry["commits"]] == [c["tree"] for c in wet["commits"]]


def test_fixups_none_is_the_series_as_posted_and_its_finding_is_told(mini: GitRepo) -> None:
    done = reviewbot("apply", THREAD, "--tree", mini.path, "--fixups", "none", "--format", "json")
    data = json.loads(done.out)
    assert done.code == 1
    assert [f["rule"] for c in data["commits"] for f in c["findings"]] == ["switch-fallthrough"]
    assert "fallthrough;\n" in domctl(mini, data["tip"])


def test_an_edited_plan_is_obeyed(mini: GitRepo, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    assert reviewbot("plan", THREAD, "--tree", mini.path, "-o", plan).code == 0
    text = plan.read_text()
    head, move, tail = text.partition('request = "2.4"')
    plan.write_text(head + move + tail.replace("take = false", "take = true", 1).replace("after = ", "before = ", 1))
    done = reviewbot("apply", THREAD, "--tree", mini.path, "--plan", plan, "--branch", "moved", "--format", "json")
    assert done.code == 0, done
    data = json.loads(done.out)
    assert data["commits"][1]["fixups"] == ["2.2", "2.3", "2.4"]
    lines = domctl(mini, "moved")
    assert lines.index("case XEN_DOMCTL_shadow_op:") < lines.index("case XEN_DOMCTL_get_device_group:")
    assert "\n\n\n" not in lines


def test_a_plan_file_that_exists_is_not_overwritten(mini: GitRepo, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text("mine")
    done = reviewbot("plan", THREAD, "--tree", mini.path, "-o", plan)
    assert done.code == 3
    assert plan.read_text() == "mine"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('replace = "fallthrough;"', 'replace = "nowhere;"', ["nowhere;"]),
        ('replace = "fallthrough;"', 'replace = "ret"', ["xen/common/domctl.c"]),
        ("schema = 1", "schema = 2", ["schema"]),
        ("number = 2", "number = 7", ["7"]),
        ("take = true", "tkae = true", ["tkae"]),
    ],
)
def test_a_plan_that_does_not_fit_changes_nothing(
    mini: GitRepo, tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    plan = tmp_path / "plan.toml"
    reviewbot("plan", THREAD, "--tree", mini.path, "-o", plan)
    assert old in plan.read_text()
    plan.write_text(plan.read_text().replace(old, new))
    before = mini.snapshot()
    done = reviewbot("apply", THREAD, "--tree", mini.path, "--plan", plan)
    assert done.code == 3, done
    assert done.err.count("\n") == 1
    for word in words:
        assert word in done.err
    assert mini.snapshot() == before


def test_a_branch_that_exists_is_refused(mini: GitRepo) -> None:
    mini.git("branch", "taken")
    before = mini.snapshot()
    done = reviewbot("apply", THREAD, "--tree", mini.path, "--branch", "taken")
    assert (done.code, "taken" in done.err) == (3, True)
    assert mini.snapshot() == before


def test_text_names_branch_commits_findings_and_what_is_left(mini: GitRepo) -> None:
    done = reviewbot("apply", THREAD, "--tree", mini.path)
    assert done.code == 0
    for words in ("1/2 ", "+ Reviewed-by: ", "fixups 2.2, 2.3", "2.1 a person must word it", "see it: git -C"):
        assert words in done.out
