"""A guarded dispatch as a table: operation by operation, who carries it out, under which locks, after which checks.

Locks and checks are those certain on every way to the place (see `passage`, and `locks.held`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.guard import Dispatch
from reviewbot.analysis.dispatch.labels import operations, plain
from reviewbot.analysis.dispatch.passage import Hooks, Passage
from reviewbot.analysis.dispatch.reader import Reader
from reviewbot.analysis.dispatch.rule import MAX_OPERATIONS, definitions, dispatchers
from reviewbot.analysis.dispatch.tables import policy_function
from reviewbot.csource import Function, Group, Label, NotAnalysed, SourceFile

T = TypeVar("T")

# Handlers hand on to handlers; Xen does so three deep.
_MAX_DEPTH = 8

# `op->u.shadow_op.op == XEN_DOMCTL_SHADOW_OP_CLEAN`: what a sub-operation is compared with.
_COMPARED = re.compile(r"\b(\w+)((?:->|\.)[\w.>-]+)\s*==\s*([A-Z]\w+)")

# How far the statements around a call are looked at for a sub-operation.
_MAX_AROUND = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """A hook and the function that asks it; `arch` is None in common code."""

    hook: str
    function: str
    arch: str | None


@dataclass(frozen=True, slots=True)
class HandlerView:
    """A place that carries out an operation; `arch` is None in common code.

    `asked` says who asks the `checks`, `arm` is the `#if` that the label stands under, `sub` the sub-operations that
    come here, empty for all of them. `hands_on`: the place does nothing itself but hand the operation to a handler.
    """

    path: str
    line: int
    function: str
    arch: str | None
    locks_held: tuple[str, ...]
    checks: tuple[str, ...]
    asked: tuple[Asked, ...] = field(default=(), compare=False)
    sub: tuple[str, ...] = field(default=(), compare=False)
    hands_on: bool = field(default=False, compare=False)
    arm: str | None = field(default=None, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The handler as plain JSON data."""
        return {
            "path": self.path,
            "line": self.line,
            "function": self.function,
            "arch": self.arch,
            "locks_held": list(self.locks_held),
            "checks": list(self.checks),
        }


@dataclass(frozen=True, slots=True)
class OpView:
    """One operation: who carries it out, and what the security policy says: (path, line, action), or None."""

    op: str
    handlers: tuple[HandlerView, ...]
    flask: tuple[str, int, str] | None

    def to_dict(self) -> dict[str, Any]:
        """The operation as plain JSON data."""
        policy = None
        if self.flask is not None:
            policy = {"path": self.flask[0], "line": self.flask[1], "action": self.flask[2]}
        return {"op": self.op, "handlers": [handler.to_dict() for handler in self.handlers], "flask": policy}


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """The functions of a dispatch that a tree has; `unread` lists those that cannot be read."""

    main: Function
    handlers: tuple[Function, ...]
    policies: tuple[Function, ...]
    unread: tuple[NotAnalysed, ...]

    @property
    def everyone(self) -> tuple[Function, ...]:
        """All of them, the dispatcher first."""
        return (self.main, *self.handlers, *self.policies)


def read_members(dispatch: Dispatch, context: Context) -> Members | None:
    """Find the functions of a dispatch; None where the tree has no such dispatcher."""
    found = dispatchers(dispatch, (), context)
    if not found:
        return None
    find = definitions(dispatch, context, found[0])
    handlers = tuple(f for handler in dispatch.handlers for f in find(handler.function))
    policies: list[Function] = []
    unread: list[NotAnalysed] = []
    for policy in dispatch.policies:
        function = policy_function(policy, context)
        if isinstance(function, NotAnalysed):
            unread.append(function)
        elif function is not None and policy.complete:
            policies.append(function)
    unread.extend(
        NotAnalysed(f.source.path, f.name, f.line, f.reason or "")
        for f in (found[0], *handlers, *policies)
        if not f.readable
    )
    return Members(found[0], handlers, tuple(policies), tuple(unread))


