"""What is looked at in one commit after the other: the rules, and what it does to the dispatch of operations."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewbot.analysis import Finding, Report
    from reviewbot.analysis.dispatch.effect import Effect
    from reviewbot.analysis.fault import Fault
    from reviewbot.git import Change, GitTree


class CommitEffects:
    """Called for each commit: `effects` keeps what each one does to the table of operations; finds no fault.

    `bugs` keeps what could not be looked at because of an error in reviewbot itself.
    """

    def __init__(self) -> None:
        from reviewbot.settings import rules

        self._rules = rules(os.environ, Path.cwd())
        self.effects: list[tuple[Effect, ...]] = []
        self.bugs: list[Fault] = []

    def __call__(self, before: GitTree, after: GitTree, changes: Sequence[Change]) -> Sequence[Finding]:
        from reviewbot.analysis.dispatch.effect import effect
        from reviewbot.analysis.fault import fault
        from reviewbot.settings import macro_table

        macros = macro_table(after, os.environ, Path.cwd())
        paths = {path for change in changes for path in (change.path, change.old_path) if path}
        try:
            seen = effect(before, after, paths, self._rules, macros)
        except Exception as error:
            self.bugs.append(fault(error, "the table of operations", min(paths, default=".")))
            seen = ()
        self.effects.append(seen)
        return ()


class CommitCheck(CommitEffects):
    """Called for each commit: `reports` keeps what the rules found that it adds, and what they could not read."""

    def __init__(self) -> None:
        super().__init__()
        self.reports: list[Report] = []

    def __call__(self, before: GitTree, after: GitTree, changes: Sequence[Change]) -> Sequence[Finding]:
        from reviewbot.scope import of_changes
        from reviewbot.settings import macro_table

        super().__call__(before, after, changes)
        macros = macro_table(after, os.environ, Path.cwd())
        self.reports.append(of_changes(before, after, changes).run(self._rules, macros))
        self.bugs.extend(self.reports[-1].bugs)
        return self.reports[-1].findings
