"""What a patch shows of a file: the lines of its hunks as they are afterwards, enough to try an edit out on."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from reviewbot.errors import InputError
from reviewbot.fixups.blocks import Outline
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.place import Field, Touched, touched_by
from reviewbot.fixups.resolve import resolve
from reviewbot.fixups.splice import Move, Splice, splice
from reviewbot.fixups.text import Text
from reviewbot.review import Anchor
from reviewbot.series import FileDiff, Patch

_CONTEXT = 3  # lines around a change in a diff that stands in for an edit
_MAX_LINES = 200_000  # a hunk header that claims to lie beyond this is not believed


class Row(NamedTuple):
    """A line of the new file as a hunk shows it."""

    number: int
    text: str
    added: bool


class Wish(NamedTuple):
    """Lines first..last of the new file replaced by `new` (last < first: put in front of `first`).

    `edit` says it shortly; None where only a diff can.
    """

    first: int
    last: int
    new: tuple[str, ...]
    edit: Edit | None = None


class Excerpt:
    """The new side of one file's hunks, each line at its place; `at` is the line that a remark is anchored to.

    `block` are the lines quoted directly above the remark, `at` the last of them.
    """

    def __init__(self, path: str, rows: dict[int, Row], touched: Touched, at: int, block: tuple[int, ...]) -> None:
        self.path, self.rows, self.touched, self.at, self.block = path, rows, touched, at, block

    @classmethod
    def of(cls, patch: Patch, anchor: Anchor) -> Excerpt | None:
        """The excerpt around an anchor; None when it stands on no line that is there after the patch."""
        file = next((f for f in patch.diff.files if f.path == anchor.path), None)
        if file is None or anchor.line is None or file.binary or file.unsafe:
            return None
        lines = [line for hunk in file.hunks for line in hunk.lines if line.new is not None]
        rows = _rows(file)
        if anchor.line not in rows:
            return None
        first, last = anchor.block or (anchor.position, anchor.position)
        block = tuple(
            line.new for line in lines
            if line.new is not None and first is not None and last is not None and first <= line.position <= last
        )  # fmt: skip
        content = _content(rows)
        return cls(anchor.path or "", rows, touched_by(file, content), anchor.line, block or (anchor.line,))

    def text(self, number: int) -> str:
        """A line's text, "" where the patch does not show it."""
        row = self.rows.get(number)
        return row.text if row else ""

    def added(self, number: int) -> bool:
        """Whether the patch adds that line."""
        row = self.rows.get(number)
        return row is not None and row.added

    def nearest(self) -> list[int]:
        """Lines in the order they are likely meant: the anchor, added ones quoted above it, the rest by distance."""
        quoted = [n for n in reversed(self.block) if self.added(n) and n != self.at]
        others = sorted((n for n in self.rows if self.added(n) and n not in self.block), key=lambda n: abs(n - self.at))
        return [self.at, *quoted, *others]

    def settle_all(self, wishes: list[Wish], short: Edit | None = None) -> Edit | None:
        """One edit for all wishes of a file: `short`, that of the only one, else a diff with a hunk for each."""
        if len(wishes) == 1 and short is None:
            return self.settle(wishes[0])
        ordered = sorted(wishes, key=lambda wish: wish.first)
        if not ordered or any(a.last >= b.first or a.first == b.first for a, b in pairwise(ordered)):
            return None
        text = Text.of(_content(self.rows))
        wanted = splice(text.data, [self._spliced(text, wish) for wish in ordered], [])
        if short is not None and self._tried(short) == wanted:
            return short
        edit = Edit(path=self.path, diff="".join(self._as_diff(wish, apart=ordered) for wish in ordered))
        return edit if wanted != text.data and self._tried(edit) == wanted else None

    def settle(self, wish: Wish) -> Edit | None:
        """An edit that does just what is wished where it is wished: as said, with a `within`, or as a diff."""
        wanted = self._wished(wish)
        if wanted == _content(self.rows):
            return None
        for edit in self._narrowed(wish.edit, wish.first) if wish.edit else ():
            if self._tried(edit) == wanted:
                return edit
        edit = Edit(path=self.path, diff=self._as_diff(wish))
        return edit if self._tried(edit) == wanted else None

    def _narrowed(self, e: Edit, first: int) -> list[Edit]:
        """The edit, then with a `within` that tells its place from others: its line, or the case label above it."""
        names = [self.text(first).strip()] if e.insert is None else []
        for number in range(first, min(self.rows, default=0) - 1, -1):
            text = self.text(number).strip()
            if text.startswith("case ") and text.endswith(":"):
                names.append(text.removesuffix(":"))
                break
        narrowed = [
            Edit(path=e.path, within=name, replace=e.replace, with_=e.with_, insert=e.insert, delete=e.delete,
                 script=e.script, after=e.after, before=e.before)
            for name in names if name
        ]  # fmt: skip
        return [e, *narrowed]

    def _wished(self, wish: Wish) -> bytes:
        text = Text.of(_content(self.rows))
        return splice(text.data, [self._spliced(text, wish)], [])

    @staticmethod
    def _spliced(text: Text, wish: Wish) -> Splice:
        start, end = text.start(wish.first), text.start(max(wish.last, wish.first - 1) + 1)
        return Splice(start, end, b"".join(text.encode(line) + text.eol for line in wish.new), "", (start, end))

    def _tried(self, edit: Edit) -> bytes | None:
        """The excerpt after an edit; None when it would not match exactly once here.

        Case labels and functions are found by their text alone: half a file cannot be parsed.
        """
        text = Text.of(_content(self.rows))
        field = Field(self.path, text, self.touched, Outline("", text))
        try:
            steps = resolve(edit, field)
            return splice(
                text.data, [s for s in steps if isinstance(s, Splice)], [m for m in steps if isinstance(m, Move)]
            )
        except InputError:
            return None

    def _as_diff(self, wish: Wish, apart: Sequence[Wish] = ()) -> str:
        """A hunk; its context keeps away from what the wishes in `apart` change."""
        first, last = wish.first, max(wish.last, wish.first - 1)
        taken = {n for other in apart if other is not wish for n in range(other.first - 1, other.last + 2)}
        low, high = first, last
        while low > first - _CONTEXT and low - 1 in self.rows and low - 1 not in taken:
            low -= 1
        while high < last + _CONTEXT and high + 1 in self.rows and high + 1 not in taken:
            high += 1
        before = [" " + self.text(n) for n in range(low, first)]
        old = [self.text(n) for n in range(first, last + 1)]
        after = [" " + self.text(n) for n in range(last + 1, high + 1)]
        counts = len(before) + len(after)
        head = f"@@ -{low},{counts + len(old)} +{low},{counts + len(wish.new)} @@"
        return "\n".join([head, *before, *_changed(old, wish.new), *after]) + "\n"


def _changed(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The lines of a hunk, those that stay as context."""
    from difflib import SequenceMatcher

    lines: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            lines += (" " + line for line in old[a:b])
        else:
            lines += [*("-" + line for line in old[a:b]), *("+" + line for line in new[c:d])]
    return lines


def _rows(file: FileDiff) -> dict[int, Row]:
    """The lines that a diff shows of the new file; none when its numbers cannot be believed."""
    lines = [line for hunk in file.hunks for line in hunk.lines if line.new is not None]
    if any((line.new or 0) > _MAX_LINES for line in lines):
        return {}
    # A file's CRLF is no part of what people name; the edit finds the line ends in the file itself.
    return {
        line.new: Row(line.new, line.text.rstrip("\r"), line.origin == "+") for line in lines if line.new is not None
    }


def shown_of(file: FileDiff) -> bytes | None:
    """The new file as far as a diff shows it, each line at its place; None when it shows nothing to go by."""
    rows = {} if file.binary or file.unsafe else _rows(file)
    return _content(rows) if rows else None


def _content(rows: dict[int, Row]) -> bytes:
    """The lines at their places, empty ones in between."""
    last = max(rows, default=0)
    lines = (rows[n].text if n in rows else "" for n in range(1, last + 1))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
