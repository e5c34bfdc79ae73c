"""Whether edits of one patch can be made together, as far as the lines that the patch shows tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reviewbot.errors import InputError
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.engine import apply_edits, edit_prose
from reviewbot.fixups.excerpt import shown_of
from reviewbot.fixups.place import touched_by
from reviewbot.review import Request
from reviewbot.series import Patch


def same_bytes(one: Edit, other: Edit) -> bool:
    """Whether two edits say the same, whoever asked for them."""
    return replace(one, request=None) == replace(other, request=None)


def without_repeats(edits: Sequence[Edit]) -> list[Edit]:
    """The edits, those left out that another request asked for in the same words already."""
    kept: list[Edit] = []
    for edit in edits:
        if not any(same_bytes(edit, other) and edit.request != other.request for other in kept):
            kept.append(edit)
    return kept


def by_weight(requests: Sequence[Request]) -> list[Request]:
    """Requests in the order in which their edits should be tried when not all of them go together.

    A shown diff is what its writer ended with: the newest first, then all else in the order in which it came.
    """
    shown = [request for request in requests if request.hunks]
    return [*reversed(shown), *(request for request in requests if not request.hunks)]


def go_together(patch: Patch, edits: Sequence[Edit]) -> bool:
    """Whether some edits fit a patch at once: its subject, its message, and what it shows of its files."""
    try:
        for text, some in (
            (patch.subject, [edit for edit in edits if edit.subject]),
            (patch.body, [edit for edit in edits if edit.message]),
        ):
            if some:
                edit_prose(text, some, name=some[0].target)
        for file in patch.diff.files:
            some = [edit for edit in edits if edit.path == file.path and edit.move is None]
            content = shown_of(file) if len(some) > 1 else None
            if content is not None:
                apply_edits(content, some, path=file.path, touched=touched_by(file, content))
    except InputError:
        return False
    return True
