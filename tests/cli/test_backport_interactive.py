"""`backport --interactive`: at a real (pseudo) terminal, with real editors, stopped, killed and gone on with."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.backport.history import OLD, History, swap
from tests.cli.conftest import Outcome, reviewbot

SOURCE = "xen/common/timer.c"
REF = f"refs/reviewbot/backport/{OLD}/state"
BRANCH = f"refs/heads/reviewbot/backport-{OLD}"


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A branch and an upstream that changed the same line, upstream twice more elsewhere."""
    made = History(tmp_path / "upstream")
    made.change(OLD, {SOURCE: swap("t->when = when;", "t->when = when + 1;")})
    made.on("master")
    return made


@pytest.fixture
def editor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make $EDITOR a program of these Python lines; `p` is the file."""

    def use(body: str) -> None:
        script = tmp_path / "editor.py"
        script.write_text(f"import pathlib, sys, time\np = pathlib.Path(sys.argv[-1])\n{body}\n")
        monkeypatch.setenv("EDITOR", f"{sys.executable} {script}")
        monkeypatch.delenv("VISUAL", raising=False)

    return use


RESOLVE = """
import re
text = p.read_text()
assert text.count("<<<<<<<") == 1 and "t->when = when + 1;" in text and "t->when = when * 2;" in text
p.write_text(re.sub(r"<{7}.*?>{7}[^\\n]*\\n", "    t->when = when * 2 + 1;\\n", text, flags=re.S))
"""


def conflicting(history: History) -> str:
    return history.change("master", {SOURCE: swap("t->when = when;", "t->when = when * 2;")}, "double it\n\nS: x")


def easy(history: History) -> str:
    return history.change("master", {SOURCE: swap("armed--;", "armed -= 1;")}, "easy")


def ask(history: History, *argv: str, answers: str) -> Outcome:
    return reviewbot("backport", *argv, "--tree", history.path, stdin=answers.encode())


def shows(history: History) -> str:
    return history.show(BRANCH, SOURCE)


def untouched(history: History) -> dict[str, str]:
    """What no run may touch."""
    found = history.snapshot()
    del found["refs"], found["objects"]
    return found


def test_a_conflict_is_settled_in_the_editor(history: History, editor) -> None:
    fix = conflicting(history)
    editor(RESOLVE)
    before = untouched(history)
    done = ask(history, fix, "--to", OLD, "--interactive", "--format", "json", answers="e\na\n")
    assert done.code == 0, done.err
    (pick,) = json.loads(done.out)["picks"]
    assert (pick["status"], pick["resolved"]) == ("clean", "edited by hand")
    assert pick["commit"] == history.git("rev-parse", BRANCH)
    assert "t->when = when * 2 + 1;" in shows(history)
    assert "+    t->when = when * 2 + 1;" in done.err
    assert f"(cherry picked from commit {fix})" in history.git("log", "-1", "--format=%B", BRANCH)
    assert untouched(history) == before
    assert history.git("for-each-ref", "refs/reviewbot") == ""
    assert not (history.path / ".git" / "reviewbot").exists()


def test_markers_that_are_left_are_not_committed(history: History, editor) -> None:
    editor("p.write_text(p.read_text() + '/* end */\\n')")
    done = ask(history, conflicting(history), "--to", OLD, "--interactive", answers="e\nb\nq\n")
    assert done.code == 1
    assert "holds conflict markers" in done.err
    assert history.git("for-each-ref", "refs/reviewbot", "--format=%(refname)") == REF
    assert b"/* end */" in subprocess.check_output(["git", "-C", history.path, "show", f"{REF}:drafts/0/{SOURCE}"])


def test_a_failing_editor_changes_nothing(history: History, editor) -> None:
    editor("sys.exit(1)")
    done = ask(history, conflicting(history), "--to", OLD, "--interactive", answers="e\nb\ns\n")
    assert done.code == 0 and "left without success" in done.err
    assert history.git("for-each-ref", "refs/reviewbot", BRANCH) == ""


def test_a_proposal_is_accepted(history: History) -> None:
    history.change(OLD, {SOURCE: swap("    t->when = 0;", "    t->when = 00;")})
    fix = history.change(
        "master", {SOURCE: swap("    t->when = 0;\n    armed--;", "    t->when = 0;\n    armed -= 1;")}
    )
    done = ask(history, fix, "--to", OLD, "--interactive", "--format", "json", answers="a\n")
    (pick,) = json.loads(done.out)["picks"]
    assert (done.code, pick["status"], pick["resolved"]) == (0, "clean", "the proposal was accepted")
    assert "t->when = 00;\n    armed -= 1;" in shows(history)


def test_a_doubtful_pick_is_asked_about_and_can_be_edited(history: History, editor) -> None:
    history.change("master", {"xen/include/lib.h": "#define clamp_when(x) (x)\n"})
    fix = history.change("master", {SOURCE: swap("armed--;", "armed -= clamp_when(1);")})
    editor("p.write_text(p.read_text().replace('clamp_when(1)', '1'))")
    done = ask(history, fix, "--to", OLD, "--interactive", "--format", "json", answers="e\na\n")
    (pick,) = json.loads(done.out)["picks"]
    assert (done.code, pick["status"], pick["missing_symbols"]) == (0, "clean", []), done.err
    assert "armed -= 1;" in shows(history)


def test_a_deleted_file_is_asked_about_by_side(history: History) -> None:
    history.change(OLD, {"xen/common/old.c": "int kept;\n"})
    history.change("master", {"xen/common/old.c": "int it;\n"})
    gone = history.remove("master", "xen/common/old.c")
    done = ask(history, gone, "--to", OLD, "--interactive", answers="e\nt\na\n")
    assert done.code == 0, done.err
    assert "xen/common/old.c" not in history.git("ls-tree", "-r", "--name-only", BRANCH)


def test_stopping_and_going_on(history: History, editor) -> None:
    first, second, third = easy(history), conflicting(history), history.change("master", {"new": "x\n"}, "third")
    begun = ask(history, first, second, third, "--to", OLD, "--interactive", "--format", "json", answers="q\n")
    data = json.loads(begun.out)
    assert (begun.code, data["tip"], data["left"], len(data["picks"])) == (1, None, 2, 1)
    made = data["picks"][0]["commit"]
    history.git("reflog", "expire", "--expire=now", "--all")
    history.git("gc", "-q", "--prune=now")
    assert history.git("cat-file", "-t", made) == "commit"

    again = ask(history, third, "--to", OLD, "--interactive", answers="")
    assert again.code == 2 and again.err.count("\n") == 1 and "--continue it, or --abort it" in again.err

    editor(RESOLVE)
    done = ask(history, "--continue", "--format", "json", answers="e\na\n")
    data = json.loads(done.out)
    assert (done.code, data["left"]) == (0, 0)
    assert [p["status"] for p in data["picks"]] == ["clean"] * 3
    assert history.git("log", "--format=%s", f"{OLD}..{BRANCH}") == "third\ndouble it\neasy"
    assert data["picks"][0]["commit"] == made
    assert history.git("for-each-ref", "refs/reviewbot") == ""


def test_abort_leaves_no_ref_and_no_branch(history: History) -> None:
    fixes = easy(history), conflicting(history)
    refs = history.git("for-each-ref")
    ask(history, *fixes, "--to", OLD, "--interactive", answers="q\n")
    before = untouched(history)
    done = ask(history, "--abort", answers="")
    assert (done.code, done.out) == (0, "")
    assert history.git("for-each-ref") == refs and untouched(history) == before
    again = ask(history, "--abort", answers="")
    assert (again.code, again.err) == (2, "reviewbot: no backport is under way\n")


def test_several_runs_under_way_must_be_named(history: History) -> None:
    history.change("stable-1.1", {SOURCE: swap("t->when = when;", "t->when = when + 1;")})
    fix = conflicting(history)
    for name in (OLD, "stable-1.1"):
        ask(history, fix, "--to", name, "--interactive", answers="q\n")
    done = ask(history, "--continue", answers="")
    assert done.code == 2 and f"say which with --to: {OLD}, stable-1.1" in done.err
    assert ask(history, "--abort", "--to", "stable-1.1", answers="").code == 0
    assert ask(history, "--continue", answers="s\n").code == 0


def test_the_branch_may_not_appear_meanwhile(history: History) -> None:
    fix = conflicting(history)
    ask(history, fix, "--to", OLD, "--interactive", answers="q\n")
    history.git("branch", BRANCH.removeprefix("refs/heads/"))
    done = ask(history, "--continue", answers="s\n")
    assert done.code == 3 and "already: name another one" in done.err
    assert ask(history, "--continue", "--branch", "other", answers="s\n").code == 0


@pytest.mark.parametrize(
    "argv",
    [
        ["--continue", "--abort"], ["--continue", "master"], ["--abort", "--requested"], ["--continue", "--dry-run"],
        ["master", "--interactive"], ["master", "--interactive", "--to", OLD, "--to", "stable-1.1"],
        ["master", "--interactive", "--to", OLD, "--dry-run"], ["master", "--interactive", "--to", OLD, "--accept"],
        ["--continue"], ["--continue", "--to", OLD],
    ],
)  # fmt: skip
def test_calls_that_make_no_sense(history: History, argv: Sequence[str]) -> None:
    before = history.snapshot()
    done = ask(history, *argv, answers="")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert history.snapshot() == before


class Screen:
    """A process of ours at a pseudo-terminal."""

    def __init__(self, history: History, *argv: str) -> None:
        self.seen = ""
        self.pid, self._fd = pty.fork()
        if not self.pid:
            os.execv(
                sys.executable, [sys.executable, "-m", "reviewbot", "backport", *argv, "--tree", str(history.path)]
            )

    def until(self, text: str, seconds: float = 60) -> None:
        """Read until a text is shown (after what was waited for last)."""
        end = time.monotonic() + seconds
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self._fd], [], [], 0.2)[0]:
                try:
                    data = os.read(self._fd, 65536)
                except OSError:
                    data = b""
                assert data, self.seen
                self.seen += data.decode("utf-8", "replace").replace("\r\n", "\n")
        self.seen = self.seen.partition(text)[2]

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def end(self) -> int:
        """Read what is left; the exit code, negative for a signal."""
        while True:
            try:
                if not os.read(self._fd, 65536):
                    break
            except OSError:
                break
        return self.wait()

    def close(self) -> int:
        """Close the terminal's window."""
        os.close(self._fd)
        return self.wait()

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def test_at_a_terminal(history: History, editor) -> None:
    editor(RESOLVE)
    screen = Screen(history, easy(history), conflicting(history), "--to", OLD, "--interactive")
    screen.until("2/2")
    screen.until("what now [e,s,q,?]")
    screen.type("?\n")
    screen.until("skip: leave this change out")
    screen.type("e\n")
    screen.until("commit this [a,e,s,q,?]")
    screen.type("a\n")
    screen.until("see it: git -C")
    assert screen.end() == 0
    assert "t->when = when * 2 + 1;" in shows(history)


