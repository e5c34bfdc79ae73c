"""What a patch shows of a file: the lines of its hunks as they are afterwards, enough to try an edit out on."""

from __future__ import annotations

from dataclasses import dataclass

from reviewbot.errors import InputError
from reviewbot.fixups.blocks import Outline
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.place import Field, Touched, touched_by
from reviewbot.fixups.resolve import resolve
from reviewbot.fixups.splice import Move, Splice, splice
from reviewbot.fixups.text import Text
from reviewbot.review import Anchor
from reviewbot.series import Patch

_CONTEXT = 3  # lines around a change in a diff that stands in for an edit
_MAX_LINES = 200_000  # a hunk header that claims to lie beyond this is not believed


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the new file as a hunk shows it."""

    number: int
    text: str
    added: bool


@dataclass(frozen=True, slots=True)
class Wish:
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
        if any((line.new or 0) > _MAX_LINES for line in lines):
            return None
        rows = {line.new: Row(line.new, line.text, line.origin == "+") for line in lines if line.new is not None}
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
        start, end = text.start(wish.first), text.start(max(wish.last, wish.first - 1) + 1)
        new = b"".join(text.encode(line) + text.eol for line in wish.new)
        return splice(text.data, [Splice(start, end, new, "", (start, end))], [])

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

    def _as_diff(self, wish: Wish) -> str:
        first, last = wish.first, max(wish.last, wish.first - 1)
        low, high = first, last
        while low > first - _CONTEXT and low - 1 in self.rows:
            low -= 1
        while high < last + _CONTEXT and high + 1 in self.rows:
            high += 1
        before = [" " + self.text(n) for n in range(low, first)]
        gone = ["-" + self.text(n) for n in range(first, last + 1)]
        after = [" " + self.text(n) for n in range(last + 1, high + 1)]
        counts = len(before) + len(after)
        head = f"@@ -{low},{counts + len(gone)} +{low},{counts + len(wish.new)} @@"
        return "\n".join([head, *before, *gone, *("+" + line for line in wish.new), *after]) + "\n"


def _content(rows: dict[int, Row]) -> bytes:
    """The lines at their places, empty ones in between."""
    last = max(rows, default=0)
    lines = (rows[n].text if n in rows else "" for n in range(1, last + 1))
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")
