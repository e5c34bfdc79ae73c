"""A change is looked at in less than the whole of its file: what is read of it, and that the same is found out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.analysis import MemoryTree, added, check, check_change, lean, load_rules
from reviewbot.analysis.lines import compare_lines
from reviewbot.csource import MacroTable, SourceFile, parse
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


# Functions of which each is judged by what another one shows: a sister, a caller, a helper of a helper, a macro.
WEB = b"""\
#define TAKE(d) take_it(d)

static void lock_it(struct domain *d);

static void take_it(struct domain *d)
{
    lock_it(d);
}

static void lock_it(struct domain *d)
{
    spin_lock(&d->lock);
}

static void give_it(struct domain *d)
{
    spin_unlock(&d->lock);
}

static struct vcpu *pick_first(struct domain *d)
{
    spin_lock(&d->page_alloc_lock);
    return d->vcpu[0];
}

static void pick_last(struct domain *d)
{
    spin_unlock(&d->page_alloc_lock);
}

static int try_it(struct domain *d)
{
    if ( !spin_trylock(&d->lock) )
        return -EBUSY;
    return 0;
}

static int work(struct domain *d, int a)
{
    int rc = try_it(d);

    if ( rc )
        return rc;
    switch ( a )
    {
    case 1:
        a = 2;
        break;
    case 2:
        give_it(d);
        return 1;
    default:
        break;
    }
    give_it(d);
    return 0;
}

int outer(struct domain *d)
{
    TAKE(d);
    if ( d->x )
    {
        give_it(d);
        return 1;
    }
    foo_lock(d);
    foo_unlock(d);
    give_it(d);
    return 0;
}

int user(struct domain *d)
{
    pick_first(d);
    if ( work(d, 1) )
    {
        pick_last(d);
        return 1;
    }
    pick_last(d);
    return 0;
}

void only_lock(struct domain *d)
{
    foo_lock(d);
}
"""


def slowly(before: bytes, after: bytes) -> tuple[object, ...]:
    """What a change adds, found out by looking at the whole of both versions."""
    old = check({"xen/a.c": before}, MemoryTree({}), RULES, MACROS).findings
    new = check({"xen/a.c": after}, MemoryTree({}), RULES, MACROS).findings
    return added(old, new, {"xen/a.c": compare_lines(before, after)})


def quickly(before: bytes, after: bytes) -> tuple[object, ...]:
    trees = MemoryTree({"xen/a.c": before}), MemoryTree({"xen/a.c": after})
    return check_change(*trees, ["xen/a.c"], RULES, MACROS).findings


def parsed(monkeypatch: pytest.MonkeyPatch, before: bytes, after: bytes) -> list[set[str]]:
    """The functions of every text that is parsed when a change is looked at."""
    seen: list[set[str]] = []

    def note(data: bytes, path: str, macros: MacroTable) -> SourceFile:
        source = parse(data, path, macros)
        seen.append({function.name for function in source.functions})
        assert data.count(b"\n") in (before.count(b"\n"), after.count(b"\n"))
        return source

    monkeypatch.setattr(lean, "parse", note)
    quickly(before, after)
    return seen


def test_the_touched_function_and_what_it_calls_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    after = BEFORE.replace(b"    a++;\n", b"    a += 2;\n    a++;\n")
    # take() keeps a lock, and middle() may have shown that it is meant to: both are held against what they were.
    assert parsed(monkeypatch, BEFORE, after) == [{"middle", "take", "give"}, {"middle", "take"}]


def test_callers_are_read_where_the_touched_function_has_become_another_one_to_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    after = BEFORE.replace(b"    spin_unlock(&d->lock);\n", b"    d->x = 1;\n")
    seen = parsed(monkeypatch, BEFORE, after)
    assert seen[:3] == [{"give"}, {"give"}, {"give", "middle", "outer", "take"}]
    assert all("other7" not in names for names in seen)


def test_nothing_is_read_where_no_function_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parsed(monkeypatch, BEFORE, b"/* A word\n\n more. */\n#include <xen/lib.h>\n" + BEFORE) == []


def test_a_function_without_locks_is_read_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parsed(monkeypatch, BEFORE, BEFORE.replace(b"return 7;", b"return a;", 1)) == [{"other7"}]


def test_a_body_in_which_something_begins_that_ends_outside_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    odd = BEFORE.replace(b"    if ( a > 5 )\n        return 5;\n", b"#ifdef X\n    return 5;\n", 1)
    seen = parsed(monkeypatch, odd, odd.replace(b"a++", b"a--"))
    assert "other5" in seen[0]
    assert "other6" not in seen[0]


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
def test_what_is_read_is_judged_as_the_whole_is(name: str) -> None:
    after = changes()[name]
    findings = quickly(BEFORE, after)
    assert findings == slowly(BEFORE, after)
    assert bool(findings) == (name in ("a leak", "a fall", "a helper that no longer releases"))
    report = check_change(MemoryTree({"xen/a.c": BEFORE}), MemoryTree({"xen/a.c": after}), ["xen/a.c"], RULES, MACROS)
    assert bool(report.not_analysed) == (name == "a function that cannot be read")


LINES = WEB.split(b"\n")
STATEMENTS = [number for number, line in enumerate(LINES) if line.startswith(b"    ") and line.endswith(b";")]
PLACE = st.sampled_from(STATEMENTS)
EDITS = st.lists(st.tuples(PLACE, PLACE, st.sampled_from("drim")), min_size=1, max_size=4)


def edited(edits: list[tuple[int, int, str]]) -> bytes:
    """The web of functions with statements deleted, replaced by others, inserted, or moved elsewhere."""
    rows: list[list[bytes]] = [[line] for line in LINES]
    for at, other, what in edits:
        if what == "d":
            rows[at] = []
        elif what == "r":
            rows[at] = [LINES[other]]
        elif what == "i":
            rows[at] = [*rows[at], LINES[other]]
        else:
            rows[at], rows[other] = rows[other], rows[at]
    return b"\n".join(line for row in rows for line in row)


@settings(max_examples=100, deadline=None)
@given(EDITS)
def test_whatever_is_edited_less_is_as_good_as_all(edits: list[tuple[int, int, str]]) -> None:
    after = edited(edits)
    assert quickly(WEB, after) == slowly(WEB, after)
    assert quickly(after, WEB) == slowly(after, WEB)


def test_the_web_is_clean_but_for_what_nothing_excuses() -> None:
    report = check({"xen/a.c": WEB}, MemoryTree({}), RULES, MACROS)
    assert [(f.function, f.rule) for f in report.findings] == []


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


def test_the_work_is_shared_without_a_difference() -> None:
    files = {f"xen/{n}.c": changes()["a leak"].replace(b"outer", b"outer%d" % n) for n in range(8)}
    files["xen/common/domctl.c"] = b"long do_domctl(struct xen_domctl *op)\n{\n    return work(op);\n}\n"
    alone = check(files, MemoryTree({}), RULES, MACROS)
    shared = check(files, MemoryTree({}), RULES, MACROS, jobs=2)
    assert len(alone.findings) == 9
    assert shared.findings == alone.findings
    assert shared.not_analysed == alone.not_analysed
    assert (shared.stats.files, shared.stats.functions) == (alone.stats.files, alone.stats.functions)
