"""`reviewbot hook run` and `hook commit-msg`: the short way, without typer, GitPython or rich."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from reviewbot.cli.guard import CLEAN, FOUND, say, tell_bugs
from reviewbot.errors import InputError, UsageError


def main(argv: Sequence[str]) -> int:
    """Run `run` or `commit-msg FILE`; anything else is a wrong call."""
    if list(argv) == ["run"]:
        return _staged()
    if len(argv) == 2 and argv[0] == "commit-msg":
        return _message(Path(argv[1]))
    raise UsageError("usage: reviewbot hook run | reviewbot hook commit-msg FILE")


def _staged() -> int:
    """Check the staged bytes; only what they add to HEAD is reported."""
    from reviewbot.git import Plumbing

    git = Plumbing.here(Path.cwd())
    if not any(change.path.endswith((".c", ".h")) for change in git.staged()):
        return CLEAN
    from reviewbot import scope, settings
    from reviewbot.report.terminal import os_page
    from reviewbot.report.text import check as text

    staged = scope.of_staged(git)
    here = Path.cwd()
    report = staged.run(settings.rules(os.environ, here), settings.macro_table(staged.after, os.environ, here))
    if report.findings or report.not_analysed:
        text.write(os_page(sys.stdout), report)
    if report.findings:
        say("the commit was stopped; `git commit --no-verify` makes it all the same")
    if report.bugs:
        return tell_bugs(report.bugs)
    return FOUND if report.findings else CLEAN


def _message(file: Path) -> int:
    """Check a commit message's trailers."""
    from reviewbot.commit_message import problems

    try:
        text = file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    found = problems(text)
    for line, problem in found:
        say(f"{file}:{line}: {problem}")
    return FOUND if found else CLEAN
