"""An interactive run: what does not come out clean is put to a person, and each answer is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from reviewbot.backport import state as states
from reviewbot.backport.attempt import Attempt
from reviewbot.backport.candidates import Source
from reviewbot.backport.lineage import Lineage, Taken
from reviewbot.backport.model import ALREADY, CLEAN, DOUBTFUL, EMPTY, Backported, Pick
from reviewbot.backport.pick import Chosen
from reviewbot.backport.requested import requested
from reviewbot.backport.resolve import Opened, opened_doubtful, opened_steps, standing
from reviewbot.backport.run import REASON, ensure_free, longer, place, ref_of
from reviewbot.backport.state import State
from reviewbot.backport.wanted import Branches
from reviewbot.backport.work import Options, Work, shown_attempt
from reviewbot.git import Entry, Plumbing

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

ACCEPT, EDIT, SKIP, STOP = "accept", "edit", "skip", "stop"
# What became of a file: text, an entry of one side, or None where it is not to be there.
Files = Mapping[str, "bytes | Entry | None"]


class Person(Protocol):
    """Who is asked. Nothing is decided for him."""

    def decide(self, pick: Pick, place: str) -> str:
        """ACCEPT what is there (a proposal, a doubtful pick), EDIT, SKIP the change, or STOP here."""

    def resolve(self, opened: Opened, save: Callable[[str, bytes], None]) -> Files | None:
        """What the conflicting files shall be; None to go back. `save` keeps a file that is not finished."""

    def confirm(self, pick: Pick, diff: str) -> str:
        """ACCEPT what came of an edit, EDIT it again, SKIP or STOP."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """A pick that has its answer; `attempt` is what its message may speak of."""

    pick: Pick
    attempt: Attempt | None


def begin(
    git: Plumbing, sources: Sequence[Source] | None, to: str, onto: str | None, options: Options, person: Person
) -> Backported:
    """Pick changes to one branch as `backport` does, and ask about all that is not clean.

    The state is kept in the repository from the start. Raises UsageError where a run for this branch is under way.
    """
    target = Branches(git).target(to, onto)
    states.ensure_none(git, target.name)
    ref = ref_of(target.name, options.branch)
    ensure_free(git, ref)
    with place(git) as store:
        wanted = tuple(requested(store, target) if sources is None else sources)
        branch = ref.removeprefix("refs/heads/")
        start = State(target.name, target.onto, branch, target.onto, wanted, options)
        return _Session(git, store, start, person).run()


def resume(git: Plumbing, to: str | None, options: Options, person: Person) -> Backported:
    """Go on where a run was left. UsageError where none is under way."""
    _, oid = states.find(git, to)
    state = states.load(git, oid, options)
    ensure_free(git, ref_of(state.target, state.branch))
    with place(git) as store:
        return _Session(git, store, state, person).run()


def abort(git: Plumbing, to: str | None) -> str:
    """Forget a run, and what was decided in it; the branch's name. UsageError where none is under way."""
    name, oid = states.find(git, to)
    with place(git) as store:
        store.forget(states.ref_of(name), oid, REASON)
    return name


