"""The user's build command: in a scratch tree, and what its failure does to a pick."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from reviewbot.backport import Options, Pick, backport, read_sources
from reviewbot.git import Plumbing
from tests.backport.history import NEW, OLD, History, swap

SOURCE = "xen/common/timer.c"


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All temporary folders in one place that can be looked at."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def pick(repo: History, rev: str, command: str, told: list[str] | None = None) -> Pick:
    options = Options(build=command, tell=None if told is None else told.append)
    with Plumbing.here(repo.path) as git:
        (done,) = backport(git, read_sources(git, [rev]), [OLD], None, options)
    return done.picks[0]


def simple(history: History) -> str:
    return history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})


def test_it_runs_on_the_result_and_leaves_nothing(history: History, scratch: Path) -> None:
    fix = simple(history)
    before = history.snapshot()["tree"]
    told: list[str] = []
    got = pick(history, fix, f"grep -q 'armed -= 1;' {SOURCE} && touch made && test -x run.sh", told)
    assert got.status == "doubtful"  # there is no run.sh
    got = pick_again(history, fix, f"grep -q 'armed -= 1;' {SOURCE} && touch made && pwd", told)
    assert got.status == "clean" and got.build is not None and got.build.code == 0
    assert got.build.output[0].startswith(str(scratch))
    assert history.snapshot()["tree"] == before
    assert list(scratch.iterdir()) == []
    assert len(told) == 3 and "building tree" in told[0]  # the failure is tried without the pick too


def pick_again(history: History, fix: str, command: str, told: list[str]) -> Pick:
    history.git("branch", "-D", f"reviewbot/backport-{OLD}")
    return pick(history, fix, command, told)


def test_a_failure_makes_it_doubtful_with_the_last_lines(history: History) -> None:
    got = pick(
        history, simple(history), "if grep -q 'armed -= 1' -r xen; then seq 100; echo 'timer.c:19: bad' >&2; exit 7; fi"
    )
    assert got.status == "doubtful" and got.commit is not None
    assert got.build is not None
    assert (got.build.code, got.build.before) == (7, False)
    assert got.build.output[-2:] == ("100", "timer.c:19: bad") and len(got.build.output) == 12
    assert got.build.reason.endswith("failed with exit code 7")


def test_a_branch_that_does_not_build_anyway_is_said(history: History) -> None:
    got = pick(history, simple(history), "false")
    assert got.build is not None and got.build.before is True
    assert "fails without this pick as well" in got.build.reason


def test_a_candidate_that_does_not_build_is_passed_over(history: History) -> None:
    fix = simple(history)
    history.change(NEW, {SOURCE: swap("armed--;", "armed -= 0x1;")}, f"c\n\nS: x\n(cherry picked from commit {fix})")
    got = pick(history, fix, f"! grep -q 0x1 {SOURCE}")
    assert (got.status, got.via) == ("clean", "upstream")


def test_modes_and_links_are_written_and_git_finds_no_repository(history: History) -> None:
    history.on(OLD)
    history.write({"run.sh": "#!/bin/sh\nexit 0\n"})
    (history.path / "run.sh").chmod(0o755)
    (history.path / "link").symlink_to("run.sh")
    history.commit({})
    got = pick(history, simple(history), "./run.sh && ./link && test -L link && ! git rev-parse --git-dir")
    assert got.status == "clean", got.build


def test_an_interrupt_ends_the_build_and_its_children(history: History, scratch: Path, tmp_path: Path) -> None:
    fix, note = simple(history), tmp_path / "pid"
    argv = ["backport", fix, "--to", OLD, "--tree", str(history.path), "--build", f"sleep 300 & echo $! > {note}; wait"]
    child = subprocess.Popen([sys.executable, "-m", "reviewbot", *argv], stderr=subprocess.DEVNULL)
    end = time.monotonic() + 60
    while not (note.exists() and note.read_text().strip()):
        assert time.monotonic() < end
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    assert child.wait(30) == 130
    sleeper = int(note.read_text())
    end = time.monotonic() + 30
    while _runs(sleeper):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert list(scratch.iterdir()) == []
    assert history.git("for-each-ref", "refs/heads/reviewbot") == ""


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().split()[2] == "Z")
