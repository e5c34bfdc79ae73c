"""The transcripts in README.md: found, run again, compared, or written anew.

    python -m tests.transcripts [--xen REPO] [--thread MBOX]     # writes the output of today into README.md

A transcript is a fenced block marked `console`; `$ reviewbot …` is run, what follows up to the next `$` is its output.
Blocks run in a folder that holds `mini-xen`, a repository of the miniature tree, and the threads that come with
reviewbot. A block that names `~/xen` needs the real Xen, and `domctl-lock.mbox` the real thread.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewbot import demo
from reviewbot.resources import fixtures_dir
from tests.conftest import ROOT

README = ROOT / "README.md"
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
# What differs from run to run: wall seconds, and ids of commits made in a repository of one's own.
_SECONDS = re.compile(r"\b\d+\.\d s$", re.MULTILINE)
XEN = "~/xen"


def blocks(text: str) -> list[str]:
    """Every transcript of a Markdown text."""
    return [match[1] for match in _BLOCK.finditer(text)]


def commands(block: str) -> list[str]:
    """The command lines of a transcript."""
    return [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")]


def run(command: str, folder: Path, xen: Path | None) -> str:
    """One command's stdout and stderr, as a person sees them on one screen."""
    words = [str(xen) if word == XEN else word for word in shlex.split(command)]
    assert words[0] == "reviewbot", command
    done = subprocess.run(
        [sys.executable, "-m", "reviewbot", *words[1:]],
        cwd=folder, env=demo.environ_of(os.environ), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    return done.stdout.decode().replace(str(xen), XEN) if xen else done.stdout.decode()


def replayed(block: str, folder: Path, xen: Path | None = None) -> str:
    """The transcript with today's outputs; a cut marked by a line `[…]` stays one, where the rest still fits."""
    shown = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    out = ""
    for part in shown:
        command, _, old = part.partition("\n")
        new = run(command, folder, xen)
        if "[…]\n" in old:
            head, _, tail = old.partition("[…]\n")
            if new.startswith(head) and new.endswith(tail):
                new = old
        if old.endswith("\n\n") or part is not shown[-1]:
            new = new.rstrip("\n") + "\n\n" if new else "\n"
        out += f"$ {command}\n{new}"
    return out


def settled(text: str) -> str:
    """A transcript without what differs from run to run."""
    return _SECONDS.sub("… s", text)


@contextmanager
def workshop() -> Iterator[Path]:
    """The folder that the transcripts run in."""
    with demo.prepared() as ready:
        for thread in (fixtures_dir() / "threads").glob("*.mbox"):
            shutil.copyfile(thread, ready.folder / thread.name)
        yield ready.folder


def rewrite(text: str, render: Callable[[str], str]) -> str:
    """The Markdown text with each transcript rendered anew."""
    return _BLOCK.sub(lambda match: f"```console\n{render(match[1])}```", text)


def main() -> None:
    """Write today's outputs into README.md; transcripts of the real Xen only where it is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--xen", type=Path, default=os.environ.get("REVIEWBOT_XEN"))
    parser.add_argument("--thread", type=Path, help="the real domctl-lock.mbox")
    args = parser.parse_args()
    with workshop() as folder:
        if args.thread:
            shutil.copyfile(args.thread, folder / "domctl-lock.mbox")

        def render(block: str) -> str:
            real = XEN in block or "domctl-lock.mbox" in block
            if real and not (args.xen and args.thread):
                return block
            return replayed(block, folder, Path(args.xen) if real else None)

        README.write_text(rewrite(README.read_text(), render))


if __name__ == "__main__":
    main()
