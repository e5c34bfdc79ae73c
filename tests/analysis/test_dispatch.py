"""The walk from the dispatcher to the first act: which ways need a check, and how far it follows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.analysis import MemoryTree, check
from tests.analysis.trees import HANDED, MACROS, RULE, arch, core, tree

STEPS = {
    "look": "look();",
    "ask": "ret = ask_x();",
    "fail": "ret = -22;",
    "clear": "ret = 0;",
    "leave": "if ( ret ) return ret;",
    "act": "act();",
}


def first_act(steps: list[str]) -> bool:
    """Whether an act is reached unasked: the steps carried out one by one, `ret` unknown at first."""
    ret, asked = "unknown", False
    for step in steps:
        if step == "act" and not asked:
            return True
        if step == "leave":
            if ret == "fail":
                return False
            asked = asked or ret == "ask"
            ret = "clear"
        elif step in ("ask", "fail", "clear"):
            ret = step
    return False


def answers_lost(steps: list[str]) -> int:
    """How often `ret` is given another value while it holds an answer that nobody has looked at."""
    lost, held = 0, False
    for step in steps:
        lost += held and step in ("ask", "fail", "clear")
        held = step == "ask" if step in ("ask", "fail", "clear", "leave") else held
    return lost


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=8))
def test_an_act_is_reported_exactly_where_it_is_reached_unasked(steps: list[str]) -> None:
    body = "".join(f"        {STEPS[step]}\n" for step in steps)
    files = {"core.c": core(f"    case OP_A:\n{body}        return 0;\n", before="extern int ret;\n")}
    files["core.c"] = files["core.c"].replace(b"{\n    switch", b"{\n    int ret;\n    switch")
    found = check(files, MemoryTree({}), [RULE], MACROS).findings
    unasked = [finding for finding in found if finding.severity == "error"]
    assert bool(unasked) == first_act(steps)
    assert len(unasked) <= 1
    assert len(found) - len(unasked) == answers_lost(steps)


@pytest.mark.parametrize(
    ("body", "bad"),
    [
        ("return ask_a() ?: act();", False),
        ("return ask_a() ? -1 : act();", False),
        ("return !ask_a() ? act() : -1;", False),
        ("return ask_a() ? tidy() : -1;", False),
        ("if ( ask_a() == 0 ) act(); return 0;", False),
        ("if ( ask_a() < 0 ) return -1; act(); return 0;", False),
        ("if ( (ret = ask_a()) != 0 ) return ret; act(); return 0;", False),
        ("if ( unlikely((ret = ask_a())) ) return ret; act(); return 0;", False),
        ("if ( ask_a() && x ) return -1; act(); return 0;", True),
        ("if ( ask_a() || x ) return -1; act(); return 0;", False),
        ("bool ok = !ask_a(); if ( ok ) act(); return 0;", False),
        ("bool ok = !ask_a(); if ( !ok ) tidy(); return 0;", False),
        ("ret = x ? ask_a() : ask_b(); if ( ret ) return ret; act(); return 0;", False),
        ("ret = x ? ask_a() : 0; if ( ret ) return ret; act(); return 0;", True),
        ("ret = ask_a(); other = ret; if ( other ) return other; act(); return 0;", False),
        ("ret = ask_a(); look(&ret); if ( ret ) return ret; act(); return 0;", True),
        ("while ( x ) { ret = ask_a(); if ( ret ) return ret; act(); } return 0;", False),
        ("while ( x ) { act(); ret = ask_a(); if ( ret ) return ret; } return 0;", True),
        ("do { ret = ask_a(); } while ( ret == -85 ); if ( !ret ) act(); return 0;", False),
        ("p->member = 1; return 0;", True),
        ("*p = 1; return 0;", True),
        ("local.member = 1; array[2] = 1; op++; return 0;", False),
        ("global = 1; return 0;", True),
        ("sizeof(act()); return 0;", False),
        ("p->ops->act(p); return 0;", True),
        ("switch ( x ) { case 1: return ask_a(); case 2: act(); } return 0;", True),
        ("if ( op == OP_B ) act(); return 0;", False),
        ("if ( op != OP_A ) act(); return 0;", False),
        ("if ( op == OP_A ) act(); return 0;", True),
        ("goto done; done: return 0;", False),
        ("ret = -1; goto done; done: if ( !ret ) act(); return ret;", False),
    ],
)
def test_shapes(body: str, bad: bool) -> None:
    text = core(f"    case OP_A: {{ {body} }}\n").replace(
        b"{\n    switch", b"{\n    int ret, other, x = op; struct s local, *p = find(op); int array[4];\n    switch"
    )
    rule_tree = MemoryTree({})
    found = check({"core.c": text.replace(b"find(op)", b"look(op)")}, rule_tree, [RULE], MACROS)
    assert found.not_analysed == ()
    assert bool(found.findings) == bad


def test_the_message_names_operation_act_and_place() -> None:
    files = tree(core=core(HANDED), arch__x=arch("    case OP_C:\n        return act();\n"))
    (finding,) = check(["core.c"], files, [RULE], MACROS).findings
    assert finding.message == (
        "OP_C is handed on before ask_common() without a check, and arch_go() in arch/x.c acts without one: act() comes first"
    )
    assert [step.note for step in finding.trace] == [
        "case OP_C of go()",
        "handed to arch_go()",
        "case OP_C of arch_go()",
        "act() acts, and no check comes before it",
    ]


def test_handlers_that_hand_to_each_other_end() -> None:
    circle = b"int arch_go(int op)\n{\n    return arch_go(op);\n}\n"
    report = check(["core.c"], tree(core=core(HANDED), arch__x=circle), [RULE], MACROS)
    assert report.findings == ()


def test_a_label_under_if_may_be_compiled_out_then_the_default_takes_the_operation() -> None:
    case = "#ifdef CONFIG_A\n    case OP_A:\n        return ask_a();\n#endif\n    default:\n        return act();\n"
    (finding,) = check({"core.c": core(case)}, MemoryTree({}), [RULE], MACROS).findings
    assert finding.line == 10


def test_too_many_ways_are_said() -> None:
    names = [f"v{number}" for number in range(16)]
    body = "".join(f"        if ( x{name} ) {name} = 0; else {name} = 1;\n" for name in names)
    tests = "".join(f"        if ( {name} ) look();\n" for name in names)
    declared = "int " + ", ".join([*names, *(f"x{name}" for name in names)]) + ";"
    text = core(f"    case OP_A:\n{body}{tests}        return 0;\n").replace(
        b"{\n    switch", f"{{\n    {declared}\n    switch".encode()
    )
    report = check({"core.c": text}, MemoryTree({}), [RULE], MACROS)
    assert report.findings == ()
    assert ["too many paths" in entry.reason for entry in report.not_analysed] == [True]


@pytest.mark.parametrize("opening", ["(", "{", "if ( x ) ", "*", "!", "act(", "x ? ", "x = ", "x = !!!!", "x ?: "])
def test_deep_nesting_neither_crashes_nor_hangs(opening: str) -> None:
    text = core(f"    case OP_A: {opening * 3000}x;\n        return 0;\n")
    report = check({"core.c": text}, MemoryTree({}), [RULE], MACROS)
    assert len(report.findings) <= 1


@given(st.binary(max_size=300))
def test_any_bytes_are_survived(noise: bytes) -> None:
    assert check({"core.c": core(HANDED) + noise, "arch/x.c": noise}, MemoryTree({}), [RULE], MACROS).bugs == ()
