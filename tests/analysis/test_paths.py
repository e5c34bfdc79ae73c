"""Patterns of paths: the same answer as fnmatch gives, whatever the pattern."""

from __future__ import annotations

from fnmatch import fnmatchcase

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.analysis.paths import PathPatterns

PATH = st.text("ab/.", max_size=8)
PATTERN = st.text("ab/.*?[]", max_size=8)


@given(PATH, st.lists(PATTERN, max_size=4))
def test_like_fnmatch(path: str, patterns: list[str]) -> None:
    assert PathPatterns(patterns).match(path) == any(fnmatchcase(path, pattern) for pattern in patterns)


def test_a_star_crosses_folders() -> None:
    patterns = PathPatterns(["xen/arch/*/domctl.c", "xen/common/domctl.c"])
    assert [path for path in ("xen/arch/x86/hvm/domctl.c", "xen/arch/domctl.c", "xen/common/domctl.c") if patterns.match(path)] == [
        "xen/arch/x86/hvm/domctl.c",
        "xen/common/domctl.c",
    ]  # fmt: skip
