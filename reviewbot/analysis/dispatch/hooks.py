"""How hooks and permissions are used, file by file: answer looked at, level right, class and permission a pair."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.guard import Classes, Guard, Levels
from reviewbot.analysis.dispatch.labels import line_of
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import SourceFile

# Any identifier in an argument: `XEN__READCONSOLE | XEN__CLEARCONSOLE` has two.
_WORD = re.compile(r"[A-Za-z_]\w*")
_WORD_BYTES = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")


def hook_uses(rule: Rule, guard: Guard, source: SourceFile, context: Context) -> Iterator[Finding]:
    """Hook calls whose answer nobody looks at, or whose level is not the one that the default policy states."""
    levels: Mapping[str, tuple[str, int]] | None = None
    for match in guard.hook_bytes.finditer(source.masked):
        if match.start() and source.masked[match.start() - 1] in _WORD_BYTES:
            continue
        call = _call_at(source, match.start(), match.end())
        if call is None:
            continue
        name = match.group().decode()
        statement = call.parent is not None and call.parent.type == "expression_statement"
        if statement and guard.hook.fullmatch(name) and _function_at(source, line_of(call)) is not None:
            message = f"the answer of {name}() is not looked at"
            yield _finding(rule, source, call, message, [], name, "warning")
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
    yield _finding(rule, source, call, message, [step], f"{name} {level}", rule.severity)


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


def class_pairs(rule: Rule, classes: Classes, source: SourceFile) -> Iterator[Finding]:
    """Calls that pass a class and a permission of another class."""
    if not any(fnmatchcase(source.path, pattern) for pattern in classes.paths):
        return
    for match in re.finditer(classes.security_class.pattern.encode(), source.masked):
        node = source.tree.root_node.descendant_for_byte_range(match.start(), match.end())
        if node is None or node.type != "identifier" or node.parent is None or node.parent.type != "argument_list":
            continue
        name = match.group(1).decode()
        for argument in node.parent.named_children:
            if argument == node:
                continue
            for word in _WORD.findall(source.text(argument)):
                other = classes.permission.fullmatch(word)
                if other is not None and other.group(1) != name:
                    message = f"{source.text(node)} is asked for {word}, a permission of class {other.group(1)}"
                    yield _finding(rule, source, argument, message, [], word, rule.severity)


def _call_at(source: SourceFile, start: int, end: int) -> Node | None:
    """The call whose callee is exactly the identifier between two offsets."""
    node = source.tree.root_node.descendant_for_byte_range(start, end)
    if node is None or node.type != "identifier" or node.parent is None:
        return None
    call = node.parent
    callee = call.child_by_field_name("function") if call.type == "call_expression" else None
    return call if callee is not None and callee == node else None


def _finding(
    rule: Rule, source: SourceFile, node: Node, message: str, trace: list[TraceStep], detail: str, severity: str
) -> Finding:
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
