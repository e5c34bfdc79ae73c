"""Verdicts: each state from a thread that makes it, and the warnings that block nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from reviewbot.mail import read, threads
from reviewbot.policy import Calendar, Maintainers, Verdict, judge
from reviewbot.review import read_review
from reviewbot.series import find_series
from tests.review.mails import AUTHOR, MAX, OLGA, RITA, Talk, quote

MAINTAINERS = Maintainers.parse(
    "DOMCTL\nM:\tMax Maintainer <max@example.org>\nF:\txen/common/domctl.c\n\n"
    "XSM\nM:\tSam Secure <sam@example.org>\nF:\txen/xsm/\nK:\tvpic\n\n"
    "THE REST\nM:\tRosa Rest <rosa@example.org>\nF:\t*\nF:\t*/\n"
)
ROSA = ("Rosa Rest", "rosa@example.org")
REVIEW = "Reviewed-by: Rita Reviewer <rita@example.org>\n"
ACK = "Acked-by: Max Maintainer <max@example.org>\n"
OTHER_FILE = """\
diff --git a/tools/xl/xl.c b/tools/xl/xl.c
index 3efa5b9d55b9..35144d95b808 100644
--- a/tools/xl/xl.c
+++ b/tools/xl/xl.c
@@ -1,1 +1,2 @@
 int a;
