"""A bar on stderr for a person who waits at a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import typer

# What is done, how much of it, and of how much (None where nobody knows yet).
Tell = Callable[[str, int, int | None], None]

_WORTH_A_BAR = 20


@contextmanager
def bar() -> Iterator[Tell | None]:
    """Takes reports of progress and draws them; None where stderr is no terminal. The cursor comes back in any case."""
    if not sys.stderr.isatty():
        yield None
        return
    with ExitStack() as drawn:
        yield _Bar(drawn).tell


class _Bar:
    """One bar after the other: a report of something else begins a new one."""

    def __init__(self, drawn: ExitStack) -> None:
        self._drawn = drawn
        self._what, self._done = "", 0
        self._step: Callable[[int], None] = lambda steps: None

    def tell(self, what: str, done: int, of: int | None) -> None:
        if what != self._what:
            if of is not None and of < _WORTH_A_BAR:
                return
            self._begin(what, of)
        if done > self._done:
            self._step(done - self._done)
            self._done = done
        if done == of:
            self._drawn.close()
            self._what = ""

    def _begin(self, what: str, of: int | None) -> None:
        self._drawn.close()
        self._what, self._done = what, 0
        if of is None:
            new = typer.progressbar(
                count(), label=what, show_pos=True, bar_template="%(label)s  %(info)s", file=sys.stderr
            )
        else:
            new = typer.progressbar(length=of, label=what, show_pos=True, file=sys.stderr)
        self._step = self._drawn.enter_context(new).update
