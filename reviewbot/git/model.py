"""What git says about files and commits, as data, and how its output is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reviewbot import regex as re

# Full object names, SHA-1 or SHA-256: the only form of a revision that is passed on once it has been verified.
ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_STATUS = {"M": "modified", "A": "added", "D": "deleted", "R": "renamed", "C": "copied", "T": "retyped"}
_REGULAR = ("100644", "100755")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a tree or of the index: mode as git writes it ("100644"), and the blob's id."""

    mode: str
    id: str


@dataclass(frozen=True, slots=True)
class Change:
    """A path that differs between two trees; `old_path` is set for renames and copies, modes and ids None where absent.

    status: modified, added, deleted, renamed, copied, or retyped (a file became a link, or the other way round)
    """

    status: str
    path: str
    old_path: str | None
    old: Entry | None
    new: Entry | None


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit's data; dates are seconds since the epoch with git's zone ("+0100")."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    author_email: str
    author_date: str
    committer: str
    committer_email: str
    committer_date: str
    message: str

    @property
    def subject(self) -> str:
        """The first paragraph on one line, as git shows it."""
        return " ".join(self.message.strip("\n").split("\n\n", 1)[0].split("\n"))


def rows(out: bytes) -> Iterator[tuple[list[str], str]]:
    for row in out.split(b"\0"):
        if row:
            head, _, path = row.partition(b"\t")
            yield head.decode().split(), path.decode("utf-8", "surrogateescape")


def raw_changes(out: bytes) -> Iterator[Change]:
    """Read `--raw -z`: ":mode mode id id letter" NUL path NUL, and a second path for renames and copies."""
    fields = iter(out.decode("utf-8", "surrogateescape").split("\0"))
    for head in fields:
        if not head.startswith(":"):
            continue
        old_mode, new_mode, old_id, new_id, letter = head[1:].split(" ")
        first = next(fields)
        path = next(fields) if letter[0] in "RC" else first
        yield Change(
            _STATUS.get(letter[0], "modified"),
            path,
            first if letter[0] in "RC" else None,
            Entry(old_mode, old_id) if int(old_mode, 8) else None,
            Entry(new_mode, new_id) if int(new_mode, 8) else None,
        )
