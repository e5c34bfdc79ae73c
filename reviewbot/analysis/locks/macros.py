"""Learns what a file's own macros do with locks: `#define foo_lock(l) do { if ( !all ) spin_lock(l); } while (0)`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.table import FileTable, Op
from reviewbot.csource import SourceFile

# A macro with parameters, or without any, and its body to the end of the last continued line.
_DEFINE = re.compile(r"#[ \t]*define[ \t]+(\w+)(?:\(([^)\n]*)\))?[ \t]+((?:[^\\\n]|\\[^\n]|\\\n)*)")
_CALL = re.compile(r"([A-Za-z_]\w*)\s*(?=\()")
_GUARD = re.compile(r"\bif\s*\(([^()]*)\)\s*\{?\s*\Z")


def learn_macros(source: SourceFile, table: FileTable) -> None:
    """Add to the table what each macro of the file does that calls one lock function."""
    text = source.masked
    at = text.find(b"define")
    while at >= 0:
        start = text.rfind(b"#", max(0, at - 16), at)
        match = _DEFINE.match(text[start : start + 2000].decode("latin-1")) if start >= 0 else None
        if match is not None:
            name, parameters, body = match.groups()
            ops = tuple(_ops(name, parameters, body, table))
            if ops:
                table.learn(name, ops)
        at = text.find(b"define", at + 6)


def _ops(name: str, parameters: str | None, body: str, table: FileTable) -> Iterator[Op]:
    found = []
    for call in _CALL.finditer(body):
        ops = [op for op in table.ops(call.group(1)) if not op.derived] if call.group(1) != name else []
        if ops:
            found.append((call, ops))
    if len(found) != 1:
        return
    call, ops = found[0]
    op = ops[0]
    given, end = words.arguments(body, call.end())
    names = [word.strip() for word in (parameters or "").split(",")]
    spec = _template(op, given, names)
    if spec is None or end < 0:
        return
    guard = _GUARD.search(body[: call.start()])
    when = guard.group(1).strip() if guard else None
    if when is not None and any(word in names for word in words.roots(words.squeeze(when))):
        return
    yield replace(op, name=name, key=spec, when=when, kind="if" if when is not None else op.kind)


def _template(op: Op, given: list[str], names: list[str]) -> str | None:
    """The lock's name with the macro's parameters as places; None where it cannot be written so."""
    if op.key == "":
        return ""
    if len(op.key) != 1 or not op.key.isdigit() or int(op.key) > len(given):
        return None
    text = words.name_of_lock(given[int(op.key) - 1])
    for place, name in enumerate(names, 1):
        if name:
            text = words.replace_root(text, name, f"{{{place}}}")
    return "@" + text
