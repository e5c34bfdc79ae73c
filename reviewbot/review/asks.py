"""From a reviewer's own words to the changes they ask for: sentences, clauses, and whether a clause asks at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.review import operands as op
from reviewbot.review.found import Found, Quoted
from reviewbot.review.judging import IMPERATIVE, judgement, settled
from reviewbot.review.kinds import detect
from reviewbot.review.quoting import Line
from reviewbot.review.showing import (
    CODE_LINE,
    LINK,
    TAG_LINE,
    TRAILER,
    announces_trailer,
    code_below,
    is_code,
    is_output,
    like_line,
    like_quoted,
    resembles,
    shows_code,
    where_to_add,
    written_again,
)
from reviewbot.review.strength import OPTIONAL, SUGGESTED, TASTE_AFTER, strength_of
from reviewbot.review.terse import terse
from reviewbot.review.trailers import written_out
from reviewbot.review.wording import about_subject
from reviewbot.review.words import Paragraph, fold, paragraphs, prose_of, sentences

_MAX_PARAGRAPH = 4000  # characters of one paragraph that are read for requests
_MAX_SENTENCE = 700  # a longer one is a listing without full stops
_MAX_CLAUSES = 8
_MAX_AGAIN = 40  # paragraphs of one block that may be the quoted lines written out again


class Ask(NamedTuple):
    """One change asked for in a paragraph: what, in which words, how strongly, on which own lines, with which code.

    only_code: nothing but the code says what is wanted
    """

    found: Found
    says: str
    strength: str
    on_commit: bool
    lines: tuple[int, int]
    code: tuple[str, ...] = ()
    only_code: bool = False


# A clause that asks: an asking verb or noun. "See for example how this is similar" has none.
_ASKS = re.compile(
    r"\b(?:please|pls|should(?:n't)?|needs?|wants?|must|has to|have to|ought|(?:can|could|may|might"
    r"|want to) (?:\w+ )?(?:be|you|we|also|then)|you (?:can|could|may|might|want|need|should|mean)"
    r"|could (?:you|we|also)?|would (?:you|also|prefer|suggest|rather|use|like|say|put|be (?:better"
    r"|nice|good|cleaner|easier|preferable|more))"
    r"|i(?:'d| would)|i suggest|suggest(?:ion|ed)?|recommend|prefer(?:ably|red)?|ideally|better (?:be"
    r"|to|use|if|call|have|as)|rather|how about|what about|why not|let's|consider|do you mind"
    r"|guess (?:it|this|that)(?:'s| is)(?= [\"'`“])"
    r"|easier to read|missing|lacks?|forgot|meant?|no need|nicer|instead)\b"
    r"|^\W*(?:(?:definitely|preferably|so|and|but|then|the rest lgtm|otherwise)\b[^.]{0,40}?)?\bwith\b",
    re.I,
)
# Words that only explain, thank, offer, tell what the writer did, or agree.
_NO_ASK = re.compile(
    r"^(?:\+1\b|you (?:fixed|did|have|already|also have)\b"
    r"|if (?:yes|no|not|you want|anyone|these|we)\b|feel free\b|btw\b|looking at\b|it (?:looks"
    r"|seems)\b|looks like\b|unrelated\b(?! (?:blank|white|change|newline|empty))|pushed\b|merged\b|one day\b"
    r"|hopefully\b|please (?:merge|apply"
    r"|commit|push|ack|review|let (?:me|us) know|see|note|share|cc|ping|resend|rebase|keep me"
    r"|have a look|take a look|find|speak)\b|see (?:for|e\.g|also|above|below|the|how|my|this|adjacent"
    r"|other)|thanks?\b|thank you|hi\b|hello\b|hmm+|yes\b|yeah\b|no\b[,.!]|ok\b|okay\b|sure\b|right\b"
    r"|agreed\b|ack\b|done\b|fixed\b|applied\b|since then\b|note that\b|fyi\b|i (?:have|did|was|am|see"
    r"|know|don't know|understand|realized|noticed|fear|agree|will|can(?!'t)|guess this could|forgot|missed"
    r"|think (?:this|that|it)(?:'s| is) (?:fine|ok|good))\b|i'(?:ll|ve|m)\b|i (?:plan|intend)\b|will (?:do|fix|change"
    r"|adjust|add|drop)\b|(?:looks?|sounds?) (?:good|fine|ok)|lgtm\b|everything else\b|the rest\b"
    r"|otherwise\b(?!.*\bwith\b))",
    re.I,
)
_OFFER = re.compile(
    r"\b(?:on|while|when|upon|during|at|before) (?:commit|merg|apply|push)(?:ting|ing|s|e)?\b"
    r"|\bhappy to (?:adjust|fix|do|make|change"
    r"|tweak|drop|take care)\b|\bi(?:'ll| will|'d be happy| can| could) (?:\w+ ){0,3}(?:adjust|fix"
    r"|tweak|make the|take care|do (?:it|this|that|so)|fold)\w*\b",
    re.I,
)
_ONLY_OFFER = re.compile(
    r"^\W*(?:(?:nit|again|also|both|this|these|that|it|they|all|all of (?:these|them)|either|i guess"
    r"|can|could|may|certainly|easily|likely|probably|happy|i'?d?|will|would|be|to|i'll|i can|i could"
    r"|if (?:there's )?no (?:other )?need for a v\d+ arises)\b[\s,.()']*){1,8}"
    r"(?:be )?(?:certainly |easily |likely |probably |also |surely )?(?:done|fixed|fix|adjusted|adjust"
    r"|changed|change|dealt with|tweaked|tweak|addressed|corrected|correct|folded|handled"
    r"|make the (?:adjustment|change)s?|taken care of|trim this down|do (?:this|that|it"
    r"|so))\b.{0,140}$",
    re.I,
)
# What is taken off a sentence to see what it offers to do.
_OFFERED = re.compile(r",? \(?(?:on|while|when|upon) (?:i )?commit\w*\)?[.!]?$", re.I)
_QUESTION_WORD = re.compile(
    r"^\W*(?:(?:and|but|so|also|hmm+|or|wait|ah|nit|again|then|still|just|fwiw"
    r"|btw)\b[\s,.:]*){0,3}(?:why|what(?! about)|how(?! about)|is|are|isn't|aren't|was|does|doesn't|do"
    r"|don't|did|didn't|when|where|who|which|am i|has|have|hasn't|haven't|will|won't|can (?:this|it"
    r"|that|we|there)|any|should(?:n't)?|could (?:this|it)|wouldn't|would (?:this|it|that)|in which"
    r"|under what|for what)\b",
    re.I,
)
_REASON = re.compile(
    r",? (?:as|since|because|if|given|for|so that|to avoid|otherwise|or else|like|just like"
    r"|in order to|unless|while|which|seeing|considering) |, (?:and|but|so) (?:there|it|that|this|then"
    r"|we|you|also there)|, but ",
    re.I,
)
_SPLIT = re.compile(r",? and (?:also |then |please )?|; |, (?:also|plus|but also) ")
# Not only the quoted place: "again below", "at least once more further down", "throughout the patch"
_EVERYWHERE = re.compile(
    r"\b(?:again|also|same|and|as well|here and|likewise|ditto) (?:\w+ ){0,2}(?:below|elsewhere|later|further down"
    r"|in other places)\b|\b(?:once|twice|more|again) (?:more )?(?:further (?:down|below)|below)\b|\bthroughout\b"
    r"|\beverywhere\b|\bglobally\b|\ball (?:over|instances|occurrences|places)\b|\b(?:several|multiple|many)"
    r" (?:times|instances"
    r"|places|occurrences)\b|\bfurther (?:instances|occurrences)\b",
    re.I,
)
_TAG_INSIDE = re.compile(r"(?:[A-Za-z]+[- ]){1,3}by:\s*[^<>]{0,80}(?:<[^<>]*>)?.*$", re.I)
_SIGN = re.compile(r"^(?:~ ?\w+|(?:thanks?|cheers|regards|best)[,.!]?(?: \w+)?\.?|\w+|-- ?)$", re.I)
_TOPIC = re.compile(
    r"^(?:nits?[\s:(]+(?:typo\)?[:\s]+)?)?(?P<topic>title|subject|commit (?:message|msg|log)"
    r"|description|style|coding style)\s?:",
    re.I,
)
_CLOSING = re.compile(r"^(?:(?:kind|best|many|warm)? ?regards|cheers|thanks?|thank you|\[\d+\])\b", re.I)
_LONG_WORD = re.compile(r"\S{120}")  # no prose: an URL, a dump


def asks_in(lines: Sequence[Line], quoted: Quoted, *, goes_on: bool = False) -> tuple[Ask, ...]:
    """The changes that own words ask for.

    lines:   the own lines of one block
    quoted:  what they answer
    goes_on: they continue a "with ..." from above the quote, so that they ask whatever their form
    """
    out: list[Ask] = []
    split = paragraphs(prose_of(lines))
    skip = False
    for index, paragraph in enumerate(split):
        if is_code(paragraph) or skip:
            if len(split) == 1 and like_line(paragraph, quoted):
                code = tuple(line.text for line in paragraph.lines)
                span = (paragraph.lines[0].number, paragraph.lines[-1].number)
                out.append(Ask(Found("replace"), paragraph.text, SUGGESTED, False, span, code))
            skip = False
            continue
        following = split[index + 1] if index + 1 < len(split) else None
        shown = _shown_trailer(paragraph, following)
        if shown is not None:
            skip = not paragraph.text.startswith(shown.found.new or "\0") and following is not None
            out.append(shown)
            continue
        if 0 < index <= _MAX_AGAIN and written_again(paragraph, quoted):
            out = _again(out, split[index - 1], paragraph)
            continue
        code = code_below(paragraph, split[index + 1 :], quoted)
        out.extend(_in_paragraph(paragraph, quoted, code, goes_on=goes_on and index == 0))
    return tuple(out)


def _again(out: list[Ask], above: Paragraph, paragraph: Paragraph) -> list[Ask]:
    """Lines of prose that are the quoted ones as they should be: what the words above them want, or what they are."""
    code = tuple(line.text for line in paragraph.lines)
    end = paragraph.lines[-1].number
    if out and out[-1].lines[1] == above.lines[-1].number:
        last = out[-1]
        return [*out[:-1], last._replace(code=code, found=Found("replace"), lines=(last.lines[0], end))]
    says = sentences(above.text)[-1]
    return [*out, Ask(Found("replace"), says, strength_of(says, above.text), False, (above.lines[0].number, end), code)]


def asks_of_diff(above: Sequence[Line], span: tuple[int, int]) -> Ask:
    """What the words above a shown diff make of it: how strongly it is wanted, and whether on commit."""
    text = fold(" ".join(line.text for line in prose_of(above)))
    pieces = sentences(text)
    last = next((p.text for p in reversed(paragraphs(above)) if not _CLOSING.match(p.text)), "") if pieces else ""
    says = (sentences(last) or ("a diff",))[-1][:_MAX_SENTENCE]
    return Ask(Found("replace"), says, strength_of(says, last), bool(_OFFER.search(text)), span)


def _shown_trailer(paragraph: Paragraph, following: Paragraph | None) -> Ask | None:
    """A trailer written out: within a sentence, or below "The format should be"."""
    raw = "\n".join(line.text for line in paragraph.lines)
    within = written_out(raw) or written_out(paragraph.text)
    if within is not None:
        span = (paragraph.lines[0].number, paragraph.lines[-1].number)
        return Ask(within, paragraph.text, strength_of(paragraph.text, paragraph.text), bool(_OFFER.search(raw)), span)
    line = TRAILER.match(following.text) if following is not None and announces_trailer(paragraph.text) else None
    if line is None or following is None:
        return None
    span = (paragraph.lines[0].number, following.lines[-1].number)
    found = Found("trailer", target=line["name"].capitalize(), new=following.text)
    return Ask(found, sentences(paragraph.text)[-1], strength_of(paragraph.text, paragraph.text), False, span)


def _in_paragraph(paragraph: Paragraph, quoted: Quoted, code: tuple[str, ...], *, goes_on: bool) -> list[Ask]:
    prose = [line for line in paragraph.lines if not CODE_LINE.match(line.text) and not TAG_LINE.match(line.text)]
    prose, drawn = like_quoted(prose, quoted)
    inline = drawn or tuple(
        line.text for line in paragraph.lines if CODE_LINE.match(line.text) and not LINK.match(line.text.strip())
    )
    text = _TAG_INSIDE.sub("", "\n".join(line.text for line in prose))[:_MAX_PARAGRAPH]
    marked, pairs = op.take_substitutions(text)
    folded = fold(marked)
    if not folded or (len(prose) == 1 and _SIGN.match(folded) and not pairs and not _says(folded, quoted)):
        return []
    span = (paragraph.lines[0].number, paragraph.lines[-1].number)
    offered = bool(_OFFER.search(folded))
    topic = _TOPIC.match(folded)
    pieces = sentences(folded)
    out: list[Ask] = []
    for at, sentence in enumerate(pieces):
        taste = bool(TASTE_AFTER.search(" ".join(pieces[at + 1 : at + 2])))
        for found, says in _in_sentence(sentence, quoted, pairs, topic, goes_on=goes_on and at == 0):
            strength = OPTIONAL if taste else strength_of(sentence, folded)
            out.append(Ask(found, op.restore(says, pairs), strength, offered, span))
    shown = code or inline
    if shown:
        out = _with_code(out, folded, pairs, shown, quoted, span, offered)
    return _merged(out)


def _in_sentence(
    sentence: str, quoted: Quoted, pairs: tuple[op.Operands, ...], topic: re.Match[str] | None, *, goes_on: bool
) -> list[tuple[Found, str]]:
    """The changes asked for in one sentence, each with its words."""
    if len(sentence) > _MAX_SENTENCE or _LONG_WORD.search(sentence):
        return []
    about = "subject" if topic and topic["topic"].lower() in ("title", "subject") else None
    if op.PLACEHOLDER.search(sentence):
        return [(_substituted(m, pairs, sentence, about), sentence) for m in op.PLACEHOLDER.finditer(sentence)]
    offered = terse(_OFFERED.sub("", sentence), quoted) if _OFFERED.search(sentence) else None
    if offered is not None:
        return [(offered, sentence)]
    if _ONLY_OFFER.match(sentence) or (_NO_ASK.match(sentence.lstrip("(. ")) and not goes_on):
        return []
    if about == "subject":
        found = about_subject(sentence)
        return [(found, sentence)] if found else []
    bare = terse(sentence, quoted)
    if bare is not None:
        return [(bare, sentence)]
    clauses = _clauses(sentence)
    if clauses == [sentence]:
        only = _one(sentence, quoted, goes_on=goes_on)
        return [(only, sentence)] if only is not None else []
    firing = [(clause, found) for clause in clauses if (found := _one(clause, quoted, goes_on=goes_on)) is not None]
    if len(firing) >= 2:
        return [(found, _short(clause)) for clause, found in firing]
    whole = _one(sentence, quoted, goes_on=goes_on)
    if whole is not None:
        return [(whole, sentence)]
    return [(found, _short(clause)) for clause, found in firing]


def _substituted(match: re.Match[str], pairs: tuple[op.Operands, ...], sentence: str, about: str | None) -> Found:
    pair = pairs[int(match[1])]
    named = detect(op.PLACEHOLDER.sub("", sentence), Quoted())
    kind = "subject" if about or (named is not None and named.kind == "subject") else "replace"
    both = re.search(r"\b(?:both|twice|two (?:times|instances|places))\b", sentence, re.I)
    count = 2 if both else 0 if pair.every or _EVERYWHERE.search(sentence) else None
    return Found(kind, old=pair.old, new=pair.new, count=count)


def _says(text: str, quoted: Quoted) -> bool:
    """Whether one bare word asks for something."""
    return terse(text, quoted) is not None or detect(text, quoted) is not None


def _clauses(sentence: str) -> list[str]:
    """A sentence at its "and"s and semicolons, those in brackets left alone."""
    out: list[str] = []
    start = 0
    for match in _SPLIT.finditer(sentence):
        before = sentence[: match.start()]
        if before.count("(") > before.count(")") or len(out) >= _MAX_CLAUSES:
            continue
        out.append(sentence[start : match.start()])
        start = match.end()
    return [piece.strip() for piece in (*out, sentence[start:]) if piece.strip()]


def _one(text: str, quoted: Quoted, *, goes_on: bool) -> Found | None:
    """The change that a clause asks for, if it asks."""
    found = detect(text, quoted)
    asking = bool(_ASKS.search(text) or IMPERATIVE.match(text))
    if found is None:
        if judgement(text):
            return Found("question-like", sure=False)
        return None
    if goes_on or found.sure:
        return None if settled(text) else found
    if not asking or settled(text):
        return None
    asked = _QUESTION_WORD.match(text) and text.rstrip().endswith("?") and found.kind in _ASKED_AS_QUESTION
    there = found.old is not None and found.new and any(found.old.removesuffix("()") in line for line in quoted.lines)
    return None if asked and not (there and quoted.sign) else found


# Kinds whose words, put as a question that opens with a question word, ask for an answer rather than for a change.
_ASKED_AS_QUESTION = frozenset(
    {"delete", "move", "type", "replace", "message", "trailer", "question-like", "control-flow", "subject"}
)


def _short(clause: str) -> str:
    """A clause without the reason that follows it."""
    reason = _REASON.search(clause)
    kept = clause[: reason.start()] if reason and reason.start() >= 12 else clause
    return kept.strip(" ,;")


def _with_code(
    out: list[Ask],
    text: str,
    pairs: tuple[op.Operands, ...],
    code: tuple[str, ...],
    quoted: Quoted,
    span: tuple[int, int],
    offered: bool,
) -> list[Ask]:
    """Give shown code to the request that shows it; alone ("How about") it is a replacement."""
    if is_output(code):
        return out  # what a compiler or a shell said
    alike = resembles(code, quoted)
    shows = shows_code(text) or alike
    where = None if alike and not shows_code(text) else where_to_add(text)
    if out and shows:
        last = out[-1]
        found = last.found if last.found.kind != "question-like" else replace(last.found, kind="replace", where=where)
        if alike and found.kind == "replace":
            found = replace(found, old=None, new=None)  # the lines say it better
        return [*out[:-1], last._replace(code=code, found=found)]
    says = sentences(text)[-1]
    if not out and shows and (offered or not _NO_ASK.match(says.lstrip("(. "))):
        found = Found("replace", where=where)
        return [
            Ask(found, op.restore(says, pairs), strength_of(says, text), offered, span, code, only_code=not quoted.sign)
        ]
    return out


def _merged(asks: list[Ask]) -> list[Ask]:
    """Without a vague request next to a precise one of the same words, and without the same twice."""
    out: list[Ask] = []
    for ask in asks:
        if any(other.says == ask.says and other.found == ask.found for other in out):
            continue
        out.append(ask)
    precise = [ask for ask in out if ask.found.kind != "question-like"]
    return (
        out
        if not precise
        else [
            ask
            for ask in out
            if ask.found.kind != "question-like" or all(ask.lines != p.lines or ask.says != p.says for p in precise)
        ]
    )
