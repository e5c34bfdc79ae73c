"""What policy says about a series: a state, why, who is still to be asked, and what to look at all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Most blocking first; the verdict of a series is the first that holds for any of its patches.
STATES = (
    "committed", "superseded", "refused", "needs-new-version", "open-questions", "needs-review", "needs-ack",
    "needs-release-ack", "ready-with-fixups", "ready",
)  # fmt: skip

THE_REST = "THE REST"  # the section of MAINTAINERS that covers every file


@dataclass(frozen=True, slots=True)
class Missing:
    """An approval that lacks: of any of `who`, for the files `for_`; `stand_in` gave one in their place, if anybody."""

    who: tuple[str, ...]
    for_: tuple[str, ...]
    stand_in: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """As `show` writes it."""
        return {"who": list(self.who), "for": list(self.for_), "stand_in": self.stand_in}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a series (one of STATES), the reasons for it, what is missing, and warnings that block nothing."""

    state: str
    reasons: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()
    warnings: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As `show` writes it."""
        return {
            "state": self.state,
            "reasons": list(self.reasons),
            "missing": [entry.to_dict() for entry in self.missing],
            "warnings": list(self.warnings),
        }
