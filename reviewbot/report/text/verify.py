"""A branch held against its thread, on a screen: patch by patch what is in, what is missing, what nobody asked for."""

from __future__ import annotations

from reviewbot.apply import Answered, Change, Checked, Verified
from reviewbot.report.terminal import Page, one_line, visible

_STATES = {
    "in": ("in", "green"),
    "otherwise": ("in, otherwise", "green"),
    "touched": ("look", "yellow"),
    "not-in": ("not in", "dim"),
}
_LINES_SHOWN = 12  # of one change


def write(page: Page, found: Verified) -> None:
    """Print the commits with their requests, tags and changes, then one line that sums up."""
    page.line(f"{found.base[:12]}..{found.tip[:12]}")
    for patch in found.patches:
        page.line()
        _patch(page, patch, len(found.patches))
    if found.others:
        page.line()
        page.line(page.style("commits that are no patch of the series", "bold"))
        for oid, subject in found.others:
            page.line(f"  {oid[:12]} {one_line(subject)}")
    page.line()
    wrong = sum(not patch.right for patch in found.patches)
    if found.right:
        page.line(page.style(f"as posted, with what was asked for, and nothing else{_unsure(found)}", "bold", "green"))
    else:
        parts = [f"{wrong} of {len(found.patches)} patches are not as the thread has them"] if wrong else []
        if found.others:
            parts.append(f"{len(found.others)} commit{'s' * (len(found.others) != 1)} of something else")
        page.line(page.style("; ".join(parts), "bold", "red"))


def _unsure(found: Verified) -> str:
    """What only a person can tell: whether words that were changed are what somebody asked for."""
    ids = [answer.request.id for patch in found.patches for answer in patch.requests if answer.state == "touched"]
    return f"; look at {', '.join(ids)} yourself" if ids else ""


def _patch(page: Page, patch: Checked, total: int) -> None:
    name = page.style(patch.commit[:12], "yellow") if patch.commit else page.style("no commit", "red")
    page.line(f"{patch.number}/{total} {name} {one_line(patch.subject)}")
    if patch.problem:
        page.wrapped(patch.problem, "    ")
    for answer in patch.requests:
        _request(page, answer)
    for tag in patch.missing_tags:
        page.line(f"    {page.style('tag missing', 'red')}: {one_line(tag)}")
    for tag, reason in patch.invented_tags:
        page.line(f"    {page.style('tag invented', 'red')}: {one_line(tag)} ({one_line(reason)})")
    for change in patch.unexplained:
        _change(page, change)


def _request(page: Page, answer: Answered) -> None:
    state, colour = _STATES[answer.state]
    if answer.missing:
        state, colour = "missing", "red"
    asked = answer.request
    page.line(f"    {page.style(asked.id, 'bold')} {page.style(state, colour)}: {one_line(answer.reason)}")
    page.wrapped(f'{asked.who}: "{asked.says}"', "        ")


def _change(page: Page, change: Change) -> None:
    where = f"{visible(change.path)}:{change.line}" if change.path else f"the message, line {change.line}"
    page.line(f"    {page.style('nobody asked for', 'red')}: {where}")
    lines = [*("-" + line for line in change.removed), *("+" + line for line in change.added)]
    for line in lines[:_LINES_SHOWN]:
        page.line(f"        {visible(line)}")
    if len(lines) > _LINES_SHOWN:
        page.line(f"        … {len(lines) - _LINES_SHOWN} more lines")
