"""JSON: one object with `"schema": 1`, keys in the order that the design page gives them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

SCHEMA = 1


def write(out: IO[str], data: Mapping[str, Any]) -> None:
    """Print `data` as one JSON object, with the schema number in front.

    Bytes that were no UTF-8 stand in `data` as lone surrogates; they come out as `\\udcXX` escapes, so that the
    output is always valid UTF-8 and nothing is lost.
    """
    text = json.dumps({"schema": SCHEMA, **data}, indent=2, ensure_ascii=False)
    out.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
