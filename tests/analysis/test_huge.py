"""One function as large as a file may be: an expression, a list, a switch or a chain of macros with no end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reviewbot.analysis import MemoryTree, Report, check, check_change, load_rules, switch_view
from reviewbot.csource import parse
from reviewbot.resources import rules_dir
from tests.analysis.trees import MACROS
from tests.patience import patience

RULES = load_rules(rules_dir())
FLASK, DOMCTL, MEMORY = "xen/xsm/flask/hooks.c", "xen/common/domctl.c", "xen/common/memory.c"
MANY = 6_000
HEAD = b"int f(struct domain *d)\n{\n"


def joined(part: bytes, between: bytes, count: int = MANY) -> bytes:
    """The part again and again, with a growing number in the place of each @."""
    return between.join(part.replace(b"@", b"%d" % number) for number in range(count))


def returned(part: bytes, between: bytes, count: int = MANY) -> bytes:
    return HEAD + b"    return " + joined(part, between, count) + b";\n}\n"


def dispatcher(body: bytes, before: bytes = b"") -> bytes:
    head = b"long do_domctl(struct xen_domctl *op)\n{\n    int ret;\n"
    return head + before + b"    switch ( op->cmd )\n    {\n" + body + b"    }\n    return ret;\n}\n"


def memory(body: bytes) -> bytes:
    return b"long do_memory_op(unsigned long op)\n{\n    switch ( op )\n    {\n" + body + b"    }\n    return 0;\n}\n"


HOOK = b"xsm_a(XSM_HOOK, d)"
CASE = b"    case XEN_DOMCTL_a@:\n        ret = act(op);\n        break;\n"

CLEAN: dict[str, tuple[str, Callable[[], bytes]]] = {
    "calls": (FLASK, lambda: returned(b"g(a@)", b" + ")),
    "conditions": (FLASK, lambda: returned(b"a@", b" && ")),
    "calls of calls": (FLASK, lambda: returned(b"g(" * 900 + b"a" + b")" * 900, b" + ", 200)),
    "calls of what is returned": (FLASK, lambda: HEAD + b"    return g" + b"(a)" * (8 * MANY) + b";\n}\n"),
    "questions in a sum": (FLASK, lambda: returned(HOOK, b" + ")),
    "questions in a choice": (DOMCTL, lambda: returned(HOOK, b" ?: ")),
    "questions in a condition": (DOMCTL, lambda: HEAD + b"if ( " + joined(HOOK, b" && ") + b" )\n        g();\n}\n"),
    "questions in a list": (DOMCTL, lambda: HEAD + joined(b"g(" + HOOK + b")", b", ") + b";\n}\n"),
    "answers in a declaration": (
        DOMCTL,
        lambda: (
            HEAD
            + (b"    int " + joined(b"a@ = " + HOOK, b", ") + b";\n    g(" + joined(b"b@", b", ") + b");\n    if ( ")
            + (joined(b"a@", b" + ") + b" == b )\n        g();\n    return 0;\n}\n")
        ),
    ),
    "negations": (DOMCTL, lambda: HEAD + b"    if ( " + b"!" * MANY + HOOK + b" )\n        return 1;\n}\n"),
    "permissions": (
        FLASK,
        lambda: returned(b"has_perm(d, SECCLASS_DOMAIN, DOMAIN__A@, " + joined(b"a@", b", ", 9) + b")", b" + "),
    ),
    "parameters": (
        FLASK,
        lambda: (
            (b"int f(" + joined(b"int p@", b", ") + b")\n{\n")
            + (joined(b"    g(has_perm(d, SECCLASS_DOMAIN, p@));\n", b"") + b"}\n")
        ),
    ),
    "functions that ask by others": (
        DOMCTL,
        lambda: (
            b"".join(b"int a%d(int a)\n{\n    return a%d(a);\n}\n" % (n, n + 1) for n in range(MANY))
            + (b"int a%d(int a)\n{\n    return " % MANY + HOOK + b";\n}\n")
            + HEAD
            + b"    d = rcu_lock_domain_by_any_id(a0());\n    if ( d )\n        rcu_unlock_domain(d);\n    return 0;\n}\n"
        ),
    ),
    "macros that call one another": (
        DOMCTL,
        lambda: (
            b"#define m0(x) spin_unlock(x)\n"
            + b"".join(b"#define m%d(x) m%d(x)\n" % (n, n - 1) for n in range(2 * MANY, 0, -1))
            + HEAD
            + b"    spin_lock(&d->l);\n    m9(&d->l);\n    return 0;\n}\n"
        ),
    ),
}


def look(path: str, data: bytes) -> Report:
    """What is found in a file, and that a change of it comes to an end as well."""
    middle = data.rfind(b"\n", 0, len(data) // 2)
    changed = MemoryTree({path: data[:middle] + b" " + data[middle:]})
    with patience():
        report = check({path: data}, MemoryTree({}), RULES, MACROS)
        added = check_change(MemoryTree({path: data}), changed, [path], RULES, MACROS)
    assert report.bugs == added.bugs == ()
    assert added.findings == ()
    return report


@pytest.mark.parametrize("name", CLEAN)
def test_a_huge_function_is_looked_at_to_its_end(name: str) -> None:
    path, make = CLEAN[name]
    report = look(path, make())
    assert report.findings == report.not_analysed == ()


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "classes of one call": (
        FLASK,
        lambda: returned(b"SECCLASS_A@", b", ").replace(b"return ", b"return has_perm(").replace(b";", b");"),
        "xsm-check: more than 8 classes in one call",
    ),
    "values returned": (
        DOMCTL,
        lambda: (
            HEAD
            + b"    spin_lock(&d->l);\n"
            + joined(b"    if ( a@ )\n        return @;\n", b"", 8000)
            + b"    g();\n}\n"
        ),
        "lock-balance: too many paths",
    ),
    "operations of a large dispatcher": (
        DOMCTL,
        lambda: dispatcher(joined(CASE, b"", 250), joined(b"    if ( a@ )\n        b = @;\n", b"", 4000)),
        "xsm-check: too many paths",
    ),
    "values known in a dispatcher": (
        DOMCTL,
        lambda: dispatcher(
            joined(CASE, b"", 250), joined(b"    int r@ = 0;\n    if ( a )\n        r@ = 1;\n", b"", 8000)
        ),
        "xsm-check: too many paths",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_too_much_of_one_function_is_said(name: str) -> None:
    path, make, reason = REFUSED[name]
    report = look(path, make())
    assert {entry.reason for entry in report.not_analysed} == {reason}


def test_several_dispatchers_are_not_told_apart() -> None:
    with patience():
        report = check({DOMCTL: dispatcher(joined(CASE, b"", 1)) * 2000}, MemoryTree({}), RULES, MACROS)
    assert [entry.reason for entry in report.not_analysed] == ["xsm-check: 2000 functions of this name"]


def test_a_change_among_many_functions_of_one_name() -> None:
    data = dispatcher(joined(CASE, b"", 1)) * 2000
    middle = data.index(b"    case", len(data) // 2)
    changed = data[:middle] + b"    x = 1;\n" + data[middle:]
    with patience():
        report = check_change(MemoryTree({DOMCTL: data}), MemoryTree({DOMCTL: changed}), [DOMCTL], RULES, MACROS)
    assert report.findings == ()


def test_a_line_of_many_findings() -> None:
    data = returned(HOOK + b", irq_permit_access(d, @)", b", ").replace(b"return ", b"")
    with patience():
        report = check({DOMCTL: data}, MemoryTree({}), RULES, MACROS)
    assert len(report.findings) == MANY
    assert {finding.line for finding in report.findings} == {3}


def test_cases_of_many_operations_that_are_not_followed() -> None:
    data = memory(joined(b"    case XENMEM_a@:\n        act(op);\n        break;\n", b""))
    with patience():
        report = check({MEMORY: data}, MemoryTree({}), RULES, MACROS)
    assert len(report.findings) == MANY


def test_the_view_of_a_switch_of_many_groups() -> None:
    data = memory(joined(b"    case XENMEM_a@:\n        xsm_a(XSM_HOOK, op);\n        break;\n", b""))
    with patience():
        view = switch_view(MemoryTree({MEMORY: data}), RULES, MACROS, path=MEMORY)
    (switch,) = view.switches
    assert len(switch.groups) == MANY
    assert {group.checks for group in switch.groups} == {("xsm_a",)}


def test_a_number_of_many_digits() -> None:
    data = dispatcher(
        b"    case XEN_DOMCTL_a:\n        ret = " + b"1" * 10_000 + b";\n        if ( ret )\n            g();\n"
    )
    assert [finding.line for finding in look(DOMCTL, data).findings] == [6]


def test_the_function_that_a_line_stands_in() -> None:
    text = b"\nint f(void)\n{ return 1; } int g(void)\n{\n    return 2;\n}\n\nint h(void) { return 3; }\n"
    source = parse(text, "a.c", MACROS)
    assert [source.function_at(line) for line in range(10)] == [
        *(None, None, "f", "f", "g", "g", "g"),
        *(None, "h", None),
    ]
    assert parse(b"int x;\n", "a.c", MACROS).function_at(1) is None
