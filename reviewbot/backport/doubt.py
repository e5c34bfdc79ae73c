"""Clean is not right: what a change relies on upstream and the branch does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from reviewbot.backport.diff import FileChange
from reviewbot.backport.model import Doubt
from reviewbot.backport.uses import INCLUDE, NAME, Counts, Place, Uses, count_calls, uses_of
from reviewbot.git.grep import places_of, text_around

if TYPE_CHECKING:
    from reviewbot.git import GitTree, Plumbing

_MOST = 200
"""Names looked up for one change: a change that uses more is new code, and brings its own."""


_DEEPEST, _MOST_HEADERS = 3, 300
"""How far and how many of the headers that headers include are read."""


class Asked:
    """What is not yet known to be on the branch; texts of the branch take away what they hold."""

    def __init__(self, uses: Uses) -> None:
        self.names: dict[str, Place] = dict(uses.names)
        self.members: dict[str, Place] = dict(uses.members)
        self.calls: dict[tuple[str, int], Place] = dict(uses.calls)
        self.counts: Counts = {}

    def less(self, text: bytes) -> None:
        """Take away what stands in a text."""
        self.names = {name: at for name, at in self.names.items() if not _stands(name, text)}
        self.members = {pair: at for pair, at in self.members.items() if not _stands(pair, text)}
        called = {name.encode() for name, _ in self.calls}
        if any(name in text for name in called):
            count_calls(text, self.counts, called)
            self.calls = {(n, c): at for (n, c), at in self.calls.items() if not self._known(n, c)}

    def _known(self, name: str, count: int) -> bool:
        seen = self.counts.get(name.encode(), ())
        return count in seen or None in seen

    def keep(self, text: bytes) -> None:
        """Keep only what stands in a text too."""
        words = {word.decode() for word in NAME.findall(text)}
        self.names = {name: at for name, at in self.names.items() if name in words}
        self.members = {pair: at for pair, at in self.members.items() if _stands(pair, text)}
        counts: Counts = {}
        count_calls(text, counts, {name.encode() for name, _ in self.calls})
        self.calls = {(n, c): at for (n, c), at in self.calls.items() if {c, None} & counts.get(n.encode(), set())}

    def cut(self) -> None:
        """Keep the first ones only."""
        self.names = dict(list(self.names.items())[:_MOST])
        self.members = dict(list(self.members.items())[:_MOST])
        self.calls = dict(list(self.calls.items())[:_MOST])

    def phrases(self) -> set[str]:
        """What to look for."""
        return {*self.names, *self.members, *(name for name, _ in self.calls)}

    def __bool__(self) -> bool:
        return bool(self.names or self.members or self.calls)


def _stands(phrase: str, text: bytes) -> bool:
    return phrase.encode() in text and bool(re.search(rb"\b%s\b" % re.escape(phrase.encode()), text))


def doubts(
    git: Plumbing, change: Sequence[FileChange], base: str, theirs: str, ours: GitTree, result: str
) -> tuple[Doubt, ...]:
    """What the change from `base` to `theirs` relies on, and `ours` lacks, with the place in upstream's file.

    All are full ids of commits or trees, but for the branch's own tree; `result` is that with the change. Names that
    are new upstream as well are the change's own business: only what stood in `base` already is expected of the branch.
    """
    uses = uses_of(change)
    asked = Asked(uses)
    here = str(ours.treeish)
    found_here = [git.file_at(here, file.old_path or file.name) for file in change]
    texts = [data for data in found_here if data is not None]
    if len(texts) < len(found_here):  # files that are new, or stand elsewhere on the branch
        texts += ours.read_many(c.old_path or c.path for c in git.changes(here, result) if c.old).values()
    for data in texts:
        asked.less(data)
    asked.cut()
    _read_headers(asked, texts, ours)
    if asked:
        asked.less(text_around(git, here, asked.phrases(), near(change)))
    found = list(_upstream_only(git, asked, base, here, change)) if asked else []
    found += _headers(git, uses, base, result)
    found += _left_behind(git, uses, change, theirs, result)
    return tuple(sorted(found, key=lambda doubt: (doubt.path, doubt.line, doubt.name)))


def _upstream_only(git: Plumbing, asked: Asked, base: str, ours: str, change: Sequence[FileChange]) -> Iterator[Doubt]:
    """Of what is not near at hand on the branch: what upstream had before, and the branch has nowhere.

    Upstream is asked first: most such names are new there as well, and that ends it.
    """
    upstream = text_around(git, base, asked.phrases(), part_of(change))
    asked.keep(upstream)
    if asked:
        asked.less(text_around(git, ours, asked.phrases(), part_of(change)))
    for name, (path, line) in asked.names.items():
        yield Doubt(name, path, line, "exists upstream, and nowhere on the branch")
    for pair, (path, line) in asked.members.items():
        if not any(part in asked.names for part in re.split(r"\.|->", pair)):
            yield Doubt(pair, path, line, "is a member upstream, and nowhere on the branch")
    for (name, count), (path, line) in asked.calls.items():
        # What the branch never calls or declares is a missing name, not a wrong number of arguments.
        here = asked.counts.get(name.encode())
        if here:
            yield Doubt(name, path, line, f"takes {count} arguments upstream, and {_said(here)} on the branch")


def _said(counts: Iterable[int | None]) -> str:
    return " or ".join(str(count) for count in sorted(c for c in counts if c is not None))


def _headers(git: Plumbing, uses: Uses, base: str, result: str) -> Iterator[Doubt]:
    if not uses.headers:
        return
    there, here = tuple(git.tree(base).paths(suffix=".h")), tuple(git.tree(result).paths(suffix=".h"))
    for name, (path, line) in uses.headers.items():
        end = "/" + name.lstrip("./")
        if any(p.endswith(end) for p in there) and not any(p.endswith(end) for p in here):
            yield Doubt(name, path, line, "is a header upstream, and not on the branch")


def _left_behind(git: Plumbing, uses: Uses, change: Sequence[FileChange], theirs: str, result: str) -> Iterator[Doubt]:
    """Functions and macros that the change takes away from all of upstream, and that the branch still uses."""
    gone = {name: path for name, path in uses.removed.items() if name not in uses.names}
    texts = [git.file_at(theirs, path) or b"" for path in dict.fromkeys(gone.values())]
    kept = {word.decode() for text in texts for word in NAME.findall(text)}
    gone = {name: path for name, path in gone.items() if name not in kept}
    if not gone:
        return
    still = {w.decode() for w in NAME.findall(text_around(git, result, gone, part_of(change), 0))} & set(gone)
    still -= {w.decode() for w in NAME.findall(text_around(git, theirs, still, part_of(change), 0))}
    for name in sorted(still):
        for path, line in places_of(git, result, name, part_of(change))[:1]:
            yield Doubt(name, path, line, "is gone upstream after this change, and still used here")


def _read_headers(asked: Asked, texts: Sequence[bytes], tree: GitTree) -> None:
    """Look into the headers that texts include, and into those that these include: far cheaper than a search."""
    seen: set[str] = set()
    for _ in range(_DEEPEST):
        paths = [path for path in included(texts, tree.entries) if path not in seen] if asked else []
        seen.update(paths)
        texts = list(tree.read_many(paths[:_MOST_HEADERS]).values())
        for data in texts:
            asked.less(data)


def included(texts: Iterable[bytes], paths: Iterable[str]) -> list[str]:
    """The headers that files include, wherever these stand among `paths`: a quick look before a long one."""
    names = dict.fromkeys(name.decode("utf-8", "surrogateescape") for data in texts for name in INCLUDE.findall(data))
    if not names:
        return []
    wanted: dict[str, list[str]] = {}
    for name in names:
        wanted.setdefault(name.rpartition("/")[2], []).append(name)
    headers = ((path, path.rpartition("/")[2]) for path in paths if path.endswith(".h"))
    return [path for path, last in headers if any(_is_meant(name, path) for name in wanted.get(last, ()))]


def _is_meant(name: str, path: str) -> bool:
    """What is included as asm/x.h may stand in a folder asm-<architecture>."""
    if name.rpartition("/")[0] == "asm":
        return path.rpartition("/")[0].rpartition("/")[2].startswith("asm")
    return path.endswith(f"/{name.lstrip('./')}")


def near(change: Sequence[FileChange]) -> list[str]:
    """Where most names are found: the folders of the touched files, and the headers of the same part of the tree."""
    folders = {file.name.rpartition("/")[0] for file in change if "/" in file.name}
    parts = {folder.partition("/")[0] for folder in folders}
    return [f"{f}/*" for f in sorted(folders)] + [f"{p}/*include/*" for p in sorted(parts)]


def part_of(change: Sequence[FileChange]) -> list[str]:
    """The parts of the tree that the change touches, and all headers: parts know each other only through these."""
    tops = {file.name.partition("/")[0] for file in change if "/" in file.name}
    loose = any("/" not in file.name for file in change)
    return [] if loose or not tops else [*(f"{top}/*" for top in sorted(tops)), "*/include/*"]
