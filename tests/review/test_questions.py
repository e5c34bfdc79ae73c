"""Questions and objections: at which line, who owes the answer, and what settles them or does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.review import Question, read_review
from tests.review.mails import AUTHOR, DIFF, MAX, OLGA, RITA, Talk, quote

TAG = "Reviewed-by: Rita Reviewer <rita@example.org>"
ASKED = "Why is the lock not needed here?"


def asked(folder: Path) -> tuple[Talk, str]:
    """A thread with one question below a line of the diff."""
    talk = Talk(folder)
    return talk, talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + f"\n{ASKED}\n")


def only(talk: Talk) -> Question:
    """The one question about the patch."""
    (question,) = talk.review().patches[0].questions
    return question


def test_a_question_stands_at_the_line_above_it(tmp_path: Path) -> None:
    anchor = only(asked(tmp_path)[0]).anchor
    assert anchor is not None
    assert (anchor.path, anchor.line, anchor.text) == ("xen/common/domctl.c", 566, "        unknwon = vpic(d);")


def test_a_question_in_talk_below_a_line_stands_at_that_line(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    first = talk.reply(RITA, "p1", talk.quoted("p1", "goto quick") + "\nThis looks racy to me.\n")
    talk.reply(MAX, first, "> This looks racy to me.\n\nAgainst which other path?\n")
    anchor = only(talk).anchor
    assert anchor is not None
    assert (anchor.path, anchor.text) == ("xen/common/domctl.c", "            goto quick;")
    assert only(talk).owes == "Rita Reviewer"  # whose words it asks about


def test_a_question_about_the_message_names_its_line(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "another bullet") + "\nWhat does this refer to?\n")
    anchor = only(talk).anchor
    assert anchor is not None
    assert (anchor.path, anchor.message) == (None, "* another bullet")


@pytest.mark.parametrize(
    ("who", "words", "answered"),
    [
        (AUTHOR, "The p2m lock protects it.", True),
        (AUTHOR, "Yes.", True),
        (AUTHOR, "Will change that.", True),
        (AUTHOR, "Good question. Let me check.", False),
        (AUTHOR, "I'm not sure, I'll have a look.", False),
        (AUTHOR, "Do you mean the domctl lock?", False),
        (MAX, "Because paging_domctl() takes its own lock.", True),
        (MAX, "I wonder about that too.", False),
        (MAX, "+1", False),
        (MAX, "Maybe because of the p2m lock.", False),
        (MAX, "Acked-by: Max Maintainer <max@example.org>", False),
        (RITA, "Never mind, I see it now.", True),
        (RITA, "Ah, I overlooked the other lock.", True),
        (RITA, "Anyone?", False),
    ],
)
def test_words_below_a_question(tmp_path: Path, who: tuple[str, str], words: str, answered: bool) -> None:
    talk, mid = asked(tmp_path)
    talk.reply(who, mid, f"> {ASKED}\n\n{words}\n")
    assert talk.review().patches[0].questions[0].answered is answered


def test_only_the_question_right_above_is_answered(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    body = (
        talk.quoted("p1", "goto quick")
        + "\nWhy quick and not slow?\n\n> +        unknwon = vpic(d);\n\nWhich vpic is that?\n"
    )
    mid = talk.reply(RITA, "p1", body)
    talk.reply(AUTHOR, mid, quote(body) + "\nThe emulated one.\n")
    assert [(q.text, q.answered) for q in talk.review().patches[0].questions] == [
        ("Why quick and not slow?", False),
        ("Which vpic is that?", True),
    ]


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        ("Okay, thanks.", True),
        ("Fair enough.", True),
        ("I see.", True),
        ("Makes sense.", True),
        ("This still doesn't answer why the lock can go.", False),
        ("I don't follow.", False),
        ("That's not what I asked.", False),
    ],
)
def test_the_askers_word_below_an_answer(tmp_path: Path, words: str, answered: bool) -> None:
    talk, mid = asked(tmp_path)
    said = talk.reply(AUTHOR, mid, f"> {ASKED}\n\nIt is not reached.\n")
    talk.reply(RITA, said, f">> {ASKED}\n>\n> It is not reached.\n\n{words}\n")
    assert only(talk).answered is answered


def test_thanks_for_a_delay_that_goes_on_to_object_settles_nothing(tmp_path: Path) -> None:
    talk, mid = asked(tmp_path)
    said = talk.reply(AUTHOR, mid, f"> {ASKED}\n\nLet me check.\n")
    talk.reply(RITA, said, f">> {ASKED}\n>\n> Let me check.\n\nThanks, but this needs knowing before it goes in.\n")
    assert not only(talk).answered


def versions(
    folder: Path, then: str | None, note: str, reply: str = "", tag: str = ""
) -> tuple[list[Question], list[Question]]:
    """The questions of a first version with one, and those of a second: `then` in place of the line asked about."""
    talk = Talk(folder)
    mid = talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + f"\n{ASKED}\n")
    if reply:
        talk.reply(AUTHOR, mid, f"> {ASKED}\n\n{reply}\n")
    diff = DIFF if then is None else DIFF.replace("        unknwon = vpic(d);", then)
    body = f"The lock.\n\nSigned-off-by: Pat Author <pat@example.org>\n---\n{note}\n xen/common/domctl.c | 6 ++++++\n\n{diff}-- \n2.53.0\n"
    talk._post("[PATCH v2] domctl: step 1 of vpic/msix", body, "w1", None)
    if tag:
        talk.reply(RITA, "w1", tag + "\n")
    first, second = talk.series()
    return (
        list(read_review(first, others=[second]).patches[0].questions),
        list(read_review(second, others=[first]).patches[0].questions),
    )


def test_an_open_question_goes_along_while_its_line_stands(tmp_path: Path) -> None:
    first, second = versions(tmp_path, None, "v2: rebase")
    assert [q.answered for q in first] == [False]
    ((carried),) = second
    assert (carried.text, carried.answered, carried.version) == (ASKED, False, 1)
    assert carried.anchor is not None and carried.anchor.line == 566


def test_a_question_about_a_line_that_is_gone_stays_behind_open(tmp_path: Path) -> None:
    first, second = versions(tmp_path, "        unknown = vpic(d, true);", "v2: rebase")
    assert [q.answered for q in first] == [False]  # nobody said that this was the reason
    assert second == []


def test_somebody_looked_into_it_and_the_line_is_gone(tmp_path: Path) -> None:
    first, second = versions(tmp_path, "        unknown = vpic(d, true);", "v2: rebase", reply="Let me check.")
    assert [q.answered for q in first] == [True]
    assert second == []


@pytest.mark.parametrize(
    ("note", "named"),
    [
        ("v2:\n - explain why the lock is not needed (Reviewer)\n - rebase", True),
        ("v2:\n - rename (Rita Reviewer)\n - rebase", False),
        ("v2:\n - drop a blank that is not needed", False),
    ],
)
def test_a_changelog_that_names_it(tmp_path: Path, note: str, named: bool) -> None:
    first, second = versions(tmp_path, None, note)
    assert [q.answered for q in first] == [named]
    assert bool(second) is not named


def test_a_tag_on_the_next_version_settles_it_there(tmp_path: Path) -> None:
    assert versions(tmp_path, None, "v2: rebase", tag=TAG)[1] == []


@pytest.mark.parametrize(
    ("later", "still_open"),
    [
        ("I withdraw my objection.", False),
        ("I no longer object.", False),
        ("No further objections.", False),
        ("If there are no objections I'll look at v2.", True),
        ("My view hasn't changed.", True),
    ],
)
def test_an_objection_goes_by_its_makers_word(tmp_path: Path, later: str, still_open: bool) -> None:
    talk = Talk(tmp_path)
    first = talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\nI object to this.\n")
    said = talk.reply(AUTHOR, first, "> I object to this.\n\nIt was agreed on in May.\n")
    talk.reply(RITA, said, f"> It was agreed on in May.\n\n{later}\n")
    assert [remark.open for remark in talk.review().patches[0].remarks if remark.kind == "refused"] == [still_open]


def test_content_with_the_answer_to_an_objection(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    first = talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\nI disagree.\n")
    said = talk.reply(AUTHOR, first, "> I disagree.\n\nThe caller holds the lock.\n")
    talk.reply(MAX, said, "> The caller holds the lock.\n\nFair enough.\n")
    assert [remark.open for remark in talk.review().patches[0].remarks] == [True]
    talk.reply(RITA, said, "> The caller holds the lock.\n\nFair enough.\n")
    assert [remark.open for remark in talk.review().patches[0].remarks] == [False]


def test_a_tag_in_the_mail_that_refuses_does_not_lift_it(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", f"This patch breaks the build on Arm.\n\nWith that sorted:\n{TAG}\n")
    assert [(remark.kind, remark.open) for remark in talk.review().patches[0].remarks] == [("broken", True)]


def remarks(folder: Path, words: str, *later: tuple[tuple[str, str], str]) -> list[tuple[str, bool]]:
    """Kind and state of what a mail says of the patch's fate, after later replies to the patch."""
    talk = Talk(folder)
    talk.reply(RITA, "p1", words + "\n")
    for who, body in later:
        talk.reply(who, "p1", body + "\n")
    return [(remark.kind, remark.open) for remark in talk.review().patches[0].remarks]


