"""What one edit would do to the series as it was posted, as a diff."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import unified_diff

from reviewbot.apply.commits import apply_posted
from reviewbot.errors import InputError
from reviewbot.fixups import Edit, apply_edits, edit_prose, path_of_diff, touched_by, without_repeats
from reviewbot.git import GitTree, Plumbing
from reviewbot.review import Review
from reviewbot.series import Patch

# Patch number, edit, and the edits that are made already, to the diff that it adds; InputError where it does not fit.
Preview = Callable[[int, Edit, Sequence[Edit]], str]


@contextmanager
def previews(review: Review, repo: Plumbing, base: str | None = None) -> Iterator[Preview]:
    """A callable that shows edits against the posted patches on `base` (default HEAD), while the context lasts.

    Nothing is written to the repository. Raises as `apply_plan` does when the series does not apply.
    """
    start = repo.resolve(base or "HEAD")
    with repo.quarantine() as store:
        store.read_tree(start)
        trees: dict[int, GitTree] = {}
        for patch in review.series.patches:
            apply_posted(store, patch, start)
            trees[patch.number] = GitTree(store, store.write_tree())
        patches = {patch.number: patch for patch in review.series.patches}
        yield lambda number, edit, made: _shown(patches[number], trees[number], edit, made)


def _shown(patch: Patch, tree: GitTree, edit: Edit, made: Sequence[Edit]) -> str:
    if edit.subject or edit.message:
        name = "subject" if edit.subject else "message"
        text = patch.subject if edit.subject else patch.body
        before = [other for other in made if other.subject == edit.subject and other.message == edit.message]
        was = edit_prose(text, before, name=f"the {name}") if before else text
        return _diff(was + "\n", edit_prose(text, [*before, edit], name=f"the {name}") + "\n", name)
    path = _path(edit)
    content = tree.read(path) if path else None
    if path is None or content is None:
        raise InputError(f"{edit.label}: there is no file {path or 'named'} after the patch")
    file = next((f for f in patch.diff.files if f.path == path), None)
    if file is None and edit.within is None:
        raise InputError(f"{edit.label}: the patch does not touch {path}")
    touched = touched_by(file, content) if file is not None else None
    before = [other for other in made if _path(other) == path]
    old = apply_edits(content, before, path=path, touched=touched) if before else content
    new = apply_edits(content, without_repeats([*before, edit]), path=path, touched=touched)
    return _diff(old.decode("utf-8", "replace"), new.decode("utf-8", "replace"), path)


def _path(edit: Edit) -> str | None:
    return None if edit.subject or edit.message else edit.path or path_of_diff(edit.diff or "")


def _diff(before: str, after: str, name: str) -> str:
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else line + "\n" for line in lines)
