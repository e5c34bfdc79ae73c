"""Making edits: all of them against the same bytes, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.errors import InputError
from reviewbot.fixups.blocks import Outline, label_key
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.place import Field, Touched
from reviewbot.fixups.resolve import resolve
from reviewbot.fixups.splice import Move, Splice, splice
from reviewbot.fixups.text import Text


def apply_edits(content: bytes, edits: Sequence[Edit], *, path: str, touched: Touched | None = None) -> bytes:
    """The file with its edits made: exactly the bytes they ask for, or InputError and nothing.

    `content` is what the patch produced and `touched` where it did so (None: anywhere). Each edit has to match exactly
    once, in lines that the patch touches or inside its `within`; edits must not overlap, but what is edited inside of
    a moved block travels with it. Line ends, tabs and a missing last newline stay as they are.
    """
    text = Text.of(content)
    outline = Outline(path, text)
    field = Field(path, text, touched or Touched.all(text.data), outline)
    made = _made(field, edits)
    if any(edit.move is not None and label_key(edit.move) is not None for edit in edits) and outline.is_c:
        unmoved = _made(field, [edit for edit in edits if edit.move is None])
        _same_flow(Outline(path, Text.of(unmoved)), Outline(path, Text.of(made)), path)
    return made


def edit_prose(text: str, edits: Sequence[Edit], *, name: str) -> str:
    """A commit message (below its subject), or a subject, with its edits made; `name` says which, for complaints.

    A blank in what an edit names may be a line's end here. InputError as for `apply_edits`, and for a subject that
    would become empty or have two lines.
    """
    data = text.encode("utf-8", "surrogateescape")
    outline = Outline("", Text.of(data))
    made = _made(Field(name, Text.of(data), Touched.all(data), outline, prose=True), edits)
    new = made.decode("utf-8", "surrogateescape")
    if any(edit.subject for edit in edits):
        new = new.strip()
        if not new or "\n" in new:
            raise InputError(f"{edits[0].label}: the subject would {'have two lines' if new else 'be empty'}")
    return new


def _made(field: Field, edits: Sequence[Edit]) -> bytes:
    splices: list[Splice] = []
    moves: list[Move] = []
    for edit in edits:
        for step in resolve(edit, field):
            if isinstance(step, Move):
                moves.append(step)
            else:
                splices.append(step)
    return field.text.closed(splice(field.text.data, splices, moves))


def _same_flow(before: Outline, after: Outline, path: str) -> None:
    """Refuse moves after which a case group runs into another one than before: that is not what a move asks for."""
    was = before.falls()
    for (function, nth, label), into in after.falls().items():
        if (function, nth, label) not in was or was[function, nth, label] != into:
            raise InputError(f"{path}: after the move {label!r} in {function}() would fall through into {into!r}")
