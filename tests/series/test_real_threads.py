"""The real LTP threads: every patch that landed is found with its number and version, every older version superseded."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from reviewbot.mail import read, threads
from reviewbot.series import Series, find_series


@pytest.fixture
def landed(threads_dir: Path) -> list[dict[str, Any]]:
    """The rows of ltp-dev.jsonl, beside the threads."""
    path = threads_dir.parent / "data" / "ltp-dev.jsonl"
    if not path.is_file():
        pytest.skip(f"no {path.name} beside the real threads")
    return [json.loads(line) for line in path.read_text().splitlines()]


def series_of(root: Path, *names: str) -> tuple[Series, ...]:
    return find_series(threads(message for name in names for message in read(root / name).messages))


def test_every_landed_patch_is_found(threads_dir: Path, landed: list[dict[str, Any]]) -> None:
    known: dict[str, tuple[Series, ...]] = {}
    counters = versions = renumbered = 0
    for row in landed:
        if row["mbox"] not in known:
            known[row["mbox"]] = series_of(threads_dir.parent, row["mbox"])
        hits = [
            (series, patch)
            for series in known[row["mbox"]]
            for patch in series.patches
            if patch.message_id == row["patch_msgid"] and patch.number not in series.carried
        ]
        assert len(hits) == 1, row["patch_msgid"]
        series, patch = hits[0]
        assert patch.subject == row["subject"]
        assert patch.author.address.lower() in row["author"].lower()
        named = {f"{trailer.name}: {trailer.value}".lower() for trailer in patch.trailers}
        assert {line.lower() for line in row["trailers_mailed"]} <= named
        versions += patch.version == (row["version"] or 1)
        equal = [patch.number, patch.total] == (row["counter"] or [1, 1])
        counters += equal
        renumbered += not equal and series.base is not None
    print(
        f"{len(landed)} patches: version equal {versions}, counter equal {counters}, in a partial reroll {renumbered}"
    )
    assert versions == len(landed)
    assert counters + renumbered == len(landed)


def test_every_older_version_is_superseded(threads_dir: Path, landed: list[dict[str, Any]]) -> None:
    seen = set()
    checked = 0
    for row in landed:
        if row["mbox"] in seen or not row["other_mboxes"]:
            continue
        seen.add(row["mbox"])
        found = series_of(threads_dir.parent, row["mbox"], *row["other_mboxes"])
        for name in row["other_mboxes"]:
            version = re.search(r"\.v(\d+)\.", name)
            assert version is not None
            if int(version.group(1)) >= (row["version"] or 1):
                continue
            here = [series for series in found if series.posted[0].source.endswith(name)]
            older = [series for series in here if series.version < (row["version"] or 1)]
            checked += len(older)
            assert all(series.superseded_by for series in older), name
    print(f"{checked} older versions, all superseded")
    assert checked > 50
