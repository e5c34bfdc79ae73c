"""Messages: each maintainer's style is learnt from what he committed before."""

from __future__ import annotations

import os

import pytest

from reviewbot.backport.candidates import Source
from reviewbot.backport.lineage import named_sources, newer_names
from reviewbot.backport.message import BLOCK, CHERRY, Scribe, Style, iso_date, kind_of, write_message, write_one
from reviewbot.backport.trailers import footer_start, without
from reviewbot.backport.wanted import Branches, read_sources
from reviewbot.git import Commit, Plumbing
from tests.backport.history import COMMITTER, NEW, OLD, History, swap

BODY = "Some words.\n\nSigned-off-by: A <a@example.org>\nRelease-Acked-by: R <r@example.org>"


def commit(message: str, oid: str = "1" * 40) -> Commit:
    return Commit(oid, "2" * 40, (), "A", "a@example.org", "0 +0000", "C", "c@example.org", "86400 -0130", message)


def test_cherry_line_joins_a_footer_and_gets_a_blank_line_where_there_is_none() -> None:
    line = f"(cherry picked from commit {'1' * 40})\n"
    assert write_message([commit(f"s\n\n{BODY}\n")], Style(CHERRY), COMMITTER) == f"s\n\n{BODY}\n{line}"
    assert write_message([commit("s\n\nwords\n")], Style(CHERRY), COMMITTER) == f"s\n\nwords\n\n{line}"
    assert write_message([commit("s\n")], Style(CHERRY), COMMITTER) == f"s\n\n{line}"


def test_block_has_the_committer_date_in_its_own_zone() -> None:
    text = write_message([commit("s\n\nAcked-by: B <b@example.org>\n")], Style(BLOCK), COMMITTER)
    assert text.endswith(f">\nmaster commit: {'1' * 40}\nmaster date: 1970-01-01 22:30:00 -0130\n")


def test_dropped_trailers_in_body_from_and_notes() -> None:
    message = f"s\n\nFrom: A <a@example.org>\n\n{BODY}\n---\nonly for reviewers\n"
    text = write_message([commit(message)], Style(BLOCK, dropped=frozenset({"release-acked-by"})), COMMITTER)
    assert text.startswith("s\n\nSome words.\n\nSigned-off-by: A <a@example.org>\nmaster commit: ")


def test_folds() -> None:
    one, two = commit("one\n\nAcked-by: B <b@example.org>\n"), commit("two\n\nAcked-by: B <b@example.org>\n", "3" * 40)
    block = write_message([one, two], Style(BLOCK), COMMITTER).splitlines()
    assert [line[:14] for line in block[-4:]] == [
        "master commit:",
        "master date: 1",
        "master commit:",
        "master date: 1",
    ]
    assert block[3:5] == ["", "two"]
    cherry = write_message([one, two], Style(CHERRY), COMMITTER)
    assert f"{'1' * 40})\n\ntwo\n" in cherry


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("s\n\nAcked-by: B <b@x>", 2),
        ("s\n\nAcked-by: B <b@x>\n continued", 2),
        ("s\n\nprose\nAcked-by: B <b@x>", None),
        ("s\n\nSigned-off-by: B <b@x>\nprose", 2),
        ("Subject: looks like one", None),
        ("s\n\n(cherry picked from commit 1)", 2),
    ],
)
def test_footer_as_git_sees_it(text: str, start: int | None) -> None:
    assert footer_start(text.split("\n")) == start


def test_taking_a_trailer_away_takes_what_continues_it() -> None:
    text = "s\n\nRelease-acked-by: B <b@x>\n and more\nAcked-by: C <c@x>\n"
    assert without(text, frozenset({"release-acked-by"})) == "s\n\nAcked-by: C <c@x>"


def test_dates_before_the_epochs_zone() -> None:
    assert iso_date("0 +0530") == "1970-01-01 05:30:00 +0530"


def test_sources_in_every_spelling() -> None:
    ids = [c * 40 for c in "abcde"]
    text = (
        f"s\n\nmaster commit: {ids[0]}\n(cherry picked from commit {ids[1]})\n[ Upstream commit {ids[2]} ]\n"
        f"commit {ids[3]} upstream.\nsee commit {ids[4]}\n"
    )
    assert named_sources(text) == tuple(ids[:4])


