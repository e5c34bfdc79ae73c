"""Write every thread anew: `python -m tests.fixture_threads`, in the root of the checkout."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.fixture_threads import THREADS, Workshop

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"


def main() -> None:
    """Make each thread in a repository of its own, and put it where the tests and the demo look."""
    for name, build in THREADS.items():
        with tempfile.TemporaryDirectory() as folder:
            content = build(Workshop(Path(folder) / "tree", FIXTURES / "trees" / "mini-xen"))
        (FIXTURES / "threads" / name).write_bytes(content)


if __name__ == "__main__":
    main()
