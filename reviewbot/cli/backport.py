"""`reviewbot backport`: upstream commits onto a stable branch."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.guard import CLEAN, FOUND, say
from reviewbot.cli.options import BaseOption, RequiredTree, SeriesOption
from reviewbot.errors import GitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from reviewbot.backport import Backported
    from reviewbot.backport.pick import Rules


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


def backport(
    tree: RequiredTree,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to", metavar="BRANCH", help="The stable branch; repeatable, the newest goes first.", show_default=False
        ),
    ] = None,
    revs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[REV]...", help="Commits, or ranges A..B, in the order to pick.", show_default=False),
    ] = None,
    thread: Annotated[
        str | None,
        typer.Option(
            "--thread", metavar="MBOX", help="Pick a series that was posted and has not landed.", show_default=False
        ),
    ] = None,
    base: BaseOption = None,
    series: SeriesOption = None,
    requested: Annotated[
        bool, typer.Option("--requested", help="All that the branch still lacks and that is asked for.")
    ] = False,
    onto: Annotated[
        str | None,
        typer.Option("--onto", metavar="REV", help="Where to start. [default: the branch's tip]", show_default=False),
    ] = None,
    branch: Annotated[
        str | None,
        typer.Option(
            "--branch",
            metavar="NAME",
            help="The new branch. [default: reviewbot/backport-<BRANCH>]",
            show_default=False,
        ),
    ] = None,
    fold: Annotated[bool, typer.Option("--fold", help="Make one commit of all that was named.")] = False,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="Ask about what is not clean: your editor, or the proposal.")
    ] = False,
    go_on: Annotated[bool, typer.Option("--continue", help="Go on where an interactive run was left.")] = False,
    drop: Annotated[bool, typer.Option("--abort", help="Drop an interactive run and what was decided in it.")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="Commit proposals as well; look at them first.")] = False,
    note: Annotated[bool, typer.Option("--note", help="Say in the message what was adapted.")] = False,
    style: Annotated[
        MessageStyle | None,
        typer.Option(
            "--style",
            help="How messages name their source. [default: git config reviewbot.backportstyle, else learn]",
            show_default=False,
        ),
    ] = None,
    build: Annotated[
        str | None,
        typer.Option(
            "--build",
            metavar="COMMAND",
            help="Run it in a scratch tree of each result; a failure makes the pick doubtful.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Make no branch; report what it would hold.")] = False,
    format: Annotated[BackportFormat, typer.Option("--format", help="What to print.")] = BackportFormat.text,
) -> int:
    """Pick upstream commits to a stable branch, a newer branch's version first, and check what came out.

    Only the new branch is made. Conflicts are explained, and where finer merging finds a way out it is proposed, not
    committed. The exit code is 1 where a pick wants a person: doubtful, proposed or conflict.
    """
    from reviewbot.backport import Options
    from reviewbot.backport import backport as run
    from reviewbot.cli import backport_session as session
    from reviewbot.cli.backport_sources import from_revisions, from_thread
    from reviewbot.git import Plumbing

    kind = _kind(style, tree)
    options = Options(branch, dry_run, accept, note, kind, build=build, tell=say)
    if go_on or drop:
        named = (revs, thread, base, series, requested, fold, interactive, dry_run, accept, onto, build)
        if any(named) or len(to or ()) > 1 or (go_on and drop):
            raise UsageError("--continue and --abort go with --tree and one --to: the rest was said at the beginning")
        with Plumbing.here(tree) as git:
            name = to[0] if to else None
            if drop:
                return session.abort(git, name)
            done = session.resume(git, name, replace(options, rules=_rules(tree)))
    else:
        names = _check_call(revs, thread, requested, to, fold)
        if interactive and (len(names) > 1 or dry_run or accept):
            raise UsageError("--interactive goes with a single --to, and without --dry-run and --accept")
        if thread is None and (base or series):
            raise UsageError("--base and --series go with --thread")
        options = replace(options, rules=_rules(tree))
        opened = from_thread(thread, tree, base, series, names, fold) if thread else from_revisions(tree, revs, fold)
        with opened as (git, sources):
            if interactive:
                done = session.begin(git, sources, names[0], onto, options)
            else:
                done = run(git, sources, names, onto, options)
            if git.cut_off():
                say("this is a shallow clone: what was picked before its history begins is not seen")
    _print(done, format, str(tree))
    return CLEAN if all(one.done for one in done) else FOUND


def _kind(style: MessageStyle | None, tree: Path) -> str | None:
    """The kind of message that is wanted, None to learn it. UsageError for a setting that is no style."""
    from reviewbot.backport import BLOCK, CHERRY
    from reviewbot.settings import setting

    if not tree.is_dir():
        raise GitError(f"{tree}: no such folder")
    said = style.value if style else setting("backportstyle", os.environ, tree) or MessageStyle.learn.value
    kinds = {MessageStyle.learn.value: None, MessageStyle.block.value: BLOCK, MessageStyle.cherry.value: CHERRY}
    if said not in kinds:
        raise UsageError(f"reviewbot.backportstyle is {said!r}: it can be {', '.join(kinds)}")
    return kinds[said]


def _rules(tree: Path) -> Rules:
    """The shipped rules and the user's own."""
    from reviewbot.backport import project_rules
    from reviewbot.settings import macro_table, rules

    return project_rules(rules(os.environ, tree), macro_table(None, os.environ, tree))


def _check_call(
    revs: Sequence[str] | None, thread: str | None, requested: bool, to: Sequence[str] | None, fold: bool
) -> Sequence[str]:
    """The branches; UsageError where it is not clear what to pick, or whereto."""
    if sum((bool(revs), bool(thread), requested)) != 1:
        said = ", and only one of them" if revs or thread else ""
        raise UsageError(f"name commits to pick, a --thread, or --requested{said}")
    if requested and fold:
        raise UsageError("--requested and --fold exclude each other")
    if not to:
        raise UsageError("say which branch to pick to (--to)")
    return to


def _print(done: Sequence[Backported], format: BackportFormat, tree: str) -> None:
    if format is BackportFormat.json:
        from reviewbot.report import json

        several = {"branches": [one.to_dict() for one in done]}
        json.write(sys.stdout, done[0].to_dict() if len(done) == 1 else several)
    elif format is BackportFormat.markdown:
        from reviewbot.report import markdown

        markdown.backports(sys.stdout, done)
    else:
        from reviewbot.report.terminal import os_page
        from reviewbot.report.text import backport as text

        text.write(os_page(sys.stdout), done, tree)
