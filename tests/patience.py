"""An end for what would not come to one: sizes at which quadratic work takes minutes, and a generous guard."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest


@contextmanager
def patience(seconds: float = 60.0) -> Iterator[None]:
    """Fail instead of hanging once the block has used this many seconds of CPU.

    No measurement: what is linear here takes a second or two, what is not takes many minutes, on any machine.
    """

    def give_up(_number: int, _frame: FrameType | None) -> None:
        # No Exception: what keeps a bug to one function, so that the rest goes on, would keep this, too.
        pytest.fail(f"no end after {seconds:.0f} s of CPU: this does not grow with the input alone")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