@dataclass(frozen=True, slots=True)
class _Before:
    """What holds when a function is entered for an operation."""

    locks: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    sub: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Place:
    """A switch's groups that an operation goes through, from its label to where it leaves the switch."""

    label: Label
    first: Node
    hooks: Hooks
    called: tuple[str, ...]
    acts: bool
    sub: tuple[str, ...]


class OpTable:
    """The table of one dispatch: `main` is its dispatcher, `policies` the functions that must know every operation."""

    def __init__(self, reader: Reader, dispatch: Dispatch, main: Function, policies: Sequence[Function]) -> None:
        self.reader = reader
        self.dispatch = dispatch
        self.main = main
        self.policies = policies
        self.on = dispatch.on.union(*(policy.on for policy in dispatch.policies)) if dispatch.policies else dispatch.on
        self.find = definitions(dispatch, reader.context, main)

    def rows(self, functions: Sequence[Function]) -> Iterator[OpView]:
        """Every operation that one of the functions has a case for, in the order they are met."""
        ops: dict[str, None] = {}
        for function in functions:
            ops.update(dict.fromkeys(operations(function, self.on, self.dispatch.prefix)))
        if len(ops) > MAX_OPERATIONS:
            reason = f"{len(ops)} operations, more than {MAX_OPERATIONS}"
            self.reader.silent.append(NotAnalysed(self.main.source.path, self.main.name, self.main.line, reason))
            return
        for op in ops:
            yield OpView(op, tuple(dict.fromkeys(self._handlers(self.main, op, _Before(), 0))), self._policy(op))

    def _handlers(self, function: Function, op: str, before: _Before, depth: int) -> Iterator[HandlerView]:
        readable = function.readable and depth < _MAX_DEPTH
        passage = self.reader.passage(function, self.dispatch.on, op) if readable else None
        if passage is None:
            return
        places = list(self._places(function, passage, op))
        handed = [call for call in passage.calls() if self.dispatch.handler(call[1]) is not None]
        nodes = [*(place.first for place in places), *(node for node, _, _ in handed)]
        held = self.reader.held(function, nodes, self.dispatch.on, op)
        after = list(self._handed(function, handed, held, op, before, depth))
        acting = [place for place in places if place.acts]
        # Where nobody acts, the places that only look are all there is to show.
        for place in acting or (() if after else places):
            yield self._view(function, place, held[place.first.start_byte], before)
        yield from after

    def _handed(
        self,
        function: Function,
        calls: Iterable[tuple[Node, str, Hooks]],
        held: Mapping[int, tuple[str, ...]],
        op: str,
        before: _Before,
        depth: int,
    ) -> Iterator[HandlerView]:
        seen: set[tuple[str, Hooks, tuple[str, ...], tuple[str, ...]]] = set()
        for node, name, hooks in calls:
            sub = before.sub or self._sub_operations(node, function)
            locks = held[node.start_byte]
            if (name, hooks, locks, sub) in seen:
                continue
            seen.add((name, hooks, locks, sub))
            asked = unique([*before.asked, *_asked(sorted(hooks), function)])
            after = _Before(unique([*before.locks, *locks]), asked, sub)
            for definition in self.find(name):
                yield from self._handlers(definition, op, after, depth + 1)

    def _view(self, function: Function, place: _Place, locks: tuple[str, ...], before: _Before) -> HandlerView:
        hooks = unique([*sorted(place.hooks), *self.reader.hooks(place.called)])
        asked = unique([*before.asked, *_asked(hooks, function)])
        deeds = [name for name in place.called if not self._looks(name) and not self.reader.hooks([name])]
        return HandlerView(
            function.source.path,
            place.label.line,
            function.name,
            arch_of(function.source.path),
            unique([*before.locks, *locks]),
            unique(one.hook for one in asked),
            asked,
            before.sub or place.sub,
            bool(deeds) and all(self.dispatch.handler(name) is not None for name in deeds),
            place.label.arm,
        )

    def _places(self, function: Function, passage: Passage, op: str) -> Iterator[_Place]:
        for switch in self.reader.switches(function):
            if switch.on not in self.dispatch.on:
                continue
            for number, group in enumerate(switch.groups):
                own = next((label for label in group.labels if value(label.text) == op), None)
                first = passage.at(group.start_byte, group.end_byte) if own is not None else None
                if own is None or first is None:
                    continue
                through = list(_run_through(switch.groups[number:]))
                called = unique(name for one in through for name in self.reader.called(function.source, one))
                deeds = [
                    (node, name)
                    for node, name, _ in passage.calls()
                    if any(one.start_byte <= node.start_byte < one.end_byte for one in through)
                    and not self._looks(name)
                ]
                subs = [self._sub_operations(node, function) for node, _ in deeds]
                sub = unique(name for names_ in subs for name in names_) if all(subs) else ()
                yield _Place(own, *first, called, bool(deeds), sub)

    def _sub_operations(self, call: Node, function: Function) -> tuple[str, ...]:
        """The sub-operations for which a call is made, by the text around it: labels of inner switches, comparisons of
        the operation's data with a constant. Empty where nothing there names one."""
        source, found = function.source, list[str]()
        node, around = call, call.parent
        for _ in range(_MAX_AROUND):
            if around is None or around == function.body:
                break
            condition = around.child_by_field_name("condition") if around.type == "if_statement" else None
            if around.type == "case_statement":
                switch = _switch_around(around)
                operand = switch.child_by_field_name("condition") if switch is not None else None
                if operand is None or plain(source.text(operand)) in self.dispatch.on:
                    break
                label = around.child_by_field_name("value")
                found += [source.text(label)] if label is not None else []
            elif condition is not None and around.child_by_field_name("consequence") == node:
                found += self._compared(source.text(condition))
            node, around = around, around.parent
        return unique(name.removeprefix(self.dispatch.prefix) for name in found)

    def _compared(self, condition: str) -> list[str]:
        return [
            constant
            for variable, path, constant in _COMPARED.findall(condition)
            if variable in self.dispatch.roots and variable + path not in self.dispatch.on
        ]

    def _looks(self, name: str) -> bool:
        return self.reader.guard.harmless.fullmatch(name) is not None

    def _policy(self, op: str) -> tuple[str, int, str] | None:
        for function in self.policies:
            for switch in self.reader.switches(function):
                if switch.on not in self.on:
                    continue
                for group in switch.groups:
                    for label in group.labels:
                        if value(label.text) == op:
                            return function.source.path, label.line, _action(function.source, group)
        return None


