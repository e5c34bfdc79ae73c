"""`verify`: what it prints, and its exit code."""

from __future__ import annotations

import json

import pytest

from reviewbot.cli.guard import guarded
from reviewbot.cli.options import Format
from reviewbot.cli.verify import verify
from tests.cli.conftest import THREADS, reviewbot
from tests.conftest import GitRepo

THREAD = THREADS / "mini-domctl.mbox"


def made(mini: GitRepo) -> str:
    """What `apply` makes of the thread."""
    done = reviewbot("apply", THREAD, "--tree", mini.path, "--format", "json")
    return str(json.loads(done.out)["branch"])


def run(mini: GitRepo, branch: str, format: Format = Format.text) -> int:
    return guarded(lambda: verify(branch, str(THREAD), mini.path, base=None, series=None, format=format))


def test_a_made_branch_is_right_but_for_what_a_person_had_to_word(
    mini: GitRepo, capsys: pytest.CaptureFixture[str]
) -> None:
    branch = made(mini)
    code = run(mini, branch, Format.json)
    data = json.loads(capsys.readouterr().out)
    assert data["schema"] == 1
    states = {request["id"]: request["state"] for request in data["patches"][1]["requests"]}
    assert states == {"2.1": "not-in", "2.2": "in", "2.3": "in", "2.4": "not-in"}
    missing = [request["id"] for request in data["patches"][1]["requests"] if request["missing"]]
    assert (code, data["right"]) == ((1, False) if missing else (0, True))
    assert data["patches"][1]["unexplained"] == [] and data["others"] == []


def test_a_stray_change_is_told_and_the_code_is_1(mini: GitRepo, capsys: pytest.CaptureFixture[str]) -> None:
    branch = made(mini)
    mini.git("checkout", "-q", branch)
    path = "xen/common/domctl.c"
    text = (mini.path / path).read_text()
    (mini.path / path).write_text(
        text.replace("ret = 0;", "ret = 1;", 1) if "ret = 0;" in text else text + "\nint x;\n"
    )
    mini.git("commit", "-q", "-a", "--amend", "--no-edit")
    mini.git("checkout", "-q", "master")
    assert run(mini, branch) == 1
    out = capsys.readouterr().out
    assert "nobody asked for: xen/common/domctl.c:" in out and "are not as the thread has them" in out


def test_words_that_a_person_changed_are_left_to_a_person(mini: GitRepo, capsys: pytest.CaptureFixture[str]) -> None:
    branch = made(mini)
    mini.git("checkout", "-q", branch)
    message = mini.git("log", "-1", "--format=%B").replace("* domain_pause()", "* domain_{,un}pause()")
    mini.git("commit", "-q", "--amend", "-m", message)
    mini.git("checkout", "-q", "master")
    assert run(mini, branch) == 0
    out = capsys.readouterr().out
    assert "2.1 look: something was changed there" in out
    assert out.rstrip().endswith("and nothing else; look at 2.1 yourself")


def test_a_branch_that_is_not_there(mini: GitRepo, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(mini, "nowhere") == 3
    assert capsys.readouterr().err.count("\n") == 1
