"""`backport --thread`: a series that was posted and has not landed, onto a stable branch."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import THREADS, Outcome, reviewbot
from tests.conftest import GitRepo

THREAD = THREADS / "mini-domctl.mbox"
STABLE = "stable-1.0"
BRANCH = f"reviewbot/backport-{STABLE}"


@pytest.fixture
def repo(mini: GitRepo) -> GitRepo:
    """The miniature tree with a stable branch."""
    mini.git("branch", STABLE)
    return mini


def run(repo: GitRepo, *argv: str, answers: str = "") -> Outcome:
    return reviewbot("backport", *argv, "--tree", repo.path, stdin=answers.encode())


def test_its_commits_are_picked_with_tags_and_without_a_source_line(repo: GitRepo) -> None:
    before = repo.git("rev-parse", "HEAD")
    done = run(repo, "--thread", str(THREAD), "--to", STABLE, "--format", "json")
    data = json.loads(done.out)
    assert done.code == 0, done.err
    assert [pick["status"] for pick in data["picks"]] == ["clean", "clean"]
    assert all("@" in pick["upstream"] for pick in data["picks"])
    assert "posted as 1/2: not landed" in data["picks"][0]["notes"][0]
    assert repo.git("fsck", "--unreachable", "--no-reflogs", "--no-progress") == ""
    text = repo.git("log", "--format=%B", f"{STABLE}..{BRANCH}")
    assert "Reviewed-by: " in text and "cherry picked" not in text and "master commit" not in text
    applied = reviewbot("apply", THREAD, "--tree", repo.path, "--branch", "applied")
    assert applied.code in (0, 1)
    assert repo.git("rev-parse", "applied^{tree}") == repo.git("rev-parse", f"{BRANCH}^{{tree}}")
    assert repo.git("rev-parse", "HEAD") == before


def test_dry_run_leaves_nothing(repo: GitRepo) -> None:
    before = repo.snapshot()
    done = run(repo, "--thread", str(THREAD), "--to", STABLE, "--dry-run")
    assert done.code == 0 and repo.snapshot() == before


def test_what_has_landed_is_taken_from_the_mainline(repo: GitRepo) -> None:
    reviewbot("apply", THREAD, "--tree", repo.path, "--branch", "applied")
    repo.git("reset", "-q", "--hard", "applied")
    base = repo.git("rev-parse", "master~2")
    done = run(repo, "--thread", str(THREAD), "--base", base, "--to", STABLE, "--format", "json")
    picks = json.loads(done.out)["picks"]
    landed = repo.git("rev-list", "--reverse", f"{base}..master").split()
    assert [pick["upstream"] for pick in picks] == landed
    assert all(f"(cherry picked from commit {oid})" in p["message"] for p, oid in zip(picks, landed, strict=True))


def test_an_interactive_run_keeps_the_commits_that_nothing_else_has(repo: GitRepo) -> None:
    begun = run(repo, "--thread", str(THREAD), "--to", STABLE, "--interactive", "--build", "false", answers="a\nq\n")
    assert begun.code == 1 and "1 to go" in begun.out
    repo.git("gc", "-q", "--prune=now")
    done = run(repo, "--continue", "--format", "json", answers="a\n")
    picks = json.loads(done.out)["picks"]
    assert done.code == 0, done.err
    assert [pick["resolved"] for pick in picks] == ["taken in spite of the doubt"] * 2
    assert repo.git("rev-parse", BRANCH) == picks[1]["commit"]
    assert all(pick["build"]["command"] == "false" for pick in picks)


@pytest.mark.parametrize(
    ("argv", "code", "says"),
    [
        (["--thread", "nosuch.mbox"], 3, "nosuch.mbox"),
        (["--thread", str(THREAD), "master"], 2, "only one of them"),
        (["--thread", str(THREAD), "--requested"], 2, "only one of them"),
        (["master", "--base", "master"], 2, "--base and --series go with --thread"),
        (["--thread", str(THREAD), "--base", "nosuch"], 3, "unknown revision 'nosuch'"),
    ],
)
def test_bad_input_is_one_line(repo: GitRepo, argv: list[str], code: int, says: str) -> None:
    before = repo.snapshot()
    done = run(repo, *argv, "--to", STABLE)
    assert (done.code, done.out, done.err.count("\n")) == (code, "", 1)
    assert says in done.err and repo.snapshot() == before
