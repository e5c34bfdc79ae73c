"""Diffs that people type or paste into an answer, and where in the posted patch their hunks belong.

With or without `diff --git` and file names, indented or not, with tabs turned to blanks and counts that are not true:
a hunk is found by its lines, not by its numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.review.quoting import Line

_GIT = re.compile(r"diff --git (?:a/)?\S+ (?:b/)?(?P<path>\S+)$")
_OLD = re.compile(r"--- (?:a/)?\S+(?:\t.*)?$")
_NEW = re.compile(r"\+\+\+ (?:b/)?(?P<path>[^\s]+)(?:\t.*)?$")
_HUNK = re.compile(r"@@ ?(?:-(?P<start>\d{1,7})(?:,(?P<old>\d{1,6}))? \+\d{1,7}(?:,(?P<new>\d{1,6}))? ?@@.*)?$")
_NOISE = re.compile(
    r"(?:index [0-9a-f]+\.\.|(?:new|old|deleted) (?:file )?mode |similarity index |rename (?:from|to) |\\ No newline)"
)
_MAX_LINES = 2000  # of one shown diff
_MOST_BARE = 40  # of one without a head
_MAX_KEYS = 12  # lines of context by which a place is looked for
_ENOUGH = 2  # lines of context that place a hunk which removes nothing


class ShownHunk(NamedTuple):
    """Lines with their sign; `start` is where it says it stands in the file it changes, 0 for nowhere."""

    lines: tuple[str, ...]
    start: int = 0


class ShownDiff(NamedTuple):
    """What one answer shows for one file; `path` is None where it names none, `span` its lines in the mail."""

    path: str | None
    hunks: tuple[ShownHunk, ...]
    span: tuple[int, int]


class Fitted(NamedTuple):
    """A hunk at its place: lines first..last of the posted file (last < first: in front of first) become `new`."""

    first: int
    last: int
    new: tuple[str, ...]


def take_diffs(lines: Sequence[Line]) -> tuple[tuple[ShownDiff, ...], tuple[Line, ...]]:
    """The diffs among own lines, and the other lines."""
    found: list[ShownDiff] = []
    rest: list[Line] = []
    at = 0
    while at < len(lines):
        if _starts(lines, at):
            diff, after = _read(lines, at)
            if diff:
                found.extend(diff)
                at = after
                continue
        if at and lines[at - 1].text.strip() and (bare := _headless(lines, at)):
            found.append(ShownDiff(None, (ShownHunk(bare),), (lines[at].number, lines[at + len(bare) - 1].number)))
            at += len(bare)
            continue
        rest.append(lines[at])
        at += 1
    return tuple(found), tuple(rest)


def _headless(lines: Sequence[Line], at: int) -> tuple[str, ...]:
    """Lines taken out and put in right below some words, without any head; empty when there are not both."""
    run: list[str] = []
    for line in lines[at : at + _MOST_BARE]:
        if line.text[:1] not in ("+", "-") or not line.text[1:].strip() or line.text.startswith(("-- ", "+++", "---")):
            break
        run.append(line.text)
    return tuple(run) if {text[0] for text in run} == {"+", "-"} and run[0][0] == "-" else ()


def _starts(lines: Sequence[Line], at: int) -> bool:
    if at >= len(lines):
        return False
    text = lines[at].text.strip()
    if _GIT.match(text) or (_HUNK.match(text) and len(text) > 2):
        return True
    following = lines[at + 1].text.strip() if at + 1 < len(lines) else ""
    return bool((_OLD.match(text) and _NEW.match(following)) or (_NEW.match(text) and _HUNK.match(following)))


def _read(lines: Sequence[Line], start: int) -> tuple[list[ShownDiff], int]:
    """The diffs of the files that follow each other from `start` on, and the index of the line after them."""
    first = lines[start].text
    margin = len(first) - len(first.lstrip())
    out: list[ShownDiff] = []
    path: str | None = None
    at = start
    while at < min(len(lines), start + _MAX_LINES):
        text = lines[at].text[margin:] if not lines[at].text[:margin].strip() else lines[at].text
        header = _GIT.match(text) or _NEW.match(text)
        if header:
            path = header["path"]
        elif hunk := _HUNK.match(text):
            body, after = _body(lines, at + 1, margin, hunk)
            if body:
                number = lines[after - 1].number
                shown = ShownHunk(tuple(body), int(hunk["start"] or 0))
                if out and out[-1].path == path:
                    out[-1] = out[-1]._replace(hunks=(*out[-1].hunks, shown), span=(out[-1].span[0], number))
                else:
                    out.append(ShownDiff(path, (shown,), (lines[at].number, number)))
            at = after
            continue
        elif not (_OLD.match(text) or _NOISE.match(text) or (not text.strip() and _starts(lines, at + 1))):
            break
        at += 1
    return out, at


def _body(lines: Sequence[Line], at: int, margin: int, head: re.Match[str]) -> tuple[list[str], int]:
    """A hunk's lines: as many as its head counts, or as look like such."""
    old = int(head["old"] or 1) if head["start"] else None
    new = int(head["new"] or 1) if head["start"] else None
    body: list[str] = []
    while at < len(lines) and len(body) < _MAX_LINES:
        raw = lines[at].text
        text = raw[margin:] if not raw[:margin].strip() else raw
        if _GIT.match(text) or _HUNK.match(text) or (old is not None and new is not None and old <= 0 and new <= 0):
            break
        sign = text[:1] or " "
        if sign == "\\":
            at += 1
            continue
        if sign == "\t":  # a mailer ate the blank that marks context
            text = " " + text
            sign = " "
        if sign not in " +-":
            break
        if not text and not _goes_on(lines, at + 1, margin):
            break
        body.append(text or " ")
        old = None if old is None else old - (sign != "+")
        new = None if new is None else new - (sign != "-")
        at += 1
    while body and not body[-1].strip():
        body.pop()
    return (body if any(line[0] in "+-" for line in body) else []), at


