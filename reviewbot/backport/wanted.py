"""From what was typed to what is wanted: revisions and ranges to changes, a branch's name to its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reviewbot.backport.candidates import Source, unchained
from reviewbot.backport.lineage import Line, Lineage, newer_names, older_names, read_line
from reviewbot.errors import GitError, InputError
from reviewbot.git import Commit, Plumbing

_MOST_OLDER = 2
MAINLINES = ("master", "main", "mainline", "trunk", "devel")


def read_sources(git: Plumbing, revs: Sequence[str], *, fold: bool = False) -> tuple[Source, ...]:
    """The changes that revisions and ranges ("A..B", oldest first, merges left out) stand for; `fold` makes them one.

    Raises GitError for what git cannot resolve, InputError for a merge and for an empty range.
    """
    ids: dict[str, None] = {}
    for rev in revs:
        if ".." in rev:
            since, until = git.span(rev)
            found = git.between(since or "", until) if since else ()
            if not found:
                raise InputError(f"{rev}: no commit in this range but merges")
            ids.update(dict.fromkeys(found))
        else:
            ids[git.resolve(rev)] = None
    commits = git.commits(ids)
    for oid in ids:
        if oid not in commits:
            raise GitError(f"commit {oid[:12]} is not in {git.git_dir}: a partial clone?")
        if len(commits[oid].parents) > 1:
            raise InputError(f"{oid[:12]} is a merge ({commits[oid].subject}): name the commits that it brought in")
        if oid in git.cut_off() or len(git.commits(commits[oid].parents)) < len(commits[oid].parents):
            raise GitError(f"the parent of {oid[:12]} is not in {git.git_dir}, a shallow clone: git fetch --deepen=1")
    wanted = [commits[oid] for oid in ids]
    return (unchained(Source(tuple(wanted))),) if fold else tuple(Source((commit,)) for commit in wanted)


@dataclass(frozen=True, slots=True)
class Target:
    """A branch to pick to: its name, the commit to start at, and its history and relatives."""

    name: str
    onto: str
    lineage: Lineage
    mainline: str | None = None


def landed_as(git: Plumbing, commit: Commit, base: str, mainline: str | None) -> Commit | None:
    """The mainline's commit above `base` of the same author and subject: what was posted has landed meanwhile."""
    if mainline is None:
        return None
    later = git.log(f"{base}..{mainline}")
    same = (c for c in later if (c.subject, c.author_email) == (commit.subject, commit.author_email))
    return next(same, None)


class Branches:
    """The branches of a repository that a run looks at; each one's history is read once."""

    def __init__(self, git: Plumbing) -> None:
        self._git = git
        self._lines: dict[tuple[str, str], Line] = {}

    def target(self, name: str, onto: str | None = None) -> Target:
        """A branch by its name (local, else of a remote), and where to start on it; GitError when there is none."""
        names = self._family(name)
        tip = names[name]
        start = self._git.resolve(onto) if onto else tip
        remote = name.partition("/")[0]
        known = (*MAINLINES, *(f"{remote}/{main}" for main in MAINLINES))
        mainline = next((names[main] for main in known if main in names and main != name), None)
        since = self._git.merge_base(start, mainline) if mainline else None
        newer = tuple(self._line(other, names[other], mainline) for other in newer_names(name, names))
        before = older_names(name, names)[:_MOST_OLDER]
        older = tuple(self._line(other, names[other], mainline) for other in before)
        return Target(name, start, Lineage(self._line(name, start, mainline), newer, since, older), mainline)

    def order(self, names: Sequence[str]) -> tuple[str, ...]:
        """Branches of one family, the newest first; others as they were given."""
        return tuple(sorted(dict.fromkeys(names), key=lambda name: len(newer_names(name, names))))

    def _family(self, name: str) -> Mapping[str, str]:
        """The branches beside this one, by the names that it goes by: local ones, else those of its remote."""
        local = self._git.refs("refs/heads/")
        if name in local:
            return local
        remotes = self._git.refs("refs/remotes/")
        if name in remotes:
            remote = name.partition("/")[0]
            return {key: oid for key, oid in remotes.items() if key.startswith(f"{remote}/")}
        found = sorted(key for key in remotes if key.partition("/")[2] == name)
        if len(found) > 1:
            raise GitError(f"several remotes have a branch {name!r}: {', '.join(found)}")
        if not found:
            raise GitError(f"no branch {name!r} in {self._git.git_dir}")
        return self._git.refs(f"refs/remotes/{found[0].partition('/')[0]}/")

    def _line(self, name: str, tip: str, mainline: str | None) -> Line:
        if (name, tip) not in self._lines:
            self._lines[name, tip] = read_line(self._git, name, tip, mainline)
        return self._lines[name, tip]
