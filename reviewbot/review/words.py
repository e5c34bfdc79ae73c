"""Plain text helpers: folding, sentences, paragraphs. Everything in time linear in the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.review.quoting import Line

# A sentence ends at . ! ? followed by a blank and something that starts one; `foo.c`, `e.g. x`, `v1.2` do not end it.
_SENTENCE_END = re.compile(r"[.!?]+[)\"']?\s+(?=[\"'(]?[A-Z0-9`*]|\.\.\.)")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|vs|cf|resp|approx|incl|no|nr|fig|sec|aka|wrt|s)\.|\b[A-Z]\.)$", re.I)

PROSE_LIMIT = 65536  # characters of own words that are read as prose: whoever writes more pastes


def prose_of(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines up to the limit for prose, so that pasted logs of any size cost little."""
    total = 0
    for at, line in enumerate(lines):
        total += len(line.text) + 1
        if total > PROSE_LIMIT:
            return lines[:at]
    return lines


# "      ^ stray blank" below a quoted line; gcc's "^~~~" is none.
_POINTER = re.compile(r"^\s*(?:\^+|\|)(?:\s+(?P<words>[^\s|^~].*))?$")


def unpointed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Own lines without the arrows that point at the line quoted above, and without what indents the words at them."""
    out: list[Line] = []
    pointing = False
    for line in lines:
        match = _POINTER.match(line.text) if pointing or line.text.lstrip().startswith("^") else None
        if match:
            pointing = True
            if match["words"]:
                out.append(line._replace(text=match["words"]))
        elif pointing and line.text.startswith((" ", "\t")):
            out.append(line._replace(text=line.text.lstrip()))
        else:
            pointing = pointing and bool(out) and not line.text.strip() and not out[-1].text.strip()
            out.append(line)
    return tuple(out)


def fold(text: str) -> str:
    """White space folded to single blanks, none at the ends."""
    return " ".join(text.split())


class Paragraph(NamedTuple):
    """Own lines without a blank line between them."""

    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """The lines folded into running text."""
        return fold(" ".join(line.text for line in self.lines))


def paragraphs(lines: Sequence[Line]) -> tuple[Paragraph, ...]:
    """Lines split at blank ones."""
    out: list[Paragraph] = []
    current: list[Line] = []
    for line in lines:
        if line.text.strip():
            current.append(line)
        elif current:
            out.append(Paragraph(tuple(current)))
            current = []
    if current:
        out.append(Paragraph(tuple(current)))
    return tuple(out)


def sentences(text: str) -> tuple[str, ...]:
    """Running text split into sentences; abbreviations and initials do not split."""
    out: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        piece = text[start : match.end()]
        if text[match.start()] == "." and _ABBREVIATION.search(
            text[max(start, match.start() - 12) : match.start() + 1]
        ):
            continue
        if piece.strip():
            out.append(piece.strip())
        start = match.end()
    if text[start:].strip():
        out.append(text[start:].strip())
    return tuple(out)
