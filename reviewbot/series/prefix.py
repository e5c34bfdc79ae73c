"""The brackets in front of a patch's subject: "[PATCH for-4.22 v3 2/5] domctl: …"."""

from __future__ import annotations

from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.mail import base_subject

# One bracket at the start, after reply marks; no bracket inside, so it is read once.
_BRACKET = re.compile(r"\s?\[([^\[\]]{0,120})\]")
_REPLY = re.compile(r"\s?(?:re|aw|sv|antw|fwd?|wg)\s?(?:\[\d{1,3}\])?:", re.IGNORECASE)

_COUNTER = re.compile(r"(\d{1,4})/(\d{1,4})")
_VERSION = re.compile(r"(?:PATCH)?-?v(\d{1,3})(?:\.(\d{1,3}))?(?:bis)?", re.IGNORECASE)
_SPACED_VERSION = re.compile(r"\b(?:v|version)\s(\d{1,3})\b(?!\s?/)", re.IGNORECASE)  # "[PATCH V 2]"

# A release a patch is meant for: "for-4.22", "for 4.22", "4.22", "for-xen-4.22?", "4.22-rc", "for-next".
_TARGET = re.compile(
    r"(?:for-)?(?:xen-)?v?(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)(?:-rc\d?)?\??|for-([a-z]\w{1,20})\??", re.IGNORECASE
)
_SPELLED_TARGET = re.compile(r"for-(\d{1,2}\.\d{1,2})", re.IGNORECASE)  # inside a word: "PATCH-for-4.22"

_RESENT = frozenset({"RESEND", "REPOST", "RESENT"})

_SEPARATE = re.compile(r"[\s,;()]+")


class Prefix(NamedTuple):
    """What the brackets say. `number` and `total` are 0 without a counter; `patch` tells a patch mail from others.

    `minor` is the 1 of "v5.1", a re-posted part of v5; `given` whether a version was named at all.
    """

    patch: bool
    reply: bool
    version: int
    minor: int
    given: bool
    number: int
    total: int
    counted: bool
    target: str | None
    rfc: bool
    resend: bool
    title: str


def parse(subject: str) -> Prefix:
    """Read the prefix of a subject; `title` is what is left, without any leading bracket."""
    rest = subject
    reply = False
    words: list[str] = []
    spaced: re.Match[str] | None = None
    while True:
        if found := _REPLY.match(rest):
            reply = True
        elif found := _BRACKET.match(rest):
            inside = found.group(1)
            spaced = spaced or _SPACED_VERSION.search(inside)
            words.extend(word for word in _SEPARATE.split(inside) if word)
        else:
            break
        rest = rest[found.end() :]
    return _from_words(words, spaced, reply, rest.strip())


def _from_words(words: list[str], spaced: re.Match[str] | None, reply: bool, title: str) -> Prefix:
    version = minor = number = total = 0
    counted = rfc = resend = patch = False
    target: str | None = None
    for word in words:
        upper = word.upper()
        if found := _COUNTER.fullmatch(word):
            number, total, counted = int(found.group(1)), int(found.group(2)), True
        elif found := _VERSION.fullmatch(word):
            version, minor = int(found.group(1)), int(found.group(2) or 0)
        elif found := (_TARGET.fullmatch(word) or _SPELLED_TARGET.search(word)):
            target = (found.group(1) or found.group(2)).lower()
        pieces = upper.split("-")
        patch = patch or "PATCH" in pieces or upper.startswith("PATCH")
        rfc = rfc or "RFC" in pieces
        resend = resend or not _RESENT.isdisjoint(pieces)
    if spaced is not None and not version:
        version = int(spaced.group(1))
    given = version > 0
    patch = patch or ((rfc or given or resend) and (counted or patch)) or (resend and not reply)
    return Prefix(patch, reply, version or 1, minor, given, number, total, counted, target, rfc, resend, title)


def clean_title(title: str) -> str:
    """A title for comparing between versions: case, blanks and a final stop do not matter."""
    return base_subject(title)[0].rstrip(". ")
