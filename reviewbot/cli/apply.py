"""`reviewbot apply`: a branch from a review thread."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.guard import CLEAN, FOUND
from reviewbot.cli.options import BaseOption, Format, FormatOption, RequiredTree, SeriesOption, ThreadArgument
from reviewbot.errors import InputError, UsageError

if TYPE_CHECKING:
    from reviewbot.analysis import Finding, Report
    from reviewbot.apply import Plan
    from reviewbot.cli.reading import Job
    from reviewbot.git import Change, GitTree


class Fixups(StrEnum):
    """Which fixups go in when no plan says so."""

    agreed = "agreed"
    all = "all"
    none = "none"


def apply(
    thread: ThreadArgument,
    tree: RequiredTree,
    base: BaseOption = None,
    series: SeriesOption = None,
    plan: Annotated[
        Path | None, typer.Option("--plan", metavar="FILE", help="Do what this plan says.", show_default=False)
    ] = None,
    fixups: Annotated[
        Fixups | None,
        typer.Option("--fixups", help="Which fixups go in. [default: agreed]", show_default=False),
    ] = None,
    branch: Annotated[
        str | None,
        typer.Option(
            "--branch",
            metavar="NAME",
            help="The new branch. [default: reviewbot/<title>-v<N>]",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Make no branch; report what it would hold.")] = False,
    format: FormatOption = Format.text,
) -> int:
    """Make a branch of a series: authors, dates and messages of the mails, tags appended, agreed fixups applied.

    Only the new branch is made. The exit code is 1 when a commit adds a finding, or the tree's MAINTAINERS says that
    the series is not ready; the branch is there all the same.
    """
    from reviewbot.apply import apply_plan
    from reviewbot.cli.reading import read_job
    from reviewbot.policy import judge

    if plan and fixups:
        raise UsageError("--plan and --fixups exclude each other")
    with read_job(thread, tree, base, series, revision_needed=plan is None) as job:
        wanted = _plan(job, plan, fixups or Fixups.agreed)
        start = base or wanted.base or job.base
        maintainers = job.maintainers(start)
        verdict = judge(job.review, maintainers=maintainers, done=wanted.taken)
        rules = _Rules()
        done = apply_plan(
            job.review, wanted, job.repository, base=start, branch=branch, dry_run=dry_run, check=rules, verdict=verdict
        )
    if format is Format.json:
        from reviewbot.report import json

        json.write(sys.stdout, done.to_dict())
    else:
        from reviewbot.report.terminal import os_page
        from reviewbot.report.text import apply as text

        text.write(os_page(sys.stdout), done, rules.reports, str(tree))
    not_ready = maintainers is not None and not verdict.state.startswith("ready")
    return FOUND if not_ready or any(commit.findings for commit in done.commits) else CLEAN


def _plan(job: Job, file: Path | None, fixups: Fixups) -> Plan:
    from reviewbot.apply import check_plan, make_plan, read_plan

    if file is None:
        return make_plan(job.review, job.base, fixups.value)
    try:
        plan = read_plan(file.read_bytes(), str(file))
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    check_plan(plan, job.review, str(file))
    return plan


class _Rules:
    """Checks one commit after the other against its parent, and keeps what each check could not read."""

    def __init__(self) -> None:
        from reviewbot.analysis import load_rules
        from reviewbot.resources import rules_dir

        self._rules = load_rules(rules_dir())
        self.reports: list[Report] = []

    def __call__(self, before: GitTree, after: GitTree, changes: Sequence[Change]) -> Sequence[Finding]:
        from reviewbot.scope import of_changes
        from reviewbot.settings import macro_table

        macros = macro_table(after, os.environ, Path.cwd())
        self.reports.append(of_changes(before, after, changes).run(self._rules, macros))
        return self.reports[-1].findings
