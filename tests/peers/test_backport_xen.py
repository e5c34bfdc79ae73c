"""Real backports: the trees that maintainers committed, and stock git's verdicts on the same pairs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reviewbot.backport.candidates import Source
from reviewbot.backport.message import Scribe
from reviewbot.backport.moved import Moves
from reviewbot.backport.pick import Picker
from reviewbot.backport.work import status
from reviewbot.git import Plumbing
from tests.bench import backports

# branch, the real backport, its source; what should come of it, and whether the tree is the real one.
CASES = [
    ("stable-4.17", "ecb2a3cea9c7", "2280b0ee2aed", "proposed", True),  # context that the branch lacks
    ("stable-4.17", "7bd612727df7", "3643bb53a05b", "doubtful", False),  # domain_crash() takes one argument there
    ("stable-4.11", "49caabf2584a", "96f6ee15ad7c", "doubtful", False),  # arch.pv is arch.pv_domain there
]


@pytest.fixture
def git(xen_repo: Path) -> Plumbing:
    with Plumbing.here(xen_repo) as found:
        if "stable-4.18" not in found.refs("refs/heads/"):
            pytest.skip("this repository of Xen has no stable branches")
        return found


@pytest.mark.parametrize(("branch", "stable", "upstream", "expected", "same"), CASES)
def test_known_pairs(git: Plumbing, branch: str, stable: str, upstream: str, expected: str, same: bool) -> None:
    past = backports.Past(git, "master")
    real, lineage = past.at({"branch": branch, "stable": git.resolve(stable)})
    commits = git.commits([git.resolve(upstream), *real.commit.parents])
    ours = commits[real.commit.parents[0]].tree
    with git.quarantine() as store:
        chosen = Picker(store, Moves(store)).choose(Source((commits[git.resolve(upstream)],)), lineage, ours)
    assert chosen.attempt is not None
    assert status(chosen, ours) == expected
    assert (chosen.attempt.tree == real.commit.tree) == same


def test_sample_of_the_history(git: Plumbing) -> None:
    """The last backports of one branch: nearly all clean ones are the real trees, and messages are byte for byte."""
    past = backports.Past(git, "master")
    name = os.environ.get("REVIEWBOT_BACKPORT_BRANCH", "stable-4.19")
    rows = []
    for taken in past.line(name).commits[-60:]:
        masters = [oid for oid in taken.sources if git.commits([oid])]
        if len(taken.sources) == 1 and masters:
            rows.append({"branch": name, "stable": taken.commit.id, "master": masters[0], "masters": masters})
    done = list(backports.replay(rows[-25:], git, past, None))
    clean = [one for one in done if one.status == "clean"]
    assert len(clean) >= 15
    assert sum(one.tree == "identical" for one in clean) >= len(clean) - 1
    assert sum(one.message for one in done) >= len(done) - 3
    stock = sum(one.stock == "identical" for one in done)
    assert sum(one.tree == "identical" for one in done) >= stock


def test_style_of_each_maintainer(git: Plumbing) -> None:
    past = backports.Past(git, "master")
    line = past.line("stable-4.19")
    _, lineage = past.at({"branch": "stable-4.19", "stable": line.commits[-1].commit.id})
    scribe = Scribe(git)
    jan = scribe.style(lineage, "Jan Beulich <jbeulich@suse.com>")
    andrew = scribe.style(lineage, "Andrew Cooper <andrew.cooper3@citrix.com>")
    assert (jan.kind, jan.date_of, jan.keeps_author_date) == ("master commit", "committer", False)
    assert "release-acked-by" in jan.dropped
    assert (andrew.kind, andrew.signs, andrew.keeps_author_date) == ("cherry picked from", False, True)
