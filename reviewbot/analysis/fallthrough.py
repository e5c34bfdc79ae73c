"""Rules of the kind `switch-fallthrough`: control runs from one case group into the next.

The accepted ends of a clause are data of the rule; for Xen they are those of rule 16.3 in docs/misra/deviations.rst.
Such a rule's file may have

    keywords, comments    statements and comments that say a fall is meant
    comment-lines         how many lines below the clause's last one such a comment may stand
    noreturn              functions that do not return, besides those that the macro table names
    into-default-break    severity of an explicit fall into nothing but `default: break;` ("off": not looked for)
    unaccepted-comment    severity of a fall that a comment in other words announces
    into-break            severity of an unannounced fall into a group that does nothing but `break;`
    last-group            severity of a last group that ends without a terminal
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.finding import SEVERITIES, Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, Group, NotAnalysed, SourceFile, Switch, Terminals, read_open_switches

_OFF = "off"
_LEVELS: Mapping[str, str] = {
    "into-default-break": "note",
    "unaccepted-comment": "note",
    "into-break": "note",
    "last-group": _OFF,
}
_BLOCKS = frozenset({"compound_statement", "if_statement", "while_statement", "for_statement", "do_statement",
                     "switch_statement", "case_statement"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Settings:
    """A rule's data, read once for each file."""

    terminals: Terminals
    levels: Mapping[str, str]


def run(rule: Rule, source: SourceFile, context: Context) -> Iterable[Finding | NotAnalysed]:
    """Findings in the readable functions of one file; those that the parser could not read are listed by the source."""
    if b"switch" not in source.data:
        return
    settings = _settings(rule)
    for function in source.functions:
        if function.readable:
            found, unread = read_open_switches(function, settings.terminals)
            yield from unread
            for switch in found:
                yield from _once(_switch(rule, settings, function, switch))


def _settings(rule: Rule) -> _Settings:
    levels = dict(_LEVELS)
    for key in levels:
        value = rule.data.get(key, levels[key])
        if value != _OFF and value not in SEVERITIES:
            raise rule.error(f"`{key}` is {value!r}, must be one of {', '.join((_OFF, *SEVERITIES))}")
        levels[key] = str(value)
    lines = rule.data.get("comment-lines", Terminals().comment_lines)
    if not isinstance(lines, int) or lines < 0:
        raise rule.error("`comment-lines` must be a number of lines")
    terminals = Terminals(
        frozenset(rule.strings("noreturn")),
        frozenset(rule.strings("keywords")),
        frozenset(rule.strings("comments")),
        lines,
    )
    return _Settings(terminals, levels)


def _switch(rule: Rule, settings: _Settings, function: Function, switch: Switch) -> Iterator[Finding]:
    by_label = {label.start_byte: group for group in switch.groups for label in group.labels}
    for number, group in enumerate(switch.groups):
        following = switch.groups[number + 1] if number + 1 < len(switch.groups) else None
        for way in group.exits:
            if way.kind == "falls-through" and way.target is None:
                yield from _last(rule, settings, function, group, way.node)
            elif way.kind == "falls-through":
                target = _group_at(by_label, way.target)
                yield from _unsaid(rule, settings, function, group, target, way.node, way.comment)
            elif way.kind == "fallthrough" and following is not None and _group_at(by_label, way.target) is following:
                yield from _said(rule, settings, function, group, following)


def _once(findings: Iterable[Finding]) -> Iterable[Finding]:
    """One finding a place, the gravest: with a label under `#if`, control runs from one place into two groups."""
    kept: dict[int, Finding] = {}
    for finding in findings:
        known = kept.get(finding.line)
        if known is None or SEVERITIES.index(finding.severity) < SEVERITIES.index(known.severity):
            kept[finding.line] = finding
    return kept.values()


def _group_at(by_label: Mapping[int, Group], label: Node | None) -> Group | None:
    return by_label.get(label.start_byte) if label is not None else None


