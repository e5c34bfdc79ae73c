"""The commit message: what stays, what is added, and where."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from reviewbot.apply.message import clean, commit_message
from reviewbot.fixups import Edit
from reviewbot.mail import read, threads
from reviewbot.series import Patch, find_series

SOB = "Signed-off-by: A. Developer <dev@example.org>"
R = "Reviewed-by: Rea Viewer <rea@example.org>"
A = "Acked-by: Main Tainer <main@example.org>"
REL = "Release-Acked-by: Rel Manager <rel@example.org>"


MAIL = b"""\
From: A. Developer <dev@example.org>
Subject: [PATCH] subject
Date: Mon, 1 Jun 2026 10:00:00 +0000
Message-ID: <p1@example.org>

Body.
---
diff --git a/a b/a
--- a/a
+++ b/a
@@ -1 +1 @@
-1
+2
"""


@pytest.fixture
def patch(tmp_path: Path) -> Patch:
    """Some patch; the tests give it other bodies."""
    path = tmp_path / "p.eml"
    path.write_bytes(MAIL)
    (series,) = find_series(threads(read(path).messages))
    return series.patches[0]


def message(patch: Patch, body: str, *tags: str, edits: tuple[Edit, ...] = ()) -> str:
    """The message's text below the subject."""
    text, _ = commit_message(dataclasses.replace(patch, body=body), (), edits, tags)
    assert text.startswith("subject\n") and text.endswith("\n")
    return text.removeprefix("subject\n").removeprefix("\n").removesuffix("\n")


@pytest.mark.parametrize(
    ("body", "tags", "want"),
    [
        (f"Why.\n\n{SOB}", (R, A), f"Why.\n\n{SOB}\n{R}\n{A}"),
        (f"Why.\n\n{SOB}", (REL, R), f"Why.\n\n{SOB}\n{R}\n{REL}"),
        (f"Why.\n\n{SOB}\n{REL}", (R,), f"Why.\n\n{SOB}\n{R}\n{REL}"),
        (f"Why.\n\n{SOB}\n{R}", (R, A), f"Why.\n\n{SOB}\n{R}\n{A}"),
        (f"Why.\n\n{SOB}\nreviewed-By: Rea V. <REA@example.org>", (R,), f"Why.\n\n{SOB}\nreviewed-By: Rea V. <REA@example.org>"),
        (f"Why.\n\n{SOB}\n{R} # x86", (R,), f"Why.\n\n{SOB}\n{R} # x86\n{R}"),
        (f"Why.\n\n{SOB}\n{R}", (f"{R} # x86",), f"Why.\n\n{SOB}\n{R}"),
        (f"Why.\n\n{SOB}\n[jb: typo]", (R,), f"Why.\n\n{SOB}\n[jb: typo]\n{R}"),
        ("Why: because\nof it.", (R,), f"Why: because\nof it.\n\n{R}"),
        ("Only prose.", (R,), f"Only prose.\n\n{R}"),
        ("", (R,), R),
        ("", (), ""),
        ("See\nhttps://example.org/x", (R,), f"See\nhttps://example.org/x\n\n{R}"),
        (f"Why.\n\n{SOB}", ("Signed-off-by: B <b@example.org>", "nonsense"), f"Why.\n\n{SOB}"),
        (f"Why.\n\n{SOB}", (R, R), f"Why.\n\n{SOB}\n{R}"),
        (f"Fixes: 0123456789ab (\"x: y\")\n{SOB}", (A,), f"Fixes: 0123456789ab (\"x: y\")\n{SOB}\n{A}"),
    ],
)  # fmt: skip
def test_tags(patch: Patch, body: str, tags: tuple[str, ...], want: str) -> None:
    assert message(patch, body, *tags) == want


def test_edits_come_before_tags(patch: Patch) -> None:
    edits = (Edit(message=True, delete="Second."),)
    assert message(patch, f"First.\n\nSecond.\n\n{SOB}", R, edits=edits) == f"First.\n\n{SOB}\n{R}"
    whole = (Edit(message=True, with_=f"All new.\n\n{SOB}\n"),)
    assert message(patch, "Old.", R, edits=whole) == f"All new.\n\n{SOB}\n{R}"


def test_the_subject_is_edited(patch: Patch) -> None:
    text, _ = commit_message(patch, [Edit(subject=True, replace="subject", with_="x86: y")], (), ())
    assert text.split("\n")[0] == "x86: y"


def test_white_space_as_git_strips_it() -> None:
    assert clean("\n\na  \n\n\n\nb\t\n  c\n\n") == ["a", "", "b", "  c"]
