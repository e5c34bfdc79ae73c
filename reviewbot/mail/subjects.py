"""What a subject says apart from its own words: that it answers, and through which list it came."""

from __future__ import annotations

from reviewbot import regex as re

# What answering puts in front of a subject, in the languages that mail programs use, with lists' tags in between.
_REPLY = re.compile(r"\s?(?:re|aw|sv|antw|fwd?|wg)\s?(?:\[\d{1,3}\])?:", re.IGNORECASE)
_LIST_TAG = re.compile(
    r"\s?\[(?![^\]]*(?:PATCH|RFC))[A-Za-z][\w-]{0,30}\](?=\s?(?:\[|re:|aw:|sv:|fwd?:))", re.IGNORECASE
)


def base_subject(subject: str) -> tuple[str, bool]:
    """A subject without what replies and lists put in front, lower-case, single blanks; and whether it was a reply."""
    rest = subject
    reply = False
    while True:
        found = _REPLY.match(rest)
        if found is not None:
            reply = True
        else:
            found = _LIST_TAG.match(rest)
        if found is None:
            return " ".join(rest.lower().split()), reply
        rest = rest[found.end() :]
