"""What a command costs beside its floor or its peer, as ratios of CPU time in one run.

    python -m tests.bench.startup [--thread MBOX]… [--b4 PROGRAM] [--xen REPO] [--rev REV] [--runs N]

Without `--thread` and `--xen` the shipped fixtures serve. A thread is shown beside `b4 am -m` (PyPI b4) on the same mbox,
without its network and, as its user would call it, with it (no network need be there; b4 goes on without).
reviewbot's modules are compiled first, as an installation from a package has them, b4's were by pip.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import reviewbot
from reviewbot.resources import fixtures_dir
from tests.bench.measure import Timed, in_turn, ratio_row

_RAW_PARSE = (
    "import sys, tree_sitter, tree_sitter_c;"
    "p = tree_sitter.Parser(tree_sitter.Language(tree_sitter_c.language()));"
    "p.parse(open(sys.argv[1], 'rb').read())"
)


def domctl(folder: Path, xen: str | None, rev: str) -> Path:
    """Lay the tree's domctl dispatch out below `folder`; the path of xen/common/domctl.c in it."""
    if not xen:
        return fixtures_dir() / "trees" / "mini-xen" / "xen" / "common" / "domctl.c"
    archive = subprocess.run(["git", "-C", xen, "archive", rev, "xen"], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive, check=True)
    return folder / "xen" / "common" / "domctl.c"


def commands(threads: list[str], b4: str | None, path: Path, scratch: str) -> dict[str, list[str]]:
    """What is run, by the name that the table gives it."""
    script = Path(sys.executable).parent / "reviewbot"
    me = [str(script)] if script.is_file() else [sys.executable, "-m", "reviewbot"]
    found = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "reviewbot --help": [*me, "--help"],
        "reviewbot hook run (nothing staged)": [*me, "hook", "run"],
        "bare tree-sitter parse of domctl.c": [sys.executable, "-c", _RAW_PARSE, str(path)],
        "check xen/common/domctl.c": [*me, "check", str(path), "--tree", str(path.parents[2]), "--exit-zero"],
    }
    for thread in threads:
        name = Path(thread).name
        found[f"show {name}"] = [*me, "show", thread]
        if b4:
            away = ["am", "-m", thread, "-o", scratch, "--no-cache"]
            found[f"b4 am -m {name}"] = [b4, *away]
            found[f"b4 --offline-mode am -m {name}"] = [b4, "--offline-mode", *away]
    return found


def best_ratio(timed: dict[str, Timed], name: str, floor: str) -> str:
    """The ratio of the least that each took, which a busy machine distorts least."""
    return f"{'':<42} {min(timed[name].seconds) / min(timed[floor].seconds):16.2f} x  of the least of either"


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thread", action="append")
    parser.add_argument("--b4", default=shutil.which("b4"))
    parser.add_argument("--xen", default=os.environ.get("REVIEWBOT_XEN"))
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--runs", type=int, default=9)
    args = parser.parse_args()
    threads = args.thread or [str(fixtures_dir() / "threads" / "mini-domctl.mbox")]
    compileall.compile_dir(Path(reviewbot.__file__).parent, quiet=1)
    with tempfile.TemporaryDirectory() as scratch:
        path = domctl(Path(scratch), args.xen, args.rev)
        timed = in_turn(commands(threads, args.b4, path, scratch), args.runs)
    print(f"CPU seconds, median of {args.runs} rounds; {args.rev if args.xen else 'mini-xen'}")
    for name in ("reviewbot --help", "reviewbot hook run (nothing staged)"):
        print(ratio_row(timed, name, "python -c pass"))
    print(ratio_row(timed, "check xen/common/domctl.c", "bare tree-sitter parse of domctl.c"))
    for thread in threads:
        name = Path(thread).name
        print(ratio_row(timed, f"show {name}", "python -c pass"))
        for peer in (f"b4 am -m {name}", f"b4 --offline-mode am -m {name}") if args.b4 else ():
            print(ratio_row(timed, f"show {name}", peer))
            print(best_ratio(timed, f"show {name}", peer))
    if not args.b4:
        print("b4 is not on PATH and --b4 names none: no peer to measure against")


if __name__ == "__main__":
    main()
