"""Patch ids and counts against git, over all patches of the real threads."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reviewbot.mail import read
from reviewbot.series import Patch
from reviewbot.series.build import patch_of


@pytest.fixture
def patches(threads_dir: Path) -> list[Patch]:
    """One patch for every patch mail."""
    mboxes = sorted(threads_dir.glob("ltp/*.mbox"))
    if not mboxes:
        pytest.skip("no ltp/ below the real threads")
    built = [patch_of(message) for mbox in mboxes for message in read(mbox).messages]
    return [entry[0] for entry in built if entry is not None]


def git(*argv: str, stdin: bytes) -> str | None:
    done = subprocess.run(["git", *argv], input=stdin, capture_output=True, check=False)
    return None if done.returncode else done.stdout.decode("utf-8", "surrogateescape")


def test_patch_ids(patches: list[Patch]) -> None:
    wrong = []
    for patch in patches:
        said = git("patch-id", "--stable", stdin=patch.diff.raw)
        if not said or said.split()[0] != patch.diff.patch_id:
            wrong.append(patch.message_id)
    print(f"{len(patches) - len(wrong)} of {len(patches)} patch ids equal")
    assert wrong == []


def test_counts_and_paths(patches: list[Patch]) -> None:
    wrong = []
    for patch in patches:
        said = git("apply", f"-p{patch.diff.strip}", "--numstat", "-", stdin=patch.diff.raw)
        rows = None if said is None else [tuple(line.split("\t", 2)) for line in said.splitlines()]
        if rows is not None and any("{" in row[2] or '"' in row[2] for row in rows):
            continue  # git abbreviates renames and quotes names here
        ours = [("-", "-", f.path) if f.binary else (str(f.added), str(f.removed), f.path) for f in patch.diff.files]
        damaged = any("hunk" in problem for problem in patch.diff.problems)
        if rows != ours and not (rows is None and damaged):
            wrong.append(patch.message_id)
    print(f"{len(patches) - len(wrong)} of {len(patches)} diffs read as git does")
    assert wrong == []
