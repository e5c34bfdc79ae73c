"""Findings as a compiler prints them, with the way that leads to each, and what could not be analysed."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.analysis import Finding, Report
from reviewbot.csource import NotAnalysed
from reviewbot.report.terminal import Page, one_line, visible

_COLOUR = {"error": "red", "warning": "yellow", "note": "cyan"}
GAPS_SHOWN = 20
"""How many unread functions are listed one by one; a whole tree has some hundred, which would bury the findings."""


def write(page: Page, report: Report) -> None:
    """Print the findings in their order, then the gaps."""
    for finding in report.findings:
        write_finding(page, finding)
    write_gaps(page, report.not_analysed)


def write_finding(page: Page, finding: Finding, indent: str = "") -> None:
    """Print one finding: place, severity, message, rule, then its trace."""
    place = f"{visible(finding.path)}:{finding.line}:{finding.column}:"
    severity = page.style(f"{finding.severity}:", _COLOUR[finding.severity])
    rule = page.style(f"[{finding.rule}]", "dim")
    page.line(f"{indent}{page.style(place, 'bold')} {severity} {one_line(finding.message)} {rule}")
    for step in finding.trace:
        if (step.path, step.line, step.note) == (finding.path, finding.line, finding.message):
            continue  # a finding of one place only
        page.line(f"{indent}    {visible(step.path)}:{step.line}: {one_line(step.note)}")
    for edit in (finding.fix or {}).get("edits", ()):
        page.line(f"{indent}    fix: line {edit['line']}: `{one_line(edit['replace'])}` -> `{one_line(edit['with'])}`")


def write_gaps(page: Page, gaps: Sequence[NotAnalysed], indent: str = "") -> None:
    """Print what was not analysed, each with its reason; a long list is cut, and says so."""
    for gap in gaps[:GAPS_SHOWN]:
        name = f"{visible(gap.function)}(): " if gap.function else ""
        page.line(f"{indent}{visible(gap.path)}:{gap.line}: not analysed: {name}{one_line(gap.reason)}")
    if len(gaps) > GAPS_SHOWN:
        page.line(f"{indent}… and {len(gaps) - GAPS_SHOWN} more not analysed (--format json lists all)")


def summary(report: Report) -> str:
    """One line of talk: how much was found and how much was read."""
    by_severity = {s: sum(f.severity == s for f in report.findings) for s in _COLOUR}
    found = ", ".join(f"{n} {s}{'s' * (n != 1)}" for s, n in by_severity.items() if n) or "nothing found"
    stats = report.stats
    return (
        f"{found}; {stats.files} file{'s' * (stats.files != 1)}, {stats.functions} functions read, "
        f"{len(report.not_analysed)} not analysed, {stats.seconds:.1f} s"
    )
