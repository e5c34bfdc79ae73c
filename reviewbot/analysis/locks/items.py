"""Turns calls and assignments into items of a lock program."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.events import Call
from reviewbot.analysis.locks.facts import limited
from reviewbot.analysis.locks.model import Fact, Item
from reviewbot.analysis.locks.text import NONZERO, RELATION, ZERO, Test

if TYPE_CHECKING:
    from reviewbot.analysis.locks.program import Program

_CALLED = re.compile(r"\b([A-Za-z_]\w*+)\s*+\([^()]*+\Z")  # the call in whose argument list a text ends
_MEMBER = re.compile(r"\w+")
_CHAIN = re.compile(r"([A-Za-z_]\w*(?:(?:->|\.)\w+)*)=(?!=)")  # what follows the first `=` of `a = b = f()`

Placed = tuple[int, int, int, int, Item]  # block, order in it, phase, offset


def make_items(program: Program, terms: frozenset[str]) -> dict[int, list[Item]]:
    found: list[tuple[int, int, int, int, Item]] = []
    before = -1
    for call in program.calls:
        entry = call.entry
        event = _event(program, call, terms)
        if call.offset == before:  # a helper that does two things: one result tells of both
            event = event._replace(again=True)
        before = call.offset
        arm = hidden_arm(program, call.offset)
        if arm is not None:
            event = event._replace(arm=arm)
        found.append((entry.block, entry.order, 1, call.offset, event))
    roots = {root for term in terms for root in words.roots(term)} | program.keys.roots
    if roots:
        found += changes(program, terms, roots)
    found.sort(key=lambda entry: entry[:4])
    items: dict[int, list[Item]] = {}
    for block, _, _, _, item in found:
        items.setdefault(block, []).append(item)
    return items


def hidden_arm(program: Program, offset: int) -> tuple[Test, bool] | None:
    """The `#if` around a call whose lines had to be blanked for the parser, as a condition of the call alone."""
    best = None
    for start, end, what, holds in program.hidden:
        if start <= offset < end:
            best = (Test("#" + what, "nz", "", True), holds)
    return best


def _event(program: Program, call: Call, terms: frozenset[str]) -> Item:
    op = call.op
    if op.when is not None:
        return Item("if", call.offset, call, test=(words.parse_test(words.squeeze(op.when), program.constants), True))
    if not op.takes:
        return Item("split" if op.kind != "plain" and call.term is not None else "drop", call.offset, call)
    owners = tuple(t for t in owners_of(program, call) if t in terms and t not in program.doubted)
    if op.key[:1] not in ("=", "*"):  # what the call itself sets is rightly asked for afterwards
        program.owned |= frozenset(owners)
    if op.kind == "if":
        given = call.arguments[op.condition] if len(call.arguments) > op.condition else None
        if given is not None and given.strip() in ("true", "1"):
            return Item("take", call.offset, call, owners=owners)
        test = words.parse_test(words.squeeze(given), program.constants) if given is not None else None
        return Item("if", call.offset, call, test=(test, True) if test is not None else None, owners=owners)
    fresh = _compared(program, call, terms) if call.term is not None else ()
    what = "take" if op.kind == "plain" or call.term is None else "split"
    return Item(what, call.offset, call, fresh, owners=owners)


def owners_of(program: Program, call: Call) -> list[str]:
    """Pointers that the call must have been able to follow."""
    names = [words.owners(call.key.text)]
    spec = call.op.key
    if spec[:1].isdigit() and int(spec[0]) <= len(call.arguments):
        names.append(words.owners(words.name_of_lock(call.arguments[int(spec[0]) - 1])))
    return [name for group in names for name in group]


def _compared(program: Program, call: Call, terms: frozenset[str]) -> tuple[str, ...]:
    """Terms that ask whether what was just taken is a special object of some name."""
    term = call.term
    predicates = {f"{name}({term})" for name in call.op.family.never}
    return tuple(t for t in terms if t in predicates or (RELATION in t and term in t.split(RELATION)))


def changes(program: Program, terms: frozenset[str], names: set[str]) -> list[tuple[int, int, int, int, Item]]:
    found: list[tuple[int, int, int, int, Item]] = []
    for name in sorted(names):
        for entry, change in program.code.changes_of(name):
            item = _change(program, change, terms)
            if item is not None:
                phase = 2 if change.value is not None and _CHAIN.match(change.value) else 0
                found.append((entry.block, entry.order, phase, change.offset, item))
    return found


def _change(program: Program, change: words.Assignment, terms: frozenset[str]) -> Item | None:
    path = change.path
    plain = words.is_name(path)
    hit = tuple(t for t in terms if mentions(t, path, plain))
    if change.address and hit:
        hit = _reachable(program, change, hit)
    lost = tuple(
        k
        for k in program.keys.all()
        if k.fragile and mentions(k.text, path, plain) and not (change.address and _inside(k.text, path))
    )
    if not hit and not lost:
        return None
    item = _assigned(program, change, terms, hit)
    return item._replace(lost=lost, address=change.address)


def _reachable(program: Program, change: words.Assignment, hit: tuple[str, ...]) -> tuple[str, ...]:
    """Of the terms about `x`, those that a call given `&x` may change: a function of this file leaves alone a member
    that nothing in the file assigns to through a pointer."""
    called = _CALLED.search(program.text[max(0, change.offset - 200) : change.offset])
    if called is None or called.group(1) not in program.table.defined:
        return hit
    members = {t: _MEMBER.match(t.partition(change.path + ".")[2]) for t in hit}
    return tuple(t for t, member in members.items() if member is None or program.table.assigned(member.group()))


def _assigned(program: Program, change: words.Assignment, terms: frozenset[str], hit: tuple[str, ...]) -> Item:
    path = change.path
    if change.value is None:
        return Item("assign", change.offset, None, hit)
    if change.value in ("++", "--"):
        counts = ((path, path + change.value),) if path in terms else ()
        return Item("assign", change.offset, None, tuple(t for t in hit if t != path), (), counts)
    chain = _CHAIN.match(change.value)
    value = chain.group(1) if chain else words.unwrap(change.value)
    facts: list[tuple[str, Fact]] = []
    copies: tuple[tuple[str, str], ...] = ()
    for term in hit:
        signs = _related(program, term, path, value) if RELATION in term else None
        if signs is not None:
            facts.append((term, (signs, "0" if signs == ZERO else None, frozenset())))
    if path in terms:
        known = _value_fact(program, value)
        if known is not None:
            facts.append((path, known))
        elif value in terms and value != path:
            copies = ((path, value),)
    if words.is_name(path):
        copies += tuple((limit, value + limit[len(path) :]) for limit in hit if limited(limit) == path)
    return Item("assign", change.offset, None, hit, tuple(facts), copies)


def _value_fact(program: Program, value: str) -> Fact | None:
    """What an assigned text says about the variable's value."""
    if words.is_const(value) or value in program.constants:
        return _const_fact(words.one_name(value, program.constants), program.constants)
    if value.startswith("&") and "&&" not in value:
        return (words.POS, None, frozenset())
    return (words.NEG, None, frozenset()) if value.startswith("PTR_ERR(") else None


