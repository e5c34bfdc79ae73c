"""The kind `guarded-dispatch`: operations carried out by a dispatcher or its handlers before any permission check.

The rule file names the dispatcher, the switch expression, the hooks and the handlers (see rules/xsm-check/README.md);
nothing here knows a name of Xen's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cache

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.arms import Asking, asking_functions, asking_places, hooks_of_others, unasked_cases
from reviewbot.analysis.dispatch.classes import class_pairs
from reviewbot.analysis.dispatch.guard import Dispatch, Guard, Policy, guard_of
from reviewbot.analysis.dispatch.hooks import hook_uses
from reviewbot.analysis.dispatch.labels import Places, line_of
from reviewbot.analysis.dispatch.lenient import lenient_defaults
from reviewbot.analysis.dispatch.lookups import unasked_grants, unasked_lookups
from reviewbot.analysis.dispatch.nothing import asked_of_nothing
from reviewbot.analysis.dispatch.summary import Act, Summary
from reviewbot.analysis.dispatch.tables import (
    disagreeing_refusals,
    handled,
    permitted_unasked,
    policy_function,
    unknown_labels,
)
from reviewbot.analysis.dispatch.walk import Walker
from reviewbot.analysis.fault import guarded
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.outline import Outline
from reviewbot.analysis.paths import PathPatterns
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, NotAnalysed, SourceFile

# A function may ask a hook through others of its file: what is found in a part of it is looked at again in the whole.
LOOKS_AROUND = True

# Functions of the dispatcher's name, and of its handlers' names, all architectures together; Xen has up to 1 and 11.
MAX_DISPATCHERS = 4
MAX_DEFINITIONS = 100

# Every operation is followed through the whole dispatcher: the time is their product. Xen's largest has 77.
MAX_OPERATIONS = 300


def run(rule: Rule, source: SourceFile, context: Context) -> Iterable[Finding | NotAnalysed]:
    """What one file shows: how it calls hooks, and which class goes with which permission."""
    guard = guard_of(rule)
    yield from hook_uses(rule, guard, source, context)
    if guard.classes is not None and any(fnmatchcase(source.path, pattern) for pattern in guard.classes.paths):
        # Which class a function asks about is said in it, not where it is called: a part of the file is not enough.
        yield from class_pairs(rule, guard.classes, context.source(source.path) or source)
    if guard.lookups is not None:
        yield from unasked_lookups(rule, guard, guard.lookups, source, context)
    for grant in guard.grants:
        yield from unasked_grants(rule, grant, source, context)


def run_tree(rule: Rule, paths: Sequence[str], context: Context) -> Iterable[Finding | NotAnalysed]:
    """Evaluate every dispatcher of the rule that one of the files checked (or changed) belongs to."""
    guard = guard_of(rule)
    yield from lenient_defaults(rule, guard, paths, context)
    for dispatch in guard.dispatches:
        if not involved(dispatch, paths, context):
            continue
        functions = dispatchers(dispatch, paths, context)
        if len(functions) > MAX_DISPATCHERS:
            where, reason = functions[0], f"{rule.id}: {len(functions)} functions of this name"
            yield NotAnalysed(where.source.path, where.name, where.line, reason)
            continue
        for function in functions:
            found = _evaluate(rule, guard, dispatch, function, context)
            yield from guarded(found, rule.id, function.source.path, function.name, function.line)


def keeps(rule: Rule) -> PathPatterns:
    """The files that the dispatchers of a rule are made of."""
    dispatches = guard_of(rule).dispatches

    def patterns() -> Iterator[str]:
        for dispatch in dispatches:
            yield dispatch.path
            yield from (policy.path for policy in dispatch.policies)
            yield from (pattern for handler in (*dispatch.handlers, *dispatch.callees) for pattern in handler.paths)

    return rule.once("kept files", lambda: PathPatterns(patterns()))


def involved(dispatch: Dispatch, paths: Sequence[str], context: Context) -> bool:
    """Whether a touched file (in a diff mode) or a checked one is the dispatcher's or a handler's."""
    looked_at = paths if context.changed is None else tuple(context.changed)
    own = filter(dispatch.files.match, looked_at)
    if any(not dispatch.each_case or _concerned(dispatch, path, context) for path in own):
        return True
    return any(_mentions(dispatch.function, path, context) for path in looked_at if context.changed is None)


def _concerned(dispatch: Dispatch, path: str, context: Context) -> bool:
    """Whether a change of a file concerns the cases in it: a function that has them, or one that they name."""
    names = context.limited(path)
    data = context.tree.read(path) if names is not None else None
    if names is None or data is None:
        return True
    outline = Outline.of(data, context.macros)
    members = {name.encode() for name in (dispatch.function, *(handler.function for handler in dispatch.handlers))}
    around = members.union(*(outline.words(body) for body in outline.bodies if body.name in members))
    return not around.isdisjoint(name.encode() for name in names)


def _mentions(function: str, path: str, context: Context) -> bool:
    return function.encode() in (context.tree.read(path) or b"")


def dispatchers(dispatch: Dispatch, paths: Sequence[str], context: Context) -> tuple[Function, ...]:
    """The dispatcher's definition: in the file that the rule names, else in one of the files checked."""
    for path in (dispatch.path, *(path for path in paths if path != dispatch.path)):
        if not _mentions(dispatch.function, path, context):
            continue
        source = context.source(path)
        found = tuple(f for f in source.functions if f.name == dispatch.function) if source is not None else ()
        if found and source is not None:
            context.hold(source)
            return found
    return ()


