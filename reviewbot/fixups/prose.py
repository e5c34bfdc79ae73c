"""Edits of the commit message and the subject, as far as a request's words give them."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.errors import InputError
from reviewbot.fixups import words
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.engine import edit_prose
from reviewbot.fixups.trailers import Lookup, trailer_edit
from reviewbot.review import Request
from reviewbot.series import Patch

# A sentence's end: its stop, and the blank or end behind it.
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_GONE = (
    r"(?:drop|remov|delet|omit|strip)\w*|(?:can|could|should|may|might) (?:also |just |probably )?go|redundant"
    r"|unnecessary|un-?needed|pointless"
    r"|superfluous|stale|(?:not|isn't|aren't|no longer) (?:really )?(?:needed|necessary|required)|no need for"
    r"|don't (?:think (?:we|you) )?(?:really )?need"
)
_DROP = re.compile(rf"\b(?:{_GONE})\b", re.I)
_SENTENCE = re.compile(r"\b(?P<which>last|final|first|1st|second|2nd|third|3rd|this|that|the) sentence\b", re.I)
_PART = re.compile(r"\b(?:this|that|the|last|first) (?:list )?(?P<what>bullet|item|paragraph)\b", re.I)
_ORDINAL = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "last": -1, "final": -1}
_BULLET = re.compile(r"\s*[-*+•] ")


def propose_subject(request: Request, patch: Patch) -> Edit | None:
    """One text for another in the subject, its prefix, a part of it, or all of it."""
    old, new, subject = request.old, request.new, patch.subject
    if request.target == "whole" and new:
        return _tried(Edit(subject=True, with_=new), patch) if new != subject else None
    if request.target == "prefix" and new:
        head, colon, _ = subject.partition(":")
        if not colon:
            return _tried(Edit(subject=True, with_=f"{new}: {subject}"), patch)
        return _tried(Edit(subject=True, replace=f"{head}:", with_=f"{new}:"), patch) if head != new else None
    if old is None and new:
        old = words.nearest_word(subject, new)
    if old and new == "":
        whole = next(
            (text for text in (f"{old.rstrip(':')}: ", old) if len(words.occurrences(subject, text)) == 1), None
        )
        return _tried(Edit(subject=True, delete=whole), patch) if whole else None
    if not old or new is None or len(words.occurrences(subject, old)) != 1:
        return None
    return _tried(Edit(subject=True, replace=old, with_=new), patch)


def propose_message(request: Request, patch: Patch, lookup: Lookup | None = None) -> Edit | None:
    """A replacement, a deleted sentence, bullet or paragraph, or a trailer; None for rewording."""
    if request.kind == "trailer":
        edit = trailer_edit(request, patch, lookup)
        return _tried(edit, patch) if edit is not None else None
    line = (request.anchor.message or "").strip()
    if request.anchor.position is not None and request.anchor.position not in patch.body_positions:
        return None  # words below the message, or under the list of files
    old, new = request.old, request.new
    if old is None and new and line:
        old = words.nearest_word(line, new)
    if old and new is not None:
        twice = words.doubled(line, old) if new == "" else None
        if twice:
            return _tried(Edit(message=True, replace=line[slice(*twice)], with_=old), patch)
        within = line if line and words.occurrences(line, old) else None
        edit = Edit(message=True, replace=old, with_=new) if new else Edit(message=True, delete=old)
        narrow = Edit(message=True, replace=edit.replace, with_=edit.with_, delete=edit.delete, within=within)
        return _tried(edit, patch) or (_tried(narrow, patch) if within else None)
    if not line or not _DROP.search(request.says):
        return None
    sentence, dropped = _SENTENCE.search(request.says), _PART.search(request.says)
    if sentence:
        text = _sentence(patch.body, line, sentence["which"].lower())
        return _tried(Edit(message=True, delete=text), patch) if text else None
    if dropped:
        part = _part(patch.body, line, dropped["what"].lower())
        return _tried(Edit(message=True, delete=part), patch) if part else None
    return None


def _sentence(body: str, line: str, which: str) -> str | None:
    """A sentence of the paragraph that a line belongs to, by its number; "this" one is the only one on the line."""
    paragraph = next((p for p in body.split("\n\n") if line in p), None)
    if paragraph is None:
        return None
    ends = [match.end() for match in _SENTENCE_END.finditer(paragraph)]
    starts = [0, *ends[:-1]]
    found = [paragraph[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    if which not in _ORDINAL:
        found = [s for s in found if line.strip() in s or s in line]
        return found[0] if len(found) == 1 else None
    at = _ORDINAL[which]
    if at > 0:  # counted on the quoted line first: that is what the reader has before him
        quoted = [s for s in found if s in line]
        found = quoted if len(quoted) > at else found
    return found[at] if max(1, at) < len(found) or at < 0 < len(found) - 1 else None


def _part(body: str, line: str, what: str) -> str | None:
    """The bullet or the paragraph that a line of the message belongs to."""
    paragraph = next((p for p in body.split("\n\n") if line in map(str.strip, p.split("\n"))), None)
    if paragraph is None or what == "paragraph":
        return paragraph
    lines = paragraph.split("\n")
    at = next(n for n, text in enumerate(lines) if text.strip() == line)
    first = at
    while first >= 0 and not _BULLET.match(lines[first]):
        first -= 1
    if first < 0:
        return None
    last = first
    while last + 1 < len(lines) and lines[last + 1].strip() and not _BULLET.match(lines[last + 1]):
        last += 1
    return "\n".join(lines[first : last + 1])


def _tried(edit: Edit, patch: Patch) -> Edit | None:
    """The edit, if it fits its text exactly once."""
    try:
        edit.check()
        edit_prose(patch.subject if edit.subject else patch.body, [edit], name=edit.target)
    except InputError:
        return None
    return edit
