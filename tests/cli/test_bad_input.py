"""Bad input: one clear line that says what and where, the right code, and nothing written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import THREADS, Outcome, reviewbot
from tests.conftest import GitRepo

THREAD = THREADS / "mini-domctl.mbox"


def one_line(done: Outcome, code: int, *words: str) -> None:
    assert done.code == code, done
    assert done.out == ""
    assert done.err.startswith("reviewbot: ")
    assert done.err.count("\n") == 1, done.err
    assert len(done.err) < 400
    for word in words:
        assert word in done.err, done.err


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("missing.mbox", None),
        ("empty.mbox", b""),
        ("binary.mbox", bytes(range(256)) * 64),
        ("prose.mbox", b"Just some words,\nno mail at all.\n"),
        ("no-patch.eml", b"From: A <a@example.org>\nSubject: hello\nMessage-ID: <x@example.org>\n\nNo patch here.\n"),
    ],
)
@pytest.mark.parametrize("verb", ["show", "plan", "apply"])
def test_a_source_without_a_series(mini: GitRepo, tmp_path: Path, verb: str, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = mini.snapshot()
    tree = [] if verb == "show" else ["--tree", str(mini.path)]
    one_line(reviewbot(verb, tmp_path / name, *tree), 3, name)
    assert mini.snapshot() == before


def test_a_truncated_mbox_is_shown_as_far_as_it_goes_and_not_applied(mini: GitRepo, tmp_path: Path) -> None:
    whole = THREAD.read_bytes()
    cut = tmp_path / "cut.mbox"
    cut.write_bytes(whole[: whole.index(b"+            goto domctl_out_unlock_domonly;")])
    assert reviewbot("show", cut).code == 0
    before = mini.snapshot()
    one_line(reviewbot("apply", cut, "--tree", mini.path), 3, "patch 2")
    assert mini.snapshot() == before


def test_one_broken_mail_is_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    broken = (
        b"From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: A <a@example.org>\nFrom: B <b@example.org>\nSubject: x\n\nhi\n"
    )
    both = tmp_path / "both.mbox"
    both.write_bytes(THREAD.read_bytes() + b"\n" + broken)
    done = reviewbot("show", both)
    assert done.code == 0
    assert "not read: " in done.out
    assert "2/2 domctl" in done.out


def test_a_patch_that_does_not_apply(mini: GitRepo) -> None:
    source = (mini.path / "xen/common/domctl.c").read_text()
    mini.commit(
        {
            "xen/common/domctl.c": source.replace("XEN_DOMCTL_shadow_op", "XEN_DOMCTL_other_op").replace(
                "default:", "default :"
            )
        }
    )
    before = mini.snapshot()
    for argv in (["apply", THREAD], ["check", "--thread", THREAD]):
        one_line(reviewbot(*argv, "--tree", mini.path), 3, "patch ", "xen/common/domctl.c")
    assert mini.snapshot() == before


def test_unknown_revisions(mini: GitRepo) -> None:
    for argv in (
        ["apply", THREAD, "--base", "nope"],
        ["check", "--commit", "nope"],
        ["check", "--range", "HEAD..nope"],
    ):
        one_line(reviewbot(*argv, "--tree", mini.path), 3, "nope")


def test_a_revision_is_never_an_option(mini: GitRepo, tmp_path: Path) -> None:
    target = tmp_path / "written"
    one_line(reviewbot("check", f"--commit=--output={target}", "--tree", mini.path), 3, "revision")
    assert not target.exists()


def test_a_shallow_clone_that_lacks_the_base(mini: GitRepo, git_repo: Callable[..., GitRepo], tmp_path: Path) -> None:
    base = mini.git("rev-parse", "HEAD")
    mini.commit({"README": "later"})
    mini.git("clone", "-q", "--depth=1", f"file://{mini.path}", str(tmp_path / "shallow"))
    one_line(reviewbot("apply", THREAD, "--tree", tmp_path / "shallow", "--base", base), 3, "shallow")


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    one_line(reviewbot("apply", THREAD, "--tree", tmp_path), 3, "not a git repository")
    one_line(reviewbot("apply", THREAD, "--tree", tmp_path / "none"), 3, "no such folder")


def test_two_series_and_none_named(mini: GitRepo, tmp_path: Path) -> None:
    both = tmp_path / "both.mbox"
    both.write_bytes(THREAD.read_bytes() + b"\n" + (THREADS / "mini-lock-leak.mbox").read_bytes())
    before = mini.snapshot()
    one_line(reviewbot("apply", both, "--tree", mini.path), 2, "2 series", "--series", "x86/paging")
    one_line(reviewbot("plan", both, "--tree", mini.path, "--series", "9"), 2, "no series 9")
    assert mini.snapshot() == before
    assert reviewbot("apply", both, "--tree", mini.path, "--series", "1", "--dry-run").code in (0, 1)


@pytest.mark.parametrize(
    "argv",
    [
        ["check", "--staged", "--commit", "HEAD"],
        ["check", "--base", "HEAD"],
        ["check", "--rule", "nope", "x.c"],
        ["check", "--format", "nope"],
        ["apply", str(THREAD)],
        ["nope"],
        ["rules", "explain", "nope"],
        ["apply", str(THREAD), "--tree", ".", "--plan", "p", "--fixups", "all"],
    ],
)
def test_a_wrong_call(argv: list[str], tmp_path: Path) -> None:
    one_line(reviewbot(*argv, cwd=tmp_path), 2)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    one_line(reviewbot("check", "nope.c", cwd=tmp_path), 3, "nope.c")


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    done = reviewbot("show", "\x1b[31mno.mbox", cwd=tmp_path)
    assert done.code == 3
    assert "\x1b" not in done.err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"From x Mon Jun  1 10:00:00 2026\n",
        b"From x Mon Jun  1 10:00:00 2026\nFrom: a@example.org\nSubject: cut",
        bytes(999),
    ],
)
def test_show_and_triage_say_the_same_of_a_source_without_mail(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "none.mbox"
    source.write_bytes(content)
    shown, listed = (reviewbot(verb, source) for verb in ("show", "triage"))
    one_line(shown, 3, "none.mbox")
    assert (listed.code, listed.out, listed.err) == (3, "", shown.err)
