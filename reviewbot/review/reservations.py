"""The reservation in the words around a tag: none, required or preferred, and what would lift it.

Read from the words before the tag (same sentence, or the paragraph that leads into it) and from those after it. The
tables hold the phrases of xen-devel and what each does; the facts page "How Xen maintainers give tags" is the source.
"""

from __future__ import annotations

from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.review.words import fold, sentences

EDIT, AUTHOR, OUTSIDE, NEXT_VERSION = "edit", "author", "outside", "next-version"


class Reservation(NamedTuple):
    """condition: the words; strength: "required" or "preferred"; waits: edit, author, outside or next-version."""

    condition: str
    strength: str
    waits: str


# "Irrespective of these remarks:", "Either way": the remarks above do not bind the tag.
_CANCELLED = re.compile(
    r"\b(?:irrespective|regardless|in any ?case|anyhow|anyway|nevertheless|nonetheless|despite|either way"
    r"|with or without|even without|even if|independent(?:ly)? of|whether or not|no need to|notwithstanding"
    r"|feel free to (?:ignore|disregard)|with [^,.:;]{0,60}\b(?:now|already|since) (?:\w+ )?(?:\w+ed|done|taken|gone"
    r"|dealt)"
    r"|(?:already|now) (?:addressed|fixed|dealt with|taken care of|resolved))\b",
    re.I,
)
# "Preferably with the naming adjusted:": given, the edit is a wish. "Nice to have this in 4.22" is none: it says why.
_PREFERRED = re.compile(
    r"\b(?:prefer(?:ably|ed|red)?|ideally|optional(?:ly)?|if (?:at all )?possible|(?:would|'d) (?:also )?be (?:nice"
    r"|good)(?! to have (?:this|it|in)\b)|nice-to-have"
    r"|at your discretion|best with"
    r"|up to you|not an? (?:\w+ )?requirement|(?:perhaps|maybe|possibly),? (?:\w+ )?with(?:out)?)\b",
    re.I,
)
# Idioms with "with", "if" and the like that set no condition.
_IDIOM = re.compile(
    r"\bonce (?:again|more)\b|\bif you (?:really )?(?:want|like|prefer|insist)\b"
    r"|\bwith (?:the|that|your|this) (?:\w+ )?(?:caveat|explanation|clarification|background|context)\b"
    r"[^,.:;]{0,60}|\bwith (?:all )?(?:that|this) (?:being )?said\b|\bwith (?:my|the) [\w ]{1,30}\bhats?\b"
    r"|\bwith (?:kind|best|many|warm) regards\b"
    r"|\bwith (?:many )?thanks\b|\bwith pleasure\b|\bwith respect to\b|\bif (?:i|my|we) (?:read|recall"
    r"|remember|understand)[^,.]{0,40}"
    r"|\bif it (?:matters|helps|counts|is of any)[^,.:]{0,20}|\bas if\b|\bif anything\b|\bif at all\b(?! possible)"
    r"|\bwith (?:the|an?) (?:plan|intention|intent|aim|goal|hope) (?:to|of|that)\b[^,.:;]{0,80}"
    r"|\bif any\b|\bafter (?:some |further |more |much )?(?:thinking|thought|looking|consideration|reading|reviewing"
    r"|checking|discuss\w+|having|going|an? \w+ (?:look|of \w+))\b[^,.:]{0,60}"
    r"|\bif (?:that|this)(?:'s| is) what\b[^,.:]{0,40}|\b(?:if|unless) i(?:'m| am) (?:not )?(?:mistaken|wrong"
    r"|missing)\b"
    r"[^,.:]{0,40}"
    r"|\bwith (?:the|your|these) (?:latest|current|recent|newest) (?:changes?|versions?|revision|updates?|state)\b"
    r"|(?:^|[,.;] ?|\bi'?m |\bi am )(?:okay|ok|fine|happy|good) with (?:me|us|it)\b"
    r"|(?:^|[,.;] ?|\b(?:i|we)(?:'m|'re| am| are) (?:\w+ )?)(?:okay|ok|fine|happy|good|comfortable) with (?:both"
    r"|either|any|all|(?:this|that|it|these)(?=[,.:;]|$"
    r"| (?:as|now|either|so|going|version|patch|approach|change)\b))"
    r"|\b(?:not worth|no need for|no reason for|without) (?:\w+ )?(?:an? |another )?(?:re-?spin|re-?send|v\d+"
    r"|new version)\b"
    r"|\bother than [^,.:]{0,30}\bi (?:do not|don't|have no)\b"
    r"|\bwithout (?:any )?(?:further|doubt|hesitation|having|testing|objections?|looking|really|being)\b[^,.:]{0,40}"
    r"|\bif (?:it's |it is )?(?:still )?(?:needed|necessary|required|of (?:any )?(?:use|help))\b",
    re.I,
)
# A clause opens with the word that sets the condition: at the start, or behind a comma, a bracket, "so", "and", ...
_OPEN = (
    r"(?:^|[,;:(.\u2014-]\s*|\b(?:so|and|but|then|hence|thus|therefore|definitely|ok|okay|also|again"
    r"|lgtm|good|fine|me|patch|albeit|even|together|along|yes|right|sure|only|again)[,.:]?\s+)"
)
_CLAUSE = re.compile(
    _OPEN + r"(?:with|without|bar(?:ring)?|save for|excluding|otherwise|other ?than|apart from|aside from|besides"
    r"|except(?:ing)?(?: for)?|if"
    r"|once|after|when"
    r"|as long as|so long as|unless|until|beyond|minus)\b|(?:^|[,;:(] ?|\b(?:so|and|but) )w/(?= ?\w)",
    re.I,
)
# These bind wherever they stand.
_ANYWHERE = re.compile(
    r"\b(?:provided|providing|assuming|subject to|modulo|on (?:the )?(?:condition|understanding|assumption|premise"
    r"|basis)"
    r"|with (?:the|that|an?) (?:\w+ )?understanding"
    r"|conditional(?:ly)? (?:on|upon)|pending|contingent"
    r"|under the (?:condition|assumption)|in case you)\b",
    re.I,
)
# "looks good with that fixed": a participle after "with" says that something is still to be done.
_WITH_DONE = re.compile(
    r"\bwith\b[^.;:]{0,160}?\b(?:adjusted|dropped|fixed(?: up)?|changed|corrected|addressed|removed"
    r"|moved|solved|taken care|reverted|updated"
    r"|added|folded|applied|resolved|clarified|renamed|replaced|amended|sorted|switched|expanded"
    r"|extended|reworded|split|cleaned"
    r"|tweaked|converted|improved|mentioned|avoided|squashed|inserted|restored|dealt with|in place|done|made)\b",
    re.I,
)
# "(can be done on commit):" leading into a tag: what was asked above is still to be done.
_ON_COMMIT = re.compile(
    r"\b(?:done|do|fix(?:ed)?|adjust(?:ed)?|chang(?:ed?)|drop(?:ped)?|fold(?:ed)?|address(?:ed)?|correct(?:ed)?"
    r"|tweak(?:ed)?|handled?|amend(?:ed)?|modif(?:y|ied)|updated?|tidy|tidied|sort(?:ed)?|take(?:n)? care|edit(?:ed"
    r"|s)?|add(?:ed)?|made|make)"
    r"(?: up| of)?(?: \w+){0,4} (?:on|while|when|upon|during|at) commit",
    re.I,
)
# "Fix that and you can have my", "Please drop the cast, and add": the tag is the reward of an edit.
_DO_AND = re.compile(
    r"^(?:please |just |simply |so )*(?:fix|drop|remove|change|rename|adjust|correct|re-?word|replace|move|update"
    r"|address"
    r"|split|fold|convert|switch|insert|delete|re-?indent|tidy|clean|do|make|use|extend|mention|add (?!my|the tag"
    r"|tag))\b"
    r"[^.;]{0,80}?,? and(?: then)?(?: (?:you|add|feel free|have|take|keep|here|i'?m|i am|it'?s)\b[^.;]{0,40})?[ :,]*$",
    re.I,
)
_GIVING = r"(?:give|offer|provide|hand out|grant|send|add|put|have given|supply)"
# "Not quite yet", "I can't offer", "I was about to give": what follows is named, not given.
_DENIED = re.compile(
    rf"^(?:so |but |and |still )?(?:no|not|almost|nearly|not (?:quite|yet|quite yet)|as good as)$"
    rf"|\b(?:can't|cannot|can not|won't|will not|wouldn't|don't|do not|not going to|not willing to|not ready to"
    r"|unable to"
    rf"|about to|was going to|would have|i'd|i would|could have|might|may be able to"
    rf"|hesitate to) (?:\w+ ){{0,2}}{_GIVING}"
    rf"\b[^.;:!?,]{{0,30}}$",
    re.I,
)
_THEN = re.compile(
    r"^(?:(?:and|but|ok|okay|right|so|well|yes|sure|fine|great|good|thanks?|i see"
    r"|ah)[,.:!]* )*then\b[,:. ]*$",
    re.I,
)
_WITH_THAT = re.compile(r"\b(?:with|given) (?:that|this|those|these|both|it|all that)\b[,:. ]*$", re.I)

