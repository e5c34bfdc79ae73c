"""`reviewbot show`: what was posted, what was said, what is still missing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reviewbot.cli.guard import CLEAN, FOUND
from reviewbot.cli.options import Format, FormatOption, ThreadArgument, TreeOption

if TYPE_CHECKING:
    from reviewbot.policy import Maintainers
    from reviewbot.series import Series

MaintainersOption = Annotated[
    Path | None,
    typer.Option("--maintainers", metavar="FILE", help="A MAINTAINERS file to judge by.", show_default=False),
]


def show(
    thread: ThreadArgument,
    tree: TreeOption = None,
    maintainers: MaintainersOption = None,
    format: FormatOption = Format.text,
) -> int:
    """Show a review thread: series, tags, requests, questions, and whether it is ready.

    With --tree or --maintainers the check-in policy is judged as well, and the exit code is 1 while a series that
    nothing supersedes is not ready.
    """
    from reviewbot.cli.reading import find_maintainers, read_series

    mailbag, found = read_series(thread)
    policy = find_maintainers(tree, maintainers)
    series = [_described(one, found, policy) for one in found]
    if format is Format.json:
        from reviewbot.report import json

        json.write(sys.stdout, {"series": series, "unread": [mail.to_dict() for mail in mailbag.unread]})
    else:
        from reviewbot.report.terminal import os_page
        from reviewbot.report.text import show as text

        text.write(os_page(sys.stdout), series, mailbag.unread)
    waiting = [s for s in series if not s["superseded_by"] and not s["verdict"]["state"].startswith("ready")]
    return FOUND if policy and waiting else CLEAN


def _described(series: Series, found: Sequence[Series], policy: Maintainers | None) -> dict[str, Any]:
    """One series in the form of the `show` interface: what review read, fixups make of it, and policy decides."""
    from reviewbot.fixups import propose
    from reviewbot.policy import judge
    from reviewbot.review import read_review

    review = read_review(series, others=[other for other in found if other is not series])
    patches = []
    for one in review.patches:
        edits = [propose(request, one.patch) for request in one.requests]
        patches.append(
            {
                "number": one.patch.number,
                "total": one.patch.total,
                "subject": one.patch.subject,
                "message_id": one.patch.message_id,
                "author": str(one.patch.author),
                "files": list(one.patch.files),
                "tags": [tag.to_dict() for tag in one.tags],
                "requests": [
                    {**request.to_dict(), "edit": edit.to_dict() if edit else None}
                    for request, edit in zip(one.requests, edits, strict=True)
                ],
                "questions": [question.to_dict() for question in one.questions],
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
        "verdict": judge(review, maintainers=policy).to_dict(),
    }
