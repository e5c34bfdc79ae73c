"""The locks that are held for certain at a place, as the view of the switches shows them."""

from __future__ import annotations

import pytest
from tree_sitter import Node

from reviewbot.analysis import Context, MemoryTree, load_rule
from reviewbot.analysis.locks.held import HeldLocks
from reviewbot.csource import MacroTable, parse
from reviewbot.resources import rules_dir

MACROS = MacroTable.load()
RULE = load_rule(rules_dir() / "lock-balance")
HEAD = "long f(int cmd, int id, struct domain *e)\n{\n    struct domain *d;\n    int rc = 0;\n"


def held(body: str, before: str = "") -> list[tuple[str, ...]]:
    """The locks held at each call of here(), and at each case group whose label is called so."""
    code = (before + HEAD + body + "\n    return rc;\n}\n").encode()
    source = parse(code, "a.c", MACROS)
    nodes: list[Node] = []
    stack = [source.tree.root_node]
    while stack:
        node = stack.pop()
        stack.extend(reversed(node.children))
        label = node.child_by_field_name("value") if node.type == "case_statement" else None
        if source.text(label or node) == ("here" if label is not None else "here()"):
            nodes.append(node)
    return HeldLocks(RULE, Context(MemoryTree({"a.c": code}), MACROS)).at(source.functions[-1], nodes)


LOOKED_UP = "d = rcu_lock_domain_by_id(id);"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("spin_lock(&e->lock); here(); spin_unlock(&e->lock); here();", [("spin_lock &e->lock",), ()]),
        ("if ( cmd ) spin_lock(&e->lock); here();", [()]),
        ("if ( !spin_trylock(&e->lock) ) return 1; here(); spin_unlock(&e->lock); here();", "spin_trylock &e->lock"),
        ("if ( !domctl_lock_acquire() ) return 1; here(); domctl_lock_release(); here();", "domctl lock"),
        (f"{LOOKED_UP} if ( !d ) return 1; here(); rcu_unlock_domain(d); here();", "rcu domain by id id"),
        (f"{LOOKED_UP} here();", [()]),
        ("write_lock(&e->a); read_lock(&e->b); here();", [("read_lock &e->b", "write_lock &e->a")]),
        ("percpu_read_lock(all, &e->lock); here(); percpu_read_unlock(all, &e->lock); here();", "percpu_read_lock &e->lock"),
        ("vcpu_pause(v); here(); vcpu_unpause(v); here();", "vcpu pause v"),
        ("POLICY_RDLOCK; here(); POLICY_RDUNLOCK; here();", "flask policy read"),
    ],
    ids=["plain", "some", "try", "bool", "looked-up", "unasked", "two", "second", "counter", "bare"],
)  # fmt: skip
def test_what_is_held_on_every_way(body: str, found: str | list[tuple[str, ...]]) -> None:
    assert held(body) == ([(found,), ()] if isinstance(found, str) else found)


def test_a_group_is_entered_by_its_first_statement() -> None:
    switch = "switch ( cmd )\n{\ncase here: rc = late(); break;\ndefault: break;\n}\n"
    body = f"{switch} if ( !domctl_lock_acquire() ) return -1; {switch} domctl_lock_release();"
    assert held(body) == [(), ("domctl lock",)]


def test_a_condition_asked_twice_is_remembered() -> None:
    body = f"switch ( cmd )\n{{\ncase 1: d = NULL; break;\ndefault: {LOOKED_UP} if ( !d ) return 1;\n}}\n"
    body += "switch ( cmd )\n{\ncase 1: here(); break;\ncase 2: here(); break;\n}"
    assert held(body) == [(), ("rcu domain by id id",)]


def test_a_file_s_own_macro_is_read() -> None:
    macro = "#define e_lock(e) spin_lock(&(e)->lock)\n#define e_unlock(e) spin_unlock(&(e)->lock)\n"
    assert held("e_lock(e); here(); e_unlock(e); here();", macro) == [("spin_lock e",), ()]


def test_what_was_locked_may_be_a_special_object() -> None:
    body = "d = get_pg_owner(id); if ( !d ) return 1; if ( d == e ) here(); put_pg_owner(d);"
    assert held(body) == [("pg owner id",)]


def test_the_name_is_that_of_the_call_on_the_way() -> None:
    one, two = (LOOKED_UP.replace("id);", f"{name}); if ( !d ) return 1;") for name in ("id", "cmd"))
    assert held(f"{one} here(); rcu_unlock_domain(d); {two} here();") == [
        ("rcu domain by id id",),
        ("rcu domain by id cmd",),
    ]
    assert held(f"if ( rc ) {{ {one} }} else {{ {two} }} here();") == [("rcu domain by id",)]


def test_where_the_paths_are_too_many_what_calls_gave_still_counts() -> None:
    flags = "".join(f"if ( x{i} ) y{i} = 1; else y{i} = 0;\n" for i in range(14))
    back = "".join(f"if ( y{i} ) play();\n" for i in range(14))
    body = (
        f"{LOOKED_UP} if ( !d ) return 1;\n{flags} here(); {back.replace('play();', 'here();')} rcu_unlock_domain(d);"
    )
    assert set(held(body)) == {("rcu domain by id id",)}
