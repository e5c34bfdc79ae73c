"""Exact comparisons between a dispatcher and the tables of a security policy: two places that disagree, no guesswork.

Labels: an operation that someone handles and the policy's switch does not know. Refusals: the operations that a policy
refuses because they have hooks of their own, against those that really never reach the common check.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.arms import Asking, Place
from reviewbot.analysis.dispatch.events import Call, events
from reviewbot.analysis.dispatch.guard import Dispatch, Guard, Policy
from reviewbot.analysis.dispatch.labels import label_text, labels_of, line_of, operations, switches_over
from reviewbot.analysis.dispatch.summary import Summary
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, Group, NotAnalysed, switches

# `#define XEN_DOMCTL_createdomain  1`: a name and a plain number.
_DEFINE = re.compile(
    rb"^#[ \t]*define[ \t]+(\w+)[ \t]+\(?(?:0x[0-9a-fA-F]+|\d+)[uUlL]*\)?[ \t]*(?:/\*|$)", re.MULTILINE
)


# How a policy's case lets the operation pass.
_PERMIT = re.compile(r"\breturn\s*\(?\s*0\s*\)?\s*;")


def handled(dispatch: Dispatch, functions: Iterable[Function]) -> dict[str, Place]:
    """Every operation that one of the functions has a case for, with the first place."""
    found: dict[str, Place] = {}
    for function in functions:
        for op, line in operations(function, dispatch.on, dispatch.prefix).items():
            found.setdefault(op, Place(function.source.path, line, function.name))
    return found


def defined(dispatch: Dispatch, context: Context) -> dict[str, int] | None:
    """The numbers that the public header defines: name → line. None without a header."""
    data = context.tree.read(dispatch.header) if dispatch.header else None
    if data is None:
        return None
    prefix = dispatch.prefix.encode()
    return {
        match.group(1).decode(): data.count(b"\n", 0, match.start()) + 1
        for match in _DEFINE.finditer(data)
        if match.group(1).startswith(prefix)
    }


def policy_function(policy: Policy, context: Context) -> Function | NotAnalysed | None:
    """The policy's function; an entry where its body cannot be read, None where the tree has no such function."""
    source = context.source(policy.path)
    function = next((f for f in source.functions if f.name == policy.function), None) if source is not None else None
    if function is not None and function.body.has_error:
        return NotAnalysed(policy.path, policy.function, function.line, function.reason or "syntax error")
    return function


def unknown_labels(
    rule: Rule, dispatch: Dispatch, policy: Policy, function: Function, ops: Mapping[str, Place], context: Context
) -> Iterator[Finding]:
    """The operations handled somewhere that the policy's switch has no case for."""
    known = operations(function, policy.on, dispatch.prefix)
    numbers = defined(dispatch, context)
    switch = next(iter(switches_over(function, policy.on)), None)
    if switch is None or not known:
        return
    default = next((label for label in labels_of(switch) if label_text(label, function.source) is None), switch)
    for op, place in ops.items():
        if op in known or (numbers is not None and op not in numbers):
            continue
        trace = [TraceStep(place.path, place.line, f"{op} is handled here, in {place.function}()")]
        if numbers is not None and dispatch.header:
            trace.insert(0, TraceStep(dispatch.header, numbers[op], f"{op} is defined"))
        trace.append(TraceStep(policy.path, line_of(default), f"{policy.function}() has no case for it"))
        yield _at(
            rule,
            function,
            default,
            f"{policy.function}() has no case for {op}, which {place.function}() handles: it ends in the default",
            trace,
            op,
        )


def refusals(function: Function, policy: Policy, dispatch: Dispatch) -> dict[str, Node]:
    """The operations that a policy refuses (`return -EILSEQ`) as none of its business, with their labels."""
    if dispatch.refusal is None:
        return {}
    word = re.compile(rf"return\s*\(?\s*{re.escape(dispatch.refusal)}\b")
    found: dict[str, Node] = {}
    for switch in switches_over(function, policy.on):
        pending: dict[str, Node] = {}
        for label in labels_of(switch):
            text = label_text(label, function.source)
            if text is not None:
                pending[text] = label
            value = label.child_by_field_name("value")
            after = [child for child in label.named_children if child.type != "comment" and child != value]
            if after:
                if word.search(function.source.text(label)):
                    found.update(pending)
                pending = {}
    return found


