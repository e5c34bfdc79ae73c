"""The macro tables: shipped, extended by a file, learnt from headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.csource import MacroTable, parse
from reviewbot.errors import InputError

TEXT = b'static int MY_SECTION f(MY_PTR(int, a) *p)\n{\n    each_thing ( a, b )\n        g(LOG_BAD LOG_MY "x");\n    give_up();\n}\n'


def test_a_file_extends_the_shipped_tables(tmp_path: Path) -> None:
    extra = tmp_path / "mine.toml"
    extra.write_text(
        'attributes = ["MY_SECTION"]\nattributes-with-arguments = ["MY_PTR"]\nloops = ["each_thing"]\n'
        'prefixes = ["LOG_BAD"]\nnoreturn = ["give_up"]\n[spellings]\nMY_INT = "int"\n'
    )
    table = MacroTable.load(extra)
    assert b"__init" in table.attributes
    assert not any(f.readable for f in parse(TEXT, "a.c", MacroTable.load()).functions)
    source = parse(TEXT.replace(b"MY_PTR(int, a) *p", b"MY_INT MY_PTR(x) p"), "a.c", table)
    assert [(f.name, f.readable) for f in source.functions] == [("f", True)]
    assert "give_up" in source.noreturn


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("attributes = [", "mine.toml"),
        ("attribute = []", "unknown key 'attribute'"),
        ('[spellings]\nab = "abc"', "longer"),
    ],
)
def test_a_wrong_table_is_named_with_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    extra = tmp_path / "mine.toml"
    extra.write_text(text)
    with pytest.raises(InputError, match=says):
        MacroTable.load(extra)


def test_a_missing_table_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml"):
        MacroTable.load(tmp_path / "none.toml")


def test_attributes_are_learnt_from_the_headers_of_a_tree() -> None:
    header = b"""#define my_attr __attribute__((x(y)))
#define my_both my_attr /* and */ __attribute__((z))
#define my_call(a) __attribute__((section(a)))
#define my_value 1
#define my_flag
#define my_type unsigned __attribute__((x))
#define inline inline __attribute__((x))
#define fallthrough __attribute__((__fallthrough__))
"""
    table = MacroTable().learn([header])
    assert table.attributes == {b"my_attr"}
    assert table.attributes_with_arguments == {b"my_call"}
    assert table.learn([header]).attributes == {b"my_attr", b"my_both"}


def test_what_the_table_says_does_not_return_is_joined_by_what_the_file_declares() -> None:
    text = b"void noreturn a(int x);\nstatic void __attribute__((noreturn)) b(void);\nint c(void);\n"
    assert parse(text, "a.c", MacroTable()).noreturn == {"a", "b"}
