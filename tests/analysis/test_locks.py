"""lock-balance: the rule's own cases, the words of a finding, and each mechanism on code of our own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.analysis import Context, Finding, FolderTree, MemoryTree, Rule, check, load_rule
from reviewbot.analysis.cases import CaseResult, run_cases
from reviewbot.analysis.locks import run
from reviewbot.analysis.locks.table import LockTable
from reviewbot.csource import MacroTable, NotAnalysed, parse
from reviewbot.errors import InputError
from reviewbot.resources import rules_dir
from tests.patience import patience

MACROS = MacroTable.load()
RULE = load_rule(rules_dir() / "lock-balance")


def results(code: str, rule: Rule = RULE) -> list[Finding | NotAnalysed]:
    data = code.encode()
    context = Context(MemoryTree({"a.c": data}), MACROS)
    return list(run(rule, parse(data, "a.c", MACROS), context))


def findings(code: str, rule: Rule = RULE) -> list[Finding]:
    return [result for result in results(code, rule) if isinstance(result, Finding)]


def function(body: str, head: str = "int f(struct domain *d, struct domain *e, bool a, int rc)") -> str:
    return f"{head}\n{{\n{body}\n}}\n"


def lines(body: str) -> list[int]:
    """Lines of the body, from 1, that are reported."""
    return [finding.line - 2 for finding in findings(function(body))]


@pytest.mark.parametrize("case", run_cases([RULE], MACROS)[0].cases, ids=lambda case: case.name)
def test_the_rules_cases(case: CaseResult) -> None:
    assert case.passed, case.to_dict()


def test_there_are_enough_cases() -> None:
    cases = run_cases([RULE], MACROS)[0].cases
    assert len(cases) >= 20
    assert sum(case.marks == 0 for case in cases) >= 6


def test_all_families_are_data() -> None:
    families = RULE.tables("family")
    assert len(families) >= 82
    assert {family["name"] for family in families if not family.get("report", True)} >= {"domain pause", "irq off"}
    assert LockTable.of(RULE).ops["spin_unlock"]


def test_message_and_trace_tell_the_way() -> None:
    (finding,) = findings(
        function(
            "spin_lock(&d->lock);\n"  # line 3
            "if ( a )\n"
            "    goto out;\n"
            "spin_unlock(&d->lock);\n"
            "return 0;\n"
            "out:\n"
            "return -EINVAL;"
        )
    )
    assert (finding.line, finding.severity, finding.function) == (9, "error", "f")
    assert finding.message == "`&d->lock`, taken in line 3, is still held on return"
    assert [(step.line, step.note) for step in finding.trace] == [
        (3, "`&d->lock` taken by spin_lock()"),
        (4, "`a` is true"),
        (5, "goto out"),
        (9, "leaves with `&d->lock` held"),
    ]


def test_the_jump_is_reported_where_good_paths_leave_by_the_same_end() -> None:
    body = "spin_lock(&d->lock);\nif ( a )\n    goto out;\nspin_unlock(&d->lock);\nout:\nreturn rc;"
    assert lines(body) == [3]


def test_fingerprints_do_not_depend_on_the_line() -> None:
    code = function("spin_lock(&d->lock);\nif ( a )\n    return 1;\nspin_unlock(&d->lock);\nreturn 0;")
    assert [f.fingerprint for f in findings(code)] == [f.fingerprint for f in findings("\n\n/* moved */\n" + code)]


# ---- each body is in order -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "if ( a ) spin_lock(&d->lock); work(); if ( !a ) return 0; spin_unlock(&d->lock); return 1;",
        "if ( rc == 3 ) spin_lock(&d->lock); work(); if ( rc == 3 ) spin_unlock(&d->lock); return 0;",
        "if ( rc < 0 ) return rc; spin_lock(&d->lock); if ( rc < 0 ) return rc; spin_unlock(&d->lock); return 0;",
        "if ( is_hvm_domain(d) ) p2m_lock(d); work(); if ( is_hvm_domain(d) ) p2m_unlock(d); return 0;",
        "bool l = a && d->x; if ( l ) spin_lock(&d->lock); work(); if ( l ) spin_unlock(&d->lock); return 0;",
        "bool l = false; if ( a ) { spin_lock(&d->lock); l = true; } work(); if ( l ) spin_unlock(&d->lock); return 0;",
        "rc = 0; spin_lock(&d->lock); if ( a ) { rc = -EINVAL; spin_unlock(&d->lock); }"
        " if ( rc ) return rc; spin_unlock(&d->lock); return 0;",
        "switch ( rc ) { case 1: spin_lock(&d->lock); break; } work();"
        " switch ( rc ) { case 1: spin_unlock(&d->lock); break; } return 0;",
        "bool got = a && spin_trylock(&d->lock); if ( !got ) return 0; spin_unlock(&d->lock); return 1;",
        "if ( a ? spin_trylock(&d->lock) : false ) spin_unlock(&d->lock); return 0;",
        "struct domain *x; if ( (rc = rcu_lock_remote_domain_by_id(1, &x)) != 0 ) return rc; rcu_unlock_domain(x);",
        "struct domain *x = NULL; if ( a ) x = rcu_lock_domain_by_id(1); if ( x ) rcu_unlock_domain(x); return 0;",
        "struct domain *x, *y; y = x = rcu_lock_domain_by_id(1); if ( !y ) return 0; rcu_unlock_domain(y); return 1;",
        "struct domain *x = rcu_lock_domain_by_any_id(1); if ( x && x != dom_io ) rcu_unlock_domain(x); return 0;",
        "int i; for ( i = 0; i < 2; i++ ) { spin_lock(&d->lock); work(); spin_unlock(&d->lock); } return 0;",
        "int i = 0; for ( ; i < 2; i++ ) { if ( i == 0 ) spin_lock(&d->lock); } spin_unlock(&d->lock); return 0;",
        "spin_lock(&d->lock); if ( d != e ) spin_lock(&e->lock); work(); if ( e != d ) spin_unlock(&e->lock);"
        " spin_unlock(&d->lock); return 0;",
        "spin_lock(&(d)->lock); spin_unlock( & d -> lock ); return 0;",
        "mfn_t m = get_gfn(d, (unsigned long)gfn_x(g), &t); work(m); put_gfn(d, g); return 0;",
        "p2m_lock(p2m_get_hostp2m(d)); struct p2m_domain *p = p2m_get_hostp2m(d); p2m_unlock(p); return 0;",
        "do { spin_lock(&d->lock); if ( !a ) break; spin_unlock(&d->lock); work(); } while ( 1 );"
        " spin_unlock(&d->lock); return 0;",
        "ASSERT(spin_is_locked(&d->lock)); return 0;",
        '/* spin_lock(&d->lock); */ printk("spin_lock(&d->lock)"); return 0;',
        "spin_lock_irqsave(&d->lock, flags); spin_unlock(&d->lock); local_irq_restore(flags); return 0;",
        "pcidevs_lock(); pcidevs_lock(); pcidevs_unlock(); pcidevs_unlock(); return 0;",
        "if ( IS_ENABLED(CONFIG_X) ) spin_lock(&d->lock);\n#ifdef CONFIG_X\nspin_unlock(&d->lock);\n#endif\nreturn 0;",
        "spin_unlock(&d->lock); work(); spin_lock(&d->lock); return 0;",
    ],
)
def test_in_order(body: str) -> None:
    assert results(function(body)) == []


# ---- each body has one thing wrong -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("spin_lock(&d->lock); return 0;", "never released in this function"),
        ("if ( a ) spin_lock(&d->lock); a = other(); if ( !a ) return 0; spin_unlock(&d->lock); return 0;", "held"),
        ("spin_lock(&d->lock); change(&a); spin_unlock(&e->lock); spin_unlock(&d->lock); return 0;", ""),
        ("struct domain *x = rcu_lock_domain_by_id(1); if ( x ) return 0; return 1;", "locked in line 3"),
        ("if ( !spin_trylock(&d->lock) ) return 1; if ( a ) return 2; spin_unlock(&d->lock); return 0;", "held"),
        ("spin_lock(&d->lock); spin_unlock(&d->lock); spin_unlock(&d->lock); return 0;", "released again"),
        ("spin_lock(&d->lock); spin_lock(&d->lock); spin_unlock(&d->lock); return 0;", "taken while it is held"),
        ("if ( a ) spin_lock(&d->lock); spin_unlock(&d->lock); return 0;", "without having been taken"),
        ("read_lock(&d->rw); if ( a ) return 1; read_unlock(&d->rw); return 0;", "held"),
        ("foo_lock(d); if ( a ) return 1; foo_unlock(d); return 0;", "`foo_lock(d)`"),
        ("FOO_LOCK(d); if ( a ) return 1; FOO_UNLOCK(d); return 0;", "`FOO_LOCK(d)`"),
        ("int i; for ( i = 0; i < 2; i++ ) spin_lock(&d->lock); spin_unlock(&d->lock); return 0;", "held already"),
        ("rc = spin_trylock(&d->lock); if ( rc ) return 0; spin_unlock(&d->lock); return 1;", ""),
    ],
)
def test_wrong(body: str, words: str) -> None:
    found = findings(function(body))
    if body.count("&e->lock"):
        assert found == []  # the caller may own e->lock: nothing is certain
    else:
        assert found
        assert words in found[0].message


def test_counting_families_can_be_turned_on() -> None:
    code = function("domain_pause(d); if ( a ) return 1; domain_unpause(d); return 0;")
    assert findings(code) == []
    families = [{**family, "report": True} for family in RULE.tables("family")]
    (finding,) = findings(code, replace(RULE, data={**RULE.data, "family": families}))
    assert "domain_pause" in finding.message


def test_another_table_without_code(tmp_path: Path) -> None:
    folder = tmp_path / "linux-mutex"
    folder.mkdir()
    (folder / "rule.toml").write_text(
        'id = "linux-mutex"\nkind = "lock-balance"\ntitle = "t"\nhints = ["mutex"]\n'
        '[[family]]\nname = "mutex"\nacquire = ["mutex_lock"]\nrelease = ["mutex_unlock"]\n'
        '[[family]]\nname = "mutex, interruptible"\nresource = "mutex"\nkind = "rc"\n'
        'acquire = ["mutex_lock_interruptible"]\nrelease = ["mutex_unlock"]\n'
    )
    rule = load_rule(folder)
    good = "if ( mutex_lock_interruptible(&d->m) ) return 1; mutex_unlock(&d->m); return 0;"
    bad = "if ( mutex_lock_interruptible(&d->m) ) return 1; if ( a ) return 2; mutex_unlock(&d->m); return 0;"
    assert findings(function(good), rule) == []
    assert [finding.rule for finding in findings(function(bad), rule)] == ["linux-mutex"]


@pytest.mark.parametrize(
    "family",
    [{"acquire": ["x"]}, {"name": "x", "kind": "sometimes"}, {"name": "x", "key": "what"}],
)
def test_wrong_data_is_named(family: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"rule\.toml"):
        LockTable.of(replace(RULE, data={**RULE.data, "family": [family]}))


def test_a_function_that_cannot_be_followed_is_listed() -> None:
    (result,) = results(function("spin_lock(&d->lock);\nif ( a )\n    goto nowhere;\nspin_unlock(&d->lock);"))
    assert isinstance(result, NotAnalysed)
    assert (result.function, result.line) == ("f", 5)
    assert "no such label" in result.reason


def test_too_many_paths_are_admitted() -> None:
    count = 16
    flags = "".join(f"if ( x{i} ) spin_lock(&d->l{i});\n" for i in range(count))
    back = "".join(f"if ( x{i} ) spin_unlock(&d->l{i});\n" for i in range(count))
    (result,) = results(function(flags + back))
    assert isinstance(result, NotAnalysed)
    assert "too many paths" in result.reason


def correlated(count: int, last: str) -> str:
    """A lock under a condition, and many flags that are each set, and asked for later: 2 to their number of paths."""
    flags = "".join(f"if ( x{i} )\n    y{i} = true;\n" for i in range(count))
    asked = "".join(f"if ( y{i} )\n{{\n    spin_lock(&d->m);\n    spin_unlock(&d->m);\n}}\n" for i in range(count))
    given = ", ".join(f"bool x{i}, bool y{i}" for i in range(count))
    code = f"if ( a )\n    spin_lock(&d->lock);\n{flags}{asked}{last}"
    return function(code, f"void f(struct domain *d, bool a, {given})")


def test_paths_that_hold_the_same_are_walked_as_one() -> None:
    """Each flag doubles the paths, and none has anything to do with the lock."""
    assert results(correlated(20, "if ( a )\n    spin_unlock(&d->lock);")) == []


def test_what_is_wrong_on_a_merged_path_is_looked_at_path_by_path() -> None:
    (wrong,) = results(correlated(2, "if ( a && y0 )\n    spin_unlock(&d->lock);"))
    assert isinstance(wrong, Finding)
    assert "still held" in wrong.message


def test_what_is_known_on_one_path_only_is_not_known_where_it_meets_another() -> None:
    code = function(
        "if ( a )\n    rc = 0;\nelse\n    rc = g();\nspin_lock(&d->lock);\nif ( rc )\n    return;\nspin_unlock(&d->lock);"
    )
    assert [finding.line for finding in findings(code)] == [9]


@pytest.mark.parametrize(
    "body",
    [
        "".join(f"if ( x{i} ) spin_lock(&d->l{i});\n" for i in range(3000)),
        "spin_lock(&d->lock);\n" + "if ( a ) work(); else play();\n" * 5000 + "spin_unlock(&d->lock);",
        "spin_lock(&d->lock);\n" + "".join(f"if ( y{i} ) x{i} = 1; if ( x{i} ) return 1;\n" for i in range(1500)),
        "spin_lock(&d->lock);\n" + "while ( a ) {" * 400 + "if ( b ) break;" + "}" * 400,
        "spin_lock(" + "(" * 900 + "&d->lock" + ")" * 900 + ");",
    ],
    ids=["locks", "blocks", "facts", "nested", "parentheses"],
)
def test_size_and_depth_are_bounded(body: str) -> None:
    with patience():
        told = results(function(body))
    assert all(isinstance(result, Finding | NotAnalysed) for result in told)


@pytest.mark.parametrize("call", ["spin_lock_if();", "spin_lock_if(a);"])
def test_a_conditional_take_without_a_condition_to_read_is_followed_both_ways(call: str) -> None:
    told = results(function(call + "\n    spin_lock(&e->lock);\n    if ( a ) return;\n    spin_unlock(&e->lock);"))
    assert any(isinstance(result, Finding) and "e->lock" in result.message for result in told)


USER = b"""\
#include "ring.h"

