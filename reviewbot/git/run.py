"""One run of git: which options and which environment it gets, and what its failure says."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from reviewbot.errors import GitError

# Nothing that a repository or a user configures may run a program, reach the network, alter bytes, or write beside
# our own index: hooks, monitors, signatures, white space repair, split and sparse indexes.
_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.splitIndex=false",
    "core.sparseCheckout=false",
    "core.warnAmbiguousRefs=true",
    "index.sparse=false",
    "commit.gpgsign=false",
    "submodule.recurse=false",
    "i18n.commitEncoding=UTF-8",
    "i18n.logOutputEncoding=UTF-8",
    "log.showSignature=false",
    "user.useConfigOnly=true",
)
_FIXED = {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_ALLOW_PROTOCOL": "none"}
_FIXED_NAMES = ("GIT_ATTR_NOSYSTEM", "GIT_NO_LAZY_FETCH", "GIT_NO_REPLACE_OBJECTS")
# Of the inherited GIT_* only who commits and where the user's configuration is; all else could redirect us.
_KEPT = frozenset(
    {
        "GIT_COMMITTER_NAME",
        "GIT_COMMITTER_EMAIL",
        "GIT_COMMITTER_DATE",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_CEILING_DIRECTORIES",
    }
)


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that git runs in: inherited GIT_* dropped but for identity and the place of the configuration."""
    kept = {name: value for name, value in environ.items() if not name.startswith("GIT_") or name in _KEPT}
    return {**kept, **_FIXED, **dict.fromkeys(_FIXED_NAMES, "1")}


def argv_of(argv: Iterable[str], safe: bool = True) -> list[str]:
    """The whole command line. `safe=False` leaves the user's settings alone, to read one that we override."""
    return ["git", *(word for pair in _CONFIG if safe for word in ("-c", pair)), *argv]


def git(
    argv: Sequence[str], env: Mapping[str, str], stdin: bytes = b"", cwd: Path | None = None, safe: bool = True
) -> subprocess.CompletedProcess[bytes]:
    """Run git whatever its exit code; GitError only when there is no git to run."""
    try:
        return subprocess.run(argv_of(argv, safe), input=stdin, env=env, cwd=cwd, capture_output=True, check=False)
    except FileNotFoundError as error:
        raise GitError("git was not found: install it, or put it on PATH") from error
    except (OSError, ValueError) as error:
        raise GitError(f"cannot run git: {error}") from error


def first_line(stderr: bytes) -> str:
    """The one line of git's complaint that says what is wrong."""
    lines = [line.strip() for line in stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    told = [line for line in lines if line.startswith(("fatal:", "error:"))] or lines or ["failed without a word"]
    return told[0].removeprefix("fatal:").removeprefix("error:").strip()
