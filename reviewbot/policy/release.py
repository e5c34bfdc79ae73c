"""The release gate: whether a change needs the release manager's ack on a given day.

Nothing is known without a calendar. What happens between the freezes is measured (4.22: 24 % of the commits have an ack
between feature and code freeze, 69 % between code and hard freeze, all after it), hence: a warning, a warning, a gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from reviewbot.errors import InputError

# The days of a calendar's file, in the order in which they come.
_DAYS = ("feature-freeze", "code-freeze", "hard-freeze", "branched")
_LATELY = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Calendar:
    """The dates of one release (each may be unknown) and the names of its release managers."""

    release: str
    managers: tuple[str, ...] = ()
    feature_freeze: date | None = None
    code_freeze: date | None = None
    hard_freeze: date | None = None
    branched: date | None = None

    @classmethod
    def parse(cls, text: str, source: str) -> Calendar:
        """Read a calendar's TOML: `release`, `managers` (names), and the days `feature-freeze` to `branched`.

        Raises InputError, naming `source`, for what is no TOML, an unknown key, a value of another kind, and days that
        are out of order.
        """
        import tomllib  # few runs have a calendar

        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as problem:
            raise InputError(f"{source}: {problem}") from problem
        unknown = sorted(set(data) - {"release", "managers", *_DAYS})
        if unknown:
            raise InputError(f"{source}: {unknown[0]}: no such key; there are: release, managers, {', '.join(_DAYS)}")
        release, managers = data.get("release"), data.get("managers", [])
        if not isinstance(release, str) or not release:
            raise InputError(f'{source}: release: wants a text like "4.22"')
        if not isinstance(managers, list) or not all(isinstance(name, str) and name for name in managers):
            raise InputError(f'{source}: managers: wants names, ["..."]')
        days = [_day(data.get(key), key, source) for key in _DAYS]
        known = [(key, day) for key, day in zip(_DAYS, days, strict=True) if day is not None]
        for (name, day), (later, after) in pairwise(known):
            if after < day:
                raise InputError(f"{source}: {later} ({after}) is before {name} ({day})")
        return cls(release, tuple(name.partition("<")[0].strip() for name in managers), *days)

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


def _day(value: object, key: str, source: str) -> date | None:
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise InputError(f"{source}: {key}: wants a day like 2026-06-05, without quotes")


def day_of(last: date | None, today: date) -> date:
    """The day to judge on: today, or for a thread that has been silent for long, the day of its last mail."""
    return today if last is None or today - last <= _LATELY else last
