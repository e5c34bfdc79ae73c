"""Merging a candidate into the branch's tree: step by step, without a work tree, and keeping what did not fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reviewbot.backport.candidates import Candidate
from reviewbot.git import Commit, Merged

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine


@dataclass(frozen=True, slots=True)
class Clash:
    """A step that did not merge: the tree that it was merged into, the commit, and what git left."""

    ours: str
    commit: Commit
    merged: Merged


@dataclass(frozen=True, slots=True)
class Step:
    """One merge: into the tree `ours`, what changes from the commit `base` to the commit `theirs`.

    elsewhere: files that stand elsewhere on the branch, in words
    """

    merged: Merged
    ours: str
    base: str
    theirs: str
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a candidate: a tree, or none; `clash` is the first step that git did not merge by itself.

    assumed: what a repair took for granted; empty where git merged everything by itself
    dropped: paths that the branch never had, whose change was left out
    moved: files that stand elsewhere on the branch, in words; renamed: upstream's words that the branch has others for
    """

    candidate: Candidate
    tree: str | None
    clash: Clash | None = None
    assumed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    renamed: frozenset[str] = frozenset()

    @property
    def clean(self) -> bool:
        """Whether every step merged by itself."""
        return self.tree is not None and not self.assumed and not self.dropped


def ends_of(store: Quarantine, commit: Commit) -> tuple[str, str]:
    """The commits that a change lies between; a root commit gets an empty one below it."""
    if commit.parents:
        return commit.parents[0], commit.id
    nothing = store.step(store.empty_tree(), None)
    return nothing, store.step(commit.tree, nothing)
