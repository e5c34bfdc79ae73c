"""The verbs, put together. A verb's module is small; what it works with is imported when it runs."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Annotated

import typer

from reviewbot import __version__
from reviewbot.errors import UsageError

# Each verb's module has a function of its name, or (for those with verbs of their own) makes an `app()`.
_VERBS = ("demo", "triage", "show", "check", "switches", "plan", "apply", "verify", "reply", "backport")
_GROUPS = ("rules", "hook")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"reviewbot {__version__}")
        raise typer.Exit


def build(only: str | None = None) -> typer.Typer:
    """The application with every verb, or with one of them; no state is kept between two calls."""
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

    for name in _VERBS:
        if only in (None, name):
            app.command(name)(getattr(import_module(f"reviewbot.cli.{name}"), name))
    for name in _GROUPS:
        if only in (None, name):
            app.add_typer(import_module(f"reviewbot.cli.{name}").app(), name=name)
    return app


def run(argv: Sequence[str]) -> int:
    """Run one command line; the exit code. A wrong call raises UsageError with one line."""
    asked = argv[0] if argv and argv[0] in (*_VERBS, *_GROUPS) else None
    try:
        result = build(asked)(args=list(argv), prog_name="reviewbot", standalone_mode=False)
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
