"""The queue of a few conversations: what it says of each, in which order, and for whom."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from reviewbot.errors import InputError, UsageError
from reviewbot.mail import read, threads
from reviewbot.policy import judge
from reviewbot.resources import fixtures_dir
from reviewbot.review import read_review, read_reviews
from reviewbot.series import find_series
from reviewbot.triage import FEW_MAILS, default_limit
from tests.conftest import GitRepo
from tests.review.mails import AUTHOR, MAX, RITA, Talk, mail
from tests.triage.desks import NOW, desk, states

MAINTAINERS = """\
DOMCTL
M:	Max Maintainer <max@example.org>
S:	Supported
F:	xen/common/domctl.c

THE REST
M:	Rest Less <rest@example.org>
F:	*
F:	*/
"""


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    """A posted patch that nobody answered yet."""
    (tmp_path / "inbox").mkdir()
    return Talk(tmp_path / "inbox")


def _mbox(talk: Talk) -> Path:
    path = talk.folder / "thread.mbox"
    path.write_bytes(b"".join(talk.mails))
    return path


def test_a_line_says_state_age_version_what_is_missing_and_who_spoke_last(talk: Talk, tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "tree")
    repo.commit({"MAINTAINERS": MAINTAINERS, "xen/common/domctl.c": "x\n"})
    talk.reply(RITA, "p1", talk.quoted("p1", "goto quick") + "\nWhy quick and not slow?\n")
    with desk(_mbox(talk), tree=repo.path) as opened:
        (entry,) = opened.queue().entries
    said = entry.to_dict(NOW)
    assert (said["state"], said["version"], said["title"]) == ("open-questions", 1, "domctl: step 1 of vpic/msix")
    assert said["age_days"] == 22  # 9 June, 10:00 to 1 July, 12:00
    assert said["missing"] == [{"who": ["Max Maintainer"], "for": ["xen/common/domctl.c"], "stand_in": None}]
    assert [(q["who"], q["owes"], q["text"]) for q in said["open_questions"]] == [
        ("Rita Reviewer", "Pat Author", "Why quick and not slow?")
    ]
    assert said["last_word"] == {"who": "Rita Reviewer", "date": "2026-06-09T10:01:00+00:00", "from": "r1@example.org"}


def test_most_actionable_first_and_settled_last(tmp_path: Path) -> None:
    names = {"a": "Reviewed-by: Rita Reviewer <rita@example.org>", "b": "No, nack.", "c": "Committed, thanks.", "d": ""}
    raws = []
    for name, answer in names.items():
        talk = Talk(tmp_path)
        raws += [
            raw.replace(b"p1@", f"{name}@".encode()).replace(b"step 1 of vpic/msix", f"thing {name}".encode())
            for raw in talk.mails
        ]
        if answer:
            raws.append(
                mail(
                    RITA,
                    f"Re: [PATCH] domctl: thing {name}",
                    f"> x\n\n{answer}\n",
                    f"r{name}@example.org",
                    f"{name}@example.org",
                    5,
                )
            )
    path = tmp_path / "all.mbox"
    path.write_bytes(b"".join(raws))
    with desk(path) as opened:
        found = [(entry.state, entry.title[-1]) for entry in opened.queue().entries]
    assert [letter for _, letter in found] == ["a", "d", "b", "c"]
    assert found[0][0] == "ready"
    assert found[-1][0] == "committed"


def test_states_and_persons_filter(talk: Talk, tmp_path: Path) -> None:
    repo = GitRepo(tmp_path / "tree")
    repo.commit({"MAINTAINERS": MAINTAINERS, "xen/common/domctl.c": "x\n"})
    talk.reply(RITA, "p1", talk.quoted("p1", "goto quick") + "\nWhy quick and not slow?\n")
    with desk(_mbox(talk), tree=repo.path) as opened:
        assert len(opened.queue(["open-questions", "ready"]).entries) == 1
        assert opened.queue(["ready"]).entries == ()
        for address, waits in (
            ("max@example.org", True),  # only MAINTAINERS knows him
            ("PAT@example.org", True),
            ("Pat Author <other@example.org>", True),
            ("rita@example.org", False),
            ("nobody@example.org", False),
        ):
            assert bool(opened.queue(person=opened.person(address)).entries) is waits, address
        with pytest.raises(UsageError, match="wants an address"):
            opened.person("Max")


def test_what_waits_for_whom(talk: Talk) -> None:
    talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + "\nTypo: s/unknwon/unknown/\n")
    talk.reply(MAX, "p1", "> x\n\nWith the typo fixed:\nReviewed-by: Max Maintainer <max@example.org>\n")
    with desk(_mbox(talk)) as opened:
        (entry,) = opened.queue().entries
    waits = {(wait.who, wait.kind) for wait in entry.waits}
    assert ("Max Maintainer", "condition") in waits
    assert ("Pat Author", "request") in waits


def test_a_promised_new_version_waits_for_the_author(talk: Talk) -> None:
    talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + "\nTypo: s/unknwon/unknown/\n")
    talk.reply(AUTHOR, "r1", talk.quoted("r1", "Typo") + "\nI will send a v2 with that.\n")
    with desk(_mbox(talk)) as opened:
        (entry,) = opened.queue().entries
        own = opened.queue(person=opened.person("pat@example.org"))
    assert entry.state == "needs-new-version"
    assert entry.waits[0].kind == "new-version"
    assert own.entries == (entry,)


def test_versions_posted_apart_supersede_each_other(tmp_path: Path) -> None:
    for version in (1, 2):
        talk = Talk(tmp_path, prefix=f"PATCH v{version}")
        raws = [raw.replace(b"p1@", f"v{version}@".encode()) for raw in talk.mails]
        (tmp_path / f"{version}.eml").write_bytes(b"".join(raws).split(b"\n", 1)[1])
    assert states(tmp_path) == [
        "needs-review domctl: step 1 of vpic/msix v2", "superseded domctl: step 1 of vpic/msix v1",
    ]  # fmt: skip


def test_a_version_in_other_words_is_found_by_its_files(tmp_path: Path) -> None:
    first, second = Talk(tmp_path), Talk(tmp_path, prefix="PATCH v2")
    later = second.mails[0].replace(b"p1@", b"v2@").replace(b"domctl: step 1 of vpic/msix", b"xen: Do it otherwise")
    (tmp_path / "a.mbox").write_bytes(first.mails[0])
    (tmp_path / "b.mbox").write_bytes(later.replace(b"09 Jun", b"19 Jun"))
    assert states(tmp_path) == ["needs-review xen: Do it otherwise v2", "superseded domctl: step 1 of vpic/msix v1"]


@pytest.mark.parametrize("name", ["mini-domctl", "mini-v2", "mini-missing-check", "mini-lock-leak"])
def test_says_the_same_as_show(name: str) -> None:
    path = fixtures_dir() / "threads" / f"{name}.mbox"
    found = find_series(threads(read(path).messages))
    wanted = {one.id: judge(read_review(one, others=[other for other in found if other is not one])) for one in found}
    with desk(path) as opened:
        entries = opened.queue().entries
    assert {entry.id: entry.state for entry in entries} == {mid: verdict.state for mid, verdict in wanted.items()}
    for entry in entries:
        if entry.state != "superseded":
            assert entry.reasons == wanted[entry.id].reasons


def test_a_superseded_version_that_was_committed_all_the_same_says_so(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", "> Signed-off-by: Pat Author <pat@example.org>\n\nI have committed this.\n")
    again = Talk(tmp_path, prefix="PATCH v2").mails[0].replace(b"p1@", b"v2@").replace(b"09 Jun", b"19 Jun")
    path = tmp_path / "x.mbox"
    path.write_bytes(b"".join(talk.mails) + again)
    found = find_series(threads(read(path).messages))
    assert judge(read_review(found[0])).state == "committed"
    assert "committed domctl: step 1 of vpic/msix v1" in states(path)


@pytest.mark.parametrize(
    "said",
    [
        "I have committed this.", "Committed, thanks.", "This breaks the build.", "With that fixed:", "Why is that?",
        "Could you drop the second hunk? I will commit it then.", "This was never committed, was it?",
    ],
)  # fmt: skip
def test_what_is_read_of_a_settled_series_alone_gives_the_state_that_all_of_it_gives(tmp_path: Path, said: str) -> None:
    talk = Talk(tmp_path, patches=2)
    talk.reply(
        RITA,
        "p1",
        f"> Signed-off-by: Pat Author <pat@example.org>\n\n{said}\nReviewed-by: Rita Reviewer <rita@example.org>\n",
    )
    again = Talk(tmp_path, prefix="PATCH v2", patches=2)
    later = [raw.replace(b"p1@", b"v1@").replace(b"p2@", b"v2@").replace(b"09 Jun", b"19 Jun") for raw in again.mails]
    path = tmp_path / "x.mbox"
    for mails in (talk.mails, [*talk.mails, *later]):
        path.write_bytes(b"".join(mails))
        found = find_series(threads(read(path).messages))
        whole = {one.id: judge(review).state for one, review in zip(found, read_reviews(found), strict=True)}
        with desk(path) as opened:
            assert {entry.id: entry.state for entry in opened.queue().entries} == whole


def test_only_the_newest_conversations_are_judged_and_the_rest_is_counted(tmp_path: Path) -> None:
    for day in range(1, 10):
        raw = Talk(tmp_path).mails[0].replace(b"p1@", f"n{day}@".encode()).replace(b"09 Jun", f"0{day} Jun".encode())
        (tmp_path / f"{day}.mbox").write_bytes(raw.replace(b"step 1 of vpic/msix", f"number {day}".encode()))
    with desk(tmp_path, limit=3) as opened:
        queue = opened.queue()
    assert [entry.title for entry in queue.entries] == ["domctl: number 9", "domctl: number 8", "domctl: number 7"]
    assert queue.older == 6
    assert f"{queue.silent_since:%Y-%m-%d}" == "2026-06-06"
    assert len(states(tmp_path, limit=0)) == 9


def test_a_date_in_the_future_does_not_stand_above_all_others(tmp_path: Path) -> None:
    raw = Talk(tmp_path).mails[0]
    (tmp_path / "future.mbox").write_bytes(
        raw.replace(b"2026", b"2099").replace(b"p1@", b"f@").replace(b"step 1", b"x")
    )
    (tmp_path / "now.mbox").write_bytes(raw)
    with desk(tmp_path, limit=0) as opened:
        ages = {entry.id: entry.age(NOW) for entry in opened.queue().entries}
    assert ages == {"f@example.org": 0, "p1@example.org": 22}


def test_patches_posted_apart_are_one_series(tmp_path: Path) -> None:
    talk = Talk(tmp_path, patches=2)
    raws = [re.sub(rb"(?m)^(In-Reply-To|References): .*\n", b"", raw) for raw in talk.mails]
    for number, raw in enumerate(raws, 1):
        (tmp_path / f"{number}.mbox").write_bytes(raw.replace(b"p%d@" % number, b"%d-run@" % number))
    with desk(tmp_path) as opened:
        assert [entry.patches for entry in opened.queue().entries] == [2]


def test_a_diff_makes_a_patch_whatever_its_subject(tmp_path: Path) -> None:
    path = tmp_path / "x.mbox"
    path.write_bytes(Talk(tmp_path).mails[0].replace(b"[PATCH] domctl", b"[Xen-devel] domctl"))
    found = find_series(threads(read(path).messages))
    assert [f"needs-review {one.title} v1" for one in found] == states(path)


def test_no_source_and_no_mail_are_errors(tmp_path: Path) -> None:
    (tmp_path / "empty.mbox").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    for source, why in (("absent", "no such file"), ("empty.mbox", "empty"), ("folder", "no mail in this folder")):
        with pytest.raises(InputError, match=why), desk(tmp_path / source):
            pass


def test_mail_without_a_patch_is_an_empty_queue(tmp_path: Path) -> None:
    path = tmp_path / "talk.mbox"
    path.write_bytes(mail(RITA, "Minutes of the community call", "Nobody came.\n", "x@example.org"))
    with desk(path) as opened:
        assert (opened.queue().entries, opened.mails) == ((), 1)


def test_ages_count_from_today(talk: Talk) -> None:
    path = _mbox(talk)
    with desk(path, now=NOW + timedelta(days=10)) as opened:
        (entry,) = opened.queue().entries
    assert entry.age(NOW + timedelta(days=10)) == 32


def test_a_large_archive_is_judged_in_proportion() -> None:
    sizes = (0, FEW_MAILS, FEW_MAILS + 1, 35_000, 640_000)
    assert [default_limit(mails) for mails in sizes] == [0, 0, 333, 1_166, 21_333]
