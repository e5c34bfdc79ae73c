"""What one sentence says of the fate of a patch: an objection, an approval that lacks, a notice that it went in.

Phrases: facts of the list, "Open or closed" and "Merge notices". Pure text, one sentence at a time.
"""

from __future__ import annotations

from reviewbot import regex as re

REFUSED, WAIT, BROKEN, MISSING_ACK, NEEDS_RELEASE_ACK, DISPUTE = (
    "refused", "wait", "broken", "missing-ack", "needs-release-ack", "dispute",
)  # fmt: skip
COMMITTED, WILL_COMMIT, NEW_VERSION, NO_RELEASE_ACK = (
    "committed", "will-commit", "new-version", "release-ack-not-needed",
)  # fmt: skip
OBJECTIONS = frozenset({REFUSED, WAIT, BROKEN, MISSING_ACK, NEEDS_RELEASE_ACK, DISPUTE})

_MAX_SENTENCE = 600  # a longer one is a listing without full stops
_ACK = r"(?:ack(?:ed-by|ing|s)?|acks?-by|review(?:s|ed-by|ing)?|reviewer|r-?b|a-?b|approval|approving|sign-?off)"
_IN = r"(?:committ?ed|merged|applied|pushed)"
_IT = (
    r"(?:it|this|that|these|those|they|both|all|(?:the |this |all of the |the whole |the rest of the )?(?:series|set"
    r"|patch(?:es|set)?)|v\d+)"
)

