"""Files that stand elsewhere on the branch: upstream moved them since, too much of them changed for git to see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import Clash, Step, ends_of
from reviewbot.git import Entry, Merged

if TYPE_CHECKING:
    from reviewbot.git import Plumbing
    from reviewbot.git.quarantine import Quarantine

_BASE, _OURS, _THEIRS = 1, 2, 3


class Moves:
    """Where upstream's files stood in earlier times; remembers what it read."""

    def __init__(self, git: Plumbing) -> None:
        self._git = git
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}

    def earlier(self, path: str, commit: str, since: str) -> tuple[str, ...]:
        """The earlier names of a file of `commit`, newest first, as its history above `since` tells."""
        # What one commit says of a path holds for its neighbours too, as long as the path is the same.
        key = (path, since)
        if key not in self._names:
            self._names[key] = self._git.earlier_names(path, commit, since)
        return self._names[key]


def absent(merged: Merged) -> tuple[str, ...]:
    """The files that the change touches and the branch does not have."""
    return tuple(path for path, stages in merged.conflicts.items() if set(stages) == {_BASE, _THEIRS})


def remerge(
    store: Quarantine, clash: Clash, moves: Moves, since: str, present: Sequence[str] | Mapping[str, object]
) -> Step | None:
    """Merge again with the absent files under the names they have on the branch.

    None where no such name is found. `present` are the paths of the branch.
    """
    base, theirs = ends_of(store, clash.commit)
    found: dict[str, str] = {}
    for path in absent(clash.merged):
        older = next((name for name in moves.earlier(path, base, since) if name in present), None)
        if older is not None and older not in found.values():
            found[path] = older
    if not found:
        return None
    stages = clash.merged.conflicts
    old = _rename(store, base, {p: (n, stages[p][_BASE]) for p, n in found.items()})
    new = _rename(store, theirs, {p: (n, stages[p][_THEIRS]) for p, n in found.items()})
    below = store.step(old, None)
    above = store.step(new, below)
    said = tuple(f"{path} is {name} on the branch" for path, name in found.items())
    return Step(store.merge(clash.ours, below, above), clash.ours, below, above, said)


def _rename(store: Quarantine, commit: str, files: Mapping[str, tuple[str, Entry]]) -> str:
    tree = store.resolve(commit, "tree")
    gone: dict[str, Entry | None] = dict.fromkeys(files)
    return store.graft(tree, gone | dict(files.values()))
