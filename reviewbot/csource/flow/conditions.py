"""Conditions split to their leaves, and the values of statements split where a condition stands inside them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from tree_sitter import Node

from reviewbot.csource.flow.base import Base
from reviewbot.csource.flow.expr import assigned_value, call_name, constant, inner_statements, is_logical, unwrap
from reviewbot.csource.flow.graph import Edge, Step

# A statement expression: `({`. Compound literals have `){` and initialisers `={`, so neither matches.
_STATEMENT_EXPR = re.compile(rb"\(\s*\{")
_SPLIT = re.compile(rb"\?|&&|\|\|")


class Conditions(Base):
    """Branches and values."""

    def _evaluate(self, node: Node, kind: str, start: int, end: int) -> None:
        """A statement's expression: first the statements inside it, then itself, split where that is wanted."""
        text = self.text
        detail = self.detail
        wanted = detail is not None and _SPLIT.search(text, start, end) and detail.search(text, start, end)
        if wanted or (self.places and bisect_left(self.places, start) < bisect_left(self.places, end)):
            found = assigned_value(node, kind)
            if found is not None:
                if self.here is None:
                    self.here = self._new()
                after = self._new()
                self._push((self._value, (node, kind, *found, after)), (self._enter, (after,)))
                return
        if _STATEMENT_EXPR.search(text, start, end):
            self._with_inner(node, node, self._step_of, kind)
            return
        self._step(Step(node, kind))

    def _step_of(self, node: Node, holes: tuple[tuple[int, int], ...], kind: str) -> None:
        self._step(Step(node, kind, None, holes))

    def _with_inner(self, node: Node, key: Node, then: Callable[..., None], *more: Any) -> None:
        """Follow the statement expressions inside `node`, then call `then(key, their ranges, …)`."""
        inner = inner_statements(node)
        holes = tuple((part.start_byte, part.end_byte) for part in inner)
        self._push(*((self._children, (part,)) for part in inner), (then, (key, holes, *more)))

    def _value(self, node: Node, kind: str, target: Node | None, value: Node, after: int) -> None:
        """`x = a ? f() : g();`, `x = a && f();`, `return a && f();` or a bare one: branches instead of one step."""
        value = unwrap(value)
        sort = value.type
        picks = value.child_by_field_name("consequence") if sort == "conditional_expression" else None
        if picks is not None:
            condition, otherwise = value.child_by_field_name("condition"), value.child_by_field_name("alternative")
            yes, no = self._new(), self._new()
            self._push(
                (self._condition, (condition, yes, no)),
                (self._enter, (yes,)),
                (self._value, (node, kind, target, picks, after)),
                (self._enter, (no,)),
                (self._value, (node, kind, target, otherwise, after)),
            )
        elif sort == "binary_expression" and is_logical(value):
            yes, no = self._new(), self._new()
            self._push(
                (self._condition, (value, yes, no)),
                (self._enter, (yes,)),
                (self._settle, (node, kind, Step(value, "true", target), after)),
                (self._enter, (no,)),
                (self._settle, (node, kind, Step(value, "false", target), after)),
            )
        else:
            self._settle(node, kind, Step(value, "value" if target is not None else kind, target), after)

    def _settle(self, node: Node, kind: str, step: Step, after: int) -> None:
        if kind == "return":
            self._step(step)
            self._finish(node)
        else:
            if kind != "expr" or step.kind not in ("true", "false") or step.target is not None:
                self._step(step)
            self._jump(after)

    def _finish(self, node: Node) -> None:
        if self.here is not None:
            self.drafts[self.here].ends = "return"
            self.drafts[self.here].end_node = node
            self.here = None

    def _condition(self, node: Node, yes: int, no: int) -> None:
        """Branch from `here` to `yes` or `no`; afterwards nothing is open."""
        while True:
            node = unwrap(node)
            kind = node.type
            if kind == "unary_expression" and self.text[node.start_byte] == 33:  # "!"
                node, yes, no = node.named_children[0], no, yes
                continue
            if kind == "call_expression":
                name = call_name(self.text, node.start_byte)
                arguments = node.child_by_field_name("arguments")
                if name in self.names.transparent and arguments is not None and arguments.named_child_count:
                    node = arguments.named_children[0]
                    continue
            break
        if kind == "binary_expression" and is_logical(node):
            left, right = node.named_children[0], node.named_children[-1]
            middle = self._new()
            first = (middle, no) if is_logical(node) == "&&" else (yes, middle)
            self._push((self._condition, (left, *first)), (self._enter, (middle,)), (self._condition, (right, yes, no)))
        elif kind == "conditional_expression" and node.child_by_field_name("consequence") is not None:
            one, two = self._new(), self._new()
            self._push(
                (self._condition, (node.child_by_field_name("condition"), one, two)),
                (self._enter, (one,)),
                (self._condition, (node.child_by_field_name("consequence"), yes, no)),
                (self._enter, (two,)),
                (self._condition, (node.child_by_field_name("alternative"), yes, no)),
            )
        elif kind == "comma_expression":
            left, right = node.named_children[0], node.named_children[-1]
            self._push(
                (self._evaluate, (left, "expr", left.start_byte, left.end_byte)), (self._condition, (right, yes, no))
            )
        elif _STATEMENT_EXPR.search(self.text, node.start_byte, node.end_byte):
            self._with_inner(node, node, self._leaf, yes, no)
        else:
            self._leaf(node, (), yes, no)

    def _leaf(self, node: Node, holes: tuple[tuple[int, int], ...], yes: int, no: int) -> None:
        if self.here is None:
            self.here = self._new()
        arm = self.marks.get(node.start_byte) if self.marks else None
        if arm is not None and node.type == "identifier":  # a condition that the preprocessor decides
            self._choose(arm, yes, no)
            return
        known = constant(self.text[node.start_byte : node.end_byte])
        if known is not None:
            self._jump(yes if known else no)
            return
        edges = self.drafts[self.here].edges
        edges.append(Edge(yes, "true", node, None, None, None, holes))
        edges.append(Edge(no, "false", node, None, None, None, holes))
        self.here = None
