"""Patches from real commits: git makes the diffs, so that ids and offsets are right."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from tests.fixture_threads.people import Person

# Whatever could make the output depend on whose machine it is.
_STEADY = (
    "-c", "core.abbrev=12",
    "-c", "core.autocrlf=false",
    "-c", "core.fileMode=false",
    "-c", "core.hooksPath=/dev/null",
    "-c", "commit.gpgSign=false",
    "-c", "diff.algorithm=myers",
    "-c", "diff.context=3",
    "-c", "diff.noprefix=false",
    "-c", "format.signature=2.47.3",
)  # fmt: skip

Change = tuple[str, str, str]
"""Path, text that occurs in it once, and what takes that text's place."""


class Workshop:
    """A throw-away repository with the miniature tree as its first commit."""

    def __init__(self, folder: Path, tree: Path) -> None:
        self.folder = folder
        shutil.copytree(tree, folder)
        self._env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        self._env |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
        self.git("init", "-q", "--object-format=sha1", "--template=", "-b", "master")
        self.base = self._commit("The tree", Person("Nobody", "nobody@example.org", 0), datetime(2026, 6, 1))

    def git(self, *argv: str, stdin: str | None = None, env: Mapping[str, str] | None = None) -> str:
        """Run git; its output. A failure raises with git's own words."""
        done = subprocess.run(
            ["git", "-C", str(self.folder), *_STEADY, *argv],
            input=None if stdin is None else stdin.encode(),
            capture_output=True,
            check=False,
            env={**self._env, **(env or {})},
        )
        if done.returncode:
            raise RuntimeError(f"git {argv[0]}: {done.stderr.decode()}")
        return done.stdout.decode()

    def _commit(self, message: str, author: Person, at: datetime) -> str:
        self.git("add", "-A")
        stamp = f"{at:%Y-%m-%dT%H:%M:%S}+0000"
        who = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", author.name), ("EMAIL", author.address), ("DATE", stamp))
        }
        self.git("commit", "-q", "-F", "-", stdin=message, env=who)
        return self.git("rev-parse", "HEAD").strip()

    def change(self, changes: Sequence[Change], message: str, author: Person, at: datetime) -> str:
        """Commit some replacements; the commit's id."""
        for path, old, new in changes:
            file = self.folder / path
            text = file.read_text(encoding="utf-8")
            if text.count(old) != 1:
                raise ValueError(f"{path}: {text.count(old)} times: {old!r}")
            file.write_text(text.replace(old, new), encoding="utf-8")
        return self._commit(message, author, at)

    def rewind(self, commit: str) -> None:
        """Go back to `commit`, work tree and all."""
        self.git("reset", "-q", "--hard", commit)

    def patch(self, commit: str, notes: str = "") -> str:
        """The body of the mail for one commit; `notes` go below the dashes."""
        text = self.git("format-patch", "--stdout", "-1", commit)
        body = text.split("\n\n", 1)[1]
        if not notes:
            return body
        message, rest = body.split("\n---\n", 1)
        return f"{message}\n---\n{notes}\n---\n{rest}"

    def cover(self, commits: str, blurb: str) -> str:
        """The body of the cover letter for a range: `blurb`, then the list of patches and the diffstat."""
        text = self.git("format-patch", "--stdout", "--cover-letter", commits)
        cover = text.split("\n-- \n", 1)[0].split("\n\n", 1)[1]
        return cover.replace("*** BLURB HERE ***", blurb.strip()) + "\n-- \n2.47.3\n"
