"""The outcome of `rules test`: one line a rule, and every expectation that failed."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.analysis.cases import CaseResult, RuleResult
from reviewbot.report.terminal import Page, one_line, visible


def write(page: Page, results: Sequence[RuleResult]) -> None:
    """Print how each rule's cases went; a failed case names the lines."""
    for result in results:
        good = sum(case.passed for case in result.cases)
        invalid = sum(case.marks > 0 for case in result.cases)
        state = page.style("ok", "green") if result.passed else page.style("FAILED", "red")
        total = len(result.cases)
        page.line(f"{result.rule}: {good} of {total} cases {state} ({invalid} invalid, {total - invalid} valid)")
        for case in result.cases:
            if not case.passed:
                _failed(page, case)


def _failed(page: Page, case: CaseResult) -> None:
    for place in case.missing:
        page.line(f"  {visible(case.name)}: {visible(place.path)}:{place.line}: marked, but not reported")
    for finding in case.unexpected:
        page.line(
            f"  {visible(case.name)}: {visible(finding.path)}:{finding.line}: not marked: {one_line(finding.message)}"
        )
    for gap in case.unread:
        page.line(f"  {visible(case.name)}: {visible(gap.path)}:{gap.line}: not analysed: {one_line(gap.reason)}")
