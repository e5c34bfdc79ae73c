"""Faults of style that a quoted line shows by itself, for words that name none: "Nit: Style."."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review.found import Found, Quoted

_STYLE = re.compile(
    r"^(?:nits?|minor|xen|and|again|also|another|more|same)?[\s:,.(-]*(?:(?:xen|coding|code|formatting)["
    r" -])?(?:style|formatting)"
    r"(?: (?:nits?|issues?|problems?|violations?|again|here|please|is off|is wrong|needs (?:fixing|adjusting)"
    r"|as well|too))*\W*$",
    re.I,
)
# "Spaces.", "Nit: whitespace"
_BLANKS = re.compile(
    r"^(?:nits?\W+|minor\W+)?(?:spaces?|blanks?|spacing|white-?space)(?: please| here| issue|"
    r" nit)*\W*$",
    re.I,
)
_LOOKED_AT = 8  # quoted lines above the words
_WIDTH = 80
# A statement without the blanks that Xen's CODING_STYLE has inside of its parentheses.
_TIGHT = re.compile(r"\b(?:if|while|for|switch)(?:\(| \((?! ))")
_TRAILING_BRACE = re.compile(r"(?:\)|\belse) ?\{\s*$")
_LINE_COMMENT = re.compile(r"(?<!:)//")
_OPEN_COMMENT = re.compile(r"/\*+ *\S(?!.*\*/)")
_TIGHT_OPERATOR = re.compile(r"(?<=[\w)])(?:==|!=|<=|>=|&&|\|\|)(?=[\w(])|,(?=\w)")
# Kind by what a line looks like, the surest first.
_FAULTS = (
    ("spacing", _TIGHT),
    ("braces", _TRAILING_BRACE),
    ("comment-style", _OPEN_COMMENT),
    ("comment-style", _LINE_COMMENT),
    ("spacing", _TIGHT_OPERATOR),
)


def style(text: str, quoted: Quoted) -> Found | None:
    """The fault that the quoted lines have, nearest to the words first; a person's to see when there is none."""
    if not quoted.sign:
        return None
    if _BLANKS.match(text):
        tight = any(
            _TIGHT.search(line) or _TIGHT_OPERATOR.search(line) for line in (quoted.text, *quoted.lines[-_LOOKED_AT:])
        )
        return Found("spacing", old=None if tight else " ", new=" " if tight else "")
    if not _STYLE.match(text):
        return None
    for line in (quoted.text, *reversed(quoted.lines[-_LOOKED_AT:])):
        kind = next((kind for kind, pattern in _FAULTS if pattern.search(line)), None)
        if kind is None and len(line) > _WIDTH:
            kind = "wrap"
        if kind is not None:
            new = {"spacing": " ", "braces": "own line"}.get(kind)
            return Found(kind, new=new)
    tabs = quoted.text.startswith("\t") and any(line.startswith("    ") for line in quoted.lines)
    return Found("reindent", new="blanks") if tabs else Found("question-like", sure=True)
