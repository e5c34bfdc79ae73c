"""The release calendar from the shell: git config, environment, and what a mistake says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import reviewbot
from tests.conftest import GitRepo
from tests.review.mails import MAX, Talk

FREEZE = 'release = "4.22"\nmanagers = ["Olga Manager"]\ncode-freeze = 2026-06-05\nhard-freeze = {}\n'


@pytest.fixture
def maintainers(tmp_path: Path) -> Path:
    """Max looks after everything."""
    path = tmp_path / "MAINTAINERS"
    path.write_text("ALL OF IT\nM:\tMax Maintainer <max@example.org>\nF:\t*\nF:\t*/\n")
    return path


@pytest.fixture
def thread(tmp_path: Path) -> Path:
    """A reviewed patch of June 2026 without a release ack."""
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", "Reviewed-by: Max Maintainer <max@example.org>\n")
    talk.series()
    return tmp_path / "thread.mbox"


def test_git_config_names_the_calendar(
    thread: Path, maintainers: Path, git_repo: Callable[..., GitRepo], tmp_path: Path
) -> None:
    repo = git_repo("clone")
    (tmp_path / "calendar.toml").write_text(FREEZE.format("2026-06-26"))
    repo.git("config", "reviewbot.calendar", str(tmp_path / "calendar.toml"))
    shown = reviewbot("show", thread, "--maintainers", maintainers, cwd=repo.path).out
    assert "ready\n  warning: patch 1: no release ack for 4.22 (code freeze on 2026-06-09)" in shown
    assert "release ack" not in reviewbot("show", thread, "--maintainers", maintainers, cwd=tmp_path).out


def test_a_hard_freeze_gates_and_says_who_is_missing(
    thread: Path, maintainers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "calendar.toml").write_text(FREEZE.format("2026-06-08"))
    monkeypatch.setenv("REVIEWBOT_CALENDAR", str(tmp_path / "calendar.toml"))
    shown = reviewbot("show", thread, "--maintainers", maintainers).out
    assert "needs-release-ack\n  patch 1: no release ack for 4.22 (hard freeze on 2026-06-09)" in shown
    assert "missing: Olga Manager for patch 1" in shown


@pytest.mark.parametrize("text", [None, "release = 4.22\n"])
def test_a_calendar_that_cannot_be_used_is_an_error(
    thread: Path, maintainers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    path = tmp_path / "calendar.toml"
    if text is not None:
        path.write_text(text)
    monkeypatch.setenv("REVIEWBOT_CALENDAR", str(path))
    done = reviewbot("show", thread, "--maintainers", maintainers)
    assert done.code == 3
    assert str(path) in done.err
