"""What the rules cost beside a raw tree-sitter parse of the same files, as ratios in one run.

    python -m tests.bench.analysis_speed --tree DIR [--rounds N] [--changed PATH]

CPU seconds of all rules over the hypervisor's C; wall seconds of two processes against one; CPU of checking a changed
line of one file against parsing that file.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import tree_sitter
import tree_sitter_c

from reviewbot import scope
from reviewbot.analysis import OverlayTree, check, load_rules
from reviewbot.analysis.delta import check_change
from reviewbot.csource import MacroTable
from reviewbot.resources import rules_dir


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


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--changed", default="xen/arch/x86/mm/paging.c")
    args = parser.parse_args()
    rules, macros = load_rules(rules_dir()), MacroTable.load()
    whole = scope.of_folder(args.tree)
    texts = [data for path in whole.paths if (data := whole.after.read(path)) is not None]
    raw = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language()))
    one = whole.after.read(args.changed) or b""
    lines = one.split(b"\n")
    middle = next(n for n in range(len(lines) // 2, len(lines)) if lines[n].endswith(b";"))
    changed = b"\n".join([*lines[:middle], lines[middle] + b" /* changed */", *lines[middle + 1 :]])
    after = OverlayTree(whole.after, {args.changed: changed})

    rows: dict[str, list[float]] = {"all rules / raw parse, CPU": [], "two processes / one, wall": []}
    rows["changed line / parsing its file, CPU"] = []
    for _ in range(args.rounds):
        floor = cpu(lambda: [raw.parse(text) for text in texts])
        rows["all rules / raw parse, CPU"].append(cpu(lambda: check(whole.paths, whole.after, rules, macros)) / floor)
        alone = wall(lambda: check(whole.paths, whole.after, rules, macros))
        both = wall(lambda: check(whole.paths, whole.after, rules, macros, jobs=2))
        rows["two processes / one, wall"].append(both / alone)
        parse = statistics.median(cpu(lambda: raw.parse(one)) for _ in range(9))
        delta = statistics.median(
            cpu(lambda: check_change(whole.after, after, [args.changed], rules, macros)) for _ in range(5)
        )
        rows["changed line / parsing its file, CPU"].append(delta / parse)
    print(f"{len(texts)} files, {sum(map(len, texts)) / 1e6:.1f} MB; {args.changed}; medians of {args.rounds} rounds")
    for name, ratios in rows.items():
        print(f"{name:<40} {statistics.median(ratios):5.2f}   ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
