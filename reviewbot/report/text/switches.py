"""The switch statements as tables: one line a case group, and one line an operation."""

from __future__ import annotations

from typing import Any

from reviewbot.report.terminal import Page, one_line, visible

_HEAD = ("line", "case", "ends", "locks held", "checks", "handed to")


def write(page: Page, view: dict[str, Any]) -> None:
    """Print the view that `analysis.view` made (its `to_dict()`)."""
    for switch in view["switches"]:
        labels = sum(len(g["labels"]) for g in switch["groups"])
        head = f"{switch['path']}:{switch['line']} {switch['function']}() switch ( {switch['on']} )"
        page.line(page.style(visible(head), "bold") + f"  {len(switch['groups'])} groups, {labels} labels")
        page.table(_HEAD, [row for g in switch["groups"] for row in _rows(g)])
        page.line()
    if view["ops"]:
        page.line(page.style("operations", "bold"))
        page.table(("op", "handled at", "locks held", "checks", "Flask"), _ops(view["ops"]))
    for gap in view["not_analysed"]:
        name = f"{gap['function']}(): " if gap["function"] else ""
        page.line(f"{visible(gap['path'])}:{gap['line']}: not analysed: {visible(name)}{one_line(gap['reason'])}")


def _rows(group: dict[str, Any]) -> list[list[str]]:
    """One row a label, so that none is hidden; what holds for the whole group stands in the first."""
    ends = group["ends"] + (f" -> {group['into']}" if group["into"] else "")
    whole = [ends, *(", ".join(group[key]) or "-" for key in ("locks_held", "checks", "handed_to"))]
    labels = group["labels"] or [{"text": "", "line": group["line"], "arm": None}]
    return [
        [str(x["line"]), x["text"] + (f"  [{x['arm']}]" if x["arm"] else ""), *(whole if n == 0 else [""] * 4)]
        for n, x in enumerate(labels)
    ]


def _ops(ops: list[dict[str, Any]]) -> list[list[str]]:
    rows = []
    for op in ops:
        flask = op["flask"]
        action = f"{flask['action']} ({flask['path']}:{flask['line']})" if flask else "-"
        for number, h in enumerate(op["handlers"] or [None]):
            place = f"{h['path']}:{h['line']} {h['function']}()" if h else "nowhere"
            locks = ", ".join(h["locks_held"]) if h else ""
            checks = ", ".join(h["checks"]) if h else ""
            name, policy = (op["op"], action) if number == 0 else ("", "")
            rows.append([name, place, locks or "-", checks or "-", policy])
    return rows
