"""Rules as data: reads `rules/<id>/rule.toml` and says clearly what is wrong with one."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from reviewbot.analysis.finding import SEVERITIES
from reviewbot.analysis.keys import unknown_key
from reviewbot.errors import InputError, UsageError

T = TypeVar("T")

# An id is also a folder's name and a word in a SARIF file.
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_MAX_RULE_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it is called, which kind of analysis it feeds, and the whole table of its file as `data`."""

    id: str
    kind: str
    severity: str
    title: str
    data: Mapping[str, Any] = field(hash=False)
    directory: Path
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The rule's head as plain JSON data."""
        return {"id": self.id, "kind": self.kind, "severity": self.severity, "title": self.title}

    def page(self) -> str:
        """The rule's README.md. Raises InputError when it has none."""
        path = self.directory / "README.md"
        try:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from None

    def strings(self, key: str) -> tuple[str, ...]:
        """The list of strings under `key`, empty when absent. Raises InputError when it is something else."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.error(f"`{key}` must be a list of strings")
        return tuple(value)

    def tables(self, key: str) -> tuple[Mapping[str, Any], ...]:
        """The array of tables `[[key]]`, empty when absent. Raises InputError when it is something else."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.error(f"`{key}` must be an array of tables ([[{key}]])")
        return tuple(value)

    def once(self, what: str, make: Callable[[], T]) -> T:
        """What was made of the rule's data under this name, made now if it was not before (a compiled table, say)."""
        if what not in self._made:
            self._made[what] = make()
        return self._made[what]  # type: ignore[no-any-return]

    def plain(self) -> Rule:
        """The rule without what was made of it, so that it can be sent to another process."""
        return replace(self)

    def error(self, what: str) -> InputError:
        """An error that names this rule's file."""
        return InputError(f"{self.directory / 'rule.toml'}: {what}")


def rule_folders(environ: Mapping[str, str], configured: str | None) -> tuple[Path, ...]:
    """The user's own folders of rules, to be read besides the shipped one; `:` stands between two.

    REVIEWBOT_RULES comes before `configured`, the user's `git config reviewbot.rules`. Neither may be taken from a file
    of the tree that is looked at, and a relative path could lead into it: raises InputError for one, and for a folder
    that is not there.
    """
    name = "REVIEWBOT_RULES" if environ.get("REVIEWBOT_RULES") else "git config reviewbot.rules"
    value = environ.get("REVIEWBOT_RULES") or configured or ""
    folders: list[Path] = []
    for text in filter(None, value.split(os.pathsep)):
        path = Path(text)
        if text.startswith("~/") and environ.get("HOME"):
            path = Path(environ["HOME"], text[2:])
        if not path.is_absolute():
            raise InputError(f"{name}: {text}: not an absolute path")
        if not path.is_dir():
            raise InputError(f"{name}: {text}: no such folder")
        folders.append(path)
    return tuple(dict.fromkeys(folders))


def load_rules(directory: Path | Sequence[Path], only: Sequence[str] = ()) -> tuple[Rule, ...]:
    """Read every rule below one folder or several, sorted by id; with `only`, those ids.

    Raises InputError for a folder or a rule that cannot be read and for an id that two folders have (a rule is never
    replaced behind anybody's back), UsageError for an id that does not exist.
    """
    places: dict[str, Path] = {}
    for folder in [directory] if isinstance(directory, Path) else directory:
        for name, path in _below(folder).items():
            if name in places:
                raise InputError(f"{path}: there is a rule {name!r} in {places[name].parent} already")
            places[name] = path
    names = sorted(places)
    for wanted in only:
        if wanted not in names:
            raise UsageError(f"no rule named {wanted!r}; there are: {', '.join(names)}")
    chosen = [name for name in names if not only or name in only]
    return tuple(load_rule(places[name]) for name in chosen)


def _below(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise InputError(f"{folder}: no folder of rules")
    found = {path.parent.name: path.parent for path in folder.glob("*/rule.toml")}
    if not found:
        raise InputError(f"{folder}: no rule in it (<id>/rule.toml)")
    return found


def load_rule(directory: Path) -> Rule:
    """Read one rule's folder. Raises InputError with the file and what is wrong in it."""
    path = directory / "rule.toml"
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_RULE_BYTES + 1)
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    if len(raw) > _MAX_RULE_BYTES:
        raise InputError(f"{path}: larger than {_MAX_RULE_BYTES >> 20} MiB")
    try:
        data = tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise InputError(f"{path}: not UTF-8 text") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: not TOML: {error}") from None
    return _rule(data, directory)


def _rule(data: Mapping[str, Any], directory: Path) -> Rule:
    path = directory / "rule.toml"
    texts: dict[str, str] = {}
    for key in ("id", "kind", "title", "severity"):
        value = data.get(key, "error" if key == "severity" else None)
        if not isinstance(value, str) or not value.strip():
            raise InputError(f"{path}: `{key}` is missing or not a text")
        texts[key] = value
    if not _ID.fullmatch(texts["id"]) or texts["id"] != directory.name:
        raise InputError(f"{path}: `id` is {texts['id']!r}, must be the folder's name, {directory.name!r}, in a-z0-9-")
    if texts["severity"] not in SEVERITIES:
        raise InputError(f"{path}: `severity` is {texts['severity']!r}, must be one of {', '.join(SEVERITIES)}")
    wrong = unknown_key(texts["kind"], data)
    if wrong is not None:
        raise InputError(f"{path}: {wrong}")
    return Rule(texts["id"], texts["kind"], texts["severity"], texts["title"], data, directory)
