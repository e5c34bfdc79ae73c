"""`reviewbot check`: the rules over files, a tree, a change, or a thread applied to its base."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.guard import CLEAN, FOUND, say, tell_bugs
from reviewbot.cli.options import BaseOption, TreeOption
from reviewbot.cli.progress import Tell, bar
from reviewbot.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reviewbot.analysis import Report, Rule
    from reviewbot.scope import Scope


class CheckFormat(StrEnum):
    """How `check` prints its findings."""

    text = "text"
    json = "json"
    sarif = "sarif"
    github = "github"
    gitlab = "gitlab"


def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PATH]...", help="Files or folders. [default: the whole tree]", show_default=False),
    ] = None,
    tree: TreeOption = None,
    staged: Annotated[bool, typer.Option("--staged", help="What the index adds to HEAD.")] = False,
    commit: Annotated[
        str | None, typer.Option("--commit", metavar="REV", help="What one commit adds.", show_default=False)
    ] = None,
    range_: Annotated[
        str | None, typer.Option("--range", metavar="A..B", help="What a range of commits adds.", show_default=False)
    ] = None,
    thread: Annotated[
        str | None,
        typer.Option("--thread", metavar="MBOX", help="What a posted series adds to its base.", show_default=False),
    ] = None,
    base: BaseOption = None,
    rule: Annotated[
        list[str] | None,
        typer.Option("--rule", metavar="ID", help="Only this rule; repeatable. [default: all]", show_default=False),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Report all of the changed files, not only what the change adds.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", metavar="N", min=1, help="Processes to use.")] = 1,
    format: Annotated[CheckFormat, typer.Option("--format", help="What to print.")] = CheckFormat.text,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 even where something was found.")] = False,
) -> int:
    """Check C for missing breaks, lock imbalance and missing XSM checks.

    Named files and folders are reported whole. With --staged, --commit, --range or --thread only what the change adds.
    """
    from reviewbot import settings

    modes = {"PATH": paths, "--staged": staged, "--commit": commit, "--range": range_, "--thread": thread}
    given = [name for name, value in modes.items() if value]
    if len(given) > 1:
        raise UsageError(f"{' and '.join(given)} exclude each other")
    if base and not thread:
        raise UsageError("--base goes with --thread")
    rules = settings.rules(os.environ, Path.cwd(), rule or [])
    with _scope(paths, tree, staged, commit or range_, thread, base) as scope:
        macros = settings.macro_table(scope.after if scope.known else None, os.environ, Path.cwd())
        with bar() as tell:
            progress = partial(_files, tell) if tell is not None else None
            report = scope.run(rules, macros, jobs=jobs, everything=everything, progress=progress)
    _print(report, rules, format)
    if report.bugs:
        return tell_bugs(report.bugs)
    return FOUND if report.findings and not exit_zero else CLEAN


@contextmanager
def _scope(
    paths: list[str] | None, tree: Path | None, staged: bool, span: str | None, thread: str | None, base: str | None
) -> Iterator[Scope]:
    """What to check; a thread's commits exist only as long as this context."""
    from reviewbot import scope
    from reviewbot.cli.reading import bare_repository
    from reviewbot.errors import GitError
    from reviewbot.git import Plumbing

    cwd = Path.cwd()
    if paths:
        bare = bare_repository(tree)
        yield scope.of_commit_files(bare, bare.resolve("HEAD"), paths) if bare else scope.of_files(paths, tree, cwd)
    elif staged:
        yield scope.of_staged(Plumbing.here(tree or cwd))
    elif span:
        yield scope.of_range(Plumbing.here(tree or cwd), span)
    elif thread:
        from reviewbot.cli.reading import applied_thread

        with applied_thread(thread, tree or cwd, base) as (git, old, new):
            yield scope.of_trees(git, old, new)
    else:
        try:
            git = Plumbing.here(tree or cwd)
        except GitError:
            yield scope.of_folder(tree or cwd)
        else:
            if git.bare:
                yield scope.of_commit_tree(git, git.resolve("HEAD"), tree or cwd)
            else:
                yield scope.of_folder(tree or git.top())


def _files(tell: Tell, done: int, of: int) -> None:
    tell("files", done, of)


def _print(report: Report, rules: Sequence[Rule], format: CheckFormat) -> None:
    if format is CheckFormat.json:
        from reviewbot.report import json

        json.write(sys.stdout, report.to_dict())
    elif format is CheckFormat.sarif:
        from reviewbot.report import sarif

        sarif.write(sys.stdout, report, rules)
    elif format is CheckFormat.github:
        from reviewbot.report import github

        github.write(sys.stdout, report)
    elif format is CheckFormat.gitlab:
        from reviewbot.report import gitlab

        gitlab.write(sys.stdout, report)
    else:
        from reviewbot.report.terminal import os_page
        from reviewbot.report.text import check as text

        text.write(os_page(sys.stdout), report)
        say(text.summary(report))
