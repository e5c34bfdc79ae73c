"""Follows one operation through a dispatcher and its handlers, up to the first thing that acts without a check.

The walk is over flow graphs with the operation fixed: switches over the operation take its label (or `default`), other
conditions take both ways unless a variable's value is known. A way ends where a hook's answer was tested, and at the
first call or store that is not harmless: that one is an `Act`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.events import (
    Call,
    Event,
    Names,
    Otherwise,
    Store,
    events,
    names_of,
    root,
    scratch_variables,
    value,
    variable,
)
from reviewbot.analysis.dispatch.guard import Dispatch, Guard
from reviewbot.analysis.dispatch.labels import SPLIT_ALL, Places, line_of, open_edges, plain
from reviewbot.analysis.dispatch.nothing import nothing_in
from reviewbot.analysis.dispatch.outcome import CHECKED, DENIED, IMPOSSIBLE, Outcome, asked_again, decide, member
from reviewbot.analysis.dispatch.summary import Act, Summary
from reviewbot.analysis.finding import TraceStep
from reviewbot.csource import Function, NotAnalysed, SourceFile

if TYPE_CHECKING:
    from reviewbot.csource.flow import Block, Edge

# One function, one operation: beyond this many (block, known values) pairs it is "too many paths".
_MAX_STATES = 20_000

# All operations together: blocks, what is known in each, and the expressions in it, by their bytes and events. Each
# operation is followed anew, so that a large function with many of them would take hours; Xen's largest take 40,000.
_MAX_WORK = 200_000
_BYTES = 16  # that count as much as one event

# Handlers hand on to handlers; Xen does so three deep.
_MAX_DEPTH = 8

Env = tuple[tuple[str, str], ...]

# The name (no variable has it) under which a state remembers the answer of the last check on its way.
_ANSWER = ""
_YES, _NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class _Facts:
    """A function's variables, those that hold the operation, and the events of expressions met so far."""

    names: Names
    scratch: frozenset[str]
    places: Places
    again: frozenset[str]  # comparisons of the operation's data that are made more than once
    events: dict[tuple[int, int, str], tuple[Event, ...]] = field(default_factory=dict)


class Walker:
    """Walks one dispatcher's operations; `definitions` finds a handler's functions in the tree."""

    def __init__(
        self,
        context: Context,
        guard: Guard,
        dispatch: Dispatch,
        definitions: Callable[[str], tuple[Function, ...]],
    ) -> None:
        self.context = context
        self.guard = guard
        self.dispatch = dispatch
        self.definitions = definitions
        self.work = 0  # what was looked at so far, for all operations
        self._known: dict[tuple[str, int, str | None], Summary] = {}
        self._own: dict[str, dict[str, Function]] = {}  # file → its functions by name
        self._facts: dict[tuple[str, int], _Facts] = {}

    def facts(self, function: Function) -> _Facts:
        """What does not depend on the operation, read once a function."""
        key = (function.source.path, function.node.start_byte)
        if key not in self._facts:
            names = names_of(function)
            self._facts[key] = _Facts(
                names,
                scratch_variables(function, names, self.dispatch.roots),
                Places.of(function, self.dispatch.on),
                asked_again(function, self.dispatch.roots),
            )
        return self._facts[key]

    def summary(self, function: Function, op: str | None, depth: int = 0) -> Summary:
        """What `function` does for the operation `op` (None: one that no label names)."""
        key = (function.source.path, function.node.start_byte, op)
        if key not in self._known:
            self._known[key] = Summary()  # what a recursive call sees
            self._known[key] = _Walk(self, function, op, depth).run()
        return self._known[key]

    def called(self, name: str, source: SourceFile, op: str | None, depth: int) -> Summary | None:
        """What a call does, where its definition is at hand: a handler's, or one in the same file. Else None."""
        if self.dispatch.handler(name) is not None:
            return self._handed(name, source, op, depth)
        if depth >= _MAX_DEPTH:
            return None
        if source.path not in self._own:
            self._own[source.path] = {f.name: f for f in reversed(source.functions)}
        own = self._own[source.path].get(name)
        return self.summary(own, op, depth + 1) if own is not None else None

    def _handed(self, name: str, source: SourceFile, op: str | None, depth: int) -> Summary:
        merged = Summary()
        functions = self.definitions(name) if depth < _MAX_DEPTH else ()
        if not functions:
            # Whether it checks is unknown: said so, and the way is not followed further.
            reason = f"{name}() is not in the tree: whether it checks {op or 'other operations'} is not known"
            merged.silent.append(NotAnalysed(source.path, None, 0, reason))
            merged.checks = True
        for function in functions:
            one = self.summary(function, op, depth + 1)
            merged.acts.extend(one.acts)
            merged.silent.extend(one.silent)
            merged.checks = merged.checks or one.checks
            merged.common = merged.common or one.common
            merged.answers = merged.answers or one.answers
        return merged


