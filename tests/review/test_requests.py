"""What reviewers ask for: kind, operands, anchor, strength, and who agreed."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.review import Request
from tests.review.mails import AUTHOR, MAX, RITA, Talk, quote


def asked(folder: Path, body: str, until: str = "fallthrough") -> tuple[Request, ...]:
    """The requests of a reply that quotes the patch up to a line."""
    talk = Talk(folder)
    talk.reply(RITA, "p1", talk.quoted("p1", until) + "\n" + body + "\n\nThanks, Rita\n")
    return talk.requests()


@pytest.mark.parametrize(
    ("body", "kind", "old", "new", "where"),
    [
        ("Newline", "insert-blank-line", None, None, "after"),
        ("Newline here please.", "insert-blank-line", None, None, "after"),
        ("Nit: Wants a blank line above the addition.", "insert-blank-line", None, None, "before"),
        ("Missing blank line after the declaration.", "insert-blank-line", None, None, "after"),
        ("Please add an empty line between declarations and statements.", "insert-blank-line", None, None, "after"),
        ("No double blank lines please.", "delete-blank-line", None, None, None),
        ("Stray newline.", "delete-blank-line", None, None, None),
        ("Excess blank line.", "delete-blank-line", None, None, None),
        ("I would use break rather than fallthrough.", "control-flow", "fallthrough;", "break;", None),
        ("Please use break instead of fallthrough here.", "control-flow", "fallthrough;", "break;", None),
        ("s/unknwon/unknown/", "replace", "unknwon", "unknown", None),
        ("Typo \"unknwon\" => \"unknown\".", "replace", "unknwon", "unknown", None),
        ("Nit: unknown", "replace", None, "unknown", None),
        ("Please replace 'vpic' with 'vpci'.", "replace", "vpic", "vpci", None),
        ("Should be vpci_init() instead of vpic().", "replace", "vpic()", "vpci_init()", None),
        ("Stray 'w'.", "replace", "w", "", None),
        ("The !! can be dropped.", "replace", "!!", "", None),
        ("Missing blanks immediately inside the parentheses.", "spacing", None, " ", None),
        ("Excess blank before =.", "spacing", " ", "", "before"),
        ("No need for the braces.", "braces", None, "drop", None),
        ("Excess pair of parentheses.", "braces", None, "drop", None),
        ("Nit: Overlong line.", "wrap", None, None, None),
        ("This line is too long.", "wrap", None, None, None),
        ("Fold these two lines?", "wrap", None, "join", None),
        ("Indentation.", "reindent", None, None, None),
        ("Indentation is off by one.", "reindent", None, None, None),
        ("Nit: Indentation by a single tab please.", "reindent", None, "tab", None),
        ("pointer-to-const please.", "type", None, "const", None),
        ("Please use uint32_t.", "type", None, "uint32_t", None),
        ("Please add above the private header #include-s.", "include-order", None, None, "before"),
        ("Alphabetic sorting please.", "include-order", None, None, None),
        ("Comment style (full stop and */ on its own line).", "comment-style", None, None, None),
        ("Please drop this.", "delete", None, None, None),
        ("I would suggest to add a comment.", "question-like", None, None, None),
        ("Please add a Fixes: tag.", "trailer", None, None, None),
        ("Title: please replace 'vpic' with 'vpci'.", "subject", "vpic", "vpci", None),
        ("In the title you mean \"vpci/msix\".", "subject", None, "vpci/msix", None),
        ("The commit message should say why.", "message", None, None, None),
        ("Missing break?", "control-flow", None, "break;", "after"),
        ("Could do with some extra lines around the if().", "insert-blank-line", None, None, "after"),
        ("Some stray blank lines here.", "delete-blank-line", None, None, None),
        ("Nit: I guess it's \"unknown\".", "replace", None, "unknown", None),
        ("No magic numbers in new code, please.", "question-like", None, None, None),
        ("With these two lines unwrapped.", "wrap", None, "join", None),
        ("Might be worth mentioning Arm, too.", "question-like", None, None, None),
        ("Please say in the description that the line is re-indented.", "message", None, None, None),
    ],
)  # fmt: skip
def test_kind_and_operands(
    tmp_path: Path, body: str, kind: str, old: str | None, new: str | None, where: str | None
) -> None:
    found = asked(tmp_path, body)
    assert [(entry.kind, entry.old, entry.new, entry.where) for entry in found] == [(kind, old, new, where)]


def test_one_sentence_with_two_requests(tmp_path: Path) -> None:
    body = "Newline, and I would use break rather than fallthrough, as more\ncases may come, and\nthere's not much in the default one."
    found = asked(tmp_path, body)
    assert [(entry.id, entry.kind, entry.says) for entry in found] == [
        ("1.1", "insert-blank-line", "Newline"),
        ("1.2", "control-flow", "I would use break rather than fallthrough"),
    ]
    assert {(entry.anchor.path, entry.anchor.line, entry.anchor.text) for entry in found} == {
        ("xen/common/domctl.c", 567, "        fallthrough;")
    }
    assert [entry.kind for entry in asked(tmp_path, "Overlong line and no need for the braces.")] == ["wrap", "braces"]


def test_move_names_thing_and_both_neighbours(tmp_path: Path) -> None:
    body = "FWIW, I'd rather put the XEN_DOMCTL_shadow_op case after\nXEN_DOMCTL_get_device_group and ahead of\nXEN_DOMCTL_ioport_permission, though that's just my taste."
    (found,) = asked(tmp_path, body)
    assert (found.kind, found.strength, found.old) == ("move", "optional", "case XEN_DOMCTL_shadow_op")
    assert (found.where, found.target, found.also) == (
        "after",
        "XEN_DOMCTL_get_device_group",
        ("before", "XEN_DOMCTL_ioport_permission"),
    )


def test_move_of_a_function(tmp_path: Path) -> None:
    (found,) = asked(tmp_path, "Please move foo_init() above bar_init().")
    assert (found.kind, found.old, found.where, found.target) == ("move", "foo_init", "before", "bar_init()")


@pytest.mark.parametrize(
    "body",
    [
        "See how XEN_DOMCTL_vm_event_op does it, which\nhandles some sub-ops and uses a break instead of a fallthrough, too.",
        "Thanks for doing this.",
        "I think this is fine as is.",
        "That should be okay then.",
        "Can be fixed on commit.",
        "Happy to adjust while committing.",
        "Yes, indeed.",
        "Reviewed-by: Rita Reviewer <rita@example.org>",
        "This is in address space of the guest.",
        "I'll commit this later today.",
    ],
)
def test_no_request(tmp_path: Path, body: str) -> None:
    assert asked(tmp_path, body) == ()


@pytest.mark.parametrize(
    ("body", "old", "new"),
    [
        ("s/ . /. /", " . ", ". "),
        ("s/vpic/vpci", "vpic", "vpci"),
        ("For both of these, I'd suggest s/permitted/able/.", "permitted", "able"),
        (r"s/a\/b/c/", "a/b", "c"),
        ("s|a/b|c/d|", "a/b", "c/d"),
        ('s/"th"/"the"/', "th", "the"),
        ("s/separte/separate/g please", "separte", "separate"),
    ],
)
def test_substitution_forms(tmp_path: Path, body: str, old: str, new: str) -> None:
    (found,) = asked(tmp_path, body)
    assert (found.old, found.new) == (old, new)
    assert found.count == (2 if "both" in body else 0 if "/g" in body else None)


def test_anchor_is_the_quoted_line_that_holds_the_text(tmp_path: Path) -> None:
    (found,) = asked(tmp_path, "s/unknwon/unknown/")
    assert (found.anchor.line, found.anchor.text, found.anchor.sign) == (566, "        unknwon = vpic(d);", "+")


def test_anchor_skips_trailing_context(tmp_path: Path) -> None:
    (found,) = asked(tmp_path, "Newline", until="Everything else handled")
    assert found.anchor.text == "        fallthrough;"


def test_anchor_in_the_message_and_in_the_subject(tmp_path: Path) -> None:
    (joined,) = asked(tmp_path, "You could join both into a single bullet point.", until="another bullet")
    assert (joined.kind, joined.anchor.to_dict(), joined.strength) == (
        "message",
        {"message": "* another bullet"},
        "suggested",
    )
    (typo,) = asked(tmp_path, "s/to often/too often/", until="another bullet")
    assert (typo.kind, typo.anchor.message) == ("replace", "The lock is taken to often.")
    (title,) = asked(tmp_path, "Title: s/vpic/vpci/")
    assert (title.kind, title.anchor.message) == ("subject", "domctl: step 1 of vpic/msix")


def test_anchor_survives_mangled_quoting(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    body = ">         goto out;\n>\n>+    case XEN_DOMCTL_shadow_op:\n>+        if (clean)\n\nMissing blanks inside the parentheses.\n"
    talk.reply(RITA, "p1", body)
    (found,) = talk.requests()
    assert (found.anchor.path, found.anchor.line, found.anchor.text) == (
        "xen/common/domctl.c",
        563,
        "        if (clean)",
    )


def test_anchor_through_a_quote_of_a_quote(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    first = talk.reply(MAX, "p1", talk.quoted("p1", "fallthrough") + "\nHmm, is this needed?\n")
    talk.reply(RITA, first, quote(talk.bodies[first].split("\nHmm")[0]) + "\nNewline, please.\n")
    (found,) = talk.requests()
    assert (found.kind, found.anchor.text) == ("insert-blank-line", "        fallthrough;")


def test_quote_whose_parent_is_missing(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", quote(talk.quoted("p1", "fallthrough")) + "\nNewline, please.\n")
    (found,) = talk.requests()
    assert found.anchor.text == "        fallthrough;"


@pytest.mark.parametrize(
    ("body", "strength"),
    [
        ("This needs a blank line.", "required"),
        ("You must drop this.", "required"),
        ("Please drop this.", "suggested"),
        ("You could drop this.", "suggested"),
        ("Nit: Overlong line.", "optional"),
        ("FWIW, I would drop this.", "optional"),
        ("I would drop this. But that's just my taste.", "optional"),
        ("Please drop this. With that adjusted:\nReviewed-by: Rita Reviewer <rita@example.org>", "required"),
    ],
)
def test_strength(tmp_path: Path, body: str, strength: str) -> None:
    assert asked(tmp_path, body)[0].strength == strength


ANSWERS = [
    ("Yes, break it is. Could\nthis be changed while committing?", True, None, True),
    ("Yes please, if you are happy to adjust on commit.", True, None, True),
    ("Fine by me!", True, None, False),
    ("My bad -- feel free to fix this.", True, None, True),
    ("No objection.", True, None, False),
    ("Ack.", True, None, False),
    ("Will fix in v2.", True, "next-version", False),
    ("Will do.", True, "next-version", False),
    ("I'll change that.", True, "next-version", False),
    (
        "I'd be fine with a fix on commit, but\nas I will send a new version anyway, I will fold it in",
        True,
        "next-version",
        False,
    ),
    ("No preference from me, either is fine.", None, None, False),
    ("Up to you.", None, None, False),
    ("No. It takes a pointer.", False, None, False),
    ("I'd rather keep it as is.", False, None, False),
    ("Why?", None, None, False),
]


@pytest.mark.parametrize(("answer", "agreed", "promised", "on_commit"), ANSWERS)
def test_answer_of_the_author(
    tmp_path: Path, answer: str, agreed: bool | None, promised: str | None, on_commit: bool
) -> None:
    talk = Talk(tmp_path)
    body = "Newline, and I would use break rather than fallthrough.\n"
    mid = talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\n" + body + "\nAlso, see above.\n")
    talk.reply(AUTHOR, mid, quote(talk.bodies[mid].split("\nAlso")[0]) + f"\n{answer}\n")
    found = talk.requests()
    assert [(entry.agreed, entry.promised, entry.on_commit) for entry in found] == [(agreed, promised, on_commit)] * 2


def test_answer_counts_for_the_paragraph_above_it_only(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(
        RITA, "p1", talk.quoted("p1", "goto quick") + "\nOverlong line.\n\n> +        fallthrough;\n\nNewline please.\n"
    )
    talk.reply(AUTHOR, mid, quote(talk.bodies[mid]) + "\nYes, of course.\n")
    assert [(entry.kind, entry.agreed) for entry in talk.requests()] == [("wrap", None), ("insert-blank-line", True)]


def test_offer_to_fix_on_commit_taken_up(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(
        RITA,
        "p1",
        talk.quoted("p1", "fallthrough") + "\nNewline please.\n\nThat being all, I'm happy to fix it on commit?\n",
    )
    talk.reply(AUTHOR, mid, "> That being all, I'm happy to fix it on commit?\n\nFine by me!\n")
    assert [(entry.kind, entry.agreed) for entry in talk.requests()] == [("insert-blank-line", True)]


def test_shown_code_comes_along(tmp_path: Path) -> None:
    (found,) = asked(tmp_path, "How about\n\n        if ( clean )\n            goto quick;", until="goto quick")
    assert (found.kind, found.code) == ("replace", ("        if ( clean )", "            goto quick;"))


def test_remarks_of_the_author_are_no_requests(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(AUTHOR, "p1", talk.quoted("p1", "fallthrough") + "\nI should drop this in v2.\n")
    assert talk.requests() == ()


def test_with_continued_below_the_next_quote(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    body = "Acked-by: Rita Reviewer <rita@example.org>\nalbeit preferably with ...\n\n> +        if (clean)\n\n... the unnecessary parentheses avoided here.\n"
    talk.reply(RITA, "p1", body)
    (found,) = talk.requests()
    assert (found.kind, found.anchor.text) == ("braces", "        if (clean)")


def test_trailer_written_out(tmp_path: Path) -> None:
    (found,) = asked(
        tmp_path, 'The format should be\n\nFixes: 72c5fa220804 ("device-tree: move")\n\ncan be fixed on commit probably'
    )
    assert (found.kind, found.target, found.new) == ("trailer", "Fixes", 'Fixes: 72c5fa220804 ("device-tree: move")')


@pytest.mark.parametrize(
    ("body", "kind", "old", "new"),
    [
        ("                 ^ stray blank", "spacing", " ", ""),
        ("             ^\n             |\n             Missing blank here", "spacing", None, " "),
        ("        ^^^^^^^\n        This should be unknown.", "replace", "unknwon", "unknown"),
        ("        ^^ Typo: unknown", "replace", "unknwon", "unknown"),
    ],
)
def test_words_that_an_arrow_points_from(tmp_path: Path, body: str, kind: str, old: str | None, new: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + body + "\n")
    assert [(entry.kind, entry.old, entry.new) for entry in talk.requests()] == [(kind, old, new)]


def test_the_arrows_of_a_compiler_ask_for_nothing(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    log = "domctl.c:566:9: error: unknown type\n         unknwon = vpic(d);\n         ^~~~~~~\n"
    talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + f"\nThis gives me\n\n{log}")
    assert talk.requests() == ()