def test_ctrl_c_at_the_question_keeps_what_was_decided(history: History) -> None:
    screen = Screen(history, easy(history), conflicting(history), "--to", OLD, "--interactive")
    screen.until("what now")
    screen.type("\x03")
    screen.until("what was decided is kept: --continue goes on, --abort drops it")
    assert screen.end() == 130
    assert history.git("for-each-ref", "refs/reviewbot", "--format=%(refname)") == REF
    assert ask(history, "--continue", answers="s\n").code == 0


def test_a_terminal_that_closes_loses_nothing(history: History, editor, tmp_path: Path) -> None:
    """The window is closed while the editor is open and has saved once."""
    note = tmp_path / "open"
    editor(f"p.write_text(p.read_text() + '/* half done */\\n'); pathlib.Path({str(note)!r}).touch(); time.sleep(60)")
    screen = Screen(history, easy(history), conflicting(history), "--to", OLD, "--interactive")
    screen.until("what now")
    screen.type("e\n")
    end = time.monotonic() + 60
    while not note.exists():
        assert time.monotonic() < end
        time.sleep(0.05)
    before = untouched(history)
    assert screen.close() != 0
    assert untouched(history) == before
    editor("assert '/* half done */' in p.read_text()\n" + RESOLVE)
    done = ask(history, "--continue", "--format", "json", answers="e\na\n")
    assert done.code == 0, done.err
    assert "going on with what was in the editor" in done.err
    assert shows(history).endswith("/* half done */\n") and "armed -= 1;" in shows(history)
    assert [p["status"] for p in json.loads(done.out)["picks"]] == ["clean", "clean"]


