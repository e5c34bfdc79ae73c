"""Which part of a patch, and which patches of a series, a tag is for."""

from __future__ import annotations

import re

from reviewbot.review.words import fold, sentences

_PART = r"(?:parts?|bits?|side|portions?|pieces?|hunks?|half)"

# "Common code parts:", "For the Arm bits:", "non-Arm parts:", "x86 side" as the whole of what leads into the tag.
_LEADING_PART = re.compile(
    rf"(?:^|[,;.] )(?:so |then |and )?(?:for |on )?(?:just |only )?(?:the "
    rf"|all )?(?P<what>[\w/.+&!, -]{{2,40}}?) {_PART}(?: only| certainly)?(?:,? (?:so|then))?[ :,.]*$",
    re.I,
)
# "the tool side of the patch looks fine"
_PART_OF = re.compile(
    rf"\b(?:the |for )(?P<what>[\w/.+&-]{{2,25}}(?: code)?) {_PART} of (?:the|this) (?:patch|series"
    rf"|change)\b",
    re.I,
)
_DEICTIC = re.compile(rf"\b(?:this|that|these|those) {_PART}\b", re.I)
_APPLICABLE = re.compile(r"\bapplicable (?:parts?|bits?|pieces?)\b", re.I)
_NOT_A_PART = re.compile(
    r"\b(?:with|if|once|other|rest|both|which|i|was|is|are|that|any|small|minor|some|this|these)\b", re.I
)

# "[On Arm only]", "On Arm only:", "x86 only:", "(arm64)"
_ONLY = re.compile(r"^(?:on |for )?(?:the )?(?P<what>[\w/.+&-]{2,20}) only\b", re.I)
_FOR_PATH = re.compile(r"\bfor (?P<what>[\w.-]+/[\w./*-]*|[\w-]+\.[ch])[ :,]*$", re.I)
_TESTED_ON = re.compile(
    r"\bon (?:the |a |an |my )?(?P<what>[\w./-]+(?: [\w./-]+){0,3}?)(?= so\b| and\b| with\b| without\b"
    r"|[:,.;)]|$)",
    re.I,
)

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12,
}  # fmt: skip
_COUNT = r"(?:\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"

# "for the whole series", "entire patchset", "the series:"
_WHOLE = re.compile(
    r"\b(?:whole|entire|full|complete|rest of the|all of (?:the|this)) (?:patch[ -]?)?(?:series|sets?)\b"
    r"|\bwhole (?:thing|lot)\b|\b(?:for|to) (?:the|this) (?:patch[ -]?)?(?:series|set)\b|\b(?:this"
    r"|the) (?:series|patch[ -]?set)\b"
    r"|^(?:patch[ -]?)?(?:series|set)\s?:|\ball (?:of )?(?:the |these |those )?patches\b"
    rf"|\ball (?:the )?{_COUNT}(?: patches)?[ :,.]*$|\bboth patches\b|\bfor both\b|^both[ :,.]*$"
    rf"|\b(?:for|to) all\b(?: of them)?[ :,.]*$",
    re.I,
)
_FIRST = re.compile(rf"\b(?P<end>first|last) (?P<count>{_COUNT}) patches\b", re.I)
# "Patches 1,2,4", "patch 15-17", "patches #1 to #3", "patches 1, 2 and 4"
_LISTED = re.compile(
    r"\bpatch(?:es)? (?P<list>#?\d{1,3}(?:/\d{1,3})?(?:(?:\s?(?:,|-|–|&|and|to|through"
    r"|\.\.)\s?)+#?\d{1,3}(?:/\d{1,3})?)*)",
    re.I,
)
_RANGE = re.compile(r"#?(\d{1,3})(?:/\d+)?\s?(?:-|–|to|through|\.\.)\s?#?(\d{1,3})(?:/\d+)?", re.I)
_SINGLE = re.compile(r"#?(\d{1,3})(?:/\d+)?")


def written_scope(suffix: str) -> str | None:
    """The scope that a suffix states: `# x86`, `[RISC-V]`, `(arm64)`, without its decoration."""
    text = fold(suffix).strip()
    if text.startswith("#"):
        text = text.lstrip("# ")
    elif text[:1] in "[(":
        text = text.strip("[]() ")
    if not text or _WHOLE.search(text):
        return None
    only = _ONLY.match(text)
    return only["what"] if only else text.strip(" .")


def prose_scope(lead: str, *, tested: bool) -> str | None:
    """The scope that the words before a tag state, None for none."""
    pieces = sentences(fold(lead))
    if not pieces:
        return None
    last = pieces[-1]
    if _APPLICABLE.search(last):
        return "applicable parts"
    if _DEICTIC.search(last) and not re.search(r"\b(?:with|if|once)\b", last, re.I):
        return "quoted part"
    found = _PART_OF.search(last) or _LEADING_PART.search(last) or _FOR_PATH.search(last)
    if found and not _NOT_A_PART.search(found["what"]):
        return found["what"].strip(" ,")
    only = _ONLY.match(last)
    if only:
        return only["what"]
    if tested:
        place = _TESTED_ON.search(last)
        if place:
            return place["what"]
    return None


# "The patch set looks good to me." right above a tag
_APPROVES = re.compile(
    r"\b(?:looks?|looking|seems?|is|are|lgtm|good|fine|nice|happy|okay|ok|reviewed|acked|tested|ack)\b", re.I
)
_DOUBTS = re.compile(r"\b(?:not|n't|but|however|question|rest of|once|if|until|before)\b", re.I)


def approves_series(text: str) -> bool:
    """Whether the last sentence of a paragraph approves of the series as a whole."""
    pieces = sentences(fold(text))
    return (
        bool(pieces)
        and bool(_WHOLE.search(pieces[-1]) and _APPROVES.search(pieces[-1]))
        and not _DOUBTS.search(pieces[-1])
    )


def whole_series(text: str) -> bool:
    """Whether words say that the tag is for every patch of the series."""
    return bool(_WHOLE.search(fold(text)))


def listed_patches(text: str, total: int) -> tuple[int, ...]:
    """The patch numbers that words list, in order; () for none. Numbers outside 1..total are dropped."""
    text = fold(text)
    chosen: set[int] = set()
    first = _FIRST.search(text)
    if first:
        word = first["count"].lower()
        count = int(word) if word.isdigit() else _NUMBERS.get(word, 0)
        chosen.update(range(1, count + 1) if first["end"].lower() == "first" else range(total - count + 1, total + 1))
    for listed in _LISTED.finditer(text):
        rest = listed["list"]
        for low, high in _RANGE.findall(rest):
            chosen.update(range(int(low), min(int(high), total) + 1))
        for single in _SINGLE.findall(_RANGE.sub(" ", rest)):
            chosen.add(int(single))
    return tuple(sorted(number for number in chosen if 1 <= number <= total))
