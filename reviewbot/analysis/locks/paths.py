"""Walks all paths of a lock program at once: states spread from node to node until nothing new is seen.

A state is what is held and which facts are known. Two paths that meet with equal states go on as one, so loops end.
A merged walk lets all paths that hold the same go on as one, with what they all know: it sees no fewer paths, in far
fewer states, so what is in order for it needs no closer look (Das, Lerner, Seigle: ESP, PLDI 2002).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from reviewbot.analysis.locks.events import UNKNOWN, Call, Key
from reviewbot.analysis.locks.facts import NOTHING, assume, change_facts, in_common, tell_fresh
from reviewbot.analysis.locks.model import Fact, Item, Node, TooManyPaths, Way
from reviewbot.analysis.locks.program import Program
from reviewbot.analysis.locks.text import ANY, NONZERO, POS, ZERO

# What is known of a lock that is not held: taken and given back here · the caller's, and dropped · out of sight while
# it was held.
FREE, FOREIGN, LOST = 0, -1, -2
_DEEPEST = 4

Held = tuple[tuple[Key, int], ...]
Facts = tuple[tuple[str, Fact], ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something worth judging that happened on a path: `twice`, `again`, `foreign`, `lost`, at an item, in a state."""

    what: str
    key: Key
    offset: int
    call: Call | None
    state: int


@dataclass(frozen=True, slots=True)
class Exit:
    """A path's end: the state there, what is held, and the signs that the value returned can have."""

    node: int
    state: int
    held: dict[Key, int]
    signs: int
    facts: dict[str, Fact]


