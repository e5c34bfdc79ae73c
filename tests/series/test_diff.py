"""Diffs: files, hunks, positions, and what must not be applied."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reviewbot.errors import InputError
from reviewbot.series import Diff, FileDiff
from reviewbot.series.build import patch_of
from reviewbot.series.diff import end
from tests.mail.mails import mail, read_one
from tests.patience import patience
from tests.series.posts import diff, post


def one(text: str | bytes) -> FileDiff:
    found = Diff(text if isinstance(text, bytes) else text.encode())
    assert found.problems == ()
    (file,) = found.files
    return file


def test_lines_with_numbers_and_places() -> None:
    file = one(diff())
    (hunk,) = file.hunks
    assert (hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count, hunk.section) == (1, 2, 1, 3, "f(void)")
    assert [(line.origin, line.text, line.old, line.new, line.position) for line in hunk.lines] == [
        (" ", "first();", 1, 1, 5),
        ("+", "new();", None, 2, 6),
        (" ", "last();", 2, 3, 7),
    ]
    assert (file.added, file.removed) == (1, 0)


def test_places_are_lines_of_the_mail() -> None:
    built = patch_of(post("a", "[PATCH] y"))
    assert built is not None
    lines = built[0].message.body_bytes.decode().split("\n")
    for line in built[0].diff.files[0].hunks[0].lines:
        assert lines[line.position] == line.origin + line.text


def test_several_files_and_hunks() -> None:
    second = "@@ -10 +11,0 @@\n-gone();\n"
    found = Diff((diff("a.c") + second + diff("b/c.h")).encode())
    assert found.problems == ()
    assert found.paths == ("a.c", "b/c.h")
    assert [len(file.hunks) for file in found.files] == [2, 1]
    assert found.files[0].hunks[1].lines[0].old == 10


HEAD = "diff --git a/x.c b/x.c\n"


@pytest.mark.parametrize(
    ("text", "status", "path", "old_path", "modes"),
    [
        (HEAD + "old mode 100644\nnew mode 100755\n", "modified", "x.c", "x.c", ("100644", "100755")),
        (HEAD + "new file mode 100644\nindex 0000000..e69de29\n", "added", "x.c", None, (None, "100644")),
        (HEAD + "deleted file mode 100644\nindex e69de29..0000000\n", "deleted", "x.c", "x.c", ("100644", None)),
        (
            "diff --git a/x.c b/y.c\nsimilarity index 100%\nrename from x.c\nrename to y.c\n",
            "renamed",
            "y.c",
            "x.c",
            (None, None),
        ),
        (
            "diff --git a/x.c b/y.c\nsimilarity index 100%\ncopy from x.c\ncopy to y.c\n",
            "copied",
            "y.c",
            "x.c",
            (None, None),
        ),
        (
            HEAD + "new file mode 100644\nindex 0000000..1\n--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+x\n",
            "added",
            "x.c",
            None,
            (None, "100644"),
        ),
        (
            HEAD + "deleted file mode 100644\n--- a/x.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n",
            "deleted",
            "x.c",
            "x.c",
            ("100644", None),
        ),
        (
            "--- a/x.c\t2026-06-01 10:00\n+++ b/x.c\t2026-06-01 10:00\n@@ -1 +1 @@\n-x\n+y\n",
            "modified",
            "x.c",
            "x.c",
            (None, None),
        ),
        ("--- xen.orig/x.c\n+++ xen/x.c\n@@ -1 +1 @@\n-x\n+y\n", "modified", "x.c", "x.c", (None, None)),
        ("--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+y\n", "added", "x.c", None, (None, None)),
        (
            'diff --git "a/d\\303\\251.c" "b/d\\303\\251.c"\nold mode 100644\nnew mode 100755\n',
            "modified",
            "dé.c",
            "dé.c",
            ("100644", "100755"),
        ),
        (
            "diff --git a/a b/c b/a b/c\nold mode 100644\nnew mode 100755\n",
            "modified",
            "a b/c",
            "a b/c",
            ("100644", "100755"),
        ),
        (
            "diff --git a/a b.c b/a b.c\n--- a/a b.c\t\n+++ b/a b.c\t\n@@ -1 +1 @@\n-x\n+y\n",
            "modified",
            "a b.c",
            "a b.c",
            (None, None),
        ),
    ],
)
def test_kinds_of_change(
    text: str, status: str, path: str, old_path: str | None, modes: tuple[str | None, str | None]
) -> None:
    file = one(text)
    assert (file.status, file.path, file.old_path) == (status, path, old_path)
    assert (file.old_mode, file.new_mode) == modes
    assert Diff(text.encode()).paths == (path,)


def test_blobs_and_modes_of_an_index_line() -> None:
    file = one(diff())
    assert (file.old_blob, file.new_blob, file.old_mode, file.new_mode) == ("1111111", "2222222", "100644", "100644")


def test_binary_files() -> None:
    assert one(HEAD + "index 1111111..2222222 100644\nBinary files a/x.c and b/x.c differ\n").binary
    data = "GIT binary patch\nliteral 3\nKcmZQzWMXCk0RI3i00962\n\nliteral 0\nHcmV?d00001\n\n"
    raw = (HEAD + "index 1111111..2222222 100644\n" + data).encode()
    assert one(raw).binary
    assert end(raw + b"-- \n2.53.0\n") == len(raw)


def test_bytes_that_are_no_utf8_survive() -> None:
    raw = diff().encode().replace(b"new();", b"n\xe9w(\x0c\r\xe2\x80\xa8);")
    line = one(raw).hunks[0].lines[1]
    assert line.text.encode("utf-8", "surrogateescape") == b"n\xe9w(\x0c\r\xe2\x80\xa8);"


def test_no_newline_at_the_end_of_the_file() -> None:
    mark = "\\ No newline at end of file\n"
    raw = (HEAD + "--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-x\n" + mark + "+y\n" + mark).encode()
    assert [line.text for line in one(raw).hunks[0].lines] == ["x", "y"]
    assert end(raw + b"-- \n2.53.0\n") == len(raw)


def test_a_blank_context_line_that_lost_its_blank() -> None:
    file = one(HEAD + "--- a/x.c\n+++ b/x.c\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n")
    assert [line.text for line in file.hunks[0].lines] == ["a", "", "b", "c"]


def test_removed_lines_that_look_like_headers() -> None:
    file = one(
        HEAD + "--- a/x.c\n+++ b/x.c\n@@ -1,2 +1,2 @@\n--- a/y.c\n-@@ -1 +1 @@\n+++ b/y.c\n+diff --git a/z b/z\n"
    )
    assert [line.text for line in file.hunks[0].lines] == ["-- a/y.c", "@@ -1 +1 @@", "++ b/y.c", "diff --git a/z b/z"]


@pytest.mark.parametrize(
    "tail", ["-- \n2.53.0\n\n", "-- \n2.53.0\n\n_____\nlist mailing list\n+1\n", "\n", "--\nAda\n", ""]
)
def test_signature_and_footer_are_not_part(tail: str) -> None:
    raw = diff().encode()
    found = Diff(raw + tail.encode())
    assert end(found.raw) == len(raw)
    assert found.problems == ()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (diff().replace("@@ -1,2 +1,3 @@", "@@ -1,2 +1,2 @@"), "line 5"),
        (diff().replace("@@ -1,2 +1,3 @@", "@@ -1,3 +1,4 @@"), "cut off"),
        (diff() + "+surplus();\n", "line 9: the hunk has more lines"),
        (diff()[:-3], "cut off"),
        (diff().replace("@@ -1,2 +1,3 @@", "@@ -1,2 @@"), "not a hunk header"),
        ("diff --cc x.c\nindex 1,2..3\n--- a/x.c\n+++ b/x.c\n@@@ -1 -1 +1 @@@\n  x\n", "combined diff"),
        (diff("../../etc/passwd"), "../../etc/passwd: path leads out"),
        (diff("/etc/passwd"), "absolute path"),
        (diff("xen/.git/hooks/x"), "path into .git"),
        (diff("GIT~1/x"), "path into .git"),
        (diff(".gi\u200ct/config"), "path into .git"),
        (diff("xen//x.c"), "empty"),
        ("diff --git a/x.c b/x.c\nrename from ../x.c\nrename to x.c\n", "leads out"),
        ('diff --git "a/x\\n.c" "b/x\\n.c"\nold mode 100644\nnew mode 100755\n', "control character"),
        (diff() + diff("y.c").replace("a/y.c", "y.c").replace("b/y.c", "y.c"), "some names have a/ and b/"),
    ],
)
def test_what_must_not_be_applied_is_said_and_still_listed(text: str, problem: str) -> None:
    found = Diff(text.encode())
    assert any(problem in line for line in found.problems), found.problems
    assert isinstance(found.files, tuple)
    with pytest.raises(InputError, match="patch 1: "):
        found.ensure_usable("patch 1")


def test_unsafe_paths_are_listed_flagged() -> None:
    found = Diff((diff("../x.c") + diff("y.c")).encode())
    assert [(file.path, file.unsafe is not None) for file in found.files] == [("../x.c", True), ("y.c", False)]


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        (
            HEAD + "new file mode 120000\nindex 0000000..1111111\n--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+y\n",
            "x.c: symbolic link",
        ),
        (diff().replace("100644", "160000"), "xen/common/domctl.c: submodule"),
        (diff(".gitmodules"), ".gitmodules: settings of git"),
        (diff("xen/.gitattributes"), "xen/.gitattributes: settings of git"),
    ],
)
def test_what_deserves_a_look(text: str, warning: str) -> None:
    found = Diff(text.encode())
    found.ensure_usable()
    assert found.warnings == (warning,)


def test_a_diff_without_prefixes() -> None:
    text = diff("xen/x.c").replace("a/xen", "xen").replace("b/xen", "xen")
    assert one(text).path == "xen/x.c"
    assert (Diff(text.encode()).strip, Diff(diff().encode()).strip) == (0, 1)


def numstat(raw: bytes) -> list[tuple[str, str, str]] | None:
    """git's reading; None where it refuses."""
    done = subprocess.run(["git", "apply", "--numstat", "-"], input=raw, capture_output=True, check=False)
    if done.returncode:
        return None
    rows = [line.split("\t", 2) for line in done.stdout.decode().splitlines()]
    return [(added, removed, path) for added, removed, path in rows]


