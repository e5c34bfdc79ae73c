"""Tags given, kept or taken back in prose: "My R-b stands", "I withdraw my ack", "Yes." to "may I add your tag?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reviewbot.review.names import ACKED, RELEASE_ACKED, REVIEWED, TESTED, canonical
from reviewbot.review.quoting import Block, View
from reviewbot.review.reservations import NEXT_VERSION, Reservation, reservation
from reviewbot.review.words import fold, paragraphs, prose_of, sentences

REAFFIRMED, WITHDRAWN, DROPPED, INFORMAL, AGREED_TO, WIDENED = (
    "re-affirmed", "withdrawn", "dropped", "informal", "agreed-to", "widened",
)  # fmt: skip

# How people call a tag in prose.
_TAG = (
    r"(?P<tag>release[- ]?ack(?:ed-by)?|r-?ack(?:ed-by)?|r-?v?-?b(?:y|t)?|a-?b(?:y)?|t-?b(?:y)?"
    r"|reviewed-?by|acked-?by|tested-?by"
    r"|acks?|review(?:ed)?[- ](?:tag|by)|tags?)(?:'?s)?(?: tags?)?(?![\w/-])"
)
_MINE = r"(?:my|the|that|this)(?: (?:earlier|previous|existing|own|provided|given))?"

# "My R-b stands with that movement.", "My ack still stands."
_STANDS = re.compile(
    rf"\bmy {_TAG}(?: \w+){{0,2}} (?:stands?|holds?|remains?|appl(?:y|ies)|is (?:still )?valid"
    rf"|can (?:stay|be kept|remain)|stays?)\b",
    re.I,
)
# "you can keep my R-b if you go this way", "Feel free to retain the R-b if ..."
_KEEP = re.compile(rf"\b(?:keep|retain|preserve|carry(?: over| forward)?|maintain|leave)(?: on)? {_MINE} {_TAG}", re.I)
# "Feel free to add my tag", "please add my R-b", "merge it with my RBT"
_ADD = re.compile(rf"\b(?:add|put|take|have|include|record|attach|apply|use|count|with)(?: in)? my {_TAG}", re.I)
_WITHDRAW = re.compile(
    rf"\b(?:withdraw(?:ing)?|retract(?:ing)?|rescind(?:ing)?|revok(?:e|ing)|tak(?:e|ing) back"
    rf"|cancel(?:ling)?) {_MINE} {_TAG}"
    rf"|\b(?:drop|remove|strip|do not (?:keep|carry|add)|don't (?:keep|carry"
    rf"|add)) my {_TAG.replace('?P<tag>', '?P<other>')}",
    re.I,
)
_NEGATED = re.compile(r"\b(?:not|n't|never|without|before|whether|instead of|no need to) (?:\w+ ){0,3}$", re.I)
# "so I withdraw my R-b for the libxl_x86.c hunk"
_FOR_PART = re.compile(r"\bfor (?:the |this )?(?P<what>[\w./-]+(?: [\w./-]+)?) (?:hunk|part|bit|file|change)s?\b", re.I)
# "Acked and committed.", "Reviewed and applied", "A-by me"
_DONE = re.compile(
    r"^(?:so )?(?P<tag>acked|reviewed|tested|ack)(?:(?:,| and|, and) (?:\w+ ){0,2}(?:committed|applied"
    r"|pushed|merged|queued|tested))?[.!]?$",
    re.I,
)
_BY_ME = re.compile(
    r"\b(?P<tag>r-?b(?:y)?|a-?b(?:y)?|acked(?:[- ]by)?|reviewed(?:[- ]by)?|ack) (?:from |by )?me\b", re.I
)
# "That was for the whole patchset, sorry for not being clear."
_WIDENS = re.compile(
    r"\b(?:that|this|it|which|mine|my (?:tag|ack|r-?by?|r-b)) (?:was|is|were|goes) (?:meant "
    r"|intended )?(?:to be )?for (?:the |this )?(?:whole|entire|full|complete|all)\b",
    re.I,
)
_KEEP_CONDITION = re.compile(r"\b(?:if|provided|as long as|assuming|when|once|unless)\b", re.I)
_FOR_NEXT = re.compile(
    r"\bif you decide to\b|\b(?:next|new|another) (?:version|revision|round)\b|\bno (?:other"
    r"|further)\b|\bre-?(?:send|spin|post)\b|\bv\d+\b",
    re.I,
)

# The author under a quoted tag: "not this one given the change.", "I had to drop this."
_AUTHOR_DROPS = re.compile(
    r"^(?:\.{2,} ?)?(?:but )?not (?:this|that)(?: one)?\b|\b(?:dropp(?:ed|ing)|drop|can(?:'t"
    r"|not) (?:take|keep|carry|retain)|remov(?:ed|ing)|didn't (?:keep|carry|take)|not (?:keeping"
    r"|taking|carrying)) (?:this|that|it|your|yours|the (?:tag|r-?b|ack))\b",
    re.I,
)
_QUOTED_TAG = re.compile(
    r"^\s*(?P<name>[A-Za-z-]+-by):\s*(?P<who>[^<>]{1,80}?)\s*<(?P<address>[^<>\s]+@[^<>\s]+)>", re.I
)
# A proposal quoted above and the "Yes." below it.
_PROPOSAL = re.compile(
    r"\b(?:consider (?:this|that|it)|(?:may|can|could|should|shall|might) i (?:\w+ ){0,2}(?:add|take"
    r"|keep|have|put|use|treat|record|count|carry|translate)"
    r"|i(?:'ll| will| would|'d) (?:\w+ ){0,2}(?:add|take|treat|count|record|consider)|(?:is it )?(?:ok"
    r"|okay|fine) (?:if i|to) (?:add|take|keep|have)|is (?:this|that) an?)\b",
    re.I,
)
_YES = re.compile(
    r"^(?:yes|yeah|yep|yup|sure|of course|certainly|absolutely|please do|go ahead|correct|fine|ok|okay"
    r"|definitely|that'?s (?:fine|ok|okay|correct))\b(?! but)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that gives, keeps or takes back a tag.

    kind: re-affirmed, withdrawn, dropped (by the patch's author), informal, agreed-to
    name: canonical name, None for "my tag"; who, address: the person where the sentence is about another's tag
    """

    kind: str
    name: str | None
    says: str
    block: int
    line: int
    scope: str | None = None
    reservation: Reservation | None = None
    who: str = ""
    address: str = ""


