"""Sentences about the fate of a patch or series: objections, missing approvals, notices that it went in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from reviewbot import regex as re
from reviewbot.review.model import Remark
from reviewbot.review.people import fold_name
from reviewbot.review.quoting import Block, Line, Spot, View, spots_above
from reviewbot.review.settling import closes, withdraws_objections
from reviewbot.review.words import fold, paragraphs, prose_of, sentences

REFUSED, WAIT, BROKEN, MISSING_ACK, NEEDS_RELEASE_ACK, DISPUTE = (
    "refused", "wait", "broken", "missing-ack", "needs-release-ack", "dispute",
)  # fmt: skip
COMMITTED, WILL_COMMIT, NEW_VERSION, NO_RELEASE_ACK = (
    "committed",
    "will-commit",
    "new-version",
    "release-ack-not-needed",
)

# Order matters: the first that fits a sentence names it. Phrases: facts page, "Open or closed" and "Merge notices".
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (NO_RELEASE_ACK, re.compile(
        r"\b(?:doesn't|does not|don't|shouldn't|probably not|won't) (?:really |strictly "
        r"|actually )?(?:need|require) (?:a |an |any )?(?:release[- ]ack\w*|one\b)"
        r"|\bcould go (?:in )?without\b.*\brelease", re.I)),
    (NEEDS_RELEASE_ACK, re.compile(
        r"\b(?:needs?|requires?|require|wants?|waiting for|lacks?|missing)\b[^.]{0,30}\brelease[- ]ack"
        r"|\bneeds? approving by the release manager|\bcode freeze now\b|\bapproval (?:of|by"
        r"|from) the release manager", re.I)),
    (WILL_COMMIT, re.compile(
        r"\b(?:i(?:'ll| will| plan to| intend to|'m going to| am going to)|(?<!was )going to|will"
        r"|intend to|about to) (?:\w+ ){0,2}(?:commit|push|apply|merge)\b|\bready to (?:be )?commit"
        r"|\bought to be committed|\bcommit(?:ted)? (?:it )?(?:later|soon|tomorrow|shortly)\b", re.I)),
    (BROKEN, re.compile(
        r"\b(?:breaks?|broke|fails?) (?:the )?(?:\w+ )?(?:build|compilation|compile|CI|boot|bisect\w*)\b"
        r"|\b(?:doesn't|does not|didn't|won't|fails to) (?:build|compile|apply|boot)\b|\bbuild (?:failure"
        r"|breakage|error)\b", re.I)),
    (MISSING_ACK, re.compile(
        r"\b(?:missing|lacks?|still needs?|needs?|need|requires?|don't have|do not have|waiting for"
        r"|want)\b[^.?]{0,30}?\b(?:an? |any |your |some |the |\w+(?:'s)? )?(?:ack(?:ed-by|s)?|review|r-?b"
        r"|approval)\b(?![ -]?tag please)|\bany chance of an ack\b|\bi guess i (?:will|'ll) time out\b", re.I)),
    (REFUSED, re.compile(
        r"\bi'?(?:m| am) afraid i (?:can(?:'t|not)|won't) (?:take|apply|ack|commit|accept)|\bi (?:object"
        r"|oppose|veto)\b|\bi'?(?:m| am) (?:strongly |firmly )?(?:against|opposed)\b|(?:^|[.,;] )(?:(?:hard|strong"
        r"|soft|firm|big|clear|so|then|sorry,?|definite) )*(?:nack|nak)(?:[.!,;:]|$| (?:to|on|from|for|as|until"
        r"|unless|because)\b)"
        r"|\b(?:that's|that is|this is|it's|it is|gets?|consider (?:this|that|it)) (?:an? )?(?:\w+ )?na(?:c?k|cked"
        r"|ked)\b"
        r"|\bi(?:'m| am)? (?:\w+ ){0,4}?na(?:c?k|cking) (?:this|it|the (?:patch|series|change))\b"
        r"|\b(?:this|that|it|patch|series|change|approach)(?: is|'s|) (?:\w+ )?(?:not acceptable|isn't acceptable"
        r"|unacceptable)\b"
        r"|\bnot acceptable (?:to me|as is|in this form|like this)\b|\bplease don't (?:commit|apply|take)\b"
        r"|\b(?:better|prefer(?:able)?"
        r"|rather) to (?:postpone|defer)\b|\b(?:postpone|defer) (?:the |this |it)\b", re.I)),
    (WAIT, re.compile(
        r"\bwant to wait\b|\bwait (?:a )?(?:little|bit|while|few|for)\b|\bplease (?:wait|hold)\b"
        r"|\bhold off\b|\bunless (?:i hear|there are) (?:objections|otherwise)\b", re.I)),
    (DISPUTE, re.compile(
        r"\bi beg to differ\b|\bi (?:strongly )?disagree\b|\bi'?(?:m| am) not convinced\b"
        r"|\bthis is (?:plain )?wrong\b", re.I)),
    (NEW_VERSION, re.compile(
        r"\bsent (?:a |the )?(?:new (?:version|revision)|v\d+)\b|\bi(?:'ll| will"
        r"|'m going to) (?:\w+ )?(?:send|post|submit|prepare|spin|re-?spin|re-?send)\b[^.]{0,20}\b(?:v\d+"
        r"|new|next|updated|revision|version)\b|\bsuperseded by\b", re.I)),
    (COMMITTED, re.compile(
        r"^\W*(?:(?:all|both|series|patch|patches|now|i(?:'ve| have)|thanks?|acked|and|with|this is|it's"
        r"|has been|have been|ok|fixed|merged|patchset|whole)\b[\s,:#\d.-]*)*(?:committed|merged|applied"
        r"|pushed|queued)\b|\bi(?:'ve| have)(?: just| now)? (?:committed|merged|pushed|applied)\b"
        r"|\bi've (?:tweaked|fixed|adjusted)\b.*\b(?:committed|pushed|merged|applied)\b|\b(?:acked"
        r"|reviewed|pushed) and (?:committed|merged|applied|pushed)\b|\bjan already committed\b"
        r"|\bpatch(?:set|es)? (?:merged|applied|pushed)\b", re.I)),
)  # fmt: skip
_NOT_STAGING = re.compile(
    r"\bfor-next\b|\bfor-4\.\d+|\bmy (?:\w+ )?(?:branch|tree|queue)\b|\bqueued\b|\b(?:once|when|before"
    r"|if|should be|to be|not yet|be|being|gets?|could have been|been)\s+(?:\w+ )?(?:committed|merged"
    r"|applied|pushed)\b(?<!have been committed)(?<!has been committed)",
    re.I,
)
_VETO_NOT = re.compile(
    r"\bnot (?:an? |going to |meant as an? |be )?(?:veto|nac?k)|\b(?:n't|not|without) (?:\w+ )?nac?king\b", re.I
)
_NOT_IN_ONE_MAIL = frozenset({REFUSED, WAIT, BROKEN})  # a tag in the same mail leaves these as they are
_OPEN_KINDS = frozenset({REFUSED, WAIT, BROKEN, MISSING_ACK, NEEDS_RELEASE_ACK, DISPUTE})


@dataclass
class _Said:
    remark: Remark
    number: int


class RemarkReader:
    """Collects the remarks of a series' thread, and closes those that their maker takes back."""

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._said: list[_Said] = []
        self._by_line: dict[Spot, list[_Said]] = {}

    def remarks(self, number: int) -> tuple[Remark, ...]:
        """The remarks on a patch (0: on the whole series), in order."""
        return tuple(entry.remark for entry in self._said if entry.number == number)

    def read(self, view: View, numbers: Sequence[int], ignored: frozenset[int]) -> None:
        """Take in one reply, which is about these patches."""
        mid, who = view.message.message_id, fold_name(view.message.author.name)
        for block in view.blocks:
            own = [line for line in block.own if line.number not in ignored]
            self._close(block, own, mid, who)
            for paragraph in paragraphs(prose_of(own)):
                spots = {(mid, line.number) for line in paragraph.lines}
                for sentence in sentences(paragraph.text):
                    kind = remark_kind(sentence)
                    for number in numbers if kind is not None else ():
                        remark = Remark(mid, view.message.author.name, kind or "", fold(sentence), kind in _OPEN_KINDS)
                        self._add(_Said(remark, number), spots)

    def _add(self, entry: _Said, spots: Iterable[Spot]) -> None:
        self._said.append(entry)
        for spot in spots:
            self._by_line.setdefault(spot, []).append(entry)

    def _close(self, block: Block, own: Sequence[Line], mid: str, who: str) -> None:
        """What own words do to the objections that are quoted right above them, or to all of one's own."""
        text = "\n".join(line.text for line in own)
        if withdraws_objections(text):
            for entry in self._said:
                if fold_name(entry.remark.who) == who and entry.remark.open:
                    entry.remark = replace(entry.remark, open=False)
        above = spots_above(block.quote)
        for entry in {id(e): e for spot in above for e in self._by_line.get(spot, [])}.values():
            if fold_name(entry.remark.who) == who:
                if entry.remark.open and closes(text):
                    entry.remark = replace(entry.remark, open=False)
                continue
            for line in own:
                spot = (mid, line.number)
                self._by_line.setdefault(spot, []).append(entry)


