"""Judgement: what counts and what blocks, by the check-in policy of MAINTAINERS and the release calendar.

verdict = judge(read_review(series), maintainers=Maintainers.parse(text))
print(verdict.state, verdict.reasons)
"""

from reviewbot.policy.coverage import Approval, Coverage
from reviewbot.policy.judge import judge
from reviewbot.policy.maintainers import Maintainers
from reviewbot.policy.model import STATES, Missing, Verdict
from reviewbot.policy.release import Calendar

__all__ = ["STATES", "Approval", "Calendar", "Coverage", "Maintainers", "Missing", "Verdict", "judge"]
