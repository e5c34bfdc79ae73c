"""A later patch on top of edited earlier ones: merged with git's own merge, and taken only if it comes out the same."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.apply.explain import changes
from reviewbot.errors import GitError
from reviewbot.git import GitTree
from reviewbot.series import Patch

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine


def put_on_top(store: Quarantine, patch: Patch, base: str, before: Sequence[Patch]) -> bool:
    """Bring a patch's changes into the index of `store`, where an edit changed what its hunks show; whether that went.

    base, before: where the series was posted, and its patches ahead of this one. The lines that the patch adds and
    removes must be those it was posted with; files that it adds, removes or renames are not merged.
    """
    if any(file.status != "modified" or file.binary or file.old_mode != file.new_mode for file in patch.diff.files):
        return False
    paths = [file.path for file in patch.diff.files]
    with store.quarantine() as posted:
        posted.read_tree(base)
        try:
            for earlier in before:
                posted.apply(earlier.diff.raw, earlier.diff.strip)
            old = GitTree(posted, posted.write_tree()).read_many(paths)
            posted.apply(patch.diff.raw, patch.diff.strip)
        except GitError:
            return False
        new = GitTree(posted, posted.write_tree()).read_many(paths)
    here = GitTree(store, None).read_many(paths)
    merged: dict[str, bytes] = {}
    for path in paths:
        if path not in old or path not in new or path not in here:
            return False
        result = _merged(store, here[path], old[path], new[path])
        if result is None or _lines(here[path], result) != _lines(old[path], new[path]):
            return False
        merged[path] = result
    store.stage(merged)
    return True


def _merged(store: Quarantine, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """What `git merge-file` makes of three versions; None for a conflict, or for files that are no text."""
    with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
        names = []
        for name, data in (("ours", ours), ("base", base), ("theirs", theirs)):
            Path(folder, name).write_bytes(data)
            names.append(str(Path(folder, name)))
        try:
            return store.run("merge-file", "-p", "-q", *names)
        except GitError:
            return None


def _lines(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """The lines that went and those that came."""
    texts = [data.decode("utf-8", "surrogateescape") for data in (before, after)]
    found = changes(texts[0], texts[1], None)
    gone = [line for change in found for line in change.removed]
    return gone, [line for change in found for line in change.added]
