"""The rule switch-fallthrough: which ways out of a group it reports, how gravely, and the fixes it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.analysis import Finding, MemoryTree, Rule, check, load_rules
from reviewbot.analysis.cases import run_cases
from reviewbot.csource import MacroTable
from reviewbot.errors import InputError
from reviewbot.resources import rules_dir
from tests.patience import patience

MACROS = MacroTable.load()
RULE = load_rules(rules_dir(), ["switch-fallthrough"])[0]


def findings(body: str, rule: Rule = RULE) -> tuple[Finding, ...]:
    text = f"int f(int x)\n{{\n    switch ( x )\n    {{\n{body}    }}\n    return 0;\n}}\n"
    return check({"a.c": text.encode()}, MemoryTree({}), [rule], MACROS).findings


def with_data(**data: Any) -> Rule:
    changed: Mapping[str, Any] = {**RULE.data, **{key.replace("_", "-"): value for key, value in data.items()}}
    return replace(RULE, data=changed)


def test_every_case_of_the_rule_says_what_its_marks_say() -> None:
    (result,) = run_cases([RULE], MACROS)
    assert [case.name for case in result.cases if not case.passed] == []
    assert len(result.cases) >= 14
    assert sum(case.marks == 0 for case in result.cases) >= 4


STEPS = {
    "do": "act();",
    "quit": "return 1;",
    "break": "break;",
    "maybe": "if ( x ) break;",
    "either": "if ( x ) return 1; else break;",
    "said": "fallthrough;",
    "comment": "/* fall through */",
    "other": "/* FALLTHRU */",
    "block": "{ act(); break; }",
    "loop": "while ( x ) break;",
    "once": "do { break; } while ( 0 );",
    "bug": "BUG();",
    "label": "again: act();",
}
LEAVES = {"quit", "break", "either", "block", "bug"}
PLAIN = {"do", "maybe", "loop", "once"}


def outcome(steps: list[str]) -> str | None:
    """What the rule must say of a group of these steps: carried out one by one."""
    here, said, statements = True, None, False
    for step in steps:
        if step in ("said", "comment", "other"):
            if here and step == "said":
                statements, said = True, "said"
            elif here and statements and said != "said":
                said = "said" if step == "comment" else "other"
        elif step == "label":
            here, said, statements = True, None, True
        elif here:
            statements, said = True, None
            here = step not in LEAVES
    if not here or not statements or said == "said":
        return None
    return "note" if said == "other" else "error"


@given(st.lists(st.sampled_from([step for step in STEPS if step != "label"]), max_size=7))
def test_a_group_is_reported_exactly_where_control_comes_out_of_it_unannounced(steps: list[str]) -> None:
    body = "".join(f"        {STEPS[step]}\n" for step in steps)
    found = findings(f"    case 1:\n{body}    case 2:\n        act();\n        break;\n")
    assert [finding.severity for finding in found] == [s for s in [outcome(steps)] if s]


@given(st.lists(st.sampled_from(sorted(PLAIN | LEAVES)), min_size=1, max_size=5))
def test_a_label_after_an_end_lets_control_in_again(steps: list[str]) -> None:
    body = "".join(f"        {STEPS[step]}\n" for step in [*steps, "label"])
    assert len(findings(f"    case 1:\n{body}    case 2:\n        act();\n        break;\n")) == 1


def test_the_finding_names_both_groups_and_shows_the_way() -> None:
    (found,) = findings("    case 1:\n        act();\n    case 2:\n        return 2;\n")
    assert (found.rule, found.severity, found.line, found.function) == ("switch-fallthrough", "error", 6, "f")
    assert "case 1" in found.message
    assert "case 2" in found.message
    assert [step.line for step in found.trace] == [5, 6, 7]
    assert found.fix is None


def test_a_fall_into_a_lone_break_is_a_note() -> None:
    (found,) = findings("    case 1:\n        act();\n    case 2:\n        break;\n")
    assert found.severity == "note"


def test_a_fall_into_a_return_is_an_error() -> None:
    (found,) = findings("    case 1:\n        act();\n    default:\n        return -22;\n")
    assert found.severity == "error"


def test_fallthrough_into_default_break_is_to_be_a_break() -> None:
    (found,) = findings("    case 1:\n        act();\n        fallthrough;\n    default:\n        break;\n")
    assert found.severity == "note"
    assert found.fix == {"edits": [{"path": "a.c", "line": 7, "replace": "fallthrough;", "with": "break;"}]}
    assert "break;" in found.message


@pytest.mark.parametrize(
    "last",
    [
        "    default:\n        act();\n        break;\n",
        "    case 2:\n        break;\n",
        "    default:\n        return 1;\n",
    ],
)
def test_fallthrough_into_anything_else_is_right(last: str) -> None:
    assert findings(f"    case 1:\n        act();\n        fallthrough;\n{last}") == ()


def test_a_comment_in_default_does_not_make_it_do_something() -> None:
    (found,) = findings(
        "    case 1:\n        act();\n        fallthrough;\n    case 2:\n    default: /* x */\n        break;\n"
    )
    assert found.fix is not None


def test_an_unaccepted_comment_gets_the_statement_as_its_fix() -> None:
    (found,) = findings(
        "    case 1:\n        act();\n        /* FALLTHROUGH */\n    default:\n        act();\n        break;\n"
    )
    assert found.severity == "note"
    assert found.fix == {"edits": [{"path": "a.c", "line": 7, "replace": "/* FALLTHROUGH */", "with": "fallthrough;"}]}


def test_a_comment_with_more_to_say_is_not_replaced() -> None:
    body = "    case 1:\n        act();\n        /* Fall through to the permission check. */\n    default:\n        act();\n"
    (found,) = findings(body)
    assert (found.severity, found.fix) == ("note", None)


def test_a_missing_end_under_ifdef_is_one_finding() -> None:
    body = "    case 1:\n        act();\n#ifdef A\n    case 2:\n        act();\n        break;\n#endif\n"
    assert len(findings(body + "    case 3:\n        act();\n        break;\n")) == 1


def test_the_last_group_is_reported_only_where_the_rule_asks_for_it() -> None:
    body = "    case 1:\n        act();\n        break;\n    default:\n        act();\n"
    assert findings(body) == ()
    (found,) = findings(body, with_data(last_group="warning"))
    assert (found.severity, found.line) == ("warning", 9)


def test_terminals_are_data_of_the_rule() -> None:
    body = "    case 1:\n        give_up();\n    case 2:\n        act();\n        NEXT;\n    default:\n        act();\n"
    assert [finding.line for finding in findings(body)] == [6, 9]
    assert findings(body, with_data(noreturn=["give_up"], keywords=["NEXT"])) == ()


def test_a_comment_may_stand_no_farther_below_than_the_rule_says() -> None:
    body = "    case 1:\n        act();\n\n\n        /* fallthrough */\n    default:\n        act();\n"
    assert [finding.severity for finding in findings(body)] == ["note"]
    assert findings(body, with_data(comment_lines=3)) == ()


@pytest.mark.parametrize("data", [{"into_break": "fatal"}, {"comment_lines": "two"}, {"comments": "x"}])
def test_wrong_data_names_the_rule_file(data: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"rule\.toml"):
        findings("    case 1:\n        act();\n", with_data(**data))


def test_the_fingerprint_survives_moved_lines() -> None:
    body = "    case 1:\n        act();\n    case 2:\n        return 2;\n"
    (before,), (after,) = findings(body), findings("    case 0:\n        return 0;\n\n" + body)
    assert before.line != after.line
    assert before.fingerprint == after.fingerprint


def test_a_switch_nested_too_deep_is_not_taken_for_clean() -> None:
    deep = "if ( x ) " * 300
    text = f"int f(int x)\n{{\n switch ( x ) {{ case 1: {deep} act(); case 2: act(); break; }}\n}}\n"
    report = check({"a.c": text.encode()}, MemoryTree({}), [RULE], MACROS)
    assert report.findings == ()
    assert [(entry.function, entry.line) for entry in report.not_analysed] == [("f", 3)]


def test_a_switch_of_many_groups_is_reported_to_its_end() -> None:
    count = 25_000
    with patience():
        found = findings("".join(f"    case {number}: act();\n" for number in range(count)))
    assert [finding.line for finding in found] == list(range(5, count + 4))
