"""The work of one process: rules run over one file after the other, and over the whole of a dispatch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import import_module
from types import MappingProxyType, ModuleType

from reviewbot.analysis.change import FileChange
from reviewbot.analysis.context import Context
from reviewbot.analysis.fault import Fault, fault, guarded
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.lines import LineMap
from reviewbot.analysis.paths import PathPatterns
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.suppress import Suppressions
from reviewbot.analysis.tree import Tree
from reviewbot.csource import MacroTable, NotAnalysed, SourceFile
from reviewbot.csource.source import MAX_BYTES

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
class Job:
    """What is to be done: goes to another process as it is. With `before`, the tree that a change started from, what
    was found there is given too, as far as it may account for what is found now."""

    tree: Tree
    rules: tuple[Rule, ...]
    macros: MacroTable
    changed: Changed | None = None
    before: Tree | None = None


@dataclass(slots=True)
class Part:
    """What was found, what was not read, how much was looked at, and what was found before the change."""

    findings: list[Finding] = field(default_factory=list)
    not_analysed: list[NotAnalysed] = field(default_factory=list)
    files: int = 0
    functions: int = 0
    before: list[Finding] = field(default_factory=list)


class Worker:
    """Does a job, or a share of it; keeps what was read for the next share."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.single = [(rule, kind_module(rule)) for rule in job.rules if hasattr(kind_module(rule), "run")]
        self.across = [(rule, kind_module(rule)) for rule in job.rules if hasattr(kind_module(rule), "run_tree")]
        kept = self._kept()
        self.context = Context(job.tree, job.macros, job.changed, kept, passing=True)
        self.suppressed = Suppressions(job.tree)
        if job.before is not None:
            everything = dict.fromkeys(job.changed or ())
            self.context_before = Context(job.before, job.macros, everything, kept, passing=True)
            self.suppressed_before = Suppressions(job.before)

    def files(self, paths: Iterable[str]) -> Part:
        """Run the rules that look at one file at a time."""
        part = Part()
        for path in paths:
            self._file(path, part)
        return part

    def dispatches(self, paths: Sequence[str]) -> Part:
        """Run the rules that compare files; `paths` are all those that the job is about."""
        part = Part()
        for rule, module in self.across:
            self._sort_out(guarded(module.run_tree(rule, paths, self.context), rule.id, "."), part)
        before = self.job.before
        ids = {finding.rule for finding in part.findings}
        if before is not None and ids:
            touched = {finding.path for finding in part.findings} & (self.job.changed or {}).keys()
            files = sorted(path for path in touched if before.read(path) is not None)
            for rule, module in self.across:
                if rule.id in ids:
                    earlier = module.run_tree(rule, files, self.context_before)
                    self._sort_out_before(guarded(earlier, rule.id, "."), part)
        return part

    def _kept(self) -> list[PathPatterns]:
        """The files that a rule across files comes back to: they need not be parsed twice."""
        return [module.keeps(rule) for rule, module in self.across if hasattr(module, "keeps")]

    def _file(self, path: str, part: Part) -> None:
        part.files += 1
        rules = [(rule, module) for rule, module in self.single if applies(rule, path)]
        failed: list[Fault] = []
        try:
            if self._change(path, rules, part):
                return
        except Exception as error:
            failed.append(fault(error, "reading a change", path))
            self.context.unlimit(path)
        try:
            source = self.context.source(path)
        except Exception as error:
            part.not_analysed.append(fault(error, "the parser", path))
            return
        if source is None:
            part.not_analysed.append(NotAnalysed(path, None, 0, "no such file in the tree"))
            return
        part.functions += len(source.functions)
        found: list[Finding | NotAnalysed] = list(source.not_analysed)
        for rule, module in rules:
            found.extend(run_rule(rule, module, source, self.context))
        if not any(isinstance(result, Fault) for result in found):  # else it is the same one
            found.extend(failed)
        self._sort_out(_within(found, self.context.scope(source)), part)
        self.context.forget_flows(path)
        ids = {result.rule for result in found if isinstance(result, Finding)}
        old = self.context_before.source(path) if self.job.before is not None and ids else None
        if old is not None:
            for rule, module in rules:
                if rule.id in ids:
                    self._sort_out_before(run_rule(rule, module, old, self.context_before), part)
            self.context_before.forget_flows(path)

    def _change(self, path: str, rules: Sequence[tuple[Rule, ModuleType]], part: Part) -> bool:
        """Look at no more of a changed file than the change concerns; false where that is the whole of it."""
        lines = self.job.changed.get(path) if self.job.changed is not None else None
        old = self.job.before.read(path) if self.job.before is not None and lines is not None else None
        new = self.job.tree.read(path) if old is not None else None
        if old is None or new is None or lines is None or _refused(old) or _refused(new):
            return False
        change = FileChange(path, old, new, lines, rules, self.context_before, self.context)
        outcome = change.run()
        self.context.forget_flows(path)
        self.context_before.forget_flows(path)
        if outcome is None:
            self.context.unlimit(path)
            return False
        part.functions += outcome.functions
        self._sort_out(_within(outcome.after, outcome.names), part)
        self._sort_out_before(outcome.before, part)
        return True

    def _sort_out_before(self, results: Iterable[Finding | NotAnalysed], part: Part) -> None:
        findings = (result for result in results if isinstance(result, Finding))
        part.before.extend(finding for finding in findings if not self.suppressed_before.covers(finding))

    def _sort_out(self, results: Iterable[Finding | NotAnalysed], part: Part) -> None:
        for result in results:
            if not isinstance(result, Finding):
                part.not_analysed.append(result)
            elif not self.suppressed.covers(result):
                part.findings.append(result)


def _within(results: Iterable[Finding | NotAnalysed], names: frozenset[str] | None) -> list[Finding | NotAnalysed]:
    """The results in the functions of these names (None: all), those about no function, and all bugs."""
    return [
        result
        for result in results
        if names is None or result.function is None or result.function in names or isinstance(result, Fault)
    ]


def run_rule(rule: Rule, module: ModuleType, source: SourceFile, context: Context) -> Iterator[Finding | NotAnalysed]:
    """What a rule says of one file; a bug in it is listed as such."""
    try:
        results = module.run(rule, source, context)
    except Exception as error:
        yield fault(error, rule.id, source.path)
    else:
        yield from guarded(results, rule.id, source.path)


def _refused(data: bytes) -> bool:
    """Whether the parser would have nothing to do with a file."""
    return len(data) > MAX_BYTES or b"\0" in data


def kind_module(rule: Rule) -> ModuleType:
    """The module for a rule's kind. Raises InputError for an unknown kind."""
    name = KINDS.get(rule.kind)
    if name is None:
        raise rule.error(f"unknown `kind` {rule.kind!r}; there are: {', '.join(sorted(KINDS))}")
    return import_module(name)


def applies(rule: Rule, path: str) -> bool:
    """Whether the rule looks at this path: its `include` patterns (none: every file) without its `exclude` patterns."""
    include, exclude = rule.strings("include"), rule.strings("exclude")
    if include and not any(fnmatchcase(path, pattern) for pattern in include):
        return False
    return not any(fnmatchcase(path, pattern) for pattern in exclude)


def in_one_process(job: Job, paths: Sequence[str]) -> Iterator[Part]:
    """Do a job here, one part a file, the rules across files last."""
    worker = Worker(job)
    for path in paths:
        yield worker.files([path])
    yield worker.dispatches(paths)
