"""The plan file: TOML in and out. Reading is strict, since a key that is overlooked is an edit that is not made."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any

from reviewbot.apply.plan import SCHEMA, Fixup, Plan, PlannedPatch, PlannedTag, Unworded
from reviewbot.errors import InputError
from reviewbot.fixups import Edit

# What a basic string may not hold as it is; a multi-line one may hold a newline and a tab. TOML 1.0, "String".
_ESCAPED = re.compile(r'[\x00-\x1f\x7f"\\]')
_ESCAPED_IN_LINES = re.compile(r'[\x00-\x08\x0b-\x1f\x7f\\]|"(?="")|"\Z')
_NAMED = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def read_plan(data: bytes, source: str) -> Plan:
    """Read a plan file; `source` names it in errors. InputError for anything that is not exactly a plan."""
    try:
        raw = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{source}: not UTF-8 text (byte {error.start})") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{source}: not TOML: {error or 'nested too deeply'}") from error
    _keys(raw, ("schema", "series", "base", "asked", "patch"), source)
    if type(raw.get("schema")) is not int or raw["schema"] != SCHEMA:
        raise InputError(f"{source}: schema = {raw.get('schema', 'nothing')}; this reviewbot reads schema = {SCHEMA}")
    series = _value(raw, "series", str, source)
    base = _value(raw, "base", str, source) if "base" in raw else None
    asked = _value(raw, "asked", bool, source) if "asked" in raw else False
    patches: list[PlannedPatch] = []
    for entry in _tables(raw, "patch", source):
        number = _value(entry, "number", int, f"{source}: patch {len(patches) + 1}")
        where = f"{source}: patch {number}"
        if any(patch.number == number for patch in patches):
            raise InputError(f"{where} is there twice")
        _keys(entry, ("number", "tags", "left", "fixup"), where)
        tags = tuple(_tag(tag, f"{where}, tag {n}") for n, tag in enumerate(_tables(entry, "tags", where), 1))
        fixups = tuple(_fixup(f, f"{where}, fixup {n}") for n, f in enumerate(_tables(entry, "fixup", where), 1))
        patches.append(PlannedPatch(number, tags, fixups, left=_left(entry, where)))
    return Plan(series, base, tuple(patches), asked=asked)


def _left(entry: Mapping[str, Any], where: str) -> tuple[str, ...]:
    left = entry.get("left", [])
    if not isinstance(left, list) or not all(isinstance(request, str) for request in left):
        raise InputError(f"{where}: left must be a list of request ids")
    return tuple(left)


def _tag(data: Mapping[str, Any], where: str) -> PlannedTag:
    _keys(data, ("line", "take"), where)
    line = _value(data, "line", str, where).strip()
    if not line or "\n" in line:
        raise InputError(f"{where}: line must be one line of text")
    return PlannedTag(line, _value(data, "take", bool, where))


def _fixup(data: Mapping[str, Any], where: str) -> Fixup:
    own = {key: value for key, value in data.items() if key not in ("request", "says", "take", "later")}
    request = _value(data, "request", str, where) if "request" in data else None
    says = _value(data, "says", str, where) if "says" in data else ""
    try:
        edit = Edit.from_dict(own, request)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    take = _value(data, "take", bool, where)
    later = _value(data, "later", bool, where) if "later" in data else False
    if later and take:
        raise InputError(f"{where}: take and later exclude each other")
    return Fixup(edit, request, says, take, later=later)


def read_fixup(text: str, source: str) -> Fixup:
    """Read one fixup as `write_fixup` writes it, edited by a person; InputError that says what is wrong with it."""
    try:
        raw = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{source}: not TOML: {error or 'nested too deeply'}") from error
    return _fixup(raw, source)


def write_fixup(fixup: Fixup) -> str:
    """One fixup's keys, for a person to edit."""
    return "\n".join(list(_table(fixup))[1:]) + "\n"


