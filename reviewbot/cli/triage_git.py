"""What `triage` is handed of git: list archives read one mail at a time, and the history that patches land in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from reviewbot.errors import GitError
from reviewbot.git import Plumbing
from reviewbot.triage import Landed

_AT_ONCE = 400  # commits whose diffs are held at once
_FORMAT = "--format=%H%x00%an%x00%ae%x00%ct%x00%s"


def _reaches(git: Plumbing, tip: str, commit: str) -> bool:
    """Whether a commit is still part of the history that ends in `tip`."""
    try:
        git.run("merge-base", "--is-ancestor", commit, tip)
    except GitError:
        return False
    return True


class MailArchives:
    """The epochs of public-inbox archives; each is opened once."""

    def __init__(self) -> None:
        self._open: dict[Path, Plumbing] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for git in self._open.values():
            git.close()

    def _at(self, repository: Path) -> Plumbing:
        if repository not in self._open:
            self._open[repository] = Plumbing.here(repository)
        return self._open[repository]

    def tip(self, repository: Path) -> str | None:
        """The commit that HEAD names, None before the first one."""
        found = self._at(repository).run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1))
        return found.decode().strip() or None

    def mails(self, repository: Path, since: str | None) -> Iterator[tuple[str, bytes]] | None:
        """The mails added after a commit, oldest first; None where HEAD does not reach it."""
        git = self._at(repository)
        tip = self.tip(repository)
        if tip is None:
            return iter(())
        if since is not None and not _reaches(git, tip, since):
            return None
        span = (tip,) if since is None else (tip, f"^{since}")
        return self.pick(repository, git.run("rev-list", "--reverse", *span, "--").decode().split())

    def pick(self, repository: Path, commits: Iterable[str]) -> Iterator[tuple[str, bytes]]:
        """The mails of these commits; one that took a mail out has none."""
        return self._at(repository).files_at(commits, "m")


class TreeHistory:
    """The history of a tree, as far as HEAD reaches."""

    def __init__(self, git: Plumbing) -> None:
        self._git = git
        self._tip = git.resolve("HEAD")

    @property
    def name(self) -> str:
        """The path of the repository."""
        return str(self._git.common_dir)

    def tip(self) -> str:
        """The commit that HEAD names."""
        return self._tip

    def maintainers(self) -> str | None:
        """The tree's MAINTAINERS, None where it has none."""
        data = self._git.file_at(self._tip, "MAINTAINERS")
        return None if data is None else data.decode("utf-8", "surrogateescape")

    def commits(self, since: int, after: str | None) -> Iterator[Landed] | None:
        """The commits since a moment with their patch ids, merges left out, those that `after` reaches left out."""
        if after is not None and not _reaches(self._git, self._tip, after):
            return None
        span = (self._tip,) if after is None else (self._tip, f"^{after}")
        ids = self._git.run("rev-list", "--no-merges", f"--since=@{max(since, 0)}", *span, "--").decode().split()
        return self._described(ids)

    def _described(self, ids: list[str]) -> Iterator[Landed]:
        for start in range(0, len(ids), _AT_ONCE):
            asked = "".join(f"{oid}\n" for oid in ids[start : start + _AT_ONCE]).encode()
            plain = ("--no-ext-diff", "--no-textconv", "--no-color", "--full-index")
            diffs = self._git.run("diff-tree", "--stdin", "--root", "-p", *plain, stdin=asked)
            pairs = (line.split() for line in self._git.run("patch-id", "--stable", stdin=diffs).decode().splitlines())
            patch_ids = {commit: patch_id for patch_id, commit in pairs}
            told = self._git.run("log", "--no-walk=unsorted", "--stdin", "-z", _FORMAT, stdin=asked)
            yield from _landed(told, patch_ids)


def _landed(told: bytes, patch_ids: dict[str, str]) -> Iterator[Landed]:
    """Read five fields a commit, all ended by NUL."""
    fields = told.decode("utf-8", "replace").split("\0")
    for at in range(0, len(fields) - 4, 5):
        oid, name, address, date, subject = fields[at : at + 5]
        yield Landed(oid, patch_ids.get(oid, ""), subject, name, address, int(date))
