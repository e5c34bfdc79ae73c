"""GitHub workflow commands: one annotation a finding (docs.github.com, "Workflow commands for GitHub Actions")."""

from __future__ import annotations

from typing import IO

from reviewbot.analysis import Report

_COMMAND = {"error": "error", "warning": "warning", "note": "notice"}


def write(out: IO[str], report: Report) -> None:
    """Print the annotations; the trace goes into the message, as an annotation has one place only."""
    for f in report.findings:
        place = f"file={_property(f.path)},line={f.line},endLine={f.end_line},col={f.column}"
        steps = [s for s in f.trace if (s.path, s.line, s.note) != (f.path, f.line, f.message)]
        text = "\n".join([f.message, *(f"{s.path}:{s.line}: {s.note}" for s in steps)])
        out.write(f"::{_COMMAND[f.severity]} {place},title={_property(f.rule)}::{_data(text)}\n")
    for gap in report.not_analysed:
        text = f"not analysed: {gap.function or 'file'}: {gap.reason}"
        out.write(f"::notice file={_property(gap.path)},line={gap.line},title=not analysed::{_data(text)}\n")


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.encode("utf-8", "backslashreplace").decode()


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
