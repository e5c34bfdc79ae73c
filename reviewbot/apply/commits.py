"""Making the commits: in a quarantine, with an index of its own, and one new branch at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from reviewbot.apply.make import default_branch
from reviewbot.apply.message import commit_message
from reviewbot.apply.note import note_of
from reviewbot.apply.ontop import put_on_top
from reviewbot.apply.plan import Fixup, Plan, PlannedPatch, check_plan
from reviewbot.errors import GitError, InputError
from reviewbot.fixups import Edit, apply_edits, path_of_diff, touched_by, without_repeats
from reviewbot.git import Change, GitTree, Plumbing
from reviewbot.review import Request, Review
from reviewbot.series import Patch, Series

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

_REGULAR = ("100644", "100755")
# Files that make git run or fetch something once somebody configures them: worth a look before a checkout.
_CONFIGURING = (".gitattributes", ".gitmodules")


class Reportable(Protocol):
    """Anything that a report can write: a finding, a verdict."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON data."""


# The rules on one commit: the trees before and after, what differs; the findings that it adds.
Check = Callable[[GitTree, GitTree, Sequence[Change]], Iterable[Reportable]]


@dataclass(frozen=True, slots=True)
class Made:
    """A commit: `tags` are the lines added, `fixups` the ids of the requests done (or the committer's own edits).

    `id` is None in a dry run: the commit would get another one later. `remarks` are paths worth a look.
    """

    id: str | None
    tree: str
    number: int
    subject: str
    message: str
    tags: tuple[str, ...]
    fixups: tuple[str, ...]
    findings: tuple[Reportable, ...]
    remarks: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The commit as the `apply` interface has it."""
        return {
            "id": self.id,
            "tree": self.tree,
            "number": self.number,
            "subject": self.subject,
            "tags": list(self.tags),
            "fixups": list(self.fixups),
            "findings": [finding.to_dict() for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class Left:
    """A request that was not done, and why."""

    id: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        """As JSON data."""
        return {"id": self.id, "reason": self.reason}


@dataclass(frozen=True, slots=True)
class Applied:
    """What `apply` did, or in a dry run would do: `tip` is None then."""

    base: str
    branch: str
    tip: str | None
    commits: tuple[Made, ...]
    left: tuple[Left, ...]
    verdict: Reportable | None = None

    def to_dict(self) -> dict[str, Any]:
        """The object of the `apply` interface, without `schema`."""
        return {
            "base": self.base,
            "branch": self.branch,
            "tip": self.tip,
            "commits": [commit.to_dict() for commit in self.commits],
            "left": [entry.to_dict() for entry in self.left],
            "verdict": self.verdict.to_dict() if self.verdict else None,
        }


def apply_plan(
    review: Review,
    plan: Plan,
    repo: Plumbing,
    *,
    base: str | None = None,
    branch: str | None = None,
    dry_run: bool = False,
    check: Check | None = None,
    verdict: Reportable | None = None,
    note: str | None = None,
) -> Applied:
    """Make a branch of a series as its plan says, on `base` (default: the plan's, else HEAD).

    `note`: the committer's initials, for a line "[jb: what]" in the message of each commit that was edited.

    The user's work tree, index, HEAD and hooks are not touched; the branch must not exist. Raises InputError (a patch
    that does not apply, an edit that fits nowhere or twice, a plan for something else) or GitError (an unknown base,
    no identity, a branch that exists); then, and in a dry run, the repository is as it was, objects included.
    """
    check_plan(plan, review)
    _complete(review.series)
    start = repo.resolve(base or plan.base or "HEAD")
    name = branch or default_branch(review)
    ref = f"refs/heads/{name}"
    if repo.has_ref(ref) and not dry_run:
        raise GitError(f"the branch {name} exists already: delete it, or name another with --branch")
    repo.committer()
    with repo.quarantine() as store:
        commits, parent = chain(store, review, plan, start, check=check, note=note)
        if dry_run:
            commits = [_unnamed(made) for made in commits]
        else:
            store.publish(ref, parent, f"reviewbot apply: {review.series.id}")
    left = tuple(_left(review, plan))
    return Applied(start, name, None if dry_run else parent, tuple(commits), left, verdict)


def chain(
    store: Quarantine, review: Review, plan: Plan, start: str, *, check: Check | None = None, note: str | None = None
) -> tuple[list[Made], str]:
    """Commit all patches, as the plan says, one on the other from `start` on; the commits, and the id of the last."""
    store.read_tree(start)
    commits: list[Made] = []
    parent = start
    for patch in review.series.patches:
        edited = any(made.fixups for made in commits)
        before = (start, review.series.patches[: len(commits)]) if edited else None
        made, parent = _commit(store, patch, plan.patch(patch.number), parent, commits, check, note, before)
        commits.append(made)
    return commits, parent


@contextmanager
def posted(series: Series, repo: Plumbing, base: str | None = None) -> Iterator[tuple[Quarantine, str, str]]:
    """The series as it was posted, on `base` (default HEAD): a repository that has it, the base, the tree at its end.

    All of it is gone when the context ends. Raises as `apply_plan` does.
    """
    _complete(series)
    start = repo.resolve(base or "HEAD")
    with repo.quarantine() as store:
        store.read_tree(start)
        for patch in series.patches:
            _put(store, patch, start, [])
        yield store, start, store.write_tree()


@contextmanager
def committed(
    review: Review, plan: Plan, repo: Plumbing, base: str | None = None
) -> Iterator[tuple[Quarantine, tuple[Made, ...]]]:
    """The commits that `apply_plan` would make, on `base` (default: the plan's, else HEAD), in a quarantine with them.

    All of it is gone when the context ends, but for what the quarantine was told to publish. Raises as `apply_plan`.
    """
    check_plan(plan, review)
    _complete(review.series)
    start = repo.resolve(base or plan.base or "HEAD")
    with repo.quarantine() as store:
        made, _ = chain(store, review, plan, start)
        yield store, tuple(made)


def _complete(series: Series) -> None:
    if not series.complete:
        lacks = ", ".join(str(number) for number in series.missing) or "all"
        raise InputError(f"{series.title!r} v{series.version} is incomplete: of {series.total} patches {lacks} lacking")


def _commit(
    store: Quarantine, patch: Patch, planned: PlannedPatch, parent: str, before: Sequence[Made], check: Check | None,
    initials: str | None = None, earlier: tuple[str, Sequence[Patch]] | None = None,
) -> tuple[Made, str]:  # fmt: skip
    name = _name(patch)
    _put(store, patch, parent, before, earlier)
    taken = [fixup for fixup in planned.fixups if fixup.take]
    try:
        edits = without_repeats([fixup.edit for fixup in taken])
        _edit_files(store, patch, edits)
        message, tags = commit_message(
            patch,
            [edit for edit in edits if edit.subject],
            [edit for edit in edits if edit.message],
            [tag.line for tag in planned.tags if tag.take],
            note_of(edits, initials) if initials and edits else None,
        )
    except InputError as error:
        raise InputError(f"{name}: {error}") from error
    tree = store.write_tree()
    author = patch.author
    try:
        commit = store.commit_tree(
            tree, [parent], message.encode("utf-8", "replace"),
            name=author.name or author.address, email=author.address, date=patch.date_text,
        )  # fmt: skip
    except GitError as error:
        raise InputError(f"{name}: {str(error).removeprefix('git commit-tree: ')}") from error
    changes = store.changes(parent, commit)
    findings = tuple(check(store.tree(parent), store.tree(commit), changes)) if check else ()
    subject = message.split("\n", 1)[0]
    made = Made(commit, tree, patch.number, subject, message, tags, tuple(f.name for f in taken), findings,
                tuple(_remarks(changes)))  # fmt: skip
    return made, commit


def _put(
    store: Quarantine,
    patch: Patch,
    parent: str,
    before: Sequence[Made],
    earlier: tuple[str, Sequence[Patch]] | None = None,
) -> None:
    """Apply a patch to the index as it is; a patch that does not fit is an error with git's file and line.

    earlier: the base and the patches before this one, when those were edited: a patch that shows the edited lines is
    merged then, if it comes out the same.
    """
    name = _name(patch)
    patch.diff.ensure_usable(name)
    try:
        store.apply(patch.diff.raw, patch.diff.strip)
    except GitError as error:
        if earlier is not None and put_on_top(store, patch, *earlier):
            return
        where = str(error).removeprefix("git apply: ").removeprefix("patch failed: ")
        edited = [name if name.startswith("fixup") else f"fixup {name}" for made in before for name in made.fixups]
        after = f", after {', '.join(edited)}" if edited else ""
        raise InputError(f"{name} does not apply to {parent[:12]}{after}: {where}") from error


def apply_posted(store: Quarantine, patch: Patch, parent: str) -> None:
    """Apply a patch as it was posted to the index of a quarantine; InputError if it does not fit."""
    _put(store, patch, parent, [])


def _name(patch: Patch) -> str:
    return f"patch {patch.number}/{patch.total} ({patch.subject})"


def _edit_files(store: Quarantine, patch: Patch, edits: Sequence[Edit]) -> None:
    """Make the edits of files, each file's together, in the index."""
    by_path: dict[str, list[Edit]] = {}
    for edit in edits:
        if edit.message or edit.subject:
            continue
        path = edit.path or path_of_diff(edit.diff or "")
        if path is None:
            raise InputError(f"{edit.label}: names no file (path = …)")
        by_path.setdefault(path, []).append(edit)
    files = {file.path: file for file in patch.diff.files}
    entries = store.entries(None) if by_path else {}
    new: dict[str, bytes] = {}
    for path, wanted in by_path.items():
        if path not in files and any(edit.within is None for edit in wanted):
            raise InputError(f"{wanted[0].label}: the patch does not touch {path}")
        entry = entries.get(path)
        content = store.blob(entry.id) if entry and entry.mode in _REGULAR else None
        if content is None:
            raise InputError(f"{wanted[0].label}: there is no file {path} after the patch")
        touched = touched_by(files[path], content) if path in files else None
        new[path] = apply_edits(content, wanted, path=path, touched=touched)
    if new:
        store.stage(new)


def _remarks(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        if change.path.rpartition("/")[2] in _CONFIGURING:
            yield f"{change.path}: configures git; look at it before you check the branch out"
        if change.new and change.new.mode not in _REGULAR:
            yield f"{change.path}: a symbolic link or a submodule"


def _unnamed(made: Made) -> Made:
    return Made(None, made.tree, made.number, made.subject, made.message, made.tags, made.fixups, made.findings,
                made.remarks)  # fmt: skip


def _left(review: Review, plan: Plan) -> Iterator[Left]:
    """The requests that no taken fixup answers, with the reason."""
    for entry in review.patches:
        fixups: Mapping[str | None, list[Fixup]] = {
            request.id: [f for f in plan.patch(entry.patch.number).fixups if f.request == request.id]
            for request in entry.requests
        }
        for request in entry.requests:
            if not any(fixup.take for fixup in fixups[request.id]):
                later = any(fixup.later for fixup in fixups[request.id])
                yield Left(request.id, _reason(request, bool(fixups[request.id]), later))


def _reason(request: Request, planned: bool, later: bool) -> str:
    if request.agreed is False:
        return "declined"
    if request.promised:
        return f"promised for {request.promised}"
    if later:
        return "put off"
    if not planned and request.hunks:
        return "it changes lines that the patch does not touch"
    if not planned:
        return "a person must decide" if request.kind == "question-like" else "a person must word it"
    if request.kind == "move":
        return "a move: made only when the plan says so"
    return "not taken" if request.agreed else "nobody agreed to it"
