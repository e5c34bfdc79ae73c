"""The verbs, put together. A verb's module is small; what it works with is imported when it runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from reviewbot import __version__
from reviewbot.cli import apply, backport, check, demo, hook, plan, reply, rules, show, switches, triage, verify
from reviewbot.errors import UsageError


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"reviewbot {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """The application with every verb; no state is kept between two calls."""
    app = typer.Typer(
        name="reviewbot",
        help="Patch-series review and backport assistant for the Xen hypervisor. Works offline; sends nothing; "
        "never touches your work tree, index or HEAD.",
        epilog="Exit codes: 0 clean, 1 findings or not ready, 2 usage, 3 bad input or git failure, 4 a bug.",
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def _top(
        version: Annotated[
            bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
        ] = False,
    ) -> None:
        pass

    app.command("demo")(demo.demo)
    app.command("triage")(triage.triage)
    app.command("show")(show.show)
    app.command("check")(check.check)
    app.command("switches")(switches.switches)
    app.command("plan")(plan.plan)
    app.command("apply")(apply.apply)
    app.command("verify")(verify.verify)
    app.command("reply")(reply.reply)
    app.command("backport")(backport.backport)
    app.add_typer(rules.app(), name="rules")
    app.add_typer(hook.app(), name="hook")
    return app


def run(argv: Sequence[str]) -> int:
    """Run one command line; the exit code. A wrong call raises UsageError with one line."""
    try:
        result = build()(args=list(argv), prog_name="reviewbot", standalone_mode=False)
    except typer.Exit as done:
        return done.exit_code
    except typer.Abort as stop:
        raise KeyboardInterrupt from stop
    except _USAGE as error:
        raise UsageError(_line(error)) from error
    return result if isinstance(result, int) else 0


# typer brings its own click since 0.26 and used the separate package before; either way BadParameter is a UsageError.
_USAGE: type[Exception] = next(c for c in typer.BadParameter.__mro__ if c.__name__ == "UsageError")


def _line(error: Exception) -> str:
    text = str(getattr(error, "format_message", error.__str__)())
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", None) or "reviewbot"
    return f"{text.rstrip('.')} (see `{path} --help`)"
