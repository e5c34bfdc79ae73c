"""How often Python looks for objects that only hold each other: seldom, in runs that make few of these."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 100_000  # new objects between two looks; Python's own habit is 700


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Let the collector look less often inside, and as before afterwards; where it is turned off it stays so."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _OBJECTS) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
