"""The mails of a bundle, out of the index or the archive they are in, in the order of their sources."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from pathlib import Path

from reviewbot.mail import Message, parse
from reviewbot.triage.intake import unpacked
from reviewbot.triage.ports import Archive
from reviewbot.triage.store import Damaged

MOST_MAILS = 4000
"""Of a conversation: so many real ones there are none; a crafted one is read from its newest mails."""


def fetch(database: sqlite3.Connection, bundles: Iterable[int], archive: Archive | None) -> list[Message]:
    """The messages of these bundles. Raises `Damaged` for what cannot be read back."""
    wanted = sorted(set(bundles))
    marks = ", ".join("?" * len(wanted))
    rows = database.execute(
        f"SELECT mail.id, unit.path, position, oid FROM mail JOIN unit ON unit.id = mail.unit"  # noqa: S608
        f" WHERE bundle IN ({marks}) ORDER BY seen DESC, mail.id DESC LIMIT {MOST_MAILS}",
        wanted,
    ).fetchall()
    rows.sort()
    in_git: dict[str, dict[str, int]] = {}
    found: dict[int, Message] = {}
    for number, path, position, oid in rows:
        if oid is not None:
            in_git.setdefault(path, {})[oid] = position
            continue
        kept = database.execute("SELECT head, text, data FROM body WHERE mail = ?", (number,)).fetchone()
        try:
            found[number] = unpacked(kept[0], kept[1], kept[2], path, position)
        except (ValueError, KeyError, TypeError, zlib.error) as problem:
            raise Damaged(f"mail {number}: {problem}") from problem
    numbers = {(path, oid): number for number, path, _, oid in rows if oid is not None}
    for path, positions in in_git.items():
        assert archive is not None  # without one, the unit was refused
        for oid, raw in archive.pick(Path(path), positions):
            message = parse(raw, path, positions[oid])
            if isinstance(message, Message):
                found[numbers[path, oid]] = message
    return [found[number] for number, *_ in rows if number in found]
