"""Looking up, in the tree, the commit that a Fixes: line is to name."""

from __future__ import annotations

from reviewbot.errors import GitError
from reviewbot.fixups import Lookup
from reviewbot.git import Plumbing


def commit_lookup(repo: Plumbing) -> Lookup:
    """A callable from an abbreviated commit id to the full id and the title; None for none, or for several."""

    def look(name: str) -> tuple[str, str] | None:
        try:
            oid = repo.resolve(name)
        except GitError:
            return None
        commit = next(iter(repo.log(oid, limit=1)), None)
        return (oid, commit.subject) if commit is not None else None

    return look
