"""The verdict on a series: the check-in policy of MAINTAINERS, the release gate, and what the thread leaves open."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from reviewbot.policy import progress
from reviewbot.policy.coverage import ACK, REVIEW, Approval, Coverage
from reviewbot.policy.model import STATES, Missing, Verdict
from reviewbot.policy.release import day_of
from reviewbot.policy.scope import covers
from reviewbot.review import PatchReview, Review, Tag, fold_name, person_key

if TYPE_CHECKING:
    from reviewbot.policy.maintainers import Maintainers
    from reviewbot.policy.release import Calendar

RELEASE_ACK = "Release-Acked-by"
_REVERT = ("revert ", "revert:")
# Subjects of the release manager's chores, which go in without another's approval (facts: 25 of 80 such commits).
_CHORES = (
    "set version",
    "version",
    "update changelog",
    "changelog",
    "automation: ",
    "config: ",
    "branching",
    "turn off debug",
)


@dataclass
class _Findings:
    """What was found, by state; the most blocking one gives the verdict."""

    reasons: dict[str, list[str]] = field(default_factory=dict)
    missing: list[Missing] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def add(self, state: str, *reasons: str) -> None:
        """Note reasons for a state."""
        if reasons:
            self.reasons.setdefault(state, []).extend(reasons)

    def verdict(self, default: str) -> Verdict:
        """The verdict they make."""
        state = next((name for name in STATES if name in self.reasons), default)
        return Verdict(
            state,
            tuple(dict.fromkeys(self.reasons.get(state, []))),
            tuple(self.missing),
            tuple(dict.fromkeys(self.warnings)),
        )


def judge(
    review: Review,
    *,
    maintainers: Maintainers | None = None,
    aliases: Mapping[str, str] | None = None,
    calendar: Calendar | None = None,
    today: date | None = None,
    landed: Mapping[int, str] | None = None,
    done: Collection[str] = (),
) -> Verdict:
    """Judge a series.

    maintainers: of the tree at the base; without it rule 1 is not looked at
    calendar, today: the release gate; without a calendar nothing is said about it. What was spoken of lately is judged
             as of `today`, else as of the day of its last mail, which is also the default
    landed: patch number to commit, for patches found in the tree
    done: ids of the requests that were carried out, so that nothing waits for them
    """
    known = aliases or {}
    found = _Findings()
    proof, notices = progress.committed(review, landed or {})
    numbers = [entry.patch.number for entry in review.patches]
    if numbers and all(number in proof for number in numbers):
        return Verdict("committed", notices or tuple(f"patch {number}: {proof[number]}" for number in numbers))
    found.warnings.extend(f"committed in part: {notice}" for notice in notices)
    if review.series.superseded_by:
        found.add("superseded", f"a newer version was posted: {review.series.superseded_by}")
    if not review.series.complete:
        lacking = ", ".join(str(number) for number in review.series.missing)
        found.warnings.append(
            f"the series is not complete: patches {lacking} are missing" if lacking else "the series has no patch"
        )
    found.add("refused", *(f"{r.who}: {r.text}" for r in review.remarks if r.kind == "refused" and r.open))
    found.add("open-questions", *(f"{q.who} asks: {q.text}" for q in review.cover_questions if not q.answered))
    found.add(
        "open-questions", *(f"{r.who}: {r.text}" for r in review.remarks if r.kind in ("dispute", "wait") and r.open)
    )
    found.add("needs-new-version", *(f"{r.who}: {r.text}" for r in review.remarks if r.kind == "broken" and r.open))
    coverage = Coverage(maintainers, known) if maintainers is not None else None
    _said_missing(review, proof, coverage is not None, found)
    for entry in review.patches:
        if entry.patch.number not in proof:
            _patch(entry, review, coverage, known, found)
            _edits(entry, done, found)
    _release(review, calendar, today, known, found)
    return found.verdict("ready")


def _said_missing(review: Review, proof: Mapping[int, str], judged: bool, found: _Findings) -> None:
    """Approvals that somebody finds missing: where MAINTAINERS is read it decides, and the words are a warning."""
    remarks = [r for entry in review.patches if entry.patch.number not in proof for r in entry.remarks]
    said = [f"{r.who}: {r.text}" for r in (*review.remarks, *remarks) if r.kind == "missing-ack" and r.open]
    if judged:
        found.warnings.extend(f"an approval was said to be missing: {one}" for one in said)
    else:
        found.add("needs-ack", *said)


def _patch(
    entry: PatchReview, review: Review, coverage: Coverage | None, aliases: Mapping[str, str], found: _Findings
) -> None:
    """Everything about one patch but the release gate."""
    found.add("refused", *progress.refusals(entry))
    found.add("needs-new-version", *progress.coming(entry, review.remarks))
    found.add("open-questions", *progress.open_questions(entry))
    approvals = _approvals(entry, found)
    _approved(entry, approvals, coverage, aliases, found)
    for tag in entry.tags:
        _warn_of(tag, entry.patch.number, found)
    found.warnings.extend(
        f"patch {entry.patch.number}: not answered on v{q.version}, and the line still stands: {q.who} asks: {q.text}"
        for q in entry.questions
        if q.version is not None and not q.answered
    )


def _edits(entry: PatchReview, done: Collection[str], found: _Findings) -> None:
    """The edits that are still to be made, and the requests that nobody decided on."""
    fixups = [request.id for request in progress.fixups(entry) if request.id not in done]
    if fixups:
        found.add("ready-with-fixups", f"patch {entry.patch.number}: {', '.join(fixups)} to be applied")
    found.add("ready-with-fixups", *progress.unread_edits(entry))
    undecided = [request.id for request in entry.requests if request.agreed is None]
    left = [name for name in undecided if name not in fixups and name not in done]
    if left:
        found.warnings.append(f"patch {entry.patch.number}: nobody decided on {', '.join(left)}")


def _approvals(entry: PatchReview, found: _Findings) -> list[Approval]:
    """The approvals of a patch that count: its author's, its sign-offs, and tags without an open condition."""
    patch = entry.patch
    out = [Approval("author", patch.author.name, patch.author.address)]
    for trailer in patch.trailers:
        if trailer.name.lower() == "signed-off-by":
            name, _, rest = trailer.value.partition("<")
            out.append(Approval("Signed-off-by", name.strip(), rest.partition(">")[0]))
    for tag in entry.tags:
        if tag.state not in ("counts", "conditional", "partial", "carried") or tag.name not in (ACK, REVIEW):
            continue
        waits = progress.waiting(entry, tag)
        if waits:
            found.warnings.append(f"patch {patch.number}: {tag.name} {tag.who} waits for {waits}")
            continue
        out.append(Approval(tag.name, tag.who, tag.address, tag.scope))
    return out


