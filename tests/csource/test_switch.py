"""The view of the switches: groups, labels with their `#if` arms, and how control leaves each group."""

from __future__ import annotations

import pytest

from reviewbot.csource import Function, MacroTable, Switch, Terminals, enclosing, parse, read_switches, switches

MACROS = MacroTable.load()


def function(body: str, head: str = "") -> Function:
    return parse(f"{head}int f(int x)\n{{\n{body}}}\n".encode(), "a.c", MACROS).functions[-1]


def view(body: str, head: str = "") -> Switch:
    found = function(f"    switch ( x )\n    {{\n{body}    }}\n", head)
    assert found.readable, found.reason
    return switches(found)[0]


def ends(body: str, head: str = "") -> list[tuple[list[str], str, str | None]]:
    return [([label.text for label in group.labels], group.ends, group.into) for group in view(body, head).groups]


def test_groups_have_their_labels_lines_and_ends() -> None:
    switch = view("    case A:\n    case B:\n        a();\n        break;\n\n    default:\n        return 1;\n")
    assert switch.to_dict() == {
        "path": "a.c",
        "function": "f",
        "line": 3,
        "on": "x",
        "groups": [
            {
                "labels": [
                    {"text": "case A", "line": 5, "arm": None},
                    {"text": "case B", "line": 6, "arm": None},
                ],
                "line": 5,
                "end_line": 8,
                "ends": "break",
                "into": None,
            },
            {
                "labels": [{"text": "default", "line": 10, "arm": None}],
                "line": 10,
                "end_line": 11,
                "ends": "return",
                "into": None,
            },
        ],
    }
    data = b"int f(int x)\n{\n    switch ( x )\n    {\n    case A:\n    case B:\n        a();\n        break;\n"
    group = switch.groups[0]
    assert data[group.start_byte : group.end_byte] == b"case A:\n    case B:\n        a();\n        break;"
    assert [node.type for node in group.statements] == ["expression_statement", "break_statement"]


@pytest.mark.parametrize(
    ("statements", "kind", "into"),
    [
        ("break;", "break", None),
        ("return 1;", "return", None),
        ("goto out;", "goto", "out"),
        ("continue;", "continue", None),
        ("panic(\"x\");", "noreturn", None),
        ("BUG();", "noreturn", None),
        ("(void)machine_halt();", "noreturn", None),
        ("a(); fallthrough;", "fallthrough", "default"),
        ("a(); /* Fallthrough. */", "fallthrough", "default"),
        ("a();", "falls-through", "default"),
        ("a(); /* fall through please */", "falls-through", "default"),
        ("{ a(); break; }", "break", None),
        ("{ a(); } break;", "break", None),
        ("if ( x ) return 1; else goto out;", "goto", "out"),
        ("if ( x ) return 1; break;", "break", None),
        ("if ( x ) break;", "falls-through", "default"),
        ("if ( x ) break; else if ( y ) return 1;", "falls-through", "default"),
        ("if ( 1 ) return 1;", "return", None),
        ("if ( 0 ) a(); else return 1;", "return", None),
        ("do { return 1; } while ( 0 );", "return", None),
        ("do { break; } while ( 0 );", "falls-through", "default"),
        ("do { continue; } while ( 0 );", "falls-through", "default"),
        ("while ( x ) return 1;", "falls-through", "default"),
        ("for ( ; ; ) { if ( x ) return 1; }", "return", None),
        ("for ( ; ; ) { if ( x ) break; }", "falls-through", "default"),
        ("while ( true ) { switch ( x ) { case 1: break; } }", "noreturn", None),
        ("({ a(); goto out; });", "goto", "out"),
        ("switch ( x ) { case 1: return 1; default: return 2; }", "return", None),
        ("switch ( x ) { case 1: return 1; }", "falls-through", "default"),
        ("switch ( x ) { case 1: break; default: return 2; }", "falls-through", "default"),
        ("return 1; break;", "return", None),
        ("break; fail: a();", "falls-through", "default"),
        ("ASSERT_UNREACHABLE();", "falls-through", "default"),
        (";", "return", None),
    ],
)  # fmt: skip
def test_how_control_leaves_a_group(statements: str, kind: str, into: str | None) -> None:
    found = ends(f"    case 1:\n        {statements}\n    default:\n        return 0;\n")
    assert found[0][1:] == (kind, into)


def test_a_case_range_keeps_its_text() -> None:
    assert ends("    case 1 ... 5:\n        break;\n    case 'a'...'z':\n        break;\n") == [
        (["case 1 ... 5"], "break", None),
        (["case 'a'...'z'"], "break", None),
    ]


