"""From a review and a plan to commits on a new branch."""

from reviewbot.apply.commits import Applied, Check, Left, Made, apply_plan, posted
from reviewbot.apply.make import MODES, check_mode, default_branch, make_plan, posted_base
from reviewbot.apply.plan import Fixup, Plan, PlannedPatch, PlannedTag, Unworded, check_plan
from reviewbot.apply.toml import read_plan, write_plan

__all__ = [
    "MODES",
    "Applied",
    "Check",
    "Fixup",
    "Left",
    "Made",
    "Plan",
    "PlannedPatch",
    "PlannedTag",
    "Unworded",
    "apply_plan",
    "check_mode",
    "check_plan",
    "default_branch",
    "make_plan",
    "posted",
    "posted_base",
    "read_plan",
    "write_plan",
]
