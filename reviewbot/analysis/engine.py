"""Runs rules over files: which kind goes to which module, in one process or several, always in the same order.

A kind of rule is a module of this package with

    run(rule, source, context) -> Iterable[Finding | NotAnalysed]         # one file at a time, and/or
    run_tree(rule, paths, context) -> Iterable[Finding | NotAnalysed]     # once a run, for rules across files

and a line in `work.KINDS`. The modules are imported when a rule needs them; what the second may come back to can be
named by `keeps(rule) -> PathPatterns`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewbot.analysis.fault import Fault
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.tree import OverlayTree, Tree
from reviewbot.analysis.work import Changed, Job, Part, applies, in_one_process, kind_module
from reviewbot.csource import MacroTable, NotAnalysed
from reviewbot.garbage import rarely_collected

__all__ = ["Changed", "Report", "Stats", "applies", "check"]


@dataclass(frozen=True, slots=True)
class Stats:
    """What a run looked at: files read, functions in them, wall seconds."""

    files: int = 0
    functions: int = 0
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain JSON data; seconds to the millisecond."""
        return {"files": self.files, "functions": self.functions, "seconds": round(self.seconds, 3)}


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found, sorted by place, and what it could not read."""

    findings: tuple[Finding, ...] = ()
    not_analysed: tuple[NotAnalysed, ...] = ()
    stats: Stats = Stats()

    @property
    def bugs(self) -> tuple[Fault, ...]:
        """What was not analysed because of an error in reviewbot itself."""
        return tuple(entry for entry in self.not_analysed if isinstance(entry, Fault))

    def to_dict(self) -> dict[str, Any]:
        """The report as the `check` interface gives it, without its `schema`."""
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "not_analysed": [entry.to_dict() for entry in self.not_analysed],
            "stats": self.stats.to_dict(),
        }


def check(
    files: Mapping[str, bytes] | Sequence[str],
    tree: Tree,
    rules: Sequence[Rule],
    macros: MacroTable,
    jobs: int = 1,
    *,
    changed: Changed | None = None,
    progress: Callable[[int, int], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Report:
    """Check files with rules.

    `files` are paths to read from `tree`, or path → bytes that stand before the tree's own. `changed` is for
    the diff modes: rules that compare files stay quiet unless one of theirs is in it, and only the functions that the
    change may affect are reported on. With `jobs` above 1 that many processes share the work; findings and their order
    do not depend on it. `progress` is called with (files done, files in all).
    Raises InputError for a rule of an unknown kind or with wrong data.
    """
    began = clock()
    if isinstance(files, Mapping):
        tree = OverlayTree(tree, dict(files))
    with rarely_collected():
        parts = work_through(Job(tree, tuple(rules), macros, changed), files, jobs, progress)
    return make_report(parts, clock() - began)


def work_through(
    job: Job, files: Iterable[str], jobs: int = 1, progress: Callable[[int, int], None] | None = None
) -> list[Part]:
    """Do a job on files in one process or several; the parts come in the order of the paths."""
    for rule in job.rules:
        kind_module(rule)
    paths = tuple(sorted(set(files)))
    parts: list[Part] = []
    done = 0
    for part in _parts(job, paths, min(jobs, len(paths))):
        parts.append(part)
        done += part.files
        if progress is not None and part.files:
            progress(done, len(paths))
    return parts


def _parts(job: Job, paths: tuple[str, ...], processes: int) -> Iterable[Part]:
    if processes < 2:
        return in_one_process(job, paths)
    from reviewbot.analysis.pool import in_processes

    return in_processes(job, paths, processes)


def make_report(parts: Iterable[Part], seconds: float) -> Report:
    """What the parts of a job found, each thing once."""
    findings: dict[tuple[Any, ...], Finding] = {}
    silent: dict[tuple[Any, ...], NotAnalysed] = {}
    files = functions = 0
    for part in parts:
        files += part.files
        functions += part.functions
        for finding in part.findings:
            findings.setdefault((*finding.order, finding.fingerprint), finding)
        for entry in part.not_analysed:
            silent.setdefault((entry.path, entry.line or 0, entry.function or "", entry.reason), entry)
    return Report(
        tuple(findings[key] for key in sorted(findings)),
        tuple(silent[key] for key in sorted(silent)),
        Stats(files, functions, seconds),
    )
