"""Making objects where the repository does not see them, and handing them over in one step or not at all."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Container, Mapping, Sequence
from pathlib import Path
from typing import Self

from reviewbot.errors import GitError
from reviewbot.git.interrupts import held_back
from reviewbot.git.model import Entry
from reviewbot.git.plumbing import Plumbing
from reviewbot.git.records import Merged, read_merge, read_tree
from reviewbot.git.run import argv_of, first_line, git

_FOLDER = "40000"
# Later than any real commit: git looks for a merge base from the newest commit down, and would walk all history first.
_NOBODY = "author - <-> 2147483647 +0000\ncommitter - <-> 2147483647 +0000\n"


class Quarantine(Plumbing):
    """A repository's twin: reads see its objects and our own, our objects, index and refs stay outside of it.

    `publish` hands the objects over and makes the ref; leaving the context without it leaves nothing behind.
    """

    def __init__(self, real: Plumbing) -> None:
        super().__init__(real.git_dir, real.common_dir, real.bare, real.env)
        self._real, self._dir = real, ""
        self._given: set[str] = set()

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
            oid = self.put(data)
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

    def put(self, data: bytes, kind: str = "blob") -> str:
        """Store one object as it is; its id."""
        argv = ("hash-object", "-w", "-t", kind, "--stdin", *(("--no-filters",) if kind == "blob" else ()))
        return self.run(*argv, stdin=data).decode().strip()

    def step(self, tree: str, parent: str | None) -> str:
        """A commit of ours that only tells a merge what came from what; it never leaves the quarantine."""
        above = f"parent {parent}\n" if parent else ""
        return self.put(f"tree {tree}\n{above}{_NOBODY}\n-\n".encode(), "commit")

    def merge(self, ours: str, base: str, theirs: str) -> Merged:
        """Merge what `theirs` (a commit whose parent is `base`) changes into the tree `ours`; no work tree, no index.

        git 2.39 cannot be told a merge base, so a commit of `ours` is put upon `base` to make it one.
        """
        argv = ("-c", "merge.conflictStyle=diff3", "merge-tree", "--write-tree", "-z", "--messages")
        done = git((*argv, self.step(ours, base), theirs), self.env, cwd=self.common_dir)
        if done.returncode not in (0, 1):
            raise GitError(self.complaint(("merge-tree",), first_line(done.stderr)))
        return read_merge(done.stdout, done.returncode == 0)

    def graft(self, tree: str, files: Mapping[str, Entry | None]) -> str:
        """The tree with some files put in or taken out (None); folders come and go with their files."""
        return self._graft(tree, {os.fsencode(path): entry for path, entry in files.items()}) or self.empty_tree()

    def _graft(self, tree: str | None, files: Mapping[bytes, Entry | None]) -> str | None:
        rows = dict(read_tree(self.blob(tree) or b"", len(tree) // 2)) if tree else {}
        below: dict[bytes, dict[bytes, Entry | None]] = {}
        for path, entry in files.items():
            name, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(name, {})[rest] = entry
            elif entry is None:
                rows.pop(name, None)
            else:
                rows[name] = entry
        for name, inner in below.items():
            was = rows.pop(name, None)
            made = self._graft(was.id if was and was.mode == _FOLDER else None, inner)
            if made is not None:
                rows[name] = Entry(_FOLDER, made)
        if not rows:
            return None
        # git sorts a folder as if its name ended in a slash.
        order = sorted(rows, key=lambda name: name + b"/" if rows[name].mode == _FOLDER else name)
        return self.put(
            b"".join(rows[n].mode.encode() + b" " + n + b"\0" + bytes.fromhex(rows[n].id) for n in order), "tree"
        )

    def publish(
        self, ref: str, tip: str, reason: str, *, was: str | None = None,
        drop: tuple[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Hand our objects to the repository and create `ref` (which must not exist) at `tip`, both or neither.

        Only what `tip` reaches goes over: tries and steps stay behind. With `was`, the ref is moved from there instead
        of created; `drop` is another ref, and its value, that goes in the same step.

        The refs are locked and checked first, then the objects go over as one pack, then the refs change.
        Signals that would interrupt this are held back until it is done. Raises GitError; nothing has changed then.
        """
        first = f"update {ref} {tip} {was}\n" if was else f"create {ref} {tip}\n"
        last = f"delete {drop[0]} {drop[1]}\n" if drop else ""
        self._transaction(first + last, reason, lambda: self._hand_over(tip))

    def forget(self, ref: str, was: str, reason: str) -> None:
        """Delete a ref that stands at `was`; GitError where it does not."""
        self._transaction(f"delete {ref} {was}\n", reason, lambda: None)

    def _transaction(self, words: str, reason: str, between: Callable[[], None]) -> None:
        with (
            held_back(),
            subprocess.Popen(
                argv_of(("update-ref", "--stdin", "-m", reason)), env=self.env, cwd=self.common_dir,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            ) as child,
        ):  # fmt: skip
            _say(child, f"start\n{words}prepare\n", "prepare: ok")
            try:
                between()
            except BaseException:
                _say(child, "abort\n", "abort: ok")
                raise
            _say(child, "commit\n", "commit: ok")

    def _hand_over(self, tip: str) -> None:
        made = [p.parent.name + p.name for p in Path(self._dir, "objects").glob("[0-9a-f][0-9a-f]/*")]
        known = {oid for oid in made if oid not in self._given}
        listed = self.run("rev-list", "--objects", tip, "--not", *self._below(tip, known)).split(b"\n")
        known &= {row.split(b" ")[0].decode() for row in listed}
        made = [oid for oid in made if oid in known]
        if not made:
            return  # the very commits are there already
        names = "".join(f"{oid}\n" for oid in made).encode()
        pack = self.run("pack-objects", "-q", "--stdout", stdin=names)
        self._real.run("index-pack", "--stdin", stdin=pack)
        self._given.update(made)

    def _below(self, tip: str, ours: Container[str]) -> list[str]:
        """The commits of the repository that ours, from `tip` down, stand on."""
        found: dict[str, None] = {}
        waiting, seen = [tip], {tip}
        while waiting:
            oid = waiting.pop()
            if oid not in ours:
                found[oid] = None
                continue
            for parent in self.commits([oid])[oid].parents:
                if parent not in seen:
                    seen.add(parent)
                    waiting.append(parent)
        return list(found)


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
