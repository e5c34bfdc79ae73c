"""The way in. The pre-commit hook takes a short way that imports neither typer nor GitPython nor rich."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line (without the program's name) and return its exit code."""
    args = list(sys.argv[1:] if argv is None else argv)
    from reviewbot.cli.guard import guarded

    if args[:2] in (["hook", "run"], ["hook", "commit-msg"]) and "--help" not in args:
        from reviewbot.cli import hook_run

        return guarded(lambda: hook_run.main(args[1:]))
    from reviewbot.cli.app import run

    return guarded(lambda: run(args))


if __name__ == "__main__":
    sys.exit(main())
