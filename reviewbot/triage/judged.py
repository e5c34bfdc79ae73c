"""Which conversations are in the queue, and their entries: judged once, and anew only where something changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha1
from typing import NamedTuple

from reviewbot import __version__
from reviewbot.errors import ReviewbotError
from reviewbot.mail import Unread
from reviewbot.policy import Maintainers
from reviewbot.series import Series
from reviewbot.series.versions import REWORKED
from reviewbot.triage import history, rows
from reviewbot.triage.assess import assess, conversation, last_words, quick_review, reader_of
from reviewbot.triage.bundles import merge, touched
from reviewbot.triage.fetch import fetch
from reviewbot.triage.model import Entry
from reviewbot.triage.ports import Ports
from reviewbot.triage.store import Damaged, writing

_AT_ONCE = 25  # conversations judged in one transaction: another run waits no longer than for these
_ALIKE = 3  # earlier postings by the same author looked at, where a later version found none of like title
_MOST_VERSIONS = 20
_MOST_FILES = 100


class Window(NamedTuple):
    """The conversations looked at (spoken of last, newest first), and when the first of them was posted.

    `older` counts those that are not looked at, `silent` is when the last word in these was said (0 without any).
    """

    bundles: tuple[int, ...]
    older: int
    since: int
    silent: int = 0


def window(database: sqlite3.Connection, limit: int) -> Window:
    """The `limit` newest conversations with a patch in them (0: all)."""
    found = database.execute(
        "SELECT bundle, max(seen) AS last, min(CASE WHEN post THEN seen END), min(mid) AS name FROM mail"
        " GROUP BY bundle HAVING max(post) ORDER BY last DESC, name"
    ).fetchall()
    chosen = found[: limit or None]
    since = min((row[2] for row in chosen), default=0)
    silent = found[len(chosen)][1] if len(chosen) < len(found) else 0
    return Window(tuple(row[0] for row in chosen), len(found) - len(chosen), since, silent)


class Judge:
    """Keeps the entries of one index up to date, under one tree (or none)."""

    def __init__(
        self, database: sqlite3.Connection, ports: Ports, maintainers: Maintainers | None, policy: str
    ) -> None:
        """`policy` is the text that `maintainers` was read from: entries are judged anew when it changes."""
        self._database = database
        self._ports = ports
        self._maintainers = maintainers
        gate = f"{ports.calendar}{ports.calendar.phase(ports.now.date())}" if ports.calendar is not None else ""
        self._basis = sha1(f"{__version__}\0{policy}{gate}".encode("utf-8", "surrogatepass"), usedforsecurity=False)
        self.variant = ports.history.name if ports.history is not None else ""

    def update(self, limit: int) -> Window:
        """Judge those conversations among the `limit` newest that are new, or were spoken of since; gives these.

        Two that turn out to be one make room for a further one.
        """
        while True:
            seen = window(self._database, limit)
            self._update(seen.bundles)
            if window(self._database, limit).bundles == seen.bundles:
                return seen

    def _update(self, bundles: Sequence[int]) -> None:
        known = self._known()
        stale = [bundle for bundle, digest in self._digests(bundles).items() if known.get(bundle) != digest]
        for start in range(0, len(stale), _AT_ONCE):
            self._ports.tell("conversations", start, len(stale))
            with writing(self._database):
                for bundle in stale[start : start + _AT_ONCE]:
                    self._judge(bundle)
        if stale:
            self._ports.tell("conversations", len(stale), len(stale))

    def forget_landed(self) -> None:
        """Drop the entries of which patches have landed, or vanished from the tree, since they were judged."""
        for bundle, row, wanted in self._database.execute(
            "SELECT bundle, row, wanted FROM series WHERE variant = ?", (self.variant,)
        ).fetchall():
            entry = self._loaded(row)
            if isinstance(entry, Unread):
                continue
            try:
                patches = [history.from_row(one) for one in json.loads(wanted)]
            except (ValueError, TypeError) as problem:
                raise Damaged(f"conversation {bundle}: {problem}") from problem
            posted = int(entry.posted.timestamp()) if entry.posted else 0
            now = history.landed(self._database, self.variant, patches, posted)
            if now != entry.landed:
                self._database.execute("DELETE FROM judged WHERE variant = ? AND bundle = ?", (self.variant, bundle))

    def entries(self, bundles: Sequence[int]) -> Iterator[Entry | Unread]:
        """What is known about these conversations. Raises `Damaged` for what was not written by `update`."""
        wanted = frozenset(bundles)
        for bundle, row in self._database.execute(
            "SELECT bundle, row FROM series WHERE variant = ? ORDER BY bundle, place", (self.variant,)
        ):
            if bundle in wanted:
                yield self._loaded(row)

    @staticmethod
    def _loaded(row: str) -> Entry | Unread:
        try:
            return rows.load(row)
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            raise Damaged(f"an entry: {problem}") from problem

    def _known(self) -> dict[int, str]:
        return dict(
            self._database.execute("SELECT bundle, digest FROM judged WHERE variant = ?", (self.variant,)).fetchall()
        )

    def _digests(self, bundles: Sequence[int]) -> dict[int, str]:
        """What each conversation's entries are made of: its mails, the policy, this program's version."""
        sums = {bundle: self._basis.copy() for bundle in bundles}
        query = "SELECT bundle, mid, digest FROM mail ORDER BY bundle, mid"
        if len(bundles) == 1:
            query = f"SELECT bundle, mid, digest FROM mail WHERE bundle = {int(bundles[0])} ORDER BY mid"  # noqa: S608
        for bundle, mid, digest in self._database.execute(query):
            if bundle in sums:
                sums[bundle].update(f"{mid} {digest}\n".encode())
        return {bundle: found.hexdigest() for bundle, found in sums.items()}

    def _judge(self, bundle: int) -> None:
        """Judge one conversation, and write down what came out."""
        digest = self._digests([bundle])[bundle]
        known = self._database.execute(
            "SELECT digest FROM judged WHERE variant = ? AND bundle = ?", (self.variant, bundle)
        ).fetchone()
        if known is not None and known[0] == digest:  # another run was faster
            return
        messages = fetch(self._database, [bundle], self._ports.archive)
        if not messages:  # merged into another one meanwhile
            return
        try:
            bundle, found = self._with_earlier(bundle, conversation(messages))
            made = self._assessed(bundle, found)
        except (sqlite3.Error, Damaged):
            raise
        except Exception as problem:  # whatever one crafted mail breaks, the rest of the queue goes on
            word = "" if isinstance(problem, ReviewbotError) else f"{type(problem).__name__}: "
            reason = f"its conversation of {len(messages)} mails could not be judged: {word}{problem}"
            made = [(rows.dump(Unread(messages[0].source, messages[0].position, reason)), "[]")]
        self._write(bundle, made)

    def _write(self, bundle: int, made: Sequence[tuple[str, str]]) -> None:
        where = (self.variant, bundle)
        self._database.execute("DELETE FROM series WHERE variant = ? AND bundle = ?", where)
        self._database.executemany(
            "INSERT INTO series VALUES (?, ?, ?, ?, ?)", [(*where, place, *texts) for place, texts in enumerate(made)]
        )
        self._database.execute(
            "INSERT OR REPLACE INTO judged VALUES (?, ?, ?)", (*where, self._digests([bundle])[bundle])
        )

    def _assessed(self, bundle: int, found: Sequence[Series]) -> list[tuple[str, str]]:
        made = []
        reader = reader_of(found, self._maintainers)
        for series, last in zip(found, last_words(found), strict=True):
            wanted: list[history.Wanted] = []
            landed: Mapping[int, str] = {}
            if self._ports.history is not None:
                wanted = history.wanted(series, found)
                landed = history.landed(self._database, self.variant, wanted, history.posted_at(series))
            entry = assess(
                quick_review(reader, series, landed),
                last,
                landed,
                self._maintainers,
                bundle,
                self._ports.now,
                self._ports.calendar,
            )
            made.append((rows.dump(entry), json.dumps(history.to_rows(wanted))))
        return made

    def _with_earlier(self, bundle: int, found: tuple[Series, ...]) -> tuple[int, tuple[Series, ...]]:
        """The conversation, joined by earlier versions in other words, which only their files give away."""
        for _ in range(_MOST_VERSIONS):
            if not found or found[0].version < 2 or found[0].base is not None:
                break
            own = {series.id for series in found}
            for other in self._alike(bundle, found[0]):
                together = conversation(fetch(self._database, [bundle, other], self._ports.archive))
                if any(series.id not in own and series.superseded_by in own for series in together):
                    target, gone = min(bundle, other), max(bundle, other)
                    merge(self._database, gone, target)
                    bundle, found = target, together
                    break
            else:
                break
        return bundle, found

    def _alike(self, bundle: int, first: Series) -> list[int]:
        """Other conversations with the version before `first`, by the same author on the same files, not long ago."""
        posted = history.posted_at(first)
        hashes = sorted({one for message in first.posted for one in touched(message)})[:_MOST_FILES]
        rows = self._database.execute(
            "SELECT bundle FROM touch JOIN mail ON mail.id = touch.mail"  # noqa: S608
            f" WHERE hash IN ({', '.join('?' * len(hashes))}) AND version = ? AND bundle != ?"
            " AND seen BETWEEN ? AND ? GROUP BY bundle ORDER BY count(*) DESC, max(seen) DESC LIMIT ?",
            (*hashes, first.version - 1, bundle, posted - int(REWORKED.total_seconds()), posted, _ALIKE),
        )
        return [other for (other,) in rows]
