"""The commit message: what was mailed, edited, with the tags that were given."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewbot.fixups import Edit, edit_prose
from reviewbot.series import Patch

# A trailer's line: a name without blanks, a colon, a value. What stands behind the address is the part it covers.
_TRAILER = re.compile(r"(?P<name>[A-Za-z][A-Za-z0-9-]{0,60})[ \t]{0,2}:[ \t]*(?P<value>.*)")
_ADDRESS = re.compile(r"<(?P<address>[^<>]*)>(?P<scope>[^<>]*)")
_NOTE = re.compile(r"\[[^\[\]]{1,300}\]")
_PICKED = "(cherry picked from commit "
_RELEASE = "release-acked-by"


def commit_message(
    patch: Patch, subject: Sequence[Edit], body: Sequence[Edit], tags: Sequence[str], note: str | None = None
) -> tuple[str, tuple[str, ...]]:
    """The whole message (LF at its end), and the tag lines that were added to the ones it had.

    Tags follow the existing trailers in the order given, Release-Acked-by last; one that is there already (same name
    and address, for the whole or the same part) is not added again. Nothing else is added, no Signed-off-by ever, but
    a `note` ("[jb: error -> __error__]") where there is one: behind the trailers that came, ahead of the new tags.
    """
    title = edit_prose(patch.subject, subject, name="the subject") if subject else patch.subject
    text = edit_prose(patch.body, body, name="the message") if body else patch.body
    lines = clean(text)
    block = trailer_start(lines)
    have = [key for line in lines[block:] if (key := key_of(line))]
    added: list[str] = []
    for tag in tags:
        key = key_of(tag)
        if key is None or key[0] == "signed-off-by" or known(key, have):
            continue
        have.append(key)
        added.append(tag)
    plain = [tag for tag in added if not _is_release(tag)]
    release = [tag for tag in added if _is_release(tag)]
    at = len(lines)
    while plain and at > block and _is_release(lines[at - 1]):
        at -= 1
    if (added or note) and block == len(lines) and lines:
        lines.append("")
        at = len(lines)
    lines[at:at] = [*([note] if note else []), *plain]
    lines += release
    return "\n".join([title, *(["", *lines] if lines else [])]) + "\n", tuple(plain + release)


def clean(text: str) -> list[str]:
    """Lines as `git stripspace` leaves them: no blanks at their ends, single blank lines, none at the edges."""
    lines: list[str] = []
    for line in text.split("\n"):
        bare = line.rstrip(" \t\r\f\v")
        if bare or (lines and lines[-1]):
            lines.append(bare)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def is_note(line: str) -> bool:
    """Whether a line is a committer's note in brackets, or tells where the commit was picked from."""
    return _NOTE.fullmatch(line) is not None or line.startswith(_PICKED)


def trailer_start(lines: Sequence[str]) -> int:
    """Where the trailer block at the end begins; the number of lines when there is none.

    The last paragraph is one when all its lines are trailers or notes, or when a Signed-off-by is among them.
    """
    start = len(lines)
    while start and lines[start - 1]:
        start -= 1
    paragraph = lines[start:]
    if not paragraph:
        return len(lines)
    signed = any((key := key_of(line)) and key[0] == "signed-off-by" for line in paragraph)
    plain = all(_belongs(line, n > 0) for n, line in enumerate(paragraph))
    return start if signed or plain else len(lines)


def _belongs(line: str, inside: bool) -> bool:
    folded = inside and line[0] in " \t"
    return folded or is_note(line) or (_TRAILER.fullmatch(line) is not None and "://" not in line.split(" ", 1)[0])


def key_of(line: str) -> tuple[str, str, str] | None:
    """Name, address (or the whole value) and part covered, as they are compared; None for anything but a trailer."""
    match = _TRAILER.fullmatch(line)
    if match is None:
        return None
    found = _ADDRESS.search(match["value"])
    value, scope = (found["address"], found["scope"]) if found else (match["value"], "")
    return match["name"].casefold(), value.strip().casefold(), "".join(scope.split()).casefold()


def known(key: tuple[str, str, str], have: Sequence[tuple[str, str, str]]) -> bool:
    """Whether a trailer is among others: for the whole, or for the same part."""
    return any(other[:2] == key[:2] and other[2] in ("", key[2]) for other in have)


def _is_release(line: str) -> bool:
    key = key_of(line)
    return key is not None and key[0] == _RELEASE
