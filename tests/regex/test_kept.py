"""Compiled patterns between two runs: the same with what is kept, without it, and with anything else in its place."""

from __future__ import annotations

import marshal
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot import regex
from reviewbot.regex.kept import Kept, in_folder
from tests.regex.test_waiting import constants

PATTERN = r"(?P<verb>drop|fold)(?: the)? (\w+)"


def kept_file(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_every_pattern_of_the_package_comes_back_as_it_was(tmp_path: Path) -> None:
    everything = {(waiting.pattern, waiting._flags) for _, waiting in constants()}
    first = in_folder(str(tmp_path))
    fresh = {key: first.prepare(*key) for key in everything}
    first.save()
    second = in_folder(str(tmp_path))
    for key in everything:
        ours, theirs, known = second.prepare(*key)[0](), fresh[key][0](), re.compile(*key)
        for one in (ours, theirs):
            assert (one.pattern, one.flags, one.groups, one.groupindex) == (
                *(known.pattern, known.flags, known.groups, known.groupindex),
            )
        assert second.prepare(*key)[1] == fresh[key][1]


@given(st.text(alphabet="drop the fold\n", max_size=30))
def test_a_kept_pattern_finds_what_re_finds(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    folder = tmp_path_factory.mktemp("kept")
    with regex.kept_in(str(folder)):
        assert regex.compile(PATTERN, re.I).search("fold it") is not None
    with regex.kept_in(str(folder)):
        ours = regex.compile(PATTERN, re.I).search(text)
    known = re.compile(PATTERN, re.I).search(text)
    assert (ours and (ours.span(), ours.groupdict())) == (known and (known.span(), known.groupdict()))


def test_the_second_run_compiles_nothing(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(
        "import re, sys\n"
        "from reviewbot import regex\n"
        "if sys.argv[2:]:\n"
        "    def refuse(*_): raise SystemExit('compiled')\n"
        "    re._parser.parse = re._compiler.compile = refuse\n"
        "with regex.kept_in(sys.argv[1]):\n"
        f"    print(regex.compile({PATTERN!r}, re.I).search('Fold the lines').groupdict())\n"
    )
    runs = [
        subprocess.run([sys.executable, str(script), str(tmp_path / "kept"), *more], capture_output=True, text=True)
        for more in ((), ("again",))
    ]
    assert [run.returncode for run in runs] == [0, 0], runs[1].stderr
    assert runs[0].stdout == runs[1].stdout == "{'verb': 'Fold'}\n"


def damages() -> list[bytes]:
    build = marshal.dumps(("another build", {(PATTERN, 0): (32, b"", 2, {}, ())}))
    return [b"", b"\x00" * 100, os.urandom(400), build, marshal.dumps((1, 2)), marshal.dumps("x")]


@pytest.mark.parametrize("content", damages(), ids=["empty", "zeros", "noise", "build", "numbers", "text"])
def test_a_file_that_is_anything_else_is_as_none(tmp_path: Path, content: bytes) -> None:
    with regex.kept_in(str(tmp_path)):
        regex.compile(PATTERN).search("drop the x")
    file = kept_file(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(content)
    with regex.kept_in(str(tmp_path)):
        assert regex.compile(PATTERN).search("drop the x") is not None
    assert file.read_bytes() == whole


@pytest.mark.parametrize("cut", [(0, b"", 0, {}, ()), (32, b"\xff" * 40, 2, {"verb": 1}, ()), (32, b"abc", 9, {}, ())])
def test_a_code_that_is_none_is_compiled_again(tmp_path: Path, cut: object) -> None:
    with regex.kept_in(str(tmp_path)):
        regex.compile(PATTERN).search("drop the x")
    file = kept_file(tmp_path)
    build, _ = marshal.loads(file.read_bytes())
    file.write_bytes(marshal.dumps((build, {(PATTERN, 0): cut})))
    with regex.kept_in(str(tmp_path)):
        found = regex.compile(PATTERN).search("drop the x")
    assert found is not None and found.groupdict() == {"verb": "drop"}


def test_where_nothing_can_be_written_nothing_is_said(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with regex.kept_in(str(in_the_way)):
        assert regex.compile(PATTERN).search("drop the x") is not None
    assert in_the_way.read_text() == "" and list(tmp_path.iterdir()) == [in_the_way]


def test_runs_add_to_each_other_and_leave_one_file(tmp_path: Path) -> None:
    for pattern in ("one", "two|three"):
        with regex.kept_in(str(tmp_path)):
            regex.compile(pattern).search(pattern)
    _, codes = marshal.loads(kept_file(tmp_path).read_bytes())
    assert set(codes) == {("one", 0), ("two|three", 0)}


def test_what_older_releases_left_is_dropped_in_the_end(tmp_path: Path) -> None:
    with regex.kept_in(str(tmp_path)):
        regex.compile("one").search("one")
    file = kept_file(tmp_path)
    build, codes = marshal.loads(file.read_bytes())
    file.write_bytes(marshal.dumps((build, {(f"old{n}", 0): codes[("one", 0)] for n in range(2000)})))
    with regex.kept_in(str(tmp_path)):
        regex.compile("new").search("new")
    _, codes = marshal.loads(file.read_bytes())
    assert set(codes) == {("new", 0)}


def test_a_mistake_in_a_pattern_is_told_as_re_tells_it() -> None:
    with pytest.raises(re.error):
        Kept(None).prepare("(", 0)
