"""What a rule found: where, why, and a fingerprint that survives moved lines."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[str, ...] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class TraceStep:
    """One stop on the way to a finding: where (path below the tree, 1-based line) and what happens there."""

    path: str
    line: int
    note: str

    def to_dict(self) -> dict[str, Any]:
        """The step as plain JSON data."""
        return {"path": self.path, "line": self.line, "note": self.note}


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect. Lines and columns are 1-based, columns count characters; `function` is None at file level."""

    rule: str
    severity: str
    path: str
    line: int
    end_line: int
    column: int
    function: str | None
    message: str
    trace: tuple[TraceStep, ...] = ()
    fix: Mapping[str, Any] | None = None
    fingerprint: str = ""

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """The key that reports are sorted by: path, place, rule, message."""
        return (self.path, self.line, self.column, self.rule, self.message)

    def to_dict(self) -> dict[str, Any]:
        """The finding as plain JSON data, in the keys of the `check` interface."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "path": self.path,
            "line": self.line,
            "end_line": self.end_line,
            "column": self.column,
            "function": self.function,
            "message": self.message,
            "trace": [step.to_dict() for step in self.trace],
            "fix": dict(self.fix) if self.fix is not None else None,
            "fingerprint": self.fingerprint,
        }


def fingerprint(rule: str, path: str, function: str | None, text: str | Iterable[str], detail: str = "") -> str:
    """Name a finding without line numbers: 32 hex digits over rule, path, function, the line's words and `detail`.

    `text` is the line (or lines) reported. White space does not count, so reindenting changes nothing. `detail` keeps
    apart what one line can be reported for twice (the lock's name, the operation).
    """
    lines = (text,) if isinstance(text, str) else tuple(text)
    state = _hashed(rule, path, function or "", lines).copy()
    state.update(" ".join(detail.split()).encode("utf-8", "surrogateescape"))
    return state.hexdigest()[:32]


@lru_cache(maxsize=2)
def _hashed(rule: str, path: str, function: str, lines: tuple[str, ...]) -> hashlib._Hash:
    """All but the detail: one line, however long, may have thousands of findings."""
    words = "\n".join(" ".join(line.split()) for line in lines)
    return hashlib.sha256("\0".join((rule, path, function, words, "")).encode("utf-8", "surrogateescape"))


def make_finding(
    rule: str,
    severity: str,
    path: str,
    data: bytes,
    line: int,
    message: str,
    *,
    function: str | None = None,
    end_line: int | None = None,
    column: int | None = None,
    trace: Sequence[TraceStep] = (),
    fix: Mapping[str, Any] | None = None,
    detail: str = "",
) -> Finding:
    """Build a finding on line `line` (1-based) of the file `data`, with its fingerprint.

    `column` defaults to the first character that is not white space. `detail` goes into the fingerprint only. The
    fingerprint reads the first line reported alone: what follows may grow without becoming another defect.
    """
    text = line_text(data, line)
    if column is None:
        column = _blanks(text) + 1
    return Finding(
        rule=rule,
        severity=severity,
        path=path,
        line=line,
        end_line=max(line, end_line or line),
        column=column,
        function=function,
        message=message,
        trace=tuple(trace),
        fix=fix,
        fingerprint=fingerprint(rule, path, function, text, detail),
    )


@lru_cache(maxsize=2)
def _blanks(text: str) -> int:
    """How many a line starts with."""
    return len(text) - len(text.lstrip())


@lru_cache(maxsize=2)
def line_text(data: bytes, line: int) -> str:
    """Line `line` (1-based) of a file without its end of line; empty when there is no such line."""
    starts = _line_starts(data)
    if not 0 < line < len(starts):
        return ""
    return data[starts[line - 1] : starts[line]].decode("utf-8", "surrogateescape").rstrip("\n").rstrip("\r")


@lru_cache(maxsize=2)
def _line_starts(data: bytes) -> array[int]:
    """Where each line begins, and where the file ends: found once for a file, whatever the number of findings in it."""
    starts = array("l", [0])
    at = data.find(b"\n") + 1
    while at:
        starts.append(at)
        at = data.find(b"\n", at) + 1
    starts.append(len(data))
    return starts
