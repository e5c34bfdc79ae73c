"""`reviewbot rules`: list the rules, show a rule's page, run its cases."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from reviewbot.cli.guard import CLEAN, FOUND


def app() -> typer.Typer:
    """The three sub-commands."""
    group = typer.Typer(help="List the rules, explain one, run their cases.", no_args_is_help=True)
    group.command("list")(list_rules)
    group.command("explain")(explain)
    group.command("test")(test)
    return group


def list_rules() -> int:
    """List every rule with its severity and title."""
    from reviewbot.analysis import load_rules
    from reviewbot.report.terminal import os_page
    from reviewbot.resources import rules_dir

    page = os_page(sys.stdout)
    page.table(("rule", "severity", "finds"), [(r.id, r.severity, r.title) for r in load_rules(rules_dir())])
    return CLEAN


def explain(
    rule: Annotated[str, typer.Argument(metavar="ID", help="The rule's id.", show_default=False)],
) -> int:
    """Print a rule's page: what it finds, why it matters, what it accepts."""
    from reviewbot.analysis import load_rules
    from reviewbot.resources import rules_dir

    sys.stdout.write(load_rules(rules_dir(), [rule])[0].page())
    return CLEAN


def test(
    rule: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="The rules to test. [default: all]", show_default=False),
    ] = None,
) -> int:
    """Run the cases that stand beside each rule: C that it must report, and C that it must not."""
    from reviewbot.analysis import load_rules
    from reviewbot.analysis.cases import run_cases
    from reviewbot.csource import MacroTable
    from reviewbot.report.terminal import os_page
    from reviewbot.report.text import cases
    from reviewbot.resources import rules_dir

    results = run_cases(load_rules(rules_dir(), rule or []), MacroTable.load())
    cases.write(os_page(sys.stdout), results)
    return CLEAN if all(result.passed for result in results) else FOUND
