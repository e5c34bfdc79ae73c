"""Reading all of Xen: what stays unreadable, that masking loses nothing, what it costs, and the switches and falls seen."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import tree_sitter_c
from tree_sitter import Language, Node, Parser

from reviewbot.analysis import Finding, MemoryTree, check, load_rules
from reviewbot.csource import MacroTable, SourceFile, parse, switches
from reviewbot.csource.nodes import declarator_name
from reviewbot.resources import rules_dir

MASTER, BASE = "c447b7308b", "af11b93e3e98235d38114ba44a6d3134aa2ba2a0"
MACROS = MacroTable.load()
FALLS = load_rules(rules_dir(), ["switch-fallthrough"])
DOMCTL = "xen/common/domctl.c"

# Words that the raw parse takes for a function's name where it lost its way; none of these is one.
NO_NAME = frozenset({"if", "switch", "struct", "enum", "while", "for", "return", "shared"})

# A missing break each, and the commit that put it in.
BREAKS = [
    ("6b93f3ca85e3", "xen/arch/x86/hvm/hvm.c", "do_altp2m_op"),
    ("8dd6d1c09986", "xen/arch/x86/mm.c", "get_page_from_l1e"),
    ("aa59837d462f", "xen/arch/x86/mm/paging.c", "paging_domctl"),
    ("49e65b1ca730", "xen/arch/arm/traps.c", "do_sysreg"),
    ("815dc9f1dba5", "xen/arch/x86/time.c", "hwdom_pit_access"),
    ("a0c1a380cba5", "xen/arch/x86/hvm/stdvga.c", "stdvga_intercept_mmio"),
    ("43d4cc7d36", "xen/arch/arm/gic-v3.c", "gicv3_read_apr"),
]


def git(repo: Path, *argv: str) -> bytes:
    return subprocess.run(["git", "-C", str(repo), *argv], capture_output=True, check=False).stdout


def blobs(repo: Path, rev: str, suffix: str) -> Iterator[tuple[str, bytes]]:
    """All files of xen/ with that suffix, through one git process."""
    listed = git(repo, "ls-tree", "-r", rev, "--", "xen/").decode().splitlines()
    if not listed:
        pytest.skip(f"the repository has no commit {rev}")
    wanted = [line.split("\t") for line in listed if line.endswith(suffix)]
    ids = "".join(f"{head.split()[2]}\n" for head, _ in wanted)
    done = subprocess.run(
        ["git", "-C", str(repo), "cat-file", "--batch"], input=ids.encode(), capture_output=True, check=True
    )
    position = 0
    for _, path in wanted:
        end = done.stdout.index(b"\n", position)
        size = int(done.stdout[position:end].split()[2])
        yield path, done.stdout[end + 1 : end + 1 + size]
        position = end + 1 + size + 1


@dataclass
class Seen:
    """Offsets of what a tree holds: bodies of functions with their names, switches, cases."""

    functions: dict[int, str] = field(default_factory=dict)
    switches: set[int] = field(default_factory=set)
    cases: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, root: Node, data: bytes) -> Seen:
        seen = cls()
        stack = [root]
        while stack:
            node = stack.pop()
            if node.type == "function_definition":
                name = declarator_name(node.child_by_field_name("declarator"))
                body = node.child_by_field_name("body")
                if name is not None and body is not None:
                    seen.functions[body.start_byte] = data[name.start_byte : name.end_byte].decode("latin-1")
            elif node.type == "switch_statement":
                seen.switches.add(node.start_byte)
            elif node.type == "case_statement":
                seen.cases.add(node.start_byte)
            stack.extend(node.children)
        return seen


@dataclass
class Whole:
    """One pass over all .c files of master."""

    raw_functions: int = 0
    raw_errors: int = 0
    functions: int = 0
    unreadable: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    raw_seconds: float = 0.0
    seconds: float = 0.0
    findings: list[Finding] = field(default_factory=list)


@pytest.fixture(scope="module")
def whole() -> Whole:
    repo = Path(os.environ.get("REVIEWBOT_XEN") or "/nonexistent")
    if not repo.is_dir():
        pytest.skip("no Xen repository: set REVIEWBOT_XEN to one")
    result = Whole()
    parser = Parser(Language(tree_sitter_c.language()))
    for path, data in blobs(repo, MASTER, ".c"):
        began = time.process_time()
        raw = parser.parse(data)
        middle = time.process_time()
        source = parse(data, path, MACROS)
        result.seconds += time.process_time() - middle
        result.raw_seconds += middle - began
        compare(result, path, data, raw.root_node, source)
        result.findings += check({path: data}, MemoryTree({}), FALLS, MACROS).findings
    return result


def compare(result: Whole, path: str, data: bytes, raw: Node, source: SourceFile) -> None:
    before, after = Seen.of(raw, data), Seen.of(source.tree.root_node, data)
    if len(source.masked) != len(data) or source.masked.count(b"\n") != data.count(b"\n"):
        result.moved.append(path)
    if any(source.masked[at] != 10 for at in range(len(data)) if data[at] == 10):
        result.moved.append(path)
    result.raw_functions += len(before.functions)
    result.functions += len(source.functions)
    result.unreadable += [f"{path}: {entry.function}: {entry.reason}" for entry in source.not_analysed]
    for at, name in before.functions.items():
        if at not in after.functions and real(name, data, at):
            result.lost.append(f"{path}: function {name}")
    result.lost += [f"{path}: switch at {at}" for at in before.switches - after.switches]
    result.lost += [f"{path}: case at {at}" for at in before.cases - after.cases]


def real(name: str, data: bytes, body: int) -> bool:
    """Whether a raw `function` can be one: not a keyword, not the argument of a loop macro, not a structure's body."""
    if name in NO_NAME:
        return False
    head = data[max(body - 2000, 0) : body].rstrip()
    return head.endswith(b")") and data[max(body - 1, 0) : body] == b"\n"


