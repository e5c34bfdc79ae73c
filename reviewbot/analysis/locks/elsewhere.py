"""What a function does with locks that another file of the tree defines: looked up when one is called, once a run.

Looked at are only names that say so by their spelling (the rule's `elsewhere`), and only files that are near: the same
folder, the headers that the file includes, and the sources named like these. Several definitions count where all that
are equally near agree; a static one in another source is somebody else's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from reviewbot.analysis.context import Context
from reviewbot.analysis.lean import Excerpt
from reviewbot.analysis.locks.table import LockTable, Op
from reviewbot.analysis.outline import Body, Outline
from reviewbot.csource import SourceFile

_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]', re.MULTILINE)
_STATIC = re.compile(rb"\bstatic\b")
_MACRO = re.compile(rb"#[ \t]*define[ \t]+\Z")
_MOST_FILES = 200  # near one file; Xen's xen/common has half of that
_ROUNDS = 3  # how often more of a definition's file is taken in

Ops = tuple[Op, ...]
# Studies a part of a file at a depth: what its functions and macros do by name, and who of them is undecided.
Studying = Callable[[SourceFile, Context, int], tuple[Mapping[str, Ops], Iterable[str]]]


@dataclass(slots=True)
class Elsewhere:
    """The definitions of a tree, as far as they were asked for."""

    table: LockTable
    context: Context
    study: Studying
    speaks: Callable[[frozenset[bytes]], bool]
    deepest: int = 2
    _stems: dict[str, list[str]] | None = None
    _near: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    _texts: dict[str, bytes] = field(default_factory=dict)
    _known: dict[tuple[str, str], Ops] = field(default_factory=dict)

    def ops(self, name: str, source: SourceFile, whole: bytes, depth: int) -> Ops:
        """What calling `name` in a file does; empty where that is not known."""
        if depth >= self.deepest:
            return ()
        for group in self._files_near(source.path, whole):
            found = {self._of(path, name, depth) for path in group if self._defines(path, name.encode())}
            if found:
                return found.pop() if len(found) == 1 else ()
        return ()

    def _files_near(self, path: str, whole: bytes) -> tuple[tuple[str, ...], ...]:
        """The files to look into, those that share most folders first."""
        if path not in self._near:
            stems = {_stem(name.decode("utf-8", "surrogateescape")) for name in _INCLUDE.findall(whole)}
            by_stem = self._by_stem()
            near = [*by_stem.get("/" + path.rpartition("/")[0], ())]
            near += [p for stem in sorted(stems) for p in by_stem.get(stem, ())]
            groups: dict[int, list[str]] = {}
            for one in [one for one in dict.fromkeys(near) if one != path][:_MOST_FILES]:
                groups.setdefault(_shared(one, path), []).append(one)
            self._near[path] = tuple(tuple(groups[shared]) for shared in sorted(groups, reverse=True))
        return self._near[path]

    def _by_stem(self) -> dict[str, list[str]]:
        """Every C file by its name without ending, and by its folder (with a `/` before it)."""
        if self._stems is None:
            self._stems = {}
            for path in self.context.tree.paths():
                if path.endswith((".c", ".h")):
                    self._stems.setdefault(_stem(path), []).append(path)
                    self._stems.setdefault("/" + path.rpartition("/")[0], []).append(path)
        return self._stems

    def _defines(self, path: str, name: bytes) -> bool:
        """Whether a file defines a function or a macro of this name that others may call."""
        data = self._text(path)
        at = data.find(name)
        while at >= 0:
            if self._is_definition(data, at, at + len(name), path.endswith(".c")):
                return True
            at = data.find(name, at + len(name))
        return False

    def _is_definition(self, data: bytes, start: int, end: int, is_source: bool) -> bool:
        if data[end : end + 1] != b"(":
            return False
        line = data.rfind(b"\n", 0, start) + 1
        head = data[line:start]
        if _MACRO.search(head):
            return True
        if head and not (head[:1].isalpha() and head[-1:] in b" *\t"):
            return False
        if is_source and _STATIC.search(head):
            return False
        stop = data.find(b"\n", end)
        return not data[end : stop if stop >= 0 else len(data)].rstrip().endswith(b";")

    def _text(self, path: str) -> bytes:
        if path not in self._texts:
            self._texts[path] = self.context.tree.read(path) or b""
        return self._texts[path]

    def _of(self, path: str, name: str, depth: int) -> Ops:
        key = (path, name)
        if key not in self._known:
            self._known[key] = ()  # what calls itself in the end says nothing about itself
            self._known[key] = self._summary(path, name, depth)
        return self._known[key]

    def _touches_locks(self, outline: Outline, bodies: Iterable[Body]) -> bool:
        """Whether a function, or one that it calls, has a name of the rule's own in it."""
        words = frozenset().union(*(outline.words(body) for body in bodies))
        if not words.isdisjoint(self.table.names):
            return True
        called = (body for name in words & outline.by_name.keys() for body in outline.by_name[name])
        return any(not outline.words(body).isdisjoint(self.table.names) for body in called)

    def _summary(self, path: str, name: str, depth: int) -> Ops:
        data = self._text(path)
        context = Context(self.context.tree, self.context.macros)
        outline = self.context.remember(("outline", path), lambda: Outline.of(data, context.macros))
        excerpt = Excerpt(path, outline, context, (self.speaks,))
        bodies = excerpt.named([name])
        if not bodies and name.encode() not in outline.macros():
            return ()
        if bodies and (not self._touches_locks(outline, bodies) or (path.endswith(".c") and _is_static(data, bodies))):
            return ()
        excerpt.need(bodies or excerpt.named(_texts(outline.macros()[name.encode()])))
        for _ in range(_ROUNDS):
            source = excerpt.source()
            if source is None:
                return ()
            effects, undecided = self.study(source, context, depth + 1)
            missing = excerpt.others_about(set(undecided) & {name})
            if not missing:
                return effects.get(name, ())
            excerpt.need(missing)
        return ()


def _is_static(data: bytes, bodies: Iterable[Body]) -> bool:
    return any(_STATIC.search(data, body.head, body.start) for body in bodies)


def _texts(names: Iterable[bytes]) -> Iterator[str]:
    return (name.decode("utf-8", "surrogateescape") for name in names)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]


def _shared(one: str, two: str) -> int:
    """How many folders two paths have in common from the top."""
    left, right = one.split("/")[:-1], two.split("/")[:-1]
    return next((n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
