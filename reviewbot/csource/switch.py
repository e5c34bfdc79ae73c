"""The switches of a function: their case groups, the `#if` arm of each label, and how control leaves each group."""

from __future__ import annotations

from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.csource.clause import Clause, Exit
from reviewbot.csource.clauses import Reader, SwitchError
from reviewbot.csource.closed import open_switches
from reviewbot.csource.source import Function, NotAnalysed, SourceFile
from reviewbot.csource.terminals import Terminals

_SWITCH = b"switch"


@dataclass(frozen=True, slots=True)
class Label:
    """A case label as it is written (`case 1 ... 5`, `default`), and the `#if` lines inside the switch it is under."""

    text: str
    line: int
    arm: str | None
    start_byte: int = 0

    def to_dict(self) -> dict[str, object]:
        """The label as plain JSON data."""
        return {"text": self.text, "line": self.line, "arm": self.arm}


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Labels that share statements.

    `ends` is `break`, `return`, `goto`, `continue`, `noreturn`, `fallthrough` (said) or `falls-through` (not said);
    `into` the next group's first label or the goto's target, None for the last group. `exits` are all the ways out.
    """

    labels: tuple[Label, ...]
    line: int
    end_line: int
    statements: tuple[Node, ...]
    ends: str
    into: str | None
    start_byte: int
    end_byte: int
    exits: tuple[Exit, ...]

    def to_dict(self) -> dict[str, object]:
        """The group as plain JSON data, without what the rules add."""
        return {
            "labels": [label.to_dict() for label in self.labels],
            "line": self.line,
            "end_line": self.end_line,
            "ends": self.ends,
            "into": self.into,
        }


@dataclass(frozen=True, slots=True, eq=False)
class Switch:
    """One switch statement. `line` is 1-based; `on` is the operand as written, without its parentheses."""

    path: str
    function: str
    line: int
    on: str
    groups: tuple[Group, ...]
    node: Node

    def to_dict(self) -> dict[str, object]:
        """The switch as plain JSON data."""
        return {
            "path": self.path,
            "function": self.function,
            "line": self.line,
            "on": self.on,
            "groups": [group.to_dict() for group in self.groups],
        }


def switches(function: Function, terminals: Terminals | None = None) -> tuple[Switch, ...]:
    """Every switch of a function that can be read, also nested ones, in source order; `terminals` ends a group."""
    return read_switches(function, terminals)[0]


def read_switches(
    function: Function, terminals: Terminals | None = None
) -> tuple[tuple[Switch, ...], tuple[NotAnalysed, ...]]:
    """The switches of a function, and those that cannot be described: with a syntax error, or nested too deep."""
    return _read(function, _switch_nodes(function), _all_terminals(function, terminals))


def read_open_switches(
    function: Function, terminals: Terminals | None = None
) -> tuple[tuple[Switch, ...], tuple[NotAnalysed, ...]]:
    """The same without the switches of which it is plain that control comes from no case group into the next."""
    nodes = _switch_nodes(function)
    if not nodes:
        return (), ()
    known = _all_terminals(function, terminals)
    return _read(function, open_switches(nodes, function.source, known), known)


def _all_terminals(function: Function, terminals: Terminals | None) -> Terminals:
    return (terminals or Terminals()).with_noreturn(function.source.noreturn)


def _read(
    function: Function, nodes: list[Node], terminals: Terminals
) -> tuple[tuple[Switch, ...], tuple[NotAnalysed, ...]]:
    if not nodes:
        return (), ()
    source = function.source
    reader = Reader(source, terminals)
    found: list[Switch] = []
    unread: list[NotAnalysed] = []
    for node in reversed(nodes):  # inner ones first
        reason = "syntax error in the switch"
        try:
            switch = None if node.has_error else _switch(node, function, reader)
        except SwitchError as error:
            switch, reason = None, str(error)
        if switch is not None:
            found.append(switch)
        else:
            unread.append(NotAnalysed(source.path, function.name, node.start_point.row + 1, reason))
    return tuple(reversed(found)), tuple(reversed(unread))


def enclosing(source: SourceFile, line: int) -> tuple[Function | None, Switch | None, Group | None]:
    """The function, and the innermost switch and case group, that a 1-based line stands in; None where in none."""
    function = next((f for f in source.functions if f.line <= line <= f.end_line), None)
    if function is None:
        return None, None, None
    inner: tuple[Switch | None, Group | None] = (None, None)
    for switch in switches(function):  # an inner switch comes after the one around it
        for group in switch.groups:
            if group.line <= line <= group.end_line:
                inner = (switch, group)
    return (function, *inner)


def _switch_nodes(function: Function) -> list[Node]:
    """The switch statements in source order, each found from where its keyword stands: few functions have one."""
    masked, body = function.source.masked, function.body
    found = []
    at = masked.find(_SWITCH, body.start_byte, body.end_byte)
    while at >= 0:
        word = body.descendant_for_byte_range(at, at + len(_SWITCH))
        node = word.parent if word is not None and word.type == "switch" else None
        if node is not None and node.type == "switch_statement":
            found.append(node)
        at = masked.find(_SWITCH, at + len(_SWITCH), body.end_byte)
    return found


def _switch(node: Node, function: Function, reader: Reader) -> Switch | None:
    source = function.source
    clauses = reader.clauses(node)
    operand = node.child_by_field_name("condition")
    if operand is None:
        return None
    on = " ".join(source.text(operand).split())
    on = on[1:-1].strip() if on.startswith("(") and on.endswith(")") else on
    groups = tuple(_group(clause, source) for clause in clauses)
    return Switch(source.path, function.name, node.start_point.row + 1, on, groups, node)


def _group(clause: Clause, source: SourceFile) -> Group:
    labels = tuple(
        Label(entry.text, entry.node.start_point.row + 1, entry.arm, entry.node.start_byte) for entry in clause.labels
    )
    ends, into = clause.outcome()
    last = clause.last
    return Group(
        labels,
        labels[0].line,
        last.end_point.row + 1 - (last.end_point.column == 0 and last.end_byte > last.start_byte),
        tuple(clause.statements),
        ends,
        into,
        clause.labels[0].node.start_byte,
        last.end_byte,
        tuple(clause.exits),
    )
