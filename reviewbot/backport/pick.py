"""One wanted change onto one tree: its versions tried in order, the first clean one that passes the checks taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from reviewbot.analysis import OverlayTree, Tree
from reviewbot.backport.attempt import Attempt, Clash, Step, ends_of
from reviewbot.backport.build import Builder, Built
from reviewbot.backport.candidates import Candidate, Source, candidates, origins
from reviewbot.backport.diff import read_change
from reviewbot.backport.doubt import doubts
from reviewbot.backport.lineage import Lineage, Taken
from reviewbot.backport.mend import Way, mend
from reviewbot.backport.model import Doubt, Reportable
from reviewbot.backport.moved import Moves, remerge
from reviewbot.git import Change, Commit

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

# The rules of this project on one change: the trees before and after, what differs; the findings that it adds.
Rules = Callable[[Tree, Tree, Sequence[Change]], Sequence[Reportable]]
_C_FILES = (".c", ".h")
_NAME = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Chosen:
    """The attempt that was taken, with what speaks against it (or spoke against all), and what else was tried.

    already: the branch's commits that are this change; build: how the user's build command ended
    """

    attempt: Attempt | None
    doubts: tuple[Doubt, ...] = ()
    findings: tuple[Reportable, ...] = ()
    others: tuple[Attempt, ...] = ()
    already: tuple[Taken, ...] = ()
    build: Built | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing speaks against it."""
        return not self.doubts and not self.findings and not (self.build and self.build.failed)