class _Walk:
    """One function, one operation."""

    def __init__(self, walker: Walker, function: Function, op: str | None, depth: int) -> None:
        self.walker = walker
        self.guard = walker.guard
        self.dispatch = walker.dispatch
        self.function = function
        self.source = function.source
        self.op = op
        self.depth = depth
        self.facts = walker.facts(function)
        self.names = self.facts.names
        self.result = Summary()
        self.acts: dict[tuple[str, str], Act] = {}
        self.silent: dict[NotAnalysed, None] = {}
        self.reported: set[int] = set()  # lines of this function
        self.env: dict[str, str] = {}
        self.answered: dict[str, dict[int, tuple[Node, str]]] = {_YES: {}, _NO: {}}

    def run(self) -> Summary:
        from reviewbot.csource.flow import FlowError

        try:
            flow = self.walker.context.flow(self.function, SPLIT_ALL)
        except FlowError as error:
            return self._unread(str(error))
        if self._outside():
            return self.result
        stack: list[tuple[int, Env]] = [(flow.entry, ())]
        seen = set(stack)
        while stack:
            number, env = stack.pop()
            for state in self._block(flow.blocks[number], dict(env)):
                if state not in seen:
                    seen.add(state)
                    stack.append(state)
            if len(seen) > _MAX_STATES or self.walker.work > _MAX_WORK:
                return self._unread("too many paths")
        for start, (node, what) in sorted(self.answered[_NO].items()):
            # Tidying up after a refusal is right; what is done whatever the answer is not.
            if start in self.answered[_YES]:
                self._report(node, what, "whatever the check says")
        self.result.acts = sorted(self.acts.values(), key=lambda act: (act.path, act.line))
        self.result.silent = list(self.silent)
        return self.result

    def _outside(self) -> bool:
        return any(e.op == self.op and not e.when for e in self.dispatch.exempt)

    def _unread(self, reason: str) -> Summary:
        entry = NotAnalysed(self.source.path, self.function.name, self.function.line, reason)
        return Summary(silent=[entry], checks=True)

    # ---- one block ----------------------------------------------------------------------------------------------

    def _block(self, block: Block, env: dict[str, str]) -> Iterator[tuple[int, Env]]:
        """The states that follow a block; none where the way ends in it."""
        self.env = env
        self.walker.work += 1 + len(env) + len(block.edges)
        for step in block.steps:
            if not self._perform(step.node, step.holes):
                return
            if step.kind == "asm" and not self._act(step.node, "an asm statement"):
                return
            if step.target is not None:
                known = {"true": "set", "false": "zero"}.get(step.kind) or self._value(step.node)
                self._assign(step.target, known)
            if step.kind in ("return", "value") and step.target is None and self._returns_answer(step.node):
                self.result.answers = True
        tested = next((edge for edge in block.edges if edge.kind in ("true", "false")), None)
        if tested is not None and tested.condition is not None and not self._perform(tested.condition, tested.holes):
            return
        after = dict(self.env)
        for edge in open_edges(block.edges, self.source, self.dispatch.on, self.op):
            outcome = self._take(edge, after)
            if outcome is not None:
                yield edge.target, outcome

    def _perform(self, node: Node, holes: tuple[tuple[int, int], ...]) -> bool:
        """Go through what an expression does; false where the way ends in it."""
        key = (node.start_byte, node.end_byte, node.type)
        if key not in self.facts.events:
            self.facts.events[key] = tuple(events(node, self.source, holes))
        self.walker.work += (node.end_byte - node.start_byte) // _BYTES + len(self.facts.events[key])
        never = (0, 0)  # the part met last that is not reached: what is in it comes next
        for event in self.facts.events[key]:
            if never[0] <= event.node.start_byte < never[1]:
                continue
            if isinstance(event, Otherwise):
                # `xsm_foo() ?: act()`: the second side is reached with permission, or not at all.
                known = self._value(event.condition)
                if known in ("hook", "set", "negative"):
                    never = event.node.start_byte, event.node.end_byte
                    self.result.checks = self.result.checks or known == "hook"
            elif isinstance(event, Call):
                if not self._call(event):
                    return False
            elif not self._store(event):
                return False
        return True

    def _call(self, call: Call) -> bool:
        self._forget_addressed(call.node)
        self.result.common = self.result.common or call.name == self.dispatch.common
        if self.guard.hook.fullmatch(call.name):
            self.result.nothing.update(nothing_in(call, self.env, self.source))
            return True
        if self.guard.harmless.fullmatch(call.name):
            return True
        inner = self.walker.called(call.name, self.source, self.op, self.depth)
        if inner is None or _ANSWER in self.env:
            return inner is not None or self._act(call.node, f"{call.name}()")
        line = line_of(call.node)
        self.silent.update((NotAnalysed(e.path, e.function, e.line or line, e.reason), None) for e in inner.silent)
        here = TraceStep(self.source.path, line, f"handed to {call.name}()")
        self.walker.work += len(inner.acts)
        for act in inner.acts:
            nearest = act.label or self._labelled(call.node)
            self._add(replace(act, node=call.node, trace=(here, *act.trace), label=nearest))
        self.result.checks = self.result.checks or inner.checks
        self.result.common = self.result.common or inner.common
        if inner.checks:
            self.env[_ANSWER] = _YES
        return inner.checks or not inner.acts

    def _store(self, store: Store) -> bool:
        name = variable(store.target, self.source)
        if name is not None and (name in self.names.own or store.node.type == "init_declarator"):
            self._assign(store.target, self._value(store.value) if store.value is not None else None)
            return True
        if store.node.type == "init_declarator":
            return True
        base, followed = root(store.target, self.source, self.names.arrays)
        if base in self.facts.scratch and self.facts.again:
            self._forget_asked(member(self.source.text(store.target)))
        if base in self.facts.scratch or (base in self.names.own and not followed):
            return True
        if store.target.type == "pointer_expression" and base in self.names.parameters:
            return True  # `*copyback = true`: an answer to the caller
        return self._act(store.node, f"the store to {plain(self.source.text(store.target))}")

    def _act(self, node: Node, what: str) -> bool:
        answer = self.env.get(_ANSWER)
        if answer is not None:
            self.answered[answer][node.start_byte] = (node, what)
            return True
        self._report(node, what, "and no check comes before it")
        return False

    def _report(self, node: Node, what: str, why: str) -> None:
        line = line_of(node)
        trace: list[TraceStep] = []
        label = self._labelled(node)
        if label is not None:
            trace.append(TraceStep(self.source.path, label[1], f"case {self.op} of {self.function.name}()"))
        trace.append(TraceStep(self.source.path, line, f"{what} acts, {why}"))
        if line not in self.reported:
            self.reported.add(line)
            self._add(Act(node, what, self.source.path, line, self.function.name, tuple(trace), label))

    def _add(self, act: Act) -> None:
        """Keep the first act of each function reached: one is enough to mend the way there."""
        known = self.acts.get((act.path, act.function))
        if known is None or act.line < known.line:
            self.acts[act.path, act.function] = act

    def _labelled(self, node: Node) -> tuple[str, int, str] | None:
        """The operation's label that a node of a handler stands under: path, line, function."""
        label = self.facts.places.label(node, self.op) if self.depth else None
        return (self.source.path, line_of(label), self.function.name) if label is not None else None

    # ---- what is known of variables -----------------------------------------------------------------------------

    def _assign(self, target: Node, known: str | None) -> None:
        name = variable(target, self.source)
        if name is None:
            return
        if known is None:
            self.env.pop(name, None)
        else:
            self.env[name] = known

    def _value(self, node: Node | None) -> str | None:
        return value(node, self.source, self.env, self._answers)

    def _answers(self, name: str) -> bool:
        if self.guard.hook.fullmatch(name):
            return True
        if self.guard.harmless.fullmatch(name):
            return False
        inner = self.walker.called(name, self.source, self.op, self.depth)
        return inner is not None and inner.answers

    def _returns_answer(self, node: Node) -> bool:
        inner = node
        if node.type == "return_statement":
            inner = next((child for child in node.named_children if child.type != "comment"), node)
        return self._value(inner) == "hook"

    def _forget_addressed(self, call: Node) -> None:
        arguments = call.child_by_field_name("arguments")
        for argument in arguments.named_children if arguments is not None and self.env else ():
            base, _ = root(argument, self.source, self.names.arrays)
            if argument.type == "pointer_expression":
                self.env.pop(base or "", None)
            if base in self.dispatch.roots and self.facts.again:
                self._forget_asked("")

    def _forget_asked(self, about: str) -> None:
        """Forget what comparisons have said of a member of the operation, or (empty) of all of it."""
        gone = {asked for asked in self.facts.again if about in ("", member(asked))}
        self.env = {name: known for name, known in self.env.items() if name not in gone}

    # ---- ways out of a block ------------------------------------------------------------------------------------

    def _take(self, edge: Edge, env: dict[str, str]) -> Env | None:
        """What is known after an edge; None where it cannot be taken or the way ends with it."""
        if edge.kind == "case" and edge.label is not None:
            return None if self.dispatch.is_exempt(self.op, self.source.text(edge.label)) else _frozen(env)
        if edge.kind in ("back", "continue") and env.get(_ANSWER) == _NO:
            return None  # the loop goes on to the next one, and asks again
        if edge.kind not in ("true", "false") or edge.condition is None:
            return _frozen(env)
        outcome = decide(edge.condition, edge.kind == "true", self.source, env, self._answers)
        if outcome.verdict == IMPOSSIBLE:
            return None
        if outcome.verdict in (CHECKED, DENIED):
            self.result.checks = self.result.checks or outcome.verdict == CHECKED
            return _frozen({**self._learn(env, outcome), _ANSWER: _YES if outcome.verdict == CHECKED else _NO})
        if outcome.equal is not None:
            left, right = outcome.equal
            if left in self.dispatch.on and right.startswith(self.dispatch.prefix):
                return _frozen(env) if (right == self.op) == outcome.holds else None
            if outcome.holds and self.dispatch.is_exempt(self.op, right):
                return None
            asked, now = f"{left} == {right}", _YES if outcome.holds else _NO
            if asked in self.facts.again:
                return _frozen({**env, asked: now}) if env.get(asked, now) == now else None
        return _frozen(self._learn(env, outcome))

    def _learn(self, env: dict[str, str], outcome: Outcome) -> dict[str, str]:
        name, known = outcome.learnt or ("", "")
        # `negative` is known better than "not zero" tells.
        if name not in self.names.own or (env.get(name) == "negative" and known == "set"):
            return env
        return {**env, name: known}


def _frozen(env: dict[str, str]) -> Env:
    return tuple(sorted(env.items()))
