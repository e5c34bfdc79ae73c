"""How strongly words want a change: required, suggested, or a matter of taste."""

from __future__ import annotations

from reviewbot import regex as re

REQUIRED, SUGGESTED, OPTIONAL = "required", "suggested", "optional"

_TASTE = re.compile(
    r"\b(?:just my taste|matter of taste|personal(?:ly)?|fwiw|nits?|nitpick(?:ing)?|preferabl[ey]"
    r"|ideally|optional(?:ly)?|up to you|not a big (?:deal|issue)|don't (?:feel strongly|insist|mind)"
    r"|no strong (?:opinion|feelings?|preference)|feel free to|if you (?:want|like|prefer|feel)|minor"
    r"|cosmetic|may(?:be)? want to|perhaps|maybe|your call|either way|not (?:insisting|overly)"
    r"|would be nice|might be nice)\b",
    re.I,
)
_FIRM = re.compile(
    r"\b(?:needs?|must(?:n't)?|has to|have to|needed|required|mandatory|should(?:n't)?|can't|cannot"
    r"|wrong|broken|breaks|violat\w+|not acceptable|with)\b",
    re.I,
)
# A sentence behind the one that asks.
TASTE_AFTER = re.compile(
    r"\b(?:just my taste|up to you|don't (?:insist|feel strongly)|no strong (?:opinion|feelings?)"
    r"|your call|not a big deal|personal preference|take it or leave it)\b",
    re.I,
)


def strength_of(sentence: str, paragraph: str) -> str:
    """How strongly a sentence wants it: optional, suggested or required."""
    if _TASTE.search(sentence) or re.match(r"^\W*nits?\b", paragraph, re.I):
        return OPTIONAL
    return REQUIRED if _FIRM.search(sentence) else SUGGESTED
