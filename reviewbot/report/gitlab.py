"""GitLab's Code Quality report: a JSON array in the CodeClimate subset that GitLab documents."""

from __future__ import annotations

import json
from collections import Counter
from typing import IO

from reviewbot.analysis import Report

_SEVERITY = {"error": "critical", "warning": "major", "note": "info"}


def write(out: IO[str], report: Report) -> None:
    """Print the array; a function that was not analysed has no place in this format and goes unsaid here."""
    seen: Counter[str] = Counter()
    rows = []
    for f in report.findings:
        # GitLab drops a row whose fingerprint it has seen; the same line can be there twice.
        seen[f.fingerprint] += 1
        again = f"-{seen[f.fingerprint]}" if seen[f.fingerprint] > 1 else ""
        row = {
            "description": f.message,
            "check_name": f.rule,
            "fingerprint": f.fingerprint + again,
            "severity": _SEVERITY[f.severity],
            "location": {"path": f.path, "lines": {"begin": f.line, "end": f.end_line}},
        }
        rows.append(row)
    out.write(json.dumps(rows, indent=2).encode("utf-8", "backslashreplace").decode() + "\n")
