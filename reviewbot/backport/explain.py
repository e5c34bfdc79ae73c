"""A conflict in words: what stands on each side, why, and which upstream commits wrote the lines it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from reviewbot.backport.attempt import Attempt, Clash, ends_of
from reviewbot.backport.diff import FileChange, read_change
from reviewbot.backport.lineage import Lineage
from reviewbot.backport.markers import Region, split
from reviewbot.backport.model import Conflict, Prerequisite, Proposal
from reviewbot.errors import GitError
from reviewbot.git import Commit, Entry

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

_BASE, _OURS, _THEIRS = 1, 2, 3
_LINK, _SUBMODULE = "120000", "160000"
_MOST_FILES, _MOST_SPANS, _MOST_TOLD = 4, 25, 8


def conflicts_of(store: Quarantine, clash: Clash, told: Sequence[Prerequisite]) -> tuple[Conflict, ...]:
    """The places of a merge that did not fit."""
    return tuple(found for path in sorted(clash.merged.conflicts) for found in _of_path(store, clash, path, told))


def _of_path(store: Quarantine, clash: Clash, path: str, told: Sequence[Prerequisite]) -> Iterator[Conflict]:
    stages = clash.merged.conflicts[path]
    why = as_a_whole(stages)
    marked = store.file_at(clash.merged.tree, path) if why is None else None
    parts = split(marked) if marked is not None and b"\0" not in marked else None
    if parts is None:
        yield Conflict(path, 0, "", "", why or "a binary file that both sides changed")
        return
    reason = "both sides changed these lines"
    lacking = [entry for entry in told if entry.on_branch is None and path in entry.paths]
    if lacking:
        reason += f"; upstream has {lacking[0].commit[:12]} ({lacking[0].subject}) here, which the branch lacks"
    regions = (part for part in parts if isinstance(part, Region))
    for number, region in enumerate(regions, 1):
        yield Conflict(path, number, _text(region.ours), _text(region.theirs), reason)


def as_a_whole(stages: Mapping[int, Entry]) -> str | None:
    """Why a conflict is not about lines; None where it is."""
    if set(stages) == {_BASE, _THEIRS}:
        what = "submodule" if stages[_BASE].mode == _SUBMODULE else "file"
        return f"the branch does not have this {what}"
    modes = {entry.mode for entry in stages.values()}
    if _SUBMODULE in modes:
        return "a submodule that both sides moved"
    if _LINK in modes:
        return "a symbolic link that both sides changed"
    have = set(stages)
    if have == {_BASE, _OURS}:
        return "the change deletes this file, and the branch's version differs from upstream's"
    if have in ({_THEIRS}, {_OURS}, {_BASE}):
        return "the file was moved on one side"
    return None


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def prerequisites(store: Quarantine, clash: Clash, lineage: Lineage) -> tuple[Prerequisite, ...]:
    """The upstream commits since the branch left that wrote the lines which the change touches in conflicting files."""
    if lineage.since is None:
        return ()
    base, theirs = ends_of(store, clash.commit)
    change = {file.old_path: file for file in read_change(store, base, theirs) if file.old_path}
    found: dict[str, list[str]] = {}
    for path in islice(sorted(clash.merged.conflicts), _MOST_FILES):
        if path in change and _BASE in clash.merged.conflicts[path]:
            try:
                ids = store.written_by(path, base, lineage.since, _spans(change[path]))
            except GitError:
                continue  # lines beyond the end of an odd file: no worse than not knowing
            for oid in ids:
                found.setdefault(oid, []).append(path)
    commits = store.commits(list(found)[:_MOST_TOLD])
    return tuple(_prerequisite(store, commit, lineage, found[oid]) for oid, commit in commits.items())


def _spans(file: FileChange) -> list[tuple[int, int]]:
    """The lines of the old file that a change takes away, or stands between."""
    return [
        (hunk.old, hunk.old + len(hunk.gone) - 1) if hunk.gone else (max(hunk.old, 1), max(hunk.old, 1))
        for hunk in file.hunks[:_MOST_SPANS]
    ]


def _prerequisite(store: Quarantine, commit: Commit, lineage: Lineage, paths: Sequence[str]) -> Prerequisite:
    here = lineage.target.takes(commit.id)
    elsewhere = [line.name for line in lineage.newer if line.takes(commit.id)]
    nearest = next(iter(lineage.newer), None)
    left = nearest.left if nearest else None  # the newer branch may have left the mainline after this commit
    if nearest and left and nearest.name not in elsewhere and store.merge_base(commit.id, left) == commit.id:
        elsewhere.insert(0, nearest.name)
    return Prerequisite(commit.id, commit.subject, here[0].commit.id if here else None, tuple(elsewhere), tuple(paths))


def proposal_of(store: Quarantine, attempt: Attempt, ours: str) -> Proposal:
    """What a repair did, as a diff of the files that git did not merge by itself."""
    assert attempt.tree is not None
    paths = sorted(attempt.clash.merged.conflicts) if attempt.clash else []
    out = store.run(
        "diff-tree", "-p", "-r", "--no-ext-diff", "--no-textconv", "--no-color", ours, attempt.tree, "--", *paths
    )
    left_out = [f"{path} was never on the branch: its change is left out" for path in attempt.dropped]
    return Proposal((*attempt.assumed, *left_out), _text(out))


def compared(store: Quarantine, chosen: Attempt | None, others: Sequence[Attempt]) -> Iterator[str]:
    """How the other versions relate to the one that was taken."""
    for other in others:
        via = other.candidate.via
        if other.tree is None:
            paths = sorted(other.clash.merged.conflicts) if other.clash else []
            yield f"{via} conflicts in {', '.join(paths)}"
        elif chosen is not None and chosen.tree is not None and other.tree != chosen.tree:
            differing = [change.path for change in store.changes(other.tree, chosen.tree)]
            yield f"{via} merges to something else in {', '.join(differing)}"
        elif chosen is not None:
            yield f"{via} gives the same"
