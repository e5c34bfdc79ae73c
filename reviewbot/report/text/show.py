"""A review thread on a screen: the series, who gave which tag, what was asked for, what is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reviewbot.mail import Unread
from reviewbot.report.terminal import Page, one_line, visible
from reviewbot.report.text.effect import write as write_effects

_TAG_COLOUR = {"counts": "green", "mismatch": "red", "withdrawn": "red"}
_SAYS_SHOWN = 160
"""Characters of a remark that are shown; the mail is named beside it, and JSON has the whole."""


Effects = Mapping[int, Sequence[Mapping[str, Any]]]


def write(
    page: Page, series: Sequence[Mapping[str, Any]], unread: Sequence[Unread], effects: Sequence[Effects]
) -> None:
    """Print each series (its `to_dict()` form, as the JSON has it), then the mails that could not be read.

    `effects` has for each series what its patches, by number, do to the dispatch of operations.
    """
    for number, (one, done) in enumerate(zip(series, effects, strict=True), 1):
        _series(page, one, number, len(series), done)
    for mail in unread:
        page.line(f"not read: {visible(mail.source)} mail {mail.position}: {one_line(mail.reason)}")


def _series(page: Page, one: Mapping[str, Any], number: int, of: int, effects: Effects) -> None:
    count = f"[{number}] " if of > 1 else ""
    page.line(count + page.style(one_line(one["title"]), "bold"))
    patches = one["patches"]
    facts = [f"v{one['version']}", f"{len(patches)} patch{'es' * (len(patches) != 1)}", one["author"]]
    if one["target"]:
        facts.append(f"for {one['target']}")
    page.line(f"  {visible(', '.join(facts))}")
    page.line(page.style(f"  {visible(one['cover'] or patches[0]['message_id'])}", "dim"))
    if one["superseded_by"]:
        page.line(page.style(f"  superseded by {visible(one['superseded_by'])}", "yellow"))
    for question in one.get("questions", ()):
        _question(page, question)
    for objection in one.get("objections", ()):
        _objection(page, objection)
    for patch in patches:
        page.line()
        _patch(page, patch, effects.get(patch["number"], ()))
    page.line()
    _verdict(page, one["verdict"])


def _patch(page: Page, patch: Mapping[str, Any], effects: Sequence[Mapping[str, Any]]) -> None:
    head = f"{patch['number']}/{patch['total']}"
    since = f"  (as in v{patch['as_in']})" if "as_in" in patch else ""
    page.line(page.style(f"{head} {one_line(patch['subject'])}", "bold") + since)
    page.wrapped(", ".join(patch["files"]) or "no files", "    ")
    tags = patch["tags"]
    width = max((len(f"{t['name']}: {t['who']}") for t in tags), default=0)
    for tag in tags:
        text = visible(f"{tag['name']}: {tag['who']}")
        state = page.style(tag["state"], _TAG_COLOUR.get(tag["state"], "yellow"))
        page.line(
            f"    {text:<{width}}  {state}{_tag_terms(tag)}  {page.style('<' + visible(tag['from']) + '>', 'dim')}"
        )
    for request in patch["requests"]:
        _request(page, request)
    write_effects(page, effects, "    ")
    for question in patch["questions"]:
        _question(page, question)
    for objection in patch.get("objections", ()):
        _objection(page, objection)


def _tag_terms(tag: Mapping[str, Any]) -> str:
    terms = []
    if tag["scope"]:
        terms.append(f"scope: {tag['scope']}")
    if tag["condition"]:
        terms.append(f"{tag['strength'] or 'condition'}: {tag['condition']}")
    return f" ({one_line('; '.join(terms))})" if terms else ""


def _question(page: Page, question: Mapping[str, Any]) -> None:
    """A question; whose answer is awaited and the line asked about are in the text only, not in the JSON."""
    owes = f", {question['owes']} owes the answer" if question.get("owes") else ""
    state = "answered" if question["answered"] else page.style(f"open{owes}", "yellow")
    asked = f" on v{question['version']}" if question.get("version") else ""
    page.wrapped(f"{question['who']} asks{asked} ({state}): {_clip(question['text'])}", "        ", "    ? ")
    _place(page, question.get("anchor") or {})


def _objection(page: Page, objection: Mapping[str, Any]) -> None:
    of = f" of {objection['whose']}" if objection.get("whose") else ""
    kind = page.style(f"{objection['kind']}{of}", "yellow")
    page.wrapped(f"{objection['who']} ({kind}): {_clip(objection['text'])}", "        ", "    ! ")


def _place(page: Page, anchor: Mapping[str, Any]) -> None:
    """The line that something answers."""
    if anchor.get("path"):
        line = f":{anchor['line']}" if anchor["line"] is not None else ""
        text = f": {visible(anchor['text']).strip()}" if (anchor["text"] or "").strip() else ""
        page.line(f"        at {visible(anchor['path'])}{line}{text}")
    elif anchor.get("message"):
        page.wrapped(f"at the message: {anchor['message']}", "           ", "        ")


def _request(page: Page, request: Mapping[str, Any]) -> None:
    agreed = {True: page.style("agreed", "green"), False: page.style("declined", "red"), None: "not answered"}
    facts = f"{request['kind']}, {request['strength']}, {agreed[request['agreed']]}"
    page.line(f"    {page.style(request['id'], 'bold')} {facts}")
    page.wrapped(f'{request["who"]}: "{_clip(request["says"])}"', "        ")
    _place(page, request["anchor"] or {})
    page.wrapped(f"edit: {_edit(request['edit'])}", "              ", "        ")


def _edit(edit: Mapping[str, Any] | None) -> str:
    """An edit in words; the keys are those of the plan file."""
    if edit is None:
        return "none; a person must word it"
    if "replace" in edit:
        return f"`{edit['replace']}` -> `{edit['with']}`"
    if "insert" in edit:
        where = "after" if "after" in edit else "before"
        what = f"`{edit['insert']}`" if edit["insert"].strip() else "a blank line"
        return f"insert {what} {where} `{edit[where]}`"
    if "move" in edit:
        where = "after" if "after" in edit else "before"
        return f"move `{edit['move']}` {where} `{edit[where]}`"
    for key in ("delete", "script", "diff"):
        if key in edit:
            return f"{key} `{edit[key]}`" if edit[key] else f"{key} a blank line"
    return "see the plan"


def _verdict(page: Page, verdict: Mapping[str, Any]) -> None:
    colour = "green" if verdict["state"].startswith("ready") else "yellow"
    page.line(page.style(verdict["state"], "bold", colour))
    for reason in verdict["reasons"]:
        page.wrapped(reason, "  ")
    for missing in verdict["missing"]:
        stand_in = f" (or {missing['stand_in']})" if missing["stand_in"] else ""
        page.wrapped(f"missing: {_names(missing['who'], ' or ')} for {_names(missing['for'])}{stand_in}", "    ", "  ")
    for warning in verdict["warnings"]:
        page.wrapped(f"warning: {warning}", "    ", "  ")


def _names(value: str | Sequence[str], between: str = ", ") -> str:
    return value if isinstance(value, str) else between.join(value)


def _clip(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _SAYS_SHOWN else folded[: _SAYS_SHOWN - 1] + "…"
