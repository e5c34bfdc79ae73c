"""A file's bytes as lines, so that edits keep its line ends, its tabs and its missing last newline."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from reviewbot import regex as re

# A run of blanks in a pattern; matched once from the left, so it cannot backtrack.
_BLANKS = re.compile(rb"\s+")
_INDENT = re.compile(rb"[ \t]*")
_WORD = re.compile(rb"\w")


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """Lines are counted from 1. `data` always ends with a line end; `open_ended` says that the file does not."""

    data: bytes
    eol: bytes
    open_ended: bool
    starts: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(cls, content: bytes) -> Text:
        """Split a file; its line end is CRLF when most of its lines end so."""
        eol = b"\r\n" if content.count(b"\r\n") * 2 > content.count(b"\n") else b"\n"
        open_ended = bool(content) and not content.endswith(b"\n")
        data = content + eol if open_ended else content
        starts = [0]
        at = data.find(b"\n")
        while at >= 0:
            starts.append(at + 1)
            at = data.find(b"\n", at + 1)
        return cls(data, eol, open_ended, tuple(starts))

    def closed(self, data: bytes) -> bytes:
        """Edited bytes as the file has to end: without the last line end where it had none."""
        return data.removesuffix(b"\n").removesuffix(b"\r") if self.open_ended else data

    @property
    def count(self) -> int:
        """How many lines there are."""
        return len(self.starts) - 1

    def line(self, number: int) -> bytes:
        """A line without its end; empty when there is no such line."""
        if not 1 <= number <= self.count:
            return b""
        return self.data[self.starts[number - 1] : self.starts[number]].rstrip(b"\r\n")

    def blank(self, number: int) -> bool:
        """Whether it is a line, and an empty one."""
        return 1 <= number <= self.count and not self.line(number).strip()

    def indent(self, number: int) -> bytes:
        """The white space that a line starts with."""
        match = _INDENT.match(self.line(number))
        return match.group() if match else b""

    def start(self, number: int) -> int:
        """Offset of a line; of the line after the last one, the end of the file."""
        return self.starts[number - 1]

    def number(self, offset: int) -> int:
        """The line that an offset lies in."""
        return min(bisect_right(self.starts, offset), max(self.count, 1))

    def encode(self, text: str) -> bytes:
        """Text of a plan as bytes with this file's line ends."""
        return text.encode("utf-8", "surrogateescape").replace(b"\r\n", b"\n").replace(b"\n", self.eol)

    def whole(self, start: int, end: int) -> bool:
        """Whether nothing but white space stands beside a span on its first and last line."""
        first, last = self.number(start), self.number(max(start, end - 1))
        return not (self.data[self.start(first) : start].strip() or self.data[end : self.starts[last]].strip())

    def on_word(self, start: int, end: int) -> bool:
        """Whether a span begins and ends at a word's edge."""
        data = self.data
        inside = (_WORD.match(data, start), _WORD.match(data, end - 1))
        outside = (_WORD.match(data, start - 1) if start else None, _WORD.match(data, end))
        return not any(i and o for i, o in zip(inside, outside, strict=True))

    def find(self, text: str, *, prose: bool = False) -> list[tuple[int, int]]:
        """Every place of a text: as it is; else, over several lines, whatever their indentation.

        In `prose` a blank of the text may be a line's end.
        """
        wanted = text.encode("utf-8", "surrogateescape").replace(b"\r\n", b"\n").removesuffix(b"\n")
        patterns = [rb"\r?\n".join(re.escape(part) for part in wanted.split(b"\n"))]
        if b"\n" in wanted:
            patterns.append(rb"[ \t]*\r?\n[ \t]*".join(re.escape(part.strip()) for part in wanted.split(b"\n")))
        if prose:
            patterns.append(rb"\s+".join(re.escape(word) for word in _BLANKS.split(wanted.strip())))
        for pattern in patterns if wanted.strip() else ():
            found = [m.span() for m in re.finditer(pattern, self.data)]
            if found:
                return found
        return []

    def lines_like(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Lines named by a quotation, as (how well, first, last): 0 the same text, 1 whole words of it, 2 a part."""
        wanted = [part.strip() for part in text.encode("utf-8", "surrogateescape").strip().splitlines()]
        many = len(wanted)
        for start in (span[0] for span in self.find(text.strip())) if many == 1 else ():
            number = self.number(start)
            if self.line(number).strip() != wanted[0]:
                yield (1 if self.on_word(start, start + len(wanted[0])) else 2), number, number
        at = self.data.find(wanted[0]) if wanted and wanted[0] else -1
        while at >= 0:
            number = self.number(at)
            if all(self.line(number + i).strip() == part for i, part in enumerate(wanted)):
                yield 0, number, number + many - 1
            at = self.data.find(wanted[0], self.starts[number])

    def layout(self, text: str, number: int) -> bytes:
        """Whole lines to stand beside line `number`: indented like it unless they bring their own indentation.

        Preprocessor lines stay at the margin. One trailing newline of the text does not count.
        """
        lines = self.encode(text).removesuffix(self.eol).split(self.eol)
        own = lines[0][:1] in (b" ", b"\t", b"#")
        indent = b"" if own else self.indent(number)
        return b"".join((indent + line if line.strip() else line) + self.eol for line in lines)
