"""What reaches a terminal: nothing that moves its cursor, hides text or reads other than it is."""

from __future__ import annotations

import io
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.report.terminal import Page, clip, columns, one_line, visible


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_escape_sequences_bidi_and_stray_bytes_are_spelled_out() -> None:
    assert visible("\x1b[31mred") == "<U+001B>[31mred"
    assert visible("if ( a\u202e )") == "if ( a<U+202E> )"
    assert visible("caf\udce9") == "caf<e9>"
    assert one_line("a\n\tb") == "a b"


@given(st.text(alphabet=st.characters()))
def test_no_control_or_format_character_survives(text: str) -> None:
    shown = visible(text).replace("\n", "")
    assert not [c for c in shown if unicodedata.category(c) in {"Cc", "Cs"}]
    assert not set(shown) & set("\u200b\u200e\u200f\u202a\u202e\u2066\u2069\ufeff")


@given(st.text(alphabet="ab漢é ", max_size=40), st.integers(1, 30))
def test_clip_fits_and_keeps_what_fits_already(text: str, width: int) -> None:
    cut = clip(text, width)
    assert columns(cut) <= width
    assert cut == text or cut.endswith("…")
    if columns(text) <= width:
        assert cut == text


def test_colour_only_on_a_terminal_that_wants_it() -> None:
    assert Page(Terminal(), {}).style("x", "red") == "\x1b[31mx\x1b[0m"
    assert Page(Terminal(), {"NO_COLOR": "1"}).style("x", "red") == "x"
    assert Page(Terminal(), {"TERM": "dumb"}).style("x", "red") == "x"
    assert Page(io.StringIO(), {}).style("x", "red") == "x"


def test_table_columns_line_up_with_wide_characters() -> None:
    out = io.StringIO()
    Page(out, {}).table(("a", "b"), [("漢字", "1"), ("x", "2")])
    assert out.getvalue() == "a     b\n漢字  1\nx     2\n"
