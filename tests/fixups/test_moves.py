"""Moves of case groups, functions and lines: what travels, which blank lines stay, and what is refused."""

from __future__ import annotations

import pytest

from reviewbot.errors import InputError
from reviewbot.fixups import Edit, Touched, apply_edits

PATH = "xen/common/domctl.c"

A = b"    case XEN_DOMCTL_a:\n    case XEN_DOMCTL_b:\n        ret = a();\n        break;\n"
C = b"    /* Sub-ops only. */\n    case XEN_DOMCTL_c:\n        if ( x )\n        {\n            ret = c();\n\n            goto out;\n        }\n        break;\n"
D = b"    case XEN_DOMCTL_d:\n        ret = d();\n        goto out;\n"
DEFAULT = b"    default:\n        break;\n"
HEAD = b"long do_domctl(int cmd)\n{\n    long ret = 0;\n\n    switch ( cmd )\n    {\n"
TAIL = b"    }\n\n out:\n    return ret;\n}\n"


def switch(*groups: bytes, gap: bytes = b"\n") -> bytes:
    """A function with these case groups."""
    return HEAD + gap.join(groups) + TAIL


def moved(content: bytes, *edits: Edit, group: bytes = C) -> bytes:
    """The edits made where the patch adds `group`."""
    first = content[: content.index(group)].count(b"\n") + 1
    lines = frozenset(range(first, first + group.count(b"\n")))
    near = frozenset(range(min(lines) - 3, max(lines) + 4))
    return apply_edits(content, edits, path=PATH, touched=Touched(lines, near))


def move(what: str = "case XEN_DOMCTL_c", **where: str) -> Edit:
    return Edit(path=PATH, move=what, **where)


@pytest.mark.parametrize("gap", [b"\n", b""])
@pytest.mark.parametrize(
    ("where", "order"),
    [
        ({"before": "case XEN_DOMCTL_a"}, (C, A, D, DEFAULT)),
        ({"before": "case XEN_DOMCTL_b:"}, (C, A, D, DEFAULT)),
        ({"after": "case XEN_DOMCTL_d"}, (A, D, C, DEFAULT)),
        ({"before": "default"}, (A, D, C, DEFAULT)),
        ({"after": "default:"}, (A, D, DEFAULT, C)),
    ],
)
def test_a_case_group_moves_with_its_comment_and_one_separator(
    gap: bytes, where: dict[str, str], order: tuple[bytes, ...]
) -> None:
    assert moved(switch(A, C, D, DEFAULT, gap=gap), move(**where)) == switch(*order, gap=gap)


@pytest.mark.parametrize("start", [(C, A, D, DEFAULT), (A, D, DEFAULT, C)])
def test_the_first_and_the_last_group_leave_no_blank_line_behind(start: tuple[bytes, ...]) -> None:
    assert moved(switch(*start), move(before="case XEN_DOMCTL_d")) == switch(A, C, D, DEFAULT)


@pytest.mark.parametrize("blank", ["", "fallthrough;", "default:"])
def test_replace_and_move_with_and_without_the_blank_line(blank: str) -> None:
    posted = C.replace(b"        break;\n", b"        fallthrough;\n")
    content = switch(A, D, posted + DEFAULT)
    edits = [Edit(path=PATH, replace="fallthrough;", with_="break;"), move(before="case XEN_DOMCTL_a")]
    if blank.startswith("fall"):
        edits.append(Edit(path=PATH, insert="", after=blank))
    elif blank:
        edits.append(Edit(path=PATH, insert="", before=blank))
    assert moved(content, *edits, group=posted) == switch(C, A, D, DEFAULT)
    assert moved(content, *reversed(edits), group=posted) == switch(C, A, D, DEFAULT)


def test_edits_inside_of_a_block_travel_with_it() -> None:
    got = moved(
        switch(A, C, D, DEFAULT),
        Edit(path=PATH, replace="c()", with_="cc()"),
        move(after="case XEN_DOMCTL_d"),
        Edit(path=PATH, insert="more();", after="goto out;"),
    )
    changed = C.replace(b"c();", b"cc();").replace(b"goto out;\n", b"goto out;\n            more();\n")
    assert got == switch(A, D, changed, DEFAULT)


