"""Reading a repository through git itself, without GitPython: revisions, files, changes, configuration."""

from __future__ import annotations

import os
import subprocess
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from reviewbot import regex as re
from reviewbot.errors import GitError
from reviewbot.git.batch import exchange, stop
from reviewbot.git.model import ID, Change, Commit, Entry, raw_changes, rows
from reviewbot.git.records import read_commit
from reviewbot.git.run import argv_of, environment, first_line, git

if TYPE_CHECKING:
    from reviewbot.git.quarantine import Quarantine

# git's list of what a short id may stand for: "hint:   af117ad129 commit 2007-09-24 - subject".
_CANDIDATE = re.compile(r"^hint: +([0-9a-f]+) ", re.MULTILINE)

# What a partial clone lacks, and may not fetch: nothing here uses the network.
_PROMISED = re.compile(r"could not fetch ([0-9a-f]+) from promisor remote")

_AT_ONCE = 16  # files of commits that are read together

_REGULAR = ("100644", "100755")


class Plumbing:
    """Runs git on one repository. Reads only; what writes is `Quarantine`."""

    def __init__(self, git_dir: Path, common_dir: Path, bare: bool, environ: Mapping[str, str]) -> None:
        self.git_dir, self.common_dir, self.bare = git_dir, common_dir, bare
        self.env = {**environ, "GIT_DIR": str(git_dir)}
        self._lock = threading.Lock()
        self._batch: tuple[int, subprocess.Popen[bytes]] | None = None

    @classmethod
    def here(cls, path: Path | str, environ: Mapping[str, str] | None = None) -> Self:
        """The repository that `path` lies in: a work tree, a sub-folder of one, or a bare repository.

        In a hook (`environ` holds git's variables) its GIT_INDEX_FILE is honoured, as `git commit -a` and partial
        commits need, and GIT_DIR where the folder alone does not lead to the repository.
        Raises GitError when there is none, or git is missing or does not trust it.
        """
        inherited = os.environ if environ is None else environ
        env, folder = environment(inherited), Path(path)
        if not folder.is_dir():
            raise GitError(f"{path}: no such folder")
        ask = ("rev-parse", "--path-format=absolute", "--absolute-git-dir", "--git-common-dir", "--is-bare-repository")
        done = git(("-C", str(folder), *ask), env)
        at_home = folder.resolve() == Path.cwd().resolve()
        if done.returncode and at_home and inherited.get("GIT_DIR"):
            done = git((f"--git-dir={inherited['GIT_DIR']}", *ask), env)
        if done.returncode:
            line = first_line(done.stderr)
            raise GitError(f"{path}: " + ("not a git repository" if "not a git repository" in line else line))
        git_dir, common, bare = os.fsdecode(done.stdout).splitlines()
        made = cls(Path(git_dir), Path(common), bare == "true", env)
        index = inherited.get("GIT_INDEX_FILE")
        if index and (at_home or Path(index).absolute().is_relative_to(git_dir)):
            made.env["GIT_INDEX_FILE"] = str(Path(index).absolute())
        return made

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k not in ("_lock", "_batch")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state, _lock=threading.Lock(), _batch=None)

    def run(
        self, *argv: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, ok: Sequence[int] = (0,)
    ) -> bytes:
        """Run git and return its stdout; GitError with git's own first line when the exit code is not in `ok`."""
        done = git(argv, {**self.env, **(env or {})}, stdin, self.common_dir)
        if done.returncode not in ok:
            raise GitError(self.complaint(argv, first_line(done.stderr)))
        return done.stdout

    def complaint(self, argv: Sequence[str], line: str) -> str:
        """What to say when git has failed with this line."""
        lacking = _PROMISED.search(line)
        if lacking:
            return (
                f"object {lacking[1][:12]} is not in {self.git_dir}, a partial clone: git fetch --refetch --no-filter"
            )
        verb = next((word for n, word in enumerate(argv) if word != "-c" and argv[n - 1 : n] != ("-c",)), argv[0])
        return f"git {verb}: {line}"

    def resolve(self, rev: str, kind: str = "commit") -> str:
        """The full id of a revision, peeled to `kind`; GitError when unknown, ambiguous, or not in a shallow clone."""
        if not rev or any(ord(c) < 32 for c in rev):
            raise GitError(f"not a revision: {rev!r}")
        argv = ("rev-parse", "--verify", "--end-of-options", f"{rev}^{{{kind}}}")
        done = git(argv, self.env, cwd=self.common_dir)
        talk = done.stderr.decode("utf-8", "replace")
        if "is ambiguous" in talk:
            among = ", ".join(_CANDIDATE.findall(talk)[:6]) or "a branch and a tag or another ref"
            raise GitError(f"ambiguous revision {rev!r}: {among}")
        if done.returncode == 0:
            return done.stdout.decode().strip()
        if self.run("rev-parse", "--is-shallow-repository").strip() == b"true":
            raise GitError(f"revision {rev!r} is not in {self.git_dir}, a shallow clone: git fetch --unshallow")
        raise GitError(f"unknown revision {rev!r} in {self.git_dir}")

    def span(self, spec: str) -> tuple[str | None, str]:
        """Old and new commit of "A..B", "A...B" (from the merge base) or "REV" (against its first parent, or None)."""
        left, dots, right = spec.partition("..")
        if not dots:
            new = self.resolve(spec)
            parents = self.run("rev-list", "--parents", "-n1", new).decode().split()[1:]
            return (parents[0] if parents else None), new
        since, until = self.resolve(left or "HEAD"), self.resolve(right.removeprefix(".") or "HEAD")
        if right.startswith("."):
            base = self.run("merge-base", since, until, ok=(0, 1)).decode().split()
            if not base:
                raise GitError(f"no merge base of {left} and {right[1:]}")
            return base[0], until
        return since, until

    def empty_tree(self) -> str:
        """The id of the tree without files."""
        return self.run("hash-object", "-t", "tree", "--stdin").decode().strip()

    def head_tree(self) -> str:
        """The tree of HEAD; the empty one before the first commit."""
        done = git(("rev-parse", "--verify", "--quiet", "HEAD^{tree}"), self.env, cwd=self.common_dir)
        return done.stdout.decode().strip() if done.returncode == 0 else self.empty_tree()

    def changes(self, old: str | None, new: str | None) -> tuple[Change, ...]:
        """What differs between two commits or trees, renames found; old None: nothing at all; new None: the index."""
        since = old or self.empty_tree()
        how = ("-r", "-z", "--raw", "--no-abbrev", "-M", "--no-ext-diff", "--no-textconv")
        if new is None:
            return tuple(raw_changes(self.run("diff-index", "--cached", *how, since, "--")))
        return tuple(raw_changes(self.run("diff-tree", *how, since, new, "--")))

    def staged(self) -> tuple[Change, ...]:
        """What the index adds to HEAD."""
        return self.changes(self.head_tree(), None)

    def blob(self, oid: str) -> bytes | None:
        """A blob's bytes by its full id; None when it is not there."""
        return next(iter(self.blobs([oid]).values()), None)

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Many objects' bytes by full id, over one long-running `cat-file --batch`; missing ones are left out."""
        wanted = [oid for oid in dict.fromkeys(ids) if ID.fullmatch(oid)]
        with self._lock:
            return dict(exchange(self._reader(), wanted)) if wanted else {}

    def file_at(self, commit: str, path: str) -> bytes | None:
        """A file's bytes in a commit (full id), without listing the commit's tree; None when it is not there."""
        if not ID.fullmatch(commit) or "\n" in path:
            return None
        with self._lock:
            return next((data for _, data in exchange(self._reader(), [f"{commit}:{path}"])), None)

    def files_at(self, commits: Iterable[str], path: str) -> Iterator[tuple[str, bytes]]:
        """One file in many commits (full ids), a few of them held at once; those that have none are left out."""
        names = (f"{commit}:{path}" for commit in commits if ID.fullmatch(commit) and "\n" not in path)
        while some := list(islice(names, _AT_ONCE)):
            with self._lock:
                found = list(exchange(self._reader(), some))
            for name, data in found:
                yield name.partition(":")[0], data

    def commits(self, ids: Iterable[str]) -> dict[str, Commit]:
        """Many commits' data by full id, over the same long-running process; what is no commit is left out."""
        found = ((oid, read_commit(oid, raw)) for oid, raw in self.blobs(ids).items())
        return {oid: commit for oid, commit in found if commit is not None}

    def history(self) -> list[str]:
        """The ids of all commits that HEAD reaches, oldest first; none before the first commit."""
        done = git(("rev-list", "--reverse", "HEAD", "--"), self.env, cwd=self.common_dir)
        return done.stdout.decode().split() if done.returncode == 0 else []

    def _reader(self) -> subprocess.Popen[bytes]:
        # A forked worker must not share its parent's pipe, hence the process id.
        if self._batch is None or self._batch[0] != os.getpid() or self._batch[1].poll() is not None:
            child = subprocess.Popen(
                argv_of(("cat-file", "--batch")), env=self.env, cwd=self.common_dir,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            weakref.finalize(self, stop, child, os.getpid())
            self._batch = (os.getpid(), child)
        return self._batch[1]

    def close(self) -> None:
        """Stop the child process; the next read starts another."""
        with self._lock:
            if self._batch is not None:
                stop(self._batch[1], self._batch[0])
            self._batch = None

    def entries(self, treeish: str | None) -> dict[str, Entry]:
        """Every file of a commit or tree (full id), or of the index (None; unmerged ones left out)."""
        if treeish is None:
            staged = rows(self.run("ls-files", "-s", "-z"))
            return {path: Entry(mode, oid) for (mode, oid, stage), path in staged if stage == "0"}
        listed = rows(self.run("ls-tree", "-r", "-z", "--full-tree", treeish))
        return {path: Entry(mode, oid) for (mode, _kind, oid), path in listed}

    def tree(self, rev: str | None) -> GitTree:
        """The files of a commit or tree, or of the index (None), as the rules read them."""
        return GitTree(self, rev if rev is None or ID.fullmatch(rev) else self.resolve(rev, "tree"))

    def hooks_path(self) -> Path:
        """The folder of the user's hooks: core.hooksPath (below the top of the work tree), else git's own."""
        done = git(("config", "--type=path", "--get", "core.hooksPath"), self.env, cwd=self.common_dir, safe=False)
        set_to = os.fsdecode(done.stdout).removesuffix("\n")
        return self.top() / set_to if set_to else self.common_dir / "hooks"

    def top(self) -> Path:
        """The top of the work tree; of a bare repository, the repository itself."""
        if self.bare:
            return self.git_dir
        pointer = self.git_dir / "gitdir"  # a linked work tree: the path of its .git file
        if pointer.is_file():
            return Path(os.fsdecode(pointer.read_bytes().strip())).parent
        set_to = os.fsdecode(self.run("config", "--get", "core.worktree", ok=(0, 1))).removesuffix("\n")
        return (self.git_dir / set_to).resolve() if set_to else self.git_dir.parent

    def config(self, name: str) -> str | None:
        """One value of the user's or the repository's configuration."""
        done = self.run("config", "--get", name, ok=(0, 1)).decode("utf-8", "replace").removesuffix("\n")
        return done or None

    def committer(self) -> str:
        """The user's "Name <address>"; GitError when git has not been told who commits."""
        try:
            return self.run("var", "GIT_COMMITTER_IDENT").decode("utf-8", "replace").rsplit(" ", 2)[0]
        except GitError as error:
            raise GitError("git does not know who commits: set user.name and user.email") from error

    def has_ref(self, ref: str) -> bool:
        """Whether a full ref ("refs/heads/x") exists; GitError when git would not take such a name."""
        if git(("check-ref-format", ref), self.env, cwd=self.common_dir).returncode:
            raise GitError(f"not a branch name: {ref.removeprefix('refs/heads/')!r}")
        done = git(("show-ref", "--verify", "--quiet", "--", ref), self.env, cwd=self.common_dir)
        return done.returncode == 0

    def log(self, *ranges: str, paths: Sequence[str] = (), limit: int = 0) -> Iterator[Commit]:
        """Commits reachable from verified ids (or "A..B" of two, or "^A"), newest first, read in one run."""
        names = [name for text in ranges for name in text.removeprefix("^").split("..")]
        if not names or not all(ID.fullmatch(name) for name in names):
            raise GitError(f"not verified revisions: {' '.join(ranges)!r}")
        form = "--format=%H%n%T%n%P%n%an%n%ae%n%ad%n%cn%n%ce%n%cd%n%B"
        most = (f"--max-count={limit}",) if limit else ()
        out = self.run("log", "-z", form, "--date=raw", "--no-show-signature", *most, *ranges, "--", *paths)
        for record in out.split(b"\0"):
            if record.strip():
                f = record.decode("utf-8", "replace").split("\n", 9)
                yield Commit(f[0], f[1], tuple(f[2].split()), f[3], f[4], f[5], f[6], f[7], f[8], f[9])

    def earlier_names(self, path: str, commit: str, since: str) -> tuple[str, ...]:
        """The names that a file of `commit` had before, newest first, back to `since` (full ids)."""
        how = ("--follow", "-M", "--diff-filter=R", "--format=", "--name-status", "-z", "--no-show-signature")
        out = self.run("log", *how, f"{since}..{commit}", "--", path).decode("utf-8", "surrogateescape")
        fields = [field for field in out.replace("\n", "\0").split("\0") if field]
        return tuple(dict.fromkeys(old for kind, old in zip(fields[::3], fields[1::3], strict=False) if kind[0] == "R"))

    def written_by(self, path: str, commit: str, since: str, spans: Sequence[tuple[int, int]]) -> tuple[str, ...]:
        """The commits above `since` that wrote lines of a file of `commit`; spans are 1-based, ends included."""
        found: dict[str, None] = {}
        where = [word for first, last in spans for word in ("-L", f"{first},{last}")]
        out = self.run("blame", "-l", "-s", *where, f"{since}..{commit}", "--", path)
        for row in out.split(b"\n"):
            oid = row.partition(b" ")[0].decode("ascii", "replace")
            if ID.fullmatch(oid):  # what is older has a caret before its id
                found[oid] = None
        return tuple(found)

    def refs(self, below: str) -> dict[str, str]:
        """The refs below a folder such as "refs/heads/": the rest of the name → the id of the commit, sorted."""
        out = self.run("for-each-ref", "--format=%(objectname) %(*objectname) %(refname)", below).decode()
        found: dict[str, str] = {}
        for row in out.splitlines():
            oid, peeled, name = row.split(" ", 2)
            found[name.removeprefix(below)] = peeled or oid
        return found

    def between(self, since: str, until: str) -> tuple[str, ...]:
        """The ids of the commits of a range (full ids), merges left out, oldest first."""
        return tuple(
            self.run("rev-list", "--reverse", "--topo-order", "--no-merges", f"{since}..{until}").decode().split()
        )

    def cut_off(self) -> frozenset[str]:
        """The commits at which a shallow clone ends: git takes them for commits without parents."""
        listed = self.common_dir / "shallow"
        return frozenset(listed.read_text().split()) if listed.is_file() else frozenset()

    def merge_base(self, one: str, other: str) -> str | None:
        """The best common ancestor of two commits (full ids), or None."""
        return next(iter(self.run("merge-base", one, other, ok=(0, 1)).decode().split()), None)

    def quarantine(self) -> Quarantine:
        """A place to make objects in; use it as a context manager."""
        from reviewbot.git.quarantine import Quarantine  # its imports cost the hook more than it ever uses

        return Quarantine(self)


class GitTree:
    """The files of a commit, a tree or the index, read when asked for; the listing is taken once.

    Links and submodules have no content here: following them could lead out of the tree.
    """

    def __init__(self, repo: Plumbing, treeish: str | None) -> None:
        self.repo, self.treeish = repo, treeish
        self._entries: dict[str, Entry] | None = None

    @property
    def entries(self) -> Mapping[str, Entry]:
        """Every path with its mode and blob."""
        if self._entries is None:
            self._entries = self.repo.entries(self.treeish)
        return self._entries

    def read(self, path: str) -> bytes | None:
        """A file's bytes, or None where there is no such regular file."""
        return self.read_many([path]).get(path)

    def read_many(self, paths: Iterable[str]) -> dict[str, bytes]:
        """Many files' bytes in one exchange with git; what is not there is left out."""
        known = {path: self.entries[path] for path in paths if path in self.entries}
        ids = {path: entry.id for path, entry in known.items() if entry.mode in _REGULAR}
        found = self.repo.blobs(ids.values())
        return {path: found[oid] for path, oid in ids.items() if oid in found}

    def paths(self, prefix: str = "", suffix: str = "") -> Iterable[str]:
        """Matching paths, sorted."""
        return sorted(path for path in self.entries if path.startswith(prefix) and path.endswith(suffix))
