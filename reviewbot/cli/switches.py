"""`reviewbot switches`: the switch statements as a table."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.guard import CLEAN
from reviewbot.cli.options import Format, FormatOption, TreeOption
from reviewbot.errors import GitError, UsageError

if TYPE_CHECKING:
    from reviewbot.analysis import Tree


def switches(
    file: Annotated[
        str | None,
        typer.Argument(metavar="[FILE]", help="A C file. [default: the tree's domctl dispatch]", show_default=False),
    ] = None,
    tree: TreeOption = None,
    rev: Annotated[
        str | None, typer.Option("--rev", metavar="REV", help="The tree of this commit.", show_default=False)
    ] = None,
    thread: Annotated[
        str | None,
        typer.Option("--thread", metavar="MBOX", help="The tree with a posted series applied.", show_default=False),
    ] = None,
    function: Annotated[
        str | None,
        typer.Option("--function", metavar="NAME", help="Only this function's switches.", show_default=False),
    ] = None,
    format: FormatOption = Format.text,
) -> int:
    """Show every case group: its labels, how it ends, which locks are held, which check it passes, who handles it.

    Without FILE the tree's whole domctl dispatch: the common code, each architecture, and Flask.
    """
    from reviewbot import settings
    from reviewbot.analysis import switch_view

    if rev and thread:
        raise UsageError("--rev and --thread exclude each other")
    with _tree(tree, rev, thread, file) as (files, path, known):
        macros = settings.macro_table(files if known else None, os.environ, Path.cwd())
        seen = switch_view(files, settings.rules(os.environ, Path.cwd()), macros, path=path, function=function)
    if format is Format.json:
        from reviewbot.report import json

        json.write(sys.stdout, seen.to_dict())
    else:
        from reviewbot.report.terminal import os_page
        from reviewbot.report.text import switches as text

        text.write(os_page(sys.stdout), seen.to_dict())
    return CLEAN


@contextmanager
def _tree(
    tree: Path | None, rev: str | None, thread: str | None, file: str | None
) -> Iterator[tuple[Tree, str | None, bool]]:
    """The files to look at, the wanted file's path in them, and whether they are known to be a tree."""
    from reviewbot import scope
    from reviewbot.cli.reading import bare_repository
    from reviewbot.git import Plumbing

    where = tree or Path.cwd()
    if thread:
        from reviewbot.cli.reading import applied_thread

        with applied_thread(thread, where, None) as (git, _, new):
            yield git.tree(new), file, True
        return
    if rev:
        git = Plumbing.here(where)
        yield git.tree(git.resolve(rev)), file, True
        return
    if file:
        bare = bare_repository(tree)
        if bare is not None:
            yield bare.tree(bare.resolve("HEAD")), file, True
            return
        one = scope.of_files([file], tree, Path.cwd())
        yield one.after, one.paths[0], one.known
        return
    try:
        git = Plumbing.here(where)
    except GitError:
        yield scope.of_folder(where).after, None, True
        return
    yield (git.tree(git.resolve("HEAD")) if git.bare else scope.folder(tree or git.top())), None, True
