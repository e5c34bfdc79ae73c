"""Real backports replayed: what would have come out, had it been asked for at the time.

    python -m tests.bench.backports --xen PATH --data backports-dev.jsonl [--sample N --seed S] [--branch B]… [-v]

The branch stands at the parent of the real backport; newer branches hold what had been committed by then; nothing later
is read. Each row's commits are asked for as the real message names them: several are folded, and of a chain (a commit
and its version on a newer branch) the version. The committer of the real backport is told, for he decides the style.

"identical" is the tree of the real commit. "equal" differs from it in blanks and comments of C only. One table has the
tree by status; stock is `git merge-tree` of the one upstream commit on the same pair, in the same run.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reviewbot.backport.attempt import ends_of
from reviewbot.backport.candidates import Source, unchained
from reviewbot.backport.lineage import Line, Lineage, Taken, newer_names, older_names, read_line
from reviewbot.backport.message import Scribe
from reviewbot.backport.moved import Moves
from reviewbot.backport.pick import Chosen, Picker
from reviewbot.git import Plumbing

COMMENT = re.compile(rb"/\*(?:[^*]|\*(?!/))*+\*/|//[^\n]*+")


@dataclass(frozen=True)
class Replayed:
    """One row: how its tree and message compare with the real ones."""

    row: Mapping[str, Any]
    status: str
    tree: str
    stock: str
    message: bool
    how: str
    seconds: float


class Past:
    """The branches as they stood when a backport was committed."""

    def __init__(self, git: Plumbing, mainline: str) -> None:
        names = [name for name in git.run("for-each-ref", "--format=%(refname:short)", "refs/heads/").decode().split()
                 if name.startswith("stable-")]  # fmt: skip
        self._git, self._mainline, self._names = git, git.resolve(mainline), names
        self._lines: dict[str, Line] = {}
        self._since: dict[str, str | None] = {}

    def line(self, name: str) -> Line:
        """A branch as it stands today."""
        if name not in self._lines:
            tip = self._git.resolve(f"refs/heads/{name}")
            self._lines[name] = read_line(self._git, name, tip, self._mainline)
            self._since[name] = self._git.merge_base(tip, self._mainline)
        return self._lines[name]

    def at(self, row: Mapping[str, Any]) -> tuple[Taken, Lineage]:
        """The real backport, and the branches just before it."""
        line = self.line(row["branch"])
        place = next(n for n, taken in enumerate(line.commits) if taken.commit.id == row["stable"])
        real = line.commits[place]
        when = _when(real)
        newer, older = (
            [self.line(name).upto(_until(self.line(name), when)) for name in names]
            for names in (newer_names(line.name, self._names), older_names(line.name, self._names)[:2])
        )
        return real, Lineage(
            line.upto(place), tuple(n for n in newer if n.length), self._since[line.name], tuple(older)
        )  # fmt: skip


def _when(taken: Taken) -> int:
    return int(taken.commit.committer_date.split()[0])


def _until(line: Line, when: int) -> int:
    return next((n for n, taken in enumerate(line.commits) if _when(taken) > when), len(line.commits))


def replay(rows: Sequence[Mapping[str, Any]], git: Plumbing, past: Past, rules: Any) -> Iterator[Replayed]:
    """Replay the rows, one after the other, in one process."""
    scribe, moves = Scribe(git), Moves(git)
    for start in range(0, len(rows), 100):
        with git.quarantine() as store:  # emptied now and then: thousands of loose objects are slow to look through
            picker = Picker(store, moves, rules)
            for row in rows[start : start + 100]:
                real, lineage = past.at(row)
                began = time.perf_counter()
                source = _source(git, row)
                ours = git.commits(real.commit.parents)[real.commit.parents[0]].tree
                chosen = picker.choose(source, lineage, ours)
                who = f"{real.commit.committer} <{real.commit.committer_email}>"
                text = scribe.write(source, lineage, who)[0]
                seconds = time.perf_counter() - began
                master = git.commits([row["master"]])[row["master"]]
                stock = store.merge(ours, *ends_of(store, master))
                tree = chosen.attempt.tree if chosen.attempt else None
                yield Replayed(
                    row, status_of(chosen, ours), _verdict(store, tree, real.commit.tree),
                    _verdict(store, stock.tree if stock.clean else None, real.commit.tree),
                    text.rstrip("\n") == real.commit.message.rstrip("\n"), how(chosen), seconds,
                )  # fmt: skip


def status_of(chosen: Chosen, ours: str) -> str:
    """The status that a pick would have."""
    from reviewbot.backport.work import status

    return status(chosen, ours)


def how(chosen: Chosen) -> str:
    """Whose version it is, and what was done to it."""
    if chosen.attempt is None:
        return ""
    via = "upstream" if chosen.attempt.candidate.via.startswith("upstream") else "newer"
    extra = [*chosen.attempt.assumed, *(["dropped files"] if chosen.attempt.dropped else []),
             *(["moved files"] if chosen.attempt.moved else [])]  # fmt: skip
    return ": ".join([via, *([" + ".join(extra)] if extra else [])])


def _source(git: Plumbing, row: Mapping[str, Any]) -> Source:
    commits = git.commits(row["masters"])
    return unchained(Source(tuple(commits[oid] for oid in row["masters"] if oid in commits)))


def _verdict(git: Plumbing, tree: str | None, real: str) -> str:
    if tree is None:
        return "none"
    if tree == real:
        return "identical"
    for change in git.changes(tree, real):
        sides = [git.blob(entry.id) if entry else None for entry in (change.old, change.new)]
        if not change.path.endswith((".c", ".h")) or None in sides:
            return "different"
        if len({b"".join(COMMENT.sub(b"", side or b"").split()) for side in sides}) > 1:
            return "different"
    return "equal"


def table(done: Sequence[Replayed]) -> Iterator[str]:
    """The figures, line by line."""
    n = len(done)
    yield f"{n} backports"
    yield f"{'':<12}{'identical':>12}{'equal':>12}{'different':>12}{'none':>12}"
    for name, cells in (
        ("stock", Counter(r.stock for r in done)),
        ("all", Counter(r.tree for r in done)),
        *((status, Counter(r.tree for r in done if r.status == status)) for status in sorted({r.status for r in done})),
    ):
        shown = "".join(
            f"{cells[v]:>5} {100 * cells[v] / n:5.2f}%" for v in ("identical", "equal", "different", "none")
        )
        yield f"{name:<12}{shown}"
    clean = Counter(r.tree for r in done if r.status == "clean")
    proposed = Counter(r.tree for r in done if r.status == "proposed")
    good = sum(r.tree in ("identical", "equal") for r in done)
    yield f"identical or equal, any status: {100 * good / n:.2f} %"
    yield f"clean but different: {100 * clean['different'] / n:.2f} % (with equal ones: {100 * (clean['different'] + clean['equal']) / n:.2f} %)"
    if proposed:
        yield f"of {proposed.total()} proposed identical: {100 * proposed['identical'] / proposed.total():.1f} %"
    yield f"messages byte for byte: {100 * sum(r.message for r in done) / n:.2f} %"
    spent = sorted(r.seconds for r in done)
    yield f"seconds a pick: median {spent[n // 2]:.3f}, mean {sum(spent) / n:.3f}"


def main() -> int:
    """Measure and print; always 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xen", type=Path, default=os.environ.get("REVIEWBOT_XEN"))
    parser.add_argument("--data", type=Path, default=os.environ.get("REVIEWBOT_BACKPORTS"))
    parser.add_argument("--mainline", default="master")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--branch", action="append")
    parser.add_argument("--no-rules", action="store_true", help="leave the project's rules out")
    parser.add_argument("-v", "--verbose", action="store_true", help="show each row that is not identical")
    options = parser.parse_args()
    if not options.xen or not options.data:
        parser.error("--xen and --data are needed")
    rows = [json.loads(line) for line in options.data.read_text("utf-8").splitlines() if line.strip()]
    rows = [row for row in rows if not options.branch or row["branch"] in options.branch]
    if options.sample:
        rows = random.Random(options.seed).sample(rows, min(options.sample, len(rows)))
    git = Plumbing.here(options.xen)
    rules = None
    if not options.no_rules:
        from reviewbot.backport.run import project_rules

        rules = project_rules()
    done: list[Replayed] = []
    for one in replay(rows, git, Past(git, options.mainline), rules):
        done.append(one)
        if options.verbose and (one.tree != "identical" or not one.message):
            print(
                one.row["branch"],
                one.row["stable"][:12],
                one.status,
                one.tree,
                one.how,
                "" if one.message else "MESSAGE",
                flush=True,
            )
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{len(done)}/{len(rows)}")
    ways: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in done:
        ways[f"{one.status}: {one.how}"][one.tree] += 1
    print("\n".join(table(done)))
    for way in sorted(ways):
        print(f"  {way:<100} {dict(ways[way])}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