def _approved(
    entry: PatchReview,
    approvals: list[Approval],
    coverage: Coverage | None,
    aliases: Mapping[str, str],
    found: _Findings,
) -> None:
    """Rules 1 and 2."""
    patch = entry.patch
    author = (patch.author.name, patch.author.address)
    key = person_key(*author, aliases)
    given = [a for a in approvals if a.kind in (ACK, REVIEW) and person_key(a.name, a.address, aliases) != key]
    others, rest = _in_part(given, patch.files)
    approvals = [a for a in approvals if a in others or a not in given]
    found.warnings.extend(
        f'patch {patch.number}: {a.kind} {a.name} is for "{a.scope}", which names no file of the patch'
        for a in given
        if a not in others
    )
    if others and rest:
        scopes = ", ".join(dict.fromkeys(a.scope or "" for a in others))
        found.warnings.append(f"patch {patch.number}: approved in part only ({scopes}), not {_few(rest)}")
    approved = bool(others) if coverage is None else coverage.approved_by_another(patch.files, approvals, author)
    if not approved and patch.subject.lower().startswith((*_REVERT, *_CHORES)):
        found.warnings.append(f"patch {patch.number}: nobody but the author approved (a revert or release chore)")
    elif not approved:
        why = (
            "only Acked-by of people who do not maintain the code"
            if others
            else "no Reviewed-by or Acked-by of anybody but the author"
        )
        found.add("needs-review", f"patch {patch.number}: {why}")
    if coverage is None:
        return
    for missing in coverage.missing(patch.files, approvals):
        found.missing.append(missing)
        who, files = " or ".join(missing.who), _few(missing.for_)
        if missing.stand_in is None:
            found.add("needs-ack", f"patch {patch.number}: no approval of {who} for {files}")
        else:
            found.warnings.append(
                f"patch {patch.number}: no approval of {who} for {files}; {missing.stand_in} may stand in"
            )
    _by_content(entry, approvals, coverage, found)


