"""Requests that are hardly more than the text that shall stand there: "%u please", "Nit: bool", "-EINVAL?".

What such words ask for is seen from the quoted line: "from" is a correction only where the line has "form".
"""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot import regex as re
from reviewbot.review.found import Found, Quoted
from reviewbot.review.near import doubled_word, nearest_phrase, nearest_word, occurrences, respaced

_MOST_WORDS = 6  # of what is left when all politeness is taken off
_MOST_STEPS = 8  # words of politeness on either side
_LEAST_LETTERS = 4  # of a word that stands there alone: a shorter one may be a signature
_WIDEST = 300  # characters of a quoted line that one word can be about
_LONGEST = 16  # words of a sentence that is looked at

# Words in front of what shall stand there.
_HEAD = re.compile(
    r"(?:nits?|minor|(?:coding |xen )?style|typos?|spelling|grammar|mis-?spel(?:led|t)|also|again|and|or|so"
    r"|but|then|here|just|simply"
    r"|merely|(?:i(?:'d|'ll|'m| would) )?(?:be )?(?:happy|glad) to|(?:adjust|change|switch|convert|correct)"
    r" (?:(?:this|that|it) )?(?:in)?to|maybe|perhaps|rather|better|please|plain|dym|(?:did|do|don't) you"
    r" (?:perhaps )?mean|(?:perhaps "
    r"|presumably )?you mean"
    r"|mean|i (?:think|guess|suppose|believe)|i(?:'d| would) (?:rather |also )?(?:say|use|prefer|suggest|have"
    r" used|go with|expect|write"
    r"|have expected|like)|why not|use|using|prefer|return|how about|what about|to be|in fact"
    r"|(?:this |that |it |which |these |those |(?:the )?(?:type|value|result|specifier|format) )?"
    r"(?:should|wants? to|wants?|ought to|needs? to|must|could|can|may|might|would|had) (?:really |also "
    r"|rather |probably |simply |just "
    r"|better |then )?(?:be(?:come)?|use|read|say|return|spell)"
    r"|(?:should(?:n't| not)?|could(?:n't)?|can(?:'t)?|would(?:n't)?|ought(?:n't)?|must(?:n't)?|may|might)"
    r" (?:this|that|it|these|those|we|you)"
    r" (?:perhaps |also |rather |not |better |please |all )*(?:be|use|say|read|return|make (?:this|that|it))"
    r"|make (?:this|that|it|these|them)|turn (?:this|that|it) into|(?:convert|switch|change) (?:(?:this|that|it) )?to"
    r"|(?:new code|we|you|xen) (?:should|want to|ought to|must) use)(?=[\s:,.(\"'`%!-]|$)[\s:,.(]*(?:- )?",
    re.I,
)
# Words behind it.
_TAIL = re.compile(
    r"[\s,.;:!?-]*\b(?:please|instead|then|here|too|again|maybe|perhaps|also|throughout|everywhere|all over"
    r"|as well|likely|though"
    r"|(?:would|might|may|is|could|will|seems|looks) (?:\w+ )?(?:be )?(?:(?:a )?(?:much |even |slightly"
    r" )?(?:better|nicer|more (?:appropriate|natural"
    r"|suitable|correct)|preferable|preferred|cleaner|enough|fine|sufficient|good|appropriate|right|correct"
    r"|wanted|fit)(?: fit)?)"
    r"|(?:is |are )?(?:meant|wanted|intended|expected))[\s.!?)]*$",
    re.I,
)
_MISSING = re.compile(r"(?:missing|lacks|misses|lacking)(?: an?| the)? ", re.I)
_ARTICLE = re.compile(r"^(?:an?|the) ", re.I)
# "false, not 0", "bool rather than bool_t"
_NOT_THAT = re.compile(
    r"(?P<new>[^\s\"'`,]+),? (?:and )?(?:not|rather than|instead of) (?:an? |the"
    r" )?(?P<old>[^\s\"'`,]*[\w)])(?: please| here)*[.!]?",
    re.I,
)
# "constify d", "const for d please", "d wants constifying"
_CONST_OF = re.compile(
    r"\bconstify(?:ing)? (?P<a>[a-z_]\w*)\b|\bconst (?:for|on) (?P<b>[a-z_]\w*)\b|\b(?P<c>[a-z_]\w*) (?:wants"
    r"|needs) constify",
    re.I,
)
_REASON = re.compile(
    r",? (?:as|since|because|for|given|seeing(?: as)?|considering|for consistency|to match|like) .*$"
    r"|\s+\([^()]*\)[.!]?$",
    re.I,
)
_LED_UP = re.compile(r"[A-Za-z' -]+: ")  # "Please follow the coding style: if ( x )"
_LAST_PART = re.compile(r",? so |, | [-–] |: |; ")
_STOP = re.compile(r"[\s.!?,;:]+$")
_QUOTED = re.compile(r"\"(?P<d>[^\"]+)\"|'(?P<s>[^']+)'|`(?P<b>[^`']+)[`']|“(?P<u>[^”]+)”")
# "d can be const": the name, then what it should be.
_NAMED = re.compile(
    r"(?P<what>[A-Za-z_]\w*(?:->\w+|\.\w+)*)(?:\(\))? (?:can|could|should|wants? to|ought to|needs? to|must|may|might) "
    r"(?:also |probably |really |rather |likely )?(?:be(?:come)?|use) ",
)

