"""`reviewbot verify`: a branch made by hand, held against the thread."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from reviewbot.cli.guard import CLEAN, FOUND
from reviewbot.cli.options import Format, FormatOption, RequiredTree, SeriesOption, ThreadArgument


def verify(
    branch: Annotated[str, typer.Argument(metavar="BRANCH", help="The branch, or any revision.", show_default=False)],
    thread: ThreadArgument,
    tree: RequiredTree,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REV",
            help="The commit that the branch starts from. [default: what it shares with HEAD]",
            show_default=False,
        ),
    ] = None,
    series: SeriesOption = None,
    format: FormatOption = Format.text,
) -> int:
    """Hold a branch made by hand against the thread: which requests are in it, which tags, what nobody asked for.

    The exit code is 1 when something that was agreed is missing, a tag was invented, or a change stays unexplained.
    """
    from reviewbot.apply import commit_lookup
    from reviewbot.apply import verify as hold
    from reviewbot.cli.reading import read_job

    with read_job(thread, tree, None, series, revision_needed=False) as job:
        found = hold(job.review, job.repository, branch, base=base, lookup=commit_lookup(job.repository))
    if format is Format.json:
        from reviewbot.report import json

        json.write(sys.stdout, found.to_dict())
    else:
        from reviewbot.report.terminal import os_page
        from reviewbot.report.text import verify as text

        text.write(os_page(sys.stdout), found)
    return CLEAN if found.right else FOUND
