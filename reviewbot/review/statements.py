"""Tags given, kept or taken back in prose: "My R-b stands", "I withdraw my ack", "Yes." to "may I add your tag?"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.review.names import ACKED, RELEASE_ACKED, REVIEWED, TESTED, canonical
from reviewbot.review.quoting import Block, View
from reviewbot.review.reservations import NEXT_VERSION, Reservation, reservation
from reviewbot.review.words import fold, paragraphs, prose_of, sentences

REAFFIRMED, WITHDRAWN, DROPPED, INFORMAL, AGREED_TO, WIDENED, DOUBTED = (
    "re-affirmed", "withdrawn", "dropped", "informal", "agreed-to", "widened", "doubted",
)  # fmt: skip

# How people call a tag in prose.
_TAG = (
    r"(?P<tag>release[- ]?ack(?:ed-by)?|r-?ack(?:ed-by)?|r-?v?-?b(?:y|t)?|a-?b(?:y)?|t-?b(?:y)?"
    r"|reviewed-?by|acked-?by|tested-?by"
    r"|acks?|review(?:ed)?[- ](?:tag|by)|tags?)(?:'?s)?(?: tags?)?(?![\w/-])"
)
_MINE = r"(?:my|the|that|this)(?: (?:earlier|previous|existing|own|provided|given))?"

# Every statement below has one of these; what has none, most sentences, needs none of the long patterns.
_MAY_SPEAK = re.compile(
    r"ack|review|test|tag|\b[rat]-?(?:v-?)?b|scratch|spoke|ignore|disregard|back"
    r"|\bfor (?:the |this )?(?:whole|entire|full|complete|all)\b",
    re.I,
)
# "My R-b stands with that movement.", "My ack still stands."
_STANDS = re.compile(
    rf"(?:\bmy (?:\w+ )?|^(?:the |and |so )?){_TAG}(?:(?! no| not| never)(?: \w+){{0,2}}) (?:stands?|holds?|remains?"
    rf"|appl(?:y|ies)|is (?:still )?valid|can (?:stay|be kept|remain|be retained)|stays?|being kept)\b",
    re.I,
)
# "you can keep my R-b if you go this way", "Feel free to retain the R-b if ..."
_KEEP = re.compile(rf"\b(?:keep|retain|preserve|carry(?: over| forward)?|maintain|leave)(?: on)? {_MINE} {_TAG}", re.I)
# "Feel free to add my tag", "please add my R-b", "merge it with my RBT"
_ADD = re.compile(rf"\b(?:add|put|take|have|include|record|attach|apply|use|count|with)(?: in)? my {_TAG}", re.I)
_WITHDRAW = re.compile(
    rf"\b(?:withdraw(?:ing|n)?|retract(?:ing)?|rescind(?:ing)?|revok(?:e|ing)|tak(?:e|ing) back|invalidates|scratch"
    r"|cancel(?:ling)?)"
    rf" {_MINE} {_TAG}"
    r"|\b(?:withdraw(?:ing)?|retract(?:ing)?|rescind(?:ing)?|revok(?:e|ing)) my (?P<word>review)\b(?! comment| remark)"
    rf"|\bplease (?:also )?(?:drop|remove|strip|don't (?:keep|carry)) (?:the|that|this) "
    rf"{_TAG.replace('?P<tag>', '?P<its>')}(?! (?:of|from|by)\b)"
    rf"|\b(?:drop|remove|strip|disregard|ignore|do not (?:keep|carry|add)|don't (?:keep|carry"
    rf"|add)) my {_TAG.replace('?P<tag>', '?P<other>')}"
    rf"|\btak(?:e|ing) my {_TAG.replace('?P<tag>', '?P<third>')} back\b",
    re.I,
)
# "My R-b no longer applies.", "Consider my ack withdrawn.", "I can't stand by my R-b any longer."
_VOID = re.compile(
    rf"\bmy {_TAG} (?:(?:no longer|doesn't|does not|can't|cannot|won't) (?:\w+ )?(?:stands?|appl(?:y|ies)|holds?"
    r"|valid|stay|be kept)"
    rf"|(?:is|being|as|be|should be) (?:hereby |therefore |thus |now )?(?:dropped|withdrawn|void|invalid|retracted"
    r"|revoked"
    rf"|rescinded|off|gone|no longer valid)|withdrawn|retracted|dropped)\b|^(?:so |hence "
    rf"|thus )?{_TAG.replace('?P<tag>', '?P<alone>')} (?:is )?(?:withdrawn|retracted|revoked)\b"
    rf"|\b(?:can't|cannot|can no longer|couldn't) (?:really )?(?:stand (?:by|behind)|keep|uphold|maintain|give) my "
    rf"{_TAG.replace('?P<tag>', '?P<other>')}",
    re.I,
)
# A threat, a question, or what somebody else did: nothing is taken back. "Can you please drop my R-b?" does.
_ONLY_THREAT = re.compile(
    r"\b(?:if|unless|in case|otherwise|or else)\b.{0,200}\b(?:i'll|i'd|i will|i would|i might|i may|i shall|will"
    r"|would)\b"
    r"|\b(?:i'll|i'd|i will|i would|i might|i may) (?:\w+ ){0,3}(?:withdraw|retract|revoke|rescind|take back|cancel)\b"
    r".{0,100}\b(?:if|unless|in case)\b|^(?:and |but |so |hmm,? )?(?:why|when|where|should|did|does|do|shall|would"
    r"|was|how)\b"
    r"|\b(?:why did|did you|you (?:have )?(?:dropp|remov|stripp)|wouldn't|would not|want(?:ed)? you to|reason to"
    r"|need to (?:drop|remove|strip))\b",
    re.I,
)
# "I take that back.", "Scratch that.", "I was too quick with my R-b": a tag may be meant, or another remark.
_PERHAPS_BACK = re.compile(
    rf"^(?:(?:hmm+|sorry|actually|oh|ah|oops|no|wait|well|so|and|but|please|on second thoughts?)[,.:! ]+)*(?:i(?:'ll"
    r"| will|"
    rf" have to| need to)? take (?:that|this|it) back|scratch (?:that|this)|(?:i )?spoke too (?:soon|early)"
    r"|(?:please )?"
    rf"(?:ignore|disregard) (?:that|this|my (?:earlier|previous|last) (?:mail|reply|email|message)))\b"
    rf"|\b(?:too (?:quick|early|hasty|fast|soon)|premature|hasty)\b.{{0,30}}\bmy {_TAG}"
    rf"|\bmy {_TAG.replace('?P<tag>', '?P<other>')}.{{0,30}}\b(?:premature|too (?:quick|early|hasty|soon)|hasty"
    r"|in error|a mistake"
    rf"|by mistake)\b|\b(?:rather not have|don't want|do not want"
    rf"|prefer not to have) my {_TAG.replace('?P<tag>', '?P<third>')}"
    rf" (?:on|in|with|there|added|here|applied)\b|\bmy {_TAG.replace('?P<tag>', '?P<due>')} (?:needs?|should|must"
    r"|ought|has|had|wants?|to)\b"
    rf"(?: \w+){{0,3}} (?:dropp|remov|withdraw|retract|not (?:be|have been) (?:kept|carried|retained))"
    rf"|\b(?:should|ought)(?: not|n't)(?: to)? (?:have )?(?:kept|keep|carried|carry|retained|retain|added"
    rf"|add) my {_TAG.replace('?P<tag>', '?P<over>')}",
    re.I,
)
# "I don't recall giving this R-b", "That's not what I gave my R-b for": a tag that the patch carries is disowned.
_DISOWNED = re.compile(
    rf"\b(?:don't|do not|didn't|did not|never|can't|cannot) (?:\w+ )?(?:recall|remember|give|given|gave|giving"
    rf"|send|sent|offer|offered|provide|provided)\b[^.]{{0,40}}?\b(?:my|this|that|any|an?|the|such an?) {_TAG}"
    rf"|\b(?:isn't|is not|not|wasn't) what (?:i|my)\b[^.]{{0,12}}?\b{_TAG.replace('?P<tag>', '?P<what>')}"
    rf"|\bonly (?:gave|given|provided|offered) (?:an?|my) {_TAG.replace('?P<tag>', '?P<once>')} (?:on|for|to)\b"
    rf"|\b(?:don't|do not) (?:think|believe|see)\b[^.]{{0,30}}?\bmy {_TAG.replace('?P<tag>', '?P<valid>')}\b"
    r"[^.]{0,12}?\b(?:appl|hold|stand|valid)",
    re.I,
)
_NEGATED = re.compile(r"(?:\b(?:not|never|without|before|whether|instead of|no need to)|n't) (?:\w+ ){0,3}$", re.I)
# "so I withdraw my R-b for the libxl_x86.c hunk"
_FOR_PART = re.compile(r"\bfor (?:the |this )?(?P<what>[\w./-]+(?: [\w./-]+)?) (?:hunk|part|bit|file|change)s?\b", re.I)
# "Acked and committed.", "Reviewed and applied", "A-by me"
_DONE = re.compile(
    r"^(?:(?:so|lgtm|looks (?:good|fine|okay|ok)(?: to me)?|fine|good),? )?(?P<tag>acked|reviewed|tested|ack)(?:(?:,"
    r"| and|, and) (?:\w+ ){0,2}(?:committed|applied"
    r"|pushed|merged|queued|tested))?(?: (?:for|on) (?:the )?[\w/-]+(?: (?:side|parts?|bits?))?)?[.!]?$"
    r"|^(?:lgtm|looks good(?: to me)?|fine|good),? (?P<short>r-b|a-b|acked|ack)[.!]?$",
    re.I,
)
_BY_ME = re.compile(
    r"\b(?P<tag>r-?b(?:y)?|a-?b(?:y)?|acked(?:[- ]by)?|reviewed(?:[- ]by)?|release[- ]ack|ack) (?:from |by )?(?:me\b"
    r"|my side\b)",
    re.I,
)
# "Consider it acked.", "take this as my ack", "I hereby ack this", "I'm happy to ack this", "And my R-b too."
_OFFERED = re.compile(
    rf"\b(?:consider|count|treat|regard|take) (?:this|that|it|the (?:patch|series)) (?:as )?(?:an? |my )?{_TAG}"
    rf"|\b(?:consider|count|treat) (?:this|that|it|the (?:patch|series)) (?:as )?(?P<done>release[- ]acked|acked"
    r"|reviewed|ack'?ed)\b"
    rf"|\b(?:i(?:'m| am) )?(?:happy|glad|willing|fine|okay|ok) (?:to|with) (?P<verb>ack|giv(?:e|ing) (?:an? "
    r"|my )?(?:ack|r-b|reviewed-by))\b"
    rf"|\bi (?:hereby |can |will |do )(?P<act>ack) (?:this|it|the (?:patch|series))\b"
    rf"|^(?:and |so |then |plus |here's |here is )?my {_TAG.replace('?P<tag>', '?P<mine>')}(?: too| as well| then"
    r"| if\b| with\b| once\b|[.!]?$)"
    rf"|\b(?:you(?:'ve| have)? g[eo]t|i'?(?:m| am) giving) my {_TAG.replace('?P<tag>', '?P<got>')}"
    rf"|\b(?:stick|slap|paste|tack|use|put|throw) (?:in )?my {_TAG.replace('?P<tag>', '?P<stuck>')}",
    re.I,
)
# "That was for the whole patchset, sorry for not being clear."
_WIDENS = re.compile(
    r"\b(?:that|this|it|which|mine|my (?:tag|ack|r-?by?|r-b)) (?:was|is|were|goes) (?:meant "
    r"|intended )?(?:to be )?for (?:the |this )?(?:whole|entire|full|complete|all)\b",
    re.I,
)
_KEEP_CONDITION = re.compile(r"\b(?:if|provided|as long as|assuming|when|once|unless)\b", re.I)
_FOR_LATER = re.compile(
    r"\b(?:if|provided|as long as|assuming|when|once|unless|but|though|although|however)\b|(?:'d| would) be\b", re.I
)
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
_PROPOSES = re.compile(r"(?:and |but |so )?(?:how|what) about\b|(?:should|shall|could|can|would) (?:i|we|you)\b", re.I)
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


class Statement(NamedTuple):
    """A sentence that gives, keeps or takes back a tag.

    kind: re-affirmed, withdrawn, doubted (may be withdrawn), dropped (by the patch's author), informal, agreed-to
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
    if not _MAY_SPEAK.search(sentence):
        return None
    withdrawn = _WITHDRAW.search(sentence) or _VOID.search(sentence)
    if withdrawn and not _NEGATED.search(sentence[: withdrawn.start()]) and not _ONLY_THREAT.search(sentence):
        part = _FOR_PART.search(sentence)
        scope = part["what"] if part else None
        return Statement(WITHDRAWN, tag_word(_word(withdrawn)), sentence, block, line, scope=scope)
    perhaps = _PERHAPS_BACK.search(sentence) or _DISOWNED.search(sentence)
    if perhaps and not sentence.endswith("?"):
        return Statement(DOUBTED, tag_word(_word(perhaps)), sentence, block, line)
    if withdrawn:
        return None
    stands = _STANDS.search(sentence)
    if stands:
        return Statement(REAFFIRMED, tag_word(stands["tag"]), sentence, block, line, reservation=_unless(sentence))
    kept = _KEEP.search(sentence)
    if kept and not _NEGATED.search(sentence[: kept.start()]):
        return Statement(REAFFIRMED, tag_word(kept["tag"]), sentence, block, line, reservation=_unless(sentence))
    if _WIDENS.search(sentence):
        return Statement(WIDENED, None, sentence, block, line)
    offered = _OFFERED.search(sentence) if not sentence.endswith("?") else None
    if offered and offered["verb"] and _FOR_LATER.search(sentence):
        offered = None  # "happy to ack it once that is sorted", "I'd be willing to give an ack, but"
    informal = _ADD.search(sentence) or _DONE.match(sentence) or _BY_ME.search(sentence) or offered
    if informal and not _NEGATED.search(sentence[: informal.start()]):
        return Statement(INFORMAL, tag_word(_word(informal)), sentence, block, line, reservation=_unless(sentence))
    return None


def _word(match: re.Match[str]) -> str | None:
    """The word for the tag, whichever way of saying it was found."""
    return next((word for word in match.groupdict().values() if word), None)


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
    if last and _AUTHOR_DROPS.search(first) and not first.rstrip(")\"'").endswith("?") and not _PROPOSES.match(first):
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
    if text[0] == "a" or "ack" in text:
        return ACKED
    return TESTED if text[0] == "t" else REVIEWED


def tag_names(spelled: str) -> tuple[str, ...]:
    """Canonical names of a quoted tag."""
    return canonical(spelled)[0]
