"""From the words of replies to the tags of each patch: who gave what, whether it binds, and what became of it later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from reviewbot import regex as re
from reviewbot.mail import Message
from reviewbot.review import statements as prose
from reviewbot.review.given import Given, parse_person, tags_in
from reviewbot.review.listing import (
    addressed,
    approves_series,
    gives_to_patches,
    led_patches,
    led_series,
    listed_patches,
    neighbour,
    whole_series,
)
from reviewbot.review.model import CARRIED, CONDITIONAL, COUNTS, MISMATCH, PARTIAL, PROPOSED, WITHDRAWN, Tag
from reviewbot.review.names import APPROVALS, NACKED, REVIEWED, SIGNED_OFF, TESTED, canonical
from reviewbot.review.people import fold_name, mistyped, person_key, same_person
from reviewbot.review.quoting import View
from reviewbot.review.reservations import (
    AUTHOR,
    NEXT_VERSION,
    OUTSIDE,
    Reservation,
    denied,
    named_people,
    reservation,
    versions_in,
)
from reviewbot.review.scopes import prose_scope, written_scope
from reviewbot.review.targets import Target, quoted_promise
from reviewbot.review.words import fold, sentences
from reviewbot.series import Patch, Series

# "I'll put it above", "Please ack and change it on commit", "Will do": somebody undertakes the change.
_PROMISE = re.compile(
    r"\b(?:i(?:'ll| will| shall| am going to|'m going to| can (?:do|fix|change|move|adjust|drop|add"
    r"|put|make))|will (?:do|fix|change|adjust|update|add|drop|move|make|address)"
    r"|let me|please (?:\w+ ){0,3}(?:on|while|when) commit\w*|(?:change|adjust|fix|do|drop"
    r"|fold)\w*(?: \w+){0,4} (?:on|while|when) commit\w*|shall i|should i|how about|would (?:that"
    r"|this) (?:be|work))\b",
    re.I,
)
_NICKNAME = 3  # letters of a first name's short form, at least
_X86 = re.compile(r"\bx86\b", re.I)
_STRENGTH = {COUNTS: 5, PARTIAL: 4, CONDITIONAL: 4, CARRIED: 2, WITHDRAWN: 6, PROPOSED: 1, MISMATCH: 1}


@dataclass
class _Ledger:
    """The tags of one patch while the thread is read, by person and name, in order of arrival."""

    tags: dict[tuple[str, str], Tag] = field(default_factory=dict)

    def put(self, key: tuple[str, str], tag: Tag) -> None:
        """Take a new tag in: the latest word of a person wins, unless it is a guess or somebody else's word for it."""
        before = self.tags.get(key)
        weak = tag.state in (PROPOSED, MISMATCH, CARRIED)
        if before is not None and weak and _STRENGTH[before.state] > _STRENGTH[tag.state]:
            return
        self.tags[key] = tag


