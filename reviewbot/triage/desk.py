"""The desk: sources in, index brought up to date, queue out."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from reviewbot.errors import InputError
from reviewbot.mail import Unread
from reviewbot.policy import Maintainers
from reviewbot.review import Review
from reviewbot.triage import history, store
from reviewbot.triage.assess import conversation, reader_of
from reviewbot.triage.fetch import fetch
from reviewbot.triage.intake import Intake
from reviewbot.triage.judged import Judge, Window, window
from reviewbot.triage.model import Entry, Queue, default_limit
from reviewbot.triage.ports import Ports
from reviewbot.triage.units import Unit, units
from reviewbot.triage.waiting import Person, turn, whose


class Desk:
    """An index that is up to date; made by `open_desk`."""

    def __init__(
        self, database: sqlite3.Connection, ports: Ports, judge: Judge, seen: Window, maintainers: Maintainers | None
    ) -> None:
        self._database = database
        self._ports = ports
        self._maintainers = maintainers
        self._seen = seen
        self._all = tuple(judge.entries(seen.bundles))
        self.notes: tuple[str, ...] = ()

    def queue(self, states: Collection[str] = (), person: Person | None = None) -> Queue:
        """The queue: of these states only (none: all), and only what waits for `person` (None: for anybody)."""
        entries = [entry for entry in self._all if isinstance(entry, Entry)]
        entries = [entry for entry in entries if not states or entry.state in states]
        if person is not None:
            entries = [entry for entry in entries if turn(entry, person)]
        unread = [entry for entry in self._all if isinstance(entry, Unread)]
        for path, position, reason in self._database.execute(
            "SELECT path, position, reason FROM unread JOIN unit ON unit.id = unread.unit ORDER BY unit.id, position"
        ):
            unread.append(Unread(path, position, reason))
        silent = datetime.fromtimestamp(self._seen.silent, UTC) if self._seen.older else None
        return Queue(tuple(sorted(entries, key=Entry.rank)), tuple(unread), self._seen.older, self.notes, silent)

    @property
    def mails(self) -> int:
        """How many mails the sources hold."""
        return int(self._database.execute("SELECT count(*) FROM mail").fetchone()[0])

    def person(self, given: str) -> Person:
        """Whose turn to ask for: an address, known by the names that mails from it bear and by MAINTAINERS."""
        address = given.rpartition("<")[2].rstrip("> ").lower()
        names = self._database.execute("SELECT DISTINCT name FROM mail WHERE address = ?", (address,)).fetchall()
        return whose(given, (name for (name,) in names), self._maintainers)

    def reviews(self, entries: Iterable[Entry]) -> Iterator[tuple[Entry, Review]]:
        """All that was said about these entries' series, read again; one conversation is held at a time."""
        grouped: dict[int, list[Entry]] = {}
        for entry in entries:
            grouped.setdefault(entry.bundle, []).append(entry)
        for done, (bundle, wanted) in enumerate(grouped.items()):
            self._ports.tell("pages", done, len(grouped))
            try:
                found = conversation(fetch(self._database, [bundle], self._ports.archive))
            except store.Damaged as problem:
                raise InputError(f"the index was damaged while it was read ({problem}): run again") from problem
            by_id = {series.id: series for series in found}
            reader = reader_of(found, self._maintainers)
            for entry in wanted:
                if entry.id in by_id:
                    yield entry, reader.review(by_id[entry.id])
        self._ports.tell("pages", len(grouped), len(grouped))


@contextmanager
def open_desk(sources: Sequence[str], ports: Ports, *, cache: Path | None, limit: int | None = None) -> Iterator[Desk]:
    """Bring the index of these sources up to date, and work with it.

    cache: the folder of the indexes; None, or one that cannot be written to, leaves none behind
    limit: how many conversations are judged, those spoken of last (0: all; None: as `default_limit` says)

    Raises InputError where a source is missing or holds no mail, GitError where git refuses.
    """
    wanted = units(sources, ports.archive)
    kept = cache is not None and all(unit.kind != "stdin" for unit in wanted)
    path = store.index_path(cache, sources) if cache is not None and kept else None
    database, desk = _ready(path, wanted, ports, limit)
    try:
        yield desk
    finally:
        database.close()


def _ready(
    path: Path | None, wanted: Sequence[Unit], ports: Ports, limit: int | None
) -> tuple[sqlite3.Connection, Desk]:
    """Open and update; a damaged index is built anew, one that cannot be kept is replaced by a passing one."""
    notes: list[str] = []
    while path is not None:
        try:
            return _attempt(path, wanted, ports, limit, notes)
        except (OSError, sqlite3.Error, store.Damaged) as problem:
            if notes or not _is_damage(problem):
                notes.append(f"no index is kept in {path}: {problem}")
                path = None
            else:
                notes.append(f"the index {path} was damaged and is built anew")
                store.remove(path)
    return _attempt(None, wanted, ports, limit, notes)


def _is_damage(problem: Exception) -> bool:
    """Whether an index is to be thrown away, rather than left alone: it is locked, read-only, or the disk is full."""
    if isinstance(problem, sqlite3.OperationalError):
        return problem.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR  # a table or column is not there
    return isinstance(problem, (sqlite3.Error, store.Damaged))


def _attempt(
    path: Path | None, wanted: Sequence[Unit], ports: Ports, limit: int | None, notes: Sequence[str]
) -> tuple[sqlite3.Connection, Desk]:
    database = store.connect(path)
    try:
        desk = _updated(database, wanted, ports, limit)
    except BaseException:
        database.close()
        raise
    desk.notes = tuple(notes)
    return database, desk


def _updated(database: sqlite3.Connection, wanted: Sequence[Unit], ports: Ports, limit: int | None) -> Desk:
    stored = dict(database.execute("SELECT path, stamp FROM unit").fetchall())
    if stored != {unit.key: unit.stamp for unit in wanted} or not stored:
        with store.writing(database):
            Intake(database, ports).update(wanted)
    if limit is None:
        limit = default_limit(database.execute("SELECT count(*) FROM mail").fetchone()[0])
    text = ports.history.maintainers() if ports.history is not None else None
    maintainers = Maintainers.parse(text) if text else None
    judge = Judge(database, ports, maintainers, text or "")
    if ports.history is not None:
        with store.writing(database):
            if history.update(database, ports.history, window(database, limit).since):
                judge.forget_landed()
    return Desk(database, ports, judge, judge.update(limit), maintainers)
