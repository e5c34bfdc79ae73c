"""Requests about what stands there: words, names, types, control flow, places, the message, the subject, trailers.

Each detector reads one clause and says what it asks for; `kinds` has the order in which they are tried.
"""

from __future__ import annotations

import re

from reviewbot.review import operands as op
from reviewbot.review.found import MESSAGE, Found, Quoted
from reviewbot.review.operands import Operands

_FLOW_WORDS = ("break", "fallthrough", "return", "goto", "continue")
_FLOW = re.compile(
    r"\b(?:use|using|say|put|have|prefer|make|simply|just|be|plain)\b[^.;]{0,30}?\b(?P<new>break"
    r"|fallthrough|return|goto \w+|goto|continue)\b[^.;]{0,25}?\b(?:rather than|instead of|not|over"
    r"|in place of)\b[^.;]{0,20}?\b(?P<old>break|fallthrough|return|goto|continue)\b",
    re.I,
)
_FLOW_MISSING = re.compile(
    r"\b(?:missing|lack(?:s|ing)?|no|forgot(?:ten)?|needs?|wants?|add|misses)(?: an?| the| explicit"
    r"| pseudo-keyword)* [\"'`]?(?P<new>break|fallthrough|return|continue)\b(?! (?:value|code|type"
    r"|path|address|stack))[\"'`]?",
    re.I,
)
_NO_ELSE = re.compile(
    r"\b(?:no need for|pointless|unnecessary|drop|no|redundant|needless|useless)(?: the"
    r"| an?)? [\"'`]?else[\"'`]?\b",
    re.I,
)
_MOVE = re.compile(
    r"\b(?P<verb>mov(?:e|ed|ing)|put|plac(?:e|ed|ing)|relocat(?:e|ed)|hoist(?:ed)?|pull(?:ed)?"
    r"|shift(?:ed)?|insert(?:ed)?|sink|swap)\b(?P<what>[^.;]{0,80}?)\b(?P<where>after|before|above"
    r"|below|ahead of|up|down|to|between|into|next to|in front of|behind|past|out|earlier|later"
    r"|further)\b",
    re.I,
)
_BELONGS = re.compile(
    r"\b(?:belongs?|wants? to (?:go|live|come|be|move)|should (?:go|live|come|be (?:moved|placed|put))"
    r"|better (?:go|live)|goes|would (?:better )?(?:go|live|be placed))\b(?P<what>[^.;]{0,20}?)\b"
    r"(?P<where>after|before|above|below|ahead of|up|down|between|into|next to|in front of|behind"
    r"|earlier|later|further|in|to)\b",
    re.I,
)
_NAMED_PLACE = re.compile(
    r"\b(?P<where>after|before|above|below|ahead of|in front of|behind|between|past)\s+(?:the |that "
    r"|this )?(?:`|'|\")?(?P<name>(?:case )?[A-Za-z_]\w*(?:\(\))?)(?:`|'|\")?",
    re.I,
)
_TYPE = re.compile(
    r"\bpointer[- ]to[- ]const\b|\bconst(?:ify|ified|-ify|-ness|ness)?\b|\bu?int(?:8|16|32|64"
    r"|ptr)?_t\b|\bunsigned(?: (?:int|long|char))?\b|\bsize_t\b|\bs?size_t\b|\bbool(?:ean)?\b"
    r"|\bplain (?:u?int|long)\b|\bpaddr_t\b|\bstatic\b|\b__(?:init|initdata|initconst|ro_after_init"
    r"|read_mostly|hwdom_init)\w*\b|\bsigned\b|\bvoid\b",
)
_NEW_TYPE = re.compile(
    r"\b(?P<type>u?int(?:8|16|32|64|ptr)?_t|unsigned (?:int|long(?: long)?|char|short)|unsigned|size_t"
    r"|ssize_t|bool|paddr_t|static|const|__(?:init|initdata|initconst|ro_after_init|read_mostly"
    r"|hwdom_init)\w*)\b"
)
_TRAILER = re.compile(
    r"\bfixes?[-: ](?:tag|line)\b|(?:^|[\s\"'`])Fixes:|\b(?:S-?o-?Bs?|signed-off-by|sign-?offs?"
    r"|reported-by|suggested-by|requested-by|co-developed-by|co-authored-by|amends|tested-by|reported"
    r"|origin)\b[^.]{0,40}\b(?:tag|line|missing|add|wants?|needs?|should|order|please)\b"
    r"|\b(?:add|with|missing|need(?:s|ed)?|wants?|lacks?|be)\b[^.]{0,25}\b(?:fixes|S-?o-?B"
    r"|signed-off-by|sign-?off|reported-by|suggested-by|requested-by|co-developed-by|link|closes"
    r"|coverity)\b(?!\w)|\btags?\b[^.]{0,40}\b(?:invert(?:ed)?|order(?:ed)?|swap(?:ped)?|revers(?:e"
    r"|ed))\b|\b(?:order of|invert|swap|reverse)\b[^.]{0,15}\btags\b",
    re.I,
)
_TRAILER_NAME = re.compile(
    r"\b(?P<name>fixes|signed-off-by|s-?o-?b|reported-by|suggested-by|requested-by|co-developed-by"
    r"|link|closes|amends)\b",
    re.I,
)
_TITLE = re.compile(
    r"(?:^|\b(?:nit|nits|minor)?[: (]*)(?:title|subject)\s*:|\b(?:in|the|patch|with the|mail"
    r"|your) (?:title|subject)(?: line| prefix)?\b(?! to)|\b(?:title|subject) (?:line|prefix|should"
    r"|needs|wants|is|could|says|would|also)\b",
    re.I,
)
_SAY = re.compile(r"\b(?:to )?(?:say|read|mention|be) (?P<new>-\w+|[\"'`][^\"'`]{1,80}[\"'`]|\S*[_/()]\S*)")
_TYPO = re.compile(r"\btypos?\b|\bmis-?spell?(?:t|ed|ing)?\b|\bspelling\b|\bgrammar\b|\bspello\b", re.I)
_NIT_WORD = re.compile(
    r"^(?:nit|nits|typo|spelling|minor)[\s:,(-]+(?:typo\)?[:\s]+)?[\"'`]?"
    r"(?P<word>[A-Za-z][\w()-]{2,40})[\"'`]?[.!]?$",
    re.I,
)
_DELETE = re.compile(
    r"\b(?:drop|remove|delete|omit|zap|purge|strip|ditch|trim)(?:ped|d|ped|ming|med|ing)?\b"
    r"|\bget rid of\b|\b(?:unnecessary|un-?needed|redundant|pointless|superfluous|stray|left-?over"
    r"|useless|needless|dead code|unused|excess)\b|\b(?:not|isn't|aren't"
    r"|no longer) (?:really )?(?:needed|necessary|required|used)\b|\bno need (?:for|to)\b"
    r"|\bdon't need\b",
    re.I,
)
_CASE_GROUP = re.compile(r"^[A-Z][A-Z0-9]*_\w+$")


