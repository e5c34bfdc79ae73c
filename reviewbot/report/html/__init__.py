"""The queue as static pages: `index.html`, and one page a series below `series/`.

Every page stands alone: style and script are inside, allowed by their hash, and nothing is fetched from anywhere. All
that comes from mails is escaped; controls and characters that make text read other than it is are spelt out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from reviewbot.errors import InputError
from reviewbot.report.html import index, series
from reviewbot.report.html.markup import Shell
from reviewbot.review import Review
from reviewbot.triage import Entry, Queue

__all__ = ["write"]

_FOLDER = "series"


def write(
    folder: Path,
    queue: Queue,
    reviews: Callable[[Iterable[Entry]], Iterator[tuple[Entry, Review]]],
    now: datetime,
    source: str,
) -> int:
    """Write the pages into `folder` (made if need be); how many pages of series were written.

    reviews: gives for entries what was said about each; asked only for pages that are not up to date
    source: what the queue was made of, as a person would name it

    Raises InputError where the folder cannot be written to.
    """
    shell = Shell.load()
    try:
        (folder / _FOLDER).mkdir(parents=True, exist_ok=True)
        names = {entry.id: f"{_FOLDER}/{_name(entry)}.html" for entry in queue.entries}
        (folder / "index.html").write_bytes(index.page(shell, queue, names, now, source))
        stale = {
            entry.id: key for entry in queue.entries if not _holds(folder / names[entry.id], key := _key(shell, entry))
        }
        written = 0
        for entry, review in reviews([entry for entry in queue.entries if entry.id in stale]):
            page = series.page(shell, entry, review, names, stale[entry.id])
            (folder / names[entry.id]).write_bytes(page)
            written += 1
    except OSError as problem:
        raise InputError(f"{problem.filename or folder}: cannot be written: {problem.strerror}") from problem
    return written


def _name(entry: Entry) -> str:
    """A file's name for a series: message ids hold what no file name should."""
    return sha256(entry.id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _key(shell: Shell, entry: Entry) -> str:
    """What a page is made of: the entry, with its newest mail, and the look."""
    return sha256(f"{shell.key}{entry!r}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _holds(path: Path, key: str) -> bool:
    try:
        with path.open("rb") as file:
            return key.encode() in file.read(1000)
    except FileNotFoundError:
        return False
