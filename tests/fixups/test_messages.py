"""Edits of the commit message that words give: trailers looked up or turned round, parts that go."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.fixups import Edit, edit_prose, go_together, propose, same_bytes, without_repeats
from reviewbot.mail import read, threads
from reviewbot.review import Anchor, Request
from reviewbot.series import Patch, find_series

BODY = """\
Since 976319fa3de7 this is wrong.

* one bullet,
  over two lines
* two

It is done now. It was bad.

Suggested-by: Rea Viewer <rea@example.org>
Signed-off-by: A. Developer <dev@example.org>"""
FULL = "976319fa3de7" + "0" * 28


def patch(folder: Path, body: str = BODY) -> Patch:
    mail = (
        "From: A. Developer <dev@example.org>\nSubject: [PATCH] arm32: fix teh op\nMessage-ID: <p@example.org>\n"
        f"Date: Mon, 1 Jun 2026 10:00:00 +0000\n\n{body}\n---\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n"
        "@@ -1,2 +1,3 @@\n a\n+new\n b\n"
    )
    (folder / "p.eml").write_text(mail)
    (series,) = find_series(threads(read(folder / "p.eml").messages))
    return series.patches[0]


def made(found: Patch, kind: str, says: str, message: str = "", **operands: str) -> str | None:
    """The message after what is proposed."""
    request = Request("1.1", "r@example.org", "Rea", kind, says, Anchor(message=message), "suggested", **operands)  # type: ignore[arg-type]
    edit = propose(request, found, lookup=lambda name: (FULL, "x: Break it") if FULL.startswith(name) else None)
    return None if edit is None else edit_prose(found.body, [edit], name="the message")


def test_a_fixes_line_is_looked_up_and_comes_first(tmp_path: Path) -> None:
    text = made(patch(tmp_path), "trailer", "I would suggest to add a fixes tag", target="Fixes")
    assert text == BODY.replace("Suggested-by", 'Fixes: 976319fa3de7 ("x: Break it")\nSuggested-by')


@pytest.mark.parametrize("body", [BODY.replace("976319fa3de7", "1234567"), BODY.replace("976319fa3de7", "last year")])
def test_a_fixes_line_without_a_known_commit_is_left_to_a_person(tmp_path: Path, body: str) -> None:
    assert made(patch(tmp_path, body), "trailer", "Please add a fixes tag", target="Fixes") is None


def test_a_wrong_fixes_line_is_replaced(tmp_path: Path) -> None:
    body = BODY.replace("Suggested-by", "Fixes: 976319fa\nSuggested-by")
    new = 'Fixes: 976319fa3de7 ("x: Break it")'
    assert made(patch(tmp_path, body), "trailer", "The format should be", new=new, target="Fixes") == body.replace(
        "Fixes: 976319fa\n", new + "\n"
    )


def test_two_tags_are_inverted(tmp_path: Path) -> None:
    quoted = "Signed-off-by: A. Developer <dev@example.org>"
    text = made(patch(tmp_path), "trailer", "So the two tags should be inverted.", quoted)
    assert text is not None
    assert text.split("\n")[-2:] == [quoted, "Suggested-by: Rea Viewer <rea@example.org>"]


def test_a_bullet_goes_with_all_its_lines(tmp_path: Path) -> None:
    text = made(patch(tmp_path), "message", "Please drop this bullet.", "over two lines")
    assert text == BODY.replace("* one bullet,\n  over two lines\n", "")


def test_a_paragraph_goes(tmp_path: Path) -> None:
    text = made(patch(tmp_path), "message", "This paragraph can be dropped.", "It is done now. It was bad.")
    assert text is not None and "done now" not in text and "* two" in text


def test_a_sentence_goes(tmp_path: Path) -> None:
    text = made(patch(tmp_path), "message", "Please drop the last sentence.", "It is done now. It was bad.")
    assert text == BODY.replace(" It was bad.", "")


def test_what_goes_together(tmp_path: Path) -> None:
    found = patch(tmp_path)
    one, two = Edit(path="x", replace="new", with_="newer"), Edit(path="x", replace="new", with_="old")
    other = Edit(path="x", insert="", after="new")
    assert go_together(found, [one, other]) and not go_together(found, [one, two])
    again = Edit(path="x", replace="new", with_="newer", request="1.2")
    assert same_bytes(one, again) and without_repeats([one, again]) == [one]
