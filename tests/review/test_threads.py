"""Questions, remarks about the fate of a patch, quoting as a tree, and what holds for every text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.mail import Address, Message, Thread, read, threads
from reviewbot.review import read_review, read_reviews
from reviewbot.review.align import align
from reviewbot.review.fates import kinds_of, whose
from reviewbot.review.operands import restore, take_substitutions
from reviewbot.review.quoting import read_thread, strip_marks
from reviewbot.series import Series, find_series
from tests.patience import patience
from tests.review.mails import AUTHOR, MAX, RITA, Talk, mail, quote

TAG = "Reviewed-by: Rita Reviewer <rita@example.org>"
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_question_answered_by_the_author(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\nWhy is the lock not needed here?\n")
    (open_one,) = talk.review().patches[0].questions
    assert (open_one.who, open_one.owes, open_one.answered) == ("Rita Reviewer", "Pat Author", False)
    talk.reply(AUTHOR, mid, "> Why is the lock not needed here?\n\nThe p2m lock protects it.\n")
    assert [entry.answered for entry in talk.review().patches[0].questions] == [True]


def test_question_settled_by_the_askers_later_tag(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\nWhy is the lock not needed here?\n")
    talk.reply(RITA, mid, f"Never mind.\n\n{TAG}\n")
    assert [entry.answered for entry in talk.review().patches[0].questions] == [True]


def test_quoting_a_question_without_own_words_is_no_answer(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    mid = talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + "\nWhy is the lock not needed here?\n")
    talk.reply(MAX, mid, "Acked-by: Max Maintainer <max@example.org>\n\n> Why is the lock not needed here?\n")
    assert [entry.answered for entry in talk.review().patches[0].questions] == [False]


@pytest.mark.parametrize(
    "words",
    [
        "Can this adjustment be done when committing?",
        "Ping?",
        "Any chance of an ack?",
        "OK?",
        "Would you be willing to ack it?",
    ],
)
def test_no_question_about_the_patch(tmp_path: Path, words: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "fallthrough") + f"\n{words}\n")
    assert talk.review().patches[0].questions == ()


def test_question_about_the_cover_letter(tmp_path: Path) -> None:
    talk = Talk(tmp_path, patches=2, cover=True)
    talk.reply(RITA, "p0", quote("This makes it faster.") + "\nBy how much, and on which machine?\n")
    assert [entry.text for entry in talk.review().cover_questions] == ["By how much, and on which machine?"]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("I have committed the series.", "committed"),
        ("Committed, with the aforementioned minor corrections.", "committed"),
        ("I've tweaked the Fixes line and committed.", "committed"),
        ("Now committed.", "committed"),
        ("Acked and committed.", "committed"),
        ("Thanks. I will commit the patch later today.", "will-commit"),
        ("I have committed the series to my for-next/4.16 branch.", None),
        ("It should not have been committed yet.", None),
        ("I'm afraid I can't take it before the above is clarified.", "refused"),
        ("So I guess we want to wait a little for further views.", "wait"),
        ("I was going to commit this series but this patch breaks compilation on x86:", "broken"),
        ("Ideally this one requires an Ack from the VMX maintainers.", "missing-ack"),
        ("This needs a release ack now for Xen 4.21.", "needs-release-ack"),
        ("although as this is a bugfix it probably doesn't need one.", "release-ack-not-needed"),
        ("This is not acceptable.", "refused"),
        ("There would have to be a strong need for it, thus not acceptable.", None),
        ("Nack, sorry.", "refused"),
        ("An NACK interrupt is sent.", None),
        ("I beg to differ.", "dispute"),
        ("Sent v6 with the fix.", "new-version"),
        ("I'm not going to approve such changes (but I'm also not going to veto them).", None),
        ("Looks good to me.", None),
        ("After this patch has been merged, the other one can follow.", None),
        ("Once the whole of that series has been committed we can go on.", None),
        ("After some thought I have committed this.", "committed"),
        ("It is now committed.", "committed"),
        ("Sorry, it was already committed.", "committed"),
        ("Commited with the title adjusted.", "committed"),
        ("I've gone ahead and pushed patches 1-3.", "committed"),
        ("Patches 2 and 3 have gone in already.", "committed"),
        ("The series landed yesterday.", "committed"),
        ("I'll rebase once it has been committed.", None),
        ("Was this committed?", None),
        ("I applied it here and it fails to link.", None),
        ("The same restriction was applied to all callers.", None),
        ("I was about to commit this when I noticed that an ack is still missing.", "missing-ack"),
        ("Copying the scheduler folks for an ack.", "missing-ack"),
        ("Sadly this is still pending a tools ack.", "missing-ack"),
        ("An ack by a livepatch maintainer is still needed.", "missing-ack"),
        ("This primarily wants approving by Max.", "missing-ack"),
        ("Might I ask for an ack on the vPCI hunk?", "missing-ack"),
        ("This doesn't need another ack.", None),
        ("I've all the acks needed.", None),
        ("Cc-ing Olga for a release ack.", "needs-release-ack"),
        ("A release ack will be needed, too.", "needs-release-ack"),
        ("This fixes the build failure that CI found.", None),
        ("With it the build doesn't break any more.", None),
        ("It no longer compiles with Clang.", "broken"),
        ("We then wait for the other CPU.", None),
        ("Please hold the lock across the call.", None),
        ("Let's wait for v3 then.", "wait"),
        ("This wants sorting before the patch can go in.", "wait"),
        ("I'll commit this on Monday unless I hear otherwise.", "will-commit"),
        ("I can't apply this in its present form.", "refused"),
        ("I'm not comfortable with this going in.", "refused"),
        ("As is, that's a no from me.", "refused"),
        ("It broke the nightly builds.", "broken"),
        ("CI is failing with it.", "broken"),
        ("This makes the cross build fail.", "broken"),
        ("I can't push this without a tools ack.", "missing-ack"),
        ("There's no review from the Arm side yet.", "missing-ack"),
        ("Nobody has reviewed this so far.", "missing-ack"),
        ("Could somebody of THE REST ack this?", "missing-ack"),
        ("Who would ack the OCaml part?", "missing-ack"),
        ("Adding Olga for a release ack.", "needs-release-ack"),
        ("Olga, any concern with this going into 4.22?", "needs-release-ack"),
        ("I don't think a doc change needs a release ack.", "release-ack-not-needed"),
        ("No release ack needed here.", "release-ack-not-needed"),
        ("No, that's plain wrong.", "dispute"),
        ("Both are in staging now.", "committed"),
        ("Went in as 1234567890ab.", "committed"),
        ("I'll queue this.", "will-commit"),
        ("Committing.", "will-commit"),
        ("Will post an updated version.", "new-version"),
        ("v3 is coming.", "new-version"),
        ("I'll respin.", "new-version"),
        ("Will drop it in v3.", "new-version"),
        ("I would not wait for that.", None),
        ("I have pushed them to a branch.", None),
        ("I've addressed the remark and pushed it.", "committed"),
        ("The risk of breaking the build is real enough.", None),
        ("All this needs now is your R-a.", "needs-release-ack"),
        ("One does not need to wait for the libraries.", None),
        ("Max, are you going to merge this?", None),
        ('It says "Needs Review / ACK" there.', None),
        ("That is with the patch applied on top of staging.", None),
    ],
)
def test_remark(words: str, kind: str | None) -> None:
    assert kinds_of(words) == (() if kind is None else (kind,))


def test_a_sentence_may_tell_of_two_things() -> None:
    assert kinds_of("Committed, but patch 3 still lacks an ack.") == ("missing-ack", "committed")


def test_words_above_a_tag_find_no_ack_missing() -> None:
    assert kinds_of("With the nit that needs adjusting: Acked-by: Rita Reviewer <rita@example.org>") == ()


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("This needs an ack from the VMX maintainers, too.", "VMX maintainers"),
        ("It is still lacking a scheduler maintainer ack.", "scheduler maintainer"),
        ("You'd then need a tool stack side ack.", "tool stack"),
        ("You need an Arm ack here.", "Arm"),
        ("First of all this needs Max's ack.", "Max"),
        ("Cc-ing the xenstore folks for an ack.", "xenstore folks"),
        ("This wants approving by Max.", "Max"),
        ("Do we need Max's explicit approval?", "Max"),
        ("This patch is still missing an ack.", None),
    ],
)
def test_whose_approval_is_missing(words: str, who: str | None) -> None:
    assert whose(words) == who


@pytest.mark.parametrize(
    ("line", "depth", "text"),
    [
        ("a", 0, "a"),
        ("> a", 1, "a"),
        (">a", 1, "a"),
        (">> a", 2, "a"),
        ("> > a", 2, "a"),
        ("> >a", 2, "a"),
        (">  a", 1, " a"),
        (">", 1, ""),
        ("->b", 0, "->b"),
        ("> ->b", 1, "->b"),
    ],
)
def test_marks(line: str, depth: int, text: str) -> None:
    assert strip_marks(line) == (depth, text)


def test_every_quoted_line_is_traced_to_its_writer(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    first = talk.reply(RITA, "p1", talk.quoted("p1", "another bullet") + "\nWhy two?\n")
    second = talk.reply(AUTHOR, first, quote(talk.bodies[first]) + "\nNo reason.\n")
    third = talk.reply(MAX, second, quote(talk.bodies[second]) + "\nThen join them.\n")
    (series,) = talk.series()
    view = read_thread(series.thread, frozenset({"p1@example.org"}))[f"{third}@example.org"]
    writers = {line.text: line.origin[0] for line in view.lines if line.origin is not None and line.text.strip()}
    assert writers["* another bullet"] == "p1@example.org"
    assert writers["Why two?"] == f"{first}@example.org"
    assert writers["No reason."] == f"{second}@example.org"


@given(
    st.lists(st.sampled_from(["a line of words", "}", "another one", "x = y;", "", "the same again"]), max_size=40),
    st.data(),
)
@QUICK
def test_alignment_rises_and_pairs_equal_lines(parent: list[str], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.booleans(), min_size=len(parent), max_size=len(parent)))
    reply = [line for line, keep in zip(parent, kept, strict=True) if keep and line.strip()]
    pairs, _ = align(reply, list(range(len(reply))), parent)
    places = [pairs[n] for n in sorted(pairs)]
    assert places == sorted(places)
    assert all(reply[n] == parent[place] for n, place in pairs.items())


@given(
    st.lists(
        st.text("abcdefgh ", min_size=8, max_size=30).filter(str.strip),
        unique_by=lambda t: "".join(t.split()),
        min_size=1,
        max_size=30,
    ),
    st.data(),
)
@QUICK
def test_alignment_of_distinct_lines_is_exact(parent: list[str], data: st.DataObject) -> None:
    kept = sorted(data.draw(st.sets(st.integers(0, len(parent) - 1), min_size=1)))
    reply = [parent[n] for n in kept]
    pairs, _ = align(reply, list(range(len(reply))), parent)
    assert [pairs.get(n) for n in range(len(reply))] == kept


TAGGED = st.sampled_from(
    [TAG, f"With that:\n{TAG}", f"For the series:\n{TAG} # arm", f"My R-b stands.\n{TAG}", f"|{TAG}|\nThanks"]
)


@given(TAGGED, st.integers(1, 12), st.sampled_from(["> ", ">", "> > "]))
@QUICK
def test_a_quoted_tag_never_counts_however_deep(tmp_path: Path, body: str, depth: int, marks: str) -> None:
    for _ in range(depth):
        body = quote(body, marks)
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", body + "\nSee above.\n")
    talk.reply(MAX, "p1", body + "\nSee above.\n")
    assert talk.tags() == ()


WORDS = st.lists(
    st.sampled_from(
        ["with", "that", "Reviewed-by:", "Rita", "<rita@example.org>", "s/a/b/", "s/", "?", ".", "\n", "\n\n", "> ", ">>", "...", "newline", "#", "x86", "[", "]",
         "please", "drop", "move", "after", "patches", "1-3", "whole series", "commit", "-- \n", "```", '"', "'", "withdraw my R-b", "\t", "if", "you", "agree", ":", "case X_y"]
    ),
    max_size=60,
)  # fmt: skip


@given(st.one_of(st.text(max_size=400), WORDS.map(" ".join)))
@QUICK
def test_no_text_crashes_the_reader(tmp_path: Path, body: str) -> None:
    thread = conversation(tmp_path, body)
    review = read_review(thread)
    assert len(review.patches) == 1
    for request in review.patches[0].requests:
        assert request.id.startswith("1.") and request.to_dict()["kind"] == request.kind
    for tag in review.patches[0].tags:
        assert tag.line.startswith(f"{tag.name}: ")


def conversation(folder: Path, body: str) -> Series:
    """A patch and one reply whose body is given as it is, past any mail encoding."""
    path = folder / "base.mbox"
    if not path.exists():
        path.write_bytes(Talk(folder).mails[0])
    (series,) = find_series(threads(read(path).messages))
    who = Address(*RITA)
    reply = Message(
        message_id="r@example.org", subject="Re: x", author=who, sender=who, date=datetime(2026, 6, 10, tzinfo=UTC), date_text="",
        references=("p1@example.org",), in_reply_to="p1@example.org", recipients=(), body=body, body_bytes=body.encode("utf-8", "replace"),
        source="-", position=2,
    )  # fmt: skip
    thread = Thread((*series.thread.messages, reply))
    return Series(
        title=series.title, version=1, target=None, rfc=False, resend=False, author=series.author, cover=None, patches=series.patches, thread=thread
    )  # fmt: skip


@given(st.text("s/|ab ./\\\"'g", max_size=60))
@QUICK
def test_substitutions_leave_the_rest_of_the_text(text: str) -> None:
    marked, pairs = take_substitutions(text)
    assert marked.count("\x01") == 2 * len(pairs)
    assert all(pair.old for pair in pairs)
    assert isinstance(restore(marked, pairs), str)


@pytest.mark.parametrize(
    "unit",
    [
        "> +    something in a quoted line of code;\n", "with that adjusted and with that fixed and ", "Reviewed-by: ", "s/", "newline, and ", "a-b-", "? ", "> > ",
        "Reviewed-by: Rita Reviewer <rita@example.org>\n", "please drop this and move that after X_y; ", "(" , "\"", "...\n\n> x\n\n...", " ", "it is not a very long line at all\n",
        "for x86, arm and ", "a/a/", "sorry, ", "nack ", "my R-b ", "patches 1, 2 and ", "everything but the ",
    ],
)  # fmt: skip
def test_time_is_linear_in_the_body(tmp_path: Path, unit: str) -> None:
    series = conversation(tmp_path, unit * (1_000_000 // len(unit)))
    with patience():
        assert len(read_review(series).patches) == 1


def test_time_is_linear_in_the_subject(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    crafted = talk.mails[0].replace(b"p1@", b"crafted@").replace(b"[PATCH] ", b"[PATCH " * 8000)
    path = tmp_path / "crafted.mbox"
    path.write_bytes(talk.mails[0] + crafted)
    with patience():
        assert [len(read_review(one).patches) for one in find_series(threads(read(path).messages))] == [1, 1]


def many(folder: Path, count: int) -> tuple[Series, ...]:
    """So many patches, each an answer to the next one and the last one to the first; every third is a new version."""
    box = b""
    for n in range(count):
        diff = f"diff --git a/f{n}.c b/f{n}.c\n--- a/f{n}.c\n+++ b/f{n}.c\n@@ -1,2 +1,3 @@\n a;\n+b{n};\n c;\n"
        subject = f"[PATCH v2] xen: change {n - 1}" if n % 3 == 1 else f"[PATCH] xen: change {n}"
        body = f"Text.\n\nSigned-off-by: Pat Author <pat@example.org>\n---\n{diff}-- \n2.53.0\n"
        box += mail(AUTHOR, subject, body, f"m{n}@example.org", f"m{(n + 1) % count}@example.org", n)
    (folder / "many.mbox").write_bytes(box)
    return find_series(threads(read(folder / "many.mbox").messages))


def test_a_source_is_read_as_each_of_its_series(tmp_path: Path) -> None:
    found = many(tmp_path, 12)
    assert len(found) == 12
    apart = [read_review(one, others=[other for other in found if other is not one]) for one in found]
    assert list(read_reviews(found)) == apart


def test_a_loop_of_many_patches_comes_to_an_end(tmp_path: Path) -> None:
    found = many(tmp_path, 800)
    with patience():
        assert [len(review.patches) for review in read_reviews(found)] == [1] * len(found)


def test_real_thread(domctl_mbox: Path) -> None:
    (series,) = find_series(threads(read(domctl_mbox).messages))
    first, second = read_review(series).patches
    for entry in (first, second):
        assert [(tag.line, tag.state) for tag in entry.tags] == [
            ("Reviewed-by: Roger Pau Monné <roger.pau@citrix.com>", "counts"),
            ("Release-Acked-by: Oleksii Kurochko <oleksii.kurochko@gmail.com>", "counts"),
        ]
    assert first.requests == () and first.questions == () and second.questions == ()
    assert [(r.id, r.kind, r.strength, r.agreed, r.old, r.new) for r in second.requests] == [
        ("2.1", "message", "suggested", None, None, None),
        ("2.2", "insert-blank-line", "suggested", True, None, None),
        ("2.3", "control-flow", "suggested", True, "fallthrough;", "break;"),
        ("2.4", "move", "optional", None, "case XEN_DOMCTL_shadow_op", None),
    ]
    assert {r.anchor.text for r in second.requests[1:]} == {"        fallthrough;"}
    assert second.requests[0].anchor.message == "* domain_unpause() - Same as the earlier domain_pause()."
    assert (second.requests[3].where, second.requests[3].target) == ("after", "XEN_DOMCTL_get_device_group")