ACK = "Acked-by: Max Maintainer <max@example.org>"


def test_a_missing_ack_is_settled_by_one_that_comes(tmp_path: Path) -> None:
    assert remarks(tmp_path, "This is still missing an ack.", (MAX, ACK)) == [("missing-ack", False)]


def test_a_named_one_only_by_that_person(tmp_path: Path) -> None:
    assert remarks(tmp_path, "This needs Max's ack.", (MAX, ACK)) == [("missing-ack", False)]
    assert remarks(tmp_path, "This needs Olga's ack.", (MAX, ACK)) == [("missing-ack", True)]


def test_who_fills_the_gap_himself(tmp_path: Path) -> None:
    words = f"Seeing that you didn't get any ack in three weeks:\n{TAG}"
    assert remarks(tmp_path, words) == [("missing-ack", False)]


def test_a_review_is_no_release_ack(tmp_path: Path) -> None:
    words = f"{TAG}\n\nThis needs a release ack, though."
    assert remarks(tmp_path, words, (MAX, ACK)) == [("needs-release-ack", True)]
    release = "Release-Acked-by: Olga Manager <olga@example.org>"
    assert remarks(tmp_path, words, (OLGA, release)) == [("needs-release-ack", False)]


def test_the_file_quoted_below_tells_whose(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(
        RITA, "p1", "I still lack an ack from the maintainers of...\n\n> xen/common/domctl.c | 6 ++++++\n\n... this.\n"
    )
    assert [remark.whose for remark in talk.review().patches[0].remarks] == ["maintainers of xen/common/domctl.c"]


def test_who_is_called_by_name_owes_the_answer(tmp_path: Path) -> None:
    talk, mid = asked(tmp_path)
    talk.reply(MAX, mid, f"> {ASKED}\n\nIt isn't.\n")
    talk.reply(OLGA, mid, f"> {ASKED}\n\nMax, do you still want that comment?\n")
    assert [question.owes for question in talk.review().patches[0].questions] == ["Pat Author", "Max Maintainer"]


def test_the_writer_of_the_words_above_owes_it_and_the_author_may_answer(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\nThis fails on my box.\n")
    back = talk.reply(AUTHOR, mid, "> This fails on my box.\n\nWhich box is that?\n")
    assert only(talk).owes == "Rita Reviewer"
    talk.reply(RITA, back, "> Which box is that?\n\nA Zen3 one.\n")
    assert only(talk).answered


@pytest.mark.parametrize(
    "shown",
    [
        "diff --git a/xen/common/domctl.c b/xen/common/domctl.c\n--- a/xen/common/domctl.c\n+++ b/xen/common/domctl.c\n"
        "@@ -560,2 +560,2 @@\n     case XEN_DOMCTL_shadow_op:\n-        if (a ? b : c)\n+        if (why ?\n",
        "61 tst_swap.c:1693: formatting the device\n62 tst_swap.c:1673: the test was killed! (timeout?)\n",
    ],
)
def test_what_is_pasted_asks_nothing(tmp_path: Path, shown: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + f"\nSee below.\n\n{shown}")
    assert talk.review().patches[0].questions == ()


def test_a_question_at_an_arrow(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + "                  ^ is that the right one?\n")
    assert only(talk).text == "is that the right one?"
