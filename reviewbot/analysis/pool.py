"""A job shared by several processes."""

from __future__ import annotations

import pickle
import sys
import threading
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from reviewbot.analysis.work import Job, Part, Worker, in_one_process

if TYPE_CHECKING:
    from concurrent.futures import Future

# A process's worker, set once when the process starts: a share is then no more than its paths.
_WORKER: ContextVar[Worker] = ContextVar("worker")

# Shares a process: the last ones even out what the processes took, each costs an exchange.
_SHARES = 16


def in_processes(job: Job, paths: Sequence[str], processes: int) -> Iterator[Part]:
    """Do a job in so many processes; the parts come in the order of the paths, the rules across files last.

    Where no process can be started for it, or one is killed, the work is done here.
    """
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    method = _start_method()
    if method != "fork":
        job = replace(job, rules=tuple(rule.plain() for rule in job.rules))
    if processes < 2 or (method != "fork" and not _travels(job)):
        yield from in_one_process(job, paths)
        return
    share = max(1, len(paths) // (processes * _SHARES))
    shares = [paths[i : i + share] for i in range(0, len(paths), share)]
    done = 0
    try:
        with ProcessPoolExecutor(processes, get_context(method), _start, (job,)) as pool:
            across = pool.submit(_dispatches, paths)  # first: it is the longest piece
            parts: list[Future[Part]] = [pool.submit(_files, one) for one in shares]
            for future in (*parts, across):
                yield future.result()
                done += 1
    except BrokenProcessPool:
        # A process was killed (memory, a limit): what it left undone is done here, more slowly.
        worker = Worker(job)
        pieces = [*(partial(worker.files, one) for one in shares), partial(worker.dispatches, paths)]
        for piece in pieces[done:]:
            yield piece()


def _start_method() -> str:
    """How to start processes: by fork where that is safe, for a new interpreter costs as much as a hundred files."""
    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _travels(job: Job) -> bool:
    """Whether the job can be sent to another process: a tree backed by something open, say, cannot."""
    try:
        pickle.dumps(job)
    except (pickle.PicklingError, TypeError, AttributeError):
        return False
    return True


def _start(job: Job) -> None:
    _WORKER.set(Worker(job))


def _files(paths: Sequence[str]) -> Part:
    return _WORKER.get().files(paths)


def _dispatches(paths: Sequence[str]) -> Part:
    return _WORKER.get().dispatches(paths)