def _keys(data: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    for key in data:
        if key not in known:
            raise InputError(f"{where}: unknown key {key!r}")


def _value(data: Mapping[str, Any], key: str, kind: type, where: str) -> Any:
    value = data.get(key)
    if type(value) is not kind:
        words = {str: "text", int: "a number", bool: "true or false"}[kind]
        raise InputError(f"{where}: {key} must be {words}" + ("" if key in data else ", and is missing"))
    return value


def _tables(data: Mapping[str, Any], key: str, where: str) -> list[Mapping[str, Any]]:
    value = data.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise InputError(f"{where}: {key} must be a list of tables")
    return value


def write_plan(plan: Plan) -> str:
    """The plan as a file for people: data that `read_plan` gives back, comments on what is left and why."""
    lines = [
        f"# {_comment(plan.title)}" if plan.title else "# A plan of `reviewbot apply`.",
        "# Edit it, then `reviewbot apply THREAD --tree DIR --plan FILE`. take = false leaves a tag or a fixup out.",
        "",
        f"schema = {SCHEMA}",
        f"series = {quote(plan.series)}",
        *([f"base   = {quote(plan.base)}"] if plan.base else []),
        *(["asked  = true"] if plan.asked else []),
    ]
    for patch in plan.patches:
        lines += ["", "", *_patch(patch)]
    # Text of a mail that no charset could read holds halves of surrogate pairs, which UTF-8 cannot.
    return ("\n".join(lines) + "\n").encode("utf-8", "replace").decode()


def _patch(patch: PlannedPatch) -> Iterator[str]:
    if patch.subject:
        yield f"# {_comment(patch.subject)}"
    yield "[[patch]]"
    yield f"number = {patch.number}"
    yield "tags = ["
    for tag in patch.tags:
        note = f"  # {_comment(tag.note)}" if tag.note else ""
        yield f"  {{ line = {quote(tag.line)}, take = {_bool(tag.take)} }},{note}"
    yield "]"
    if patch.left:
        yield f"left = [{', '.join(quote(request) for request in patch.left)}]"
    for fixup in patch.fixups:
        yield ""
        if fixup.note:
            yield f"  # {_comment(fixup.note)}"
        yield from (f"  {line}" if line else "" for line in _table(fixup))
    for left in patch.unworded:
        yield ""
        # At the margin: what comes out when "# " is taken off must not be indented, strings over lines least of all.
        yield from (f"# {line}".rstrip() for line in _unworded(left))


def _table(fixup: Fixup) -> Iterator[str]:
    yield "[[patch.fixup]]"
    if fixup.request is not None:
        yield f"request = {quote(fixup.request)}"
    if fixup.says:
        yield f"says = {quote(fixup.says)}"
    yield f"take = {_bool(fixup.take)}"
    if fixup.later:
        yield "later = true"
    for key, value in fixup.edit.to_dict().items():
        # A multi-line string's own lines stand at the margin: its indentation is data.
        yield f"{key} = {_bool(value) if isinstance(value, bool) else _text(value)}"


def _unworded(left: Unworded) -> Iterator[str]:
    yield f"{left.request}: {_comment(left.note)}"
    yield _comment(left.says)
    if left.example is not None:
        yield "To do it, take the `# ` off the lines below and write what it should say:"
        fixup = Fixup(left.example, left.request, "", True)
        for line in _table(fixup):
            yield from line.split("\n")


def _text(text: str) -> str:
    """A string over several lines where it has several."""
    if "\n" not in text:
        return quote(text)
    return '"""\n' + _ESCAPED_IN_LINES.sub(_escape, text) + '"""'


def quote(text: str) -> str:
    """A TOML basic string."""
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    return _NAMED.get(char, f"\\u{ord(char):04X}")


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _comment(text: str) -> str:
    """Words for a comment: one line, no control characters (TOML forbids them even there)."""
    words = " ".join(text.split())
    return "".join(char if char.isprintable() else "?" for char in words)
