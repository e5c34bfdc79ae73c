"""Words that ask for the same once more: "Ditto.", "Same here.", "And again"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reviewbot import regex as re
from reviewbot.review.asks import Ask
from reviewbot.review.found import Quoted
from reviewbot.review.quoting import Line
from reviewbot.review.words import fold

# One of these has to be there, and nothing but these and the next.
_SAME = frozenset({"ditto", "same", "again", "likewise", "another", "similarly", "idem"})
_BESIDE = frozenset(
    {
        "above", "also", "and", "applies", "as", "before", "below", "case", "comment", "earlier", "for", "goes",
        "here", "in", "instance", "is", "issue", "line", "minor", "more", "nit", "nits", "of", "on", "once", "one",
        "ones", "please", "problem", "remark", "style", "the", "there", "these", "thing", "this", "to", "too", "typo",
        "well", "with", "yet",
    }
)  # fmt: skip
_WORDS = re.compile(r"[A-Za-z]+")
_LONGEST = 8


def is_ditto(own: Sequence[Line]) -> bool:
    """Whether own words say nothing but that the last remark holds here as well."""
    text = fold(" ".join(line.text for line in own))
    words = [word.lower() for word in _WORDS.findall(text)]
    known = all(word in _SAME or word in _BESIDE for word in words)
    return 0 < len(words) <= _LONGEST and known and any(word in _SAME for word in words) and "?" not in text


def once_more(ask: Ask, own: Sequence[Line], quoted: Quoted) -> Ask | None:
    """An earlier request, for the lines now quoted; None where these have nothing that it could change."""
    old = ask.found.old
    if old and old.strip() and not any(old in line for line in quoted.lines):
        return None
    written = [line for line in own if line.text.strip()]
    said = fold(" ".join(line.text for line in written))
    return ask._replace(
        says=f'{said} ("{ask.says}")',
        lines=(written[0].number, written[-1].number),
        found=replace(ask.found, count=None),
    )
