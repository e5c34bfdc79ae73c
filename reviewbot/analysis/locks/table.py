"""The families of locks, read from a rule's data: which call takes what, which gives it back, and how a lock is
named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from re import Pattern
from typing import Any

from reviewbot.analysis.rules import Rule

KINDS = ("plain", "bool", "ptr", "rc", "if", "none")

# A key: "" (one lock in the system), "1" (argument), "1,2" (arguments by value), "*2" (what argument 2 points to),
# "=" (the variable that gets the result), "=1" (that, or argument 1 where nothing does), "@text" with {1} and {=} in
# it, "?" (one that nobody can tell).
_KEY = re.compile(r"|\?|\*?\d|\d,\d|=\d?|@.+")

# A group in the `release` of a derivation.
_GROUP = re.compile(r"\\\d+|\\g<\w+>")


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of lock. Two families with one `resource` are released by the same calls."""

    name: str
    resource: str
    recursive: bool
    report: bool
    severity: str
    never: tuple[str, ...] = ()  # predicates that are false of what has just been locked
    paired: bool = False  # often kept on purpose: told only where the same function gives it back on another path


@dataclass(frozen=True, slots=True)
class Op:
    """What calling one name does. `kind` says when an acquire has succeeded: always (`plain`), if true (`bool`), not
    NULL (`ptr`), zero (`rc`), or if an argument holds (`if`, `condition` is its index). A release has a `kind` other
    than `plain` where it depends on the result."""

    name: str
    takes: bool
    kind: str
    key: str
    family: Family
    derived: bool = False
    condition: int = 0
    when: str | None = None  # a condition on which a macro does this
    alone: bool = False  # done besides what else the name does; otherwise a call does one of the things listed for it


@dataclass(frozen=True, slots=True)
class Derivation:
    """Pairs of names that tell by their spelling what they do: `foo_lock` and `foo_unlock`."""

    acquire: Pattern[str]
    release: str
    kind: str
    parts: tuple[str, ...] = ()  # what stands between the groups in `release`


