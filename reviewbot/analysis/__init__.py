"""Rules over C: findings, the engine that runs them, their cases, what a change adds, and the view of the switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewbot.analysis.cases import CaseResult, RuleResult, run_cases
from reviewbot.analysis.context import Context
from reviewbot.analysis.delta import added, check_change
from reviewbot.analysis.engine import Report, Stats, check
from reviewbot.analysis.finding import Finding, TraceStep, fingerprint, make_finding
from reviewbot.analysis.rules import Rule, load_rule, load_rules
from reviewbot.analysis.tree import FolderTree, MemoryTree, OverlayTree, Tree

if TYPE_CHECKING:
    from reviewbot.analysis.view import View, switch_view

__all__ = [
    "CaseResult",
    "Context",
    "Finding",
    "FolderTree",
    "MemoryTree",
    "OverlayTree",
    "Report",
    "Rule",
    "RuleResult",
    "Stats",
    "TraceStep",
    "Tree",
    "View",
    "added",
    "check",
    "check_change",
    "fingerprint",
    "load_rule",
    "load_rules",
    "make_finding",
    "run_cases",
    "switch_view",
]


def __getattr__(name: str) -> object:
    """Import the view when it is asked for: it needs the rules' modules, which a hook may not."""
    if name in ("View", "switch_view"):
        from importlib import import_module

        return getattr(import_module("reviewbot.analysis.view"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
