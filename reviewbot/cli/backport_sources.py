"""What `backport` is to pick: revisions, what a branch lacks, or a thread that has not landed yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewbot.apply import Plan
    from reviewbot.backport import Source
    from reviewbot.cli.reading import Job
    from reviewbot.git import Plumbing


@contextmanager
def from_revisions(
    tree: Path, revs: Sequence[str] | None, fold: bool
) -> Iterator[tuple[Plumbing, Sequence[Source] | None]]:
    """The repository, and the changes that were named; None for what each branch lacks."""
    from reviewbot.backport import read_sources
    from reviewbot.git import Plumbing

    with Plumbing.here(tree) as git:
        yield git, read_sources(git, revs, fold=fold) if revs else None


@contextmanager
def from_thread(
    thread: str, tree: Path, base: str | None, series: str | None, to: Sequence[str], fold: bool
) -> Iterator[tuple[Plumbing, Sequence[Source] | None]]:
    """A quarantine with a thread's series as commits, as `apply` would make them, and these.

    Tags that count and edits that were agreed are in. A patch that has landed since is what the mainline has of it.
    """
    from reviewbot.apply import commit_lookup, committed, make_plan
    from reviewbot.backport import Branches, Source, landed_as
    from reviewbot.cli.reading import read_job

    with read_job(thread, tree, base, series) as job:
        plan = make_plan(job.review, job.base, "agreed", lookup=commit_lookup(job.repository))
        state = _verdict(job, plan)
        with committed(job.review, plan, job.repository, job.base) as (store, made):
            start = store.resolve(job.base or "HEAD")
            mainline = Branches(store).target(to[0]).mainline
            commits = store.commits(str(one.id) for one in made)
            found = []
            for one in made:
                posted = commits[str(one.id)]
                landed = landed_as(store, posted, start, mainline)
                said = f"landed as {landed.id[:12]}" if landed else f"not landed, {state}"
                why = (f"posted as {one.number}/{job.review.series.total}: {said}",)
                mail = job.review.series.patch(one.number)
                found.append(Source((landed or posted,), why, () if landed or not mail else (mail.message_id,)))
            yield store, [_folded(found)] if fold else found


def _folded(sources: Sequence[Source]) -> Source:
    from reviewbot.backport import Source

    commits = tuple(commit for source in sources for commit in source.commits)
    why = tuple(reason for source in sources for reason in source.why)
    return Source(commits, why, tuple(mail for source in sources for mail in source.posted))


def _verdict(job: Job, plan: Plan) -> str:
    from reviewbot.policy import judge

    return judge(job.review, maintainers=job.maintainers(job.base), done=plan.taken).state
