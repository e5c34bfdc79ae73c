"""A whole run: changes to commits on a new branch, all in a quarantine until the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import ends_of
from reviewbot.backport.bodies import differing_bodies
from reviewbot.backport.candidates import Source
from reviewbot.backport.diff import read_change
from reviewbot.backport.explain import compared, conflicts_of, prerequisites, proposal_of
from reviewbot.backport.lineage import Line, Lineage, Taken, named_sources
from reviewbot.backport.message import Scribe, Style, source_ids
from reviewbot.backport.model import ALREADY, CLEAN, CONFLICT, DOUBTFUL, EMPTY, PROPOSED, Backported, Pick, Reportable
from reviewbot.backport.moved import Moves
from reviewbot.backport.pick import Chosen, Picker, Rules
from reviewbot.backport.requested import requested
from reviewbot.backport.wanted import Branches, Target
from reviewbot.errors import GitError, UsageError
from reviewbot.git import Change, Plumbing

if TYPE_CHECKING:
    from reviewbot.analysis import Tree
    from reviewbot.git.quarantine import Quarantine

_REASON = "reviewbot: backport"


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    branch: the new branch's name; None for `reviewbot/backport-<target>`
    accept: proposals are committed as well; note: a line in the message says what was adapted
    style: how messages are worded, None to learn it; rules: the project's rules, None to leave them out
    """

    branch: str | None = None
    dry_run: bool = False
    accept: bool = False
    note: bool = False
    style: Style | None = None
    rules: Rules | None = field(default=None, repr=False)


def backport(
    git: Plumbing,
    sources: Sequence[Source] | None,
    to: Sequence[str],
    onto: str | None = None,
    options: Options | None = None,
) -> tuple[Backported, ...]:
    """Pick changes to branches, the newest branch first; each run's result serves the older branches.

    `sources` is None for what each branch still lacks (see `requested`).

    Only the new branches (`options.branch`, or `reviewbot/backport-<target>`) are made; in a dry run, or where nothing
    was picked, not even these. Raises GitError and InputError with one line.
    """
    how = options or Options()
    branches = Branches(git)
    names = branches.order(to)
    if len(names) > 1 and (onto or how.branch):
        raise UsageError("--onto and --branch go with a single branch")
    targets = [branches.target(name, onto) for name in names]
    refs = [f"refs/heads/{how.branch or f'reviewbot/backport-{target.name}'}" for target in targets]
    for ref in refs:
        if git.has_ref(ref) and not how.dry_run:
            raise GitError(
                f"there is a branch {ref.removeprefix('refs/heads/')!r} already: name another one (--branch)"
            )
    done: list[Backported] = []
    made: dict[str, tuple[Taken, ...]] = {}
    with git.quarantine() as store:
        work = _Work(git, store, how)
        for target, ref in zip(targets, refs, strict=True):
            whole = _with_made(target, made)
            wanted = requested(store, whole) if sources is None else sources
            run, taken = work.run(whole, wanted, ref.removeprefix("refs/heads/"))
            made[target.name] = taken
            done.append(run)
        if not how.dry_run:
            for run, ref in zip(done, refs, strict=True):
                if run.tip:
                    store.publish(ref, run.tip, _REASON, run.onto)
    return tuple(done)


def _with_made(target: Target, made: dict[str, tuple[Taken, ...]]) -> Target:
    """The target with newer branches as this run leaves them."""
    newer = tuple(_longer(line, made.get(line.name, ())) for line in target.lineage.newer)
    return replace(target, lineage=replace(target.lineage, newer=newer))


def _longer(line: Line, taken: tuple[Taken, ...]) -> Line:
    if not taken:
        return line
    commits = (*line.commits[: line.length], *taken)
    return Line(line.name, commits, len(commits))


class _Work:
    """One quarantine's work on one branch after the other."""

    def __init__(self, git: Plumbing, store: Quarantine, options: Options) -> None:
        self._store, self._options = store, options
        self._scribe = Scribe(store)
        self._picker = Picker(store, Moves(store), options.rules)
        try:
            self._committer = git.committer()
        except GitError:
            if not options.dry_run:
                raise
            self._committer = ""

    def run(self, target: Target, sources: Sequence[Source], branch: str) -> tuple[Backported, tuple[Taken, ...]]:
        """Pick the changes one after the other; each builds on those before that were committed."""
        tip, taken = target.onto, tuple[Taken, ...]()
        picks: list[Pick] = []
        for source in sources:
            lineage = replace(target.lineage, target=_longer(target.lineage.target, taken))
            pick, commit = self._pick(source, lineage, tip)
            picks.append(pick)
            if commit is not None:
                tip = commit
                read = self._store.commits([commit])[commit]
                taken = (*taken, Taken(read, named_sources(read.message), target.name))
        if self._options.dry_run:
            picks = [replace(pick, commit=None) for pick in picks]
        end = tip if tip != target.onto and not self._options.dry_run else None
        return Backported(target.name, target.onto, branch, end, tuple(picks)), taken

    def _pick(self, source: Source, lineage: Lineage, tip: str) -> tuple[Pick, str | None]:
        ours = self._store.resolve(tip, "tree")
        chosen = self._picker.choose(source, lineage, ours)
        state = status(chosen, ours)
        pick = self._told(source, lineage, ours, chosen, state)
        if state in (ALREADY, EMPTY, CONFLICT):
            return pick, None
        text, style = self._message(source, lineage, chosen)
        pick = replace(pick, message=text)
        if state == PROPOSED and not self._options.accept:
            return pick, None
        first = source.commits[0]
        commit = self._store.commit_tree(
            pick.tree or ours, [tip], text.encode("utf-8", "surrogateescape"), name=first.author,
            email=first.author_email, date=first.author_date if style.keeps_author_date else "",
        )  # fmt: skip
        return replace(pick, commit=commit), commit

    def _message(self, source: Source, lineage: Lineage, chosen: Chosen) -> tuple[str, Style]:
        text, style, _ = self._scribe.write(source, lineage, self._committer, self._options.style)
        attempt = chosen.attempt
        if self._options.note and attempt is not None and not attempt.clean:
            said = "; ".join((*attempt.moved, *(f"{path} left out" for path in attempt.dropped), *attempt.assumed))
            text = text.rstrip("\n") + f"\n[backport: {said}]\n"
        return text, style

    def _told(self, source: Source, lineage: Lineage, ours: str, chosen: Chosen, state: str) -> Pick:
        store, attempt = self._store, chosen.attempt
        clash = attempt.clash if attempt else next((a.clash for a in chosen.others[::-1] if a.clash), None)
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
            conflicts=conflicts_of(store, clash, why) if clash else (),
            proposal=proposal_of(store, attempt, ours) if state == PROPOSED and attempt else None,
            compared=tuple(compared(store, attempt, chosen.others)),
            notes=tuple(notes),
        )


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
    return DOUBTFUL if chosen.doubts or chosen.findings else CLEAN


def project_rules() -> Rules:
    """The shipped rules, as the picks run them: what a change adds."""
    from reviewbot.analysis import check_change, load_rules
    from reviewbot.csource import MacroTable
    from reviewbot.resources import rules_dir

    rules, macros = load_rules(rules_dir()), MacroTable.load()

    def run(before: Tree, after: Tree, changes: Sequence[Change]) -> Sequence[Reportable]:
        paths = {p for c in changes for p in (c.path, c.old_path if c.status == "renamed" else None) if p}
        renames = {c.path: c.old_path for c in changes if c.status == "renamed" and c.old_path}
        return check_change(before, after, sorted(paths), rules, macros, renames=renames).findings

    return run