class Picker:
    """Picks changes onto trees; what it learns about history serves the next pick too.

    `rules` is None where the project's rules shall not run, `builder` where nothing shall be built. The
    history of upstream's files is read back to where the branch left the mainline.
    """

    def __init__(
        self, store: Quarantine, moves: Moves, rules: Rules | None = None, builder: Builder | None = None
    ) -> None:
        self._store, self._moves, self._rules, self._builder = store, moves, rules, builder
        self._tree = lru_cache(maxsize=4)(store.tree)

    def choose(self, source: Source, lineage: Lineage, ours: str) -> Chosen:
        """Find the best way to bring a change into the tree `ours` (full id)."""
        already = self._already(source, lineage)
        if already:
            return Chosen(None, already=already)
        tried: list[Attempt] = []
        doubtful: list[Chosen] = []
        for candidate in candidates(source, lineage):
            attempt = self._merge(ours, candidate, lineage, None)
            tried.append(attempt)
            if not attempt.clean or attempt.tree is None:
                continue
            chosen = self.check(attempt, ours)
            chosen = self.built(chosen, ours) if chosen.sound else chosen
            if chosen.sound:
                return replace(chosen, others=tuple(tried[:-1]))
            doubtful.append(chosen)
        if doubtful:
            best = doubtful[0]
            return replace(self.built(best, ours), others=tuple(a for a in tried if a is not best.attempt))
        spoken: tuple[Doubt, ...] = ()
        for way in Way:
            for attempt in tried:
                mended = self._merge(ours, attempt.candidate, lineage, way)
                if mended.tree is None or mended.tree == ours:
                    continue  # leaving out all of a change is no proposal
                proposed = self.check(mended, ours)
                if not proposed.doubts:
                    return replace(self.built(proposed, ours), others=tuple(a for a in tried if a is not attempt))
                # What the checks speak against is no proposal; what they say tells a person what is lacking.
                spoken = spoken or proposed.doubts
        return Chosen(None, spoken, others=tuple(tried))

    def _already(self, source: Source, lineage: Lineage) -> tuple[Taken, ...]:
        found = []
        for commit in source.commits:
            versions = [lineage.target.takes(oid) for oid in dict.fromkeys((commit.id, *origins(commit, lineage)))]
            if not any(versions):
                return ()
            found += [taken for version in versions for taken in version[:1]]
        return tuple(dict.fromkeys(found))

    def _merge(self, ours: str, candidate: Candidate, lineage: Lineage, way: Way | None) -> Attempt:
        """Merge the steps in sequence; with a `way`, steps that do not merge are mended."""
        tree = ours
        assumed: dict[str, None] = {}
        moved: dict[str, None] = {}
        dropped: list[str] = []
        renamed: frozenset[str] = frozenset()
        first: Clash | None = None
        for commit in candidate.steps:
            step = self.merge_step(tree, commit, lineage)
            moved.update(dict.fromkeys(step.elsewhere))
            if step.merged.clean:
                tree = step.merged.tree
                continue
            first = first or Clash(tree, commit, step.merged)
            mended = mend(self._store, step, way, self._tree(tree).entries) if way is not None else None
            if mended is None:
                return Attempt(candidate, None, first, tuple(assumed), tuple(dropped), tuple(moved))
            tree, renamed = mended.tree, renamed | mended.renamed
            assumed.update(dict.fromkeys(mended.assumed))
            dropped += mended.dropped
        return Attempt(candidate, tree, first, tuple(assumed), tuple(dropped), tuple(moved), renamed)

    def merge_step(self, tree: str, commit: Commit, lineage: Lineage) -> Step:
        """Merge one commit's change into a tree, files that stand elsewhere on the branch where they stand."""
        base, theirs = ends_of(self._store, commit)
        step = Step(self._store.merge(tree, base, theirs), tree, base, theirs)
        if not step.merged.clean and lineage.since:
            clash = Clash(tree, commit, step.merged)
            again = remerge(self._store, clash, self._moves, lineage.since, self._tree(tree).entries)
            return again or step
        return step

    def check(self, attempt: Attempt, ours: str) -> Chosen:
        """What speaks against an attempt that has a tree."""
        tree = ours
        found: list[Doubt] = []
        assert attempt.tree is not None
        for commit in attempt.candidate.steps:
            base, theirs = ends_of(self._store, commit)
            change = read_change(self._store, base, theirs)
            kept = tuple(file for file in change if file.name not in attempt.dropped)
            found += doubts(self._store, kept, base, theirs, self._tree(tree), attempt.tree)
        # What the branch has another word for is not lacking.
        found = [doubt for doubt in found if not attempt.renamed & set(_NAME.findall(doubt.name))]
        findings = self._findings(attempt, ours) if self._rules else ()
        return Chosen(attempt, tuple(dict.fromkeys(found)), findings)

    def built(self, chosen: Chosen, ours: str) -> Chosen:
        """The same with the outcome of the user's build command; where it fails, the branch's own tree is built too."""
        if self._builder is None or chosen.build or chosen.attempt is None or chosen.attempt.tree is None:
            return chosen
        made = self._builder.build(chosen.attempt.tree)
        if made.failed:
            made = replace(made, before=self._builder.build(ours).failed)
        return replace(chosen, build=made)

    def _findings(self, attempt: Attempt, ours: str) -> tuple[Reportable, ...]:
        """What the rules say of the pick and do not say of the change upstream."""
        assert attempt.tree is not None and self._rules is not None
        found = self._added(ours, attempt.tree)
        if not found:
            return ()
        known: set[object] = set()
        for commit in attempt.candidate.steps:
            upstream = self._added(*ends_of(self._store, commit))
            known |= {getattr(finding, "fingerprint", None) for finding in upstream}
        return tuple(finding for finding in found if getattr(finding, "fingerprint", finding) not in known)

    def _added(self, old: str, new: str) -> tuple[Reportable, ...]:
        """What the rules say of the difference between two commits or trees."""
        assert self._rules is not None
        changes = self._store.changes(old, new)
        if not any(change.path.endswith(_C_FILES) for change in changes):
            return ()
        before = self._tree(old)
        # Listing the new tree as well would cost more than most picks do.
        blobs = self._store.blobs(change.new.id for change in changes if change.new)
        files = {change.path: blobs.get(change.new.id) if change.new else None for change in changes}
        gone = {c.old_path: None for c in changes if c.status == "renamed" and c.old_path}
        return tuple(self._rules(before, OverlayTree(before, {**gone, **files}), changes))
