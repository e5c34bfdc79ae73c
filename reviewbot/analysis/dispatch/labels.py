"""Case labels of the switches over an operation, and where a node stands among them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tree_sitter import Node

from reviewbot.csource import Function, SourceFile

if TYPE_CHECKING:
    from reviewbot.csource.flow import Edge, Flow


# Statements that hold no label of a switch around them, and of which few hold a switch.
_PLAIN = frozenset({"expression_statement", "declaration", "return_statement"})

# What a flow graph is built with where every `?:` matters: `return ret ?: act();` acts only where `ret` is zero.
SPLIT_ALL = re.compile(b"")

# Edges that ask something.
_ASKING = frozenset({"true", "false", "case", "default"})


def plain(text: str) -> str:
    """Text of an expression without outer parentheses and with single blanks."""
    text = " ".join(text.split())
    while text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1].strip()
    return text


def line_of(node: Node) -> int:
    """The 1-based line that a node starts in."""
    return node.start_point.row + 1


def switches_over(function: Function, on: frozenset[str]) -> Iterator[Node]:
    """The switch statements of a function whose operand is one of the texts in `on`, in source order."""
    stack = [function.body]
    while stack:
        node = stack.pop()
        if node.type == "switch_statement" and _operand(node, function.source) in on:
            yield node
        elif node.type in _PLAIN and function.source.masked.find(b"switch", node.start_byte, node.end_byte) < 0:
            continue
        stack.extend(reversed(node.named_children))


def labels_of(switch: Node) -> Iterator[Node]:
    """The case statements that belong to a switch, whatever `#if` they stand under; `default` too, in source order."""
    stack = [switch]
    while stack:
        node = stack.pop()
        if node.type == "switch_statement" and node is not switch:
            continue
        if node.type == "case_statement":
            yield node
        if node.type not in _PLAIN:
            stack.extend(reversed(node.named_children))


def label_text(label: Node, source: SourceFile) -> str | None:
    """The value of a case statement as text, None for `default`."""
    value = label.child_by_field_name("value")
    return plain(source.text(value)) if value is not None else None


def operations(function: Function, on: frozenset[str], prefix: str) -> dict[str, int]:
    """Every operation that a function's switches name, with the line of its first label, in source order."""
    found: dict[str, int] = {}
    for switch in switches_over(function, on):
        for label in labels_of(switch):
            text = label_text(label, function.source)
            if text is not None and text.startswith(prefix):
                found.setdefault(text, line_of(label))
    return found


_NONE: Mapping[str, Node] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Where the innermost switch over the operation changes in a function, with its labels: value → first label."""

    starts: tuple[int, ...]
    labels: tuple[Mapping[str, Node], ...]

    @classmethod
    def of(cls, function: Function, on: frozenset[str]) -> Places:
        """Read them once: a dispatcher is asked for many nodes."""
        found: list[tuple[int, Mapping[str, Node]]] = []
        around: list[tuple[int, Mapping[str, Node]]] = [(function.body.end_byte, _NONE)]
        for switch in switches_over(function, on):
            _leave(around, switch.start_byte, found)
            labels: dict[str, Node] = {}
            for label in labels_of(switch):
                text = label_text(label, function.source)
                if text is not None:
                    labels.setdefault(text, label)
            around.append((switch.end_byte, labels))
            found.append((switch.start_byte, labels))
        _leave(around, function.body.end_byte, found)
        return cls(tuple(start for start, _ in found), tuple(labels for _, labels in found))

    def label(self, node: Node, op: str | None) -> Node | None:
        """The label of `op` in the innermost switch that `node` stands in; None where there is none."""
        number = bisect_right(self.starts, node.start_byte) - 1
        return self.labels[number].get(op) if number >= 0 and op is not None else None


def _leave(
    around: list[tuple[int, Mapping[str, Node]]], place: int, found: list[tuple[int, Mapping[str, Node]]]
) -> None:
    """Behind a switch the one around it holds."""
    while len(around) > 1 and around[-1][0] <= place:
        end, _ = around.pop()
        found.append((end, around[-1][1]))


def open_edges(edges: tuple[Edge, ...], source: SourceFile, on: frozenset[str], op: str | None) -> tuple[Edge, ...]:
    """The edges that the operation can take: at a switch over it, its label or else the default; at a comparison with
    a constant (`op->cmd != XEN_DOMCTL_getdomaininfo`) the one that holds."""
    holds = _compared(edges, source, on, op)
    if holds is not None:
        return tuple(edge for edge in edges if edge.kind not in ("true", "false") or (edge.kind == "true") == holds)
    cases = [edge for edge in edges if edge.kind in ("case", "default")]
    operand = next((edge.condition for edge in cases if edge.condition is not None), None)
    if operand is None or plain(source.text(operand)) not in on:
        return edges
    own = [edge for edge in cases if edge.label is not None and plain(source.text(edge.label)) == op]
    rest = [edge for edge in edges if edge.kind != "case"]
    # A label under `#if` may be compiled out: then the default takes the operation.
    return tuple(own) if own and all(edge.arm is None for edge in own) else (*own, *rest)


def narrowed(flow: Flow, on: frozenset[str], op: str | None) -> Flow:
    """The part of a graph that the operation can take, its blocks numbered anew."""
    kept: dict[int, tuple[Edge, ...]] = {}
    stack = [flow.entry]
    while stack:
        number = stack.pop()
        if number not in kept:
            edges = flow.blocks[number].edges
            if any(edge.kind in _ASKING for edge in edges):
                edges = open_edges(edges, flow.function.source, on, op)
            kept[number] = edges
            stack.extend(edge.target for edge in edges)
    place = {number: new for new, number in enumerate(sorted(kept))}
    blocks = tuple(
        flow.blocks[number]._replace(
            id=new, edges=tuple(edge._replace(target=place[edge.target]) for edge in kept[number])
        )
        for number, new in place.items()
    )
    return replace(flow, blocks=blocks, entry=place[flow.entry])


def _compared(edges: tuple[Edge, ...], source: SourceFile, on: frozenset[str], op: str | None) -> bool | None:
    """Whether a comparison of the operation with a constant holds; None where it is another condition."""
    tested = next((edge.condition for edge in edges if edge.kind in ("true", "false")), None)
    while tested is not None and tested.type == "parenthesized_expression" and tested.named_child_count == 1:
        tested = tested.named_children[0]
    operator = tested.child_by_field_name("operator") if tested is not None else None
    if op is None or tested is None or operator is None or operator.type not in ("==", "!="):
        return None
    left, right = tested.child_by_field_name("left"), tested.child_by_field_name("right")
    if left is None or right is None or right.type != "identifier" or plain(source.text(left)) not in on:
        return None
    return (source.text(right) == op) == (operator.type == "==")


def _operand(switch: Node, source: SourceFile) -> str | None:
    condition = switch.child_by_field_name("condition")
    return plain(source.text(condition)) if condition is not None else None
