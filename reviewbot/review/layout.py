"""Requests about the form of code: blank lines, indentation, width, blanks, braces, includes, comments.

Each detector reads one clause and says what it asks for; `kinds` has the order in which they are tried.
"""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review.found import ABOVE, MESSAGE, Found, Quoted

_REMOVAL = re.compile(
    r"\b(?:no|stray|excess(?:ive)?|extra(?:neous)?|double|drop(?:ped)?|remov(?:e|ed|ing)|unnecessary"
    r"|un-?needed|superfluous|spurious|needless|pointless|too many"
    r"|don't need|doesn't need|not needed|not necessary|unrelated|trailing|redundant|leftover|bogus"
    r"|omit(?:ted)?|avoid(?:ed)?|delete[d]?|multiple|two|without|get rid|(?:only|just) one|too much|many)\b",
    re.I,
)
_BLANK_LINE = re.compile(r"\b(?:blank|empty|new|extra)[ -]?lines?\b|\bnewlines?\b", re.I)
# "No blank line between the two?", "missing", "needs one"; but "no need for one"
_BLANK_LINE_WANTED = re.compile(
    r"\bno (?:blank|empty|new)[ -]?lines? (?:between|after|before|here)\b.*\?|\b(?:missing|wants?|needs|add"
    r"|(?:could|can) do with|some (?:extra|more|additional)|would help|benefit from)\b"
    r"|\bneed (?!for\b|to\b)",
    re.I,
)
_NOT_BLANK_LINE = re.compile(
    r"\\n|end of (?:the )?file|\bin (?:a|the|this|its|their) new line\b|\bon (?:a|its own|the"
    r"|their own)? ?(?:new ?line|newline)\b|\bnew lines? (?:of code|you)\b|newline (?:char|at)",
    re.I,
)
_BELOW = re.compile(r"\b(?:below|after|following|behind|underneath)\b", re.I)
_LABEL = re.compile(r"^\s*(?:case\b.*:|default\s*:|\w+:\s*$)")
# A local declaration, by the word that it starts with.
_DECLARES = re.compile(
    r"\s*(?:const|static|struct|union|enum|unsigned|signed|bool|char|int|long|short|void|\w+_t|u\d+|s\d+)\b[^()]*;"
)
_MAIN_RETURN = re.compile(
    r"\b(?:ahead of|before|above)\b[^.;]{0,40}?\b[\"'`]?(?P<what>return|break|goto|label|case"
    r"|default)\b",
    re.I,
)
_INDENT = re.compile(
    r"\bindent(?:ed|ation|ing|s)?\b|\bmis-?indent|\boff[- ]by[- ]one\b(?=.{0,30}(?:blank|space|indent"
    r"|$))|\bhard[- ]tabs?\b|\bone (?:too|level|tab)\b[^.]{0,20}\b(?:deep|few|many|further)\b"
    r"|\b(?:mis-?align|(?:please |not |properly |correctly |should |to )(?:be )?align)(?:ed|ment"
    r"|ing)?\b|\balignment\b(?=.{0,30}(?:off|wrong|broken|line|with ))|\bwhite-?space damage"
    r"|\btabs? (?:instead|rather|vs|for|please|used|here|slipped)|\bby a single tab\b|\b(?:no|not|stray"
    r"|without|avoid) tabs?\b"
    r"|\btabs?,? not (?:spaces|blanks)\b|^(?:nits?\W+|style\W+)*(?:bad |wrong )?(?:alignment|tabs?)\W*$",
    re.I,
)
_TAB_WANTED = re.compile(
    r"\b(?:single|a|one|hard|use|by|with) tabs?\b(?! (?:used|here|slipped|instead))|\btabs? (?:please|instead"
    r" of|rather than)\b",
    re.I,
)
_HARD_TAB = re.compile(
    r"\bhard tabs?\b(?! please\W*$)|\b(?:no|not|avoid|stray|without|drop) (?:hard )?tabs?\b|\bdon't use\b", re.I
)
_TABS = re.compile(r"\btabs?\b|\b(?:uses?|using|with) (?:only )?(?:spaces|blanks) (?:for|to|here)\b", re.I)
_NOT_INDENT = re.compile(r"\b(?:page|cache ?line|natural|byte|struct(?:ure)?|address)[- ]align", re.I)
_WRAP = re.compile(
    r"\bover-?long\b|\b(?:too|very|overly|rather|over) long\b(?=[^.]{0,20}(?:line|$))|\blong lines?\b"
    r"|\blines?\b[^.;]{0,25}\b(?:too|over)[- ]?long\b|\b(?:exceeds?|exceeding|over|beyond|more than"
    r"|longer than|past) 80\b|> ?80\b"
    r"|\b80[- ](?:col|char)|\bline length\b|\b(?:wrap(?:ped|ping)?|re-?wrap|re-?flow(?:ed)?|break"
    r"|split) (?:this|the|that|these|those|up)? ?(?:long )?(?:lines?|text|paragraph)\b"
    r"|^(?:nits?\W+)?(?:this is )?too long\W*$|\bwants? (?:re-?)?wrapping\b|\bplease (?:re-?)?wrap\b",
    re.I,
)
_JOIN = re.compile(
    r"\b(?:fold|join|merge|combine|put|collapse|squash|unwrap)\b[^.;]{0,25}\b(?:two|both|these|this"
    r"|those|single|one|same) (?!in\b)(?:lines?|if|conditionals?)?\b(?=[^.]{0,20}$|.{0,3}lines?)"
    r"|\bfits? (?:all )?(?:on|in|into|onto|within) (?:a |the |just )?(?:one|single|same|1|80)\b"
    r"|\b(?:on|in|into) (?:a single|one|the same) line\b|\b(?:no need|unnecessary|needless"
    r"|don't need)(?: to| the| for)? (?:the |line[- ]|this )?(?:wrap|split|break)\w*\b"
    r"|\b(?:fold|join|fit|merge|go|combine)(?:s|ed|n)?\b[^.;]{0,20}\b(?:on|onto|in|into|with) the (?:line"
    r" above|previous|prior|preceding|earlier)\b"
    r"|^(?:nits?\W+)?(?:this )?(?:could be |can be |should be |wants to be )?(?:all )?(?:on )?(?:one|a single"
    r"|single) line(?: please| here)?\W*$"
    r"|\bno line[- ]?(?:break|wrap)|\bline[- ]?(?:break|wrap)\w* (?:isn't|is not|not) (?:needed|necessary)"
    r"|\bfits? (?:fine |well )?(?:on|onto|in) the (?:previous|prior|preceding|earlier|line above|above)\b"
    r"|\b(?:lines?|strings?|these|both|this)\b[^.;,]{0,20}\b(?:un-?wrapped|joined|not (?:split|wrapped))\b",
    re.I,
)
_NO_WRAP = re.compile(
    r"\b(?:no (?:need|reason|line)|unnecessar\w+|needless\w*|don't (?:need|wrap|split|break)"
    r"|why)\b",
    re.I,
)
_BRACES = re.compile(
    r"\b(?:curly |figure |curley )?(?:brac(?:es?|kets?|ing)|curlies)\b|\bparenthes(?:is|es|i[sz]ed|ization)\b"
    r"|\bparens?\b|(?<!\S)[\"'`]?\{\}[\"'`]?(?!\S)"
    r"|(?<![\w@$,])[\"'`]?\{[\"'`]? (?:on|in|goes|wants|should|needs|to|placement|belongs|has)\b",
    re.I,
)
_BRACE_PLACE = re.compile(
    r"\b(?:own|separate|next|new|distinct) line\b|\b(?:brace|bracket|curly)s? (?:placement|position|style|location)\b"
    r"|\b(?:mis-?placed|placement of|position of|wrong place)\b",
    re.I,
)
_NO_BRACES = re.compile(
    r"\b(?:no need|un-?needed|unnecessary|excess(?:ive)?|drop(?:ped)?|remov(?:e|ed)|redundant|not (?:really"
    r" )?(?:needed|required|necessary)"
    r"|(?:aren|isn)'t (?:really )?(?:needed|required|necessary)|don't (?:really )?need|needn't|superfluous"
    r"|pointless|needless"
    r"|avoid(?:ed)?|stray|extra|no|without|omit(?:ted)?|go away|can go|gone|get rid|spurious|useless)\b",
    re.I,
)
_BLANK = re.compile(r"\b(?:blanks?|spaces?|white-?space|spacing)\b", re.I)
_NOT_BLANK = re.compile(
    r"\b(?:address|user|kernel|guest|name|physical|virtual|pfn|gfn|mfn|memory|disk|stack|enough|config"
    r"|va|pci|id|index|number|problem) ?-?spaces?\b|\bblank lines?\b|\bspaces? (?:for(?! the (?:if|for|while"
    r"|switch|condition)\b)|left"
    r"|available)\b|\bspaceid\b|\bwhite-?space damage",
    re.I,
)
_SPACE_FAULT = re.compile(
    r"\b(?:missing|lack(?:s|ing)?|need(?:s|ed)?|wants?|no|add|inside|around|before|after|between|ahead"
    r"|immediately|stray|excess|extra|trailing|double|superfluous|spurious|padding|please|style|remove"
    r"|drop|too many|one|single|two)\b",
    re.I,
)
_NO_BLANK = re.compile(
    r"\b(?:stray|excess(?:ive)?|extra|trailing|double|superfluous|spurious|remove|drop|no|unneeded|unnecessary"
    r"|too many|two|without|omit|unwanted|odd|bogus)\b",
    re.I,
)
_MORE_BLANKS = re.compile(r"\b(?:missing|lacks?|lacking|no (?:blanks?|spaces?) (?:around|inside))\b", re.I)
_INSIDE = re.compile(
    r"\binside\b|\bwithin\b|\b(?:around|in|with|inside|for) (?:the |these |that |this )?(?:parenthes\w*|parens?"
    r"|condition\w*|(?:if|for|while|switch)\b)"
    r"|\b(?:after|before|around) (?:the )?[\"'`]?\([\"'`]? and (?:(?:before|after) )?(?:the )?[\"'`]?\)|\bif"
    r" ?\( ?(?:\.{2,3})? ?\)|\bparenthes(?:es"
    r"|is)\b(?!.*\b(?:before|after) the (?:opening|closing))",
    re.I,
)
_PLACED = re.compile(
    r"\b(?P<where>before|after|ahead of|in front of|around|between|following)\b (?:and after |and before"
    r" )?(?:the |any |each |an? |all |these |that )?"
    r"(?P<what>\S+)",
    re.I,
)
_SIGN = re.compile(
    r"(?<!\S)[\"'`(]{0,2}(?P<sign>==|!=|<=|>=|&&|\|\||<<|>>|[-+*/|&^%]=|[+*/|&^=<>?:,;%{()]"
    r"|(?<=[\"'`])-)[\"'`)]{0,2}(?=[\s.,!?]|$)"
)
_EDGE = re.compile(r"\b(?P<side>opening|closing) (?P<what>parenthes\w+|paren|brace)\b", re.I)
_OPERATORS = re.compile(r"\boperators?\b", re.I)
_SIGN_NAMES = {
    "comma": ",", "semicolon": ";", "semi-colon": ";", "colon": ":", "assignment": "=", "equal": "=", "brace": "{",
    "curly": "{", "opening": "{", "star": "*", "asterisk": "*", "pipe": "|", "plus": "+", "minus": "-", "cast": "cast",
    "operator": "operators", "parenthese": "parentheses", "paren": "parentheses", "condition": "parentheses",
}  # fmt: skip
_COMMENT_STYLE = re.compile(
    r"\bcomment(?:s|ing)?[ -]style\b|\bstyle of (?:the|this) comment|\bcomment\b[^.]{0,50}\b(?:capital"
    r"|upper ?case|full stop|period|multi-?line|single[- ]line|malformed|format(?:ted|ting)?|opening"
    r"|closing)\b|\bmulti-?line comments?\b|\bC\+\+[- ](?:style )?comments?"
    r"|\b(?:start|begin)s?\b[^.]{0,25}\b(?:capital|upper ?case)\b|\bcapital (?:letter|first)"
    r"|\bfull stop\b|\*/ (?:on|wants|goes|should)|/\* ?\*/|\bmissing (?:period|stop)\b|\b(?:malformed|badly"
    r" formatted|mis-?formatted) comment"
    r"|\b(?:upper|capital)[- ]?(?:case)? (?:first |initial )?(?:letter|character)|(?<!:)//[ -](?:style"
    r" )?comment|\bC[- ]style comments?"
    r"|\bcomment\b[^.]{0,40}\bstyle\b|/\* (?:on|wants|goes|should|needs)\b|\b(?:capital|upper ?case) [\"'`]?[A-Z]\b",
    re.I,
)
_ADD_COMMENT = re.compile(
    r"\b(?:add|wants?|needs?|deserves?|warrants?|with|have|include|worth|extend|expand|leave|put|write"
    r"|warrant|could use|missing)\b[^.]{0,30}\b(?:code )?comments?\b|\bcomment please\b"
    r"|\ba comment (?:here|would|explaining|to|saying|that)\b",
    re.I,
)
_INCLUDE = re.compile(
    r"#?\binclud(?:e|es|e-s|ing|ed)\b|\bheaders?\b(?=[^.]{0,40}\b(?:sort|alphabet|order|above|below"
    r"|ahead|after|before))",
    re.I,
)
# "xen/lib.h ahead of xen/sched.h please", "asm/ ones after xen/"
_HEADERS = re.compile(
    r"(?<![\w/])(?P<what>[\w/-]+\.h|[\w-]+/)[>\"'`]?(?: \w+){0,4}? (?P<where>ahead of|before|after|above|below"
    r"|behind)(?: the)? [<\"'`]?"
    r"(?P<other>[\w/-]+\.h|[\w-]+/)(?!\w)",
    re.I,
)
_SORT = re.compile(r"\b(?:alphabet(?:ic|ical|ically|ized|ised)?|sort(?:ed|ing)?|order(?:ed|ing)?)\b", re.I)
_PLACE = re.compile(
    r"\b(?:above|below|before|after|ahead of|behind|between|up|down|move|first|last|with the other)\b", re.I
)


