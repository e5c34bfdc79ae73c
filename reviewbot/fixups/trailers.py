"""Edits of a message's trailers: one added where Xen's history has it, their order, their spelling."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from reviewbot import regex as re
from reviewbot.fixups.edit import Edit
from reviewbot.review import Request
from reviewbot.review.names import canonical
from reviewbot.series import Patch

# An abbreviated commit id to the full one and the commit's title.
Lookup = Callable[[str], tuple[str, str] | None]

_SWAP = re.compile(r"\btags?\b[^.]{0,40}\b(?:invert|swap|revers)|\b(?:invert|swap|reverse)\b[^.]{0,20}\btags\b", re.I)
_EXCHANGE = re.compile(r"\b(?:invert|swap|revers|wrong way round)", re.I)
_ANOTHER = re.compile(r"\b(?:another|second|also|add)\b", re.I)
_ID = re.compile(r"\b[0-9a-f]{7,40}\b")
_TRAILER = re.compile(r"(?P<name>[A-Z][A-Za-z-]{2,40}): (?P<value>\S.*)")
# "Suggested-by ahead of Signed-off-by", "Suggested-by first", "S-o-b last"
_NAMED = r"(?P<{0}>fixes|link|[a-z]+(?:-[a-z]+)*-by|s-?o-?bs?)\b:?"
_PLACED = re.compile(
    rf"\b{_NAMED.format('what')}[^.;]{{0,30}}?\b(?P<where>first|last|ahead of|before|above|after|below"
    rf"|behind)\b(?: the| your| any)?"
    rf"(?: {_NAMED.format('other')})?",
    re.I,
)
# Trailers that stand before the Signed-off-by (facts of Xen's history: 1057 to 8, and alike).
_EARLY = frozenset({"fixes", "reported-by", "suggested-by", "requested-by", "link", "resolves", "amends", "closes"})
_SIGNED = "signed-off-by"


def trailer_edit(request: Request, patch: Patch, lookup: Lookup | None) -> Edit | None:
    """A trailer given word for word, a Fixes: line for the commit that is named, a misspelt name, or another order."""
    if request.target == "spelling":
        return _spelled(patch)
    if request.target == "order" or _SWAP.search(request.says):
        return _ordered(request, patch)
    given = [text.strip() for text in (*request.code, request.new or "") if _TRAILER.fullmatch(text.strip())]
    if request.target == "Fixes" and lookup is not None:
        texts = tuple(given) or (request.says, request.anchor.message or "", patch.body)
        given = _fixes(texts, lookup) or given
    if request.old and request.new and request.old != request.new and not given:
        return Edit(message=True, replace=request.old, with_=request.new)
    if len(given) != 1 or not patch.trailers:
        return None
    return _added(given[0], request, patch)


def _added(line: str, request: Request, patch: Patch) -> Edit | None:
    """A trailer in its place, or in the place of the one that it corrects."""
    name = line.partition(":")[0].lower()
    if any(t.line.strip().lower() == line.lower() for t in patch.trailers) or name == _SIGNED:
        return None
    same = [t for t in patch.trailers if t.name.lower() == name]
    if name == "fixes" and len(same) == 1 and not _ANOTHER.search(request.says):
        return Edit(message=True, replace=same[0].line, with_=line)
    signed = next((t.line for t in patch.trailers if t.name.lower() == _SIGNED), None)
    first = patch.trailers[0].line.split("\n")[0] if name == "fixes" else signed
    if name in _EARLY and first:
        return Edit(message=True, insert=line, before=first)
    return Edit(message=True, insert=line, after=patch.trailers[-1].line.split("\n")[-1])


def _fixes(texts: Iterable[str], lookup: Lookup) -> list[str]:
    """The Fixes: line of the one commit that the first of the texts which names any does name."""
    for text in texts:
        ids = dict.fromkeys(m.group() for m in _ID.finditer(text) if any(c.isdigit() for c in m.group()))
        found = {commit for name in ids if (commit := lookup(name)) is not None}
        if found:
            return [f'Fixes: {oid[:12]} ("{title}")' for oid, title in found] if len(found) == 1 else []
    return []


def _spelled(patch: Patch) -> Edit | None:
    """The one trailer whose name is close to a known one, spelled as that one is."""
    wrong = []
    for line in (t.line.split("\n")[0] for t in patch.trailers):
        name, colon, rest = line.partition(":")
        known, _ = canonical(name.strip())
        if colon and len(known) == 1 and known[0].lower() != name.strip().lower():
            wrong.append((line, f"{known[0]}:{rest}"))
    return Edit(message=True, replace=wrong[0][0], with_=wrong[0][1]) if len(wrong) == 1 else None


def _ordered(request: Request, patch: Patch) -> Edit | None:
    """One trailer beside another as the words name them; else the two quoted exchanged, or the late one moved."""
    lines = [t.line.split("\n")[0].strip() for t in patch.trailers]
    named = _PLACED.search(request.says)
    if named is not None and not _EXCHANGE.search(request.says):
        return _placed(named, lines, patch)
    if not _EXCHANGE.search(request.says):
        return _chronological(lines, patch)
    return _swapped(request, lines, patch)


def _chronological(lines: list[str], patch: Patch) -> Edit | None:
    """The one trailer that Xen has in front of the Signed-off-by, and that stands behind it, moved there."""
    signed = next((n for n, line in enumerate(lines) if _key(line) == _SIGNED), None)
    late = [line for line in lines[signed + 1 :] if _key(line) in _EARLY] if signed is not None else []
    return _moved(late[0], lines[signed], True, patch) if len(late) == 1 and signed is not None else None


def _placed(named: re.Match[str], lines: list[str], patch: Patch) -> Edit | None:
    what = [line for line in lines if _key(line) == _full(named["what"])]
    rest = [line for line in lines if line not in what]
    where = named["where"].lower()
    before = where in ("first", "ahead of", "before", "above")
    others = [line for line in rest if named["other"] and _key(line) == _full(named["other"])]
    if where in ("first", "last"):
        others = rest[:1] if before else rest[-1:]
    if len(what) != 1 or not others:
        return None
    return _moved(what[0], others[0] if before else others[-1], before, patch)


def _moved(line: str, beside: str, before: bool, patch: Patch) -> Edit | None:
    body = [text.strip() for text in patch.body.split("\n")]
    if body.count(line) != 1 or body.count(beside) != 1:
        return None
    return Edit(message=True, move=line, before=beside if before else None, after=None if before else beside)


def _swapped(request: Request, known: list[str], patch: Patch) -> Edit | None:
    """Two trailers that follow each other, the quoted one last, in the other order."""
    lines = patch.body.split("\n")
    quoted = (request.anchor.message or "").strip()
    at = next((n for n, text in enumerate(lines) if text.strip() == quoted), None)
    if at is None or quoted not in known:  # the words stand below other lines: there must be just two tags
        at = len(lines) - 1 if len(known) == 2 else None
    if not at or lines[at].strip() not in known or lines[at - 1].strip() not in known:
        return None
    pair = lines[at - 1 : at + 1]
    return Edit(message=True, replace="\n".join(pair), with_="\n".join(reversed(pair)))


def _key(line: str) -> str:
    return line.partition(":")[0].strip().lower()


def _full(word: str) -> str:
    """A trailer's name as people shorten it: "S-o-b"."""
    bare = word.lower().rstrip(":")
    return _SIGNED if bare.replace("-", "").rstrip("s") == "sob" else bare
