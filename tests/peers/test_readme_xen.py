"""The transcripts of README.md that need the real Xen and the real thread."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import transcripts

REAL = [
    b for b in transcripts.blocks(transcripts.README.read_text()) if transcripts.XEN in b or "domctl-lock.mbox" in b
]


@pytest.mark.parametrize("block", REAL, ids=lambda b: b.split("\n")[0])
def test_transcript_is_real(block: str, xen_repo: Path, domctl_mbox: Path, tmp_path: Path) -> None:
    borrowed = tmp_path / "xen.git"
    subprocess.run(["git", "clone", "-q", "--shared", "--bare", str(xen_repo), str(borrowed)], check=True)
    with transcripts.workshop() as folder:
        shutil.copyfile(domctl_mbox, folder / domctl_mbox.name)
        assert transcripts.settled(transcripts.replayed(block, folder, borrowed)) == transcripts.settled(block)
