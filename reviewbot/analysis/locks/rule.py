"""Rules of kind `lock-balance`: on every path a lock that is taken is given back, once, and by the right call.

One function is looked at at a time, along all its paths; what the file's own helpers take or drop is learnt first.
Names come from the rule's data. Lock order, and which data a lock protects, are no subject here.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial
from types import MappingProxyType

from reviewbot.analysis.context import Context
from reviewbot.analysis.fault import fault, guarded
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.locks.balanced import is_balanced
from reviewbot.analysis.locks.design import Design, Studied, stores
from reviewbot.analysis.locks.elsewhere import Elsewhere
from reviewbot.analysis.locks.events import Call, find_calls, scan
from reviewbot.analysis.locks.judge import judge
from reviewbot.analysis.locks.macros import Aliases, Macro, learn_macros, read_macros
from reviewbot.analysis.locks.model import TooManyPaths
from reviewbot.analysis.locks.paths import FOREIGN, Walk, Walker
from reviewbot.analysis.locks.program import Program
from reviewbot.analysis.locks.table import FileTable, LockTable, Op
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, NotAnalysed, SourceFile
from reviewbot.csource.flow import Flow, FlowError, FlowNames, build_flow

CAP = 8000  # states of one function; the largest of today's Xen needs a quarter
_MOST_BLOCKS = 12000  # the largest function of today's Xen has a quarter
_MOST_CALLS = 500  # lock calls of one function; do_domctl has 15
_MANY_NAMES = 50  # from which on a look at every call is cheaper
_CALLED = re.compile(rb"\b(\w+)\s*\(")
_ROUNDS = 3  # helpers that call helpers
DEEPEST = 2  # files that definitions are followed through


def run(rule: Rule, source: SourceFile, context: Context) -> Iterable[Finding | NotAnalysed]:
    """Findings in one file, and the functions that could not be followed."""
    return study(rule, source, context).results() if source.functions else ()


def study(
    rule: Rule,
    source: SourceFile,
    context: Context,
    known: Mapping[str, tuple[Op, ...]] = MappingProxyType({}),
    depth: int = 0,
) -> FileStudy:
    """Study every function of a file, learn what helpers do, and study their callers again; of some it is `known`.

    `depth` is 0 but for a file that another one's calls lead to.
    """
    made = FileStudy(rule, source, context, depth)
    made.study(known)
    return made


def speaks(rule: Rule, words: frozenset[bytes]) -> bool:
    """Whether one of some words may be the name of something that takes or gives back a lock."""
    table, _ = tables(rule)
    return not words.isdisjoint(table.names) or any(table.may_act(word) for word in words)


def is_nothing(rule: Rule, word: bytes) -> bool:
    """Whether calling what is named so, and no more than that, leaves a function what it is to its callers.

    What its own file defines by that name is not known here.
    """
    table, flow = tables(rule)
    name = word.decode("utf-8", "surrogateescape")
    spelled = table.elsewhere is not None and table.elsewhere.search(name)
    return not (word in table.names or table.may_act(word) or name in flow or spelled or stores(name))


def flow_names(rule: Rule) -> FlowNames:
    """The names that stop a path, from the rule's data."""
    return FlowNames.of(
        rule.strings("noreturn"), stops_if=rule.strings("stops_if"), stops_unless=rule.strings("stops_unless")
    )


def tables(rule: Rule) -> tuple[LockTable, FlowNames]:
    """What a rule says of locks, and of the names that stop a path; read once. Raises InputError."""
    return rule.once("locks", lambda: (LockTable.of(rule), flow_names(rule)))