LINES = st.sampled_from([" a", "-b", "+c", "", "-- d", "++ e", "@@ -1 +1 @@", "-", "+"])


@given(st.lists(st.lists(LINES, min_size=1, max_size=6), min_size=1, max_size=3), st.integers(-1, 1))
@settings(max_examples=60, deadline=None)
def test_reads_what_git_reads(hunks: list[list[str]], off: int) -> None:
    assume(all(any(line[:1] in ("+", "-") for line in lines) for lines in hunks))  # git wants each to change something
    text = HEAD + "--- a/x.c\n+++ b/x.c\n"
    for number, lines in enumerate(hunks):
        old = sum(line[:1] in ("", " ", "-") for line in lines)
        new = sum(line[:1] in ("", " ", "+") for line in lines)
        new = max(0, new + off) if number == 0 else new
        text += f"@@ -{number * 50 + 1},{old} +{number * 50 + 1},{new} @@\n" + "".join(line + "\n" for line in lines)
    found = Diff(text.encode())
    git = numstat(found.raw)
    if not found.problems:
        (file,) = found.files
        assert git == [(str(file.added), str(file.removed), "x.c")]


@given(
    st.binary(max_size=300)
    | st.text(st.sampled_from('diff --git a/x b/\n@+-1, \\"GIT binary patch index'), max_size=200).map(str.encode)
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_a_diff_with_or_without_problems(data: bytes) -> None:
    for raw in (data, b"diff --git a/x b/x\n" + data, b"--- a/x\n+++ b/x\n@@ -1 +1 @@\n" + data):
        found = Diff(raw)
        assert isinstance(found.files, tuple)
        assert len(found.patch_id) == 40
        assert end(raw) <= len(raw)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "--- a/x\n+++ b/x\n@@ -0,0 +1,100000 @@\n" + "+x\n" * 100_000,
        HEAD + "--- a/x\n+++ b/x\n" + "@@ -1 +1 @@\n" * 100_000,
        (HEAD + "old mode 100644\nnew mode 100755\n") * 20_000,
        "diff --git " + "a/x " * 500_000 + "\n",
        'diff --git "' + "\\" * 2_000_000 + "\n",
    ],
    ids=["lines", "hunks", "files", "name", "quotes"],
)
def test_large_diffs_take_linear_time(text: str) -> None:
    with patience():
        assert isinstance(Diff(text.encode()).files, tuple)


