"""`triage` as a user meets it: columns, JSON, what is said on stderr, exit codes."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.cli.triage import State, triage
from reviewbot.errors import GitError, InputError
from reviewbot.policy import STATES
from reviewbot.report.terminal import Page
from reviewbot.report.text import triage as as_text
from tests.cli.conftest import THREADS
from tests.conftest import GitRepo
from tests.review.mails import RITA, Talk
from tests.triage.desks import NOW, desk

KEYS = [
    "state", "age_days", "version", "title", "author", "target", "id", "cover", "patches", "posted", "missing",
    "open_questions", "last_word", "reasons", "warnings", "waits", "superseded_by", "landed", "source",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _json(capsys: pytest.CaptureFixture[str], *sources: Path, **options: object) -> dict[str, object]:
    from reviewbot.cli.options import Format

    assert triage([str(source) for source in sources], format=Format.json, **options) == 0  # type: ignore[arg-type]
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_json_has_the_keys_of_the_interface(capsys: pytest.CaptureFixture[str]) -> None:
    data = _json(capsys, THREADS)
    assert list(data) == ["schema", "series", "unread", "older"]
    assert data["schema"] == 1
    assert all(list(series) == KEYS for series in data["series"])  # type: ignore[attr-defined]
    assert [series["state"] for series in data["series"]][-1] == "superseded"  # type: ignore[attr-defined]


def test_text_is_one_line_a_series(capsys: pytest.CaptureFixture[str]) -> None:
    assert triage([str(THREADS / "mini-v2.mbox")]) == 0
    out, err = capsys.readouterr()
    head, *rows = out.splitlines()
    assert head.split()[:4] == ["state", "age", "ver", "title"]
    assert [row.split()[0] for row in rows][1:] == ["superseded"]
    assert "\x1b" not in out
    assert err == ""


def test_the_columns_fit_a_screen(tmp_path: Path) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    out = Screen()
    page = Page(out, {"TERM": "xterm"})
    page.width = 90
    with desk(THREADS) as opened:
        as_text.write(page, opened.queue(), NOW, fit=True)
    rows = [re.sub(r"\x1b\[[\d;]*m", "", row) for row in out.getvalue().splitlines()]
    assert all(len(row) <= 90 for row in rows)
    assert "\x1b[" in out.getvalue()


def test_a_tree_brings_maintainers_and_what_waits_for_them(
    git_repo: Callable[..., GitRepo], capsys: pytest.CaptureFixture[str]
) -> None:
    repo = git_repo("tree")
    repo.commit({"MAINTAINERS": "ALL OF IT\nM:\tMax Maintainer <max@example.org>\nF:\t*\nF:\t*/\n"})
    data = _json(capsys, THREADS / "mini-v2.mbox", tree=repo.path, for_="max@example.org")
    (series,) = data["series"]  # type: ignore[misc]
    assert [missing["who"] for missing in series["missing"]] == [["Max Maintainer"]]
    assert [wait["kind"] for wait in series["waits_for_you"]] == ["review"]


def test_states_filter_and_are_those_of_policy(capsys: pytest.CaptureFixture[str]) -> None:
    assert {state.value for state in State} == set(STATES)
    data = _json(capsys, THREADS, state=[State.superseded])
    assert {series["state"] for series in data["series"]} == {"superseded"}  # type: ignore[attr-defined]


def test_for_an_address(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "goto quick") + "\nWhy quick and not slow?\n")
    (tmp_path / "x.mbox").write_bytes(b"".join(talk.mails))
    (series,) = _json(capsys, tmp_path / "x.mbox", for_="pat@example.org")["series"]  # type: ignore[misc]
    assert [(wait["kind"], wait["text"]) for wait in series["waits_for_you"]] == [
        ("answer", "Rita Reviewer: Why quick and not slow?")
    ]
    assert _json(capsys, tmp_path / "x.mbox", for_="rita@example.org")["series"] == []


def test_an_unknown_person_and_an_empty_queue_are_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert triage([str(THREADS)], for_="stranger@example.org") == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "nobody of the address stranger@example.org" in err
    (tmp_path / "a.eml").write_bytes(b"From: A <a@example.org>\nSubject: hello\nMessage-ID: <1@x>\n\nHello.\n")
    assert triage([str(tmp_path / "a.eml")]) == 0
    assert "no patch in it (1 mails read)" in capsys.readouterr().err


def test_older_conversations_are_counted_aloud(capsys: pytest.CaptureFixture[str]) -> None:
    assert triage([str(THREADS)], limit=1) == 0
    assert "were not judged: --limit 0 judges all" in capsys.readouterr().err


def test_pages_are_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert triage([str(THREADS)], html=tmp_path / "out") == 0
    assert "pages written" in capsys.readouterr().err
    assert len(list((tmp_path / "out" / "series").iterdir())) == 5


def test_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    stdin = io.TextIOWrapper(io.BytesIO((THREADS / "mini-domctl.mbox").read_bytes()))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert triage(["-"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert not (tmp_path / "cache").exists()


def test_what_is_wrong_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file or folder"):
        triage([str(tmp_path / "absent")])
    with pytest.raises(GitError, match="not a git repository"):
        triage([str(THREADS)], tree=tmp_path)
