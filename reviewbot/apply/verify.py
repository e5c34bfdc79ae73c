"""A branch that somebody made by hand, held against the thread: what is in it, what is not, what nobody asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from reviewbot.apply.explain import Change, Explained, changes, explain
from reviewbot.apply.make import tag_lines, waits_for
from reviewbot.apply.message import clean, is_note, key_of, known, trailer_start
from reviewbot.errors import GitError, InputError
from reviewbot.fixups import Edit, Lookup, Touched, apply_edits, edit_prose, propose, touched_by
from reviewbot.git import Commit, Plumbing
from reviewbot.review import PatchReview, Request, Review

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

IN, OTHERWISE, TOUCHED, NOT_IN = "in", "otherwise", "touched", "not-in"
_APPROVAL = re.compile(r"(?:reviewed|acked|tested|release-acked|reported-and-tested|acked-and-tested)-by$")
_ALIKE = 0.6  # of two subjects, for a patch whose subject was changed
_NEAR = 4  # lines around a remark that an edit nobody could foretell may answer


@dataclass(frozen=True, slots=True)
class Answered:
    """A request and its fate: in, otherwise (moved to the other side), touched (somebody worded it), not-in."""

    request: Request
    state: str
    missing: bool
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        asked = self.request
        return {"id": asked.id, "who": asked.who, "says": asked.says, "kind": asked.kind, "agreed": asked.agreed,
                "state": self.state, "missing": self.missing, "reason": self.reason}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """One patch and its commit (None: there is none). `problem` says why the two could not be compared line by line."""

    number: int
    subject: str
    commit: str | None
    requests: tuple[Answered, ...] = ()
    missing_tags: tuple[str, ...] = ()
    invented_tags: tuple[tuple[str, str], ...] = ()  # the line, and what is wrong with it
    unexplained: tuple[Change, ...] = ()
    problem: str | None = None

    @property
    def right(self) -> bool:
        """Whether nothing is missing and nothing is there that nobody asked for."""
        wrong = self.missing_tags or self.invented_tags or self.unexplained or self.problem
        return self.commit is not None and not wrong and not any(answer.missing for answer in self.requests)

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "number": self.number, "subject": self.subject, "commit": self.commit, "right": self.right,
            "requests": [answer.to_dict() for answer in self.requests],
            "tags_missing": list(self.missing_tags),
            "tags_invented": [{"line": line, "reason": reason} for line, reason in self.invented_tags],
            "unexplained": [change.to_dict() for change in self.unexplained],
            "problem": self.problem,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verified:
    """A branch held against a thread; `others` are commits that belong to no patch, as (id, subject)."""

    base: str
    tip: str
    patches: tuple[Checked, ...]
    others: tuple[tuple[str, str], ...]

    @property
    def right(self) -> bool:
        """Whether the branch is the series with what was asked for, and nothing else."""
        return not self.others and all(patch.right for patch in self.patches)

    def to_dict(self) -> dict[str, Any]:
        """As JSON data, without `schema`."""
        return {"base": self.base, "tip": self.tip, "right": self.right,
                "patches": [patch.to_dict() for patch in self.patches],
                "others": [{"commit": oid, "subject": subject} for oid, subject in self.others]}  # fmt: skip


def verify(
    review: Review, repo: Plumbing, branch: str, *, base: str | None = None, lookup: Lookup | None = None
) -> Verified:
    """Hold the commits base..branch against the thread. `base`: a revision; by default what HEAD and it share.

    Each commit is compared with the posted patch applied to the commit's own parent. Nothing is written. Raises
    GitError for revisions that do not exist, InputError when there is no commit between them.
    """
    tip = repo.resolve(branch)
    start = repo.resolve(base) if base else _fork(repo, tip)
    commits = [commit for commit in repo.log(f"{start}..{tip}") if len(commit.parents) == 1][::-1]
    if not commits:
        raise InputError(f"{branch} has no commit on top of {start[:12]}; name the commit it starts from with --base")
    pairs = _paired(review, commits, repo)
    checked = tuple(_checked(entry, pairs.get(entry.patch.number), repo, lookup) for entry in review.patches)
    used = {commit.id for commit in pairs.values()}
    return Verified(start, tip, checked, tuple((c.id, c.subject) for c in commits if c.id not in used))


def _fork(repo: Plumbing, tip: str) -> str:
    head = repo.resolve("HEAD")
    shared = repo.run("merge-base", head, tip, ok=(0, 1)).decode().split()
    if not shared or shared[0] == tip:
        raise InputError("the branch is part of HEAD: name the commit it starts from with --base")
    return shared[0]


def _paired(review: Review, commits: Sequence[Commit], repo: Plumbing) -> dict[int, Commit]:
    """The commit of each patch: by subject, else the most alike one of the same author, or one of the same files."""
    pairs: dict[int, Commit] = {}
    left = list(commits)
    for entry in review.patches:
        same = next((c for c in left if c.subject == entry.patch.subject), None)
        if same is not None:
            pairs[entry.patch.number] = same
            left.remove(same)
    for entry in review.patches:
        if entry.patch.number in pairs:
            continue
        close = [(SequenceMatcher(None, c.subject, entry.patch.subject).ratio(), c) for c in left
                 if c.author_email.casefold() == entry.patch.author.address.casefold()]  # fmt: skip
        ratio, best = max(close, key=lambda found: found[0], default=(0.0, None))
        if best is not None and (ratio >= _ALIKE or _same_files(entry, best, repo)):
            pairs[entry.patch.number] = best
            left.remove(best)
    return pairs


def _same_files(entry: PatchReview, commit: Commit, repo: Plumbing) -> bool:
    touched = {change.path for change in repo.changes(commit.parents[0], commit.id)}
    return bool(entry.patch.files) and touched >= set(entry.patch.files)


def _checked(entry: PatchReview, commit: Commit | None, repo: Plumbing, lookup: Lookup | None) -> Checked:
    patch = entry.patch
    if commit is None:
        return Checked(patch.number, patch.subject, None, problem="no commit of the branch is this patch")
    edits = {request: propose(request, patch, lookup=lookup) for request in entry.requests}
    wanted = [edit for edit in edits.values() if edit is not None]
    found = list(_prose(entry, commit, wanted))
    problem = None
    try:
        found += _files(entry, commit, wanted, repo)
    except (InputError, GitError) as error:
        problem = f"the posted patch does not apply to {commit.parents[0][:12]}: {error}"
    made = frozenset().union(*(one.made for one in found))
    otherwise = frozenset().union(*(one.otherwise for one in found))
    rest = [change for one in found for change in one.rest]
    answers, rest = _answers(entry, edits, made, otherwise, rest)
    done = {answer.request.id for answer in answers if answer.state != NOT_IN}
    missing, invented = _tags(entry, commit, done)
    return Checked(patch.number, patch.subject, commit.id, tuple(answers), missing, invented, tuple(rest), problem)


def _prose(entry: PatchReview, commit: Commit, edits: Sequence[Edit]) -> Iterator[Explained]:
    """Subject and message, the tags that were added left out."""
    patch = entry.patch
    subject, _, body = commit.message.strip("\n").partition("\n")
    yield explain(patch.subject, subject, (e for e in edits if e.subject),
                  lambda some: edit_prose(patch.subject, some, name="the subject"), None)  # fmt: skip
    have = {key_of(line) for line in patch.body.split("\n")}
    given = {key_of(tag.line) for tag in entry.tags}
    lines = clean(body)
    block = trailer_start(lines)
    kept = [line for n, line in enumerate(lines) if n < block or not _added(line, have, given)]
    posted = "\n".join(clean(patch.body))
    yield explain(posted, "\n".join(clean("\n".join(kept))), (e for e in edits if e.message),
                  lambda some: "\n".join(clean(edit_prose(posted, some, name="the message"))), None)  # fmt: skip


def _added(line: str, have: set[tuple[str, str, str] | None], given: set[tuple[str, str, str] | None]) -> bool:
    """Whether a trailer's line was added on commit as such are: an approval, a sign-off, a note."""
    key = key_of(line)
    if key is None:
        return is_note(line)
    return key not in have and (key in given or key[0] == "signed-off-by" or bool(_APPROVAL.match(key[0])))


