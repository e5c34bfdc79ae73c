"""The parts of a file that an edit can name: functions and case groups of C, and the blank lines around them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from reviewbot import regex as re
from reviewbot.errors import InputError
from reviewbot.fixups.text import Text

if TYPE_CHECKING:
    from reviewbot.csource import Group, SourceFile

# A case label as people write it: `case X`, `case X:`, `default`.
_LABEL = re.compile(r"(?:case\b\s*(?P<value>[^\n]*?)|default)\s*:?")
_FUNCTION = re.compile(r"[A-Za-z_]\w*(?:\(\))?")
_FALLS = ("fallthrough", "falls-through")


class Block(NamedTuple):
    """Whole lines that stay together when they move. `family` are the blocks it stands among, in order."""

    first: int
    last: int
    name: str
    family: tuple[tuple[int, int], ...] = ()
    switch: int = 0
    arm: str | None = None


class Outline:
    """Functions and case groups of one file, read when first asked for. Anything but C has none."""

    def __init__(self, path: str, text: Text) -> None:
        self.path, self.text = path, text
        self._source: SourceFile | None = None

    @property
    def is_c(self) -> bool:
        """Whether the file is one that the C room reads."""
        return self.path.endswith((".c", ".h"))

    def named(self, name: str) -> list[tuple[int, int]]:
        """First and last lines of the functions or case groups of that name; empty when it is no such name."""
        if not self.is_c:
            return []
        if label_key(name) is not None:
            return [(block.first, block.last) for block in self.groups(name)]
        if _FUNCTION.fullmatch(name):
            wanted = name.removesuffix("()")
            return [(f.line, f.end_line) for f in self._read().functions if f.name == wanted]
        return []

    def groups(self, label: str) -> list[Block]:
        """The case groups with that label, in every switch of the file."""
        wanted = label_key(label)
        found = []
        for switch, groups in self._switches():
            family = tuple((self._lead(g.line), g.end_line) for g in groups)
            for place, group in enumerate(groups):
                names = [label_key(entry.text) for entry in group.labels]
                if wanted in names:
                    arms = {entry.arm for entry in group.labels}
                    arm = " ".join(sorted(a for a in arms if a)) or None
                    found.append(Block(*family[place], group.labels[0].text, family, switch, arm))
        return found

    def falls(self) -> dict[tuple[str, int, str], str | None]:
        """Which case groups run into the next one, and into which: (function, its nth switch, first label) → label."""
        from reviewbot.csource import switches

        return {
            (function.name, nth, group.labels[0].text): group.into
            for function in (self._read().functions if self.is_c else ())
            for nth, switch in enumerate(switches(function))
            for group in switch.groups
            if group.ends in _FALLS and group.labels
        }

    def function(self, name: str) -> Block | None:
        """A function by its name or by its first line, with the comment directly above it."""
        wanted = " ".join(name.split())
        functions = self._read().functions if self.is_c else ()
        family = tuple((self._lead(f.line), f.end_line) for f in functions)
        found = [
            Block(first, last, f.name, family)
            for f, (first, last) in zip(functions, family, strict=True)
            if wanted in (f.name, f"{f.name}()", " ".join(self.text.line(f.line).decode("utf-8", "replace").split()))
        ]
        if len(found) > 1:
            raise InputError(f"{name!r} is defined in {len(found)} places: {self.path}:{found[0].first} and others")
        return found[0] if found else None

    def _lead(self, line: int) -> int:
        """The first of the comment lines that stand directly above a line, or the line itself."""
        first = line
        while first > 1 and self._comment(first - 1):
            first -= 1
        return first

    def _comment(self, line: int) -> bool:
        """Whether a line holds a comment and nothing else: at its first and at its last character."""
        text = self.text.line(line)
        stripped = text.strip()
        if not stripped:
            return False
        start = self.text.start(line)
        ends = (start + len(text) - len(text.lstrip()), start + len(text.rstrip()) - 1)
        root = self._read().tree.root_node
        nodes = [root.descendant_for_byte_range(at, at + 1) for at in ends]
        return all(node is not None and node.type == "comment" for node in nodes)

    def _switches(self) -> Iterator[tuple[int, tuple[Group, ...]]]:
        from reviewbot.csource import switches

        for function in self._read().functions:
            for switch in switches(function):
                yield switch.line, switch.groups

    def _read(self) -> SourceFile:
        from reviewbot.csource import MacroTable, parse  # the C parser, for the edits that need it

        if self._source is None:
            self._source = parse(self.text.data, self.path, MacroTable.load())
        return self._source


def label_key(text: str) -> str | None:
    """A case label without its keyword, colon and spacing; "default" for that one; None when it is no label."""
    match = _LABEL.fullmatch(text.strip())
    if match is None:
        return None
    return "default" if match["value"] is None else "".join(match["value"].split())


def separated(text: Text, family: tuple[tuple[int, int], ...]) -> bool:
    """Whether blocks of a family stand apart by blank lines; with nothing to go by, they do."""
    gaps = [text.blank(after[0] - 1) for before, after in pairwise(family) if before[1] < after[0]]
    return sum(gaps) * 2 >= len(gaps)
