"""Recall of lock-balance on Xen's own fixes: reported in the function before the fix, and gone or fewer after it.

    python -m tests.bench.locks_history --xen PATH --data history-dev.jsonl

`--xen` is a git repository of Xen (or $REVIEWBOT_XEN), `--data` a file of defects, one JSON object a line (or
$REVIEWBOT_HISTORY). Rows that an analysis of paths found are counted apart: they favour a like-minded tool.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewbot.analysis import Context, Finding, MemoryTree, Rule, load_rule
from reviewbot.analysis.locks import run
from reviewbot.csource import MacroTable, NotAnalysed, parse
from reviewbot.resources import rules_dir

RULE = rules_dir() / "lock-balance"


@dataclass(frozen=True)
class Row:
    """One defect and what the rule said about it."""

    fix: str
    file: str
    function: str
    found_by: str
    intraprocedural: bool
    before: tuple[Finding, ...]
    after: tuple[Finding, ...]
    unread: str
    elsewhere: bool  # gone at the fix from another function of the file: from a caller, say

    @property
    def seen(self) -> bool:
        """Reported in the right function at the parent of the fix."""
        return bool(self.before)

    @property
    def drops(self) -> bool:
        """And fewer findings there at the fix."""
        return len(self.after) < len(self.before)


def blob(repo: Path, revision: str, path: str) -> bytes | None:
    """A file of a commit."""
    done = subprocess.run(["git", "-C", str(repo), "show", f"{revision}:{path}"], capture_output=True, check=False)
    return done.stdout if done.returncode == 0 else None


def findings(
    rule: Rule, macros: MacroTable, data: bytes, path: str, function: str
) -> tuple[tuple[Finding, ...], str, tuple[Finding, ...]]:
    """The findings in one function of a file, why it could not be read (empty: it was), and those in the others."""
    source = parse(data, path, macros)
    context = Context(MemoryTree({path: data}), macros)
    found, others, unread = [], [], ""
    for result in run(rule, source, context):
        if isinstance(result, NotAnalysed):
            unread = result.reason if result.function == function else unread
        else:
            (found if result.function == function else others).append(result)
    here = [f for f in source.functions if f.name == function]
    if not here:
        unread = "no such function"
    elif not any(f.readable for f in here):
        unread = here[0].reason or "unreadable"
    return tuple(found), unread, tuple(others)


def measure(repo: Path, rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Run the rule before and after each fix."""
    rule, macros = load_rule(RULE), MacroTable.load()
    measured = []
    for row in rows:
        if row["class"] != "L":
            continue
        sides, around, unread = [], [], ""
        for revision in (f"{row['fix']}^", row["fix"]):
            data = blob(repo, revision, row["file"])
            if data is None:
                sides.append(())
                unread = f"no {row['file']} at {revision}"
                continue
            found, why, others = findings(rule, macros, data, row["file"], row["function"])
            sides.append(found)
            around.append({finding.fingerprint for finding in others})
            unread = unread or why
        measured.append(
            Row(
                row["fix"], row["file"], row["function"], row["found_by"], bool(row["intraprocedural"]),
                sides[0], sides[1], unread, len(around) == 2 and bool(around[0] - around[1]),
            )
        )  # fmt: skip
    return measured


def table(measured: Iterable[Row], verbose: bool) -> str:
    """The rows and the figures as text."""
    lines = []
    measured = list(measured)
    for row in measured:
        mark = "drops" if row.drops else "caller" if row.elsewhere else "seen" if row.seen else "-"
        inside = "" if row.intraprocedural else " (not visible in one function)"
        lines.append(
            f"{row.fix[:10]} {row.found_by:8} {mark:6} {len(row.before)}>{len(row.after)} {row.file} {row.function}{inside} {row.unread}"
        )
        if verbose:
            lines += [f"      before {f.line}: {f.message}" for f in row.before]
            lines += [f"      after  {f.line}: {f.message}" for f in row.after]
    inside_one = [row for row in measured if row.intraprocedural]
    for name, group in (
        ("found by others", [row for row in inside_one if row.found_by != "miner"]),
        ("found by paths", [row for row in inside_one if row.found_by == "miner"]),
        ("not visible in one function", [row for row in measured if not row.intraprocedural]),
    ):
        if group:
            seen, drops = sum(row.seen for row in group), sum(row.drops for row in group)
            more = sum(row.elsewhere and not row.drops for row in group)
            lines.append(
                f"{name:28} {len(group):3} sites: seen {seen} ({seen / len(group):.0%}), gone or fewer at the fix {drops} ({drops / len(group):.0%}), {more} more in another function of the file"
            )
    return "\n".join(lines)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xen", type=Path, default=os.environ.get("REVIEWBOT_XEN"))
    parser.add_argument("--data", type=Path, default=os.environ.get("REVIEWBOT_HISTORY"))
    parser.add_argument("-v", "--verbose", action="store_true")
    options = parser.parse_args()
    if options.xen is None or options.data is None:
        parser.error("give --xen and --data, or set REVIEWBOT_XEN and REVIEWBOT_HISTORY")
    began = time.process_time()
    rows = [json.loads(line) for line in options.data.read_text(encoding="utf-8").splitlines() if line.strip()]
    print(table(measure(options.xen, rows), options.verbose))
    print(f"{time.process_time() - began:.1f} s CPU")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
