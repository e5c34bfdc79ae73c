"""A mail to answer a posting with, as a draft: findings under the quoted lines they mean, or what was committed how.

Nothing here sends anything. The mails are plain text as RFC 5322 has it, quoted as people do on the lists, and wrapped
at 72 columns; quoted lines and code are left as they are.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr

from reviewbot import regex as re
from reviewbot.analysis import Finding
from reviewbot.apply import Checked, Verified
from reviewbot.mail import Address, Message
from reviewbot.series import FileDiff, Hunk, Patch, Series

WIDTH = 72
_CONTEXT = 6  # quoted lines of a hunk above the line that is meant
_REPLY = re.compile(r"^\s*re:\s*", re.I)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_SUBJECT = 400  # characters


@dataclass(frozen=True, slots=True)
class Draft:
    """One mail: whom it answers, and its text without headers."""

    parent: Message
    body: str


def review_drafts(series: Series, findings: Mapping[int, Sequence[Finding]]) -> tuple[Draft, ...]:
    """An answer to each patch that has findings; when none has, one to the series that says so."""
    drafts = [
        Draft(patch.message, _review(patch, findings[patch.number]))
        for patch in series.patches
        if findings.get(patch.number)
    ]
    if drafts:
        return tuple(drafts)
    many = len(series.patches)
    what = f"the {many} patches" if many != 1 else "the patch"
    text = f"The checks that I run have nothing to say about {what}."
    return (Draft(series.cover or series.patches[0].message, f"{_attribution(_first(series))}\n\n{text}\n"),)


def commit_draft(series: Series, verified: Verified) -> Draft:
    """What was committed, with which adjustments, and what was left."""
    parts = [_committed(series, verified)]
    made = [(patch, line) for patch in verified.patches for line in _adjustments(patch)]
    left = [(patch, line) for patch in verified.patches for line in _left(patch)]
    many = len(verified.patches) > 1
    if made:
        parts.append("Adjusted while committing:\n" + _listed(made, many))
    if left:
        parts.append("Not done:\n" + _listed(left, many))
    body = "\n\n".join(parts)
    return Draft(_first(series), f"{_attribution(_first(series))}\n\n{body}\n")


def write(drafts: Sequence[Draft], author: str, date: datetime | None) -> bytes:
    """The drafts as mails; several as an mbox (mboxrd), one without the "From " line.

    author: "Name <address>" of who will send it; date: of the Date header, None to leave that to the mailer.
    """
    mails = [_mail(draft, author, date) for draft in drafts]
    if len(mails) == 1:
        return mails[0]
    head = b"From mboxrd@z Thu Jan  1 00:00:00 1970\n"
    return b"".join(head + re.sub(rb"(?m)^(>*From )", rb">\1", mail) + b"\n" for mail in mails)


def _first(series: Series) -> Message:
    return series.cover or series.patches[0].message


def _mail(draft: Draft, author: str, date: datetime | None) -> bytes:
    """Headers and body of one mail; the body is UTF-8, 8bit."""
    parent = draft.parent
    references = [*parent.references, parent.message_id]
    name, _, address = author.rpartition("<")
    own = Address(name.strip(), address.rstrip(">").strip())
    others = [who for who in parent.recipients if who.address.casefold() != own.address.casefold()]
    headers = [
        ("From", _address(own)),
        ("To", _address(parent.author)),
        ("Cc", _folded([_address(who) for who in _unique(others, parent.author)])),
        ("Subject", _encoded(f"Re: {_REPLY.sub('', parent.subject)}"[:_SUBJECT])),
        ("Date", format_datetime(date) if date is not None else ""),
        ("In-Reply-To", f"<{_clean(parent.message_id)}>"),
        ("References", "\n ".join(f"<{_clean(ref)}>" for ref in references)),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ]
    head = "".join(f"{key}: {value}\n" for key, value in headers if value)
    return (head + "\n" + draft.body).encode("utf-8", "replace")


def _unique(people: Iterable[Address], but: Address) -> list[Address]:
    seen = {but.address.casefold()}
    found: list[Address] = []
    for who in people:
        if who.address and who.address.casefold() not in seen:
            seen.add(who.address.casefold())
            found.append(who)
    return found


def _address(who: Address) -> str:
    """A mailbox; no control character gets into a header."""
    try:
        return formataddr((_clean(who.name), _clean(who.address).replace(" ", "")))
    except UnicodeEncodeError:  # an address beyond ASCII
        return _clean(who.address).encode("ascii", "replace").decode()


def _encoded(text: str) -> str:
    plain = _clean(" ".join(text.split()))
    if plain.isascii() and len(plain) <= WIDTH:
        return plain
    return Header(plain, "us-ascii" if plain.isascii() else "utf-8", maxlinelen=WIDTH, header_name="Subject").encode()


def _folded(addresses: Sequence[str]) -> str:
    return ",\n ".join(addresses)


def _clean(text: str) -> str:
    return _CONTROL.sub("", text.replace("\n", " ").replace("\r", " ")).encode("utf-8", "replace").decode()


def _attribution(message: Message) -> str:
    when = message.date.strftime("%a, %d %b %Y %H:%M:%S %z") if message.date else message.date_text or "an unknown day"
    return f"On {when}, {message.author.name or message.author.address} wrote:\n> {_one(message.subject)}"


def _one(text: str) -> str:
    return _clean(" ".join(text.split()))


# ---- findings ----


def _review(patch: Patch, findings: Sequence[Finding]) -> str:
    """The quoted parts of a patch with what was found below each."""
    placed: dict[tuple[str, int], list[Finding]] = {}
    loose: list[Finding] = []
    files = {file.path: file for file in patch.diff.files}
    for finding in findings:
        file = files.get(finding.path)
        if file is not None and _hunk_of(file, finding.line) is not None:
            placed.setdefault((finding.path, finding.line), []).append(finding)
        else:
            loose.append(finding)
    parts = [_attribution(patch.message).rpartition("\n")[0]]
    last: tuple[str, Hunk] | None = None
    quoted_to = 0
    for (path, line), found in sorted(placed.items(), key=lambda item: (list(files).index(item[0][0]), item[0][1])):
        hunk = _hunk_of(files[path], line)
        assert hunk is not None
        start = quoted_to if last == (path, hunk) else None
        parts.append(_quoted(files[path], hunk, line, start, heading=last is None or last[0] != path))
        parts += [_remark(finding) for finding in found]
        last, quoted_to = (path, hunk), line
    for finding in loose:
        place = _wrapped(f"{finding.path}:{finding.line}, which the patch does not show:")
        parts.append(f"{place}\n\n{_remark(finding)}")
    # The attribution stands directly above what it quotes.
    head = "\n".join(parts[:2]) if len(parts) > 1 and parts[1].startswith(">") else "\n\n".join(parts[:2])
    return "\n\n".join([head, *parts[2:]]) + "\n"


def _hunk_of(file: FileDiff, line: int) -> Hunk | None:
    return next((hunk for hunk in file.hunks if any(row.new == line for row in hunk.lines)), None)


def _quoted(file: FileDiff, hunk: Hunk, line: int, after: int | None, *, heading: bool) -> str:
    """The lines of a hunk down to the one meant; from `after` on when those above have been quoted already."""
    at = next(n for n, row in enumerate(hunk.lines) if row.new == line)
    start = max(0, at - _CONTEXT)
    if after is not None:
        start = max(start, next((n + 1 for n, row in enumerate(hunk.lines) if row.new == after), start))
    lines = []
    if heading:
        lines += [f"--- a/{file.old_path or file.path}", f"+++ b/{file.path}"]
    if after is None:
        section = f" {hunk.section}" if hunk.section else ""
        lines.append(f"@@ -{hunk.old_start},{hunk.old_count} +{hunk.new_start},{hunk.new_count} @@{section}")
        if start:
            lines.append("[...]")
    lines += [row.origin + row.text for row in hunk.lines[start : at + 1]]
    return "\n".join(f"> {_shown(text)}".rstrip() for text in lines)


def _shown(text: str) -> str:
    """A line of code as it is, but for characters that a mail cannot carry."""
    return _CONTROL.sub("?", text).encode("utf-8", "replace").decode()


def _remark(finding: Finding) -> str:
    """A finding in words: what is wrong, then the steps that lead there."""
    text = finding.message.strip()
    word = text.partition(" ")[0]
    start = text[:1].upper() if word.isalpha() else text[:1]  # a name of code keeps its case
    sentence = start + text[1:] + ("" if text.endswith((".", "?", "!")) else ".")
    parts = [_wrapped(sentence)]
    steps = [step for step in finding.trace if (step.path, step.line) != (finding.path, finding.line)]
    if steps:
        parts.append("\n".join(_wrapped(f"{step.path}:{step.line}: {step.note}", "  ", "    ") for step in steps))
    return "\n\n".join(parts)


def _wrapped(text: str, first: str = "", rest: str = "") -> str:
    return textwrap.fill(_one(text), WIDTH, initial_indent=first, subsequent_indent=rest, break_long_words=False,
                         break_on_hyphens=False)  # fmt: skip


# ---- after applying ----


def _committed(series: Series, verified: Verified) -> str:
    ready = [patch.number for patch in verified.patches if patch.commit]
    lacking = [patch.number for patch in verified.patches if not patch.commit]
    if len(series.patches) == 1:
        return "Committed." if ready else "Not committed."
    if not lacking:
        return "Committed, both patches." if len(ready) == 2 else f"Committed, all {len(ready)} patches."
    return _wrapped(f"Committed: {_numbers(ready)}. Not committed: {_numbers(lacking)}.")


def _numbers(numbers: Sequence[int]) -> str:
    return "patch " + str(numbers[0]) if len(numbers) == 1 else "patches " + ", ".join(map(str, numbers))


def _adjustments(patch: Checked) -> list[str]:
    """What was done to a patch: requests that are in, and changes that nobody had asked for."""
    lines = []
    for answer in patch.requests:
        if answer.state != "not-in":
            place = {"otherwise": ", in another place", "touched": ", by hand"}.get(answer.state, "")
            lines.append(f'"{_one(answer.request.says)}" ({answer.request.who}){place}')
    for change in patch.unexplained:
        where = f"{change.path}:{change.line}" if change.path else "the commit message"
        count = len(change.removed)
        lines.append(f"{where}: {count} line{'s' * (count != 1)} replaced by {len(change.added)}")
    return lines


def _left(patch: Checked) -> list[str]:
    return [
        f'"{_one(answer.request.says)}" ({answer.request.who}): {answer.reason}'
        for answer in patch.requests
        if answer.state == "not-in"
    ]


def _listed(lines: Sequence[tuple[Checked, str]], many: bool) -> str:
    return "\n".join(_wrapped(f"- patch {p.number}: {text}" if many else f"- {text}", "", "  ") for p, text in lines)
