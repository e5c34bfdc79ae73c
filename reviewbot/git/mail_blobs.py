"""A public-inbox epoch as a stream of mails: one commit a mail, its bytes in a file named `m`.

The module itself is the `BlobSource` that the mail room asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reviewbot.git.plumbing import Plumbing


def mails(repository: Path) -> Iterator[tuple[str, bytes]]:
    """The mail of every commit, oldest first, as (commit id, bytes); a commit that took one out has none.

    Raises GitError when the folder is no git repository. A few mails are held at a time.
    """
    with Plumbing.here(repository) as repo:
        yield from repo.files_at(repo.history(), "m")