_FORMAT = re.compile(r"%(?:[-#+ 0]?[\d.*]*(?:ll|l|hh|h|z|j|t)?[diouxXcsp](?:[a-zA-Z]{1,2})?|\"? ?PRI\w+)")
_VALUE = re.compile(r"-E[A-Z][A-Z0-9]{1,14}|true|false|NULL|0x[0-9a-fA-F]+[UuLl]{0,3}|\d+[UuLl]{0,3}")
_CONSTANT = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+")
_VALUES = re.compile(r"(?<![\w.])(?:0x[0-9a-fA-F]+|\d+)[UuLl]*(?![\w.])")
_FLOW = re.compile(
    r"(?P<word>break|fallthrough|continue|goto \w+|return(?: [-\w>.()]+)?);?(?: (?:statement|(?:pseudo-?)? ?keyword))?"
)
_JUMP = re.compile(r"(?:break|fallthrough|continue|return\b[^;]*|goto \w+);")
_TYPE = re.compile(
    r"(?:pointer[- ]to[- ])?const|const(?:ify|ified)|u?int(?:8|16|32|64|ptr|max)?_t|unsigned(?: (?:int|long(?:"
    r" long)?|char|short))?"
    r"|(?:un)?signed long|s?size_t|bool(?:ean)?|paddr_t|static|__(?:init|initdata|initconst|ro_after_init"
    r"|read_mostly|hwdom_init"
    r"|cf_check|must_check|maybe_unused)\w*|const (?:struct \w+|void|char|\w+_t) ?\*|noreturn"
)
_CODE = re.compile(r"[_()&!<>=\[\]|~]|->|\*\w|\w\*")
_KEYWORDS = frozenset(
    {"if", "while", "for", "switch", "sizeof", "return", "struct", "const", "unsigned", "int", "case"}
)
# Arrows between texts, links, a shell's or a list's mark, "^" below a line.
_NO_CODE = re.compile(r"(?:^|\s)(?:=>|-+>|→)(?:\s|$)|://|^[#$^*\[>]|\w'\w")
_CODE_WORD = re.compile(r"[_&!<>=\[\]|~*+%;]|->|\(|\)$|^[-/?:]$|\d")
_NAME = re.compile(r"[A-Za-z_]\w+")
_FEW = 3  # words of code that need not resemble the quoted line, where the words around say that they replace something
_WORDS = re.compile(r"[A-Za-z][\w'-]*(?: [A-Za-z][\w'-]*){0,4}")
_POLITE = frozenset(
    {"thanks", "thank", "cheers", "regards", "done", "okay", "ditto", "same", "sure", "likewise", "agreed", "indeed",
     "right", "here", "correct", "please", "none", "nope", "sorry", "applied", "pushed", "fixed", "merged", "ping",
     "noted"}
)  # fmt: skip


def terse(sentence: str, quoted: Quoted) -> Found | None:
    """What a sentence asks for that names nothing but the text that shall stand there; None for any other sentence."""
    if not quoted.text.strip() or len(quoted.text) > _WIDEST or len(sentence.split()) > _LONGEST:
        return None
    const = _CONST_OF.search(sentence)
    name = next((v for v in const.groupdict().values() if v), "") if const else ""
    if name and any(re.search(rf"\b{name}\b", line) for line in quoted.lines) and quoted.sign:
        return Found("type", new="const", target=name)
    head = _HEAD.match(sentence)
    named = _NAMED.match(sentence, head.end() if head else 0)
    if named is not None:
        found = _bare(sentence[named.end() :], quoted, led=True)
        known = any(re.search(rf"(?<!\w){re.escape(named['what'])}(?!\w)", line) for line in quoted.lines)
        if found is not None and known:
            return Found(found.kind, found.old, found.new, found.where, named["what"])
    plain = _plain(sentence)
    pair = _NOT_THAT.fullmatch(plain)
    if (
        pair
        and pair["new"] != pair["old"]
        and len(occurrences(quoted.text, pair["old"].removesuffix("()"))) == 1
        and not _FLOW.match(pair["new"])
    ):
        kind = "type" if _TYPE.fullmatch(pair["new"]) else "replace"
        return Found(kind, old=pair["old"], new=pair["new"])
    for text in _candidates(sentence):
        found = _bare(text, quoted)
        if found is not None:
            return found
    return None


def _plain(text: str) -> str:
    """A sentence without the politeness in front of it."""
    for _ in range(_MOST_STEPS):
        head = _HEAD.match(text)
        if head is None or head.end() == len(text):
            break
        text = text[head.end() :]
    return text


