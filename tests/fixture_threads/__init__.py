"""How the threads under `fixtures/threads/` are made from the miniature tree.

Blob ids, hunk offsets and quotations follow from the tree, so that a change to the tree is followed by one call of
`python -m tests.fixture_threads`, and `tests/test_fixtures.py` notices when that was forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tests.fixture_threads import lock_leak, mini_domctl, missing_check, rerolled
from tests.fixture_threads.workshop import Workshop

THREADS: Mapping[str, Callable[[Workshop], bytes]] = MappingProxyType(
    {
        "mini-domctl.mbox": mini_domctl.build,
        "mini-v2.mbox": rerolled.build,
        "mini-missing-check.mbox": missing_check.build,
        "mini-lock-leak.mbox": lock_leak.build,
    }
)
"""What makes each thread; every one starts from a fresh workshop."""

__all__ = ["THREADS", "Workshop"]
