"""What `check` looks at: files on disk, a tree, a commit, a range, what is staged; each as trees and paths."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from reviewbot.analysis import Finding, FolderTree, Report, Rule, Tree, check
from reviewbot.analysis.delta import check_change
from reviewbot.csource import MacroTable
from reviewbot.errors import InputError

if TYPE_CHECKING:
    from reviewbot.git import Change, Plumbing

_C_FILES = (".c", ".h")
_HYPERVISOR = "xen/"
_HYPERVISOR_MARK = "xen/common/"
_NOT_HYPERVISOR = ("xen/tools/",)


@dataclass(frozen=True, slots=True)
class Scope:
    """What to check: `paths` of the tree `after`; in a diff mode `before` is the tree that the change started from.

    `renames` maps new paths to old ones. `known` is false where the tree is only the folder that plain files lie in:
    nobody knows how large it is, so nothing is looked for in it.
    """

    after: Tree
    paths: tuple[str, ...]
    before: Tree | None = None
    renames: Mapping[str, str] = field(default_factory=dict)
    known: bool = True

    def run(
        self,
        rules: Sequence[Rule],
        macros: MacroTable,
        *,
        jobs: int = 1,
        everything: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Report:
        """Check it. In a diff mode only what the change adds is reported, unless `everything` is asked for."""
        if self.before is None or everything:
            present = [p for p in self.paths if p.endswith(_C_FILES) and self.after.read(p) is not None]
            chosen = present if self.before is not None else self.paths
            report = check(chosen, self.after, rules, macros, jobs, progress=progress)
            # A rule that compares files may find something between two others; it concerns only who asked for these.
            about = tuple(f for f in report.findings if _concerns(f, frozenset(chosen)))
            return replace(report, findings=about)
        return check_change(
            self.before, self.after, self.paths, rules, macros, jobs, renames=self.renames, progress=progress
        )


def _concerns(finding: Finding, paths: frozenset[str]) -> bool:
    return finding.path in paths or any(step.path in paths for step in finding.trace)


def of_files(names: Sequence[str], tree: Path | None, cwd: Path) -> Scope:
    """Files and folders on disk. Without `tree`, the tree around them is guessed and paths come out as given.

    Raises InputError for a name that is no file or folder, or lies outside of `tree`.
    """
    found: list[Path] = []
    for name in names:
        path = _existing(name, tree, cwd)
        found.extend(_c_files(path) if path.is_dir() else [path])
    if tree is not None:
        root = tree.resolve()
        outside = [p for p in found if not p.resolve().is_relative_to(root)]
        if outside:
            raise InputError(f"{outside[0]}: not below {tree}")
        return Scope(FolderTree(root), tuple(p.resolve().relative_to(root).as_posix() for p in found))
    root, known = _common_root(found, cwd)
    paths = tuple(_absolute(p).relative_to(root).as_posix() for p in found)
    return Scope(FolderTree(root, listed=known), paths, known=known)


def of_folder(tree: Path) -> Scope:
    """All the C of a folder; of a Xen tree the hypervisor's part, as the rules are written for it."""
    files = folder(tree)
    paths = [p for end in _C_FILES for p in files.paths(suffix=end)]
    return Scope(files, _required(hypervisor(paths), tree))


def folder(path: Path) -> FolderTree:
    """A folder as a tree. Raises InputError where there is none."""
    if not path.is_dir():
        raise InputError(f"{path}: no such folder")
    return FolderTree(path.resolve())


def of_commit_tree(git: Plumbing, commit: str, name: Path) -> Scope:
    """All the C of one commit (full id), read from the repository: how a bare one is checked whole."""
    files = git.tree(commit)
    return Scope(files, _required(hypervisor(p for p in files.paths() if p.endswith(_C_FILES)), name))


def of_commit_files(git: Plumbing, commit: str, names: Sequence[str]) -> Scope:
    """Files and folders of one commit (full id): how parts of a bare repository are checked.

    Raises InputError for a name that the commit does not have.
    """
    files = git.tree(commit)
    listed = sorted(files.paths())
    found: list[str] = []
    for name in names:
        path = os.path.normpath(name)
        inside = [p for p in listed if p.startswith(f"{path}/") or path == "."]
        if path not in listed and not inside:
            raise InputError(f"{name}: no such file or folder in {git.git_dir}")
        found.extend(
            [path] if path in listed else _required(tuple(p for p in inside if p.endswith(_C_FILES)), Path(name))
        )
    return Scope(files, tuple(dict.fromkeys(found)))


def of_staged(git: Plumbing) -> Scope:
    """What the index adds to HEAD; the bytes are the index's, not the work tree's."""
    return _difference(git, git.head_tree(), None)


def of_range(git: Plumbing, spec: str) -> Scope:
    """What a commit, or a range "A..B", adds. Raises GitError for what git cannot resolve."""
    old, new = git.span(spec)
    return _difference(git, old or git.empty_tree(), new)


def of_trees(git: Plumbing, old: str, new: str) -> Scope:
    """What one tree (full id) adds to another."""
    return _difference(git, old, new)


def of_changes(before: Tree, after: Tree, changes: Iterable[Change]) -> Scope:
    """What differs between two trees, given as git lists it."""
    listed = tuple(changes)
    paths = {p for c in listed for p in (c.path, c.old_path if c.status == "renamed" else None) if p}
    renames = {c.path: c.old_path for c in listed if c.status == "renamed" and c.old_path}
    return Scope(after, tuple(sorted(paths)), before, renames)


def _difference(git: Plumbing, old: str, new: str | None) -> Scope:
    return of_changes(git.tree(old), git.tree(new), git.changes(old, new))


def hypervisor(paths: Iterable[str]) -> tuple[str, ...]:
    """Of a whole Xen tree the part below xen/ that is hypervisor code; of any other tree all of it.

    The toolstack and the firmware follow other rules (docs/misra/rules.rst is about the hypervisor).
    """
    listed = sorted(paths)
    if not any(p.startswith(_HYPERVISOR_MARK) for p in listed):
        return tuple(listed)
    return tuple(p for p in listed if p.startswith(_HYPERVISOR) and not p.startswith(_NOT_HYPERVISOR))


def _required(paths: tuple[str, ...], where: Path) -> tuple[str, ...]:
    if not paths:
        raise InputError(f"{where}: no C file in it")
    return paths


def _existing(name: str, tree: Path | None, cwd: Path) -> Path:
    for path in [cwd / name, *([tree / name] if tree else [])]:
        if path.exists():
            return path
    raise InputError(f"{name}: no such file or folder")


def _c_files(folder: Path) -> list[Path]:
    below = FolderTree(folder)
    names = [p for end in _C_FILES for p in below.paths(suffix=end)]
    return [folder / p for p in _required(tuple(sorted(names)), folder)]


def _common_root(paths: Sequence[Path], cwd: Path) -> tuple[Path, bool]:
    """The tree around plain files (the folder that holds `xen/`, or the git tree), else what holds them all; which."""
    absolute = [_absolute(p) for p in paths]
    first = absolute[0].parent
    marked = [f for f in (first, *first.parents) if (f / _HYPERVISOR_MARK).is_dir() or (f / ".git").exists()]
    root = marked[0] if marked else cwd if first.is_relative_to(cwd) else first
    held = Path(os.path.commonpath([root, *(p.parent for p in absolute)]))
    return held, bool(marked) and held == root


def _absolute(path: Path) -> Path:
    """Absolute and without `..`, links kept: a path should come out as it was typed."""
    return Path(os.path.normpath(path.absolute()))
