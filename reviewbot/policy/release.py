"""The release gate: whether a change needs the release manager's ack on a given day.

Nothing is known without a calendar. What happens between the freezes is measured (4.22: 24 % of the commits have an ack
between feature and code freeze, 69 % between code and hard freeze, all after it), hence: a warning, a warning, a gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of one release (each may be unknown) and the names of its release managers."""

    release: str
    managers: tuple[str, ...] = ()
    feature_freeze: date | None = None
    code_freeze: date | None = None
    hard_freeze: date | None = None
    branched: date | None = None

    def phase(self, day: date) -> str:
        """ "open", "feature-freeze", "code-freeze", "hard-freeze" or "branched" on a day."""
        if self.branched is not None and day >= self.branched:
            return "branched"
        for name, start in (
            ("hard-freeze", self.hard_freeze),
            ("code-freeze", self.code_freeze),
            ("feature-freeze", self.feature_freeze),
        ):
            if start is not None and day >= start:
                return name
        return "open"

    def need(self, day: date) -> str:
        """ "no", "warn" or "must": what a change without a release ack meets on a day."""
        return {"feature-freeze": "warn", "code-freeze": "warn", "hard-freeze": "must"}.get(self.phase(day), "no")
