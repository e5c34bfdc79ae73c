"""The user's build command in a scratch tree of a pick's result."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewbot.errors import InputError
from reviewbot.git.export import export

if TYPE_CHECKING:
    from reviewbot.git import Plumbing

_MOST_LINES = 12
_TAIL = 32_768
"""Bytes of output that are looked at."""


@dataclass(frozen=True, slots=True)
class Built:
    """How a build command ended. `code` is its exit code, negative for a signal; `output` its last lines.

    before: whether it fails without the pick as well, None where that was not asked; seconds: of wall time
    """

    command: str
    code: int
    output: tuple[str, ...]
    seconds: float
    before: bool | None = None

    @property
    def failed(self) -> bool:
        """Whether the command reported a failure."""
        return self.code != 0

    @property
    def reason(self) -> str:
        """One line that says how it ended."""
        how = f"ended by signal {-self.code}" if self.code < 0 else f"failed with exit code {self.code}"
        also = ", and fails without this pick as well" if self.before else ""
        return f"`{self.command}` {how}{also}"

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "command": self.command,
            "code": self.code,
            "output": list(self.output),
            "seconds": round(self.seconds, 1),
            "before": self.before,
        }


class Builder:
    """Runs one command on one tree after the other; each tree is built once.

    tell: gets a line before each build, for a person who waits
    """

    def __init__(self, git: Plumbing, command: str, tell: Callable[[str], None] | None = None) -> None:
        self._git, self._command, self._tell = git, command, tell
        self._known: dict[str, Built] = {}

    def build(self, tree: str) -> Built:
        """Build a tree (full id) in a folder of its own that is removed afterwards. InputError without a shell."""
        if tree not in self._known:
            if self._tell:
                self._tell(f"building tree {tree[:12]}: {self._command}")
            with tempfile.TemporaryDirectory(prefix="reviewbot-build-", ignore_cleanup_errors=True) as folder:
                scratch = Path(folder, "tree")
                scratch.mkdir()
                export(self._git, tree, scratch)
                self._known[tree] = self._run(scratch)
        return self._known[tree]

    def _run(self, scratch: Path) -> Built:
        # git in the build must not find the user's repository, should the folder lie in one.
        env = {name: value for name, value in self._git.env.items() if not name.startswith("GIT_")}
        env["GIT_CEILING_DIRECTORIES"] = str(scratch.parent)
        began = time.monotonic()
        with (scratch.parent / "output").open("w+b") as out:
            try:
                child = subprocess.Popen(
                    ["sh", "-c", self._command], cwd=scratch, env=env, stdin=subprocess.DEVNULL, stdout=out,
                    stderr=subprocess.STDOUT, start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                raise InputError(f"cannot run the build command: {error.strerror}") from error
            try:
                code = child.wait()
            except BaseException:
                os.killpg(child.pid, signal.SIGKILL)  # what make has started as well
                child.wait()
                raise
            size = out.seek(0, os.SEEK_END)
            out.seek(max(0, size - _TAIL))
            text = out.read().decode("utf-8", "replace").replace(f"{scratch}/", "")
        lines = [line.rstrip() for line in text.splitlines() if line.strip()]
        return Built(self._command, code, tuple(lines[-_MOST_LINES:]), time.monotonic() - began)
