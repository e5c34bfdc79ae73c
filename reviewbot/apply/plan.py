"""A plan: which tags and which fixups go into the commits of a series. Data only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from reviewbot.errors import InputError
from reviewbot.fixups import Edit
from reviewbot.review import Review

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class PlannedTag:
    """A tag's line, and whether it goes in; `note` says why not, or on what it depends (a comment, not data)."""

    line: str
    take: bool
    note: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Fixup:
    """One edit, the request it answers (None: the committer's own), its words, and whether it is made.

    `later`: somebody who was asked put the decision off; it is not made, and asked again.
    """

    edit: Edit
    request: str | None = None
    says: str = ""
    take: bool = True
    note: str = field(default="", compare=False)
    later: bool = False

    @property
    def name(self) -> str:
        """The request's id, or what the edit does."""
        return self.request or self.edit.label


@dataclass(frozen=True, slots=True)
class Unworded:
    """A request that no edit could be made of: a person has to word it, starting from `example` (if it has a place)."""

    request: str
    says: str
    note: str
    example: Edit | None = None


@dataclass(frozen=True, slots=True)
class PlannedPatch:
    """What goes into one commit; `subject` and `unworded` are for the reader of the file.

    left: requests without an edit that somebody who was asked left out
    """

    number: int
    tags: tuple[PlannedTag, ...] = ()
    fixups: tuple[Fixup, ...] = ()
    subject: str = field(default="", compare=False)
    unworded: tuple[Unworded, ...] = field(default=(), compare=False)
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that `apply` needs to know beside the mails. `base` is a revision, None when the file names none.

    asked: somebody was asked about each fixup, so that all but those put off (`later`) are decided
    """

    series: str
    base: str | None
    patches: tuple[PlannedPatch, ...]
    title: str = field(default="", compare=False)
    asked: bool = False

    def patch(self, number: int) -> PlannedPatch:
        """The plan of one patch; of one that the file does not mention, an empty one."""
        return next((p for p in self.patches if p.number == number), PlannedPatch(number))

    @property
    def taken(self) -> frozenset[str]:
        """The ids of the requests that it answers."""
        fixups = (fixup for patch in self.patches for fixup in patch.fixups)
        return frozenset(fixup.request for fixup in fixups if fixup.take and fixup.request)

    def to_dict(self) -> dict[str, Any]:
        """The plan as the TOML file holds it."""
        head: dict[str, Any] = {"schema": SCHEMA, "series": self.series}
        head |= ({"base": self.base} if self.base else {}) | ({"asked": True} if self.asked else {})
        return {**head, **({"patch": [_patch_dict(patch) for patch in self.patches]} if self.patches else {})}


def _patch_dict(patch: PlannedPatch) -> dict[str, Any]:
    tags = [{"line": tag.line, "take": tag.take} for tag in patch.tags]
    fixups = [
        {
            **({"request": f.request} if f.request is not None else {}),
            **({"says": f.says} if f.says else {}),
            "take": f.take,
            **({"later": True} if f.later else {}),
            **f.edit.to_dict(),
        }
        for f in patch.fixups
    ]
    left = {"left": list(patch.left)} if patch.left else {}
    return {"number": patch.number, "tags": tags, **left, **({"fixup": fixups} if fixups else {})}


def check_plan(plan: Plan, review: Review, source: str = "the plan") -> None:
    """Raise InputError when a plan was made for another series or version, or names patches or requests not there."""
    series = review.series
    if plan.series != series.id:
        raise InputError(
            f"{source} is for series {plan.series}, not for v{series.version} of {series.title!r} ({series.id})"
        )
    known = {entry.patch.number: {r.id for r in entry.requests} for entry in review.patches}
    for planned in plan.patches:
        if planned.number not in known:
            raise InputError(f"{source}: the series has no patch {planned.number}{_among(known)}")
        for fixup in planned.fixups:
            if fixup.request is not None and fixup.request not in known[planned.number]:
                raise InputError(f"{source}: patch {planned.number} has no request {fixup.request}")


def _among(known: Iterable[int]) -> str:
    return f" (it has {', '.join(str(number) for number in sorted(known))})"
