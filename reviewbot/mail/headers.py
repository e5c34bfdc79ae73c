"""The header of a mail: fields, encoded words (RFC 2047), ids and dates (RFC 5322)."""

from __future__ import annotations

from binascii import Error as Base64Error
from binascii import a2b_base64, a2b_qp
from datetime import UTC, datetime, timedelta, timezone

from reviewbot import regex as re
from reviewbot.mail.charset import to_text

# These patterns begin with the LF of the line before, which lets the search jump from line to line; the text is
# searched with an LF put in front.

# A line that is no field (RFC 5322 3.6.8), no folded rest of one and no From line left at the top: it ends the header.
_NO_FIELD = re.compile(rb"\n(?![!-9;-~]+:|>?From |[ \t]|\Z)")

# Only the fields that are used; looked for after unfolding, so one line is one field.
_FIELD = re.compile(
    rb"\n(from|subject|date|message-id|in-reply-to|references|to|cc|reply-to|x-original-from|list-id|list-post"
    rb"|content-type|content-transfer-encoding|content-disposition|mailing-list):([^\n]*)",
    re.IGNORECASE,
)

_ID = re.compile(r"<([^<>\s]+)>")  # a message id, also amid prose ("message of Tuesday <id>")

_SPACE = re.compile(r"\s+")

_DATE = re.compile(  # RFC 5322 3.3 with the obsolete two-digit year and missing seconds or zone
    r"(?:[A-Za-z]{3,9},?\s)?\s?(\d{1,2})[\s-]([A-Za-z]{3})[a-z]{0,6}[\s-](\d{2,4})\s(\d{1,2}):(\d\d)(?::(\d\d))?"
    r"(?:\s?([+-]\d{4}|[A-Z]{1,5}))?(?![\d])"
)

_MONTHS = {name: at // 3 + 1 for at in range(0, 36, 3) if (name := "janfebmaraprmayjunjulaugsepoctnovdec"[at : at + 3])}

# RFC 5322 4.3: the zones by name that have a meaning, in hours; all others are UTC.
_ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}


def header_end(raw: bytes) -> tuple[int, int]:
    """Where the header ends and where the body starts; a line that is no field ends the header as well."""
    blank = raw.find(b"\n\n")
    end, start = (len(raw), len(raw)) if blank < 0 else (blank + 1, blank + 2)
    odd = _NO_FIELD.search(b"\n" + raw[:end])
    return (end, start) if odd is None else (odd.start(), odd.start())


def fields(block: bytes) -> dict[str, list[str]]:
    """The fields of use by lower-case name, unfolded, not yet decoded, each with all its values in order."""
    found: dict[str, list[str]] = {}
    unfolded = b"\n" + block.replace(b"\n ", b" ").replace(b"\n\t", b" ")
    for name, value in _FIELD.findall(unfolded):
        found.setdefault(name.decode("ascii").lower(), []).append(to_text(value.strip()))
    return found


def decode(value: str) -> str:
    """Undo encoded words, also adjacent ones that split a character between them; white space becomes single blanks.

    A broken word stays as it was written. Linear: the search only ever moves forward.
    """
    if "=?" not in value:
        return _SPACE.sub(" ", value).strip()
    out: list[str] = []
    pending = b""  # decoded bytes of a run of words in one charset
    pending_charset = ""
    at = 0
    while (start := value.find("=?", at)) >= 0:
        word = _word(value, start)
        if word is None:
            break
        charset, data, end = word
        gap = value[at:start]
        adjacent = out or pending
        if pending and (gap.strip() or charset != pending_charset):
            out.append(to_text(pending, pending_charset))
            pending = b""
        if gap.strip() or not adjacent:
            out.append(gap)
        pending, pending_charset, at = pending + data, charset, end
    if pending:
        out.append(to_text(pending, pending_charset))
    out.append(value[at:])
    return _SPACE.sub(" ", "".join(out)).strip()


def _word(value: str, start: int) -> tuple[str, bytes, int] | None:
    """The encoded word at `start`: charset, bytes, end; None if none can be read there."""
    mark = value.find("?", start + 2)
    if mark < 0 or value[mark + 2 : mark + 3] != "?":
        return None
    end = value.find("?=", mark + 3)
    kind = value[mark + 1].lower()
    if end < 0 or kind not in "bq":
        return None
    text = value[mark + 3 : end].encode("utf-8", "surrogateescape")
    data = a2b_qp(text, header=True) if kind == "q" else base64(text)
    charset = value[start + 2 : mark].partition("*")[0].lower()  # RFC 2231 appends a language
    return charset, data, end + 2


def base64(data: bytes) -> bytes:
    """Decode base64 as far as it goes: foreign characters are skipped, a torn end loses only its last letters."""
    try:
        return a2b_base64(data)
    except Base64Error:
        kept = data.translate(None, _NOT_BASE64)
        return a2b_base64(kept[: len(kept) // 4 * 4])


_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")  # "=" only ends it
)


def ids(value: str) -> tuple[str, ...]:
    """All message ids in a field, in order, without brackets and repetitions."""
    return tuple(dict.fromkeys(_ID.findall(value)))


def message_id(value: str) -> str:
    """The id of a Message-ID field; a bare one without brackets is taken if it is one word."""
    found = _ID.search(value)
    if found is not None:
        return found.group(1)
    bare = value.strip("<> \t")
    return "" if not bare or " " in bare or "\t" in bare else bare


def date(value: str) -> datetime | None:
    """An aware time from a Date field; None for what no calendar holds (year 10000, 31 February, no date at all)."""
    found = _DATE.match(_SPACE.sub(" ", value.strip()))
    if found is None:
        return _odd_date(value)
    day, month, year, hour, minute, second, zone = found.groups()
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 50 else 1900
    elif len(year) == 3:
        number += 1900
    try:
        when = datetime(
            number, _MONTHS.get(month.lower(), 0), int(day), int(hour), int(minute), min(int(second or 0), 59)
        )
        aware = when.replace(tzinfo=_zone(zone or ""))
        aware.astimezone(UTC)  # the first and last days of the calendar cannot be moved to UTC, hence not compared
    except (ValueError, OverflowError):
        return None
    return aware


def _zone(text: str) -> timezone:
    if text[:1] in ("+", "-") and text:
        minutes = int(text[1:3]) * 60 + int(text[3:5])
        if minutes >= 24 * 60:
            return UTC
        return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
    return timezone(timedelta(hours=_ZONES[text])) if text in _ZONES else UTC


def _odd_date(value: str) -> datetime | None:
    """Dates out of form, the standard library's way; imported only here since `email` is slow to start."""
    from email.utils import parsedate_to_datetime

    if len(value) > 100:  # no date is that long, and the library's time is not ours to bound
        return None
    try:
        when = parsedate_to_datetime(value)
        aware = when if when.tzinfo else when.replace(tzinfo=UTC)
        aware.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return aware