def _files(entry: PatchReview, commit: Commit, edits: Sequence[Edit], repo: Plumbing) -> Iterator[Explained]:
    """Every file of the commit against the posted patch on the commit's parent."""
    patch = entry.patch
    patch.diff.ensure_usable(f"patch {patch.number}")
    with repo.quarantine() as store:
        store.read_tree(commit.parents[0])
        store.apply(patch.diff.raw, patch.diff.strip)
        posted, made = store.entries(None), store.entries(commit.tree)
        known_files = {file.path: file for file in patch.diff.files}
        paths = [path for path in sorted({*posted, *made}) if posted.get(path) != made.get(path)]
        for path in paths:
            was, now = _content(store, posted, path), _content(store, made, path)
            if path in known_files:
                touched = touched_by(known_files[path], was)
                wanted = [edit for edit in edits if edit.path == path]
                yield explain(_text(was), _text(now), wanted, _maker(was, path, touched), path)
            else:
                yield Explained(frozenset(), frozenset(), changes(_text(was), _text(now), path))
            modes = (posted[path].mode if path in posted else None, made[path].mode if path in made else None)
            if was == now and modes[0] != modes[1]:
                said = [f"mode {mode}" if mode else "no such file" for mode in modes]
                yield Explained(frozenset(), frozenset(), (Change(path, 0, (said[0],), (said[1],)),))


