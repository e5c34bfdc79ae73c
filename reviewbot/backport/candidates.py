"""What could be merged for one wanted change: the newer branches' versions of it first, then the change itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reviewbot.backport.lineage import Line, Lineage, Taken, named_sources
from reviewbot.git import Commit

UPSTREAM = "upstream"
_MOST_NEWER = 2
"""A branch further off has nothing that the nearest ones lack."""


@dataclass(frozen=True, slots=True)
class Source:
    """One wanted change: the commits to take, in order; more than one are folded into a single commit.

    why: reasons to take it, where it was not named
    posted: the ids of the mails it was posted in, where the mainline lacks it: its commits have no name that lasts
    """

    commits: tuple[Commit, ...]
    why: tuple[str, ...] = ()
    posted: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The short id of the first commit, and how many follow."""
        more = f" and {len(self.commits) - 1} more" if len(self.commits) > 1 else ""
        return f"{self.commits[0].id[:12]}{more}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Commits whose changes, one after the other, are the wanted change. `via` says whose version it is."""

    via: str
    steps: tuple[Commit, ...]
    version: Taken | None = None


def unchained(source: Source) -> Source:
    """The source without the commits that another one of it was taken from: a change is picked once, as it came last.

    "master's commit, and stable-4.20's version of it" is one change that two names were given for.
    """
    named = {oid for commit in source.commits for oid in named_sources(commit.message)}
    last = tuple(c for c in source.commits if not any(c.id.startswith(oid) for oid in named))
    return replace(source, commits=last) if last else source


def candidates(source: Source, lineage: Lineage) -> tuple[Candidate, ...]:
    """What to try, in order: as the nearest newer branches have it, then as it was given."""
    found: list[Candidate] = []
    for line in lineage.newer:
        if len(found) == _MOST_NEWER:
            break
        version = whole_version(source, line, lineage)
        if version is not None and version.commit not in source.commits:
            found.append(Candidate(f"{line.name} {version.commit.id[:12]}", (version.commit,), version))
        elif len(source.commits) > 1:
            steps = tuple(_part(commit, line, lineage) for commit in source.commits)
            if any(step is not commit for step, commit in zip(steps, source.commits, strict=True)):
                found.append(Candidate(f"{line.name}, one after the other", steps))
    found.append(Candidate(UPSTREAM, source.commits))
    if len(source.commits) > 1:
        found.append(Candidate("upstream, last one first", source.commits[::-1]))
    return tuple(found)


def whole_version(source: Source, line: Line, lineage: Lineage) -> Taken | None:
    """The one commit of a branch that takes exactly the source's commits, however often it was picked on."""
    wanted = {oid for commit in source.commits for oid in origins(commit, lineage)}
    own = {commit.id for commit in source.commits}
    for oid in sorted(wanted | own):
        for taken in line.takes(oid):
            if _covers(taken, wanted, own, lineage):
                return taken
    return None


def _covers(taken: Taken, wanted: set[str], own: set[str], lineage: Lineage) -> bool:
    """Whether a commit takes all of `wanted` and nothing but it and other branches' versions of it."""
    if not all(taken.names(oid) for oid in wanted):
        return False
    return all(_is_of(source, wanted | own, lineage) for source in taken.sources)


def _is_of(source: str, wanted: set[str], lineage: Lineage) -> bool:
    if any(oid.startswith(source) for oid in wanted):
        return True
    passed = next((t for line in (lineage.target, *lineage.newer) if (t := line.by_prefix(source))), None)
    return passed is not None and all(any(oid.startswith(s) for oid in wanted) for s in passed.sources)


def _part(commit: Commit, line: Line, lineage: Lineage) -> Commit:
    version = whole_version(Source((commit,)), line, lineage)
    return version.commit if version else commit


def origins(commit: Commit, lineage: Lineage) -> tuple[str, ...]:
    """The mainline commits that a commit stands for: itself, or those that it says it was taken from."""
    taken = lineage.taken(commit.id)
    if taken is None or not taken.sources:
        return (commit.id,)
    return tuple(_through(taken.sources, lineage))


def _through(sources: Sequence[str], lineage: Lineage) -> Iterator[str]:
    """Sources less the stable branches' commits that the change only came through."""
    for source in sources:
        if not any(line.by_prefix(source) for line in (lineage.target, *lineage.newer)):
            yield source
