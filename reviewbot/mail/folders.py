"""Folders of mail: Maildirs, folders of .eml files and mboxes, and the git directories of a public-inbox."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from reviewbot.errors import InputError
from reviewbot.mail import mbox
from reviewbot.mail.model import Message, Unread
from reviewbot.mail.parse import MAX_MAIL, parse
from reviewbot.mail.sources import BlobSource, checked, from_file


class Place(NamedTuple):
    """Something that holds mail: a file (`single`: one mail whatever its first line), or an inbox of git `epochs`."""

    path: Path
    single: bool = False
    epochs: tuple[Path, ...] = ()


def places(top: Path) -> Iterator[Place]:
    """Everything below a folder that may hold mail, by name, without recursion.

    Left out: tmp of a Maildir, hidden files, and links to folders (they may loop). Raises `InputError` where a folder
    cannot be read.
    """
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        epochs = _epochs(folder)
        if epochs:
            yield Place(folder, epochs=tuple(epochs))
            continue
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as problem:
            raise InputError(f"{folder}: {problem.strerror or problem}") from problem
        inside = {entry.name for entry in entries if entry.is_dir()}
        maildir = not inside.isdisjoint(("cur", "new"))
        folders = []
        for entry in entries:
            if entry.name in inside:
                skipped = entry.name == "tmp" if maildir else entry.name.startswith(".")  # .Sub is a Maildir++ folder
                if not skipped and not entry.is_symlink():
                    folders.append(Path(entry.path))
            elif not maildir and not entry.name.startswith("."):
                yield Place(Path(entry.path), single=folder.name in ("cur", "new"))
        waiting.extend(reversed(folders))


def mails(name: str, blobs: BlobSource | None) -> Iterator[Message | Unread]:
    """The mails of everything below a folder. Raises `InputError` where nothing is in it."""
    found_any = False
    for place in places(Path(name)):
        found_any = True
        if place.epochs:
            yield from _from_git(place, blobs)
        else:
            yield from from_member(place.path, place.single)
    if not found_any:
        raise InputError(f"{name}: no mail in this folder")


def from_member(path: Path, single: bool) -> Iterator[Message | Unread]:
    """One file of a folder: what is no mail is listed and does not stop the rest."""
    try:
        if single:
            with path.open("rb") as file:
                raw = file.read(MAX_MAIL + 2)
            yield from checked(raw, mbox.TOO_LARGE if len(raw) > MAX_MAIL else "", str(path), 1)
        elif path.is_file():
            yield from from_file(str(path))
        else:
            yield Unread(str(path), 0, "neither a file nor a folder")
    except InputError as problem:
        yield Unread(str(path), 0, str(problem).removeprefix(f"{path}: "))
    except OSError as problem:
        yield Unread(str(path), 0, problem.strerror or str(problem))


def _epochs(folder: Path) -> list[Path]:
    """The git directories of a public-inbox in order of time; none if this is no such folder.

    Known: a v2 inbox (`git/0.git`, `git/1.git`, …), its `all.git`, one epoch, and a clone with a work tree.
    """
    if folder.name == "all.git" and (folder.parent / "git").is_dir():
        return _epochs(folder.parent)
    numbered = [
        entry for base in (folder / "git", folder) if base.is_dir() for entry in base.iterdir()
        if entry.suffix == ".git" and entry.stem.isdigit() and _is_git(entry)
    ]  # fmt: skip
    if numbered:
        return sorted(numbered, key=lambda entry: int(entry.stem))
    if _is_git(folder):
        return [folder]
    if _is_git(folder / ".git"):
        return [folder / ".git"]
    if _is_git(folder / "all.git"):
        return [folder / "all.git"]
    return []


def _is_git(folder: Path) -> bool:
    return (folder / "HEAD").is_file() and (folder / "objects").is_dir() and (folder / "refs").is_dir()


def _from_git(inbox: Place, blobs: BlobSource | None) -> Iterator[Message | Unread]:
    if blobs is None:
        raise InputError(f"{inbox.path}: a git directory cannot be read here")
    position = 0
    for epoch in inbox.epochs:
        for _, raw in blobs.mails(epoch):
            position += 1
            yield parse(raw, str(epoch), position)
    if not position:
        raise InputError(f"{inbox.path}: no mail in this git directory (no commit holds a file named m)")
