"""Quoting as a tree: which line of a mail was written by whom, and which line of an earlier mail it repeats.

One `>` is stripped and the rest aligned with the parent's lines, the parent's with its parent's, and so on, so that
every quoted line is traced to the mail that first wrote it. The alignment keeps order and tolerates trimming,
re-wrapping, lost blanks after `>` and uneven quote depth. Time is near linear in the size of the mails.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.mail import Message, Thread
from reviewbot.review.align import align, key_of

OWN = "own"
QUOTE = "quote"
ATTRIBUTION = "attribution"
SIGNATURE = "signature"

_MAX_DEPTH = 64

# Mailers that quote by pasting the whole mail below a separator, without any mark.
_SEPARATOR = re.compile(
    r"-{3,}\s?(?:Original Message|Original-Nachricht|Forwarded message|Reply message)\s?-{3,}", re.I
)
_PASTED_HEADER = re.compile(r"\*?(?:From|Von|De):\*?\s")  # Outlook's header block, then Sent:/Date:
_PASTED_DATE = re.compile(r"\*?(?:Sent|Date|Gesendet):\*?\s")
_ATTRIBUTION_END = re.compile(r"(?:wrote|writes|said|schrieb|a écrit)\s?:?\s*$|<[^<>\s]+@[^<>\s]+>:?\s*$")
_ATTRIBUTION_START = re.compile(r"\s*(?:On|At|Am|Le|Hi|\*)\b|\s*[\w*\"'(]")
_TAGGISH = re.compile(r"-by\s?:", re.I)


Spot = tuple[str, int]  # a mail's id, and the number of a line in it


class Line(NamedTuple):
    """A line of a mail: its number (0-based), quote depth, words, role, and the mail and line that first had it."""

    number: int
    depth: int
    text: str
    role: str
    origin: Spot | None = None


class Block(NamedTuple):
    """Own words, and the quoted lines between the previous own words and these."""

    quote: tuple[Line, ...]
    own: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The own words, as written."""
        return "\n".join(line.text for line in self.own)


class View(NamedTuple):
    """A mail read as own words and quotes."""

    message: Message
    lines: tuple[Line, ...]
    blocks: tuple[Block, ...]


def strip_marks(text: str) -> tuple[int, str]:
    """Quote depth of a line and the text behind the marks (one blank after the last mark dropped)."""
    if text[:1] not in (">", " ", "\t"):  # most lines by far
        return 0, text
    depth, end, at = 0, 0, 0
    while depth < _MAX_DEPTH:
        start = at
        while at < len(text) and text[at] in " \t" and at - start < (2 if depth == 0 else 1):
            at += 1
        if at >= len(text) or text[at] != ">":
            break
        at += 1
        depth, end = depth + 1, at
    if not depth:
        return 0, text
    return depth, text[end + 1 :] if text[end : end + 1] == " " else text[end:]


def body_lines(message: Message, *, patch: bool) -> list[str]:
    """The lines by which others refer to a mail: a patch's bytes as applied, any other mail's text as read."""
    body = message.body_bytes.decode("utf-8", "replace") if patch else message.body
    return body.split("\n")


def read_thread(thread: Thread, patches: frozenset[str]) -> dict[str, View]:
    """Every mail of a thread as a View, by message id; `patches` are the ids of mails whose body is a patch."""
    views: dict[str, View] = {}
    for message in thread.messages:
        chain = [message]
        seen = {message.message_id}
        while (parent := thread.parent(chain[-1])) is not None and parent.message_id not in views:
            if parent.message_id in seen:
                break
            seen.add(parent.message_id)
            chain.append(parent)
        for entry in reversed(chain):
            if entry.message_id not in views:
                views[entry.message_id] = _read(entry, thread, views, patches)
    return views


def _read(message: Message, thread: Thread, views: dict[str, View], patches: frozenset[str]) -> View:
    """One mail; the mails it may quote are already in `views`."""
    is_patch = message.message_id in patches
    raw = body_lines(message, patch=is_patch)
    if is_patch:
        lines = [Line(number, 0, text, OWN) for number, text in enumerate(raw)]
        return View(message, tuple(lines), ())
    marked = [strip_marks(text) for text in raw]
    depths = [depth for depth, _ in marked]
    texts = [text for _, text in marked]
    _mark_pasted(texts, depths)
    origins: dict[int, tuple[str, int]] = {}
    for source in _sources(message, thread, views):
        pending = [n for n, depth in enumerate(depths) if depth and n not in origins and texts[n].strip()]
        if not pending:
            break
        _trace(source, texts, depths, pending, origins)
    _fill_blanks(texts, depths, origins)
    roles = _roles(texts, depths)
    lines = [Line(n, depths[n], texts[n], roles[n], origins.get(n)) for n in range(len(texts))]
    return View(message, tuple(lines), _blocks(lines))


def _sources(message: Message, thread: Thread, views: dict[str, View]) -> list[View]:
    """Mails that this one may quote, likeliest first: its parent, the parent's parents, then the latest before it."""
    found: list[View] = []
    current = thread.parent(message)
    while current is not None and len(found) < 8:
        view = views.get(current.message_id)
        if view is None or view in found:
            break
        found.append(view)
        current = thread.parent(current)
    known = {view.message.message_id for view in found}
    others = [view for mid, view in views.items() if mid not in known]
    return found + others[-12:]


def _trace(
    source: View, texts: list[str], depths: list[int], pending: list[int], origins: dict[int, tuple[str, int]]
) -> None:
    """Align still untraced quoted lines with a mail, and note where that mail has them from."""
    match, spilt = align(texts, pending, [line.text for line in source.lines])
    for number, at in match.items():
        line = source.lines[at]
        if line.depth == 0:
            origins[number] = (source.message.message_id, at)
        elif line.origin is not None:
            origins[number] = line.origin
    for number in spilt:  # the tail of a quoted line that the mailer wrapped without a mark
        depths[number] = depths[number - 1]
        if number - 1 in origins:
            origins[number] = origins[number - 1]


