"""The demo: a repository that comes out the same everywhere, steps in order, nothing left behind."""

from __future__ import annotations

import io
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from reviewbot.demo import BRANCH, THREAD, TREE, environ_of, prepared, run
from reviewbot.errors import GitError
from reviewbot.resources import fixtures_dir
from tests.mailed import patch_mails


def _git(repo: Path, *argv: str, stdin: bytes = b"") -> str:
    done = subprocess.run(
        ["git", "-C", str(repo), *argv], input=stdin, capture_output=True, check=False, env=environ_of(os.environ)
    )
    assert not done.returncode, done.stderr.decode()
    return done.stdout.decode()


@pytest.fixture
def around(tmp_path: Path) -> dict[str, str]:
    """An environment whose temporary folder can be looked into afterwards."""
    (tmp_path / "tmp").mkdir()
    return {**os.environ, "TMPDIR": str(tmp_path / "tmp")}


def _left(around: dict[str, str]) -> list[str]:
    return sorted(path.name for path in Path(around["TMPDIR"]).iterdir())


def test_base_holds_the_tree_and_nothing_else(around: dict[str, str]) -> None:
    source = fixtures_dir() / "trees" / TREE
    expected = {str(p.relative_to(source)): p.read_bytes() for p in source.rglob("*") if p.is_file()}
    with prepared(around) as demo:
        listed = [line.split(None, 3) for line in _git(demo.repo, "ls-tree", "-r", demo.base).splitlines()]
        assert {mode for mode, *_ in listed} == {"100644"}
        assert {path: _git(demo.repo, "cat-file", "blob", oid).encode() for _, _, oid, path in listed} == expected
        assert _git(demo.repo, "status", "--porcelain", "--ignored") == ""
        assert _git(demo.repo, "rev-list", "--count", "--all").strip() == "1"
        assert _git(demo.repo, "symbolic-ref", "HEAD").strip() == "refs/heads/master"


def test_base_does_not_depend_on_the_user(around: dict[str, str], tmp_path: Path) -> None:
    with prepared(around) as demo:
        usual = demo.base

    template, home = tmp_path / "template", tmp_path / "elsewhere"
    (template / "hooks").mkdir(parents=True)
    hook = template / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "ignore").write_text("*.h\n")
    (home / ".config" / "git" / "attributes").write_text("*.c text eol=crlf ident\n")
    (home / ".gitconfig").write_text(
        f"[user]\n\tname = Somebody Else\n[core]\n\tautocrlf = true\n\tfileMode = true\n[commit]\n\tgpgSign = true\n"
        f"[init]\n\ttemplateDir = {template}\n\tdefaultBranch = trunk\n\tdefaultObjectFormat = sha256\n"
    )
    hostile = {
        **around,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_DIR": str(tmp_path / "nowhere"),
        "GIT_AUTHOR_NAME": "Somebody Else",
        "GIT_COMMITTER_DATE": "2001-01-01T00:00:00+0000",
        "GIT_DEFAULT_HASH": "sha256",
        "TZ": "Pacific/Auckland",
    }
    old = os.umask(0o077)
    try:
        with prepared(hostile) as demo:
            assert demo.base == usual
    finally:
        os.umask(old)


def test_base_from_a_read_only_copy(around: dict[str, str], tmp_path: Path) -> None:
    copy = tmp_path / "installed"
    subprocess.run(["cp", "-R", str(fixtures_dir()), str(copy)], check=True)
    for path in sorted(copy.rglob("*"), reverse=True):
        path.chmod(0o555)
    try:
        with prepared(around) as usual, prepared(around, fixtures=copy) as demo:
            assert demo.base == usual.base
    finally:
        for path in copy.rglob("*"):
            path.chmod(0o755)
    assert _left(around) == []


