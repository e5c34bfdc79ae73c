"""What later words under a quoted request mean for it: agreed, declined, left open, or promised for a new version."""

from __future__ import annotations

from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.review.words import fold, sentences


class Answer(NamedTuple):
    """What own words decide about the request that they stand under.

    agreed: True, False or None (nobody decided); promised: "next-version" or None; on_commit: to be done so;
    everything: it speaks of all requests quoted, not only of the last
    """

    agreed: bool | None
    promised: str | None = None
    on_commit: bool = False
    everything: bool = False


_ON_COMMIT = re.compile(
    r"\b(?:on|while|when|upon|during|at|before) (?:you )?(?:commit|apply|push|merg)\w*"
    r"|\bfeel free to (?:fix|adjust|change|do|drop|amend|tweak|make|fold|edit)\b|\bif you(?:'re"
    r"| are) (?:happy|fine|ok|willing) to\b",
    re.I,
)
_NEXT = re.compile(
    r"\b(?:in|for|with) (?:the )?(?:v\d+|next (?:version|revision|round|iteration|spin|posting"
    r"|submission)|new version|a new (?:version|revision))\b|\bv\d+ (?:will|with|has|sent|coming)\b"
    r"|\bsent v\d+\b|\b(?:send|post|submit|prepare|respin|re-spin)\w* (?:a |an |the |another )?(?:v\d+"
    r"|new|next|updated|follow)\b|\bwait for (?:the )?v\d+\b",
    re.I,
)
# "Will fix", "I'll change that", "Done", "Fixed": the author does it, so it comes with a new posting.
_WILL = re.compile(
    r"(?:^|[.,;!] |\b(?:ok|okay|yes|sure|right|agreed|ack|yeah|thanks)[,.!;]? )(?:i(?:'ll| will"
    r"| shall)|will|going to|let me|i'm going to) (?:\w+ ){0,2}(?:fix|change|do|add|drop|remove|update"
    r"|adjust|move|address|rename|rework|use|switch|replace|correct|apply|take|include|split|reword"
    r"|clean|amend|convert|make|put|improve|clarify|fold|modify|follow|mention|extend|tweak)\b"
    r"|^(?:done|fixed|changed|updated|adjusted|applied|will do|will fix)\b[.!]?|\bwill do\b",
    re.I,
)
_YES = re.compile(
    r"^(?:(?:ah|oh|hmm+|right|well|my bad|oops|good (?:catch|point|spot|idea)|thanks?(?: you)?|sorry"
    r"|indeed|true)\b[\s,.!-]*)*(?:yes|yeah|yep|yup|sure|ok|okay|agreed?|ack(?:ed|nowledged)?|right"
    r"|indeed|absolutely|certainly|of course|fine (?:by|with) me|fine|no objections?|sounds (?:good"
    r"|fine|reasonable)|good (?:catch|point|spot|idea)|makes sense|fair (?:enough|point)|please do"
    r"|go ahead|feel free|works for me|i agree|i'm (?:fine|ok|okay|happy) with|i am (?:fine|ok|okay"
    r"|happy) with|that(?:'s| is) (?:fine|ok|okay|better|good)|thanks?|my bad|oops|true|done|fixed"
    r"|lgtm|\+1|noted|got it|understood|definitely|happy (?:with|to))\b",
    re.I,
)
_NO = re.compile(
    r"^(?:(?:hmm+|well|sorry|actually)\b[\s,.!-]*)*(?:no\b(?! objections?| problem| worries| issue"
    r"| preference|,? (?:that's fine|please do))|nope\b|not really|i (?:disagree|don't (?:think|agree"
    r"|like|want|see (?:why|the need|the point))|do not (?:think|agree)|would (?:rather|prefer) (?:not"
    r"|to keep|keep|leave)|'d rather (?:not|keep|leave))|i'd (?:rather|prefer) (?:not|to (?:keep"
    r"|leave)|keep|leave)|this is (?:intentional|deliberate|on purpose)|intentional|that's (?:wrong"
    r"|not (?:right|correct|possible|true))|this (?:isn't|is not)|can't)\b",
    re.I,
)
_OPEN = re.compile(
    r"\b(?:either(?: way| one)? (?:is|works|would be) (?:fine|ok|okay|good)|either is (?:fine|ok|okay)"
    r"|(?:no|don't have (?:a|any)|not have (?:a|any)|have no)(?: strong)? (?:preference|opinion)s?"
    r"|up to (?:you|the maintainers?|the committer)|don't mind either|don't care|whatever you prefer"
    r"|i(?:'ll| will) leave (?:it|that) (?:to|up))\b",
    re.I,
)
_EVERYTHING = re.compile(
    r"\b(?:all (?:of )?(?:these|those|them|the above|your|comments?|remarks?|nits?|suggestions?)|both"
    r"|everything|the rest|all)\b",
    re.I,
)
_BUT_NO = re.compile(r"\b(?:but|however|though|except)\b.{0,60}\b(?:not|n't|rather|prefer|instead|keep)\b", re.I)


def read_answer(text: str) -> Answer | None:
    """The answer that own words under a quoted request give; None where they give none."""
    folded = fold(text)
    if not folded:
        return None
    first = sentences(folded)[:4]
    lead = " ".join(first)
    on_commit = bool(_ON_COMMIT.search(lead))
    everything = bool(_EVERYTHING.search(lead))
    if _OPEN.search(lead):
        return Answer(None, None, on_commit, everything)
    if _NO.match(folded):
        return Answer(False, None, on_commit, everything)
    promised = "next-version" if _NEXT.search(lead) or (_WILL.search(lead) and not on_commit) else None
    asked = (
        bool(re.search(r"\b(?:can|could|would|may|will) (?:this|that|these|it|they|you|the)\b[^.?!]*\?", lead, re.I))
        and on_commit
    )
    if _YES.match(folded) or promised or asked or (on_commit and not _BUT_NO.search(lead)):
        if _BUT_NO.search(first[0]) and not promised and not on_commit:
            return None
        return Answer(True, promised, on_commit and promised is None, everything)
    return None
