"""Rules over C: findings, the engine that runs them, their cases, what a change adds, and the view of the switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reviewbot.analysis.cases import CaseResult, RuleResult, run_cases
from reviewbot.analysis.context import Context
from reviewbot.analysis.delta import added, check_change
from reviewbot.analysis.engine import Report, Stats, check
from reviewbot.analysis.finding import Finding, TraceStep, fingerprint, make_finding
from reviewbot.analysis.rules import Rule, load_rule, load_rules, rule_folders
from reviewbot.analysis.tree import FolderTree, MemoryTree, OverlayTree, Tree

if TYPE_CHECKING:
    from reviewbot.analysis.dispatch.effect import Effect, effect
    from reviewbot.analysis.dispatch.view import View, switch_view

__all__ = [
    "CaseResult",
    "Context",
    "Effect",
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
    "effect",
    "fingerprint",
    "load_rule",
    "load_rules",
    "make_finding",
    "rule_folders",
    "run_cases",
    "switch_view",
]


def __getattr__(name: str) -> object:
    """Import what the hook has no use for when it is asked for: it needs the modules of the rules."""
    place = {"View": "view", "switch_view": "view", "Effect": "effect", "effect": "effect"}.get(name)
    if place is not None:
        from importlib import import_module

        return getattr(import_module(f"reviewbot.analysis.dispatch.{place}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
