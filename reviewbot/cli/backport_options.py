"""The options of `backport`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class BackportFormat(StrEnum):
    """How `backport` prints what it did."""

    text = "text"
    json = "json"
    markdown = "markdown"


class MessageStyle(StrEnum):
    """How the messages name their source."""

    learn = "learn"
    block = "block"
    cherry = "cherry"


To = Annotated[
    list[str] | None,
    typer.Option(
        "--to", metavar="BRANCH", help="The stable branch; repeatable, the newest goes first.", show_default=False
    ),
]
Revs = Annotated[
    list[str] | None,
    typer.Argument(metavar="[REV]...", help="Commits, or ranges A..B, in the order to pick.", show_default=False),
]
ThreadOption = Annotated[
    str | None,
    typer.Option(
        "--thread", metavar="MBOX", help="Pick a series that was posted and has not landed.", show_default=False
    ),
]
Requested = Annotated[bool, typer.Option("--requested", help="All that the branch still lacks and that is asked for.")]
Onto = Annotated[
    str | None,
    typer.Option("--onto", metavar="REV", help="Where to start. [default: the branch's tip]", show_default=False),
]
Branch = Annotated[
    str | None,
    typer.Option(
        "--branch", metavar="NAME", help="The new branch. [default: reviewbot/backport-<BRANCH>]", show_default=False
    ),
]
Fold = Annotated[bool, typer.Option("--fold", help="Make one commit of all that was named.")]
Interactive = Annotated[
    bool, typer.Option("--interactive", help="Ask about what is not clean: your editor, or the proposal.")
]
GoOn = Annotated[bool, typer.Option("--continue", help="Go on where an interactive run was left.")]
Drop = Annotated[bool, typer.Option("--abort", help="Drop an interactive run and what was decided in it.")]
Accept = Annotated[bool, typer.Option("--accept", help="Commit proposals as well; look at them first.")]
Note = Annotated[bool, typer.Option("--note", help="Say in the message what was adapted.")]
StyleOption = Annotated[
    MessageStyle | None,
    typer.Option(
        "--style",
        help="How messages name their source. [default: git config reviewbot.backportstyle, else learn]",
        show_default=False,
    ),
]
Build = Annotated[
    str | None,
    typer.Option(
        "--build",
        metavar="COMMAND",
        help="Run it in a scratch tree of each result; a failure makes the pick doubtful.",
        show_default=False,
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Make no branch; report what it would hold.")]
FormatOption = Annotated[BackportFormat, typer.Option("--format", help="What to print.")]
