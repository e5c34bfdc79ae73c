"""lock-balance beside other checkers, on its own cases: it sees what each of them sees, and is right where they err."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reviewbot.analysis import FolderTree, check, load_rules
from reviewbot.csource import MacroTable
from reviewbot.resources import rules_dir
from tests.peers.checkers import CHECKERS, Checker

_BAD = re.compile(r"/\* bad: lock-balance \*/")


@pytest.mark.parametrize("checker", CHECKERS, ids=lambda checker: checker.name)
def test_no_other_checker_sees_more_of_the_cases(checker: Checker, tmp_path: Path) -> None:
    program = checker.find()
    if program is None:
        pytest.skip(f"{checker.command} is not installed ({checker.source})")
    rule = load_rules(rules_dir(), ["lock-balance"])
    root = rule[0].directory / "cases"
    paths = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.c"))
    marked = {
        (path, number)
        for path in paths
        for number, line in enumerate((root / path).read_text(encoding="utf-8").split("\n"), 1)
        if _BAD.search(line)
    }
    report = check(paths, FolderTree(root), rule, MacroTable.load())
    mine = {(finding.path, finding.line) for finding in report.findings}
    theirs = checker.run(program, root, paths, tmp_path)
    assert mine == marked
    # A checker that says nothing at all was run wrongly, and would prove nothing.
    assert theirs & marked
    print(f"{checker.name}: {len(theirs & marked)} of {len(marked)} seen, {len(theirs - marked)} wrong")
    assert len(theirs & marked) < len(marked)
