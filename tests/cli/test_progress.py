"""The bar a person sees, on a real pseudo-terminal, and the silence everywhere else."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

HIDDEN, SHOWN = b"\x1b[?25l", b"\x1b[?25h"


def _check(folder: Path, stderr: int) -> int:
    command = [sys.executable, "-m", "reviewbot", "check", str(folder)]
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=stderr, check=False).returncode


def _folder(root: Path, files: int) -> Path:
    for number in range(files):
        (root / f"f{number:02}.c").write_text(f"int f{number}(void)\n{{\n    return {number};\n}}\n")
    return root


def _on_terminal(folder: Path) -> bytes:
    reader, terminal = pty.openpty()
    try:
        assert _check(folder, terminal) == 0
        os.set_blocking(reader, False)
        return os.read(reader, 1 << 16)
    finally:
        os.close(terminal)
        os.close(reader)


def test_a_terminal_sees_the_files_go_by_and_keeps_its_cursor(tmp_path: Path) -> None:
    seen = _on_terminal(_folder(tmp_path, 24))
    assert b"24/24" in seen
    assert seen.count(HIDDEN) >= 1
    assert seen.rindex(SHOWN) > seen.rindex(HIDDEN)


def test_a_few_files_need_no_bar(tmp_path: Path) -> None:
    assert HIDDEN not in _on_terminal(_folder(tmp_path, 3))


def test_nothing_is_drawn_into_a_file(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with log.open("wb") as file:
        assert _check(_folder(tmp_path, 24), file.fileno()) == 0
    assert b"\x1b" not in log.read_bytes()
    assert b"24/24" not in log.read_bytes()
