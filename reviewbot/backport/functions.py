"""Merging a C file function by function, wherever each stands: so functions that moved are no conflict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from reviewbot.backport.weave import merge_lines
from reviewbot.csource import MacroTable, parse

_MARK = b"\x01function %s\x01\n"
MOST_BYTES = 600_000


@dataclass(frozen=True, slots=True)
class Cut:
    """A file with a mark of one line in place of each function, and the functions' texts."""

    skeleton: bytes
    bodies: Mapping[str, bytes]

    def joined(self) -> bytes:
        """The file with each function in its place."""
        text = self.skeleton
        for name, body in self.bodies.items():
            text = text.replace(_MARK % name.encode(), body)
        return text


def merge_functions(base: bytes, ours: bytes, theirs: bytes, path: str) -> bytes | None:
    """Three-way merge of the functions by name, and of what stands between them; None where either does not merge.

    A function that one side lacks is that side's wish only where the other did not change it.
    """
    if max(len(base), len(ours), len(theirs)) > MOST_BYTES:
        return None
    macros = MacroTable.load()
    cuts = [cut(data, path, macros) for data in (base, ours, theirs)]
    if any(cut is None for cut in cuts):
        return None
    b, o, t = (cut for cut in cuts if cut is not None)
    skeleton = merge_lines(b.skeleton, o.skeleton, t.skeleton)
    if skeleton is None:
        return None
    for name in {*b.bodies, *o.bodies, *t.bodies}:
        mark = _MARK % name.encode()
        if mark not in skeleton:
            if name in o.bodies and name in t.bodies:
                return None
            # Gone on one side: that must not lose a change of the other.
            if name in b.bodies and (o.bodies.get(name) or t.bodies.get(name)) not in (None, b.bodies[name]):
                return None
            continue
        body = merge_bodies(b.bodies.get(name), o.bodies.get(name), t.bodies.get(name))
        if body is None or skeleton.count(mark) != 1:
            return None
        skeleton = skeleton.replace(mark, body)
    return skeleton


def merge_bodies(base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | None:
    """Three-way merge of one function, None where it does not merge; a side that lacks it leaves it to the other."""
    if ours is None or theirs is None:
        return ours if theirs is None else theirs
    if ours == theirs or theirs == base:
        return ours
    if ours == base:
        return theirs
    return merge_lines(base or b"", ours, theirs)


def cut(data: bytes, path: str, macros: MacroTable) -> Cut | None:
    """Take the functions out; those of the same name (in two arms of an #if) stay where they are."""
    source = parse(data, path, macros)
    names = Counter(function.name for function in source.functions)
    lines = data.split(b"\n")
    out: list[bytes] = []
    bodies: dict[str, bytes] = {}
    at = 0
    for function in sorted(source.functions, key=lambda f: f.line):
        start, end = function.line - 1, function.end_line
        if names[function.name] > 1 or start < at:
            continue
        # The type may stand on a line of its own above the name.
        start = min(start, data.count(b"\n", 0, function.node.start_byte))
        if start < at:
            return None
        out += [*(line + b"\n" for line in lines[at:start]), _MARK % function.name.encode()]
        bodies[function.name] = b"".join(line + b"\n" for line in lines[start:end])
        at = end
    out.append(b"\n".join(lines[at:]))
    return Cut(b"".join(out), bodies)
