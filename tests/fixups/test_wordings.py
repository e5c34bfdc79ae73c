"""Many wordings of each kind of request, under the lines that they mean: found, of the right kind, with the right bytes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewbot.fixups import apply_edits, edit_prose, propose, touched_by
from reviewbot.mail import read, threads
from reviewbot.review import read_review
from reviewbot.series import find_series
from tests.fixups.test_words_to_bytes import AFTER, BEFORE, review_of
from tests.review.mails import AUTHOR, RITA, mail, quote

HERE = Path(__file__).parent
COMMIT = "1234567890abcdef1234567890abcdef12345678"


def cases(name: str) -> Iterator[Any]:
    """Each wording with its case."""
    data = tomllib.loads((HERE / name).read_text("utf-8"))
    for case in data["case"]:
        whole = {key: value for key, value in data.items() if key != "case"} | {"posted": data}
        yield from (pytest.param(whole | case, words, id=words) for words in case["words"])


@pytest.mark.parametrize(("case", "words"), list(cases("wordings.toml")))
def test_a_change_of_code_is_found_and_made(tmp_path: Path, case: dict[str, Any], words: str) -> None:
    added = case["added"]
    entry = review_of(tmp_path, added, words, case.get("cited"))
    assert {request.kind for request in entry.requests} & set(case["kinds"])
    edits = [edit for request in entry.requests if (edit := propose(request, entry.patch)) is not None]
    content = (BEFORE + added + AFTER).encode()
    got = apply_edits(content, edits, path="xen/a.c", touched=touched_by(entry.patch.diff.files[0], content)).decode()
    if "wanted" in case:
        assert got.removeprefix(BEFORE).removesuffix(AFTER) == case["wanted"]


def lookup(oid: str) -> tuple[str, str] | None:
    """The one commit that the tree has."""
    return (COMMIT, "xen: take the lock") if COMMIT.startswith(oid) else None


def message_of(folder: Path, subject: str, body: str, cited: str, words: str) -> tuple[list[str], str, str]:
    """The kinds of the requests of words under quoted lines of a message, and the subject and message they make."""
    diff = "diff --git a/xen/a.c b/xen/a.c\n--- a/xen/a.c\n+++ b/xen/a.c\n@@ -1,2 +1,3 @@\n a;\n+    x = 1;\n b;\n"
    box = mail(AUTHOR, f"[PATCH] {subject}", f"{body}---\n{diff}-- \n2.53.0\n", "p@example.org")
    box += mail(RITA, f"Re: [PATCH] {subject}", f"{quote(cited)}\n{words}\n", "r@example.org", "p@example.org", 1)
    (folder / "t.mbox").write_bytes(box)
    (series,) = find_series(threads(read(folder / "t.mbox").messages))
    entry = read_review(series).patches[0]
    made = [propose(request, entry.patch, lookup=lookup) for request in entry.requests]
    on_subject = [edit for edit in made if edit is not None and edit.subject]
    on_body = [edit for edit in made if edit is not None and edit.message]
    return (
        [request.kind for request in entry.requests],
        edit_prose(entry.patch.subject, on_subject, name="the subject") if on_subject else entry.patch.subject,
        edit_prose(entry.patch.body, on_body, name="the message") if on_body else entry.patch.body,
    )


@pytest.mark.parametrize(("case", "words"), list(cases("wordings_message.toml")))
def test_a_change_of_words_is_found_and_made(tmp_path: Path, case: dict[str, Any], words: str) -> None:
    posted = case["posted"]
    kinds, subject, body = message_of(tmp_path, posted["subject"], posted["body"], case["cited"], words)
    assert set(kinds) & set(case["kinds"])
    assert (subject, body.strip()) == (case["subject"], case["body"].strip())
