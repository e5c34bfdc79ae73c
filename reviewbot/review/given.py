"""Tags typed out in a mail's own words: `Name-by: Person <address>` and what stands around it.

Pure text: no judgement on who may give what, no binding to patches.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.review.names import DENYING, SIGNED_OFF, canonical, slipped
from reviewbot.review.people import fold_name
from reviewbot.review.quoting import Block, Line, View
from reviewbot.review.reservations import follows_tag, leads_into_tag
from reviewbot.review.scopes import approves_part, is_area
from reviewbot.review.words import fold, sentences

_NEAR = 40  # lines around a tag that may speak of it
_ASIDE = 60  # characters of a remark in brackets below a tag that may say what it is for
_MAX_TAGS = 200  # tags of one mail; more is a log
_MAX_LINE = 2000  # longer lines hold no tag that anybody typed

# "...-by:" or initials with a colon, anywhere in a line.
_BY = re.compile(r"(?:[-_ \u2010\u2011]by|\b[RAT]-?b|\b[RAT]-by)\s?:", re.I)
# The words directly before it; at most four are tried as the name.
_WORDS_BEFORE = re.compile(r"(?:[A-Za-z]+[-_ \u2010\u2011]){0,4}[A-Za-z]+$")
_BY_WITHOUT_COLON = re.compile(
    r"^\s{0,3}(?P<name>[A-Za-z]+(?:-[A-Za-z]+){0,3}-by)\s+(?=[^\s:][^<:]{1,60}<[^<>\s]+@)", re.I
)
# Name, optional blank, <address>, with Outlook's repetition of it or a missing ">".
_PERSON = re.compile(
    r"^\s*(?P<name>[^<>|]{0,100}?)\s*<\s*(?P<address>[^<>\s@]+@[^<>\s,;]+?)\s*"
    r"(?:<mailto:[^<>\s]*>?\s*)?(?:>|$)(?P<rest>.*)$"
)
# An address in other brackets than <>, in none, or hidden from harvesters ("rita at example.org").
_ODD_PERSON = re.compile(
    r"^\s*(?P<name>[^<>@()\[\]|]{2,80}?)[\s,]*(?:<|\(|\[|&lt;)?\s*(?:mailto:)?"
    r"(?P<address>[^<>\s@,;&()\[\]]+(?:@| at )[\w.-]+\.\w+)\s*(?:>|\)|\]|&gt;)?(?P<rest>.*)$"
)
# A tag typed with a slip in its "by", with another sign for the colon, or between other marks.
_SLIPPED = re.compile(
    r"^\s{0,3}[-|*_`\"'(\[ ]{0,3}(?P<name>[A-Za-z][A-Za-z"
    r" _\u2010\u2011-]{0,30}?)[*_]{0,2}\s?[:;.][*_]{0,2}\s?(?P<rest>\S.*)$"
)
_BARE_ADDRESS = re.compile(r"^\s*(?P<address>[^<>\s@,;]+@[\w.-]+\w)(?P<rest>.*)$")
# An area, not a condition in brackets.
_SUFFIX = re.compile(r"^[\s|>]*(?P<suffix>#[^\n]*|\[[^\]\n]{1,60}\]|\([^)\n]{1,60}\))?(?P<rest>.*)$", re.I)
_BRACKET_LINE = re.compile(r"^\s*\[(?P<text>[^\]\n]{2,60})\]\s*$")
_TRAILER_LINE = re.compile(
    r"^\s{0,3}[A-Za-z][A-Za-z-]*-[Bb]y:\s+\S|^\s{0,3}(?:Fixes|Link|Closes|CC|Cc|Message-I[Dd]):\s+\S"
)
_SCISSORS = re.compile(r"^-{2,}\s?(?:8<|>8|✂|%<)|^-+ ?8< ?-+")
_DIFF_START = re.compile(r"^(?:diff --git |--- a/|Index: |@@ -\d)")
_COMMIT_PRINT = re.compile(r"^\s*commit [0-9a-f]{7,64}\b")
_REPLY_GOES_ON = re.compile(r"^\.{2,}\s*\S")
_ENDS_OPEN = re.compile(r"(?:\.{2,}|…)\s*$")
# What leads into a tag over a blank line: an open end (":" "," "..." or nothing), not a finished sentence.
_FINISHED = re.compile(r"[.!?]['\")]*\s*$")
_GREETING = re.compile(
    r"^(?:hi|hello|dear|hey)\b[^:]{0,30}$|^(?:thanks?|thank you|cheers|regards"
    r"|best regards)\b[^:]{0,20}$",
    re.I,
)


class Given(NamedTuple):
    """A tag as typed.

    names:   canonical names (two for "Reviewed-and-tested-by"); spelled: the words; doubt: the name needs a yes
    who, address: the person, "" where the mail names none
    suffix:  `# x86`, `[RISC-V]` or `(arm64)` as typed, "" for none; note: text of a bracket line right above
    lead:    running text leading into it; around: all own words of the paragraphs next to it;
             before: `lead`, or the paragraph above where none leads into it
    mention: it stands in quotes or far indented, so that it may be spoken of rather than given
    tail:    running text after it
    block:   index of the own words it stands in; line: its number in the mail
    claimed: it stands in a commit message that the mail carries, so it is a claim of whoever wrote that
    """

    names: tuple[str, ...]
    spelled: str
    doubt: bool
    who: str
    address: str
    suffix: str
    note: str
    lead: str
    around: str
    before: str
    tail: str
    block: int
    line: int
    claimed: bool
    mention: bool


class _Hit(NamedTuple):
    names: tuple[str, ...]
    spelled: str
    doubt: bool
    who: str
    address: str
    suffix: str
    rest: str
    before: str
    first: int  # index of its line among the block's own lines
    last: int
    mention: bool = False


def tags_in(view: View, ignored: frozenset[int], sender: tuple[str, str]) -> tuple[Given, ...]:
    """The tags in a mail's own words.

    ignored: numbers of own lines that only repeat the parent; sender: name and address of the mail's author
    """
    found: list[Given] = []
    for index, block in enumerate(view.blocks):
        own = [line for line in block.own if line.number not in ignored]
        hits = _hits(own, sender)
        if not hits:
            continue
        attached = _attached(own)
        runs = _runs(hits)
        taken = {at for hit in hits for at in range(hit.first, hit.last + 1)}
        signed = any(SIGNED_OFF in hit.names for hit in hits)
        for at, hit in enumerate(hits):
            following = view.blocks[index + 1 : index + 2]
            found.append(
                _given(
                    hit, own, taken, index, following, claimed=_claimed(hit, runs[at], attached, sender, signed=signed)
                )
            )
    return tuple(found)


def _hits(own: Sequence[Line], sender: tuple[str, str]) -> list[_Hit]:
    hits: list[_Hit] = []
    at = 0
    while at < len(own) and len(hits) < _MAX_TAGS:
        hit = _hit(own, at, sender)
        if hit is not None:
            hits.append(hit)
            at = hit.last
        at += 1
    return hits


def _hit(own: Sequence[Line], at: int, sender: tuple[str, str]) -> _Hit | None:
    """The tag that starts in a line, if any."""
    text = own[at].text
    if len(text) > _MAX_LINE or text.startswith((" " * 8, "\t\t")):
        return None
    for match in _BY.finditer(text):
        named = _name_before(text[: match.end()].rstrip(": \t"))
        if named is None:
            continue
        names, doubt, start = named
        spelled = text[start : match.end()].rstrip(": \t\xa0")
        person = _person(text[match.end() :].lstrip("*_"), own, at, sender)
        if person is not None:
            before = text[:start].strip(" |*_")
            mention = _quoted(text[:start]) or _indented(own, at)
            return _hit_of(names, spelled, person, at, doubt=doubt or not person[4], before=before, mention=mention)
    bare = _BY_WITHOUT_COLON.match(text)
    if bare:
        names, doubt = canonical(bare["name"])
        person = _person(text[bare.end() :], own, at, sender) if names else None
        return _hit_of(names, bare["name"], person, at, doubt=doubt) if person is not None else None
    return _slipped(own, at, sender)


def _slipped(own: Sequence[Line], at: int, sender: tuple[str, str]) -> _Hit | None:
    """A line that has the form of a tag by the sender though its name is mistyped."""
    match = _SLIPPED.match(own[at].text)
    names = slipped(match["name"]) if match else ()
    if match is None or not names:
        return None
    person = _person(match["rest"], own, at, sender)
    if person is None or not (person[1].lower() == sender[1].lower() or fold_name(person[0]) == fold_name(sender[0])):
        return None
    return _hit_of(names, match["name"], person, at, doubt=not person[4])


def _hit_of(
    names: tuple[str, ...],
    spelled: str,
    person: tuple[str, str, str, int, bool],
    at: int,
    *,
    doubt: bool,
    before: str = "",
    mention: bool = False,
) -> _Hit:
    who, address, rest, last, _ = person
    suffix = _SUFFIX.match(rest)
    assert suffix is not None
    area, after = suffix["suffix"] or "", suffix["rest"]
    if area and not is_area(area):
        area, after = "", f"{area.lstrip('# ')}{after}"
    return _Hit(names, spelled, doubt, who, address, area, after, before, at, last, mention)


def _quoted(before: str) -> bool:
    """Whether words and an opening quote stand before a tag: it is spoken of, not given."""
    return before[-1:] in ('"', "'", "`") and bool(before[:-1].strip())


def _indented(own: Sequence[Line], at: int) -> bool:
    """Whether a line stands further in than words near it, as an example does."""
    width = _indent(own[at])
    near = [line for line in own[max(0, at - 4) : at + 5] if line.text.strip()]
    return width >= 4 and any(_indent(line) == 0 for line in near)


def _indent(line: Line) -> int:
    text = line.text.expandtabs(8)
    return len(text) - len(text.lstrip())


def _name_before(text: str) -> tuple[tuple[str, ...], bool, int] | None:
    """Canonical names, doubt and start of the longest run of words at the end of `text` that name a tag."""
    words = _WORDS_BEFORE.search(text[-80:])
    if words is None:
        return None
    run = words.group()
    starts = [0, *(n + 1 for n, char in enumerate(run) if not char.isalpha())]
    for start in starts:
        names, doubt = canonical(run[start:])
        joined_by_blank = start < len(run) and " " in run[start:]
        if names and not (doubt and joined_by_blank and "-" not in run[start:].split(" ")[0]):
            hung = re.findall(r"[a-z]+", run[:start].lower()) if run[start - 1 : start] == "-" else []
            if DENYING & set(hung):
                return None  # "Not-yet-acked-by"
            return names, doubt or bool(hung), len(text) - len(run) + start
    return None


def _person(rest: str, own: Sequence[Line], at: int, sender: tuple[str, str]) -> tuple[str, str, str, int, bool] | None:
    """Name, address, remaining text, index of the last line used, and whether the person is written in full."""
    match = _PERSON.match(rest)
    if match is not None and " at " in rest and "@" not in rest:
        match = None
    if match is None and at + 1 < len(own) and "<" not in rest and own[at + 1].number == own[at].number + 1:
        wrapped = f"{rest.rstrip()} {own[at + 1].text.strip()}"  # the address on the next line, after a wrap at 72
        match = _PERSON.match(wrapped) if "<" in own[at + 1].text and not _BY.search(own[at + 1].text) else None
        if match is not None and len(match["name"].split()) <= 6:
            return _clean(match["name"]), match["address"], match["rest"], at + 1, True
        match = None
    if match is not None:
        name = _clean(match["name"])
        return (name, match["address"], match["rest"], at, True) if len(name.split()) <= 7 else None
    bare = _BARE_ADDRESS.match(rest)
    if bare is not None:
        same = bare["address"].lower() == sender[1].lower()
        return (sender[0] if same else "", bare["address"], bare["rest"], at, same)
    odd = _ODD_PERSON.match(rest)
    if odd is not None and len(odd["name"].split()) <= 6:
        return _clean(odd["name"]), odd["address"].replace(" at ", "@"), odd["rest"].lstrip("`\"'*_>"), at, True
    word = fold(rest).strip(" .,!|")
    if word and (word.lower() == "me" or word.casefold() == sender[0].casefold()):
        return sender[0], sender[1], "", at, False
    return None


def parse_person(value: str) -> tuple[str, str, str] | None:
    """Name, address and suffix of a trailer's value `Name <address> # suffix`; None where it names no address."""
    match = _PERSON.match(value)
    if match is None:
        return None
    suffix = _SUFFIX.match(match["rest"])
    return _clean(match["name"]), match["address"], (suffix["suffix"] or "").strip() if suffix else ""


