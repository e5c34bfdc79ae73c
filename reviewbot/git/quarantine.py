"""Making objects where the repository does not see them, and handing them over in one step or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from reviewbot.errors import GitError
from reviewbot.git.plumbing import Plumbing
from reviewbot.git.run import argv_of, first_line


class Quarantine(Plumbing):
    """A repository's twin: reads see its objects and our own, our objects, index and refs stay outside of it.

    `publish` hands the objects over and makes the ref; leaving the context without it leaves nothing behind.
    """

    def __init__(self, git: Plumbing) -> None:
        super().__init__(git.git_dir, git.common_dir, git.bare, git.env)
        self._real, self._dir = git, ""

    def __enter__(self) -> Self:
        self._dir = tempfile.mkdtemp(prefix="reviewbot-")
        objects = Path(self._dir, "objects")
        (objects / "info").mkdir(parents=True)
        lines = "".join(f"{path}\n" for path in _stores(self.common_dir / "objects"))
        (objects / "info" / "alternates").write_bytes(os.fsencode(lines))
        self.env |= {"GIT_OBJECT_DIRECTORY": str(objects), "GIT_INDEX_FILE": str(Path(self._dir, "index"))}
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        shutil.rmtree(self._dir, ignore_errors=True)

    def read_tree(self, treeish: str) -> None:
        """Fill our index with a tree."""
        self.run("read-tree", treeish)

    def apply(self, patch: bytes, strip: int = 1) -> None:
        """Apply a patch to our index, bytes exactly as it says; GitError with git's words when it does not fit.

        `strip` is how many leading folders its paths carry: 1 for a/ and b/, 0 for a diff made with --no-prefix.
        """
        self.run("apply", "--cached", f"-p{strip}", "--whitespace=nowarn", "--no-ignore-whitespace", "-", stdin=patch)

    def stage(self, files: Mapping[str, bytes]) -> None:
        """Give files of our index new content; their modes stay."""
        modes = {path: entry.mode for path, entry in self.entries(None).items() if path in files}
        rows = b""
        for path, data in files.items():
            oid = self.run("hash-object", "-w", "--stdin", "--no-filters", stdin=data).decode().strip()
            rows += f"{modes.get(path, '100644')} {oid}\t".encode() + os.fsencode(path) + b"\0"
        self.run("update-index", "-z", "--index-info", stdin=rows)

    def write_tree(self) -> str:
        """The tree of our index."""
        return self.run("write-tree").decode().strip()

    def commit_tree(
        self, tree: str, parents: Sequence[str], message: bytes, *, name: str, email: str, date: str
    ) -> str:
        """Make a commit. `date` is the author's, in any form git reads; "" takes the committer's time."""
        author = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email} | ({"GIT_AUTHOR_DATE": date} if date else {})
        argv = [word for parent in parents for word in ("-p", parent)]
        return self.run("commit-tree", tree, *argv, "-F", "-", stdin=message, env=author).decode().strip()

    def publish(self, ref: str, tip: str, reason: str) -> None:
        """Hand all our objects to the repository and create `ref` (which must not exist) at `tip`, both or neither.

        The ref is locked and checked first, then the objects go over as one pack, then the ref becomes visible.
        Signals that would interrupt this are held back until it is done.
        """
        held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
        try:
            with subprocess.Popen(
                argv_of(("update-ref", "--stdin", "-m", reason)), env=self.env, cwd=self.common_dir,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            ) as child:  # fmt: skip
                _say(child, f"start\ncreate {ref} {tip}\nprepare\n", "prepare: ok")
                try:
                    self._hand_over()
                except BaseException:
                    _say(child, "abort\n", "abort: ok")
                    raise
                _say(child, "commit\n", "commit: ok")
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, held)

    def _hand_over(self) -> None:
        made = [p.parent.name + p.name for p in Path(self._dir, "objects").glob("[0-9a-f][0-9a-f]/*")]
        if not made:
            return  # the very commits are there already
        names = "".join(f"{oid}\n" for oid in made).encode()
        pack = self.run("pack-objects", "-q", "--stdout", stdin=names)
        self._real.run("index-pack", "--stdin", stdin=pack)


def _say(child: subprocess.Popen[bytes], words: str, expected: str) -> None:
    """One step of an `update-ref --stdin` transaction; GitError with its complaint for any other answer."""
    assert child.stdin and child.stdout and child.stderr
    try:
        child.stdin.write(words.encode())
        child.stdin.flush()
    except BrokenPipeError:
        pass
    while line := child.stdout.readline():
        if line.decode().strip() == expected:
            return
    raise GitError(f"git update-ref: {first_line(child.stderr.read())}")


def _stores(objects: Path) -> list[Path]:
    """An object folder and all it borrows from, absolute: relative paths in a borrowed folder count from there."""
    found, waiting = [], [objects.resolve()]
    while waiting:
        here = waiting.pop()
        if here in found:
            continue
        found.append(here)
        listing = here / "info" / "alternates"
        lines = os.fsdecode(listing.read_bytes()).splitlines() if listing.is_file() else []
        waiting.extend((here / line).resolve() for line in lines if line and line[0] not in '#"')
    return found
