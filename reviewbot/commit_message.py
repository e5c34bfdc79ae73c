"""What is surely wrong in a commit message's trailers; taste is left to people."""

from __future__ import annotations

import re

from reviewbot.review.names import canonical, edit_distance
from reviewbot.series.trailers import parse

# "Fixes: 0123456789ab ("title")": twelve digits or more, the title in brackets and quotes (docs/process of Xen).
_FIXES = re.compile(r"[0-9a-f]{12,40} \(\"[^\"].*\"\)")
# "Name <a@b>", and what may follow it: the area that a tag covers.
_PERSON = re.compile(r"[^<>]+ <[^<>@\s]+@[^<>@\s]+>(?: ?#.*| \[.*)?")
_SCISSORS = "# ------------------------ >8 ------------------------"
_MOST_EDITS = 2
"""Further off, it is another word and not a slip of the finger."""


def problems(text: str) -> list[tuple[int, str]]:
    """The (line, problem) pairs of a message as git hands it to a commit-msg hook; lines are 1-based.

    git's comments, and all below its scissors line, are not part of the message.
    """
    lines = text.split("\n")
    if _SCISSORS in lines:
        lines = lines[: lines.index(_SCISSORS)]
    kept = [(number, line) for number, line in enumerate(lines, 1) if not line.startswith("#")]
    found: list[tuple[int, str]] = []
    rest = iter(kept[1:])
    for trailer in parse("\n".join(line for _, line in kept[1:])):
        first = trailer.line.split("\n")[0]
        number = next((n for n, line in rest if line == first), 1)
        problem = _problem(trailer.name, trailer.value)
        if problem:
            found.append((number, problem))
    return found


def _problem(name: str, value: str) -> str | None:
    if name.casefold() == "fixes":
        return None if _FIXES.fullmatch(value) else 'a Fixes: line reads `Fixes: <12 hex digits> ("title")`'
    names, doubtful = canonical(name)
    if len(names) != 1 or doubtful:
        return None
    slips = edit_distance(name.casefold(), names[0].casefold(), _MOST_EDITS)
    if 0 < slips <= _MOST_EDITS:
        return f"`{name}:` is spelt `{names[0]}:`"
    if slips == 0 and not _PERSON.fullmatch(value):
        return f"{names[0]}: wants `Name <address>`, not `{value}`"
    return None
