"""Arms of `#if` that cut statements: the graph has the ways of every configuration, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.csource import Function, MacroTable, parse
from reviewbot.csource.flow import Flow, Step, build_flow

MACROS = MacroTable.load()
CALL = re.compile(r"\b([a-z]\w*)\(")
CALL_BYTES = re.compile(CALL.pattern.encode())

# One shape each, for functions whose calls and conditions tell the ways apart.
BODIES = {
    "an if before else": "#ifdef X\n    if ( a )\n        f();\n    else\n#endif\n        g();\n    h();\n",
    "an if in braces before else": "#ifdef X\n    if ( a )\n    {\n        f();\n    }\n    else\n#endif\n    {\n        g();\n    }\n",
    "an if close to its brace": "#ifdef X\n\tif (a) {\n\t\tf();\n\t} else\n#endif\n\t\tg();\n",
    "a chain before else": (
        "#ifdef X\n    if ( a )\n        f();\n    else if ( b )\n        g();\n    else\n#endif\n        h();\n"
    ),
    "statements, then an if before else": (
        "#ifdef X\n    f();\n    g();\n    if ( a )\n        h();\n    else\n#endif\n        k();\n"
    ),
    "two ifs before else": (
        "#ifdef X\n    if ( a )\n        f();\n    else\n#else\n    if ( b )\n        g();\n    else\n#endif\n        h();\n"
    ),
    "an else": "    if ( a )\n        f();\n#ifdef X\n    else\n        g();\n#endif\n    h();\n",
    "an else with a block": "    if ( a )\n        f();\n#ifndef X\n    else\n    {\n        g();\n        h();\n    }\n#endif\n",
    "an else if": "    if ( a )\n        f();\n#ifdef X\n    else if ( b )\n        g();\n#endif\n    else\n        h();\n",
    "a chain after else": (
        "    if ( a )\n        f();\n#ifdef X\n    else if ( b )\n        g();\n    else if ( c )\n        h();\n#endif\n"
        "    else\n        k();\n"
    ),
    "a whole chain after else": (
        "    if ( a )\n        f();\n#ifdef X\n    else if ( b )\n        g();\n    else\n        h();\n"
        "#else\n    else\n        k();\n#endif\n"
    ),
    "else ifs of two conditions": (
        "    if ( a )\n        f();\n#ifdef X\n    else if ( b )\n        g();\n#endif\n#ifdef Y\n    else if ( c )\n        h();\n#endif\n"
        "    else\n        k();\n"
    ),
    "heads": "#ifdef X\n    if ( a )\n#else\n    if ( b || c )\n#endif\n        f();\n    g();\n",
    "heads with braces": "#ifdef X\n    if ( a )\n    {\n#else\n    if ( b )\n    {\n#endif\n        f();\n    }\n",
    "three heads": "#if defined(X)\n    if ( a )\n#elif defined(Y)\n    if ( b )\n#else\n    if ( c )\n#endif\n        f();\n",
    "one head": "#ifdef X\n    if ( a )\n#endif\n        f();\n    g();\n",
    "one head behind statements": "#ifdef X\n    f();\n    if ( a )\n#endif\n        g();\n    h();\n",
    "a block opened and closed": "#ifdef X\n    if ( a )\n    {\n#endif\n        f();\n#ifdef X\n    }\n#endif\n    g();\n",
    "bodies": "    if ( a )\n#ifdef X\n        f();\n#else\n        g();\n#endif\n    h();\n",
    "bodies before else": "    if ( a )\n#ifdef X\n        f();\n#else\n        g();\n#endif\n    else\n        h();\n",
    "bodies of else": "    if ( a )\n        f();\n    else\n#ifdef X\n        g();\n#else\n    {\n        h();\n        k();\n    }\n#endif\n",
    "bodies that are ifs": "    if ( a )\n#ifdef X\n        if ( b )\n            f();\n#else\n        g();\n#endif\n    h();\n",
    "three bodies": "    if ( a )\n#if defined(X)\n        f();\n#elif defined(Y)\n        g();\n#else\n        h();\n#endif\n",
    "behind a label": "    if ( a )\n        goto out;\n    f();\n out:\n#ifdef X\n    g();\n    h();\n#endif\n    k();\n",
    "before a label": (
        "#ifdef X\n    if ( a )\n        goto out;\n#endif\n    f();\n#ifdef X\n    g();\n out:\n#endif\n    h();\n"
    ),
    "an else between blocks": "    if ( a )\n    {\n        f();\n#ifdef X\n    }\n    else\n    {\n#endif\n        g();\n    }\n    h();\n",
    "one more to hold": "    if ( a\n#ifdef X\n         && b\n#endif\n       )\n        f();\n",
    "one less to hold": "    if ( a\n#ifndef X\n         || b\n#endif\n       )\n        f();\n    g();\n",
    "a first to hold": "    if (\n#ifdef X\n         a &&\n#endif\n         b )\n        f();\n",
    "two operands": "    if ( a ||\n#ifdef X\n         b\n#else\n         c\n#endif\n       )\n        f();\n",
    "two more to hold": "    if ( a\n#ifdef X\n         && b\n#else\n         && c\n#endif\n         && d )\n        f();\n",
    "in one another": (
        "    if ( a\n#ifdef X\n         && b\n#ifdef Y\n         && c\n#endif\n#endif\n       )\n        f();\n"
    ),
    "values": "    r =\n#ifdef X\n        f()\n#else\n        g()\n#endif\n        ;\n    h();\n",
    "values returned": "    return\n#ifdef X\n        f();\n#else\n        g();\n#endif\n",
    "values with their ends": "    r =\n#ifdef X\n        f();\n#else\n        g();\n#endif\n    h();\n",
    "a choice": "    r =\n#ifdef X\n        a ?\n            f()\n        :\n#endif\n            g();\n",
}  # fmt: skip


def preprocessed(text: str, config: Mapping[str, bool]) -> str:
    """The lines that a preprocessor leaves."""
    kept: list[str] = []
    stack: list[tuple[bool, bool]] = []  # this arm is there; one of the arms so far was
    for line in text.splitlines():
        if line.startswith("#if"):
            holds = config[re.findall(r"[XY]", line)[0]] != line.startswith("#ifndef")
            stack.append((holds, holds))
        elif line.startswith("#el"):
            _, taken = stack.pop()
            holds = not taken and (line == "#else" or config[re.findall(r"[XY]", line)[0]])
            stack.append((holds, taken or holds))
        elif line == "#endif":
            stack.pop()
        elif all(there for there, _ in stack):
            kept.append(line)
    return "\n".join(kept) + "\n"


def read(body: str) -> Function:
    return parse(f"int fn(int a)\n{{\n{body}}}\n".encode(), "a.c", MACROS).functions[0]


def ways(flow: Flow, config: Mapping[str, bool]) -> set[tuple[str, ...]]:
    """What the ways through a graph without loops do in a configuration: the conditions they ask and the calls."""
    source = flow.function.source
    found: set[tuple[str, ...]] = set()
    stack: list[tuple[int, tuple[str, ...]]] = [(flow.entry, ())]
    while stack:
        number, done = stack.pop()
        block = flow.blocks[number]
        done += tuple(name for step in block.steps for name in calls(step, flow))
        if not block.edges:
            found.add(done)
        for edge in block.edges:
            if edge.arm is not None and config[edge.arm[0]] != edge.arm[1]:
                continue
            asked = (f"{source.text(edge.condition)}: {edge.kind}",) if edge.condition is not None else ()
            stack.append((edge.target, done + asked))
    return found


def calls(step: Step, flow: Flow) -> Iterator[str]:
    yield from CALL.findall(flow.function.source.text(step.node))


def assert_same_ways(body: str) -> None:
    function = read(body)
    assert function.readable, function.reason
    assert len(function.source.masked) == len(function.source.data)
    assert function.source.dropped == ()
    flow = build_flow(function, detail=CALL_BYTES)
    for values in product((False, True), repeat=2):
        config = dict(zip("XY", values, strict=True))
        plain = build_flow(read(preprocessed(body, config)), detail=CALL_BYTES)
        assert ways(flow, config) == ways(plain, config), config


@pytest.mark.parametrize("name", BODIES)
def test_the_graph_has_the_ways_of_every_configuration(name: str) -> None:
    assert_same_ways(BODIES[name])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(set(BODIES) - {"values returned"})), min_size=2, max_size=3))
def test_one_behind_another_they_do_not_get_in_each_others_way(names: list[str]) -> None:
    parts = [BODIES[name].replace("out", f"out{number}") for number, name in enumerate(names)]
    assert_same_ways("".join(part + "    z();\n" for part in parts))


def test_arms_ask_for_what_their_lines_say() -> None:
    source = read("    if ( a\n#if !defined(CONFIG_X)\n && b\n#endif\n )\n        f();\n").source
    assert list(source.arms.values()) == [("CONFIG_X", False)]
    assert all(source.masked[mark : mark + 1] == b"_" for mark in source.marks)


def test_elements_of_a_list_all_stay() -> None:
    function = read("    int t[] = {\n#ifdef X\n        f(), 2\n#else\n        g(),\n#endif\n        3 };\n")
    assert function.readable
    assert function.source.dropped == ()
    assert CALL.findall(function.source.masked.decode()) == ["fn", "f", "g"]


UNKNOWN = {
    "parts of a string": '    f("a"\n#ifdef X\n      "b"\n#else\n      "c"\n#endif\n      );\n',
    "no room": "#if X\nif(a)f();else\n#endif\ng();\n",
    "an else that may be an arm's own": (
        "    if ( a )\n#ifdef X\n        if ( b )\n            f();\n#else\n        g();\n#endif\n    else\n        h();\n"
    ),
    "a body that may not be there": "    if ( a )\n#ifdef X\n        f();\n#endif\n    g();\n",
    "an operand that binds less": "    if ( a &&\n#ifdef X\n         b || c\n#else\n         d\n#endif\n       )\n        f();\n",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_other_shapes_keep_one_arm(name: str) -> None:
    function = read(UNKNOWN[name])
    assert function.readable, function.reason
    assert not function.source.arms


def test_an_alternative_that_the_parser_trips_over_is_taken_back() -> None:
    data = b"int fn(int a)\n{\n    if ( a\n#ifdef X\n         && MACRO(struct s {)\n#endif\n       )\n        f();\n}\n"
    plain = data.replace(b"#ifdef X", b"        ").replace(b"#endif", b"      ")
    assert len(parse(data, "a.c", MACROS).not_analysed) <= len(parse(plain, "a.c", MACROS).not_analysed)