# "This is a bugfix, so it probably doesn't need one."
_NO_RELEASE_ACK = re.compile(
    r"\b(?:doesn't|does not|don't|shouldn't|probably not|won't) (?:really |strictly |actually )?(?:need|require)"
    r" (?:a |an |any )?(?:release[- ]ack\w*|one\b)|\b(?:don't|do not) think [^.]{0,20}\bneeds? (?:a "
    r"|any )?release[- ]ack"
    r"|\bno release[- ]ack\w* (?:is |was )?(?:needed|required|necessary)|\bcould go (?:in )?without\b.*\brelease",
    re.I,
)
_NEEDS_RELEASE_ACK = re.compile(
    r"\b(?:needs?|requires?|wants?|waiting for|awaiting|pending|lack(?:s|ing)?|missing|get|have|chance of"
    r"|ask(?:ing)? for|(?:cc|copy|add)\S{0,5} [^.]{1,60} for)\b[^.]{0,30}\b(?:release[- ]ack|r-a\b)"
    r"|\brelease[- ]ack\w*\b[^.]{0,20}\b(?:needed|required|missing|outstanding)\b"
    r"|\bneeds? approving by the release manager|\bcode freeze now\b|\bapproval (?:of|by|from) the release manager"
    r"|\bgoing (?:in|into|in for) (?:xen )?4\.\d+\b[^.]*\?",
    re.I,
)
# "I will commit the patch later today."; "I was about to commit this, but" is none.
_WILL_COMMIT = re.compile(
    r"\b(?:i(?:'ll| will| plan to| intend to|'m going to| am going to)|going to|will|intend to|about to)"
    r" (?:\w+ ){0,2}(?:commit|push|apply|merge|queue)\b|^\W*(?:i'm )?committing\b|\bready to (?:be )?commit"
    r"|\bought to be committed"
    r"|\bcommit(?:ted)? (?:it )?(?:later|soon|tomorrow|shortly)\b",
    re.I,
)
_WAS_TO = re.compile(
    r"\b(?:was|were) (?:\w+ ){0,2}(?:about|going|meaning|planning|intending) to (?:\w+ ){0,2}(?:commit|push|apply"
    r"|merge)",
    re.I,
)
_BROKEN = re.compile(
    r"\b(?:breaks?|broke|broken|breaking|fail(?:s|ed|ing)?) (?:the )?(?:\w+ ){0,2}(?:builds?|compilation|compile|CI"
    r"|boot"
    r"|bisect\w*)\b|\b(?:doesn't|does not|didn't|won't|fails to|failed to|no longer) (?:builds?|compiles?|apply|applies"
    r"|boots?)\b|\b(?:build|compilation|pipeline|CI) (?:failure|breakage|error|(?:is )?(?:now )?(?:broken|failing"
    r"|red)|fails)"
    r"\b|\bmakes? (?:the |my |our )?(?:\w+ ){0,2}(?:builds?|CI|boot) fail\b",
    re.I,
)
_NOT_BROKEN = re.compile(
    r"\b(?:fix(?:es|ed|ing)?|avoid\w*|prevent\w*|resolv\w*|unbreak\w*|address\w*)\b"
    r"|\b(?:potential|risk|danger|chance|possibility) (?:of|for)\b|\botherwise\b"
    r"|(?:n't|\bnot|\bnever|\bwithout|\bno) (?:\w+ ){0,2}(?:break\w*|broken?|fail\w*|(?:build|compilation|CI) (?:fail"
    r"|err|break))",
    re.I,
)
_MISSING_ACK = re.compile(
    r"\b(?:missing|lack(?:s|ing)?|needs?|requires?|don't have|do not have|(?:did|has|have)(?:n't| not) (?:\w+ )?(?:get"
    r"|got|gotten|receiv\w+|had|seen)|waiting for|wait for|awaiting|pending|wants?)\b[^.?]{0,40}?"
    rf"\b{_ACK}\b(?![ -]?tag please| comments?)"
    rf"|\b(?:cc|copy|add)(?:'?i?ng|-ing|'?ed|'?d)? [^.?]{{1,60}} for (?:\w+ ){{0,3}}{_ACK}\b"
    rf"|\b(?:any chance of|(?:can|could|may|might) (?:i|we) (?:please )?(?:have|get|ask for|bother you for)) "
    rf"(?:\w+ ){{0,2}}{_ACK}\b|\bi guess i (?:will|'ll) time out\b"
    rf"|(?:n't|\bnot|\bcannot) (?:\w+ ){{0,4}}without [^.?]{{0,30}}\b{_ACK}\b"
    rf"|\bno (?:\w+ )?{_ACK} (?:from|by|yet|so far)\b|\bping\b[^.?]{{0,20}}\b{_ACK}\b"
    r"|\b(?:nobody|no-?one|no one)(?: else)?(?: has| had)?(?: yet| so far)? (?:acked|reviewed|approved)\b"
    r"|\b(?:can|could|would|will) (?:an?|some|somebody|someone|any|anyone|one of)\b[^.?]{0,30}\b(?:ack|review"
    r"|approve)\b|\bwho(?:'s| is| will| would| can| could)\b[^.?]{0,20}\b(?:ack|review)\b"
    rf"|\b{_ACK}(?: (?:by|from|of) [^.?]{{1,50}})? (?:is|are|(?:would|will) (?:then )?be|still) (?:\w+ )?(?:needed"
    rf"|required|missing|outstanding|lacking"
    r"|pending)\b"
    r"|\b(?:has|have|was|were)(?:n't| not) (?:yet )?been (?:yet )?(?:\w+ )?(?:acked|reviewed|approved)\b",
    re.I,
)
_NOT_MISSING = re.compile(
    r"(?:n't|\bnot|\bno longer|\bnever|\bhardly) (?:\w+ ){0,2}(?:need|require|want|lack|miss|wait)"
    r"|\"needs? review\b|\bno need (?:for|of|to)|\b(?:i|we) (?:want(?:ed)?|need|have) to (?:\w+ )?review\b",
    re.I,
)
_REFUSED = re.compile(
    r"\bi'?(?:m| am) afraid i (?:can(?:'t|not)|won't) (?:take|apply|ack|commit|accept)|\bi (?:object"
    r"|oppose|veto)\b|\bi'?(?:m| am) (?:strongly |firmly )?(?:against|opposed)\b|(?:^|[.,;] )(?:(?:hard|strong"
    r"|soft|firm|big|clear|so|then|sorry,?|definite) )*(?:nack|nak)(?:[.!,;:]|$| (?:to|on|from|for|as|until"
    r"|unless|because)\b)"
    r"|\b(?:that's|that is|this is|it's|it is|gets?|consider (?:this|that|it)) (?:an? )?(?:\w+ )?na(?:c?k|cked"
    r"|ked)\b"
    r"|\bi(?:'m| am)? (?:\w+ ){0,4}?na(?:c?k|cking) (?:this|it|the (?:patch|series|change))\b"
    r"|\b(?:this|that|it|patch|series|change|approach)(?: is|'s|) (?:\w+ )?(?:not acceptable|isn't acceptable"
    r"|unacceptable)\b"
    r"|\bnot acceptable (?:to me|as is|in this form|like this)\b|\bplease (?:don't|do not) (?:commit|apply|take)\b"
    r"|\b(?:this|it|patch|series) (?:really |simply |clearly )?(?:can(?:'t|not)|must(?:n't| not)|should(?:n't| not))"
    r" (?:be (?:committed|applied|merged|taken)|go in)\b"
    r"|\bi can(?:'t|not) (?:really )?(?:take|apply|commit|accept) (?:this|it|that)\b"
    r"|\bi'?(?:m| am) (?:really )?not (?:ok|okay|happy|fine|comfortable) with (?:this|it|the \w+) (?:going in|being"
    r" (?:committed|applied|taken))|\ba (?:\w+ )?no from me\b"
    r"|\b(?:better|prefer(?:able)?|rather) to (?:postpone|defer)\b|\b(?:postpone|defer) (?:the |this |it)\b",
    re.I,
)
# Of the patch; "spin and wait for the other CPU" is about the code.
_WAIT = re.compile(
    r"\b(?:wants? to|should|let'?s|i'd|i would|i'll|i will|we'll|please|better|rather|going to|prefer to|needs? to"
    r"|has to|have to|ought to) (?:\w+ ){0,2}wait\b(?! (?:for|until|on) (?:the |all |an? |any |each |every |other )?"
    r"(?:\w*cpus?|locks?|timers?|events?|guests?|softirqs?|threads?|child\w*|process\w*|interrupts?|ipis?|irqs?"
    r"|completion|bit|flag|device|signal|memory|pages?)\b)"
    r"|\bwait (?:a )?(?:little|bit|while|few)\b"
    r"|\bwait for (?:further|more|others?|an? (?:ack|review)|feedback|(?:your|his|her|their|its) (?:ack|review|view"
    r"|input|feedback|reply)|v\d+)\b"
    r"|\bhold off\b|\bhold (?:this|it) (?:back|up)\b|\bput (?:this|it) on hold\b"
    r"|\bbefore (?:this|it|that|(?:the|this) (?:patch|series|change)|patch \d+)(?: can| could| should| may)?"
    r" (?:go(?:es)? in|land|be (?:committed|applied|merged|taken)|(?:is|gets?) (?:committed|applied|merged))\b",
    re.I,
)
_NOT_WAIT = re.compile(r"(?:n't|\bnot|\bnever|\bno|\bwithout) (?:\w+ ){0,3}wait", re.I)
_DISPUTE = re.compile(
    r"\bi beg to differ\b|\bi (?:strongly |firmly )?disagree\b|\bi'?(?:m| am) (?:\w+ ){0,2}not (?:\w+ )?convinced\b"
    r"|\bi (?:\w+ )?(?:don't|do not|can't|cannot) (?:really )?agree\b|\bthis is (?:plain |simply )?wrong\b"
    r"|^\W*(?:no,? )?that(?:'s| is) (?:plain |simply |just )?wrong\W*$",
    re.I,
)
_NEW_VERSION = re.compile(
    r"\bsent (?:a |the )?(?:new (?:version|revision)|v\d+)\b|\bi(?:'ll| will"
    r"|'m going to) (?:\w+ )?(?:send|post|submit|prepare|spin|re-?spin|re-?send)\b[^.]{0,20}\b(?:v\d+"
    r"|new|next|updated|revision|version)\b|\bsuperseded by\b|\bi(?:'ll| will) (?:\w+ )?re-?(?:spin|send|post|submit)\b"
    r"|^\W*will (?:\w+ )?(?:send|post|submit|prepare)\b[^.]{0,20}\b(?:v\d+|new|next|updated|revision|version)\b"
    r"|\bv\d+ (?:is |was |will be |to )?(?:on its way|coming|follow(?:s|ing)?|sent|posted)\b"
    r"|(?:^\W*|\bi'?)(?:will|'ll) (?:\w+ )?(?:fix|change|address|do|adjust|update|add|drop)\b[^.]{0,30}\b(?:in"
    r"|for) (?:v\d+"
    r"|the next (?:version|revision|round))\b",
    re.I,
)
_COMMITTED = re.compile(
    r"^\W*(?:(?:i|i've|have|has|had|thanks?|acked|reviewed|tested|and|so|with|it's|fixed|ok|okay|sure|sorry|anyway|it"
    r"|this|that"
    r"|these|those|they|both|all|the|whole|rest|of|series|set|patch|patches|patchset|is|are|was|were|been|now|just"
    r"|already|also|finally|meanwhile|v\d+)\b[\s,:#\d.&-]*)*"
    rf"{_IN}\b"
    rf"|\bi(?:'ve| have)(?: just| now| already| also| meanwhile| gone ahead and)* {_IN}\b"
    rf"|\bi (?:just |now |already |went ahead and |therefore |only )*{_IN} (?:{_IT}\b|#?\d|them\b|with\b)"
    rf"|\bi(?:'ve| have) \w+ed\b.{{0,80}}\band {_IN}\b|\b(?:acked|reviewed|pushed) and {_IN}\b"
    rf"|\balready {_IN} (?:{_IT}\b|#?\d)"
    rf"|\bpatch(?:set|es)? {_IN}\b|\b{_IT}(?: (?:#?\d[\d,#&-]*|and|to|&)){{0,9}} (?:has|have)(?: now| just| already"
    rf"| meanwhile)*"
    rf" (?:been {_IN}|gone in|landed)\b|\b{_IT} (?:just |already )?(?:went in|landed)\b|^\W*went in\b"
    rf"|^\W*(?:(?:it|this|that|these|those|they|both|all|the|series|set|patch|patches|patchset|is|are|now|already|have"
    r"|been)\W+)*in staging\b",
    re.I,
)
# Not in staging, or not yet: a branch of one's own, a condition, a denial, a trial.
_NOT_STAGING = re.compile(
    r"\bfor-next\b|\bfor-4\.\d+|\bmy (?:\w+ )?(?:branch|tree|queue)\b|\bqueued\b|\blocally\b"
    r"|\bto an? (?:\w+ )?(?:branch|tree)\b"
    rf"|\b(?:once|when|before|if|until|as soon as) (?:\w+ ){{0,4}}{_IN}\b"
    rf"|\b(?:once|when|before|after|if|until|as soon as) (?:\w+ ){{1,6}}(?:is|are|been|gets?) {_IN}\b"
    rf"|\b(?:should be|to be|not yet|be|being|gets?|could have been|having) (?:\w+ )?{_IN}\b"
    rf"|\b(?:not|n't)\b[^.]{{0,30}}\b{_IN}\b"
    r"|\bpatch(?:es)? applied on top\b|\bapplied\b.{0,40}\b(?:tested|tried|ran|built|fails?|conflicts?)\b",
    re.I,
)
_VETO_NOT = re.compile(
    r"\bnot (?:an? |going to |meant as an? |be )?(?:veto|nac?k)|\b(?:n't|not|without) (?:\w+ )?nac?king\b", re.I
)
_TAG = re.compile(r"\b[A-Za-z]+(?:-[A-Za-z]+){0,3}-by: [^<>]{0,80}<[^<>]{0,80}>?", re.I)
# The first of each row that fits names it; a sentence can tell of both ("Committed, but patch 3 lacks an ack").
_OBJECTS = (
    (NEEDS_RELEASE_ACK, _NEEDS_RELEASE_ACK, None),
    (BROKEN, _BROKEN, _NOT_BROKEN),
    (MISSING_ACK, _MISSING_ACK, _NOT_MISSING),
    (REFUSED, _REFUSED, None),
    (WAIT, _WAIT, _NOT_WAIT),
    (DISPUTE, _DISPUTE, None),
)
_TELLS = (
    (NO_RELEASE_ACK, _NO_RELEASE_ACK, None),
    (WILL_COMMIT, _WILL_COMMIT, _WAS_TO),
    (NEW_VERSION, _NEW_VERSION, None),
    (COMMITTED, _COMMITTED, _NOT_STAGING),
)
# The words that every COMMITTED sentence has one of, on a line that is not quoted; linear in its length.
_MERGED = re.compile(r"^(?!>).*\b(?:committ?ed|merged|applied|pushed|queued|gone in|went in|landed)\b", re.I | re.M)

