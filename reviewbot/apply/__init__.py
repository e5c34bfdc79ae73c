"""From a review and a plan to commits on a new branch."""

from reviewbot.apply.commits import Applied, Check, Left, Made, apply_plan, committed, posted
from reviewbot.apply.explain import Change
from reviewbot.apply.lookup import commit_lookup
from reviewbot.apply.make import MODES, check_mode, default_branch, make_plan, posted_base, with_tags
from reviewbot.apply.note import initials_of, note_of
from reviewbot.apply.plan import Fixup, Plan, PlannedPatch, PlannedTag, Unworded, check_plan
from reviewbot.apply.preview import Preview, previews
from reviewbot.apply.proof import range_diff
from reviewbot.apply.toml import read_fixup, read_plan, write_fixup, write_plan
from reviewbot.apply.verify import Answered, Checked, Verified, verify

__all__ = [
    "MODES",
    "Answered",
    "Applied",
    "Change",
    "Check",
    "Checked",
    "Fixup",
    "Left",
    "Made",
    "Plan",
    "PlannedPatch",
    "PlannedTag",
    "Preview",
    "Unworded",
    "Verified",
    "apply_plan",
    "check_mode",
    "check_plan",
    "commit_lookup",
    "committed",
    "default_branch",
    "initials_of",
    "make_plan",
    "note_of",
    "posted",
    "posted_base",
    "previews",
    "range_diff",
    "read_fixup",
    "read_plan",
    "verify",
    "with_tags",
    "write_fixup",
    "write_plan",
]
