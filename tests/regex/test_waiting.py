"""Patterns that wait: every one of the package compiles, and each behaves as the compiled one does."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import reviewbot
from reviewbot import regex


def constants() -> Iterator[tuple[str, regex.Waiting]]:
    """Every pattern that some module holds, alone or in a tuple of tuples, and where."""
    for module in pkgutil.walk_packages(reviewbot.__path__, "reviewbot."):
        if module.name.endswith("__main__"):
            continue
        waiting = [
            (f"{module.name}.{name}", value) for name, value in vars(importlib.import_module(module.name)).items()
        ]
        while waiting:
            name, value = waiting.pop()
            if isinstance(value, regex.Waiting):
                yield name, value
            elif isinstance(value, (tuple, list)):
                waiting.extend((name, inner) for inner in value)


def test_every_pattern_of_the_package_compiles() -> None:
    found = list(constants())
    assert len(found) > 250
    for name, waiting in found:
        try:
            re.compile(waiting.pattern, waiting._flags)
        except re.error as problem:
            pytest.fail(f"{name}: {problem}")


PATTERNS = st.sampled_from([r"a+b?", r"(?P<x>a|b)+", r"\bc\b", r"", r"[^a]", r"^a|c$"])
TEXTS = st.text(alphabet="abc ", max_size=12)


@given(PATTERNS, TEXTS, st.sampled_from([0, re.IGNORECASE, re.MULTILINE | re.DOTALL]))
def test_it_finds_what_re_finds(pattern: str, text: str, flags: int) -> None:
    known = re.compile(pattern, flags)
    for method in ("search", "match", "fullmatch"):
        ours, theirs = (getattr(p, method)(text) for p in (regex.compile(pattern, flags), known))
        assert (ours and (ours.span(), ours.groupdict())) == (theirs and (theirs.span(), theirs.groupdict()))
    assert regex.compile(pattern, flags).findall(text) == known.findall(text)
    assert regex.compile(pattern, flags).split(text) == known.split(text)
    assert regex.compile(pattern, flags).sub("-", text) == known.sub("-", text)
    assert [m.span() for m in regex.compile(pattern, flags).finditer(text)] == [m.span() for m in known.finditer(text)]


def test_a_mistake_shows_at_the_first_use_and_not_before() -> None:
    broken = regex.compile("(")
    with pytest.raises(regex.error):
        broken.search("x")


def test_it_compiles_once_and_knows_its_text_before() -> None:
    waiting = regex.compile(rb"x(\d)", re.IGNORECASE)
    assert waiting.pattern == rb"x(\d)"
    assert waiting.search(b"aX1") is not None
    assert waiting.search is waiting.search  # the compiled pattern's own method now
    assert waiting.groups == 1


def test_it_goes_to_another_process() -> None:
    sent = pickle.loads(pickle.dumps(regex.compile("a(b)", re.IGNORECASE)))
    assert sent.search("xAB").group(1) == "B"
