"""Series out of threads: which patches belong together, and which version replaces which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from reviewbot.mail import Message, Thread
from reviewbot.mail.threading import joined
from reviewbot.series.build import patch_of
from reviewbot.series.model import Patch, Series
from reviewbot.series.prefix import Prefix, parse
from reviewbot.series.versions import complete_rerolls, supersede

# Patches of one series that hang on nothing common are posted by one run of git send-email.
_ONE_RUN = timedelta(hours=3)

_RECENT = 8  # how many groups of like prefix are looked at for a patch: keeps grouping linear


@dataclass
class _Group:
    """A series while it is being collected."""

    prefix: Prefix
    first: Message
    threads: list[Thread]
    cover: Message | None = None
    patches: dict[int, Patch] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)


def find_series(threads: Iterable[Thread]) -> tuple[Series, ...]:
    """Every series and version in these threads, ordered by date; older versions say what superseded them.

    Patches belong together by author, version and total, and by cover letter, thread or message ids; several series of
    one source are kept apart, also where they stand in one thread. Linear in the number of mails.
    """
    found = _collect(list(threads))
    series = [_series(group) for group in found if group.patches]
    series.sort(key=_by_date)
    return supersede(complete_rerolls(series))


def _by_date(series: Series) -> tuple[float, int]:
    first = series.posted[0]
    return (first.date.timestamp() if first.date else 0.0, first.position)


def _collect(threads: Sequence[Thread]) -> list[_Group]:
    groups: list[_Group] = []
    alike: dict[tuple[str, int], list[_Group]] = {}
    for thread in threads:
        for message in thread.messages:
            prefix = parse(message.subject)
            if prefix.patch and not prefix.reply and prefix.counted and prefix.number == 0:
                patch = None
            else:
                built = patch_of(message, prefix)
                if built is None:
                    continue
                patch, prefix = built
            key = (message.author.address.lower(), prefix.total)
            group = _home(alike.get(key, [])[-_RECENT:], thread, message, prefix) if prefix.counted else None
            if group is None:
                group = _Group(prefix, message, [thread])
                groups.append(group)
                alike.setdefault(key, []).append(group)
            _add(group, thread, message, patch)
    return groups


def _add(group: _Group, thread: Thread, message: Message, patch: Patch | None) -> None:
    if patch is None:
        group.cover = message
    else:
        group.patches[patch.number] = patch
    group.ids.add(message.message_id)
    if all(known is not thread for known in group.threads):
        group.threads.append(thread)


def _home(candidates: Sequence[_Group], thread: Thread, message: Message, prefix: Prefix) -> _Group | None:
    """The group that a counted patch or cover belongs to: where its number is free, the nearest by thread, then by id
    stem, then by time."""
    free = [
        group for group in reversed(candidates)
        if (group.cover is None if prefix.number == 0 else prefix.number not in group.patches)
    ]  # fmt: skip
    parent = thread.parent(message)
    under = parent.message_id if parent is not None else None
    same = [group for group in free if (group.prefix.version, group.prefix.minor) == (prefix.version, prefix.minor)]
    if same:
        above = {found.message_id for found in thread.ancestors(message, _RECENT)}
        stem = _stem(message)
        tests: tuple[Callable[[_Group], bool], ...] = (
            lambda group: bool(above & group.ids),
            lambda group: any(known is thread for known in group.threads) and _siblings(group, thread, under, message),
            lambda group: stem is not None and stem == _stem(group.first),
            lambda group: parent is None and group.cover is None and _near(group.first, message),
        )
        for test in tests:
            for group in same:
                if test(group):
                    return group
    # some number the patches of one posting each by its own history: "[PATCH v3 2/5]" below "[PATCH 0/5]"
    for group in free:
        if group.cover is not None and under == group.cover.message_id and _near(group.cover, message):
            return group
    return None


def _siblings(group: _Group, thread: Thread, under: str | None, message: Message) -> bool:
    """Whether a patch answers the group's first mail, or the same mail as that one does and came with it."""
    if group.first.message_id == under:
        return True
    first = thread.parent(group.first)
    return under == (first.message_id if first is not None else None) and _near(group.first, message)


def _near(one: Message, other: Message) -> bool:
    return one.date is None or other.date is None or abs(one.date - other.date) < _ONE_RUN


def _stem(message: Message) -> str | None:
    """What git send-email's (or b4's) ids of one run have in common: all but the patch's number."""
    local, _, host = message.message_id.partition("@")
    pieces = local.split("-")
    for at in range(len(pieces) - 1, 0, -1):
        if pieces[at].isdigit() and len(pieces[at]) < 5:
            return "-".join([*pieces[:at], "N", *pieces[at + 1 :]]) + "@" + host
    return None


def _series(group: _Group) -> Series:
    patches = tuple(sorted(group.patches.values(), key=lambda patch: patch.number))
    prefixes = [parse(message.subject) for message in _mails(group)]
    title = parse(group.cover.subject).title if group.cover is not None else patches[0].subject
    version, minor = _version(group, prefixes)
    return Series(
        title=title,
        version=version,
        target=next((found.target for found in prefixes if found.target), None),
        rfc=any(found.rfc for found in prefixes),
        resend=any(found.resend for found in prefixes),
        author=(group.cover or patches[0].message).author,
        cover=group.cover,
        patches=patches,
        thread=joined(group.threads),
        version_text=f"{version}.{minor}" if minor else str(version),
    )


def _version(group: _Group, prefixes: Sequence[Prefix]) -> tuple[int, int]:
    """The version the cover letter names; where it names none, the one that most patches do."""
    if group.cover is not None and prefixes[0].given:
        return prefixes[0].version, prefixes[0].minor
    counted = Counter((prefix.version, prefix.minor) for prefix in prefixes[group.cover is not None :])
    return counted.most_common(1)[0][0]


def _mails(group: _Group) -> list[Message]:
    covers = [group.cover] if group.cover is not None else []
    return covers + [group.patches[number].message for number in sorted(group.patches)]
