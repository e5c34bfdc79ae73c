"""Searching trees for words, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewbot.git.plumbing import Plumbing


def text_around(git: Plumbing, tree: str, phrases: Iterable[str], paths: Sequence[str] = (), after: int = 4) -> bytes:
    """The lines of a tree (full id) that hold one of the phrases, and some `after` each."""
    wanted = sorted(set(phrases))
    if not wanted:
        return b""
    argv = [part for phrase in wanted for part in ("-e", phrase)]
    return git.run("grep", "-I", "-h", "-w", "-F", "-A", str(after), *argv, tree, "--", *paths, ok=(0, 1))


def places_of(git: Plumbing, tree: str, word: str, paths: Sequence[str] = (), limit: int = 5) -> list[tuple[str, int]]:
    """The first places (path, line) where a word stands in a tree (full id)."""
    out = git.run("grep", "-I", "-n", "-z", "-w", "-F", "-m", "1", "-e", word, tree, "--", *paths, ok=(0, 1))
    found = []
    for row in out.decode("utf-8", "surrogateescape").split("\n"):
        name, _, rest = row.partition("\0")
        number = rest.partition("\0")[0]
        if number.isdigit():
            found.append((name.removeprefix(f"{tree}:"), int(number)))
    return found[:limit]
