"""Options that several verbs share, so that they read and behave alike."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """How a verb prints what it found."""

    text = "text"
    json = "json"


ThreadArgument = Annotated[
    str,
    typer.Argument(
        metavar="THREAD",
        help="An mbox (also .gz, .xz), a Maildir, an .eml, a folder of them, a public-inbox git directory, or -.",
        show_default=False,
    ),
]
TreeOption = Annotated[
    Path | None,
    typer.Option("--tree", metavar="DIR", help="The git tree to work on; may be bare.", show_default=False),
]
RequiredTree = Annotated[
    Path, typer.Option("--tree", metavar="DIR", help="The git tree to work on; may be bare.", show_default=False)
]
BaseOption = Annotated[
    str | None,
    typer.Option(
        "--base",
        metavar="REV",
        help="The commit that the series applies to. [default: its base-commit line, else HEAD]",
        show_default=False,
    ),
]
SeriesOption = Annotated[
    str | None,
    typer.Option(
        "--series",
        metavar="N|MSGID",
        help="Which series of the thread: its place in `show`, or a message id of it.",
        show_default=False,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="What to print.")]
