"""A bug in a rule: every verb that runs the rules does the rest, says so in one line, and gives code 4."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.backport.history import OLD, History, swap
from tests.cli.conftest import THREADS
from tests.conftest import GitRepo

# One function of the run fails, as a bug would make it.
BROKEN = """
import sys
import reviewbot.analysis.{module} as module
def broken(*_, **__):
    raise KeyError("oops")
module.{name} = broken
from reviewbot.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
RULE = BROKEN.format(module="fallthrough", name="run")
TABLE = BROKEN.format(module="dispatch.effect", name="read_members")


def run(program: str, *argv: str | Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", program, *map(str, argv)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("program", "verb", "said"),
    [
        (RULE, "apply", "would be made (--dry-run)"),
        (RULE, "reply", "Subject: Re: [PATCH"),
        (TABLE, "apply", "would be made (--dry-run)"),
        (TABLE, "show", "Look into guests without taking the domctl lock"),
        (TABLE, "reply", "Subject: Re: [PATCH"),
    ],
)
def test_the_rest_is_done_and_the_code_is_4(mini: GitRepo, program: str, verb: str, said: str) -> None:
    more = ["--dry-run"] if verb == "apply" else []
    done = run(program, verb, THREADS / "mini-domctl.mbox", "--tree", mini.path, *more)
    assert done.returncode == 4, done.stderr
    assert said in done.stdout
    assert "a bug in reviewbot: xen/" in done.stderr
    assert "KeyError: 'oops'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_backport_is_made_and_the_code_is_4(tmp_path: Path) -> None:
    history = History(tmp_path / "upstream")
    fix = history.change("master", {"xen/common/timer.c": swap("armed--;", "armed -= 1;")})
    done = run(RULE, "backport", fix, "--to", OLD, "--tree", history.path)
    assert done.returncode == 4, done.stderr
    assert history.git("rev-parse", f"reviewbot/backport-{OLD}") != history.git("rev-parse", OLD)
    assert done.stderr.count("internal error in switch-fallthrough: KeyError: 'oops'") == 1
