"""Judgement: what counts and what blocks, by the check-in policy of MAINTAINERS and the release calendar.

verdict = judge(read_review(series), maintainers=Maintainers.parse(text))
print(verdict.state, verdict.reasons)
"""

from typing import TYPE_CHECKING

from reviewbot.policy.coverage import Approval, Coverage
from reviewbot.policy.judge import judge
from reviewbot.policy.model import STATES, Missing, Verdict

if TYPE_CHECKING:
    from reviewbot.policy.maintainers import Maintainers
    from reviewbot.policy.release import Calendar

__all__ = ["STATES", "Approval", "Calendar", "Coverage", "Maintainers", "Missing", "Verdict", "judge"]


def __getattr__(name: str) -> object:
    """What most verdicts do without is imported when it is asked for (PEP 562)."""
    if name == "Maintainers":
        from reviewbot.policy.maintainers import Maintainers

        return Maintainers
    if name == "Calendar":
        from reviewbot.policy.release import Calendar

        return Calendar
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
