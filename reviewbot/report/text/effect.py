"""What a change does to the dispatch of operations: one line for each thing said, with the operations it is said of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reviewbot.report.terminal import Page, one_line

# As many operations are named as fit a line or two; a change of the whole table would list all seventy.
_NAMED = 8


def write(page: Page, effects: Sequence[Mapping[str, Any]], indent: str = "") -> None:
    """Print effects (`Effect.to_dict()`, in their order); nothing where there are none.

    Operations of which the same is said share a line; a place to look at stands behind a single one.
    """
    said: dict[str, list[Mapping[str, Any]]] = {}
    for effect in effects:
        said.setdefault(_split(effect)[1], []).append(effect)
    for what, group in said.items():
        names = [name for name in (_split(effect)[0] for effect in group) if name]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        head = f"{', '.join(names[:_NAMED])}{more}: " if names else ""
        place = f" ({group[0]['path']}:{group[0]['line']})" if len(group) == 1 else ""
        page.wrapped(f"{head}{what}{place}", indent + "  ", indent)


def _split(effect: Mapping[str, Any]) -> tuple[str, str]:
    """The operation's short name and what is said of it; no name where the effect is not known."""
    name, colon, what = one_line(effect["text"]).partition(": ")
    return (name, what) if effect["op"] and colon else ("", one_line(effect["text"]))
