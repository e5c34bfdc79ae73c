"""One mail into a `Patch`."""

from __future__ import annotations

from reviewbot.mail import Address, Message
from reviewbot.series import diff, mailinfo, trailers
from reviewbot.series.model import Diff, Patch
from reviewbot.series.prefix import Prefix, parse


def patch_of(message: Message, prefix: Prefix | None = None) -> tuple[Patch, Prefix] | None:
    """The patch that a mail carries and its prefix (that of the subject, if given, is not read again); None where it
    carries none, as replies do.

    A reply may carry one of its own only below scissors, with an in-body "Subject: [PATCH…]".
    """
    prefix = prefix or parse(message.subject)
    data = message.body_bytes
    if prefix.reply and (b"8<" not in data and b">8" not in data):
        return None
    if diff.first_line(data) is None:
        return None
    info = mailinfo.read(message)
    if info.patch_line is None:
        return None
    if prefix.reply:
        if not info.cut or "subject" not in info.in_body or not parse(info.raw_subject).patch:
            return None
        prefix = parse(info.raw_subject)
    elif not prefix.patch:
        own = parse(info.raw_subject)
        if not own.patch and not _looks_posted(info):
            return None
        prefix = own if own.patch else prefix
    offset = _line_offset(data, info.patch_line)
    where = diff.first_line(data[offset:])
    if where is None:
        return None
    return _patch(message, info, prefix, offset, offset + where), prefix


def _looks_posted(info: mailinfo.MailInfo) -> bool:
    """Whether a mail without [PATCH] is one all the same: signed off, and not another mail passed on or reported."""
    lowered = [line[:20].lower() for line in info.log]
    signed = any(line.startswith("signed-off-by:") for line in lowered)
    return signed and not any(line.startswith(("from: ", "from ")) for line in lowered)


def _line_offset(data: bytes, line: int) -> int:
    """Byte offset of a 0-based line."""
    offset = 0
    for _ in range(line):
        offset = data.find(b"\n", offset) + 1
    return offset


def _patch(message: Message, info: mailinfo.MailInfo, prefix: Prefix, notes_at: int, diff_at: int) -> Patch:
    data = message.body_bytes
    raw = data[diff_at:]
    raw = raw[: diff.end(raw)]
    lines, positions = mailinfo.stripspace(info.log, info.positions)
    body = "\n".join(lines)
    notes = data[notes_at:diff_at].decode("utf-8", "replace")
    who = Address(info.name, info.email)
    if "from" not in info.in_body:
        who = message.author  # as mailinfo reads it, but with a list's rewriting undone
    return Patch(
        number=prefix.number if prefix.counted else 1,
        total=prefix.total if prefix.counted else 1,
        version=prefix.version,
        subject=info.subject,
        message_id=message.message_id,
        author=who,
        date_text=info.date,
        body=body,
        trailers=trailers.parse(body),
        notes=notes.removeprefix("---\n").strip("\n"),
        diff=Diff(raw, data.count(b"\n", 0, diff_at)),
        message=message,
        body_positions=tuple(positions),
    )
