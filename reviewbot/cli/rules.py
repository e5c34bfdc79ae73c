"""`reviewbot rules`: list the rules, show a rule's page, run its cases."""

from __future__ import annotations

import os
import sys
from pathlib import Path
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
    from reviewbot import settings
    from reviewbot.report.terminal import os_page

    rules = settings.rules(os.environ, Path.cwd())
    page = os_page(sys.stdout)
    page.table(("rule", "severity", "finds"), [(r.id, r.severity, r.title) for r in rules])
    return CLEAN


def explain(
    rule: Annotated[str, typer.Argument(metavar="ID", help="The rule's id.", show_default=False)],
) -> int:
    """Print a rule's page: what it finds, why it matters, what it accepts."""
    from reviewbot import settings

    sys.stdout.write(settings.rules(os.environ, Path.cwd(), [rule])[0].page())
    return CLEAN


def test(
    rule: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="The rules to test. [default: all]", show_default=False),
    ] = None,
) -> int:
    """Run the cases that stand beside each rule: C that it must report, and C that it must not."""
    from reviewbot import settings
    from reviewbot.analysis.cases import run_cases
    from reviewbot.csource import MacroTable
    from reviewbot.report.terminal import os_page
    from reviewbot.report.text import cases

    results = run_cases(settings.rules(os.environ, Path.cwd(), rule or []), MacroTable.load())
    cases.write(os_page(sys.stdout), results)
    return CLEAN if all(result.passed for result in results) else FOUND