def _run_through(groups: Sequence[Group]) -> Iterator[Group]:
    """The first group and those that control falls into from it."""
    for group in groups:
        yield group
        if group.ends not in ("fallthrough", "falls-through"):
            return


def _switch_around(node: Node) -> Node | None:
    around = node.parent
    while around is not None and around.type != "switch_statement":
        around = around.parent
    return around


def _asked(hooks: Iterable[str], function: Function) -> Iterator[Asked]:
    arch = arch_of(function.source.path)
    return (Asked(hook, function.name, arch) for hook in hooks)


def _action(source: SourceFile, group: Group) -> str:
    """What a policy does in a group, in one line: its statements (a lone `return` without the word), cut where long."""
    statements = [node for node in group.statements if node.type.endswith(("_statement", "declaration"))]
    text = " ".join(" ".join(source.text(node).split()) for node in statements)
    if len(statements) == 1 and statements[0].type == "return_statement":
        text = text.removeprefix("return").removesuffix(";").strip()
    return text if len(text) <= 120 else text[:117] + "..."


def value(label: str) -> str:
    """A label without its `case`."""
    return label.removeprefix("case").strip()


def arch_of(path: str) -> str | None:
    """The architecture whose code a path holds (`x86`), None for common code."""
    parts = path.split("/")
    return parts[parts.index("arch") + 1] if "arch" in parts[:-2] else None


def unique(items: Iterable[T]) -> tuple[T, ...]:
    """The items without repetitions, in order."""
    return tuple(dict.fromkeys(items))
