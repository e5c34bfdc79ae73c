"""A file of one shape, as large as is read: the parts that a step looks at again and again must not grow with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pytest

from reviewbot.csource import MacroTable, parse, read_switches
from reviewbot.csource.flow import FlowError, build_flow
from reviewbot.csource.source import MAX_BYTES
from tests.patience import patience

MACROS = MacroTable.load()
SIZE = MAX_BYTES // 4
HEAD = b"int f(int a)\n{\n"
SWITCH = HEAD + b"    switch ( a )\n    {\n"


def fill(part: bytes, size: int = SIZE) -> bytes:
    return part * (size // len(part))


def count(part: bytes, size: int = SIZE) -> bytes:
    """The part with a growing number in the place of each @."""
    return b"".join(part.replace(b"@", b"%d" % number) for number in range(size // (len(part) + 5)))


SHAPES: dict[str, Callable[[], bytes]] = {
    "groups that fall": lambda: SWITCH + count(b"case @: x++;\n") + b"}\n}\n",
    "labels, then statements": lambda: SWITCH + count(b"case @:\n", SIZE // 2) + fill(b"x++;\n", SIZE // 2) + b"}\n}\n",
    "labels in arms": lambda: SWITCH + count(b"#ifdef A@\ncase @: x++; break;\n#endif\n") + b"}\n}\n",
    "jumps out of inner loops": lambda: (
        SWITCH + count(b"case @: do { if (b) continue; } while (c); break;\n") + b"}\n}\n"
    ),
    "switches in one another": lambda: (
        HEAD + (b"switch (a) { case 1:\n" + fill(b"x++;\n", SIZE // 90)) * 80 + b"break; }" * 80 + b"}\n"
    ),
    "macros of one name": lambda: (
        fill(b"#define M(x) do { x++; return; } while (0)\n", SIZE // 2)
        + SWITCH
        + fill(b"case 1: M(a);\n", SIZE // 2)
        + b"}\n}\n"
    ),
    "macros that hold case": lambda: (
        count(b"#define CASE@(x) case x: y++; break;\n", SIZE // 2)
        + SWITCH
        + count(b"CASE@(@)\n", SIZE // 2)
        + b"}\n}\n"
    ),
    "a macro of many words": lambda: b"#define C(x) case x: y; " + fill(b"break ") + b"{ y\n",
    "a macro of many blanks": lambda: (
        b"#define C(x) do { return" + b" " * SIZE + b"; y; z } while (0)\n" + SWITCH + b"case 1: C(1);\n}\n}\n"
    ),
    "a comment of many words": lambda: SWITCH + b"case 1: x++; /* " + fill(b"not ") + b". fall through */\n}\n}\n",
    "macros without a semicolon": lambda: fill(b"DEFINE_X(1)\n") + HEAD + b"}\n",
    "ranges without a colon": lambda: SWITCH + fill(b"case 1 ... 2\n") + b":\n}\n}\n",
    "definitions behind a brace": lambda: (
        b"int t[] =" + b" " * (SIZE // 2) + b"{\n" + fill(b"#define A 1\n", SIZE // 2)
    ),
    "functions in functions": lambda: HEAD * 900 + fill(b"x++;\n") + b"}\n" * 800,
    "else ifs": lambda: HEAD + count(b"if ( a == @ ) { x = @; } else\n") + b"x++;\n}\n",
    "gotos": lambda: HEAD + count(b"if (a) goto l@;\nl@: x++;\n") + b"}\n",
    "an initialiser": lambda: HEAD + b"int t[] = {" + fill(b"1, ") + b"};\n}\n",
    "arms of one #if": lambda: HEAD + b"#if A\n" + count(b"#elif B@\nx++;\n") + b"#endif\n}\n",
    "arms in a condition": lambda: HEAD + b"if ( a\n" + count(b"#ifdef A@\n && b\n#endif\n") + b" ) x++;\n}\n",
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_large_file_of_one_shape_is_read_to_its_end(name: str) -> None:
    data = SHAPES[name]()
    assert SIZE // 2 < len(data) < 2 * SIZE
    with patience():
        source = parse(data, "a.c", MACROS)
        for function in source.functions:
            read_switches(function)
            if function.readable:
                with suppress(FlowError):
                    build_flow(function)
    assert len(source.masked) == len(data)


REFUSED = {
    "arms of #if in one another": (
        HEAD + fill(b"#ifdef A\nx++;\n") + fill(b"#endif\n"),
        "#if nested more than 100 deep in line 203",
    ),
    "open groups": (
        SWITCH + b"#if A\n" + count(b"#elif B@\ncase @: x++;\n") + b"#endif\n" + fill(b"y++;\n", SIZE // 4) + b"}\n}\n",
        "more than 64 case groups open at one place",
    ),
    "open groups in arms of many": (
        SWITCH + count(b"#ifdef A@\ncase @: x++;\n#endif\n") + b"}\n}\n",
        "more than 64 case groups open at one place",
    ),
    "labels in arms of one #if": (
        SWITCH + b"#if A\n" + count(b"#elif B@\ncase @: x++; break;\n") + b"#endif\n}\n}\n",
        "more than 100 arms of #if around a case",
    ),
    "statements in one another": (
        SWITCH + b"case 1:\n" + fill(b"if (b) {" * 120 + b"x++;" + b"}" * 120 + b"\n") + b"}\n}\n",
        "statements nested more than 100 deep",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_over_a_cap_is_not_analysed_and_says_which(name: str) -> None:
    data, reason = REFUSED[name]
    with patience():
        source = parse(data[:MAX_BYTES], "a.c", MACROS)
        unread = [*source.not_analysed, *(entry for f in source.functions for entry in read_switches(f)[1])]
    assert [entry.reason for entry in unread] == [reason]


def test_the_graph_of_labels_under_many_arms_is_refused() -> None:
    data = REFUSED["labels in arms of one #if"][0]
    (function,) = parse(data, "a.c", MACROS).functions
    with patience(), pytest.raises(FlowError, match="more than 100 arms of #if around a case"):
        build_flow(function)