class _Session:
    def __init__(self, git: Plumbing, store: Quarantine, state: State, person: Person) -> None:
        self._store, self._state, self._person = store, state, person
        self._work = Work(git, store, state.options)
        self._target = Branches(store).target(state.target, state.tip)
        self._taken: tuple[Taken, ...] = ()

    def run(self) -> Backported:
        """Decide what is left; at the end the branch is made and the state goes, in one step."""
        if self._state.id is None:
            self._keep(self._state)
        while len(self._state.picks) < len(self._state.sources):
            if not self._next():
                return self._told(None)
        state = self._state
        assert state.id is not None
        ref = states.ref_of(state.target)
        if state.tip == state.onto:
            self._store.forget(ref, state.id, REASON)
            return self._told(None)
        branch = ref_of(state.target, state.branch)
        self._store.publish(branch, state.tip, REASON, drop=(ref, state.id))
        return self._told(state.tip)

    def _told(self, tip: str | None) -> Backported:
        state = self._state
        left = len(state.sources) - len(state.picks)
        return Backported(state.target, state.onto, state.branch, tip, state.picks, left)

    def _next(self) -> bool:
        """Decide on one more change; whether to go on."""
        source, tip = self._state.sources[len(self._state.picks)], self._state.tip
        lineage = self._target.lineage
        lineage = replace(lineage, target=longer(lineage.target, self._taken))
        chosen, pick = self._work.choose(source, lineage, tip)
        decided: _Decided | None = _Decided(pick, chosen.attempt)
        if pick.status not in (CLEAN, ALREADY, EMPTY):
            decided = self._decided(chosen, pick, source, lineage)
        if decided is None:
            return False
        done = decided.pick
        if done.status in (CLEAN, DOUBTFUL) and done.tree is not None:
            done = self._work.commit(done, source, lineage, decided.attempt, tip)
        if done.commit is not None:
            self._taken = (*self._taken, self._work.taken(done.commit, self._state.target))
        self._keep(replace(self._state, tip=done.commit or tip, picks=(*self._state.picks, done), drafts={}))
        return True

    def _keep(self, state: State) -> None:
        """Save the state in the repository, before anything else happens."""
        oid = states.save(self._store, state)
        self._store.publish(states.ref_of(state.target), oid, REASON, was=self._state.id)
        self._state = replace(state, id=oid)

    def _draft(self, name: str, data: bytes) -> None:
        self._keep(replace(self._state, drafts={**self._state.drafts, name: data}))

    def _decided(self, chosen: Chosen, pick: Pick, source: Source, lineage: Lineage) -> _Decided | None:
        """Ask until there is an answer; None to stop here."""
        where = f"{len(self._state.picks) + 1}/{len(self._state.sources)}"
        while True:
            answer = self._person.decide(pick, where)
            if answer == ACCEPT and pick.tree is not None:
                return _Decided(self._accepted(pick), chosen.attempt)
            if answer == EDIT:
                found = self._edited(chosen, pick, source, lineage)
                if found is not None:
                    answer, edited = found
                    if answer == ACCEPT:
                        return edited
            if answer == SKIP:
                return _Decided(replace(pick, tree=None, message=None, resolved="left out"), None)
            if answer == STOP:
                return None

    def _accepted(self, pick: Pick) -> Pick:
        if pick.proposal is None:
            return replace(pick, resolved="taken in spite of the doubt")
        state = CLEAN if pick.sound else DOUBTFUL
        return replace(pick, status=state, resolved="the proposal was accepted", proposal=None)

    def _edited(
        self, chosen: Chosen, pick: Pick, source: Source, lineage: Lineage
    ) -> tuple[str, _Decided | None] | None:
        """Let the files be edited, look at what came of it, ask again; None to go back to the first question."""
        while True:
            tree = self._resolved(chosen, pick, lineage)
            if tree is None:
                return None
            ours = self._store.resolve(self._state.tip, "tree")
            shown = shown_attempt(chosen)
            assert shown is not None
            attempt = Attempt(shown.candidate, tree, moved=shown.moved, dropped=shown.dropped)
            checked = self._work.picker.check(attempt, ours)
            checked = replace(checked, doubts=standing(self._store, checked.doubts, ours, tree))
            checked = self._work.picker.built(checked, ours)
            state = EMPTY if tree == ours else CLEAN if checked.sound else DOUBTFUL
            edited = replace(self._work.told(source, lineage, ours, checked, state), resolved="edited by hand")
            diff = self._store.run("diff-tree", "-p", "-r", "--no-ext-diff", "--no-textconv", "--no-color", ours, tree)
            answer = self._person.confirm(edited, diff.decode("utf-8", "surrogateescape"))
            if answer != EDIT:
                by_hand = replace(attempt, assumed=("resolved by hand",))
                return answer, _Decided(edited, by_hand)

    def _resolved(self, chosen: Chosen, pick: Pick, lineage: Lineage) -> str | None:
        """The tree with every conflict resolved by the person, None when he gave up."""
        drafts = self._state.drafts
        if pick.status == DOUBTFUL and chosen.attempt is not None:
            return self._put(opened_doubtful(self._store, chosen.attempt, pick, drafts))
        shown = shown_attempt(chosen)
        if shown is None:
            return None
        ours = self._store.resolve(self._state.tip, "tree")
        steps = opened_steps(self._store, self._work.picker, shown.candidate, lineage, ours, drafts)
        try:
            opened = next(steps)
            while True:
                tree = self._put(opened)
                if tree is None:
                    return None
                opened = steps.send(tree)
        except StopIteration as end:
            return str(end.value)

    def _put(self, opened: Opened) -> str | None:
        files = self._person.resolve(opened, lambda path, data: self._draft(f"{opened.step}/{path}", data))
        if files is None:
            return None
        entries: dict[str, Entry | None] = {}
        for file in opened.files:
            made = files[file.path]
            entries[file.path] = Entry(file.mode, self._store.put(made)) if isinstance(made, bytes) else made
        return self._store.graft(opened.tree, entries)


__all__ = ["ACCEPT", "EDIT", "SKIP", "STOP", "Files", "Opened", "Person", "abort", "begin", "resume"]
