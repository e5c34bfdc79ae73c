"""`reviewbot show`: what was posted, what was said, what is still missing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.options import Format, FormatOption, ThreadArgument, TreeOption

MaintainersOption = Annotated[
    Path | None,
    typer.Option("--maintainers", metavar="FILE", help="A MAINTAINERS file to judge by.", show_default=False),
]


def show(
    thread: ThreadArgument,
    tree: TreeOption = None,
    maintainers: MaintainersOption = None,
    format: FormatOption = Format.text,
) -> int:
    """Show a review thread: series, tags, requests, questions, and whether it is ready.

    With --tree or --maintainers the check-in policy is judged as well, and the exit code is 1 while a series that
    nothing supersedes is not ready.
    """
    from reviewbot.cli import show_run

    return show_run.run(thread, tree, maintainers, format.value)
