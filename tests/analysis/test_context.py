"""What a run keeps of the files that it has read."""

from __future__ import annotations

import pytest

from reviewbot.analysis import Context, MemoryTree
from tests.analysis.trees import MACROS

TREE = MemoryTree({f"{number}.c": b"int f(void)\n{\n    return 0;\n}\n" for number in range(100)})


def read_all(context: Context) -> None:
    for path in TREE.paths():
        context.source(path)


def test_a_function_of_a_file_read_long_ago_still_has_its_file() -> None:
    context = Context(TREE, MACROS)
    source = context.source("0.c")
    assert source is not None
    function = source.functions[0]
    read_all(context)
    assert function.source.functions == (function,)


def test_a_run_in_passing_lets_go_of_files_but_those_that_are_held() -> None:
    context = Context(TREE, MACROS, passing=True)
    held, passed = context.source("0.c"), context.source("1.c")
    assert held is not None and passed is not None
    context.hold(held)
    read_all(context)
    assert [function.name for function in held.functions] == ["f"]
    assert context.source("0.c") is held
    with pytest.raises(AttributeError):
        _ = passed.functions
