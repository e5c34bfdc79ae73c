"""Every class of the facts page's taxonomy of tags, in words of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.review.mails import AUTHOR, MAX, OLGA, RITA, Talk, quote

TAG = "Reviewed-by: Rita Reviewer <rita@example.org>"


def read_one(
    folder: Path, body: str, sender: tuple[str, str] = RITA
) -> tuple[str | None, str | None, str | None, str | None, str]:
    """State, condition, strength, waits and scope of the one tag that a reply gives."""
    talk = Talk(folder)
    talk.reply(sender, "p1", talk.quoted("p1", "Signed-off-by") + "\n" + body)
    tags = talk.tags()
    assert len(tags) == 1, tags
    return tags[0].state, tags[0].condition, tags[0].strength, tags[0].waits, tags[0].scope or ""


@pytest.mark.parametrize(
    "body",
    [
        TAG,
        f"LGTM:\n{TAG}\n\n~Rita",
        f"Sounds right to me:\n{TAG}",
        f"FWIW, {TAG}",
        f"In case it matters:\n{TAG}",
        f"Grudgingly, in the interest of not being blamed for blocking this:\n{TAG}",
        f"I still find the name odd.\n\nIrrespective of these remarks:\n{TAG}",
        f"I still find the name odd. Regardless:\n\n{TAG}",
        f"In any case:\n{TAG}",
        f"With all that said,\n{TAG}",
        f"With my tools maintainer hat on:\n{TAG}",
        f"{TAG}\n\nWith best regards,\nRita",
        f"I'm fine either way.\n\n{TAG}",
        f"This looks good with or without the comment, so:\n\n{TAG}",
        f"If I read this right, nothing changes.\n\n{TAG}",
        f"Once again:\n{TAG}",
        f"With the explanation given:\n{TAG}",
        f"Okay, if you really want it that way:\n{TAG}",
        f"I'd prefer a different name, but I won't insist.\n\n{TAG}",
        f"{TAG}\n\nOne further remark, though: the name is odd.",
        f"Given the speed-up it would be really nice to have in 4.22:\n{TAG}",
        f"It'd be nice to have this in the release.\n{TAG}",
    ],
)
def test_plain(tmp_path: Path, body: str) -> None:
    assert read_one(tmp_path, body)[:4] == ("counts", None, None, None)


@pytest.mark.parametrize(
    "body",
    [
        f"With that adjusted:\n{TAG}",
        f"With the stray blank line dropped,\n{TAG}",
        f"With all instances corrected:\n\n{TAG}",
        f"Other than that:\n\n{TAG}",
        f"Apart from that LGTM:\n{TAG}",
        f"Apart from that it looks good to me.\n\n{TAG}",
        f"Otherwise, {TAG}",
        f"Otherwise LGTM.\n\n{TAG}",
        f"The rest LGTM, so with this taken care of:\n\n{TAG}",
        f"Looks good to me with the typo fixed.\n{TAG}",
        f"{TAG}\nwith one nit:",
        f"{TAG}, with two minor requests.",
        f"{TAG}\nprovided the name is spelled out.",
        f"Assuming Max' comment is addressed too:\n{TAG}",
        f"This can be fixed on commit:\n\n{TAG}",
        f"Once the name is changed, feel free to add\n{TAG}",
        f"Definitely with the name changed, and preferably with the comment too,\n{TAG}",
        f"After the message is reworded, {TAG}",
        f"Modulo the typo, {TAG}",
        f"{TAG} (with the typo fixed)",
        f"{TAG}, but please drop the comment.",
        f"Looks good to me, minus the nit above.\n{TAG}",
    ],
)
def test_required(tmp_path: Path, body: str) -> None:
    state, condition, strength, waits, _ = read_one(tmp_path, body)
    assert (state, strength) == ("conditional", "required")
    assert condition
    assert waits == "edit" or "Max" in body


@pytest.mark.parametrize(
    "body",
    [
        f"Preferably with the naming adjusted:\n{TAG}",
        f"Ideally also switching to uint32_t:\n{TAG}",
        f"Either way, but preferably with,\n{TAG}",
        f"{TAG}\nalbeit preferably with ...\n\n> default:\n\n... a blank line here.",
        f"{TAG}\npreferably with the name changed",
    ],
)
def test_preferred(tmp_path: Path, body: str) -> None:
    state, condition, strength, _, _ = read_one(tmp_path, body)
    assert (state, strength) == ("conditional", "preferred")
    assert condition


@pytest.mark.parametrize(
    ("body", "waits"),
    [
        (f"If you agree:\n{TAG}", "author"),
        (f"Assuming you're happy with these adjustments,\n{TAG}", "author"),
        (f"Provided testing shows the issue is fixed:\n{TAG}", "outside"),
        (f"Once the rest of the patch series is committed:\n{TAG}", "outside"),
        (f"If Max has no objections to this patch, then:\n{TAG}", "outside"),
        (f"With getting proper Acked-by/Reviewed-by:\n{TAG}", "outside"),
        (f"Feel free to add my tag for the next version:\n\n{TAG}", "next-version"),
    ],
)
def test_what_a_condition_waits_for(tmp_path: Path, body: str, waits: str) -> None:
    state, _, strength, found, _ = read_one(tmp_path, body)
    assert (state, strength, found) == ("conditional", "required", waits)


def test_condition_continues_below_the_next_quote(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    body = talk.quoted("p1", "Signed-off-by") + f"\n{TAG}\nprovided of course ...\n\n> ---\n\n... the tests pass.\n"
    talk.reply(RITA, "p1", body)
    assert talk.tags()[0].condition == "provided of course ... the tests pass."


@pytest.mark.parametrize(
    ("words", "promised"), [("Then:", True), ("And then", True), ("Ok. With that:", True), ("Add my:", False)]
)
def test_resolved_by_a_quoted_promise(tmp_path: Path, words: str, promised: bool) -> None:
    talk = Talk(tmp_path)
    asked = talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\nWhy not put the case first?\n")
    said = talk.reply(AUTHOR, asked, "> Why not put the case first?\n\nRight, I'll put it above the others.\n")
    talk.reply(RITA, said, f"> Right, I'll put it above the others.\n\n{words}\n{TAG}\n")
    tag = talk.tags()[0]
    if promised:
        assert (tag.state, tag.strength) == ("conditional", "required")
        assert tag.condition == "Right, I'll put it above the others."
    else:
        assert tag.state == "counts"


@pytest.mark.parametrize(
    ("body", "scope", "line"),
    [
        (f"{TAG} # x86", "x86", TAG),
        (f"{TAG} # arm", "arm", f"{TAG} # arm"),
        (f"{TAG} # non-XSM/Flask", "non-XSM/Flask", f"{TAG} # non-XSM/Flask"),
        (f"{TAG} [RISC-V]", "RISC-V", TAG),
        (f"{TAG} (arm64)", "arm64", TAG),
        (f"Applicable parts\n{TAG}", "applicable parts", TAG),
        (f"Common code parts:\n{TAG}", "Common code", TAG),
        (f"non-Arm parts:\n{TAG}", "non-Arm", TAG),
        (f"For the Arm bits:\n\n{TAG}", "Arm", TAG),
        (f"This part certainly\n{TAG}", "quoted part", TAG),
        (f"Otherwise the tool side of the patch looks fine to me,\nso: {TAG}", "tool", TAG),
        (f"[On Arm only]\n{TAG}", "Arm", TAG),
    ],
)
def test_partial(tmp_path: Path, body: str, scope: str, line: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "Signed-off-by") + "\n" + body)
    tag = talk.tags()[0]
    assert (tag.state, tag.scope, tag.line) == ("partial", scope, line)


def test_bracket_line_scopes_the_next_trailer_only(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", f"{TAG}\n[On Arm only]\nTested-by: Rita Reviewer <rita@example.org>\n")
    assert [(tag.name, tag.scope) for tag in talk.tags()] == [("Reviewed-by", None), ("Tested-by", "Arm")]


@pytest.mark.parametrize(
    ("typed", "name", "state"),
    [
        ("Reviewwed-by", "Reviewed-by", "counts"),
        ("Reviewed by", "Reviewed-by", "counts"),
        ("reviewed-By", "Reviewed-by", "counts"),
        ("Ack-by", "Acked-by", "counts"),
        ("R-Acked-by", "Release-Acked-by", "counts"),
        ("Relese-Acked-by", "Release-Acked-by", "counts"),
        ("Released-Acked-By", "Release-Acked-by", "counts"),
        ("Begrudingly acked-by", "Acked-by", "counts"),
        ("Not-acked-by", "Nacked-by", "counts"),
        ("Nacked-by", "Nacked-by", "counts"),
        ("Compile-tested-by", "Tested-by", "counts"),
        ("Tentatively-acked-by", "Acked-by", "proposed"),
    ],
)
def test_canonical_name(tmp_path: Path, typed: str, name: str, state: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", f"{typed}: Rita Reviewer <rita@example.org>\n")
    tag = talk.tags()[0]
    assert (tag.name, tag.state, tag.line) == (name, state, f"{name}: Rita Reviewer <rita@example.org>")


def test_two_tags_in_one_word(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", "Reviewed-and-tested-by: Rita Reviewer <rita@example.org>\n")
    assert [tag.name for tag in talk.tags()] == ["Reviewed-by", "Tested-by"]


@pytest.mark.parametrize(
    "body",
    [
        "Reviewed-by: Rita Reviewer\n<rita@example.org>",
        "Reviewed-by: Rita Reviewer<rita@example.org>",
        "  Reviewed-by: Rita Reviewer <rita@example.org>.",
        "|Reviewed-by: Rita Reviewer <rita@example.org>|",
        "So here you go: Reviewed-by: Rita Reviewer <rita@example.org>",
        "Reviewed-by: Rita Reviewer <rita@example.org<mailto:rita@example.org>>",
        "Reviewed-by: Rita Reviewer <rtia@example.org>",
        "Reviewed-by: rita@example.org",
    ],
)
def test_form_traps(tmp_path: Path, body: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", body + "\n")
    assert [(tag.state, tag.line) for tag in talk.tags()] == [("counts", TAG)]


@pytest.mark.parametrize(
    "body",
    [
        quote(TAG),
        quote(quote(TAG)),
        f"On Tue, Jun 09, 2026, Somebody wrote:\n{quote(TAG)}\nThanks!",
        "Please add the missing Acked-by/Reviewed-by: tags.",
        "You dropped my Reviewed-by: tag, was that on purpose?",
        "LGTM",
        "LGTM: Rita Reviewer <rita@example.org>",
        f"{quote(TAG)}\n-----Original Message-----\nFrom: X\nSent: Y\n\n{TAG}",
        "-----Original Message-----\nFrom: Rita\nSent: today\n\n" + TAG,
        f"commit 1234567890ab\nAuthor: X <x@example.org>\n\n    fix it\n\n    Signed-off-by: X <x@example.org>\n    {TAG}",
    ],
)
def test_must_not_count(tmp_path: Path, body: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", body + "\n")
    assert [tag for tag in talk.tags() if tag.state != "withdrawn"] == []


def test_html_twin_without_marks_gives_nothing(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    first = talk.reply(MAX, "p1", "Some words first.\n\nAcked-by: Max Maintainer <max@example.org>\n\nBye, Max\n")
    talk.reply(RITA, first, "Thanks.\n\nSome words first.\n\nAcked-by: Max Maintainer <max@example.org>\n\nBye, Max\n")
    assert [(tag.who, tag.state, tag.from_) for tag in talk.tags()] == [
        ("Max Maintainer", "counts", f"{first}@example.org")
    ]


def test_a_repetition_without_marks_does_not_take_the_givers_word_away(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    first = talk.reply(RITA, "p1", talk.quoted("p1", "Signed-off-by") + f"\nOtherwise looks good to me.\n\n{TAG}\n")
    pasted = "Signed-off-by: Pat Author <pat@example.org>\n\nOtherwise fine.\n\n"
    talk.reply(
        AUTHOR, first, f"{pasted}Reviewed-by: Rita Reviewer <rita@example.org<mailto:rita@example.org>>\n\nYes.\n"
    )
    assert [(tag.state, tag.from_) for tag in talk.tags()] == [("conditional", f"{first}@example.org")]


ATTACHED = f"""How about this instead?