@dataclass(frozen=True, slots=True)
class LockTable:
    """Everything that the analysis knows about names; `names` are those of `ops`."""

    ops: Mapping[str, tuple[Op, ...]]
    names: frozenset[bytes]
    silent: frozenset[str]
    bare: frozenset[str]
    derivations: tuple[Derivation, ...]
    excluded: Pattern[str]
    fragments: tuple[bytes, ...]
    detail: Pattern[bytes]
    by_design: frozenset[str]
    named_for_it: Pattern[str]
    gives_back: Pattern[str]
    constants: Mapping[str, str]
    by_value: Pattern[str] | None
    impure: Pattern[str] | None
    unnamed: frozenset[str]
    elsewhere: Pattern[str] | None = None
    elsewhere_parts: tuple[bytes, ...] = ()
    _counterparts: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict, repr=False, compare=False)
    _acting: dict[bytes, bool] = field(default_factory=dict, repr=False, compare=False)

    def may_derive(self, name: str) -> bool:
        """Whether a name that the rule does not list may tell by its spelling what it does."""
        return name not in self.silent and self.excluded.search(name) is None

    def counterparts(self, name: str) -> tuple[tuple[str, str], ...]:
        """The names that would give back what `name` takes, going by its spelling, each with the kind of taking."""
        known = self._counterparts.get(name)
        if known is None:
            matches = ((derivation, derivation.acquire.fullmatch(name)) for derivation in self.derivations)
            known = tuple((match.expand(d.release), d.kind) for d, match in matches if match is not None)
            self._counterparts[name] = known
        return known

    def may_give_back(self, name: str) -> bool:
        """Whether a name has the words of one that gives back what a name of the same spelling takes."""
        return any(all(part in name for part in derivation.parts) for derivation in self.derivations)

    def may_act(self, word: bytes) -> bool:
        """Whether a word that is no name of the table's may still be one of a lock function by its spelling."""
        known = self._acting.get(word)
        if known is None:
            name = word.decode("utf-8", "surrogateescape")
            known = bool(self.counterparts(name) or self.may_give_back(name)) and self.may_derive(name)
            self._acting[word] = known
        return known

    @classmethod
    def of(cls, rule: Rule, everything: bool = False) -> LockTable:
        """Read a rule of kind `lock-balance`; with `everything` the families that it does not report on as well. Raises
        InputError naming what is wrong."""
        ops: dict[str, list[Op]] = {}
        silent: set[str] = set()
        for table in rule.tables("family"):
            for op in _family_ops(rule, table):
                if not op.family.report and not everything:
                    silent.add(op.name)
                    continue
                same = ops.setdefault(op.name, [])
                if not any(o.family.resource == op.family.resource and o.takes == op.takes for o in same):
                    same.append(op)
        derivations = tuple(_derivation(rule, table) for table in rule.tables("derive"))
        names = sorted(ops)
        fragments = rule.strings("hints")
        rest: list[str] = []
        for name in names:  # a name is looked for by a part that several share, else by itself
            if not any(part in name for part in (*fragments, *rest)):
                rest.append(name)
        parts = rule.strings("elsewhere_hints")
        more = [part for part in parts if not any(known in part for known in (*fragments, *rest))]
        return cls(
            ops={name: tuple(entry) for name, entry in ops.items()},
            names=frozenset(name.encode() for name in ops),
            silent=frozenset(silent),
            bare=frozenset(rule.strings("bare")),
            derivations=derivations,
            excluded=_one_of(rule, "not_locks") or re.compile(r"(?!)"),
            fragments=tuple(part.encode() for part in (*fragments, *rest, *more)),
            detail=re.compile(b"|".join(re.escape(part.encode()) for part in (*fragments, *rest)) or rb"(?!)"),
            by_design=frozenset(rule.strings("by_design")),
            named_for_it=_one_of(rule, "named_for_it") or re.compile(r"(?!)"),
            gives_back=_one_of(rule, "gives_back") or re.compile(r"(?!)"),
            constants=dict.fromkeys(rule.strings("zero"), "0") | _values(rule),
            by_value=_one_of(rule, "by_value"),
            impure=_one_of(rule, "impure"),
            unnamed=frozenset(rule.strings("ignored_calls")),
            elsewhere=_one_of(rule, "elsewhere"),
            elsewhere_parts=tuple(part.encode() for part in parts),
        )


def _values(rule: Rule) -> dict[str, str]:
    values = rule.data.get("values", {})
    if not isinstance(values, Mapping) or not all(type(value) is int for value in values.values()):
        raise rule.error("`values` must be a table of numbers")
    return {name: str(value) for name, value in values.items()}


def _one_of(rule: Rule, key: str) -> Pattern[str] | None:
    patterns = rule.strings(key)
    try:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns)) if patterns else None
    except re.error as error:
        raise rule.error(f"`{key}` holds no regular expression: {error}") from None


def _derivation(rule: Rule, table: Mapping[str, Any]) -> Derivation:
    try:
        kind, release = str(table.get("kind", "plain")), str(table["release"])
        return Derivation(re.compile(str(table["acquire"])), release, kind, tuple(filter(None, _GROUP.split(release))))
    except (KeyError, re.error) as error:
        raise rule.error(f"[[derive]]: {error}") from None


def _family_ops(rule: Rule, table: Mapping[str, Any]) -> Iterable[Op]:
    name = table.get("name")
    if not isinstance(name, str):
        raise rule.error("a [[family]] without `name`")
    kind = table.get("kind", "plain")
    if kind not in KINDS:
        raise rule.error(f"family {name!r}: `kind` is {kind!r}, must be one of {', '.join(KINDS)}")
    key, release_key = str(table.get("key", "1")), table.get("release_key")
    if not _KEY.fullmatch(key):
        raise rule.error(f"family {name!r}: `key` {key!r} is no key")
    family = Family(
        name,
        str(table.get("resource", name)),
        bool(table.get("recursive", False)),
        bool(table.get("report", True)),
        str(table.get("severity", rule.severity)),
        tuple(table.get("never", ())),
        bool(table.get("paired", False)),
    )
    if kind != "none":
        condition = int(table.get("condition", 1)) - 1
        yield from (Op(acquire, True, kind, key, family, False, condition) for acquire in table.get("acquire", ()))
    if release_key is None:
        release_key = "1" if key[:1] in ("=", "*") else key
    release_kind = str(table.get("release_kind", "plain"))
    alone = bool(table.get("alone", False))
    for release in table.get("release", ()):
        yield Op(release, False, release_kind, str(release_key), family, alone=alone)


