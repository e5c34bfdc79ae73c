"""Ways out of a conflict that a person must confirm: finer merging, finding the place by its lines, leaving out."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewbot.backport.functions import merge_functions
from reviewbot.backport.markers import Region, split
from reviewbot.backport.place import place
from reviewbot.backport.weave import lines_of, merge_lines, merge_words
from reviewbot.git import Entry, Merged

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

_REGULAR = ("100644", "100755")
_BASE, _OURS, _THEIRS = 1, 2, 3
_CONTEXT = 6
BY_LINE, BY_WORD = 0, 1
"""How far a repair of a text goes: by whole lines, or by words within lines as well."""

BY_LINES = "the two sides' lines that touch each other do not depend on each other"
BY_PLACE = "the lines belong where the same lines stand on the branch"
BY_FUNCTION = "functions that moved are the same ones"
BY_WORDS = "both sides' changes within the same lines do not depend on each other"


@dataclass(frozen=True, slots=True)
class Repair:
    """A tree without conflicts; `assumed` says what was taken for granted, `dropped` what was left out."""

    tree: str
    assumed: tuple[str, ...]
    dropped: tuple[str, ...] = ()


def repair(store: Quarantine, merged: Merged, level: int, present: Container[str]) -> Repair | None:
    """Resolve every conflict of a merge, or None. `present` holds the paths of the branch's tree."""
    files: dict[str, Entry | None] = {}
    assumed: dict[str, None] = {}
    dropped: list[str] = []
    for path, stages in merged.conflicts.items():
        if set(stages) == {_BASE, _THEIRS} and path not in present:
            files[path] = None
            dropped.append(path)
            continue
        data = _resolved(store, merged, path, level, assumed)
        if data is None:
            return None
        files[path] = Entry(stages[_OURS].mode, store.put(data))
    return Repair(store.graft(merged.tree, files), tuple(assumed), tuple(dropped))


def sides(store: Quarantine, merged: Merged, path: str) -> tuple[bytes, bytes, bytes] | None:
    """Base, ours and theirs of a conflict of text in ordinary files; None for any other conflict."""
    stages = merged.conflicts[path]
    if not {_OURS, _THEIRS} <= set(stages) or any(stage.mode not in _REGULAR for stage in stages.values()):
        return None
    blobs = store.blobs(entry.id for entry in stages.values())
    base = blobs.get(stages[_BASE].id, b"") if _BASE in stages else b""
    texts = (base, blobs[stages[_OURS].id], blobs[stages[_THEIRS].id])
    return None if any(b"\0" in text for text in texts) else texts


def _resolved(store: Quarantine, merged: Merged, path: str, level: int, assumed: dict[str, None]) -> bytes | None:
    texts = sides(store, merged, path)
    marked = store.file_at(merged.tree, path)
    parts = split(marked) if texts is not None and marked is not None else None
    if texts is None or parts is None:
        return None
    said: dict[str, None] = {}
    data = _regions(parts, texts[0], level, said)
    if data is None and path.endswith((".c", ".h")):
        data = merge_functions(*texts, path)
        said = {BY_FUNCTION: None}
    if data is not None:
        assumed.update(said)
    return data


def _regions(parts: Sequence[bytes | Region], base: bytes, level: int, said: dict[str, None]) -> bytes | None:
    """The file with every region resolved; those that only their lines' place resolves come last."""
    out: list[bytes] = []
    left: list[Region] = []
    for part in parts:
        if isinstance(part, bytes):
            out.append(part)
            continue
        text = merge_lines(part.base, part.ours, part.theirs)
        if text is not None:
            said[BY_LINES] = None
        elif level > 0:
            text = merge_words(part.base, part.ours, part.theirs)
            if text is not None:
                said[BY_WORDS] = None
        if text is None:
            left.append(part)
        out.append(part.ours if text is None else text)
    data: bytes | None = b"".join(out)
    for region in left:
        data = _placed(region, base, data) if data is not None else None
        said[BY_PLACE] = None
    return data


def _placed(region: Region, base: bytes, text: bytes) -> bytes | None:
    """A region's change made where its lines stand in the branch's file; the base lends it some context."""
    before = after = b""
    if region.base and base.count(region.base) == 1:
        start = base.index(region.base)
        before = b"".join(lines_of(base[:start])[-_CONTEXT:])
        after = b"".join(lines_of(base[start + len(region.base) :])[:_CONTEXT])
    return place(before + region.base + after, before + region.theirs + after, text)
