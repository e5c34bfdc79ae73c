"""What a user sets once: more macro tables, more rules, a release calendar.

The order is environment, then `git config reviewbot.*` of the user and of the clone, then what is shipped. A file in
the tree that is looked at is never asked: it may come from somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from reviewbot import regex as re
from reviewbot.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from reviewbot.analysis import Rule, Tree
    from reviewbot.csource import MacroTable
    from reviewbot.policy import Calendar

# Where trees keep the attribute macros of their own; reading every header would cost a hook more than the change does.
_ATTRIBUTE_HEADERS = re.compile(r"(?:^|/)(?:compiler|init|cache|sections?|linkage|livepatch|efibind)\w*\.h")


def setting(name: str, environ: Mapping[str, str], folder: Path) -> str | None:
    """A user's setting: `REVIEWBOT_<NAME>`, else `git config reviewbot.<name>` as seen in `folder`, else None."""
    value = environ.get(f"REVIEWBOT_{name.upper()}")
    if value:
        return value
    from reviewbot.git.run import environment, git

    done = git(("config", "--type=path", "--get", f"reviewbot.{name}"), environment(environ), cwd=folder)
    return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n") or None


def rules(environ: Mapping[str, str], folder: Path, only: Sequence[str] = ()) -> tuple[Rule, ...]:
    """The shipped rules and those in the user's folders (`reviewbot.rules`), sorted by id; with `only`, those ids.

    Raises InputError for a folder or a rule that cannot be used, UsageError for an id that does not exist.
    """
    from reviewbot.analysis import load_rules
    from reviewbot.analysis.rules import rule_folders
    from reviewbot.resources import rules_dir

    mine = rule_folders(environ, None if environ.get("REVIEWBOT_RULES") else setting("rules", environ, folder))
    return load_rules((rules_dir(), *mine), only)


def macro_table(tree: Tree | None, environ: Mapping[str, str], folder: Path) -> MacroTable:
    """The shipped tables, the user's (`reviewbot.macros`, a TOML file), and what the headers of `tree` define.

    Raises InputError for a table of the user's that cannot be used.
    """
    from pathlib import Path

    from reviewbot.csource import MacroTable

    extra = setting("macros", environ, folder)
    if extra and not Path(extra).is_file():
        raise InputError(f"{extra}: no such macro table (REVIEWBOT_MACROS or git config reviewbot.macros)")
    table = MacroTable.load(Path(extra) if extra else None)
    return table.learn(_attribute_headers(tree)) if tree is not None else table


def calendar(environ: Mapping[str, str], folder: Path) -> Calendar | None:
    """The release calendar (`reviewbot.calendar`, a TOML file), None where there is none.

    Raises InputError for a file that cannot be read or used.
    """
    name = setting("calendar", environ, folder)
    if name is None:
        return None
    from pathlib import Path

    from reviewbot.policy import Calendar

    try:
        text = Path(name).read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as problem:
        raise InputError(
            f"{name}: no such calendar (REVIEWBOT_CALENDAR or git config reviewbot.calendar): {problem.strerror}"
        ) from problem
    return Calendar.parse(text, name)


def _attribute_headers(tree: Tree) -> Iterable[bytes]:
    for path in tree.paths(suffix=".h"):
        if _ATTRIBUTE_HEADERS.search(path):
            data = tree.read(path)
            if data is not None:
                yield data
