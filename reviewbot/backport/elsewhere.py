"""Functions that stand in another file of the branch: the change of such a function is made where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import Step
from reviewbot.backport.functions import Cut, cut, merge_bodies
from reviewbot.csource import MacroTable
from reviewbot.git import Entry
from reviewbot.git.grep import places_of

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

_BASE, _OURS, _THEIRS = 1, 2, 3
_MOST_FILES, _MOST_FUNCTIONS = 12, 6
_NAME = re.compile(r"[A-Za-z_]\w+")


@dataclass(frozen=True, slots=True)
class Displaced:
    """A step merged again without the functions that stand elsewhere; `files` are those, by path, with the change."""

    step: Step
    files: Mapping[str, bytes]
    assumed: tuple[str, ...]


def displace(store: Quarantine, step: Step) -> Displaced | None:
    """Merge a step again with the changes of moved functions made where they stand; None where there are none."""
    macros = MacroTable.load()
    files: dict[str, bytes] = {}
    assumed: list[str] = []
    theirs: dict[str, Entry | None] = {}
    for path, stages in step.merged.conflicts.items():
        if not path.endswith((".c", ".h")) or not {_BASE, _THEIRS} <= set(stages):
            continue
        texts = store.blobs(entry.id for entry in stages.values())
        sides = [cut(texts[stages[s].id], path, macros) if s in stages else None for s in (_BASE, _OURS, _THEIRS)]
        base, ours, new = sides
        if base is None or new is None or (ours is None and _OURS in stages):
            continue
        back = dict(new.bodies)
        for name in _missing(base, ours, new):
            found = _found(store, step.merged.tree, name, path, files, macros)
            if found is None:
                return None
            other, there = found
            body = merge_bodies(base.bodies[name], there.bodies[name], new.bodies[name])
            if body is None or other in step.merged.conflicts:
                return None
            files[other] = Cut(there.skeleton, {**there.bodies, name: body}).joined()
            back[name] = base.bodies[name]
            assumed.append(f"{name}() of {path} is the one in {other} on the branch")
        if back != new.bodies:
            theirs[path] = Entry(stages[_THEIRS].mode, store.put(Cut(new.skeleton, back).joined()))
    if not assumed:
        return None
    above = store.step(store.graft(store.resolve(step.theirs, "tree"), theirs), step.base)
    again = Step(store.merge(step.ours, step.base, above), step.ours, step.base, above, step.elsewhere)
    return Displaced(again, files, tuple(assumed))


def _missing(base: Cut, ours: Cut | None, new: Cut) -> Iterator[str]:
    """The functions that the change touches, and that the branch's file does not have."""
    here = ours.bodies if ours else {}
    found = [n for n, body in new.bodies.items() if n in base.bodies and body != base.bodies[n] and n not in here]
    yield from found[:_MOST_FUNCTIONS]


def _found(
    store: Quarantine, tree: str, name: str, path: str, files: Mapping[str, bytes], macros: MacroTable
) -> tuple[str, Cut] | None:
    """The one other file of the branch that defines a function of this name, taken apart."""
    if not _NAME.fullmatch(name):
        return None
    top = path.partition("/")[0]
    places = places_of(store, tree, name, [f"{top}/*.c", f"{top}/*.h"], _MOST_FILES + 1)
    paths = dict.fromkeys(place for place, _ in places if place != path)
    if len(places) > _MOST_FILES:
        return None
    found = []
    for other in paths:
        data = files.get(other) or store.file_at(tree, other) or b""
        taken = cut(data, other, macros)
        if taken is not None and name in taken.bodies:
            found.append((other, taken))
    return found[0] if len(found) == 1 else None
