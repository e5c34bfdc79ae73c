"""SARIF 2.1.0 (OASIS), as GitHub code scanning and editors read it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import IO, Any
from urllib.parse import quote

from reviewbot import __version__
from reviewbot.analysis import Finding, Report, Rule

_LEVEL = {"error": "error", "warning": "warning", "note": "note"}


def write(out: IO[str], report: Report, rules: Sequence[Rule]) -> None:
    """Print one SARIF log with one run; what could not be analysed becomes a tool notification."""
    run = {
        "tool": {"driver": {"name": "reviewbot", "version": __version__, "rules": [_rule(r) for r in rules]}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "the top of the tree that was checked"}}},
        "invocations": [
            {
                "executionSuccessful": not report.bugs,
                "toolExecutionNotifications": [
                    {
                        "level": "note",
                        "message": {"text": f"not analysed: {gap.function or 'file'}: {gap.reason}"},
                        "locations": [_location(gap.path, gap.line)],
                    }
                    for gap in report.not_analysed
                ],
            }
        ],
        "results": [_result(f, [r.id for r in rules]) for f in report.findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    out.write(json.dumps(log, indent=2).encode("utf-8", "backslashreplace").decode() + "\n")


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "help": {"text": f"reviewbot rules explain {rule.id}"},
    }


def _result(finding: Finding, ids: Sequence[str]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVEL[finding.severity],
        "message": {"text": finding.message},
        "locations": [_location(finding.path, finding.line, finding.end_line, finding.column)],
        "partialFingerprints": {"reviewbot/v1": finding.fingerprint},
    }
    if finding.rule in ids:
        result["ruleIndex"] = ids.index(finding.rule)
    if finding.trace:
        steps = [{"location": {**_location(s.path, s.line), "message": {"text": s.note}}} for s in finding.trace]
        result["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return result


def _location(path: str, line: int, end_line: int | None = None, column: int | None = None) -> dict[str, Any]:
    region: dict[str, int] = {"startLine": max(line, 1)}
    if column:
        region["startColumn"] = column
    if end_line and end_line > line:
        region["endLine"] = end_line
    uri = quote(path.encode("utf-8", "surrogateescape"))
    return {"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": "SRCROOT"}, "region": region}}
