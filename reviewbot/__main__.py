"""The way in. The hook and a plain `show` take a short way that imports neither typer nor GitPython nor rich."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from reviewbot import cache, regex
from reviewbot.garbage import rarely_collected


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    # A run is short and most of what it makes lives to its end (code, patterns, the thread): looking through that for
    # garbage at the usual pace, and once more at exit, is a tenth of a small run. Frozen before the pace is set back,
    # which would have it looked through at once.
    with rarely_collected():
        try:
            with regex.kept_in(cache.folder(os.environ)):
                return _run(sys.argv[1:] if argv is None else argv)
        finally:
            gc.freeze()


def _run(argv: Sequence[str]) -> int:
    args = list(argv)
    from reviewbot.cli.guard import guarded

    if args[:2] in (["hook", "run"], ["hook", "commit-msg"]) and "--help" not in args:
        from reviewbot.cli import hook_run

        return guarded(lambda: hook_run.main(args[1:]))
    if args[:1] == ["show"]:
        from reviewbot.cli import show_run

        short = show_run.plain(args[1:])
        if short is not None:
            return guarded(short)
    from reviewbot.cli.app import run

    return guarded(lambda: run(args))


if __name__ == "__main__":
    sys.exit(main())