def test_a_killed_process_loses_nothing(history: History, editor) -> None:
    screen = Screen(history, easy(history), conflicting(history), "--to", OLD, "--interactive")
    screen.until("what now")
    os.kill(screen.pid, signal.SIGKILL)
    assert screen.wait() == -signal.SIGKILL
    made = history.git("log", "-1", "--format=%P", REF).split()[0]
    assert history.git("log", "-1", "--format=%s", made) == "easy"
    editor(RESOLVE)
    done = ask(history, "--continue", "--to", OLD, answers="e\na\n")
    assert done.code == 0
    assert history.git("rev-parse", f"{BRANCH}^") == made


def test_each_step_of_a_fold_is_settled(history: History, editor) -> None:
    first = conflicting(history)
    second = history.change("master", {SOURCE: swap("t->when = when * 2;", "t->when = when * 3;")}, "treble it\n\nS: x")
    editor(
        "import re\ntext = p.read_text()\n"
        "p.write_text(re.sub(r'<{7}.*?>{7}[^\\n]*\\n', '    t->when = when * 9 + %d;\\n' % text.count('* 2'), text, flags=re.S))"
    )
    done = ask(history, first, second, "--fold", "--to", OLD, "--interactive", "--format", "json", answers="e\na\n")
    (pick,) = json.loads(done.out)["picks"]
    assert (done.code, pick["status"]) == (0, "clean"), done.err
    assert pick["upstream"] == [first, second]
    assert "t->when = when * 9 + 1;" in shows(history)
