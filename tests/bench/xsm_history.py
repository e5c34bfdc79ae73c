"""Recall of xsm-check on Xen's own fixes: reported before the fix, in its function and near its line, gone after it.

    python -m tests.bench.xsm_history --xen PATH --data history-dev.jsonl
    python -m tests.bench.xsm_history --xen PATH COMMIT...

`--xen` is a git repository of Xen (or $REVIEWBOT_XEN), `--data` a file of defects, one JSON object a line (or
$REVIEWBOT_HISTORY). With commits, what each of them takes away and adds is listed instead.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reviewbot.analysis import Finding, check, load_rules
from reviewbot.csource import MacroTable
from reviewbot.git import Plumbing
from reviewbot.resources import rules_dir

# How far from the line of the defect a finding may stand: a case of a switch is about that long.
NEAR = 25


class History:
    """One repository: what the rule says of a commit and of its parent."""

    def __init__(self, repo: Path) -> None:
        self.repo = repo
        self.git = Plumbing.here(repo)
        self.rules = load_rules(rules_dir(), ["xsm-check"])
        self.macros = MacroTable.load()

    def sides(self, fix: str) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """The findings in the files that a commit touches and in the dispatchers, before it and after."""
        argv = ["git", "-C", str(self.repo), "diff", "--name-only", "--no-renames", f"{fix}^", fix, "--", "xen/"]
        listed = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("\n")
        dispatchers = {str(table["path"]) for rule in self.rules for table in rule.tables("dispatch")}
        paths = {path for path in listed if path.endswith((".c", ".h"))} | dispatchers
        return self._findings(f"{fix}^", paths), self._findings(fix, paths)

    def _findings(self, revision: str, paths: Iterable[str]) -> tuple[Finding, ...]:
        tree = self.git.tree(self.git.resolve(revision))
        present = [path for path in sorted(paths) if tree.read(path) is not None]
        return check(present, tree, self.rules, self.macros).findings


def less(some: Sequence[Finding], others: Sequence[Finding]) -> list[Finding]:
    """The findings that the others do not have."""
    known = {finding.fingerprint for finding in others}
    return [finding for finding in some if finding.fingerprint not in known]


def judge(row: Mapping[str, Any], before: Sequence[Finding], after: Sequence[Finding]) -> str:
    """`gone`: seen near the line and gone at the fix; `seen`: it stays; `-`: not seen there."""

    def near(finding: Finding) -> bool:
        close = abs(finding.line - int(row["line_before"])) <= NEAR
        return (finding.path, finding.function) == (row["file"], row["function"]) and close

    if not any(near(finding) for finding in before):
        return "-"
    return "gone" if any(near(finding) for finding in less(before, after)) else "seen"


def main() -> int:
    """Print a line a row, or what each commit takes away and adds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xen", type=Path, default=os.environ.get("REVIEWBOT_XEN"))
    parser.add_argument("--data", type=Path, default=os.environ.get("REVIEWBOT_HISTORY"))
    parser.add_argument("commits", nargs="*")
    options = parser.parse_args()
    if options.xen is None or (options.data is None and not options.commits):
        parser.error("give --xen and --data or commits, or set REVIEWBOT_XEN and REVIEWBOT_HISTORY")
    began = time.process_time()
    history = History(Path(options.xen))
    for commit in options.commits:
        before, after = history.sides(commit)
        print(f"{commit}: {len(before)} before, {len(after)} after")
        for sign, found in (("-", less(before, after)), ("+", less(after, before))):
            for finding in found:
                print(f"  {sign} {finding.path}:{finding.line} {finding.function}: {finding.message}")
    if not options.commits:
        rows = [
            json.loads(line) for line in Path(options.data).read_text(encoding="utf-8").splitlines() if line.strip()
        ]
        rows = [row for row in rows if row["class"] == "X"]
        marks = [judge(row, *history.sides(row["fix"])) for row in rows]
        for row, mark in zip(rows, marks, strict=True):
            print(f"{mark:5} {row['fix'][:10]} {row['file']} {row['function']}: {row['note']}")
        print(f"{len(rows)} rows: {marks.count('gone')} seen and gone at the fix, {marks.count('seen')} seen only")
    print(f"{time.process_time() - began:.1f} s CPU")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
