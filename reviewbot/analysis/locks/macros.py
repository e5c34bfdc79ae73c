"""Learns what a file's own macros do with locks: `#define foo_lock(l) do { if ( !all ) spin_lock(l); } while (0)`.

A macro may call one lock function, a helper of the file, or several in a row; one that does so under conditions that
its caller cannot see is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.table import FileTable, Op

# A macro with parameters, or without any, and its body to the end of the last continued line.
_DEFINE = re.compile(r"#[ \t]*define[ \t]+(\w+)(?:\(([^)\n]*)\))?[ \t]+((?:[^\\\n]++|\\(?:[^\n]|\n))*+)")
_CALL = re.compile(r"\b([A-Za-z_]\w*+)\s*+(?=\()")
_GUARD = re.compile(r"\bif\s*\(([^()]*)\)\s*\{?\s*\Z")
# What makes one statement of several depend on something.
_CONDITIONAL = re.compile(r"\b(?:if|for|switch|goto|return|break|continue|while\s*+\(\s*+(?!0\s*\)))|[?]|&&|\|\|")
_PLACE = re.compile(r"\{(\d+)\}")
_LONGEST = 2000  # bytes of a macro
_MOST_ALIASES = 200  # macros that lead to one function; today's Xen has up to 6


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro that calls something: its parameters, and what it stands for."""

    name: str
    parameters: tuple[str, ...]
    body: str
    called: frozenset[str]


def read_macros(text: bytes) -> tuple[Macro, ...]:
    """The macros of a file in whose body something is called."""
    found = []
    at = text.find(b"define")
    while at >= 0:
        start = text.rfind(b"#", max(0, at - 16), at)
        end = text.find(b"\n", at)
        while end > 0 and text[end - 1 : end] == b"\\":
            end = text.find(b"\n", end + 1)
        end = end if end >= 0 else len(text)
        if start >= 0 and text.count(b"(", at, end):
            match = _DEFINE.match(text[start : min(end, start + _LONGEST)].decode("latin-1"))
            called = frozenset(_CALL.findall(match.group(3))) if match is not None else frozenset()
            if match is not None and called:
                parameters = tuple(word.strip() for word in (match.group(2) or "").split(","))
                found.append(Macro(match.group(1), parameters, words.clean(match.group(3)), called))
        at = text.find(b"define", max(end, at + 6))
    return tuple(found)


def learn_macros(macros: Sequence[Macro], table: FileTable, news: Iterable[str] | None = None) -> frozenset[str]:
    """Add to the table what macros do; with `news`, only those that call one of these names. Gives their names."""
    learnt: set[str] = set()
    callers: dict[str, list[Macro]] = {}
    for macro in macros:
        for name in macro.called:
            callers.setdefault(name, []).append(macro)
    wanted = set(news) if news is not None else None
    waiting = [macro for macro in macros if wanted is None or not wanted.isdisjoint(macro.called)]
    for macro in waiting:  # what one is learnt to do may say what those do that call it
        if macro.name in learnt:
            continue
        ops = tuple(_ops(macro, table))
        if ops and table.helpers.get(macro.name) != ops:
            table.learn(macro.name, ops)
            learnt.add(macro.name)
            waiting.extend(callers.get(macro.name, ()))
    return frozenset(learnt)


class Aliases:
    """For each name the macros that call it, in the end: the nearest ones, where there are very many."""

    def __init__(self, macros: Iterable[Macro] = ()) -> None:
        self._direct: dict[str, dict[str, None]] = {}
        for macro in macros:
            for name in macro.called:
                self._direct.setdefault(name, {})[macro.name] = None
        self._found: dict[str, tuple[str, ...]] = {}

    def of(self, name: str) -> tuple[str, ...]:
        """The macros of one name, sorted."""
        if name not in self._direct:
            return ()
        if name not in self._found:
            reached: dict[str, None] = {}
            waiting = [name]
            for called in waiting:
                fresh = [macro for macro in self._direct.get(called, ()) if macro not in reached]
                reached.update(dict.fromkeys(fresh[: _MOST_ALIASES - len(reached)]))
                waiting.extend(fresh if len(reached) < _MOST_ALIASES else ())
            self._found[name] = tuple(sorted(reached))
        return self._found[name]


