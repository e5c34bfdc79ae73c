"""From version to version: tags that the author carried, whose diff may have changed, and questions left open."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from reviewbot.review.model import CARRIED, CONDITIONAL, COUNTS, PARTIAL, PROPOSED, Question, Review, Tag
from reviewbot.review.names import APPROVALS
from reviewbot.review.people import fold_name, person_key
from reviewbot.review.settling import line_again, names_it, tells
from reviewbot.series import Patch, Series

_GIVEN = frozenset({COUNTS, PARTIAL, CONDITIONAL})


def carried_over(
    patch: Patch, tags: Sequence[Tag], earlier: Sequence[tuple[Series, Review]], aliases: Mapping[str, str]
) -> tuple[Tag, ...]:
    """The tags of a patch with those of earlier versions taken into account.

    A carried tag whose giver gave it to the same change counts, from that mail. Given to a different diff, it stays
    `carried` and says so. A tag of an earlier version that the author did not carry is `proposed`.
    """
    given = _given_before(patch, earlier, aliases)
    here = {_key(tag, aliases) for tag in tags}
    out = []
    for tag in tags:
        before = given.get(_key(tag, aliases)) if tag.state == CARRIED and tag.from_ == patch.message_id else None
        if before is None:
            out.append(tag)
            continue
        version, earlier_tag, same = before
        if same:
            state = PARTIAL if earlier_tag.scope else COUNTS
            out.append(replace(tag, state=state, from_=earlier_tag.from_, scope=earlier_tag.scope or tag.scope))
        else:
            out.append(replace(tag, says=f"given to v{version}, whose diff differs"))
    for key, (version, tag, same) in given.items():
        if key not in here and tag.name in APPROVALS:
            differs = "the same diff" if same else "whose diff differs"
            out.append(replace(tag, state=PROPOSED, says=f"given to v{version}, {differs}; not carried by the author"))
    return tuple(out)


def _given_before(
    patch: Patch, earlier: Sequence[tuple[Series, Review]], aliases: Mapping[str, str]
) -> dict[tuple[str, str], tuple[int, Tag, bool]]:
    """Latest giving of each tag to an earlier version of this patch: version, tag, and whether the diff is the same."""
    found: dict[tuple[str, str], tuple[int, Tag, bool]] = {}
    mine = ""
    for series, review in sorted(earlier, key=lambda pair: pair[0].version):
        for entry in review.patches:
            if entry.patch.subject.casefold() != patch.subject.casefold():
                continue
            given = [tag for tag in entry.tags if tag.state in _GIVEN]
            if given:
                mine = mine or change_of(patch)
                same = change_of(entry.patch) == mine
                found.update((_key(tag, aliases), (series.version, tag, same)) for tag in given)
    return found


def _key(tag: Tag, aliases: Mapping[str, str]) -> tuple[str, str]:
    return person_key(tag.who, tag.address, aliases), tag.name


def asked_before(
    patch: Patch, series: Series, tags: Sequence[Tag], earlier: Sequence[tuple[Series, Review]]
) -> tuple[Question, ...]:
    """Questions of earlier versions that nobody answered and whose line still stands in the patch.

    They are left out where a changelog since speaks of them, or their asker gave a tag. Where it cannot be told whether
    the line still stands, they stay with the version that they were asked of.
    """
    content = {fold_name(tag.who) for tag in tags if tag.state in _GIVEN}
    out = []
    for entry, review in sorted(earlier, key=lambda pair: pair[0].version):
        since = [other for other, _ in earlier if other.version > entry.version] + [series]
        for before in review.patches:
            if before.patch.subject.casefold() != patch.subject.casefold():
                continue
            for question in before.questions:
                if question.answered or fold_name(question.who) in content:
                    continue
                where = question.anchor
                again = line_again(where, before.patch, patch) if where is not None and tells(where) else None
                if again is not None and not names_it(question.text, question.who, since, patch.subject):
                    out.append(replace(question, version=entry.version, anchor=again))
    return tuple(out)


def settled_later(
    patch: Patch, questions: Sequence[Question], later: Sequence[Series], put_off: Callable[[Question], bool]
) -> tuple[Question, ...]:
    """Questions of a version, those closed that a later one settled.

    It did where its changelog speaks of the question, or where somebody undertook to look into it (`put_off`) and the
    line that was asked about is gone.
    """
    now = [other for entry in later for other in entry.patches if other.subject.casefold() == patch.subject.casefold()]
    if not now:
        return tuple(questions)
    out = []
    for question in questions:
        where = question.anchor
        gone = where is not None and tells(where) and line_again(where, patch, now[-1]) is None
        done = not question.answered and (
            names_it(question.text, question.who, later, patch.subject) or (gone and put_off(question))
        )
        out.append(replace(question, answered=True) if done else question)
    return tuple(out)


def change_of(patch: Patch) -> str:
    """A digest of the lines that a patch adds and removes, blanks and places left out (as `git patch-id` sees it)."""
    import hashlib  # brings all of OpenSSL, which a single version does not need

    digest = hashlib.sha256()
    for file in patch.diff.files:
        digest.update(file.path.encode("utf-8", "surrogateescape") + b"\0")
        for hunk in file.hunks:
            for line in hunk.lines:
                if line.origin != " ":
                    digest.update((line.origin + "".join(line.text.split())).encode("utf-8", "surrogateescape") + b"\n")
    return digest.hexdigest()
