"""The table of imports in pyproject.toml holds, and the README's commands are the ones that are run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT


def test_no_room_knows_more_than_it_may(tmp_path: Path) -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def readme_commands() -> list[str]:
    block = re.search(r"^```[^\n]*\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    assert block
    return block[1].splitlines()


def test_readme_starts_with_two_commands_one_line_each() -> None:
    first, second = readme_commands()
    assert shlex.split(first)[-2:] == [".venv/bin/reviewbot", "demo"]
    assert "pytest" in shlex.split(second)


def test_every_verb_is_in_the_readme() -> None:
    shown = subprocess.run([sys.executable, "-m", "reviewbot", "--help"], capture_output=True, text=True, check=True)
    verbs = re.findall(r"^  ([a-z]+)  ", shown.stdout.partition("Commands:")[2], re.MULTILINE)
    text = (ROOT / "README.md").read_text()
    assert len(verbs) >= 8
    assert [v for v in verbs if f"reviewbot {v}" not in text] == []
