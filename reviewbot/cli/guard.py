"""From exceptions to one clear line on stderr and an exit code; imports nothing that the hook does not need."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reviewbot.errors import ReviewbotError

if TYPE_CHECKING:
    from reviewbot.analysis.fault import Fault

CLEAN, FOUND, BUG, INTERRUPTED = 0, 1, 4, 130


def guarded(run: Callable[[], int]) -> int:
    """Run a command; the exit code is its own, or that of the error it ended in.

    A bug in reviewbot gives code 4, one line that says where, and the traceback where REVIEWBOT_TRACEBACK is set.
    """
    try:
        code = run()
        sys.stdout.flush()
        return code
    except ReviewbotError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (a pager, `head`) has seen enough; without this the interpreter complains once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CLEAN
    except Exception as error:
        import traceback
        from pathlib import Path

        if os.environ.get("REVIEWBOT_TRACEBACK"):
            traceback.print_exc()
        place = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(place.filename).name}:{place.lineno}"
        say(f"a bug in reviewbot: {type(error).__name__}: {error} ({where}; REVIEWBOT_TRACEBACK=1 shows more)")
        return BUG


def tell_bugs(bugs: Sequence[Fault]) -> int:
    """Say which bugs of ours kept something from being analysed, with their tracebacks where REVIEWBOT_TRACEBACK is
    set; gives code 4."""
    for bug in dict.fromkeys(bugs):  # a commit may have been looked at more than once
        if os.environ.get("REVIEWBOT_TRACEBACK"):
            sys.stderr.write(bug.trace.encode("utf-8", "backslashreplace").decode())
        say(f"a bug in reviewbot: {bug.path}: {bug.reason}")
    if not os.environ.get("REVIEWBOT_TRACEBACK"):
        say("the rest was looked at all the same (REVIEWBOT_TRACEBACK=1 shows more)")
    return BUG


def say(text: str) -> None:
    """One line of talk on stderr, whatever bytes it holds."""
    from reviewbot.report.terminal import one_line

    sys.stdout.flush()  # where both go to one place, talk comes after the data that it is about
    line = f"reviewbot: {one_line(text)}\n"
    sys.stderr.write(line.encode("utf-8", "backslashreplace").decode())