def test_labels_under_if_have_their_arm() -> None:
    body = """#ifdef CONFIG_A
    case 1:
        a();
        break;
#if defined(B) && \\
    defined(C)
    case 2:
#else
    case 3:
#endif
        b();
        break;
#endif
#ifndef D
    case 4:
#elif E
    case 5:
#else
    case 6:
#endif
    default:
        c();
        break;
"""
    groups = view(body).groups
    assert [[(label.text, label.arm) for label in group.labels] for group in groups] == [
        [("case 1", "#ifdef CONFIG_A")],
        [
            ("case 2", "#ifdef CONFIG_A #if defined(B) && defined(C)"),
            ("case 3", "#ifdef CONFIG_A #if defined(B) && defined(C) #else"),
        ],
        [
            ("case 4", "#ifndef D"),
            ("case 5", "#ifndef D #elif E"),
            ("case 6", "#ifndef D #elif E #else"),
            ("default", None),
        ],
    ]
    assert [group.ends for group in groups] == ["break", "break", "break"]


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("    case 1:\n        a();\n#ifdef A\n        break;\n#endif\n    case 2:\n        return 2;\n", ["falls-through", "return"]),
        ("    case 1:\n        a();\n#ifdef A\n        break;\n#else\n        return 1;\n#endif\n    case 2:\n        return 2;\n", ["return", "return"]),
        ("    case 1:\n        a();\n#ifdef A\n    case 2:\n        return 2;\n#endif\n    case 3:\n        return 3;\n", ["falls-through", "return", "return"]),
        ("#ifdef A\n    case 1:\n        a();\n#endif\n    case 2:\n        return 2;\n", ["falls-through", "return"]),
        ("    case 1:\n#ifdef A\n        a();\n        fallthrough;\n#endif\n    case 2:\n        return 2;\n", ["fallthrough", "return"]),
        ("    case 1:\n#ifdef A\n        a();\n#endif\n    case 2:\n        return 2;\n", ["falls-through", "return"]),
        ("    case 1:\n        a();\n#if 0\n    case 2:\n        b();\n#endif\n        break;\n", ["break", "falls-through"]),
    ],
)  # fmt: skip
def test_arms_are_alternatives(body: str, kinds: list[str]) -> None:
    assert [group.ends for group in view(body).groups] == kinds


X_ENDS = "#ifdef X\n        break;\n#endif\n"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (X_ENDS + "#ifndef X\n        return 1;\n#endif\n", "return"),
        (X_ENDS + "#ifndef Y\n        return 1;\n#endif\n", "falls-through"),
        (X_ENDS + "        b();\n#if !defined(X)\n        return 1;\n#endif\n", "return"),
        (X_ENDS + "        b();\n#if !IS_ENABLED(X) && !defined(Y)\n        return 1;\n#endif\n", "falls-through"),
        (X_ENDS + "#ifdef Y\n        return 1;\n#endif\n#if !(defined(X) || defined(Y))\n        return 2;\n#endif\n", "return"),
        ("#if defined(X) && defined(Y)\n        return 1;\n#endif\n#ifdef X\n#ifndef Y\n        break;\n#endif\n#endif\n", "falls-through"),
        ("#if defined(X) && defined(Y)\n        return 1;\n#endif\n" + X_ENDS + "#ifndef X\n        return 2;\n#endif\n", "return"),
        ("#ifdef X\n        b();\n#endif\n        c();\n" + X_ENDS + "#ifndef X\n        fallthrough;\n#endif\n", "fallthrough"),
        ("#ifdef X\n        if ( b )\n#else\n        if ( c )\n#endif\n            return 1;\n", "falls-through"),
        ("        if ( b )\n#ifdef X\n            break;\n#else\n            return 1;\n#endif\n        else\n            return 2;\n", "return"),
        ("        if ( b )\n        {\n            return 1;\n#ifdef X\n        }\n        else\n        {\n#endif\n            return 2;\n        }\n", "falls-through"),
        ("        if ( b )\n        {\n            d();\n#ifdef X\n        }\n        else\n        {\n#endif\n            d();\n        }\n        return 2;\n", "return"),
    ],
)  # fmt: skip
def test_arms_of_one_condition_go_together(body: str, kind: str) -> None:
    groups = view(f"    case 1:\n        a();\n{body}    case 2:\n        return 3;\n").groups
    assert groups[0].ends == kind


def test_labels_under_one_condition_go_together() -> None:
    first = (
        "#ifdef X\n    case 1:\n        a();\n#endif\n#ifndef X\n    case 2:\n        b();\n        break;\n#endif\n"
    )
    assert ends(first + X_ENDS + "    case 3:\n        return 1;\n") == [
        (["case 1"], "break", None),
        (["case 2"], "break", None),
        (["case 3"], "return", None),
    ]


