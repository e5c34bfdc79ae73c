"""What `backport` did: each pick with what speaks against it, conflicts with both sides, and the way to look at it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from reviewbot.analysis import Finding
from reviewbot.backport import STATES, Backported, Conflict, Pick
from reviewbot.report.terminal import Page, one_line, visible
from reviewbot.report.text.check import write_finding

_COLOURS = {"clean": "green", "doubtful": "yellow", "proposed": "cyan", "conflict": "red"}
_MOST_LINES = 12
"""Of one side of a conflict; the whole stands in the JSON output."""


def write(page: Page, runs: Sequence[Backported], tree: str) -> None:
    """Print every branch's picks, and a table where there are several."""
    for number, run in enumerate(runs):
        if number:
            page.line()
        _run(page, run, tree)
    if len(runs) > 1 or any(len(run.picks) > 1 for run in runs):
        page.line()
        rows = [(run.target, Counter(pick.status for pick in run.picks)) for run in runs]
        page.table(("branch", *STATES), [(name, *(str(found[state]) for state in STATES)) for name, found in rows])


def _run(page: Page, run: Backported, tree: str) -> None:
    branch = page.style(visible(run.branch), "bold")
    if run.tip:
        page.line(f"{branch} made, on {visible(run.target)} {run.onto[:12]}")
    else:
        page.line(f"{branch} not made, on {visible(run.target)} {run.onto[:12]}")
    if not run.picks and not run.left:
        page.line("nothing to pick")
    for pick in run.picks:
        page.line()
        write_pick(page, pick)
    if run.left:
        page.line()
        page.line(f"{run.left} to go: reviewbot backport --continue --tree {visible(tree)} --to {visible(run.target)}")
    if run.tip:
        page.line()
        page.line(f"see it: git -C {visible(tree)} log -p {run.onto[:12]}..{visible(run.branch)}")


def write_pick(page: Page, pick: Pick) -> None:
    """Print a pick: what it is, what speaks against it, what did not merge, and the proposal."""
    state = page.style(pick.status, "bold", *([_COLOURS[pick.status]] if pick.status in _COLOURS else []))
    ids = " ".join(short(oid) for oid in pick.upstream)
    page.line(f"{state} {page.style(ids, 'yellow')} {one_line(pick.subject)}")
    if pick.via:
        made = f" as {pick.commit[:12]}" if pick.commit else f", tree {(pick.tree or '')[:12]}"
        page.line(f"    {visible(pick.via)}{made}")
    if pick.resolved:
        page.line(f"    {visible(pick.resolved)}")
    for note in (*pick.notes, *pick.compared):
        page.line(f"    {one_line(note)}")
    for doubt in pick.doubts:
        page.line(f"    {visible(doubt.path)}:{doubt.line}: {visible(doubt.name)} {one_line(doubt.reason)}")
    for finding in pick.findings:
        if isinstance(finding, Finding):
            write_finding(page, finding, "    ")
    if pick.build and pick.build.failed:
        page.line(f"    {one_line(pick.build.reason)}")
        for line in pick.build.output:
            page.line(f"      {visible(line)}")
    elif pick.build:
        page.line(f"    `{one_line(pick.build.command)}` succeeded")
    for entry in pick.prerequisites:
        where = f"on the branch as {entry.on_branch[:12]}" if entry.on_branch else "not on the branch"
        also = f", on {', '.join(entry.elsewhere)}" if entry.elsewhere else ""
        page.line(f"    upstream, {entry.commit[:12]} wrote these lines ({one_line(entry.subject)}): {where}{also}")
    for conflict in pick.conflicts:
        _conflict(page, conflict)
    if pick.proposal:
        page.line(page.style("    proposal, unconfirmed", "bold"))
        for assumed in pick.proposal.assumed:
            page.line(f"    assumes that {one_line(assumed)}")
        write_diff(page, pick.proposal.diff, "    ")


def short(name: str) -> str:
    """A commit's id cut to what people read; the id of a mail whole."""
    return f"<{visible(name)}>" if "@" in name else name[:12]


def write_diff(page: Page, diff: str, indent: str = "") -> None:
    """Print a diff."""
    for line in diff.splitlines():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        page.line(indent + (page.style(visible(line), colour) if colour else visible(line)))


def _conflict(page: Page, conflict: Conflict) -> None:
    place = f"{visible(conflict.path)}, place {conflict.hunk}" if conflict.hunk else visible(conflict.path)
    page.line(f"    {page.style(place, 'red')}: {one_line(conflict.why)}")
    for title, text in (("branch", conflict.ours), ("upstream", conflict.theirs)) if conflict.hunk else ():
        _lines(page, title, text.splitlines())
    if conflict.newer:
        has = f"{visible(conflict.newer.branch)}, {conflict.newer.commit[:12]}"
        if conflict.hunk:
            _lines(page, f"{has} did", [*_marked("-", conflict.newer.gone), *_marked("+", conflict.newer.added)])
        else:
            page.line(f"      {has} changed this file")


def _marked(sign: str, text: str) -> list[str]:
    return [sign + line for line in text.splitlines()]


def _lines(page: Page, title: str, lines: Sequence[str]) -> None:
    page.line(f"      {title}:" + ("" if lines else " nothing"))
    for line in lines[:_MOST_LINES]:
        page.line(f"        {visible(line)}")
    if len(lines) > _MOST_LINES:
        page.line(f"        … {len(lines) - _MOST_LINES} more lines")
