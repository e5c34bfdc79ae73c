"""Runs a rule's own cases: `rules/<id>/cases/*.c`, or a folder with several files for a rule that compares files.

A line that must be reported carries `/* bad: <rule id> */`; a line where the tool must say that it cannot tell carries
`/* not analysed */`. Every other line must stay clean. A folder's files keep their paths below the folder, so a case
can have `xen/common/domctl.c` and `xen/arch/x86/domctl.c`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reviewbot.analysis.engine import Report, check
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.tree import MemoryTree
from reviewbot.csource import MacroTable, NotAnalysed
from reviewbot.errors import InputError

_BAD = re.compile(rb"/\* bad: ([a-z0-9-]+) \*/")
_NOT_ANALYSED = re.compile(rb"/\* not analysed \*/")

_MAX_CASE_BYTES = 2 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a case, 1-based."""

    path: str
    line: int

    def to_dict(self) -> dict[str, Any]:
        """The place as plain JSON data."""
        return {"path": self.path, "line": self.line}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How one case went: `missing` was marked but not reported, `unexpected` and `unread` came without a mark."""

    rule: str
    name: str
    missing: tuple[Place, ...] = ()
    unexpected: tuple[Finding, ...] = ()
    unread: tuple[NotAnalysed, ...] = ()
    marks: int = 0

    @property
    def passed(self) -> bool:
        """Whether the rule said exactly what the marks say."""
        return not (self.missing or self.unexpected or self.unread)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON data."""
        return {
            "rule": self.rule,
            "case": self.name,
            "passed": self.passed,
            "marks": self.marks,
            "missing": [place.to_dict() for place in self.missing],
            "unexpected": [finding.to_dict() for finding in self.unexpected],
            "not_analysed": [entry.to_dict() for entry in self.unread],
        }


@dataclass(frozen=True, slots=True)
class RuleResult:
    """How all the cases of one rule went."""

    rule: str
    cases: tuple[CaseResult, ...]

    @property
    def passed(self) -> bool:
        """Whether every case went right."""
        return all(case.passed for case in self.cases)

    def to_dict(self) -> dict[str, Any]:
        """The result as plain JSON data."""
        return {"rule": self.rule, "passed": self.passed, "cases": [case.to_dict() for case in self.cases]}


def run_cases(rules: Sequence[Rule], macros: MacroTable) -> tuple[RuleResult, ...]:
    """Run the cases of each rule. Raises InputError for a rule without cases or a case that cannot be read."""
    return tuple(RuleResult(rule.id, tuple(_run(rule, *case, macros) for case in _cases(rule))) for rule in rules)


def _cases(rule: Rule) -> list[tuple[str, Mapping[str, bytes]]]:
    folder = rule.directory / "cases"
    if not folder.is_dir():
        raise InputError(f"{folder}: the rule has no cases")
    cases: list[tuple[str, Mapping[str, bytes]]] = []
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        if entry.is_dir():
            files = sorted(path for path in entry.rglob("*") if path.is_file())
            cases.append((entry.name, {path.relative_to(entry).as_posix(): _bytes(path) for path in files}))
        elif entry.suffix in (".c", ".h"):
            cases.append((entry.name, {entry.name: _bytes(entry)}))
    if not cases:
        raise InputError(f"{folder}: the rule has no cases")
    return cases


def _bytes(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > _MAX_CASE_BYTES:
        raise InputError(f"{path}: larger than {_MAX_CASE_BYTES >> 20} MiB")
    return data


def _run(rule: Rule, name: str, files: Mapping[str, bytes], macros: MacroTable) -> CaseResult:
    sources = [path for path in files if path.endswith((".c", ".h"))]
    if list(files) == [name]:
        # A single file stands in no tree, so that no pattern of paths can mean it.
        rule = replace(rule, data={key: value for key, value in rule.data.items() if key not in ("include", "exclude")})
    report = check(sources, MemoryTree(files), (rule,), macros)
    bad = list(_marked(files, rule.id))
    silent = [place for place, _ in _marks(files, _NOT_ANALYSED)]
    return _compare(rule.id, name, report, bad, silent)


def _compare(rule: str, name: str, report: Report, bad: list[Place], silent: list[Place]) -> CaseResult:
    wanted = Counter(bad)
    unexpected = []
    for finding in report.findings:
        place = Place(finding.path, finding.line)
        if wanted[place] > 0:
            wanted[place] -= 1
        else:
            unexpected.append(finding)
    quiet = {Place(entry.path, entry.line): entry for entry in report.not_analysed}
    missing = [*wanted.elements(), *(place for place in silent if place not in quiet)]
    unread = [entry for place, entry in quiet.items() if place not in silent]
    return CaseResult(rule, name, tuple(missing), tuple(unexpected), tuple(unread), len(bad) + len(silent))


def _marked(files: Mapping[str, bytes], rule: str) -> Iterable[Place]:
    return (place for place, match in _marks(files, _BAD) if match.group(1).decode() == rule)


def _marks(files: Mapping[str, bytes], pattern: re.Pattern[bytes]) -> Iterable[tuple[Place, re.Match[bytes]]]:
    for path, data in sorted(files.items()):
        for number, line in enumerate(data.split(b"\n"), 1):
            for match in pattern.finditer(line):
                yield Place(path, number), match
