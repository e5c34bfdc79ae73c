"""`reviewbot apply`: a branch from a review thread."""

from __future__ import annotations

import os
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.guard import CLEAN, FOUND, tell_bugs
from reviewbot.cli.options import BaseOption, Format, FormatOption, RequiredTree, SeriesOption, ThreadArgument
from reviewbot.errors import InputError, UsageError

if TYPE_CHECKING:
    from reviewbot.apply import Applied, Plan
    from reviewbot.cli.commit_check import CommitCheck
    from reviewbot.cli.reading import Job


class Fixups(StrEnum):
    """Which fixups go in when no plan says so."""

    agreed = "agreed"
    all = "all"
    none = "none"


PlanOption = Annotated[
    Path | None, typer.Option("--plan", metavar="FILE", help="Do what this plan says.", show_default=False)
]
FixupsOption = Annotated[
    Fixups | None, typer.Option("--fixups", help="Which fixups go in. [default: agreed]", show_default=False)
]
BranchOption = Annotated[
    str | None,
    typer.Option(
        "--branch", metavar="NAME", help="The new branch. [default: reviewbot/<title>-v<N>]", show_default=False
    ),
]
InteractiveOption = Annotated[
    bool, typer.Option("--interactive", help="Ask about one request after the other; the choices are kept as a plan.")
]
NoteOption = Annotated[
    bool, typer.Option("--note", help="Add a line `[initials: what]` to the message of each commit that was edited.")
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Make no branch; report what it would hold.")]


def apply(
    thread: ThreadArgument,
    tree: RequiredTree,
    base: BaseOption = None,
    series: SeriesOption = None,
    plan: PlanOption = None,
    fixups: FixupsOption = None,
    branch: BranchOption = None,
    interactive: InteractiveOption = False,
    note: NoteOption = False,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.text,
) -> int:
    """Make a branch of a series: authors, dates and messages of the mails, tags appended, agreed fixups applied.

    Only the new branch is made. The exit code is 1 when a commit adds a finding, or the tree's MAINTAINERS says that
    the series is not ready; the branch is there all the same.
    """
    from reviewbot import settings
    from reviewbot.apply import apply_plan, initials_of, range_diff
    from reviewbot.cli.commit_check import CommitCheck
    from reviewbot.cli.reading import read_job
    from reviewbot.policy import judge

    if plan and fixups:
        raise UsageError("--plan and --fixups exclude each other")
    with read_job(thread, tree, base, series, revision_needed=plan is None) as job:
        wanted = _plan(job, plan if not interactive or (plan and plan.exists()) else None, fixups or Fixups.agreed)
        start = base or wanted.base or job.base
        if interactive:
            from reviewbot.cli.interactive import at_terminal

            chosen = at_terminal(job, wanted, plan, base=start)
            if chosen is None:
                return CLEAN  # stopped: the choices are kept, nothing was committed
            wanted = chosen
        maintainers = job.maintainers(start)
        verdict = judge(
            job.review,
            maintainers=maintainers,
            calendar=settings.calendar(os.environ, Path.cwd()),
            today=date.today(),
            done=wanted.taken,
        )
        rules = CommitCheck()
        initials = initials_of(job.repository.committer()) if note else None
        done = apply_plan(
            job.review, wanted, job.repository, base=start, branch=branch, dry_run=dry_run, check=rules,
            verdict=verdict, note=initials,
        )  # fmt: skip
        proof = "" if format is Format.json else range_diff(job.review, wanted, job.repository, base=start)
    _print(format, done, rules, tree, proof)
    if rules.bugs:
        return tell_bugs(rules.bugs)
    not_ready = maintainers is not None and not verdict.state.startswith("ready")
    return FOUND if not_ready or any(commit.findings for commit in done.commits) else CLEAN


def _print(format: Format, done: Applied, rules: CommitCheck, tree: Path, proof: str) -> None:
    """What was made, as data or for people, with the range-diff of posted against made."""
    if format is Format.json:
        from reviewbot.report import json

        json.write(sys.stdout, done.to_dict())
        return
    from reviewbot.report.terminal import os_page
    from reviewbot.report.text import apply as text
    from reviewbot.report.text import proof as proof_text

    page = os_page(sys.stdout)
    effects = [[effect.to_dict() for effect in one] for one in rules.effects]
    text.write(page, done, rules.reports, effects, str(tree))
    proof_text.write(page, proof)


def _plan(job: Job, file: Path | None, fixups: Fixups) -> Plan:
    from reviewbot.apply import check_plan, commit_lookup, make_plan, read_plan

    if file is None:
        return make_plan(job.review, job.base, fixups.value, lookup=commit_lookup(job.repository))
    try:
        plan = read_plan(file.read_bytes(), str(file))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    check_plan(plan, job.review, str(file))
    return plan
