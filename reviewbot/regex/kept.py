"""Compiled patterns kept from one run to the next.

Compiling the patterns that one thread needs takes longer than reading the thread, and what comes of it never changes.
So it is kept in a file of the user's cache, as Python keeps compiled modules.

What a pattern compiles to is an affair of the Python that did it (`re._compiler`, `_sre`): it is kept for that very
build only, and wherever anything is not as known (another build, a damaged file, other internals) `re.compile` does the
work, as ever. What is kept changes how long a run takes and nothing else.
"""

from __future__ import annotations

import importlib
import marshal
import os
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from reviewbot.regex.cues import find_cues

# A pattern and its flags; and what is kept of it: all flags, the code as bytes, the groups, their names, and its cues.
_Key = tuple[str | bytes, int]
_Code = tuple[int, bytes, int, dict[str, int], tuple[str | bytes, ...]]

# Counted up when codes or cues come to be found otherwise, so that those of older releases are not taken for them.
_FORM = 1

# Far above what the package has. A file that holds more has gathered those of older releases, and is begun anew.
_MOST = 2000

# How other internals, and bytes that are no code, answer; `re.compile` works still.
_UNKNOWN = (
    *(AttributeError, EOFError, ImportError, IndexError, KeyError, MemoryError),
    *(OverflowError, RuntimeError, TypeError, ValueError),
)


class Kept:
    """The patterns of one file, read when the first of them is asked for."""

    def __init__(self, path: str | None) -> None:
        """path: of the file, which need not be there yet; None keeps nothing"""
        self._path = path
        self._codes: dict[_Key, _Code] | None = None
        self._added: dict[_Key, _Code] = {}

    def prepare(self, pattern: str | bytes, flags: int) -> tuple[Callable[[], re.Pattern[Any]], tuple[Any, ...]]:
        """What `re.compile` gives, once it is called for, and the pattern's cues (see `cues`).

        raises: re.error, which `re.compile` raises for the pattern
        """
        if self._codes is None:
            self._codes = _read(self._path) if self._path is not None else {}
        key = pattern, flags
        code = self._codes.get(key) or self._added.get(key)
        if code is None:
            try:
                code = self._added[key] = _coded(pattern, flags)
            except re.error:
                raise
            except _UNKNOWN:
                return partial(re.compile, pattern, flags), ()
        return partial(_assembled, pattern, flags, code), code[-1]

    def save(self) -> None:
        """Keep what has been compiled since; nothing is said where that cannot be."""
        if not self._added or self._path is None:
            return
        codes = {**(self._codes or {}), **self._added}
        if len(codes) > _MOST:
            codes = self._added
        aside = f"{self._path}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)  # noqa: PTH103, PTH120
            with open(aside, "wb") as file:  # noqa: PTH123
                file.write(marshal.dumps((_build(), codes)))
            os.replace(aside, self._path)  # noqa: PTH105
        except OSError:
            with suppress(OSError):
                os.unlink(aside)  # noqa: PTH108
        else:
            self._codes, self._added = codes, {}


def in_folder(folder: str | None) -> Kept:
    """The patterns kept in a folder, which need not be there yet, for this Python; None keeps nothing."""
    return Kept(f"{folder}/patterns.{sys.implementation.cache_tag}" if folder else None)


def _read(path: str) -> dict[_Key, _Code]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123
            build, codes = marshal.loads(file.read())  # noqa: S302  the user's own file
        return codes if build == _build() and isinstance(codes, dict) else {}
    except (OSError, *_UNKNOWN):
        return {}


def _build() -> tuple[int, str, str, int, int]:
    """What is kept is good for: one form, one build of Python, one kind of code."""
    sre = importlib.import_module("_sre")
    return _FORM, sys.version, sys.byteorder, sre.MAGIC, sre.CODESIZE


def _coded(pattern: str | bytes, flags: int) -> _Code:
    """Compile as `re._compiler.compile` does, up to the code."""
    compiler, parser = (importlib.import_module(f"re.{name}") for name in ("_compiler", "_parser"))
    parsed = parser.parse(pattern, flags)
    code = compiler._code(parsed, flags)
    size = importlib.import_module("_sre").CODESIZE
    data = b"".join(word.to_bytes(size, sys.byteorder) for word in code)
    cues = find_cues(parsed)
    wanted = tuple(cue.encode() for cue in cues) if isinstance(pattern, bytes) else cues
    return flags | parsed.state.flags, data, parsed.state.groups - 1, dict(parsed.state.groupdict), wanted


def _assembled(pattern: str | bytes, flags: int, kept: _Code) -> re.Pattern[Any]:
    """The pattern that a code belongs to, compiled by `re` after all where it is none."""
    try:
        all_flags, data, groups, names, _ = kept
        sre = importlib.import_module("_sre")
        code = memoryview(data).cast("I" if sre.CODESIZE == 4 else "H").tolist()
        by_number: list[str | None] = [None] * (groups + 1)
        for name, number in names.items():
            by_number[number] = name
        compiled: re.Pattern[Any] = sre.compile(pattern, all_flags, code, groups, names, tuple(by_number))
        return compiled
    except _UNKNOWN:
        return re.compile(pattern, flags)
