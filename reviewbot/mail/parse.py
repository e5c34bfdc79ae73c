"""One raw mail into a `Message`, or into the reason why not."""

from __future__ import annotations

from reviewbot.mail import address, body, headers
from reviewbot.mail.model import Address, Message, Unread

MAX_HEADER = 64 * 1024
MAX_MAIL = 16 * 1024 * 1024


def parse(raw: bytes, source: str, position: int) -> Message | Unread:
    """Read one mail (bytes from its first header line on; a leading mbox From line is skipped).

    Whatever is wrong with it, the answer is an `Unread` with a reason, never an exception; time and memory are linear
    in its size, and sizes beyond `MAX_HEADER` and `MAX_MAIL` (bytes) are refused.
    """
    try:
        return _parse(raw, source, position)
    except body.MailError as problem:
        return Unread(source, position, str(problem))


def _parse(raw: bytes, source: str, position: int) -> Message:
    if len(raw) > MAX_MAIL:
        raise body.MailError(f"larger than {MAX_MAIL >> 20} MB")
    raw = raw.replace(b"\r\n", b"\n").lstrip(b"\n") if b"\r" in raw or raw[:1] == b"\n" else raw
    if raw.startswith((b"From ", b">From ")):
        raw = raw[raw.find(b"\n") + 1 :] if b"\n" in raw else b""
    head_end, body_start = headers.header_end(raw)
    if head_end > MAX_HEADER:
        raise body.MailError(f"header of {head_end} bytes, the limit is {MAX_HEADER}")
    found = headers.fields(raw[:head_end])
    sender, from_text = _sender(found)
    if body_start >= len(raw) and not raw.endswith(b"\n\n"):
        raise body.MailError("cut off within the header")
    subject = headers.decode(" ".join(found.get("subject", ("",))[-1:]))
    date_text = found.get("date", ("",))[-1]
    text, data = body.read(found, raw[body_start:], subject)
    to_and_cc = (value for name in ("to", "cc") for value in found.get(name, ()))
    in_reply_to = next((mid for value in found.get("in-reply-to", ()) for mid in headers.ids(value)), None)
    message_id = next((mid for value in found.get("message-id", ()) if (mid := headers.message_id(value))), "")
    if not message_id:
        from hashlib import sha256

        token = "\0".join((from_text, date_text, subject)).encode("utf-8", "surrogatepass") + b"\0" + data
        message_id = f"{sha256(token).hexdigest()[:32]}@missing-message-id.invalid"
    references = [mid for value in found.get("references", ()) for mid in headers.ids(value) if mid != message_id]
    if in_reply_to == message_id:
        in_reply_to = None
    if in_reply_to is not None and in_reply_to not in references:
        references.append(in_reply_to)
    return Message(
        message_id=message_id,
        subject=subject,
        author=address.unmangled(sender, found),
        sender=sender,
        date=headers.date(date_text) if date_text else None,
        date_text=date_text,
        references=tuple(references),
        in_reply_to=in_reply_to,
        recipients=tuple(who for value in to_and_cc for who in address.listed(value)),
        body=text,
        body_bytes=data,
        source=source,
        position=position,
        from_text=from_text,
    )


def _sender(found: dict[str, list[str]]) -> tuple[Address, str]:
    """The one mailbox in From, and its text decoded; two of them, or one in doubt, make the mail unreadable."""
    values = found.get("from", [])
    if not values:
        raise body.MailError("no From header: not a mail, or cut off")
    if len(values) > 1:
        raise body.MailError(f"{len(values)} From headers: whose mail it is cannot be told")
    sender = address.strict(values[0])
    if sender is None:
        shown = headers.decode(values[0])[:80]
        raise body.MailError(f"From is not one name and address: {shown!r}")
    return sender, headers.decode(values[0])
