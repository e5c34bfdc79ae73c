"""The engine: what it reads, in which order it reports, and that neither jobs nor the order of files matter."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from reviewbot.analysis import FolderTree, MemoryTree, OverlayTree, Rule, check
from reviewbot.analysis.engine import applies
from reviewbot.errors import InputError
from tests.analysis.trees import ASKED, HANDED, MACROS, RULE, UNASKED, arch, core, tree

BROKEN = b"int f(void)\n{\n    x = = 2;\n    return 1 +;\n}\n"


def test_a_rule_across_files_reports_in_the_dispatcher_with_a_way_to_the_act() -> None:
    files = tree(core=core(ASKED, HANDED), arch__x=arch("    case OP_C:\n        return act();\n"))
    report = check(["core.c"], files, [RULE], MACROS)
    (finding,) = report.findings
    assert (finding.path, finding.line, finding.function) == ("core.c", 9, "go")
    assert [(step.path, step.line) for step in finding.trace] == [
        ("core.c", 9),
        ("core.c", 10),
        ("arch/x.c", 5),
        ("arch/x.c", 6),
    ]
    assert report.stats.files == 1
    assert report.stats.functions == 1
    assert report.not_analysed == ()


def test_checking_the_handlers_file_evaluates_the_dispatch_too() -> None:
    files = tree(core=core(HANDED), arch__x=arch("    case OP_C:\n        return act();\n"), other=b"int x;\n")
    assert len(check(["arch/x.c"], files, [RULE], MACROS).findings) == 1
    assert check(["other.c"], files, [RULE], MACROS).findings == ()


def test_each_architecture_is_reported_once() -> None:
    bad = arch("    case OP_C:\n        return act();\n")
    good = arch("    case OP_C:\n        return ask_c() ? -1 : act();\n")
    files = tree(core=core(HANDED), arch__a=bad, arch__b=good, arch__c=bad)
    found = check(["core.c"], files, [RULE], MACROS).findings
    assert [finding.trace[-1].path for finding in found] == ["arch/a.c", "arch/c.c"]
    assert len({finding.fingerprint for finding in found}) == 2


def test_a_handler_that_is_not_there_is_said_not_guessed() -> None:
    report = check(["core.c"], tree(core=core(HANDED)), [RULE], MACROS)
    assert report.findings == ()
    (entry,) = report.not_analysed
    assert (entry.path, entry.function, entry.line) == ("core.c", "go", 6)
    assert "arch_go() is not in the tree" in entry.reason


def test_an_unreadable_function_is_listed_and_its_neighbours_are_checked() -> None:
    files = {"core.c": BROKEN + core(UNASKED)}
    report = check(files, MemoryTree({}), [RULE], MACROS)
    assert [entry.function for entry in report.not_analysed] == ["f"]
    assert [finding.line for finding in report.findings] == [10]


def test_a_path_that_is_not_in_the_tree_is_not_clean() -> None:
    report = check(["gone.c"], MemoryTree({}), [RULE], MACROS)
    assert [(entry.path, entry.reason) for entry in report.not_analysed] == [("gone.c", "no such file in the tree")]


def test_order_is_the_same_whatever_the_order_given_and_the_number_of_jobs() -> None:
    files = {
        f"d{number}/core.c": core(UNASKED, ASKED, "    case OP_D:\n        ask_d();\n        break;\n")
        for number in range(5)
    }
    rule = Rule(RULE.id, RULE.kind, RULE.severity, RULE.title, {**RULE.data, "dispatch": []}, RULE.directory)
    paths = list(files)
    expected = check(paths, MemoryTree(files), [rule], MACROS)
    assert len(expected.findings) == 5
    assert [f.order for f in expected.findings] == sorted(f.order for f in expected.findings)
    random.Random(7).shuffle(paths)
    seen: list[tuple[int, int]] = []
    again = check(
        paths, MemoryTree(files), [rule], MACROS, jobs=2, progress=lambda done, total: seen.append((done, total))
    )
    assert again.findings == expected.findings
    assert again.stats.files == 5
    assert seen[-1] == (5, 5)


class Unpicklable(MemoryTree):
    """A tree that cannot travel to another process."""

    def __reduce__(self) -> str:
        raise TypeError("no")


def test_a_tree_that_cannot_travel_is_checked_in_one_process() -> None:
    files = {"core.c": core(UNASKED), "b.c": b"int x;\n"}
    assert len(check(list(files), Unpicklable(files), [RULE], MACROS, jobs=2).findings) == 1


def test_an_unknown_kind_is_an_error_of_the_rule() -> None:
    rule = Rule("odd", "no-such-kind", "error", "t", {}, Path("rules/odd"))
    with pytest.raises(InputError, match="unknown `kind` 'no-such-kind'"):
        check([], MemoryTree({}), [rule], MACROS)


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("    /* SAF-3-safe */\n", 0),
        ("    /* SAF-14-false-positive-eclair with a reason */\n", 0),
        ("    /*\n     * SAF-3-safe because\n     * of much.\n     */\n", 0),
        ("    /* SAF-3-safe */\n\n", 1),
        ("    /* safe */\n", 1),
        ("    /* SAF-safe */\n", 1),
    ],
)
def test_xens_own_comment_suppresses_the_line_below(comment: str, found: int) -> None:
    files = {"core.c": core(comment + UNASKED)}
    assert len(check(files, MemoryTree({}), [RULE], MACROS).findings) == found


def test_include_and_exclude_patterns() -> None:
    rule = Rule("r", "k", "error", "t", {"include": ["xen/*.c"], "exclude": ["xen/tools/*"]}, Path("r"))
    assert applies(rule, "xen/common/domctl.c")
    assert not applies(rule, "xen/tools/kconfig/conf.c")
    assert not applies(rule, "tools/x.c")
    assert not applies(rule, "xen/a.h")


def test_trees_read_inside_themselves_only(tmp_path: Path) -> None:
    (tmp_path / "t" / "d").mkdir(parents=True)
    (tmp_path / "secret.c").write_text("int x;")
    (tmp_path / "t" / "d" / "a.c").write_text("int a;")
    (tmp_path / "t" / "b.h").write_text("")
    (tmp_path / "t" / "link.c").symlink_to(tmp_path / "secret.c")
    folder = FolderTree(tmp_path / "t")
    assert folder.read("d/a.c") == b"int a;"
    assert [folder.read(p) for p in ("../secret.c", "link.c", str(tmp_path / "secret.c"), "d", "no.c", "a\0b")] == [
        None
    ] * 6
    assert list(folder.paths("", ".c")) == ["d/a.c", "link.c"]
    assert list(folder.paths("d/", ".c")) == ["d/a.c"]
    over = OverlayTree(folder, {"d/a.c": None, "d/z.c": b"z"})
    assert (over.read("d/a.c"), over.read("d/z.c"), over.read("b.h")) == (None, b"z", b"")
    assert list(over.paths("d/", ".c")) == ["d/z.c"]
