"""Hooks that the default policy lets a domain pass for itself, while the other policy asks for a permission over the
machine: what one of them takes for a privilege the other gives away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.guard import Guard
from reviewbot.analysis.dispatch.hooks import stated_levels
from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import SourceFile


def lenient_defaults(rule: Rule, guard: Guard, paths: Sequence[str], context: Context) -> Iterator[Finding]:
    """The hooks of such a level, where one of the two files is checked or changed."""
    levels, where = guard.levels, guard.implementation
    looked_at = paths if context.changed is None else tuple(context.changed)
    if levels is None or where is None or levels.machine is None or {levels.path, where.path}.isdisjoint(looked_at):
        return
    lenient = {hook: stated for hook, stated in stated_levels(guard, context).items() if stated[0] in levels.lenient}
    policy = context.source(where.path) if lenient else None
    data = context.tree.read(levels.path)
    if policy is None or data is None:
        return
    for function in policy.functions:
        hook = where.hook + function.name.removeprefix(where.function)
        if hook not in lenient or not function.name.startswith(where.function):
            continue
        matches = levels.machine.finditer(policy.masked, function.body.start_byte, function.body.end_byte)
        asked = next((match for match in matches if _is_code(policy, match)), None)
        if asked is None:
            continue
        level, line = lenient[hook]
        permission = asked.group().decode()
        place = policy.data.count(b"\n", 0, asked.start()) + 1
        message = f"{hook}() is stated to be {level}, while {function.name}() asks for {permission}"
        trace = [
            TraceStep(levels.path, line, f"{level} lets a domain pass for itself"),
            TraceStep(policy.path, place, f"{permission} is a permission over the machine"),
        ]
        yield make_finding(
            rule.id, rule.severity, levels.path, data, line, message, function=hook, trace=trace, detail=permission
        )


def _is_code(source: SourceFile, match: re.Match[bytes]) -> bool:
    node = source.tree.root_node.descendant_for_byte_range(match.start(), match.end())
    return node is not None and node.type == "identifier"