def _clean(name: str) -> str:
    return fold(name).strip("\"'|*_ ")


def _attached(own: Sequence[Line]) -> tuple[int, int] | None:
    """The lines of a patch or printed commit that stands unquoted in a reply: index of the first and last, if any."""
    for at, line in enumerate(own):
        if _SCISSORS.match(line.text) or _COMMIT_PRINT.match(line.text):
            return at, len(own) - 1
        if _DIFF_START.match(line.text):
            return 0, len(own) - 1
    return None


def _claimed(
    hit: _Hit, run: Sequence[_Hit], attached: tuple[int, int] | None, sender: tuple[str, str], *, signed: bool
) -> bool:
    """Whether a tag is part of a commit message in the mail rather than given by it.

    run: the tags on lines next to each other that it is one of; signed: some tag of the own words is a sign-off
    """
    foreign = any(
        other.address.lower() != sender[1].lower() and other.who.casefold() != sender[0].casefold() for other in run
    )
    if foreign and any(SIGNED_OFF in other.names for other in run):
        return True
    return signed and attached is not None and attached[0] <= hit.first <= attached[1]


def _runs(hits: Sequence[_Hit]) -> list[list[_Hit]]:
    """For each tag the run of tags, line below line, that it stands in."""
    out: list[list[_Hit]] = []
    for at, hit in enumerate(hits):
        run = out[-1] if at and hit.first - hits[at - 1].last <= 1 else []
        run.append(hit)
        out.append(run)
    return out


