"""What the rules cost beside a raw tree-sitter parse of the same files, as ratios in one run.

    python -m tests.bench.analysis_speed --tree DIR [--rounds N] [--changed PATH]

CPU seconds of all rules over the hypervisor's C, by the library and as `reviewbot check --tree`, a whole process; wall
seconds of two processes against one; CPU of checking a changed line of one file against parsing that file, by this
package and raw, where a call is added, which callers cannot notice, and where a condition is. Where they are
installed, ast-grep, Coccinelle and semgrep look for locks left held in the same .c files, in the fewest words each can
be told (see tests/peers/checkers.py).
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import tree_sitter
import tree_sitter_c

from reviewbot import scope
from reviewbot.analysis import Finding, OverlayTree, check, load_rules
from reviewbot.analysis.delta import check_change
from reviewbot.csource import MacroTable, parse
from reviewbot.resources import rules_dir
from tests.peers.checkers import CHECKERS

CALL, CONDITION = b" barrier();", b" if ( here ) barrier();"


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of this process."""
    began = time.process_time()
    work()
    return time.process_time() - began


def wall(work: Callable[[], object]) -> float:
    """Seconds on the clock, for work that other processes share."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def children(work: Callable[[], object]) -> float:
    """CPU seconds of the processes that the work starts and waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def peers(whole: scope.Scope, tree: Path) -> None:
    """Each other checker once, on the same .c files: CPU seconds beside lock-balance, and how much it reports."""
    paths = [path for path in whole.paths if path.endswith(".c")]
    rule, macros = load_rules(rules_dir(), ["lock-balance"]), MacroTable.load()
    found: list[Finding] = []
    own = cpu(lambda: found.extend(check(paths, whole.after, rule, macros).findings))
    print(f"{'lock-balance':<14} {own:7.1f} s CPU, {len(found)} places")
    for checker in CHECKERS:
        program = checker.find()
        if program is None:
            print(f"{checker.name:<14} skipped: {checker.command} is not installed ({checker.source})")
            continue
        places: set[tuple[str, int]] = set()
        with tempfile.TemporaryDirectory() as scratch:
            look = partial(checker.run, program, tree, paths, Path(scratch))
            seconds = children(lambda: places.update(look()))  # noqa: B023
        print(f"{checker.name:<14} {seconds:7.1f} s CPU, {seconds / own:.2f} x lock-balance, {len(places)} places")


def changed_lines(whole: scope.Scope, prefix: str, more: bytes = CALL) -> dict[str, tuple[bytes, OverlayTree]]:
    """Each .c file below `prefix` with a statement put behind one in its middle, and the tree with it."""
    found = {}
    for path in whole.paths:
        text = (whole.after.read(path) or b"") if path.startswith(prefix) and path.endswith(".c") else b""
        lines = text.split(b"\n")
        rows = range(len(lines) // 2, len(lines) - 1)
        ends = (n for n in rows if lines[n].startswith(b"    ") and lines[n].endswith(b";"))
        middle = next((n for n in ends if not lines[n + 1].lstrip().startswith(b"else")), None)
        if middle is not None:
            after = b"\n".join([*lines[:middle], lines[middle] + more, *lines[middle + 1 :]])
            found[path] = after, OverlayTree(whole.after, {path: after})
    return found


def ratios(whole: scope.Scope, tree: Path, changed: str, rounds: int) -> dict[str, list[float]]:
    """Every ratio, one figure a round; what is compared runs right after each other."""
    rules, macros = load_rules(rules_dir()), MacroTable.load()
    texts = [data for path in whole.paths if (data := whole.after.read(path)) is not None]
    edits = {
        "changed lines (a call)": changed_lines(whole, changed),
        "changed lines (a condition)": changed_lines(whole, changed, CONDITION),
    }
    raw = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language()))
    command = [sys.executable, "-m", "reviewbot", "check", "--tree", str(tree), "--exit-zero", "--format", "json"]
    run = partial(subprocess.run, command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rows: dict[str, list[float]] = {}

    def row(name: str, value: float) -> None:
        rows.setdefault(name, []).append(value)

    for _ in range(rounds):
        floor = cpu(lambda: [raw.parse(text) for text in texts])
        one: list[float] = []
        alone = wall(lambda: one.append(cpu(lambda: check(whole.paths, whole.after, rules, macros))))  # noqa: B023
        row("all rules / raw parse, CPU", one[0] / floor)
        row("check --tree as a process / raw parse, CPU", children(run) / floor)
        spent: list[float] = []
        both = wall(lambda: spent.append(children(lambda: check(whole.paths, whole.after, rules, macros, jobs=2))))  # noqa: B023
        row("two processes / one, wall", both / alone)
        row("two processes / one, CPU", spent[0] / one[0])
        for what, files in edits.items():
            sums = [0.0, 0.0, 0.0]
            for path, (text, after) in files.items():
                sums[0] += best(lambda: check_change(whole.after, after, [path], rules, macros))  # noqa: B023
                sums[1] += best(lambda: parse(text, path, macros))  # noqa: B023
                sums[2] += best(lambda: raw.parse(text))  # noqa: B023
            row(f"{what} / parsing their files, CPU", sums[0] / sums[1])
            row(f"{what} / raw parse of them, CPU", sums[0] / sums[2])
    print(
        f"{len(texts)} files, {sum(map(len, texts)) / 1e6:.1f} MB; {len(next(iter(edits.values())))} changed in {changed}; {rounds} rounds"
    )
    return rows


def best(work: Callable[[], object]) -> float:
    """CPU seconds of something short: the least of three."""
    return min(cpu(work) for _ in range(3))


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--changed", default="xen/arch/x86/mm/", help="where a line of each file is changed in turn")
    args = parser.parse_args()
    whole = scope.of_folder(args.tree)
    load = os.getloadavg()[0]
    for name, figures in ratios(whole, args.tree, args.changed, args.rounds).items():
        print(f"{name:<54} {statistics.median(figures):5.2f}   ({min(figures):.2f} to {max(figures):.2f})")
    print(f"load {load:.1f} on {os.cpu_count()} CPUs: wall figures mean something only where the load is our own")
    peers(whole, args.tree)


if __name__ == "__main__":
    main()
