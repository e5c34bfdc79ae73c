"""format=flowed (RFC 3676): once for reading, once exactly as `git mailinfo` undoes it before `git apply`."""

from __future__ import annotations

from reviewbot import regex as re

# A line of its own although the line before ends in a blank: a trailer must not be glued to what precedes it.
_OWN_LINE = re.compile(r"[A-Za-z][A-Za-z-]{0,40}-(?:by|to):|Fixes:", re.IGNORECASE)


def for_reading(text: str, delsp: bool) -> str:
    """Join flowed paragraphs, undo space-stuffing, write quote marks as ">> ".

    Lines that look like a diff (a blank, "+", "-" or "@" first) and empty ones are not joined even where they end in
    a blank: programs that write flowed mail quote patches without protecting their blank context lines.
    """
    out: list[str] = []
    paragraph: list[str] = []  # pieces of the line being put together
    open_depth = -1  # quote depth at which the next line may continue it
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth + 1 :] if line[depth : depth + 1] == " " else line[depth:]
        fixed = content == "-- " or not content.strip() or _OWN_LINE.match(content) is not None
        joined = open_depth == depth and not fixed
        soft = content.endswith(" ") and content != "-- " and content.strip() != ""
        soft = soft and (joined or content[0] not in " +-@")
        if not joined:
            if paragraph:
                out.append("".join(paragraph))
            paragraph = [">" * depth + (" " if depth and content else "")]
        paragraph.append(content[:-1] if soft and delsp else content)
        open_depth = depth if soft else -1
    out.append("".join(paragraph))
    return "\n".join(out)


def for_apply(data: bytes, delsp: bool) -> bytes:
    """What mailinfo makes of a flowed part: stuffing and soft breaks undone, quote depth not looked at."""
    out: list[bytes] = []
    pending: list[bytes] = []
    lines = data.split(b"\n")
    last = lines.pop()  # what follows the last LF: empty in a whole text
    for line in lines:
        text = line.removesuffix(b"\r")
        if text == b"-- ":
            if pending:
                out.append(b"".join(pending))
                pending = []
            out.append(text + b"\n")
            continue
        text = text.removeprefix(b" ")
        if text.endswith(b" "):
            pending.append(text[:-1] if delsp else text)
            continue
        out.append(b"".join([*pending, text, b"\n"]))
        pending = []
    if last or pending:
        out.append(b"".join([*pending, last.removeprefix(b" ")]))
    return b"".join(out)
