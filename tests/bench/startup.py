"""What a command costs beside its floor, as ratios of CPU time in one run.

    python -m tests.bench.startup [--thread MBOX] [--xen REPO] [--rev REV] [--runs N]

Without `--thread` and `--xen` the shipped fixtures serve.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from reviewbot.resources import fixtures_dir
from tests.bench.measure import in_turn, ratio_row

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


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thread", default=str(fixtures_dir() / "threads" / "mini-domctl.mbox"))
    parser.add_argument("--xen", default=os.environ.get("REVIEWBOT_XEN"))
    parser.add_argument("--rev", default="HEAD")
    parser.add_argument("--runs", type=int, default=9)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = domctl(Path(scratch), args.xen, args.rev)
        tree = path.parents[2]
        me = [sys.executable, "-m", "reviewbot"]
        timed = in_turn(
            {
                "python -c pass": [sys.executable, "-c", "pass"],
                "show THREAD": [*me, "show", args.thread],
                "bare tree-sitter parse of domctl.c": [sys.executable, "-c", _RAW_PARSE, str(path)],
                "check xen/common/domctl.c": [*me, "check", str(path), "--tree", str(tree), "--exit-zero"],
            },
            args.runs,
        )
    print(f"CPU seconds, median of {args.runs} rounds; {args.thread}; {args.rev if args.xen else 'mini-xen'}")
    print(ratio_row(timed, "show THREAD", "python -c pass"))
    print(ratio_row(timed, "check xen/common/domctl.c", "bare tree-sitter parse of domctl.c"))


if __name__ == "__main__":
    main()
