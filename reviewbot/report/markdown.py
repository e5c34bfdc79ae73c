"""Markdown for a mail or a page: a table of picks a branch, then what a person has to look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO

from reviewbot import regex as re
from reviewbot.backport import Backported, Pick
from reviewbot.report.terminal import one_line
from reviewbot.report.text.backport import short

# What Markdown would take for markup in the middle of a line.
_MARKUP = re.compile(r"([\\`*_\[\]<>|#])")


def backports(out: IO[str], runs: Sequence[Backported]) -> None:
    """Write a section for each branch."""
    for run in runs:
        out.write(f"## {_plain(run.target)}\n\non `{run.onto[:12]}`, as `{one_line(run.branch)}`\n\n")
        out.write("| status | upstream | subject | taken from |\n|---|---|---|---|\n")
        for pick in run.picks:
            ids = " ".join(f"`{short(oid)}`" for oid in pick.upstream)
            out.write(f"| {pick.status} | {ids} | {_plain(pick.subject)} | {_plain(pick.via or '')} |\n")
        out.write("\n")
        for pick in run.picks:
            for line in _remarks(pick):
                out.write(f"- `{short(pick.upstream[0])}` {line}\n")
        out.write("\n")


def _remarks(pick: Pick) -> list[str]:
    found = [f"{_plain(d.path)}:{d.line}: `{d.name}` {_plain(d.reason)}" for d in pick.doubts]
    found += [f"{_plain(c.path)}: {_plain(c.why)}" for c in pick.conflicts]
    if pick.build and pick.build.failed:
        last = f": {pick.build.output[-1]}" if pick.build.output else ""
        found.append(_plain(pick.build.reason + last))
    found += [f"unconfirmed: {_plain(text)}" for text in (pick.proposal.assumed if pick.proposal else ())]
    return found + [_plain(note) for note in pick.notes]


def _plain(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text))
