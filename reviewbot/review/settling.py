"""What settles a question: the words below it or below an answer, and what a later version did to the line.

In doubt nothing is settled: a question that was answered and is shown as open costs a look, the other way round it
costs the answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot import regex as re
from reviewbot.review.model import Anchor
from reviewbot.review.words import fold, sentences
from reviewbot.series import DiffLine, Patch, Series

ANSWERS, DEFERS, NOTHING = "answers", "defers", "nothing"

# "I'll check", "Good question.": somebody took notice, and knows no more.
_DEFERS = re.compile(
    r"\b(?:i(?:'ll| will| need to| have to|'d have to| should)|let me|need to|have to|will"
    r"|going to) (?:\w+ ){0,2}(?:check|look"
    r"|think|see|find out|investigate|ask|dig|double[- ]check|get back|come back|reply|answer|revisit)\b"
    r"|\bgood question\b|\bno idea\b|\bnot (?:entirely |really |quite )?sure\b|\bi (?:don't"
    r"|do not) (?:really )?(?:know|remember"
    r"|recall)\b|\b(?:same|similar) question\b|\b(?:wonder(?:ed|ing)?|curious) (?:\w+ )?(?:too|as well|about that"
    r"|the same)\b"
    r"|\bi'd (?:also )?like to know\b|\bunclear to me\b|\bbest left to\b|\b(?:up to|question for|leave (?:that|this"
    r"|it) to)\b"
    r"|\bmaybe .{1,40} (?:knows?|can (?:tell|say|answer))\b|^\+1\b|^ping\b|^(?:cc|adding)\b",
    re.I,
)
_HEDGES = re.compile(
    r"\b(?:i (?:guess|think|suppose|assume|believe|would (?:guess|expect|assume))|perhaps|maybe|probably|presumably"
    r"|might"
    r"|may be|possibly|could be|i'd (?:guess|expect|assume))\b",
    re.I,
)
_TAG_LINE = re.compile(r"^\s*[A-Za-z][A-Za-z-]*-by:\s", re.I)
_LEAST = 4  # words of somebody else's answer; the one who owes it may be as short as "Yes."

# The asker, below his question or below an answer: "Ok.", "Fair enough.", "Ah, I see."
_CLOSES = re.compile(
    r"^(?:(?:ah+|oh+|hmm+|well|yes|right|okay|ok|and|so)[,.:! ]+){0,4}(?:ok|okay|thanks?|thank you|fair (?:enough"
    r"|point)"
    r"|i see|makes? sense|(?:this|that|it) (?:does )?makes? (?:perfect |much |more )?sense|understood|got it|right"
    r"|true|sounds"
    r" (?:good|fine|reasonable|right)|great|good|perfect|never ?mind|no worries|sure|fine|agreed|of course|indeed"
    r"|you're right"
    r"|you are right|my (?:bad|mistake)|sorry for the noise|i(?: must have| had)? (?:missed|overlooked|misread"
    r"|forgot)|works for me"
    r"|that (?:explains|answers|clarifies|settles|addresses)|ignore (?:me|that|this)|scratch that|yes|yeah|yep|oops"
    r"|silly me)\b",
    re.I,
)
_YET = re.compile(r"\b(?:but|however|though|although|still|except|yet|not|nor|why|how come)\b|n't\b|\?", re.I)
_UNSETTLES = re.compile(
    r"\b(?:doesn't|does not|didn't|did not) (?:really |quite )?(?:answer|explain|address)\b|\bi (?:still )?(?:don't"
    r"|do not|can't)"
    r" (?:really |quite )?(?:follow|understand|see|get)\b|\bi(?:'m| am) (?:still )?(?:confused|not convinced|lost"
    r"|puzzled)\b"
    r"|\bthat(?:'s| is|'s| was)? ?(?:wasn't|isn't|not) (?:what i|my question|the question|an answer)"
    r"|\bmy question was\b"
    r"|\bstill (?:open|unanswered|unclear)\b|\bthat's not what i (?:asked|meant)\b",
    re.I,
)
_OBJECTION_GONE = re.compile(
    r"\b(?:rescind|withdraw|drop|retract|take back) (?:my|the|this|that) (?:\w+ )?(?:objections?|concerns?|nack|nak"
    r"|remarks?|veto)\b"
    r"|\bno (?:longer (?:an? |any )?|further |more |remaining )?(?:objections?|concerns?)"
    r"(?: any ?more| left| from me)?\b|\b(?:i (?:no longer|don't) (?:object|mind))\b|\bmy (?:objections?"
    r"|concerns?) (?:is|are|was|were"
    r"|has been|have been) (?:addressed|resolved|gone|moot|withdrawn)\b",
    re.I,
)
_DEPENDS = re.compile(r"\b(?:if|unless|once|until|when|assuming|provided|whether|hear)\b|\?", re.I)
# Words that say what a question or an entry of a changelog is about.
_RARE = re.compile(
    r"\b(?!(?:about|above|after|again|being|could|doesn|there|their|these|those|thing|think|though|through|under|using"
    r"|where|whether|which|while|would|should|really|still|patch|commit|message|changed?|changes|version|series"
    r"|function|please|maybe|perhaps|because|other|right|wants?|needs?|lines?|comments?|address(?:ed)?|added|dropped"
    r"|moved|fixed|review|suggested|requested)\b)[A-Za-z_]\w{4,}"
)
_ITEM = re.compile(r"\n\s*(?:[-*+•]|\d+\.)\s")
_CHANGES = re.compile(r"(?im)^.{0,20}\b(?:changes?|changed|changelog|v\d+ ?(?:->|→|:)|since v\d+|in v\d+)")
_AROUND = 3  # added lines on each side of the one asked about that must be there again
_ENOUGH = 2  # words that a changelog shares with a question it is about


def reply_kind(text: str, *, owed: bool) -> str:
    """What own words right below a question do: answer it, put it off, or neither.

    owed: they are by whom the answer is awaited of; of others more than a guess is asked
    """
    kept = [line for line in text.split("\n") if not _TAG_LINE.match(line)]
    words = fold(" ".join(kept))
    if not any(char.isalnum() for char in words):
        return NOTHING
    told = [sentence for sentence in sentences(words) if not sentence.rstrip(")\"' ").endswith("?")]
    if not told:
        return NOTHING  # asks back
    if _DEFERS.search(" ".join(told[:2])) and len(told) <= 2:
        return DEFERS
    if not owed and (len(" ".join(told).split()) < _LEAST or _HEDGES.search(" ".join(told))):
        return NOTHING
    return ANSWERS


def closes(text: str) -> bool:
    """Whether the asker's words below a question or its answer are content with it."""
    first = sentences(fold(text))[:1]
    return bool(first) and bool(_CLOSES.match(first[0])) and not _YET.search(first[0])


