"""Each kind of edit: the bytes it gives, and the words with which it refuses."""

from __future__ import annotations

import pytest

from reviewbot.errors import InputError
from reviewbot.fixups import Edit, Touched, apply_edits, edit_prose

PATH = "xen/common/domctl.c"
LINES = b"""\
static int first(void)
{
    int ret = 0;
    ret = do_it();
    return ret;
}

static int second(void)
{
    int ret = 0;
    if (ret)
        ret = do_it();
    return ret;
}
"""

HEAD, TAIL = LINES[: LINES.index(b"static int second")], LINES[LINES.index(b"static int second") :]


def touched(*lines: int, near: int = 2) -> Touched:
    """These lines are the patch's, and `near` more on each side are in its hunk."""
    around = {n + d for n in lines for d in range(-near, near + 1)}
    return Touched(frozenset(lines), frozenset(around))


def made(edit: Edit | list[Edit], content: bytes = LINES, lines: Touched | None = None, path: str = PATH) -> bytes:
    """The edits made on the function `second`, which the patch adds."""
    edits = edit if isinstance(edit, list) else [edit]
    return apply_edits(content, edits, path=path, touched=lines or touched(*range(8, 15)))


def refused(edit: Edit | list[Edit], content: bytes = LINES, lines: Touched | None = None) -> str:
    """Why the edits are refused, in one line."""
    with pytest.raises(InputError) as caught:
        made(edit, content, lines)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_replace_in_the_touched_lines_only() -> None:
    got = made(Edit(path=PATH, replace="ret = do_it();", with_="ret = -EINVAL;"))
    assert got == LINES.replace(b"        ret = do_it();", b"        ret = -EINVAL;")


def test_replace_outside_of_the_patch_names_the_place() -> None:
    got = refused(Edit(path=PATH, replace="first", with_="1st", request="2.1"))
    assert got == (
        "fixup 2.1 (replace 'first') matches only outside of the lines that the patch touches: xen/common/domctl.c:1"
    )


def test_replace_that_matches_nowhere() -> None:
    assert refused(Edit(path=PATH, replace="third", with_="x")) == (
        "fixup (replace 'third') matches nowhere in xen/common/domctl.c"
    )


def test_replace_that_matches_twice_names_both() -> None:
    lines = touched(*range(1, 15))
    got = refused(Edit(path=PATH, replace="return ret;", with_="x;"), lines=lines)
    assert got == "fixup (replace 'return ret;') matches in 2 places: xen/common/domctl.c:5 and :13"


def test_twice_in_one_line_says_so() -> None:
    got = refused(Edit(path=PATH, replace="x", with_="y"), b"x + x;\n", touched(1))
    assert got == "fixup (replace 'x') matches in 2 places: xen/common/domctl.c:1, 2 times"


@pytest.mark.parametrize("within", ["second", "second()", "if (ret)\n        ret = do_it();"])
def test_within_a_function_or_a_line(within: str) -> None:
    got = made(Edit(path=PATH, within=within, replace="do_it", with_="do_that"), lines=touched(*range(1, 15)))
    assert got == HEAD + TAIL.replace(b"do_it", b"do_that")


def test_within_reaches_outside_of_the_patch() -> None:
    got = made(Edit(path=PATH, within="first", replace="do_it", with_="x"))
    assert got == LINES.replace(b"do_it", b"x", 1)


def test_within_that_is_not_there() -> None:
    assert "within 'third' is not there in xen/common/domctl.c" in refused(
        Edit(path=PATH, within="third", replace="do_it", with_="x")
    )
    assert "within 'return ret;' is in 2 places: xen/common/domctl.c:5 and :13" in refused(
        Edit(path=PATH, within="return ret;", replace="ret", with_="x"), lines=touched(*range(1, 15))
    )


def test_whole_words_win_over_parts() -> None:
    content = b"    lock_acquire(lock);\n"
    assert made(Edit(path=PATH, replace="lock", with_="held"), content, touched(1)) == b"    lock_acquire(held);\n"
    assert made(Edit(path=PATH, replace="loc", with_="l"), b"    block();\n", touched(1)) == b"    blk();\n"