def subject(text: str, quoted: Quoted) -> Found | None:
    """ "Title: replace 'arm32' with 'arm'", "With the subject also switched to say -Og"."""
    if not _TITLE.search(text):
        return None
    pair = op.replacement(text) or op.wanted(text)
    if pair is not None:
        return Found("subject", old=pair.old, new=pair.new)
    said = _SAY.search(text)
    return Found("subject", new=said["new"].strip("\"'`") if said else None, sure=False)


def trailer(text: str, quoted: Quoted) -> Found | None:
    """ "add a fixes tag", "the two tags should be inverted", "with the SOB"."""
    match = _TRAILER.search(text)
    if match is None:
        return None
    named = _TRAILER_NAME.search(match.group()) or _TRAILER_NAME.search(text)
    names = {"fixes": "Fixes", "link": "Link", "closes": "Closes", "amends": "Amends"}
    name = None
    if named:
        word = named["name"].lower()
        name = names.get(word) or (
            "Signed-off-by" if word.startswith("s") and "ob" in word.replace("-", "") else word.capitalize()
        )
    return Found("trailer", target=name, sure=False)


def control_flow(text: str, quoted: Quoted) -> Found | None:
    """ "I would use break rather than fallthrough", "Missing break"."""
    match = _FLOW.search(text)
    if match:
        return Found("control-flow", old=f"{match['old'].lower()};", new=f"{match['new']};", sure=False)
    pair = op.replacement(text)
    if pair is not None and pair.old and pair.new and _flow_word(pair.old) and _flow_word(pair.new):
        return Found("control-flow", old=f"{pair.old.rstrip(';')};", new=f"{pair.new.rstrip(';')};", sure=False)
    missing = _FLOW_MISSING.search(text)
    if missing and not re.search(r"\bno need\b", text, re.I):
        return Found("control-flow", new=f"{missing['new'].lower()};", where="after", sure=len(text.split()) <= 6)
    return Found("control-flow", old="else", new="", sure=len(text.split()) <= 12) if _NO_ELSE.search(text) else None


def _flow_word(text: str) -> bool:
    return text.rstrip(";").split(" ")[0].lower() in _FLOW_WORDS


def move(text: str, quoted: Quoted) -> Found | None:
    """ "put the X case after Y and ahead of Z", "want to move up"."""
    match = _MOVE.search(text) or _BELONGS.search(text)
    if match is None:
        return None
    places = [
        (_side(m["where"]), m["name"]) for m in _NAMED_PLACE.finditer(text, match.start("where")) if _is_name(m["name"])
    ]
    what = _moved(text[match.end("where") * 0 : match.end("what")])
    in_place = match["where"].lower() in {
        "up",
        "down",
        "after",
        "before",
        "above",
        "below",
        "ahead of",
        "between",
        "earlier",
        "later",
        "further",
        "in front of",
        "behind",
        "past",
    }
    if not places and not in_place and not re.search(r"\bmov|\bbelong", match.group(), re.I):
        return None
    if not places and match.group().lower().startswith(("put", "insert", "swap")) and not in_place:
        return None
    where, target = places[0] if places else (None, None)
    also = places[1] if len(places) > 1 else None
    return Found("move", old=what, where=where, target=target, also=also, sure=False)


