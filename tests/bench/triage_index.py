"""What the index of a list archive costs beside its floor, as ratios of CPU time in one run.

    python -m tests.bench.triage_index ARCHIVE [--thread MBOX] [--b4 PROGRAM] [--runs N] [--limit N]

ARCHIVE is a public-inbox git directory. Floor: `git cat-file --batch` of the same mails, and their headers parsed by the
standard library. With a thread and b4 (PyPI), one thread is measured against `b4 am -m` on the same mbox.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_HEADERS = """
import sys
from email.parser import BytesHeaderParser
parser, mails, pipe = BytesHeaderParser(), 0, sys.stdin.buffer
while head := pipe.readline().split():
    if len(head) == 3:
        parser.parsebytes(pipe.read(int(head[2]) + 1))
        mails += 1
print(mails)
"""
_TRIAGE = """
import resource, sys
from reviewbot.__main__ import main
code = main(["triage", *sys.argv[1:]])
sys.stdout.flush()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
sys.exit(code)
"""


def cpu(argv: Sequence[str], env: Mapping[str, str], stdin: bytes | None = None) -> tuple[float, int, str]:
    """CPU seconds with all children, the peak of the command itself in MB, and what it printed.

    The peak is taken by the command's own interpreter: that of a child (git maps whole packs) is not ours.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(argv, env={**os.environ, **env}, input=stdin, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(argv)}: exit {done.returncode}: {done.stderr.decode(errors='replace')}")
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    lines = done.stdout.decode(errors="replace").splitlines()
    peak = int(lines.pop()) // 1024 if lines and argv[1:2] == ["-c"] and lines[-1].isdigit() else 0
    return seconds, peak, "\n".join(lines)


def floor(archive: str) -> tuple[float, int]:
    """CPU of reading and parsing all mails, and how many there are."""
    git = ["git", "-C", archive]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    commits = subprocess.run([*git, "rev-list", "HEAD"], capture_output=True, check=True).stdout.split()
    asked = b"".join(commit + b":m\n" for commit in commits)
    with tempfile.TemporaryFile() as names:
        names.write(asked)
        names.seek(0)
        cat = subprocess.Popen([*git, "cat-file", "--batch"], stdin=names, stdout=subprocess.PIPE)
        parse = subprocess.run([sys.executable, "-c", _HEADERS], stdin=cat.stdout, capture_output=True, check=True)
        cat.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, int(parse.stdout)


def archive_rows(archive: str, limit: str | None, runs: int) -> None:
    """Print the cold index and the second run beside the floor, round by round in turn."""
    argv = [sys.executable, "-c", _TRIAGE, archive, *(["--limit", limit] if limit else [])]
    ratios, seconds, peaks = [], [], []
    mails = shown = 0
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as cache:
            bare, mails = floor(archive)
            cold, peak, said = cpu(argv, {"XDG_CACHE_HOME": cache})
            warm, _, again = cpu(argv, {"XDG_CACHE_HOME": cache})
        if said != again:
            raise SystemExit("the second run says something else than the first")
        shown = len(said.splitlines()) - 1
        ratios.append(cold / bare)
        seconds.append((bare, cold, warm))
        peaks.append(peak)
    bare, cold, warm = (statistics.median(column) for column in zip(*seconds, strict=True))
    print(f"{mails} mails, {shown} series shown, median of {runs} rounds")
    print(f"floor: cat-file --batch and header parse   {bare:7.2f} s")
    print(
        f"cold index                                 {cold:7.2f} s  {statistics.median(ratios):5.2f} x floor (at most 4)"
    )
    print(f"second run, nothing new                    {warm:7.2f} s  (at most 1)")
    print(f"peak memory, cold                          {max(peaks):7d} MB")


def thread_rows(thread: str, b4: str, runs: int) -> None:
    """Print one thread against `b4 am -m` on the same mbox."""
    ratios = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as scratch:
            home = {"HOME": scratch, "XDG_CACHE_HOME": scratch, "XDG_DATA_HOME": scratch, "XDG_CONFIG_HOME": scratch}
            ours = cpu([sys.executable, "-c", _TRIAGE, thread], home)[0]
            theirs = cpu([b4, "--offline-mode", "am", "-m", thread, "-o", scratch, "--no-cache"], home)[0]
        ratios.append(ours / theirs)
    print(
        f"one thread                                 {ours:7.2f} s  {statistics.median(ratios):5.2f} x b4 am -m (at most 0.5)"
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    parser.add_argument("--thread")
    parser.add_argument("--b4", default=shutil.which("b4"))
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit")
    args = parser.parse_args()
    archive_rows(str(Path(args.archive)), args.limit, args.runs)
    if args.thread and args.b4:
        thread_rows(args.thread, args.b4, args.runs)


if __name__ == "__main__":
    main()
