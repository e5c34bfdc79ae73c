"""What a rule sees besides the function at hand: other files, parsed once, and flow graphs, built once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from re import Pattern
from typing import TYPE_CHECKING, TypeVar

from reviewbot.analysis.lines import LineMap, affected
from reviewbot.analysis.paths import PathPatterns
from reviewbot.analysis.tree import Tree
from reviewbot.csource import Function, MacroTable, SourceFile, parse

if TYPE_CHECKING:
    from reviewbot.csource.flow import Flow, FlowError

T = TypeVar("T")

# Parsed files kept at a time: a tree-sitter tree takes some ten times its text, and a run may read a thousand files.
# One that goes from file to file comes back to a file that it does not hold only while it looks at it.
_KEPT_SOURCES = 64
_KEPT_IN_PASSING = 8


class Context:
    """One run's view of the tree. Not shared between processes: each worker makes its own.

    `changed` is None where everything is looked at; in a diff mode it maps each touched path to its lines' old places,
    or to None where the whole file counts as new. Files that match a pattern in `kept` stay parsed to the end. In a run
    that goes from file to file (`passing`) nobody holds a function of another file longer than its file is kept.
    """

    def __init__(
        self,
        tree: Tree,
        macros: MacroTable,
        changed: Mapping[str, LineMap | None] | None = None,
        kept: Sequence[PathPatterns] = (),
        *,
        passing: bool = False,
    ) -> None:
        self.tree = tree
        self.macros = macros
        self.changed = changed
        self._scopes: dict[str, frozenset[str] | None] = {}
        self._excerpts: dict[str, tuple[SourceFile, bytes, frozenset[str]]] = {}
        self._sources: OrderedDict[str, SourceFile | None] = OrderedDict()
        self._kept: dict[str, SourceFile | None] = {}
        self._keeps = tuple(kept)
        self._passing = passing
        self._flows: dict[str, dict[tuple[int, Pattern[bytes] | None], Flow | FlowError]] = {}
        self._memory: dict[object, object] = {}

    def source(self, path: str) -> SourceFile | None:
        """The parsed file, or None where the tree has none at that path."""
        if path in self._kept:
            return self._kept[path]
        if path in self._sources:
            self._sources.move_to_end(path)
            return self._sources[path]
        data = self.tree.read(path)
        parsed = parse(data, path, self.macros) if data is not None else None
        self._keep(path, parsed)
        return parsed

    def add(self, source: SourceFile) -> None:
        """Take in a file parsed elsewhere, so that it is not parsed again."""
        self._keep(source.path, source)

    def hold(self, source: SourceFile) -> None:
        """Keep a file parsed to the end: its functions are held beyond the look at it."""
        if self._sources.get(source.path) is source:
            self._kept[source.path] = self._sources.pop(source.path)

    def flow(self, function: Function, detail: Pattern[bytes] | None = None) -> Flow:
        """The function's control-flow graph; `&&`, `||` and `?:` are also split in statements that `detail` matches.

        Raises FlowError when it cannot be built faithfully.
        """
        from reviewbot.csource.flow import FlowError, build_flow

        flows, key = self._flows.setdefault(function.source.path, {}), (function.node.start_byte, detail)
        known = flows.get(key)
        if known is None or (not isinstance(known, FlowError) and known.function.source is not function.source):
            try:
                known = build_flow(function, None, detail)
            except FlowError as error:
                known = error
            flows[key] = known
        if isinstance(known, FlowError):
            raise known
        return known

    def scope(self, source: SourceFile) -> frozenset[str] | None:
        """The names of the functions that findings are asked for; None where that is all of them."""
        if self.changed is None:
            return None
        if source.path not in self._scopes:
            lines = self.changed.get(source.path)
            outside = source.path not in self.changed
            self._scopes[source.path] = frozenset() if outside else affected(source, lines) if lines else None
        return self._scopes[source.path]

    def limit(self, path: str, names: frozenset[str]) -> None:
        """Say which functions of a file findings are asked for, where that is known already."""
        self._scopes[path] = names

    def limited(self, path: str) -> frozenset[str] | None:
        """The functions of a file that findings are asked for, where that has been said; else None."""
        return self._scopes.get(path)

    def unlimit(self, path: str) -> None:
        """Take back what was said of a file's functions."""
        self._scopes.pop(path, None)

    def excerpts(self, source: SourceFile, whole: bytes, defined: frozenset[str]) -> None:
        """Say that a parsed file is a part of another text only, and which functions are defined in that."""
        self._excerpts[source.path] = (source, whole, defined)

    def whole(self, source: SourceFile) -> bytes:
        """The text of the whole file, of which `source` may be a part: masked where it has been."""
        known = self._excerpts.get(source.path)
        return known[1] if known is not None and known[0] is source else source.masked

    def defined(self, source: SourceFile) -> frozenset[str]:
        """The names of all functions of the file."""
        known = self._excerpts.get(source.path)
        names = frozenset(function.name for function in source.functions)
        return names | known[2] if known is not None and known[0] is source else names

    def wants(self, function: Function) -> bool:
        """Whether findings in this function are asked for: in a diff mode, whether the change may affect it."""
        names = self.scope(function.source)
        return names is None or function.name in names

    def remember(self, key: object, make: Callable[[], T]) -> T:
        """A value computed once a run (a table read from a header, say)."""
        if key not in self._memory:
            self._memory[key] = make()
        return self._memory[key]  # type: ignore[return-value]

    def forget_flows(self, path: str) -> None:
        """Let go of a file's flow graphs once every rule has seen it."""
        self._flows.pop(path, None)

    def _keep(self, path: str, source: SourceFile | None) -> None:
        if any(patterns.match(path) for patterns in self._keeps):
            self._kept[path] = source
            return
        self._sources[path] = source
        self._sources.move_to_end(path)
        while len(self._sources) > (_KEPT_IN_PASSING if self._passing else _KEPT_SOURCES):
            gone, old = self._sources.popitem(last=False)
            self.forget_flows(gone)
            if old is not None and self._passing:
                old.let_go()
