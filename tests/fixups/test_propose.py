"""From requests to edits: the bytes that each kind gives, and what is left to a person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reviewbot.errors import InputError
from reviewbot.fixups import Edit, apply_edits, edit_prose, propose, touched_by
from reviewbot.mail import read, threads
from reviewbot.review import Anchor, Request
from reviewbot.series import Patch, find_series

MESSAGE = """\
Handle the the op whithout a lock. It helps.

* one
* two

The last sentence. It is too much.

Signed-off-by: A. Developer <dev@example.org>"""


class Asked:
    """A patch that adds a file between two old lines, and requests about it."""

    def __init__(self, folder: Path, code: str, path: str = "xen/a.c") -> None:
        self.code, self.path = code, path
        lines = code.splitlines()
        diff = "".join(f"+{line}\n" for line in lines)
        mail = (
            "From: A. Developer <dev@example.org>\nSubject: [PATCH] arm32: fix teh op\nMessage-ID: <p@example.org>\n"
            f"Date: Mon, 1 Jun 2026 10:00:00 +0000\n\n{MESSAGE}\n---\ndiff --git a/{path} b/{path}\n"
            f"--- a/{path}\n+++ b/{path}\n@@ -1,2 +1,{len(lines) + 2} @@\n int before;\n{diff} int after;\n"
        )
        (folder / "p.eml").write_text(mail)
        (series,) = find_series(threads(read(folder / "p.eml").messages))
        self.patch: Patch = series.patches[0]
        self.content = f"int before;\n{code}int after;\n".encode()

    def request(
        self, kind: str, at: str | None = None, *, first: str | None = None, says: str = "", **operands: Any
    ) -> Request:
        """A request anchored to the added line `at`, with the lines from `first` on quoted above it."""
        anchor = Anchor(message=operands.pop("message", None))
        if at is not None:
            rows = [line for hunk in self.patch.diff.files[0].hunks for line in hunk.lines if line.origin == "+"]
            line = next(row for row in reversed(rows) if row.text.strip() == at)
            start = next(row for row in rows if row.text.strip() == (first or at)) if first else line
            anchor = Anchor(self.path, line.new, line.text, None, line.position, "+", (start.position, line.position))
        return Request("1.1", "r@example.org", "Rea Viewer", kind, says, anchor, "suggested", **operands)

    def edit(self, *args: Any, **options: Any) -> Edit | None:
        """What is proposed."""
        return propose(self.request(*args, **options), self.patch)

    def made(self, *args: Any, **options: Any) -> str | None:
        """The added lines after the edit; None when there is none."""
        edit = self.edit(*args, **options)
        if edit is None:
            return None
        assert edit.request == "1.1"
        touched = touched_by(self.patch.diff.files[0], self.content)
        got = apply_edits(self.content, [edit], path=self.path, touched=touched).decode()
        return got.removeprefix("int before;\n").removesuffix("int after;\n")


CODE = """\
int f(struct domain *d, const char *s)
{
    int x = 1;
    if (x == 2)
        g(x,  d);
    switch ( x )
    {
    case OP_a:
        break;


    case OP_b:
        fallthrough;
    default:
        fallthrough;
    }
    return (x);
}
"""


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    return Asked(tmp_path, CODE)


def swapped(*pairs: tuple[str, str]) -> str:
    """CODE with the last occurrence of each text replaced."""
    code = CODE
    for old, new in pairs:
        head, found, tail = code.rpartition(old)
        assert found
        code = head + new + tail
    return code


@pytest.mark.parametrize(
    ("kind", "at", "operands", "want"),
    [
        ("replace", "int x = 1;", {"old": "int", "new": "long"}, swapped(("    int x", "    long x"))),
        ("replace", "g(x,  d);", {"old": "x == 2", "new": "x != 2"}, swapped(("x == 2", "x != 2"))),
        ("replace", "int x = 1;", {"old": "= 1", "new": ""}, swapped(("int x = 1;", "int x ;"))),
        ("replace", "case OP_a:", {"new": "OP_aa"}, swapped(("OP_a:", "OP_aa:"))),
        ("control-flow", "fallthrough;", {"old": "fallthrough;", "new": "break;"}, swapped(("fallthrough;", "break;"))),
        ("control-flow", "g(x,  d);", {"new": "break;", "where": "after"}, swapped(("d);\n", "d);\n        break;\n"))),
        ("insert-blank-line", "int x = 1;", {"where": "after"}, swapped(("x = 1;\n", "x = 1;\n\n"))),
        ("insert-blank-line", "return (x);", {"where": "before"}, swapped(("    return", "\n    return"))),
        ("insert-blank-line", "}", {"where": "before", "target": "return"}, swapped(("    return", "\n    return"))),
        ("insert-blank-line", "fallthrough;", {"where": "after"}, swapped(("fallthrough;\n", "fallthrough;\n\n"))),
        ("delete-blank-line", "case OP_b:", {}, swapped(("\n\n\n", "\n\n"))),
        ("delete", "g(x,  d);", {}, swapped(("        g(x,  d);\n", ""))),
        ("spacing", "if (x == 2)", {"new": " ", "says": "Missing blanks inside the parentheses"}, swapped(("(x == 2)", "( x == 2 )"))),
        ("spacing", "g(x,  d);", {"old": " ", "new": "", "says": "Excess blank"}, swapped(("x,  d", "x, d"))),
        ("spacing", "g(x,  d);", {"old": " ", "new": "", "where": "before", "target": "d"}, swapped(("x,  d", "x,d"))),
        ("spacing", "case OP_a:", {"new": " ", "where": "before", "target": ":"}, swapped(("OP_a:", "OP_a :"))),
        ("braces", "return (x);", {"new": "drop", "says": "Excess pair of parentheses"}, swapped(("(x);", "x;"))),
        ("type", "int x = 1;", {"new": "unsigned int"}, swapped(("    int x", "    unsigned int x"))),
        ("type", "int f(struct domain *d, const char *s)", {"new": "const"}, swapped(("(struct", "(const struct"))),
        ("type", "int f(struct domain *d, const char *s)", {"old": "char", "new": "void"}, swapped(("char", "void"))),
    ],
)  # fmt: skip
def test_the_bytes_that_words_give(asked: Asked, kind: str, at: str, operands: dict[str, Any], want: str) -> None:
    assert asked.made(kind, at, first="int x = 1;" if at == "g(x,  d);" else None, **operands) == want


def test_an_edit_of_a_line_that_is_there_twice_names_its_case(asked: Asked) -> None:
    edit = asked.edit("control-flow", "fallthrough;", old="fallthrough;", new="break;")
    assert edit is not None
    assert edit.within or edit.diff


def test_a_short_edit_stays_short(asked: Asked) -> None:
    edit = asked.edit("replace", "int x = 1;", old="x = 1", new="x = 3")
    assert edit is not None
    assert edit.to_dict() == {"path": "xen/a.c", "replace": "x = 1", "with": "x = 3"}


@pytest.mark.parametrize(
    ("kind", "at", "operands"),
    [
        ("question-like", "int x = 1;", {}),
        ("replace", "int x = 1;", {"old": "nowhere", "new": "y"}),
        ("replace", "int x = 1;", {"new": "completely_else"}),
        ("delete", "if (x == 2)", {}),
        ("insert-blank-line", "case OP_a:", {"where": "before", "target": "nothing"}),
        ("move", "case OP_a:", {}),
        ("type", "return (x);", {"new": "const"}),
        ("wrap", "int x = 1;", {}),
        ("braces", "int x = 1;", {"new": "add"}),
        ("include-order", "int x = 1;", {}),
    ],
)
def test_what_is_left_to_a_person(asked: Asked, kind: str, at: str, operands: dict[str, Any]) -> None:
    if kind == "insert-blank-line":
        assert asked.made(kind, at, **operands) is not None
    else:
        assert asked.edit(kind, at, **operands) is None


@pytest.mark.parametrize(
    ("says", "goes"),
    [
        ("Unused.", True),
        ("I think this can also be dropped now.", True),
        ("Please remove this line, it was only for a test.", True),
        ("I'd remove the dot at the end of it.", False),
        ("Could you remove the declarations of what is below", False),
    ],
)
def test_only_what_means_the_line_deletes_it(asked: Asked, says: str, goes: bool) -> None:
    assert (asked.edit("delete", "g(x,  d);", says=says) is not None) == goes


def test_what_only_points_is_not_replaced(tmp_path: Path) -> None:
    asked = Asked(tmp_path, "    /* it is so */\n")
    assert asked.edit("replace", "/* it is so */", old="it", new="O_SYNC") is None


def test_a_blank_line_in_a_comment_has_its_star(tmp_path: Path) -> None:
    asked = Asked(tmp_path, "/*\n * Title:\n * - one\n */\n")
    assert asked.made("insert-blank-line", "* Title:", where="after") == "/*\n * Title:\n *\n * - one\n */\n"


def test_both_places(asked: Asked) -> None:
    got = asked.made("replace", "fallthrough;", old="fallthrough", new="break", count=2)
    assert got == CODE.replace("fallthrough", "break")
    assert asked.edit("replace", "fallthrough;", old="fallthrough", new="break", count=3) is None


@pytest.mark.parametrize("where", ["after", "before"])
def test_moves_name_what_the_patch_adds(asked: Asked, where: str) -> None:
    edit = asked.edit("move", "fallthrough;", old="case OP_b", where=where, target="OP_a")
    assert edit is not None
    assert edit.to_dict() == {"path": "xen/a.c", "move": "case OP_b", where: "case OP_a"}


def test_code_shown_replaces_what_it_resembles(asked: Asked) -> None:
    got = asked.made("replace", "g(x,  d);", first="int x = 1;", code=("    if ( x == 2 || !d )", "        g(x, d);"))
    assert got == CODE.replace("    if (x == 2)\n        g(x,  d);", "    if ( x == 2 || !d )\n        g(x, d);")
    assert asked.edit("replace", "g(x,  d);", first="int x = 1;", code=("    wholly(different);",)) is None
    assert asked.edit("replace", "g(x,  d);", code=("    g(...);",)) is None


def test_long_lines(tmp_path: Path) -> None:
    long = "    if ( first_condition_of_them(domain, 0) && second_condition_of_them(domain, 1) && third )\n"
    asked = Asked(tmp_path, f"void f(void)\n{{\n{long}        g();\n}}\n")
    assert asked.made("wrap", long.strip()) == (
        "void f(void)\n{\n    if ( first_condition_of_them(domain, 0) &&\n"
        "         second_condition_of_them(domain, 1) && third )\n        g();\n}\n"
    )
    joined = Asked(tmp_path, "    call(one,\n         two);\n")
    assert joined.made("wrap", "two);", first="call(one,", new="join") == "    call(one, two);\n"


def test_indentation_comes_from_the_line_above(tmp_path: Path) -> None:
    code = "void f(void)\n{\n    if ( x )\n          g(one,\n           two);\n    h();\n     i();\n}\n"
    asked = Asked(tmp_path, code)
    assert asked.made("reindent", "g(one,") == code.replace("          g(one", "        g(one")
    assert asked.made("reindent", "two);") == code.replace("           two", "            two")
    assert asked.made("reindent", "i();") == code.replace("     i()", "    i()")
    assert asked.edit("reindent", "h();") is None
    assert asked.made("reindent", "i();", new="tab") == code.replace("     i()", "\ti()")


def test_braces_around_one_statement(tmp_path: Path) -> None:
    asked = Asked(tmp_path, "    if ( x )\n    {\n        g();\n    }\n    if (y) {\n        h();\n    }\n")
    want = "    if ( x )\n        g();\n    if (y) {\n        h();\n    }\n"
    assert asked.made("braces", "g();", first="{", new="drop") == want
    assert asked.made("braces", "h();", new="drop") == (
        "    if ( x )\n    {\n        g();\n    }\n    if (y)\n        h();\n"
    )


def test_comments(tmp_path: Path) -> None:
    asked = Asked(tmp_path, "    /* lower case */\n    // two slashes\n    /* first line\n     * second line */\n")
    assert "/* Lower case */" in (asked.made("comment-style", "/* lower case */") or "")
    assert "    /* Two slashes */\n" in (asked.made("comment-style", "// two slashes") or "")
    got = asked.made("comment-style", "* second line */")
    assert got is not None
    assert got.endswith("    /*\n     * First line\n     * second line.\n     */\n")


def test_includes(tmp_path: Path) -> None:
    code = "#include <xen/b.h>\n#include <xen/d.h>\n#include <xen/c.h>\n#include <asm/a.h>\n"
    asked = Asked(tmp_path, code)
    edit = asked.edit("include-order", "#include <xen/c.h>")
    assert edit is not None
    assert edit.to_dict() == {"path": "xen/a.c", "move": "#include <xen/c.h>", "before": "#include <xen/d.h>"}
    assert asked.made("include-order", "#include <xen/c.h>") == (
        "#include <xen/b.h>\n#include <xen/c.h>\n#include <xen/d.h>\n#include <asm/a.h>\n"
    )


@pytest.mark.parametrize(
    ("options", "want"),
    [
        ({"old": "arm32", "new": "arm"}, "arm: fix teh op"),
        ({"new": "the"}, "arm32: fix the op"),
        ({"old": "nowhere", "new": "x"}, None),
        ({"old": "fix", "new": ""}, "arm32: teh op"),
        ({}, None),
    ],
)
def test_the_subject(asked: Asked, options: dict[str, Any], want: str | None) -> None:
    edit = asked.edit("subject", **options)
    assert (edit_prose(asked.patch.subject, [edit], name="x") if edit else None) == want


@pytest.mark.parametrize(
    ("kind", "message", "options", "old", "new"),
    [
        ("replace", "Handle the the op whithout a lock. It helps.", {"new": "without"}, "whithout", "without"),
        ("replace", "Handle the the op whithout a lock. It helps.", {"old": "the", "new": ""}, "the the", "the"),
        ("message", "The last sentence. It is too much.", {"says": "Drop the last sentence."}, " It is too much.", ""),
        ("message", "* one", {"old": "one", "new": "1"}, "* one", "* 1"),
        ("message", "* one", {"says": "join both"}, None, None),
        ("trailer", "Signed-off-by: A. Developer <dev@example.org>", {"new": 'Fixes: 0123456789ab ("x")'},
         "Signed", 'Fixes: 0123456789ab ("x")\nSigned'),
        ("trailer", "x", {"new": "Requested-by: R <r@example.org>"}, "Signed", "Requested-by: R <r@example.org>\nSigned"),
        ("trailer", "x", {"target": "Fixes", "says": "add a fixes tag"}, None, None),
    ],
)  # fmt: skip
def test_the_message(
    asked: Asked, kind: str, message: str, options: dict[str, Any], old: str | None, new: str | None
) -> None:
    edit = asked.edit(kind, message=message, **options)
    if old is None or new is None:
        assert edit is None
        return
    assert edit is not None
    assert edit_prose(MESSAGE, [edit], name="x") == MESSAGE.replace(old, new)


def test_a_proposal_never_reaches_beyond_the_patch(asked: Asked) -> None:
    edit = asked.edit("replace", "int x = 1;", old="before", new="after")
    assert edit is None
    with pytest.raises(InputError):
        apply_edits(asked.content, [Edit(path=asked.path, replace="before", with_="x")], path=asked.path,
                    touched=touched_by(asked.patch.diff.files[0], asked.content))  # fmt: skip
