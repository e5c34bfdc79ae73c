"""The rules on one commit after the other, each against its parent."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewbot.analysis import Finding, Report
    from reviewbot.git import Change, GitTree


class CommitCheck:
    """What `apply` calls for each commit that it makes; `reports` keeps what each check found and could not read."""

    def __init__(self) -> None:
        from reviewbot.analysis import load_rules
        from reviewbot.resources import rules_dir

        self._rules = load_rules(rules_dir())
        self.reports: list[Report] = []

    def __call__(self, before: GitTree, after: GitTree, changes: Sequence[Change]) -> Sequence[Finding]:
        from reviewbot.scope import of_changes
        from reviewbot.settings import macro_table

        macros = macro_table(after, os.environ, Path.cwd())
        self.reports.append(of_changes(before, after, changes).run(self._rules, macros))
        return self.reports[-1].findings