class TagReader:
    """Reads the mails of one series' thread, oldest first, into the tags of each patch."""

    def __init__(self, series: Series, aliases: Mapping[str, str]) -> None:
        """`aliases` maps addresses and folded names to one folded name a person."""
        self._series = series
        self._aliases = aliases
        self._ledgers = {patch.number: _Ledger() for patch in series.patches}
        for patch in series.patches:
            self._carry(patch)

    def tags(self, number: int) -> tuple[Tag, ...]:
        """The tags of a patch, in order of arrival."""
        return tuple(self._ledgers[number].tags.values())

    def read(self, view: View, target: Target, ignored: frozenset[int]) -> None:
        """Take in what one reply gives, keeps or takes back."""
        message = view.message
        sender = (message.author.name, message.author.address)
        given = tags_in(view, ignored, sender)
        for entry in given:
            self._take(entry, view, target)
        named = {name for entry in given for name in entry.names}
        for statement in prose.statements_in(view, ignored):
            if statement.kind == prose.INFORMAL and (named if statement.name is None else statement.name in named):
                continue
            self._state(statement, message, target)

    def _carry(self, patch: Patch) -> None:
        """The approvals that the posted patch already holds: its author's word for them."""
        for trailer in patch.trailers:
            names, doubt = canonical(trailer.name)
            person = parse_person(trailer.value)
            if not names or person is None or doubt or not set(names) & {*APPROVALS, NACKED}:
                continue
            who, address, suffix = person
            for name in names:
                tag = Tag(
                    name=name, who=who, address=address, from_=patch.message_id, scope=written_scope(suffix),
                    condition=None, strength=None, state=CARRIED, line=trailer.line.strip(), date=patch.message.date,
                    spelled=trailer.name,
                )  # fmt: skip
                self._ledgers[patch.number].put(self._key(who, address, name), tag)

    def _key(self, who: str, address: str, name: str) -> tuple[str, str]:
        return person_key(who, address, self._aliases), name

    def _take(self, given: Given, view: View, target: Target) -> None:
        """Put a typed tag on the patches it is for."""
        message = view.message
        if given.names == (SIGNED_OFF,):
            return  # a sign-off is never added for anybody
        if given.claimed and not self._by_author(message, target.numbers[0]):
            return  # of another patch or commit, which the mail shows
        promise = self._promise(view, given.block, target)
        held = self._held(reservation(given.lead, given.tail, promise), target)
        scope = _scope(given)
        numbers, offered = self._numbers(given, held, target)
        for name in given.names:
            if name == SIGNED_OFF:
                continue
            tag = self._tag(given, name, message, held, scope)
            for number in numbers:
                self._ledgers[number].put(self._key(tag.who, tag.address, name), self._unless_own(tag, number))
            for number in offered:
                doubted = replace(tag, state=PROPOSED, says=given.around)
                self._ledgers[number].put(self._key(tag.who, tag.address, name), doubted)

    def _held(self, held: Reservation | None, target: Target) -> Reservation | None:
        """A reservation seen with the series: a name may be the author's, a version may be the one that is here."""
        if held is None or held.strength != "required":
            return held
        patch = self._series.patch(target.numbers[0]) or self._series
        author = set(fold_name(patch.author.name).split())
        named = {fold_name(name) for name in named_people(held.condition)}
        if held.waits == OUTSIDE and named and named <= author:
            return held._replace(waits=AUTHOR)
        versions = versions_in(held.condition)
        if held.waits == NEXT_VERSION and versions and max(versions) <= self._series.version:
            return None  # "for v3" in answer to v3
        return held

    def _tag(self, given: Given, name: str, message: Message, held: Reservation | None, scope: str | None) -> Tag:
        """The tag that typed words make, with its state."""
        sender = message.author
        who = given.who or sender.name
        address = given.address
        own = self._is(who, address, sender.name, sender.address) or mistyped(address, sender.address)
        if own and mistyped(address, sender.address):
            address = sender.address  # a slip in one's own address: the one mailed from is right
        state, says = COUNTS, None
        if given.claimed:
            state = CARRIED
        elif not own:
            state = MISMATCH
        elif given.doubt or given.mention or denied(given.lead):
            state, says = PROPOSED, fold(f"{given.lead} {given.spelled}: {given.who} {given.tail}")
        elif held is not None:
            state = CONDITIONAL
        elif scope is not None:
            state = PARTIAL
        condition = held.condition if held else None
        if given.doubt and condition is None and given.address:
            condition = given.spelled
        return Tag(
            name=name, who=who, address=address, from_=message.message_id, scope=scope, condition=condition,
            strength=held.strength if held else None, state=state, line=_line(name, who, address, given.suffix),
            date=message.date, waits=held.waits if held else None, spelled=given.spelled, says=says,
        )  # fmt: skip

    def _unless_own(self, tag: Tag, number: int) -> Tag:
        """A tag by the patch's own author is most likely about something else that the mail shows."""
        patch = self._series.patch(number)
        if patch is None or tag.state not in (COUNTS, PARTIAL, CONDITIONAL):
            return tag
        own = self._is(tag.who, tag.address, patch.author.name, patch.author.address)
        return replace(tag, state=PROPOSED, says="given by the patch's own author") if own else tag

    def _by_author(self, message: Message, number: int) -> bool:
        patch = self._series.patch(number)
        sender = message.author
        return patch is not None and self._is(sender.name, sender.address, patch.author.name, patch.author.address)

    def _is(self, name: str, address: str, other: str, other_address: str) -> bool:
        """The same person, or one of two forms of a name holds all words of the other ("R. Pau Monné" does not)."""
        if same_person(name, address, other, other_address, self._aliases):
            return True
        left, right = fold_name(name).split(), fold_name(other).split()
        if min(len(left), len(right)) < 2:
            return False
        if left[1:] == right[1:] and min(len(left[0]), len(right[0])) >= _NICKNAME:
            return left[0].startswith(right[0]) or right[0].startswith(left[0])  # "Matt" and "Matthew"
        return set(left) <= set(right) or set(right) <= set(left)

    def _promise(self, view: View, block: int, target: Target) -> str:
        """The promise quoted right above own words, "" for none."""
        patch = self._series.patch(target.numbers[0]) if len(target.numbers) == 1 else None
        text = fold(" ".join(quoted_promise(view, block, patch)))
        found = [sentence for sentence in sentences(text) if _PROMISE.search(sentence)]
        return found[-1] if found else ""

    def _numbers(
        self, given: Given, held: Reservation | None, target: Target
    ) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The patches that a tag is for, and those it may be for."""
        everything = tuple(patch.number for patch in self._series.patches)
        pieces = sentences(given.lead)
        last, behind = pieces[-1] if pieces else "", fold(f"{addressed(given.tail)} {given.suffix}")
        near = f"{last} {behind}"
        led = (
            target.cover or len(target.numbers) != 1 or gives_to_patches(last)
        )  # "As with patch 1:" moves no tag there
        listed: tuple[int, ...] = ()
        if held is None:
            listed = listed_patches(behind, len(everything)) or (led_patches(last, len(everything)) if led else ())
        listed = tuple(number for number in listed if number in self._ledgers)
        if listed:
            return listed, ()
        if (whole_series(behind) or led_series(last)) and (held is None or held.waits != OUTSIDE):
            return everything, ()
        if approves_series(given.before):
            return everything, ()
        if held is None and any(led_series(sentence) for sentence in sentences(given.around)):
            return target.numbers, tuple(number for number in everything if number not in target.numbers)
        step = neighbour(near) if len(target.numbers) == 1 else 0
        if step and target.numbers[0] + step in self._ledgers:
            return tuple(sorted((target.numbers[0], target.numbers[0] + step))), ()
        return target.numbers, ()

    def _state(self, statement: prose.Statement, message: Message, target: Target) -> None:
        """Apply a sentence about a tag."""
        if statement.kind == prose.WIDENED:
            self._widen(message, target)
            return
        for number in target.numbers:
            ledger = self._ledgers[number]
            if statement.kind in (prose.DROPPED, prose.AGREED_TO):
                self._about_other(statement, message, ledger, number)
            else:
                self._about_own(statement, message, ledger, number)

    def _widen(self, message: Message, target: Target) -> None:
        """The sender says that an earlier tag was meant for every patch."""
        person = self._key(message.author.name, message.author.address, "")[0]
        for number in target.numbers:
            for key, tag in list(self._ledgers[number].tags.items()):
                if key[0] == person and tag.state in (COUNTS, PARTIAL, CONDITIONAL):
                    for ledger in self._ledgers.values():
                        if key not in ledger.tags or ledger.tags[key].state == PROPOSED:
                            ledger.tags[key] = tag

    def _about_own(self, statement: prose.Statement, message: Message, ledger: _Ledger, number: int) -> None:
        """A sentence about the sender's own tag: kept, withdrawn or given informally."""
        sender = message.author
        key = self._key(sender.name, sender.address, statement.name or "")
        earlier = [k for k in ledger.tags if k[0] == key[0] and k[1] != TESTED and statement.name in (None, k[1])]
        if not earlier and (self._by_author(message, number) or statement.kind == prose.DOUBTED):
            return
        held = statement.reservation
        if earlier and statement.kind != prose.INFORMAL:
            for found in earlier:
                ledger.tags[found] = _changed(ledger.tags[found], statement)
            return
        name = statement.name or REVIEWED
        sure = statement.kind in (prose.WITHDRAWN, prose.REAFFIRMED) and statement.name is not None
        state = (
            WITHDRAWN if statement.kind == prose.WITHDRAWN else (CONDITIONAL if held else COUNTS) if sure else PROPOSED
        )
        tag = Tag(
            name=name, who=sender.name, address=sender.address, from_=message.message_id, scope=statement.scope,
            condition=held.condition if held else None, strength=held.strength if held else None, state=state,
            line=_line(name, sender.name, sender.address, ""), date=message.date, waits=held.waits if held else None,
            spelled=name, says=statement.says,
        )  # fmt: skip
        ledger.put(self._key(sender.name, sender.address, name), tag)

    def _about_other(self, statement: prose.Statement, message: Message, ledger: _Ledger, number: int) -> None:
        """A sentence about a quoted tag: dropped by the patch's author, or agreed to by the person it names."""
        name = statement.name or REVIEWED
        key = self._key(statement.who, statement.address, name)
        sender = message.author
        if statement.kind == prose.DROPPED:
            if not self._by_author(message, number):
                return
            state = WITHDRAWN
        else:
            own = self._is(statement.who, statement.address, sender.name, sender.address)
            state = COUNTS if own else MISMATCH
        tag = Tag(
            name=name, who=statement.who, address=statement.address, from_=message.message_id, scope=None,
            condition=None, strength=None, state=state, line=_line(name, statement.who, statement.address, ""),
            date=message.date, spelled=name, says=statement.says,
        )  # fmt: skip
        ledger.put(key, tag)


