"""What a branch still lacks: upstream commits that say so themselves, or that the next newer branch took, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from reviewbot.backport.candidates import Source
from reviewbot.backport.lineage import version_of
from reviewbot.backport.wanted import MAINLINES, Target
from reviewbot.errors import GitError
from reviewbot.git import Commit, Plumbing

_FIXES = re.compile(r"^Fixes: *(?:commit )?([0-9a-f]{7,40})\b", re.MULTILINE | re.IGNORECASE)
# "Backport: 4.16", "Backport: 4.15+ # the first one that has it": the versions in front of a comment.
_BACKPORT = re.compile(r"^Backport: *([^#\n]*)", re.MULTILINE | re.IGNORECASE)
_VERSION = re.compile(r"\d+(?:\.\d+)+")
_XSA = re.compile(r"\bXSA-\d+\b")
_SHORT = 7


def requested(git: Plumbing, target: Target) -> tuple[Source, ...]:
    """The mainline's commits since the branch left it that are asked for and not taken, oldest first, each with `why`.

    A Fixes: line counts where its commit is on the branch, a Backport: line where the branch is not older than the
    version it names. Both are requests: a maintainer still judges. Raises GitError where nothing can be told.
    """
    if target.mainline is None:
        raise GitError(f"there is no mainline beside {target.name} ({', '.join(MAINLINES)}): name the commits instead")
    if target.lineage.since is None:
        said = ", for this is a shallow clone: git fetch --unshallow" if git.cut_off() else ""
        raise GitError(f"{target.name} and the mainline have no common ancestor here{said}")
    later = [c for c in git.log(f"{target.lineage.since}..{target.mainline}") if len(c.parents) < 2][::-1]
    on_branch = _Present(git, target, later)
    found = []
    for commit in later:
        if not target.lineage.target.takes(commit.id):
            why = tuple(_reasons(commit, target, on_branch))
            if why:
                found.append(Source((commit,), why))
    return tuple(found)


def _reasons(commit: Commit, target: Target, on_branch: _Present) -> Iterator[str]:
    nearest = target.lineage.newer[0] if target.lineage.newer else None
    if nearest is not None and nearest.takes(commit.id):
        yield f"{nearest.name} has it"
    for match in _FIXES.finditer(commit.message):
        if match[1].lower() in on_branch:
            yield f"it fixes {match[1][:12]}, which the branch has"
    own = version_of(target.name)
    for match in _BACKPORT.finditer(commit.message):
        versions = [tuple(map(int, text.split("."))) for text in _VERSION.findall(match[1])]
        if own is not None and versions and min(versions) <= own:
            yield f"it asks for it (Backport: {match[1].strip()})"
    yield from (f"it is part of {name}" for name in dict.fromkeys(_XSA.findall(commit.message)))


class _Present:
    """Which commits a branch has, by abbreviated ids: those from before it left the mainline, and those it took."""

    def __init__(self, git: Plumbing, target: Target, later: Sequence[Commit]) -> None:
        self._line = target.lineage.target
        self._later: dict[str, list[str]] = {}
        for commit in later:
            self._later.setdefault(commit.id[:_SHORT], []).append(commit.id)
        named = {m[1].lower() for commit in later for m in _FIXES.finditer(commit.message)}
        self._known = _existing(git, sorted(named))

    def __contains__(self, short: str) -> bool:
        full = [oid for oid in self._later.get(short[:_SHORT], ()) if oid.startswith(short)]
        return bool(self._line.takes(full[0])) if full else short in self._known


def _existing(git: Plumbing, names: Sequence[str]) -> Mapping[str, str]:
    """Of abbreviated ids those that stand for one commit, with its full id."""
    out = git.run("cat-file", "--batch-check", stdin="".join(f"{name}\n" for name in names).encode()) if names else b""
    rows = zip(names, out.decode("utf-8", "replace").splitlines(), strict=False)
    return {name: row.split()[0] for name, row in rows if row.split()[1:2] == ["commit"]}