# Whose word is missing: "an Ack from the VMX maintainers", "a tool stack side ack", "Roger's ack", "an Arm Ack"
_FROM = re.compile(
    r"\b(?:from|by|of) (?:the |some |an? |any )?(?P<who>[A-Z0-9][\w./&+'-]*(?: (?:and|or|&|side|maintainers?|folks"
    r"|people)\b| [A-Z][\w./&+'-]*){0,6}|(?:[\w./+-]+ ){0,2}(?:maintainers?|reviewers?|folks|people))",
)
_BEFORE = re.compile(
    r"\b(?:an?|the|your|some|another|proper|formal|necessary|lacking|missing|pending|needs?|still) "
    r"(?P<who>(?!release\b|proper\b|formal\b|maintainer\b|further\b|final\b|explicit\b)[A-Za-z0-9][\w./+-]*"
    r"(?: (?:stack|side|maintainers?|code|&|and|[A-Z]\w*))*)"
    r" (?:[Aa]cks?|ACKs?|[Rr]eviews?|[Rr]-b|[Aa]pprovals?)\b|(?P<owner>[A-Z]\w+)'s? (?:\w+ )?"
    r"(?:[Aa]ck|ACK|[Rr]eview|[Aa]pproval|R-b)\b"
)
_ARTICLE = re.compile(r"^(?:an?|the|your|another)\b ?", re.I)
_COPIED = re.compile(r"\b(?:[Cc][Cc]|[Cc]opy)(?:'?i?ng|-ing|'?ed|'?d)? (?:the )?(?P<who>[^.?:]{1,60}?) for\b")


