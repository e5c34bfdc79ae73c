"""A repository as the verbs use it: what `Plumbing` reads, and commits and branches read by GitPython."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.errors import GitError
from reviewbot.git.model import Commit
from reviewbot.git.plumbing import Plumbing

if TYPE_CHECKING:
    import git as gitpython


class Repository(Plumbing):
    """A repository as the verbs other than the hook use it; GitPython reads its commits and branches."""

    @classmethod
    def open(cls, path: Path | str, environ: Mapping[str, str] | None = None) -> Repository:
        """Open the repository that `path` lies in, bare or not; GitError when there is none."""
        return cls.here(path, environ)

    def _python(self) -> gitpython.Repo:
        import git as gitpython  # 100 ms that the hook does not pay

        try:
            # A bare repository without a `config` would be taken for a work tree: nothing here relies on that.
            repo = gitpython.Repo(self.git_dir)
        except (gitpython.exc.GitError, OSError) as error:
            raise GitError(f"{self.git_dir}: {type(error).__name__}") from error
        repo.git.update_environment(**self.env)
        return repo

    def commit(self, rev: str) -> Commit:
        """A commit's data; GitError when the revision is unknown."""
        oid = self.resolve(rev)
        with self._python() as repo:
            c = repo.commit(oid)
            who = [(str(p.name or ""), str(p.email or "")) for p in (c.author, c.committer)]
            text = c.message if isinstance(c.message, str) else c.message.decode("utf-8", "replace")
            dates = [f"{at} {_zone(off)}" for at, off in (
                (c.authored_date, c.author_tz_offset), (c.committed_date, c.committer_tz_offset)
            )]  # fmt: skip
            parents = tuple(parent.hexsha for parent in c.parents)
            return Commit(oid, c.tree.hexsha, parents, *who[0], dates[0], *who[1], dates[1], text)

    def branches(self) -> tuple[str, ...]:
        """The names of the local branches, sorted."""
        with self._python() as repo:
            return tuple(sorted(head.name for head in repo.heads))


def _zone(offset: float) -> str:
    """GitPython counts seconds west of Greenwich."""
    minutes = int(abs(offset)) // 60
    return f"{'-' if offset > 0 else '+'}{minutes // 60:02}{minutes % 60:02}"