def definitions(dispatch: Dispatch, context: Context, near: Function) -> Callable[[str], tuple[Function, ...]]:
    """A finder of a handler's definitions: where the rule says they are, and in the dispatcher's own file."""

    def find(name: str) -> tuple[Function, ...]:
        return context.remember(("definitions", dispatch.name, near.source.path, name), lambda: tuple(search(name)))

    def search(name: str) -> Iterator[Function]:
        known = next((entry for entry in (*dispatch.handlers, *dispatch.callees) if entry.function == name), None)
        candidates = list(_matching(known.paths, context)) if known is not None else []
        for path in dict.fromkeys([*candidates, near.source.path]):
            source = context.source(path) if _mentions(name, path, context) else None
            yield from (f for f in source.functions if f.name == name) if source is not None else ()

    return find


def _matching(patterns: Iterable[str], context: Context) -> Iterator[str]:
    for pattern in patterns:
        prefix, star, rest = pattern.partition("*")
        if not star:
            yield pattern
            continue
        suffix = rest.rpartition("*")[2]
        yield from (path for path in sorted(context.tree.paths(prefix, suffix)) if fnmatchcase(path, pattern))


def _evaluate(
    rule: Rule, guard: Guard, dispatch: Dispatch, function: Function, context: Context
) -> Iterator[Finding | NotAnalysed]:
    if not function.readable:
        return  # the engine has listed it
    find = definitions(dispatch, context, function)
    handlers = [f for handler in dispatch.handlers for f in find(handler.function)]
    if dispatch.each_case:
        callees = [f for callee in dispatch.callees for f in find(callee.function)]
        yield from unasked_cases(rule, guard, dispatch, [function, *handlers], callees)
        return
    if len(handlers) > MAX_DEFINITIONS:
        reason = f"{rule.id}: {len(handlers)} functions of its handlers' names, more than {MAX_DEFINITIONS}"
        yield NotAnalysed(function.source.path, function.name, function.line, reason)
        return
    walker = Walker(context, guard, dispatch, find)
    named = handled(dispatch, [function, *handlers])
    if len(named) > MAX_OPERATIONS:
        reason = f"{rule.id}: {len(named)} operations, more than {MAX_OPERATIONS}"
        yield NotAnalysed(function.source.path, function.name, function.line, reason)
        return
    places = Places.of(function, dispatch.on)
    reported: set[tuple[str, int, str]] = set()
    summaries = {op: walker.summary(function, op) for op in [*named, None]}
    yield from _policies(
        rule, guard, dispatch, function, {op: s for op, s in summaries.items() if op is not None}, context
    )
    if guard.implementation is not None:
        asked = [(op, n) for op, s in summaries.items() if op is not None for n in s.nothing.values()]
        yield from asked_of_nothing(rule, guard.implementation, dispatch, function.source, asked, context)
    for op, summary in summaries.items():
        for entry in summary.silent:
            line = entry.line or function.line
            yield NotAnalysed(entry.path, entry.function or function.name, line, f"{rule.id}: {entry.reason}")
        for act in summary.acts:
            finding = _finding(rule, dispatch, function, places, op, act, context)
            key = (finding.path, finding.line, finding.fingerprint)
            if key not in reported:
                reported.add(key)
                yield finding


