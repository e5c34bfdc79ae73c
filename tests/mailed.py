"""The patches of an mbox, cut out by git alone: what the tests compare the reading of mail with."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

# "[PATCH] x", "[PATCH v2 1/3] x"; an answer starts with "Re:".
_POSTED = re.compile(r"\[PATCH(?: v(\d+))?(?: \d+/\d+)?\] ")


def mails(mbox: Path) -> list[bytes]:
    """Every mail of an mbox as git splits it, in order."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "mailsplit", "--mboxrd", f"-o{folder}", str(mbox)], check=True, capture_output=True)
        return [path.read_bytes() for path in sorted(Path(folder).iterdir())]


def subject(mail: bytes) -> str:
    """A mail's subject, unfolded."""
    head = mail.split(b"\n\n", 1)[0].decode().replace("\n ", " ")
    return next(line.removeprefix("Subject: ") for line in head.split("\n") if line.startswith("Subject: "))


def patch_mails(mbox: Path, version: int | None = None) -> list[bytes]:
    """The mails that carry a patch, in order of the series; with `version`, of that version only."""
    found = []
    for mail in mails(mbox):
        posted = _POSTED.match(subject(mail))
        if posted and b"\ndiff --git " in mail and version in (None, int(posted[1] or 1)):
            found.append(mail)
    return found
