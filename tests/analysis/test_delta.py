"""What a change adds: counts matter, line numbers do not, and what was there before is not said again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.analysis import MemoryTree, OverlayTree, added, check_change, make_finding
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.lines import LineMap, affected, compare_lines
from reviewbot.csource import parse
from tests.analysis.trees import ASKED, HANDED, MACROS, RULE, UNASKED, arch, core, tree

TEXT = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=20).map(lambda rows: "\n".join(rows).encode())


def lines_of(before: dict[str, bytes], after: dict[str, bytes]) -> list[tuple[str, int]]:
    changed = [path for path in {*before, *after} if before.get(path) != after.get(path)]
    report = check_change(MemoryTree(before), MemoryTree(after), changed, [RULE], MACROS)
    return [(finding.path, finding.line) for finding in report.findings]


def test_what_was_there_before_is_not_reported_though_it_moved() -> None:
    assert lines_of({"core.c": core(UNASKED)}, {"core.c": core(UNASKED, before="int x;\n\n")}) == []
    assert lines_of({"core.c": core(UNASKED)}, {"core.c": core(ASKED, UNASKED)}) == []


def test_what_the_change_brings_is() -> None:
    assert lines_of({"core.c": core(ASKED)}, {"core.c": core(ASKED, UNASKED)}) == [("core.c", 9)]
    assert lines_of({}, {"core.c": core(UNASKED)}) == [("core.c", 5)]


def test_mending_one_thing_reports_nothing_and_deleting_a_file_neither() -> None:
    assert lines_of({"core.c": core(UNASKED)}, {"core.c": core(ASKED)}) == []
    assert lines_of({"core.c": core(UNASKED)}, {}) == []


def test_taking_a_check_out_of_a_handler_is_reported_at_the_dispatcher() -> None:
    asks = arch("    case OP_C:\n        if ( ask_c() )\n            return -1;\n        return act();\n")
    acts = arch("    case OP_C:\n        return act();\n")
    before = tree(core=core(HANDED), arch__x=asks)
    after = OverlayTree(before, {"arch/x.c": acts})
    report = check_change(before, after, ["arch/x.c"], [RULE], MACROS)
    assert [(f.path, f.line) for f in report.findings] == [("core.c", 5)]
    assert check_change(after, before, ["arch/x.c"], [RULE], MACROS).findings == ()


def test_files_that_no_rule_across_files_names_do_not_wake_it() -> None:
    base = tree(core=core(UNASKED), other=b"int f(void) { return 1; }\n")
    after = OverlayTree(base, {"other.c": b"int f(void) { return 2; }\n", "new.txt": b"\xff"})
    report = check_change(base, after, ["other.c", "new.txt"], [RULE], MACROS)
    assert report.findings == ()
    assert report.stats.files == 1


def test_a_renamed_file_and_a_renamed_function_bring_nothing_new() -> None:
    before, after = {"old.c": b"int f(void)\n{\n    ask_a();\n}\n"}, {"new.c": b"int f(void)\n{\n    ask_a();\n}\n"}
    report = check_change(
        MemoryTree(before), MemoryTree(after), ["new.c", "old.c"], [RULE], MACROS, renames={"new.c": "old.c"}
    )
    assert report.findings == ()
    plain = check_change(MemoryTree(before), MemoryTree(after), ["new.c", "old.c"], [RULE], MACROS)
    assert len(plain.findings) == 1
    assert lines_of({"a.c": before["old.c"]}, {"a.c": before["old.c"].replace(b"int f", b"int g")}) == []


def test_only_functions_that_the_change_may_affect_are_listed_as_not_analysed() -> None:
    broken = b"int %s(void)\n{\n    return 1 +;\n}\n"
    before = {"a.c": broken % b"one" + broken % b"two"}
    after = {"a.c": before["a.c"].replace(b"two(void)\n{\n", b"two(void)\n{\n    x();\n")}
    report = check_change(MemoryTree(before), MemoryTree(after), ["a.c"], [RULE], MACROS)
    assert [entry.function for entry in report.not_analysed] == ["two"]


def finding(line: int, text: str = "return 1;") -> Finding:
    data = ("\n" * (line - 1) + text + "\n").encode()
    return make_finding("r", "error", "a.c", data, line, "m", function="f")


@given(st.lists(st.sampled_from("xyz"), max_size=8), st.lists(st.sampled_from("xyz"), max_size=8))
def test_the_number_added_is_the_difference_of_counts(old: list[str], new: list[str]) -> None:
    before = [finding(i + 1, text) for i, text in enumerate(old)]
    after = [finding(i + 20, text) for i, text in enumerate(new)]
    got = [f.fingerprint for f in added(before, after)]
    for text in "xyz":
        assert got.count(finding(1, text).fingerprint) == max(0, new.count(text) - old.count(text))


@given(st.lists(st.sampled_from("xyz"), max_size=8))
def test_nothing_is_added_by_no_change(old: list[str]) -> None:
    found = [finding(i + 1, text) for i, text in enumerate(old)]
    assert added(found, found) == ()


def test_of_two_alike_the_one_on_the_new_line_is_the_new_one() -> None:
    before, after = b"f\nreturn 1;\n", b"return 1;\nf\nreturn 1;\n"
    maps = {"a.c": compare_lines(before, after)}
    old = [make_finding("r", "error", "a.c", before, 2, "m")]
    new = [make_finding("r", "error", "a.c", after, 1, "m"), make_finding("r", "error", "a.c", after, 3, "m")]
    assert [f.line for f in added(old, new, maps)] == [1]


def untouched(lines: LineMap) -> dict[int, int]:
    return {n: old for n in range(1, lines.new_lines + 1) if (old := lines.old_line(n)) is not None}


@given(TEXT, TEXT)
def test_lines_said_to_be_the_same_are_the_same_and_in_order(before: bytes, after: bytes) -> None:
    lines = compare_lines(before, after)
    old, new = before.split(b"\n"), after.split(b"\n")
    assert (lines.old_lines, lines.new_lines) == (len(old), len(new))
    pairs = sorted(untouched(lines).items())
    assert all(new[n - 1] == old[o - 1] for n, o in pairs)
    assert [o for _, o in pairs] == sorted({o for _, o in pairs})
    assert set(lines.fresh) == set(range(1, len(new) + 1)) - {n for n, _ in pairs}
    assert sum(run[2] for run in lines.runs) + sum(hunk[1] for hunk in lines.hunks()) == len(new)
    assert sum(run[2] for run in lines.runs) + sum(hunk[3] for hunk in lines.hunks()) == len(old)
    assert untouched(lines.inverse()) == {o: n for n, o in pairs}


@given(TEXT, TEXT, TEXT)
def test_what_both_begin_and_end_with_is_the_same(head: bytes, middle: bytes, tail: bytes) -> None:
    lines = compare_lines(head + b"\n" + tail, head + b"\n" + middle + b"\n" + tail)
    added = middle.count(b"\n") + 1
    assert len(lines.fresh) == added
    assert len(untouched(lines)) == lines.old_lines


@given(TEXT)
def test_a_file_compared_with_itself_is_all_the_same(text: bytes) -> None:
    lines = compare_lines(text, text)
    assert untouched(lines) == {n: n for n in range(1, lines.new_lines + 1)}
    assert not lines.touched(1, lines.new_lines)


def test_affected_functions_are_the_touched_ones_and_those_that_call_them() -> None:
    text = b"int a(void)\n{\n    return 1;\n}\n\nint b(void)\n{\n    return a();\n}\n\nint c(void)\n{\n    return b();\n}\n\nint d(void)\n{\n    return 0;\n}\n"
    changed = text.replace(b"return 1", b"return 2")
    source = parse(changed, "x.c", MACROS)
    assert affected(source, compare_lines(text, changed)) == {"a", "b", "c"}
    shorter = text.replace(b"    return 0;\n", b"")
    assert affected(parse(shorter, "x.c", MACROS), compare_lines(text, shorter)) == {"d"}
    macro = b"#define M 1\n" + text
    assert affected(parse(macro, "x.c", MACROS), compare_lines(text, macro)) is None
