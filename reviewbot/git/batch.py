"""The long-running `git cat-file --batch`: asking it for objects, and stopping it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence

from reviewbot.errors import GitError


def exchange(child: subprocess.Popen[bytes], ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Ask `cat-file --batch` for one object after another: writing them all first could fill both pipes."""
    assert child.stdin and child.stdout
    try:
        for oid in ids:
            child.stdin.write(oid.encode() + b"\n")
            child.stdin.flush()
            head = child.stdout.readline().split()
            if len(head) == 3:
                data = child.stdout.read(int(head[2]) + 1)
                yield oid, data[:-1]
            elif len(head) < 2:
                raise GitError("git cat-file stopped: is the repository damaged?")
    except BrokenPipeError as error:
        raise GitError("git cat-file stopped: is the repository damaged?") from error


def stop(child: subprocess.Popen[bytes], owner: int) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    if owner == os.getpid():
        child.wait()
