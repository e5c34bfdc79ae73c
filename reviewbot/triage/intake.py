"""Mails into the index: only what is new is read, and of git archives no text is kept, as it can be had again."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from reviewbot.errors import InputError
from reviewbot.mail import Address, Message, Unread, parse, stream
from reviewbot.mail.folders import from_member
from reviewbot.series.prefix import parse as parse_prefix
from reviewbot.triage.bundles import Bundles, keys, touched
from reviewbot.triage.ports import Ports
from reviewbot.triage.units import Unit

_DIFF = b"\ndiff --git "
_EVERY = 250  # mails between two reports of progress
_LEVEL = 1  # zlib: a third of the size at a tenth of the cost of level 9


class Intake:
    """Brings the index up to date with the units of the sources; to be used within one transaction."""

    def __init__(self, database: sqlite3.Connection, ports: Ports) -> None:
        self._database = database
        self._ports = ports
        self._now = int(ports.now.timestamp())
        self._bundles = Bundles(database)
        self._done = 0

    def update(self, wanted: Sequence[Unit]) -> None:
        """Read what was added, forget what is gone. Raises InputError for a named source that holds no mail."""
        stored = dict(self._database.execute("SELECT path, stamp FROM unit").fetchall())
        present = {unit.key for unit in wanted}
        for path in [path for path in stored if path not in present]:
            stored = self._forget(path, stored)
        # A mail that one file lost may still be in another one, which then has to be read once more.
        waiting = [unit for unit in wanted if unit.kind == "stdin" or stored.get(unit.key) != unit.stamp]
        again: set[str] = set()
        while waiting:
            lost = [path for unit in waiting for path in self._read(unit)]
            waiting = [unit for unit in wanted if unit.key in lost and unit.key not in again]
            again.update(unit.key for unit in waiting)
        self._bundles.flush()
        if self._done:
            self._ports.tell("mails", self._done, self._done)

    def _read(self, unit: Unit) -> list[str]:
        """Take one unit in; the paths of those that have copies of mails it lost."""
        number, mails, stamp = self._unit(unit)
        if unit.kind == "git":
            since = stamp if stamp and mails else None
            assert self._ports.archive is not None  # without one, the unit was refused
            fresh = self._ports.archive.mails(Path(unit.path), since)
            if fresh is None:  # history was rewritten
                self._empty(number)
                mails, fresh = 0, self._ports.archive.mails(Path(unit.path), None)
            for oid, raw in fresh or ():
                mails += 1
                self._take(parse(raw, unit.path, mails), number, oid)
            self._stamp(number, unit.stamp, mails)
            if unit.named and not mails:
                raise InputError(f"{unit.path}: no mail in this git directory (no commit holds a file named m)")
            return []
        self._database.execute("DELETE FROM unread WHERE unit = ?", (number,))
        before = {mid for (mid,) in self._database.execute("SELECT mid FROM mail WHERE unit = ?", (number,))}
        held = 0
        unread: Unread | None = None
        readable = False
        for held, entry in enumerate(self._entries(unit), 1):  # noqa: B007
            before.discard(self._take(entry, number, None))
            if isinstance(entry, Message):
                readable = True
            else:
                unread = unread or entry
        if unit.named and not readable:
            shown = "standard input" if unit.kind == "stdin" else unit.path
            raise InputError(f"{shown}: no mail in it" + (f": {unread.reason}" if unread else ""))
        self._stamp(number, unit.stamp, held)
        return self._lose(before)

    def _entries(self, unit: Unit) -> Iterator[Message | Unread]:
        """The mails of a file. What is no mail in a folder is listed; named by the user, it is an error."""
        if unit.kind == "mail":
            yield from from_member(Path(unit.path), single=True)
            return
        try:
            yield from stream(unit.path, stdin=self._ports.stdin)
        except InputError as problem:
            if unit.named:
                raise
            yield Unread(unit.path, 0, str(problem).removeprefix(f"{unit.path}: "))

    def _unit(self, unit: Unit) -> tuple[int, int, str]:
        self._database.execute(
            "INSERT OR IGNORE INTO unit (path, kind, stamp) VALUES (?, ?, '')", (unit.key, unit.kind)
        )
        return self._database.execute(  # type: ignore[no-any-return]
            "SELECT id, mails, stamp FROM unit WHERE path = ?", (unit.key,)
        ).fetchone()

    def _stamp(self, number: int, stamp: str, mails: int) -> None:
        self._database.execute("UPDATE unit SET stamp = ?, mails = ? WHERE id = ?", (stamp, mails, number))

    def _take(self, entry: Message | Unread, number: int, oid: str | None) -> str:
        """Note one mail; its id, "" for one that could not be read."""
        self._done += 1
        if self._done % _EVERY == 0:
            self._ports.tell("mails", self._done)
        if isinstance(entry, Unread):
            row = (number, entry.position, _safe(entry.reason))
            self._database.execute("INSERT INTO unread VALUES (?, ?, ?)", row)
            return ""
        mid, digest = _safe(entry.message_id), zlib.crc32(entry.body_bytes)
        known = self._database.execute(
            "SELECT address, digest, unit, position FROM mail WHERE mid = ?", (mid,)
        ).fetchone()
        if known is None:
            self._add(entry, mid, digest, number, oid)
        elif known[0] != entry.author.address.lower() and known[1] != digest:
            # Whoever reuses an id, to put words into another's mouth or by a broken program, replaces nothing.
            reason = f"its Message-ID <{mid}> is that of mail {known[3]}, sent by {known[0]}"
            self._database.execute("INSERT INTO unread VALUES (?, ?, ?)", (number, entry.position, _safe(reason)))
            return ""
        elif known[2] != number:
            self._database.execute("INSERT OR IGNORE INTO copy VALUES (?, ?)", (number, mid))
        return mid

    def _add(self, message: Message, mid: str, digest: int, number: int, oid: str | None) -> None:
        prefix = parse_prefix(message.subject)
        # "[LTP] fix this" with a diff in it is a patch as well: `find_series` looks inside.
        post = not prefix.reply and (prefix.patch or _DIFF in message.body_bytes)
        orphan = not any(self._is_known(reference) for reference in message.references)
        bundle = self._bundles.place(keys(message, prefix, post, orphan))
        # A date in the future is the sender's clock; it must not stand above all others for years.
        seen = self._now if message.date is None else min(int(message.date.timestamp()), self._now)
        row = (
            mid, number, message.position, oid, seen, _safe(message.author.name), message.author.address.lower(),
            digest, bundle, post, prefix.version if post else None,
        )  # fmt: skip
        added = self._database.execute(
            "INSERT INTO mail (mid, unit, position, oid, seen, name, address, digest, bundle, post, version)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            row,
        )
        if post:
            rows = ((one, added.lastrowid) for one in touched(message))
            self._database.executemany("INSERT OR IGNORE INTO touch VALUES (?, ?)", rows)
        if oid is None:
            self._database.execute("INSERT INTO body VALUES (?, ?, ?, ?)", (added.lastrowid, *packed(message)))

    def _is_known(self, mid: str) -> bool:
        return self._database.execute("SELECT 1 FROM mail WHERE mid = ?", (_safe(mid),)).fetchone() is not None

    def _forget(self, path: str, stored: dict[str, str]) -> dict[str, str]:
        """A unit that is gone; what is left of `stored`, without those that must be read again."""
        number = self._database.execute("SELECT id FROM unit WHERE path = ?", (path,)).fetchone()[0]
        lost = {path, *self._empty(number)}
        self._database.execute("DELETE FROM unit WHERE id = ?", (number,))
        return {known: stamp for known, stamp in stored.items() if known not in lost}

    def _empty(self, number: int) -> list[str]:
        """Forget all mails of a unit."""
        self._database.execute("DELETE FROM unread WHERE unit = ?", (number,))
        self._database.execute("DELETE FROM copy WHERE unit = ?", (number,))
        mids = {mid for (mid,) in self._database.execute("SELECT mid FROM mail WHERE unit = ?", (number,))}
        return self._lose(mids)

    def _lose(self, mids: set[str]) -> list[str]:
        """Delete mails; the paths of the units that have copies of them."""
        others: set[str] = set()
        for mid in mids:
            holders = self._database.execute(
                "SELECT unit.path, unit.id, unit.kind FROM copy JOIN unit ON unit.id = copy.unit WHERE mid = ?", (mid,)
            ).fetchall()
            for path, number, kind in holders:
                others.add(path)
                if kind == "git":  # read from its first mail on
                    self._stamp(number, "", 0)
            self._database.execute("DELETE FROM copy WHERE mid = ?", (mid,))
            self._database.execute("DELETE FROM body WHERE mail = (SELECT id FROM mail WHERE mid = ?)", (mid,))
            self._database.execute("DELETE FROM touch WHERE mail = (SELECT id FROM mail WHERE mid = ?)", (mid,))
            self._database.execute("DELETE FROM mail WHERE mid = ?", (mid,))
        return sorted(others)


def _safe(text: str) -> str:
    """Text that SQLite takes: bytes that were no UTF-8 are spelt out."""
    return text.encode("utf-8", "backslashreplace").decode()


def packed(message: Message) -> tuple[str, bytes, bytes | None]:
    """A mail as it is kept: the header as JSON, the text, and the bytes where they are not just the text's."""
    head = {
        "message_id": message.message_id,
        "subject": message.subject,
        "author": [message.author.name, message.author.address],
        "sender": [message.sender.name, message.sender.address],
        "date": message.date.isoformat() if message.date else None,
        "date_text": message.date_text,
        "references": message.references,
        "in_reply_to": message.in_reply_to,
        "recipients": [[who.name, who.address] for who in message.recipients],
        "from_text": message.from_text,
    }
    text = message.body.encode("utf-8", "surrogatepass")
    data = None if text == message.body_bytes else zlib.compress(message.body_bytes, _LEVEL)
    return json.dumps(head), zlib.compress(text, _LEVEL), data


def unpacked(head: str, text: bytes, data: bytes | None, source: str, position: int) -> Message:
    """The mail again. Raises ValueError, KeyError, TypeError or zlib.error where the index is damaged."""
    row: dict[str, Any] = json.loads(head)
    body = zlib.decompress(text)
    return Message(
        message_id=row["message_id"],
        subject=row["subject"],
        author=Address(*row["author"]),
        sender=Address(*row["sender"]),
        date=datetime.fromisoformat(row["date"]) if row["date"] else None,
        date_text=row["date_text"],
        references=tuple(row["references"]),
        in_reply_to=row["in_reply_to"],
        recipients=tuple(Address(*who) for who in row["recipients"]),
        body=body.decode("utf-8", "surrogatepass"),
        body_bytes=body if data is None else zlib.decompress(data),
        source=source,
        position=position,
        from_text=row["from_text"],
    )
