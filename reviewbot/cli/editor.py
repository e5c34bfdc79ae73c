"""The user's editor on a file."""

from __future__ import annotations

import shlex
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import FrameType


def edit(path: Path, environ: Mapping[str, str]) -> bool:
    """Open a file in $VISUAL, $EDITOR or vi and wait for its end; whether it could be run and ended well.

    The keys that interrupt are the editor's meanwhile, as they are with git's.
    """
    command = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    # Set before the editor starts, so that no ^C falls in between. A handler, not SIG_IGN: what is ignored would stay
    # ignored in the editor.
    former = signal.signal(signal.SIGINT, _not_ours)
    try:
        return subprocess.run([*shlex.split(command), str(path)], check=False).returncode == 0
    except (OSError, ValueError):
        return False
    finally:
        signal.signal(signal.SIGINT, former)


def _not_ours(number: int, frame: FrameType | None) -> None:
    pass
