"""Requests about what stands there: words, names, types, control flow, places, the message, the subject, trailers.

Each detector reads one clause and says what it asks for; `kinds` has the order in which they are tried.
"""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review import operands as op
from reviewbot.review.found import Found, Quoted
from reviewbot.review.operands import Operands

_FLOW_WORDS = ("break", "fallthrough", "return", "goto", "continue")
_FLOW = re.compile(
    r"\b(?:use|using|say|put|have|prefer|make|simply|just|be|plain)\b[^.;]{0,30}?\b(?P<new>break"
    r"|fallthrough|return|goto \w+|goto|continue)\b[^.;]{0,25}?\b(?:rather than|instead of|not|over"
    r"|in place of)\b[^.;]{0,20}?\b(?P<old>break|fallthrough|return|goto|continue)\b",
    re.I,
)
# "break instead of fallthrough please", "Better use break than fallthrough"
_FLOW_PAIR = re.compile(
    r"\b(?P<new>break|fallthrough|return|goto \w+|goto|continue)\b[^.;]{0,12}?\b(?:rather than|instead of|in"
    r" place of|over|than)\b"
    r"[^.;]{0,12}?\b(?P<old>break|fallthrough|return|goto|continue)\b",
    re.I,
)
# "break missing", "There's a break missing here."
_FLOW_LACKS = re.compile(
    r"(?<!line )(?<!line-)\b(?P<new>break|fallthrough)[\"'`]?(?: statement| annotation| keyword)? (?:is |are "
    r"|looks to be |seems"
    r" to be |looks )?"
    r"(?:missing|needed|wanted|required)\b",
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
    r"| an?)? [\"'`]?else[\"'`]?\b|\belse[\"'`]? (?:after \w+ )?(?:is|isn't|here is|can|could|looks|seems)(?:"
    r" \w+){0,2} "
    r"(?:needed|necessary|pointless|redundant|unnecessary|dropped|omitted|go|removed|useless|unneeded|superfluous)\b",
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
# "OP_b ahead of OP_a please."
_BESIDE = re.compile(
    r"^(?:nits?\W+|minor\W+|please )*(?:the )?(?P<what>[A-Za-z_]\w*_\w+)(?:\(\))?(?: case)? (?P<where>ahead of"
    r"|before|after|above|below|behind)"
    r" (?:the )?(?P<target>[A-Za-z_]\w*_\w+)(?:\(\))?(?: case)?(?: please)?\W*$",
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
_TYPO = re.compile(r"\btypos?\b|\bmis-?spell?(?:t|ed|ing)?\b|\bspelling\b|\bgrammar\b|\bspello\b", re.I)
_NIT_WORD = re.compile(
    r"^(?:nit|nits|typo|spelling|minor)[\s:,(-]+(?:typo\)?[:\s]+)?[\"'`]?"
    r"(?P<word>[A-Za-z][\w-]{2,40}(?:\(\))?)[\"'`]?\)?[.!]?$",
    re.I,
)
_DELETE = re.compile(
    r"\b(?:drop|remove|delete|omit|zap|purge|strip|ditch|trim)(?:ped|d|ped|ming|med|ing)?\b"
    r"|\bget rid of\b|\b(?:unnecessary|un-?needed|redundant|pointless|superfluous|stray|left-?overs?"
    r"|useless|needless|dead code|unused|excess)\b|\b(?:this|that|it|these|line|both)(?: line| lines| one|"
    r" all)? (?:can|could|may|might|should) (?:also |then |just |probably )?go\b|\b(?:not|isn't|aren't"
    r"|no longer) (?:really )?(?:needed|necessary|required|used)\b|\bno need (?:for|to)\b"
    r"|\bdon't need\b",
    re.I,
)
_FEW_WORDS = 9
_BETTER_NAME = re.compile(
    r"[\"'`]?(?P<new>[A-Za-z_]\w*(?:\(\))?)[\"'`]? (?:would|might|may|could|is|seems|looks like)(?: be)? (?:an? )?"
    r"(?:\w+ )?(?:better|clearer|more \w+|less \w+|nicer|good|shorter) (?:name|naming|choice)\b",
    re.I,
)
_CALLED = re.compile(
    r"\b(?:(?:be|better|wants to be|to be) (?:named|called)|(?:call|name) (?:this|it|the \w+)|naming (?:this"
    r"|it)|rename(?:d)?"
    r" (?:(?:this|it|the \w+) )?to) (?:something like )?[\"'`]?(?P<new>[A-Za-z_]\w*(?:\(\))?)",
    re.I,
)
_DONE = re.compile(
    r"\b(?:was|were|has been|have been|had been|is|are|got|been) (?:now |also )?(?:re-?named|called|named)\b", re.I
)
_RENAMED = re.compile(
    r"[\"'`]?\b(?P<old>[A-Za-z_]\w*)[\"'`]?(?:\(\))? (?:wants to|should|could|ought to|needs to|can|might)"
    r" (?:better |rather |perhaps )?be (?:named|called"
    r"|re-?named(?: to)?) [\"'`]?(?P<new>[A-Za-z_]\w*)",
    re.I,
)
_CODE_NAME = re.compile(r"_|\(|[a-z][A-Z]|\d")
_NOT_NEEDED = re.compile(
    r"\bI (?:don't|do not) (?:think|believe) (?:this|that|it|these|those|we|you|(?:the|this|that) \w+)(?:"
    r" \w+){0,2} (?:needed|necessary|required|need)\b",
    re.I,
)
_CASE_GROUP = re.compile(r"^[A-Z][A-Z0-9]*_\w+$")


def control_flow(text: str, quoted: Quoted) -> Found | None:
    """ "I would use break rather than fallthrough", "Missing break"."""
    match = _FLOW.search(text) or _FLOW_PAIR.search(text)
    if match:
        return Found(
            "control-flow", old=f"{match['old'].lower()};", new=f"{match['new']};", sure=len(text.split()) <= 7
        )
    pair = op.replacement(text)
    if pair is not None and pair.old and pair.new and _flow_word(pair.old) and _flow_word(pair.new):
        return Found("control-flow", old=f"{pair.old.rstrip(';')};", new=f"{pair.new.rstrip(';')};", sure=False)
    missing = _FLOW_MISSING.search(text) or _FLOW_LACKS.search(text)
    if missing and not re.search(r"\bno need\b", text, re.I):
        return Found("control-flow", new=f"{missing['new'].lower()};", where="after", sure=len(text.split()) <= 6)
    return Found("control-flow", old="else", new="", sure=len(text.split()) <= 12) if _NO_ELSE.search(text) else None


def _flow_word(text: str) -> bool:
    return text.rstrip(";").split(" ")[0].lower() in _FLOW_WORDS


def move(text: str, quoted: Quoted) -> Found | None:
    """ "put the X case after Y and ahead of Z", "want to move up"."""
    brief = _BESIDE.match(text)
    if brief and any(re.search(rf"(?<!\w){brief['what']}(?!\w)", line) for line in quoted.lines):
        return Found("move", old=_moved(brief["what"]), where=_side(brief["where"]), target=brief["target"])
    moved = _MOVE.search(text)
    match = moved or _BELONGS.search(text)
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
    sure = what is not None and target is not None and moved is None and len(text.split()) <= _FEW_WORDS
    return Found("move", old=what, where=where, target=target, also=also, sure=sure)


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
            inside = " in " in text.lower() and word is not None and any(word["word"] in line for line in quoted.lines)
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
    brief = pair.quoted and pair.old is not None and len(text.split()) <= _FEW_WORDS
    return Found("replace", old=pair.old, new=pair.new, sure=(arrow or brief) and pair.old is not None)


def name(text: str, quoted: Quoted) -> Found | None:
    """ "foo_bar() would be a better name", "Can this be named foo_bar()?": a person says which name goes."""
    renamed = _RENAMED.search(text)
    if renamed and any(re.search(rf"\b{renamed['old']}\b", line) for line in quoted.lines):
        return Found("replace", old=renamed["old"], new=renamed["new"], sure=False)
    match = _BETTER_NAME.search(text) or _CALLED.search(text)
    if match is None or _DONE.search(text) or not _CODE_NAME.search(match["new"]):
        return None
    return Found("replace", new=match["new"].removesuffix("()"))


def delete(text: str, quoted: Quoted) -> Found | None:
    """ "this can be dropped", "the !! can be dropped"; a marked text inside a line is replaced with nothing."""
    if _NOT_NEEDED.search(text):
        return Found("delete", sure=len(text.split()) <= _FEW_WORDS)
    if not _DELETE.search(text):
        return None
    gone = op.unwanted(text)
    if gone is not None and (gone.old or "").endswith("()") and quoted.text.strip().startswith((gone.old or "")[:-1]):
        return Found("delete", sure=len(text.split()) <= _FEW_WORDS)  # a call that is all of its line
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