def _ops(macro: Macro, table: FileTable) -> Iterator[Op]:
    calls = []
    for call in _CALL.finditer(macro.body):
        name = call.group(1)
        ops = [op for op in table.ops(name) if not op.derived] if name != macro.name else []
        if ops:
            calls.append((call, ops))
    if len(calls) == 1:
        yield from _one_call(macro, *calls[0])
    elif calls and not _CONDITIONAL.search(macro.body):
        yield from _several_calls(macro, calls)


def _one_call(macro: Macro, call: re.Match[str], ops: list[Op]) -> Iterator[Op]:
    given, end = words.arguments(macro.body, call.end())
    if end < 0:
        return
    guard = _GUARD.search(macro.body[: call.start()])
    when = guard.group(1).strip() if guard else None
    if when is not None and any(word in macro.parameters for word in words.roots(words.squeeze(when))):
        return
    is_all = not macro.body[: call.start()].strip(" \t\n\\(") and not macro.body[end + 1 :].strip(" \t\n\\)")
    for op in ops:
        spec = _template(op, given, macro.parameters, is_all)
        condition = _place(given[op.condition], macro) if op.kind == "if" and op.when is None else op.condition
        if spec is not None and condition is not None:
            guarded = replace(op, when=when, kind="if") if when is not None else op
            yield replace(guarded, name=macro.name, key=spec, condition=condition)


def _several_calls(macro: Macro, calls: list[tuple[re.Match[str], list[Op]]]) -> Iterator[Op]:
    """What calls in a row come to: a lock taken and given back counts for nothing."""
    left: list[Op] = []
    for call, ops in calls:
        given, end = words.arguments(macro.body, call.end())
        for op in ops:
            spec = _template(op, given, macro.parameters, False) if op.kind == "plain" and end >= 0 else None
            if spec is None or op.when is not None:
                return
            mine = replace(op, name=macro.name, key=spec, alone=not op.takes)
            other = next((o for o in left if (o.key, o.family.resource) == (spec, op.family.resource)), None)
            if other is not None and other.takes != op.takes:
                left.remove(other)
            else:
                left.append(mine)
    yield from left


def _place(argument: str, macro: Macro) -> int | None:
    """Which of a macro's parameters, from 0, an argument is."""
    name = argument.strip()
    return macro.parameters.index(name) if name in macro.parameters else None


def _template(op: Op, given: list[str], names: tuple[str, ...], is_all: bool) -> str | None:
    """The lock's name with the macro's parameters as places; None where it cannot be written so.

    `is_all`: the macro is nothing but the call, so that its result is the call's.
    """
    if op.key in ("", "?") or (op.key == "=" and is_all):
        return op.key
    if op.key.startswith("*"):
        argument = given[int(op.key[1:]) - 1].strip() if int(op.key[1:]) <= len(given) else ""
        return f"*{names.index(argument) + 1}" if argument and argument in names else None
    if op.key.startswith("@"):
        text = op.key[1:]
    elif all(digit.isdigit() for digit in op.key.split(",")):
        text = ", ".join(f"{{{digit}}}" for digit in op.key.split(","))
    else:
        return None
    if "{=}" in text or any(int(place) > len(given) for place in _PLACE.findall(text)):
        return None
    filled = _PLACE.sub(lambda match: _argument(given[int(match.group(1)) - 1]), text)
    parts = [words.name_of_lock(part) for part in filled.split(", ")]
    for place, name in enumerate(names, 1):
        if name:
            parts = [words.replace_root(part, name, f"{{{place}}}") for part in parts]
    return "@" + ", ".join(parts)


def _argument(text: str) -> str:
    value = words.name_of_lock(text)
    return value if words.is_name(value) else f"({value})"
