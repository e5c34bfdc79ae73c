"""The pre-commit hook's file: put in place beside what is there, taken away again without a trace."""

from __future__ import annotations

import os
import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path

from reviewbot.errors import InputError

HOOK = "pre-commit"
CHAINED = "pre-commit.before-reviewbot"
_MARK = "# reviewbot: put here by `reviewbot hook install`, taken away by `reviewbot hook uninstall`"


@dataclass(frozen=True, slots=True)
class HookChange:
    """What was done: the hook's path, and the path of the user's own hook that it runs first, if there is one."""

    path: Path
    chained: Path | None
    changed: bool


def install(hooks: Path, interpreter: str) -> HookChange:
    """Write the hook into the folder `hooks`; an existing hook is kept beside it and runs first.

    `interpreter` is the absolute path of the Python that has reviewbot. Installing twice changes nothing but the
    interpreter. Raises InputError when the place of the kept hook is taken already, or the folder cannot be written.
    """
    hook, kept = hooks / HOOK, hooks / CHAINED
    try:
        hooks.mkdir(parents=True, exist_ok=True)
        text = _shim(interpreter)
        if _ours(hook):
            changed = hook.read_text() != text
            if changed:
                _write(hook, text)
            return HookChange(hook, kept if os.path.lexists(kept) else None, changed)
        if os.path.lexists(hook):
            if os.path.lexists(kept):
                raise InputError(f"{kept} exists already: two hooks would need the same name; move one away first")
            hook.rename(kept)
            try:
                _write(hook, text)
            except OSError:
                kept.rename(hook)
                raise
            return HookChange(hook, kept, True)
        _write(hook, text)
        return HookChange(hook, None, True)
    except OSError as error:
        raise InputError(f"cannot install the hook: {error}") from error


def uninstall(hooks: Path) -> HookChange:
    """Take the hook away and give the user's own one its place back; a hook that is not ours is left alone."""
    hook, kept = hooks / HOOK, hooks / CHAINED
    if not _ours(hook):
        return HookChange(hook, None, False)
    try:
        if os.path.lexists(kept):
            kept.replace(hook)
            return HookChange(hook, hook, True)
        hook.unlink()
    except OSError as error:
        raise InputError(f"cannot take the hook away: {error}") from error
    return HookChange(hook, None, True)


def _ours(hook: Path) -> bool:
    try:
        return _MARK.encode() in hook.read_bytes()[:4096]
    except OSError:
        return False


def _shim(interpreter: str) -> str:
    """A shell script for git: the user's hook first, then ours.

    `-P` keeps Python from importing a folder named reviewbot out of the tree that is being committed.
    """
    return (
        "#!/bin/sh\n"
        f"{_MARK}\n"
        f'kept="$(dirname "$0")/{CHAINED}"\n'
        '[ ! -x "$kept" ] || "$kept" "$@" || exit\n'
        f"exec {shlex.quote(interpreter)} -P -m reviewbot hook run\n"
    )


def _write(path: Path, text: str) -> None:
    """Write an executable file in one step, so that git never runs half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".reviewbot-")
    try:
        with os.fdopen(handle, "w") as out:
            out.write(text)
        Path(name).chmod(0o755)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
