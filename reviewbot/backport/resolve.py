"""What a person resolves by hand: the conflicting files of a step, with markers that show both sides and the base."""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import Attempt
from reviewbot.backport.candidates import Candidate
from reviewbot.backport.explain import as_a_whole
from reviewbot.backport.lineage import Lineage
from reviewbot.backport.model import Doubt, Pick
from reviewbot.backport.pick import Picker
from reviewbot.git import Entry, Merged

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

_WORD = re.compile(rb"\w+")
_REGULAR = ("100644", "100755")
_BASE, _OURS, _THEIRS = 1, 2, 3


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file to resolve: `text` (with markers, or as it was last left) where it can be edited, None where not.

    ours, theirs: what either side has, None where it has nothing there; why: what the conflict is, where it is not
    about lines
    """

    path: str
    text: bytes | None
    mode: str
    ours: Entry | None
    theirs: Entry | None
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Opened:
    """The files of one step that want a person. `tree` is what they are put into."""

    step: int
    tree: str
    files: tuple[OpenFile, ...]


def opened_steps(
    store: Quarantine, picker: Picker, candidate: Candidate, lineage: Lineage, ours: str, drafts: Mapping[str, bytes]
) -> Generator[Opened, str, str]:
    """The steps of a candidate that do not merge, one after the other; each is answered by its resolved tree.

    The generator's value is the tree after the last step. `drafts` are earlier versions by "<step>/<path>".
    """
    tree = ours
    for number, commit in enumerate(candidate.steps):
        merged = picker.merge_step(tree, commit, lineage).merged
        if merged.clean:
            tree = merged.tree
        else:
            files = tuple(
                _open(store, merged, path, drafts.get(f"{number}/{path}")) for path in sorted(merged.conflicts)
            )
            tree = yield Opened(number, merged.tree, files)
    return tree


def _open(store: Quarantine, merged: Merged, path: str, draft: bytes | None) -> OpenFile:
    stages = merged.conflicts[path]
    ours, theirs = stages.get(_OURS), stages.get(_THEIRS)
    why = as_a_whole(stages)
    text = draft
    if text is None and why is None:
        marked = store.file_at(merged.tree, path)
        text = marked if marked is not None and b"\0" not in marked else None
        why = None if text is not None else "a binary file that both sides changed"
    return OpenFile(path, text, ours.mode if ours else "100644", ours, theirs, why)


def opened_doubtful(store: Quarantine, attempt: Attempt, pick: Pick, drafts: Mapping[str, bytes]) -> Opened:
    """The files that a clean but doubtful pick changes, as it leaves them."""
    assert attempt.tree is not None
    before = {path for path, _ in _places(pick)}
    entries = store.entries(attempt.tree)
    files = []
    for path in sorted(path for path in before if path in entries and entries[path].mode in _REGULAR):
        text = drafts.get(f"0/{path}") or store.blob(entries[path].id)
        files.append(OpenFile(path, text, entries[path].mode, entries[path], entries[path]))
    return Opened(0, attempt.tree, tuple(files))


def _places(pick: Pick) -> list[tuple[str, int]]:
    found = [(doubt.path, doubt.line) for doubt in pick.doubts]
    return found + [(data["path"], data["line"]) for data in (finding.to_dict() for finding in pick.findings)]


def standing(store: Quarantine, doubts: Sequence[Doubt], ours: str, tree: str) -> tuple[Doubt, ...]:
    """The doubts that an edit did not settle: what they are about still stands in the files that differ now."""
    changed = {change.path: change.new.id for change in store.changes(ours, tree) if change.new}
    texts = store.blobs(changed.values()).values()
    words = {word for text in texts for word in _WORD.findall(text)}
    return tuple(
        doubt
        for doubt in doubts
        if doubt.path not in changed or words.issuperset(_WORD.findall(doubt.name.encode("utf-8", "surrogateescape")))
    )
