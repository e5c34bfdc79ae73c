"""Cues of a pattern: every text that it matches holds one, so that looking for them first loses nothing."""

from __future__ import annotations

import importlib
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot import regex
from reviewbot.regex.cues import find_cues
from tests.regex.test_waiting import constants


def cues(pattern: str | bytes, flags: int = 0) -> tuple[str, ...]:
    return find_cues(importlib.import_module("re._parser").parse(pattern, flags))


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"\b(?:fold|join|merge)\b[^.;]{0,25}\b(?:two|both)\b", {"fold", "join", "merge"}),
        (r"(?:an? )?Foo", {"foo"}),  # what may be left out is not asked for
        (r"colou?r", {"color", "colour"}),
        (r"s-?o-?b", {"sob", "s-ob", "so-b", "s-o-b"}),
        (r"[ab]cd", {"acd", "bcd"}),
        (r"(?:re)+view", {"view"}),
        (r"(?=look)ahead", {"ahead"}),
        (r"fold|folded|x+y", set()),  # one branch without a word of its own
        (r"\w+ \d*", set()),
        (r"a", set()),  # a single letter is no cue
        (r"K\u212a", set()),  # a letter beyond ASCII that is another one's other case
    ],
)
def test_the_words_that_a_match_must_hold(pattern: str, found: set[str]) -> None:
    assert set(cues(pattern, re.I)) == found


def test_many_words_are_told_by_their_beginnings() -> None:
    words = [f"{a}{b}ngest" for a in "bcdfghlmn" for b in "aeiou"]
    assert set(cues("|".join(words))) == {word[:4] for word in words}


def test_more_than_can_be_looked_for_are_none() -> None:
    assert cues("|".join(f"{a}{b}x{c}" for a in "abcdef" for b in "uvwxyz" for c in "klmn")) == ()


CONSTANTS = sorted(constants(), key=lambda entry: entry[0])


def texts(pattern: str | bytes, flags: int) -> st.SearchStrategy[str]:
    """ASCII texts, where cues are asked for, that hold a match; any texts for a pattern that ASCII cannot match."""
    as_text = pattern.decode() if isinstance(pattern, bytes) else pattern
    known = re.compile(as_text, flags | (re.ASCII if isinstance(pattern, bytes) else 0))
    return st.from_regex(known, alphabet=None if not as_text.isascii() else st.characters(max_codepoint=127))


@settings(max_examples=400, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_no_pattern_of_the_package_loses_a_match(data: st.DataObject) -> None:
    _, waiting = data.draw(st.sampled_from(CONSTANTS))
    known = re.compile(waiting.pattern, waiting._flags)
    drawn = data.draw(texts(waiting.pattern, waiting._flags))
    text = drawn.encode() if isinstance(waiting.pattern, bytes) else drawn
    ours = regex.compile(waiting.pattern, waiting._flags)
    found, expected = ours.search(text), known.search(text)
    assert (found and found.span()) == (expected and expected.span())
    assert [m.span() for m in ours.finditer(text)] == [m.span() for m in known.finditer(text)]
    assert ours.findall(text) == known.findall(text)


@given(st.sampled_from(CONSTANTS), st.text(max_size=60))
def test_nor_finds_one_in_any_text(entry: tuple[str, regex.Waiting], text: str) -> None:
    waiting = entry[1]
    if isinstance(waiting.pattern, bytes):
        return
    known = re.compile(waiting.pattern, waiting._flags).search(text)
    ours = regex.compile(waiting.pattern, waiting._flags).search(text)
    assert (ours and ours.span()) == (known and known.span())


@pytest.mark.parametrize("text", ["s-o-b \u212a", "long \u017ftanding \u0130ssue", "na\u00efve FOO"])
def test_beyond_ascii_the_pattern_itself_looks(text: str) -> None:
    for pattern in (r"k\b", r"standing|issue", r"\bfoo"):
        known = re.compile(pattern, re.I).search(text)
        ours = regex.compile(pattern, re.I).search(text)
        assert (ours and ours.span()) == (known and known.span())


def test_going_through_a_text_looks_at_it_once() -> None:
    class Text(str):
        looked_through = 0

        def lower(self) -> str:
            Text.looked_through += 1
            return super().lower()

    pattern, text, at = regex.compile("long"), Text("long " * 50), 0
    while (match := pattern.search(text, at)) is not None:
        at = match.end()
    assert at == len(text) - 1
    assert Text.looked_through <= 1