def test_masking_moves_no_byte(whole: Whole) -> None:
    assert whole.moved == []


def test_no_function_switch_or_case_vanishes(whole: Whole) -> None:
    assert whole.lost == []


def test_at_most_one_function_in_a_hundred_is_not_analysed(whole: Whole) -> None:
    assert whole.functions > 10_000
    assert len(whole.unreadable) <= whole.functions / 100, "\n".join(whole.unreadable)


def test_masking_and_parsing_costs_little_more_than_parsing(whole: Whole) -> None:
    assert whole.seconds <= 2 * whole.raw_seconds  # 1.4 on a quiet machine


def test_todays_tree_is_nearly_silent(whole: Whole) -> None:
    grave = [finding for finding in whole.findings if finding.severity != "note"]
    outside = [f"{f.path}:{f.line}: {f.message}" for f in grave if "/x86_emulate/" not in f.path]
    assert len(outside) <= 5, "\n".join(outside)
    assert len(whole.findings) <= 20


@pytest.mark.parametrize(("rev", "count"), [(BASE, 3), (MASTER, 4)])
def test_the_domctl_dispatch_has_its_switches(xen_repo: Path, rev: str, count: int) -> None:
    data = git(xen_repo, "show", f"{rev}:{DOMCTL}")
    if not data:
        pytest.skip(f"the repository has no commit {rev}")
    (function,) = [f for f in parse(data, DOMCTL, MACROS).functions if f.name == "do_domctl"]
    found = [switch for switch in switches(function) if switch.on == "op->cmd"]
    assert len(found) == count
    assert all(group.ends != "falls-through" or group.into for switch in found for group in switch.groups)
    if rev == MASTER:
        assert [sum(len(group.labels) - (group.labels[-1].text == "default") for group in s.groups) for s in found] == [
            6,
            14,
            2,
            31,
        ]


@pytest.mark.parametrize(("fix", "path", "function"), BREAKS)
def test_historic_breaks_are_seen_before_and_not_after_the_fix(
    xen_repo: Path, fix: str, path: str, function: str
) -> None:
    def falls(rev: str) -> list[Finding]:
        data = git(xen_repo, "show", f"{rev}:{path}")
        if not data:
            pytest.skip(f"the repository has no {rev}:{path}")
        found = check({path: data}, MemoryTree({}), FALLS, MACROS).findings
        return [finding for finding in found if finding.function == function and finding.severity == "error"]

    assert len(falls(f"{fix}^")) > len(falls(fix)) == 0


def test_the_posted_patch_says_fallthrough_where_break_is_meant(xen_repo: Path) -> None:
    """The seed of the rule: ffe7a07597 as posted fell through into `default: break;`; as committed it breaks."""
    data = git(xen_repo, "show", f"ffe7a07597:{DOMCTL}")
    if not data:
        pytest.skip("the repository has no commit ffe7a07597")
    assert check({DOMCTL: data}, MemoryTree({}), FALLS, MACROS).findings == ()
    (function,) = [f for f in parse(data, DOMCTL, MACROS).functions if f.name == "do_domctl"]
    groups = switches(function)[1].groups
    group = next(group for group in groups if group.labels[0].text == "case XEN_DOMCTL_shadow_op")
    text = data[group.start_byte : group.end_byte]
    assert group.ends == "break"
    before = groups[-1].start_byte
    posted = data[:before] + text[: text.rindex(b"break;")] + b"fallthrough;\n    " + data[before:]
    posted = posted[: group.start_byte] + posted[group.end_byte :]
    (found,) = check({DOMCTL: posted}, MemoryTree({}), FALLS, MACROS).findings
    assert found.fix is not None
    assert found.fix["edits"][0]["with"] == "break;"