def _fill_blanks(texts: list[str], depths: list[int], origins: dict[int, tuple[str, int]]) -> None:
    """A blank quoted line right after a traced one repeats the line after that one."""
    for number in range(1, len(texts)):
        above = origins.get(number - 1)
        if depths[number] and number not in origins and not texts[number].strip() and above is not None:
            origins[number] = (above[0], above[1] + 1)


def _mark_pasted(texts: list[str], depths: list[int]) -> None:
    """Raise the depth of everything below a "--- Original Message ---" or an Outlook header block."""
    for number, text in enumerate(texts):
        if depths[number]:
            continue
        below = [t for t in texts[number + 1 : number + 4] if t.strip()]
        pasted = _PASTED_HEADER.match(text) is not None and any(_PASTED_DATE.match(t) for t in below)
        if _SEPARATOR.match(text) or pasted:
            for later in range(number, len(texts)):
                depths[later] += 1
            return


def _roles(texts: list[str], depths: list[int]) -> list[str]:
    """What each line is: quote, own words, the "On ..., X wrote:" above a quote, or the signature."""
    roles = [QUOTE if depth else OWN for depth in depths]
    for number, text in enumerate(texts):
        if depths[number] == 0 and text.rstrip("\r") in ("-- ", "--") and not any(depths[number:]):
            roles[number:] = [SIGNATURE] * (len(texts) - number)
            break
    for number in range(1, len(texts)):
        if roles[number] == QUOTE and roles[number - 1] == OWN:
            _mark_attribution(texts, roles, number - 1)
        elif (
            roles[number] == QUOTE
            and depths[number] > depths[number - 1] > 0
            and texts[number - 1].rstrip().endswith(":")
        ):
            roles[number - 1] = QUOTE
    return roles


def _mark_attribution(texts: list[str], roles: list[str], last: int) -> None:
    """Mark the one to three lines that end right above a quote with "wrote:"."""
    while last >= 0 and roles[last] == OWN and not texts[last].strip():
        last -= 1
    if last < 0 or roles[last] != OWN or not _ATTRIBUTION_END.search(texts[last]) or _TAGGISH.search(texts[last]):
        return
    first = last
    while first > 0 and last - first < 2 and roles[first - 1] == OWN and texts[first - 1].strip():
        if _STARTS_ATTRIBUTION.match(texts[first]):
            break
        first -= 1
    if not _STARTS_ATTRIBUTION.match(texts[first]) and first != last:
        first = last
    if not _ATTRIBUTION_END.search(texts[last].rstrip()) or not _ATTRIBUTION_START.match(texts[first]):
        return
    roles[first : last + 1] = [ATTRIBUTION] * (last + 1 - first)


_STARTS_ATTRIBUTION = re.compile(r"\s*(?:On|At|Am|Le|\*|\w+, )\s?.*\d|\s*[\"\w][^<>]*<[^<>\s]+@")


def _blocks(lines: list[Line]) -> tuple[Block, ...]:
    """Own words with the quoted lines above them; blank own lines between two quotes make no block."""
    blocks: list[Block] = []
    quote: list[Line] = []
    own: list[Line] = []
    for line in lines:
        if line.role == OWN and line.text.strip():
            own.append(line)
        elif line.role == OWN:
            if own:
                own.append(line)
        elif line.role == QUOTE:
            if own:
                blocks.append(Block(tuple(quote), _trimmed(own)))
                quote, own = [], []
            quote.append(line)
    if own:
        blocks.append(Block(tuple(quote), _trimmed(own)))
    return tuple(blocks)


def spots_above(quote: Sequence[Line]) -> set[Spot]:
    """The quoted lines that own words below them answer: the last ones, as far up as they come from one mail."""
    found: set[Spot] = set()
    mail: str | None = None
    for line in reversed(quote):
        if not line.text.strip():
            continue
        if line.origin is None or (mail is not None and line.origin[0] != mail):
            break
        mail = line.origin[0]
        found.add(line.origin)
    return found


def _trimmed(own: list[Line]) -> tuple[Line, ...]:
    """Without blank lines at the end."""
    end = len(own)
    while end and not own[end - 1].text.strip():
        end -= 1
    return tuple(own[:end])


def repeats_unmarked(view: View, parent: View | None) -> frozenset[int]:
    """Numbers of own lines that merely repeat the parent, unmarked: runs of three and more lines around a tag.

    Some mailers, and every HTML part, quote without `>`; a tag inside such a run is not this sender's.
    """
    if parent is None:
        return frozenset()
    mine = [line for line in view.lines if line.role == OWN and line.text.strip()]
    if not any(_TAGGISH.search(line.text) for line in mine):
        return frozenset()
    there: dict[str, list[int]] = {}
    full = [(n, key_of(line.text)) for n, line in enumerate(parent.lines) if line.text.strip()]
    for place, (_, key) in enumerate(full):
        there.setdefault(key, []).append(place)
    own = [(line.number, key_of(line.text)) for line in mine]
    repeated: set[int] = set()
    at = 0
    while at < len(own):
        best = 0
        for place in there.get(own[at][1], [])[:4]:
            length = 0
            while (
                at + length < len(own) and place + length < len(full) and own[at + length][1] == full[place + length][1]
            ):
                length += 1
            best = max(best, length)
        run = own[at : at + best]
        if best >= 3 and any(_TAGGISH.search(view.lines[number].text) for number, _ in run):
            repeated.update(number for number, _ in run)
        at += max(best, 1)
    return frozenset(repeated)
