"""Recall of lock-balance on planted defects: one unlock that stands directly before a return (or the end) is deleted.

    python -m tests.bench.locks_mutation.py --tree PATH [--prefix xen/]

`--tree` is a checked-out tree of Xen (or $REVIEWBOT_XEN_TREE). Each site is tried alone; it counts as reported when the function has more
findings than it had before. Names of releases come from the rule's own families, so only what the rule watches is tried.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reviewbot.analysis import Context, MemoryTree, Rule, load_rule
from reviewbot.analysis.locks import run
from reviewbot.analysis.locks.table import LockTable
from reviewbot.csource import Function, MacroTable, NotAnalysed, SourceFile, parse
from reviewbot.resources import rules_dir

RULE = rules_dir() / "lock-balance"
_NAME = re.compile(r"[A-Za-z_]\w*(?=\s*\()")
_CALL = re.compile(rb"\s*([A-Za-z_]\w*)\s*\(")


@dataclass(frozen=True)
class Site:
    """An unlock to delete: offsets of its statement."""

    path: str
    function: str
    line: int
    start: int
    end: int
    name: str


def sites(source: SourceFile, releases: frozenset[str], table: LockTable) -> Iterator[Site]:
    """Every unlock statement of a file whose next statement is a return, or that ends its function.

    A function that takes no such lock itself is left out: with its unlock gone nothing in it speaks of a lock.
    """
    for function in source.functions:
        if function.readable:
            yield from (site for site in _sites(function, releases) if takes_too(function, site, table))


def takes_too(function: Function, site: Site, table: LockTable) -> bool:
    """Whether something before the unlock takes a lock that it could release."""
    resources = {op.family.resource for op in table.ops[site.name]}
    before = function.source.masked[function.body.start_byte : site.start].decode("latin-1")
    return any(
        op.takes and op.family.resource in resources
        for name in set(_NAME.findall(before))
        for op in table.ops.get(name, ())
    )


def _sites(function: Function, releases: frozenset[str]) -> Iterator[Site]:
    source = function.source
    stack = [function.body]
    while stack:
        node = stack.pop()
        children = [child for child in node.named_children if child.type != "comment"]
        stack.extend(children)
        for child, after in zip(children, [*children[1:], None], strict=False):
            if child.type != "expression_statement":
                continue
            if not (after is not None and after.type == "return_statement") and not (
                after is None and node == function.body
            ):
                continue
            match = _CALL.match(source.masked, child.start_byte)
            if match and match.group(1).decode() in releases:
                yield Site(
                    source.path, function.name, child.start_point.row + 1, child.start_byte, child.end_byte,
                    match.group(1).decode(),
                )  # fmt: skip


def count(rule: Rule, source: SourceFile, macros: MacroTable) -> Counter[str]:
    """Findings of a file by function; a function that could not be followed counts as none."""
    context = Context(MemoryTree({source.path: source.data}), macros)
    results = run(rule, source, context)
    return Counter(r.function or "" for r in results if not isinstance(r, NotAnalysed))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tree", type=Path, default=os.environ.get("REVIEWBOT_XEN_TREE"))
    parser.add_argument("--prefix", default="xen/")
    parser.add_argument("--sample", type=int, default=0, help="try this many sites, chosen with a fixed seed (0: all)")
    parser.add_argument("-v", "--verbose", action="store_true", help="list the sites that were missed")
    options = parser.parse_args()
    if options.tree is None:
        parser.error("give --tree, or set REVIEWBOT_XEN_TREE")
    rule, macros = load_rule(RULE), MacroTable.load()
    table = LockTable.of(rule)
    releases = frozenset(name for name, ops in table.ops.items() if not any(op.takes for op in ops))
    began = time.process_time()
    found: list[Site] = []
    for path in sorted((options.tree / options.prefix).rglob("*.c")):
        name = path.relative_to(options.tree).as_posix()
        if not name.startswith("xen/tools/"):
            found += sites(parse(path.read_bytes(), name, macros), releases, table)
    if options.sample:
        found = sorted(random.Random(1).sample(found, min(options.sample, len(found))), key=lambda s: (s.path, s.start))
    reported, missed, functions, seen = 0, [], set(), set()
    clean: dict[str, Counter[str]] = {}
    for site in found:
        data = (options.tree / site.path).read_bytes()
        if site.path not in clean:
            clean[site.path] = count(rule, parse(data, site.path, macros), macros)
        planted = data[: site.start] + b" " * (site.end - site.start - 1) + b";" + data[site.end :]
        more = count(rule, parse(planted, site.path, macros), macros)[site.function] > clean[site.path][site.function]
        reported += more
        functions.add((site.path, site.function))
        if more:
            seen.add((site.path, site.function))
        else:
            missed.append(site)
    if options.verbose:
        for site in missed:
            print(f"missed {site.path}:{site.line} {site.function} {site.name}")
    print(f"sites     {len(found):5} reported {reported} ({reported / max(1, len(found)):.1%})")
    print(f"functions {len(functions):5} with a site reported {len(seen)} ({len(seen) / max(1, len(functions)):.1%})")
    print(f"{time.process_time() - began:.1f} s CPU")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
