"""Holding signals back while something is done that must not be cut in two."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def held_back() -> Iterator[None]:
    """Hold back ^C and what else ends a program until the block is done; then they have their effect.

    Blocking them keeps them from the programs that the block starts, which a terminal sends them as well; but another
    thread (a progress bar's) still lets them through to this process, so that they are also only noted here.
    """
    noted: list[int] = []
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    handlers = {}
    if threading.current_thread() is threading.main_thread():  # no other may set handlers, nor is one run elsewhere
        handlers = {number: signal.signal(number, lambda number, _frame: noted.append(number)) for number in _SIGNALS}
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)
        for number, handler in handlers.items():
            if handler is not None:  # one that was not Python's stays replaced: it cannot be put back
                signal.signal(number, handler)
        for came in dict.fromkeys(noted):
            signal.raise_signal(came)
