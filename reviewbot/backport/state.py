"""An interactive run's state: a commit below `refs/reviewbot/backport/<branch>/`, from which everything hangs.

Its tree holds `state.json` and the files that are being resolved (`drafts/<step>/<path>`); its parents are the last
pick that was committed and the commits still to pick, so that no garbage collection takes them away.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reviewbot.backport.candidates import Source
from reviewbot.backport.model import Pick
from reviewbot.backport.stored import read_pick
from reviewbot.backport.work import Options
from reviewbot.errors import GitError, UsageError
from reviewbot.git import Entry, Plumbing

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

_FOLDER, _NAME = "refs/reviewbot/backport/", "/state"
_SCHEMA = 1
_DRAFTS = "drafts/"


@dataclass(frozen=True, slots=True)
class State:
    """How far an interactive run has come: `picks` are decided, `sources` is all that was wanted.

    tip: the last commit made, `onto` at first; drafts: what the user made of conflicting files so far, by
    "<step>/<path>"; id: the commit that holds this state, None before it is first saved
    """

    target: str
    onto: str
    branch: str
    tip: str
    sources: tuple[Source, ...]
    options: Options
    picks: tuple[Pick, ...] = ()
    drafts: Mapping[str, bytes] = field(default_factory=dict)
    id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """All but the drafts, as JSON data."""
        return {
            "schema": _SCHEMA,
            "to": self.target,
            "onto": self.onto,
            "branch": self.branch,
            "tip": self.tip,
            "sources": [
                {"commits": [c.id for c in source.commits], "why": list(source.why), "posted": list(source.posted)}
                for source in self.sources
            ],
            "note": self.options.note,
            "build": self.options.build,
            "style": self.options.style,
            "picks": [pick.to_dict() for pick in self.picks],
        }


def ref_of(target: str) -> str:
    """The ref that holds a branch's state."""
    return f"{_FOLDER}{target}{_NAME}"


def under_way(git: Plumbing) -> dict[str, str]:
    """The branches that an interactive run was begun for and not ended, each with its state's id."""
    return {name.removesuffix(_NAME): oid for name, oid in git.refs(_FOLDER).items() if name.endswith(_NAME)}


def ensure_none(git: Plumbing, target: str) -> None:
    """UsageError where a run for this branch is under way."""
    if target in under_way(git):
        raise UsageError(f"a backport to {target} is under way: --continue it, or --abort it")


def find(git: Plumbing, target: str | None) -> tuple[str, str]:
    """The branch whose run is under way and its state's id; the only one where none is named. UsageError otherwise."""
    found = under_way(git)
    if target is None and len(found) == 1:
        return next(iter(found.items()))
    if target is None and found:
        raise UsageError(f"several backports are under way, say which with --to: {', '.join(found)}")
    if target not in found:
        raise UsageError("no backport is under way" if target is None else f"no backport to {target} is under way")
    return target, found[target]


def load(git: Plumbing, oid: str, options: Options) -> State:
    """Read a state; `options` lends what is not kept (the rules, whom to tell). GitError where it cannot be read."""
    try:
        data = json.loads(git.file_at(oid, "state.json") or b"")
        if data["schema"] != _SCHEMA:
            raise GitError(f"this backport was begun by another version of reviewbot: --abort it ({oid[:12]})")
        ids = [oid for row in data["sources"] for oid in row["commits"]]
        commits = git.commits(ids)
        sources = tuple(
            Source(tuple(commits[oid] for oid in row["commits"]), tuple(row["why"]), tuple(row["posted"]))
            for row in data["sources"]
        )
        how = Options(options.branch or data["branch"], note=data["note"], style=data["style"],
                      rules=options.rules, build=data["build"], tell=options.tell)  # fmt: skip
        picks = tuple(read_pick(row) for row in data["picks"])
        names = (data["to"], data["onto"], how.branch or data["branch"], data["tip"])
    except (ValueError, KeyError, TypeError) as error:
        raise GitError(f"the state of this backport cannot be read: --abort it ({oid[:12]})") from error
    return State(*names, sources, how, picks, _drafts(git, oid), oid)


def _drafts(git: Plumbing, oid: str) -> dict[str, bytes]:
    listed = {path: entry.id for path, entry in git.entries(oid).items() if path.startswith(_DRAFTS)}
    blobs = git.blobs(listed.values())
    return {path.removeprefix(_DRAFTS): blobs[blob] for path, blob in listed.items()}


def save(store: Quarantine, state: State) -> str:
    """Make the commit that holds a state, in the quarantine; its id."""
    text = json.dumps(state.to_dict(), indent=1).encode("utf-8", "surrogateescape")
    files: dict[str, Entry | None] = {"state.json": Entry("100644", store.put(text))}
    for path, data in state.drafts.items():
        files[_DRAFTS + path] = Entry("100644", store.put(data))
    tree = store.graft(store.empty_tree(), files)
    who = store.committer()
    name, _, address = who.rpartition(" <")
    said = f"reviewbot backport to {state.target}: {len(state.picks)} of {len(state.sources)} decided\n"
    return store.commit_tree(tree, parents_of(state), said.encode(), name=name, email=address.rstrip(">"), date="")


def parents_of(state: State) -> Sequence[str]:
    """The commits that a state keeps alive."""
    waiting = [commit.id for source in state.sources[len(state.picks) :] for commit in source.commits]
    return tuple(dict.fromkeys([state.tip, *waiting]))