_NEXT = re.compile(
    r"\b(?:next|new|updated|another|following) (?:version|revision|round|iteration|re-?spin|posting"
    r"|re-?post|submission|v\d+)\b"
    r"|\b(?:in|for|to|with) (?:the |your )?v\d+\b|\b(?:re-?spin|re-?send|re-?post|re-?submit)\b"
    r"|\bno (?:other|further|more) (?:modifications?|changes?)\b|\bif you decide to\b",
    re.I,
)
# "The next version addressed my comments." tells; it puts nothing off.
_NEXT_CAME = re.compile(
    r"\b(?:version|revision|v\d+|round|iteration) (?:has |have |now |already |also )*(?:addressed|addresses|fixed|fixes"
    r"|resolved|resolves|looks?|took|takes|did|does|is|was)\b",
    re.I,
)
_AUTHOR = re.compile(
    r"\b(?:if|assuming|provided|(?:as|so) long as|unless|in case)\b[^.;]{0,40}?\b(?:you(?:'re| are)?"
    r"|the author)\b[^.;]{0,20}?"
    r"\b(?:agree|happy|ok|okay|fine|good with|on board|no objections?|don'?t object|object|mind|accept|concur)\b"
    r"|\bif (?:that|this|it)(?:'s| is)? (?:ok|okay|fine|good|agreeable|acceptable"
    r"|works)\b[^.;]{0,20}\byou\b|\bif agreed\b",
    re.I,
)
_OUTSIDE = re.compile(
    r"\b(?:test(?:s|ed|ing)?(?: shows?| results?| confirms?)?|results?|CI|pipeline|re-?offered|follow-?ups?"
    r"|no(?:body|-?one| one| other)?(?: else)? (?:objections?|minds?)|objects?|objections?|disagrees?|further comments?"
    r"|regressions?|\w+ (?:folks|people|guys|side)|agreement|th(?:ink|ought)s? otherwise|depend(?:ent|ing) patch\w*"
    r"|patch(?:es)? (?:is|are|has|have|goes|gets?|got) (?:gone |been )?in"
    r"|(?:earlier|previous|preceding|prior|other|prerequisite|dependent) patch(?:es)?"
    r"|(?:release[- ]|an? |\w+'s? (?:\w+ )?)(?:ack|r-?b|a-?b|approval|consent|blessing|okay)|re-?opens?|opens?(?: up)?"
    r"|branch(?:ed|es|ing)|understanding|assumption|premise"
    r"|(?:proper|proper|other|another|someone|maintainer)[\w' -]{0,20} (?:review|ack|acks|acked|r-?b"
    r"|a-?b)|acked-by|reviewed-by|proper \w+|others?(?: are| is|')? (?:happy|fine|okay|ok|agree)"
    r"|(?:necessary|needed|missing|required|remaining|outstanding|usual) (?:\w+ )?(?:acks?|r-?bs?|a-?bs?|reviews?"
    r"|approvals?)|(?:is|are|gets?|been|being) (?:properly |suitably |otherwise )?(?:reviewed|acked|approved)"
    r"|committed|go(?:es)? in|gone in|went in|(?:rest|remainder) of the (?:\w+ )?series|prereq\w*"
    r"|dependenc\w+|release manager|legal"
    r"|wait (?:for|until)|oss?test|wrong|confirmed|confirms?"
    r"|maintainers? (?:agrees?|acks?|(?:is|are) (?:happy|fine|ok|okay)))\b",
    re.I,
)
_ACKS_IN_PLACE = re.compile(
    r"\b(?:acks?|r-?bs?|a-?bs?|reviews?|approvals?) (?:\w+ )?(?:in place|obtained|collected|added|given"
    r"|provided)\b",
    re.I,
)
# A name right after the word: "If Andrew has no objections", "Assuming Julien is okay".
_NAMED = re.compile(
    r"\b(?:[Ii]f|[Aa]ssuming|[Pp]rovided|[Uu]nless|[Oo]nce|[Aa]s long as)(?: that)? (?!The\b|This\b"
    r"|That\b|You\b|It\b|I\b|We\b|There\b|No\b|So\b|CI\b|A\b|An\b|Xen\b)"
    r"(?P<who>[A-Z][\w'-]+(?:(?:,| and| or| &) [A-Z][\w'-]+)*)(?:'s)? (?:has|have|is|are|agrees?|acks?|doesn't|doesn’t"
    r"|disagrees?|minds?|does|thinks|confirms?|objects?|will|can|gives?|says)\b"
)
_AFTER = re.compile(
    r"^[\s,;(.\-\u2014]*(?:(?:and|but|though|although)\s+)?(?:(?:again|also|only|just|ideally|even)\s+)?"
    r"(?:with(?!out)|albeit|provided|providing|assuming|preferably|ideally|once|if|subject to|modulo"
    r"|apart from|other than|except"
    r"|(?:as|so) long as|pending|conditional|but|though|although|after|unless|until|when|(?:perhaps|possibly"
    r"|maybe),? with"
    r"|bar(?:ring)?|save for|on the|for v\d+)\b|^[\s,;(.\-\u2014]*w/ ?\w",
    re.I,
)
# Finished sentences that lead into the tag below them: "Otherwise LGTM.", "With that fixed it looks good."
_LEADS_ANYWAY = re.compile(
    r"^(?:so |but )?(?:otherwise|other than|apart from|aside from|besides|except|with (?!regards"
    r"|thanks|that said|that being)|then\b|provided|assuming|preferably|ideally)",
    re.I,
)
# "For the x86 part, please add my R-b." above the tag itself
_HAVE_MY = re.compile(
    r"\b(?:add|have|take|use|put|get)\b[^.]{0,12}\bmy (?:r-?b|a-?b|t-?b|ack|tag|review\w*|acked)\b", re.I
)
# "Preferably with ...", "Albeit ...", "With the typo fixed, of course." below a tag
_FRAGMENT = re.compile(
    r"(?:(?:and|but|of course|though)[ ,]+)?(?:preferably|ideally|albeit|provided|subject to|conditional"
    r"|only (?:if|once|with)|with)\b",
    re.I,
)
_MAIN_CLAUSE = re.compile(r", (?:i|we|it|this|that|there|the|they|you)\b", re.I)
_APPROVES = re.compile(r"\b(?:LGTM|looks?|good|fine|okay|ok|happy|happily|acceptable)\b", re.I)
_TELLING = re.compile(r"(?:so |but )?with\b", re.I)  # "With this the series is symmetric again." sets nothing
_PERSON = re.compile(r"[A-Z][\w-]+")
_VERSION = re.compile(r"\bv(\d{1,3})\b")
_HANGING = re.compile(r"\b(?:albeit|but|with)[\s,]*$", re.I)  # before "preferably"
_SHORT = 40  # characters of a sentence that is hardly more than "With that."
_REGARDS = re.compile(r"^[\s,;]*with (?:kind|best|many|warm|thanks)\b", re.I)
_CONNECTIVE = re.compile(
    r"^(?:(?:and|but|so|then|thus|hence|therefore|ok|okay|right|well|yes|sure|fine|great|good"
    r"|thanks?(?: you)?|cheers|lgtm|fwiw|i see)[,.:!;\s]*)+$",
    re.I,
)
_SCOPED_SIDE = re.compile(
    r"\b(?:side|parts?|bits?|portions?|pieces?|half) (?:of|in) (?:the|this) (?:patch|series|change)\b", re.I
)


