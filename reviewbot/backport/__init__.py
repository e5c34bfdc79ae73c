"""From upstream commits to a stable branch: merged without a work tree, checked, explained, worded as is custom."""

from reviewbot.backport.candidates import Source
from reviewbot.backport.message import BLOCK, CHERRY, Style
from reviewbot.backport.model import STATES, Backported, Conflict, Doubt, Pick, Prerequisite, Proposal
from reviewbot.backport.run import backport, project_rules
from reviewbot.backport.wanted import Branches, landed_as, read_sources
from reviewbot.backport.work import Options

__all__ = [
    "BLOCK",
    "CHERRY",
    "STATES",
    "Backported",
    "Branches",
    "Conflict",
    "Doubt",
    "Options",
    "Pick",
    "Prerequisite",
    "Proposal",
    "Source",
    "Style",
    "backport",
    "landed_as",
    "project_rules",
    "read_sources",
]
