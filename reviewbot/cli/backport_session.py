"""`backport --interactive`, `--continue` and `--abort`: the run, and the editor's files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewbot.backport import session
from reviewbot.backport.state import find, under_way
from reviewbot.cli.backport_ask import at_terminal, clear, ending_well, scratch_of
from reviewbot.cli.guard import CLEAN, say

if TYPE_CHECKING:
    from reviewbot.backport import Backported, Options, Source
    from reviewbot.git import Plumbing


def begin(
    git: Plumbing, sources: Sequence[Source] | None, to: str, onto: str | None, options: Options
) -> tuple[Backported, ...]:
    """Start a run and ask at the terminal."""
    scratch = scratch_of(git.common_dir, to)
    if to not in under_way(git):
        clear(scratch)
    with ending_well():
        done = session.begin(git, sources, to, onto, options, at_terminal(git.common_dir, to))
    if not done.left:
        clear(scratch)
    return (done,)


def resume(git: Plumbing, to: str | None, options: Options) -> tuple[Backported, ...]:
    """Go on with a run."""
    name, _ = find(git, to)
    with ending_well():
        done = session.resume(git, name, options, at_terminal(git.common_dir, name))
    if not done.left:
        clear(scratch_of(git.common_dir, name))
    return (done,)


def abort(git: Plumbing, to: str | None) -> int:
    """Drop a run; the exit code."""
    name = session.abort(git, to)
    clear(scratch_of(git.common_dir, name))
    say(f"the backport to {name} was dropped; no branch was made")
    return CLEAN
