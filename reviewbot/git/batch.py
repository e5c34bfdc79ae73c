"""The long-running `git cat-file --batch`: asking it for objects, and stopping it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence

from reviewbot.errors import GitError

_ROOM = 4096  # bytes that the smallest pipe holds: so much can be asked before an answer is read


def exchange(child: subprocess.Popen[bytes], ids: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Ask `cat-file --batch` for objects, as many at once as surely fit into the pipe; to be read to its end.

    Writing all of them first could fill both pipes, and one after the other has both processes wait for each other.
    """
    assert child.stdin and child.stdout
    try:
        for some in _portions(ids):
            child.stdin.write("".join(f"{oid}\n" for oid in some).encode())
            child.stdin.flush()
            for oid in some:
                head = child.stdout.readline().split()
                if len(head) == 3:
                    data = child.stdout.read(int(head[2]) + 1)
                    yield oid, data[:-1]
                elif len(head) < 2:
                    raise GitError("git cat-file stopped: is the repository damaged?")
    except BrokenPipeError as error:
        raise GitError("git cat-file stopped: is the repository damaged?") from error


def _portions(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    start = size = 0
    for at, oid in enumerate(ids):
        size += len(oid.encode()) + 1
        if size > _ROOM and at > start:
            yield ids[start:at]
            start, size = at, len(oid.encode()) + 1
    if start < len(ids):
        yield ids[start:]


def stop(child: subprocess.Popen[bytes], owner: int) -> None:
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    if owner == os.getpid():
        child.wait()
