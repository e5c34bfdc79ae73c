"""What a function does with locks for its callers: which it comes back with, and which of theirs it drops.

A function that keeps a lock is not wrong where that is its purpose: its name says so, it hands the locked object
over, a sister function in the file gives back what it took, or its callers do. What it does then becomes an operation
that its callers are studied with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.events import RETURNED, UNKNOWN, Call, Key, spelled
from reviewbot.analysis.locks.macros import Aliases
from reviewbot.analysis.locks.paths import FOREIGN, Exit, Walk, ends_alike
from reviewbot.analysis.locks.program import Program
from reviewbot.analysis.locks.table import Family, LockTable, Op
from reviewbot.analysis.locks.text import ANY, NONZERO, ZERO
from reviewbot.csource import Function

# What a function returns where it has nothing to give: NULL, an error, a value that is none.
_STORES = r"\w*(?:xchg|assign)\w*"  # `cmpxchg`, `rcu_assign_pointer`
_FAILURE = re.compile(r"NULL|false|-E[A-Z0-9]+|INVALID_\w+|ERR_PTR\(.*\)")


@dataclass(frozen=True, slots=True, eq=False)
class Studied:
    """A function whose paths were walked."""

    function: Function
    program: Program
    walk: Walk

    @property
    def matters(self) -> bool:
        """Whether a lock is left held or one of the caller's is dropped at some end."""
        return any(depth > 0 or depth == FOREIGN for exit_ in self.walk.exits for depth in exit_.held.values())

    @property
    def takes(self) -> dict[Key, list[Call]]:
        """The calls that take each lock."""
        found: dict[Key, list[Call]] = {}
        for call in self.program.calls:
            if call.op.takes:
                found.setdefault(call.key, []).append(call)
        return found

    def held(self) -> dict[Key, list[Exit]]:
        """For each lock the ends of the function at which it is held."""
        found: dict[Key, list[Exit]] = {}
        for exit_ in self.walk.exits:
            for key, depth in exit_.held.items():
                if depth > 0:
                    found.setdefault(key, []).append(exit_)
        return found

    def foreign(self) -> dict[Key, list[Exit]]:
        """For each lock of the caller's the ends at which it has been dropped."""
        found: dict[Key, list[Exit]] = {}
        for exit_ in self.walk.exits:
            for key, depth in exit_.held.items():
                if depth == FOREIGN:
                    found.setdefault(key, []).append(exit_)
        return found

    def strays(self) -> set[Key]:
        """The locks that are dropped and not taken before, nor again before the function ends."""
        foreign = self.foreign()
        return {e.key for e in self.walk.events if e.what == "foreign" and (e.key in foreign or e.key.fragile)}


