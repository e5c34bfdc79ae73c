"""What a path knows: the sign of variables, constants they equal, how two of them compare.

A fact is (signs, the constant it equals, constants it does not equal). Branches add to it or are refused by it,
assignments change it.
"""

from __future__ import annotations

from collections.abc import Iterable

from reviewbot.analysis.locks.model import Fact, Item
from reviewbot.analysis.locks.text import ANY, NEG, NONZERO, POS, RELATION, ZERO, Test, below, counted

NOTHING: Fact = (ANY, None, frozenset())
_COUNTED = 4  # how far a counter is followed


def limited(term: str) -> str | None:
    """The variable that a term compares with a limit; None for another term."""
    name, sign, _ = term.partition("<")
    return name if sign and RELATION not in term else None


def tell_fresh(item: Item, facts: dict[str, Fact], owners: Iterable[str]) -> None:
    """What taking a lock tells: it is no special object, and pointers to it are not NULL."""
    for term in item.terms:
        facts[term] = (NONZERO, None, frozenset()) if RELATION in term else (ZERO, "0", frozenset())
    for term in owners:
        facts[term] = (POS, None, frozenset())


def change_facts(item: Item, facts: dict[str, Fact]) -> None:
    """What an assignment does to the facts."""
    copied = [(target, _copied(source, facts)) for target, source in item.copies]
    for term in item.terms:
        facts.pop(term, None)
    facts.update(item.facts)
    for target, fact in copied:
        if fact is None:
            facts.pop(target, None)
        else:
            facts[target] = fact


def _copied(source: str, facts: dict[str, Fact]) -> Fact | None:
    """What is known of a variable, or of a counter after its next step: small numbers are counted, so short loops are
    run."""
    step = 1 if source.endswith("++") else -1 if source.endswith("--") else 0
    if not step:
        return facts.get(source)
    signs, equal, _ = facts.get(source[:-2], NOTHING)
    number = counted(equal, step, _COUNTED) if equal is not None else None
    if number is not None:
        return (_signs(number), number, frozenset())
    if step > 0 and not signs & NEG:
        return (POS, None, frozenset())
    return None


def in_common(one: tuple[tuple[str, Fact], ...], other: tuple[tuple[str, Fact], ...]) -> tuple[tuple[str, Fact], ...]:
    """What two paths both know, in the order of `one`."""
    theirs = dict(other)
    found = []
    for term, fact in one:
        met = theirs.get(term)
        if met is not None and met != fact:
            signs, equal, unequal = fact
            met = (signs | met[0], equal if equal == met[1] else None, unequal & met[2])
        if met is not None and met != NOTHING:
            found.append((term, met))
    return tuple(found)


def assume(facts: dict[str, Fact], test: Test, outcome: bool) -> bool:
    """Add what a branch says to the facts; false where it contradicts them."""
    term, op, const, positive, number = test
    holds = outcome == positive
    if number is not None and number in facts:
        value = facts[number][1]
        answer = below(value, const) if value is not None else None
        if answer is not None and answer != holds:
            return False
    signs, equal, unequal = facts.get(term, NOTHING)
    if op == "nz":
        signs &= NONZERO if holds else ZERO
    elif op == "lt":
        signs &= NEG if holds else ZERO | POS
    elif op == "le":
        signs &= NEG | ZERO if holds else POS
    elif holds:
        if any(_contradicts(term, const, known, fact) for known, fact in facts.items()):
            return False
        if (equal is not None and equal != const) or const in unequal:
            return False
        equal = const
        signs &= _signs(const)
    else:
        if equal == const:
            return False
        if const == "0":
            signs &= NONZERO
        else:
            unequal = unequal | {const}
    if not signs or (equal == "0" and not signs & ZERO):
        return False
    if signs == ZERO:
        equal, unequal = "0", frozenset()
    elif equal is not None:
        unequal = frozenset()
    facts[term] = (signs, equal, unequal)
    return True


def _contradicts(term: str, const: str, known: str, fact: Fact) -> bool:
    """Whether `known`, a comparison `term<number`, says that `term` is not `const`."""
    if not known.startswith(term + "<") or fact[0] == ANY:
        return False
    answer = below(const, known[len(term) + 1 :])
    return answer is not None and answer != (fact[0] & ZERO == 0)


def _signs(const: str) -> int:
    if const == "0":
        return ZERO
    if const[:1] == "-":
        return NEG
    return POS if const[:1].isdigit() or const[:1] == "'" else ANY