def _candidates(sentence: str) -> Iterator[str]:
    """The sentence, the same without the reason it gives, and its last part ("..., so unsigned int please")."""
    yield sentence
    short = _REASON.sub("", sentence)
    if short != sentence and short.strip():
        yield short
    first, comma, rest = sentence.partition(", ")
    if comma and first.count("(") == first.count(")") and len(first.split()) <= _MOST_WORDS + 2 and rest[:1].islower():
        yield first
    parts = _LAST_PART.split(sentence)
    if len(parts) > 1 and (re.search(r"\bplease\b", parts[-1], re.I) or _LED_UP.match(sentence)):
        yield parts[-1]


def _bare(text: str, quoted: Quoted, *, led: bool = False) -> Found | None:
    for _ in range(_MOST_STEPS):
        head = _HEAD.match(text)
        if head is None or head.end() == len(text):
            break
        text, led = text[head.end() :], True
    missing = _MISSING.match(text)
    if missing:
        text, led = text[missing.end() :], True
    for _ in range(_MOST_STEPS):
        tail = _TAIL.search(text)
        if tail is None or tail.start() == 0:
            break
        text, led = text[: tail.start()], True
    core = text.strip()
    marked = _QUOTED.fullmatch(_STOP.sub("", core).rstrip(")") if core[:1] in "\"'`“" else "")
    if marked:
        core = next(value for value in marked.groupdict().values() if value is not None)
    elif core.endswith("?") and not led and len(core.split()) > 2:
        return None
    else:
        core = core[:-1] if core.endswith(")") and "(" not in core else core
        core = _STOP.sub("", core)
    if not core or len(core.split()) > _MOST_WORDS:
        return None
    found = _code(core, quoted, led=led or bool(marked))
    if found is None and _ARTICLE.match(core):
        found = _code(_ARTICLE.sub("", core), quoted, led=True)
    if missing and found is not None and found.kind != "type":
        return None  # others read "missing ..."
    return found or (None if missing else _corrected(core, quoted, led=led, marked=bool(marked)))


def _code(core: str, quoted: Quoted, *, led: bool) -> Found | None:
    """A keyword, a type, a format, a value or an expression."""
    flow = _FLOW.fullmatch(core)
    if flow and quoted.sign:
        new = f"{flow['word']};"
        there = quoted.text.strip()
        if _JUMP.fullmatch(there):
            return Found("control-flow", old=there, new=new) if there != new else None
        return (
            Found("control-flow", new=new, where="after")
            if flow["word"] in ("break", "fallthrough", "continue")
            else None
        )
    kept = core.lower() if core.lower().startswith(("const", "pointer", "unsigned", "bool", "static")) else core
    if _TYPE.fullmatch(kept) and quoted.sign:
        const = "const" in kept and "*" not in kept
        new = "const" if const else "bool" if kept == "boolean" else kept
        return Found("type", new=new)
    if _CONSTANT.fullmatch(core) and quoted.sign and (led or len(_VALUES.findall(quoted.text)) == 1):
        return Found("replace", new=core)
    if _FORMAT.fullmatch(core) and "%" in quoted.text:
        return Found("replace", new=core)
    if _VALUE.fullmatch(core) and quoted.sign:
        return Found("replace", new=core) if led or core[:1] == "-" or not core.isdigit() else None
    return Found("replace", new=core) if quoted.sign and _expression(core, quoted, led=led) else None


def _expression(core: str, quoted: Quoted, *, led: bool) -> bool:
    """Code to stand in the quoted line, not prose with a name in it, a link, or what a program said."""
    words = core.split()
    there = quoted.text.strip()
    if not _CODE.search(core) or _NO_CODE.search(core) or core.endswith("()") or there in core:
        return False
    if not all(
        _CODE_WORD.search(word) or word in _KEYWORDS or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", there)
        for word in words
    ):
        return False
    return (led and len(words) <= _FEW) or bool(set(_NAME.findall(core)) & set(_NAME.findall(there)))


def _corrected(core: str, quoted: Quoted, *, led: bool, marked: bool) -> Found | None:
    """A word or a few that correct what the quoted line has; the same word twice is one too many."""
    if not _WORDS.fullmatch(core) or core.lower() in _POLITE:
        return None
    twice = doubled_word(core)
    if twice:
        return Found("replace", old=twice, new="") if core in quoted.text else None
    if marked and not doubled_word(core):
        apart = respaced(quoted.text, core)
        if apart:
            return Found("replace", old=apart, new=core)
    if " " in core:
        old = nearest_phrase(quoted.text, core)
        return Found("replace", old=old, new=core) if old else None
    old = nearest_word(quoted.text, core)
    if old is None:
        return None
    alone = not led and not marked and (len(core) < _LEAST_LETTERS or (core[0].isupper() and not old[0].isupper()))
    return None if alone else Found("replace", old=old, new=core)
