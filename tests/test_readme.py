"""Every transcript in README.md is what the command prints today."""

from __future__ import annotations

import pytest

from tests import transcripts

BLOCKS = [b for b in transcripts.blocks(transcripts.README.read_text()) if transcripts.XEN not in b]


def test_there_are_transcripts() -> None:
    assert len(BLOCKS) >= 3


@pytest.mark.parametrize("block", [b for b in BLOCKS if "domctl-lock.mbox" not in b], ids=lambda b: b.split("\n")[0])
def test_transcript_is_real(block: str) -> None:
    with transcripts.workshop() as folder:
        assert transcripts.settled(transcripts.replayed(block, folder)) == transcripts.settled(block)