def test_newer_branches_are_counted_not_spelt() -> None:
    names = ["stable-4.9", "stable-4.10", "stable-4.11", "staging-4.12", "master", "stable-4.11-testing"]
    assert newer_names("stable-4.9", names) == ("stable-4.10", "stable-4.11")
    assert newer_names("master", names) == ()


@pytest.mark.parametrize("kind", [BLOCK, CHERRY])
def test_style_is_learnt_from_the_committer(history: History, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "xen/common/timer.c"
    ids = [
        history.change("master", {source: lambda text, n=n: f"/* {n} */\n{text}"}, f"fix {n}\n\n{BODY}")  # type: ignore[misc]
        for n in range(4)
    ]
    with Plumbing.here(history.path) as git:
        upstream = git.commits(ids)
    mine = Style(
        kind, dropped=frozenset({"release-acked-by"} if kind == BLOCK else ()), keeps_author_date=kind == CHERRY
    )
    theirs = Style(CHERRY if kind == BLOCK else BLOCK)
    for n, oid in enumerate(ids[:3]):
        for who, style in ((COMMITTER, mine), ("X <x@example.org>", theirs)):
            monkeypatch.setenv("GIT_COMMITTER_NAME", who.split(" <")[0])
            monkeypatch.setenv("GIT_COMMITTER_EMAIL", who.split("<")[1].rstrip(">"))
            monkeypatch.setenv(
                "GIT_AUTHOR_DATE", "@86400 +0000" if style.kind == BLOCK else os.environ["GIT_AUTHOR_DATE"]
            )
            history.on(OLD)
            history.commit({f"{who[0]}{n}": "x\n"}, write_message([upstream[oid]], style, who))
            monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-06-01T12:00:00+0000")
    with Plumbing.here(history.path) as git:
        lineage = Branches(git).target(OLD).lineage
        text, style, copied = Scribe(git).write(Source((upstream[ids[3]],)), lineage, COMMITTER)
    assert (style, copied) == (mine, False)
    assert text == write_message([upstream[ids[3]]], mine, COMMITTER)


def test_words_added_on_the_newer_branch_are_kept(history: History) -> None:
    source = "xen/common/timer.c"
    fix = history.change("master", {source: swap("armed--;", "armed -= 1;")}, f"fix\n\n{BODY}")
    text = f"fix\n\nThis is part of XSA-0.\n\n{BODY}\n(cherry picked from commit {fix})"
    history.change(NEW, {source: swap("armed--;", "armed -= 1;")}, text)
    with Plumbing.here(history.path) as git:
        lineage = Branches(git).target(OLD).lineage
        got, _, copied = Scribe(git).write(Source((git.commits([fix])[fix],)), lineage, COMMITTER)
    assert copied and got == text + "\n"
    assert kind_of(got) == CHERRY


def test_a_commit_and_a_branchs_version_of_it_are_one_change(history: History) -> None:
    fix = history.change("master", {"new": "x\n"}, "fix\n\nSigned-off-by: A <a@example.org>")
    version = history.change(
        NEW, {"new": "x\n"}, f"fix\n\nSigned-off-by: A <a@example.org>\n(cherry picked from commit {fix})"
    )
    with Plumbing.here(history.path) as git:
        (source,) = read_sources(git, [fix, version], fold=True)
    assert [commit.id for commit in source.commits] == [version]


@pytest.mark.parametrize("typed", ["Relase-Acked-by", "Released-Acked-by", "release-acked-by"])
def test_a_mistyped_trailer_goes_with_its_kind(history: History, typed: str) -> None:
    fix = history.change(
        "master",
        {"new": "x\n"},
        f"fix\n\nSigned-off-by: A <a@example.org>\nAcked-by: B <b@c>\n{typed}: R <r@example.org>",
    )
    with Plumbing.here(history.path) as git:
        commit = git.commits([fix])[fix]
    text = write_one(commit, Style(dropped=frozenset({"release-acked-by"})), COMMITTER)
    assert text == f"fix\n\nSigned-off-by: A <a@example.org>\nAcked-by: B <b@c>\n(cherry picked from commit {fix})\n"
