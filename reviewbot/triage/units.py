"""What a source consists of, each unit with a stamp that changes when its mails may have: files, and git epochs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reviewbot.errors import InputError
from reviewbot.triage.ports import Archive

Kind = Literal["git", "file", "stdin"]


@dataclass(frozen=True, slots=True)
class Unit:
    """A file, a git directory, or standard input ("-", whose stamp is never the same). `named`: by the user himself."""

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

    Folders are read as the mail room reads them: tmp of a Maildir, hidden files and links to folders are left out.
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


def _file(path: Path, named: bool = False) -> Unit:
    try:
        status = path.stat()
    except OSError:
        return Unit(str(path), "file", "gone", named)
    return Unit(str(path), "file", f"{status.st_size}:{status.st_mtime_ns}:{status.st_ino}", named)


def _folder(top: Path, archive: Archive | None) -> Iterator[Unit]:
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        epochs = _epochs(folder)
        for epoch in epochs:
            if archive is None:
                raise InputError(f"{folder}: a git directory cannot be read here")
            yield Unit(str(epoch), "git", archive.tip(epoch) or "", named=folder == top)
        if epochs:
            continue
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as problem:
            raise InputError(f"{folder}: {problem.strerror or problem}") from problem
        names = {entry.name for entry in entries if entry.is_dir()}
        maildir = not names.isdisjoint(("cur", "new"))
        folders = []
        for entry in entries:
            if entry.is_dir():
                hidden = entry.name == "tmp" if maildir else entry.name.startswith(".")
                if not hidden and not entry.is_symlink():
                    folders.append(Path(entry.path))
            elif not maildir and not entry.name.startswith("."):
                yield _file(Path(entry.path))
        waiting.extend(reversed(folders))


def _epochs(folder: Path) -> list[Path]:
    """The git directories of a public-inbox: a v2 inbox (`git/0.git`, …), its `all.git`, one epoch, a clone."""
    if folder.name == "all.git" and (folder.parent / "git").is_dir():
        folder = folder.parent
    if folder.name == "cur" or folder.name == "new":
        return []
    numbered = [
        entry for base in (folder / "git", folder) if base.is_dir() for entry in base.glob("*.git")
        if entry.stem.isdigit() and _is_git(entry)
    ]  # fmt: skip
    if numbered:
        return sorted(numbered, key=lambda entry: int(entry.stem))
    return [found for found in (folder, folder / ".git", folder / "all.git") if _is_git(found)][:1]


def _is_git(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()
