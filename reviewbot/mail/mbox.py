"""mbox files cut into mails as `git mailsplit` cuts them, in a stream of bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from reviewbot import regex as re
from reviewbot.mail.parse import MAX_MAIL

_CHUNK = 1 << 20

# mboxrd puts one ">" before every line that begins with any number of them and "From ": one is taken off.
_QUOTED_FROM = re.compile(rb"^>(?=>*From )", re.MULTILINE)

_YEAR = re.compile(rb"\s*([+-]?\d{1,9})")  # as strtol reads it

TOO_LARGE = f"larger than {MAX_MAIL >> 20} MB"
TORN = "the file ends in the middle of a line: this mail may be cut off"


class Readable(Protocol):
    """What is split: a binary stream, read from front to end."""

    def read(self, size: int, /) -> bytes:
        """Up to `size` bytes; none at the end."""


def is_separator(line: bytes) -> bool:
    """mailsplit's rule for a "From " line (without its LF): it ends in h:mm:ss and a year above 90.

    A line of text that only begins with the word From is none.
    """
    line = line.removesuffix(b"\r")
    if len(line) < 19 or not line.startswith(b"From "):
        return False
    colon = line.rfind(b":", 5)
    if colon < 9 or not (line[colon - 2 : colon].isdigit() and line[colon + 1 : colon + 3].isdigit()):
        return False
    if not line[colon - 4 : colon - 3].isdigit():
        return False
    year = _YEAR.match(line, colon + 3)
    return year is not None and int(year.group(1)) > 90


def split(stream: Readable) -> Iterator[tuple[bytes, str]]:
    """The mails of an mbox, in order, each with a complaint or "".

    `TOO_LARGE` comes with no bytes; `TORN` with what there is of the last mail. The separators are left out and mboxrd
    quoting is undone. Holds one mail in memory, at most `MAX_MAIL` and a chunk.
    """
    buffer = bytearray()
    scanned = 0
    oversize = False
    ended = False
    while not ended:
        chunk = stream.read(_CHUNK)
        ended = not chunk
        buffer += chunk
        while (found := _next(buffer, scanned, ended)) is not None:
            at, line_end = found
            if at > 0:
                yield _mail(bytes(buffer[:at]), oversize, torn=False)
            oversize = False
            del buffer[:line_end]
            scanned = 0
        newline = buffer.rfind(b"\n")
        scanned = max(newline, 0)
        if len(buffer) > MAX_MAIL:
            oversize = True
            del buffer[:scanned]
            scanned = 0
            if len(buffer) > MAX_MAIL:  # one endless line
                buffer.clear()
    if buffer.strip() or oversize:
        yield _mail(bytes(buffer), oversize, torn=not buffer.endswith(b"\n"))


def _next(buffer: bytearray, scanned: int, ended: bool) -> tuple[int, int] | None:
    """The next separator line, as (its start, end with LF); None when none is complete in the buffer."""
    at = 0 if scanned == 0 and buffer.startswith(b"From ") else buffer.find(b"\nFrom ", scanned) + 1
    while at > 0 or (at == 0 and scanned == 0 and buffer.startswith(b"From ")):
        end = buffer.find(b"\n", at)
        if end < 0 and not ended:
            return None
        end = len(buffer) if end < 0 else end
        if is_separator(bytes(buffer[at : min(end, at + 1000)])):
            return at, min(end + 1, len(buffer))
        scanned = max(end, 1)
        at = buffer.find(b"\nFrom ", scanned) + 1
    return None


def _mail(raw: bytes, oversize: bool, torn: bool) -> tuple[bytes, str]:
    if oversize or len(raw) > MAX_MAIL:
        return b"", TOO_LARGE
    if b">From " in raw:
        raw = _QUOTED_FROM.sub(b"", raw)
    return raw, TORN if torn else ""
