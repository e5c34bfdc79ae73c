"""The lines that a change adds and takes away, by path, as `git diff-tree -U0` has them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reviewbot.git import Plumbing

# "@@ -12,3 +14 @@ name of the function"
_HUNK = re.compile(rb"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?([^\n]*)")


@dataclass(frozen=True, slots=True)
class Hunk:
    """One change without context: where it begins in both files (1-based), its lines without their sign and end."""

    old: int
    new: int
    gone: tuple[bytes, ...]
    added: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """What changes in one file; `old_path` and `path` differ where it was renamed, one is None where it is absent."""

    old_path: str | None
    path: str | None
    hunks: tuple[Hunk, ...]
    binary: bool = False

    @property
    def name(self) -> str:
        """The path afterwards, or the old one of a file that goes."""
        return self.path or self.old_path or ""


def read_change(git: Plumbing, old: str, new: str) -> tuple[FileChange, ...]:
    """What differs between two commits or trees (full ids)."""
    how = (
        "-p",
        "-U0",
        "-M",
        "-r",
        "--no-ext-diff",
        "--no-textconv",
        "--no-color",
        "--src-prefix=a/",
        "--dst-prefix=b/",
    )
    out = git.run("-c", "core.quotePath=false", "diff-tree", *how, old, new, "--")
    return tuple(_file(part) for part in re.split(rb"^diff --git ", out, flags=re.MULTILINE)[1:])


def _file(part: bytes) -> FileChange:
    head, found, rest = part.partition(b"\n@@ ")
    names: dict[bytes, bytes] = {}
    for line in head.split(b"\n")[1:]:
        for mark in (b"--- ", b"+++ ", b"rename from ", b"rename to "):
            if line.startswith(mark):
                names[mark] = line[len(mark) :]
    first = head.split(b"\n", 1)[0]
    half = first[: len(first) // 2]
    plain = half.removeprefix(b"a/") if half.startswith(b"a/") else None
    old = _path(names.get(b"rename from ", names.get(b"--- ", plain)), b"--- " in names)
    new = _path(names.get(b"rename to ", names.get(b"+++ ", plain)), b"+++ " in names)
    hunks = tuple(_hunks(b"@@ " + rest)) if found else ()
    return FileChange(old, new, hunks, b"\nBinary files " in b"\n" + head or b"\nGIT binary patch" in head)


def _path(name: bytes | None, marked: bool) -> str | None:
    if name is None or name == b"/dev/null":
        return None
    text = name.rstrip(b"\t").decode("utf-8", "surrogateescape").strip('"')
    return text[2:] if marked and text[:2] in ("a/", "b/") else text


def _hunks(text: bytes) -> list[Hunk]:
    found: list[Hunk] = []
    heads: list[tuple[int, int]] = []
    gone: list[bytes] = []
    added: list[bytes] = []
    left = 0

    def close() -> None:
        if heads:
            found.append(Hunk(*heads.pop(), tuple(gone), tuple(added)))
            gone.clear()
            added.clear()

    for line in text.split(b"\n"):
        match = _HUNK.match(line) if not left else None
        if match:
            close()
            heads.append((int(match[1]), int(match[3])))
            left = int(match[2] or 1) + int(match[4] or 1)
        elif left and line[:1] in (b"-", b"+"):
            (gone if line[:1] == b"-" else added).append(line[1:])
            left -= 1
    close()
    return found
