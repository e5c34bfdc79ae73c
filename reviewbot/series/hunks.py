"""The lines of one file's hunks, by unidiff."""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO

from reviewbot.series.model import DiffLine, Hunk, Origin

# Names that unidiff cannot stumble over; the real ones are read from git's header lines.
_HEAD = "--- a/file\n+++ b/file\n"

_ORIGINS: dict[str, Origin] = {" ": " ", "+": "+", "-": "-", "": " "}


def parse_hunks(lines: Sequence[bytes], places: Sequence[int]) -> tuple[tuple[Hunk, ...], str | None]:
    """Hunks out of their lines (headers included, no LF) and the places of these in the mail (0-based).

    The second value says what is wrong with them; then there are no hunks.
    """
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    # StringIO splits at LF only; CR, form feeds and U+2028 stay inside their lines
    text = b"\n".join(lines).decode("utf-8", "surrogateescape") + "\n"
    try:
        files = PatchSet(StringIO(_HEAD + text, newline="\n"))
    except (UnidiffParseError, ValueError, IndexError) as problem:
        return (), f"hunks cannot be read: {' '.join(str(problem).split())[:120]}"
    if len(files) != 1:
        return (), "hunks cannot be read: no lines in them"
    first_place = len(_HEAD.splitlines()) + 1  # of the hunks' first line, as unidiff counts lines
    hunks = []
    for hunk in files[0]:
        taken = []
        for line in hunk:
            if line.line_type not in _ORIGINS:
                continue  # "\ No newline at end of file"
            taken.append(
                DiffLine(
                    origin=_ORIGINS[line.line_type],
                    text=line.value.removesuffix("\n"),
                    old=line.source_line_no,
                    new=line.target_line_no,
                    position=places[(line.diff_line_no or first_place) - first_place],
                )
            )
        hunks.append(
            Hunk(
                hunk.source_start, hunk.source_length, hunk.target_start, hunk.target_length,
                hunk.section_header, tuple(taken),
            )
        )  # fmt: skip
    return tuple(hunks), None