int f(struct ring *ring, int a)
{
    ring_begin(ring);
    if ( a )
        return 1;
    ring_end(ring);
    return 0;
}
"""
RING = b"void ring_begin(struct ring *ring)\n{\n    spin_lock(&ring->lock);\n}\n\nvoid ring_end(struct ring *ring)\n{\n    spin_unlock(&ring->lock);\n}\n"


def found_in(files: dict[str, bytes]) -> list[int]:
    """The lines reported in a/user.c, with these files beside it."""
    tree = MemoryTree({"a/user.c": USER, **files})
    return [f.line for f in check(["a/user.c"], tree, [RULE], MACROS).findings]


def test_what_another_file_defines_is_learnt_where_it_is_near() -> None:
    assert found_in({}) == []
    assert found_in({"a/ring.c": RING}) == [7]
    assert found_in({"b/ring.c": RING}) == [7]  # named like a header that is included
    assert found_in({"a/any.c": RING}) == [7]  # in the same folder
    assert found_in({"b/any.c": RING}) == []
    assert found_in({"a/ring.c": RING.replace(b"void", b"static void")}) == []
    assert found_in({"a/ring.h": RING.replace(b"void", b"static inline void")}) == [7]


def test_the_nearest_definition_counts_and_equally_near_ones_must_agree() -> None:
    other = RING.replace(b"spin_lock(&ring->lock)", b"ring->users++").replace(
        b"spin_unlock(&ring->lock)", b"ring->users--"
    )
    assert found_in({"a/x.c": RING, "b/ring.c": other}) == [7]
    assert found_in({"a/x.c": other, "b/ring.c": RING}) == []
    assert found_in({"a/x.c": RING, "a/y.c": RING.replace(b"ring)", b"r)").replace(b"ring->", b"r->")}) == [7]
    assert found_in({"a/x.c": RING, "a/y.c": other}) == []


def test_definitions_that_lead_in_circles_come_to_an_end() -> None:
    one = b"void ring_begin(struct ring *ring)\n{\n    spin_lock(&ring->lock);\n    ring_end(ring);\n}\n"
    two = b"void ring_end(struct ring *ring)\n{\n    ring_begin(ring);\n    spin_unlock(&ring->lock);\n}\n"
    assert isinstance(found_in({"a/one.c": one, "a/two.c": two}), list)


def test_a_folder_of_any_size_is_not_searched(tmp_path: Path) -> None:
    for name, data in {"user.c": USER, "ring.c": RING}.items():
        (tmp_path / name).write_bytes(data)
    assert len(check(["user.c"], FolderTree(tmp_path), [RULE], MACROS).findings) == 1
    assert check(["user.c"], FolderTree(tmp_path, listed=False), [RULE], MACROS).findings == ()
