"""Which version of a series replaces which, and partial rerolls made whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from reviewbot import regex as re
from reviewbot.mail.threading import joined
from reviewbot.series.model import Patch, Series
from reviewbot.series.prefix import clean_title

_DEEPEST = 100  # how far up its thread a series looks for what it answers
REWORKED = timedelta(days=180)  # what was posted longer ago on the same files is another piece of work
_TITLE_WORD = re.compile(r"[^\W_]+")  # pieces of names are words: SAFE_CMD and SAFE_RUN_CMD have two in common
_LATEST = 10  # candidates looked at under one key: keeps all of this linear


def complete_rerolls(series: Sequence[Series]) -> list[Series]:
    """Fill a version of which only some patches were posted again.

    As answers within the older version's thread: "[PATCH v2 3/5]" to v1's patch 3, or "[PATCH v2]" with its subject. Or
    on their own: "[PATCH v2 3/5]" that answers nothing. The others stand as they were; what was taken over is named in
    `carried`.
    """
    done: list[Series] = []
    for new in series:
        base = _rerolled(new, done)
        done.append(new if base is None else _filled(new, base))
    return done


def _rerolled(new: Series, older: Sequence[Series]) -> Series | None:
    if new.cover is not None or (new.complete and new.total > 1):
        return None
    above = {found.message_id for found in new.thread.ancestors(new.patches[0].message, _DEEPEST)}
    alone = not above and _posted_alone(new)
    if not above and not alone:
        return None
    for base in reversed(older[-50:]):
        if base.author.address.lower() != new.author.address.lower() or base.total < 2:
            continue
        if alone:
            if _in_part(new, base):
                return base
            continue
        if (base.version, base.version_text) == (new.version, new.version_text) and not new.resend:
            continue
        ids = {patch.message_id for patch in base.patches} | ({base.cover.message_id} if base.cover else set())
        subjects = {clean_title(patch.subject) for patch in base.patches}
        if above & ids and (new.total == base.total or clean_title(new.patches[0].subject) in subjects):
            return base
    return None


def _posted_alone(series: Series) -> bool:
    """Whether its patches answer nothing but each other: else the rest was posted too, and is only not here."""
    own = {patch.message_id for patch in series.patches}
    return series.total > 1 and all(own.issuperset(patch.message.references) for patch in series.patches)


def _in_part(new: Series, base: Series) -> bool:
    """Whether patches that were posted on their own are those of `base` under the same numbers, anew."""
    if new.total != base.total or _order(new) <= _order(base) or not _soon(new, base):
        return False
    pairs = [(patch, base.patch(patch.number)) for patch in new.patches]
    return all(old is not None and _like(patch, old) for patch, old in pairs)


def _like(patch: Patch, old: Patch) -> bool:
    return clean_title(patch.subject) == clean_title(old.subject) or set(patch.files) == set(old.files)


def _soon(new: Series, old: Series) -> bool:
    """Whether a series was posted soon enough to be another version of one that its words do not name."""
    return new.date is None or old.date is None or new.date - old.date <= REWORKED


def _filled(new: Series, base: Series) -> Series:
    by_subject = {clean_title(patch.subject): patch.number for patch in base.patches}
    patches: dict[int, Patch] = {patch.number: patch for patch in base.patches}
    own: set[int] = set()
    for patch in new.patches:
        number = by_subject.get(clean_title(patch.subject), patch.number) if new.total != base.total else patch.number
        patches[number] = replace(patch, number=number, total=base.total)
        own.add(number)
    return replace(
        new,
        title=base.title,
        cover=base.cover,
        thread=new.thread if new.thread is base.thread else joined((base.thread, new.thread)),
        patches=tuple(patches[number] for number in sorted(patches)),
        carried=tuple(number for number in sorted(patches) if number not in own),
        target=new.target or base.target,
        base=base.id,
    )


def supersede(series: Sequence[Series]) -> tuple[Series, ...]:
    """Say for each series which later version of it is the newest. Expects them by date; linear in their number."""
    newest: dict[int, int] = {}
    known = _Known()
    for index, new in enumerate(series):
        older = {at for at in known.by_words(new) if _replaces(new, series[at])}
        older |= {at for at in known.above(new) if _follows(new, series[at])}
        if not older and _order(new) > (1, 0):
            older = {at for at in known.by_files(new) if at not in newest and _resembles(new, series[at])}
        for at in older:
            newest[at] = index
        known.add(new, index)
    return tuple(
        replace(old, superseded_by=series[_last(newest, index)].id) if index in newest else old
        for index, old in enumerate(series)
    )


class _Known:
    """The series so far, by what a later version of them may have in common; the last few under each key."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, ...], list[int]] = {}

    def add(self, series: Series, index: int) -> None:
        for key in {*_words(series), *_files(series)}:
            self._found.setdefault(key, []).append(index)
        for message in series.posted:
            self._found[("id", message.message_id)] = [index]

    def _under(self, keys: Iterable[tuple[str, ...]]) -> set[int]:
        return {index for key in keys for index in self._found.get(key, ())[-_LATEST:]}

    def by_words(self, series: Series) -> set[int]:
        """Of like title or patch subjects."""
        return self._under(_words(series))

    def by_files(self, series: Series) -> set[int]:
        """By the same author on the same files."""
        return self._under(_files(series))

    def above(self, series: Series) -> set[int]:
        """That this one was posted in answer to."""
        first = series.posted[0]
        return self._under(("id", found.message_id) for found in series.thread.ancestors(first, _DEEPEST))


def _words(series: Series) -> set[tuple[str, ...]]:
    who = series.author.address.lower()
    subjects = {("subject", who, clean_title(patch.subject)) for patch in series.patches}
    return {("title", clean_title(series.title)), *subjects}


def _files(series: Series) -> set[tuple[str, ...]]:
    who = series.author.address.lower()
    return {("file", who, path) for patch in series.patches for path in patch.files[:_LATEST]}


def _last(newest: dict[int, int], index: int) -> int:
    """Follow to the newest; always forward in time, so it ends."""
    while index in newest:
        index = newest[index]
    return index


def _order(series: Series) -> tuple[int, int]:
    return series.version, int(series.version_text.partition(".")[2] or 0)


def _replaces(new: Series, old: Series) -> bool:
    """Whether `new`, posted later, is another version of `old`."""
    if _order(new) < _order(old):
        return False
    same_author = new.author.address.lower() == old.author.address.lower()
    same_title = clean_title(new.title) == clean_title(old.title)
    if same_title and (same_author or _order(new) > _order(old)):
        return True
    ours = {clean_title(patch.subject) for patch in new.patches}
    theirs = {clean_title(patch.subject) for patch in old.patches}
    return same_author and 2 * len(ours & theirs) >= min(len(ours), len(theirs)) > 0


def _follows(new: Series, old: Series) -> bool:
    """Whether a series posted in answer to `old` is its next version: by its author, and numbered higher."""
    return _order(new) > _order(old) and new.author.address.lower() == old.author.address.lower()


def _resembles(new: Series, old: Series) -> bool:
    """Whether `new` is the version right after `old` although its words changed: mostly the same files, or a title of
    mostly the same words and a file in common, however many patches it has become."""
    if new.version != old.version + 1 or not _soon(new, old):
        return False
    ours = {path for patch in new.patches for path in patch.files}
    theirs = {path for patch in old.patches for path in patch.files}
    if new.total == old.total and 2 * len(ours & theirs) >= len(ours | theirs):
        return True
    here, there = (set(_TITLE_WORD.findall(series.title.lower())) for series in (new, old))
    return bool(ours & theirs) and 5 * len(here & there) >= 3 * len(here | there)
