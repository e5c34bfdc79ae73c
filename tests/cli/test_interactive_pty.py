"""`apply --interactive` at a real terminal: the keys, the editor, ^C and the end of the input; nothing lost or half done."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reviewbot.apply import Plan, read_plan
from tests.cli.conftest import THREADS
from tests.conftest import GitRepo

pty = pytest.importorskip("pty")

THREAD = str(THREADS / "mini-domctl.mbox")
PATIENCE = 60  # seconds until a run that says nothing is given up


class Session:
    """One run with a pseudo-terminal for its input and its talk."""

    def __init__(self, mini: GitRepo, *more: str, editor: str = "false") -> None:
        self.mini = mini
        main, side = pty.openpty()
        self.main = main
        environ = {**os.environ, "VISUAL": editor, "TERM": "dumb", "NO_COLOR": "1", "COLUMNS": "80"}
        command = [sys.executable, "-m", "reviewbot", "apply", THREAD, "--tree", str(mini.path), "--interactive", *more]
        self.child = subprocess.Popen(
            command,
            stdin=side,
            stdout=subprocess.PIPE,
            stderr=side,
            env=environ,
            start_new_session=True,
            preexec_fn=None,
        )
        self.side = side
        self.seen = ""

    def until(self, text: str) -> str:
        """Read on until a text has come; what has come since the last time."""
        start = len(self.seen)
        end = time.monotonic() + PATIENCE
        while text not in self.seen[start:]:
            ready, _, _ = select.select([self.main], [], [], 0.2)
            if ready:
                self.seen += os.read(self.main, 4096).decode("utf-8", "replace").replace("\r\n", "\n")
            elif self.child.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"{text!r} did not come: {self.seen}")
        return self.seen[start:]

    def type(self, keys: str) -> None:
        """Press keys."""
        os.write(self.main, keys.encode())

    def end(self) -> int:
        """Wait for the end; the exit code."""
        assert self.child.stdout is not None
        self.child.stdout.read()
        self.child.stdout.close()
        code = self.child.wait(PATIENCE)
        while select.select([self.main], [], [], 0.1)[0]:
            self.seen += os.read(self.main, 4096).decode("utf-8", "replace")
        os.close(self.main)
        os.close(self.side)
        return code

    def plan(self) -> Plan:
        """The choices as they are kept."""
        (file,) = (self.mini.path / ".git" / "reviewbot").glob("*.toml")
        return read_plan(file.read_bytes(), str(file))


def state(mini: GitRepo) -> tuple[dict[str, str], list[str]]:
    """All that a run could leave behind in the repository, beside the plan."""
    folder = mini.path / ".git" / "reviewbot"
    beside = [p.name for p in folder.iterdir() if p.suffix != ".toml"] if folder.exists() else []
    return mini.snapshot(), beside


def decided(plan: Plan) -> dict[str | None, str]:
    """What was decided about each fixup."""
    return {f.request: "later" if f.later else "take" if f.take else "skip" for p in plan.patches for f in p.fixups}


def test_the_keys_make_the_branch(mini: GitRepo) -> None:
    session = Session(mini)
    session.until("2.1 [s,e,l,q,?]")
    session.type("s\n")
    session.until("2.2 [t,s,e,l,q,?]")
    session.type("?\n")
    assert "later: decide when this is run again" in session.until("2.2 [t,s,e,l,q,?]")
    session.type("t\n")
    session.until("2.3 [")
    session.type("t\n")
    session.until("2.4 [")
    session.type("s\n")
    assert session.end() in (0, 1)  # 1 where the checks or the policy have something to say
    assert "reviewbot/" in mini.git("for-each-ref")
    assert decided(session.plan()) == {"2.2": "take", "2.3": "take", "2.4": "skip"}


@pytest.mark.parametrize("way", ["q\n", "\x04", "interrupt"])
def test_stopping_keeps_the_answers_and_leaves_nothing_else(mini: GitRepo, way: str) -> None:
    before = state(mini)
    session = Session(mini)
    session.until("2.1 [")
    session.type("s\n")
    session.until("2.2 [")
    session.type("t\n")
    session.until("2.3 [")
    if way == "interrupt":
        os.killpg(session.child.pid, signal.SIGINT)
        assert session.end() == 130
    else:
        session.type(way)
        assert session.end() == 0
        assert "your choices are in" in session.seen.rpartition("\n2.3 [")[2] or way == "\x04"
    assert state(mini) == before
    assert decided(session.plan()) == {"2.2": "take", "2.3": "later", "2.4": "later"}
    assert session.plan().patch(2).left == ("2.1",)

    again = Session(mini)
    assert "1/2  patch 2, 2.3" in again.until("2.3 [")
    again.type("t\n")
    again.until("2.4 [")
    again.type("s\n")
    assert again.end() in (0, 1)
    assert decided(again.plan()) == {"2.2": "take", "2.3": "take", "2.4": "skip"}


def test_an_interrupt_in_the_editor_is_the_editors(mini: GitRepo, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(
        "#!/bin/sh\ntrap 'sed -i s/break/continue/ \"$1\"; exit 0' INT\necho editing >&2\nwhile :; do sleep 0.1; done\n"
    )
    editor.chmod(0o755)
    session = Session(mini, editor=str(editor))
    for place, key in (("2.1 [", "s\n"), ("2.2 [", "s\n"), ("2.3 [", "e\n")):
        session.until(place)
        session.type(key)
    session.until("editing")
    os.killpg(session.child.pid, signal.SIGINT)
    assert "+        continue;" in session.until("2.3 [")
    session.type("q\n")
    assert session.end() == 0
    kept = {f.request: f.edit.with_ for p in session.plan().patches for f in p.fixups}
    assert kept["2.3"] == "continue;"
    assert decided(session.plan())["2.3"] == "later"


def test_an_editor_that_fails_changes_nothing(mini: GitRepo) -> None:
    session = Session(mini, editor="false")
    session.until("2.1 [")
    session.type("e\n")
    assert "the editor failed" in session.until("2.1 [")
    session.type("q\n")
    assert session.end() == 0
    assert session.plan().patch(2).left == ()
