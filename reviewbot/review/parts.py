"""Requests that name a part of a line by what it is: "the cast isn't needed", "U suffix please", "stray semicolon".

The part's name goes into `target`; which bytes it has is seen where the edit is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from reviewbot import regex as re
from reviewbot.review.found import Found, Quoted

# What each part is called.
PARTS: Mapping[str, str] = MappingProxyType(
    {
        "cast": r"(?:type[- ])?casts?|casting",
        "initializer": r"(?:zero[- ])?initiali[sz](?:ers?|ation|e|ing)",
        "inline": r"[\"'`]?inline[\"'`]?",
        "extern": r"[\"'`]?extern[\"'`]?",
        "semicolon": r"semi-?colons?|[\"'`];[\"'`]|;(?=\W*$)",
        "comma": r"commas?|[\"'`],[\"'`]",
        "suffix": r"[\"'`]?\b(?P<suffix>U|UL|ULL|L|LL|u)[\"'`]?[- ](?:literal )?suffix(?:es)?",
    }
)
_NAME = "|".join(f"(?P<{name}_>{pattern})" for name, pattern in PARTS.items())
_GONE = (
    r"un-?needed|unnecessary|needless|pointless|redundant|superfluous|useless|stray|excess(?:ive)?|extra"
    r"|spurious|double|duplicate"
    r"|drop|remove|omit|delete|get rid of|no need (?:for|to)|not need|don't need|needn't|without|avoid|no|odd"
    r"|bogus|pointless extra"
)
# "Unnecessary cast.", "Please drop the initializer", "You don't need the cast."
_REMOVED = re.compile(
    rf"\b(?:{_GONE})(?: to)?(?: the| this| that| an?| any| all| these| those| explicit| \(?\w+\)?){{0,2}}"
    rf" (?:{_NAME})(?!\w)",
    re.I,
)
# "The cast isn't needed.", "Cast can be dropped"
_NOT_NEEDED = re.compile(
    rf"(?<![\w-])(?:{_NAME}) (?:here |again |now )?(?:(?:is|are|looks?|seems?|appears?|can|could|should|may"
    rf"|wants?|ought|doesn't|isn't"
    r"|aren't|not|to|be|then|also|probably|entirely|look|seem|needs?) ){0,4}(?:not |un-?)?(?:needed|necessary"
    r"|pointless|redundant"
    r"|superfluous|dropped|removed|omitted|deleted|avoided|go(?: away)?|required|useless|dropping)\b",
    re.I,
)
# "One ; too many"
_TOO_MANY = re.compile(rf"\bone (?:extra )?(?:{_NAME}|(?P<sign>;)) too many\b", re.I)
# "Missing semicolon.", "Please add a U suffix."
_ADDED = re.compile(
    rf"\b(?:missing|lack(?:s|ing)?|add|needs?|wants?|put|append|have|with|requires?|trailing)(?: the| an?|"
    rf" explicit| trailing){{0,2}}"
    rf" (?:{_NAME})(?!\w)",
    re.I,
)
# "U suffix please", "comma after the last enumerator please"
_WANTED = re.compile(
    rf"^(?:nits?\W+|minor\W+|misra\W+|style\W+|trailing )*(?:{_NAME})(?!\w)[^.;]{{0,40}}?(?:\b(?:please|missing"
    rf"|wanted|needed|required)\b|$)",
    re.I,
)
_NEGATED = re.compile(r"\b(?:no|not|don't|without|drop|remove)\b|n't\b", re.I)

_BRIEF = 12  # words; a longer sentence has to ask

_MARK = r"(?:\"(?P<{0}d>[^\"]{{1,60}})\"|'(?P<{0}s>[^']{{1,60}})'|`(?P<{0}b>[^`]{{1,60}})`"
_SIDE = r"(?P<side>before|ahead of|in front of|after|behind|following)"
# 'Missing "the" before "domain"', '"the" missing ahead of domain', 'Comma after "there" please'
_WORD_IN = (
    re.compile(
        rf"\b(?:missing|lack(?:s|ing)?|add|insert|needs?|wants?|put|have)(?: an?| the)? {_MARK.format('new')}"
        rf"|(?P<newc>comma|colon|dot|full stop))"
        rf"(?: missing| here| please)? {_SIDE} (?:the )?(?:word )?{_MARK.format('old')}|(?P<oldw>[\w-]+))",
        re.I,
    ),
    re.compile(
        rf"{_MARK.format('new')}|(?P<newc>\b(?:comma|colon|dot|full stop)))(?: is| wants to go| goes|"
        rf" please)?(?: missing| wanted| needed)? {_SIDE} (?:the )?(?:word )?"
        rf"{_MARK.format('old')}|(?P<oldw>[\w-]+))(?!-)",
        re.I,
    ),
)  # fmt: skip
_SIGNS = {"comma": ",", "colon": ":", "dot": ".", "full stop": "."}
# 'You have "the the" here'
_PHRASE_TWICE = re.compile(r"[\"'`](?P<word>\w+) (?P=word)[\"'`]")
# "One 'the' too many", 'Repeated "the"', '"the" twice'
_REPEATED = re.compile(
    rf"\b(?:double[d]?|duplicated?|repeated|two|twice|one) {_MARK.format('word')})|{_MARK.format('other')})"
    rf" (?:(?:is|was|are) )?(?:there )?(?:twice|too many|repeated|duplicated|doubled)",
    re.I,
)


def part(text: str, quoted: Quoted) -> Found | None:
    """A part of a line, by its name, that shall go or come."""
    sure = len(text.split()) <= _BRIEF
    added = _ADDED.search(text) or _WANTED.match(text)
    if added and not _NEGATED.search(text):
        name = _name(added)
        if name == "suffix":
            return Found("replace", new=added["suffix"].upper(), target="suffix", sure=sure)
        if name in ("semicolon", "comma") and _word_in(text, quoted) is None:
            return Found("replace", new=";" if name == "semicolon" else ",", target=name, sure=sure)
    if (many := _TOO_MANY.search(text)) is not None:
        return Found("replace", new="", target="semicolon" if many["sign"] else _name(many), sure=sure)
    gone = _REMOVED.search(text) or _NOT_NEEDED.search(text)
    if gone and not text.rstrip().lower().startswith("why"):
        return Found("replace", new="", target=_name(gone), sure=sure)
    return None


def word(text: str, quoted: Quoted) -> Found | None:
    """A word or a sign to be put beside another one, or a word that stands there twice."""
    phrase = _PHRASE_TWICE.search(text)
    if phrase and len(text.split()) <= _BRIEF:
        return Found("replace", old=phrase["word"], new="")
    repeated = _REPEATED.search(text)
    if repeated:
        return Found("replace", old=_marked(repeated, "word") or _marked(repeated, "other"), new="")
    return _word_in(text, quoted)


def _word_in(text: str, quoted: Quoted) -> Found | None:
    for pattern in _WORD_IN:
        match = pattern.search(text)
        if match is None:
            continue
        old = _marked(match, "old") or match["oldw"]
        sign = _SIGNS.get((match["newc"] or "").lower())
        new = sign or _marked(match, "new")
        if (
            not old
            or not new
            or not any(old in line for line in quoted.lines)
            or (sign and match["oldw"] and match["oldw"].lower() in ("the", "last", "this", "that", "it"))
        ):
            continue
        after = match["side"].lower() in ("after", "behind", "following")
        if sign:
            return Found("replace", old=old, new=f"{old}{sign}" if after else f"{sign}{old}")
        return Found("replace", old=old, new=f"{old} {new}" if after else f"{new} {old}")
    return None


def _name(match: re.Match[str]) -> str:
    return next(name for name in PARTS if match.groupdict().get(f"{name}_") is not None)


def _marked(match: re.Match[str], name: str) -> str | None:
    groups = match.groupdict()
    return next((groups[name + key] for key in "dsb" if groups.get(name + key) is not None), None)
