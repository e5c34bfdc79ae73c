"""Rules without code: a query, a message, a fix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reviewbot.analysis import MemoryTree, Rule, check
from reviewbot.errors import InputError
from tests.analysis.trees import MACROS

QUERY = '((call_expression function: (identifier) @name arguments: (_) @args) @call (#eq? @name "strcpy"))'
TEXT = b"void f(char *a)\n{\n    strcpy(a, b);\n    strlcpy(a, b, 3);\n    if ( a )\n        strcpy(a,\n               c);\n}\n"


def rule(**pattern: Any) -> Rule:
    return Rule("no-strcpy", "pattern", "warning", "t", {"pattern": [pattern]}, Path("rules/no-strcpy"))


def test_matches_are_reported_with_their_fix() -> None:
    chosen = rule(
        query=QUERY, report="call", message="{name}{args} may overrun", replace="name", **{"with": "str{name}"}
    )
    found = check({"a.c": TEXT}, MemoryTree({}), [chosen], MACROS).findings
    assert [(f.line, f.end_line, f.column, f.function, f.severity) for f in found] == [
        (3, 3, 5, "f", "warning"),
        (6, 7, 9, "f", "warning"),
    ]
    assert found[0].message == "strcpy(a, b) may overrun"
    assert found[1].message == "strcpy(a, may overrun"
    assert found[0].to_dict()["fix"] == {
        "edits": [{"path": "a.c", "line": 3, "replace": "strcpy", "with": "strstrcpy"}]
    }


def test_severity_is_the_patterns_and_no_fix_is_null() -> None:
    found = check({"a.c": TEXT}, MemoryTree({}), [rule(query=QUERY, message="m", severity="note")], MACROS).findings
    assert {f.severity for f in found} == {"note"}
    assert {f.to_dict()["fix"] for f in found} == {None}


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ({}, "`query` is missing"),
        ({"query": QUERY}, "`message` is missing"),
        ({"query": "(call_expr", "message": "m"}, "the query is wrong"),
        ({"query": "(call_expression)", "message": "m"}, "captures no @name"),
        ({"query": QUERY, "message": "{nope}"}, "captures no @nope"),
        ({"query": QUERY, "message": "m", "report": "what"}, "captures no @what"),
        ({"query": QUERY.replace("#eq?", "#equal?"), "message": "m"}, "unknown predicate #equal?"),
        ({"query": QUERY, "message": "m", "severity": "fatal"}, "`severity` must be one of"),
    ],
)
def test_a_wrong_pattern_is_said(pattern: dict[str, str], words: str) -> None:
    with pytest.raises(InputError) as caught:
        check({"a.c": TEXT}, MemoryTree({}), [rule(**pattern)], MACROS)
    assert words in str(caught.value)


def test_a_function_nested_too_deep_is_said() -> None:
    text = b"void f(void)\n{\n    x = " + b"!" * 20000 + b"strcpy(a, b);\n}\n"
    report = check({"a.c": text}, MemoryTree({}), [rule(query=QUERY, message="m")], MACROS)
    assert report.findings == ()
    assert ["nested more than" in entry.reason for entry in report.not_analysed] == [True]
