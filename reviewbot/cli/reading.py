"""Reading what a verb is given: a thread, one of its series, the MAINTAINERS file."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from reviewbot.errors import GitError, InputError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from reviewbot.git import Plumbing, Repository
    from reviewbot.mail import Mailbag
    from reviewbot.policy import Maintainers
    from reviewbot.review import Review
    from reviewbot.series import Series


def read_series(source: str) -> tuple[Mailbag, tuple[Series, ...]]:
    """Every series of a source, all versions, oldest first. Raises InputError where there is no patch in it."""
    from reviewbot.mail import read, threads
    from reviewbot.series import find_series

    mailbag = read(source, stdin=sys.stdin.buffer, blobs=_Archives())
    found = find_series(threads(mailbag.messages))
    if not found:
        count = len(mailbag.messages)
        raise InputError(f"{source}: no patch in it ({count} mail{'s' * (count != 1)} read)")
    return mailbag, found


def bare_repository(tree: Path | None) -> Plumbing | None:
    """The repository that `tree` names, where it is a bare one: files in it are those of its HEAD."""
    from reviewbot.git import Plumbing

    try:
        git = Plumbing.here(tree) if tree is not None else None
    except GitError:
        return None
    return git if git is not None and git.bare else None


class _Archives:
    """The `BlobSource` of the git room, which is imported only when a source is a git directory."""

    def mails(self, repository: Path) -> Iterator[tuple[str, bytes]]:
        from reviewbot.git import mail_blobs

        return mail_blobs.mails(repository)


def choose_series(source: str, found: tuple[Series, ...], which: str | None) -> Series:
    """The series that is meant: by its place in `show`, by a message id of it, or the only one that stands.

    Raises UsageError where there are several and none was named, or none is the one named.
    """
    if which is None:
        standing = [s for s in found if s.superseded_by is None]
        if len(standing) == 1:
            return standing[0]
        places = [found.index(s) + 1 for s in standing]
        raise UsageError(f"{source}: {len(standing)} series, say which with --series: {_list(standing, places)}")
    for number, series in enumerate(found, 1):
        ids = {series.id, *(p.message_id for p in series.patches)}
        if which.strip("<>") in ids or which == str(number):
            return series
    raise UsageError(f"{source}: no series {which}; there are: {_list(found, range(1, len(found) + 1))}")


def _list(series: Iterable[Series], places: Iterable[int]) -> str:
    rows = zip(places, series, strict=True)
    return ", ".join(f'{n} "{s.title}" v{s.version}' for n, s in rows)


def find_maintainers(tree: Path | None, file: Path | None) -> Maintainers | None:
    """The MAINTAINERS to judge by: the file that is named, else the tree's at HEAD, else none."""
    data = None
    if file is not None:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    elif tree is not None:
        from reviewbot.git import Repository

        with Repository.open(tree) as repository:
            data = repository.tree(repository.resolve("HEAD")).read("MAINTAINERS")
    if data is None:
        return None
    from reviewbot.policy import Maintainers

    return Maintainers.parse(data.decode("utf-8", "surrogateescape"))


def find_aliases(tree: Path | None, maintainers: Maintainers | None) -> dict[str, str]:
    """Addresses to people: those of MAINTAINERS, and those of the tree's .mailmap at HEAD, which come first."""
    out = maintainers.aliases if maintainers is not None else {}
    if tree is None:
        return out
    from reviewbot.git import Repository

    repository = Repository.open(tree)
    try:
        data = repository.tree(repository.resolve("HEAD")).read(".mailmap")
    except GitError:  # nothing is committed there yet
        data = None
    finally:
        repository.close()
    if data is None:
        return out
    from reviewbot.review.mailmap import aliases_of

    return out | aliases_of(data.decode("utf-8", "surrogateescape"))


class Job(NamedTuple):
    """A series that is to be applied: what was said of it, the repository, and the commit it starts from."""

    review: Review
    repository: Repository
    base: str | None

    def maintainers(self, commit: str | None) -> Maintainers | None:
        """The MAINTAINERS of a revision's tree, None where it has none."""
        from reviewbot.policy import Maintainers

        data = self.repository.tree(self.repository.resolve(commit or "HEAD")).read("MAINTAINERS")
        return None if data is None else Maintainers.parse(data.decode("utf-8", "surrogateescape"))


@contextmanager
def read_job(
    thread: str, tree: Path, base: str | None, which: str | None, revision_needed: bool = True
) -> Iterator[Job]:
    """Read the thread, choose its series, open the tree, find the base.

    The base is `base`, else what the series names in a base-commit line, else HEAD. Where a plan may still name one
    (`revision_needed` false) HEAD is not looked at.
    """
    from reviewbot.apply import posted_base
    from reviewbot.git import Repository
    from reviewbot.review import read_review

    repository = Repository.open(tree)
    try:
        _, found = read_series(thread)
        series = choose_series(thread, found, which)
        maintainers = find_maintainers(tree, None) if revision_needed else None
        known = find_aliases(tree, maintainers)
        review = read_review(series, aliases=known, others=[other for other in found if other is not series])
        start = base or posted_base(review)
        if start is None and not revision_needed:
            yield Job(review, repository, None)
            return
        yield Job(review, repository, _resolved(repository, start or "HEAD", named=base is not None))
    finally:
        repository.close()


def _resolved(repository: Repository, rev: str, named: bool) -> str:
    try:
        return repository.resolve(rev)
    except GitError as error:
        if named or rev == "HEAD":
            raise
        raise GitError(f"the series names {rev[:12]} as its base: {error}; name another with --base") from error


@contextmanager
def applied_thread(thread: str, tree: Path, base: str | None) -> Iterator[tuple[Plumbing, str, str]]:
    """The thread's series as it was posted, on its base: a repository that has it, the base, the tree at its end."""
    from reviewbot.apply import posted

    with read_job(thread, tree, base, None) as job, posted(job.review.series, job.repository, job.base) as made:
        yield made
