"""Clean merges that rely on what only upstream has."""

from __future__ import annotations

import pytest

from tests.backport.history import OLD, History, swap
from tests.backport.test_run import HEADER, SOURCE, pick


def doubts(history: History, fix: str) -> list[tuple[str, str, int]]:
    got = pick(history, fix)
    assert got.status == ("doubtful" if got.doubts else "clean")
    return [(d.name, d.path, d.line) for d in got.doubts]


def test_name_that_upstream_has_and_the_branch_lacks(history: History) -> None:
    history.change("master", {"xen/include/lib.h": "#define clamp_when(x) (x)\n"})
    fix = history.change("master", {SOURCE: swap("t->when = when;", "t->when = clamp_when(when);")})
    assert doubts(history, fix) == [("clamp_when", SOURCE, 10)]


def test_names_that_the_change_brings_are_no_doubt(history: History) -> None:
    fix = history.change(
        "master",
        {
            HEADER: lambda text: text + "#define clamp_when(x) (x)\n",
            SOURCE: swap("    t->when = when;", "    int fresh = clamp_when(when);\n\n    t->when = fresh;"),
        },
    )
    assert doubts(history, fix) == []


def test_comments_and_strings_are_no_names(history: History) -> None:
    history.change("master", {"xen/include/lib.h": "#define otherwise 1\n#define upstream_only 2\n"})
    fix = history.change(
        "master", {SOURCE: swap("    armed--;", '    /* upstream_only */\n    printk("otherwise");\n    armed--;')}
    )
    assert "printk" not in dict.fromkeys(name for name, _, _ in doubts(history, fix))
    assert doubts_after(history, fix) == []


def doubts_after(history: History, fix: str) -> list[str]:
    return [d.name for d in pick(history, fix, branch="again").doubts]


def test_number_of_arguments(history: History) -> None:
    history.change(OLD, {HEADER: lambda text: text + "void trace(struct timer *t);\n"})
    history.change(
        "master", {HEADER: lambda text: text + "/* see docs */\n\n\n\n\n\nvoid trace(struct timer *t, int level);\n"}
    )
    fix = history.change("master", {SOURCE: swap("    armed--;", "    armed--;\n    trace(t, 3);")})
    assert doubts(history, fix) == [("trace", SOURCE, 20)]
    got = pick(history, fix, branch="again")
    assert got.doubts[0].reason == "takes 2 arguments upstream, and 1 on the branch"


def test_any_number_of_arguments_is_no_doubt(history: History) -> None:
    for branch in (OLD, "master"):
        history.change(branch, {"xen/include/lib.h": "int printk(const char *fmt, ...);\n"})
    fix = history.change("master", {SOURCE: swap("    armed--;", '    armed--;\n    printk("%d %d", 1, (2, 3));')})
    assert doubts(history, fix) == []


def test_member_of_a_member(history: History) -> None:
    history.change(OLD, {"xen/common/d.c": "void g(struct domain *d)\n{\n    d->arch.hvm_domain.x = 1;\n}\n"})
    history.change(
        "master", {"xen/common/d.c": "void g(struct domain *d)\n{\n    d->arch.hvm.x = 1;\n}\nint hvm, x;\n"}
    )
    history.change(OLD, {"xen/common/e.c": "int hvm, x;\n"})
    fix = history.change("master", {SOURCE: swap("    armed--;", "    armed--;\n    t->d->arch.hvm.x = 2;")})
    assert ("arch.hvm", SOURCE, 20) in doubts(history, fix)


def test_header_that_only_upstream_has(history: History) -> None:
    history.change("master", {"xen/include/xen/fresh.h": "\n"})
    fix = history.change("master", {SOURCE: swap("#include <timer.h>", "#include <timer.h>\n#include <xen/fresh.h>")})
    assert doubts(history, fix) == [("xen/fresh.h", SOURCE, 2)]


def test_function_that_goes_upstream_and_is_still_called_here(history: History) -> None:
    history.change(OLD, {"xen/common/user.c": "void u(void)\n{\n    timer_stop(0);\n}\n"})
    fix = history.change(
        "master", {SOURCE: swap("void timer_stop(", "void timer_halt("), HEADER: swap("timer_stop", "timer_halt")}
    )
    assert doubts(history, fix) == [("timer_stop", "xen/common/user.c", 3)]


@pytest.mark.parametrize("path", ["docs/guide.md", "CHANGELOG"])
def test_words_of_prose_need_no_definition(history: History, path: str) -> None:
    history.change("master", {"docs/other.md": "quiescence\n"})
    fix = history.change("master", {path: "quiescence\n"})
    assert doubts(history, fix) == []