def disagreeing_refusals(
    rule: Rule,
    dispatch: Dispatch,
    dispatcher: Function,
    policies: list[tuple[Policy, Function]],
    summaries: Mapping[str, Summary],
) -> Iterator[Finding]:
    """Where the lists of refused operations differ from each other, or from what the dispatcher does."""
    lists = [(policy, function, refusals(function, policy, dispatch)) for policy, function in policies]
    lists = [entry for entry in lists if entry[2]]
    for policy, function, refused in lists:
        for other, elsewhere, also in lists:
            for op, label in refused.items():
                if op in also or other is policy:
                    continue
                message = f"{policy.function}() refuses {op} as having a hook of its own, {other.function}() does not"
                there = TraceStep(other.path, elsewhere.line, f"{other.function}() does not refuse {op}")
                yield _at(rule, function, label, message, [there], f"{op} {other.function}")
        for op, label in refused.items():
            if op in summaries and summaries[op].common and not summaries[op].silent:
                message = f"{policy.function}() refuses {op}, but {dispatcher.name}() leads it to {dispatch.common}()"
                step = TraceStep(dispatcher.source.path, dispatcher.line, f"{dispatch.common}() is reached with {op}")
                yield _at(rule, function, label, message, [step], f"{op} {dispatcher.name}")
    yield from _unrefused(rule, dispatch, dispatcher, lists, summaries)


def _unrefused(
    rule: Rule,
    dispatch: Dispatch,
    dispatcher: Function,
    lists: list[tuple[Policy, Function, dict[str, Node]]],
    summaries: Mapping[str, Summary],
) -> Iterator[Finding]:
    lines = operations(dispatcher, dispatch.on, dispatch.prefix)
    for op, summary in summaries.items():
        own = summary.checks and not summary.common and not summary.silent and not summary.acts
        for policy, function, refused in lists:
            if not own or op in refused or op not in lines:
                continue
            message = (
                f"{op} has a check of its own and never reaches {dispatch.common}(), "
                f"but {policy.function}() does not refuse it there"
            )
            steps = [TraceStep(policy.path, function.line, f"{policy.function}() does not list {op} among the refused")]
            source = dispatcher.source
            yield make_finding(
                rule.id,
                rule.severity,
                source.path,
                source.data,
                lines[op],
                message,
                function=dispatcher.name,
                trace=steps,
                detail=f"{op} {policy.function}",
            )


def permitted_unasked(
    rule: Rule,
    guard: Guard,
    dispatch: Dispatch,
    policy: Policy,
    function: Function,
    asking: Callable[[], Sequence[Asking]],
) -> Iterator[Finding]:
    """The operations that a policy lets pass (`return 0;`) without a question, where no handler asks a hook either.

    `asking` gives what each handler asks.
    """
    for switch in switches(function):
        if switch.on not in policy.on:
            continue
        for group in switch.groups:
            if not _permits_unasked(guard, function, group):
                continue
            for label in group.labels:
                op = label.text.removeprefix("case").strip()
                if any(exempt.op == op and not exempt.when for exempt in dispatch.exempt):
                    continue
                places = [place for of_one in asking() for place in of_one.get(op, ())]
                if op.startswith(dispatch.prefix) and places and not any(asks for _, asks in places):
                    yield _permitted(rule, function, label.line, op, [place for place, _ in places])


def _permitted(rule: Rule, function: Function, line: int, op: str, places: Sequence[Place]) -> Finding:
    source = function.source
    steps = [
        TraceStep(place.path, place.line, f"{place.function}() asks no hook of its own for {op}") for place in places
    ]
    message = f"{function.name}() lets {op} pass without a question of its own, and {places[0].function}() asks no hook"
    return make_finding(
        rule.id,
        rule.severity,
        source.path,
        source.data,
        line,
        message,
        function=function.name,
        trace=[TraceStep(source.path, line, f"{op} is permitted here"), *steps],
        detail=op,
    )


def _permits_unasked(guard: Guard, function: Function, group: Group) -> bool:
    """Whether a policy's group lets an operation pass and calls nothing that could decide about it."""
    source = function.source
    statements = [node for node in group.statements if node.type.endswith(("_statement", "declaration"))]
    if not any(_PERMIT.search(source.text(node)) for node in statements):
        return False
    called = (event.name for node in statements for event in events(node, source) if isinstance(event, Call))
    return all(guard.harmless.fullmatch(name) for name in called)


def _at(rule: Rule, function: Function, node: Node, message: str, trace: list[TraceStep], detail: str) -> Finding:
    source = function.source
    return make_finding(
        rule.id,
        rule.severity,
        source.path,
        source.data,
        line_of(node),
        message,
        function=function.name,
        trace=trace,
        detail=detail,
    )
