"""The queue on a screen: one line a series."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from reviewbot.report.terminal import Page, clip, columns, one_line, visible
from reviewbot.triage import Entry, Queue, Wait

_COLOUR = {
    "ready": "green", "ready-with-fixups": "green", "needs-release-ack": "cyan", "needs-ack": "cyan",
    "needs-review": "cyan", "open-questions": "yellow", "needs-new-version": "yellow", "refused": "red",
    "superseded": "dim", "committed": "dim",
}  # fmt: skip
_HEAD = ("state", "age", "ver", "title", "author", "waits for", "?", "last word")
_TITLE = 3
_WIDEST = {_TITLE: 90, 4: 24, 5: 60}
"""Columns that are cut where there is no screen to fit: data files and mail clients do not scroll sideways well."""
_DAY, _WEEK, _YEAR = 1, 7, 365


def write(
    page: Page, queue: Queue, now: datetime, turns: Sequence[Sequence[Wait]] | None = None, *, fit: bool = False
) -> None:
    """Print the queue. `turns` is for each entry what waits for the person asked about (--for).

    fit: cut the columns to the page's width, as a screen wants it
    """
    rows = [
        _cells(entry, now, turns[number] if turns is not None else None) for number, entry in enumerate(queue.entries)
    ]
    if rows:
        widths = _widths(rows, page.width if fit else None)
        page.line(page.style(_joined(_HEAD, widths), "bold"))
        for row, entry in zip(rows, queue.entries, strict=True):
            state = row[0] + " " * (widths[0] - len(row[0]))
            rest = _joined(row[1:], widths[1:])
            page.line(f"{page.style(state, _COLOUR[entry.state])}  {rest}")
    for mail in queue.unread:
        place = f"mail {mail.position}" if mail.position else "the file"
        page.line(f"not read: {visible(mail.source)} {place}: {one_line(mail.reason)}")


def _cells(entry: Entry, now: datetime, turns: Sequence[Wait] | None) -> list[str]:
    """One entry, column by column."""
    version = f"v{entry.version}" + (f" {entry.target}" if entry.target else "")
    asked = str(len(entry.questions)) if entry.questions else ""
    last = entry.last
    spoken = (now - last.date).days if last.date else None
    cells = (
        entry.state, _age(entry.age(now)), version, entry.title, entry.author or entry.author_address,
        _waits(entry) if turns is None else _turn(turns), asked, f"{last.who} {_age(spoken)} ago",
    )  # fmt: skip
    return [one_line(cell) for cell in cells]


def _age(days: int | None) -> str:
    if days is None:
        return "-"
    days = max(days, 0)
    if days < 2 * _WEEK:
        return f"{days}d"
    return f"{days // _WEEK}w" if days < _YEAR else f"{days // _YEAR}y"


def _waits(entry: Entry) -> str:
    """Whose turn it is: the approvals that lack, else who owes what."""
    approvals = [" or ".join(missing["who"]) for missing in entry.missing if missing["stand_in"] is None]
    if approvals:
        return "; ".join(dict.fromkeys(approvals))
    kinds = ("new-version", "answer") if entry.state in ("needs-new-version", "open-questions", "refused") else ()
    people = dict.fromkeys(wait.who for wait in entry.waits if wait.kind in kinds)
    if people:
        return "; ".join(people)
    return "anybody's review" if entry.state == "needs-review" else ""


def _turn(turns: Sequence[Wait]) -> str:
    """What waits for the person, by kind."""
    kinds: dict[str, list[Wait]] = {}
    for wait in turns:
        kinds.setdefault(wait.kind, []).append(wait)
    return "; ".join(
        f"{kind}: {waits[0].text}" + (f" (+{len(waits) - 1})" if len(waits) > 1 else "")
        for kind, waits in kinds.items()
    )


def _widths(rows: Sequence[Sequence[str]], screen: int | None) -> list[int]:
    """How wide each column is: as its widest cell, but the title and who is waited for share what the screen leaves."""
    widths = [max(columns(row[at]) for row in (_HEAD, *rows)) for at in range(len(_HEAD))]
    widths = [min(width, _WIDEST.get(at, width)) for at, width in enumerate(widths)]
    if screen is None:
        return widths
    over = sum(widths) + 2 * (len(widths) - 1) - screen
    for at, least in ((5, 16), (4, 10), (_TITLE, 24), (7, 12), (5, 6), (4, 6), (_TITLE, 12)):
        if over > 0:
            cut = min(over, max(widths[at] - least, 0))
            widths[at] -= cut
            over -= cut
    return widths


def _joined(cells: Sequence[str], widths: Sequence[int]) -> str:
    fitted = [clip(cell, width) for cell, width in zip(cells, widths, strict=True)]
    return "  ".join(cell + " " * (width - columns(cell)) for cell, width in zip(fitted, widths, strict=True)).rstrip()