@dataclass(slots=True)
class Walk:
    """All that was seen."""

    states: list[tuple[int, Held, Facts]] = field(default_factory=list)
    parents: list[tuple[int, Way | None]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    dropped: set[Key] = field(default_factory=set)
    own: set[Key] = field(default_factory=set)
    fresh: set[Key] = field(default_factory=set)
    at: dict[int, list[int]] = field(default_factory=dict)

    def trail(self, state: int) -> list[tuple[int, Way | None]]:
        """The states that led to this one, first to last, each with the way taken out of it."""
        trail: list[tuple[int, Way | None]] = []
        way: Way | None = None
        while state >= 0:
            trail.append((state, way))
            state, way = self.parents[state]
        trail.reverse()
        return trail


class Walker:
    """One walk over one program, of at most `cap` states; `merged`: of all that hold the same, one at each node."""

    def __init__(self, program: Program, cap: int, *, merged: bool = False) -> None:
        self.program = program
        self.cap = cap
        self.merged = merged
        self.walk = Walk()
        self._seen: dict[tuple[int, Held, Facts], int] = {}  # in a merged walk each state without its facts
        self._told: set[tuple[str, Key, int]] = set()
        self._refused: set[tuple[int, int]] = set()
        self._taken: set[tuple[int, int]] = set()
        self._aliases = _aliases(program)

    def run(self) -> Walk:
        """Walk. Raises TooManyPaths."""
        program = self.program
        if program.entry < 0:
            return self.walk
        queue: deque[int] = deque()
        self._arrive(program.entry, {}, {}, -1, None, queue)
        while queue:
            number = queue.popleft()
            where, held, facts = self.walk.states[number]
            node = program.nodes[where]
            for new_held, new_facts in self._run_items(node, dict(held), dict(facts), number):
                if node.block.ends in ("return", "end"):
                    self._leave(node, number, new_held, new_facts)
                else:
                    self._spread(node, number, new_held, new_facts, queue)
        return self.walk

    def held_before(self, state: int, offset: int) -> list[dict[Key, int]]:
        """What can be held in a state's node just before an offset (of the function's text)."""
        where, held, facts = self.walk.states[state]
        node = self.program.nodes[where]
        first = Node(node.block, [item for item in node.items if item.offset < offset])
        return [after for after, _ in self._run_items(first, dict(held), dict(facts), state)]

    def doubtful(self) -> frozenset[str]:
        """Pointers to a lock that are asked for NULL where the walk takes for granted that they are not, on every path.

        Somebody thought that they could be: the check came too late.
        """
        found = set()
        for number, place in self._refused - self._taken:
            tests = self.program.nodes[number].ways[place].tests
            found |= {test.term for test, _ in tests if test.op == "nz" or (test.op, test.const) == ("eq", "0")}
        return frozenset(found) & self.program.owned

    def quiet(self) -> bool:
        """Whether nothing worth judging was seen, and no end holds anything or has dropped what is its caller's."""
        held = (depth for exit_ in self.walk.exits for depth in exit_.held.values())
        return not self.walk.events and all(depth in (FREE, LOST) for depth in held)

    def _arrive(
        self, where: int, held: dict[Key, int], facts: dict[str, Fact], parent: int, way: Way | None, queue: deque[int]
    ) -> None:
        live = self.program.nodes[where].live
        kept = tuple(sorted([(term, fact) for term, fact in facts.items() if term in live])) if facts else ()
        holds = tuple(sorted(held.items()) if len(held) > 1 else held.items())
        state = (where, holds, kept)
        mark = (where, holds, ()) if self.merged else state
        if mark in self._seen:
            if self.merged:
                self._meet(self._seen[mark], state, queue)
            return
        number = self._seen[mark] = len(self.walk.states)
        if number >= self.cap:
            raise TooManyPaths
        self.walk.states.append(state)
        self.walk.parents.append((parent, way))
        self.walk.at.setdefault(where, []).append(number)
        queue.append(number)

    def _meet(self, number: int, state: tuple[int, Held, Facts], queue: deque[int]) -> None:
        """Let a path go on as the one that came before; where that takes from what is known, its way is gone again."""
        where, held, known = self.walk.states[number]
        common = in_common(known, state[2])
        if common != known:
            self.walk.states[number] = (where, held, common)
            queue.append(number)

    def _spread(self, node: Node, number: int, held: dict[Key, int], facts: dict[str, Fact], queue: deque[int]) -> None:
        for place, way in enumerate(node.ways):
            if way.tests:
                chosen = dict(facts)
                if not all(assume(chosen, test, outcome) for test, outcome in way.tests):
                    self._refused.add((node.block.id, place))
                    continue
                self._taken.add((node.block.id, place))
                self._arrive(way.target, held, chosen, number, way, queue)
            else:
                self._arrive(way.target, held, facts, number, way, queue)

    def _leave(self, node: Node, number: int, held: dict[Key, int], facts: dict[str, Fact]) -> None:
        signs = self.program.returned(node.block, facts)
        self.walk.exits.append(Exit(node.block.id, number, held, signs, facts))

    # ---- items --------------------------------------------------------------------------------------------------

    def _run_items(
        self, node: Node, held: dict[Key, int], facts: dict[str, Fact], number: int
    ) -> list[tuple[dict[Key, int], dict[str, Fact]]]:
        states = [(held, facts)]
        for item in node.items:
            after: list[tuple[dict[Key, int], dict[str, Fact]]] = []
            for one_held, one_facts in states:
                if item.arm is not None:
                    other = dict(one_facts)
                    if assume(other, item.arm[0], not item.arm[1]):
                        after.append((dict(one_held), other))
                    if not assume(one_facts, *item.arm):
                        continue
                after += self._run(item, one_held, one_facts, number)
            states = after
        return states

    def _run(
        self, item: Item, held: dict[Key, int], facts: dict[str, Fact], number: int
    ) -> list[tuple[dict[Key, int], dict[str, Fact]]]:
        op = item.op
        call = item.call
        if call is not None:
            if op == "take":
                self._take(call, held, number)
                self._tell_fresh(item, facts)
                return [(held, facts)]
            if op == "drop":
                self._drop(call, held, facts, number)
                return [(held, facts)]
            return self._split(item, call, held, facts, number)
        for key in item.lost:
            if held.get(key, 0) <= 0:
                held.pop(key, None)
            elif not item.address:
                self._tell("lost", key, item.offset, None, number)
                held[key] = LOST
        change_facts(item, facts)
        return [(held, facts)]

    def _split(
        self, item: Item, call: Call, held: dict[Key, int], facts: dict[str, Fact], number: int
    ) -> list[tuple[dict[Key, int], dict[str, Fact]]]:
        results = []
        term = call.term
        if item.op == "if":
            yes, no = (ZERO, ZERO), (ZERO, ZERO)
        elif call.op.kind == "rc":
            yes, no = (ZERO, ZERO), (NONZERO, NONZERO)
        else:
            yes, no = (POS, POS), (ZERO, ZERO)
        decided = facts.get(term, NOTHING)[0] if item.again and term is not None else ANY
        for taken, signs in ((True, yes[0]), (False, no[0])):
            if not decided & signs and item.op != "if":
                continue
            new_held, new_facts = dict(held), dict(facts)
            if item.op == "if":
                if item.test is not None and not assume(new_facts, item.test[0], taken):
                    continue
            elif term is not None:
                new_facts[term] = (signs, "0" if signs == ZERO else None, frozenset())
            if taken and call.op.takes:
                self._take(call, new_held, number)
                self._tell_fresh(item, new_facts)
            elif taken:
                self._drop(call, new_held, new_facts, number)
            results.append((new_held, new_facts))
        return results

    def _tell_fresh(self, item: Item, facts: dict[str, Fact]) -> None:
        tell_fresh(item, facts, () if self.merged else item.owners)  # the owners may be doubted, see `doubtful`

    def _take(self, call: Call, held: dict[Key, int], number: int) -> None:
        key = call.key
        depth = held.get(key)
        if depth is None or depth in (FREE, LOST):
            if depth is None:
                if call.op.kind == "plain":
                    self.walk.own.add(key)
                if call.op.kind == "plain" and not call.op.family.recursive:
                    self.walk.fresh.add(key)
            held[key] = 1
        elif depth == FOREIGN:
            del held[key]
        elif call.op.family.recursive or key.text == UNKNOWN:
            held[key] = min(depth + 1, _DEEPEST)
        elif call.op.kind == "plain":
            self._tell("again", key, call.offset, call, number)

    def _drop(self, call: Call, held: dict[Key, int], facts: dict[str, Fact], number: int) -> None:
        key = self._meant(call, held, facts)
        depth = held.get(key)
        if key.text == UNKNOWN and not depth:
            return  # whatever it drops, nothing of the kind is held here
        if depth is None:
            held[key] = FOREIGN
            self._tell("foreign", key, call.offset, call, number)
        elif depth == LOST:
            held[key] = FREE
        elif depth > 0:
            if depth > 1:
                held[key] = depth - 1
            else:
                held[key] = FREE
                self.walk.dropped.add(key)
        else:
            self._tell("twice", key, call.offset, call, number)

    def _meant(self, call: Call, held: dict[Key, int], facts: dict[str, Fact]) -> Key:
        """The lock that a release ends: one of that name that is held, one under another name, or its own."""
        for key in call.keys:
            if held.get(key, 0) > 0:
                return key
        for key in call.keys:
            for other, term in self.program.twins.get(key, ()):
                if held.get(other, 0) > 0 and facts.get(term, NOTHING)[0] == ZERO:
                    return other
        for key in call.keys:
            for other in self._aliases.get(key, ()):
                if held.get(other, 0) > 0:
                    return other
        for key in call.keys:
            unknown = Key(key.resource, UNKNOWN, False)
            if held.get(unknown, 0) > 0:
                return unknown
            if key == unknown:
                return next((k for k, depth in held.items() if depth > 0 and k.resource == key.resource), key)
        for key in call.keys:
            if key in held:
                return key
        for key in call.keys:
            for other in self._aliases.get(key, ()):
                if other in held:
                    return other
        return call.keys[0]

    def _tell(self, what: str, key: Key, offset: int, call: Call | None, number: int) -> None:
        mark = (what, key, offset)
        if mark not in self._told:
            self._told.add(mark)
            self.walk.events.append(Event(what, key, offset, call, number))


def _aliases(program: Program) -> dict[Key, tuple[Key, ...]]:
    """Locks released under a name that nothing here was taken under: the one meant has no release of its own, or a
    name that ends alike."""
    taken = {call.key for call in program.calls if call.op.takes}
    given = {key for call in program.calls if not call.op.takes for key in call.keys}
    found: dict[Key, tuple[Key, ...]] = {}
    for key in given - taken:
        alike = [other for other in taken if other.resource == key.resource]
        meant = tuple(
            other
            for other in alike
            if (other not in given and _may_be_one(key.text, other.text)) or ends_alike(key.text, other.text)
        )
        if meant:
            found[key] = meant
    return found


def ends_alike(left: str, right: str) -> bool:
    """`&msix->pdev->lock` and `&pdev->lock`: one path reaches what a variable of that name stands for."""
    name = right.lstrip("&")
    return left.lstrip("&").replace("(", "").replace(")", "").endswith(("->" + name, "." + name))


def _may_be_one(left: str, right: str) -> bool:
    """Two names that may well mean one lock: the same member of something, or a plain variable on one side."""
    if UNKNOWN in (left, right):
        return True
    if ", " in left and ", " in right:  # names by value
        one, two = left.split(", "), right.split(", ")
        return one[-1] == two[-1] or one[0] == two[0]
    members = [text.replace("->", ".").rpartition(".") for text in (left, right)]
    if all(member[1] for member in members):
        return members[0][2] == members[1][2]
    return any(text.isidentifier() for text in (left, right))