def blank_line(text: str, quoted: Quoted) -> Found | None:
    """ "Newline", "Blank line please between ...", "No double blank lines please"."""
    match = _BLANK_LINE.search(text)
    if (
        match is None
        or _NOT_BLANK_LINE.search(text)
        or (match.group().lower().startswith("extra") and not _REMOVAL.search(text))
    ):
        return None
    if _REMOVAL.search(text) and not _BLANK_LINE_WANTED.search(text):
        return Found("delete-blank-line", sure=len(text.split()) <= 12)
    place = _MAIN_RETURN.search(text)
    where = "before" if ABOVE.search(text) else "after"
    if not ABOVE.search(text) and not _BELOW.search(text) and _LABEL.match(quoted.text) and "between" in text.lower():
        where = "before"
    if "declaration" in text.lower() and len(quoted.lines) > 1 and not _DECLARES.match(quoted.text):
        where = "before" if _DECLARES.match(quoted.lines[-2].lstrip("+")) else where
    named = place["what"] if place else None
    return Found(
        "insert-blank-line", where=where, target=named, sure=len(text.split()) <= 4 or not text.strip().endswith("?")
    )


def include_order(text: str, quoted: Quoted) -> Found | None:
    """ "Please add above the private header #include-s", "alphabetic sorting please"."""
    named = _HEADERS.search(text)
    if named:
        side = "before" if ABOVE.search(named["where"]) else "after"
        return Found("include-order", old=named["what"], where=side, target=named["other"], sure=len(text.split()) <= 8)
    about = _INCLUDE.search(text) or any("#include" in line for line in (quoted.text, *quoted.lines[-2:]))
    if about and (_SORT.search(text) or (_INCLUDE.search(text) and _PLACE.search(text))):
        where = "before" if ABOVE.search(text) else "after" if _BELOW.search(text) else None
        return Found("include-order", where=where, sure=bool(_SORT.search(text)))
    if re.search(
        r"\balphabetic\w*\b|\bsort(?:ed|ing) (?:please|order)|\bplease (?:keep |have )?(?:\w+ )?sort|\bwants?"
        r" (?:to be )?sort(?:ed|ing)\b",
        text,
        re.I,
    ):
        return Found("include-order", sure=False)
    return None


