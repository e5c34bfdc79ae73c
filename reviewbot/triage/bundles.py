"""Which mails must be looked at together: a conversation in all its versions, found while mails come in.

A bundle is a superset of threads: joined by every message id named in a header, by the subject where headers lead
nowhere, and by the title of a patch or cover letter, so that a series and its later versions are in one. Patches posted
apart are joined by author and time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import islice

from reviewbot import regex as re
from reviewbot.mail import Message, base_subject
from reviewbot.series.prefix import Prefix, clean_title

# The new name in a diff's first line; the name of a file that has not changed it stands there twice.
_FILE = re.compile(rb"^diff --git \S{1,400} b/(\S{1,400})$", re.MULTILINE)
_MOST_FILES = 10

_ONE_RUN = 3 * 3600  # seconds; as series.find takes patches that are posted apart for one posting


def keys(message: Message, prefix: Prefix, post: bool, orphan: bool) -> Iterator[int]:
    """The keys of a mail; `post`: it posts a patch or cover; `orphan`: its headers name no mail that is known."""
    yield _hash("m", message.message_id)
    for mid in message.references:
        yield _hash("m", mid)
    subject, reply = base_subject(message.subject)
    if subject and (orphan or not reply):
        yield _hash("s", subject)
    if post:
        yield _hash("t", clean_title(prefix.title))
        if orphan and prefix.total > 1 and message.date is not None:
            # Patches of one posting that hang on nothing common: near in time, told apart by author and total. Two
            # overlapping spans a mail, so that any two mails within one of them share a key.
            span = int(message.date.timestamp()) // _ONE_RUN
            for one in (span, span + 1):
                yield _hash("n", f"{message.author.address.lower()} {prefix.total} {one}")


def touched(message: Message) -> Iterator[int]:
    """For the files that a patch mail changes, each together with the author; the first few of them."""
    who = message.author.address.lower()
    for found in islice(_FILE.finditer(message.body_bytes), _MOST_FILES):
        yield _hash("f", f"{who} {found[1].decode('utf-8', 'replace')}")


def _hash(kind: str, text: str) -> int:
    """A key as SQLite's integer; should two ever be equal, two conversations are read together, no more."""
    data = f"{kind}{text}".encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big", signed=True)


class Bundles:
    """Union-find over keys: what the index knows, and what came in since; `flush` writes it down."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        newest = database.execute("SELECT max(bundle) FROM key").fetchone()[0]
        self._stored = newest or 0
        self._next = self._stored + 1
        self._home: dict[int, int] = {}
        self._above: dict[int, int] = {}

    def place(self, wanted: Iterable[int]) -> int:
        """The bundle of a mail with these keys."""
        own = list(dict.fromkeys(wanted))
        known = {self._find(home) for key in own if (home := self._lookup(key)) is not None}
        if known:
            target = min(known)
        else:
            target = self._next
            self._next += 1
        for other in known - {target}:
            self._above[other] = target
        for key in own:
            self._home[key] = target
        return target

    def _lookup(self, key: int) -> int | None:
        home = self._home.get(key)
        if home is None and self._stored:
            found = self._database.execute("SELECT bundle FROM key WHERE hash = ?", (key,)).fetchone()
            home = found[0] if found else None
        return home

    def _find(self, bundle: int) -> int:
        top = bundle
        while (above := self._above.get(top)) is not None:
            top = above
        while bundle != top:
            self._above[bundle], bundle = top, self._above[bundle]
        return top

    def flush(self) -> None:
        """Write down keys and mergers."""
        for other in list(self._above):
            merge(self._database, other, self._find(other), forget=other <= self._stored)
        rows = ((key, self._find(home)) for key, home in self._home.items())
        self._database.executemany("INSERT OR REPLACE INTO key VALUES (?, ?)", rows)
        self._home.clear()
        self._above.clear()
        self._stored = self._next - 1


def merge(database: sqlite3.Connection, other: int, target: int, forget: bool = True) -> None:
    """Make one bundle of two; `forget` what is known about either (a bundle that was never judged has nothing)."""
    database.execute("UPDATE mail SET bundle = ? WHERE bundle = ?", (target, other))
    if forget:
        database.execute("UPDATE key SET bundle = ? WHERE bundle = ?", (target, other))
        database.execute("DELETE FROM judged WHERE bundle IN (?, ?)", (other, target))
        database.execute("DELETE FROM series WHERE bundle IN (?, ?)", (other, target))
