"""Requests about trailers of the message: one to add, written out or only named; their order; their spelling."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review.found import Found, Quoted

_TRAILER = re.compile(
    r"\bfixes?[-: ](?:tag|line)\b|(?:^|[\s\"'`])Fixes:|\b(?:S-?o-?Bs?|signed-off-by|sign-?offs?"
    r"|reported-by|suggested-by|requested-by|co-developed-by|co-authored-by|amends|tested-by|reported"
    r"|origin)\b[^.]{0,40}\b(?:tag|line|missing|add|wants?|needs?|should|order|please)\b"
    r"|\b(?:add|with|missing|need(?:s|ed)?|wants?|lacks?|be)\b[^.]{0,25}\b(?:fixes|S-?o-?B"
    r"|signed-off-by|sign-?off|reported-by|suggested-by|requested-by|co-developed-by|link|closes"
    r"|coverity)\b(?!\w)",
    re.I,
)
_ORDER = re.compile(
    r"\btags?\b[^.]{0,40}\b(?:invert(?:ed)?|order(?:ed|ing)?|swap(?:ped)?|revers(?:e|ed)|chronological\w*)\b"
    r"|\b(?:order(?:ing)? of|invert|swap|reverse|re-?order)\b[^.]{0,25}\b(?:tags|trailers)\b|\b(?:tag"
    r"|trailer)s? (?:re-?)?order"
    r"|\b(?:suggested|reported|requested|co-developed|signed-off|reviewed|acked"
    r"|tested)-by\b[^.]{0,40}\b(?:first|before|ahead of|above|earlier"
    r"|after|below|last)\b|\b(?:fixes|s-o-b)\b:?[^.]{0,30}\b(?:goes|come|be|go|belongs) (?:first|before|ahead"
    r" of|above|last|after)\b",
    re.I,
)
_THESE = re.compile(
    r"\b(?:order(?:ed|ing)?|swap(?:ped)?|invert(?:ed)?|revers(?:e|ed)|chronolog\w+|wrong way round)\b", re.I
)
# "In general, the tags are historically ordered."
_TELLS = re.compile(r"\b(?:are|were|is) (?:\w+ )?(?:ordered|sorted)\b(?!.*\bshould\b)", re.I)
_SPELLING = re.compile(
    r"\b(?:typos?|mis-?spel\w+|spelling|spelled|malformed|not a (?:valid|known))\b[^.]{0,40}\b(?:tags?"
    r"|trailers?|\w+-by|s-o-b|sign-?off)\b"
    r"|\b(?:tags?|trailers?|\w+-by|s-o-b|sign-?off)\b[^.]{0,40}\b(?:typos?|mis-?spel\w+|spelling|spelled|malformed)\b",
    re.I,
)
_NAME = re.compile(
    r"\b(?P<name>fixes|signed-off-by|s-?o-?b|reported-by|suggested-by|requested-by|co-developed-by"
    r"|link|closes|amends)\b",
    re.I,
)
_NAMES = {"fixes": "Fixes", "link": "Link", "closes": "Closes", "amends": "Amends"}
# One written out in running text, or on a line of its own: not the approvals, which are their giver's to give.
_WRITTEN = re.compile(
    r"(?P<line>(?:Fixes|Amends): [0-9a-f]{7,40}(?: \(\"[^\"\n]{1,120}\"\))?"
    r"|(?:Reported|Suggested|Requested|Co-developed)-by: [^<>\n]{1,80}<[^<>\s]{3,80}>|(?:Link|Closes|Origin"
    r"|Resolves): https?://[^\s>]+)",
    re.I,
)
_ASKED = re.compile(
    r"\b(?:please|add|missing|wants?|needs?|should|could|can|with|lacks?|use|perhaps|maybe|also|ought|suggest"
    r"|include|have|be)\b|\?\s*$",
    re.I,
)
_OF_COMMIT = ("fixes", "amends", "link", "closes", "origin", "resolves")
_QUOTED_TRAILER = re.compile(r"\s*[A-Z][A-Za-z-]{2,30}(?:-by)?: \S")


def trailer(text: str, quoted: Quoted) -> Found | None:
    """ "add a fixes tag", "the two tags should be inverted", "with the SOB", "Suggested-by goes first"."""
    if _SPELLING.search(text):
        return Found("trailer", target="spelling")
    brief = len(text.split()) <= 16
    if _TELLS.search(text):
        return None
    if _ORDER.search(text) or (
        _THESE.search(text) and brief and _QUOTED_TRAILER.match(quoted.text) and not quoted.sign
    ):
        return Found("trailer", target="order", sure=brief)
    match = _TRAILER.search(text)
    if match is None:
        return None
    named = _NAME.search(match.group()) or _NAME.search(text)
    name = None
    if named:
        word = named["name"].lower()
        name = _NAMES.get(word) or (
            "Signed-off-by" if word.startswith("s") and "ob" in word.replace("-", "") else word.capitalize()
        )
    asked = re.search(r"\btags?\b", text, re.I) is not None and len(text.split()) <= 10 and text.rstrip().endswith("?")
    return Found("trailer", target=name, sure=asked)


def written_out(text: str) -> Found | None:
    """The trailer that a paragraph writes out and asks for; alone on its line it asks where it is no person's tag."""
    match = _WRITTEN.search(text)
    if match is None:
        return None
    line = match["line"]
    name = line.partition(":")[0]
    around = text[: match.start()] + text[match.end() :]
    if not _ASKED.search(around) and not (name.lower() in _OF_COMMIT and not around.strip(" .,;:")):
        return None
    return Found("trailer", target=name.capitalize(), new=line)
