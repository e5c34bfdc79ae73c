"""Entries as the index keeps them: JSON text, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from reviewbot.mail import Unread
from reviewbot.triage.model import Asked, Entry, LastWord, Wait


def dump(entry: Entry | Unread) -> str:
    """One entry as text; lone surrogates are escaped, so that SQLite takes it. An `Unread` is what became of none."""
    return json.dumps(asdict(entry), default=_date)


def _date(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def load(text: str) -> Entry | Unread:
    """The entry again. Raises ValueError, KeyError or TypeError for text that `dump` did not write."""
    row: dict[str, Any] = json.loads(text)
    if "reason" in row:
        return Unread(**row)
    last: Mapping[str, Any] = row.pop("last")
    return Entry(
        **{
            **row,
            "posted": _when(row["posted"]),
            "last": LastWord(last["who"], _when(last["date"]), last["message_id"]),
            "missing": tuple(row["missing"]),
            "questions": tuple(Asked(**asked) for asked in row["questions"]),
            "waits": tuple(Wait(**wait) for wait in row["waits"]),
            "reasons": tuple(row["reasons"]),
            "warnings": tuple(row["warnings"]),
            "landed": {int(number): commit for number, commit in row["landed"].items()},
        }
    )


def _when(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