class FileStudy:
    """All the functions of one file with a lock's name in them.

    A helper that was studied is known to the functions behind it; those before it are studied again.
    """

    def __init__(self, rule: Rule, source: SourceFile, context: Context, depth: int = 0) -> None:
        self.rule = rule
        self.depth = depth
        self.source = source
        self.context = context
        self.table, self.names = tables(rule)
        self.found = scan(source.masked, self.table, source.words)
        self.design = Design(self.table, source.functions)
        self.macros: tuple[Macro, ...] = ()
        self._macro_ops: dict[str, tuple[Op, ...]] = {}
        self.unread: dict[int, NotAnalysed] = {}
        self._starts = [function.body.start_byte for function in source.functions]
        self._stale: dict[int, Function] = {}  # functions that call what has been learnt since they were studied

    def study(self, known: Mapping[str, tuple[Op, ...]]) -> None:
        """Study every function, learn what helpers do, and study their callers again."""
        if not self.found and not known:
            return
        view = file_table(self.source, self.table, self.found, self.context)
        self.macros = read_macros(self.source.masked)
        self.design.aliases = Aliases(self.macros)
        self._note_calls(learn_macros(self.macros, view), None)
        self._learn({**self._defined_elsewhere(view), **known}, view, None)
        waiting = list(self.source.functions)
        for turn in range(_ROUNDS):
            self._stale = {}
            for function in waiting:
                self._look(function, view)
                study = self.design.studied.get(function.node.start_byte) if not turn else None
                ops = self.design.summary(study) if study is not None else ()
                if ops:
                    self._learn({function.name: ops}, view, function)
            learnt = self.design.summaries()
            news = {name: ops for name, ops in learnt.items() if view.helpers.get(name) != ops}
            self._learn(news, view, None)
            waiting = [self._stale[start] for start in sorted(self._stale)]
            if not waiting:
                break
        self._macro_ops = {macro.name: view.helpers.get(macro.name, ()) for macro in self.macros}

    def _defined_elsewhere(self, view: FileTable) -> dict[str, tuple[Op, ...]]:
        """What names do that the file calls and the tree defines."""
        text = self.source.masked
        names = sorted(
            {
                name
                for offset, name in self.found
                if view.unknown(name)
                and text[offset + len(name) : offset + len(name) + 1] == b"("
                and self._around(offset) is not None
            }
        )
        if not names or self.depth >= DEEPEST:
            return {}
        rule, whole = self.rule, self.context.whole(self.source)
        tree = self.context.remember(("locks elsewhere", rule.id), lambda: _elsewhere(rule, self.context))
        found = {name: tree.ops(name, self.source, whole, self.depth) for name in names}
        return {name: ops for name, ops in found.items() if ops}

    def _look(self, function: Function, view: FileTable) -> None:
        done = self._study(function, view)
        if isinstance(done, NotAnalysed):
            self.unread[function.node.start_byte] = done
            self.design.unread[function.node.start_byte] = function
        elif done is not None:
            self.design.add(done)
        else:
            self.design.forget(function)

    def _learn(self, news: Mapping[str, tuple[Op, ...]], view: FileTable, until: Function | None) -> None:
        """Let the functions know what helpers do, and which of those up to one (None: of all) are to be studied
        again."""
        if news:
            for name, ops in news.items():
                view.learn(name, ops)
            self._note_calls(news.keys() | learn_macros(self.macros, view, news), until)

    def _note_calls(self, names: AbstractSet[str], until: Function | None) -> None:
        if not names:
            return
        last = until.node.start_byte if until is not None else len(self.source.masked)
        wanted = {name.encode() for name in names}
        few = len(wanted) <= _MANY_NAMES
        pattern = re.compile(rb"\b(" + b"|".join(map(re.escape, sorted(wanted))) + rb")\s*\(") if few else _CALLED
        places = {offset for offset, _ in self.found}
        for call in pattern.finditer(self.source.masked):
            function = self._around(call.start()) if call.group(1) in wanted else None
            if function is None:
                continue
            if call.start() not in places:
                insort(self.found, (call.start(), call.group(1).decode()))
            if function.node.start_byte <= last:
                self._stale[function.node.start_byte] = function

    def _around(self, offset: int) -> Function | None:
        """The function in whose body an offset lies."""
        place = bisect_right(self._starts, offset) - 1
        function = self.source.functions[place] if place >= 0 else None
        return function if function is not None and offset < function.body.end_byte else None

    def results(self) -> Iterator[Finding | NotAnalysed]:
        """The findings in the functions that are asked for, and the functions that could not be followed."""
        studied = self.design.studied
        for function in self.source.functions:
            start = function.node.start_byte
            if start in self.unread:
                yield self.unread[start]
            elif start in studied and self.context.wants(function):
                found = judge(studied[start], self.rule, self.table, self.design)
                yield from guarded(found, self.rule.id, self.source.path, function.name, function.line)

    def effects(self) -> Mapping[str, tuple[Op, ...]]:
        """What each helper does to the locks of its callers."""
        return self.design.summaries()

    def helpers(self) -> Mapping[str, tuple[Op, ...]]:
        """What each helper and each macro does to the locks of its callers."""
        return {**self._macro_ops, **self.effects()}

    def questioned(self) -> Iterable[str]:
        """Functions that keep a lock, where another function may show that they are meant to."""
        for study in self.design.studied.values():
            for key, exits in study.held().items():
                self.design.wrong(study, key, exits)
            for key in study.strays():
                self.design.stray(study, key)
        return self.design.questioned

    def undecided(self) -> Iterable[str]:
        """Those of them that no other function excuses."""
        return self.design.unexcused if self.questioned() else ()

    def _study(self, function: Function, view: FileTable) -> Studied | NotAnalysed | None:
        start, end = function.body.start_byte, function.body.end_byte
        low = bisect_left(self.found, (start, ""))
        high = bisect_left(self.found, (end, ""))
        names = [(offset, name) for offset, name in self.found[low:high] if view.ops(name)]
        if not names or not function.readable or is_balanced(function, names, view):
            return None
        base = function.node.start_byte
        inside = [(offset - base, name) for offset, name in names]
        try:
            flow = self._flow(function, view)
            if len(flow.blocks) > _MOST_BLOCKS or len(names) > _MOST_CALLS:
                raise TooManyPaths
            return _follow(Program(function, flow, view), inside, view)
        except FlowError as error:
            return NotAnalysed(self.source.path, function.name, error.line, f"{self.rule.id}: {error.reason}")
        except TooManyPaths:
            return NotAnalysed(self.source.path, function.name, function.line, f"{self.rule.id}: too many paths")
        except Exception as error:
            return fault(error, self.rule.id, self.source.path, function.name, function.line)

    def _flow(self, function: Function, view: FileTable) -> Flow:
        return build_flow(function, self.names, view.detail())


