"""The trailer block at the end of a message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.series.trailers import parse

SOB = "Signed-off-by: Ada Author <ada@example.org>"
RB = "Reviewed-by: Roger Pau Monné <roger@example.org> # x86"


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (f"Because.\n\n{SOB}\n{RB}", [SOB, RB]),
        (SOB, [SOB]),
        ("Because.", []),
        ("Note: this is prose, though it has a colon\nand goes on.", []),
        (f'Because.\n\nFixes: 0123456789ab ("x")\n\n{SOB}', ['Fixes: 0123456789ab ("x")', SOB]),
        (f"Because.\n\n{SOB}\n[jb: fix typo]\n{RB}", [SOB, "[jb: fix typo]", RB]),
        (f"Because.\n\n{SOB}\n(cherry picked from commit 0123456789)", [SOB]),
        (f"Because.\n\n{SOB}\nsome stray line\n{RB}", [SOB, RB]),
        (f"Because.\n\n{SOB}\n\n[1] https://example.org/x\n[2]: https://example.org/y", [SOB]),
        (f"Because.\n{SOB}\n\nAnd then some prose at the end.", []),
        ("Because.\n\nhttps://example.org/x", []),
        ("", []),
    ],
)
def test_blocks(body: str, lines: list[str]) -> None:
    assert [trailer.line for trailer in parse(body)] == lines


def test_name_and_value() -> None:
    trailer, note = parse(f"{RB}\n[jb: error -> __error__]")
    assert (trailer.name, trailer.value) == ("Reviewed-by", "Roger Pau Monné <roger@example.org> # x86")
    assert (note.name, note.value) == ("", "[jb: error -> __error__]")


def test_folded_values_are_joined() -> None:
    (trailer,) = parse("Reviewed-by: A very long name\n  <long@example.org>")
    assert trailer.value == "A very long name <long@example.org>"
    assert trailer.line == "Reviewed-by: A very long name\n  <long@example.org>"


@given(st.text(st.sampled_from("ab-: \n[]"), max_size=80))
def test_any_text_is_read(body: str) -> None:
    for trailer in parse(body):
        assert trailer.line.partition("\n")[0] in body