def _goes_on(lines: Sequence[Line], at: int, margin: int) -> bool:
    """Whether below an empty line there is more of the hunk."""
    while at < len(lines) and not lines[at].text.strip():
        at += 1
    if at >= len(lines):
        return False
    raw = lines[at].text
    text = raw[margin:] if not raw[:margin].strip() else raw
    return text[:1] in " +-\t@\\" and not text.startswith("-- ")


def as_hunk(code: Sequence[str]) -> ShownHunk | None:
    """Lines of a diff that were typed without any head: "-" and "+" lines, with or without context."""
    if not any(line[:1] == "-" for line in code) or any(line[:1] not in ("", " ", "+", "-", "\t") for line in code):
        return None
    return ShownHunk(tuple(line if line[:1] in "+- " and line else " " + line for line in code))


def fit(hunk: ShownHunk, rows: Mapping[int, str]) -> Fitted | None:
    """Where a hunk belongs among the lines of the posted file that the patch shows; None for nowhere or two places.

    White space does not count for finding it, and is the posted file's in what comes out.
    """
    old = [line for line in hunk.lines if line[0] != "+"]
    solid = [i for i, line in enumerate(old) if line[1:].strip()]
    if not solid:
        return None
    removed = [i for i in solid if old[i][0] == "-"]
    places: dict[str, list[int]] = {}
    for number, text in rows.items():
        places.setdefault(_bare(text), []).append(number)
    keys = removed[:1] or solid[:_MAX_KEYS]
    starts = dict.fromkeys(number - key for key in keys for number in places.get(_bare(old[key][1:]), ()))
    scored = [(score, start) for start in starts if (score := _agreeing(old, start, rows))]
    best = max((score for score, _ in scored), default=0)
    found = [start for score, start in scored if score == best]
    if len(found) > 1 and hunk.start in found:
        found = [hunk.start]
    if len(found) != 1 or (not removed and best < min(_ENOUGH, len(solid))):
        return None
    return _made(hunk, old, found[0], rows)


def _agreeing(old: Sequence[str], start: int, rows: Mapping[int, str]) -> int:
    """How many lines with text agree; 0 when one does not. Context may lie outside of what the patch shows."""
    score = 0
    for i, line in enumerate(old):
        row = rows.get(start + i)
        if row is None:
            if line[0] == "-":
                return 0
        elif _bare(row) != _bare(line[1:]):
            return 0
        elif row.strip():
            score += 1
    return score


def _made(hunk: ShownHunk, old: Sequence[str], start: int, rows: Mapping[int, str]) -> Fitted | None:
    """The lines from the first that changes to the last, with context as the file has it."""
    indents: dict[str, str] = {}
    for i, line in enumerate(old):
        row = rows.get(start + i)
        if row is not None and row.strip():
            indents.setdefault(_indent(line[1:]), _indent(row))
    first: int | None = None
    last = start - 1
    new: list[str] = []
    kept: list[str] = []
    number = start
    for line in hunk.lines:
        if line[0] == " ":
            if number not in rows and first is not None:
                kept.append("\0")  # not shown: must not lie between two changes
            else:
                kept.append(rows.get(number, ""))
            number += 1
            continue
        if first is None:
            first, kept = number, []
        if "\0" in kept:
            return None
        new += kept
        kept = []
        if line[0] == "-":
            number += 1
        else:
            text = line[1:]
            new.append(indents.get(_indent(text), _tabbed(_indent(text), rows)) + text.lstrip() if text.strip() else "")
        last = number - 1
    return Fitted(first, last, tuple(new)) if first is not None else None


def _tabbed(indent: str, rows: Mapping[int, str]) -> str:
    """Indentation that the posted lines do not have: with tabs where these have tabs and a mailer left none."""
    tabs = any(text.startswith("\t") for text in rows.values())
    if not tabs or "\t" in indent or not indent:
        return indent
    width = len(indent) + 1 if (len(indent) + 1) % 8 == 0 else len(indent)  # the sign took a column of the first tab
    return "\t" * (width // 8) + " " * (width % 8)


def _bare(text: str) -> str:
    return " ".join(text.split())


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]
