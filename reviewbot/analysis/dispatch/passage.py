"""What is certain at each point of a function: the locks held and the hooks asked on every way there.

A forward analysis over the flow graph, for the view of the switches. Facts that differ between ways are dropped, so
what is left holds on all of them. With an operation fixed, only the ways that it can take count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tree_sitter import Node

from reviewbot.analysis.dispatch.events import Call, Event, Store, bare, events, variable
from reviewbot.analysis.dispatch.guard import Guard
from reviewbot.analysis.dispatch.labels import open_edges, plain
from reviewbot.analysis.dispatch.outcome import claim
from reviewbot.analysis.rules import Rule
from reviewbot.csource import SourceFile

if TYPE_CHECKING:
    from reviewbot.csource.flow import Block, Edge, Flow


# Whether a value of which this is known counts as true. No acquire succeeds with less than zero.
_TRUTH = {"nonzero": True, "positive": True, "negative": True, "zero": False, "nonnegative": False}


@dataclass(frozen=True, slots=True)
class Fact:
    """`lock` or `hook` with its name; or `pending`: the lock is held if the variable `by` is true (`when`)."""

    kind: str
    name: str
    family: str = ""
    by: str = ""
    when: bool = True


Facts = frozenset[Fact]


@dataclass(frozen=True, slots=True)
class LockCall:
    """What a call does to locks: the family, whether it takes, and when it has (`plain`, `bool`, `ptr`, `rc`)."""

    family: str
    takes: bool
    kind: str
    keyed: bool


def lock_calls(rule: Rule | None) -> Mapping[str, LockCall]:
    """The calls that the families of a `lock-balance` rule name."""
    found: dict[str, LockCall] = {}
    for family in rule.tables("family") if rule is not None else ():
        name, kind, keyed = str(family.get("name")), str(family.get("kind", "plain")), family.get("key") != ""
        for takes, key in ((True, "acquire"), (False, "release")):
            for call in _strings(family.get(key)):
                found.setdefault(call, LockCall(name, takes, kind, keyed))
    return found


def _strings(value: Any) -> Iterable[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


class Passage:
    """The facts on entry to each block that can be reached; `op` as in the walk, or `every` for any operation."""

    def __init__(
        self, flow: Flow, guard: Guard, locks: Mapping[str, LockCall], on: frozenset[str], op: str | None, every: bool
    ) -> None:
        self.flow = flow
        self.source: SourceFile = flow.function.source
        self.guard = guard
        self.locks = locks
        self.on = on
        self.op = op
        self.every = every
        self.entry: dict[int, Facts] = {}
        self._events: dict[tuple[int, int, str], tuple[Event, ...]] = {}
        self._run()

    def calls(self) -> Iterator[tuple[Node, str, Facts]]:
        """Every call that can be reached, with its name and the facts before it."""
        for number in sorted(self.entry):
            block = self.flow.blocks[number]
            facts = self.entry[number]
            for node in self._nodes(block):
                for event in self._of(node):
                    if isinstance(event, Call):
                        yield event.node, event.name, facts
                    facts = self._after(event, facts)

    def at(self, start: int, end: int) -> Facts | None:
        """The facts at the first point reached between two offsets; None where nothing there is reached."""
        best: tuple[int, Facts] | None = None
        for number in self.entry:
            for node in self._nodes(self.flow.blocks[number]):
                if start <= node.start_byte < end and (best is None or node.start_byte < best[0]):
                    best = (node.start_byte, self._facts_before(number, node))
        return best[1] if best is not None else None

    def _facts_before(self, number: int, stop: Node) -> Facts:
        facts = self.entry[number]
        for node in self._nodes(self.flow.blocks[number]):
            if node == stop:
                break
            facts = self._through(node, facts)
        return facts

    def _run(self) -> None:
        self.entry = {self.flow.entry: frozenset()}
        queue = [self.flow.entry]
        while queue:
            number = queue.pop()
            block = self.flow.blocks[number]
            facts = self.entry[number]
            for node in self._nodes(block):
                facts = self._through(node, facts)
            for edge in open_edges(block.edges, self.source, self.on, self.op) if not self.every else block.edges:
                after = self._taken(edge, facts)
                known = self.entry.get(edge.target)
                merged = after if known is None else known & after
                if merged != known:
                    self.entry[edge.target] = merged
                    queue.append(edge.target)

    def _nodes(self, block: Block) -> Iterator[Node]:
        for step in block.steps:
            yield step.node
        tested = next((edge.condition for edge in block.edges if edge.kind in ("true", "false")), None)
        if tested is not None:
            yield tested

    def _of(self, node: Node) -> tuple[Event, ...]:
        key = (node.start_byte, node.end_byte, node.type)
        if key not in self._events:
            self._events[key] = tuple(events(node, self.source))
        return self._events[key]

    def _through(self, node: Node, facts: Facts) -> Facts:
        for event in self._of(node):
            facts = self._after(event, facts)
        return facts

    def _after(self, event: Event, facts: Facts) -> Facts:
        if isinstance(event, Store):
            return self._stored(event, facts)
        if not isinstance(event, Call):
            return facts
        if self.guard.hook.fullmatch(event.name):
            return facts | {Fact("hook", event.name)}
        lock = self.locks.get(event.name)
        if lock is None or (lock.takes and lock.kind != "plain"):
            return facts
        name = self._lock_name(lock, event.node)
        if lock.takes:
            return facts | {Fact("lock", name, lock.family)}
        same = {fact for fact in facts if fact.kind == "lock" and fact.name == name}
        return facts - (same or {fact for fact in facts if fact.kind == "lock" and fact.family == lock.family})

    def _stored(self, store: Store, facts: Facts) -> Facts:
        name = variable(store.target, self.source)
        if name is None:
            return facts
        facts = frozenset(fact for fact in facts if fact.kind != "pending" or fact.by != name)
        held = self._conditional(store.value)
        return facts if held is None else facts | {Fact("pending", held[0], held[1], name, held[2])}

    def _conditional(self, node: Node | None) -> tuple[str, str, bool] | None:
        """The lock that a call takes on condition, its family, and whether a true result means success."""
        call = bare(node, self.source) if node is not None else None
        if call is None or call.type != "call_expression":
            return None
        callee = call.child_by_field_name("function")
        lock = self.locks.get(self.source.text(callee)) if callee is not None else None
        if lock is None or not lock.takes or lock.kind not in ("bool", "ptr", "rc"):
            return None
        return self._lock_name(lock, call), lock.family, lock.kind != "rc"

    def _taken(self, edge: Edge, facts: Facts) -> Facts:
        if edge.kind not in ("true", "false") or edge.condition is None:
            return facts
        subject, said, _ = claim(edge.condition, edge.kind == "true", self.source)
        true = _TRUTH.get(said) if subject is not None else None
        if subject is None or true is None:
            return facts
        held = self._conditional(subject)
        if held is not None:
            return facts | {Fact("lock", held[0], held[1])} if held[2] == true else facts
        name = variable(subject, self.source)
        return facts | {
            Fact("lock", fact.name, fact.family)
            for fact in facts
            if fact.kind == "pending" and fact.by == name and fact.when == true
        }

    def _lock_name(self, lock: LockCall, call: Node) -> str:
        arguments = call.child_by_field_name("arguments")
        first = (
            next((child for child in arguments.named_children if child.type != "comment"), None) if arguments else None
        )
        return f"{lock.family} {plain(self.source.text(first))}" if lock.keyed and first is not None else lock.family


def names(facts: Facts, kind: str) -> tuple[str, ...]:
    """The names of one kind of facts, sorted."""
    return tuple(sorted(fact.name for fact in facts if fact.kind == kind))