def _given(
    hit: _Hit, own: Sequence[Line], taken: set[int], index: int, following: Sequence[Block], *, claimed: bool
) -> Given:
    """The hit with the words around it."""
    lead, above = _lead(hit, own, taken)
    tail, below = _tail(hit, own, taken, following)
    note = ""
    if hit.first > 0:
        bracket = _BRACKET_LINE.match(own[hit.first - 1].text)
        if bracket:
            note, lead = bracket["text"], ""
    around = fold(f"{above} {lead} {below} {tail}")
    return Given(
        names=hit.names,
        spelled=hit.spelled,
        doubt=hit.doubt,
        who=hit.who,
        address=hit.address,
        suffix=hit.suffix.strip(),
        note=note,
        lead=lead,
        around=around,
        before=lead or above,
        tail=tail,
        block=index,
        line=own[hit.first].number,
        claimed=claimed,
        mention=hit.mention,
    )


def _lead(hit: _Hit, own: Sequence[Line], taken: set[int]) -> tuple[str, str]:
    """The words leading into a tag, and the whole paragraph before it."""
    pieces = [hit.before] if hit.before else []
    at = hit.first - 1
    if not hit.before:
        while at >= 0 and (at in taken or _TRAILER_LINE.match(own[at].text) or _BRACKET_LINE.match(own[at].text)):
            at -= 1  # other tags of the same run share the lead
    while at >= 0 and own[at].text.strip() and at not in taken and len(pieces) < _NEAR:
        pieces.insert(0, own[at].text[:_MAX_LINE])
        at -= 1
    lead = fold(" ".join(pieces))
    if at >= 0 and at in taken and not lead:
        return "", ""
    previous: list[str] = []
    while at >= 0 and not own[at].text.strip():
        at -= 1
    while at >= 0 and own[at].text.strip() and at not in taken and len(previous) < _NEAR:
        previous.insert(0, own[at].text[:_MAX_LINE])
        at -= 1
    above = fold(" ".join(previous))
    if lead or not above:
        return lead, above
    open_end = not _FINISHED.search(above)
    if open_end and not _GREETING.match(above):
        return above, ""
    last = sentences(above)[-1]
    return (last, above) if leads_into_tag(last) or approves_part(last) else ("", above)


