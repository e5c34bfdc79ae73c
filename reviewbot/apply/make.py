"""From a review to a plan: which tags and which edits go in when nobody says otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from reviewbot.apply.plan import Fixup, Plan, PlannedPatch, PlannedTag, Unworded
from reviewbot.errors import InputError
from reviewbot.fixups import Edit, Lookup, by_weight, go_together, propose, same_bytes
from reviewbot.review import PatchReview, Request, Review, Tag
from reviewbot.series import Patch

Mode = Literal["agreed", "all", "none"]
MODES: tuple[Mode, ...] = ("agreed", "all", "none")

# What `git format-patch --base` writes below a cover letter or a patch.
_BASE = re.compile(r"^base-commit: ([0-9a-f]{40,64})[ \t]*$", re.MULTILINE)
_SLUG = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def make_plan(review: Review, base: str | None, mode: Mode = "agreed", *, lookup: Lookup | None = None) -> Plan:
    """The plan that `apply --fixups MODE` follows.

    "agreed": edits that the author agreed to, and required ones that the asker's tag waits for and nobody declined.
    "all": every edit that could be made and that nobody declined. "none": no edit. A move is proposed, never taken:
    where code goes is a matter of taste, and committers do not follow the words. `base` is a commit id, or None.
    Of edits that do not go together a whole diff is preferred, the newest first, then the earlier one. `lookup` as for
    `propose`.
    """
    patches = tuple(_planned(entry, mode, lookup) for entry in review.patches)
    series = review.series
    return Plan(series.id, base, patches, f"{series.title} (v{series.version}, {series.author})")


def posted_base(review: Review) -> str | None:
    """The base-commit that the cover letter or a patch names, as `git format-patch --base` writes it."""
    cover = review.series.cover
    for message in ([cover] if cover else []) + [patch.message for patch in review.series.patches]:
        match = _BASE.search(message.body)
        if match:
            return match.group(1)
    return None


def default_branch(review: Review) -> str:
    """`reviewbot/<slug of the title>-v<version>`."""
    words = _SLUG.sub("-", review.series.title.lower()).strip("-")
    if len(words) > _LONGEST:
        words = words[: _LONGEST + 1].rpartition("-")[0] or words[:_LONGEST]
    return f"reviewbot/{words or 'series'}-v{review.series.version}"


def _planned(entry: PatchReview, mode: Mode, lookup: Lookup | None) -> PlannedPatch:
    fixups: list[Fixup] = []
    unworded: list[Unworded] = []
    for request in entry.requests:
        edit = propose(request, entry.patch, lookup=lookup)
        if edit is None:
            unworded.append(Unworded(request.id, _said(request), _why_not(request), _example(request, entry.patch)))
        else:
            take = _taken(request, entry.tags, mode)
            fixups.append(Fixup(edit, request.id, request.says, take, _standing(request)))
    fixups = _compatible(fixups, entry)
    taken = {fixup.request for fixup in fixups if fixup.take}
    tags = tuple(_tag(tag, entry.requests, taken) for tag in entry.tags if tag.state != "carried")
    return PlannedPatch(entry.patch.number, tags, tuple(fixups), entry.patch.subject, tuple(unworded))


def _compatible(fixups: Sequence[Fixup], entry: PatchReview) -> list[Fixup]:
    """The fixups, those no longer taken that cannot be made together with others that are."""
    patch = entry.patch
    weight = {request.id: place for place, request in enumerate(by_weight(entry.requests))}
    going: list[Fixup] = []
    clash: dict[str | None, str] = {}
    for fixup in sorted((f for f in fixups if f.take), key=lambda f: weight[f.request or ""]):
        if any(same_bytes(fixup.edit, other.edit) for other in going):
            continue
        if go_together(patch, [*(other.edit for other in going), fixup.edit]):
            going.append(fixup)
        else:
            clash[fixup.request] = next(
                (f.name for f in going if not go_together(patch, [f.edit, fixup.edit])), going[0].name
            )
    return [
        replace(f, take=False, note=f"{f.note}; does not go with {clash[f.request]}") if f.request in clash else f
        for f in fixups
    ]


def _taken(request: Request, tags: Sequence[Tag], mode: Mode) -> bool:
    if mode == "none" or request.kind == "move" or request.agreed is False or request.promised:
        return False
    if mode == "all" or request.agreed:
        return True
    return request.strength == "required" and any(waits_for(tag, request) for tag in tags)


def tag_lines(entry: PatchReview, done: Iterable[str]) -> tuple[tuple[str, bool, str], ...]:
    """The tags that a thread gives a patch once the requests in `done` are in: line, whether it counts, why not."""
    taken: set[str | None] = set(done)
    found = (_tag(tag, entry.requests, taken) for tag in entry.tags if tag.state != "carried")
    return tuple((planned.line, planned.take, planned.note) for planned in found)


def with_tags(plan: Plan, review: Review) -> Plan:
    """The plan with its conditional tags taken where, by now, all that they wait for is taken, and only there."""
    patches = []
    for patch in plan.patches:
        entry = review.patch(patch.number)
        if entry is None:
            patches.append(patch)
            continue
        waiting = {tag.line for tag in entry.tags if tag.state == "conditional" and tag.strength != "preferred"}
        done = [f.request for f in patch.fixups if f.take and f.request]
        now = {line: take for line, take, _ in tag_lines(entry, done) if line in waiting}
        tags = tuple(replace(tag, take=now.get(tag.line, tag.take)) for tag in patch.tags)
        patches.append(replace(patch, tags=tags))
    return replace(plan, patches=tuple(patches))


def waits_for(tag: Tag, request: Request) -> bool:
    """Whether a conditional tag depends on a request."""
    return tag.from_ == request.from_ and tag.state == "conditional" and tag.strength == "required"


def _tag(tag: Tag, requests: Iterable[Request], taken: set[str | None]) -> PlannedTag:
    """A tag counts when it is plain, covers a named part, or when every edit that its giver requires is taken."""
    if tag.state in ("counts", "partial"):
        return PlannedTag(tag.line, True)
    condition = " ".join((tag.condition or tag.says or "").split())
    if tag.state != "conditional":
        notes = {
            "mismatch": "the address is not the sender's",
            "withdrawn": "withdrawn",
            "proposed": "a person must say yes",
        }
        return PlannedTag(tag.line, False, f"{notes.get(tag.state, tag.state)}{': ' + condition if condition else ''}")
    if tag.strength == "preferred":
        return PlannedTag(tag.line, True, f"given, preferably: {condition}")
    waits = [r for r in requests if waits_for(tag, r) and r.kind != "question-like"]
    needed = [r for r in waits if r.strength == "required"] or waits
    done = tag.waits in (None, "edit") and bool(needed) and all(r.id in taken for r in needed)
    left = ", ".join(r.id for r in needed if r.id not in taken)
    return PlannedTag(tag.line, done, f"only {condition}" + (f" (waits for {left})" if left and not done else ""))


def _said(request: Request) -> str:
    return f'{request.who}: "{request.says}"'


def _standing(request: Request) -> str:
    """Who asked and how the request stands, for the reader of the plan."""
    agreed = {True: "the author agreed", False: "declined", None: "nobody answered"}[request.agreed]
    parts = [request.who, request.strength, agreed]
    if request.promised:
        parts.append(f"promised for {request.promised}")
    if request.kind == "move":
        parts.append("a move is never made unasked")
    return ", ".join(parts)


def _why_not(request: Request) -> str:
    why = "a person must word it" if request.kind != "question-like" else "a question: a person must decide"
    if request.hunks:
        why = "it changes lines that the patch does not touch"
    return f"{_standing(request)}; {why}"


def _example(request: Request, patch: Patch) -> Edit | None:
    """An edit to start from: the subject, the message, or the line that the request is about, as posted."""
    anchor = request.anchor
    if request.kind == "subject":
        return Edit(subject=True, with_=patch.subject)
    if request.kind == "trailer" or anchor.path is None:
        return Edit(message=True, with_=patch.body + "\n") if patch.body else None
    text = (anchor.text or "").strip()
    return Edit(path=anchor.path, replace=text, with_=text) if text else None


def check_mode(mode: str) -> Mode:
    """The `--fixups` word as a mode; InputError for any other."""
    for known in MODES:
        if mode == known:
            return known
    raise InputError(f"--fixups {mode}: one of {', '.join(MODES)}")
