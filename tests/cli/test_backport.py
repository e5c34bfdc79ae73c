"""`backport` as it is typed: exit codes, JSON, text, Markdown, and bad input in one line."""

from __future__ import annotations

import json

import pytest
import typer

from reviewbot.cli import backport as verb
from reviewbot.cli.guard import guarded
from tests.backport.history import NEW, OLD, TIMER_C, History, swap

SOURCE = "xen/common/timer.c"


@pytest.fixture
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    return History(tmp_path_factory.mktemp("cli") / "upstream")


@pytest.fixture
def reviewbot(capsys: pytest.CaptureFixture[str]):
    """Run the verb in this process: exit code, stdout, stderr."""

    def run(history: History, *argv: str) -> tuple[int, str, str]:
        app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
        app.command("backport")(verb.backport)
        app.callback()(lambda: None)
        args = ["backport", "--tree", str(history.path), *argv]
        code = guarded(lambda: int(app(args=args, standalone_mode=False)))
        out = capsys.readouterr()
        return code, out.out, out.err

    return run


def test_json_has_the_interface(history: History, reviewbot) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    code, out, err = reviewbot(history, fix, "--to", OLD, "--format", "json")
    data = json.loads(out)
    assert (code, err) == (0, "")
    assert data["schema"] == 1
    assert data["onto"] == history.git("rev-parse", OLD)
    assert data["tip"] == history.git("rev-parse", data["branch"])
    (pick,) = data["picks"]
    assert {"upstream", "status", "via", "commit", "tree", "message", "missing_symbols", "prerequisites", "conflicts",
            "proposal", "findings"} <= set(pick)  # fmt: skip
    assert (pick["upstream"], pick["status"], pick["commit"]) == (fix, "clean", data["tip"])


def test_doubt_gives_exit_code_1_and_a_place(history: History, reviewbot) -> None:
    history.change("master", {"xen/include/lib.h": "#define clamp_when(x) (x)\n"})
    fix = history.change("master", {SOURCE: swap("t->when = when;", "t->when = clamp_when(when);")})
    code, out, _ = reviewbot(history, fix, "--to", OLD)
    assert code == 1
    assert f"{SOURCE}:10: clamp_when exists upstream, and nowhere on the branch" in out
    assert f"see it: git -C {history.path} log -p" in out


def test_conflict_shows_both_sides_and_makes_nothing(history: History, reviewbot) -> None:
    history.change(OLD, {SOURCE: swap("t->when = when;", "t->when = when + 1;")})
    fix = history.change("master", {SOURCE: swap("t->when = when;", "t->when = when * 2;")})
    before = history.snapshot()
    code, out, _ = reviewbot(history, fix, "--to", OLD)
    assert code == 1 and history.snapshot() == before
    assert "t->when = when + 1;" in out and "t->when = when * 2;" in out
    assert "<<<<<<<" not in out


def test_several_branches(history: History, reviewbot) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    code, out, _ = reviewbot(history, fix, "--to", OLD, "--to", NEW, "--format", "json", "--dry-run")
    assert code == 0
    assert [run["to"] for run in json.loads(out)["branches"]] == [NEW, OLD]
    code, out, _ = reviewbot(history, fix, "--to", OLD, "--to", NEW)
    assert code == 0 and "doubtful" in out.splitlines()[-3]


def test_markdown(history: History, reviewbot) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")}, "a | b <c>")
    _, out, _ = reviewbot(history, fix, "--to", OLD, "--format", "markdown", "--dry-run")
    assert f"| clean | `{fix[:12]}` | a \\| b \\<c\\> | upstream |" in out


def test_message_style_can_be_named(history: History, reviewbot) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    _, out, _ = reviewbot(history, fix, "--to", OLD, "--format", "json", "--style", "block")
    assert f"\nmaster commit: {fix}\nmaster date: 2026-06-01 " in json.loads(out)["picks"][0]["message"]


def test_message_style_can_be_set_for_good(history: History, reviewbot) -> None:
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")})
    history.git("config", "reviewbot.backportstyle", "block")
    _, out, _ = reviewbot(history, fix, "--to", OLD, "--format", "json", "--dry-run")
    assert f"\nmaster commit: {fix}\n" in json.loads(out)["picks"][0]["message"]
    _, out, _ = reviewbot(history, fix, "--to", OLD, "--format", "json", "--dry-run", "--style", "cherry")
    assert f"\n(cherry picked from commit {fix})\n" in json.loads(out)["picks"][0]["message"]
    history.git("config", "reviewbot.backportstyle", "baroque")
    assert reviewbot(history, fix, "--to", OLD)[0] == 2


@pytest.mark.parametrize(
    ("argv", "says"),
    [
        (["nosuch", "--to", OLD], "unknown revision 'nosuch'"),
        (["master", "--to", "stable-7"], "no branch 'stable-7'"),
        (["master..master", "--to", OLD], "no commit in this range"),
        (["master", "--to", OLD, "--branch", "bad..name"], "not a branch name"),
        (["master", "--to", OLD, "--branch", "master"], "there is a branch 'master' already"),
    ],
)
def test_bad_input_is_one_line(history: History, reviewbot, argv: list[str], says: str) -> None:
    history.change("master", {SOURCE: TIMER_C + "/* end */\n"})
    before = history.snapshot()
    code, out, err = reviewbot(history, *argv)
    assert (code, out) == (3, "")
    assert says in err and err.count("\n") == 1
    assert history.snapshot() == before


def test_requested(history: History, reviewbot) -> None:
    base = history.git("rev-parse", "master")
    history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")}, f'fix\n\nFixes: {base[:12]} ("base")')
    code, out, _ = reviewbot(history, "--requested", "--to", OLD)
    assert code == 0 and f"it fixes {base[:12]}, which the branch has" in out


def test_a_folder_that_is_not_there(history: History, reviewbot) -> None:
    code, out, err = reviewbot(history, "master", "--to", OLD, "--tree", "/nonexistent")
    assert (code, out, err) == (3, "", "reviewbot: /nonexistent: no such folder\n")


@pytest.mark.parametrize("argv", [[], ["master", "--requested"], ["--requested", "--fold"]])
def test_what_to_pick_must_be_said_once(history: History, reviewbot, argv: list[str]) -> None:
    code, out, err = reviewbot(history, *argv, "--to", OLD)
    assert (code, out, err.count("\n")) == (2, "", 1)
