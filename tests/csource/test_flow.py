"""The flow graph: every construct leads where C says, conditions are split to leaves, and what is unclear is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.csource import MacroTable, parse
from reviewbot.csource.flow import Flow, FlowError, FlowNames, build_flow

MACROS = MacroTable.load()


def flow_of(body: str, names: FlowNames | None = None, head: str = "int f(int a, int b)") -> Flow:
    source = parse(f"{head}\n{{\n{body}\n}}\n".encode(), "f.c", MACROS)
    return build_flow(source.functions[0], names)


def texts(flow: Flow) -> list[list[str]]:
    """For each path without a repeated block the calls made on it, in order; `|` ends a path that returns."""
    source = flow.function.source
    paths: list[list[str]] = []
    stack: list[tuple[int, list[str], frozenset[int]]] = [(flow.entry, [], frozenset())]
    while stack:
        number, said, seen = stack.pop()
        if number in seen:
            continue
        block = flow.blocks[number]
        said = said + [
            source.text(step.node).split("(")[0].strip(" ;\n") for step in block.steps if step.kind != "decl"
        ]
        if block.ends:
            paths.append([*said, block.ends])
        for edge in block.edges:
            stack.append((edge.target, said, seen | {number}))
    return sorted(paths)


def conditions(flow: Flow) -> list[str]:
    source = flow.function.source
    return [source.text(e.condition) for b in flow.blocks for e in b.edges if e.kind == "true" and e.condition]


def test_if_and_else() -> None:
    assert texts(flow_of("if ( a ) x(); else y(); z();")) == [["x", "z", "end"], ["y", "z", "end"]]


def test_short_circuit_is_split_to_leaves() -> None:
    flow = flow_of("if ( likely(a) && !(b || c()) ) x(); return 0;")
    assert conditions(flow) == ["a", "b", "c()"]
    assert ["x", "return 0", "return"] in texts(flow)


def test_conditional_as_condition() -> None:
    assert conditions(flow_of("if ( a ? b : c() ) x();")) == ["a", "b", "c()"]


def test_goto_and_labels() -> None:
    flow = flow_of("if ( a ) goto out; x(); out: y(); return 0;")
    assert texts(flow) == [["x", "y", "return 0", "return"], ["y", "return 0", "return"]]
    jumps = [edge for block in flow.blocks for edge in block.edges if edge.kind == "goto"]
    assert [flow.function.source.text(edge.node) for edge in jumps if edge.node is not None] == ["goto out;"]


def test_loops_with_break_and_continue() -> None:
    flow = flow_of("for ( i = 0; i < 3; i++ ) { if ( a ) continue; if ( b ) break; x(); } y();")
    assert ["i = 0", "y", "end"] in texts(flow)
    kinds = [edge.kind for block in flow.blocks for edge in block.edges]
    assert kinds.count("continue") == kinds.count("break") == kinds.count("back") == 1


def test_do_while_runs_its_body_once() -> None:
    assert texts(flow_of("do { x(); } while ( a ); y();")) == [["x", "y", "end"]]


def test_do_while_zero_does_not_repeat() -> None:
    flow = flow_of("do { x(); } while ( 0 ); y();")
    assert not [edge for block in flow.blocks for edge in block.edges if edge.condition is not None]


def test_endless_loop_has_no_way_out() -> None:
    assert texts(flow_of("for ( ; ; ) x();")) == []


def test_loop_macro_is_a_loop_that_assigns() -> None:
    flow = flow_of("for_each_vcpu ( d, v ) x(v); y();")
    assert [step.kind for block in flow.blocks for step in block.steps if step.kind == "loop"] == ["loop"]
    assert any(path[-2:] == ["y", "end"] for path in texts(flow))


def test_switch_with_groups_and_fallthrough() -> None:
    flow = flow_of("switch ( a ) { case 1: case 2: x(); break; case 3: y(); default: z(); }")
    assert [path[1:] for path in texts(flow)] == [["x", "end"], ["x", "end"], ["y", "z", "end"], ["z", "end"]]


def test_switch_without_default_may_match_nothing() -> None:
    assert ["a", "end"] in texts(flow_of("switch ( a ) { case 1: x(); break; }"))


def test_preprocessor_arms_are_alternatives() -> None:
    flow = flow_of("#ifdef CONFIG_X\nx();\n#elif defined(CONFIG_Y)\ny();\n#else\nz();\n#endif\n")
    arms = {edge.arm for block in flow.blocks for edge in block.edges if edge.arm}
    assert arms == {("CONFIG_X", True), ("CONFIG_X", False), ("CONFIG_Y", True), ("CONFIG_Y", False)}
    assert sorted(path[0] for path in texts(flow)) == ["x", "y", "z"]


@pytest.mark.parametrize("spelling", ["#ifndef CONFIG_X", "#if !defined(CONFIG_X)", "#if ! defined CONFIG_X"])
def test_negated_conditions_have_one_spelling(spelling: str) -> None:
    flow = flow_of(f"{spelling}\nx();\n#endif\n")
    assert {edge.arm for block in flow.blocks for edge in block.edges if edge.arm} == {
        ("CONFIG_X", False),
        ("CONFIG_X", True),
    }


def test_case_under_ifdef_is_reached_through_its_arm() -> None:
    flow = flow_of(
        "switch ( a ) { case 1: x(); break;\n#ifdef CONFIG_X\ncase 2: y(); break;\n#endif\ndefault: break; }"
    )
    assert ["a", "y", "end"] in texts(flow)
    assert ("CONFIG_X", True) in {edge.arm for block in flow.blocks for edge in block.edges}


def test_calls_that_do_not_return() -> None:
    assert texts(flow_of('if ( a ) panic("x"); y();')) == [["panic", "noreturn"], ["y", "end"]]
    assert ["stop", "noreturn"] in texts(flow_of("if ( a ) stop(); y();", FlowNames.of(["stop"])))


def test_bug_on_is_a_branch() -> None:
    flow = flow_of("BUG_ON(a || b); x();")
    assert conditions(flow) == ["a", "b"]
    assert [path for path in texts(flow) if path[-1] == "end"] == [["x", "end"]]


def test_statement_expression_is_followed() -> None:
    flow = flow_of("int q = ({ if ( a ) return 1; x(); });")
    assert ["return 1", "return"] in texts(flow)
    assert ["x", "end"] in texts(flow)


@pytest.mark.parametrize("body", ["goto nowhere;", "break;", "continue;", "case 1: x();"])
def test_what_cannot_be_followed_is_refused(body: str) -> None:
    with pytest.raises(FlowError) as refused:
        flow_of(body)
    assert refused.value.line == 3


def test_two_arms_may_hold_the_same_label() -> None:
    flow = flow_of("if ( a ) goto out; z();\n#ifdef X\nout: x();\n#else\nout: y();\n#endif\n")
    assert {"x", "y"} <= {path[0] for path in texts(flow)}


def test_depth_costs_no_recursion() -> None:
    deep = 900
    flow = flow_of("if ( a ) " * deep + "x();")
    assert len(conditions(flow)) == deep
    assert len(conditions(flow_of(f"if ( {'!(' * deep}a{')' * deep} ) x();"))) == 1


STATEMENTS = st.recursive(
    st.sampled_from(["x();", "return 1;", ";", "goto out;"]),
    lambda inner: st.one_of(
        inner.map(lambda s: f"if ( a ) {{ {s} }}"),
        st.tuples(inner, inner).map(lambda p: f"if ( a && b ) {{ {p[0]} }} else {{ {p[1]} }}"),
        inner.map(lambda s: f"while ( a ) {{ {s} break; }}"),
        inner.map(lambda s: f"do {{ {s} }} while ( b );"),
        st.tuples(inner, inner).map(lambda p: f"switch ( a ) {{ case 1: {p[0]} break; default: {p[1]} }}"),
        st.tuples(inner, inner).map(" ".join),
    ),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(STATEMENTS)
def test_every_block_ends_or_goes_on(body: str) -> None:
    flow = flow_of(f"{body} out: y(); return 0;")
    reached, stack = set(), [flow.entry]
    while stack:
        number = stack.pop()
        if number in reached:
            continue
        reached.add(number)
        block = flow.blocks[number]
        assert (block.ends is not None) != bool(block.edges)
        assert {edge.kind for edge in block.edges} <= {
            "next", "true", "false", "case", "default", "goto", "break", "continue", "back", "arm",
        }  # fmt: skip
        stack.extend(edge.target for edge in block.edges)
    calls = f"{body} y".count("x()")
    steps = [step for block in flow.blocks for step in block.steps if flow.function.source.text(step.node) == "x();"]
    assert len(steps) == calls
