"""A posted series on a small repository, with replies, as the apply tests use it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from reviewbot.mail import read, threads
from reviewbot.review import Review, read_review
from reviewbot.series import find_series
from tests.conftest import GitRepo

CODE = """\
long do_op(int cmd)
{
    long ret = 0;

    switch ( cmd )
    {
    case OP_a:
        ret = a();
        break;

    case OP_b:
        ret = b();
        break;

    default:
        break;
    }

    return ret;
}
"""


@dataclasses.dataclass
class Posted:
    """A repository with the base checked out, and the series that was posted on top of it."""

    repo: GitRepo
    base: str
    mails: list[str]
    folder: Path

    def reply(self, to: int, text: str, who: str = "Rea Viewer <rea@example.org>", name: str = "r") -> str:
        """Answer mail number `to` (0: the cover letter, or the only patch); the new mail's id."""
        ident = f"{name}{len(self.mails)}@example.org"
        parent = self.ids[to]
        self.mails.append(
            f"From: {who}\nSubject: Re: x\nDate: Mon, 1 Jun 2026 1{len(self.mails)}:00:00 +0000\n"
            f"Message-ID: <{ident}>\nIn-Reply-To: <{parent}>\nReferences: <{parent}>\n"
            f"Content-Type: text/plain; charset=UTF-8\n\n{text}\n"
        )
        self.ids.append(ident)
        return ident

    ids: list[str] = dataclasses.field(default_factory=list)

    def mbox(self) -> Path:
        """All mails so far in one file."""
        path = self.folder / "thread.mbox"
        path.write_text("".join(f"From mboxrd@z Thu Jan  1 00:00:00 1970\n{mail}\n" for mail in self.mails))
        return path

    def review(self) -> Review:
        """What the replies say about the one series."""
        (series,) = find_series(threads(read(self.mbox()).messages))
        return read_review(series)


@pytest.fixture
def post(git_repo: Callable[..., GitRepo], tmp_path: Path) -> Callable[..., Posted]:
    """`post(first, then, ...)`: files by commit; the first are the base, each later one is a patch of the series.

    A patch is (message, files); a file that is None goes.
    """

    def make(base: dict[str, str | bytes], *patches: Sequence[object], total: int | None = None) -> Posted:
        repo = git_repo()
        start = repo.commit(base, "base")
        posted = Posted(repo, start, [], tmp_path)
        for number, (message, files) in enumerate(patches, 1):
            for name in [n for n, content in files.items() if content is None]:  # type: ignore[attr-defined]
                (repo.path / name).unlink()
            kept = {n: content for n, content in files.items() if content is not None}  # type: ignore[attr-defined]
            repo.commit(kept, str(message))
            counter = f" {number}/{total or len(patches)}" if (total or len(patches)) > 1 else ""
            ident = f"p{number}@example.org"
            mail = repo.git(
                "format-patch", "-1", "--stdout", "--no-numbered", "--binary", f"--subject-prefix=PATCH{counter}"
            )
            head, rest = mail.split("\n", 1)
            assert head.startswith("From ")
            thread = f"In-Reply-To: <{posted.ids[0]}>\nReferences: <{posted.ids[0]}>\n" if posted.ids else ""
            posted.mails.append(f"Message-ID: <{ident}>\n{thread}{rest}\n")
            posted.ids.append(ident)
        repo.git("reset", "-q", "--hard", start)
        repo.git("reflog", "expire", "--expire=now", "--all")
        repo.git("prune", "--expire=now")
        return posted

    return make