@pytest.mark.parametrize(
    ("groups", "where", "why"),
    [
        (
            (A, C.replace(b"        break;\n", b""), D, DEFAULT),
            "case XEN_DOMCTL_a",
            "'case XEN_DOMCTL_c' .* fall through",
        ),
        (
            (A.replace(b"break", b"fallthrough"), D, C, DEFAULT),
            "case XEN_DOMCTL_d",
            "'case XEN_DOMCTL_a' .* fall through",
        ),
        ((A.replace(b"break", b"fallthrough"), C, D, DEFAULT), "default", "'case XEN_DOMCTL_a' .* fall through"),
    ],
)
def test_a_move_does_not_change_what_falls_where(groups: tuple[bytes, ...], where: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        moved(switch(*groups), move(before=where), group=groups[1] if b"c()" in groups[1] else C)


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (move(before="case XEN_DOMCTL_d"), "already stands there"),
        (move(after="case XEN_DOMCTL_a"), "already stands there"),
        (move(after="case XEN_DOMCTL_c"), "beside itself"),
        (move(after="case XEN_DOMCTL_z"), "no 'case XEN_DOMCTL_z'"),
        (move("case XEN_DOMCTL_z", after="default"), "matches nowhere"),
        (move("case XEN_DOMCTL_a", after="default"), "only outside of the lines"),
        (
            Edit(path=PATH, move="case XEN_DOMCTL_b", within="case XEN_DOMCTL_a", after="default"),
            "shares its statements",
        ),
    ],
)
def test_moves_that_are_refused(edit: Edit, why: str) -> None:
    with pytest.raises(InputError, match=why):
        moved(switch(A, C, D, DEFAULT), edit)


def test_a_group_does_not_leave_its_if() -> None:
    arm = b"#ifdef CONFIG_X\n" + C + b"#endif\n"
    with pytest.raises(InputError, match="different #if"):
        moved(switch(A, arm, D, DEFAULT), move(after="case XEN_DOMCTL_d"))


def test_a_label_of_two_switches_is_told_apart_by_what_the_patch_touches() -> None:
    content = switch(A, C, D, DEFAULT) + b"\n" + switch(A, C, D, DEFAULT).replace(b"do_domctl", b"other")
    assert moved(content, move(before="case XEN_DOMCTL_a")).startswith(switch(C, A, D, DEFAULT))


F = b"/* What f does. */\nstatic int f(void)\n{\n    return 1;\n}\n"
G = b"static int g(void)\n{\n    return 2;\n}\n"
H = b"int h(void)\n{\n    return f() + g();\n}\n"


@pytest.mark.parametrize("name", ["f", "f()", "static int f(void)"])
def test_a_function_moves_with_its_comment(name: str) -> None:
    content = b"\n".join((F, G, H))
    got = moved(content, move(name, after="g"), group=F)
    assert got == b"\n".join((G, F, H))
    assert moved(content, Edit(path=PATH, move="h", before="f"), group=H) == b"\n".join((H, F, G))


def test_lines_move_as_they_are() -> None:
    content = b"#include <a.h>\n#include <c.h>\n#include <b.h>\n\nint x;\n"
    got = moved(content, move("#include <b.h>", before="#include <c.h>"), group=b"#include <b.h>\n")
    assert got == b"#include <a.h>\n#include <b.h>\n#include <c.h>\n\nint x;\n"
    got = moved(
        content, move("#include <c.h>\n#include <b.h>", before="int x;"), group=b"#include <c.h>\n#include <b.h>\n"
    )
    assert got == b"#include <a.h>\n\n#include <c.h>\n#include <b.h>\nint x;\n"


def test_two_moves_and_an_edit_that_crosses_one() -> None:
    got = moved(
        switch(A, C, D, DEFAULT),
        move(before="case XEN_DOMCTL_a"),
        Edit(path=PATH, move="case XEN_DOMCTL_d", within="case XEN_DOMCTL_d", after="default"),
    )
    assert got == switch(C, A, DEFAULT, D)
    with pytest.raises(InputError, match="overlap"):
        moved(
            switch(A, C, D, DEFAULT),
            move(before="case XEN_DOMCTL_a"),
            Edit(path=PATH, within="do_domctl", replace="break;\n\n    case XEN_DOMCTL_d:", with_="x"),
        )


def test_crlf_files_move_too() -> None:
    content = switch(A, C, D, DEFAULT).replace(b"\n", b"\r\n")
    group = C.replace(b"\n", b"\r\n")
    want = switch(C, A, D, DEFAULT).replace(b"\n", b"\r\n")
    assert moved(content, move(before="case XEN_DOMCTL_a"), group=group) == want
