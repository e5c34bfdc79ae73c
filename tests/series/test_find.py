"""Which mails make a series, and which version replaces which."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.mail import Message, read, threads
from reviewbot.series import Series, compare, find_series
from tests.mail.mails import mail, read_one
from tests.patience import patience
from tests.series.posts import AUTHOR, diff, found, post, whole


def numbers(series: Series) -> list[tuple[int, str]]:
    return [(patch.number, patch.message_id.partition("@")[0]) for patch in series.patches]


def test_a_cover_letter_and_its_patches() -> None:
    (series,) = found(whole("a", 3, prefix="PATCH for-4.22 v2"))
    assert (series.title, series.version, series.target, series.total) == ("domctl: less locking", 2, "4.22", 3)
    assert series.id == "a-0@example.org"
    assert series.cover is not None
    assert (series.complete, series.missing) == (True, ())
    assert [patch.subject for patch in series.patches] == ["domctl: part 1", "domctl: part 2", "domctl: part 3"]
    assert series.patch(2) is series.patches[1]
    assert series.patch(4) is None
    assert series.superseded_by is None


def test_the_json_of_a_series() -> None:
    (series,) = found(whole("a", 1))
    assert series.to_dict() == {
        "title": "domctl: less locking",
        "version": 1,
        "target": None,
        "author": "Ada Author <ada@example.org>",
        "cover": "a-0@example.org",
        "superseded_by": None,
        "patches": [
            {
                "number": 1,
                "total": 1,
                "subject": "domctl: part 1",
                "message_id": "a-1@example.org",
                "author": "Ada Author <ada@example.org>",
                "files": ["xen/1.c"],
            }
        ],
    }


def test_answers_are_no_patches() -> None:
    answer = post("r", "Re: [PATCH 1/2] domctl: part 1", reply="a-1@example.org", change="", text="> +new();\n\nWhy?\n")
    own = post("s", "Re: [PATCH 1/2] domctl: part 1", reply="a-1@example.org", text="I'd rather:\n")
    (series,) = found(whole("a", 2), answer, own)
    assert numbers(series) == [(1, "a-1"), (2, "a-2")]
    assert {m.message_id for m in series.thread.messages} >= {"r@example.org", "s@example.org"}


def test_a_single_patch() -> None:
    (series,) = found(post("a", "[PATCH v3] domctl: y"))
    assert (series.title, series.version, series.id) == ("domctl: y", 3, "a@example.org")
    assert (series.patches[0].number, series.patches[0].total, series.complete) == (1, 1, True)


def test_patches_below_the_first_one() -> None:
    first = post("a-1", "[PATCH 1/2] domctl: one")
    (series,) = found(first, post("a-2", "[PATCH 2/2] domctl: two", reply="a-1@example.org"))
    assert (series.title, series.cover, numbers(series)) == ("domctl: one", None, [(1, "a-1"), (2, "a-2")])


def test_patches_each_below_the_one_before() -> None:
    mails = [post("a-0", "[PATCH 0/3] y", change="")]
    mails += [post(f"a-{n}", f"[PATCH {n}/3] part {n}", reply=f"a-{n - 1}@example.org") for n in (1, 2, 3)]
    (series,) = found(mails)
    assert (series.complete, series.cover is not None) == (True, True)


def test_patches_that_hang_on_nothing_are_put_together_with_all_their_threads() -> None:
    answer = post("r", "Re: [PATCH 2/2] domctl: two", reply="20260601.1-2@example.org", change="", hour=12)
    mails = [post("20260601.1-1", "[PATCH 1/2] domctl: one"), post("20260601.1-2", "[PATCH 2/2] domctl: two"), answer]
    (series,) = found(mails)
    assert series.complete
    assert len(series.thread.messages) == 3
    assert series.thread.parent(answer) is mails[1]


def test_two_unthreaded_series_of_one_moment() -> None:
    one = [post(f"{stem}-{n}", f"[PATCH {n}/2] {stem} {n}") for n in (1, 2) for stem in ("x", "y")]
    assert [numbers(series) for series in found(one)] == [[(1, "x-1"), (2, "x-2")], [(1, "y-1"), (2, "y-2")]]


def test_several_series_in_one_source() -> None:
    series = found(whole("a", 2), whole("b", 2, title="mm: y", subjects="mm: part {}"), post("c", "[PATCH] z"))
    assert [(one.title, one.complete, one.superseded_by) for one in series] == [
        ("domctl: less locking", True, None),
        ("mm: y", True, None),
        ("z", True, None),
    ]


def test_two_series_of_one_author_in_one_thread() -> None:
    series = found(whole("a", 2), whole("b", 2, title="other", subjects="other {}", reply="a-0@example.org", day=2))
    assert [numbers(one) for one in series] == [[(1, "a-1"), (2, "a-2")], [(1, "b-1"), (2, "b-2")]]


def test_another_persons_patch_in_the_thread_is_its_own() -> None:
    other = post("o", "[PATCH] domctl: instead", reply="a-1@example.org", sender="Rita <rita@example.org>")
    series = found(whole("a", 2), other)
    assert [(one.author.name, one.total) for one in series] == [("Ada Author", 2), ("Rita", 1)]


def test_missing_patches_are_named() -> None:
    (series,) = found([one for one in whole("a", 4) if one.message_id != "a-3@example.org"])
    assert (series.complete, series.missing) == (False, (3,))


def test_flags_of_any_mail_count() -> None:
    mails = whole("a", 1)
    rfc = post("a-2", "[PATCH RFC for-4.22 2/2] x", reply="a-0@example.org")
    (series,) = found(
        *[post("a-0", "[PATCH 0/2] y", change=""), post("a-1", "[PATCH RESEND 1/2] x", reply="a-0@example.org"), rfc]
    )
    assert (series.rfc, series.resend, series.target) == (True, True, "4.22")
    assert mails


def test_patches_numbered_by_their_own_history_stay_below_their_cover() -> None:
    mails = [
        post("a-0", "[PATCH v2 0/3] y", change=""),
        post("a-1", "[PATCH v3 1/3] one", reply="a-0@example.org"),
        post("a-2", "[PATCH 2/3] two", reply="a-0@example.org"),
        post("a-3", "[PATCH v2 3/3] three", reply="a-0@example.org"),
    ]
    (series,) = found(mails)
    assert (series.version, series.complete) == (2, True)


@pytest.mark.parametrize("in_thread", [True, False])
def test_the_newest_version_supersedes(in_thread: bool) -> None:
    old, mid, new = found(
        whole("a", 2),
        whole("b", 2, prefix="PATCH v2", reply="a-0@example.org" if in_thread else "", day=2),
        whole("c", 3, prefix="PATCH v3", day=3),
    )
    assert [one.superseded_by for one in (old, mid, new)] == ["c-0@example.org", "c-0@example.org", None]


def test_a_version_with_another_title_is_known_by_its_patches() -> None:
    old, new = found(whole("a", 3), whole("b", 2, prefix="PATCH v2", title="something else", day=2))
    assert old.superseded_by == new.id


def test_a_version_with_every_word_changed_is_known_by_its_files() -> None:
    old, new = found(whole("a", 3), whole("b", 3, prefix="PATCH v2", title="else", subjects="mm: thing {}", day=2))
    assert (old.superseded_by, new.superseded_by) == (new.id, None)


@pytest.mark.parametrize(
    ("title", "path", "prefix", "linked"),
    [
        ("libxl: Print a readable message, no number", "tools/a.c", "PATCH v2", True),
        ("libxl: Print a readable message, no number", "tools/b.c", "PATCH v2", False),
        ("libxl: Print a readable message, no number", "tools/a.c", "PATCH v3", False),
        ("libxl: Free what was read of a message", "tools/a.c", "PATCH v2", False),
    ],
)
def test_a_version_in_more_patches_with_a_like_title_is_known(title: str, path: str, prefix: str, linked: bool) -> None:
    old, new = found(
        post("a", "[PATCH] libxl: Print readable message and no number", change=diff("tools/a.c")),
        post("b-1", f"[{prefix} 1/2] {title}", day=9, change=diff(path)),
        post("b-2", f"[{prefix} 2/2] libxl: Use it", day=9, reply="b-1@example.org", change=diff("tools/c.c")),
    )
    assert old.superseded_by == (new.id if linked else None)


def test_a_later_version_in_answer_to_the_older_one() -> None:
    change = diff("other.c")
    old, new = found(post("a", "[PATCH] x"), post("b", "[PATCH v2] y", reply="a@example.org", change=change, day=2))
    assert old.superseded_by == new.id


def test_a_repost_without_a_number_supersedes() -> None:
    old, new = found(whole("a", 2), whole("b", 2, day=3))
    assert (old.superseded_by, new.superseded_by) == ("b-0@example.org", None)
    old, new = found(post("a", "[PATCH] x"), post("b", "[PATCH RESEND] x", day=9))
    assert (old.superseded_by, new.resend) == ("b@example.org", True)


def test_an_older_version_posted_late_supersedes_nothing() -> None:
    series = found(post("a", "[PATCH v2] x"), post("b", "[PATCH] x", day=2))
    assert [(one.version, one.superseded_by) for one in series] == [(2, None), (1, None)]


def test_other_work_on_the_same_files_supersedes_nothing() -> None:
    series = found(
        post("a", "[PATCH] x"),
        post("b", "[PATCH] y", day=2),
        post("c", "[PATCH v2] z", sender="R <r@example.org>", day=3),
    )
    assert [one.superseded_by for one in series] == [None, None, None]


def test_a_partial_reroll_is_made_whole() -> None:
    again = post(
        "b-2", "[PATCH v2 2/3] domctl: part 2", reply="a-2@example.org", day=2, change=diff("xen/2.c", "better();")
    )
    old, new = found(whole("a", 3), again)
    assert (new.version, new.complete, new.carried, new.id) == (2, True, (1, 3), "b-2@example.org")
    assert numbers(new) == [(1, "a-1"), (2, "b-2"), (3, "a-3")]
    assert new.title == old.title
    assert old.superseded_by == new.id


def test_a_reroll_by_subject_and_by_point_version() -> None:
    again = post("b", "[PATCH v2] domctl: part 2", reply="a-2@example.org", day=2)
    _, new = found(whole("a", 3), again)
    assert numbers(new) == [(1, "a-1"), (2, "b"), (3, "a-3")]
    _, new = found(
        whole("a", 3, prefix="PATCH v5"), post("b-2", "[PATCH v5.1 2/3] domctl: other", reply="a-2@example.org", day=2)
    )
    assert (new.version, new.version_text, new.carried) == (5, "5.1", (1, 3))


def test_a_partial_reroll_in_a_thread_of_its_own_is_made_whole() -> None:
    again = [
        post("b-2", "[PATCH v2 2/4] domctl: part 2", day=2, change=diff("xen/2.c", "better();")),
        post("b-4", "[PATCH v2 4/4] domctl: said otherwise", reply="b-2@example.org", day=2, change=diff("xen/4.c")),
    ]
    old, new = found(whole("a", 4), again)
    assert (new.version, new.complete, new.carried, new.id, new.base) == (2, True, (1, 3), "b-2@example.org", old.id)
    assert numbers(new) == [(1, "a-1"), (2, "b-2"), (3, "a-3"), (4, "b-4")]
    assert (new.title, new.cover, old.superseded_by) == (old.title, old.cover, new.id)
    # what was said on the patches that stand is said on this version
    assert [message.message_id for message in new.thread.messages][-2:] == ["b-2@example.org", "b-4@example.org"]
    assert len(new.thread.messages) == 7


def test_a_reroll_of_a_reroll_takes_from_both() -> None:
    second = post("b-2", "[PATCH v2 2/3] domctl: part 2", day=2)
    third = post("c-3", "[PATCH v3 3/3] domctl: part 3", day=3)
    *_, new = found(whole("a", 3), second, third)
    assert numbers(new) == [(1, "a-1"), (2, "b-2"), (3, "c-3")]
    assert [patch.version for patch in new.patches] == [1, 2, 3]
    assert new.carried == (1, 2)


OTHER = "Bea Other <bea@example.org>"


@pytest.mark.parametrize(
    "again",
    [
        post("b-2", "[PATCH v2 2/3] domctl: part 2", reply="b-0@example.org", day=2),  # the rest is not in this source
        post("b-2", "[PATCH v2 2/3] domctl: part 2", day=2, sender=OTHER),
        post("b-2", "[PATCH v2 2/3] domctl: something else", day=2, change=diff("xen/else.c")),
        post("b-2", "[PATCH v2 2/4] domctl: part 2", day=2),  # another number of patches
        post("b-2", "[PATCH 2/3] domctl: part 2", day=2),  # no later version
    ],
)
def test_a_part_that_is_no_reroll_stays_a_part(again: Message) -> None:
    new = found(whole("a", 3), again)[-1]
    assert (new.complete, new.carried) == (False, ())
    assert numbers(new) == [(2, "b-2")]


@pytest.mark.parametrize(("month", "linked"), [("Nov", True), ("Dec", False)])
def test_what_no_word_links_is_linked_by_its_files_for_half_a_year(month: str, linked: bool) -> None:
    old = post("a", "[PATCH] domctl: one thing", change=diff("xen/1.c"), day=1)
    date = f"Tue, 24 {month} 2026 10:00:00 +0000"
    change = f"Because.\n\nSigned-off-by: {AUTHOR}\n---\n x | 1 +\n\n{diff('xen/1.c')}-- \n2.53.0\n"
    raw = mail(change, sender=AUTHOR, subject="[PATCH v2] x86: another", mid="b@example.org", date=date)
    first, second = found(old, read_one(raw))
    assert (first.superseded_by == second.id) is linked
    alone = mail(change, sender=AUTHOR, subject="[PATCH v2 1/2] x86: 1", mid="d-1@example.org", date=date)
    *_, part = found(whole("c", 2, subjects="x86: {}", cover=False), read_one(alone))
    assert part.complete is linked


def test_the_order_is_by_date() -> None:
    series = found(post("b", "[PATCH] late", day=5), post("a", "[PATCH] early", day=2))
    assert [one.title for one in series] == ["early", "late"]


def test_what_changed_between_versions() -> None:
    body = "Because.\n\nSigned-off-by: Ada Author <ada@example.org>\n"
    old = [
        post(
            f"a-{n}",
            f"[PATCH {n}/4] part {n}",
            reply="" if n == 1 else "a-1@example.org",
            change=diff(f"{n}.c", f"x{n}();"),
        )
        for n in (1, 2, 3, 4)
    ]
    new = [
        post(
            "b-1", "[PATCH v2 1/4] part 1", change=diff("1.c", "x1();").replace("@@ -1,2 +1,3", "@@ -7,2 +7,3"), day=2
        ),
        post("b-2", "[PATCH v2 2/4] part 2", reply="b-1@example.org", change=diff("2.c", "y2();"), day=2),
        post(
            "b-3",
            "[PATCH v2 3/4] renamed",
            reply="b-1@example.org",
            change=diff("3.c", "x3();"),
            text="New words.\n" + body,
            day=2,
        ),
        post("b-4", "[PATCH v2 4/4] added", reply="b-1@example.org", change=diff("5.c", "z();"), day=2),
    ]
    one, two = found(old, new)
    changes = compare(one, two)
    assert [(c.kind, c.old and c.old.number, c.new and c.new.number) for c in changes] == [
        ("same", 1, 1), ("diff", 2, 2), ("message", 3, 3), ("new", None, 4), ("dropped", 4, None),
    ]  # fmt: skip
    assert (changes[1].gone, changes[1].come) == (("+x2();",), ("+y2();",))
    assert changes[1].to_dict() == {"kind": "diff", "old": 2, "new": 2, "gone": ["+x2();"], "come": ["+y2();"]}


def test_a_reworded_and_changed_patch_is_paired_by_its_lines() -> None:
    lines = "".join(f"+line{n}();\n" for n in range(8))
    change = diff("1.c").replace("+new();\n", lines).replace("+1,3", "+1,10")
    one, two = found(
        post("a", "[PATCH] first words", change=change),
        post("b", "[PATCH v2] other words", change=change.replace("line0", "else0"), day=2),
    )
    (changed,) = compare(one, two)
    assert (changed.kind, changed.gone, changed.come) == ("both", ("+line0();",), ("+else0();",))


@given(st.permutations(range(8)))
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_mails_does_not_matter(order: list[int]) -> None:
    mails = [*whole("a", 3), *whole("b", 3, prefix="PATCH v2", reply="a-0@example.org", day=2)]
    old, new = found([mails[index] for index in order])
    assert (numbers(old), numbers(new)) == ([(1, "a-1"), (2, "a-2"), (3, "a-3")], [(1, "b-1"), (2, "b-2"), (3, "b-3")])
    assert old.superseded_by == new.id


@given(st.lists(st.tuples(st.sampled_from(["[PATCH] x", "[PATCH v2] x", "[PATCH 1/2] x", "[PATCH v2 2/2] y", "[PATCH 0/2] z", "Re: [PATCH] x",
                                           "[PATCH 3/2] x", "[PATCH 0/0] x", "[PATCH v0 1/1] x"]), st.integers(0, 9), st.integers(1, 20)), max_size=10))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_any_mails_make_sane_series(entries: list[tuple[str, int, int]]) -> None:
    mails = [
        post(f"m-{n}", subject, reply=f"m-{reply}@example.org", day=day)
        for n, (subject, reply, day) in enumerate(entries)
    ]
    series = found(mails)
    assert len({one.id for one in series}) == len(series)
    known = {one.id for one in series}
    for one in series:
        assert one.patches
        assert one.superseded_by is None or one.superseded_by in known - {one.id}
        assert [patch.number for patch in one.patches] == sorted({patch.number for patch in one.patches})


def test_a_long_chain_of_patches_takes_linear_time() -> None:
    mails = [post(f"c{n}", "[PATCH 1/2] x", reply=f"c{n - 1}@example.org") for n in range(2000)]
    with patience():
        assert len(found(mails)) == 2000


def test_the_real_thread(domctl_mbox: Path) -> None:
    (series,) = find_series(threads(read(domctl_mbox).messages))
    assert (series.version, series.complete, series.cover is not None) == (1, True, True)
    assert [patch.files for patch in series.patches] == [
        ("xen/arch/x86/domctl.c", "xen/common/domctl.c"),
        ("xen/arch/x86/mm/paging.c", "xen/common/domctl.c"),
    ]
    assert [patch.diff.problems for patch in series.patches] == [(), ()]
    assert [[trailer.name for trailer in patch.trailers] for patch in series.patches] == [["Signed-off-by"]] * 2
