"""One edit, as a plan file says it: where it is made, and which bytes it asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reviewbot.errors import InputError

# What an edit can be; `with` alone (a whole subject or message) counts as `replace`.
KINDS = ("replace", "insert", "delete", "move", "diff", "script")
# The keys of an edit in a plan file, in the order they are written. `with` is a word of Python: the field is `with_`.
KEYS = ("path", "message", "subject", "within", *KINDS, "with", "after", "before")
_ANCHORED = ("insert", "move")


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit of a file (`path`), of the commit message below the subject (`message`), or of the subject.

    within:          where it must fall: a function, a case label, or a line of the file
    replace, with_:  text and its replacement; for subject and message `with_` alone is the whole new text
    insert:          whole lines, `after` or `before` a line; "" is a blank line
    delete:          text, or whole lines; "" is a blank line, `after` or `before` a line
    move:            a case group, function or lines, named by the first line, `after` or `before` another
    diff:            a unified diff of one file
    script:          s/a/b/ (literal text, once) or s/a/b/g (every place that the patch touches)
    request:         the id it answers, for error messages
    """

    path: str | None = None
    message: bool = False
    subject: bool = False
    within: str | None = None
    replace: str | None = None
    with_: str | None = None
    insert: str | None = None
    delete: str | None = None
    move: str | None = None
    diff: str | None = None
    script: str | None = None
    after: str | None = None
    before: str | None = None
    request: str | None = None

    @property
    def kind(self) -> str:
        """Which of `KINDS` it is."""
        return next((kind for kind in KINDS if getattr(self, kind) is not None), "replace")

    @property
    def target(self) -> str:
        """What it changes, for people: a path, "the subject" or "the message"."""
        return self.path or ("the subject" if self.subject else "the message")

    @property
    def label(self) -> str:
        """How error messages name it: the request's id and the first words."""
        text: str = getattr(self, self.kind) or self.with_ or "a blank line"
        words = " ".join(text.split())
        words = words if len(words) <= 50 else words[:47] + "..."
        return f"fixup {self.request + ' ' if self.request else ''}({self.kind} {words!r})"

    def to_dict(self) -> dict[str, Any]:
        """The keys that are set, as a plan file has them."""
        found: dict[str, Any] = {}
        for key in KEYS:
            value = getattr(self, "with_" if key == "with" else key)
            if value is not None and value is not False:
                found[key] = value
        return found

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], request: str | None = None) -> Edit:
        """Read the keys of `to_dict`; InputError for an unknown key, a wrong type, no edit or two edits in one."""
        for key, value in data.items():
            if key not in KEYS:
                raise InputError(f"unknown key {key!r}")
            wanted: type = bool if key in ("message", "subject") else str
            if not isinstance(value, wanted):
                raise InputError(f"{key} must be {'true or false' if wanted is bool else 'text'}")
        edit = cls(**{"with_" if k == "with" else k: v for k, v in data.items()}, request=request)
        edit.check()
        return edit

    def check(self) -> None:
        """Raise InputError unless this is exactly one edit, in one place, with the operands it needs."""
        places = [name for name in ("path", "message", "subject") if getattr(self, name)]
        if len(places) != 1 and not (self.diff is not None and not places):
            raise InputError("one of path, message = true and subject = true is needed" + _both(places))
        kinds = [kind for kind in KINDS if getattr(self, kind) is not None]
        if not kinds and self.with_ is not None and self.path is None:
            kinds = ["replace"]
        if len(kinds) != 1:
            raise InputError("a fixup holds one edit: " + (" and ".join(kinds) if kinds else "none is given"))
        kind = kinds[0]
        if (self.with_ is not None) != (kind == "replace"):
            raise InputError("replace needs with" if kind == "replace" else f"with does not go with {kind}")
        anchors = [name for name in ("after", "before") if getattr(self, name) is not None]
        if len(anchors) == 2 or any(not (getattr(self, name) or "").strip() for name in anchors):
            raise InputError("one of after and before, naming a line")
        if kind in _ANCHORED and not anchors:
            raise InputError(f"{kind} needs after or before")
        if anchors and kind not in (*_ANCHORED, "delete"):
            raise InputError(f"{anchors[0]} does not go with {kind}")
        if self.delete is not None and not self.delete.strip() and not anchors and self.within is None:
            raise InputError("to delete a blank line, name the line it follows (after) or precedes (before)")
        if kind in ("replace", "move", "diff") and not (getattr(self, kind) or self.with_ or "").strip():
            raise InputError(f"{kind} is empty")
        if self.replace == "":
            raise InputError("replace is empty")
        if self.within is not None and not self.within.strip():
            raise InputError("within is empty")
        if self.within is not None and self.subject:
            raise InputError("within does not go with subject")


def _both(places: list[str]) -> str:
    return f", not {' and '.join(places)}" if places else ""
