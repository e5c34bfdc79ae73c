"""From a request, or an entry of a plan, to an edit, and from edits to bytes."""

from reviewbot.fixups.diff import path_of as path_of_diff
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.engine import apply_edits, edit_prose
from reviewbot.fixups.place import Touched, touched_by
from reviewbot.fixups.propose import propose

__all__ = ["Edit", "Touched", "apply_edits", "edit_prose", "path_of_diff", "propose", "touched_by"]
