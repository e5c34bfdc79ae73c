"""A tree's files written into a folder, as bytes: no filters, no hooks, no index."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.errors import GitError

if TYPE_CHECKING:
    from reviewbot.git.plumbing import Plumbing

_LINK, _SUBMODULE, _EXECUTABLE = "120000", "160000", "100755"
_AT_ONCE = 200
"""Files whose bytes are held in memory together."""


def export(git: Plumbing, tree: str, folder: Path) -> None:
    """Write every file of a tree (full id) below an empty folder; submodules become empty folders.

    Raises GitError for a path that leads out of the folder, or that cannot be written.
    """
    entries = iter(sorted(git.entries(tree).items()))
    try:
        while part := list(islice(entries, _AT_ONCE)):
            blobs = git.blobs(entry.id for _, entry in part if entry.mode != _SUBMODULE)
            for path, entry in part:
                if {"", ".", "..", ".git"} & set(path.split("/")):
                    raise GitError(f"{path}: no path for a scratch tree")
                target = folder / path
                if entry.mode == _SUBMODULE:
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                data = blobs.get(entry.id)
                if data is None:
                    raise GitError(f"{path} is not in {git.git_dir}: a partial clone?")
                if entry.mode == _LINK:
                    target.symlink_to(os.fsdecode(data))
                else:
                    target.write_bytes(data)
                    target.chmod(0o755 if entry.mode == _EXECUTABLE else 0o644)
    except OSError as error:
        raise GitError(f"cannot write a scratch tree: {error.strerror}") from error
