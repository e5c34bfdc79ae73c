"""The view of the switches: every case group of a file, or a whole tree's dispatch as a table of operations.

States what is there, finds no fault. Locks and checks are those certain on every way to the group (see `locks.held`
and `passage`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.guard import guard_of
from reviewbot.analysis.dispatch.optable import OpTable, OpView, read_members, unique
from reviewbot.analysis.dispatch.reader import table_reader
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.tree import Tree
from reviewbot.csource import Function, Group, MacroTable, NotAnalysed, SourceFile, Switch
from reviewbot.errors import InputError


@dataclass(frozen=True, slots=True, eq=False)
class GroupView:
    """A case group with what a reviewer asks of it."""

    group: Group
    locks_held: tuple[str, ...]
    checks: tuple[str, ...]
    handed_to: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The group as the `switches` interface gives it."""
        return {
            "labels": [label.to_dict() for label in self.group.labels],
            "line": self.group.line,
            "end_line": self.group.end_line,
            "ends": self.group.ends,
            "into": self.group.into,
            "locks_held": list(self.locks_held),
            "checks": list(self.checks),
            "handed_to": list(self.handed_to),
        }


@dataclass(frozen=True, slots=True, eq=False)
class SwitchView:
    """A switch and its groups."""

    switch: Switch
    groups: tuple[GroupView, ...]

    def to_dict(self) -> dict[str, Any]:
        """The switch as the `switches` interface gives it."""
        return {
            "path": self.switch.path,
            "function": self.switch.function,
            "line": self.switch.line,
            "on": self.switch.on,
            "groups": [group.to_dict() for group in self.groups],
        }


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """The whole view; `not_analysed` names what could not be read and is therefore missing."""

    switches: tuple[SwitchView, ...]
    ops: tuple[OpView, ...]
    not_analysed: tuple[NotAnalysed, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The view as the `switches` interface gives it, without its `schema`."""
        return {
            "switches": [switch.to_dict() for switch in self.switches],
            "ops": [op.to_dict() for op in self.ops],
            "not_analysed": [entry.to_dict() for entry in self.not_analysed],
        }


def switch_view(
    tree: Tree, rules: Sequence[Rule], macros: MacroTable, *, path: str | None = None, function: str | None = None
) -> View:
    """The switches of one file (`path`), or without it the tree's first guarded dispatch with its table of operations.

    `function` keeps one function's switches only. Raises InputError where the file, or the dispatcher, is not there.
    """
    context = Context(tree, macros)
    viewer = _Viewer(rules, context)
    if path is None:
        return viewer.dispatch(function)
    source = context.source(path)
    if source is None:
        raise InputError(f"{path}: no such file in the tree")
    wanted = [f for f in source.functions if function in (None, f.name)]
    if function is not None and not wanted:
        raise InputError(f"{path}: no function named {function}")
    unread = tuple(entry for entry in source.not_analysed if function in (None, entry.function))
    return View(tuple(viewer.of(wanted)), (), unread + tuple(viewer.reader.silent))


class _Viewer:
    def __init__(self, rules: Sequence[Rule], context: Context) -> None:
        guarded = next((rule for rule in rules if rule.kind == "guarded-dispatch"), None)
        if guarded is None:
            raise InputError("no rule of kind guarded-dispatch: it says what a check is and who hands on to whom")
        self.guard = guard_of(guarded)
        self.context = context
        self.reader = table_reader(rules, self.guard, context)

    def of(self, functions: Iterable[Function], on: frozenset[str] | None = None) -> Iterator[SwitchView]:
        """The switches of some functions; with `on`, those over such an operand."""
        for function in functions:
            if not function.readable:
                continue
            found = [s for s in self.reader.switches(function) if on is None or s.on in on]
            passage = self.reader.passage(function) if found else None
            groups = [group for switch in found for group in switch.groups]
            first = [passage.at(group.start_byte, group.end_byte) if passage is not None else None for group in groups]
            held = self.reader.held(function, [point[0] for point in first if point is not None])
            views = iter(
                self._group(function.source, group, *((point[1], held[point[0].start_byte]) if point else ((), ())))
                for group, point in zip(groups, first, strict=True)
            )
            for switch in found:
                yield SwitchView(switch, tuple(islice(views, len(switch.groups))))

    def _group(self, source: SourceFile, group: Group, hooks: Iterable[str], locks: tuple[str, ...]) -> GroupView:
        called = self.reader.called(source, group)
        checks = unique([*sorted(hooks), *self.reader.hooks(called)])
        return GroupView(group, locks, checks, self._handlers(called))

    def _handlers(self, called: Iterable[str]) -> tuple[str, ...]:
        known = {handler.function for dispatch in self.guard.dispatches for handler in dispatch.handlers}
        return unique(name for name in called if name in known)

    def dispatch(self, only: str | None) -> View:
        """The first dispatch of the rule."""
        if not self.guard.dispatches:
            raise InputError("the rule of kind guarded-dispatch names no [[dispatch]]")
        dispatch = self.guard.dispatches[0]
        members = read_members(dispatch, self.context)
        if members is None:
            raise InputError(f"{dispatch.path}: no {dispatch.function}() in this tree; name a file to see its switches")
        self.reader.silent.extend(members.unread)
        shown = [f for f in members.everyone if only in (None, f.name)]
        if not shown:
            raise InputError(f"no function named {only} in this dispatch")
        table = OpTable(self.reader, dispatch, members.main, members.policies)
        groups = tuple(self.of(shown, table.on))
        return View(groups, tuple(table.rows(members.everyone)), tuple(self.reader.silent))
