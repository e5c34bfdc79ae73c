"""What `apply` made: each commit with what was added to it and found in it, then what was left and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reviewbot.analysis import Report
from reviewbot.apply import Applied, Made
from reviewbot.report.terminal import Page, one_line, visible
from reviewbot.report.text.check import write_finding, write_gaps
from reviewbot.report.text.effect import write as write_effects


def write(
    page: Page,
    applied: Applied,
    reports: Sequence[Report],
    effects: Sequence[Sequence[Mapping[str, Any]]],
    tree: str,
) -> None:
    """Print the branch, its commits (each with its check and its effect), the requests left, the way to look at it."""
    branch = visible(applied.branch)
    made = "made" if applied.tip else "would be made (--dry-run)"
    page.line(f"{page.style(branch, 'bold')} {made}, on {applied.base[:12]}")
    for number, commit in enumerate(applied.commits):
        page.line()
        _commit(page, commit, len(applied.commits), reports[number] if number < len(reports) else None)
        write_effects(page, effects[number] if number < len(effects) else (), "    ")
    if applied.left:
        page.line()
        page.line(page.style("left", "bold"))
        for entry in applied.left:
            page.line(f"  {entry.id} {one_line(entry.reason)}")
    state = getattr(applied.verdict, "state", None)
    if state:
        page.line()
        page.line(page.style(state, "bold"))
        for line in (*getattr(applied.verdict, "reasons", ()), *getattr(applied.verdict, "warnings", ())):
            page.wrapped(line, "  ")
    if applied.tip:
        page.line()
        page.line(f"see it: git -C {visible(tree)} log -p {applied.base[:12]}..{branch}")


def _commit(page: Page, made: Made, total: int, report: Report | None) -> None:
    name = (made.id or f"tree {made.tree}")[: 12 if made.id else 17]
    page.line(f"{made.number}/{total} {page.style(name, 'yellow')} {one_line(made.subject)}")
    for tag in made.tags:
        page.line(f"    + {one_line(tag)}")
    if made.fixups:
        page.line(f"    fixups {', '.join(visible(f) for f in made.fixups)}")
    for remark in made.remarks:
        page.line(f"    {one_line(remark)}")
    if report is not None:
        for finding in report.findings:
            write_finding(page, finding, "    ")
        write_gaps(page, report.not_analysed, "    ")
