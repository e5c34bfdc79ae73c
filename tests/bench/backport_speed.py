"""CPU and wall time of a clean pick with all checks against `git cherry-pick -n` and `git reset` on the same pairs.

    python -m tests.bench.backport_speed --xen PATH --data backports-dev.jsonl [--picks 30] [--seed N]

Only pairs that git picks cleanly. cherry-pick works in a clone of its own, checked out at the pair's parent before the
clock runs. All picks run in one process, as a series of them would; children's time is counted, and a user's build
command has no part in it. The sums show what a series costs: reading a branch's history is paid once for each branch.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reviewbot.backport.attempt import ends_of
from reviewbot.backport.candidates import Source
from reviewbot.backport.lineage import Lineage, Taken
from reviewbot.backport.moved import Moves
from reviewbot.backport.pick import Picker, Rules
from reviewbot.backport.run import project_rules
from reviewbot.git import Plumbing
from tests.bench.backports import Past

IDENTITY = {f"GIT_{who}_{what}": "x@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """CPU (children included) and wall seconds of a call."""

    def cpu() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(u.ru_utime + u.ru_stime for u in used)

    before, began = cpu(), time.perf_counter()
    work()
    return cpu() - before, time.perf_counter() - began


def main() -> int:
    """Measure and print; always 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xen", type=Path, default=os.environ.get("REVIEWBOT_XEN"))
    parser.add_argument("--data", type=Path, default=os.environ.get("REVIEWBOT_BACKPORTS"))
    parser.add_argument("--picks", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if not options.xen or not options.data:
        parser.error("--xen and --data are needed")
    rows = [json.loads(line) for line in options.data.read_text("utf-8").splitlines() if line.strip()]
    random.Random(options.seed).shuffle(rows)
    git = Plumbing.here(options.xen)
    past = Past(git, "master")
    loaded: list[Rules] = []
    loading = spent(lambda: loaded.append(project_rules()))
    reading = [0.0, 0.0]
    ours: list[tuple[float, float]] = []
    theirs: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder, git.quarantine() as store:
        clone = Path(folder, "clone")

        def run(*argv: str) -> None:
            subprocess.run(
                ["git", "-C", str(clone), *argv], check=True, capture_output=True, env={**os.environ, **IDENTITY}
            )

        subprocess.run(["git", "clone", "-q", "--shared", "--no-checkout", str(options.xen), str(clone)], check=True)
        picker = Picker(store, Moves(store), loaded[0])
        for row in rows:
            if len(ours) == options.picks:
                break
            seen: list[tuple[Taken, Lineage]] = []
            cost = spent(lambda r=row, s=seen: s.append(past.at(r)))
            reading = [a + b for a, b in zip(reading, cost, strict=True)]
            real, lineage = seen[0]
            commit = git.commits([row["master"]])[row["master"]]
            tree = git.commits(real.commit.parents)[real.commit.parents[0]].tree
            if not store.merge(tree, *ends_of(store, commit)).clean:
                continue
            run("checkout", "-q", "-f", real.commit.parents[0])
            theirs.append(spent(lambda oid=commit.id: (run("cherry-pick", "-n", oid), run("reset", "-q", "--hard"))))
            ours.append(spent(lambda c=commit, lin=lineage, t=tree: picker.choose(Source((c,)), lin, t)))
    for name, figures in (("pick with all checks", ours), ("cherry-pick -n, reset", theirs)):
        cpu, wall = zip(*figures, strict=True)
        print(f"{name:<24} CPU median {statistics.median(cpu):.3f} mean {statistics.mean(cpu):.3f}   "
              f"wall median {statistics.median(wall):.3f} mean {statistics.mean(wall):.3f}")  # fmt: skip
    for name, (cpu, wall) in (
        ("loading the rules, once", loading),
        ("reading branches, each once", (reading[0], reading[1])),
        (f"{len(ours)} picks", (sum(a for a, _ in ours), sum(a for _, a in ours))),
        (f"{len(theirs)} cherry-picks, resets", (sum(b for b, _ in theirs), sum(b for _, b in theirs))),
    ):
        print(f"{name:<28} CPU {cpu:7.2f}   wall {wall:7.2f}")
    print(f"CPU a pick, all counted: {(loading[0] + reading[0] + sum(a for a, _ in ours)) / len(ours):.3f}")
    ratio = statistics.median(a[0] / b[0] for a, b in zip(ours, theirs, strict=True))
    print(f"{len(ours)} pairs; median of the CPU ratios {ratio:.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
