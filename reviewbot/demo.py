"""The whole job on a small scale: an embedded thread, a miniature tree, and the verbs that make commits of them.

Nothing outside of one temporary folder is written, and that folder goes away in the end, also after a failure.
"""

from __future__ import annotations

import os
import shlex
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from reviewbot.errors import GitError
from reviewbot.git.run import environment, first_line, git
from reviewbot.resources import fixtures_dir

TREE, THREAD, PLAN, BRANCH = "mini-xen", "mini-domctl.mbox", "plan.toml", "reviewed"

_WHO = ("Hana Sedláková", "hana.sedlakova@example.org")
_BASE_DATE = "2026-06-15T09:00:00+0000"
_BASE_MESSAGE = "A miniature of Xen, for want of the real one\n"

# A verb that finds something says so by its code, and here there is something to find.
_EXPECTED = (0, 1)

_OWN_TREE = """\
The same on a tree and a thread of your own, which leaves your work tree, index and HEAD alone:

    curl -O https://lore.kernel.org/xen-devel/MESSAGE-ID/t.mbox.gz
    reviewbot show t.mbox.gz --tree ~/xen
    reviewbot apply t.mbox.gz --tree ~/xen --base origin/staging
"""


@dataclass(frozen=True, slots=True)
class DemoStep:
    """One thing shown: why, and the command line of `reviewbot` or `git` that does it (paths absolute)."""

    title: str
    argv: tuple[str, ...]

    def shown(self, folder: Path) -> str:
        """The command line as somebody in `folder` would type it."""
        return shlex.join(word.removeprefix(f"{folder}{os.sep}") for word in self.argv)


@dataclass(frozen=True, slots=True)
class Demo:
    """What is ready to be worked on: a repository with one commit, the thread beside it, and the steps."""

    folder: Path
    repo: Path
    thread: Path
    base: str
    steps: tuple[DemoStep, ...]


def environ_of(environ: Mapping[str, str]) -> dict[str, str]:
    """`environ` with what makes the demo the same everywhere: no configuration of the user's, a committer, a date.

    Whoever runs the steps does so in this environment if the commits are to have the same ids each time.
    """
    return {
        **{name: value for name, value in environ.items() if not name.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_COMMITTER_NAME": _WHO[0],
        "GIT_COMMITTER_EMAIL": _WHO[1],
        "GIT_COMMITTER_DATE": _BASE_DATE,
    }


@contextmanager
def prepared(environ: Mapping[str, str] | None = None, *, fixtures: Path | None = None) -> Iterator[Demo]:
    """A temporary folder with the tree as the first commit of a repository, and the thread; removed at the end.

    `environ` is where git is found and temporary files go (default: the process's); `fixtures` the folder with
    `trees/` and `threads/` (default: the shipped one). The commit's id depends on the tree alone.
    Raises GitError when git is missing or refuses.
    """
    around = dict(os.environ if environ is None else environ)
    source = fixtures or fixtures_dir()
    with tempfile.TemporaryDirectory(prefix="reviewbot-demo-", dir=around.get("TMPDIR") or None) as name:
        folder = Path(name).resolve()
        repo, thread = folder / TREE, folder / THREAD
        _copy(source / "trees" / TREE, repo)
        shutil.copyfile(source / "threads" / THREAD, thread)
        base = _commit_all(repo, environ_of(around))
        yield Demo(folder, repo, thread, base, _steps(folder, base))


def run(
    out: TextIO,
    run_command: Callable[[Sequence[str]], int],
    *,
    environ: Mapping[str, str] | None = None,
    fixtures: Path | None = None,
) -> int:
    """Show every step on `out`: its title, its command line, and what the command prints.

    `run_command` runs `reviewbot` with these arguments (without the program's name), prints to the same place, and
    returns the exit code. Returns 0, or the code of the first step that failed, after which no other is run.
    """
    around = dict(os.environ if environ is None else environ)
    with prepared(around, fixtures=fixtures) as demo:
        for number, step in enumerate(demo.steps, 1):
            out.write(f"{'' if number == 1 else chr(10)}{number}. {step.title}\n\n$ {step.shown(demo.folder)}\n")
            out.flush()
            if step.argv[0] == "git":
                out.write(_git(step.argv[1:], environ_of(around)))
                continue
            code = run_command(step.argv[1:])
            if code not in _EXPECTED:
                return code
    out.write(f"\n{_OWN_TREE}")
    out.flush()
    return 0


def _steps(folder: Path, base: str) -> tuple[DemoStep, ...]:
    repo, thread, plan = str(folder / TREE), str(folder / THREAD), str(folder / PLAN)
    short = base[:12]
    return (
        DemoStep(
            "What was said: tags, what else was asked for, and whether the author agreed",
            ("reviewbot", "show", thread, "--tree", repo),
        ),
        DemoStep(
            "What the rules find in the patches as they were posted",
            ("reviewbot", "check", "--thread", thread, "--tree", repo, "--base", short),
        ),
        DemoStep(
            "The plan: which tags to add, which edits to make (a file to change before going on)",
            ("reviewbot", "plan", thread, "--tree", repo, "--base", short, "-o", plan),
        ),
        DemoStep(
            "Commits, on a branch of their own",
            ("reviewbot", "apply", thread, "--tree", repo, "--base", short, "--plan", plan, "--branch", BRANCH),
        ),
        DemoStep(
            "What is on that branch",
            ("git", "-C", repo, "log", "--reverse", "--stat=72", "--format=commit %h%nAuthor: %an <%ae>%n%n%w(0,4,4)%B",
             f"{short}..{BRANCH}"),
        ),
        DemoStep(
            "The second commit has the reviewer's break and blank line where the mail had fallthrough",
            ("git", "-C", repo, "show", "--format=commit %h", BRANCH, "--", "xen/common/domctl.c"),
        ),
    )  # fmt: skip


def _copy(source: Path, target: Path) -> None:
    """Copy contents without modes: an installed tree may be read-only, where git could make no repository."""
    for file in sorted(path for path in source.rglob("*") if path.is_file()):
        to = target / file.relative_to(source)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, to)


def _commit_all(repo: Path, environ: Mapping[str, str]) -> str:
    """Make a repository of a folder, with all files in its first commit; that commit's id."""
    author = ("--author", f"{_WHO[0]} <{_WHO[1]}>", "--date", _BASE_DATE)
    # What ignores, alters or adds files by the user's or the machine's settings is off; modes are always 644.
    settings = {
        "core.attributesFile": os.devnull,
        "core.autocrlf": "false",
        "core.excludesFile": os.devnull,
        "core.fileMode": "false",
        "user.name": _WHO[0],
        "user.email": _WHO[1],
    }
    at = ("-C", str(repo))
    _git((*at, "init", "-q", "--template=", "--object-format=sha1", "--initial-branch=master"), environ)
    for name, value in settings.items():
        _git((*at, "config", name, value), environ)
    _git((*at, "add", "-A", "--force"), environ)
    _git((*at, "commit", "-q", "--no-verify", *author, "-F", "-"), environ, _BASE_MESSAGE)
    return _git((*at, "rev-parse", "HEAD"), environ).strip()


def _git(argv: Sequence[str], environ: Mapping[str, str], stdin: str = "") -> str:
    done = git(argv, environment(environ), stdin.encode())
    if done.returncode:
        raise GitError(f"git {argv[2]}: {first_line(done.stderr)}")
    return done.stdout.decode("utf-8", "replace")
