"""An error of reviewbot itself, kept to the file or function in which it happened: the rest is looked at."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from reviewbot.csource import NotAnalysed
from reviewbot.errors import ReviewbotError

T = TypeVar("T")

# What is no matter of one file: what the user can mend, and a machine that has no memory left.
_NOT_OURS = (ReviewbotError, MemoryError)


@dataclass(frozen=True, slots=True)
class Fault(NotAnalysed):
    """A place that was not analysed because of a bug; `trace` is for who mends it."""

    trace: str = ""


def fault(error: Exception, what: str, path: str, function: str | None = None, line: int = 0) -> Fault:
    """Say what failed where; `what` is the rule's id or the part of reviewbot. Raises errors that are no bug again."""
    if isinstance(error, _NOT_OURS):
        raise error
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{Path(place.filename).name}:{place.lineno}"
    reason = f"internal error in {what}: {type(error).__name__}: {error} ({where})"
    return Fault(path, function, line, reason, "".join(traceback.format_exception(error)))


def guarded(
    results: Iterable[T], what: str, path: str, function: str | None = None, line: int = 0
) -> Iterator[T | Fault]:
    """The results, and in place of those that a bug kept back a fault that says so."""
    try:
        yield from results
    except Exception as error:
        yield fault(error, what, path, function, line)
