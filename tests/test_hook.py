"""The pre-commit hook in real repositories: staged bytes, only what is added, the user's own hook kept and restored."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot import hook
from reviewbot.errors import InputError
from tests.conftest import GitRepo

CLEAN = """\
int f(int a)
{
    switch ( a )
    {
    case 1:
        a = 2;
        break;

    case 2:
        a = 3;
        break;
    }

    return a;
}
"""
OLD_DEFECT = CLEAN.replace("        a = 2;\n        break;\n", "        a = 2;\n")
NEW_DEFECT = OLD_DEFECT.replace(
    "    return a;",
    "    switch ( a )\n    {\n    case 7:\n        a++;\n    case 8:\n        break;\n    }\n\n    return a;",
)


def run(repo: GitRepo, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reviewbot", *argv], cwd=repo.path, capture_output=True, text=True, check=False
    )


def commit(repo: GitRepo, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", "commit", "-q", "-m", "change", *argv], cwd=repo.path, capture_output=True, text=True, check=False
    )


@pytest.fixture
def repo(git_repo: Callable[..., GitRepo]) -> GitRepo:
    made = git_repo()
    made.commit({"f.c": OLD_DEFECT})
    return made


def test_an_added_defect_stops_the_commit_and_an_old_one_does_not(repo: GitRepo) -> None:
    assert run(repo, "hook", "install").returncode == 0
    repo.write({"f.c": OLD_DEFECT.replace("a = 3", "a = 4")})
    assert commit(repo, "-a").returncode == 0
    repo.write({"f.c": NEW_DEFECT})
    stopped = commit(repo, "-a")
    assert stopped.returncode != 0
    told = stopped.stdout + stopped.stderr
    assert "[switch-fallthrough]" in told
    assert told.count("[switch-fallthrough]") == 1


def test_the_staged_bytes_count_and_not_the_work_tree(repo: GitRepo) -> None:
    repo.write({"f.c": NEW_DEFECT})
    repo.git("add", "f.c")
    repo.write({"f.c": OLD_DEFECT})
    assert run(repo, "hook", "run").returncode == 1
    repo.git("add", "f.c")
    repo.write({"f.c": NEW_DEFECT})
    assert run(repo, "hook", "run").returncode == 0


def test_a_partial_commit_is_judged_by_its_own_index(repo: GitRepo) -> None:
    run(repo, "hook", "install")
    repo.write({"g.c": CLEAN})
    repo.commit({})
    repo.write({"f.c": NEW_DEFECT, "g.c": CLEAN.replace("a = 3", "a = 5")})
    assert commit(repo, "g.c").returncode == 0
    assert commit(repo, "f.c").returncode != 0


def test_the_first_commit_of_a_repository_is_checked(git_repo: Callable[..., GitRepo]) -> None:
    repo = git_repo()
    repo.write({"f.c": OLD_DEFECT})
    repo.git("add", "-A")
    assert run(repo, "hook", "run").returncode == 1


def test_uninstall_leaves_the_folder_as_it_was(repo: GitRepo) -> None:
    hooks = repo.path / ".git" / "hooks"
    own = hooks / "pre-commit"
    own.write_text("#!/bin/sh\necho mine >> ../ran\n")
    own.chmod(0o755)
    before = {p.name: p.read_bytes() for p in hooks.iterdir()}
    assert run(repo, "hook", "install").returncode == 0
    assert run(repo, "hook", "install").returncode == 0
    assert {p.name for p in hooks.iterdir()} == {*before, hook.CHAINED}
    assert run(repo, "hook", "uninstall").returncode == 0
    assert {p.name: p.read_bytes() for p in hooks.iterdir()} == before
    assert run(repo, "hook", "uninstall").returncode == 0


def test_the_users_own_hook_runs_first_and_may_refuse(repo: GitRepo) -> None:
    own = repo.path / ".git" / "hooks" / "pre-commit"
    own.write_text("#!/bin/sh\necho refused by mine >&2\nexit 7\n")
    own.chmod(0o755)
    run(repo, "hook", "install")
    repo.write({"f.c": NEW_DEFECT})
    stopped = commit(repo, "-a")
    assert stopped.returncode != 0
    assert "refused by mine" in stopped.stderr
    assert "switch-fallthrough" not in stopped.stdout + stopped.stderr


def test_core_hooks_path_is_respected(repo: GitRepo, tmp_path: Path) -> None:
    elsewhere = tmp_path / "my hooks"
    repo.git("config", "core.hooksPath", str(elsewhere))
    assert run(repo, "hook", "install").returncode == 0
    assert os.access(elsewhere / "pre-commit", os.X_OK)
    repo.write({"f.c": NEW_DEFECT})
    assert commit(repo, "-a").returncode != 0
    assert run(repo, "hook", "uninstall").returncode == 0
    assert list(elsewhere.iterdir()) == []


def test_a_linked_work_tree_uses_the_common_hooks(repo: GitRepo, tmp_path: Path) -> None:
    repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    done = subprocess.run(
        [sys.executable, "-m", "reviewbot", "hook", "install"],
        cwd=tmp_path / "linked",
        check=False,
        capture_output=True,
    )
    assert done.returncode == 0
    assert (repo.path / ".git" / "hooks" / "pre-commit").is_file()


def test_two_kept_hooks_are_refused(tmp_path: Path) -> None:
    (tmp_path / "pre-commit").write_text("one")
    (tmp_path / hook.CHAINED).write_text("two")
    with pytest.raises(InputError, match=hook.CHAINED):
        hook.install(tmp_path, sys.executable)
    assert (tmp_path / "pre-commit").read_text() == "one"


def test_a_folder_named_reviewbot_in_the_tree_is_not_imported(repo: GitRepo) -> None:
    run(repo, "hook", "install")
    repo.write({"reviewbot/__init__.py": "raise SystemExit('stolen')", "reviewbot/__main__.py": "", "f.c": OLD_DEFECT})
    repo.git("add", "-A")
    done = commit(repo)
    assert done.returncode == 0, done.stderr
    assert "stolen" not in done.stderr + done.stdout


@pytest.mark.parametrize("staged", [{"README": "x"}, {"f.c": CLEAN}])
def test_the_hook_imports_nothing_heavy(repo: GitRepo, staged: dict[str, str]) -> None:
    repo.write(staged)
    repo.git("add", "-A")
    code = (
        "import sys; from reviewbot.__main__ import main; code = main(['hook', 'run']);"
        "heavy = {'typer', 'click', 'git', 'rich', 'pydantic', 'email', 'unidiff'} & set(sys.modules);"
        "assert not heavy, heavy; sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=repo.path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_outside_of_git_is_one_clear_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "reviewbot", "hook", "run"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "not a git repository" in done.stderr
