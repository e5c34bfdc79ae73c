"""The body of a mail: which parts are text, transfer encodings undone, once for reading and once for `git apply`.

Structure is found without recursion and within limits, so neither 2000 nested parts nor a 16 MB body cost more than a
few passes over the bytes.
"""

from __future__ import annotations

from binascii import a2b_qp
from collections.abc import Mapping
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.mail import flowed, headers
from reviewbot.mail.charset import codec, to_text
from reviewbot.mail.subjects import base_subject

MAX_PARTS = 100
MAX_DEPTH = 20
MAX_REPLY = 1 << 20
"""Characters of text of an answer. Each may be a sentence that asks for something, which takes time to read; a patch
may be as long as a mail may be."""

# A parameter of Content-Type or -Disposition, quoted or bare; RFC 2231's name* only where nothing is continued.
_PARAMETER = re.compile(r";\s?([A-Za-z*-]{1,20})\s?=\s?(?:\"([^\"]*)\"|([^\s;\"]+))")

# Where mailinfo ends the message and starts the patch: "diff -", CVS's "Index: ", "---" alone or before a file name.
# It and the next pattern begin with the LF of the line before, which lets the search jump from line to line.
_PATCH_BREAK = re.compile(rb"\n(?:diff -|Index: |---(?: [^ \t\n\r]|[ \t\r]*(?:\n|\Z)))")

# A patch at the left margin, as opposed to one that is quoted or only talked about.
_HAS_DIFF = re.compile(rb"\n(?:diff --git |--- [^\n]*\n\+\+\+ )")

_WIDE = re.compile(r"utf-?_?(?:16|32)|ucs", re.IGNORECASE)  # charsets whose line ends are no single bytes

_PATCH_NAME = re.compile(r"\.(?:patch|diff)$", re.IGNORECASE)

_PATCH_TYPES = frozenset({"text/x-patch", "text/x-diff", "application/x-patch", "application/x-diff"})


class MailError(Exception):
    """This one mail cannot be read; the text says why. Never leaves the room: it becomes an `Unread`."""


class Part(NamedTuple):
    """A text part: `data` with the transfer encoding undone, LF line ends where the encoding stood for them."""

    kind: str
    parameters: Mapping[str, str]
    attached: bool
    data: bytes

    @property
    def charset(self) -> str:
        return self.parameters.get("charset", "")

    @property
    def flowed(self) -> bool:
        return self.parameters.get("format", "").lower() == "flowed"

    @property
    def delsp(self) -> bool:
        return self.parameters.get("delsp", "").lower() == "yes"


def read(found: Mapping[str, list[str]], raw: bytes, subject: str) -> tuple[str, bytes]:
    """The text for reading and the bytes for `git apply` of a mail with these header fields and raw body.

    Raises `MailError` where the structure, or the text of an answer, is beyond the limits.
    """
    parts = _text_parts(found, raw)
    plain = [part for part in parts if part.kind != "text/html"]
    if not any(part.data.strip() for part in plain) and len(plain) < len(parts):
        from reviewbot.mail import html  # knows all named entities; few mails need it

        page = "".join(html.to_text(to_text(part.data, part.charset)) for part in parts if part.kind == "text/html")
        return page, page.encode("utf-8", "replace")
    _, is_reply = base_subject(subject)
    reading = [_reading(part, is_reply) for part in plain if part.data.strip() and not (is_reply and part.attached)]
    text = "".join(reading)
    if is_reply and len(text) > MAX_REPLY:
        raise MailError(f"an answer with more than {MAX_REPLY >> 20} MB of text")
    return text, _applying(plain, len(parts) > 1)


def _reading(part: Part, is_reply: bool) -> str:
    data = part.data.replace(b"\r\n", b"\n") if b"\r" in part.data else part.data
    if not part.flowed:
        return _ended(to_text(data, part.charset))
    if not is_reply and _HAS_DIFF.search(b"\n" + data):
        return _ended(to_text(flowed.for_apply(data, part.delsp), part.charset))
    return _ended(flowed.for_reading(to_text(data, part.charset), part.delsp))


def _ended(text: str) -> str:
    return text if text.endswith("\n") or not text else text + "\n"


def _applying(parts: list[Part], several: bool) -> bytes:
    """All parts one after the other; text up to the patch as UTF-8, the patch as it came (mailinfo does the same)."""
    out: list[bytes] = []
    in_patch = False
    for part in parts:
        data = flowed.for_apply(part.data, part.delsp) if part.flowed else part.data
        cut = 0
        if not in_patch:
            found = _PATCH_BREAK.search(b"\n" + data)
            in_patch = found is not None
            cut = found.start() if found is not None else len(data)
            out.append(_utf8(data[:cut], part.charset))
        out.append(data[cut:])
        if several and data and not data.endswith(b"\n"):
            out.append(b"\n")
    return b"".join(out)