def _in_part(approvals: list[Approval], paths: tuple[str, ...]) -> tuple[list[Approval], tuple[str, ...]]:
    """The approvals whose scope holds something of the patch, and the files that none of them is for."""
    alone = len(paths) == 1
    held = [
        (one, {path for path in paths if one.scope is None or covers(one.scope, path, maintained=True, alone=alone)})
        for one in approvals
    ]
    # "quoted part" of several files cannot be told: it is for something of them
    standing = [(one, files) for one, files in held if files or one.scope == "quoted part" or not paths]
    covered = {path for _, files in standing for path in files}
    return [one for one, _ in standing], tuple(path for path in paths if path not in covered)


def _by_content(entry: PatchReview, approvals: list[Approval], coverage: Coverage, found: _Findings) -> None:
    """`K:` counts on paper only (21 of 23 such commits lack the maintainer's tag): a warning."""
    patch = entry.patch
    lines = [line.text for file in patch.diff.files for hunk in file.hunks for line in hunk.lines if line.origin != " "]
    for section in coverage.maintainers.by_content(lines):
        touched = any(section.weight(path) is not None for path in patch.files)
        spoken = any(coverage.is_one_of(approval.name, approval.address, section.maintainers) for approval in approvals)
        if not touched and not spoken and section.maintainers:
            who = " or ".join(person.name for person in section.maintainers)
            found.warnings.append(f"patch {patch.number}: its lines match K: of {section.title}; no word of {who}")


def _few(paths: tuple[str, ...]) -> str:
    """The first three paths and how many more there are."""
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")


def _warn_of(tag: Tag, number: int, found: _Findings) -> None:
    """Tags that a person should look at."""
    where = f"patch {number}: {tag.name} {tag.who}"
    if tag.state == "mismatch":
        found.warnings.append(f"{where} was not sent by that person")
    elif tag.state == "proposed":
        found.warnings.append(f"{where} needs a yes: {tag.says or tag.spelled}")
    elif tag.state == "carried":
        found.warnings.append(
            f"{where} stands in the patch, its giver's mail is not here" + (f" ({tag.says})" if tag.says else "")
        )
    elif tag.state == "withdrawn":
        found.warnings.append(f"{where} was withdrawn")
    elif tag.state == "conditional" and tag.strength == "preferred":
        found.warnings.append(f"{where} would rather have: {tag.condition}")


def _release(
    review: Review, calendar: Calendar | None, today: date | None, aliases: Mapping[str, str], found: _Findings
) -> None:
    """The release gate: who lacks a release ack, on the day asked for."""
    asked = [
        r
        for r in (*review.remarks, *(r for entry in review.patches for r in entry.remarks))
        if r.kind == "needs-release-ack"
    ]
    lacking = [entry.patch.number for entry in review.patches if not _acked(entry, calendar, aliases)]
    if not lacking:
        return
    numbers = ", ".join(str(number) for number in lacking)
    if calendar is None:
        found.warnings.extend(f"no release ack on patch {numbers}, though {r.who} says: {r.text}" for r in asked[:1])
        return
    last = _last_day(review)
    day = day_of(last, today) if today is not None else last
    need = calendar.need(day) if day is not None else "no"
    phase = calendar.phase(day) if day is not None else "open"
    text = f"patch {numbers}: no release ack for {calendar.release} ({phase.replace('-', ' ')} on {day})"
    target = review.series.target
    if need != "no" and target and target != calendar.release:
        found.warnings.append(f"posted for {target}, while {calendar.release} is in {phase.replace('-', ' ')} on {day}")
        return
    if need == "must" or (asked and need == "warn"):
        found.add("needs-release-ack", text)
        found.missing.append(
            Missing(calendar.managers or ("the release manager",), tuple(f"patch {n}" for n in lacking))
        )
    elif need == "warn":
        found.warnings.append(text)


def _acked(entry: PatchReview, calendar: Calendar | None, aliases: Mapping[str, str]) -> bool:
    """Whether a patch has a release ack that is not its author's own, of a release manager where they are known."""
    author = person_key(entry.patch.author.name, entry.patch.author.address, aliases)
    managers = {fold_name(name) for name in calendar.managers} if calendar else set()
    for tag in entry.tags:
        if (
            tag.name != RELEASE_ACK
            or tag.state not in ("counts", "conditional", "partial", "carried")
            or progress.waiting(entry, tag)
        ):
            continue
        key = person_key(tag.who, tag.address, aliases)
        if key != author and (not managers or fold_name(tag.who) in managers):
            return True
    return False


def _last_day(review: Review) -> date | None:
    """The day of the newest mail."""
    days = [message.date.date() for message in review.series.thread.messages if message.date is not None]
    return max(days) if days else None
