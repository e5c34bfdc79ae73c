"""Where mails come from: mbox (also .gz, .xz), Maildir, .eml, folders of these, public-inbox git, standard input."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from reviewbot import regex as re
from reviewbot.errors import InputError
from reviewbot.mail import mbox
from reviewbot.mail.duplicates import Seen
from reviewbot.mail.model import Mailbag, Message, Unread
from reviewbot.mail.parse import MAX_MAIL, parse

_GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\x00"
_PEEK = 65536
_MAX_UNPACKED = 4 << 30  # bytes: far above any list's archive, far below what a crafted file of 10 MB unpacks to


# A mail without a From line begins with a header field (RFC 5322 3.6.8), or with a From line in another form.
_FIELD = re.compile(rb"[!-9;-~]{1,200}:|>?From ")


class BlobSource(Protocol):
    """How a public-inbox git directory is read; this room knows nothing of git.

    `mails(repository)` yields the blob named `m` of every commit, oldest first, as (commit id, bytes); a commit
    without one (a mail that was taken out) yields nothing. It streams: no more than a few blobs are held at once.
    """

    def mails(self, repository: Path) -> Iterator[tuple[str, bytes]]:
        """Mails of one epoch."""


def read(source: str | os.PathLike[str], *, stdin: BinaryIO | None = None, blobs: BlobSource | None = None) -> Mailbag:
    """Read everything that `source` holds; copies of one mail are merged.

    `-` reads `stdin`; `blobs` is needed for git directories only. A mail that cannot be read becomes an `Unread`.
    Raises `InputError` naming path and cause where there is no file, no mail, or something else than mail.
    """
    messages: list[Message] = []
    unread: list[Unread] = []
    for entry in stream(source, stdin=stdin, blobs=blobs):
        if isinstance(entry, Message):
            messages.append(entry)
        else:
            unread.append(entry)
    if not messages:
        why = f": {unread[0].reason}" if unread else ""
        raise InputError(f"{_shown(source)}: no mail in it{why}")
    return Mailbag(tuple(messages), tuple(unread))


def stream(
    source: str | os.PathLike[str], *, stdin: BinaryIO | None = None, blobs: BlobSource | None = None
) -> Iterator[Message | Unread]:
    """`read`, one mail at a time, in memory bounded by the largest of them; later copies of a mail are left out."""
    seen = Seen()
    for entry in _raw(source, stdin, blobs):
        kept = seen.first(entry) if isinstance(entry, Message) else entry
        if kept is not None:
            yield kept


def _shown(source: str | os.PathLike[str]) -> str:
    name = os.fspath(source)
    return "standard input" if name == "-" else name


def _raw(
    source: str | os.PathLike[str], stdin: BinaryIO | None, blobs: BlobSource | None
) -> Iterator[Message | Unread]:
    name = os.fspath(source)
    if name == "-":
        if stdin is None:
            raise InputError("-: no standard input to read from")
        yield from _from_stream(stdin, "-")
        return
    path = Path(name)
    if path.is_dir():
        yield from _from_folder(path, blobs)
    elif path.exists():
        yield from _from_file(path)
    else:
        raise InputError(f"{name}: no such file or folder")


def _from_file(path: Path) -> Iterator[Message | Unread]:
    if not path.is_file():
        raise InputError(f"{path}: neither a file nor a folder")
    try:
        with path.open("rb") as file:
            yield from _from_stream(file, str(path))
    except OSError as problem:
        raise InputError(f"{path}: {problem.strerror or problem}") from problem


def _from_stream(raw: BinaryIO, source: str) -> Iterator[Message | Unread]:
    """An mbox or a single mail, packed or not: told by its first bytes, not by its name."""
    shown = _shown(source)
    stream = _Stream(raw, shown)
    if not stream.head:
        raise InputError(f"{shown}: empty")
    if not stream.head.startswith((_GZIP, _XZ)):
        yield from _from_text(stream, source)
        return
    import gzip
    import lzma
    import zlib

    packed = cast("BinaryIO", stream)  # both need read() only
    try:
        with gzip.GzipFile(fileobj=packed) if stream.head.startswith(_GZIP) else lzma.LZMAFile(packed) as opened:
            yield from _from_text(_Stream(cast("BinaryIO", opened), shown, _MAX_UNPACKED), source)
    except (EOFError, lzma.LZMAError, gzip.BadGzipFile, zlib.error) as problem:
        raise InputError(f"{shown}: damaged or cut off: {problem}") from problem


def _from_text(stream: _Stream, source: str) -> Iterator[Message | Unread]:
    shown = _shown(source)
    line = stream.head.lstrip().partition(b"\n")[0]
    if not line and len(stream.head) < _PEEK:
        raise InputError(f"{shown}: empty")
    if mbox.is_separator(line):
        for position, (raw, complaint) in enumerate(mbox.split(stream), 1):
            yield from _checked(raw, complaint, source, position)
        return
    if b"\0" in stream.head:
        raise InputError(f"{shown}: not a mailbox: a binary file")
    if not _FIELD.match(line):
        raise InputError(f"{shown}: not a mailbox: its first line is neither a From line nor a mail header")
    whole = b"".join(iter(lambda: stream.read(_PEEK) if stream.taken <= MAX_MAIL else b"", b""))
    yield from _checked(whole, mbox.TOO_LARGE if len(whole) > MAX_MAIL else "", source, 1)


def _checked(raw: bytes, complaint: str, source: str, position: int) -> Iterator[Message | Unread]:
    if complaint == mbox.TOO_LARGE:
        yield Unread(source, position, complaint)
        return
    if not raw.strip():
        return
    yield parse(raw, source, position)
    if complaint:
        yield Unread(source, position, complaint)


class _Stream:
    """Something to read from whose first bytes can be looked at, and that ends in an error beyond a limit."""

    def __init__(self, inner: BinaryIO, shown: str, limit: int | None = None) -> None:
        self._inner = inner
        self._shown = shown
        self._limit = limit
        self.taken = 0  # bytes handed out
        pieces = list(self._first())
        self.head = b"".join(pieces)
        self._ahead = self.head

    def _first(self) -> Iterator[bytes]:
        wanted = _PEEK
        while wanted > 0 and (piece := self._inner.read(wanted)):
            wanted -= len(piece)
            yield piece

    def read(self, size: int = _PEEK) -> bytes:
        """Up to `size` bytes; none at the end."""
        if self._ahead:
            data, self._ahead = self._ahead[:size], self._ahead[size:]
        else:
            data = self._inner.read(size)
        self.taken += len(data)
        if self._limit is not None and self.taken > self._limit:
            raise InputError(f"{self._shown}: unpacks to more than {self._limit >> 30} GB")
        return data


def _from_folder(path: Path, blobs: BlobSource | None) -> Iterator[Message | Unread]:
    """Everything below a folder, by name, without recursion; links to folders are not followed (they may loop)."""
    found_any = False
    waiting = [path]
    while waiting:
        folder = waiting.pop()
        epochs = _epochs(folder)
        if epochs:
            found_any = True
            yield from _from_git(folder, epochs, blobs)
            continue
        try:
            entries = sorted(folder.iterdir(), key=lambda entry: entry.name)
        except OSError as problem:
            raise InputError(f"{folder}: {problem.strerror or problem}") from problem
        maildir = (folder / "cur").is_dir() or (folder / "new").is_dir()
        folders = []
        for entry in entries:
            if entry.is_dir():
                skipped = entry.name == "tmp" if maildir else entry.name.startswith(".")  # .Sub is a Maildir++ folder
                if not skipped and not entry.is_symlink():
                    folders.append(entry)
            elif not maildir and not entry.name.startswith("."):
                found_any = True
                yield from _from_member(entry, single=folder.name in ("cur", "new"))
        waiting.extend(reversed(folders))
    if not found_any:
        raise InputError(f"{path}: no mail in this folder")


def _from_member(path: Path, single: bool) -> Iterator[Message | Unread]:
    """One file of a folder: what is no mail is listed and does not stop the rest."""
    try:
        if single:
            with path.open("rb") as file:
                raw = file.read(MAX_MAIL + 2)
            yield from _checked(raw, mbox.TOO_LARGE if len(raw) > MAX_MAIL else "", str(path), 1)
        else:
            yield from _from_file(path)
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


def _from_git(folder: Path, epochs: list[Path], blobs: BlobSource | None) -> Iterator[Message | Unread]:
    if blobs is None:
        raise InputError(f"{folder}: a git directory cannot be read here")
    position = 0
    for epoch in epochs:
        for _, raw in blobs.mails(epoch):
            position += 1
            yield parse(raw, str(epoch), position)
    if not position:
        raise InputError(f"{folder}: no mail in this git directory (no commit holds a file named m)")
