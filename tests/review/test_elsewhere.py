"""Diffs in answers to another mail than that of the patch they change, and which of several is tried first."""

from __future__ import annotations

from pathlib import Path

from reviewbot.fixups import by_weight, propose
from reviewbot.mail import read, threads
from reviewbot.review import Review, read_review
from reviewbot.series import find_series
from tests.review.mails import AUTHOR, RITA, mail

POSTED = """\
Do it.

Signed-off-by: Pat Author <pat@example.org>
---
diff --git a/{0}.c b/{0}.c
--- a/{0}.c
+++ b/{0}.c
@@ -1,2 +1,4 @@
 int {0};
+int {0}_one;
+int {0}_two;
 int end;
"""
SHOWN = """\
I would fold this in:

--- a/b.c
+++ b/b.c
@@ -2,2 +2,2 @@
 int b_one;
-int b_two;
+long b_two;
"""


def review(folder: Path, *replies: tuple[str, str]) -> Review:
    """A series of two patches with a cover letter, and answers: (the mail answered, the words)."""
    box = mail(AUTHOR, "[PATCH 0/2] both", "Hello.\n", "p0@x")
    for number, name in enumerate("ab", 1):
        box += mail(AUTHOR, f"[PATCH {number}/2] {name}: do it", POSTED.format(name), f"p{number}@x", "p0@x", number)
    for place, (parent, words) in enumerate(replies):
        box += mail(RITA, "Re: [PATCH] it", words, f"r{place}@x", f"{parent}@x", 5 + place)
    (folder / "t.mbox").write_bytes(box)
    return read_review(find_series(threads(read(folder / "t.mbox").messages))[0])


def test_a_diff_in_an_answer_to_the_cover_letter(tmp_path: Path) -> None:
    first, second = review(tmp_path, ("p0", SHOWN)).patches
    assert first.requests == ()
    (request,) = second.requests
    assert (request.anchor.path, request.anchor.line) == ("b.c", 3)
    assert propose(request, second.patch) is not None


def test_a_diff_in_an_answer_to_another_patch(tmp_path: Path) -> None:
    first, second = review(tmp_path, ("p1", SHOWN)).patches
    assert first.requests == ()
    assert [request.anchor.path for request in second.requests] == ["b.c"]


def test_a_diff_of_a_file_that_no_patch_has(tmp_path: Path) -> None:
    found = review(tmp_path, ("p0", SHOWN.replace("b.c", "c.c"))).patches
    assert [entry.requests for entry in found] == [(), ()]


def test_the_newest_diff_is_tried_first_and_words_last(tmp_path: Path) -> None:
    words = "> +int b_two;\n\ns/b_two/b_three/\n"
    entry = review(tmp_path, ("p2", words), ("p2", SHOWN), ("p2", SHOWN.replace("+long", "+short"))).patches[1]
    assert [request.id for request in by_weight(entry.requests)] == ["2.3", "2.2", "2.1"]