def _policies(
    rule: Rule,
    guard: Guard,
    dispatch: Dispatch,
    function: Function,
    summaries: Mapping[str, Summary],
    context: Context,
) -> Iterator[Finding | NotAnalysed]:
    """Compare with the switches of the security policies, where the tree has them."""
    find = definitions(dispatch, context, function)
    handlers = [f for handler in dispatch.handlers for f in find(handler.function)]
    callees = [f for callee in dispatch.callees for f in find(callee.function)]
    read: list[tuple[Policy, Function]] = []
    for policy in dispatch.policies:
        found = policy_function(policy, context)
        if isinstance(found, NotAnalysed):
            yield found
        elif found is not None:
            read.append((policy, found))

    @cache
    def asking() -> list[Asking]:
        asked = asking_functions(guard, callees) - {dispatch.common}
        return [asking_places(guard, dispatch, handler, asked) for handler in (function, *handlers)]

    for policy, known in read:
        if dispatch.common is not None:
            yield from permitted_unasked(rule, guard, dispatch, policy, known, asking)
        if policy.complete:
            yield from unknown_labels(rule, dispatch, policy, known, handled(dispatch, [function, *handlers]), context)
    yield from hooks_of_others(rule, guard, dispatch, [function, *handlers], summaries, context)
    yield from disagreeing_refusals(rule, dispatch, function, read, summaries)


def _finding(
    rule: Rule, dispatch: Dispatch, function: Function, places: Places, op: str | None, act: Act, context: Context
) -> Finding:
    source = function.source
    label = places.label(act.node, op)
    reached = dispatch.common is not None and _names(source.text(function.node), dispatch.common)
    before = f" before {dispatch.common}()" if reached else ""
    here = (act.path, act.function) == (source.path, function.name)
    away = context.source(act.label[0]) if label is None and act.label is not None else None
    if away is not None and act.label is not None:
        path, line, name = act.label
        message = f"{op} is carried out in {name}(){before} without a check of its own: {act.what} comes first"
        return make_finding(
            rule.id, rule.severity, path, away.data, line, message, function=name, end_line=line, trace=act.trace,
            detail=f"{op} {act.path} {act.function}",
        )  # fmt: skip
    what = op if label is not None and op is not None else "an operation"
    if here:
        message = f"{what} is carried out{before} without a check of its own: {act.what} comes first"
    else:
        message = (
            f"{what} is handed on{before} without a check, and {act.function}() in {act.path} acts without one: "
            f"{act.what} comes first"
        )
    place = label if label is not None else act.node
    first = (TraceStep(source.path, line_of(place), f"case {op} of {function.name}()"),) if label is not None else ()
    return make_finding(
        rule.id,
        rule.severity,
        source.path,
        source.data,
        line_of(place),
        message,
        function=function.name,
        end_line=line_of(place),
        trace=(*first, *act.trace),
        detail=f"{act.path} {act.function}" if label is not None else f"{act.what} {act.path}",
    )


def _names(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}\b", text) is not None
