"""What the tests share: temporary git repositories, and the real inputs, which are skipped with a reason when absent."""

from __future__ import annotations

import compileall
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

_IDENTITY = {
    "GIT_AUTHOR_NAME": "A. Developer",
    "GIT_AUTHOR_EMAIL": "dev@example.org",
    "GIT_AUTHOR_DATE": "2026-06-01T12:00:00+0000",
    "GIT_COMMITTER_NAME": "C. Committer",
    "GIT_COMMITTER_EMAIL": "committer@example.org",
    "GIT_COMMITTER_DATE": "2026-06-01T12:00:00+0000",
}


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the package once, as an installation does: hundreds of tests start it as a program."""
    if not hasattr(session.config, "workerinput"):  # of pytest-xdist
        compileall.compile_dir(ROOT / "reviewbot", quiet=2)


@pytest.fixture(autouse=True)
def _hermetic(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test sees this user's git configuration, hooks or identity, nor leaves anything in the home directory."""
    home = tmp_path_factory.mktemp("home")
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for name, value in _IDENTITY.items():
        monkeypatch.setenv(name, value)


class GitRepo:
    """A throw-away git repository with the few verbs that tests need."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "master")

    def git(self, *argv: str, stdin: bytes | None = None) -> str:
        """Run git here; stdout without its last newline. A failure raises with git's own words."""
        done = subprocess.run(["git", "-C", str(self.path), *argv], input=stdin, capture_output=True, check=False)
        if done.returncode:
            raise AssertionError(f"git {' '.join(argv)}: {done.stderr.decode()}")
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Put files into the work tree."""
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: Mapping[str, str | bytes], message: str = "change") -> str:
        """Write, add and commit everything; the new commit's id."""
        self.write(files)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)
        return self.git("rev-parse", "HEAD")

    def snapshot(self) -> dict[str, str]:
        """All that a run must leave untouched: refs, HEAD, the index, the work tree and the objects."""
        tree = sorted(p for p in self.path.rglob("*") if p.is_file() and ".git" not in p.relative_to(self.path).parts)
        git_dir = Path(self.git("rev-parse", "--absolute-git-dir"))
        index = git_dir / "index"
        return {
            "refs": self.git("for-each-ref"),
            "head": (git_dir / "HEAD").read_text(),
            "index": index.read_bytes().hex() if index.exists() else "",
            "tree": "".join(f"{p}:{p.read_bytes().hex()}\n" for p in tree),
            "objects": self.git("count-objects", "-v"),
        }


@pytest.fixture
def git_repo(tmp_path: Path) -> Callable[..., GitRepo]:
    """A factory: `git_repo()` or `git_repo("name")` gives a fresh repository below this test's folder."""
    return lambda name="repo": GitRepo(tmp_path / name)


@pytest.fixture
def threads_dir() -> Path:
    """The folder of real review threads."""
    path = Path(os.environ.get("REVIEWBOT_THREADS") or ROOT.parent / "shared" / "threads")
    if not path.is_dir():
        pytest.skip("no real threads: set REVIEWBOT_THREADS to their folder")
    return path


@pytest.fixture
def domctl_mbox(threads_dir: Path) -> Path:
    """The real thread that lets some domctls run without the domctl lock."""
    path = threads_dir / "domctl-lock.mbox"
    if not path.is_file():
        pytest.skip(f"no domctl-lock.mbox in {threads_dir}")
    return path


@pytest.fixture
def xen_repo() -> Path:
    """A git repository of Xen (bare or not)."""
    value = os.environ.get("REVIEWBOT_XEN")
    if not value:
        pytest.skip("no Xen repository: set REVIEWBOT_XEN to one")
    if not Path(value).is_dir():
        pytest.skip(f"REVIEWBOT_XEN names no folder: {value}")
    return Path(value)