def reservation(lead: str, tail: str, promise: str) -> Reservation | None:
    """What binds a tag.

    lead:    running text before it that leads into it, "" for none
    tail:    running text after it, with what a "..." continues
    promise: the sentence quoted right above in which somebody else promised something, "" for none
    """
    before = _lead_clause(lead)
    after = tail if _AFTER.match(tail) and not _REGARDS.match(tail) else ""
    first = _classify(before, promise)
    second = _classify_tail(after)
    if first is None or (first.strength == "preferred" and second is not None and second.strength == "required"):
        return second
    return first


def leads_into_tag(sentence: str) -> bool:
    """Whether a finished sentence above a tag speaks of it all the same: "Otherwise LGTM.", "Will fix on commit."."""
    if (_ON_COMMIT.search(sentence) and not _CANCELLED.search(sentence)) or _HAVE_MY.search(sentence):
        return True
    if not _LEADS_ANYWAY.match(sentence):
        return False
    telling = _TELLING.match(sentence)
    return not telling or len(sentence) < _SHORT or bool(_WITH_DONE.search(sentence) or _APPROVES.search(sentence))


def follows_tag(sentence: str) -> bool:
    """Whether a sentence that stands by itself below a tag speaks of it: "Ideally, with the doc improved."."""
    if not _FRAGMENT.match(sentence):
        return False
    return not _TELLING.match(sentence) or (bool(_WITH_DONE.search(sentence)) and not _MAIN_CLAUSE.search(sentence))


