"""Builds the flow graph of a function, statement by statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from tree_sitter import Node

from reviewbot.csource.flow.branches import Branches
from reviewbot.csource.flow.expr import call_name
from reviewbot.csource.flow.graph import Block, Edge, Flow, FlowError, Step


class Builder(Branches):
    """Statements that do not branch, and the whole."""

    def build(self) -> Flow:
        """Run through the body. Raises FlowError."""
        if not self.function.readable:
            raise FlowError(self.function.reason or "syntax error", self.function.line)
        body = self.function.body
        self.here = self._new()
        pending = self.pending
        pending.append((self._children, (body,)))
        while pending:
            do, arguments = pending.pop()
            do(*arguments)
        if self.missing:
            name, node = next(iter(self.missing.items()))
            raise self._error(f"goto {name.decode(errors='replace')}: no such label", node)
        if self.here is not None:
            self.drafts[self.here].ends = "end"
            self.drafts[self.here].end_node = body
        blocks = tuple(
            Block(number, tuple(draft.steps), tuple(draft.edges), draft.ends, draft.end_node)
            for number, draft in enumerate(self.drafts)
        )
        return Flow(self.function, blocks, 0, tuple(self.loops))

    def _expression(self, node: Node) -> None:
        if not node.named_child_count:
            return
        text, start, end = self.text, node.start_byte, node.end_byte
        name = call_name(text, start)
        if name is not None and self._check(node, name):
            return
        self._evaluate(node, "expr", start, end)
        if name is not None and name in self.names.noreturn:
            self._stop(node)

    def _check(self, node: Node, name: str) -> bool:
        """`BUG_ON(x)`, `ASSERT(x)`: a branch, one side of which stops."""
        if name in self.names.stops_if:
            stops = True
        elif name in self.names.stops_unless:
            stops = False
        else:
            return False
        arguments = node.named_children[0].child_by_field_name("arguments")
        if arguments is None or arguments.named_child_count != 1:
            return False
        dead, on = self._new(), self._new()
        yes, no = (dead, on) if stops else (on, dead)
        if self.here is None:
            self.here = self._new()
        self._push(
            (self._condition, (arguments.named_children[0], yes, no)),
            (self._enter, (dead,)),
            (self._stop, (node,)),
            (self._enter, (on,)),
        )
        return True

    def _stop(self, node: Node) -> None:
        if self.here is not None:
            self.drafts[self.here].ends = "noreturn"
            self.drafts[self.here].end_node = node
            self.here = None

    def _declaration(self, node: Node) -> None:
        self._evaluate(node, "decl", node.start_byte, node.end_byte)

    def _return(self, node: Node) -> None:
        if node.named_child_count:
            self._push((self._finish, (node,)))
            self._evaluate(node, "return", node.start_byte, node.end_byte)
        else:
            self._step(Step(node, "return"))
            self._finish(node)

    def _goto(self, node: Node) -> None:
        label = node.child_by_field_name("label")
        if label is None:
            raise self._error("computed goto", node)
        name = self.text[label.start_byte : label.end_byte]
        block = self.labels.get(name)
        if block is None:
            block = self.labels[name] = self._new()
            self.missing[name] = node
        self._jump(block, "goto", node)

    def _label(self, node: Node) -> None:
        label = node.named_children[0]
        name = self.text[label.start_byte : label.end_byte]
        self.missing.pop(name, None)
        entry = self.labels.get(name)
        if entry is None:
            entry = self.labels[name] = self._new()
        block = self._new()  # two arms of an #if may hold the same label: a goto may then mean either
        self.drafts[entry].edges.append(Edge(block, "next"))
        self._start(block)
        self._push(*((self._statement, (child,)) for child in node.named_children[1:]))

    def _break(self, node: Node) -> None:
        if not self.breaks:
            raise self._error("break outside of a loop or switch", node)
        self._jump(self.breaks[-1], "break", node)

    def _continue(self, node: Node) -> None:
        if not self.continues:
            raise self._error("continue outside of a loop", node)
        self._jump(self.continues[-1], "continue", node)

    # Functions, not bound methods: these would tie each builder to itself, and leave it to the garbage collector.
    handlers: ClassVar[Mapping[str, Callable[..., None]]] = {
        "expression_statement": _expression,
        "compound_statement": Branches._children,
        "else_clause": Branches._children,
        "attributed_statement": Branches._children,
        "if_statement": Branches._if,
        "return_statement": _return,
        "declaration": _declaration,
        "goto_statement": _goto,
        "labeled_statement": _label,
        "break_statement": _break,
        "continue_statement": _continue,
        "while_statement": Branches._while,
        "do_statement": Branches._do,
        "for_statement": Branches._for,
        "switch_statement": Branches._switch,
        "case_statement": Branches._case,
        "preproc_if": Branches._preproc,
        "preproc_ifdef": Branches._preproc,
        "preproc_elif": Branches._preproc,
        "preproc_elifdef": Branches._preproc,
        "preproc_else": Branches._preproc_else,
    }
