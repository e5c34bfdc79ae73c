"""Posted against made, as git's range-diff tells it, on a screen."""

from __future__ import annotations

from reviewbot.report.terminal import Page, visible


def write(page: Page, range_diff: str) -> None:
    """Print git's comparison; nothing where every patch came out as it was posted."""
    if " ! " not in range_diff:
        return
    page.line()
    page.line(page.style("posted against made", "bold"))
    for line in range_diff.splitlines():
        page.line(f"  {visible(line)}".rstrip())