def test_patch_ids_are_gits(tmp_path: Path) -> None:
    texts = [diff(), diff("a.c") + diff("b.c"), HEAD + "old mode 100644\nnew mode 100755\n" + diff("b.c")]
    for text in texts:
        git = subprocess.run(
            ["git", "patch-id", "--stable"], input=text.encode(), capture_output=True, check=True
        ).stdout
        assert Diff(text.encode()).patch_id == git.split()[0].decode()


def test_patch_ids_ignore_blanks_and_line_numbers() -> None:
    moved = diff().replace("@@ -1,2 +1,3 @@", "@@ -41,2 +41,3 @@").replace("+new();", "+  new( );")
    assert Diff(moved.encode()).patch_id == Diff(diff().encode()).patch_id
    assert Diff(diff(line="other();").encode()).patch_id != Diff(diff().encode()).patch_id


def test_a_mail_with_two_diff_styles_keeps_its_bytes() -> None:
    body = f"Because.\n---\nnote\n{diff()}garbage\n{diff('b.c')}-- \n2.53.0\n"
    built = patch_of(read_one(mail(body, subject="[PATCH] y")))
    assert built is not None
    assert built[0].diff.raw == f"{diff()}garbage\n{diff('b.c')}".encode()
    assert built[0].files == ("xen/common/domctl.c", "b.c")