def _tail(hit: _Hit, own: Sequence[Line], taken: set[int], following: Sequence[Block]) -> tuple[str, str]:
    """The words after a tag, with what a final "..." goes on to say below the next quote, and the paragraph below."""
    pieces = [hit.rest] if hit.rest.strip(" .,;|") else []
    at = hit.last + 1
    while at < len(own) and at in taken:
        at += 1
    while at < len(own) and own[at].text.strip() and at not in taken and len(pieces) < _NEAR:
        if at + 1 in taken and _BRACKET_LINE.match(own[at].text):
            break  # the scope of the next tag
        pieces.append(own[at].text[:_MAX_LINE])
        at += 1
    tail = fold(" ".join(pieces))
    while at < len(own) and not own[at].text.strip():
        at += 1
    below: list[str] = []
    while at < len(own) and own[at].text.strip() and at not in taken and len(below) < _NEAR:
        below.append(own[at].text[:_MAX_LINE])
        at += 1
    after = fold(" ".join(below))
    aside = after.startswith("(") and len(after) < _ASIDE
    if not tail and (after[:1].islower() or aside or (after and follows_tag(sentences(after)[0]))):
        tail = after
    if _ENDS_OPEN.search(tail) and following and _REPLY_GOES_ON.match(following[0].text):
        first = sentences(fold(following[0].text[:_MAX_LINE].lstrip(". ")))
        tail = f"{tail} {first[0]}" if first else tail
    return tail, after
