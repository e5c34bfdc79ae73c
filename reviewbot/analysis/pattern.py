"""The kind `pattern`: a tree-sitter query with a message and, if it can be mended mechanically, a fix. No code.

    [[pattern]]
    query = '((call_expression function: (identifier) @name arguments: (_) @args) @call (#eq? @name "strcpy"))'
    report = "call"                       # the capture that is reported; default: the query's first one
    message = "{name}{args} may overrun its target"
    severity = "warning"                  # default: the rule's
    replace = "name"                      # the fix: this capture …
    with = "strlcpy"                      # … becomes this

`{capture}` stands for the capture's text, its first line where it is longer. Queries see the readable functions only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import tree_sitter_c
from tree_sitter import Language, Node, Query, QueryCursor, QueryError

from reviewbot.analysis.context import Context
from reviewbot.analysis.finding import SEVERITIES, Finding, TraceStep, make_finding
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, NotAnalysed, SourceFile

# `{name}` in a message or a fix.
_PLACE = re.compile(r"\{(\w[\w.-]*)\}")

# `#eq?` in a query: an unknown one would be taken for true.
_PREDICATE = re.compile(r"#([\w-]+[?!])")
_KNOWN = frozenset(
    f"{kind}{name}" for name in ("eq?", "match?", "any-of?") for kind in ("", "not-", "any-", "any-not-")
) - {"any-any-of?", "any-not-any-of?"}

# Deeply nested code makes some queries slow: a function larger than this is measured first …
_MEASURED_BYTES = 1 << 14
# … and left out where it is nested deeper than this.
_MAX_DEPTH = 2000


@dataclass(frozen=True, slots=True)
class Pattern:
    """One `[[pattern]]` of a rule."""

    query: Query
    report: str | None
    message: str
    severity: str
    replace: str | None
    put: str


def run(rule: Rule, source: SourceFile, context: Context) -> Iterable[Finding | NotAnalysed]:
    """The matches in one file's readable functions. Raises InputError for a pattern that is no query."""
    patterns = rule.once("patterns", lambda: read_patterns(rule))
    for function in source.functions:
        if not function.readable or not context.wants(function):
            continue
        if not _shallow(function.node):
            reason = f"{rule.id}: nested more than {_MAX_DEPTH} deep"
            yield NotAnalysed(source.path, function.name, function.line, reason)
            continue
        for pattern in patterns:
            yield from _matches(rule, pattern, function)


def read_patterns(rule: Rule) -> tuple[Pattern, ...]:
    """Read and compile a rule's patterns. Raises InputError that names the file and what is wrong."""
    tables = rule.tables("pattern")
    if not tables:
        raise rule.error("no [[pattern]] in it")
    return tuple(_pattern(rule, table) for table in tables)


def _pattern(rule: Rule, table: Mapping[str, Any]) -> Pattern:
    text = {key: table.get(key, "") for key in ("query", "message", "report", "replace", "with", "severity")}
    wrong = next((key for key, value in text.items() if not isinstance(value, str)), None)
    missing = next((key for key in ("query", "message") if not text[key]), None)
    if wrong or missing:
        raise rule.error(f"[[pattern]] `{wrong or missing}` is missing or not a text")
    unknown = next((name for name in _PREDICATE.findall(text["query"]) if name not in _KNOWN), None)
    if unknown:
        raise rule.error(f"[[pattern]] the query has an unknown predicate #{unknown}")
    try:
        query = Query(Language(tree_sitter_c.language()), text["query"])
    except QueryError as error:
        raise rule.error(f"[[pattern]] the query is wrong: {error}") from None
    captures = {query.capture_name(index) for index in range(query.capture_count)}
    used = {text["report"], text["replace"], *_PLACE.findall(text["message"]), *_PLACE.findall(text["with"])} - {""}
    if not captures or not used <= captures:
        raise rule.error(f"[[pattern]] the query captures no @{next(iter(sorted(used - captures)), 'name')}")
    severity = text["severity"] or rule.severity
    if severity not in SEVERITIES:
        raise rule.error(f"[[pattern]] `severity` must be one of {', '.join(SEVERITIES)}")
    return Pattern(query, text["report"] or None, text["message"], severity, text["replace"] or None, text["with"])


def _matches(rule: Rule, pattern: Pattern, function: Function) -> Iterator[Finding]:
    source = function.source
    first = pattern.report or pattern.query.capture_name(0)
    for _, captures in QueryCursor(pattern.query).matches(function.node):
        nodes = captures.get(first)
        if not nodes:
            continue
        texts = {name: source.text(found[0]) for name, found in captures.items() if found}
        message = _filled(pattern.message, {name: text.partition("\n")[0] for name, text in texts.items()})
        line = nodes[0].start_point.row + 1
        yield make_finding(
            rule.id,
            pattern.severity,
            source.path,
            source.data,
            line,
            message,
            function=function.name,
            end_line=nodes[0].end_point.row + 1,
            column=nodes[0].start_point.column + 1,
            trace=[TraceStep(source.path, line, message)],
            fix=_fix(pattern, source, captures, texts),
            detail=message,
        )


def _fix(
    pattern: Pattern, source: SourceFile, captures: Mapping[str, list[Node]], texts: Mapping[str, str]
) -> Mapping[str, Any] | None:
    if pattern.replace is None or not captures.get(pattern.replace):
        return None
    node = captures[pattern.replace][0]
    edit = {
        "path": source.path,
        "line": node.start_point.row + 1,
        "replace": source.text(node),
        "with": _filled(pattern.put, texts),
    }
    return {"edits": [edit]}


def _filled(template: str, texts: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda match: texts.get(match.group(1), ""), template)


def _shallow(node: Node) -> bool:
    if node.end_byte - node.start_byte <= _MEASURED_BYTES:
        return True
    stack = [(node, 0)]
    while stack:
        current, depth = stack.pop()
        if depth > _MAX_DEPTH:
            return False
        stack.extend((child, depth + 1) for child in current.named_children)
    return True