def _side(word: str) -> str:
    return "before" if word.lower() in {"before", "above", "ahead of", "in front of"} else "after"


def _is_name(name: str) -> bool:
    bare = name.removeprefix("case ").removesuffix("()")
    return "_" in bare or name.endswith("()") or (bare.isupper() and len(bare) > 2) or name.startswith("case ")


def _moved(text: str) -> str | None:
    """The thing to move, by its name in the words; "the X case" is `case X`."""
    names = [m for m in re.finditer(r"[A-Za-z_]\w*(?:\(\))?", text) if _is_name(m.group())]
    if not names:
        return None
    name = names[-1].group()
    if _CASE_GROUP.match(name) and re.match(r"\W{0,3}(?:case|block|label|group)\b", text[names[-1].end() :]):
        return f"case {name}"
    return name.removesuffix("()")


def type_change(text: str, quoted: Quoted) -> Found | None:
    """ "pointer-to-const please", "use uint32_t", "X is unsigned, so it should be compared to 0"."""
    if not _TYPE.search(text):
        return None
    gone = op.unwanted(text)
    if gone is not None and gone.old and not _TYPE.search(gone.old):
        return None  # the type is the reason, not what changes
    pair = op.replacement(text)
    if pair is not None and (_TYPE.search(pair.new or "") or _TYPE.search(pair.old or "")):
        return Found("type", old=pair.old, new=pair.new, sure=False)
    if re.search(r"pointer[- ]to[- ]const", text, re.I):
        return Found("type", new="const", sure=len(text.split()) <= 14)
    found = _NEW_TYPE.search(text)
    return Found("type", new=found["type"] if found else None, sure=len(text.split()) <= 4)


def message(text: str, quoted: Quoted) -> Found | None:
    """ "join both into a single bullet", "drop the last sentence", "reword"."""
    about = MESSAGE.search(text)
    if about is None or (re.search(r"\bcomment\b", text, re.I) and not quoted.in_message):
        return None
    pair = op.replacement(text)
    return Found("message", old=pair.old if pair else None, new=pair.new if pair else None, sure=False)


def typo(text: str, quoted: Quoted) -> Found | None:
    """ "Typo "th" => "the"", "Nit: Unknown", "Stray 'w'"."""
    pair = op.replacement(text)
    if _TYPO.search(text):
        if pair is None:
            pair = op.wanted(text) or op.unwanted(text)
        if pair is None and (marked := re.search(r"[\"'`](?P<word>[A-Za-z][\w-]{2,40})[\"'`]", text)):
            pair = Operands(None, marked["word"])
        if pair is None:
            word = re.search(
                r"\btypos?\s*(?:[:,-]|in|\()\s*[\"'`]?(?P<word>[A-Za-z][\w-]{2,})[\"'`]?[\s.)]*$", text, re.I
            )
            inside = " in " in text.lower()
            pair = Operands(word["word"] if inside else None, None if inside else word["word"]) if word else Operands()
        return Found("replace", old=pair.old, new=pair.new)
    word = _NIT_WORD.match(text)
    if word and not _any_other(word["word"]):
        return Found("replace", new=word["word"])
    gone = re.match(r"^(?:nits?[:,]? )?(?:stray|excess|extra|spurious|superfluous|double|duplicate)\b", text, re.I)
    if gone:
        removed = op.unwanted(text)
        if removed is not None:
            return Found("replace", old=removed.old, new="")
    return None


def _any_other(word: str) -> bool:
    return bool(
        re.match(
            r"(?:indent|style|newline|whitespace|spacing|spaces?|blanks?|braces?|comment|format|wrap|include"
            r"|here|please|again|same|ditto|overlong|alignment)",
            word,
            re.I,
        )
    )


def replace(text: str, quoted: Quoted) -> Found | None:
    """ "X instead of Y", "easier to read as `expr`", "should use GPL-2.0-only"."""
    pair = op.replacement(text, quoted.lines) or op.wanted(text)
    if pair is None:
        return None
    arrow = bool(re.search(r"->|=>|→", text)) and len(text.split()) <= 6  # nothing but "teh -> the"
    return Found("replace", old=pair.old, new=pair.new, sure=arrow and pair.old is not None)


def delete(text: str, quoted: Quoted) -> Found | None:
    """ "this can be dropped", "the !! can be dropped"; a marked text inside a line is replaced with nothing."""
    if not _DELETE.search(text):
        return None
    gone = op.unwanted(text)
    if gone is not None:
        return Found("replace", old=gone.old, new="", sure=False)
    if re.search(
        r"\b(?:was|were|has been|have been) (?:\w+ )?(?:not |un)?(?:needed|necessary|removed|dropped"
        r"|unused)",
        text,
        re.I,
    ):
        return None
    deictic = re.match(r"^(?:nits?[:,]? |minor[:,]? |also |again )*(?:this|that|these|those|it|both)\b", text, re.I)
    return Found("delete", sure=len(text.split()) <= (10 if deictic else 4))
