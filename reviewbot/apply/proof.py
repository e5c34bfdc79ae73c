"""Posted against made: git's own comparison of the two series, without touching the repository."""

from __future__ import annotations

import re

from reviewbot.apply.commits import chain
from reviewbot.apply.plan import Plan
from reviewbot.git import Plumbing
from reviewbot.review import Review

# A head line of range-diff: "1:  0a1b2c3 ! 1:  4d5e6f7 subject". The ids are of commits that nobody has.
_HEAD = re.compile(r"^(?P<old> *(?:\d+|-+):) +[0-9a-f-]+ (?P<sign>[=!<>]) (?P<new> *(?:\d+|-+):) +[0-9a-f-]+ ", re.M)


def range_diff(review: Review, plan: Plan, repo: Plumbing, *, base: str | None = None) -> str:
    """`git range-diff` of the series as posted and as the plan makes it, both on `base`; commit ids left out.

    Raises as `apply_plan` does. Patches that come out as posted are one line with "=".
    """
    start = repo.resolve(base or plan.base or "HEAD")
    nothing = Plan(plan.series, plan.base, ())
    with repo.quarantine() as store:
        posted = chain(store, review, nothing, start)[1]
        made = chain(store, review, plan, start)[1]
        ranges = (f"{start}..{posted}", f"{start}..{made}")
        out = store.run("range-diff", "--no-color", "--no-dual-color", "--creation-factor=100", *ranges)
    text = out.decode("utf-8", "replace")
    return _HEAD.sub(lambda m: f"{m['old']} {m['sign']} {m['new']} ", text)
