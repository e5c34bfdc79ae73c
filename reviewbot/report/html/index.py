"""The queue itself: one row a series, sorted already; the script only adds sorting and filtering."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from reviewbot.report.html.markup import Html, Shell, day, join, line, tag, text
from reviewbot.triage import Entry, Queue

_COLUMNS = ("State", "Age", "Version", "Series", "Author", "Waits for", "Questions", "Last word")
_NUMERIC = ("Age", "Version", "Questions", "Last word")
_SHOWN = 3
"""People named in a row; the rest is on the series' page."""


def page(shell: Shell, queue: Queue, names: Mapping[str, str], now: datetime, source: str) -> bytes:
    """The index page. `names` maps series ids to the pages' names."""
    counts = Counter(entry.state for entry in queue.entries)
    chips = [
        tag("li", tag("b", text(str(counts[state]))), text(f" {state}"), data_state=state, class_=f"state {state}")
        for state in dict.fromkeys(entry.state for entry in queue.entries)
    ]
    head = [tag("th", text(name), scope="col", data_kind="number" if name in _NUMERIC else "text") for name in _COLUMNS]
    rows = [_row(entry, names[entry.id], now) for entry in queue.entries]
    older = f" {queue.older} older conversations were not looked at." if queue.older else ""
    stamp = f"{len(queue.entries)} series, as of {now:%Y-%m-%d %H:%M} UTC.{older}"
    body = join(
        [
            tag(
                "header",
                tag("h1", Html("Review queue")),
                tag("p", line(source), class_="source"),
                tag("p", text(stamp)),
            ),
            tag("ul", *chips, class_="tally"),
            tag("p", class_="tools", hidden=""),
            tag(
                "div",
                tag("table", tag("thead", tag("tr", *head)), tag("tbody", join(rows, "\n")), id="queue"),
                class_="wide",
            )
            if rows
            else tag("p", Html("Nothing is in the queue.")),
            _unread(queue),
        ],
        "\n",
    )
    return shell.page("Review queue", body, script=True)


def _row(entry: Entry, name: str, now: datetime) -> Html:
    age = entry.age(now)
    version = f"v{entry.version}" + (f" for {entry.target}" if entry.target else "")
    last = entry.last.date or entry.posted
    sortable = str(int(last.timestamp())) if last else "0"
    count = len(entry.questions)
    patches = f"{entry.patches} patch{'es' * (entry.patches != 1)}"
    cells = [
        _cell("State", tag("span", text(entry.state), class_=f"state {entry.state}")),
        _cell("Age", text("–" if age is None else f"{age} d"), data_sort=str(age or 0), class_="number"),
        _cell("Version", text(version), data_sort=str(entry.version)),
        _cell("Series", tag("a", line(entry.title), href=name), Html(" "), tag("small", text(patches)), class_="title"),
        _cell("Author", line(entry.author or entry.author_address), class_="person"),
        _cell("Waits for", _waits(entry), class_="person"),
        _cell("Questions", text(str(count) if count else ""), data_sort=str(count), class_="number"),
        _cell(
            "Last word", line(entry.last.who), Html(" "), tag("small", day(last)), data_sort=sortable, class_="person"
        ),
    ]
    return tag("tr", *cells, data_state=entry.state)


def _cell(name: str, *inside: Html, **attributes: str | None) -> Html:
    """A cell that knows its column, for screens too narrow for a table."""
    return tag("td", *inside, data_label=name, **attributes)


def _waits(entry: Entry) -> Html:
    """Who is waited for, and what for: approvals that any of several people may give stand together."""
    people: dict[str, list[str]] = {}
    for missing in entry.missing:
        if missing["stand_in"] is None:
            people[_any_of([str(name) for name in missing["who"]])] = ["review"]
    for wait in entry.waits:
        if wait.kind != "review":
            kinds = people.setdefault(wait.who, [])
            if wait.kind not in kinds:
                kinds.append(wait.kind)
    shown = list(people.items())[:_SHOWN]
    named = [join([line(who), Html(" "), tag("small", text(", ".join(kinds)))]) for who, kinds in shown]
    if len(people) > _SHOWN:
        named.append(tag("small", text(f"and {len(people) - _SHOWN} more")))
    if not named and entry.state == "needs-review":
        named.append(tag("small", Html("anybody’s review")))
    return join(named, "<br>")


def _any_of(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return " or ".join(names if more < 2 else [*names[:_SHOWN], f"{more} more"])


def _unread(queue: Queue) -> Html:
    if not queue.unread:
        return Html("")
    rows = [
        tag("li", text(mail.source), text(f", mail {mail.position}: " if mail.position else ": "), line(mail.reason))
        for mail in queue.unread
    ]
    count = f"{len(rows)} mail{'s' * (len(rows) != 1)} could not be read"
    return tag("details", tag("summary", text(count)), tag("ul", *rows), class_="unread")
