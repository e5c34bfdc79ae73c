"""`reviewbot plan`: what `apply` would do, as a file to edit."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.guard import CLEAN, say
from reviewbot.cli.options import BaseOption, RequiredTree, SeriesOption, ThreadArgument
from reviewbot.errors import InputError

OutputOption = Annotated[
    Path | None,
    typer.Option("-o", "--output", metavar="FILE", help="Where to write it. [default: stdout]", show_default=False),
]


def plan(
    thread: ThreadArgument,
    tree: RequiredTree,
    base: BaseOption = None,
    series: SeriesOption = None,
    output: OutputOption = None,
) -> int:
    """Write the plan of a series: its tags and fixups, each with `take`. Edit it, then `apply --plan` obeys it.

    A file that exists is not overwritten: it may hold your edits.
    """
    from reviewbot.apply import commit_lookup, make_plan, write_plan
    from reviewbot.cli.reading import read_job

    with read_job(thread, tree, base, series) as job:
        text = write_plan(make_plan(job.review, job.base, lookup=commit_lookup(job.repository)))
    if output is None:
        sys.stdout.write(text)
        return CLEAN
    try:
        with output.open("x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise InputError(f"{output} exists already, and may hold your edits; name another file") from None
    except OSError as error:
        raise InputError(f"{output}: cannot be written: {error.strerror}") from error
    say(f"plan written to {output}")
    return CLEAN
