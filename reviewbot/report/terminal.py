"""Text that is safe to put on a terminal: mails and sources may hold escape sequences and invisible characters."""

from __future__ import annotations

import os
import textwrap
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from reviewbot import regex as re

# C0 and C1 controls can move the cursor or set the title; Cf (bidi marks, zero-width characters) make a line read other
# than it is (CVE-2021-42574); a lone surrogate is a byte that was no UTF-8. Tabs are expanded, newlines handled before.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001\U000e0020-\U000e007f\ud800-\udfff]"
)

_STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "cyan": "36"}


def visible(text: str) -> str:
    """The text with every control, bidi and zero-width character written out as `<U+XXXX>`."""
    if text.isprintable():  # then none of these is in it
        return text
    return _UNSAFE.sub(_spell, text.replace("\t", "    "))


def _spell(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"<{code - 0xDC00:02x}>" if 0xDC80 <= code <= 0xDCFF else f"<U+{code:04X}>"


def one_line(text: str) -> str:
    """`visible` text with all white space folded to single blanks."""
    return visible(" ".join(text.split()))


def columns(text: str) -> int:
    """How many terminal cells the text takes."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def clip(text: str, width: int) -> str:
    """The text cut to `width` cells, with an ellipsis where something was cut."""
    if columns(text) <= width:
        return text
    used, end = 0, 0
    for end, char in enumerate(text):  # noqa: B007
        used += columns(char)
        if used > width - 1:
            break
    return text[:end] + "…"


class Page:
    """Lines for one reader: knows whether colours are wanted and how wide the screen is.

    Colours only go to a terminal, and never where NO_COLOR is set (see no-color.org) or TERM is `dumb`.
    """

    def __init__(self, out: IO[str], environ: Mapping[str, str]) -> None:
        self._out = out
        terminal = out.isatty()
        self.colour = terminal and not environ.get("NO_COLOR") and environ.get("TERM") != "dumb"
        self.width = _columns_of_terminal() if terminal else 100

    def line(self, text: str = "") -> None:
        """Print one line; the text must be `visible` already."""
        self._out.write(text + "\n")

    def style(self, text: str, *names: str) -> str:
        """The text in the named styles, or as it is where colours are not wanted."""
        if not self.colour or not text:
            return text
        return f"\x1b[{';'.join(_STYLES[n] for n in names)}m{text}\x1b[0m"

    def wrapped(self, text: str, indent: str, first: str | None = None) -> None:
        """Print folded text wrapped to the screen behind `indent` (`first` before the first line)."""
        lines = textwrap.wrap(
            one_line(text),
            max(self.width, 40),
            initial_indent=indent if first is None else first,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for row in lines:
            self.line(row)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Print rows in columns as wide as their longest cell; the last column is not padded."""
        cells = [list(head), *([visible(c) for c in row] for row in rows)]
        widths = [max(columns(row[i]) for row in cells) for i in range(len(head))]
        for number, row in enumerate(cells):
            padded = [c + " " * (w - columns(c)) for c, w in zip(row, widths, strict=True)]
            text = "  ".join(padded).rstrip()
            self.line(self.style(text, "bold") if number == 0 else text)


def _columns_of_terminal() -> int:
    import shutil  # brings the compressors, which a pipe does not need

    return shutil.get_terminal_size((100, 24)).columns


def os_page(out: IO[str]) -> Page:
    """A `Page` for this process's environment."""
    return Page(out, os.environ)
