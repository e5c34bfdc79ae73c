"""A file's functions by their look: where they are, what stands outside of them, what is left without them."""

from __future__ import annotations

import random

import pytest

from reviewbot.analysis.lines import compare_lines
from reviewbot.analysis.outline import Outline
from reviewbot.csource import parse
from tests.analysis.trees import MACROS

FILE = b"""\
/* What this is. */
#include <xen/lib.h>

#define GIVE(x) give(x) /* done */
#define BOTH(x) do { \\
    GIVE(x);         \\
} while ( 0 )

struct pair {
    int a, b;
};

static inline int tiny(int a) { return a; }

/* The first. */
static int one(int a)
{
    GIVE(a);
    return a;
}

#ifdef CONFIG_X
int __init two(struct pair *p,
               int b)
{
    if ( b )
    {
        one(b);
    }
    return tiny(b);
}
#else
int two(struct pair *p, int b)
{
    return 0;
}
#endif

static const struct pair pairs[] =
{
    { 1, 2 },
};

void three(void)
{
    BOTH(one);
}
"""


def outline(text: bytes = FILE) -> Outline:
    return Outline.of(text, MACROS)


def test_functions_are_where_the_parser_sees_them() -> None:
    seen = {(f.name, f.body.start_point.row + 1, f.end_line) for f in parse(FILE, "a.c", MACROS).functions}
    found = {(b.name.decode(), b.open_line, b.last_line) for b in outline().bodies}
    assert found == seen - {("tiny", 13, 13)}
    assert [b.name for b in outline().bodies] == [b"one", b"two", b"two", b"three"]
    assert [b.line for b in outline().bodies][:2] == [16, 23]


def test_what_is_left_keeps_lines_and_columns_and_all_that_is_no_function() -> None:
    whole = outline()
    less = whole.less(whole.by_name[b"two"])
    assert less.count(b"\n") == FILE.count(b"\n")
    rows, left = FILE.split(b"\n"), less.split(b"\n")
    for number, row in enumerate(rows):
        if b"The first" in row or b"What this is" in row:
            assert not left[number].strip()
        elif 16 <= number + 1 <= 20 or 43 <= number + 1 <= 47:
            assert not left[number]
        else:
            assert left[number].rstrip() == row.rstrip()
    assert b"/* done */" in less  # a macro's comment belongs to it: it may say that a fall is meant


def test_a_function_in_which_something_begins_that_ends_outside_stays() -> None:
    odd = b"int f(void)\n{\n#ifdef X\n    return 1;\n}\n#endif\n\nint g(void)\n{\n    return 2;\n}\n"
    less = outline(odd).less([])
    assert b"return 1" in less
    assert b"return 2" not in less


def test_who_names_whom_also_by_way_of_macros() -> None:
    whole = outline()
    assert {b.name for b in whole.naming([b"give"])} == {b"one", b"three"}
    assert {b.line for b in whole.naming([b"tiny"])} == {23}
    one, _, _, three = whole.bodies
    assert b"give" in whole.words(three)
    assert whole.is_called(one)
    assert not whole.is_called(three)


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        (b"/* The first. */", b"/* The 1st; call(it). */", set()),
        (b"#include <xen/lib.h>", b"#include <xen/lib.h>\n#include <xen/mm.h>", set()),
        (b"    GIVE(a);\n", b"    GIVE(a + 1);\n", set()),
        (b"    GIVE(x);         \\\n", b"    TAKE(x);         \\\n", {b"BOTH"}),
        (b"#define GIVE(x) give(x)", b"#define GIVE(x) take(x)", {b"GIVE"}),
        (b"int tiny(int a) { return a; }", b"int tiny(int a) { return b(a); }", {b"tiny", b"b"}),
        (b"    int a, b;\n", b"    int a, b, c;\n", set()),
        (b"struct pair {\n", b"void noreturn stop(int a,\n   int b);\nstruct pair {\n", {b"stop"}),
        (b"#else\n", b"#elif defined(CONFIG_Y)\n", None),
    ],
)
def test_what_a_change_outside_of_functions_gives_a_meaning_to(
    old: bytes, new: bytes, names: set[bytes] | None
) -> None:
    assert FILE.count(old) == 1
    after = FILE.replace(old, new)
    assert outline(after).names_touched_outside(compare_lines(FILE, after)) == names


def test_touched_are_the_functions_in_which_lines_came_or_went() -> None:
    after = FILE.replace(b"    GIVE(a);\n", b"").replace(b"    return 0;\n", b"    return 0;\n    x();\n")
    whole = outline(after)
    lines = compare_lines(FILE, after)
    assert [body.line for body in whole.touched(lines)] == [16, 32]
    assert whole.has_inside(18, 0)
    assert not whole.has_inside(17, 0)
    assert [body.line for body in outline().touched(lines.inverse())] == [16, 33]


def test_no_bytes_make_it_fail() -> None:
    rnd = random.Random(5)
    words = [b"{\n", b"}\n", b"\n{", b"\n}", b"int f(int a)", b")", b"(", b"/*", b"*/", b"#if 1\n", b"#define f(x) g \\\n",
             b'"', b"\xff", b";\n", b"f(", b"\n", b"#", b"'", b"\\"]  # fmt: skip
    for _ in range(1500):
        before = b"".join(rnd.choices(words, k=40))
        after = b"".join(rnd.choices(words, k=40))
        whole, lines = outline(after), compare_lines(before, after)
        touched = whole.touched(lines)
        for kept in ([], touched, whole.bodies):
            assert whole.less(kept).count(b"\n") == after.count(b"\n")
        whole.names_touched_outside(lines)
        whole.naming([b"f"])
        assert all(b.head < b.start < b.end and b.line <= b.open_line <= b.last_line for b in whole.bodies)
        assert {b.name for b in touched} == {
            b.name for b in whole.bodies if lines.touched(b.line, b.last_line)
        }  # fmt: skip
