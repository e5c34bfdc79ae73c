"""What has landed: the commits of the tree, kept in the index and added to, and the patches found among them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewbot.review import same_person
from reviewbot.series import Patch, Series
from reviewbot.series.prefix import clean_title
from reviewbot.triage.ports import History

_SLACK = 86400  # seconds that a committer's clock may be behind the poster's


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a patch is recognised by; `again`: a later version has its subject, which is then that version's mark."""

    number: int
    patch_id: str
    title: str
    name: str
    address: str
    again: bool

    @classmethod
    def of(cls, patch: Patch, again: bool) -> Wanted:
        """The marks of a patch."""
        patch_id = patch.diff.patch_id if patch.diff.raw else ""
        return cls(patch.number, patch_id, clean_title(patch.subject), patch.author.name, patch.author.address, again)


def wanted(series: Series, found: Iterable[Series]) -> list[Wanted]:
    """The marks of a series' patches. `found`: all series of its conversation."""
    later: set[str] = set()
    if series.superseded_by is not None:
        newer = (other for other in found if other is not series and posted_at(other) >= posted_at(series))
        later = {clean_title(patch.subject) for other in newer for patch in other.patches}
    return [Wanted.of(patch, clean_title(patch.subject) in later) for patch in series.patches]


def update(database: sqlite3.Connection, history: History, since: int) -> bool:
    """Bring the commits of a tree up to date, back to `since` (seconds since the epoch); whether anything changed."""
    known = database.execute("SELECT tip, since FROM tree WHERE name = ?", (history.name,)).fetchone()
    tip = history.tip()
    if known and known[0] == tip and known[1] <= since:
        return False
    added = history.commits(since, known[0]) if known and known[1] <= since else None
    anew = added is None
    if added is None:  # never read, not far enough back, or history was rewritten
        database.execute("DELETE FROM landed WHERE tree = ?", (history.name,))
        added = history.commits(since, None) or iter(())
    else:
        since = known[1]
    rows = (
        (history.name, one.id, one.patch_id, _text(clean_title(one.subject)), _text(one.name), one.address, one.date)
        for one in added
    )
    done = database.executemany("INSERT OR REPLACE INTO landed VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    database.execute("INSERT OR REPLACE INTO tree VALUES (?, ?, ?)", (history.name, tip, since))
    return anew or done.rowcount > 0


def _text(value: str) -> str:
    return value.encode("utf-8", "backslashreplace").decode()


def landed(database: sqlite3.Connection, tree: str, patches: Iterable[Wanted], posted: int) -> dict[int, str]:
    """Patch number to commit: by patch id, else by subject and author among the commits made since it was posted.

    What was posted again is recognised by its patch id alone: its subject is that of the version that went in.
    """
    found: dict[int, str] = {}
    for patch in patches:
        commit = _by_patch(database, tree, patch)
        if commit is None and not patch.again:
            commit = _by_title(database, tree, patch, posted)
        if commit is not None:
            found[patch.number] = commit
    return found


def _by_patch(database: sqlite3.Connection, tree: str, patch: Wanted) -> str | None:
    if not patch.patch_id:
        return None
    row = database.execute(
        "SELECT id FROM landed WHERE tree = ? AND patch_id = ? ORDER BY date LIMIT 1", (tree, patch.patch_id)
    ).fetchone()
    return row[0] if row else None


def _by_title(database: sqlite3.Connection, tree: str, patch: Wanted, posted: int) -> str | None:
    rows: Sequence[tuple[str, str, str]] = database.execute(
        "SELECT id, name, address FROM landed WHERE tree = ? AND title = ? AND date >= ? ORDER BY date LIMIT 20",
        (tree, _text(patch.title), posted - _SLACK),
    ).fetchall()
    return next((commit for commit, name, address in rows if _same(patch, name, address)), None)


def _same(patch: Wanted, name: str, address: str) -> bool:
    return same_person(patch.name, patch.address, name, address)


def posted_at(series: Series) -> int:
    """When a series was posted, in seconds since the epoch."""
    return int(series.date.timestamp()) if series.date else 0


def to_rows(patches: Iterable[Wanted]) -> list[list[object]]:
    """For the index."""
    return [[p.number, p.patch_id, p.title, p.name, p.address, p.again] for p in patches]


def from_row(row: Sequence[object]) -> Wanted:
    """Out of the index; TypeError for what `to_rows` did not write."""
    number, patch_id, title, name, address, again = row
    if not isinstance(number, int):
        raise TypeError(f"no patch number: {number!r}")
    return Wanted(number, str(patch_id), str(title), str(name), str(address), bool(again))
