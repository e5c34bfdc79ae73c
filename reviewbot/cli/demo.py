"""`reviewbot demo`: the whole job on an embedded thread and a miniature tree."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence


def demo() -> int:
    """Run the whole job on a small thread and tree that come with reviewbot, in a temporary git repository."""
    from reviewbot import demo as steps

    # Every step is a process of its own, as it would be for a user; the environment makes the commits' ids repeatable.
    environ = steps.environ_of(os.environ)

    def command(argv: Sequence[str]) -> int:
        return subprocess.run([sys.executable, "-m", "reviewbot", *argv], env=environ, check=False).returncode

    return steps.run(sys.stdout, command)