def _names(group: Group) -> str:
    return (
        group.labels[0].text if len(group.labels) == 1 else f"{group.labels[0].text} (and {len(group.labels) - 1} more)"
    )


def _unsaid(
    rule: Rule,
    settings: _Settings,
    function: Function,
    group: Group,
    target: Group | None,
    last: Node,
    comment: str | None,
) -> Iterator[Finding]:
    if target is None:
        return
    level = rule.severity
    if comment is not None:
        level = settings.levels["unaccepted-comment"]
    elif _only_breaks(target):
        level = settings.levels["into-break"]
    if level == _OFF:
        return
    into = target.labels[0]
    message = f"control runs from {_names(group)} into {into.text} without an accepted terminal"
    fix = None
    if comment is not None:
        words = " ".join(comment.split())
        message = (
            f"the fall from {_names(group)} into {into.text} is announced by a comment that R16.3 does not accept,"
        )
        message += f" {words}: write fallthrough;"
        fix = _comment_fix(function, group, comment)
    yield _finding(rule, level, function, group, last, message, into.line, fix)


def _comment_fix(function: Function, group: Group, comment: str) -> Mapping[str, Any] | None:
    """The statement in the place of a comment that says nothing else; None for a comment with more words in it."""
    if "\n" in comment or len(comment.split()) > 4:
        return None
    data = function.source.data
    at = data.find(comment.encode("utf-8", "surrogateescape"), group.start_byte)
    if at < 0:
        return None
    line = group.line + data.count(b"\n", group.start_byte, at)
    return _edit(function, line, comment, "fallthrough;")


def _edit(function: Function, line: int, old: str, new: str) -> Mapping[str, Any]:
    return {"edits": [{"path": function.source.path, "line": line, "replace": old, "with": new}]}


def _said(rule: Rule, settings: _Settings, function: Function, group: Group, target: Group) -> Iterator[Finding]:
    """An explicit fall into nothing but `default: break;`: the next case put between them would be run as well."""
    level = settings.levels["into-default-break"]
    if level == _OFF or not _is_default_break(target):
        return
    for way in group.exits:
        words = function.source.text(way.node)
        if way.kind == "fallthrough" and words.rstrip(";").strip() in settings.terminals.keywords:
            line = way.node.start_point.row + 1
            message = (
                f"{words} from {_names(group)} leads into nothing but `default: break;`, and would lead into the next"
            )
            message += " case added there: use break;"
            fix = _edit(function, line, words, "break;")
            yield _finding(rule, level, function, group, way.node, message, target.line, fix)


def _only_breaks(group: Group) -> bool:
    return [node.type for node in group.statements] == ["break_statement"]


def _is_default_break(group: Group) -> bool:
    return _only_breaks(group) and any(label.text == "default" for label in group.labels)


def _last(rule: Rule, settings: _Settings, function: Function, group: Group, last: Node) -> Iterator[Finding]:
    level = settings.levels["last-group"]
    if level != _OFF:
        message = f"the last group, {_names(group)}, ends without an accepted terminal"
        yield _finding(rule, level, function, group, last, message, None, None)


def _finding(
    rule: Rule,
    severity: str,
    function: Function,
    group: Group,
    last: Node,
    message: str,
    into: int | None,
    fix: Mapping[str, Any] | None,
) -> Finding:
    """A finding where control runs on: at the closing brace of a block, or the first line of another statement."""
    path = function.source.path
    end = last.end_point.row + 1
    line = end if last.type in _BLOCKS else last.start_point.row + 1
    trace = [TraceStep(path, group.line, f"{group.labels[0].text} starts here")]
    trace.append(TraceStep(path, line, "control runs on from here"))
    if into is not None:
        trace.append(TraceStep(path, into, "into the next group"))
    return make_finding(
        rule.id,
        severity,
        path,
        function.source.data,
        line,
        message,
        function=function.name,
        end_line=end,
        trace=trace,
        fix=fix,
        detail=message,
    )
