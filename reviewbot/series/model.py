"""What a patch series is to the rest of the house. Facts only: whether it may go in is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from reviewbot.errors import InputError
from reviewbot.mail import Address, Message, Thread

Origin = Literal[" ", "+", "-"]
Status = Literal["modified", "added", "deleted", "renamed", "copied"]


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a hunk. `old`, `new`: 1-based lines of the file; `position`: 0-based line of the mail's bytes."""

    origin: Origin
    text: str
    old: int | None
    new: int | None
    position: int


@dataclass(frozen=True, slots=True)
class Hunk:
    """A hunk with the counts of its header; `section` is the text behind the second @@."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    section: str
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class FileDiff:
    """The change of one file. Modes are octal strings; blobs are ids as abbreviated in the mail.

    `unsafe` says why the path must not be used (None: it may); such files are shown, never applied.
    `special` names what is more than a plain file's change: a symbolic link, a submodule, git's own settings.
    """

    path: str
    old_path: str | None
    status: Status
    old_mode: str | None
    new_mode: str | None
    old_blob: str | None
    new_blob: str | None
    binary: bool
    hunks: tuple[Hunk, ...]
    unsafe: str | None = None
    special: str | None = None

    @property
    def added(self) -> int:
        """Number of lines added."""
        return sum(line.origin == "+" for hunk in self.hunks for line in hunk.lines)

    @property
    def removed(self) -> int:
        """Number of lines removed."""
        return sum(line.origin == "-" for hunk in self.hunks for line in hunk.lines)


@dataclass(frozen=True)
class Diff:
    """The diff of a patch: `raw` is to be fed to `git apply` as it is; `start` is the mail's line it begins at.

    `files` and `problems` are read from `raw` at first use; reading never fails, what is wrong becomes a problem.
    """

    raw: bytes
    start: int = 0

    @cached_property
    def _read(self) -> tuple[tuple[FileDiff, ...], tuple[str, ...]]:
        from reviewbot.series.diff import read

        return read(self.raw, self.start)

    @property
    def files(self) -> tuple[FileDiff, ...]:
        """The files in the order of the diff."""
        return self._read[0]

    @property
    def problems(self) -> tuple[str, ...]:
        """Why this diff must not be applied, each with the line of the mail; empty: it may be tried."""
        return self._read[1]

    @property
    def warnings(self) -> tuple[str, ...]:
        """What deserves a look before this is applied, although it may be: symbolic links, submodules, settings."""
        return tuple(f"{file.path}: {file.special}" for file in self.files if file.special)

    @cached_property
    def strip(self) -> int:
        """The `-p` that `git apply` needs: 1, or 0 for a diff made with --no-prefix."""
        from reviewbot.series.diff import strip

        return strip(self.raw)

    @cached_property
    def patch_id(self) -> str:
        """What `git patch-id --stable` says: equal for two diffs that differ in blanks and line numbers only."""
        from reviewbot.series.patchid import patch_id

        return patch_id(self.raw)

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Paths of all files, new names first; cheaper than `files`."""
        from reviewbot.series.diff import paths

        return paths(self.raw)

    def ensure_usable(self, name: str = "diff") -> None:
        """Raise `InputError` naming the first problem; to be called before `raw` is applied or a path of it opened."""
        if self.problems:
            raise InputError(f"{name}: {self.problems[0]}")


@dataclass(frozen=True, slots=True)
class Trailer:
    """A line of the trailer block: `line` as typed (folded lines joined by LF).

    A committer's note ("[jb: fix typo]") has an empty `name` and is its own value.
    """

    name: str
    value: str
    line: str

    def to_dict(self) -> dict[str, str]:
        """For JSON."""
        return {"name": self.name, "value": self.value, "line": self.line}


@dataclass(frozen=True)
class Patch:
    """One patch as `git am` would commit it, with the mail it came in.

    `body` is the commit message below the subject; `body_positions` gives for each of its lines the 0-based line of
    `message.body_bytes`. `notes` is the text between "---" and the diff. `total` is 1 and `number` 1 without a counter.
    """

    number: int
    total: int
    version: int
    subject: str
    message_id: str
    author: Address
    date_text: str
    body: str
    trailers: tuple[Trailer, ...]
    notes: str
    diff: Diff
    message: Message
    body_positions: tuple[int, ...] = field(default=(), repr=False)

    @property
    def body_start(self) -> int:
        """The 0-based line of `message.body_bytes` where `body` begins."""
        return self.body_positions[0] if self.body_positions else 0

    @property
    def files(self) -> tuple[str, ...]:
        """Paths that the patch touches."""
        return self.diff.paths

    @property
    def commit_message(self) -> str:
        """Subject, blank line, body, LF at the end: what `git am` commits."""
        return f"{self.subject}\n\n{self.body}\n" if self.body else f"{self.subject}\n"

    def to_dict(self) -> dict[str, Any]:
        """For JSON, the part of `show` that is known here."""
        return {
            "number": self.number,
            "total": self.total,
            "subject": self.subject,
            "message_id": self.message_id,
            "author": str(self.author),
            "files": list(self.files),
        }


@dataclass(frozen=True)
class Series:
    """One version of a series. `patches` are sorted by number.

    Where only a part was posted again, `base` is the id of the version before, `carried` are the numbers of the
    patches taken over from it, and the cover letter is its.
    `superseded_by` is the id of the newest later version. `version_text` is the version as typed ("5.1").
    """

    title: str
    version: int
    target: str | None
    rfc: bool
    resend: bool
    author: Address
    cover: Message | None
    patches: tuple[Patch, ...]
    thread: Thread
    superseded_by: str | None = None
    version_text: str = "1"
    carried: tuple[int, ...] = ()
    base: str | None = None

    @property
    def id(self) -> str:
        """Message id of the cover letter, else of the first patch posted with this version."""
        return self.posted[0].message_id

    @property
    def total(self) -> int:
        """How many patches the series says it has."""
        return max((patch.total for patch in self.patches), default=0)

    @property
    def complete(self) -> bool:
        """Whether every number from 1 to the total is there."""
        return self.total > 0 and {patch.number for patch in self.patches} >= set(range(1, self.total + 1))

    @property
    def missing(self) -> tuple[int, ...]:
        """Numbers of the patches that are not there."""
        there = {patch.number for patch in self.patches}
        return tuple(number for number in range(1, self.total + 1) if number not in there)

    @property
    def date(self) -> datetime | None:
        """When it was posted."""
        return self.posted[0].date

    @property
    def posted(self) -> tuple[Message, ...]:
        """The mails that came with this version: its own cover letter, then its own patches."""
        own = tuple(patch.message for patch in self.patches if patch.number not in self.carried)
        return (self.cover, *own) if self.cover is not None and self.base is None else own

    def patch(self, number: int) -> Patch | None:
        """The patch of that number."""
        return next((patch for patch in self.patches if patch.number == number), None)

    def to_dict(self) -> dict[str, Any]:
        """For JSON, the part of `show` that is known here."""
        return {
            "title": self.title,
            "version": self.version,
            "target": self.target,
            "author": str(self.author),
            "cover": self.cover.message_id if self.cover is not None else None,
            "superseded_by": self.superseded_by,
            "patches": [patch.to_dict() for patch in self.patches],
        }
