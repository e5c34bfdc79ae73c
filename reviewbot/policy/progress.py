"""What the thread itself says about a series' fate: committed, refused, broken, to be posted anew, questions open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from reviewbot.review import PatchReview, Remark, Request, Review, Tag, fold_name
from reviewbot.review.listing import listed_patches, whole_series

NACK = "Nacked-by"
_FIRM = ("refused", "release-ack-not-needed")


def committed(review: Review, landed: Mapping[int, str]) -> tuple[dict[int, str], tuple[str, ...]]:
    """Patch number to the proof that it is in the tree (a commit id, or the notice), and a line for each notice."""
    proof = dict(landed)
    said: list[str] = []
    everything = [entry.patch.number for entry in review.patches]
    for entry in review.patches:
        for remark in entry.remarks:
            if remark.kind == "committed":
                _note(remark, [entry.patch.number], everything, proof, said)
    for remark in review.remarks:
        if remark.kind == "committed":
            _note(remark, everything, everything, proof, said)
    return proof, tuple(said)


def _note(remark: Remark, here: list[int], everything: list[int], proof: dict[int, str], said: list[str]) -> None:
    """Take a merge notice in: the patches it lists, all for "the series", else those that it answers."""
    listed = [number for number in listed_patches(remark.text, max(everything)) if number in everything]
    numbers = listed or (everything if whole_series(remark.text) else here)
    for number in numbers:
        proof.setdefault(number, remark.text)
    said.append(f"{remark.who}: {remark.text}")


def refusals(entry: PatchReview) -> list[str]:
    """Standing refusals of a patch."""
    out = [
        f"patch {entry.patch.number}: {tag.name} {tag.who}"
        for tag in entry.tags
        if tag.name == NACK and tag.state == "counts"
    ]
    out += [
        f"patch {entry.patch.number}: {remark.who}: {remark.text}"
        for remark in entry.remarks
        if remark.kind == "refused" and remark.open
    ]
    return out


def coming(entry: PatchReview, others: Iterable[Remark] = ()) -> list[str]:
    """Reasons why a new posting must come: a break, the author's promise, a tag for the next version only."""
    number = entry.patch.number
    author = fold_name(entry.patch.author.name)
    out = [
        f"patch {number}: {remark.who}: {remark.text}"
        for remark in entry.remarks
        if remark.kind == "broken" and remark.open
    ]
    for remark in (*entry.remarks, *others):
        if remark.kind == "new-version" and fold_name(remark.who) == author:
            out.append(f"{remark.who}: {remark.text}")
    out += [
        f"patch {number}: {request.id} is promised for a new version ({request.says})"
        for request in entry.requests
        if request.promised == "next-version"
    ]
    return list(dict.fromkeys(out))


def open_questions(entry: PatchReview) -> list[str]:
    """Questions nobody answered, disputes and calls to wait.

    A question beside its asker's plain tag does not block, nor does one of an earlier version.
    """
    number = entry.patch.number
    plain = {(tag.from_, fold_name(tag.who)) for tag in entry.tags if tag.state in ("counts", "partial")}
    out = [
        f"patch {number}: {question.who} asks: {question.text}"
        for question in entry.questions
        if not question.answered and question.version is None and (question.from_, fold_name(question.who)) not in plain
    ]
    out += [
        f"patch {number}: {remark.who}: {remark.text}"
        for remark in entry.remarks
        if remark.kind in ("dispute", "wait") and remark.open
    ]
    return out


def waiting(entry: PatchReview, tag: Tag) -> str | None:
    """What a required condition still waits for, None when it is or can be met by the edits agreed to."""
    if tag.strength != "required":
        return None
    if tag.waits == "author":
        return (
            None
            if any(request.agreed for request in entry.requests if request.from_ == tag.from_)
            else "the author's yes"
        )
    if tag.waits == "outside":
        return tag.condition or "something outside the patch"
    if tag.waits == "next-version":
        return "a new version"
    return None


def fixups(entry: PatchReview) -> tuple[Request, ...]:
    """Requests that are to be applied while committing: agreed to, or those that a tag depends on."""
    binding = [tag for tag in entry.tags if _binds(tag)]
    return tuple(
        request
        for request in entry.requests
        if request.promised is None
        and request.agreed is not False
        and (request.agreed or any(_asks_for(request, tag) for tag in binding))
    )


def unread_edits(entry: PatchReview) -> list[str]:
    """Tags that wait for an edit of which no request tells: a person has to look whether it was made."""
    number = entry.patch.number
    return [
        f"patch {number}: {tag.name} {tag.who} is bound to an edit that a person must find: {tag.condition}"
        for tag in entry.tags
        if _binds(tag) and tag.waits == "edit" and not any(_asks_for(request, tag) for request in entry.requests)
    ]


def _binds(tag: Tag) -> bool:
    return tag.state == "conditional" and tag.strength == "required" and tag.waits in ("edit", "author")


def _asks_for(request: Request, tag: Tag) -> bool:
    """Whether a request is what a tag is bound to: of the same mail, or of a person whom the condition names."""
    if request.from_ == tag.from_:
        return True
    words = set(fold_name(tag.condition or "").split())
    return any(len(name) > 2 and name in words for name in fold_name(request.who).split())
