"""Functions that a pick touches and that differ from upstream's in more than the pick: worth knowing, rarely wrong.

Of picks that came out as the maintainer's tree, three in ten have such a function, hence a note and no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reviewbot.backport.diff import FileChange, read_change

if TYPE_CHECKING:
    from reviewbot.git import Plumbing

_C = (".c", ".h")
# The line that names a function: in the first column, up to the parenthesis.
_NAMED = re.compile(rb"[A-Za-z_][\w \t*]*?\b([A-Za-z_]\w*)\(")
_MOST = 8


def differing_bodies(git: Plumbing, change: Sequence[FileChange], theirs: str, result: str) -> tuple[str, ...]:
    """The functions touched by `change` whose bodies differ between upstream after it and the `result`, in words.

    A function is what ends in a brace in the first column, as in Xen's and Linux' coding style; line numbers are of the
    branch's file.
    """
    touched = {file.path: file for file in change if file.path and file.path.endswith(_C)}
    found: list[str] = []
    for file in read_change(git, theirs, result):
        if file.path in touched and file.old_path == file.path:
            data = git.file_at(theirs, file.path) or b""
            found += _of_file(touched[file.path], file, data)
    return tuple(found[:_MOST])


def _of_file(patch: FileChange, other: FileChange, data: bytes) -> Iterator[str]:
    for name, first, last in _functions(data):
        if not any(first <= h.new + max(len(h.added), 1) - 1 and h.new <= last for h in patch.hunks):
            continue
        lines = [h.new for h in other.hunks if first <= h.old + max(len(h.gone), 1) - 1 and h.old <= last]
        if lines:
            yield f"{other.path}:{lines[0]}: {name}() differs from upstream's in more than this change"


def _functions(data: bytes) -> Iterator[tuple[str, int, int]]:
    """Name, first and last line of each function."""
    first, name = 1, None
    for number, line in enumerate(data.split(b"\n"), 1):
        match = _NAMED.match(line)
        if match:
            first, name = number, match[1].decode()
        elif line[:1] == b"}":
            if name is not None:
                yield name, first, number
            name = None
