"""HTML-only mails as text: enough to read what was said, with quoted blocks marked by "> "."""

from __future__ import annotations

from html import unescape

from reviewbot import regex as re

# A tag or comment; no bracket inside, so an unclosed one costs one look ahead and no more.
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,15})\b[^<>]*>|<![^<>]*>")

_HIDDEN = frozenset({"script", "style", "head", "title"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "table"})
_BREAKS = _PARAGRAPHS | {
    "br",
    "div",
    "tr",
    "li",
    "ul",
    "ol",
    "hr",
    "section",
    "article",
    "header",
    "footer",
    "dt",
    "dd",
}

_LONGEST = 2 << 20  # characters of a page that are read

_SPACE = re.compile(r"[ \t\n\r\f]+")


class _Writer:
    """Collects lines; knows how deep in quotations, preformatted text and hidden elements it is."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quoted = 0
        self.verbatim = 0
        self.hidden = ""

    def text(self, raw: str) -> None:
        if self.hidden:
            return
        text = (unescape(raw) if "&" in raw else raw).replace("\xa0", " ")
        if not self.verbatim:
            self.line.append(_SPACE.sub(" ", text))
            return
        first, *rest = text.split("\n")
        self.line.append(first)
        for more in rest:
            self.end_line(keep=True)
            self.line.append(more)

    def tag(self, closing: bool, name: str) -> None:
        if self.hidden:
            if closing and name == self.hidden:
                self.hidden = ""
            return
        if name in _HIDDEN and not closing:
            self.hidden = name
        if name in _BREAKS:
            self.end_line(keep=name == "br")
        leaves_quote = closing and name == "blockquote"
        if name in _PARAGRAPHS and not leaves_quote and self.lines and self.lines[-1].strip("> "):
            self.lines.append(self.prefix().rstrip())
        if name == "blockquote":
            self.quoted = max(0, self.quoted + (-1 if closing else 1))
        elif name == "pre":
            self.verbatim = max(0, self.verbatim + (-1 if closing else 1))

    def prefix(self) -> str:
        depth = min(self.quoted, 20)
        return ">" * depth + " " if depth else ""

    def end_line(self, keep: bool = False) -> None:
        text = "".join(self.line)
        self.line = []
        text = text.rstrip() if self.verbatim else text.strip()
        if text or keep:
            self.lines.append((self.prefix() + text).rstrip() if not text else self.prefix() + text)


def to_text(page: str) -> str:
    """The text of an HTML page, LF line ends, `blockquote` as "> " lines; linear in its length, never fails."""
    writer = _Writer()
    whole = len(page) <= _LONGEST
    page = page[:_LONGEST]
    at = 0
    for found in _TAG.finditer(page):
        writer.text(page[at : found.start()])
        at = found.end()
        if found.group(2):
            writer.tag(bool(found.group(1)), found.group(2).lower())
    writer.text(page[at:])
    writer.end_line()
    if not whole:
        writer.lines.append(f"[cut off: only the first {_LONGEST >> 20} MB of this HTML mail are shown]")
    return "\n".join(writer.lines).strip("\n") + "\n"
