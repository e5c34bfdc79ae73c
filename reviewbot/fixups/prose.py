"""Edits of the commit message and the subject, as far as a request's words give them."""

from __future__ import annotations

import re

from reviewbot.errors import InputError
from reviewbot.fixups import words
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.engine import edit_prose
from reviewbot.review import Request
from reviewbot.series import Patch

# A sentence's end: its stop, and the blank or end behind it.
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_DROP_SENTENCE = re.compile(
    r"\b(?:drop|remove|delete|omit|strip)\w*\b[^.]{0,20}\b(?P<which>last|first|this) sentence\b", re.I
)
_TRAILER = re.compile(r"(?P<name>[A-Z][A-Za-z-]{2,40}): (?P<value>\S.*)")
# Trailers that stand before the Signed-off-by (facts of Xen's history: 1057 to 8, and alike).
_EARLY = frozenset({"fixes", "reported-by", "suggested-by", "requested-by", "link", "resolves", "amends", "closes"})


def propose_subject(request: Request, patch: Patch) -> Edit | None:
    """One text for another in the subject."""
    old, new = request.old, request.new
    if old is None and new:
        old = words.nearest_word(patch.subject, new)
    if not old or new is None or len(words.occurrences(patch.subject, old)) != 1:
        return None
    return _tried(Edit(subject=True, replace=old, with_=new) if new else Edit(subject=True, delete=old), patch)


def propose_message(request: Request, patch: Patch) -> Edit | None:
    """A replacement, a deleted line or sentence, or a trailer whose whole text was given; None for rewording."""
    if request.kind == "trailer":
        return _trailer(request, patch)
    line = (request.anchor.message or "").strip()
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
    match = _DROP_SENTENCE.search(request.says)
    if match and line:
        sentence = _sentence(patch.body, line, match["which"].lower())
        return _tried(Edit(message=True, delete=sentence), patch) if sentence else None
    return None


def _sentence(body: str, line: str, which: str) -> str | None:
    """The first, the last, or the only sentence of the paragraph that a line belongs to."""
    paragraph = next((p for p in body.split("\n\n") if line in p), None)
    if paragraph is None:
        return None
    ends = [match.end() for match in _SENTENCE_END.finditer(paragraph)]
    starts = [0, *ends[:-1]]
    found = [paragraph[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    if which == "this":
        found = [s for s in found if line.strip() in s or s in line]
        return found[0] if len(found) == 1 else None
    return (found[-1] if which == "last" else found[0]) if len(found) > 1 else None


def _trailer(request: Request, patch: Patch) -> Edit | None:
    """A trailer given word for word, in the request or as code below it, put where such trailers go."""
    given = [text.strip() for text in (*request.code, request.new or "") if _TRAILER.fullmatch(text.strip())]
    if request.old and request.new and request.old != request.new and not given:
        return _tried(Edit(message=True, replace=request.old, with_=request.new), patch)
    if len(given) != 1 or not patch.trailers:
        return None
    name = given[0].partition(":")[0].lower()
    if any(t.line.strip().lower() == given[0].lower() for t in patch.trailers) or name == "signed-off-by":
        return None
    signed = next((t.line for t in patch.trailers if t.name.lower() == "signed-off-by"), None)
    if name in _EARLY and signed:
        return _tried(Edit(message=True, insert=given[0], before=signed), patch)
    return _tried(Edit(message=True, insert=given[0], after=patch.trailers[-1].line.split("\n")[-1]), patch)


def _tried(edit: Edit, patch: Patch) -> Edit | None:
    """The edit, if it fits its text exactly once."""
    try:
        edit_prose(patch.subject if edit.subject else patch.body, [edit], name=edit.target)
    except InputError:
        return None
    return edit