def test_macros_that_hold_case_are_labels() -> None:
    head = """#define PROGRESS(x)                     \\
        d->rel = PROG_ ## x; /* Fallthrough */ case PROG_ ## x
#define STAGE(x) case STAGE_ ## x
#define BOTH(x) STAGE(x): STAGE(y)
#define WHOLE(x, y) case x: { return g(y); }
#define INNER(x) do { switch ( x ) { case 1: break; } } while ( 0 )
"""
    body = """    case 0:
        a();
    PROGRESS(maps):
        b();
    STAGE(one):
        c();
        break;
    BOTH(two):
        INNER(3);
        break;
    WHOLE(TTBR, 4)
    WHOLE(ESR, 5)
    default:
        break;
"""
    assert ends(body, head) == [
        (["case 0"], "fallthrough", "PROGRESS(maps)"),
        (["PROGRESS(maps)"], "falls-through", "STAGE(one)"),
        (["STAGE(one)"], "break", None),
        (["BOTH(two)"], "break", None),
        (["WHOLE(TTBR, 4)"], "return", None),
        (["WHOLE(ESR, 5)"], "return", None),
        (["default"], "break", None),
    ]


def test_a_macro_too_short_for_a_label_takes_in_the_blanks_before_it() -> None:
    head = "#define C(x) case x: g(x); break;\n"
    assert ends("    C(1)\n    C(2)\n    default: break;\n", head) == [
        (["C(1)"], "break", None),
        (["C(2)"], "break", None),
        (["default"], "break", None),
    ]


def test_macros_of_the_file_end_a_group_as_their_text_does() -> None:
    head = """#define FAIL(x) do { log(x); \\
        return (x); } while ( 0 )
#define MAYBE(x) do { if ( x ) return (x); } while ( 0 )
#define LOOP(x) do { break; } while ( 0 )
#define RAISE(x) ({ record(x); goto done; })
#define STOP(x) panic("%d", x)
"""
    body = "".join(
        f"    case {n}:\n        {name}(n);\n" for n, name in enumerate(["FAIL", "MAYBE", "LOOP", "RAISE", "STOP"])
    )
    kinds = [kind for _, kind, _ in ends(body + "    default:\n        break;\n", head)]
    assert kinds == ["return", "falls-through", "falls-through", "goto", "noreturn", "break"]


def test_terminals_can_be_given() -> None:
    found = function(
        "    switch ( x )\n    {\n    case 1:\n        stop();\n    case 2:\n        NEXT;\n    default:\n        break;\n    }\n"
    )
    groups = switches(found, Terminals(frozenset({"stop"}), frozenset({"NEXT"})))[0].groups
    assert [group.ends for group in groups] == ["noreturn", "fallthrough", "break"]


def test_labels_inside_blocks_branches_and_loops_are_groups() -> None:
    body = """    case 1:
        if ( a )
        {
    case 2:
            b();
        }
        break;
    case 3:
        while ( n-- )
        {
    case 4:
            c();
        }
        break;
    case 5:
        if ( d )
    case 6:
            return 6;
    default:
        return 7;
"""
    assert ends(body) == [
        (["case 1"], "break", None),
        (["case 2"], "break", None),
        (["case 3"], "break", None),
        (["case 4"], "break", None),
        (["case 5"], "falls-through", "default"),
        (["case 6"], "return", None),
        (["default"], "return", None),
    ]


def test_nested_switches_are_views_of_their_own() -> None:
    found = function(
        "    switch ( x )\n    {\n    case 1:\n        switch ( y(x) )\n        {\n        case 2:\n            break;\n        }\n        break;\n    }\n"
    )
    assert [(switch.on, len(switch.groups)) for switch in switches(found)] == [("x", 1), ("y(x)", 1)]


def test_the_place_of_a_line_is_its_function_switch_and_group() -> None:
    text = b"""int a;

int f(int x)
{
    g();
    switch ( x )
    {
    case 1:
        switch ( y )
        {
        case 2:
            h();
            break;
        }
        break;

    case 3:
        return 3;
    }
}
"""
    source = parse(text, "a.c", MACROS)

    def place(line: int) -> tuple[str | None, str | None, str | None]:
        function, switch, group = enclosing(source, line)
        return function and function.name, switch and switch.on, group and group.labels[0].text

    assert place(1) == (None, None, None)
    assert place(5) == ("f", None, None)
    assert place(9) == ("f", "x", "case 1")
    assert place(12) == ("f", "y", "case 2")
    assert place(15) == ("f", "x", "case 1")
    assert place(16) == ("f", None, None)
    assert place(18) == ("f", "x", "case 3")


def test_an_unreadable_or_too_deep_switch_is_listed_not_described() -> None:
    broken = parse(
        b"int f(int x)\n{\n    switch ( x )\n    {\n    case 1:\n        a = = b;\n    }\n}\n", "a.c", MACROS
    )
    found, unread = read_switches(broken.functions[0])
    assert found == ()
    assert [(entry.function, entry.line) for entry in unread] == [("f", 3)]
    deep = function("    switch ( x ) { case 1: " + "if ( x ) " * 5000 + " a(); }\n")
    found, unread = read_switches(deep)
    assert found == ()
    assert "deep" in unread[0].reason


def test_an_else_chain_is_not_depth() -> None:
    chain = "if ( x ) return 1; else " * 500 + "return 2;"
    assert ends(f"    case 1:\n        {chain}\n    default:\n        break;\n")[0][1] == "return"