def test_replacing_a_whole_line_by_several_keeps_its_depth() -> None:
    edit = Edit(path=PATH, replace="ret = do_it();", with_="{\n    ret = do_it();\n}")
    want = LINES.replace(b"        ret = do_it();", b"        {\n            ret = do_it();\n        }")
    assert made(edit) == want


def test_a_replacement_that_brings_its_own_indentation_is_taken_as_it_is() -> None:
    edit = Edit(path=PATH, replace="ret = do_it();", with_="            ret = do_it();")
    assert made(edit) == LINES.replace(b"        ret = do_it();", b"            ret = do_it();")


def test_replacing_several_lines_whatever_their_indentation() -> None:
    edit = Edit(path=PATH, replace="if (ret)\nret = do_it();", with_="if ( ret )\n    ret = do_that();")
    want = LINES.replace(b"if (ret)\n        ret = do_it()", b"if ( ret )\n        ret = do_that()")
    assert made(edit) == want


def test_a_whole_line_replaced_by_nothing_goes() -> None:
    assert made(Edit(path=PATH, replace="int ret = 0;", with_="")) == HEAD + TAIL.replace(b"    int ret = 0;\n", b"")


def test_insert_a_blank_line_and_a_statement() -> None:
    got = made(
        [Edit(path=PATH, insert="", after="int ret = 0;"), Edit(path=PATH, insert="more();", before="return ret;")]
    )
    want = HEAD + TAIL.replace(b"= 0;\n", b"= 0;\n\n").replace(b"    return", b"    more();\n    return")
    assert got == want


def test_inserted_preprocessor_lines_stay_at_the_margin() -> None:
    got = made(Edit(path=PATH, insert="#ifdef CONFIG_X", before="ret = do_it();"))
    assert b")\n#ifdef CONFIG_X\n        ret = do_it();" in got


def test_an_anchor_may_be_context_of_the_hunk() -> None:
    got = made(Edit(path=PATH, insert="", after="}"), lines=touched(8, near=2))
    assert got == LINES.replace(b"}\n\nstatic", b"}\n\n\nstatic")


def test_delete_lines_words_and_blank_lines() -> None:
    assert made(Edit(path=PATH, delete="if (ret)\n")) == LINES.replace(b"    if (ret)\n", b"")
    content = b"    int x; /* stray note */\n\n    foo(a, the b);\n\n\n    bar();\n"
    lines = touched(*range(1, 7))
    assert made(Edit(path=PATH, delete="/* stray note */"), content, lines).startswith(b"    int x;\n\n")
    assert b"foo(a, b);" in made(Edit(path=PATH, delete="the"), content, lines)
    got = made(Edit(path=PATH, delete="", before="bar();"), content, lines)
    assert got == content.replace(b"\n\n\n", b"\n\n")
    assert refused(Edit(path=PATH, delete="", after="bar();"), content, lines).endswith(":7 is not a blank line")


def test_scripts() -> None:
    lines = touched(*range(8, 15))
    assert made(Edit(path=PATH, script="s/do_it/do_that/"), lines=lines).count(b"do_that") == 1
    assert made(Edit(path=PATH, script="s/ret/rc/g"), lines=lines).count(b"rc") == 4
    assert made(Edit(path=PATH, script="s|(ret)|( ret )"), lines=lines) == LINES.replace(b"(ret)", b"( ret )")
    assert made(Edit(path=PATH, script=r"s/a\/b/c/"), b"a/b\n", touched(1)) == b"c\n"
    assert "matches in 4 places" in refused(Edit(path=PATH, script="s/ret/rc/"))
    assert "matches only outside" in refused(Edit(path=PATH, script="s/first/1st/g"))
    for bad in ("s/x", "s//x/", "s/a/b/q", "y/a/b/", "s/a/b/c/d/"):
        assert "substitution" in refused(Edit(path=PATH, script=bad))


