"""`reviewbot backport`: upstream commits onto a stable branch."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.cli.backport_options import (
    Accept,
    BackportFormat,
    Branch,
    Build,
    Drop,
    DryRun,
    Fold,
    FormatOption,
    GoOn,
    Interactive,
    MessageStyle,
    Note,
    Onto,
    Requested,
    Revs,
    StyleOption,
    ThreadOption,
    To,
)
from reviewbot.cli.backport_sources import from_revisions, from_thread
from reviewbot.cli.guard import CLEAN, FOUND, say, tell_bugs
from reviewbot.cli.options import BaseOption, RequiredTree, SeriesOption
from reviewbot.errors import GitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from reviewbot.analysis.fault import Fault
    from reviewbot.backport import Backported, Options, Source
    from reviewbot.backport.pick import Rules
    from reviewbot.git import Plumbing


def backport(
    tree: RequiredTree,
    to: To = None,
    revs: Revs = None,
    thread: ThreadOption = None,
    base: BaseOption = None,
    series: SeriesOption = None,
    requested: Requested = False,
    onto: Onto = None,
    branch: Branch = None,
    fold: Fold = False,
    interactive: Interactive = False,
    go_on: GoOn = False,
    drop: Drop = False,
    accept: Accept = False,
    note: Note = False,
    style: StyleOption = None,
    build: Build = None,
    dry_run: DryRun = False,
    format: FormatOption = BackportFormat.text,
) -> int:
    """Pick upstream commits to a stable branch, a newer branch's version first, and check what came out.

    Only the new branch is made. Conflicts are explained, and where finer merging finds a way out it is proposed, not
    committed. The exit code is 1 where a pick wants a person: doubtful, proposed or conflict.
    """
    from reviewbot.backport import Options

    options = Options(branch, dry_run, accept, note, _kind(style, tree), build=build, tell=say)
    if go_on or drop:
        if revs or thread or base or series or requested or fold or interactive or dry_run or accept or onto or build:
            raise UsageError("--continue and --abort go with --tree and --to alone: the rest was said at the beginning")
        if (go_on and drop) or len(to or ()) > 1:
            raise UsageError("say one of --continue and --abort, for one branch")
        return _go_on(tree, to[0] if to else None, drop, options, format)
    names = _check_call(revs, thread, requested, to, fold)
    if interactive and (len(names) > 1 or dry_run or accept):
        raise UsageError("--interactive goes with a single --to, and without --dry-run and --accept")
    if thread is None and (base or series):
        raise UsageError("--base and --series go with --thread")
    opened = from_thread(thread, tree, base, series, names, fold) if thread else from_revisions(tree, revs, fold)
    return _begin(opened, names, onto, options, interactive, format, tree)


def _go_on(tree: Path, name: str | None, drop: bool, options: Options, format: BackportFormat) -> int:
    """Go on with an interactive run, or drop it; the exit code."""
    from reviewbot.cli import backport_session as session
    from reviewbot.git import Plumbing

    bugs: list[Fault] = []
    with Plumbing.here(tree) as git:
        if drop:
            return session.abort(git, name)
        done = session.resume(git, name, replace(options, rules=_rules(tree, bugs)))
    return _told(done, format, tree, bugs)


def _begin(
    opened: AbstractContextManager[tuple[Plumbing, Sequence[Source] | None]], names: Sequence[str], onto: str | None,
    options: Options, interactive: bool, format: BackportFormat, tree: Path,
) -> int:  # fmt: skip
    """Pick what was opened; the exit code."""
    from reviewbot.backport import backport as run
    from reviewbot.cli import backport_session as session

    bugs: list[Fault] = []
    options = replace(options, rules=_rules(tree, bugs))
    with opened as (git, sources):
        if interactive:
            done = session.begin(git, sources, names[0], onto, options)
        else:
            done = run(git, sources, names, onto, options)
        if git.cut_off():
            say("this is a shallow clone: what was picked before its history begins is not seen")
    return _told(done, format, tree, bugs)


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


def _rules(tree: Path, bugs: list[Fault]) -> Rules:
    """The shipped rules and the user's own; `bugs` takes what kept them from looking at something."""
    from reviewbot.backport import project_rules
    from reviewbot.settings import macro_table, rules

    return project_rules(rules(os.environ, tree), macro_table(None, os.environ, tree), bugs)


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


def _told(done: Sequence[Backported], format: BackportFormat, tree: Path, bugs: Sequence[Fault]) -> int:
    """Print what was done; the exit code."""
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

        text.write(os_page(sys.stdout), done, str(tree))
    if bugs:
        return tell_bugs(bugs)
    return CLEAN if all(one.done for one in done) else FOUND
