"""The committer's note in a commit message: "[jb: error -> __error__]"."""

from __future__ import annotations

from collections.abc import Sequence

from reviewbot.fixups import Edit

_LONGEST = 72  # columns of the note's line
_WORDS = 30  # characters of a quoted text


def initials_of(name: str) -> str:
    """The initials of a committer, in small letters: "Jan Beulich <jb@example.org>" gives "jb"."""
    words = name.partition("<")[0].split() or [name.strip("<> ")]
    return "".join(word[0] for word in words if word[0].isalnum()).lower()


def note_of(edits: Sequence[Edit], initials: str) -> str:
    """One line that says what was edited; what does not fit on it is counted."""
    said: list[str] = []
    for number, edit in enumerate(edits):
        more = len(edits) - number - 1
        tail = f" and {more} more" if more else ""
        if said and len(f"[{initials}: {', '.join([*said, _what(edit)])}{tail}]") > _LONGEST:
            rest = len(edits) - number
            return f"[{initials}: {', '.join(said)} and {rest} more]"
        said.append(_what(edit))
    return f"[{initials}: {', '.join(said)}]"


def _what(edit: Edit) -> str:
    if edit.subject:
        return "adjust the subject"
    if edit.message:
        return "adjust the message"
    if edit.replace is not None and "\n" not in edit.replace + (edit.with_ or ""):
        return f"{_short(edit.replace)} -> {_short(edit.with_ or 'nothing')}"
    if edit.insert is not None:
        return f"add {_short(edit.insert)}" if edit.insert.strip(" *") else "add a blank line"
    if edit.delete is not None:
        return f"drop {_short(edit.delete)}" if edit.delete.strip() else "drop a blank line"
    if edit.move is not None:
        return f"move {_short(edit.move)}"
    if edit.script is not None:
        return edit.script if len(edit.script) <= _WORDS else "adjust wording"
    return "small adjustments"


def _short(text: str) -> str:
    words = " ".join(text.replace("[", "(").replace("]", ")").split())
    return words if len(words) <= _WORDS else words[: _WORDS - 3] + "..."
