"""Code that own words show: which lines of an answer are code, and what the words around make of it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from reviewbot import regex as re
from reviewbot.review.found import Quoted
from reviewbot.review.quoting import Line
from reviewbot.review.words import Paragraph

# Code, a diff, a shell session or a compiler's words, though it stands without indentation.
CODE_LINE = re.compile(
    r"^(?:\t| {4,})\S|^[ +-]?\s*(?:#\s?(?:include|define|if|ifdef|ifndef|endif|else)\b|static "
    r"|struct \w+|\*/|/\*(?! (?:should|on|wants|goes|needs)\b)|[{}](?!\}? (?:should|goes|on|wants|placement"
    r"|needs|not|isn't|aren't|to)\b))"
    r"|^[+-](?!\d|E[A-Z]{2,14}\b)\S|^\$ \S|^[\w./-]+:\d+:|^\s*\w[\w\s*]*\([^)]*\)\s*[;{]"
    r"|.*(?:[^\s];|[{}])\s*$|^\s*[\w\[\]. ]+ = .*,\s*$|^https?://"
)
TAG_LINE = re.compile(r"^\s*[|*]?\s*(?:[A-Za-z]+[- ]){1,3}by:\s*\S.*<|^\s*<?\S+@\S+>\s*$", re.I)
# A trailer about the commit, not about a person, typed out to show what it should be.
TRAILER = re.compile(
    r"^(?P<name>Fixes|Link|Closes|Resolves|Amends|Origin|Backport|Coverity-ID|(?:Reported|Suggested|Requested"
    r"|Co-developed)-by): \S",
    re.I,
)
_SHOWS_CODE = re.compile(
    r"(?::|\b(?:how about|like|i\.e\.|e\.g\.|as|be|to|with|say|maybe|perhaps|suggest|instead"
    r"|expression|add|use|do),?\??|\.\.\.)\s*$",
    re.I,
)
_WANTS = re.compile(r"\b(?:have|wants?|needs?|missing|lacks|get|gain|a|please|tag)\W*$", re.I)
_LOG = re.compile(r"\s*(?:[$#] \w|[\w./-]+:\d+:|In file included |\d+ \||\w+\.[ch]: )")
LINK = re.compile(r"(?:\[\d+\] )?https?://\S+$")
_CODE_WORD = re.compile(r"\w_\w|[(){}\[\]=;|&<>$]|->|^\.\w|^#\w")
_SENTENCE = re.compile(r"[A-Z][a-z']* [a-z]|\d+[.)] |[-*•] |.*\b[a-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}\b")
_FEW = 6  # lines
_LOOKED_AT = 12  # quoted lines
_WIDEST = 300  # characters of a line that is compared
_SAME = 0.8  # of a quoted line and words that are that line written out again
_ALIKE = 0.6  # of a quoted line and code that is shown without a word
_ADD_HERE = re.compile(
    r"\b(?:add|insert|put|append|include)\b[^.;]{0,60}?\b(?P<where>here|below|above|after (?:this|that|it)"
    r"|before (?:this|that|it))\b|\bmissing(?: here)?:\s*$",
    re.I,
)
_CAN_BE_PART = re.compile(
    r"\bcan be part of\b|\bhow about\b|\bwhat about\b|\bsimply\b|\bmaybe\b|\bperhaps\b|\brather\b"
    r"|\binstead\b|\bsomething like\b|\bi'd (?:use|write|suggest|do)\b|\bsuggest\b",
    re.I,
)


def code_below(paragraph: Paragraph, following: Sequence[Paragraph], quoted: Quoted) -> tuple[str, ...]:
    """The code that a paragraph is followed by, blank lines between its parts kept."""
    code: list[str] = []
    mark = quoted.text.strip()[:1]
    for index, part in enumerate(following):
        alike = mark in ("*", "#", ".") and all(line.text.strip()[:1] == mark for line in part.lines)
        plain = index == 0 and paragraph.text.endswith(":") and (alike or _is_plain_code(part))
        if not (is_code(part) or plain) or TRAILER.match(part.text) or _is_link(part):
            break
        code += ([""] if code else []) + [line.text for line in part.lines]
    return tuple(code)


def _is_link(paragraph: Paragraph) -> bool:
    return all(LINK.match(line.text.strip()) for line in paragraph.lines)


def _is_plain_code(paragraph: Paragraph) -> bool:
    """A few lines with names of code and no end of a sentence: a command of a shell, an entry of a table."""
    lines = [line.text.strip() for line in paragraph.lines]
    return (
        len(lines) <= _FEW
        and all(_CODE_WORD.search(line) and not TAG_LINE.match(line) for line in lines)
        and not lines[-1].endswith((".", "?", "!", ","))
        and not any(_SENTENCE.match(line) for line in lines)
    )


def is_code(paragraph: Paragraph) -> bool:
    """Code that the words above it show: mostly lines of code, or a mere "..."."""
    shown = sum(
        bool(CODE_LINE.match(line.text)) or not any(char.isalpha() for char in line.text) for line in paragraph.lines
    )
    return 5 * shown >= 3 * len(paragraph.lines)


def like_line(paragraph: Paragraph, quoted: Quoted) -> bool:
    """Whether code that stands there without a word is the quoted line in another form: "return -EINVAL;"."""
    if quoted.sign != "+" or len(paragraph.lines) > _FEW or is_output([line.text for line in paragraph.lines]):
        return False
    there, here = " ".join(quoted.text.split()), " ".join(paragraph.lines[0].text.lstrip("+").split())
    return there != here and _closest(here, [there]) >= _ALIKE


def written_again(paragraph: Paragraph, quoted: Quoted) -> bool:
    """Whether lines of prose are quoted lines with a few letters changed, each of them."""
    if quoted.sign != "+" or len(paragraph.lines) > _FEW:
        return False
    lines = [" ".join(line.text.split()) for line in paragraph.lines]
    there = [" ".join(text.split()) for text in quoted.lines[-_LOOKED_AT:] if len(text.split()) > 1]
    return any(line not in there for line in lines) and all(_closest(line, there) >= _SAME for line in lines)


def resembles(code: Sequence[str], quoted: Quoted) -> bool:
    """Whether shown code starts as one of the quoted lines does, in another form."""
    if quoted.sign != "+":
        return False
    there = [" ".join(text.split()) for text in quoted.lines[-_LOOKED_AT:] if text.strip()]
    here = [" ".join(text.lstrip("+").split()) for text in code if text.strip()]
    return any(line not in there for line in here) and _closest(here[0], there) >= _ALIKE


def _closest(line: str, there: Sequence[str]) -> float:
    """How much a line agrees with the most alike of some others; nothing where they cannot reach what is asked."""
    best = 0.0
    for text in there:
        if len(line) > _WIDEST or len(text) > _WIDEST:
            continue  # no line of code or prose that anybody writes out again
        matcher = SequenceMatcher(None, text, line, autojunk=False)
        least = max(best, _ALIKE)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            best = max(best, matcher.ratio())
    return best


def like_quoted(prose: list[Line], quoted: Quoted) -> tuple[list[Line], tuple[str, ...]]:
    """Words, and the lines below "formatted like:" that look like the quoted line: of a comment, a table, a script."""
    mark = quoted.text.strip()[:1]
    if not mark or mark.isalnum():
        return prose, ()
    for at, line in enumerate(prose[:-1]):
        below = prose[at + 1 :]
        if _SHOWS_CODE.search(line.text) and all(other.text.strip()[:1] == mark for other in below):
            return prose[: at + 1], tuple(other.text for other in below)
    return prose, ()


def where_to_add(text: str) -> str | None:
    """Whether shown code is to be added beside the quoted line, rather than to replace it."""
    match = _ADD_HERE.search(text)
    if match is None:
        return None
    return "before" if (match["where"] or "").lower().startswith(("above", "before")) else "after"


def shows_code(text: str) -> bool:
    """Whether words lead to code below them ("How about", "could be:", "can be part of the prior expression,")."""
    return bool(_SHOWS_CODE.search(text) or _CAN_BE_PART.search(text))


def announces_trailer(text: str) -> bool:
    """Whether words end in a way that a trailer has to follow: "The format should be", "Missing"."""
    return bool(_SHOWS_CODE.search(text) or _WANTS.search(text))


def is_output(code: Sequence[str]) -> bool:
    """Whether lines are what a compiler or a shell said, and no code to put anywhere."""
    return any(_LOG.match(line) for line in code)
