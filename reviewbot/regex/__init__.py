"""`re`, but `compile` waits until a pattern is used.

One run uses a part of the several hundred patterns that the rooms keep as constants, and compiling them all (0.2 ms
each) takes longer than reading a thread; those that were used are kept for the next run (see `kept`). So this is for
constants: a pattern made of data is `re`'s to compile. A module writes `from reviewbot import regex as re` and is
otherwise as with `re`, but that a match's `re` is the compiled pattern and not the constant; a test compiles every
constant, so that a mistake in one shows without its being used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
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

from reviewbot.regex.kept import Kept, in_folder

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
    "kept_in",
    "match",
    "search",
    "split",
    "sub",
]

_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")

# What the methods that look through a whole text give where there is nothing to find.
_NOTHING_IN: dict[str, Callable[[Any], object]] = {
    "findall": lambda text: [],
    "finditer": lambda text: iter(()),
    "search": lambda text: None,
}


class Waiting:
    """A pattern that is compiled when something is asked of it, and only if the text holds one of its cues.

    From then on its methods are the compiled one's, behind a look for the cues where it has any.
    """

    kept = Kept(None)  # of the run (see `kept_in`); nobody but the clock can tell it from another

    __slots__ = ("_compiled", "_cues", "_flags", "pattern", *_METHODS)

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._flags = flags

    def __getattr__(self, name: str) -> Any:  # reached only while the slot of that name is empty
        if name in ("_compiled", "_cues"):
            assemble, self._cues = Waiting.kept.prepare(self.pattern, self._flags)
            self._compiled = cache(assemble)
            return getattr(self, name)
        if name.startswith("__"):
            raise AttributeError(name)
        if name in _NOTHING_IN and self._cues:
            self._guard(name)
        else:
            compiled = self._compiled()
            if name not in _METHODS:
                return getattr(compiled, name)
            setattr(self, name, getattr(compiled, name))
        return getattr(self, name)

    def _guard(self, name: str) -> None:
        """Let a method look for the cues first, in ASCII texts: beyond those, case is not so simple.

        Not where it begins further on in a text: whoever goes through one in that way would look through all of it
        again and again.
        """
        method, nothing, cues = None, _NOTHING_IN[name], self._cues

        def guarded(text: Any, *rest: Any, **more: Any) -> Any:
            nonlocal method
            if not rest and not more and text.isascii():
                lower = text.lower()
                for cue in cues:
                    if cue in lower:
                        break
                else:
                    return nothing(text)
            if method is None:
                method = getattr(self._compiled(), name)
            return method(text, *rest, **more)

        setattr(self, name, guarded)

    def __reduce__(self) -> tuple[object, ...]:
        return Waiting, (self.pattern, self._flags)


def compile(pattern: AnyStr, flags: int | RegexFlag = 0) -> Pattern[AnyStr]:
    """`re.compile`, except that an error in the pattern (`error`) is raised at its first use."""
    return cast("Pattern[AnyStr]", Waiting(pattern, int(flags)))


@contextmanager
def kept_in(folder: str | None) -> Iterator[None]:
    """For the length of a run, patterns come from and in the end go to a file in this folder; None keeps none."""
    before, Waiting.kept = Waiting.kept, in_folder(folder)
    try:
        yield
    finally:
        Waiting.kept.save()
        Waiting.kept = before
