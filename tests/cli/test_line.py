"""Lines that a person types: keys, the end of the input, and ^C whenever it comes."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest

from reviewbot.cli.line import read_line

pty = pytest.importorskip("pty")


@pytest.fixture
def terminal() -> Iterator[tuple[int, IO[str]]]:
    keys, side = pty.openpty()
    with os.fdopen(side) as answers:
        yield keys, answers
    os.close(keys)


def test_a_line_at_a_terminal(terminal: tuple[int, IO[str]]) -> None:
    keys, answers = terminal
    os.write(keys, b"t\nlater\n")
    assert [read_line(answers), read_line(answers)] == ["t\n", "later\n"]
    os.write(keys, b"\x04")
    assert read_line(answers) == ""


def test_an_interrupt_ends_the_waiting(terminal: tuple[int, IO[str]]) -> None:
    _, answers = terminal
    threading.Timer(0.2, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        read_line(answers)
    assert signal.set_wakeup_fd(-1) == -1


def test_what_is_piped_in_is_read_line_by_line(tmp_path: Path) -> None:
    assert read_line(io.StringIO("a\nb\n")) == "a\n"
    reader, writer = os.pipe()
    os.write(writer, b"a\nb\n")
    with os.fdopen(reader) as answers:
        assert [read_line(answers), read_line(answers)] == ["a\n", "b\n"]  # the writer is there still
        os.close(writer)
        assert read_line(answers) == ""
