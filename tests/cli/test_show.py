"""`show`: what people and scripts read of a thread."""

from __future__ import annotations

import json

from tests.cli.conftest import THREADS, reviewbot
from tests.conftest import GitRepo

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