class Design:
    """What the functions of one file do on purpose."""

    def __init__(self, table: LockTable, functions: Sequence[Function]) -> None:
        self.table = table
        self.studied: dict[int, Studied] = {}  # by offset
        self.questioned: set[str] = set()  # functions that keep a lock, so that others were asked what they are for
        self.unread: dict[int, Function] = {f.node.start_byte: f for f in functions if not f.readable}
        self._unexcused: set[tuple[str, Key]] = set()  # those of them that no other function excuses, and for what
        names = Counter(function.name for function in functions)
        self._ambiguous = frozenset(name for name, number in names.items() if number > 1)
        self._foreign: dict[int, list[Key]] = {}
        # Once said, it stands: a caller that knows what it is given no longer drops what it has not taken.
        self._excused: set[tuple[str, Key]] = set()
        self.aliases = Aliases()  # macros that call a function

    def add(self, study: Studied) -> None:
        """Take in a function, or what a second look at it has shown."""
        start = study.function.node.start_byte
        self.studied[start] = study
        self.unread.pop(start, None)
        foreign = list(study.foreign())
        if foreign:
            self._foreign[start] = foreign
        else:
            self._foreign.pop(start, None)

    def forget(self, function: Function) -> None:
        """Take back what a first look at a function had shown."""
        self.studied.pop(function.node.start_byte, None)
        self._foreign.pop(function.node.start_byte, None)

    def wrong(self, study: Studied, key: Key, exits: list[Exit]) -> list[Exit]:
        """Of the ends at which a lock is held, those where that is no purpose of the function."""
        name = study.function.name
        known = self.table.ops.get(name) or self.table.ops.get(name.lstrip("_"), ())
        if name in self.table.by_design:
            failed = [exit_ for exit_ in exits if _FAILURE.fullmatch(_returned(study, exit_))]
            return failed if len(failed) < len(exits) else []
        if any(op.takes for op in known):  # the definition of an acquire itself
            return []
        taken = study.takes.get(key, ())
        if any(call.op.family.paired for call in taken) and (
            key not in study.walk.dropped or _is_stored(study.program, {key.text})
        ):
            return []
        if any(call.term == RETURNED and call.op.key[:1] == "=" for call in taken):
            return []  # what a call has locked is handed on at once
        rest = self._not_handed_over(study, key, exits)
        if not rest or not (self.table.named_for_it.search(name) or self._given_back_elsewhere(study, key)):
            return rest
        free = [exit_ for exit_ in study.walk.exits if exit_.held.get(key, 0) <= 0]
        if not free:
            return []
        free = [exit_ for exit_ in free if key in exit_.held] or free  # those that never took it tell little
        for kind, failing in (("rc", NONZERO), ("bool", ZERO)):
            succeeding = [exit_ for exit_ in rest if exit_.signs & ~failing]
            if succeeding and _told_apart(succeeding, free) == kind:
                return [exit_ for exit_ in rest if not exit_.signs & ~failing]
        return rest if key in study.walk.dropped else []

    @property
    def unexcused(self) -> frozenset[str]:
        """Functions that keep a lock, and no other function shows that they are meant to."""
        return frozenset(name for name, _ in self._unexcused - self._excused)

    def summaries(self) -> dict[str, tuple[Op, ...]]:
        """What calling each helper does, by name."""
        found = {study.function.name: self.summary(study) for study in self.studied.values()}
        return {name: ops for name, ops in found.items() if ops}

    def summary(self, study: Studied) -> tuple[Op, ...]:
        """What calling a function does; two functions of one name say nothing, and the rule's own names are known."""
        name = study.function.name
        if name in self._ambiguous or name in self.table.ops or not study.matters:
            return ()
        return tuple(self._ops(study))

    # ---- how a function keeps a lock ----------------------------------------------------------------------------

    def _not_handed_over(self, study: Studied, key: Key, exits: list[Exit]) -> list[Exit]:
        """The ends that neither return the locked object nor have stored it where the caller finds it."""
        program = study.program
        takes = [call for call in program.calls if call.op.takes and call.key == key]
        names = {call.term for call in takes if call.term and call.op.kind in ("plain", "ptr")}
        names |= {key.text, *words.roots(key.text)} if not key.text.startswith("&") else set(words.roots(key.text))
        names = {name for name in names if words.is_name(name) and name not in program.keys.parameters}
        if not names:
            return exits
        rest = [e for e in exits if program.return_text(program.flow.blocks[e.node]) not in names]
        if not rest or key.text.startswith("&"):
            return rest
        if not _is_stored(program, names):
            return rest
        free = [exit_ for exit_ in study.walk.exits if exit_.held.get(key, 0) <= 0]
        told = _told_apart(rest, free) if free else "plain"
        return [] if told is not None and not any(e.signs == words.NEG for e in rest) else rest

    def _given_back_elsewhere(self, study: Studied, key: Key) -> bool:
        """A sister function (`foo_begin`, `foo_end`) or a caller in this file drops the lock without having taken
        it."""
        name = study.function.name
        self.questioned.add(name)
        mark = (name, key)
        if mark in self._excused:
            return True
        names = (name, *self.aliases.of(name))
        call = re.compile(rf"\b({'|'.join(map(re.escape, names))})\s*\(")
        for start, dropped in [(start, key) for start, keys in self._foreign.items() for key in keys]:
            other = self.studied[start]
            if other.function is study.function or dropped.resource != key.resource:
                continue
            if dropped.text == key.text and _sisters(name, other.function.name):
                self._excused.add(mark)
                return True
            if _member(dropped.text) == _member(key.text):
                match = call.search(other.program.text)
                last = max(c.offset for c in other.program.calls if dropped in c.keys)
                if match and match.start() < last and self._seen_as(study, key, other, match, dropped):
                    self._excused.add(mark)
                    return True
        for unread in self.unread.values():  # nobody knows what it gives back
            if _sisters(name, unread.name) or call.search(unread.source.text(unread.node)):
                return True
        self._unexcused.add(mark)
        return False

    def stray(self, study: Studied, key: Key) -> bool:
        """Whether a function gives back a lock for which nothing in the file shows where it was taken.

        It takes none of that name itself, its own name does not say so, and nobody who leads to it, nor a sister,
        takes any such lock.
        """
        function = study.function.name
        if self.is_meant_to_end(function) or not self._is_told(study, key):
            return False
        if any(_member(taken.text) == _member(key.text) for taken in study.takes):
            return False
        names, mark = [function], (function, key)
        for name in names:
            self.questioned.add(name)
            word = re.compile(rf"\b(?:{'|'.join((name, *self.aliases.of(name)))})\b")
            if any(word.search(f.source.text(f.node)) or _sisters(name, f.name) for f in self.unread.values()):
                return False
            for other in self.studied.values():
                about = other.function.name not in names and word.search(other.program.text)
                known: Iterable[Key] = other.takes if about else ()
                if _sisters(name, other.function.name) or f"{other.function.name}(" in study.program.text:
                    known = other.held()
                if any(_may_be(taken, key) for taken in known):
                    self._excused.add(mark)
                    return False
                if about:
                    names.append(other.function.name)
        self._unexcused.update((name, key) for name in names)
        return mark not in self._excused

    def is_meant_to_end(self, name: str) -> bool:
        """Whether a function's name says that it gives back what others took."""
        table = self.table
        listed = name in table.by_design or name in table.ops
        return listed or any(words.search(name) for words in (table.gives_back, table.named_for_it))

    def _is_told(self, study: Studied, key: Key) -> bool:
        """Whether a lock's name is an address, or goes by the function's parameters alone."""
        by_parameters = study.program.keys.parameters.issuperset(words.roots(key.text)) and "(" not in key.text
        return key.text[:1] in ("&", "") or (by_parameters and not key.fragile)

    def _seen_as(self, study: Studied, key: Key, other: Studied, match: re.Match[str], dropped: Key) -> bool:
        """Whether the lock that `study` takes is, with the caller's arguments, the one that the caller drops."""
        spec = self._spec(study, key, [])
        if spec is None or not spec.startswith("@") or match.group(1) != study.function.name:
            return True
        given, _ = words.arguments(other.program.text, match.end() - 1)
        name = spelled(other.program, spec, given)
        return name is None or name == dropped.text or ends_alike(name, dropped.text)

    # ---- what callers see ---------------------------------------------------------------------------------------

    def _ops(self, study: Studied) -> Iterable[Op]:
        takes = study.takes
        for key, exits in study.held().items():
            calls = takes.get(key)
            if calls and not self.wrong(study, key, exits):
                others = [e for e in study.walk.exits if e.held.get(key, 0) <= 0]
                kind = "plain" if not others else _told_apart(exits, others)
                spec = self._spec(study, key, exits)
                if kind is not None and spec is not None:
                    kind = "ptr" if spec == "=" and kind == "bool" else kind
                    yield Op(study.function.name, True, kind, spec, calls[0].op.family)
        foreign = {key: exits for key, exits in study.foreign().items() if key not in study.walk.own}
        for key, exits in foreign.items():
            owners = set(words.owners(key.text)) & study.program.keys.parameters
            others = [e for e in study.walk.exits if e.held.get(key, 0) != FOREIGN and not _is_null(e, owners)]
            alike = {other for other in foreign if other.text == key.text and other.resource != key.resource}
            either = bool(others and alike) and all(any(e.held.get(k, 0) == FOREIGN for k in alike) for e in others)
            kind = "plain" if not others or either else _told_apart(exits, others)
            spec = self._spec(study, key, exits)
            if kind is not None and spec is not None and "{=}" not in spec and spec != "=":
                yield Op(study.function.name, False, kind, spec, self._family(study, key), alone=not either)

    def _family(self, study: Studied, key: Key) -> Family:
        return next(call.op.family for call in study.program.calls if key in call.keys)

    def _spec(self, study: Studied, key: Key, exits: list[Exit]) -> str | None:
        """How a caller names the lock: by the function's arguments, or by its result."""
        if key.text == "":
            return ""
        if key.text == UNKNOWN:
            return None
        keys = study.program.keys
        text = key.text
        returned = {_returned(study, exit_) for exit_ in exits}
        for root in words.roots(text):
            if root in keys.parameters:
                place = keys.parameter(root)
                if place is None or key.fragile:
                    return None
                text = re.sub(rf"(?<![\w.{{])(?<!->){root}\b", f"{{{place}}}", text)
            elif keys.is_local(root):
                if returned == {key.text}:
                    return "="
                if returned != {root}:
                    return None
                text = words.replace_root(text, root, "{=}")
        return "@" + text


