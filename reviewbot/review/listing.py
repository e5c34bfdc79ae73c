"""Which patches of a series the words around a tag give it to: the whole, those listed, or the one answered only."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review.words import fold, sentences

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
_COUNT = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"

# "for the whole series", "entire patchset", "the series:"
WHOLE = re.compile(
    r"\b(?:whole|entire|full|complete|rest of the|all of (?:the|this)) (?:patch[ -]?)?(?:series|sets?)\b"
    r"|\bwhole (?:thing|lot)\b|\b(?:for|to) (?:the|this) (?:patch[ -]?)?(?:series|set)\b|\b(?:this"
    r"|the) (?:series|patch[ -]?set)\b"
    r"|\b(?:patch[ -]?(?:set|series)|series) (?:looks?|lgtm|seems?)\b"
    r"|^(?:patch[ -]?)?(?:series|set)\s?:|\ball (?:of )?(?:the |these |those )?patches\b"
    rf"|\ball (?:the )?{_COUNT}(?: patches)?[ :,.)]*$|\bboth patches\b|\bfor both\b|^both[ :,.]*$"
    rf"|\bseries-?wide\b|\b(?:for|to) all\b(?: of them)?[ :,.]*$|\ball (?:the )?{_COUNT} of (?:them|these|those)\b"
    rf"|^\(series\)"
    r"|[\[(# ]all\s?[\])]",
    re.I,
)
_ASIDE = re.compile(r"\([^()]*\)")  # "(also applies in patch 6 and 7)"
_TO_SERIES = re.compile(r"\b(?:for|to|on|across) (?:the |this |all|both|(?:\w+ )?(?:whole|entire|full))", re.I)
_SPEAKS_OF = re.compile(
    r"\b(?:appl(?:y|ies|icable)|same|see|as (?:in|on|for)|like|issues?|nits?|comments?|remarks?|questions?"
    r"|conflicts?|in|once"
    r"|after|depends?|by|from|until|rebased?|needs?|moved?|fold(?:ed)?|squash(?:ed)?|merg(?:e|ed)|unlike|introduced"
    r"|added|already)\b",
    re.I,
)
_ADDRESSES = re.compile(
    r"[\s,;.(\[-]*(?:(?:this|it|that|which) (?:is|was|goes|applies|holds) |and |also |only |just |the same |as well )*"
    r"(?:for|to|on|across|patch(?:es)?|#\d|\d|all|both|series|set|(?:the )?(?:whole|entire|full|complete))\b",
    re.I,
)
_TELLS = re.compile(r"\b(?:i|i'll|i'd|i've|we|you|he|she|still|needs?|wants?|has|have|looks?|merging|once)\b", re.I)
_MOST_ADDRESSING = 12  # words
# "First of the series:", "Apart from what I said for the series as a whole:"
_OF_SERIES = re.compile(
    r"\b(?:first|last|rest|part|start|end|beginning|remainder|one|purpose|order) (?:\w+ )?(?:of|in) (?:the"
    r"|this) (?:series|set)"
    r"|^(?:apart|aside) from\b|^other than\b",
    re.I,
)
# What may stand beside the numbers of the patches that a tag is given to: "LGTM for patches 1-3, so:"
_FILLER = re.compile(
    r"(?:so|then|and|ok|okay|lgtm|thanks|fine|good|looks?|great|to|me|for|on|the|is|are|all|only|well|too|now|certainly"
    r"|seems?|both|correct|right|here|just|also|hence|thus|therefore|at|least|patch|patches|first|last|two|three|four"
    r"|five|six|this|one|these|acked|reviewed|tested)",
)
ALL = re.compile(r"^(?:all|both|everything|whole thing)$", re.I)  # as a suffix
_FEW = 4  # words of a clause that says nothing but "for the series"
_FIRST = re.compile(
    rf"\b(?P<end>first|last) (?P<count>{_COUNT})(?: patches\b|[ :,.]*$)|\b(?P<edge>first|last) patch\b", re.I
)
# "For two patches:" where there are two
_COUNTED = re.compile(rf"\b(?:for|to) (?:the |these |those )?(?P<count>{_COUNT}) patches\b", re.I)
# "all but patch 2", "every patch except 3"
_ALL_BUT = re.compile(
    r"\b(?:all(?: of them)?|every\w*|(?:all )?patches|series|set)(?: patch\w*)? (?:but|except(?: for)?|excluding"
    r"|apart from"
    r"|other than|minus|without) (?:the )?(?:patch(?:es)? )?(?P<list>#?\d{1,3}(?:(?:\s?(?:,|and|&|-"
    r"|to)\s?)+#?\d{1,3})*)",
    re.I,
)
# "for this and the next patch"
_NEIGHBOUR = re.compile(
    r"\bthis (?:patch )?(?:and|as well as) the (?P<which>next|following|previous|preceding)\b", re.I
)
# "Patches 1,2,4", "patch 15-17", "patches #1 to #3", "patches 1, 2 and 4"
_LISTED = re.compile(
    r"(?:\bpatch(?:es)? |^[\s(#]*for (?=\d+ ?[-–,/]|#\d)|\bfor (?=#\d|\d+/\d)|^(?=#?\d{1,2}(?:[,/ and#-]"
    r"|\d)*[ :]*$))(?P<list>#?\d{1,3}(?:/\d{1,3})?(?:(?:\s?(?:,|-|–|&|and|to|through"
    r"|\.\.)\s?)+#?\d{1,3}(?:/\d{1,3})?)*)",
    re.I,
)
_RANGE = re.compile(r"#?(\d{1,3})(?:/\d+)?\s?(?:-|–|to|through|\.\.)\s?#?(\d{1,3})(?:/\d+)?", re.I)
_SINGLE = re.compile(r"#?(\d{1,3})(?:/\d+)?")
# "The patch set looks good to me." right above a tag
APPROVES = re.compile(
    r"\b(?:looks?|looking|seems?|is|are|lgtm|good|fine|nice|happy|okay|ok|reviewed|acked|tested|ack|sense)\b",
    re.I,
)
DOUBTS = re.compile(r"\b(?:not|n't|but|however|question|rest of|once|if|until|before)\b", re.I)


def approves_series(text: str) -> bool:
    """Whether the last sentence of a paragraph approves of the series as a whole."""
    pieces = sentences(fold(text))
    return (
        bool(pieces)
        and bool(WHOLE.search(pieces[-1]) and APPROVES.search(pieces[-1]))
        and not DOUBTS.search(pieces[-1])
    )


def whole_series(text: str) -> bool:
    """Whether words say that the tag is for every patch of the series."""
    return bool(WHOLE.search(fold(text)))


def led_series(sentence: str) -> bool:
    """Whether a sentence before a tag gives it to the whole series, rather than to tell something else of it."""
    words = _ASIDE.sub(" ", sentence)
    words = words if words.strip(" :,.") else sentence.strip("()")
    if _OF_SERIES.search(words):
        return False
    return whole_series(words) and (
        approves_series(words) or bool(_TO_SERIES.search(words)) or len(words.split()) <= _FEW
    )


def led_patches(sentence: str, total: int) -> tuple[int, ...]:
    """The patches that a sentence before a tag gives it to; () where it only speaks of them ("same in patch 3")."""
    words = _ASIDE.sub(" ", sentence)
    return () if _SPEAKS_OF.search(words) else listed_patches(words, total)


def gives_to_patches(sentence: str) -> bool:
    """Whether a sentence before a tag does nothing but give it to the patches it lists: "LGTM for patches 1-3:"."""
    left = _LISTED.sub(" ", _ALL_BUT.sub(" ", _FIRST.sub(" ", _ASIDE.sub(" ", sentence))))
    return all(_FILLER.fullmatch(word) for word in re.findall(r"[A-Za-z][\w'-]*", left.casefold()))


def addressed(tail: str) -> str:
    """The words right behind a tag that say which patches it is for ("for patches 1-3"); "" where there are none.

    "Waiting before merging the whole series" and "I'll look at patch 3" below a tag do not move it.
    """
    pieces = sentences(fold(tail))
    if not pieces or not _ADDRESSES.match(pieces[0]) or _TELLS.search(pieces[0]):
        return ""
    return pieces[0] if len(pieces[0].split()) <= _MOST_ADDRESSING else ""


def listed_patches(text: str, total: int) -> tuple[int, ...]:
    """The patch numbers that words list, in order; () for none. Numbers outside 1..total are dropped."""
    text = fold(text)
    chosen: set[int] = set()
    first = _FIRST.search(text)
    left_out = _ALL_BUT.search(text)
    if left_out:
        out = listed_patches(f"patches {left_out['list']}", total)
        return tuple(number for number in range(1, total + 1) if number not in out) if out else ()
    if first:
        count = _number(first["count"] or "1")
        chosen.update(
            range(1, count + 1)
            if (first["end"] or first["edge"]).lower() == "first"
            else range(total - count + 1, total + 1)
        )
    counted = _COUNTED.search(text)
    if counted and _number(counted["count"]) == total:
        chosen.update(range(1, total + 1))
    for listed in _LISTED.finditer(text):
        rest = listed["list"]
        for low, high in _RANGE.findall(rest):
            chosen.update(range(int(low), min(int(high), total) + 1))
        for single in _SINGLE.findall(_RANGE.sub(" ", rest)):
            chosen.add(int(single))
    return tuple(sorted(number for number in chosen if 1 <= number <= total))


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS.get(word.lower(), 0)


def neighbour(text: str) -> int:
    """The step from the patch answered to another that words name with it ("this and the next patch"); 0 for none."""
    found = _NEIGHBOUR.search(fold(text))
    if found is None:
        return 0
    return 1 if found["which"].lower() in ("next", "following") else -1