---8<---
Subject: other

Signed-off-by: Max Maintainer <max@example.org>
{TAG}
---
diff --git a/x b/x
--- a/x
+++ b/x
@@ -1 +1 @@
-a
+b
"""


def test_the_trailers_of_another_patch_that_a_reply_shows_are_none_of_this_one(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(MAX, "p1", ATTACHED)
    assert talk.tags() == ()


def test_what_the_author_shows_in_a_reply_he_claims(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(AUTHOR, "p1", ATTACHED)
    assert {(tag.who, tag.state) for tag in talk.tags()} == {("Rita Reviewer", "carried")}


def test_mismatch(tmp_path: Path) -> None:
    assert read_one(tmp_path, "Reviewed-by: Max Maintainer <max@example.org>")[0] == "mismatch"


def test_same_person_with_accents_and_another_address(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(("Rögér Mönné", "roger@elsewhere.example.org"), "p1", "Acked-by: Roger Monne <roger@example.org>\n")
    assert [(tag.state, tag.line) for tag in talk.tags()] == [("counts", "Acked-by: Roger Monne <roger@example.org>")]


def test_alias_table(tmp_path: Path) -> None:
    from reviewbot.review import read_review

    talk = Talk(tmp_path)
    talk.reply(("RR", "rr@example.net"), "p1", TAG + "\n")
    aliases = {"rr@example.net": "rita reviewer"}
    assert read_review(talk.series()[0]).patches[0].tags[0].state == "mismatch"
    assert read_review(talk.series()[0], aliases=aliases).patches[0].tags[0].state == "counts"


@pytest.mark.parametrize(
    "body",
    [
        "for the whole series,\n\n{}",
        "For the series:\n{}",
        "{} for the series",
        "All three:\n{}",
        "The whole patchset looks good to me.\n\n{}",
        "Patchset looks good to me.\n\n{}",
    ],
)
def test_series_wide(tmp_path: Path, body: str) -> None:
    talk = Talk(tmp_path, patches=3, cover=True)
    talk.reply(RITA, "p3", body.format(TAG) + "\n")
    assert [[tag.state for tag in talk.tags(number)] for number in (1, 2, 3)] == [["counts"]] * 3


def test_widened_later(tmp_path: Path) -> None:
    talk = Talk(tmp_path, patches=2, cover=True)
    given = talk.reply(RITA, "p1", TAG + "\n")
    asked = talk.reply(AUTHOR, given, quote(TAG) + "\nThanks. For both?\n")
    talk.reply(RITA, asked, "> Thanks. For both?\n\nThat was for the whole series, sorry for not being clear.\n")
    assert [talk.tags(number)[0].state for number in (1, 2)] == ["counts", "counts"]


def test_cover_letter_answer_goes_to_every_patch(tmp_path: Path) -> None:
    talk = Talk(tmp_path, patches=2, cover=True)
    asked = talk.reply(AUTHOR, "p0", quote("This makes it faster.") + "\nCan this go into 4.22?\n")
    talk.reply(
        OLGA,
        asked,
        ">> This makes it faster.\n>\n> Can this go into 4.22?\n\nR-Acked-by: Olga Manager <olga@example.org>\n",
    )
    for number in (1, 2):
        assert [(tag.name, tag.state) for tag in talk.tags(number)] == [("Release-Acked-by", "counts")]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("Patches 1,2,4 {}", {1, 2, 4}),
        ("For patches 1-3:\n{}", {1, 2, 3}),
        ("{} for first two patches.", {1, 2}),
        ("patches #2 to #4:\n{}", {2, 3, 4}),
        ("For patch 3:\n{}", {3}),
    ],
)
def test_listed_patches(tmp_path: Path, words: str, numbers: set[int]) -> None:
    talk = Talk(tmp_path, patches=4, cover=True)
    talk.reply(RITA, "p0", words.format("Acked-by: Rita Reviewer <rita@example.org>") + "\n")
    assert {number for number in range(1, 5) if any(tag.state == "counts" for tag in talk.tags(number))} == numbers


@pytest.mark.parametrize(
    ("words", "state", "waits"),
    [
        ("My R-b stands with that movement.", "counts", None),
        ("Fine with me, my ack stands with or without the addition.", "counts", None),
        ("You can keep my R-b if you go this way.", "conditional", "edit"),
        ("Feel free to retain the R-b if you decide to make these changes.", "conditional", "next-version"),
        ("I withdraw my R-b, sorry.", "withdrawn", None),
        ("There are two more things (and I withdraw my ack): for one, this is wrong.", "withdrawn", None),
    ],
)
def test_kept_or_withdrawn(tmp_path: Path, words: str, state: str, waits: str | None) -> None:
    name = "Acked-by" if "ack" in words else "Reviewed-by"
    talk = Talk(tmp_path)
    given = talk.reply(RITA, "p1", f"{name}: Rita Reviewer <rita@example.org>\n")
    told = talk.reply(
        AUTHOR, given, f"> {name}: Rita Reviewer <rita@example.org>\n\nI'd move it up a bit, is that fine?\n"
    )
    talk.reply(RITA, told, f"> I'd move it up a bit, is that fine?\n\n{words}\n")
    assert [(tag.name, tag.state, tag.waits) for tag in talk.tags()] == [
        (name, state, None if state == "withdrawn" else waits)
    ]


def test_withdrawal_of_a_part(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    given = talk.reply(RITA, "p1", TAG + "\n")
    talk.reply(RITA, given, "Hmm, so I withdraw my R-b for the domctl.c hunk.\n")
    assert [(tag.state, tag.scope) for tag in talk.tags()] == [("withdrawn", "domctl.c")]


@pytest.mark.parametrize("words", ["I'm not withdrawing my R-b.", "I will just rescind my concern."])
def test_not_withdrawn(tmp_path: Path, words: str) -> None:
    talk = Talk(tmp_path)
    given = talk.reply(RITA, "p1", TAG + "\n")
    talk.reply(RITA, given, words + "\n")
    assert [tag.state for tag in talk.tags()] == ["counts"]


def test_later_plain_tag_replaces_a_conditional_one(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", f"With the typo fixed:\n{TAG}\n")
    again = talk.reply(RITA, "p1", f"On second thought, fine as is.\n\n{TAG}\n")
    assert [(tag.state, tag.from_) for tag in talk.tags()] == [("counts", f"{again}@example.org")]


def test_dropped_by_the_author(tmp_path: Path) -> None:
    talk = Talk(tmp_path, trailers="Tested-by: Rita Reviewer <rita@example.org>\n")
    asked = talk.reply(
        MAX, "p1", "Acked-by: Max Maintainer <max@example.org>\nTested-by: Max Maintainer <max@example.org>\n"
    )
    talk.reply(
        AUTHOR, asked,
        "> Acked-by: Max Maintainer <max@example.org>\nI can take this one but ...\n\n> Tested-by: Max Maintainer <max@example.org>\nnot this one given the change.\n",
    )  # fmt: skip
    assert [(tag.name, tag.who, tag.state) for tag in talk.tags()] == [
        ("Tested-by", "Rita Reviewer", "carried"), ("Acked-by", "Max Maintainer", "counts"), ("Tested-by", "Max Maintainer", "withdrawn"),
    ]  # fmt: skip


def test_yes_to_a_quoted_proposal(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    asked = talk.reply(
        AUTHOR,
        "p1",
        "I will consider this as\nTested-by: Rita Reviewer <rita@example.org>\n\nOK? Thanks for testing!\n",
    )
    talk.reply(
        RITA,
        asked,
        "> I will consider this as\n> Tested-by: Rita Reviewer <rita@example.org>\n>\n> OK? Thanks for testing!\n\nYes.\n",
    )
    states = [(tag.name, tag.who, tag.state) for tag in talk.tags()]
    assert states == [("Tested-by", "Rita Reviewer", "counts")]


@pytest.mark.parametrize("words", ["Acked and committed.", "A-by me.", "Feel free to add my R-b."])
def test_informal_is_proposed_with_the_sentence(tmp_path: Path, words: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", words + "\n")
    assert [(tag.state, tag.says, tag.address) for tag in talk.tags()] == [("proposed", words, "rita@example.org")]


def test_carried_until_the_mail_that_gave_it_is_found(tmp_path: Path) -> None:
    talk = Talk(tmp_path, trailers=f"{TAG}\nAcked-by: Max Maintainer <max@example.org> # arm\n")
    assert [(tag.who, tag.state, tag.scope) for tag in talk.tags()] == [
        ("Rita Reviewer", "carried", None),
        ("Max Maintainer", "carried", "arm"),
    ]
    given = talk.reply(RITA, "p1", TAG + "\n")
    assert next((tag.who, tag.state, tag.from_) for tag in talk.tags()) == (
        "Rita Reviewer",
        "counts",
        f"{given}@example.org",
    )


def test_own_tag_of_the_author_is_not_taken(tmp_path: Path) -> None:
    assert read_one(tmp_path, "Acked-by: Pat Author <pat@example.org>", AUTHOR)[0] == "proposed"


def test_sign_off_is_never_added(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", "Signed-off-by: Rita Reviewer <rita@example.org>\n")
    assert talk.tags() == ()


def test_order_of_arrival(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(OLGA, "p1", "Release-Acked-by: Olga Manager <olga@example.org>\n")
    talk.reply(MAX, "p1", "Acked-by: Max Maintainer <max@example.org>\n")
    talk.reply(RITA, "p1", TAG + "\n")
    assert [tag.who for tag in talk.tags()] == ["Olga Manager", "Max Maintainer", "Rita Reviewer"]


def test_a_tag_is_for_the_patch_that_it_answers(tmp_path: Path) -> None:
    talk = Talk(tmp_path, patches=3, cover=True)
    talk.reply(MAX, "p3", "Reviewed-by: Max Maintainer <max@example.org>\n")
    assert [[tag.state for tag in talk.tags(number)] for number in (1, 2, 3)] == [[], [], ["counts"]]


@pytest.mark.parametrize(
    "words",
    [
        "I don't recall having given this R-b.",
        "That's not what I gave my R-b for.",
        "I only gave my R-b for the first version.",
        "I don't think my R-b still applies.",
    ],
)
def test_a_carried_tag_that_its_giver_disowns_is_a_persons_to_judge(tmp_path: Path, words: str) -> None:
    talk = Talk(tmp_path, trailers=f"{TAG}\n")
    talk.reply(RITA, "p1", talk.quoted("p1", "Reviewed-by") + f"\n{words}\n")
    assert [(tag.state, tag.says) for tag in talk.tags()] == [("proposed", words)]


def test_a_question_below_a_quoted_tag_drops_nothing(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(RITA, "p1", TAG + "\n")
    talk.reply(AUTHOR, mid, f"> {TAG}\n\nHow about dropping this? I mean the usage line.\n")
    assert [tag.state for tag in talk.tags()] == ["counts"]


def test_a_short_first_name_is_the_same_person(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(("Matthew Reviewer", "matthew@example.org"), "p1", "Acked-by: Matt Reviewer <matt@corp.example>\n")
    talk.reply(("Rob Reviewer", "rob@example.org"), "p1", "Acked-by: Ron Reviewer <ron@corp.example>\n")
    assert [tag.state for tag in talk.tags()] == ["counts", "mismatch"]