def reindent(text: str, quoted: Quoted) -> Found | None:
    """ "Indentation.", "one too deep", "Indentation by a single tab please"."""
    if not _INDENT.search(text) or _NOT_INDENT.search(text):
        return None
    wants_tab = _TAB_WANTED.search(text) and not _HARD_TAB.search(text)
    new = "tab" if wants_tab else "blanks" if _TABS.search(text) else None
    counted = re.search(r"\b(?:last|these|both|next) (?P<count>two|three|four|\d)\b", text, re.I)
    count = {"two": 2, "three": 3, "four": 4}.get(counted["count"].lower()) if counted else None
    return Found(
        "reindent", new=new, count=count or (int(counted["count"]) if counted and counted["count"].isdigit() else None)
    )


def wrap(text: str, quoted: Quoted) -> Found | None:
    """ "Overlong line.", "Fold these two lines?", "This fits on one line"."""
    if _WRAP.search(text) and not _NO_WRAP.search(text):
        return Found("wrap")
    if _JOIN.search(text) and not MESSAGE.search(text) and not quoted.in_message:
        return Found("wrap", new="join", sure=len(text.split()) <= 12)
    return None


def spacing(text: str, quoted: Quoted) -> Found | None:
    """ "Missing blanks immediately inside the parentheses", "Excess blank before ="."""
    if not _BLANK.search(text) or _NOT_BLANK.search(text) or not _SPACE_FAULT.search(text):
        return None
    where, target = _beside(text)
    removal = _NO_BLANK.search(text) and (not _MORE_BLANKS.search(text) or target == "*")
    return Found(
        "spacing",
        old=" " if removal else None,
        new="" if removal else " ",
        where=where,
        target=target,
        sure=bool(re.search(r"\b(?:missing|stray|excess|extra|trailing|double|lack)", text, re.I))
        or len(text.split()) <= 8,
    )


