"""What a user or a tree adds to the macro tables, and who is not asked."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.analysis import MemoryTree
from reviewbot.csource import MacroTable, parse
from reviewbot.errors import InputError
from reviewbot.settings import macro_table, setting
from tests.conftest import GitRepo

HEADER = b"#define __quick __attribute__((__hot__))\n#define __quickly __quick\n"
CODE = b"static int __quick f(void)\n{\n    return 0;\n}\n"


def readable(table: MacroTable) -> bool:
    source = parse(CODE, "f.c", table)
    return [f.name for f in source.functions if f.readable] == ["f"] and not source.not_analysed


def test_a_trees_own_attribute_macros_are_learnt(tmp_path: Path) -> None:
    assert not readable(MacroTable.load())
    assert readable(macro_table(MemoryTree({"include/compiler.h": HEADER}), {}, tmp_path))
    assert not readable(macro_table(MemoryTree({"include/other.h": HEADER}), {}, tmp_path))


def test_a_table_of_the_users(tmp_path: Path, git_repo: Callable[..., GitRepo]) -> None:
    table = tmp_path / "mine.toml"
    table.write_text('attributes = ["__quick"]\n')
    assert readable(macro_table(None, {"REVIEWBOT_MACROS": str(table)}, tmp_path))
    repo = git_repo()
    repo.git("config", "reviewbot.macros", str(table))
    assert readable(macro_table(None, dict(os.environ), repo.path))
    assert not readable(macro_table(None, dict(os.environ), tmp_path))


def test_the_environment_wins_over_the_configuration(git_repo: Callable[..., GitRepo]) -> None:
    repo = git_repo()
    repo.git("config", "reviewbot.macros", "/from/config")
    assert setting("macros", dict(os.environ), repo.path) == "/from/config"
    assert setting("macros", {**os.environ, "REVIEWBOT_MACROS": "/from/environment"}, repo.path) == "/from/environment"


def test_a_file_in_the_tree_is_not_asked(git_repo: Callable[..., GitRepo]) -> None:
    repo = git_repo()
    repo.commit({".reviewbot.toml": "macros = 'x'", ".gitconfig": "[reviewbot]\n\tmacros = x\n"})
    assert setting("macros", dict(os.environ), repo.path) is None


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"gone\.toml"):
        macro_table(None, {"REVIEWBOT_MACROS": str(tmp_path / "gone.toml")}, tmp_path)


def test_a_plain_file_in_a_large_folder_does_not_search_it(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "compiler.h").write_bytes(HEADER)
    (tmp_path / "f.c").write_bytes(CODE)
    done = subprocess.run(
        [sys.executable, "-m", "reviewbot", "check", "f.c"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "not analysed" in done.stdout