def _changed(tag: Tag, statement: prose.Statement) -> Tag:
    """An earlier tag after its giver kept or withdrew it."""
    if statement.kind == prose.WITHDRAWN:
        return replace(tag, state=WITHDRAWN, scope=statement.scope or tag.scope, says=statement.says)
    if statement.kind == prose.DOUBTED:
        return replace(tag, state=PROPOSED, says=statement.says)
    held = statement.reservation
    if held is None:
        state = PARTIAL if tag.scope else COUNTS
        return replace(tag, state=state, condition=None, strength=None, waits=None, says=statement.says)
    return replace(
        tag, state=CONDITIONAL, condition=held.condition, strength=held.strength, waits=held.waits, says=statement.says
    )


def _scope(given: Given) -> str | None:
    """The part that a tag is for: the suffix, the bracket line above it, or the words leading into it."""
    for words in (given.suffix, f"[{given.note}]" if given.note else ""):
        scope = written_scope(words) if words else None
        if scope:
            return scope
    return prose_scope(given.lead, given.tail, tested=TESTED in given.names)


def _line(name: str, who: str, address: str, suffix: str) -> str:
    """What a committer appends. `# area` is kept as the docs have it, but for x86, which committers always drop."""
    line = f"{name}: {who} <{address}>"
    keep = (
        suffix.startswith("#")
        and not _X86.search(suffix)
        and not whole_series(suffix)
        and not listed_patches(suffix, 999)
    )
    return f"{line} # {suffix.lstrip('# ').strip()}" if keep else line
