"""How a newer branch solved a place that conflicts here: the lines of its own version of the change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import ends_of
from reviewbot.backport.candidates import Source, whole_version
from reviewbot.backport.diff import FileChange, Hunk, read_change
from reviewbot.backport.lineage import Lineage, Taken
from reviewbot.backport.model import Conflict, Solved

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

_WORD = re.compile(r"\w{2,}")
_ALIKE = 0.5
"""Lines of the newer branch that are less like the place's are about something else."""
_LEAST = 2
"""Words that must be the same: one alone stands in many places."""


def with_solutions(
    store: Quarantine, conflicts: Sequence[Conflict], source: Source, lineage: Lineage
) -> tuple[Conflict, ...]:
    """The conflicts with what the nearest newer branch that took the change did in their places, where known."""
    taken = next((t for line in lineage.newer if (t := whole_version(source, line, lineage)) is not None), None)
    if taken is None or taken.commit in source.commits:
        return tuple(conflicts)
    change = read_change(store, *ends_of(store, taken.commit))
    return tuple(replace(conflict, newer=_solved(conflict, taken, change)) for conflict in conflicts)


def _solved(conflict: Conflict, taken: Taken, change: Sequence[FileChange]) -> Solved | None:
    name = conflict.path.rpartition("/")[2]
    files = [f for f in change if conflict.path in (f.path, f.old_path)] or [f for f in change if f.name.endswith(name)]
    if not conflict.hunk:
        return Solved(taken.branch, taken.commit.id, "", "") if files else None
    found = [(_likeness(hunk, conflict), -n, hunk) for n, hunk in enumerate(h for file in files for h in file.hunks)]
    best = max(found, default=None)
    if best is None or best[0] < _ALIKE:
        return None
    hunk = best[2]
    return Solved(taken.branch, taken.commit.id, _text(hunk.gone), _text(hunk.added))


def _likeness(hunk: Hunk, conflict: Conflict) -> float:
    """How many of a hunk's new words (or old ones, where it only removes) stand in a place, in their order."""
    lines, there = (hunk.added, conflict.theirs) if hunk.added else (hunk.gone, conflict.ours)
    words = _WORD.findall(_text(lines))
    matcher = SequenceMatcher(None, words, _WORD.findall(there), autojunk=False)
    same = sum(match.size for match in matcher.get_matching_blocks())
    return same / len(words) if same >= _LEAST else 0.0


def _text(lines: Sequence[bytes]) -> str:
    return "".join(line.decode("utf-8", "surrogateescape") + "\n" for line in lines)
