"""lock-balance on Xen itself: the series that takes and drops a lock under one condition, today's tree, and its history."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from reviewbot.analysis import Context, MemoryTree, load_rule
from reviewbot.analysis.locks import run
from reviewbot.csource import MacroTable, parse
from reviewbot.resources import rules_dir
from tests.bench.locks_history import measure

RULE = load_rule(rules_dir() / "lock-balance")
MACROS = MacroTable.load()
MASTER = "c447b7308b"
PATCH = "ffe7a07597"  # takes and drops the domctl lock under the same bool


def show(repo: Path, revision: str, path: str) -> bytes:
    done = subprocess.run(["git", "-C", str(repo), "show", f"{revision}:{path}"], capture_output=True, check=True)
    return done.stdout


def said(repo: Path, revision: str, path: str) -> list[tuple[str | None, str]]:
    data = show(repo, revision, path)
    context = Context(MemoryTree({path: data}), MACROS)
    results = run(RULE, parse(data, path, MACROS), context)
    return [(result.function, getattr(result, "message", None) or getattr(result, "reason", "")) for result in results]


@pytest.mark.parametrize("path", ["xen/arch/x86/mm/paging.c", "xen/common/domctl.c", "xen/arch/x86/domctl.c"])
@pytest.mark.parametrize("revision", [PATCH + "^", PATCH, MASTER])
def test_the_domctl_series_is_in_order(xen_repo: Path, revision: str, path: str) -> None:
    assert said(xen_repo, revision, path) == []


@pytest.mark.parametrize(
    ("path", "function"),
    [
        ("xen/arch/x86/mm/shadow/multi.c", "sh_update_cr3"),
        ("xen/common/device-tree/dt-overlay.c", "add_nodes"),
        ("xen/arch/x86/mm/mem_sharing.c", "audit"),
    ],
)
def test_defects_of_todays_tree(xen_repo: Path, path: str, function: str) -> None:
    assert function in {name for name, _ in said(xen_repo, MASTER, path)}


def test_history_is_seen_and_gone(xen_repo: Path) -> None:
    value = os.environ.get("REVIEWBOT_HISTORY")
    if not value or not Path(value).is_file():
        pytest.skip("no data of defects: set REVIEWBOT_HISTORY to a file of them")
    rows = [json.loads(line) for line in Path(value).read_text(encoding="utf-8").splitlines() if line.strip()]
    measured = [row for row in measure(xen_repo, rows) if row.intraprocedural and row.found_by != "miner"]
    assert measured
    assert sum(row.drops for row in measured) >= 0.9 * len(measured)
