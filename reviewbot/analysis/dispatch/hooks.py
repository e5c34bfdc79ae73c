"""How hooks are called, file by file: the answer looked at and obeyed, the level the stated one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.answers import lost_answer
from reviewbot.analysis.dispatch.guard import Guard, Levels
from reviewbot.analysis.dispatch.labels import line_of
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import SourceFile
from reviewbot.csource.words import WORD_BYTES


def hook_uses(rule: Rule, guard: Guard, source: SourceFile, context: Context) -> Iterator[Finding]:
    """Hook calls whose answer nobody looks at, or whose level is not the one that the default policy states."""
    levels: Mapping[str, tuple[str, int]] | None = None
    if not guard.hook_bytes.search(source.data):  # masking puts no name in: such a file need not even be masked
        return
    for match in guard.hook_bytes.finditer(source.masked):
        if match.start() and source.masked[match.start() - 1] in WORD_BYTES:
            continue
        call = call_at(source, match.start(), match.end())
        if call is None:
            continue
        name = match.group().decode()
        lost = lost_answer(guard, source, call) if guard.hook.fullmatch(name) else None
        if lost is not None and _function_at(source, line_of(call)) is not None:
            how, line = lost
            steps = [TraceStep(source.path, line_of(call), f"{name}() is asked")] if line != line_of(call) else []
            steps += [TraceStep(source.path, line, f"the answer {how}")]
            yield finding_at(rule, source, call, f"the answer of {name}() {how}", steps, name, "warning")
        if guard.levels is not None:
            levels = stated_levels(guard, context) if levels is None else levels
            yield from _level(rule, source, call, name, guard.levels, levels)


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
    place = 0
    for match in statement.finditer(data):
        while place + 1 < len(heads) and heads[place + 1][0] < match.start():
            place += 1
        if heads and heads[place][0] < match.start():
            line = data.count(b"\n", 0, match.start()) + 1
            found.setdefault(heads[place][1], (match.group(1).decode(), line))
    return found


def call_at(source: SourceFile, start: int, end: int) -> Node | None:
    """The call whose callee is exactly the identifier between two offsets."""
    node = source.tree.root_node.descendant_for_byte_range(start, end)
    if node is None or node.type != "identifier" or node.parent is None:
        return None
    call = node.parent
    callee = call.child_by_field_name("function") if call.type == "call_expression" else None
    return call if callee is not None and callee == node else None


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
        function=_function_at(source, line),
        end_line=node.end_point.row + 1,
        column=node.start_point.column + 1,
        trace=trace or [TraceStep(source.path, line, message)],
        detail=detail,
    )


def _function_at(source: SourceFile, line: int) -> str | None:
    return next((f.name for f in source.functions if f.line <= line <= f.end_line), None)