def _follow(program: Program, names: list[tuple[int, str]], view: FileTable) -> Studied | None:
    """Walk a function's paths; where they end unlike each other, the signs of what it returns are followed too."""
    calls = find_calls(program, names, view)
    if not calls:
        return None
    walk = _walk(program, calls)
    if _uneven(walk):
        program.returns_matter = True
        program.build(calls)
        walk = _walk_all(program, calls)
    return Studied(program.function, program, walk)


def _walk(program: Program, calls: list[Call]) -> Walk:
    """Walk a function's paths, with no more of its conditions than its locks ask for."""
    if all(call.op.kind == "plain" for call in calls):
        program.build_plain(calls)
        walk = Walker(program, CAP).run()
        if _in_order(walk):
            return walk
    program.build(calls)
    if program.terms:
        merged = Walker(program, CAP, merged=True)
        walk = merged.run()
        if merged.quiet():
            return walk
    return _walk_all(program, calls)


def _walk_all(program: Program, calls: list[Call]) -> Walk:
    """Walk every path by itself, a second time where a pointer that was taken for good is asked for NULL later."""
    walker = Walker(program, CAP)
    walk = walker.run()
    doubted = walker.doubtful()
    if doubted:
        program.build(calls, doubted)
        walk = Walker(program, CAP).run()
    return walk


def _in_order(walk: Walk) -> bool:
    """Whether even the paths that cannot be have nothing wrong with them: then no fact is needed."""
    for event in walk.events:
        if event.what != "foreign" or event.key in walk.own:
            return False
    return not _uneven(walk)


def _uneven(walk: Walk) -> bool:
    """Whether some ends of the function keep or drop a lock that others do not."""
    states = {
        frozenset((key, depth) for key, depth in exit_.held.items() if depth > 0 or depth == FOREIGN)
        for exit_ in walk.exits
    }
    return len(states) > 1


def _elsewhere(rule: Rule, context: Context) -> Elsewhere:
    def look(source: SourceFile, own: Context, depth: int) -> tuple[Mapping[str, tuple[Op, ...]], Iterable[str]]:
        made = study(rule, source, own, depth=depth)
        return made.helpers(), made.undecided()

    return Elsewhere(tables(rule)[0], context, look, partial(speaks, rule), DEEPEST)


def file_table(source: SourceFile, table: LockTable, found: Sequence[tuple[int, str]], context: Context) -> FileTable:
    """What names mean in a file."""
    whole = context.whole(source)

    def names() -> Iterator[str]:
        return (name for _, name in (found if whole is source.masked else scan(whole, table)))

    return FileTable(table, names, context.defined(source), whole)