def denied(lead: str) -> bool:
    """Whether the words before a tag say that it is not given ("I can't offer", "Not quite yet")."""
    pieces = sentences(fold(lead))
    return bool(pieces) and bool(_DENIED.search(pieces[-1].strip(" \"'`(*")))


def named_people(condition: str) -> tuple[str, ...]:
    """The people on whose word a condition depends: "If Andrew has no objections"."""
    found = _NAMED.search(condition)
    return tuple(_PERSON.findall(found["who"])) if found else ()


def versions_in(condition: str) -> tuple[int, ...]:
    """The versions that a condition names: "for v3"."""
    return tuple(int(number) for number in _VERSION.findall(condition))


def _lead_clause(lead: str) -> str:
    """The last sentence of the words before the tag; with the one before it where the last is but a connective."""
    pieces = list(sentences(fold(lead)))
    if not pieces:
        return ""
    chosen = pieces[-1]
    at = len(pieces) - 2
    while at >= 0 and _CONNECTIVE.match(chosen) and not _THEN.match(chosen):
        chosen = f"{pieces[at]} {chosen}"
        at -= 1
    return chosen


def _classify(clause: str, promise: str) -> Reservation | None:
    """The reservation that the words before a tag make."""
    if _resolves(clause) and promise:
        return Reservation(promise, "required", EDIT)
    if not clause:
        return None
    text = _IDIOM.sub(" ", clause)
    condition = clause.rstrip(" :,")
    lowered = _PREFERRED.search(text)
    firm = text[: lowered.start()] if lowered else text
    firm = _CANCELLED.sub(" ", firm) if _CANCELLED.search(firm) and not lowered else firm
    if _CANCELLED.search(text) and not lowered:
        return None
    if lowered and not _binds(_HANGING.sub("", firm.strip())):
        return Reservation(condition, "preferred", EDIT)
    if _THEN.match(clause.strip()):
        return Reservation(promise or condition, "required", EDIT)
    if _puts_off(text):
        return Reservation(condition, "required", NEXT_VERSION)
    if not _binds(text):
        return None
    return Reservation(condition, "required", _waits(text))


