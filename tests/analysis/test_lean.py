"""Less than the whole of a changed file: what is left, where the whole is needed, and that it is found out the same."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from reviewbot.analysis import MemoryTree, check, check_change, delta, load_rules
from reviewbot.analysis.lean import Lean, make_lean
from reviewbot.analysis.lines import compare_lines
from reviewbot.csource import parse
from reviewbot.resources import rules_dir
from tests.analysis.trees import MACROS

RULES = load_rules(rules_dir())

FILLER = "".join(
    f"static int other{n}(int a)\n{{\n    if ( a > {n} )\n        return {n};\n    return a;\n}}\n\n" for n in range(12)
)
HELPERS = """\
static void take(struct domain *d)
{
    spin_lock(&d->lock);
}

#define GIVE(d) give(d)

static void give(struct domain *d)
{
    spin_unlock(&d->lock);
}

static int middle(struct domain *d, int a)
{
    take(d);
    a++;
    GIVE(d);
    return a;
}

int outer(struct domain *d)
{
    return middle(d, 3);
}

"""
BEFORE = (FILLER + HELPERS + FILLER.replace("other", "more")).encode()


def lean_of(after: bytes, before: bytes = BEFORE) -> Lean | None:
    return make_lean(after, compare_lines(before, after), MACROS)


def test_the_touched_function_its_callers_and_what_they_call_are_left() -> None:
    after = BEFORE.replace(b"    a++;\n", b"    a += 2;\n    a++;\n")
    lean = lean_of(after)
    assert lean is not None
    assert lean.names == {"middle", "outer"}
    assert len(lean.data) == len(after)
    assert [n for n, byte in enumerate(lean.data) if byte == 10] == [n for n, byte in enumerate(after) if byte == 10]
    for text in (b"a += 2", b"return middle(d, 3)", b"spin_lock(&d->lock)", b"spin_unlock(&d->lock)", b"#define GIVE"):
        assert text in lean.data
    assert b"return 7" not in lean.data
    assert b"static int other7(int a)\n{" in lean.data
    source = parse(lean.data, "a.c", MACROS)
    assert lean.agrees(source)
    assert {f.name for f in source.functions} == {f.name for f in parse(after, "a.c", MACROS).functions}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"#define GIVE(d) give(d)", b"#define GIVE(d) do_give(d)"),
        (b"static int other3(int a)\n", b"int x;\n\nstatic int other3(int a)\n"),
        (b"    a++;\n", b"    a++;\n}\n\nstatic int other4(int a)\n{\n    return 4;\n"),
    ],
)
def test_the_whole_is_needed_where_more_than_functions_is_touched_or_names_are_not_unique(
    old: bytes, new: bytes
) -> None:
    assert BEFORE.count(old) == 1
    assert lean_of(BEFORE.replace(old, new)) is None


def test_nothing_is_gained_where_most_would_stay() -> None:
    small = HELPERS.encode()
    assert lean_of(small.replace(b"a++", b"a--"), small) is None


def test_a_body_in_which_something_begins_that_ends_outside_stays() -> None:
    odd = BEFORE.replace(b"    if ( a > 5 )\n        return 5;\n", b"#ifdef X\n    return 5;\n", 1)
    lean = lean_of(odd.replace(b"a++", b"a--"), odd)
    assert lean is not None
    assert b"#ifdef X\n    return 5;" in lean.data
    assert b"return 6;" not in lean.data


def test_a_parser_that_sees_the_function_elsewhere_is_believed() -> None:
    lean = lean_of(BEFORE.replace(b"a++", b"a--"))
    assert lean is not None
    assert not lean.agrees(parse(b"int other;\n", "a.c", MACROS))


def changes() -> Mapping[str, bytes]:
    return {
        "a leak": BEFORE.replace(b"    GIVE(d);\n", b"    if ( a > 3 )\n        return 1;\n    give(d);\n"),
        "a helper that no longer releases": BEFORE.replace(b"    spin_unlock(&d->lock);\n", b"    d->x = 1;\n"),
        "a fall": BEFORE.replace(
            b"    a++;\n", b"    switch ( a )\n    {\n    case 1:\n        a = 2;\n    case 2:\n        a = 3;\n    }\n"
        ),
        "nothing": BEFORE.replace(b"    a++;\n", b"    a += 1;\n"),
        "a function that cannot be read": BEFORE.replace(b"    a++;\n", b"    a = = 1;\n"),
    }


@pytest.mark.parametrize("name", changes())
def test_what_is_left_is_judged_as_the_whole_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before, after = MemoryTree({"xen/a.c": BEFORE}), MemoryTree({"xen/a.c": changes()[name]})
    less = check_change(before, after, ["xen/a.c"], RULES, MACROS)
    monkeypatch.setattr(delta, "make_lean", lambda *_: None)
    whole = check_change(before, after, ["xen/a.c"], RULES, MACROS)
    assert less.findings == whole.findings
    assert less.not_analysed == whole.not_analysed
    assert bool(whole.findings) == (name in ("a leak", "a fall"))
    assert bool(whole.not_analysed) == (name == "a function that cannot be read")


def test_a_rule_across_files_sees_the_whole() -> None:
    filler = FILLER.encode()
    common = (
        b"long do_domctl(struct xen_domctl *op, struct domain *d)\n{\n    long ret;\n\n    switch ( op->cmd )\n    {\n"
        b"    case XEN_DOMCTL_x:\n        return arch_do_domctl(op, d);\n    }\n    ret = xsm_domctl(XSM_OTHER, d, op);\n"
        b"    if ( ret )\n        return ret;\n    return work(d);\n}\n"
    )
    x86 = b"long arch_do_domctl(struct xen_domctl *domctl, struct domain *d)\n{\n    switch ( domctl->cmd )\n    {\n    case XEN_DOMCTL_x:\n        if ( xsm_domctl(XSM_OTHER, d, domctl) )\n            return -1;\n        return deed(d);\n    }\n    return 0;\n}\n"
    old = {"xen/common/domctl.c": common, "xen/arch/x86/domctl.c": filler + x86}
    new = {**old, "xen/arch/x86/domctl.c": old["xen/arch/x86/domctl.c"].replace(b"return 4;", b"return 44;")}
    assert check_change(MemoryTree(old), MemoryTree(new), ["xen/arch/x86/domctl.c"], RULES, MACROS).findings == ()


def test_no_bytes_make_it_fail() -> None:
    rnd = random.Random(5)
    words = [
        b"{\n",
        b"}\n",
        b"\n{",
        b"\n}",
        b"int f(int a)",
        b")",
        b"(",
        b"/*",
        b"*/",
        b"#if 1\n",
        b"#define f(x) g \\\n",
        b'"',
        b"\xff",
        b";\n",
        b"f(",
        b"\n",
    ]
    for _ in range(400):
        before = b"".join(rnd.choices(words, k=40))
        after = b"".join(rnd.choices(words, k=40))
        lean = make_lean(after, compare_lines(before, after), MACROS)
        if lean is not None:
            assert len(lean.data) == len(after)
            assert lean.data.count(b"\n") == after.count(b"\n")


def test_the_work_is_shared_without_a_difference() -> None:
    files = {f"xen/{n}.c": changes()["a leak"].replace(b"outer", b"outer%d" % n) for n in range(8)}
    files["xen/common/domctl.c"] = b"long do_domctl(struct xen_domctl *op)\n{\n    return work(op);\n}\n"
    alone = check(files, MemoryTree({}), RULES, MACROS)
    shared = check(files, MemoryTree({}), RULES, MACROS, jobs=2)
    assert len(alone.findings) == 17
    assert shared.findings == alone.findings
    assert shared.not_analysed == alone.not_analysed
    assert (shared.stats.files, shared.stats.functions) == (alone.stats.files, alone.stats.functions)
