"""Runs rules over files: which kind goes to which module, in one process or several, always in the same order.

A kind of rule is a module of this package with

    run(rule, source, context) -> Iterable[Finding | NotAnalysed]         # one file at a time, and/or
    run_tree(rule, paths, context) -> Iterable[Finding | NotAnalysed]     # once a run, for rules across files

and a line in `KINDS`. The modules are imported when a rule needs them.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from types import MappingProxyType, ModuleType
from typing import Any

from reviewbot.analysis.context import Context
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.lines import LineMap
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.suppress import Suppressions
from reviewbot.analysis.tree import OverlayTree, Tree
from reviewbot.csource import MacroTable, NotAnalysed

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "switch-fallthrough": "reviewbot.analysis.fallthrough",
        "lock-balance": "reviewbot.analysis.locks",
        "guarded-dispatch": "reviewbot.analysis.dispatch",
        "pattern": "reviewbot.analysis.pattern",
    }
)


# In a diff mode: touched path → where its lines were before (None: the whole file counts as new).
Changed = Mapping[str, LineMap | None]


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

    def to_dict(self) -> dict[str, Any]:
        """The report as the `check` interface gives it, without its `schema`."""
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "not_analysed": [entry.to_dict() for entry in self.not_analysed],
            "stats": self.stats.to_dict(),
        }


@dataclass(slots=True)
class _Part:
    """What one process brings home."""

    findings: list[Finding]
    not_analysed: list[NotAnalysed]
    files: int = 0
    functions: int = 0


@dataclass(frozen=True, slots=True)
class _Job:
    """All that a process needs; travels by pickle, so it works where processes are spawned."""

    tree: Tree
    rules: tuple[Rule, ...]
    macros: MacroTable
    changed: Changed | None
    paths: tuple[str, ...]


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
    change may affect are reported on. With `jobs` above 1 that many processes share
    the work; findings and their order do not depend on it. `progress` is called with (files done, files in all).
    Raises InputError for a rule of an unknown kind or with wrong data.
    """
    began = clock()
    modules = {rule.kind: _module(rule) for rule in rules}
    if isinstance(files, Mapping):
        tree = OverlayTree(tree, dict(files))
    paths = tuple(sorted(set(files)))
    parts: list[_Part] = []
    done = 0
    context = Context(tree, macros, changed)
    for part in _parts(paths, tuple(rules), context, jobs):
        parts.append(part)
        done += part.files
        if progress is not None:
            progress(done, len(paths))
    across = [rule for rule in rules if hasattr(modules[rule.kind], "run_tree")]
    if across:
        parts.append(_run_across(across, paths, context))
    return _report(parts, clock() - began)


def _module(rule: Rule) -> ModuleType:
    name = KINDS.get(rule.kind)
    if name is None:
        raise rule.error(f"unknown `kind` {rule.kind!r}; there are: {', '.join(sorted(KINDS))}")
    return import_module(name)


def _parts(paths: tuple[str, ...], rules: tuple[Rule, ...], context: Context, jobs: int) -> Iterator[_Part]:
    single = tuple(rule for rule in rules if hasattr(_module(rule), "run"))
    job = _Job(context.tree, single, context.macros, context.changed, paths)
    workers = min(jobs, len(paths))
    if workers > 1 and _travels(job):
        yield from _in_processes(job, workers)
        return
    suppressed = Suppressions(context.tree)
    for path in paths:
        part = _Part([], [])
        _run_file(path, single, context, suppressed, part)
        yield part


def _travels(job: _Job) -> bool:
    """Whether the job can be sent to another process: a tree backed by an open repository, say, cannot."""
    try:
        pickle.dumps(job)
    except (pickle.PicklingError, TypeError, AttributeError):
        return False
    return True


def _in_processes(job: _Job, workers: int) -> Iterator[_Part]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Neighbouring files share headers and helpers, so a share is a run of neighbours; several a worker even out.
    share = max(1, len(job.paths) // (workers * 8))
    shares = [job.paths[i : i + share] for i in range(0, len(job.paths), share)]
    jobs = [_Job(job.tree, job.rules, job.macros, job.changed, paths) for paths in shares]
    done = 0
    try:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            for part in pool.map(_run_job, jobs):
                yield part
                done += 1
    except BrokenProcessPool:
        # A process was killed (memory, a limit): what it left undone is done here, more slowly.
        yield from map(_run_job, jobs[done:])


def _run_job(job: _Job) -> _Part:
    context = Context(job.tree, job.macros, job.changed)
    suppressed = Suppressions(job.tree)
    part = _Part([], [])
    for path in job.paths:
        _run_file(path, job.rules, context, suppressed, part)
    return part


def _run_file(path: str, rules: Sequence[Rule], context: Context, suppressed: Suppressions, part: _Part) -> None:
    part.files += 1
    source = context.source(path)
    if source is None:
        part.not_analysed.append(NotAnalysed(path, None, 0, "no such file in the tree"))
        return
    part.functions += len(source.functions)
    found = _Part([], list(source.not_analysed))
    for rule in rules:
        if applies(rule, path):
            _sort_out(_module(rule).run(rule, source, context), suppressed, found)
    names = context.scope(source)
    part.findings.extend(f for f in found.findings if names is None or f.function is None or f.function in names)
    part.not_analysed.extend(
        e for e in found.not_analysed if names is None or e.function is None or e.function in names
    )
    context.forget_flows(path)


def _run_across(rules: Sequence[Rule], paths: tuple[str, ...], context: Context) -> _Part:
    part = _Part([], [])
    suppressed = Suppressions(context.tree)
    for rule in rules:
        _sort_out(_module(rule).run_tree(rule, paths, context), suppressed, part)
    return part


def applies(rule: Rule, path: str) -> bool:
    """Whether the rule looks at this path: its `include` patterns (none: every file) without its `exclude` patterns."""
    include, exclude = rule.strings("include"), rule.strings("exclude")
    if include and not any(fnmatchcase(path, pattern) for pattern in include):
        return False
    return not any(fnmatchcase(path, pattern) for pattern in exclude)


def _sort_out(results: Iterable[Finding | NotAnalysed], suppressed: Suppressions, part: _Part) -> None:
    for result in results:
        if not isinstance(result, Finding):
            part.not_analysed.append(result)
        elif not suppressed.covers(result):
            part.findings.append(result)


def _report(parts: Iterable[_Part], seconds: float) -> Report:
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
