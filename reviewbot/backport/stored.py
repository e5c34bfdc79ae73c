"""Picks as data and back, for the state that an interactive run keeps between two calls."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reviewbot.analysis import Finding, TraceStep
from reviewbot.backport.build import Built
from reviewbot.backport.model import Conflict, Doubt, Pick, Prerequisite, Proposal, Solved


def read_pick(data: Mapping[str, Any]) -> Pick:
    """The pick that `to_dict` wrote. KeyError and TypeError where it is something else."""
    upstream = data["upstream"]
    proposal = data["proposal"]
    return Pick(
        upstream=(upstream,) if isinstance(upstream, str) else tuple(upstream),
        subject=data["subject"],
        status=data["status"],
        via=data["via"],
        commit=data["commit"],
        tree=data["tree"],
        message=data["message"],
        doubts=tuple(Doubt(**row) for row in data["missing_symbols"]),
        prerequisites=tuple(
            Prerequisite(**{**row, "elsewhere": tuple(row["elsewhere"]), "paths": tuple(row["paths"])})
            for row in data["prerequisites"]
        ),
        conflicts=tuple(
            Conflict(**{**row, "newer": Solved(**row["newer"]) if row["newer"] else None}) for row in data["conflicts"]
        ),
        proposal=Proposal(tuple(proposal["assumed"]), proposal["diff"]) if proposal else None,
        findings=tuple(_finding(row) for row in data["findings"]),
        compared=_texts(data["compared"]),
        notes=_texts(data["notes"]),
        build=Built(**{**data["build"], "output": _texts(data["build"]["output"])}) if data["build"] else None,
        resolved=data["resolved"],
    )


def _finding(data: Mapping[str, Any]) -> Finding:
    return Finding(**{**data, "trace": tuple(TraceStep(**row) for row in data["trace"])})


def _texts(rows: Sequence[str]) -> tuple[str, ...]:
    return tuple(str(row) for row in rows)
