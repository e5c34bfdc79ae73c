"""The message reader against git itself: every patch mail of the real threads through `git mailsplit` and `mailinfo`.

Author, address, date, subject, message and patch bytes must be git's. Mails of git's own test corpus can be added by
REVIEWBOT_MAILINFO_CORPUS, a folder of mboxes outside this repository.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from reviewbot.mail import Message
from reviewbot.mail.parse import parse
from reviewbot.series import mailinfo
from reviewbot.series.build import patch_of


@dataclass(frozen=True)
class Said:
    """What one reader says of a mail."""

    name: str
    email: str
    date: str
    subject: str
    message: str
    patch: bytes


def by_git(raw: bytes, folder: Path) -> Said | None:
    """git's reading; None where it refuses the mail."""
    done = subprocess.run(
        ["git", "mailinfo", "--scissors", "--encoding=UTF-8", "msg", "patch"],
        input=raw, cwd=folder, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        return None
    info: dict[str, list[str]] = {}
    for line in done.stdout.decode("utf-8", "surrogateescape").split("\n"):
        name, colon, value = line.partition(": ")
        if colon:
            info.setdefault(name, []).append(value)
    subject = "\n".join(info.get("Subject", [""]))
    body = (folder / "msg").read_bytes()
    stripped = subprocess.run(
        ["git", "stripspace"], input=subject.encode("utf-8", "surrogateescape") + b"\n\n" + body,
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    return Said(
        info.get("Author", [""])[0], info.get("Email", [""])[0], info.get("Date", [""])[0], subject,
        stripped.decode("utf-8", "surrogateescape"), (folder / "patch").read_bytes(),
    )  # fmt: skip


def by_us(message: Message) -> Said:
    """Our reading of the same mail."""
    info = mailinfo.read(message)
    lines, _ = mailinfo.stripspace(info.log, info.positions)
    all_lines = message.body_bytes.split(b"\n")
    patch = b"" if info.patch_line is None else b"\n".join(all_lines[info.patch_line :])
    text = "\n".join(lines)
    return Said(
        info.name,
        info.email,
        info.date,
        info.subject,
        f"{info.subject}\n\n{text}\n" if text else f"{info.subject}\n",
        patch,
    )


def split(mbox: Path, folder: Path) -> list[bytes]:
    """git's own split of an mbox."""
    folder.mkdir()
    subprocess.run(
        ["git", "mailsplit", "-b", "--mboxrd", f"-o{folder}", "--", str(mbox)], check=True, capture_output=True
    )
    return [path.read_bytes() for path in sorted(folder.iterdir())]


def differences(mboxes: list[Path], folder: Path) -> tuple[int, list[str]]:
    """How many patch mails were compared, and where the two readers differ."""
    compared = 0
    wrong = []
    for number, mbox in enumerate(mboxes):
        for position, raw in enumerate(split(mbox, folder / str(number)), 1):
            message = parse(raw, mbox.name, position)
            if not isinstance(message, Message) or patch_of(message) is None:
                continue
            theirs, ours = by_git(raw, folder), by_us(message)
            compared += 1
            if theirs is None:
                wrong.append(f"{mbox.name} {position}: git refuses it")
                continue
            for field in ("name", "email", "date", "subject", "message", "patch"):
                one, other = getattr(theirs, field), getattr(ours, field)
                if one != other:
                    wrong.append(f"{mbox.name} {position} {field}: git {one!r:.300} ours {other!r:.300}")
    return compared, wrong


def test_domctl_thread(domctl_mbox: Path, tmp_path: Path) -> None:
    compared, wrong = differences([domctl_mbox], tmp_path)
    assert compared == 2
    assert wrong == []


def test_all_real_patches(threads_dir: Path, tmp_path: Path) -> None:
    mboxes = sorted(threads_dir.glob("ltp/*.mbox"))
    if not mboxes:
        pytest.skip("no ltp/ below the real threads")
    compared, wrong = differences(mboxes, tmp_path)
    print(f"{compared - len({line.rsplit(' ', 1)[0] for line in wrong})} of {compared} patch mails equal")
    assert compared > 500
    assert wrong == []


def test_extra_corpus(tmp_path: Path) -> None:
    corpus = os.environ.get("REVIEWBOT_MAILINFO_CORPUS")
    if not corpus:
        pytest.skip("no further mails: set REVIEWBOT_MAILINFO_CORPUS to a folder of mboxes")
    compared, wrong = differences(sorted(Path(corpus).iterdir()), tmp_path)
    assert compared
    assert wrong == []