def test_a_diff_with_and_without_its_head() -> None:
    body = "     int ret = 0;\n+\n     if (ret)\n"
    want = LINES.replace(b"    if (ret)", b"\n    if (ret)")
    assert made(Edit(path=PATH, diff=body)) == want
    head = f"diff --git a/{PATH} b/{PATH}\nindex 1..2 100644\n--- a/{PATH}\n+++ b/{PATH}\n@@ -10,2 +10,3 @@ int\n"
    assert made(Edit(path=PATH, diff=head + body)) == want


def test_the_line_of_a_diffs_head_decides_between_two_places() -> None:
    lines = touched(*range(1, 15))
    diff = "@@ -{} +{} @@\n     return ret;\n+    /* done */\n }}\n"
    assert made(Edit(path=PATH, diff=diff.format(13, 13)), lines=lines).endswith(b"return ret;\n    /* done */\n}\n")
    assert "xen/common/domctl.c:5 and :13" in refused(Edit(path=PATH, diff=diff.format(1, 1)), lines=lines)


def test_a_diff_that_does_not_fit_or_lies_elsewhere() -> None:
    assert "matches nowhere" in refused(Edit(path=PATH, diff="-not there\n+x\n"))
    assert "matches only outside" in refused(Edit(path=PATH, diff="-static int first(void)\n+x\n"), lines=touched(13))
    for bad in ("+only added\n", " nothing changes\n", "", "words\n"):
        assert "diff" in refused(Edit(path=PATH, diff=bad))


def test_overlapping_edits_name_both() -> None:
    got = refused(
        [
            Edit(path=PATH, replace="ret = do_it();", with_="x;", request="1.1"),
            Edit(path=PATH, replace="do_it", with_="y", request="1.2"),
        ]
    )
    assert got == "fixup 1.1 (replace 'ret = do_it();') and fixup 1.2 (replace 'do_it') overlap"
    assert "asked for twice" in refused([Edit(path=PATH, delete="if (ret)")] * 2)


def test_edits_do_not_see_each_other() -> None:
    got = made(
        [Edit(path=PATH, replace="second", with_="third"), Edit(path=PATH, insert="x", after="static int second(void)")]
    )
    assert b"static int third(void)\nx\n{" in got
    refused(
        [Edit(path=PATH, replace="second", with_="third"), Edit(path=PATH, insert="x", after="static int third(void)")]
    )


@pytest.mark.parametrize("eol", [b"\n", b"\r\n"])
@pytest.mark.parametrize("open_ended", [False, True])
def test_line_ends_and_a_missing_last_newline_stay(eol: bytes, open_ended: bool) -> None:
    def file(*lines: bytes) -> bytes:
        return eol.join(lines) + (b"" if open_ended else eol)

    content = file(b"\tone();", b"\ttwo();", b"\tthree();")
    lines = touched(1, 2, 3)
    assert made(Edit(path=PATH, insert="four();", after="three();"), content, lines) == file(
        b"\tone();", b"\ttwo();", b"\tthree();", b"\tfour();"
    )
    assert made(Edit(path=PATH, delete="three();"), content, lines) == file(b"\tone();", b"\ttwo();")
    assert made(Edit(path=PATH, replace="two();\nthree();", with_="both();\nof();"), content, lines) == file(
        b"\tone();", b"\tboth();", b"\tof();"
    )
    assert made(Edit(path=PATH, move="three();", before="one();"), content, lines) == file(
        b"\tthree();", b"\tone();", b"\ttwo();"
    )


def test_bytes_that_are_no_utf8_stay() -> None:
    content = b"/* Ren\xe9 */\nint x;\n"
    assert made(Edit(path=PATH, replace="x", with_="y"), content, touched(1, 2)) == b"/* Ren\xe9 */\nint y;\n"