def _puts_off(text: str) -> bool:
    """Whether words give a tag to the next version only."""
    return bool(_NEXT.search(text)) and not _WITH_DONE.search(text) and not _NEXT_CAME.search(text)


def _resolves(clause: str) -> bool:
    """Whether the words (or their lack) take up what is quoted right above: "Then:", "Ok. With that:", "Thanks."."""
    return not clause or bool(
        _THEN.match(clause) or _CONNECTIVE.match(clause) or (_WITH_THAT.search(clause) and len(clause) < 40)
    )


def _binds(text: str) -> bool:
    """Whether words set a condition."""
    text = text.strip()
    if _ANYWHERE.search(text) or _WITH_DONE.search(text) or _ON_COMMIT.search(text) or _DO_AND.match(text):
        return True
    found = _CLAUSE.search(text)
    if found is None:
        return False
    if "otherwise" in found.group().lower() and _SCOPED_SIDE.search(text):
        return len(list(_CLAUSE.finditer(text))) > 1  # "Otherwise the tool side looks fine, so:" tells the scope
    return True


def _waits(text: str) -> str:
    """What would lift a condition."""
    if _AUTHOR.search(text):
        return AUTHOR
    if _NAMED.search(text):
        return OUTSIDE
    found = _OUTSIDE.search(text)
    if found and (not _WITH_DONE.search(text) or _ACKS_IN_PLACE.search(text)):
        return OUTSIDE
    return NEXT_VERSION if _NEXT.search(text) else EDIT


def _classify_tail(tail: str) -> Reservation | None:
    """The reservation that the words after a tag make."""
    if not tail:
        return None
    condition = fold(tail).strip(" ,;(").rstrip(" :")
    text = _IDIOM.sub(" ", condition)
    if not text.strip() or (_CANCELLED.search(text) and not _PREFERRED.search(text)):
        return None
    lowered = _PREFERRED.search(text)
    if lowered and not _CLAUSE.search(text[: lowered.start()]):
        return Reservation(condition, "preferred", EDIT)
    if _puts_off(text):
        return Reservation(condition, "required", NEXT_VERSION)
    return Reservation(condition, "required", _waits(text))
