"""What this room is handed by its caller: git archives of mail, the history of the tree, the clock, standard input."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from reviewbot.policy import Calendar

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how many of it are, and of how many (None: not known)."""


class Archive(Protocol):
    """A public-inbox epoch: one commit a mail. Ids are full; mails are the bytes of the file `m`."""

    def tip(self, repository: Path) -> str | None:
        """The newest commit, None where there is none."""

    def mails(self, repository: Path, since: str | None) -> Iterator[tuple[str, bytes]] | None:
        """The mails after commit `since` (None: all), oldest first; None where `since` is no part of this history."""

    def pick(self, repository: Path, commits: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The mails of these commits."""


@dataclass(frozen=True, slots=True)
class Landed:
    """A commit of the tree: `date` in seconds since the epoch (of committing), `patch_id` as git computes it or ""."""

    id: str
    patch_id: str
    subject: str
    name: str
    address: str
    date: int


class History(Protocol):
    """The tree that patches land in. `name` tells it from other trees (its path)."""

    @property
    def name(self) -> str:
        """What the index knows this tree by."""

    def tip(self) -> str:
        """The commit looked at."""

    def maintainers(self) -> str | None:
        """The text of MAINTAINERS at the tip."""

    def commits(self, since: int, after: str | None) -> Iterator[Landed] | None:
        """Commits not older than `since`, without those that `after` reaches; None where the tip does not reach it."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The outside world. Without `archive` no git archive can be read, without `history` nothing is known to land."""

    now: datetime
    archive: Archive | None = None
    history: History | None = None
    stdin: BinaryIO | None = None
    progress: Progress | None = None
    calendar: Calendar | None = None

    def tell(self, what: str, done: int, of: int | None = None) -> None:
        """Say how far it got, if anybody listens."""
        if self.progress is not None:
            self.progress(what, done, of)
