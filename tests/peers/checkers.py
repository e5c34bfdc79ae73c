"""Other programs that can look for a lock left held: how each is told, run, and read. Used where they are installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

PAIRS = (
    ("spin_lock", "spin_unlock"),
    ("read_lock", "read_unlock"),
    ("write_lock", "write_unlock"),
    ("pcidevs_lock", "pcidevs_unlock"),
)

Places = set[tuple[str, int]]

# A return behind an acquire, in its block or in one around it, and no release on the way.
_AST_GREP = """\
id: left-held
language: c
severity: error
message: left held
rule:
  kind: return_statement
  any:
    - follows: {{stopBy: end, {takes}}}
    - inside: {{stopBy: end, follows: {{stopBy: end, {takes}}}}}
  not:
    any:
      - follows: {{stopBy: end, {gives}}}
      - inside: {{stopBy: end, follows: {{stopBy: end, {gives}}}}}
"""
_PLACE = re.compile(r"^@@ -(\d+)")


@dataclass(frozen=True)
class Checker:
    """One program: its command, where it can be downloaded, and how it is run on files (paths below `root`)."""

    name: str
    command: str
    source: str
    argv: Callable[[str, Path, Sequence[str]], list[str]]
    places: Callable[[str], Places]

    def find(self) -> str | None:
        """The program's path: REVIEWBOT_<NAME> (a path), else what PATH has; None where it is not installed."""
        named = os.environ.get(f"REVIEWBOT_{self.name.upper().replace('-', '_')}")
        return named or shutil.which(self.command)

    def run(self, program: str, root: Path, paths: Sequence[str], scratch: Path) -> Places:
        """The lines that it reports."""
        done = subprocess.run(
            self.argv(program, scratch, paths), cwd=root, capture_output=True, text=True, check=False, timeout=600
        )
        return self.places(done.stdout)


def _calls(names: Sequence[str]) -> str:
    # `^` and `$`: ast-grep looks for the expression anywhere in a text otherwise.
    return f"regex: '^({'|'.join(names)})\\s*\\([^;]*\\);$', kind: expression_statement"


def _ast_grep(program: str, scratch: Path, paths: Sequence[str]) -> list[str]:
    rule = scratch / "rule.yml"
    takes, gives = (_calls([pair[side] for pair in PAIRS]) for side in (0, 1))
    rule.write_text(_AST_GREP.format(takes=takes, gives=gives))
    return [program, "scan", "--rule", str(rule), "--json=compact", *paths]


def _ast_grep_places(out: str) -> Places:
    return {(entry["file"], entry["range"]["start"]["line"] + 1) for entry in json.loads(out or "[]")}


def _coccinelle(program: str, scratch: Path, paths: Sequence[str]) -> list[str]:
    rule = scratch / "rule.cocci"
    rules = [f"@@ expression e; @@\n {take}(e);\n ... when != {give}(e)\n* return ...;\n" for take, give in PAIRS[:3]]
    rule.write_text("\n".join(rules))
    return [program, "--very-quiet", "--no-includes", "--sp-file", str(rule), *paths]


def _coccinelle_places(out: str) -> Places:
    """The lines that its diff takes out: `*` marks them so."""
    found: Places = set()
    path, line = "", 0
    for row in out.splitlines():
        at = _PLACE.match(row)
        if row.startswith("--- "):
            path = row[4:].split("\t")[0]
        elif at:
            line = int(at.group(1))
        elif row.startswith("-"):
            found.add((path, line))
            line += 1
        elif not row.startswith("+"):
            line += 1
    return found


def _semgrep(program: str, scratch: Path, paths: Sequence[str]) -> list[str]:
    either = [
        {
            "patterns": [
                {"pattern": f"{take}($X);\n...\nreturn $R;"},
                {"pattern-not": f"{take}($X);\n...\n{give}($X);\n...\nreturn $R;"},
            ]
        }
        for take, give in PAIRS[:3]
    ]
    rule = {
        "id": "left-held",
        "languages": ["c"],
        "severity": "ERROR",
        "message": "left held",
        "pattern-either": either,
    }
    file = scratch / "rule.json"
    file.write_text(json.dumps({"rules": [rule]}))
    return [
        program,
        "scan",
        "--metrics=off",
        "--disable-version-check",
        "--quiet",
        "--json",
        "--config",
        str(file),
        *paths,
    ]


def _semgrep_places(out: str) -> Places:
    return {(entry["path"], entry["end"]["line"]) for entry in json.loads(out or "{}").get("results", ())}


CHECKERS = (
    Checker("ast-grep", "ast-grep", "PyPI ast-grep-cli", _ast_grep, _ast_grep_places),
    Checker("coccinelle", "spatch", "Debian coccinelle", _coccinelle, _coccinelle_places),
    Checker("semgrep", "semgrep", "PyPI semgrep", _semgrep, _semgrep_places),
)
