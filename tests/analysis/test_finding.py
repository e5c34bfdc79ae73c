"""Findings: their JSON, and a fingerprint that survives moved and reindented lines."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.analysis import TraceStep, fingerprint, make_finding
from reviewbot.analysis.finding import line_text

LINES = st.lists(st.text(alphabet="ab (){};=\t", max_size=12), min_size=1, max_size=12)


def test_json_has_exactly_the_keys_of_the_interface() -> None:
    finding = make_finding(
        "r",
        "error",
        "a.c",
        b"int f(void)\n{\n    g();\n}\n",
        3,
        "bad",
        function="f",
        trace=[TraceStep("a.c", 2, "here")],
    )
    assert finding.to_dict() == {
        "rule": "r",
        "severity": "error",
        "path": "a.c",
        "line": 3,
        "end_line": 3,
        "column": 5,
        "function": "f",
        "message": "bad",
        "trace": [{"path": "a.c", "line": 2, "note": "here"}],
        "fix": None,
        "fingerprint": finding.fingerprint,
    }
    assert len(finding.fingerprint) == 32


@given(LINES, LINES, st.integers(min_value=0))
def test_lines_added_above_leave_the_fingerprint(text: list[str], above: list[str], pick: int) -> None:
    line = pick % len(text) + 1
    before = "\n".join(text).encode()
    after = "\n".join(above + text).encode()
    one = make_finding("r", "error", "a.c", before, line, "m", function="f")
    two = make_finding("r", "error", "a.c", after, line + len(above), "m", function="f")
    assert one.fingerprint == two.fingerprint


def test_white_space_does_not_count_but_words_path_function_and_detail_do() -> None:
    base = fingerprint("r", "a.c", "f", "  if ( x )")
    assert fingerprint("r", "a.c", "f", "\tif  (  x )") == base
    others = {
        fingerprint("s", "a.c", "f", "if ( x )"),
        fingerprint("r", "b.c", "f", "if ( x )"),
        fingerprint("r", "a.c", "g", "if ( x )"),
        fingerprint("r", "a.c", None, "if ( x )"),
        fingerprint("r", "a.c", "f", "if ( y )"),
        fingerprint("r", "a.c", "f", "if ( x )", "lock"),
    }
    assert len(others | {base}) == 7


def test_a_line_that_is_not_there_is_empty_and_bad_bytes_are_kept_apart() -> None:
    assert line_text(b"a\nb", 2) == "b"
    assert line_text(b"a\nb\n", 3) == ""
    assert line_text(b"", 9) == ""
    assert line_text(b"x\r\ny", 1) == "x"
    assert fingerprint("r", "a.c", None, line_text(b"\xe9", 1)) != fingerprint("r", "a.c", None, line_text(b"\xe8", 1))
