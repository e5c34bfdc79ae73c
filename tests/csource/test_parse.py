"""Functions of a file: found, readable or said not to be, whatever the bytes."""

from __future__ import annotations

import pytest
import tree_sitter_c
from hypothesis import given, settings
from hypothesis import strategies as st
from tree_sitter import Language, Parser

from reviewbot.csource import MacroTable, parse, switches
from reviewbot.csource.source import MAX_BYTES, MAX_DEPTH
from tests.csource.test_mask import kinds_in
from tests.patience import patience

MACROS = MacroTable.load()


def test_functions_have_their_names_and_lines() -> None:
    text = b"""int a(void)
{
    return 1;
}

static struct x *(*b(int n))(void)
{
    return n;
}

#ifdef CONFIG_C
void __init c(void) { }
#else
void c(void) { }
#endif

XEN_GUEST_HANDLE_PARAM(void) d(void)
{
}
"""
    source = parse(text, "a.c", MACROS)
    found = [(f.name, f.line, f.end_line, f.readable) for f in source.functions]
    assert found == [
        ("a", 1, 4, True),
        ("b", 6, 9, True),
        ("c", 12, 12, True),
        ("c", 14, 14, True),
        ("d", 17, 19, True),
    ]
    assert source.text(source.functions[2].node) == "void __init c(void) { }"
    assert source.not_analysed == ()


def test_a_function_with_an_error_is_not_analysed_and_its_neighbours_are() -> None:
    text = b"int a(void)\n{\n    return 1;\n}\n\nint b(void)\n{\n    x = = 1;\n}\n\nint c(void)\n{\n    return 3;\n}\n"
    source = parse(text, "a.c", MACROS)
    assert [(f.name, f.readable) for f in source.functions] == [("a", True), ("b", False), ("c", True)]
    (entry,) = source.not_analysed
    assert (entry.path, entry.function, entry.line) == ("a.c", "b", 6)
    assert "line 8" in entry.reason
    assert entry.to_dict() == {"path": "a.c", "function": "b", "line": 6, "reason": entry.reason}


def test_a_function_that_swallows_the_next_one_hides_neither() -> None:
    text = b"int a(void)\n{\n    if ( x )\n    {\n        y();\n    return 1;\n}\n\nint b(void)\n{\n    return 2;\n}\n"
    source = parse(text, "a.c", MACROS)
    assert "a" in [entry.function for entry in source.not_analysed]
    assert "b" in [f.name for f in source.functions] + [entry.function for entry in source.not_analysed]


@pytest.mark.parametrize(
    "text", [b"int f(void)\n{\n    if ( x )\n    {\n", b"int f(void) { if ( x ) g();", b"int f(void) {"]
)
def test_a_function_without_its_end_is_listed(text: bytes) -> None:
    assert [entry.function for entry in parse(text, "a.c", MACROS).not_analysed] == ["f"]


def test_headers_are_read_like_any_file() -> None:
    text = b"#ifndef A_H\n#define A_H\nstatic always_inline int f(void)\n{\n    return 1;\n}\n#endif\n"
    assert [(f.name, f.readable) for f in parse(text, "a.h", MACROS).functions] == [("f", True)]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a" * (MAX_BYTES + 1), "bytes"),
        (b"int a;\n\0", "NUL byte in line 2"),
        (b"\x01\x02\x03" * 100, "control characters"),
        (b"int f(void) { return " + b"(" * 200_000, "nested"),
        (b"int f(void)" + b"{" * 200_000, "nested"),
        (b"[" * (MAX_DEPTH + 1), "nested"),
    ],
)
def test_what_is_too_much_is_not_analysed_and_says_why(data: bytes, says: str) -> None:
    source = parse(data, "a.c", MACROS)
    assert source.functions == ()
    assert len(source.masked) == len(data)
    (entry,) = source.not_analysed
    assert says in entry.reason
    assert entry.line >= 1


def test_real_nesting_is_no_reason() -> None:
    text = b"int f(void)\n{\n    return " + b"(" * 300 + b"1" + b")" * 300 + b";\n}\n"
    assert [f.readable for f in parse(text * 10, "a.c", MACROS).functions] == [True] * 10


@settings(max_examples=200)
@given(st.binary(max_size=300))
def test_no_bytes_crash(data: bytes) -> None:
    source = parse(data, "a.c", MACROS)
    assert len(source.masked) == len(data)
    assert all(source.masked[at] == 10 for at, byte in enumerate(data) if byte == 10)
    for function in source.functions:
        assert 1 <= function.line <= function.end_line <= data.count(b"\n") + 1
        assert all(function.line <= switch.line <= function.end_line for switch in switches(function))


HOSTILE = {
    "comments": b"/*",
    "strings": b'PREFIX "a" ',
    "words before a string": b"A B C ",
    "stars": b", a *",
    "loops": b"{for_each_x(a, {})}\n",
    "attributes": b"__section(a) __init ",
    "conditionals": b"#if A\n x, \n#else\n y,\n#endif\n",
    "open conditionals": b"#if A\n",
    "defines": b"#define A(x) case x\n",
    "labels": b"a: ",
    "cases": b"case 1: x(); ",
    "else chain": b"if ( x ) y(); else ",
    "ranges": b"case 1 ... ",
    "bodies": b")\n{\n",
    "quotes": b"'\"",
    "backslashes": b"\\",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_large_file_of_one_shape_is_read_to_its_end(name: str) -> None:
    unit = HOSTILE[name]
    data = b"int f(int x)\n{\n    switch ( x )\n    {\n" + unit * (600_000 // len(unit))
    with patience():
        source = parse(data, "a.c", MACROS)
        for function in source.functions:
            switches(function)
    assert source.functions or source.not_analysed
    assert len(source.masked) == len(data)


@pytest.mark.parametrize(
    "text",
    [
        "struct __packed s { int a; };\n",
        "int f(void)\n" + " " * 200 + "{\n}\n",
        "struct s { int a; } t = { 1 };\nint f(a) int a; { return a; }\n",
    ],
)
def test_a_brace_that_may_open_a_body_is_looked_into(text: str) -> None:
    kinds = kinds_in(Parser(Language(tree_sitter_c.language())).parse(text.encode()).root_node)
    assert len(parse(text.encode(), "a.h", MacroTable()).functions) == kinds.count("function_definition") == 1


def test_a_file_of_types_and_tables_has_no_functions_and_still_a_tree() -> None:
    text = b"/* int f(void) { } */\n#define F(x) ({ x; })\nenum { A, B };\nstruct s { union { int a; }; };\n"
    text += b"static const struct s t[] = { { .a = 1 }, {\n    2 } };\nextern int g(struct s *s);\n"
    source = parse(text, "a.h", MACROS)
    assert source.functions == ()
    assert source.not_analysed == ()
    assert len(source.masked) == len(text)
    assert {"struct_specifier", "initializer_list", "function_declarator"} <= set(kinds_in(source.tree.root_node))
