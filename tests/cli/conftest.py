"""A repository with the miniature tree, and the command line run as a user would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewbot.resources import fixtures_dir
from tests.conftest import GitRepo

TREE = fixtures_dir() / "trees" / "mini-xen"
THREADS = fixtures_dir() / "threads"


@dataclass(frozen=True)
class Outcome:
    """What one command line did."""

    code: int
    out: str
    err: str


def reviewbot(*argv: str | Path, cwd: Path | None = None, stdin: bytes = b"") -> Outcome:
    """Run reviewbot in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "reviewbot", *map(str, argv)], cwd=cwd, input=stdin, capture_output=True, check=False
    )
    return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def mini(git_repo: Callable[..., GitRepo]) -> GitRepo:
    """The miniature tree, committed."""
    repo = git_repo("mini")
    repo.commit({p.relative_to(TREE).as_posix(): p.read_bytes() for p in TREE.rglob("*") if p.is_file()}, "base")
    return repo
