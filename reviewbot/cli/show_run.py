"""What `reviewbot show` does, and the short way to it: a plain call needs no typer, whose import takes longer than a
thread does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from reviewbot.cli.guard import CLEAN, FOUND, tell_bugs

if TYPE_CHECKING:
    from pathlib import Path

    from reviewbot.analysis.fault import Fault
    from reviewbot.fixups import Edit
    from reviewbot.policy import Calendar, Maintainers
    from reviewbot.review import PatchReview, Question, Remark, Review

# The options that the short way reads, as `cli/show.py` declares them; and the words of --format.
_OPTIONS = ("--tree", "--maintainers", "--format")
_FORMATS = ("text", "json")


def plain(argv: Sequence[str]) -> Callable[[], int] | None:
    """The run that the arguments behind `show` ask for; None where typer has to read them (and to say what is wrong).

    Plain is: one THREAD, and each option at most once, spelt out, its value as a word of its own.
    """
    threads: list[str] = []
    given: dict[str, str] = {}
    words = iter(argv)
    for word in words:
        if word == "-" or not word.startswith("-"):
            threads.append(word)
            continue
        value = next(words, "-")
        if word not in _OPTIONS or word in given or not value or value.startswith("-"):
            return None
        given[word] = value
    format = given.get("--format", "text")
    if len(threads) != 1 or format not in _FORMATS:
        return None
    return lambda: run(threads[0], _path(given.get("--tree")), _path(given.get("--maintainers")), format)


def _path(value: str | None) -> Path | None:
    if value is None:
        return None
    from pathlib import Path  # brings urllib, which a thread alone does not need

    return Path(value)


def run(thread: str, tree: Path | None, maintainers: Path | None, format: str) -> int:
    """Read the thread and print it; the exit code is 1 where the policy was judged and a series is not ready."""
    from reviewbot.cli.reading import find_aliases, find_maintainers, read_series
    from reviewbot.review import read_reviews

    mailbag, found = read_series(thread)
    policy = find_maintainers(tree, maintainers)
    known = find_aliases(tree, policy)
    reviews = read_reviews(found, aliases=known)
    calendar = _calendar() if policy else None
    series = [_described(review, policy, calendar, whole=format != "json") for review in reviews]
    bugs: list[Fault] = []
    if format == "json":
        from reviewbot.report import json

        json.write(sys.stdout, {"series": series, "unread": [mail.to_dict() for mail in mailbag.unread]})
    else:
        from reviewbot.report.terminal import os_page
        from reviewbot.report.text import show as text

        for one, review in zip(series, reviews, strict=True):
            _name_origins(one["patches"], review)
        effects = [_effects(r, tree, bugs) if tree and not r.series.superseded_by else {} for r in reviews]
        text.write(os_page(sys.stdout), series, mailbag.unread, effects)
    if bugs:
        return tell_bugs(bugs)
    waiting = [s for s in series if not s["superseded_by"] and not s["verdict"]["state"].startswith("ready")]
    return FOUND if policy and waiting else CLEAN


def _calendar() -> Calendar | None:
    from pathlib import Path

    from reviewbot import settings

    return settings.calendar(os.environ, Path.cwd())


# The keys of the `show` interface; what else a tag or a request knows is for the rooms above.
_TAG = ("name", "who", "address", "from", "scope", "condition", "strength", "state")
_REQUEST = ("id", "from", "who", "kind", "says", "anchor", "edit", "strength", "agreed")
_QUESTION = ("from", "who", "text", "answered")


def _described(review: Review, policy: Maintainers | None, calendar: Calendar | None, *, whole: bool) -> dict[str, Any]:
    """One series in the form of the `show` interface: what review read, fixups make of it, and policy decides.

    whole: with what the interface has no key for and a person wants to see
    """
    from reviewbot.policy import judge

    series = review.series
    patches = []
    for one in review.patches:
        edits = _edits(one) if one.requests else []
        patches.append(
            {
                "number": one.patch.number,
                "total": one.patch.total,
                "subject": one.patch.subject,
                "message_id": one.patch.message_id,
                "author": str(one.patch.author),
                "files": list(one.patch.files),
                "tags": [_only(_TAG, tag.to_dict()) for tag in one.tags],
                "requests": [
                    _only(_REQUEST, {**request.to_dict(), "edit": edit.to_dict() if edit else None})
                    for request, edit in zip(one.requests, edits, strict=True)
                ],
                "questions": _asked(one.questions, whole=whole),
                **(_objections(one.remarks) if whole else {}),
            }
        )
    return {
        "title": series.title,
        "version": series.version,
        "target": series.target,
        "author": str(series.author),
        "cover": series.cover.message_id if series.cover else None,
        "superseded_by": series.superseded_by,
        "patches": patches,
        **(_on_the_whole(review) if whole else {}),
        "verdict": judge(review, maintainers=policy, calendar=calendar, today=date.today()).to_dict(),
    }


def _asked(questions: Sequence[Question], *, whole: bool) -> list[dict[str, Any]]:
    return [one.to_dict() if whole else _only(_QUESTION, one.to_dict()) for one in questions]


def _objections(remarks: Sequence[Remark]) -> dict[str, Any]:
    """What stands against a patch or series, for people; to scripts the verdict says it."""
    return {"objections": [one.to_dict() for one in remarks if one.open]}


def _on_the_whole(review: Review) -> dict[str, Any]:
    """What answers the cover letter and belongs to no patch, for people; the keys of the JSON are fixed."""
    return {"questions": _asked(review.cover_questions, whole=True), **_objections(review.remarks)}


def _name_origins(patches: Sequence[dict[str, Any]], review: Review) -> None:
    """Say of a patch that was not posted anew which version it stood in; for people, the keys of the JSON are fixed."""
    for patch, entry in zip(patches, review.patches, strict=True):
        if entry.patch.number in review.series.carried:
            patch["as_in"] = entry.patch.version


def _edits(entry: PatchReview) -> list[Edit | None]:
    """The edit that each request of a patch foretells, None where a person must word it."""
    from reviewbot.fixups import propose

    return [propose(request, entry.patch) for request in entry.requests]


def _only(keys: Sequence[str], data: Mapping[str, Any]) -> dict[str, Any]:
    return {key: data[key] for key in keys}


def _effects(review: Review, tree: Path, bugs: list[Fault]) -> dict[int, list[dict[str, Any]]]:
    """What each patch does to the table of operations, where the series applies to its base or to HEAD; else nothing.

    Whether a series applies is `apply`'s to say: a thread can be shown on a tree that has moved on. `bugs` takes what
    kept a patch from being looked at.
    """
    from reviewbot.apply import apply_plan, make_plan, posted_base
    from reviewbot.cli.commit_check import CommitEffects
    from reviewbot.errors import ReviewbotError
    from reviewbot.git import Repository

    looked = CommitEffects()
    with Repository.open(tree) as repository:
        base = posted_base(review)
        try:
            apply_plan(review, make_plan(review, base, "none"), repository, base=base, dry_run=True, check=looked)
        except ReviewbotError:
            return {}
    bugs.extend(looked.bugs)
    numbers = [patch.number for patch in review.series.patches]
    return {n: [one.to_dict() for one in seen] for n, seen in zip(numbers, looked.effects, strict=True)}