def test_the_message() -> None:
    body = "First sentence. The last one goes\nover two lines.\n\n* one\n* two\n\nSigned-off-by: A <a@example.org>"
    message = {"name": "the message"}
    got = edit_prose(body, [Edit(message=True, delete="The last one goes over two lines.")], **message)
    assert got.startswith("First sentence.\n\n* one")
    got = edit_prose(body, [Edit(message=True, replace="* one\n* two", with_="* both")], **message)
    assert "\n\n* both\n\nSigned" in got
    assert edit_prose(body, [Edit(message=True, with_="All new.")], **message) == "All new."
    with pytest.raises(InputError, match="matches nowhere in the message"):
        edit_prose(body, [Edit(message=True, replace="three", with_="3")], **message)
    assert edit_prose(
        body, [Edit(message=True, insert="Fixes: 1", before="Signed-off-by: A <a@example.org>")], **message
    ) == (body.replace("Signed", "Fixes: 1\nSigned"))


def test_the_subject() -> None:
    subject = {"name": "the subject"}
    assert edit_prose("arm32: x", [Edit(subject=True, replace="arm32", with_="arm")], **subject) == "arm: x"
    assert edit_prose("arm32: x", [Edit(subject=True, script="s/arm32/arm")], **subject) == "arm: x"
    assert edit_prose("arm32: x", [Edit(subject=True, with_="new")], **subject) == "new"
    for text in ("two\nlines", "  "):
        with pytest.raises(InputError, match="the subject would"):
            edit_prose("one", [Edit(subject=True, replace="one", with_=text)], **subject)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        ({"path": "a"}, "none is given"),
        ({"replace": "a", "with": "b"}, "one of path"),
        ({"path": "a", "message": True, "delete": "x"}, "not path and message"),
        ({"path": "a", "delete": "x", "insert": "y", "after": "z"}, "insert and delete"),
        ({"path": "a", "replace": "x"}, "replace needs with"),
        ({"path": "a", "with": "x"}, "none is given"),
        ({"path": "a", "insert": "x"}, "insert needs after or before"),
        ({"path": "a", "move": "x", "after": "y", "before": "z"}, "one of after and before"),
        ({"path": "a", "replace": "x", "with": "y", "after": "z"}, "after does not go with replace"),
        ({"path": "a", "delete": ""}, "to delete a blank line"),
        ({"path": "a", "nonsense": "x"}, "unknown key 'nonsense'"),
        ({"path": 1}, "path must be text"),
        ({"path": "a", "replace": "", "with": "x"}, "replace is empty"),
        ({"subject": True, "replace": "a", "with": "b", "within": "c"}, "within does not go with subject"),
    ],
)
def test_what_is_not_one_edit(data: dict[str, object], why: str) -> None:
    with pytest.raises(InputError, match=why):
        Edit.from_dict(data)


def test_an_edit_survives_its_dictionary() -> None:
    data = {"path": "a", "within": "f", "replace": "x", "with": "y"}
    assert Edit.from_dict(data).to_dict() == data
    assert Edit.from_dict({"message": True, "delete": "x"}).to_dict() == {"message": True, "delete": "x"}


def test_the_touched_lines_are_found_where_the_hunk_really_went() -> None:
    from reviewbot.fixups import touched_by
    from reviewbot.series import DiffLine, FileDiff, Hunk

    def file(start: int, *lines: str) -> FileDiff:
        rows = tuple(DiffLine(line[0], line[1:], None, None, 0) for line in lines)  # type: ignore[arg-type]
        hunk = Hunk(start, 0, start, 0, "", rows)
        return FileDiff("a", None, "modified", None, None, None, None, False, (hunk,))

    content = b"one\ntwo\n\nx\r\none\nnew\ntwo\n"
    for start in (1, 5, 10**12):
        found = touched_by(file(start, " one", "+new", " two"), content)
        assert (sorted(found.lines), sorted(found.near)) == ([6], [5, 6, 7])
    gone = touched_by(file(1, " one", "-old", " two"), content)
    assert (sorted(gone.lines), sorted(gone.near)) == ([1, 2], [1, 2])
    assert touched_by(file(1, " nowhere", "+to be found"), content).lines == frozenset()
    assert touched_by(file(0, "-all", "-gone"), b"").lines == frozenset()