def _beside(text: str) -> tuple[str | None, str | None]:
    """On which side of what a blank is meant: "ahead of the semicolon" is before ";"."""
    place = _PLACED.search(text)
    edge = _EDGE.search(text)
    if _INSIDE.search(text) and not (edge and place):
        return None, "parentheses"
    sign = _SIGN.search(text)
    if place is None:
        return None, sign["sign"] if sign else "operators" if _OPERATORS.search(text) else None
    where = {"ahead of": "before", "in front of": "before", "following": "after"}.get(
        place["where"].lower(), place["where"].lower()
    )
    both = where in ("around", "between") or re.search(r"\bbefore and after\b|\bafter and before\b", text, re.I)
    what = place["what"].strip("\"'`")
    bare = what.rstrip(".,;:!?\"'`)") or what[:1]
    if edge:
        bare = {"opening": "(", "closing": ")"}[edge["side"].lower()] if edge["what"].lower().startswith("p") else "{"
    named = _SIGN_NAMES.get(bare.lower().removesuffix("s"))
    if named is None and (bare.lower() in ("it", "them", "that", "this", "binary", "both") or bare.isalpha()):
        named = "operators" if _OPERATORS.search(text) else sign["sign"] if sign else None
        named = named if named or bare.lower() in ("it", "them", "that", "this", "both") else bare
    return (None if both else where if where in ("before", "after") else None), named or bare


def braces(text: str, quoted: Quoted) -> Found | None:
    """ "No need for the braces", "Excess pair of parentheses", "Style: { on its own line"."""
    if not _BRACES.search(text):
        return None
    if _BRACE_PLACE.search(text) and not re.search(r"\bparen", text, re.I):
        return Found("braces", new="own line", sure=len(text.split()) <= 16)
    if _NO_BRACES.search(text):
        return Found("braces", new="drop", sure=len(text.split()) <= 14)
    asked = re.search(r"\b(?:missing|need|wants?|wanted|add|please|should|require|lack|put|around)", text, re.I)
    return Found("braces", new="add", sure=len(text.split()) <= 6) if asked else None


def comment_style(text: str, quoted: Quoted) -> Found | None:
    """ "Comment style (full stop and */ on its own line)"."""
    return Found("comment-style", sure=len(text.split()) <= 12) if _COMMENT_STYLE.search(text) else None


def add_comment(text: str, quoted: Quoted) -> Found | None:
    """ "I would suggest to add a comment": only a person can word it."""
    return Found("question-like", sure=False) if _ADD_COMMENT.search(text) else None
