"""Patterns of paths as rules give them: `xen/arch/*/domctl.c`; a `*` stands for anything, slashes too."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase


class PathPatterns:
    """Some patterns of paths. Most are a path, or have one `*`: these are told without a regular expression."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self._paths: set[str] = set()
        self._ends: list[tuple[str, str]] = []
        self._others: list[str] = []
        for pattern in dict.fromkeys(patterns):
            first, star, last = pattern.partition("*")
            if any(sign in first + last for sign in "*?["):
                self._others.append(pattern)
            elif star:
                self._ends.append((first, last))
            else:
                self._paths.add(pattern)

    def match(self, path: str) -> bool:
        """Whether a path is one of those that the patterns stand for."""
        return (
            path in self._paths
            or any(
                path.startswith(first) and path.endswith(last) and len(path) >= len(first) + len(last)
                for first, last in self._ends
            )
            or any(fnmatchcase(path, pattern) for pattern in self._others)
        )
