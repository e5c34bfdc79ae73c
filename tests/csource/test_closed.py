"""Switches that need not be read: those in which each case group plainly leaves before the next label."""

from __future__ import annotations

import pytest

from reviewbot.csource import Function, MacroTable, Switch, parse, read_open_switches, read_switches
from tests.patience import patience

MACROS = MacroTable.load()


def function(body: str, head: str = "") -> Function:
    text = f"{head}int f(int x, int y)\n{{\n    switch ( x )\n    {{\n{body}    }}\n    return 0;\n}}\n"
    (found,) = parse(text.encode(), "a.c", MACROS).functions
    assert found.readable, found.reason
    return found


def left_open(body: str, head: str = "") -> list[int]:
    """The lines, from the body's first, of the switches that are read."""
    return [switch.line - 2 for switch in read_open_switches(function(body, head))[0]]


CLOSED = {
    "break": "case 1: a(); break;\ncase 2:\ncase 3: return 1;\ndefault: goto out;\n",
    "blocks": "case 1: { a(); { b(); break; } }\ncase 2: { return 1; }\n",
    "comment last": "case 1: break; /* in this case */\ncase 2: break;\n",
    "both branches": "case 1: if ( y ) return 1; else if ( x ) { break; } else goto out;\ncase 2: break;\n",
    "no return": "case 1: BUG();\ncase 2: break;\n",
    "arms": "case 1: break;\n#ifdef A\ncase 2: a(); break;\n#elif defined(B)\ncase 3:\n#else\ncase 4: return 1;\n#endif\n"
    "case 5: break;\n",
    "arm in a group": "case 1:\n#ifdef A\na();\n#endif\nbreak;\ncase 2: break;\n",
    "inner": "case 1: switch ( y ) { case 1: break; default: return 1; } break;\ncase 2: break;\n",
}
OPEN = {
    "call": "case 1: a();\ncase 2: break;\n",
    "said": "case 1: a(); fallthrough;\ncase 2: break;\n",
    "last": "case 1: break;\ncase 2: a();\n",
    "one branch": "case 1: if ( y ) break;\ncase 2: break;\n",
    "else goes on": "case 1: if ( y ) break; else a();\ncase 2: break;\n",
    "loop's break": "case 1: while ( y ) { break; }\ncase 2: break;\n",
    "one arm": "case 1: a();\n#ifdef A\nbreak;\n#endif\ncase 2: break;\n",
    "arm goes on": "case 1: break;\n#ifdef A\ncase 2: a();\n#endif\ncase 3: break;\n",
    "label in a branch": "case 1: if ( y ) { case 2: a(); }\nbreak;\ncase 3: break;\n",
    "label in a loop": "case 1: while ( y ) { a(); case ';': b(); }\nbreak;\n",
    "goto comes in": "case 1: break;\n#ifdef A\nout: a();\n#endif\ncase 2: break;\n",
}


@pytest.mark.parametrize("body", CLOSED.values(), ids=CLOSED)
def test_a_switch_all_of_whose_groups_leave_is_not_read(body: str) -> None:
    assert left_open(body) == []
    found, unread = read_switches(function(body))
    assert found
    assert not unread
    assert not falls(found)


@pytest.mark.parametrize("body", OPEN.values(), ids=OPEN)
def test_any_other_is(body: str) -> None:
    assert left_open(body)[:1] == [1]


def falls(found: tuple[Switch, ...]) -> list[str]:
    return [e.kind for s in found for g in s.groups for e in g.exits if e.kind in ("falls-through", "fallthrough")]


def test_of_two_switches_in_one_another_each_is_judged_by_its_own_labels() -> None:
    assert left_open("case 1:\nswitch ( y ) { case 1: a(); case 2: break; }\nbreak;\ncase 2: break;\n") == [4]


def test_a_macro_that_holds_a_label_is_one() -> None:
    head = "#define CASE(n) case n: a(n); break\n#define MORE(n) case n: a(n)\n"
    assert left_open("CASE(1);\nCASE(2);\ndefault: break;\n", head) == []
    assert left_open("MORE(1);\nMORE(2);\ndefault: break;\n", head) == [3]


def test_a_switch_with_an_error_is_listed() -> None:
    (found,) = parse(
        b"int f(int x)\n{\n    switch ( x )\n    {\n    case 1: break; ) (\n    }\n}\n", "a.c", MACROS
    ).functions
    assert read_open_switches(found)[1] == read_switches(found)[1] != ()


@pytest.mark.parametrize(
    "body",
    [
        "case 1: return 1;\n" + "/**/\n" * 200_000,
        "case 1: /* " + "case " * 200_000 + "*/ return 1;\n",
        "case 1: { " + "/**/\n" * 100_000 + "{" * 200 + "return 1;" + "}" * 200 + "}\n",
        "case 1: " + "if ( y ) return 1; else " * 2_000 + "return 2;\n",
        "case 1: return 1;\n" * 40_000,
    ],
)
def test_a_look_at_the_ends_is_linear(body: str) -> None:
    found = function(body)
    with patience():
        assert len(read_open_switches(found)[0]) <= 1
