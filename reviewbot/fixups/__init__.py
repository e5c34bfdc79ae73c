"""From a request, or an entry of a plan, to an edit, and from edits to bytes."""

from reviewbot.fixups.diff import path_of as path_of_diff
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.engine import apply_edits, edit_prose
from reviewbot.fixups.place import Touched, touched_by
from reviewbot.fixups.propose import propose
from reviewbot.fixups.together import by_weight, go_together, same_bytes, without_repeats
from reviewbot.fixups.trailers import Lookup

__all__ = [
    "Edit",
    "Lookup",
    "Touched",
    "apply_edits",
    "by_weight",
    "edit_prose",
    "go_together",
    "path_of_diff",
    "propose",
    "same_bytes",
    "touched_by",
    "without_repeats",
]