def _utf8(data: bytes, charset: str) -> bytes:
    if data.isascii() or (codec(charset) is None and _is_utf8(data)):
        return data
    return to_text(data, charset).encode("utf-8", "replace")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _text_parts(found: Mapping[str, list[str]], raw: bytes) -> list[Part]:
    """The text parts in order; of alternatives the plain one if there is any."""
    parts: list[Part] = []
    waiting: list[tuple[Mapping[str, list[str]], bytes, int]] = [(found, raw, 0)]
    seen = 0
    while waiting:
        fields, body, depth = waiting.pop()
        seen += 1
        kind, parameters = _typed(fields.get("content-type", ("text/plain",))[-1])
        if kind.startswith("multipart/") and parameters.get("boundary"):
            if depth >= MAX_DEPTH:
                raise MailError(f"parts nested more than {MAX_DEPTH} deep")
            inner, closed = _split(body, parameters["boundary"], MAX_PARTS - seen - len(waiting))
            if closed:  # mailinfo writes an empty line for the closing boundary
                waiting.append(({}, b"\n", depth + 1))
            waiting.extend((*_headed(piece), depth + 1) for piece in reversed(inner))
            continue
        disposition, named = _typed(fields.get("content-disposition", ("",))[-1])
        name = named.get("filename", parameters.get("name", ""))
        is_patch = kind in _PATCH_TYPES or _PATCH_NAME.search(name) is not None
        if not (kind.startswith(("text/", "multipart/")) or is_patch):
            continue
        attached = disposition == "attachment" or is_patch or kind not in ("text/plain", "text/html")
        data = _decoded(fields, body)
        if _WIDE.match(parameters.get("charset", "")):  # only whole can it be cut into lines
            data = to_text(data, parameters["charset"]).encode("utf-8", "replace")
            parameters["charset"] = "utf-8"
        parts.append(Part(kind, parameters, attached and depth > 0, data))
    return parts


def _headed(piece: bytes) -> tuple[Mapping[str, list[str]], bytes]:
    """A part's header fields and body; a part may have no header at all."""
    if piece.startswith(b"\n"):
        return {}, piece[1:]
    end, start = headers.header_end(piece)
    return headers.fields(piece[:end]), piece[start:]


def _split(body: bytes, boundary: str, limit: int) -> tuple[list[bytes], bool]:
    """The pieces between the boundary lines, each still with its header, and whether the last line closes them."""
    mark = b"\n--" + boundary.encode("utf-8", "surrogateescape")
    text = b"\n" + body
    pieces: list[bytes] = []
    start = -1  # where the open piece begins
    at = text.find(mark)
    while at >= 0:
        end = text.find(b"\n", at + len(mark))
        end = len(text) if end < 0 else end
        tail = text[at + len(mark) : end].strip()
        if tail in (b"", b"--"):
            if start >= 0:
                pieces.append(text[start : at + 1])
                if len(pieces) > limit:
                    raise MailError(f"more than {MAX_PARTS} parts")
            start = -1 if tail else end + 1
            if tail:
                return pieces, True
        at = text.find(mark, end)
    if 0 <= start < len(text):
        pieces.append(text[start:])
    return pieces, False


def _typed(value: str) -> tuple[str, dict[str, str]]:
    """A structured field's value in lower case and its parameters by lower-case name."""
    head, semicolon, rest = value.partition(";")
    parameters = {
        name.lower().rstrip("*"): quoted or bare for name, quoted, bare in _PARAMETER.findall(semicolon + rest)
    }
    return head.strip().lower(), parameters


def _decoded(fields: Mapping[str, list[str]], body: bytes) -> bytes:
    """A part's bytes without their transfer encoding."""
    encoding = fields.get("content-transfer-encoding", ("",))[-1].strip().lower()
    if encoding == "base64":
        data = headers.base64(body)
    elif encoding == "quoted-printable":
        data = a2b_qp(body)
    else:
        return body
    # Encoded text has CRLF for every line end where the sender's program took it for text; a patch of a file that
    # itself has CRLF lines has them only on some.
    if data.count(b"\r\n") == data.count(b"\n"):
        data = data.replace(b"\r\n", b"\n")
    return data
