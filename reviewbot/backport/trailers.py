"""A commit message's last paragraph as git itself sees it (trailer.c, `find_trailer_start`)."""

from __future__ import annotations

import re

# "Token: value": letters, digits and dashes, then blanks and a colon.
_TRAILER = re.compile(r"([A-Za-z0-9-]+)[ \t]*:")
_CHERRY = "(cherry picked from commit "
_GENERATED = ("Signed-off-by: ", _CHERRY)


def footer_start(lines: list[str]) -> int | None:
    """Where the block of trailers at the end begins (an index into the lines), or None where there is none.

    `lines` have no blank lines at their end. The first paragraph is the subject and never a block of trailers.
    """
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    if not start or not any(line.strip() for line in lines[:start]):
        return None
    trailers = others = 0
    generated = False
    for line in lines[start:]:
        if line.startswith(_GENERATED):
            generated = True
            trailers += 1
        elif _TRAILER.match(line):
            trailers += 1
        elif not (line[:1] in " \t" and trailers + others):
            others += 1
    if (generated and trailers * 3 >= others) or (trailers and not others):
        return start
    return None


def trailer_name(line: str) -> str | None:
    """The name of a trailer line, in lower case; None where it is none."""
    match = _TRAILER.match(line)
    return match[1].lower() if match else None


def without(message: str, names: frozenset[str]) -> str:
    """The message less the trailers of these names (lower case), continuation lines included."""
    lines = message.rstrip("\n").split("\n")
    start = footer_start(lines)
    if start is None:
        return message.rstrip("\n")
    kept, dropping = lines[:start], False
    for line in lines[start:]:
        dropping = dropping if line[:1] in (" ", "\t") else trailer_name(line) in names
        if not dropping:
            kept.append(line)
    return "\n".join(kept).rstrip("\n")
