"""Xen's own mark for a line that is right: `/* SAF-<n>-safe … */` above it (docs/misra/documenting-violations.rst)."""

from __future__ import annotations

import re

from reviewbot.analysis.finding import Finding
from reviewbot.analysis.tree import Tree

# `SAF-3-safe` and `SAF-3-false-positive-eclair`; the words that follow are free.
_SAF = re.compile(rb"\bSAF-\d+-(?:safe|false-positive-\w+)\b")

# A SAF comment is a line or a few; farther up nothing is looked for.
_MAX_COMMENT_LINES = 12


class Suppressions:
    """Answers whether a finding stands right below a SAF comment; reads each file once."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._lines: dict[str, list[bytes]] = {}

    def covers(self, finding: Finding) -> bool:
        """Whether the comment that ends on the line above the finding is a SAF comment."""
        return covered(self._of(finding.path), finding.line)

    def _of(self, path: str) -> list[bytes]:
        if path not in self._lines:
            data = self._tree.read(path) or b""
            self._lines[path] = data.split(b"\n") if _SAF.search(data) else []
        return self._lines[path]


def covered(lines: list[bytes], line: int) -> bool:
    """Whether a SAF comment ends on the line above `line` (1-based) of a file split into `lines`."""
    above = line - 2
    if not 0 <= above < len(lines) or not lines[above].rstrip().endswith(b"*/"):
        return False
    for index in range(above, max(-1, above - _MAX_COMMENT_LINES), -1):
        if _SAF.search(lines[index]):
            return True
        if b"/*" in lines[index]:
            return False
    return False
