"""Where mails come from: mbox (also .gz, .xz), .eml, standard input; folders of these are `folders`' business.

A file is opened without pathlib: that takes longer to import (4 ms) than a thread to read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from reviewbot import regex as re
from reviewbot.errors import InputError
from reviewbot.mail import mbox
from reviewbot.mail.duplicates import Seen
from reviewbot.mail.model import Mailbag, Message, Unread
from reviewbot.mail.parse import MAX_MAIL, parse

if TYPE_CHECKING:
    from pathlib import Path

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
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116
    except FileNotFoundError:
        raise InputError(f"{name}: no such file or folder") from None
    except OSError as problem:
        raise InputError(f"{name}: {problem.strerror or problem}") from problem
    if stat.S_ISDIR(mode):
        from reviewbot.mail import folders

        yield from folders.mails(name, blobs)
    elif stat.S_ISREG(mode):
        yield from from_file(name)
    else:
        raise InputError(f"{name}: neither a file nor a folder")


def from_file(name: str) -> Iterator[Message | Unread]:
    """The mails of one regular file, an mbox (packed or not) or a single mail."""
    try:
        with open(name, "rb") as file:  # noqa: PTH123
            yield from _from_stream(file, name)
    except OSError as problem:
        raise InputError(f"{name}: {problem.strerror or problem}") from problem


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
            yield from checked(raw, complaint, source, position)
        return
    if b"\0" in stream.head:
        raise InputError(f"{shown}: not a mailbox: a binary file")
    if not _FIELD.match(line):
        raise InputError(f"{shown}: not a mailbox: its first line is neither a From line nor a mail header")
    whole = b"".join(iter(lambda: stream.read(_PEEK) if stream.taken <= MAX_MAIL else b"", b""))
    yield from checked(whole, mbox.TOO_LARGE if len(whole) > MAX_MAIL else "", source, 1)


def checked(raw: bytes, complaint: str, source: str, position: int) -> Iterator[Message | Unread]:
    """One mail's bytes, read; `complaint` says what its reader found wrong."""
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
