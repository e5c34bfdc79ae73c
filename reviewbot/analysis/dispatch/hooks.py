"""How hooks are called, file by file: the answer looked at and obeyed, the level the stated one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.answers import Answers, is_statement
from reviewbot.analysis.dispatch.guard import Guard, Levels
from reviewbot.analysis.dispatch.labels import line_of
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import SourceFile
from reviewbot.csource.spots import Spot, spots
from reviewbot.csource.words import WORD_BYTES


def hook_uses(rule: Rule, guard: Guard, source: SourceFile, context: Context) -> Iterator[Finding]:
    """Hook calls whose answer nobody looks at, or whose level is not the one that the default policy states."""
    if not guard.hook_bytes.search(source.data):  # masking puts no name in: such a file need not even be masked
        return
    answers = Answers(guard, source)
    levels: Mapping[str, tuple[str, int]] | None = None
    for spot in calls_at(source, _hooks(guard, source)):
        call, name = spot.node, source.text(spot.node.children[0])
        line = line_of(call)
        asked = guard.hook.fullmatch(name) is not None and source.function_at(line) is not None
        lost = answers.lost(spot) if asked else None
        if lost is not None:
            how, place = lost
            steps = [TraceStep(source.path, line, f"{name}() is asked")] if place != line else []
            steps += [TraceStep(source.path, place, f"the answer {how}")]
            yield finding_at(rule, source, call, f"the answer of {name}() {how}", steps, name, "warning")
        if guard.levels is not None:
            levels = stated_levels(guard, context) if levels is None else levels
            yield from _level(rule, source, call, name, guard.levels, levels)


def _hooks(guard: Guard, source: SourceFile) -> Iterator[tuple[int, int]]:
    masked = source.masked
    for match in guard.hook_bytes.finditer(masked):
        if not match.start() or masked[match.start() - 1] not in WORD_BYTES:
            yield match.span()


def _level(
    rule: Rule, source: SourceFile, call: Node, name: str, where: Levels, stated: Mapping[str, tuple[str, int]]
) -> Iterator[Finding]:
    arguments = call.child_by_field_name("arguments")
    first = next((child for child in arguments.named_children if child.type != "comment"), None) if arguments else None
    level = source.text(first) if first is not None else ""
    if name not in stated or not where.level.fullmatch(level.encode()) or stated[name][0] == level:
        return
    wanted, line = stated[name]
    step = TraceStep(where.path, line, f"{name}() is stated to be {wanted}")
    message = f"{name}() is asked at level {level}, the default policy states {wanted}"
    yield finding_at(rule, source, call, message, [step], f"{name} {level}", rule.severity)


def stated_levels(guard: Guard, context: Context) -> Mapping[str, tuple[str, int]]:
    """The level that the default policy states for each hook, and the line that does."""
    where = guard.levels
    if where is None:
        return {}
    return context.remember(("levels", where.path), lambda: _stated(guard, where, context.tree.read(where.path) or b""))


def _stated(guard: Guard, where: Levels, data: bytes) -> dict[str, tuple[str, int]]:
    statement = re.compile(rb"\b" + re.escape(where.macro.encode()) + rb"\s*\(\s*(" + where.level.pattern + rb")\s*\)")
    head = re.compile(rb"\b(" + guard.hook_bytes.pattern.removesuffix(rb"\b") + rb")\s*\(")
    found: dict[str, tuple[str, int]] = {}
    heads = [(match.start(), match.group(1).decode()) for match in head.finditer(data)]
    place, line, counted = 0, 1, 0
    for match in statement.finditer(data):
        while place + 1 < len(heads) and heads[place + 1][0] < match.start():
            place += 1
        if heads and heads[place][0] < match.start():
            line, counted = line + data.count(b"\n", counted, match.start()), match.start()
            found.setdefault(heads[place][1], (match.group(1).decode(), line))
    return found


def calls_at(source: SourceFile, names: Iterable[tuple[int, int]]) -> Iterator[Spot]:
    """The calls whose callee is exactly the identifier between two offsets, of each of some pairs that ascend."""
    ends = dict(names)
    for spot in spots(source.tree.root_node, list(ends), is_statement):
        word, call = spot.node, spot.around
        if call is None or word.type != "identifier" or ends.get(word.start_byte) != word.end_byte:
            continue
        if call.node.type == "call_expression" and call.node.child_by_field_name("function") == word:
            yield call


def finding_at(
    rule: Rule, source: SourceFile, node: Node, message: str, trace: list[TraceStep], detail: str, severity: str
) -> Finding:
    """A finding at a node; without a trace the place itself is one."""
    line = line_of(node)
    return make_finding(
        rule.id,
        severity,
        source.path,
        source.data,
        line,
        message,
        function=source.function_at(line),
        end_line=node.end_point.row + 1,
        column=node.start_point.column + 1,
        trace=trace or [TraceStep(source.path, line, message)],
        detail=detail,
    )
