"""The rule file of a guarded dispatch, read and checked: what asks, what dispatches, what is harmless."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reviewbot.analysis.paths import PathPatterns
from reviewbot.analysis.rules import Rule


@dataclass(frozen=True, slots=True)
class Handler:
    """A function of another file, and where its definitions are (patterns, `*` for any text).

    A handler is handed operations by the dispatcher; a callee is only looked at for whether it asks a hook at all.
    """

    function: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exemption:
    """An operation that needs no check by design; `when` names the sub-operation, empty for the whole operation."""

    op: str
    when: str
    reason: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A function of a security policy that switches over the operation; `complete` where it must know every one."""

    function: str
    path: str
    on: frozenset[str]
    complete: bool


@dataclass(frozen=True, slots=True)
class Levels:
    """Where the default policy states the level of each hook: `macro(LEVEL);` in the hook's function in `path`.

    At a level of `lenient` a domain passes for itself; permissions over the machine match `machine`.
    """

    path: str
    macro: str
    level: re.Pattern[bytes]
    lenient: frozenset[str] = frozenset()
    machine: re.Pattern[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Implementation:
    """The policy's functions behind the hooks: of the hook's name with `function` in place of `hook`, in `path`."""

    path: str
    hook: str
    function: str


@dataclass(frozen=True, slots=True)
class Classes:
    """Arguments that must belong together in the calls of `paths`: both patterns' first group is the class."""

    paths: tuple[str, ...]
    security_class: re.Pattern[str]
    permission: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lookups:
    """Calls that look up what a caller names; functions of other files that ask a hook; files and functions exempt."""

    calls: frozenset[str]
    asking: frozenset[str]
    outside: tuple[str, ...]
    exempt: frozenset[str]


@dataclass(frozen=True, slots=True)
class Grant:
    """Calls that hand on what the caller must have itself, and what asks whether it has; where none need ask."""

    calls: frozenset[str]
    asks: frozenset[str]
    outside: tuple[str, ...]
    exempt: frozenset[str]
    unless: re.Pattern[bytes] | None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One dispatcher: a function whose switches over `on` carry out the operations named `prefix…`.

    With `each_case` no operation is followed: each case has to ask somewhere, by itself or by what it calls.
    """

    name: str
    path: str
    function: str
    on: frozenset[str]
    prefix: str
    common: str | None
    handlers: tuple[Handler, ...]
    callees: tuple[Handler, ...]
    exempt: tuple[Exemption, ...]
    header: str | None
    refusal: str | None
    policies: tuple[Policy, ...]
    each_case: bool
    files: PathPatterns = field(init=False, compare=False)  # those that it is made of, by path, without the callees'

    def __post_init__(self) -> None:
        """Gather the paths."""
        of_handlers = (pattern for handler in self.handlers for pattern in handler.paths)
        own = PathPatterns([self.path, *of_handlers, *(policy.path for policy in self.policies)])
        object.__setattr__(self, "files", own)

    def handler(self, function: str) -> Handler | None:
        """The handler of that name."""
        return next((handler for handler in self.handlers if handler.function == function), None)

    def is_exempt(self, op: str | None, text: str) -> bool:
        """Whether taking the way on which `text` (a condition, a label) holds makes the operation an exempt one."""
        return any(e.op == op and e.when and _names(text, e.when) for e in self.exempt)

    @property
    def roots(self) -> frozenset[str]:
        """The variables that hold the operation: `op` of `op->cmd`."""
        return frozenset(re.split(r"->|\.", text)[0] for text in self.on)


@dataclass(frozen=True, slots=True)
class Guard:
    """A whole rule: the pattern of hooks, those that answer nothing, calls that do not act, and the dispatchers."""

    hook: re.Pattern[str]
    hook_bytes: re.Pattern[bytes]
    harmless: re.Pattern[str]
    dispatches: tuple[Dispatch, ...]
    levels: Levels | None
    implementation: Implementation | None
    classes: Classes | None
    lookups: Lookups | None
    grants: tuple[Grant, ...]


def guard_of(rule: Rule) -> Guard:
    """The rule's guard, read once."""
    return rule.once("guard", lambda: read_guard(rule))


def read_guard(rule: Rule) -> Guard:
    """Read a rule of kind `guarded-dispatch`. Raises InputError that names the file and the key."""
    hooks = _text(rule, rule.data, "hooks", "")
    void = [re.escape(name) for name in rule.strings("hooks_without_answer")]
    without = f"(?!(?:{'|'.join(void)})\\b)" if void else ""
    harmless = "|".join([*rule.strings("harmless"), *void]) or "(?!)"
    try:
        hook = re.compile(f"{without}(?:{hooks})")
        # No \b in front: a pattern that starts with a literal is looked for much faster (see `hook_uses`).
        hook_bytes = re.compile(rf"(?:{hooks})\b".encode())
        calls = re.compile(harmless)
    except re.error as error:
        raise rule.error(f"`hooks` or `harmless` is no regular expression: {error}") from None
    dispatches = tuple(_dispatch(rule, table) for table in rule.tables("dispatch"))
    tables = (_levels(rule), _implementation(rule), _classes(rule), _lookups(rule), _grants(rule))
    return Guard(hook, hook_bytes, calls, dispatches, *tables)


def _lookups(rule: Rule) -> Lookups | None:
    table = rule.data.get("lookups")
    if table is None:
        return None
    if not isinstance(table, dict):
        raise rule.error("`lookups` must be a table")
    calls = frozenset(_list(rule, table, "calls", "[lookups] "))
    asking = _list(rule, table, "asking", "[lookups] ") if "asking" in table else ()
    outside, names = _excepted(rule, table, "lookups")
    return Lookups(calls, frozenset(asking), outside, names | calls)


def _grants(rule: Rule) -> tuple[Grant, ...]:
    found: list[Grant] = []
    for table in rule.tables("grant"):
        calls, asks = (frozenset(_list(rule, table, key, "[[grant]] ")) for key in ("calls", "asks"))
        outside, names = _excepted(rule, table, "grant")
        unless = _text(rule, table, "unless", "[[grant]] ", "")
        pattern = re.compile(_pattern(rule, unless).pattern.encode()) if unless else None
        found.append(Grant(calls, asks, outside, names | calls | asks, pattern))
    return tuple(found)


def _excepted(rule: Rule, table: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], frozenset[str]]:
    """The files and the functions that a comparison leaves out, the functions with a reason each."""
    exempt = _tables(rule, table, "exempt", f"[{name}] ")
    for item in exempt:
        _text(rule, item, "reason", f"[[{name}.exempt]] ")
    outside = _list(rule, table, "outside", f"[{name}] ") if "outside" in table else ()
    return outside, frozenset(_text(rule, item, "function", f"[[{name}.exempt]] ") for item in exempt)


