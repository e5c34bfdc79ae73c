"""A desk for tests: a fixed day, sources in a folder, and git archives and trees as the command line hands them over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from reviewbot.cli.triage_git import MailArchives, TreeHistory
from reviewbot.git import Plumbing
from reviewbot.triage import Desk, Ports, open_desk
from tests.conftest import GitRepo

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


@contextmanager
def desk(
    *sources: Path, cache: Path | None = None, tree: Path | None = None, limit: int | None = None, now: datetime = NOW
) -> Iterator[Desk]:
    """An open desk."""
    with MailArchives() as archive:
        history = TreeHistory(Plumbing.here(tree)) if tree is not None else None
        ports = Ports(now, archive, history)
        with open_desk([str(source) for source in sources], ports, cache=cache, limit=limit) as opened:
            yield opened


def states(*sources: Path, cache: Path | None = None, tree: Path | None = None, limit: int | None = None) -> list[str]:
    """The queue as "state title vN", in its order."""
    with desk(*sources, cache=cache, tree=tree, limit=limit) as opened:
        return [f"{entry.state} {entry.title} v{entry.version}" for entry in opened.queue().entries]


def archived(repo: GitRepo, *raws: bytes) -> None:
    """Add mails to a public-inbox epoch, a commit each."""
    for raw in raws:
        repo.commit({"m": raw.split(b"\n", 1)[1] if raw.startswith(b"From ") else raw}, "mail")
