"""`show`: what people and scripts read of a thread."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.cli import app, show_run
from tests.cli.conftest import THREADS, reviewbot
from tests.conftest import GitRepo
from tests.review.mails import RITA, Talk, quote

THREAD = THREADS / "mini-domctl.mbox"


def test_json_has_the_keys_of_the_interface() -> None:
    done = reviewbot("show", THREAD, "--format", "json")
    assert (done.code, done.err) == (0, "")
    data = json.loads(done.out)
    assert list(data) == ["schema", "series", "unread"]
    (series,) = data["series"]
    assert list(series) == ["title", "version", "target", "author", "cover", "superseded_by", "patches", "verdict"]
    patch = series["patches"][1]
    assert list(patch) == [
        "number", "total", "subject", "message_id", "author", "files", "tags", "requests", "questions",
    ]  # fmt: skip
    assert {"name", "who", "address", "from", "scope", "condition", "strength", "state"} <= patch["tags"][0].keys()
    assert {"id", "from", "who", "kind", "says", "anchor", "edit", "strength", "agreed"} <= patch["requests"][0].keys()
    assert {"state", "reasons", "missing", "warnings"} == series["verdict"].keys()


def test_tags_requests_and_who_agreed() -> None:
    (series,) = json.loads(reviewbot("show", THREAD, "--format", "json").out)["series"]
    for patch in series["patches"]:
        assert [(t["name"], t["state"]) for t in patch["tags"]] == [
            ("Reviewed-by", "counts"),
            ("Release-Acked-by", "counts"),
        ]
    requests = {r["kind"]: r for r in series["patches"][1]["requests"]}
    assert list(requests) == ["message", "insert-blank-line", "control-flow", "move"]
    assert requests["message"]["edit"] is None
    assert requests["control-flow"]["edit"]["replace"] == "fallthrough;"
    assert requests["control-flow"]["edit"]["with"] == "break;"
    assert requests["control-flow"]["anchor"]["path"] == "xen/common/domctl.c"
    assert [requests[k]["agreed"] for k in ("insert-blank-line", "control-flow", "move")] == [True, True, None]
    assert requests["move"]["strength"] == "optional"


def test_text_is_a_screen() -> None:
    done = reviewbot("show", THREAD)
    assert done.code == 0
    assert len(done.out.splitlines()) < 60
    for words in ("1/2 domctl: Handle", "Release-Acked-by: Marek Oduya", "none; a person must word it", "not answered"):
        assert words in done.out
    assert "\x1b" not in done.out


def test_versions_are_shown_oldest_first_and_superseded() -> None:
    first, second = json.loads(reviewbot("show", THREADS / "mini-v2.mbox", "--format", "json").out)["series"]
    assert (first["version"], second["version"]) == (1, 2)
    assert first["superseded_by"] == second["cover"]
    assert second["superseded_by"] is None


def test_with_a_policy_the_exit_code_says_whether_it_is_ready(mini: GitRepo) -> None:
    assert reviewbot("show", THREAD, "--tree", mini.path).code == 0
    assert reviewbot("show", THREADS / "mini-missing-check.mbox", "--tree", mini.path).code == 1


def test_a_thread_comes_in_by_stdin_too() -> None:
    done = reviewbot("show", "-", "--format", "json", stdin=THREAD.read_bytes())
    assert done.code == 0
    assert json.loads(done.out)["series"][0]["patches"][0]["number"] == 1


WORDS = st.sampled_from(
    ["a.mbox", "b.mbox", "-", "--", "", "--tree", "--maintainers", "--format", "text", "json", "yaml",
     "--help", "-h", "--tree=x", "--form", "--format=json", "-x"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=6))
def test_the_short_way_reads_a_call_as_typer_does(argv: list[str]) -> None:
    calls: list[tuple[object, ...]] = []
    run = show_run.run
    show_run.run = lambda *call: calls.append(call) or 0
    try:
        short = show_run.plain(argv)
        if short is None:
            return  # typer reads it
        short()
        app.run(["show", *argv])
    finally:
        show_run.run = run
    assert len(calls) == 2
    assert calls[0] == calls[1]


def test_a_plain_call_imports_neither_typer_nor_git() -> None:
    code = f"import sys; from reviewbot.__main__ import main; main(['show', {str(THREAD)!r}]);" + (
        "sys.exit(', '.join(sorted({'typer', 'git', 'rich', 'email', 'reviewbot.git'} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_what_is_not_plain_goes_the_long_way_and_comes_to_the_same() -> None:
    assert reviewbot("show", f"{THREAD}", "--format=json").out == reviewbot("show", THREAD, "--format", "json").out
    wrong = reviewbot("show", THREAD, "--format", "yaml")
    assert (wrong.code, wrong.out) == (2, "")
    assert "'yaml' is not one of" in wrong.err


def test_what_was_not_posted_anew_says_which_version_it_is_from(tmp_path: Path) -> None:
    raw = THREAD.read_bytes()
    mails = [b"From " + mail for mail in raw.split(b"\nFrom ")]
    (second,) = [mail for mail in mails if b"\nSubject: [PATCH v1 2/2]" in mail]
    again = re.sub(rb"\n(In-Reply-To|References):[^\n]*(\n[ \t][^\n]*)*", b"", second)
    again = again.replace(b"[PATCH v1 2/2]", b"[PATCH v2 2/2]").replace(b"\nMessage-ID: <", b"\nMessage-ID: <again-", 1)
    both = tmp_path / "both.mbox"
    both.write_bytes(raw.rstrip(b"\n") + b"\n\n" + again + b"\n")
    shown = reviewbot("show", both).out
    heads = re.findall(r"^([12])/2 .*?(  \(as in v1\))?$", shown, re.MULTILINE)
    assert heads == [("1", ""), ("2", ""), ("1", "  (as in v1)"), ("2", "")]
    series = json.loads(reviewbot("show", both, "--format", "json").out)["series"][-1]
    assert [(patch["number"], patch["total"]) for patch in series["patches"]] == [(1, 2), (2, 2)]
    assert "as_in" not in series["patches"][0]
    assert [tag["state"] for tag in series["patches"][0]["tags"]] == ["counts", "counts"]


def test_what_answers_the_cover_letter_is_not_lost(tmp_path: Path) -> None:
    talk = Talk(tmp_path, patches=2, cover=True)
    talk.reply(RITA, "p0", quote("This makes it faster.") + "\nBy how much, and where?\n\nI'm not convinced.\n")
    talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\nThis still needs an ack from the VMX maintainers.\n")
    thread = tmp_path / "asked.mbox"
    thread.write_bytes(b"".join(talk.mails))
    text = reviewbot("show", thread).out
    assert "? Rita Reviewer asks (open, Pat Author owes the answer): By how much, and where?" in text
    assert "! Rita Reviewer (dispute): I'm not convinced." in text
    assert "! Rita Reviewer (missing-ack of VMX maintainers): This still needs an ack" in text