def unsettles(text: str) -> bool:
    """Whether the asker's words below an answer say that it is none."""
    return bool(_UNSETTLES.search(fold(text)))


def withdraws_objections(text: str) -> bool:
    """Whether somebody's words take back what he said against a patch."""
    return any(_OBJECTION_GONE.search(sentence) and not _DEPENDS.search(sentence) for sentence in sentences(fold(text)))


def tells(anchor: Anchor | None) -> bool:
    """Whether a line that was asked about can be looked for in another version."""
    if anchor is None or anchor.position is None:
        return False
    text = anchor.text if anchor.path is not None else anchor.message
    return len((text or "").strip()) >= _LEAST and (anchor.path is None or anchor.sign == "+")


def line_again(anchor: Anchor, then: Patch, now: Patch) -> Anchor | None:
    """The line that was asked about (one that `tells`), in a later version among the same neighbours.

    None where it is gone, or where what stands around it has changed, which may be the answer.
    """
    if anchor.path is None:
        wanted = fold(anchor.message or "")
        for position, row in enumerate(now.message.body_bytes.decode("utf-8", "replace").split("\n")):
            if position in now.body_positions and fold(row) == wanted:
                return Anchor(message=row.strip(), position=position)
        return None
    before = _added(then, anchor.path)
    at = next((index for index, line in enumerate(before) if line.position == anchor.position), None)
    if at is None:
        return None
    around = [fold(line.text) for line in before[max(0, at - _AROUND) : at + _AROUND + 1]]
    after = _added(now, anchor.path)
    texts = [fold(line.text) for line in after]
    for start in range(len(texts) - len(around) + 1):
        if texts[start : start + len(around)] == around:
            line = after[start + at - max(0, at - _AROUND)]
            return Anchor(anchor.path, line.new, line.text, None, line.position, "+")
    return None


def _added(patch: Patch, path: str) -> list[DiffLine]:
    """The lines that a patch adds to a file."""
    return [
        line
        for file in patch.diff.files
        if file.path == path
        for hunk in file.hunks
        for line in hunk.lines
        if line.origin == "+"
    ]


def names_it(question: str, who: str, versions: Sequence[Series], subject: str) -> bool:
    """Whether the changelog of a later version speaks of a question: shares rare words with it, or one and the name."""
    rare = {word.lower() for word in _RARE.findall(question)}
    surname = who.split()[-1].lower() if who.split() else ""
    for series in versions:
        for text in _changelogs(series, subject):
            for item in _ITEM.split(text):
                words = {word.lower() for word in _RARE.findall(item)}
                named = bool(surname) and surname in item.lower()
                if len(rare & words) >= (1 if named else _ENOUGH):
                    return True
    return False


def _changelogs(series: Series, subject: str) -> Sequence[str]:
    """What a version says of its changes: below the `---` of the patch, and in the cover letter."""
    notes = [patch.notes for patch in series.patches if patch.subject.casefold() == subject.casefold()]
    if series.cover is not None:
        body = series.cover.body
        at = _CHANGES.search(body)
        notes.append(body[at.start() :] if at else "")
    return [note for note in notes if note.strip()]
