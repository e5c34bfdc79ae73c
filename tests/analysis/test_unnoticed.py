"""Changes that a function's callers cannot notice: what counts as one, and that findings come out the same."""

from __future__ import annotations

import pytest

from reviewbot.analysis import Finding, MemoryTree, load_rules
from reviewbot.analysis.delta import check_change
from reviewbot.analysis.unnoticed import is_unnoticed
from reviewbot.csource import MacroTable
from reviewbot.resources import rules_dir

MACROS = MacroTable.load()
RULES = load_rules(rules_dir(), ["lock-balance"])


def quiet(name: bytes) -> bool:
    return name in (b"log", b"barrier")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{ a(); }", "{ a(); log(x->y, 3); }"),
        ("{ log(1); a(); log(2); }", "{ a(); }"),
        ("{ a(); /* one */ }", "{\n    a(); // two\n}"),
        ('{ log("spin_unlock(&l);"); }', '{ log("x = 1; }"); }'),
        ("{ if ( x ) { a(); } }", "{ if ( x ) { a(); barrier(); } }"),
    ],
)
def test_unnoticed(before: str, after: str) -> None:
    assert is_unnoticed(before.encode(), after.encode(), quiet)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{ a(); }", "{ a(); b(); }"),  # who knows what that does
        ("{ a(); }", "{ a(); log(x = 1); }"),
        ("{ a(); }", "{ a(); log(&x); }"),
        ("{ a(); }", "{ a(); log(x++); }"),
        ("{ a(); }", "{ a(); log(x--); }"),
        ("{ a(); }", "{ a(); log(f(x)); }"),
        ("{ if ( x ) a(); }", "{ if ( x ) log(1); a(); }"),  # what is under the condition has changed
        ("{ if ( x ) ; else a(); }", "{ if ( x ) ; else log(1); a(); }"),
        ("{ for ( i = 0; x(i); i++ ) a(); }", "{ for ( i = 0; log(i); i++ ) a(); }"),
        ("{ y = ({ a(); 1; }); }", "{ y = ({ a(); log(1); }); }"),
        ("{ if ( x == 'a' ) a(); }", "{ if ( x == 'b' ) a(); }"),
        ("{ a(); }", "{ a(); return; }"),
    ],
)
def test_noticed(before: str, after: str) -> None:
    assert not is_unnoticed(before.encode(), after.encode(), quiet)


def change(before: str, after: str) -> tuple[Finding, ...]:
    return check_change(
        MemoryTree({"a.c": before.encode()}), MemoryTree({"a.c": after.encode()}), ["a.c"], RULES, MACROS
    ).findings


CALLER = "void g(struct domain *d)\n{\n    helper(d);\n    spin_unlock(&d->lock);\n    spin_unlock(&d->lock);\n}\n"
HELPER = "void helper(struct domain *d)\n{\n    LINE\n    spin_lock(&d->lock);\n}\n"
LEAK = "int f(struct domain *d)\n{\n    spin_lock(&d->lock);\n    LINE\n    if ( d->x )\n        return -1;\n    spin_unlock(&d->lock);\n    return 0;\n}\n"


@pytest.mark.parametrize("line", ["", "log(d->x);", "/* why */", "log(1); log(2);"])
def test_what_was_there_is_no_finding_of_such_a_change(line: str) -> None:
    for code in (HELPER + CALLER, LEAK):
        assert change(code.replace("LINE", "log(0);"), code.replace("LINE", line)) == ()


@pytest.mark.parametrize("line", ["unlock_it(d);", "BUG();", "spin_lock(&d->lock);", "cmpxchg(p, d, e);"])
def test_a_call_that_may_matter_is_looked_at(line: str) -> None:
    """The outcome is that of a change which also adds a statement that nobody takes for nothing."""
    for code in (HELPER + CALLER, LEAK):
        before, after = code.replace("LINE", ";"), code.replace("LINE", line)
        other = code.replace("LINE", line + " x = 0;")
        told = [(finding.rule, finding.function, finding.line) for finding in change(before, after)]
        assert told == [(finding.rule, finding.function, finding.line) for finding in change(before, other)]


def test_a_helper_of_the_file_is_not_nothing() -> None:
    drop = "void drop(struct domain *d)\n{\n    spin_unlock(&d->lock);\n}\n"
    before = (
        drop
        + "void f(struct domain *d)\n{\n    spin_lock(&d->lock);\n    a();\n    drop(d);\n}\nvoid g(struct domain *d)\n{\n    f(d);\n}\n"
    )
    after = before.replace("a();\n    drop(d);", "a();")
    assert [finding.function for finding in change(before, after)] == ["f"]
    assert change(after, before) == ()


def test_a_mark_that_goes_shows_what_it_hid() -> None:
    """A comment is nothing to callers, and still says that the line below it is right."""
    shown = LEAK.replace("LINE", "log(0);")
    hidden = shown.replace("        return -1;", "        /* SAF-1-safe */\n        return -1;")
    assert [finding.function for finding in change(hidden, shown)] == ["f"]
    assert change(shown, hidden) == ()
