"""The cases of a dispatcher and its handlers by themselves: whether one asks a hook, and whether it is its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.events import Call, events
from reviewbot.analysis.dispatch.guard import Dispatch, Guard
from reviewbot.analysis.dispatch.hooks import finding_at
from reviewbot.analysis.dispatch.labels import operations
from reviewbot.analysis.dispatch.lookups import asking_names
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, Group, switches


@dataclass(frozen=True, slots=True)
class Place:
    """A line that speaks of an operation."""

    path: str
    line: int
    function: str


Asking = Mapping[str, Sequence[tuple[Place, bool]]]  # operation → places, and whether a hook is asked in each


def asking_functions(guard: Guard, functions: Iterable[Function]) -> frozenset[str]:
    """The names of those of some functions that ask a hook, by themselves or by what they call in their files."""
    return frozenset(f.name for f in functions if f.name in asking_names(guard, f.source))


def asking_places(guard: Guard, dispatch: Dispatch, handler: Function, callees: frozenset[str]) -> Asking:
    """For each operation where a handler has a group for it that does something, and whether that asks a hook."""
    source = handler.source
    groups = [group for switch in switches(handler) if switch.on in dispatch.on for group in switch.groups]
    asking = asking_names(guard, source, callees) - {dispatch.common} if groups else frozenset()
    found: dict[str, list[tuple[Place, bool]]] = {}
    for group in groups:
        called = {e.name for node in group.statements for e in events(node, source) if isinstance(e, Call)}
        handed = any(dispatch.handler(name) is not None for name in called)
        if not handed and any(not guard.harmless.fullmatch(name) for name in called):
            for label in group.labels:
                place = Place(source.path, label.line, handler.name)
                found.setdefault(label.text.removeprefix("case").strip(), []).append((place, bool(called & asking)))
    return found


def unasked_cases(
    rule: Rule, guard: Guard, dispatch: Dispatch, functions: Sequence[Function], callees: Iterable[Function]
) -> Iterator[Finding]:
    """The cases of some functions in which something is done and no hook is asked, by themselves or what they call."""
    asking = asking_functions(guard, callees)
    # Whether a hook is asked about a domain that is looked up is judged there.
    asking |= guard.lookups.calls if guard.lookups is not None else frozenset()
    exempt = {e.op for e in dispatch.exempt if not e.when}
    for function in functions:
        places = asking_places(guard, dispatch, function, asking)
        for op in operations(function, dispatch.on, dispatch.prefix):
            # A case may hold another switch over the operation, and have asked for it.
            if op not in exempt and op in places and not any(asks for _, asks in places[op]):
                yield _unasked(rule, function, op, places[op][0][0])


def _unasked(rule: Rule, function: Function, op: str, place: Place) -> Finding:
    source = function.source
    return make_finding(
        rule.id,
        "warning",
        source.path,
        source.data,
        place.line,
        f"{op} is carried out in {function.name}(), and no hook is asked there",
        function=function.name,
        trace=[TraceStep(place.path, place.line, f"case {op} of {function.name}() asks no hook")],
        detail=op,
    )


def hooks_of_others(
    rule: Rule, guard: Guard, dispatch: Dispatch, functions: Sequence[Function], ops: Iterable[str], context: Context
) -> Iterator[Finding]:
    """Cases that ask the hook which is named after another operation, while there is one named after theirs."""
    named = {op.removeprefix(dispatch.prefix): op for op in ops}
    policies = b"\n".join(context.tree.read(policy.path) or b"" for policy in dispatch.policies)
    for function in functions:
        for switch in switches(function):
            into: list[str] = []  # the operations that fall into the group
            for group in switch.groups if switch.on in dispatch.on else ():
                own = [*into, *(label.text.removeprefix("case").strip() for label in group.labels)]
                into = own if group.ends in ("fallthrough", "falls-through") else []
                names = [op.removeprefix(dispatch.prefix) for op in own if op.startswith(dispatch.prefix)]
                for node, hook, other in _named_after(guard, function, group, named):
                    missed = [name for name in names if name != other and _exists(name, dispatch.prefix, policies)]
                    if missed and other not in names:
                        yield _of_other(rule, function, node, hook, named[other], named[missed[0]])


def _named_after(
    guard: Guard, function: Function, group: Group, named: Mapping[str, str]
) -> Iterator[tuple[Node, str, str]]:
    """The hooks asked in a group that end in an operation's name, with that."""
    if not guard.hook_bytes.search(function.source.masked, group.start_byte, group.end_byte):
        return
    for node in group.statements:
        for event in events(node, function.source):
            if isinstance(event, Call) and guard.hook.fullmatch(event.name):
                tails = [event.name[at + 1 :] for at, sign in enumerate(event.name) if sign == "_"]
                other = next((tail for tail in tails if tail in named), None)
                if other is not None:
                    yield event.node, event.name, other


def _exists(name: str, prefix: str, policies: bytes) -> bool:
    """Whether a policy has something named after an operation, besides the operation itself."""
    label = rf"(?<!{re.escape(prefix.removesuffix('_'))})" if prefix else ""
    return re.search(rf"\w{label}_{re.escape(name)}\b".encode(), policies) is not None


def _of_other(rule: Rule, function: Function, node: Node, hook: str, other: str, own: str) -> Finding:
    message = f"{own} asks {hook}(), the hook of {other}, while there is one of its own"
    return finding_at(rule, function.source, node, message, [], f"{own} {hook}", "warning")
