"""`reviewbot hook`: put the pre-commit hook in place, take it away, run it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from reviewbot.cli.guard import CLEAN, say


def app() -> typer.Typer:
    """The four sub-commands."""
    group = typer.Typer(help="A git hook that checks what is staged.", no_args_is_help=True)
    group.command("install")(install)
    group.command("uninstall")(uninstall)
    group.command("run")(run)
    group.command("commit-msg")(commit_msg)
    return group


def install() -> int:
    """Install the pre-commit hook in this repository; a hook that is there already is kept and runs first."""
    from reviewbot import hook

    change = hook.install(_hooks(), sys.executable)
    say(f"{'installed' if change.changed else 'already installed'}: {change.path}")
    if change.chained:
        say(f"your own hook runs first: {change.chained}")
    return CLEAN


def uninstall() -> int:
    """Take the hook away; the hook that was there before gets its place back."""
    from reviewbot import hook

    change = hook.uninstall(_hooks())
    say(f"taken away: {change.path}" if change.changed else f"not installed: {change.path}")
    if change.chained:
        say("your own hook has its place back")
    return CLEAN


def run() -> int:
    """Check what is staged: its bytes in the index, and only what it adds to HEAD."""
    from reviewbot.cli import hook_run

    return hook_run.main(["run"])


def commit_msg(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The commit message.", show_default=False)],
) -> int:
    """Check the trailers of a commit message."""
    from reviewbot.cli import hook_run

    return hook_run.main(["commit-msg", str(file)])


def _hooks() -> Path:
    from reviewbot.git import Plumbing

    return Plumbing.here(Path.cwd()).hooks_path()
