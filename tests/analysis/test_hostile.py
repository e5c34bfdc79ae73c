"""Whatever bytes come: an answer in linear time, and what cannot be read is said, never taken for clean."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.analysis import MemoryTree, Report, Rule, check, check_change, load_rules
from reviewbot.analysis.dispatch.effect import effect
from reviewbot.resources import rules_dir
from tests.analysis.trees import MACROS
from tests.patience import patience

QUERY = '((call_expression function: (identifier) @name arguments: (_) @args) @call (#eq? @name "strcpy"))'
PATTERN = Rule(
    "no-strcpy", "pattern", "warning", "t", {"pattern": [{"query": QUERY, "message": "m"}]}, Path("rules/no-strcpy")
)
RULES = (*load_rules(rules_dir()), PATTERN)

HEAD = b"int f(int a)\n{\n"
DEEP = 200_000

# Too deep for the rules, or for the parser: the file or the function is listed with a reason.
UNREAD = {
    "parentheses": HEAD + b"    return " + b"(" * DEEP + b"a" + b")" * DEEP + b";\n}\n",
    "open parentheses": HEAD + b"(" * DEEP,
    "braces": HEAD + b"{" * DEEP + b"}" * DEEP + b"}\n",
    "open braces": b"{" * DEEP,
    "brackets": HEAD + b"a" + b"[" * DEEP + b"]" * DEEP + b";\n}\n",
    "nots": HEAD + b"    return " + b"!" * DEEP + b"a;\n}\n",
    "stars": HEAD + b"    return " + b"*" * DEEP + b"a;\n}\n",
    "ifs": HEAD + b"if (a) " * (DEEP // 4) + b";\n}\n",
    "switches": HEAD + b"switch ( a ) { case 1: " * 5000 + b"}" * 5000 + b"}\n",
    "conditionals": HEAD + b"#ifdef A\n" * (DEEP // 10),
    "a closing brace too few": HEAD + b"    if ( a )\n    {\n        return 1;\n}\n",
    "a byte that is no text": HEAD + b"\0" * 10 + b"}\n",
    "more than 2 MiB": b"int x;\n" * (1 << 19),
    "no C at all": bytes(range(1, 32)) * 100,
}


@pytest.mark.parametrize("name", UNREAD)
def test_what_cannot_be_read_is_said(name: str) -> None:
    data = UNREAD[name]
    report = check({"xen/a.c": data}, MemoryTree({}), RULES, MACROS)
    assert report.findings == ()
    assert report.not_analysed
    assert all(entry.path == "xen/a.c" and entry.reason for entry in report.not_analysed)
    after = MemoryTree({"xen/a.c": data})
    assert check_change(MemoryTree({}), after, ["xen/a.c"], RULES, MACROS).not_analysed == report.not_analysed


def functions(count: int) -> bytes:
    """Functions that call each other in a long chain, each with a finding of its own."""
    return b"".join(
        b"int g%d(int a)\n{\n    spin_lock(&l%d);\n    g%d(a);\n    return a;\n}\n" % (n, n, n - 1)
        for n in range(count)
    )


LINEAR = {
    "chained functions": functions,
    "locks on condition": lambda n: HEAD + b"    if ( a ) spin_lock(&l);\n    if ( b ) spin_unlock(&l);\n" * n + b"}\n",
    "conditionals": lambda n: (
        HEAD + b"#ifdef A\n    spin_lock(&l);\n#else\n    spin_unlock(&l);\n#endif\n" * n + b"}\n"
    ),
    "labels": lambda n: HEAD + b"l: a++;\n" * n + b"}\n",
    "gotos": lambda n: HEAD + b"".join(b"l%d: if (a) goto l%d;\n" % (i, i * 7 % n) for i in range(n)) + b"}\n",
    "hooks": lambda n: HEAD + b"    xsm_domctl(XSM_OTHER, d);\n" * n + b"}\n",
    "answers": lambda n: HEAD + b"".join(b"    int r%d = xsm_a(XSM_HOOK, d);\n" % i for i in range(n)) + b"}\n",
    "grants": lambda n: HEAD + b"    irq_permit_access(d, irq_access_permitted(d, 1));\n" * n + b"}\n",
    "lookups": lambda n: HEAD + b"    d = rcu_lock_domain_by_any_id(id);\n" * n + b"}\n",
    "else ifs": lambda n: HEAD + b"    if ( a ) { spin_lock(&l); } else\n" * n + b";}\n",
    "and": lambda n: HEAD + b"    if ( " + b"a && " * n + b"spin_trylock(&l) ) return 1;\n}\n",
    "macros": lambda n: b"#define spin_lock(x) spin_unlock(x)\n" * n,
    "quotes": lambda n: b'"' * n,
    "comments": lambda n: b"/* " * n,
    "openings": lambda n: b"{\n" * n,
    "heads": lambda n: b"int f(int a)\n{\n" * n,
    "closings": lambda n: b"}\n" * n,
    "operations": lambda n: (
        b"long do_domctl(int op)\n{\n    switch ( op->cmd )\n    {\n"
        + b"    case XEN_DOMCTL_a:\n        ret = act(op);\n        break;\n" * n
        + b"    }\n}\n"
    ),
}


@pytest.mark.parametrize("name", LINEAR)
def test_a_large_file_of_one_shape_is_checked_to_its_end(name: str) -> None:
    path = "xen/common/domctl.c" if name == "operations" else "xen/a.c"
    data = LINEAR[name](1200)
    middle = len(data) // 2
    change = MemoryTree({path: data[:middle] + b" " + data[middle:]})
    with patience():
        report = check({path: data}, MemoryTree({}), RULES, MACROS)
        added = check_change(MemoryTree({path: data}), change, [path], RULES, MACROS)
    assert report.stats.files == 1
    assert {finding.path for finding in (*report.findings, *added.findings)} <= {path}


WORDS = [
    *(b"{", b"}", b"(", b")", b";\n", b",", b"*", b'"', b"'", b"\\\n", b"\xff", b"/*", b"*/", b"//", b"\n", b"\r\n"),
    *(
        b"if ( a ) ",
        b"else ",
        b"switch ( op->cmd ) ",
        b"case XEN_DOMCTL_a: ",
        b"default: ",
        b"break;",
        b"goto out;",
        b"out: ",
    ),
    *(b"return a;", b"while ( b ) ", b"do ", b"for ( ; ; ) ", b"#if X\n", b"#else\n", b"#endif\n", b"#define M(x) x\n"),
    *(
        b"spin_lock(&d->lock);",
        b"spin_unlock(&d->lock);",
        b"rc = xsm_domctl(XSM_OTHER, d, op);",
        b"arch_do_domctl(op, d);",
    ),
    *(
        b"long do_domctl(struct xen_domctl *op)\n{\n",
        b"int f(int a)\n{\n",
        b"\n}\n",
        b"fallthrough;",
        b"asm (",
        b"({ ",
        b" })",
    ),
]
TEXT = st.lists(st.sampled_from(WORDS), max_size=60).map(b"".join)
COMMON = "xen/common/domctl.c"


def plausible(report: Report, data: bytes) -> None:
    last = data.count(b"\n") + 1
    assert report.bugs == ()  # a bug is kept to its function, and would pass for one that was not analysed
    assert all(1 <= finding.line <= finding.end_line <= last for finding in report.findings)
    assert all(1 <= step.line <= last for finding in report.findings for step in finding.trace if step.path == COMMON)


@given(TEXT, TEXT)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_text_makes_it_fail(before: bytes, after: bytes) -> None:
    old, new = MemoryTree({COMMON: before}), MemoryTree({COMMON: after})
    plausible(check([COMMON], new, RULES, MACROS), after)
    plausible(check_change(old, new, [COMMON], RULES, MACROS), after)
    effect(old, new, [COMMON], RULES, MACROS)


@given(st.binary(max_size=400))
@settings(max_examples=40, deadline=None)
def test_no_bytes_make_it_fail(data: bytes) -> None:
    plausible(check({COMMON: data}, MemoryTree({}), RULES, MACROS), data)