def test_the_thread_applies(around: dict[str, str]) -> None:
    with prepared(around) as demo:
        assert demo.thread.read_bytes() == (fixtures_dir() / "threads" / THREAD).read_bytes()
        for mail in patch_mails(demo.thread):
            _git(demo.repo, "am", "-q", stdin=mail)
        subjects = _git(demo.repo, "log", "--reverse", "--format=%s", f"{demo.base}..HEAD").splitlines()
    assert subjects == [
        "domctl: Handle XEN_DOMCTL_gethvmcontext_partial without the domctl lock",
        "domctl: Handle some of XEN_DOMCTL_shadow_op without the domctl lock",
    ]


def test_folder_goes_away(around: dict[str, str]) -> None:
    with prepared(around) as demo:
        assert demo.folder.is_dir() and _left(around)
    assert _left(around) == []


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_folder_goes_away_after_a_failure(around: dict[str, str], error: type[BaseException]) -> None:
    with pytest.raises(error), prepared(around):
        raise error
    assert _left(around) == []


def test_without_git(around: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(GitError, match="git was not found"), prepared({**around, "PATH": str(tmp_path)}):
        pass
    assert _left(around) == []


class Runner:
    """Stands in for the verbs: notes what it was asked, and makes the branch that `apply` would."""

    def __init__(self, out: io.StringIO, codes: dict[str, int]) -> None:
        self.out, self.codes, self.calls = out, codes, list[tuple[str, ...]]()

    def __call__(self, argv: Sequence[str]) -> int:
        self.calls.append(tuple(argv))
        self.out.write(f"<{argv[0]}>\n")
        if argv[0] == "apply":
            repo, thread = Path(argv[argv.index("--tree") + 1]), Path(argv[1])
            _git(repo, "checkout", "-q", "-b", BRANCH)
            for mail in patch_mails(thread):
                _git(repo, "am", "-q", stdin=mail)
        return self.codes.get(argv[0], 0)


def _run(around: dict[str, str], **codes: int) -> tuple[int, str, Runner]:
    out = io.StringIO()
    runner = Runner(out, codes)
    return run(out, runner, environ=around), out.getvalue(), runner


def test_run_shows_the_steps_in_order(around: dict[str, str]) -> None:
    # A verb that found something, or left something, is no failure here.
    code, text, runner = _run(around, show=1, check=1, apply=1)
    assert code == 0
    assert [argv[0] for argv in runner.calls] == ["show", "check", "plan", "apply"]
    places = [text.index(mark) for argv in runner.calls for mark in (f"$ reviewbot {argv[0]}", f"<{argv[0]}>")]
    assert places == sorted(places)
    assert "commit " in text[text.index("git -C mini-xen log") :]
    assert "+    case XEN_DOMCTL_shadow_op:" in text[text.index("git -C mini-xen show") :]
    assert "reviewbot apply t.mbox.gz --tree ~/xen" in text.splitlines()[-1]
    assert _left(around) == []


def test_run_shows_no_path_of_the_machine(around: dict[str, str]) -> None:
    _, text, runner = _run(around)
    assert around["TMPDIR"] not in text
    assert "$ reviewbot show mini-domctl.mbox --tree mini-xen\n" in text
    assert runner.calls[0][1].startswith(around["TMPDIR"])


@pytest.mark.parametrize(("verb", "asked"), [("show", 1), ("plan", 3), ("apply", 4)])
def test_run_stops_at_a_failure(around: dict[str, str], verb: str, asked: int) -> None:
    code, text, runner = _run(around, **{verb: 3})
    assert code == 3
    assert len(runner.calls) == asked
    assert "t.mbox.gz" not in text
    assert _left(around) == []


def test_run_cleans_up_after_an_exception(around: dict[str, str]) -> None:
    def explode(argv: Sequence[str]) -> int:
        raise RuntimeError(argv[0])

    with pytest.raises(RuntimeError, match="show"):
        run(io.StringIO(), explode, environ=around)
    assert _left(around) == []


def test_commits_of_the_steps_are_the_same_each_time(around: dict[str, str]) -> None:
    def tip() -> str:
        with prepared(around) as demo:
            for mail in patch_mails(demo.thread):
                _git(demo.repo, "am", "-q", stdin=mail)
            return _git(demo.repo, "rev-parse", "HEAD")

    assert tip() == tip()
