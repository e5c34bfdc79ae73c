"""The work of one process: rules run over one file after the other, and over the whole of a dispatch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from importlib import import_module
from types import MappingProxyType, ModuleType

from reviewbot.analysis.context import Context
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.lean import Lean
from reviewbot.analysis.lines import LineMap
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.suppress import Suppressions
from reviewbot.analysis.tree import Tree
from reviewbot.csource import MacroTable, NotAnalysed, SourceFile, parse

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
    """What is to be done: goes to another process as it is. `lean` are files of which less than the whole is parsed."""

    tree: Tree
    rules: tuple[Rule, ...]
    macros: MacroTable
    changed: Changed | None = None
    lean: Mapping[str, Lean] = field(default_factory=dict)


@dataclass(slots=True)
class Part:
    """What was found, what was not read, and how much was looked at."""

    findings: list[Finding] = field(default_factory=list)
    not_analysed: list[NotAnalysed] = field(default_factory=list)
    files: int = 0
    functions: int = 0


class Worker:
    """Does a job, or a share of it; keeps what was read for the next share."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.single = [(rule, kind_module(rule)) for rule in job.rules if hasattr(kind_module(rule), "run")]
        self.across = [(rule, kind_module(rule)) for rule in job.rules if hasattr(kind_module(rule), "run_tree")]
        self.context = Context(job.tree, job.macros, job.changed, self._kept())
        self.suppressed = Suppressions(job.tree)

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
            self._sort_out(module.run_tree(rule, paths, self.context), part)
        return part

    def _kept(self) -> list[str]:
        """Patterns of files that a rule across files comes back to: they need not be parsed twice."""
        return [pattern for rule, module in self.across if hasattr(module, "keeps") for pattern in module.keeps(rule)]

    def _file(self, path: str, part: Part) -> None:
        part.files += 1
        source = self._lean(path) or self.context.source(path)
        if source is None:
            part.not_analysed.append(NotAnalysed(path, None, 0, "no such file in the tree"))
            return
        part.functions += len(source.functions)
        found = Part(not_analysed=list(source.not_analysed))
        for rule, module in self.single:
            if applies(rule, path):
                self._sort_out(module.run(rule, source, self.context), found)
        names = self.context.scope(source)
        part.findings.extend(f for f in found.findings if names is None or f.function is None or f.function in names)
        part.not_analysed.extend(
            e for e in found.not_analysed if names is None or e.function is None or e.function in names
        )
        self.context.forget_flows(path)

    def _lean(self, path: str) -> SourceFile | None:
        """The lean form of a file, parsed; None where it has none, or the parser sees it differently."""
        lean = self.job.lean.get(path)
        source = parse(lean.data, path, self.job.macros) if lean is not None else None
        if lean is None or source is None or not lean.agrees(source):
            return None
        self.context.limit(path, lean.names)
        return source

    def _sort_out(self, results: Iterable[Finding | NotAnalysed], part: Part) -> None:
        for result in results:
            if not isinstance(result, Finding):
                part.not_analysed.append(result)
            elif not self.suppressed.covers(result):
                part.findings.append(result)


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
