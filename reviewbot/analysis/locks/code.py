"""A function's code as text: where its steps stand in it, and what changes which variable. Offsets are in that text."""

from __future__ import annotations

from bisect import bisect_right

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.model import Entry
from reviewbot.csource import Function
from reviewbot.csource.flow import Block, Flow


class Code:
    """The text of one function, beside its flow graph."""

    def __init__(self, function: Function, flow: Flow) -> None:
        self.function = function
        self.flow = flow
        self.base = function.node.start_byte
        self.text = words.clean(function.source.masked[self.base : function.node.end_byte].decode("latin-1"))
        self.entries = self._entries()
        self.targets = [(entry, words.squeeze(entry.target)) for entry in self.entries if entry.target is not None]
        self.starts = [entry.start for entry in self.entries]
        header = self.text[: function.body.start_byte - self.base]
        given, _ = words.arguments(header, header.find("(", header.find(function.name)))
        # Which argument each parameter is, from 1.
        self.parameters = {names[-1]: place for place, names in enumerate(map(words.roots, given), 1) if names}
        self._copies: tuple[set[tuple[str, str]], set[str]] | None = None
        self._changed: dict[str, list[tuple[Entry, words.Assignment]]] = {}

    def _entries(self) -> list[Entry]:
        base, text = self.base, self.text
        entries: list[Entry] = []
        for block in self.flow.blocks:
            order = 0
            for step in block.steps:
                node = step.node
                target = step.target
                name = text[target.start_byte - base : target.end_byte - base] if target is not None else None
                entries.append(Entry(node.start_byte - base, node.end_byte - base, block.id, order, step.kind, name))
                order += 1
            for edge in block.edges:
                if edge.kind == "true" and edge.condition is not None and not is_macro_loop(block):
                    node = edge.condition
                    entries.append(Entry(node.start_byte - base, node.end_byte - base, block.id, order, "leaf", None))
        entries.sort()
        return entries

    @property
    def copies(self) -> tuple[set[tuple[str, str]], set[str]]:
        """All plain assignments of the function, found when a fact first matters (see `text.copies`)."""
        if self._copies is None:
            self._copies = words.copies(self.text)
        return self._copies

    def at(self, offset: int) -> Entry | None:
        """The innermost step or condition around an offset."""
        place = bisect_right(self.starts, offset) - 1
        low = max(-1, place - 64)
        while place > low:
            entry = self.entries[place]
            if offset < entry.end:
                return entry
            place -= 1
        return None

    def line(self, offset: int) -> int:
        """The line, 1-based, of an offset."""
        return self.function.node.start_point.row + 1 + self.text.count("\n", 0, offset)

    def changes_of(self, name: str) -> list[tuple[Entry, words.Assignment]]:
        """Every change of a variable or of a member of what it points to."""
        known = self._changed.get(name)
        if known is not None:
            return known
        found: list[tuple[Entry, words.Assignment]] = []
        for at in words.occurrences(self.text, name):
            entry = self.at(at)
            if entry is None:
                continue
            if entry.kind == "loop":
                if self._assigned_by_loop(entry, name, found):
                    found.append((entry, words.Assignment(name, entry.start, None, False)))
                continue
            change = words.change_at(self.text, entry.start, entry.end, at, name, entry.kind == "decl")
            if change is not None:
                found.append((entry, change))
        for entry, target in self.targets:
            if target == name or words.roots(target)[:1] == [name]:
                found.append((entry, words.Assignment(target, entry.start, self._chosen(entry), False)))
        self._changed[name] = found
        return found

    def _chosen(self, entry: Entry) -> str | None:
        if entry.kind in ("true", "false"):
            return "1" if entry.kind == "true" else "0"
        return words.squeeze(self.text[entry.start : entry.end])

    def _assigned_by_loop(self, entry: Entry, name: str, before: list[tuple[Entry, words.Assignment]]) -> bool:
        """A loop macro assigns to its plain arguments; one that already had a value before the loop is what it runs
        over."""
        inside, _ = words.arguments(self.text, entry.start)
        plain = [argument.strip() for argument in inside if words.is_name(argument.strip())]
        if name not in plain:
            return False
        has_value = name in self.parameters or any(
            change.value is not None or (where.kind == "loop" and self._is_inside(entry, where))
            for where, change in before
        )
        return len(plain) == 1 or not has_value

    def _is_inside(self, entry: Entry, outer: Entry) -> bool:
        """Whether a loop stands inside the loop of another head."""
        inner, head = entry.start + self.base, outer.start + self.base
        return any(start <= head < end and start <= inner < end for start, end in self.flow.loops)


def is_macro_loop(block: Block) -> bool:
    """Whether a block ends in the head of a loop that a macro makes."""
    return bool(block.steps) and block.steps[-1].kind == "loop"
