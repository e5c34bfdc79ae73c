"""lock-balance: functions whose locks are taken and given back in one block need no walk, and only those."""

from __future__ import annotations

import pytest

from reviewbot.analysis import Context, MemoryTree, load_rule
from reviewbot.analysis.locks.balanced import is_balanced
from reviewbot.analysis.locks.events import scan
from reviewbot.analysis.locks.rule import file_table
from reviewbot.analysis.locks.table import LockTable
from reviewbot.csource import MacroTable, parse
from reviewbot.resources import rules_dir
from tests.patience import patience

MACROS = MacroTable.load()
RULE = load_rule(rules_dir() / "lock-balance")


def balanced(body: str) -> bool:
    data = f"int f(struct domain *d, struct domain *e, unsigned long flags)\n{{\n{body}\n}}\n".encode()
    source = parse(data, "a.c", MACROS)
    (function,) = source.functions
    assert function.readable
    table = LockTable.of(RULE)
    found = scan(source.masked, table)
    view = file_table(source, table, found, Context(MemoryTree({"a.c": data}), MACROS))
    return is_balanced(function, [(at, name) for at, name in found if view.ops(name)], view)


TAKE, DROP = "spin_lock(&d->lock);", "spin_unlock(&d->lock);"
BALANCED = {
    "plain": f"{TAKE} a(d); {DROP} return 1;",
    "in a branch": f"if ( e ) {{ {TAKE} d->x = e->x; {DROP} }} return 1;",
    "in a case": f"switch ( e->x ) {{ case 1: {TAKE} a(); {DROP} break; default: return 1; }}",
    "twice": f"{TAKE} a(); {DROP} spin_lock(&e->lock); spin_unlock(&e->lock);",
    "irqsave": "spin_lock_irqsave(&d->lock, flags); a(); spin_unlock_irqrestore(&d->lock, flags);",
    "global": "domctl_lock_release_other();" + f"{TAKE} if ( e ) a(); else b(); {DROP}",
}
DOUBTFUL = {
    "return": f"{TAKE} if ( e ) return 1; {DROP}",
    "goto out": f"{TAKE} if ( e ) goto out; {DROP} out: return 1;",
    "goto in": f"goto in; {TAKE} in: a(); {DROP}",
    "goto back": f"{TAKE} again: a(); {DROP} if ( e ) goto again;",
    "break": f"while ( e ) {{ {TAKE} if ( d ) break; {DROP} }}",
    "case": f"switch ( e->x ) {{ case 1: {TAKE} case 2: {DROP} }}",
    "branches": f"if ( e ) {TAKE} a(); if ( e ) {DROP}",
    "one branch": f"if ( e ) {{ {TAKE} }} {DROP}",
    "unbraced": f"if ( e ) {TAKE} else {DROP}",
    "other lock": f"{TAKE} spin_unlock(&e->lock);",
    "other kind": f"{TAKE} read_unlock(&d->lock);",
    "order": f"{DROP} {TAKE}",
    "other member": "spin_lock(&d->s->lock); d->s = 0; spin_unlock(&d->s->lock);",
    "other object": f"{TAKE} d = e; {DROP}",
    "address given away": f"{TAKE} a(&d); {DROP}",
    "loop over it": f"{TAKE} for_each_domain ( d ) {{ a(d); }} {DROP}",
    "arm": f"{TAKE} a();\n#ifdef A\n b();\n#endif\n {DROP}",
    "condition": "if ( !spin_trylock(&d->lock) ) a(); spin_unlock(&d->lock);",
    "one left": f"{TAKE} a(); {DROP} {TAKE}",
}


@pytest.mark.parametrize("body", BALANCED.values(), ids=BALANCED)
def test_what_is_given_back_in_the_same_block_is_balanced(body: str) -> None:
    assert balanced(body)


@pytest.mark.parametrize("body", DOUBTFUL.values(), ids=DOUBTFUL)
def test_anything_else_is_walked(body: str) -> None:
    assert not balanced(body)


@pytest.mark.parametrize("filling", ["d->x = " * 200_000 + "0;", "a(d);" * 200_000, "; x " * 200_000 + ";"])
def test_long_text_between_a_pair_is_no_work(filling: str) -> None:
    with patience():
        assert not balanced(f"{TAKE} {filling} {DROP}")
