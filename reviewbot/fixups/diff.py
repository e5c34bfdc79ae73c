"""The hunks of a unified diff that somebody typed into a plan or a mail, with or without file headers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.errors import InputError

# A hunk's head; people who type one by hand leave the numbers out.
_HUNK = re.compile(r"@@(?: -(\d+)(?:,\d+)? \+\d+(?:,\d+)? @@.*)?\s*")
_NEW_FILE = re.compile(r"\+\+\+ (?:b/)?([^\t\n]+)(?:\t.*)?")
# Lines that git writes between files.
_NOISE = ("diff --git ", "index ", "--- ", "old mode ", "new mode ", "\\ No newline")


class TypedHunk(NamedTuple):
    """Lines before and after; `start` is the line (from 1) where it says it stands in the file it changes, or 0."""

    old: tuple[str, ...]
    new: tuple[str, ...]
    start: int


def read_hunks(diff: str) -> tuple[TypedHunk, ...]:
    """Read a diff's hunks. Without an `@@` line all of it is one hunk; the counts of the `@@` line are not believed.

    An empty line stands for an empty context line, as mail programs leave it. InputError when a line starts with
    none of " ", "+" and "-", or a hunk changes nothing or has nothing to be found by.
    """
    made: list[TypedHunk] = []
    for start, lines in _split(diff):
        old = tuple(line[1:] for line in lines if line[:1] in ("", " ", "-"))
        new = tuple(line[1:] for line in lines if line[:1] in ("", " ", "+"))
        if old == new:
            raise InputError("a hunk of the diff changes nothing")
        if not any(line.strip() for line in old):
            raise InputError("a hunk of the diff has no line that says where it belongs")
        made.append(TypedHunk(old, new, start))
    if not made:
        raise InputError("the diff has no hunk")
    return tuple(made)


def path_of(diff: str) -> str | None:
    """The file that a diff's `+++` line names; InputError when there are several."""
    names = list(dict.fromkeys(m.group(1) for line in diff.splitlines() if (m := _NEW_FILE.fullmatch(line))))
    if len(names) > 1:
        raise InputError(f"a fixup's diff changes one file, this one has {', '.join(names)}")
    return names[0] if names else None


def _split(diff: str) -> Iterator[tuple[int, list[str]]]:
    start, lines, headed = 0, list[str](), False
    for line in diff.rstrip("\n").split("\n"):
        line = line.removesuffix("\r")
        match = _HUNK.fullmatch(line)
        if match or line.startswith("diff --git "):
            if lines:
                yield start, lines
            start, lines, headed = int((match and match[1]) or 0), [], bool(match)
        elif (not headed and (line.startswith(_NOISE) or _NEW_FILE.fullmatch(line))) or line.startswith("\\"):
            continue
        elif line[:1] in ("", " ", "+", "-"):
            if line or lines:
                lines.append(line)
        else:
            raise InputError(f"not a line of a diff: {line!r}")
    while lines and not lines[-1]:
        lines.pop()
    if lines:
        yield start, lines
