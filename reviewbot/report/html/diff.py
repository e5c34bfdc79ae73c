"""A patch on a page: message and diff, with each request and question below the line that it answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from reviewbot.report.html.markup import Html, join, line, tag, text
from reviewbot.report.html.thread import anchor
from reviewbot.review import Anchor, PatchReview, Question, Request
from reviewbot.series import DiffLine, FileDiff, Hunk

_MOST_LINES = 4000
"""Lines of diff on a page; what goes beyond it is in the mail."""

_AGREED = {True: "agreed", False: "declined", None: "undecided"}
_SIGN = {"+": "add", "-": "del", " ": "same"}

Remarks = list[tuple[Anchor | None, Html]]


def message(entry: PatchReview) -> Html:
    """The commit message, folded unless somebody had something to say about it; remarks on no line in front of it."""
    remarks = _about_message(entry)
    loose = [shown for where, shown in remarks if where is None]
    remarks = [one for one in remarks if one[0] is not None]
    rows: list[Html] = []
    left = list(remarks)
    for body_line in (entry.patch.subject, "", *entry.patch.body.split("\n")):
        rows.append(tag("div", text(body_line) or Html("&nbsp;"), class_="l"))
        for one in [one for one in left if one[0] is not None and _same(one[0].message, body_line)]:
            rows.append(one[1])
            left.remove(one)
    rows.extend(shown for _, shown in left)
    folded = tag(
        "details",
        tag("summary", Html("Commit message"), _count(len(remarks))),
        tag("div", join(rows, "\n"), class_="lines"),
        open="" if remarks else None,
    )
    return join([*loose, folded], "\n")


def _same(quoted: str | None, body_line: str) -> bool:
    return bool(quoted) and " ".join((quoted or "").split()) == " ".join(body_line.split())


def _about_message(entry: PatchReview) -> Remarks:
    paths = {file.path for file in entry.patch.diff.files}
    return [one for one in _remarks(entry) if one[0] is None or one[0].path is None or one[0].path not in paths]


def files(entry: PatchReview) -> Html:
    """The diff, file by file; those that nobody answered are folded."""
    remarks = _remarks(entry)
    out: list[Html] = []
    budget = _MOST_LINES
    for file in entry.patch.diff.files:
        own = [one for one in remarks if one[0] is not None and one[0].path == file.path]
        size = sum(len(hunk.lines) for hunk in file.hunks)
        name = file.path if file.old_path in (None, file.path) else f"{file.old_path} → {file.path}"
        counts = tag(
            "small", text(f" +{file.added} −{file.removed}" + (f" {file.status}" * (file.status != "modified")))
        )
        head = tag("summary", tag("code", line(name)), counts, _count(len(own)))
        lines = join(list(_lines(file, own)), "\n") if size <= budget else _too_long(size, own)
        budget -= min(size, budget)
        out.append(tag("details", head, tag("div", lines, class_="lines diff"), open="" if own else None))
    return join(out, "\n")


def _too_long(size: int, own: Remarks) -> Html:
    return join([tag("p", text(f"{size} lines, which are in the mail"), class_="none"), *(shown for _, shown in own)])


def _count(number: int) -> Html:
    return tag("span", text(f"{number} remark{'s' * (number != 1)}"), class_="count") if number else Html("")


def _lines(file: FileDiff, remarks: Remarks) -> Iterator[Html]:
    left = list(remarks)
    for hunk in file.hunks:
        yield tag("div", text(_header(hunk)), class_="l hunk")
        for one in hunk.lines:
            yield _line(one)
            for remark in [remark for remark in left if remark[0] is not None and _answers(remark[0], one)]:
                yield remark[1]
                left.remove(remark)
    if file.binary:
        yield tag("p", Html("A binary file."), class_="none")
    yield from (shown for _, shown in left)


def _header(hunk: Hunk) -> str:
    return f"@@ -{hunk.old_start},{hunk.old_count} +{hunk.new_start},{hunk.new_count} @@ {hunk.section}".rstrip()


def _line(one: DiffLine) -> Html:
    number = one.new if one.new is not None else one.old
    return tag(
        "div",
        tag("span", text(str(number or "")), class_="n"),
        text(one.origin + one.text),
        class_=f"l {_SIGN[one.origin]}",
    )


def _answers(where: Anchor, one: DiffLine) -> bool:
    if where.position is not None:
        return where.position == one.position
    return where.line is not None and where.line == one.new


def _remarks(entry: PatchReview) -> Remarks:
    """Everything said about a patch, with its place; None where it answers nothing in particular."""
    asked = [(one.anchor, request(one)) for one in entry.requests]
    number = entry.patch.number
    wondered = [(one.anchor, question(one, question_anchor(number, at))) for at, one in enumerate(entry.questions, 1)]
    return [*asked, *wondered]


def question_anchor(patch: int, place: int) -> str:
    """The place on the page of a patch's n-th question (patch 0: the whole series)."""
    return f"question-{patch}.{place}"


def request(one: Request) -> Html:
    """A request as it stands below its line."""
    facts = (one.kind, one.strength, _AGREED[one.agreed], "for the next version" if one.promised else "")
    return tag(
        "aside",
        _who(one.who, one.from_, [one.id, *facts]),
        tag("p", line(one.says)),
        *_operands(one),
        class_=f"remark request {_AGREED[one.agreed]}",
        id=f"request-{one.id}",
    )


def _operands(one: Request) -> Sequence[Html]:
    """What the words give to work with: one text for another, or lines of code."""
    if one.code:
        return [tag("pre", text("\n".join(one.code)))]
    if one.old and one.new:
        return [tag("p", tag("code", line(one.old)), Html(" → "), tag("code", line(one.new)))]
    return []


def question(one: Question, place: str) -> Html:
    """A question as it stands below its line; `place` is its id on the page."""
    state = "answered" if one.answered else "open"
    owes = [f"asked of v{one.version}" if one.version else ""]
    owes += [f"{one.owes} owes the answer"] if one.owes and not one.answered else []
    return tag(
        "aside",
        _who(one.who, one.from_, ["question", state, *owes]),
        tag("p", line(one.text)),
        class_=f"remark question {state}",
        id=place,
    )


def _who(who: str, mail: str, facts: Iterable[str]) -> Html:
    told = " · ".join(fact for fact in facts if fact)
    return tag("p", tag("a", line(who), href=f"#{anchor(mail)}"), Html(" "), tag("small", text(told)), class_="who")
