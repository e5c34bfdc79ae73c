"""The index: a SQLite file that two runs may use at once, thrown away where it is damaged or of another schema."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from reviewbot import regex as re

SCHEMA = 2
_APPLICATION = 0x72626F74  # "rbot": what tells our file from another program's
_PATIENCE = 120.0  # seconds that a run waits for another one to finish writing

# A key of `key` is the hash of a message id or a subject that joins mails to a bundle: a conversation in all its
# versions. A hash of `touch` is that of an author and a file that a patch by this author changes. `mail.oid` is the
# commit of a git archive; all other mails have their text in `body`.
_TABLES = """
CREATE TABLE unit (id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, stamp TEXT NOT NULL,
                   mails INTEGER NOT NULL DEFAULT 0);
CREATE TABLE mail (id INTEGER PRIMARY KEY, mid TEXT NOT NULL UNIQUE, unit INTEGER NOT NULL, position INTEGER NOT NULL,
                   oid TEXT, seen INTEGER NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, digest INTEGER NOT NULL,
                   bundle INTEGER NOT NULL, post INTEGER NOT NULL, version INTEGER);
CREATE INDEX mail_bundle ON mail (bundle, post, seen);
CREATE INDEX mail_unit ON mail (unit);
CREATE INDEX mail_address ON mail (address);
CREATE TABLE touch (hash INTEGER NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (hash, mail)) WITHOUT ROWID;
CREATE INDEX touch_mail ON touch (mail);
CREATE TABLE copy (unit INTEGER NOT NULL, mid TEXT NOT NULL, PRIMARY KEY (mid, unit)) WITHOUT ROWID;
CREATE TABLE body (mail INTEGER PRIMARY KEY, head TEXT NOT NULL, text BLOB NOT NULL, data BLOB);
CREATE TABLE unread (unit INTEGER NOT NULL, position INTEGER NOT NULL, reason TEXT NOT NULL);
CREATE TABLE key (hash INTEGER PRIMARY KEY, bundle INTEGER NOT NULL);
CREATE INDEX key_bundle ON key (bundle);
CREATE TABLE judged (variant TEXT NOT NULL, bundle INTEGER NOT NULL, digest TEXT NOT NULL,
                     PRIMARY KEY (variant, bundle)) WITHOUT ROWID;
CREATE TABLE series (variant TEXT NOT NULL, bundle INTEGER NOT NULL, place INTEGER NOT NULL, row TEXT NOT NULL,
                     wanted TEXT NOT NULL, PRIMARY KEY (variant, bundle, place)) WITHOUT ROWID;
CREATE TABLE tree (name TEXT PRIMARY KEY, tip TEXT NOT NULL, since INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE landed (tree TEXT NOT NULL, id TEXT NOT NULL, patch_id TEXT NOT NULL, title TEXT NOT NULL,
                     name TEXT NOT NULL, address TEXT NOT NULL, date INTEGER NOT NULL,
                     PRIMARY KEY (tree, id)) WITHOUT ROWID;
CREATE INDEX landed_patch ON landed (tree, patch_id);
CREATE INDEX landed_title ON landed (tree, title);
"""

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")  # what a file name should not hold


class Damaged(Exception):
    """The index does not hold what was put in. Never leaves the room: the index is built anew."""


def index_path(cache: Path, sources: Sequence[str]) -> Path:
    """Where the index of these sources lives: named after the first, told apart by the paths of all of them."""
    paths = [source if source == "-" else str(Path(source).resolve()) for source in sources]
    digest = sha256("\0".join(paths).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    name = _NOT_A_NAME.sub("-", Path(paths[0]).name)[:60] or "mail"
    return cache / f"{name}-{digest}.sqlite"


def connect(path: Path | None) -> sqlite3.Connection:
    """Open or make an index; `None` gives a private one on disk that is gone when closed.

    Raises OSError or sqlite3.OperationalError where it can be neither read nor written.
    """
    if path is None:
        database = sqlite3.connect("", isolation_level=None)
        _create(database)
        return database
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(path)
    except Damaged:
        remove(path)
        return _opened(path)


def remove(path: Path) -> None:
    """Delete an index with its side files; a run that still uses it goes on undisturbed."""
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()


def _opened(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        with writing(database):
            if not database.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone():
                _create(database)
        known = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if tuple(known) != (_APPLICATION, SCHEMA):
            raise Damaged("of another schema")
        if database.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise Damaged("quick_check")
    except sqlite3.OperationalError:
        database.close()
        raise
    except sqlite3.DatabaseError as problem:
        database.close()
        raise Damaged(str(problem)) from problem
    except Damaged:
        database.close()
        raise
    return database


def _create(database: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";"):
        if statement.strip():
            database.execute(statement)
    database.execute(f"PRAGMA application_id = {_APPLICATION}")
    database.execute(f"PRAGMA user_version = {SCHEMA}")


@contextmanager
def writing(database: sqlite3.Connection) -> Iterator[None]:
    """A transaction that holds the right to write from its start: another run waits, and then sees all of it."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        with suppress(sqlite3.Error):  # a full disk has rolled back already
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
