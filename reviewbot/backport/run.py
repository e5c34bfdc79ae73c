"""A whole run: changes to commits on new branches, all in a quarantine until the end."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from reviewbot.backport.candidates import Source
from reviewbot.backport.lineage import Line, Taken
from reviewbot.backport.model import PROPOSED, Backported, Pick, Reportable
from reviewbot.backport.pick import Rules
from reviewbot.backport.requested import requested
from reviewbot.backport.wanted import Branches, Target
from reviewbot.backport.work import Options, Work
from reviewbot.errors import GitError, UsageError
from reviewbot.git import Change, Plumbing

if TYPE_CHECKING:
    from reviewbot.analysis import Rule, Tree
    from reviewbot.analysis.fault import Fault
    from reviewbot.csource import MacroTable
    from reviewbot.git.quarantine import Quarantine

REASON = "reviewbot: backport"


def backport(
    git: Plumbing,
    sources: Sequence[Source] | None,
    to: Sequence[str],
    onto: str | None = None,
    options: Options | None = None,
) -> tuple[Backported, ...]:
    """Pick changes to branches, the newest branch first; each run's result serves the older branches.

    `sources` is None for what each branch still lacks (see `requested`). `git` may be a quarantine: then the sources'
    commits may be there alone.

    Only the new branches (`options.branch`, or `reviewbot/backport-<target>`) are made; in a dry run, or where nothing
    was picked, not even these. Raises GitError and InputError with one line.
    """
    how = options or Options()
    branches = Branches(git)
    names = branches.order(to)
    if len(names) > 1 and (onto or how.branch):
        raise UsageError("--onto and --branch go with a single branch")
    targets = [branches.target(name, onto) for name in names]
    refs = [ref_of(target.name, how.branch) for target in targets]
    for ref in refs if not how.dry_run else ():
        ensure_free(git, ref)
    done: list[Backported] = []
    made: dict[str, tuple[Taken, ...]] = {}
    with place(git) as store:
        work = Work(git, store, how)
        for target, ref in zip(targets, refs, strict=True):
            whole = _with_made(target, made)
            wanted = requested(store, whole) if sources is None else sources
            run, taken = _run(work, whole, wanted, ref.removeprefix("refs/heads/"))
            made[target.name] = taken
            done.append(run)
        if not how.dry_run:
            for run, ref in zip(done, refs, strict=True):
                if run.tip:
                    store.publish(ref, run.tip, REASON)
    return tuple(done)


def place(git: Plumbing) -> AbstractContextManager[Quarantine]:
    """Where a run makes its objects: `git` itself if that is a quarantine, else one of its own."""
    from reviewbot.git.quarantine import Quarantine

    return nullcontext(git) if isinstance(git, Quarantine) else git.quarantine()


def ref_of(target: str, branch: str | None) -> str:
    """The ref of the new branch."""
    return f"refs/heads/{branch or f'reviewbot/backport-{target}'}"


def ensure_free(git: Plumbing, ref: str) -> None:
    """GitError where there is such a branch."""
    if git.has_ref(ref):
        raise GitError(f"there is a branch {ref.removeprefix('refs/heads/')!r} already: name another one (--branch)")


def _with_made(target: Target, made: dict[str, tuple[Taken, ...]]) -> Target:
    """The target with newer branches as this run leaves them."""
    newer = tuple(longer(line, made.get(line.name, ())) for line in target.lineage.newer)
    return replace(target, lineage=replace(target.lineage, newer=newer))


def longer(line: Line, taken: tuple[Taken, ...]) -> Line:
    """A branch with commits on top of it."""
    if not taken:
        return line
    commits = (*line.commits[: line.length], *taken)
    return Line(line.name, commits, len(commits), line.left)


def _run(work: Work, target: Target, sources: Sequence[Source], branch: str) -> tuple[Backported, tuple[Taken, ...]]:
    """Pick the changes one after the other; each builds on those before that were committed."""
    tip, taken = target.onto, tuple[Taken, ...]()
    picks: list[Pick] = []
    for source in sources:
        lineage = replace(target.lineage, target=longer(target.lineage.target, taken))
        chosen, pick = work.choose(source, lineage, tip)
        if pick.message is not None and (pick.status != PROPOSED or work.options.accept):
            pick = work.commit(pick, source, lineage, chosen.attempt, tip)
        picks.append(pick)
        if pick.commit is not None:
            tip = pick.commit
            taken = (*taken, work.taken(tip, target.name))
    if work.options.dry_run:
        picks = [replace(pick, commit=None) for pick in picks]
    end = tip if tip != target.onto and not work.options.dry_run else None
    return Backported(target.name, target.onto, branch, end, tuple(picks)), taken


def project_rules(
    rules: Sequence[Rule] | None = None, macros: MacroTable | None = None, bugs: list[Fault] | None = None
) -> Rules:
    """Rules as the picks run them: what a change adds. The shipped ones, where none are given.

    `bugs` takes what was not looked at because of an error in reviewbot itself.
    """
    from reviewbot.analysis import check_change, load_rules
    from reviewbot.csource import MacroTable
    from reviewbot.resources import rules_dir

    wanted, table = load_rules(rules_dir()) if rules is None else rules, macros or MacroTable.load()

    def run(before: Tree, after: Tree, changes: Sequence[Change]) -> Sequence[Reportable]:
        paths = {p for c in changes for p in (c.path, c.old_path if c.status == "renamed" else None) if p}
        renames = {c.path: c.old_path for c in changes if c.status == "renamed" and c.old_path}
        report = check_change(before, after, sorted(paths), wanted, table, renames=renames)
        if bugs is not None:
            bugs.extend(report.bugs)
        return report.findings

    return run
