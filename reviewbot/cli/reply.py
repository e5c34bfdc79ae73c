"""`reviewbot reply`: the draft of a mail that answers a series. Nothing is sent."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.guard import CLEAN, say, tell_bugs
from reviewbot.cli.options import BaseOption, RequiredTree, SeriesOption, ThreadArgument
from reviewbot.errors import GitError, InputError

if TYPE_CHECKING:
    from reviewbot.analysis.fault import Fault
    from reviewbot.cli.reading import Job
    from reviewbot.report.reply_mail import Draft


def reply(
    thread: ThreadArgument,
    tree: RequiredTree,
    base: BaseOption = None,
    series: SeriesOption = None,
    branch: Annotated[
        str | None,
        typer.Option(
            "--branch",
            metavar="NAME",
            help="The series is in this branch: tell what was committed, with which adjustments, and what was left.",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE", help="Where to write it. [default: stdout]", show_default=False),
    ] = None,
) -> int:
    """Draft the mail that answers a series: findings under the lines they mean, or what was committed. Never sent.

    Several drafts (one for each patch with findings) come as an mbox. A file that exists is not overwritten.
    """
    from reviewbot.cli.reading import read_job
    from reviewbot.report import reply_mail

    with read_job(thread, tree, base, series) as job:
        drafts, bugs = _found(job) if branch is None else (_committed(job, branch, base), ())
        author = _author(job)
    data = reply_mail.write(drafts, author, None)
    if output is None:
        sys.stdout.buffer.write(data)
        return tell_bugs(bugs) if bugs else CLEAN
    try:
        with output.open("xb") as out:
            out.write(data)
    except FileExistsError:
        raise InputError(f"{output} exists already, and may hold your words; name another file") from None
    except OSError as error:
        raise InputError(f"{output}: cannot be written: {error.strerror}") from error
    say(f"{len(drafts)} draft{'s' * (len(drafts) != 1)} written to {output}; nothing was sent")
    return tell_bugs(bugs) if bugs else CLEAN


def _author(job: Job) -> str:
    try:
        return job.repository.committer()
    except GitError:
        return "Your Name <you@example.org>"  # for the user to fill in, as in any draft


def _committed(job: Job, branch: str, base: str | None) -> Sequence[Draft]:
    from reviewbot.apply import commit_lookup, verify
    from reviewbot.report import reply_mail

    found = verify(job.review, job.repository, branch, base=base or job.base, lookup=commit_lookup(job.repository))
    return [reply_mail.commit_draft(job.review.series, found)]


def _found(job: Job) -> tuple[Sequence[Draft], Sequence[Fault]]:
    """The rules on each patch as it was posted, and the bugs that kept them from looking at something."""
    from reviewbot.apply import apply_plan, make_plan
    from reviewbot.cli.commit_check import CommitCheck
    from reviewbot.report import reply_mail

    check = CommitCheck()
    plan = make_plan(job.review, job.base, "none")
    apply_plan(job.review, plan, job.repository, base=job.base, dry_run=True, check=check)
    numbers = [patch.number for patch in job.review.series.patches]
    findings = [report.findings for report in check.reports]
    return reply_mail.review_drafts(job.review.series, dict(zip(numbers, findings, strict=True))), check.bugs
