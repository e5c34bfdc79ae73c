"""The ways to mend a step that does not merge, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import Step
from reviewbot.backport.elsewhere import displace
from reviewbot.backport.moved import absent
from reviewbot.backport.renamed import retell
from reviewbot.backport.repair import BY_LINE, BY_WORD, Repair, repair
from reviewbot.git import Entry

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine


class Way(Enum):
    """What is assumed to settle a conflict."""

    ABSENT = "functions of files that the branch lacks"
    LINES = "lines"
    WORDS = "words"
    NAMES = "names"
    NAMES_AND_WORDS = "names and words"
    FUNCTIONS = "functions of other files"


@dataclass(frozen=True, slots=True)
class Mended:
    """A step with a tree, what that assumes, what was left out, and the words that the branch has others for."""

    tree: str
    assumed: tuple[str, ...]
    dropped: tuple[str, ...] = ()
    renamed: frozenset[str] = frozenset()


def mend(store: Quarantine, step: Step, way: Way, present: Container[str]) -> Mended | None:
    """Settle every conflict of a step in one way, or None. `present` holds the paths of the branch's tree."""
    if way in (Way.LINES, Way.WORDS):
        return _settled(store, step, BY_LINE if way is Way.LINES else BY_WORD, present)
    if way in (Way.ABSENT, Way.FUNCTIONS):
        if way is Way.ABSENT and not absent(step.merged):
            return None
        moved = displace(store, step)
        found = _settled(store, moved.step, BY_LINE, present) if moved else None
        if moved is None or found is None:
            return None
        entries = store.entries(found.tree)
        files = {path: Entry(entries[path].mode, store.put(data)) for path, data in moved.files.items()}
        return replace(found, tree=store.graft(found.tree, files), assumed=(*moved.assumed, *found.assumed))
    retold = retell(store, step)
    if retold is None:
        return None
    again = _settled(store, retold.step, BY_LINE if way is Way.NAMES else BY_WORD, present)
    if again is None:
        return None
    return replace(again, assumed=(*retold.assumed, *again.assumed), renamed=retold.words)


def _settled(store: Quarantine, step: Step, level: int, present: Container[str]) -> Mended | None:
    if step.merged.clean:
        return Mended(step.merged.tree, ())
    found: Repair | None = repair(store, step.merged, level, present)
    return Mended(found.tree, found.assumed, found.dropped) if found else None
