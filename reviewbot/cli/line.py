"""A line that a person types."""

from __future__ import annotations

import os
import select
import signal
import threading
from typing import IO


def read_line(answers: IO[str]) -> str:
    """The next line, with its end; empty at the end of the input.

    A ^C in the moment between the prompt and the waiting for keys would only be seen once a key is pressed: Python
    looks for it before it waits, and a signal that was there before does not end the wait. At a terminal its arrival
    is therefore waited for along with the keys. (Elsewhere lines may be read ahead already, and nobody types.)
    """
    if answers.isatty() and threading.current_thread() is threading.main_thread():
        arrival, notice = os.pipe()
        os.set_blocking(notice, False)
        former = signal.set_wakeup_fd(notice)
        try:
            select.select([answers.fileno(), arrival], [], [])
        finally:
            signal.set_wakeup_fd(former)
            os.close(arrival)
            os.close(notice)
    return answers.readline()
