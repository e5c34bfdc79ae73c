"""Which conditions are worth knowing: those that decide over lock events more than once, or that something known
answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.code import is_macro_loop
from reviewbot.analysis.locks.events import RETURNED, Key
from reviewbot.analysis.locks.facts import limited
from reviewbot.analysis.locks.items import owners_of
from reviewbot.analysis.locks.model import Item
from reviewbot.analysis.locks.text import RELATION, Test
from reviewbot.csource.flow import Block

if TYPE_CHECKING:
    from reviewbot.analysis.locks.program import Program

_LONGEST = 400  # characters of a condition; longer ones are not compared


def pair_twins(program: Program) -> frozenset[str]:
    """Locks whose names differ in one variable that is assigned to the other: whether both are one is known path by
    path."""
    taken = {call.key for call in program.calls if call.op.takes}
    dropped = {key for call in program.calls if not call.op.takes for key in call.keys}
    terms = set()
    for key in dropped:
        for other in taken:
            if key.resource != other.resource or key == other or not key.fragile:
                continue
            for one, two in _same_but_for(program, key, other):
                term = RELATION.join(sorted((one, two)))
                program.twins.setdefault(key, []).append((other, term))
                terms.add(term)
    return frozenset(terms)


def _same_but_for(program: Program, key: Key, other: Key) -> Iterator[tuple[str, str]]:
    """Pairs of variables, one assigned to the other, that make all the difference between two locks' names."""
    for one in words.roots(key.text):
        if other.fragile:
            for two in words.roots(other.text):
                if words.replace_root(key.text, one, two) == other.text and _are_assigned(program, one, two):
                    yield one, two
        # The other one may go by what its variable stands for: `b = f(x); … if ( y ) a = b;`
        for target, value in sorted(program.code.copies[0]):
            if target == one and program.keys.spelled(words.replace_root(key.text, one, value)) == other.text:
                yield one, value


def _are_assigned(program: Program, one: str, two: str) -> bool:
    pairs = program.code.copies[0]
    return (one, two) in pairs or (two, one) in pairs


def wanted_terms(program: Program, items: dict[int, list[Item]], reps: list[int]) -> frozenset[str]:
    """The terms that branches ask about more than once, or that are given a known value."""
    asked: Counter[str] = Counter()
    for block in program.flow.blocks:
        if reps[block.id] == block.id and len(block.edges) > 1:
            targets = {reps[edge.target] for edge in block.edges} - {-1}
            if len(targets) > 1:
                asked.update(_asked(program, block))
            elif block.edges[0].kind in ("true", "false"):
                asked.update(_asked(program, block) & program.results)
    results = program.results
    if program.returns_matter:
        asked.update({name: 2 for name in owner_terms(program) if name in asked})
        asked.update({program.return_text(block): 2 for block in program.flow.blocks if block.ends == "return"})
        asked = Counter({term: times for term, times in asked.items() if not words.is_const(term) and term})
    for call in program.calls:
        if call.op.when is not None:
            asked[words.parse_test(words.squeeze(call.op.when), program.constants).term] += 1
        elif call.op.kind == "if" and len(call.arguments) > call.op.condition:
            asked[words.parse_test(words.squeeze(call.arguments[call.op.condition]), program.constants).term] += 1
    owners = {owner for call in program.calls if call.op.takes for owner in owners_of(program, call)}
    wanted = {RETURNED} if RETURNED in results else set()
    for term, times in asked.items():
        if (
            times > 1
            or term in results
            or term in owners
            or _about(program, term, results)
            or _gets_constant(program, term)
        ):
            wanted.add(term)
    wanted |= (
        {name for name in results for other in wanted if (other, name) in program.code.copies[0] and other != name}
        if results
        else set()
    )
    limits = {term for term in asked if limited(term)}
    # `if ( a >= 8 ) return; b = a;` says as much of b.
    copied = [
        (b, a, limit) for limit in limits for b, a in program.code.copies[0] if a == limited(limit) and b in wanted
    ]
    wanted.update(limit for limit in limits if limited(limit) in wanted)
    wanted.update(term for b, a, limit in copied for term in (limit, b + limit[len(a) :]))
    return frozenset(wanted)


def _about(program: Program, term: str, results: set[str]) -> bool:
    """Whether a condition is about a call's result, or about two variables that are assigned to each other."""
    if RELATION in term:
        left, right = term.split(RELATION)
        if left in results or right in results:
            return True
        return _are_assigned(program, left, right)
    return term.endswith(")") and any(term.endswith(f"({result})") for result in results)


def _gets_constant(program: Program, term: str) -> bool:
    return term in program.code.copies[1]


def owner_terms(program: Program) -> frozenset[str]:
    """Parameters through which locks are named: whether they are NULL tells a helper's ends apart."""
    if program.owned_terms is None:
        names = {name for call in program.calls for key in call.keys for name in words.owners(key.text)}
        program.owned_terms = frozenset(names & program.keys.parameters)
    return program.owned_terms


def _asked(program: Program, block: Block) -> set[str]:
    edge = block.edges[0]
    if edge.kind == "arm" and edge.arm is not None:
        return {"#" + edge.arm[0]}
    test = branch_test(program, block)
    if test is None:
        return set()
    return {test.term, test.number} if test.number is not None else {test.term}


def branch_test(program: Program, block: Block) -> Test | None:
    """What the branch at a block's end asks; None where the same words may mean something else next time."""
    if block.id not in program.tests:
        program.tests[block.id] = _parse_test(program, block)
    return program.tests[block.id]


def _parse_test(program: Program, block: Block) -> Test | None:
    edge = block.edges[0]
    node = edge.condition
    if node is None or is_macro_loop(block):
        return None
    leaf = words.squeeze(program.text[node.start_byte - program.base : node.end_byte - program.base])
    if len(leaf) > _LONGEST:
        return None
    test = words.parse_test(leaf, program.constants)
    impure = program.table.table.impure
    if impure is not None and "(" in test.term and impure.search(test.term):
        return test if any(call.term == test.term for call in program.calls) else None
    return test