+int b;
"""
CALENDAR = Calendar("4.22", ("Olga Manager",), date(2026, 5, 8), date(2026, 6, 5), date(2026, 6, 26), date(2026, 6, 29))


def verdict(talk: Talk, **options: Any) -> Verdict:
    """The verdict on the thread with our MAINTAINERS."""
    return judge(talk.review(), maintainers=MAINTAINERS, **options)


def test_nobody_spoke(tmp_path: Path) -> None:
    found = verdict(Talk(tmp_path))
    assert found.state == "needs-review"
    assert [(entry.who, entry.for_, entry.stand_in) for entry in found.missing] == [
        (("Max Maintainer",), ("xen/common/domctl.c",), None)
    ]


def test_reviewed_by_somebody_but_no_maintainer(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", REVIEW)
    found = verdict(talk)
    assert (found.state, [entry.who for entry in found.missing]) == ("needs-ack", [("Max Maintainer",)])
    assert judge(talk.review()).state == "ready"


def test_acked_by_the_maintainer(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", ACK)
    found = verdict(talk)
    assert (found.state, found.missing) == ("ready", ())
    assert any("K: of XSM" in warning for warning in found.warnings)


def test_stand_in_is_a_warning_with_names(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(ROSA, "p1", "Acked-by: Rosa Rest <rosa@example.org>\n")
    found = verdict(talk)
    assert found.state == "ready"
    assert [(entry.who, entry.stand_in) for entry in found.missing] == [(("Max Maintainer",), "Rosa Rest")]
    assert any("Rosa Rest may stand in" in warning for warning in found.warnings)


def test_partial_ack_covers_its_part_only(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", "Acked-by: Max Maintainer <max@example.org> # x86\n")
    talk.reply(RITA, "p1", REVIEW)
    assert verdict(talk).state == "needs-ack"


def test_conditional_tag_with_its_request(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", talk.quoted("p1", "fallthrough") + f"\nNewline please. With that adjusted:\n{ACK}")
    found = verdict(talk)
    assert (found.state, found.reasons) == ("ready-with-fixups", ("patch 1: 1.1 to be applied",))
    assert verdict(talk, done={"1.1"}).state == "ready"


@pytest.mark.parametrize(
    "words",
    [
        "Provided testing shows that it works:",
        "If Sam has no objections:",
        "If you agree:",
        "Feel free to add for the next version:",
    ],
)
def test_tag_that_still_waits_does_not_count(tmp_path: Path, words: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", f"{words}\n{ACK}")
    found = verdict(talk)
    assert found.state == "needs-review"
    assert any("waits for" in warning for warning in found.warnings)


def test_preferred_counts_and_is_mentioned(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", f"Preferably with the name changed:\n{ACK}")
    found = verdict(talk)
    assert found.state == "ready"
    assert any("would rather have" in warning for warning in found.warnings)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("Nacked-by: Max Maintainer <max@example.org>\n", "refused"),
        ("I'm afraid I can't take it before the above is clarified.\n", "refused"),
        ("This breaks the build on arm.\n", "needs-new-version"),
        ("> +        fallthrough;\n\nWhy is no lock needed here?\n", "open-questions"),
        ("I beg to differ.\n", "open-questions"),
    ],
)
def test_what_the_thread_leaves_open(tmp_path: Path, body: str, state: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", REVIEW)
    talk.reply(ROSA, "p1", "Acked-by: Rosa Rest <rosa@example.org>\n")
    talk.reply(MAX, "p1", body)
    assert verdict(talk).state == state


def test_question_beside_a_plain_tag_does_not_block(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", talk.quoted("p1", "fallthrough") + f"\nWhy is no lock needed here?\n\nIn any case:\n{ACK}")
    assert verdict(talk).state == "ready"


def test_author_promises_a_new_version(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(MAX, "p1", talk.quoted("p1", "fallthrough") + f"\nNewline please.\n\n{ACK}")
    talk.reply(AUTHOR, mid, "> Newline please.\n\nWill fix in v2.\n")
    assert verdict(talk).state == "needs-new-version"


@pytest.mark.parametrize(
    ("body", "target", "state"),
    [
        ("I have committed the series.", "p0", "committed"),
        ("Committed, thanks.", "p1", "needs-review"),
        ("I have committed patches #1-#2.", "p1", "committed"),
        ("I will commit the patch later today.", "p0", "needs-review"),
    ],
)
def test_committed(tmp_path: Path, body: str, target: str, state: str) -> None:
    talk = Talk(tmp_path, patches=2, cover=True)
    talk.reply(MAX, target, body + "\n")
    assert verdict(talk).state == state


def test_a_condition_without_a_request_is_not_passed_over(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", talk.quoted("p1", "unknwon") + f"\nOnce the accounting is right:\n{ACK}")
    found = verdict(talk)
    assert found.state == "ready-with-fixups"
    assert "is bound to an edit that a person must find: Once the accounting is right" in found.reasons[0]


def test_a_condition_by_anothers_remark_binds_that_remark(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + "\ns/unknwon/unknown/\n")
    talk.reply(MAX, "p1", f"With the typo spotted by Rita solved:\n{ACK}")
    assert verdict(talk).reasons[0].startswith("patch 1: 1.1")


def test_an_approval_of_a_part_that_the_patch_has_not_is_none(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", "For the toolstack changes:\n" + ACK)
    assert judge(talk.review()).state == "needs-review"
    assert verdict(talk).state == "needs-review"
    assert 'is for "toolstack", which names no file of the patch' in verdict(talk).warnings[0]


def test_an_approval_of_a_part_says_what_it_leaves(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.mails[0] = talk.mails[0].replace(b"-- \n2.53", OTHER_FILE.encode() + b"-- \n2.53")
    talk.reply(MAX, "p1", "Common parts:\n" + ACK)
    found = judge(talk.review())
    assert found.state == "ready"
    assert found.warnings == ("patch 1: approved in part only (Common), not tools/xl/xl.c",)


def test_landed_in_the_tree(tmp_path: Path) -> None:
    assert verdict(Talk(tmp_path), landed={1: "261a2f51df"}).state == "committed"


def test_superseded(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", ACK)
    newer = Talk(tmp_path, prefix="PATCH v2")
    talk.mails.append(
        newer.mails[0].replace(b"<p1@example.org>", b"<q1@example.org>").replace(b"10:00:00", b"18:00:00")
    )
    series = talk.series()
    old = next(entry for entry in series if entry.version == 1)
    assert (
        judge(read_review(old, others=[entry for entry in series if entry is not old]), maintainers=MAINTAINERS).state
        == "superseded"
    )


@pytest.mark.parametrize(
    ("day", "acked", "state", "warned"),
    [
        (date(2026, 5, 1), False, "ready", False),
        (date(2026, 5, 20), False, "ready", True),
        (date(2026, 6, 10), False, "ready", True),
        (date(2026, 6, 27), False, "needs-release-ack", False),
        (date(2026, 6, 27), True, "ready", False),
        (date(2026, 7, 1), False, "ready", False),
    ],
)
def test_release_gate(tmp_path: Path, day: date, acked: bool, state: str, warned: bool) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", ACK)
    if acked:
        talk.reply(OLGA, "p1", "R-Acked-by: Olga Manager <olga@example.org>\n")
    found = verdict(talk, calendar=CALENDAR, today=day)
    assert found.state == state
    assert any("no release ack" in warning for warning in found.warnings) is warned


def test_only_the_release_managers_ack_counts(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", ACK + "Release-Acked-by: Max Maintainer <max@example.org>\n")
    assert verdict(talk, calendar=CALENDAR, today=date(2026, 6, 27)).state == "needs-release-ack"
    assert verdict(talk).state == "ready"


def test_release_ack_asked_for_in_the_thread_gates_during_the_freeze(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", ACK + "\nThis needs a release ack now.\n")
    assert verdict(talk, calendar=CALENDAR, today=date(2026, 6, 10)).state == "needs-release-ack"


def test_tags_that_need_a_look_are_warned_of(tmp_path: Path) -> None:
    talk = Talk(tmp_path, trailers="Tested-by: Olga Manager <olga@example.org>\n")
    talk.reply(MAX, "p1", ACK + "Tested-by: Rita Reviewer <rita@example.org>\n")
    talk.reply(RITA, "p1", "Feel free to add my R-b.\n")
    warnings = " ".join(verdict(talk).warnings)
    assert "was not sent by that person" in warnings
    assert "needs a yes: Feel free to add my R-b." in warnings
    assert "stands in the patch" in warnings


def test_dict_has_the_keys_of_the_schema(tmp_path: Path) -> None:
    data = verdict(Talk(tmp_path)).to_dict()
    assert set(data) == {"state", "reasons", "missing", "warnings"}
    assert set(data["missing"][0]) == {"who", "for", "stand_in"}


def test_answer_quoted_with_everything(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(MAX, "p1", talk.quoted("p1", "fallthrough") + f"\nNewline please.\n\n{ACK}")
    talk.reply(AUTHOR, mid, quote(talk.bodies[mid]) + "\nYes, please adjust all of these on commit.\n")
    assert verdict(talk).state == "ready-with-fixups"


def test_real_thread(domctl_mbox: Path) -> None:
    (series,) = find_series(threads(read(domctl_mbox).messages))
    found = judge(read_review(series))
    assert (found.state, found.reasons, found.missing) == (
        "ready-with-fixups",
        ("patch 2: 2.2, 2.3 to be applied",),
        (),
    )


LACKS = "This is still missing an ack from the maintainers of the code."


def test_an_approval_said_to_be_missing(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", f"{REVIEW}\n{LACKS}\n")
    found = judge(talk.review())
    assert (found.state, found.reasons) == ("needs-ack", (f"Rita Reviewer: {LACKS}",))


def test_where_maintainers_are_known_they_decide_what_is_missing(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", f"{ACK}\nThis needs an ack from Rosa, too.\n")
    found = verdict(talk)
    assert found.state == "ready"
    assert "an approval was said to be missing: Max Maintainer: This needs an ack from Rosa, too." in found.warnings


def test_a_break_told_of_on_the_cover_letter(tmp_path: Path) -> None:
    talk = Talk(tmp_path, patches=2, cover=True)
    talk.reply(MAX, "p0", f"{ACK}\nThis series breaks the build on Arm.\n")
    assert verdict(talk).state == "needs-new-version"
