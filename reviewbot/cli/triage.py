"""`reviewbot triage`: a whole list as a queue: what is open, since when, what it lacks and from whom."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reviewbot.cli.guard import CLEAN, say
from reviewbot.cli.options import Format, FormatOption, TreeOption
from reviewbot.cli.progress import bar

if TYPE_CHECKING:
    from reviewbot.triage import Desk, Queue
    from reviewbot.triage.waiting import Person


class State(StrEnum):
    """The states of a series, as `show` names them."""

    committed = "committed"
    superseded = "superseded"
    refused = "refused"
    needs_new_version = "needs-new-version"
    open_questions = "open-questions"
    needs_review = "needs-review"
    needs_ack = "needs-ack"
    needs_release_ack = "needs-release-ack"
    ready_with_fixups = "ready-with-fixups"
    ready = "ready"


def triage(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Mboxes (also .gz, .xz), Maildirs, .eml files, folders of them, public-inbox git directories, or -.",
            show_default=False,
        ),
    ],
    tree: TreeOption = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="ADDRESS", help="Only what waits for this person.", show_default=False),
    ] = None,
    state: Annotated[
        list[State] | None,
        typer.Option("--state", metavar="S", help="Only this state; repeatable. [default: all]", show_default=False),
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", metavar="DIR", help="Write the queue as pages into this folder.", show_default=False),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            min=0,
            help="Judge the N conversations spoken of last; 0: all. [default: all, of over 10,000 mails one for 30]",
            show_default=False,
        ),
    ] = None,
    format: FormatOption = Format.text,
) -> int:
    """List the series of mailboxes and archives, those that can go in first.

    With --tree the check-in policy of its MAINTAINERS is judged, and what has landed is recognised. What was read is
    kept in an index below $XDG_CACHE_HOME, so that the next run reads only what is new.
    """
    now = datetime.now(UTC)
    with _desk(sources, tree, limit, now) as desk:
        person = desk.person(for_) if for_ else None
        queue = desk.queue([one.value for one in state or ()], person)
        _talk(desk, queue, person, for_)
        if html is not None:
            from reviewbot.report.html import write as write_pages

            written = write_pages(html, queue, desk.reviews, now, ", ".join(sources))
            say(f"{html / 'index.html'}: {len(queue.entries)} series, {written} pages written")
        _print(queue, person, format, now)
    return CLEAN


@contextmanager
def _desk(sources: list[str], tree: Path | None, limit: int | None, now: datetime) -> Iterator[Desk]:
    """The desk for these sources, with git behind it."""
    from reviewbot import cache, settings
    from reviewbot.cli.triage_git import MailArchives, TreeHistory
    from reviewbot.git import Plumbing
    from reviewbot.triage import Ports, open_desk

    with MailArchives() as archive, bar() as tell:
        git = Plumbing.here(tree) if tree is not None else None
        try:
            history = TreeHistory(git) if git is not None else None
            ports = Ports(now, archive, history, sys.stdin.buffer, tell, settings.calendar(os.environ, Path.cwd()))
            kept = cache.folder(os.environ)
            with open_desk(sources, ports, cache=Path(kept) if kept else None, limit=limit) as desk:
                yield desk
        finally:
            if git is not None:
                git.close()


def _talk(desk: Desk, queue: Queue, person: Person | None, given: str | None) -> None:
    """What a person should know about the queue, on stderr."""
    for note in queue.notes:
        say(note)
    if not desk.queue().entries:
        say(f"no patch in it ({desk.mails} mails read)")
    elif person is not None and not person.names:
        say(f"nobody of the address {given} wrote here or stands in MAINTAINERS")
    if queue.older and queue.silent_since is not None:
        silent = f"{queue.older} conversations, silent since {queue.silent_since:%Y-%m-%d} at the latest,"
        say(f"{silent} were not judged: --limit 0 judges all, --limit N the N newest")


def _print(queue: Queue, person: Person | None, format: Format, now: datetime) -> None:
    from reviewbot.triage.waiting import turn

    turns = [turn(entry, person) for entry in queue.entries] if person is not None else None
    if format is Format.json:
        from dataclasses import asdict

        from reviewbot.report import json

        data = queue.to_dict(now)
        if turns is not None:
            for entry, own in zip(data["series"], turns, strict=True):
                entry["waits_for_you"] = [asdict(wait) for wait in own]
        json.write(sys.stdout, data)
    else:
        from reviewbot.report.terminal import os_page
        from reviewbot.report.text import triage as text

        text.write(os_page(sys.stdout), queue, now, turns, fit=sys.stdout.isatty())