def _levels(rule: Rule) -> Levels | None:
    table = rule.data.get("levels")
    if table is None:
        return None
    if not isinstance(table, dict):
        raise rule.error("`levels` must be a table")
    pattern = _pattern(rule, _text(rule, table, "level", "[levels] "))
    macro = _text(rule, table, "macro", "[levels] ")
    lenient = frozenset(_list(rule, table, "lenient", "[levels] ")) if "lenient" in table else frozenset[str]()
    machine = _pattern(rule, _text(rule, table, "machine", "[levels] ", "(?!)"))
    level, permission = (re.compile(one.pattern.encode()) for one in (pattern, machine))
    return Levels(_text(rule, table, "path", "[levels] "), macro, level, lenient, permission)


def _implementation(rule: Rule) -> Implementation | None:
    table = rule.data.get("implementation")
    if table is None:
        return None
    if not isinstance(table, dict):
        raise rule.error("`implementation` must be a table")
    return Implementation(*(_text(rule, table, key, "[implementation] ") for key in ("path", "hook", "function")))


def _classes(rule: Rule) -> Classes | None:
    table = rule.data.get("classes")
    if table is None:
        return None
    if not isinstance(table, dict):
        raise rule.error("`classes` must be a table")
    where = "[classes] "
    patterns = [_pattern(rule, _text(rule, table, key, where)) for key in ("security_class", "permission")]
    if any(pattern.groups != 1 for pattern in patterns):
        raise rule.error("`security_class` and `permission` need one group each: the class")
    return Classes(_list(rule, table, "paths", where), *patterns)


def _pattern(rule: Rule, text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise rule.error(f"{text!r} is no regular expression: {error}") from None


def _dispatch(rule: Rule, table: Mapping[str, Any]) -> Dispatch:
    where = "[[dispatch]] "
    handlers, callees = (
        tuple(
            Handler(_text(rule, item, "function", f"{where}[[{key}]] "), _list(rule, item, "paths", where))
            for item in _tables(rule, table, key, where)
        )
        for key in ("handler", "callee")
    )
    exempt = tuple(
        Exemption(
            _text(rule, item, "op", where + "[[exempt]] "),
            _text(rule, item, "when", where + "[[exempt]] ", ""),
            _text(rule, item, "reason", where + "[[exempt]] "),
        )
        for item in _tables(rule, table, "exempt", where)
    )
    function = _text(rule, table, "function", where)
    on = frozenset(_list(rule, table, "on", where))
    policies = tuple(
        Policy(
            _text(rule, item, "function", where + "[[policy]] "),
            _text(rule, item, "path", where + "[[policy]] "),
            frozenset(_list(rule, item, "on", where)) if "on" in item else on,
            item.get("complete") is True,
        )
        for item in _tables(rule, table, "policy", where)
    )
    return Dispatch(
        name=_text(rule, table, "name", where, function),
        path=_text(rule, table, "path", where),
        function=function,
        on=on,
        prefix=_text(rule, table, "prefix", where, ""),
        common=_text(rule, table, "common", where, "") or None,
        handlers=handlers,
        callees=callees,
        exempt=exempt,
        header=_text(rule, table, "header", where, "") or None,
        refusal=_text(rule, table, "refusal", where, "") or None,
        policies=policies,
        each_case=table.get("each_case") is True,
    )


def _text(rule: Rule, table: Mapping[str, Any], key: str, where: str, default: str | None = None) -> str:
    value = table.get(key, default)
    if not isinstance(value, str) or (default is None and not value):
        raise rule.error(f"{where}`{key}` is missing or not a text")
    return value


def _list(rule: Rule, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = table.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise rule.error(f"{where}`{key}` must be a list of strings")
    return tuple(value)


def _tables(rule: Rule, table: Mapping[str, Any], key: str, where: str) -> Sequence[Mapping[str, Any]]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise rule.error(f"{where}`{key}` must be an array of tables")
    return value


def _names(text: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None