class FileTable:
    """The table as one file sees it: with the pairs that the file's own names form, and what its helpers do."""

    def __init__(
        self, table: LockTable, names: Callable[[], Iterable[str]], defined: Iterable[str], text: bytes
    ) -> None:
        self._text = text
        self._assigned: dict[str, bool] = {}
        self.table = table
        self._find_names = names
        self._names: frozenset[str] | None = None
        self.defined = frozenset(defined)  # functions of the file: what they do is looked up, not guessed from the name
        self.helpers: dict[str, tuple[Op, ...]] = {}
        self._known: dict[str, tuple[Op, ...]] = {}
        self._releases: frozenset[str] | None = None
        self._detail: Pattern[bytes] | None = None

    @property
    def names(self) -> frozenset[str]:
        """The lock-like words of the file, looked for when a name is asked for that the rule does not have."""
        if self._names is None:
            self._names = frozenset(self._find_names())
        return self._names

    def ops(self, name: str) -> tuple[Op, ...]:
        """What a call of `name` does; empty where it does nothing with locks."""
        known = self._known.get(name)
        if known is None:
            known = self._known[name] = self.table.ops.get(name) or self._derive(name)
        return self.helpers.get(name, known) if self.helpers else known

    def unknown(self, name: str) -> bool:
        """Whether nothing but its spelling says what a name does, so that its definition is worth a look."""
        table = self.table
        if name in table.ops or name in self.defined or name in self.helpers or table.elsewhere is None:
            return False
        return table.elsewhere.search(name) is not None and table.may_derive(name)

    def assigned(self, member: str) -> bool:
        """Whether something in the file assigns to this member through a pointer, or passes its address on."""
        if member not in self._assigned:
            change = rf"->\s*{member}\s*(?:=(?!=)|\+\+|--|[-+|&^*/]=)|&\s*\w+->\s*{member}\b".encode()
            self._assigned[member] = re.search(change, self._text) is not None
        return self._assigned[member]

    def detail(self) -> Pattern[bytes]:
        """Text in which conditions inside statements matter: where something like a lock's name stands."""
        if not self.helpers:
            return self.table.detail
        if self._detail is None:
            parts = [*self.table.fragments, *(name.encode() for name in sorted(self.helpers))]
            self._detail = re.compile(b"|".join(map(re.escape, parts)))
        return self._detail

    def learn(self, name: str, ops: tuple[Op, ...]) -> None:
        """What a function or macro of this file does stands before what its name suggests, behind what the rule
        says."""
        if name not in self.table.ops:
            self.helpers[name] = ops
            self._detail = None

    def _derive(self, name: str) -> tuple[Op, ...]:
        if name in self.defined or not self.table.may_derive(name):
            return ()
        for counterpart, kind in self.table.counterparts(name):
            known = self.table.ops.get(counterpart)
            if known:
                return (Op(name, True, kind, "1", known[0].family, True),)
            if counterpart in self.names:
                return (Op(name, True, kind, "1", _derived_family(counterpart), True),)
        if self.table.may_give_back(name) and name in self._derived_releases():
            return (Op(name, False, "plain", "1", _derived_family(name), True),)
        return ()

    def _derived_releases(self) -> frozenset[str]:
        if self._releases is None:
            takers = (name for name in self.names if name not in self.table.ops and self.table.may_derive(name))
            self._releases = frozenset(release for name in takers for release, _ in self.table.counterparts(name))
        return self._releases


def _derived_family(release: str) -> Family:
    return Family(release, f"~{release}", False, True, "error")
