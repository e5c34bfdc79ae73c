"""Mails into threads, in linear time whatever their headers claim."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from reviewbot.mail.model import Message, Thread
from reviewbot.mail.subjects import base_subject

_EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


def arrival_order(messages: Iterable[Message]) -> list[Message]:
    """By Date, then by place in the source; a mail without a date stands where its source has it."""
    keyed = []
    last = _EARLIEST
    for index, message in enumerate(messages):
        when = message.date or last
        last = when
        keyed.append((when, index, message))
    keyed.sort(key=lambda entry: entry[:2])
    return [message for _, _, message in keyed]


def header_parents(messages: Sequence[Message]) -> dict[str, str]:
    """Who answers whom by In-Reply-To, else by the last known id in References; no loops."""
    known = {message.message_id for message in messages}
    parents: dict[str, str] = {}
    for message in messages:
        parent = _known_parent(message, known)
        if parent is not None:
            parents[message.message_id] = parent
    _cut_loops(parents)
    return parents


def threads(messages: Iterable[Message]) -> tuple[Thread, ...]:
    """Group mails into threads, ordered by their first mail.

    Joined by In-Reply-To and References, over missing mails where two answers name the same one; a "Re: X" that names
    nothing known joins the latest earlier mail of subject X.
    """
    ordered = arrival_order(messages)
    known = {message.message_id for message in ordered}
    parents = header_parents(ordered)
    parents.update(_by_subject(ordered, parents, known))
    _cut_loops(parents)

    groups = _Groups()
    for message in ordered:
        for other in message.references:
            groups.join(message.message_id, other)
        if message.message_id in parents:
            groups.join(message.message_id, parents[message.message_id])

    members: dict[str, list[Message]] = {}
    for message in ordered:
        members.setdefault(groups.find(message.message_id), []).append(message)
    return tuple(_thread(found, parents) for found in members.values())


def joined(threads: Sequence[Thread]) -> Thread:
    """One thread of all that was said in several, in order of arrival."""
    if len(threads) == 1:
        return threads[0]
    parents: dict[str, str] = {}
    for thread in threads:
        parents.update(thread.parents)
    unlike = {message.message_id: message for thread in threads for message in thread.messages}
    return Thread(tuple(arrival_order(unlike.values())), parents)


def _thread(found: list[Message], parents: Mapping[str, str]) -> Thread:
    own = {m.message_id: parents[m.message_id] for m in found if m.message_id in parents}
    return Thread(tuple(found), own)


def _known_parent(message: Message, known: set[str]) -> str | None:
    own = message.message_id
    if message.in_reply_to in known and message.in_reply_to != own:
        return message.in_reply_to
    return next((mid for mid in reversed(message.references) if mid in known and mid != own), None)


def _by_subject(ordered: list[Message], parents: Mapping[str, str], known: set[str]) -> dict[str, str]:
    """Parents for answers whose headers lead nowhere, found by the subject they answer."""
    latest: dict[str, str] = {}
    found: dict[str, str] = {}
    for message in ordered:
        subject, reply = base_subject(message.subject)
        if not subject:
            continue
        if not reply:
            latest[subject] = message.message_id
        elif message.message_id not in parents and subject in latest:
            found[message.message_id] = latest[subject]
    return {mid: parent for mid, parent in found.items() if mid != parent}


def _cut_loops(parents: dict[str, str]) -> None:
    """Drop one link of every loop; each id is walked over once."""
    settled: set[str] = set()
    for start in list(parents):
        path: set[str] = set()
        mid = start
        while mid in parents and mid not in settled:
            path.add(mid)
            if parents[mid] in path:
                del parents[mid]
                break
            mid = parents[mid]
        settled |= path


class _Groups:
    """Union-find over message ids, known and only mentioned."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def find(self, mid: str) -> str:
        top = mid
        while (above := self._above.get(top, top)) != top:
            top = above
        while mid != top:  # shorten the way for the next time
            self._above[mid], mid = top, self._above[mid]
        return top

    def join(self, one: str, other: str) -> None:
        self._above[self.find(one)] = self.find(other)
