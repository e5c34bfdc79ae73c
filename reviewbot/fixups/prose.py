"""Edits of the commit message and the subject, as far as a request's words give them."""

from __future__ import annotations

import re
from collections.abc import Callable

from reviewbot.errors import InputError
from reviewbot.fixups import words
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.engine import edit_prose
from reviewbot.review import Request
from reviewbot.series import Patch

# An abbreviated commit id to the full one and the commit's title.
Lookup = Callable[[str], tuple[str, str] | None]

# A sentence's end: its stop, and the blank or end behind it.
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
_DROP_SENTENCE = re.compile(
    r"\b(?:drop|remove|delete|omit|strip)\w*\b[^.]{0,20}\b(?P<which>last|first|this) sentence\b", re.I
)
_DROP_PART = re.compile(
    r"\b(?:drop|remove|delete|omit|strip)\w*\b[^.]{0,20}\b(?:this|that|the) (?P<what>bullet|paragraph)\b"
    r"|\b(?:this|that) (?P<what_>bullet|paragraph)\b[^.]{0,30}\b(?:dropped|removed|deleted|omitted|go)\b",
    re.I,
)
_BULLET = re.compile(r"\s*[-*+•] ")
_SWAP = re.compile(r"\btags?\b[^.]{0,40}\b(?:invert|swap|revers)|\b(?:invert|swap|reverse)\b[^.]{0,20}\btags\b", re.I)
_ANOTHER = re.compile(r"\b(?:another|second|also|add)\b", re.I)
_ID = re.compile(r"\b[0-9a-f]{7,40}\b")
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


def propose_message(request: Request, patch: Patch, lookup: Lookup | None = None) -> Edit | None:
    """A replacement, a deleted sentence, bullet or paragraph, or a trailer; None for rewording."""
    if request.kind == "trailer":
        return _trailer(request, patch, lookup)
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
    dropped = _DROP_PART.search(request.says)
    if dropped and line:
        part = _part(patch.body, line, (dropped["what"] or dropped["what_"]).lower())
        return _tried(Edit(message=True, delete=part), patch) if part else None
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


def _trailer(request: Request, patch: Patch, lookup: Lookup | None) -> Edit | None:
    """A trailer given word for word, or a Fixes: line for the commit that is named; two of them in the other order."""
    if _SWAP.search(request.says):
        return _swapped(request, patch)
    given = [text.strip() for text in (*request.code, request.new or "") if _TRAILER.fullmatch(text.strip())]
    if not given and request.target == "Fixes" and lookup is not None:
        given = _fixes(request, patch, lookup)
    if request.old and request.new and request.old != request.new and not given:
        return _tried(Edit(message=True, replace=request.old, with_=request.new), patch)
    if len(given) != 1 or not patch.trailers:
        return None
    name = given[0].partition(":")[0].lower()
    if any(t.line.strip().lower() == given[0].lower() for t in patch.trailers) or name == "signed-off-by":
        return None
    same = [t for t in patch.trailers if t.name.lower() == name]
    if name == "fixes" and len(same) == 1 and not _ANOTHER.search(request.says):
        return _tried(Edit(message=True, replace=same[0].line, with_=given[0]), patch)
    signed = next((t.line for t in patch.trailers if t.name.lower() == "signed-off-by"), None)
    first = patch.trailers[0].line.split("\n")[0] if name == "fixes" else signed
    if name in _EARLY and first:
        return _tried(Edit(message=True, insert=given[0], before=first), patch)
    return _tried(Edit(message=True, insert=given[0], after=patch.trailers[-1].line.split("\n")[-1]), patch)


def _fixes(request: Request, patch: Patch, lookup: Lookup) -> list[str]:
    """The Fixes: line of the one commit that the words, the quoted line or else the message names."""
    for text in (request.says, request.anchor.message or "", patch.body):
        ids = dict.fromkeys(m.group() for m in _ID.finditer(text) if any(c.isdigit() for c in m.group()))
        found = {commit for name in ids if (commit := lookup(name)) is not None}
        if found:
            return [f'Fixes: {oid[:12]} ("{title}")' for oid, title in found] if len(found) == 1 else []
    return []


def _swapped(request: Request, patch: Patch) -> Edit | None:
    """Two trailers that follow each other, the quoted one last, in the other order."""
    lines = patch.body.split("\n")
    quoted = (request.anchor.message or "").strip()
    known = [t.line.split("\n")[0].strip() for t in patch.trailers]
    at = next((n for n, text in enumerate(lines) if text.strip() == quoted), None)
    if at is None or quoted not in known:  # the words stand below other lines: there must be just two tags
        at = len(lines) - 1 if len(known) == 2 else None
    if not at or lines[at].strip() not in known or lines[at - 1].strip() not in known:
        return None
    pair = lines[at - 1 : at + 1]
    return _tried(Edit(message=True, replace="\n".join(pair), with_="\n".join(reversed(pair))), patch)


def _tried(edit: Edit, patch: Patch) -> Edit | None:
    """The edit, if it fits its text exactly once."""
    try:
        edit_prose(patch.subject if edit.subject else patch.body, [edit], name=edit.target)
    except InputError:
        return None
    return edit
