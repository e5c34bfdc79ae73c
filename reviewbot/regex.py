"""`re`, but `compile` waits until a pattern is used.

One run uses a part of the several hundred patterns that the rooms keep as constants, and compiling them all (0.2 ms
each) takes longer than reading a thread. A module writes `from reviewbot import regex as re` and is otherwise as with
`re`, but that a match's `re` is the compiled pattern and not the constant; a test compiles every constant, so that a
mistake in one shows without its being used.
"""

from __future__ import annotations

import re
from re import (
    DOTALL,
    IGNORECASE,
    MULTILINE,
    I,
    M,
    Match,
    Pattern,
    RegexFlag,
    error,
    escape,
    findall,
    finditer,
    match,
    search,
    split,
    sub,
)
from typing import Any, AnyStr, cast

__all__ = [
    "DOTALL",
    "IGNORECASE",
    "MULTILINE",
    "I",
    "M",
    "Match",
    "Pattern",
    "compile",
    "error",
    "escape",
    "findall",
    "finditer",
    "match",
    "search",
    "split",
    "sub",
]

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")


class Waiting:
    """A pattern that is compiled when something is asked of it; from then on its methods are the compiled one's."""

    __slots__ = ("_flags", "pattern", *_METHODS)

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # reached only while the slots of the methods are empty
        if name.startswith("__"):
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for method in _METHODS:
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)

    def __reduce__(self) -> tuple[object, ...]:
        return Waiting, (self.pattern, self._flags)


def compile(pattern: AnyStr, flags: int | RegexFlag = 0) -> Pattern[AnyStr]:
    """`re.compile`, except that an error in the pattern (`error`) is raised at its first use."""
    return cast("Pattern[AnyStr]", Waiting(pattern, int(flags)))
