"""A series' page: what it lacks, its patches with each remark below the line it answers, the thread's decisions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

from reviewbot.report.html import diff, thread
from reviewbot.report.html.markup import Html, Shell, day, join, line, tag, text
from reviewbot.review import PatchReview, Review, Tag
from reviewbot.triage import Entry

_MISSING_FILES = 6
_MENTIONS = re.compile(r"(\bpatch \d+\b|\b\d+\.\d+\b)")
_SHORT = {"Reviewed-by": "R-b", "Acked-by": "A-b", "Tested-by": "T-b", "Release-Acked-by": "release ack"}


def page(shell: Shell, entry: Entry, review: Review, names: Mapping[str, str], key: str) -> bytes:
    """The page of one series. `names` maps the ids of series with a page to its path from the index."""
    body = [
        tag("nav", tag("a", Html("← Review queue"), href="../index.html")),
        _head(entry, names),
        _verdict(entry, review),
        _overview(review),
        *(_patch(one) for one in review.patches),
        _cover_questions(review),
        thread.section(review),
    ]
    return shell.page(f"{entry.title} v{entry.version}", join(body, "\n"), key=key)


def _head(entry: Entry, names: Mapping[str, str]) -> Html:
    version = f"v{entry.version}, {entry.patches} patch{'es' * (entry.patches != 1)}"
    facts: list[tuple[str, Html]] = [
        ("Author", line(f"{entry.author} <{entry.author_address}>")),
        ("Version", text(version + (f", for {entry.target}" if entry.target else ""))),
        ("Posted", day(entry.posted)),
        ("Last word", join([line(entry.last.who), Html(", "), day(entry.last.date)])),
        ("Message id", tag("code", line(entry.id))),
    ]
    if entry.superseded_by:
        newer = tag("code", line(entry.superseded_by))
        known = names.get(entry.superseded_by)
        facts.append(("Superseded by", tag("a", newer, href=f"../{known}") if known else newer))
    for number, commit in entry.landed.items():
        facts.append((f"Patch {number} landed as", tag("code", line(commit))))
    rows = [join([tag("dt", text(name)), tag("dd", value)]) for name, value in facts]
    state = tag("span", text(entry.state), class_=f"state {entry.state}")
    return tag("header", tag("h1", line(entry.title)), tag("p", state), tag("dl", *rows))


def _verdict(entry: Entry, review: Review) -> Html:
    places = {request.id: f"request-{request.id}" for one in review.patches for request in one.requests}
    places |= {f"patch {one.patch.number}": f"patch-{one.patch.number}" for one in review.patches}
    lacks = []
    for missing in entry.missing:
        files = [str(path) for path in missing["for"]]
        more = f" and {len(files) - _MISSING_FILES} more" if len(files) > _MISSING_FILES else ""
        stand_in = f" ({missing['stand_in']} stood in)" if missing["stand_in"] else ""
        who = " or ".join(str(name) for name in missing["who"])
        lacks.append(f"An approval of {who}{stand_in} for {', '.join(files[:_MISSING_FILES])}{more}")
    waits = [
        f"{wait.who}: {wait.kind}{f' (patch {wait.patch})' if wait.patch else ''}: {wait.text}"
        for wait in entry.waits if wait.kind != "review"
    ]  # fmt: skip
    named = (("Why", entry.reasons), ("Missing", lacks), ("Waits for", waits), ("Look at", entry.warnings))
    parts = [
        tag("div", tag("h3", text(name)), tag("ul", *(tag("li", _linked(item, places)) for item in items)))
        for name, items in named if items
    ]  # fmt: skip
    return tag("section", *parts, class_="verdict") if parts else Html("")


def _linked(said: str, places: Mapping[str, str]) -> Html:
    """A sentence in which patches and requests lead to where they stand."""
    parts = [
        tag("a", text(part), href=f"#{places[part]}") if part in places else text(part)
        for part in _MENTIONS.split(" ".join(said.split()))
    ]
    return join(parts)


def _overview(review: Review) -> Html:
    """Of several patches, what each has and lacks in a line."""
    if len(review.patches) < 2:
        return Html("")
    rows = []
    for one in review.patches:
        given = Counter(
            f"{_SHORT[entry.name]}{'' if entry.state == 'counts' else f' {entry.state}'}"
            for entry in one.tags
            if entry.state in ("counts", "partial", "conditional", "carried") and entry.name in _SHORT
        )
        facts = [f"{count} {name}" for name, count in given.items()]
        waiting = [request for request in one.requests if request.agreed is None]
        asked = [question for question in one.questions if not question.answered]
        open_ = [
            f"{len(found)} {name}{'s' * (len(found) != 1)}"
            for name, found in (("undecided request", waiting), ("open question", asked))
            if found
        ]
        link = tag(
            "a", line(f"{one.patch.number}/{one.patch.total} {one.patch.subject}"), href=f"#patch-{one.patch.number}"
        )
        told = tag("small", text(", ".join(facts) or "no approval"))
        more = tag("span", text(", ".join(open_)), class_="count") if open_ else Html("")
        rows.append(tag("li", link, Html(" "), told, more))
    return tag("nav", tag("h2", Html("Patches")), tag("ol", *rows, class_="patches"), aria_label="Patches")


def _patch(entry: PatchReview) -> Html:
    patch = entry.patch
    number = f"{patch.number}/{patch.total} " if patch.total > 1 else ""
    title = tag("h2", tag("small", text(number)) if number else Html(""), line(patch.subject))
    return tag(
        "article",
        title,
        _tags(entry.tags),
        diff.message(entry),
        diff.files(entry),
        id=f"patch-{patch.number}",
    )


def _tags(tags: tuple[Tag, ...]) -> Html:
    if not tags:
        return tag("p", Html("No tags."), class_="none")
    return tag("ul", *(_tag(one) for one in tags), class_="tags")


def _tag(one: Tag) -> Html:
    terms = [
        f"for {one.scope}" if one.scope else "",
        f"{one.strength or 'condition'}: {one.condition}" if one.condition else "",
        one.says or "",
    ]
    shown = [tag("span", line(term), class_="term") for term in terms if term]
    name = tag("a", line(f"{one.name}: {one.who}"), href=f"#{thread.anchor(one.from_)}")
    return tag("li", name, Html(" "), tag("span", text(one.state), class_=f"given {one.state}"), *shown)


def _cover_questions(review: Review) -> Html:
    if not review.cover_questions:
        return Html("")
    shown = [diff.question(one, diff.question_anchor(0, at)) for at, one in enumerate(review.cover_questions, 1)]
    return tag("section", tag("h2", Html("About the series")), *shown)
