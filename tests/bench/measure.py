"""CPU seconds of whole processes, run in turn so that a drifting machine hits all of them alike."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Timed:
    """One command's CPU seconds (user + system, children included), a figure a run."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)


def cpu_seconds(argv: Sequence[str], accepted: Sequence[int] = (0,)) -> float:
    """Run a command to its end and return the CPU it took; any exit code not in `accepted` raises."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, capture_output=True, check=False, env={**os.environ, "NO_COLOR": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in accepted:
        raise SystemExit(f"{' '.join(argv)}: exit {done.returncode}: {done.stderr.decode(errors='replace')}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def in_turn(commands: Mapping[str, Sequence[str]], runs: int) -> dict[str, Timed]:
    """Each command once as a warm-up, then `runs` rounds of all of them."""
    for argv in commands.values():
        cpu_seconds(argv, (0, 1))
    rounds = [{name: cpu_seconds(argv, (0, 1)) for name, argv in commands.items()} for _ in range(runs)]
    return {name: Timed(tuple(one[name] for one in rounds)) for name in commands}


def ratio_row(timed: Mapping[str, Timed], name: str, floor: str) -> str:
    """One line: a command against its floor, as the median of the ratios round by round."""
    pairs = zip(timed[name].seconds, timed[floor].seconds, strict=True)
    ratio = statistics.median(a / b for a, b in pairs)
    return f"{name:<42} {timed[name].median:7.3f} s   {ratio:6.2f} x  {floor} ({timed[floor].median:.3f} s)"
