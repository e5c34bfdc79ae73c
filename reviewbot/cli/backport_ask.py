"""`backport --interactive`: a pick that is not clean is shown, and settled in the editor or by the proposal."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

from reviewbot.backport.session import ACCEPT, EDIT, SKIP, STOP
from reviewbot.cli.editor import edit
from reviewbot.cli.guard import say
from reviewbot.cli.line import read_line
from reviewbot.errors import InputError
from reviewbot.report.terminal import visible

if TYPE_CHECKING:
    from types import FrameType

    from reviewbot.backport import Pick
    from reviewbot.backport.resolve import Opened, OpenFile
    from reviewbot.backport.session import Files
    from reviewbot.report.terminal import Page

# What git writes around and between the sides of a conflict: whoever leaves one has not finished.
_MARKER = re.compile(rb"^(?:<{7} |\|{7}|>{7} )", re.MULTILINE)
_KEYS = {"a": ACCEPT, "e": EDIT, "s": SKIP, "q": STOP}
_HELP = {
    "a": "accept: commit what is shown",
    "e": "edit: settle it in your editor ($VISUAL, $EDITOR)",
    "s": "skip: leave this change out",
    "q": "quit: keep what was decided; --continue goes on here, --abort drops it",
    "o": "take the branch's side",
    "t": "take the change's side",
    "b": "back",
}

# A file to its text as the editor left it; whether the editor ended well.
Editor = Callable[[Path], bool]


class AtTerminal:
    """The person at a terminal. Files are edited in `scratch`, where a killed run leaves them for the next one."""

    def __init__(self, page: Page, answers: IO[str], editor: Editor, scratch: Path) -> None:
        self._page, self._answers, self._editor, self._scratch = page, answers, editor, scratch

    def decide(self, pick: Pick, place: str) -> str:
        """Show a pick and ask what to do with it."""
        from reviewbot.report.text.backport import write_pick

        self._page.line()
        self._page.line(self._page.style(place, "bold"))
        write_pick(self._page, pick)
        keys = "esq" if pick.tree is None else "aesq"
        return _KEYS[self._ask("what now", keys)]

    def resolve(self, opened: Opened, save: Callable[[str, bytes], None]) -> Files | None:
        """Let every file be settled; None to go back."""
        made: dict[str, object] = {}
        for file in opened.files:
            scratch = self._scratch / str(opened.step) / file.path
            if file.text is None:
                answer = self._ask(f"{visible(file.path)}: {file.why}", "otb")
                if answer in "bq":
                    return None
                made[file.path] = file.ours if answer == "o" else file.theirs
                continue
            text = self._edited(file, scratch, save)
            if text is None:
                return None
            made[file.path] = text
        return made  # type: ignore[return-value]

    def confirm(self, pick: Pick, diff: str) -> str:
        """Show what came of an edit, and ask."""
        from reviewbot.report.text.backport import write_diff, write_pick

        write_pick(self._page, pick)
        write_diff(self._page, diff)
        return _KEYS[self._ask("commit this", "aesq")]

    def _edited(self, file: OpenFile, scratch: Path, save: Callable[[str, bytes], None]) -> bytes | None:
        """The file as the editor left it, without markers; each version is kept at once."""
        text = file.text or b""
        if scratch.is_file():
            self._page.line(f"{visible(file.path)}: going on with what was in the editor")
        else:
            _write(scratch, text)
        while True:
            well = self._editor(scratch)
            text = _read(scratch)
            save(file.path, text)
            if well and not _MARKER.search(text):
                scratch.unlink(missing_ok=True)
                return text
            said = "holds conflict markers" if well else "was left without success by the editor"
            if self._ask(f"{visible(file.path)} {said}", "eb") != "e":
                scratch.unlink(missing_ok=True)
                return None

    def _ask(self, what: str, keys: str) -> str:
        """One of the keys; the end of the input is a `q`, or `b` where that is asked."""
        last = "q" if "q" in keys else "b"
        while True:
            sys.stderr.write(f"{what} [{','.join(keys)},?] ")
            sys.stderr.flush()
            line = read_line(self._answers)
            answer = line.strip().lower()[:1] if line else last
            if answer and answer in keys:
                return answer
            for key in keys:
                self._page.line(f"{key}  {_HELP[key]}")


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from error


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error


def clear(scratch: Path) -> None:
    """Remove what an editor left, and the folders that are empty then."""
    shutil.rmtree(scratch, ignore_errors=True)
    with suppress(OSError):
        for folder in scratch.parents:
            folder.rmdir()


@contextmanager
def ending_well() -> Iterator[None]:
    """A terminal that closes, or a polite kill, ends the run as Ctrl-C does: its temporary files go."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    kept = {number: signal.signal(number, stop) for number in (signal.SIGHUP, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        with suppress(OSError):  # the terminal may be gone
            say("what was decided is kept: --continue goes on, --abort drops it")
        raise
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)


def at_terminal(common_dir: Path, target: str) -> AtTerminal:
    """The person at this process's terminal."""
    from reviewbot.report.terminal import os_page

    return AtTerminal(os_page(sys.stderr), sys.stdin, partial(edit, environ=os.environ), scratch_of(common_dir, target))


def scratch_of(common_dir: Path, target: str) -> Path:
    """Where a branch's files are edited: in the repository's own folder, not in the work tree."""
    return common_dir / "reviewbot" / "backport" / target