def _related(program: Program, term: str, path: str, value: str) -> int | None:
    """What assigning `value` to `path` says about a comparison of it with something else."""
    left, right = term.split(RELATION)
    other = right if left == path else left if right == path else None
    if other is None:
        return None
    if other == value:
        return ZERO
    # What a call gives is no object that the same variable is elsewhere set to by name.
    if value.endswith(")") and words.is_name(value.partition("(")[0]) and words.is_name(other):
        return NONZERO if (path, other) in program.code.copies[0] else None
    return None


def _const_fact(name: str, constants: Mapping[str, str]) -> Fact:
    return (words.sign_of(name, constants), name, frozenset())


def mentions(term: str, path: str, plain: bool) -> bool:
    """Whether a change of the lvalue `path` may change what `term` says."""
    at = term.find(path)
    while at >= 0:
        before, after = term[at - 1 : at], term[at + len(path) : at + len(path) + 1]
        apart = not (before.isalnum() or before == "_") and not (after.isalnum() or after == "_")
        member = plain and (before == "." or term[at - 2 : at] == "->")
        if apart and not member:
            return True
        at = term.find(path, at + 1)
    return False


def _inside(key: str, path: str) -> bool:
    """Whether a lock is (part of) the object whose address is taken: then its own address stays what it is."""
    return key.startswith("&" + path) and key[len(path) + 1 : len(path) + 2] in ("", ".", "[")