def _maker(content: bytes, path: str, touched: Touched) -> Any:
    return lambda some: _text(apply_edits(content, some, path=path, touched=touched))


def _content(store: Quarantine, entries: Any, path: str) -> bytes:
    entry = entries.get(path)
    return (store.blob(entry.id) or b"") if entry is not None and entry.mode.startswith("100") else b""


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _answers(
    entry: PatchReview, edits: dict[Request, Edit | None], made: frozenset[Edit], otherwise: frozenset[Edit],
    rest: list[Change],
) -> tuple[list[Answered], list[Change]]:  # fmt: skip
    """The fate of each request; changes beside a remark that no edit was known for are taken as its answer."""
    answers: list[Answered] = []
    left = list(rest)
    for request in entry.requests:
        edit = edits[request]
        if edit is not None and edit in made:
            state = OTHERWISE if edit in otherwise else IN
            reason = "on the other side of what was named" if state == OTHERWISE else "as it was asked for"
            answers.append(Answered(request, state, False, reason))
            continue
        near = [change for change in left if _beside(request, change)]
        if near and request.agreed is not False:
            left = [change for change in left if change not in near]
            answers.append(Answered(request, TOUCHED, False, "something was changed there; look whether it is that"))
            continue
        missing, reason = _lack(request, entry)
        answers.append(Answered(request, NOT_IN, missing, reason))
    return answers, left


def _beside(request: Request, change: Change) -> bool:
    anchor = request.anchor
    if anchor.path is None or request.kind in ("subject", "message", "trailer"):
        return change.path is None
    if change.path != anchor.path or anchor.line is None:
        return False
    last = change.posted + max(len(change.removed), 1)
    return change.posted - _NEAR <= anchor.line <= last + _NEAR or (anchor.text or "\0") in change.removed


def _lack(request: Request, entry: PatchReview) -> tuple[bool, str]:
    """Whether a request that is not in ought to be, and why (not)."""
    if request.agreed is False:
        return False, "declined"
    if request.promised:
        return False, f"promised for {request.promised}"
    if request.agreed:
        return True, "the author agreed to it"
    if request.strength == "required" and any(waits_for(tag, request) for tag in entry.tags):
        return True, f"{request.who}'s tag depends on it"
    return False, "nobody agreed to it"


def _tags(
    entry: PatchReview, commit: Commit, done: set[str]
) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:  # fmt: skip
    """The tags that the commit lacks, and those in it that the thread does not give."""
    lines = clean(commit.message)
    there = [(line, key) for line in lines[trailer_start(lines) :] if (key := key_of(line)) is not None]
    keys = [key for _, key in there]
    planned = tag_lines(entry, done)
    expected = [line for line, take, _ in planned if take]
    missing = [line for line in expected if (key := key_of(line)) and not known(key, keys)]
    posted = [key for line in entry.patch.body.split("\n") if (key := key_of(line)) is not None]
    given = {key: (take, note) for line, take, note in planned if (key := key_of(line)) is not None}
    invented = list(_invented(there, posted, given))
    return tuple(missing), tuple(invented)


def _invented(
    there: Iterable[tuple[str, tuple[str, str, str]]], posted: Sequence[tuple[str, str, str]],
    given: dict[tuple[str, str, str], tuple[bool, str]],
) -> Iterator[tuple[str, str]]:  # fmt: skip
    for line, key in there:
        if not _APPROVAL.match(key[0]) or key in posted:
            continue
        same = [value for other, value in given.items() if other[:2] == key[:2]]
        if not same:
            named = [other for other in given if other[0] == key[0] and _name(other[1]) == _name(key[1])]
            yield line, f"given with another address: {named[0][1]}" if named else "no mail gives it"
        elif not any(take for take, _ in same):
            yield line, same[0][1] or "not given for this"
        elif key not in given and not any(other[:2] == key[:2] and other[2] in ("", key[2]) for other in given):
            yield line, "given for a part only"


def _name(address: str) -> str:
    return address.partition("@")[0]