def statements_in(view: View, ignored: frozenset[int]) -> tuple[Statement, ...]:
    """The statements about tags in a mail's own words, in order."""
    found: list[Statement] = []
    for index, block in enumerate(view.blocks):
        own = [line for line in block.own if line.number not in ignored]
        for paragraph in paragraphs(prose_of(own)):
            number = paragraph.lines[0].number
            for sentence in sentences(paragraph.text):
                statement = _statement(sentence, index, number)
                if statement is not None:
                    found.append(statement)
        found.extend(_answers(block, index, own[0].number if own else 0, fold(" ".join(line.text for line in own))))
    return tuple(found)


def _statement(sentence: str, block: int, line: int) -> Statement | None:
    """What one sentence does to the sender's own tag."""
    withdrawn = _WITHDRAW.search(sentence)
    if withdrawn and not _NEGATED.search(sentence[: withdrawn.start()]):
        word = withdrawn["tag"] or withdrawn["other"]
        part = _FOR_PART.search(sentence)
        return Statement(WITHDRAWN, tag_word(word), sentence, block, line, scope=part["what"] if part else None)
    stands = _STANDS.search(sentence)
    if stands:
        return Statement(REAFFIRMED, tag_word(stands["tag"]), sentence, block, line, reservation=_unless(sentence))
    kept = _KEEP.search(sentence)
    if kept and not _NEGATED.search(sentence[: kept.start()]):
        return Statement(REAFFIRMED, tag_word(kept["tag"]), sentence, block, line, reservation=_unless(sentence))
    if _WIDENS.search(sentence):
        return Statement(WIDENED, None, sentence, block, line)
    informal = _ADD.search(sentence) or _DONE.match(sentence) or _BY_ME.search(sentence)
    if informal and not _NEGATED.search(sentence[: informal.start()]):
        return Statement(INFORMAL, tag_word(informal["tag"]), sentence, block, line, reservation=_unless(sentence))
    return None


def _unless(sentence: str) -> Reservation | None:
    """The condition of keeping a tag: only one that a conditional word sets ("stands with or without" sets none)."""
    opens = _KEEP_CONDITION.search(sentence)
    if opens is None:
        return None
    if _FOR_NEXT.search(sentence):
        return Reservation(sentence.rstrip("."), "required", NEXT_VERSION)
    found = reservation("", sentence[opens.start() :], "")
    return Reservation(sentence.rstrip("."), found.strength, found.waits) if found else None


def _answers(block: Block, index: int, line: int, own: str) -> Sequence[Statement]:
    """Own words below a quoted tag: the author dropping it, or its giver saying yes to a proposal."""
    quoted = [fold(entry.text) for entry in block.quote if entry.text.strip()]
    if not quoted or not own:
        return ()
    last = _QUOTED_TAG.match(quoted[-1])
    first = sentences(own)[0]
    if last and _AUTHOR_DROPS.search(first):
        names = tag_names(last["name"])
        return [
            Statement(DROPPED, name, first, index, line, who=last["who"], address=last["address"]) for name in names
        ]
    tail = quoted[-8:]
    tagged = next((m for m in map(_QUOTED_TAG.match, reversed(tail)) if m), None)
    if tagged and _YES.match(own) and _PROPOSAL.search(" ".join(tail)):
        names = tag_names(tagged["name"])
        return [
            Statement(AGREED_TO, name, first, index, line, who=tagged["who"], address=tagged["address"])
            for name in names
        ]
    return ()


def tag_word(word: str | None) -> str | None:
    """The canonical name of a tag as called in prose; None for "my tag", which does not say which."""
    text = (word or "").lower()
    if not text or text.startswith("tag"):
        return None
    if text.startswith(("release", "r-ack", "rack")):
        return RELEASE_ACKED
    if text[0] == "a":
        return ACKED
    return TESTED if text[0] == "t" else REVIEWED


def tag_names(spelled: str) -> tuple[str, ...]:
    """Canonical names of a quoted tag."""
    return canonical(spelled)[0]
