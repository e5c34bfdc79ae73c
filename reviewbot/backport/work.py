"""One branch's work: choosing what to take for each wanted change, telling it, and committing it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import Attempt, Clash, ends_of
from reviewbot.backport.bodies import differing_bodies
from reviewbot.backport.build import Builder
from reviewbot.backport.candidates import UPSTREAM, Source
from reviewbot.backport.diff import read_change
from reviewbot.backport.explain import compared, conflicts_of, prerequisites, proposal_of
from reviewbot.backport.lineage import Lineage, Taken, named_sources
from reviewbot.backport.message import Scribe, Style, source_ids
from reviewbot.backport.model import ALREADY, CLEAN, CONFLICT, DOUBTFUL, EMPTY, PROPOSED, Pick
from reviewbot.backport.moved import Moves
from reviewbot.backport.pick import Chosen, Picker, Rules
from reviewbot.backport.solved import with_solutions
from reviewbot.errors import GitError
from reviewbot.git import Plumbing

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    branch: the new branch's name; None for `reviewbot/backport-<target>`
    accept: proposals are committed as well; note: a line in the message says what was adapted
    style: the kind of message (BLOCK, CHERRY), None to learn it; rules: the project's rules, None to leave them out
    build: a shell command that is run in a scratch tree of each result; tell: gets a line before each build
    """

    branch: str | None = None
    dry_run: bool = False
    accept: bool = False
    note: bool = False
    style: str | None = None
    rules: Rules | None = field(default=None, repr=False)
    build: str | None = None
    tell: Callable[[str], None] | None = field(default=None, repr=False)


class Work:
    """What one run knows and reuses from pick to pick and from branch to branch; all it makes is in a quarantine."""

    def __init__(self, git: Plumbing, store: Quarantine, options: Options) -> None:
        self.store, self.options = store, options
        self._scribe = Scribe(store)
        builder = Builder(store, options.build, options.tell) if options.build else None
        self.picker = Picker(store, Moves(store), options.rules, builder)
        try:
            self._committer = git.committer()
        except GitError:
            if not options.dry_run:
                raise
            self._committer = ""

    def choose(self, source: Source, lineage: Lineage, tip: str) -> tuple[Chosen, Pick]:
        """What to take for a change on top of a commit, and the same told; nothing is committed."""
        ours = self.store.resolve(tip, "tree")
        chosen = self.picker.choose(source, lineage, ours)
        state = status(chosen, ours)
        pick = self.told(source, lineage, ours, chosen, state)
        if state not in (ALREADY, EMPTY, CONFLICT):
            pick = replace(pick, message=self._message(source, lineage, chosen.attempt)[0])
        return chosen, pick

    def commit(self, pick: Pick, source: Source, lineage: Lineage, attempt: Attempt | None, tip: str) -> Pick:
        """Make the commit of a pick that has a tree; the pick with the commit's id and message."""
        assert pick.tree is not None
        text, style = self._message(source, lineage, attempt)
        first = source.commits[0]
        commit = self.store.commit_tree(
            pick.tree, [tip], text.encode("utf-8", "surrogateescape"), name=first.author,
            email=first.author_email, date=first.author_date if style.keeps_author_date else "",
        )  # fmt: skip
        return replace(pick, message=text, commit=commit)

    def taken(self, commit: str, branch: str) -> Taken:
        """A commit of ours as the later picks see it."""
        read = self.store.commits([commit])[commit]
        return Taken(read, named_sources(read.message), branch)

    def _message(self, source: Source, lineage: Lineage, attempt: Attempt | None) -> tuple[str, Style]:
        text, style, _ = self._scribe.write(source, lineage, self._committer, self.options.style)
        if self.options.note and attempt is not None and not attempt.clean:
            said = "; ".join((*attempt.moved, *(f"{path} left out" for path in attempt.dropped), *attempt.assumed))
            text = text.rstrip("\n") + f"\n[backport: {said}]\n"
        return text, style

    def told(self, source: Source, lineage: Lineage, ours: str, chosen: Chosen, state: str) -> Pick:
        """What was chosen, in the words of the report."""
        store, attempt = self.store, chosen.attempt
        clash = clash_of(chosen)
        why = prerequisites(store, clash, lineage) if clash else ()
        notes = [*source.why, *(attempt.moved if attempt else ()), *_already_notes(chosen)]
        if attempt and attempt.tree and len(attempt.candidate.steps) == 1:
            base, theirs = ends_of(store, attempt.candidate.steps[0])
            notes += differing_bodies(store, read_change(store, base, theirs), theirs, attempt.tree)
        return Pick(
            upstream=source_ids(source, lineage),
            subject=source.commits[0].subject,
            status=state,
            via=attempt.candidate.via if attempt else None,
            tree=attempt.tree if attempt else None,
            doubts=chosen.doubts,
            findings=chosen.findings,
            prerequisites=why,
            conflicts=with_solutions(store, conflicts_of(store, clash, why), source, lineage) if clash else (),
            proposal=proposal_of(store, attempt, ours) if state == PROPOSED and attempt else None,
            compared=tuple(compared(store, attempt, chosen.others)),
            notes=tuple(notes),
            build=chosen.build,
        )


def clash_of(chosen: Chosen) -> Clash | None:
    """The merge that a person is told about: of what was taken, else of the change as it was given."""
    shown = shown_attempt(chosen)
    return shown.clash if shown else None


def shown_attempt(chosen: Chosen) -> Attempt | None:
    """What was taken, else what was tried with the change as it was given."""
    if chosen.attempt is not None:
        return chosen.attempt
    given = [a for a in chosen.others if a.clash and a.candidate.via == UPSTREAM]
    return next(iter([*given, *(a for a in chosen.others if a.clash)]), None)


def _already_notes(chosen: Chosen) -> list[str]:
    return [f"on the branch as {taken.commit.id[:12]} ({taken.commit.subject})" for taken in chosen.already]


def status(chosen: Chosen, ours: str) -> str:
    """The status of a pick onto the tree `ours`."""
    attempt = chosen.attempt
    if chosen.already:
        return ALREADY
    if attempt is None or attempt.tree is None:
        return CONFLICT
    if attempt.tree == ours:
        return EMPTY
    if not attempt.clean:
        return PROPOSED
    return CLEAN if chosen.sound else DOUBTFUL
