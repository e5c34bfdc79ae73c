"""What the replies to a series say, as facts: who gave which tag, asked for what, about which line, and who agreed.

Judgement (what counts, what blocks) is not made here, it is `reviewbot.policy`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewbot.review.shown import ShownHunk
from reviewbot.series import Patch, Series

# Tag states, as `show` prints them.
COUNTS = "counts"
CONDITIONAL = "conditional"
PARTIAL = "partial"
CARRIED = "carried"
MISMATCH = "mismatch"
WITHDRAWN = "withdrawn"
PROPOSED = "proposed"


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag, given by one mail to one patch.

    name:      canonical name, whatever was typed (`spelled` keeps that)
    who, address: the person, and the address a committer writes
    from_:     id of the mail that gave it (the patch itself when `carried`)
    scope:     the part it covers, as the giver named it; None for all of the patch
    condition: the words of the reservation, None for none
    strength:  "required" or "preferred", None without condition
    waits:     what would fulfil the condition: "edit", "author" (must agree), "outside" (a test, a person, another
               series), "next-version"; None without condition
    state:     counts, conditional, partial, carried, mismatch, withdrawn or proposed
    line:      what a committer appends to the message
    date:      of the mail that gave it
    says:      the sentence that made a `proposed` or `withdrawn` one, for a person to judge
    """

    name: str
    who: str
    address: str
    from_: str
    scope: str | None
    condition: str | None
    strength: str | None
    state: str
    line: str
    date: datetime | None = None
    waits: str | None = None
    spelled: str = ""
    says: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The tag as `show` writes it; `condition`'s kind and the sentence only where there are any."""
        out: dict[str, Any] = {
            "name": self.name,
            "who": self.who,
            "address": self.address,
            "from": self.from_,
            "scope": self.scope,
            "condition": self.condition,
            "strength": self.strength,
            "state": self.state,
            "line": self.line,
        }
        if self.waits:
            out["waits"] = self.waits
        if self.says:
            out["says"] = self.says
        return out


@dataclass(frozen=True, slots=True)
class Anchor:
    """What a remark answers: a line of the diff, or a line of the commit message.

    path, line, text: file, its line number after the patch (None for a removed line), text without the diff's sign
    message:          the line of the commit message (or the subject) answered instead
    position:         0-based line in the patch mail's body
    sign:             "+", "-" or " " for a diff line
    block:            first and last position of the quoted lines directly above the remark
    """

    path: str | None = None
    line: int | None = None
    text: str | None = None
    message: str | None = None
    position: int | None = None
    sign: str | None = None
    block: tuple[int, int] | None = None

    def to_dict(self) -> dict[str, Any]:
        """`{"path", "line", "text"}` for a diff line, `{"message"}` for the message."""
        if self.path is None:
            return {"message": self.message}
        return {"path": self.path, "line": self.line, "text": self.text}


@dataclass(frozen=True, slots=True)
class Request:
    """One change that somebody asked for.

    id:        "<patch>.<n>" in order of arrival and of place in the mail
    from_, who: the mail, and the person who asked
    kind:      replace, insert-blank-line, move, ... (the list is in the design page)
    says:      the words, folded onto one line
    strength:  required, suggested or optional
    agreed:    True, False, or None while nobody decided
    promised:  "next-version" where the author will do it in a new posting, so that a committer need not
    on_commit: somebody offered or asked to do it while committing
    old, new, where, target: the operands that the words give, None where they give none
    agreed_by: id of the mail that agreed or declined
    also:      a second place ("before", name) where the words give two
    count:     how many lines or instances; 0 for all that the patch has
    code:      lines of code that the words show
    hunks:     the hunks of a diff that they show, of the file that the anchor names
    """

    id: str
    from_: str
    who: str
    kind: str
    says: str
    anchor: Anchor
    strength: str
    agreed: bool | None = None
    old: str | None = None
    new: str | None = None
    where: str | None = None
    target: str | None = None
    promised: str | None = None
    on_commit: bool = False
    agreed_by: str | None = None
    count: int | None = None
    also: tuple[str, str] | None = None
    code: tuple[str, ...] = ()
    hunks: tuple[ShownHunk, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The request as `show` writes it, without `edit` (made by another room)."""
        out: dict[str, Any] = {
            "id": self.id,
            "from": self.from_,
            "who": self.who,
            "kind": self.kind,
            "says": self.says,
            "anchor": self.anchor.to_dict(),
            "strength": self.strength,
            "agreed": self.agreed,
        }
        optional: Mapping[str, Any] = {
            "promised": self.promised,
            "on_commit": self.on_commit or None,
        }
        out.update({key: value for key, value in optional.items() if value is not None})
        return out


@dataclass(frozen=True, slots=True)
class Question:
    """Own words under quoted lines that ask something: of whom (`owes`), at which line, and whether that was answered.

    version: the version of the series that it was asked of, where that is not the one that shows it
    """

    from_: str
    who: str
    text: str
    answered: bool
    owes: str = ""
    anchor: Anchor | None = None
    version: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """The question as `show` writes it, with what only its text shows: who owes the answer, line and version."""
        return {
            "from": self.from_,
            "who": self.who,
            "text": self.text,
            "answered": self.answered,
            "owes": self.owes,
            "anchor": self.anchor.to_dict() if self.anchor is not None else None,
            "version": self.version,
        }


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence about the series as a whole: an objection, or a notice that it went in.

    kind: refused, wait, broken, missing-ack, needs-release-ack, dispute, committed, will-commit, new-version
    open: nothing later in the thread settled it
    whose: the approval that is missing, as the words name its giver ("VMX maintainers"); None where they name nobody
    """

    from_: str
    who: str
    kind: str
    text: str
    open: bool = True
    whose: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The remark as `show` writes it; `whose` only where somebody's approval is missing."""
        out = {"from": self.from_, "who": self.who, "kind": self.kind, "text": self.text, "open": self.open}
        return out | ({"whose": self.whose} if self.whose else {})


@dataclass(frozen=True, slots=True)
class PatchReview:
    """All that was said about one patch."""

    patch: Patch
    tags: tuple[Tag, ...]
    requests: tuple[Request, ...]
    questions: tuple[Question, ...]
    remarks: tuple[Remark, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Tags, requests, questions and remarks; the patch itself is written by who prints it."""
        return {
            "tags": [tag.to_dict() for tag in self.tags],
            "requests": [request.to_dict() for request in self.requests],
            "questions": [question.to_dict() for question in self.questions],
            "remarks": [remark.to_dict() for remark in self.remarks],
        }


@dataclass(frozen=True, slots=True)
class Review:
    """All that was said about a series; `cover_questions` and `remarks` are about the whole of it."""

    series: Series
    patches: tuple[PatchReview, ...]
    cover_questions: tuple[Question, ...] = ()
    remarks: tuple[Remark, ...] = ()

    def patch(self, number: int) -> PatchReview | None:
        """What was said about the patch of that number."""
        return next((entry for entry in self.patches if entry.patch.number == number), None)
