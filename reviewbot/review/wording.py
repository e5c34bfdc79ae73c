"""Requests about the words of a commit: its subject, and the text below it."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review import operands as op
from reviewbot.review.found import MESSAGE, Found, Quoted

_TITLE = re.compile(
    r"(?:^|\b(?:nit|nits|minor)?[: (]*)(?:title|subject)\s*:|\b(?:in|the|patch|with the|mail|as|from the"
    r"|your|commit) (?:title|subject)(?: line| prefix)?\b(?! to\b(?! \"))|\b(?:title|subject) (?:line|prefix|should"
    r"|needs|wants|is|could|says|would|also|has|typo)\b|\b(?:patch|commit|mail)? ?prefix (?:should|wants|needs"
    r"|ought|could|in the)\b",
    re.I,
)
_SAY = re.compile(r"\b(?:to )?(?:say|read|mention|be) (?P<new>-\w+|[\"'`][^\"'`]{1,80}[\"'`]|\S*[_/()]\S*)")
_PREFIX = re.compile(r"\bprefix(?:ed)?\b", re.I)
# What the prefix shall be: marked, or with a slash or a colon, or behind "be", "use", "with".
_AREA = re.compile(
    r"[\"'`](?P<q>[\w./+,& -]{1,40}:?)[\"'`]|(?<![\w/])(?P<p>[\w.+-]+(?:/[\w.+-]+)+:?)|\b(?:be|use|with|to"
    r"|prefix:|:) (?P<w>[a-z][\w.+-]{1,30}:?)(?=[\s.,;!?)]|$)",
    re.I,
)
_NO_AREA = frozenset(
    {
        "the",
        "a",
        "an",
        "this",
        "that",
        "it",
        "more",
        "adjusted",
        "changed",
        "fixed",
        "updated",
        "be",
        "is",
        "say",
        "used",
    }
)
_ITSELF = frozenset({"subject", "title", "prefix", "it", "this", "that", "line"})
_DROP = re.compile(
    r"\b(?:drop|remove|omit|strip|delete|no need for)(?: the| this)? (?:\"(?P<d>[^\"]+)\"|'(?P<s>[^']+)'"
    r"|`(?P<b>[^`]+)`|(?P<w>[\w./+-]+:?))",
    re.I,
)
_WHOLE = re.compile(r"\"(?P<d>[^\"]{8,120})\"|“(?P<u>[^”]{8,120})”|(?<!\w)'(?P<s>[^']{8,120})'(?!\w)")
_TITLE_WORDS = re.compile(
    r"(?:\b(?:in|of|from|with)\b )?(?:\b(?:the|patch|commit|mail|your)\b )*\b(?:title|subject)\b(?:"
    r" line)?:?(?: (?:has|contains) an?)?|\btypos?\b:?|\bnits?\b:?"
    r"|\byou (?:perhaps |probably )?mean\b|\bshould (?:be|say|read)\b|\bplease\b|\bpresumably\b",
    re.I,
)
_DELETE = re.compile(
    r"\b(?:drop|remov|delet|omit|strip)\w*\b|\b(?:can|could|should|may|might) (?:also |just |probably )?go\b"
    r"|\b(?:redundant|unnecessary|un-?needed|pointless"
    r"|superfluous|stale)\b|\b(?:not|isn't|aren't|n't think (?:we|you) (?:really )?|no longer|don't (?:really"
    r" )?) ?(?:needed|necessary|need|required)\b"
    r"|\bno need for\b|\bneedn't\b",
    re.I,
)
_UNCLEAR = re.compile(
    r"\b(?:can't|cannot|couldn't|don't|doesn't|hard to|fail to|unable to|difficult to) (?:really |quite |fully"
    r" )?(?:parse|understand|follow|read)\b"
    r"|\b(?:re-?word|re-?phras)(?:e|ed|ing)\b|\bgrammar\b",
    re.I,
)
_TOLD = re.compile(
    r"\b(?:mention|say|state|explain|note|describe|clarify|spell out|document)(?:s|ed|ing)?\b[^.;]{0,60}"
    r"\b(?:in|to) (?:the |your )?(?:commit (?:message|msg|log)|(?:patch )?description)\b",
    re.I,
)
_ITEM = re.compile(r"\b(?:this|that|the|last|first|second|third) (?:list )?item\b", re.I)
_JOIN = re.compile(r"\b(?:join|merge|combine|fold)\b", re.I)


def subject(text: str, quoted: Quoted) -> Found | None:
    """ "Title: replace 'arm32' with 'arm'", "With the subject also switched to say -Og"."""
    if not _TITLE.search(text):
        return None
    if re.search(r"\bsubject to\b", text, re.I) and not re.search(r"\bsubject to \"", text, re.I):
        return None
    return about_subject(text) or _vague(text)


def about_subject(text: str) -> Found | None:
    """What words that are known to be about the subject want there; None where they do not say."""
    prefix = _PREFIX.search(text)
    pair = op.replacement(text)
    if pair is not None and (pair.old or "").lower() not in _ITSELF:
        return Found("subject", old=pair.old, new=pair.new)
    dropped = _DROP.search(text)
    if dropped:
        return Found("subject", old=next(v for v in dropped.groupdict().values() if v is not None).strip(), new="")
    whole = _WHOLE.search(text)
    given = next((v for v in whole.groupdict().values() if v is not None), None) if whole else None
    if given and (len(given.split()) >= 3 or ": " in given):
        return Found("subject", new=given, target="whole")
    if prefix:
        areas = [next(v for v in m.groupdict().values() if v is not None) for m in _AREA.finditer(text)]
        named = [area for area in areas if area.lower().rstrip(":") not in _NO_AREA]
        if len(set(named)) == 1:
            return Found("subject", new=named[0].rstrip(":. "), target="prefix")
    pair = op.wanted(text)
    if pair is not None:
        return Found("subject", old=pair.old, new=pair.new)
    left = [word.strip("\"'`,.;:!?()") for word in _TITLE_WORDS.sub(" ", text).split()]
    left = [word for word in left if word]
    return Found("subject", new=left[0]) if len(left) == 1 and len(left[0]) > 2 and not prefix else None


def _vague(text: str) -> Found:
    said = _SAY.search(text)
    return Found("subject", new=said["new"].strip("\"'`") if said else None, sure=False)


def told(text: str, quoted: Quoted) -> Found | None:
    """ "Mention in the commit message that you re-indent the macro": about the message, whatever it is to say."""
    return Found("message") if _TOLD.search(text) else None


def message(text: str, quoted: Quoted) -> Found | None:
    """ "join both into a single bullet", "drop the last sentence", "reword"."""
    about = MESSAGE.search(text) or (_ITEM.search(text) if quoted.in_message else None)
    if about is None and not (quoted.in_message and _UNCLEAR.search(text)):
        return None
    if re.search(r"\bcomment\b", text, re.I) and not quoted.in_message:
        return None
    pair = op.replacement(text)
    gone = _DELETE.search(text) is not None and not _JOIN.search(text)
    sure = (gone and len(text.split()) <= 14) or (quoted.in_message and _UNCLEAR.search(text) is not None)
    return Found("message", old=pair.old if pair else None, new=pair.new if pair else None, sure=bool(sure))