def remark_kind(sentence: str) -> str | None:
    """What a sentence says about the fate of a patch, None for nothing."""
    if _VETO_NOT.search(sentence) or len(sentence) > 600:
        return None
    for kind, pattern in _KINDS:
        if pattern.search(sentence):
            if kind == COMMITTED and (_NOT_STAGING.search(sentence) or sentence.rstrip().endswith("?")):
                return None
            return kind
    return None


def settled(remarks: tuple[Remark, ...], approvals: Mapping[str, int], order: Mapping[str, int]) -> tuple[Remark, ...]:
    """Close what its maker settled by a later tag.

    approvals: folded name to the place in the thread of that person's latest tag; order: message id to place
    """
    out = []
    for remark in remarks:
        given, said = approvals.get(fold_name(remark.who), -1), order.get(remark.from_, 0)
        later = given > said if remark.kind in _NOT_IN_ONE_MAIL else given >= said
        out.append(replace(remark, open=False) if remark.open and later and remark.kind != MISSING_ACK else remark)
    return tuple(out)


# The words that every COMMITTED sentence has one of, on a line that is not quoted; linear in its length.
_MERGED = re.compile(r"^(?!>).*\b(?:committed|merged|applied|pushed|queued)\b", re.I | re.M)


def may_tell_of_merge(body: str) -> bool:
    """Whether a mail may say that a patch went in: cheap, for callers that do not read it where it cannot."""
    return _MERGED.search(body) is not None
