"""What a backport run hands out: a pick for each wanted change, and the branch they are on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from reviewbot.backport.build import Built

CLEAN, DOUBTFUL, PROPOSED, CONFLICT, ALREADY, EMPTY = "clean", "doubtful", "proposed", "conflict", "already", "empty"
STATES = (CLEAN, DOUBTFUL, PROPOSED, CONFLICT, ALREADY, EMPTY)


class Reportable(Protocol):
    """Anything that a report can write, such as a finding of the rules."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a clean pick needs a look: a name that the change relies on, where it stands afterwards, what is wrong."""

    name: str
    path: str
    line: int
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {"name": self.name, "path": self.path, "line": self.line, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """An upstream commit that wrote the lines a conflict is about.

    on_branch: the id of the branch's version of it, or None where the branch lacks it
    elsewhere: newer branches that took it; paths: the conflicting files whose lines it wrote
    """

    commit: str
    subject: str
    on_branch: str | None
    elsewhere: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "commit": self.commit,
            "subject": self.subject,
            "on_branch": self.on_branch,
            "elsewhere": list(self.elsewhere),
            "paths": list(self.paths),
        }


@dataclass(frozen=True, slots=True)
class Solved:
    """What a newer branch's version of the change does in a place: the lines that it takes away, and those it adds."""

    branch: str
    commit: str
    gone: str
    added: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {"branch": self.branch, "commit": self.commit, "gone": self.gone, "added": self.added}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A place that did not merge. `hunk` numbers the places of a file from 1; 0 is the file as a whole.

    ours, theirs: what stands there on the branch, and after the change upstream; newer: how the next newer branch that
    has the change solved it, where that is known
    """

    path: str
    hunk: int
    ours: str
    theirs: str
    why: str
    newer: Solved | None = None

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "path": self.path,
            "hunk": self.hunk,
            "ours": self.ours,
            "theirs": self.theirs,
            "why": self.why,
            "newer": self.newer.to_dict() if self.newer else None,
        }


@dataclass(frozen=True, slots=True)
class Proposal:
    """An unconfirmed way out of a conflict: what it takes for granted, and its effect on the branch as a diff."""

    assumed: tuple[str, ...]
    diff: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {"assumed": list(self.assumed), "diff": self.diff}


@dataclass(frozen=True, slots=True)
class Pick:
    """What became of one wanted change.

    upstream: the mainline commits it stands for (message ids, where it has not landed)
    via: whose version was taken ("upstream", "stable-4.18 0123456789ab")
    commit: None in a dry run, and where nothing was committed; tree: the branch's tree with it
    compared: other versions and how their results relate to this one; notes: what a person should know besides
    build: how the user's build command ended, None where there is none
    resolved: how a person decided on what was not clean, None where nobody was asked
    """

    upstream: tuple[str, ...]
    subject: str
    status: str
    via: str | None = None
    commit: str | None = None
    tree: str | None = None
    message: str | None = None
    doubts: tuple[Doubt, ...] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    proposal: Proposal | None = None
    findings: tuple[Reportable, ...] = ()
    compared: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    build: Built | None = None
    resolved: str | None = None

    @property
    def sound(self) -> bool:
        """Whether no check speaks against it."""
        return not self.doubts and not self.findings and not (self.build and self.build.failed)

    def to_dict(self) -> dict[str, Any]:
        """The pick as the `backport` interface has it."""
        return {
            "upstream": self.upstream[0] if len(self.upstream) == 1 else list(self.upstream),
            "subject": self.subject,
            "status": self.status,
            "via": self.via,
            "commit": self.commit,
            "tree": self.tree,
            "message": self.message,
            "missing_symbols": [doubt.to_dict() for doubt in self.doubts],
            "prerequisites": [entry.to_dict() for entry in self.prerequisites],
            "conflicts": [entry.to_dict() for entry in self.conflicts],
            "proposal": self.proposal.to_dict() if self.proposal else None,
            "findings": [finding.to_dict() for finding in self.findings],
            "compared": list(self.compared),
            "notes": list(self.notes),
            "build": self.build.to_dict() if self.build else None,
            "resolved": self.resolved,
        }


@dataclass(frozen=True, slots=True)
class Backported:
    """A run: `branch` holds the picks on top of `onto`; `tip` is None where no branch was made.

    left: how many changes an interactive run has still to decide on
    """

    target: str
    onto: str
    branch: str
    tip: str | None
    picks: tuple[Pick, ...]
    left: int = 0

    @property
    def done(self) -> bool:
        """Whether nothing is left for a person to resolve."""
        return not self.left and all(pick.resolved or pick.status in (CLEAN, ALREADY, EMPTY) for pick in self.picks)

    def to_dict(self) -> dict[str, Any]:
        """The run as the `backport` interface has it, without its `schema`."""
        return {
            "to": self.target,
            "onto": self.onto,
            "branch": self.branch,
            "tip": self.tip,
            "picks": [pick.to_dict() for pick in self.picks],
            "left": self.left,
        }