def kinds_of(sentence: str) -> tuple[str, ...]:
    """What a sentence says about the fate of a patch: an objection, a notice, both, or nothing."""
    if len(sentence) > _MAX_SENTENCE or _VETO_NOT.search(sentence):
        return ()
    sentence = _TAG.sub("", sentence)  # "needs adjusting:" above an Acked-by does not need an ack
    told = _first(_TELLS, sentence)
    objects = _first(_OBJECTS, sentence)
    if sentence.rstrip().endswith("?"):
        told = None
    if (told == WILL_COMMIT and objects in (WAIT, REFUSED)) or told == NO_RELEASE_ACK:
        objects = None  # "I'll commit this unless I hear otherwise" is consent by silence
    return tuple(kind for kind in (objects, told) if kind is not None)


def _first(row: tuple[tuple[str, re.Pattern[str], re.Pattern[str] | None], ...], sentence: str) -> str | None:
    for kind, pattern, unless in row:
        if pattern.search(sentence):
            if unless is None or not unless.search(sentence):
                return kind
            if kind == COMMITTED:
                return None
    return None


def leads_into_tag(sentence: str) -> bool:
    """Whether a tag is part of a sentence, which then leads into it."""
    return bool(_TAG.search(sentence))


def whose(sentence: str) -> str | None:
    """Whose approval a sentence finds missing, in its words; None where it names nobody."""
    for pattern in (_FROM, _COPIED, _BEFORE):
        found = pattern.search(sentence)
        named = next((word for word in found.groupdict().values() if word), None) if found else None
        if named:
            return _ARTICLE.sub("", named).removesuffix(" side").strip(" .,") or None
    return None


def may_tell_of_merge(body: str) -> bool:
    """Whether a mail may say that a patch went in: cheap, for callers that do not read it where it cannot."""
    return _MERGED.search(body) is not None
