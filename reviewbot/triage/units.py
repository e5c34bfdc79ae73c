"""What a source consists of, each unit with a stamp that changes when its mails may have: files, and git epochs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reviewbot.errors import InputError
from reviewbot.mail.folders import places
from reviewbot.triage.ports import Archive

Kind = Literal["git", "file", "mail", "stdin"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A file, one mail of a Maildir, a git directory, or standard input ("-", whose stamp is never the same).

    `named`: by the user himself.
    """

    path: str
    kind: Kind
    stamp: str
    named: bool = False

    @property
    def key(self) -> str:
        """The path as the index keeps it: bytes that are no UTF-8 are spelt out."""
        return self.path.encode("utf-8", "backslashreplace").decode()


def units(sources: Sequence[str], archive: Archive | None) -> tuple[Unit, ...]:
    """The units of all sources in order, each once.

    Folders are walked over as the mail room does it.
    Raises InputError for a source that is not there, or a git directory without an `archive` to read it.
    """
    found: dict[str, Unit] = {}
    for source in sources:
        if source == "-":
            found.setdefault("-", Unit("-", "stdin", "", named=True))
            continue
        path = Path(source).absolute()
        if not path.exists():
            raise InputError(f"{source}: no such file or folder")
        inside = list(_folder(path, archive)) if path.is_dir() else [_file(path, named=True)]
        if not inside:
            raise InputError(f"{source}: no mail in this folder")
        for unit in inside:
            found.setdefault(unit.path, unit)
    return tuple(found.values())


def _file(path: Path, kind: Kind = "file", named: bool = False) -> Unit:
    try:
        status = path.stat()
    except OSError:
        return Unit(str(path), kind, "gone", named)
    return Unit(str(path), kind, f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}", named)


def _folder(top: Path, archive: Archive | None) -> Iterator[Unit]:
    for place in places(top):
        for epoch in place.epochs:
            if archive is None:
                raise InputError(f"{place.path}: a git directory cannot be read here")
            yield Unit(str(epoch), "git", archive.tip(epoch) or "", named=place.path == top)
        if not place.epochs:
            yield _file(place.path, kind="mail" if place.single else "file")