def _returned(study: Studied, exit_: Exit) -> str:
    """The expression returned at an end."""
    return study.program.return_text(study.program.flow.blocks[exit_.node])


def stores(name: str) -> bool:
    """Whether a call puts an argument where others find it, going by its name."""
    return re.fullmatch(_STORES, name) is not None


def _is_stored(program: Program, names: set[str]) -> bool:
    """Whether one of some variables is put where others find it."""
    stored = "|".join(map(re.escape, sorted(names)))
    assigned = rf"(?:\*\w+|->\w+|\]|\.\w+)\s*=\s*(?:{stored})\s*;"
    swapped = rf"{_STORES}\s*\([^;()]*,\s*(?:{stored})\s*\)"
    return any(re.search(pattern, program.text) for pattern in (assigned, swapped))


def _is_null(exit_: Exit, owners: set[str]) -> bool:
    """Whether there is no lock at all at this end, since a pointer to it is NULL."""
    return any(exit_.facts.get(name, (ANY,))[0] == ZERO for name in owners)


def _member(text: str) -> str:
    return re.split(r"->|\.", text)[-1].lstrip("&*")


def _may_be(taken: Key, dropped: Key) -> bool:
    """Whether a lock that somebody takes may be one that another drops."""
    alike = taken.text == UNKNOWN or _member(taken.text) == _member(dropped.text)
    return taken.resource == dropped.resource and alike


def _told_apart(these: list[Exit], others: list[Exit]) -> str | None:
    """How the value returned tells two groups of ends apart: `bool` (not zero at these), `rc` (zero at these), or not
    at all.

    A value that nobody knows anything about counts as success beside ends that fail for certain.
    """
    mine = theirs = 0
    for exit_ in these:
        mine |= exit_.signs
    for exit_ in others:
        theirs |= exit_.signs
    if any(exit_.signs == ANY for exit_ in these) and theirs == ZERO:
        return "bool" if not any(exit_.signs == ZERO for exit_ in these) else None
    if any(exit_.signs == ANY for exit_ in others) and mine == ZERO:
        return "rc" if not any(exit_.signs == ZERO for exit_ in others) else None
    if mine & theirs:
        return None
    return "rc" if mine == ZERO else "bool" if theirs == ZERO else None


def _sisters(one: str, two: str) -> bool:
    """Names that differ in one word only, as `prepare_set` and `post_set` do."""
    left, right = one.split("_"), two.split("_")
    return len(left) == len(right) > 1 and sum(a != b for a, b in zip(left, right, strict=True)) == 1


__all__ = ["Design", "Studied", "stores"]
