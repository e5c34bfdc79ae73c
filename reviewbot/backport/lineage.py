"""What the stable branches hold: each branch's backports in order, what each was taken from, and what was undone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from reviewbot.git import Commit, Plumbing

# How a message names what its change was taken from: Xen's block, `git cherry-pick -x`, the Linux stable trees' line.
_SOURCE = re.compile(
    r"^(?:master commit: *|\(cherry picked from commit |(?:\[ ?)?[Uu]pstream commit |commit (?=[0-9a-f]{40} upstream))"
    r"([0-9a-f]{7,64})\b",
    re.MULTILINE,
)
_REVERT = re.compile(r"^This reverts commit ([0-9a-f]{7,64})\b", re.MULTILINE)
# "stable-4.17", "staging-4.17", "linux-6.1.y", "release/2.4", "origin/stable-4.17": what stands around the version.
_VERSIONED = re.compile(r"(?P<head>.*?)(?P<version>\d+(?:\.\d+)*)(?P<tail>[^\d/]*)")
_SHORT = 7


def named_sources(message: str) -> tuple[str, ...]:
    """The ids (maybe abbreviated) that a message says its change was taken from, in its order, each once."""
    return tuple(dict.fromkeys(match[1] for match in _SOURCE.finditer(message)))


@dataclass(frozen=True, slots=True)
class Taken:
    """A commit of a stable branch, with what it says it was taken from."""

    commit: Commit
    sources: tuple[str, ...]
    branch: str

    def names(self, oid: str) -> bool:
        """Whether this commit was taken from `oid` (a full id)."""
        return any(oid.startswith(source) for source in self.sources)


@dataclass(frozen=True)
class Line:
    """A branch's own commits, oldest first, as far as some tip of it. `name` is the branch's name.

    left: the mainline's commit that it stands on, where that is known
    """

    name: str
    commits: tuple[Taken, ...]
    length: int
    left: str | None = None

    @cached_property
    def _by_source(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for number, taken in enumerate(self.commits):
            for source in taken.sources:
                found.setdefault(source[:_SHORT], []).append(number)
        return found

    @cached_property
    def _undone(self) -> Mapping[str, int]:
        """Short id of a reverted commit → the place of the revert."""
        return {
            match[1][:_SHORT]: number
            for number, taken in enumerate(self.commits)
            for match in _REVERT.finditer(taken.commit.message)
        }

    def upto(self, length: int) -> Line:
        """The same branch when it had only its first `length` commits."""
        shorter = Line(self.name, self.commits, length, self.left)
        # The indexes are of all commits and are only read below `length`: they can be shared.
        for name in ("_by_source", "_undone", "_short", "_places"):
            shorter.__dict__[name] = getattr(self, name)
        return shorter

    def takes(self, oid: str) -> tuple[Taken, ...]:
        """The commits taken from `oid` that stand, newest first."""
        places = (n for n in self._by_source.get(oid[:_SHORT], ()) if n < self.length)
        found = [self.commits[n] for n in places if self.commits[n].names(oid)]
        return tuple(taken for taken in reversed(found) if not self._is_undone(taken))

    def _is_undone(self, taken: Taken) -> bool:
        place = self._undone.get(taken.commit.id[:_SHORT], self.length)
        return place < self.length

    def newest(self) -> Iterator[Taken]:
        """All commits, newest first."""
        return (self.commits[n] for n in range(self.length - 1, -1, -1))

    def by_id(self, oid: str) -> Taken | None:
        """This branch's own commit of that full id."""
        place = self._places.get(oid)
        return self.commits[place] if place is not None and place < self.length else None

    def by_prefix(self, prefix: str) -> Taken | None:
        """This branch's own commit whose id starts so; `prefix` has seven digits or more."""
        for place in self._short.get(prefix[:_SHORT], ()):
            if place < self.length and self.commits[place].commit.id.startswith(prefix):
                return self.commits[place]
        return None

    @cached_property
    def _short(self) -> Mapping[str, Sequence[int]]:
        found: dict[str, list[int]] = {}
        for number, taken in enumerate(self.commits):
            found.setdefault(taken.commit.id[:_SHORT], []).append(number)
        return found

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {taken.commit.id: n for n, taken in enumerate(self.commits)}


@dataclass(frozen=True)
class Lineage:
    """The target branch as it stands, and the branches newer than it, the nearest first.

    `since` is the commit where the target left the mainline. `older` branches, the nearest first, only tell how their
    maintainers word things.
    """

    target: Line
    newer: tuple[Line, ...] = ()
    since: str | None = None
    older: tuple[Line, ...] = ()

    def taken(self, oid: str) -> Taken | None:
        """A stable branch's commit of that full id."""
        for line in (self.target, *self.newer):
            found = line.by_id(oid)
            if found:
                return found
        return None


def read_line(git: Plumbing, name: str, tip: str, mainline: str | None) -> Line:
    """The commits of a branch (full id of its tip) that the mainline does not have, merges left out."""
    spans = (tip, f"^{mainline}") if mainline else (tip,)
    own = [Taken(c, named_sources(c.message), name) for c in git.log(*spans) if len(c.parents) < 2]
    own.reverse()
    left = next(iter(own[0].commit.parents), None) if own else tip
    return Line(name, tuple(own), len(own), left)


def newer_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """The branches of the same family with a higher version, the nearest first."""
    here = _version(name)
    family = ((version, other) for other in names if (version := _version(other)) and here and version[0] == here[0])
    return tuple(other for version, other in sorted(family) if here and version > here)


def older_names(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """The branches of the same family with a lower version, the nearest first."""
    here = _version(name)
    family = ((version, other) for other in names if (version := _version(other)) and here and version[0] == here[0])
    return tuple(other for version, other in sorted(family, reverse=True) if here and version < here)


def version_of(name: str) -> tuple[int, ...] | None:
    """The version in a branch's name."""
    found = _version(name)
    return found[1] if found else None


def _version(name: str) -> tuple[tuple[str, str], tuple[int, ...]] | None:
    """What stands around the version in a branch's name, and the version."""
    match = _VERSIONED.fullmatch(name)
    return ((match["head"], match["tail"]), _numbers(match["version"])) if match else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
