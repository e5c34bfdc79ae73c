"""A bug in a rule keeps one function or file from being looked at, is listed, and hides nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from reviewbot.analysis import Context, Finding, MemoryTree, Report, Rule, check, check_change, load_rules
from reviewbot.analysis import fallthrough as fallthrough_kind
from reviewbot.analysis.change import FileChange
from reviewbot.analysis.locks import rule as lock_rule
from reviewbot.csource import Function, MacroTable, SourceFile
from reviewbot.csource.flow import Flow, FlowNames, build_flow
from reviewbot.errors import InputError
from reviewbot.resources import rules_dir
from tests.analysis.trees import MACROS
from tests.patience import patience

RULES = load_rules(rules_dir())
LEAK = "int %s(struct domain *d)\n{\n    spin_lock(&d->lock);\n    if ( d->x )\n        return 1;\n    spin_unlock(&d->lock);\n    return 0;\n}\n\n"
FILES = {"xen/a.c": (LEAK % "one" + LEAK % "two").encode(), "xen/b.c": (LEAK % "three").encode()}


def fail_at(name: str, error: Exception) -> object:
    def build(function: Function, names: FlowNames | None = None, detail: object = None) -> Flow:
        if function.name == name:
            raise error
        return build_flow(function, names, detail)  # type: ignore[arg-type]

    return build


def places(report: Report) -> list[tuple[str, str | None]]:
    return [(f.path, f.function) for f in report.findings]


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_function_is_listed_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr(lock_rule, "build_flow", fail_at("one", KeyError("x")))
    report = check(FILES, MemoryTree({}), RULES, MACROS, jobs=jobs)
    assert places(report) == [("xen/a.c", "two"), ("xen/b.c", "three")]
    (bug,) = report.bugs
    assert report.not_analysed == (bug,)
    assert (bug.path, bug.function, bug.line) == ("xen/a.c", "one", 1)
    assert bug.reason.startswith("internal error in lock-balance: KeyError: 'x' (test_fault.py:")
    assert "Traceback" in bug.trace
    assert set(bug.to_dict()) == {"path", "function", "line", "reason"}


def test_a_change_is_looked_at_nevertheless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock_rule, "build_flow", fail_at("one", ValueError("y")))
    before = {path: data.replace(b"    if ( d->x )\n        return 1;\n", b"") for path, data in FILES.items()}
    report = check_change(MemoryTree(before), MemoryTree(FILES), list(FILES), RULES, MACROS)
    assert places(report) == [("xen/a.c", "two"), ("xen/b.c", "three")]
    assert [(bug.path, bug.function) for bug in report.bugs] == [("xen/a.c", "one")]


def test_one_rule_fails_in_one_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(rule: Rule, source: SourceFile, context: Context) -> Iterable[Finding]:
        if source.path == "xen/a.c":
            raise RuntimeError("no")
        return []

    monkeypatch.setattr(fallthrough_kind, "run", run)
    report = check(FILES, MemoryTree({}), RULES, MACROS)
    assert len(report.findings) == 3
    assert [(bug.path, bug.function, bug.line) for bug in report.bugs] == [("xen/a.c", None, 0)]
    assert "internal error in switch-fallthrough: RuntimeError: no" in report.bugs[0].reason


def test_a_parser_that_fails_costs_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def parse(data: bytes, path: str, macros: MacroTable) -> SourceFile:
        raise IndexError(path)

    monkeypatch.setattr("reviewbot.analysis.context.parse", parse)
    report = check(FILES, MemoryTree({}), RULES, MACROS)
    assert [bug.path for bug in report.bugs] == ["xen/a.c", "xen/b.c"]
    assert "internal error in the parser" in report.bugs[0].reason


def test_reading_a_change_in_part_may_fail_and_the_whole_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object) -> None:
        raise AssertionError("wrong")

    monkeypatch.setattr(FileChange, "run", fail)
    before = {path: data.replace(b"    if ( d->x )\n        return 1;\n", b"") for path, data in FILES.items()}
    report = check_change(MemoryTree(before), MemoryTree(FILES), list(FILES), RULES, MACROS)
    assert len(report.findings) == 3
    assert [bug.path for bug in report.bugs] == ["xen/a.c", "xen/b.c"]


@pytest.mark.parametrize("error", [InputError("a rule's data"), MemoryError()])
def test_what_is_no_bug_ends_the_run(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    monkeypatch.setattr(lock_rule, "build_flow", fail_at("one", error))
    with pytest.raises(type(error)):
        check(FILES, MemoryTree({}), RULES, MACROS)


def test_a_guard_against_endless_work_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> None:
        while True:
            pass

    monkeypatch.setattr("reviewbot.analysis.fallthrough.run", endless)
    with pytest.raises(pytest.fail.Exception, match="no end"), patience(0.2):
        check(FILES, MemoryTree({}), RULES, MACROS)
