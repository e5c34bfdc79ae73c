"""Which patch of a series a mail is about: the nearest posting above it in the thread, else its subject's number."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.mail import Message
from reviewbot.review.quoting import View
from reviewbot.series import Patch, Series

_NUMBERED = re.compile(r"\[[^\]]*\bPATCH\b[^\]]*?\b(?P<number>\d{1,4})/(?P<total>\d{1,4})\b[^\]]*\]", re.I)
_VERSION = re.compile(r"\[[^\]]*\bv(?P<version>\d{1,3})\b[^\]]*\]", re.I)


class Target(NamedTuple):
    """What a reply is about: the patch numbers, and whether it answers the cover letter."""

    numbers: tuple[int, ...]
    cover: bool


class Targets:
    """Looks up the target of each mail of a series' thread."""

    def __init__(self, series: Series, foreign: frozenset[str] = frozenset()) -> None:
        """`foreign` are ids of postings of other series in the same thread: replies to them are not about this one."""
        self._series = series
        self._foreign = foreign
        self._patches = {patch.message_id: patch for patch in series.patches}
        self._cover = series.cover.message_id if series.cover is not None else None
        self._known: dict[str, Target | None] = {}

    def of(self, message: Message) -> Target | None:
        """The target of a mail; None for a posting itself and for mails about something else."""
        if (
            message.message_id in self._patches
            or message.message_id == self._cover
            or message.message_id in self._foreign
        ):
            return None
        trail: list[str] = []
        current: Message | None = message
        found: Target | None = None
        while current is not None and current.message_id not in trail:
            mid = current.message_id
            if mid in self._known:
                found = self._known[mid]
                break
            if mid in self._patches:
                found = Target((self._patches[mid].number,), cover=False)
                break
            if mid == self._cover:
                found = Target(tuple(patch.number for patch in self._series.patches), cover=True)
                break
            if mid in self._foreign:
                break
            trail.append(mid)
            current = self._series.thread.parent(current)
        if found is None and current is None:
            found = self._by_subject(message)
        for mid in trail:
            self._known[mid] = found
        return found

    def _by_subject(self, message: Message) -> Target | None:
        """For a thread that is broken: the `[PATCH vN m/t]` in the subject."""
        version = _VERSION.search(message.subject)
        if version and int(version["version"]) != self._series.version:
            return None
        numbered = _NUMBERED.search(message.subject)
        if numbered is None:
            only = self._series.patches[0] if len(self._series.patches) == 1 else None
            same = only is not None and only.subject and only.subject.casefold() in message.subject.casefold()
            return Target((only.number,), cover=False) if only is not None and same else None
        number = int(numbered["number"])
        if number == 0:
            return Target(tuple(patch.number for patch in self._series.patches), cover=True)
        patch = self._series.patch(number)
        return Target((number,), cover=False) if patch is not None and int(numbered["total"]) == patch.total else None


def patch_ids(series: Series, others: Iterable[Series] = ()) -> frozenset[str]:
    """Ids of all mails that post a patch, of this series and of others in the same source."""
    return frozenset(patch.message_id for entry in (series, *others) for patch in entry.patches)


def quoted_promise(view: View, block: int, author: Patch | None) -> tuple[str, ...]:
    """The quoted lines directly above some own words that were first written in a reply, not in the patch itself."""
    quote = view.blocks[block].quote
    lines: list[str] = []
    for line in reversed(quote):
        if not line.text.strip():
            if lines:
                break
            continue
        if author is not None and line.origin is not None and line.origin[0] == author.message_id:
            break
        if line.depth > 1 and not lines:
            break
        lines.insert(0, line.text)
    return tuple(lines)
