"""if, loops, switch, and the arms of `#if`, which are alternatives too."""

from __future__ import annotations

from tree_sitter import Node

from reviewbot.csource.arms import Arm
from reviewbot.csource.flow.base import Switch, Task
from reviewbot.csource.flow.conditions import Conditions
from reviewbot.csource.flow.expr import arm_text, unwrap
from reviewbot.csource.flow.graph import Edge, Step

MAX_ARMS = 100  # of `#if` around one label, those of an `#elif` before it included; Xen stays below 10


class Branches(Conditions):
    """Statements that branch."""

    def _if(self, node: Node) -> None:
        condition = node.child_by_field_name("condition")
        consequence = node.child_by_field_name("consequence")
        alternative = node.child_by_field_name("alternative")
        if condition is None or consequence is None:
            raise self._error("if without a condition", node)
        if self.here is None:
            self.here = self._new()
        yes, join = self._new(), self._new()
        no = self._new() if alternative is not None else join
        split = self.marks.get(alternative.start_byte) if alternative is not None and self.marks else None
        if split is not None and alternative is not None:
            self._split_if(condition, consequence, alternative, split)
            return
        tasks: list[Task] = [
            (self._condition, (condition, yes, no)),
            (self._enter, (yes,)),
            (self._statement, (consequence,)),
            (self._jump, (join,)),
        ]
        if alternative is not None:
            tasks += [(self._enter, (no,)), (self._statement, (alternative,)), (self._jump, (join,))]
        self._push(*tasks, (self._enter, (join,)))

    def _split_if(self, condition: Node, consequence: Node, alternative: Node, arm: Arm) -> None:
        """`} else {` in an arm: without it the second part follows the first."""
        yes, ran, skipped, no, join = (self._new() for _ in range(5))
        self._push(
            (self._condition, (condition, yes, skipped)),
            (self._enter, (yes,)),
            (self._statement, (consequence,)),
            (self._jump, (ran,)),
            (self._enter, (ran,)),
            (self._choose, (arm, join, no)),
            (self._enter, (skipped,)),
            (self._choose, (arm, no, join)),
            (self._enter, (no,)),
            (self._statement, (alternative,)),
            (self._jump, (join,)),
            (self._enter, (join,)),
        )

    def _open(self, break_to: int, continue_to: int | None) -> None:
        self.breaks.append(break_to)
        if continue_to is not None:
            self.continues.append(continue_to)

    def _close(self, loop: bool) -> None:
        self.breaks.pop()
        if loop:
            self.continues.pop()

    def _while(self, node: Node) -> None:
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        if condition is None or body is None:
            raise self._error("while without a condition", node)
        head, inside, after = self._new(), self._new(), self._new()
        self.loops.append((node.start_byte, node.end_byte))
        self._start(head)
        test: Task = (self._condition, (condition, inside, after))
        if not self.original.startswith(b"while", node.start_byte):  # a loop macro that masking rewrote
            test = (self._macro_loop, (condition, inside, after))
        self._push(
            test,
            (self._enter, (inside,)),
            (self._open, (after, head)),
            (self._statement, (body,)),
            (self._jump, (head, "back")),
            (self._close, (True,)),
            (self._enter, (after,)),
        )

    def _macro_loop(self, node: Node, inside: int, after: int) -> None:
        self._step(Step(node, "loop"))
        self._edge(inside, "true", condition=node)
        self._edge(after, "false", condition=node)
        self.here = None

    def _do(self, node: Node) -> None:
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        if condition is None or body is None:
            raise self._error("do without a condition", node)
        top, test, again, after = self._new(), self._new(), self._new(), self._new()
        self.loops.append((node.start_byte, node.end_byte))
        self._start(top)
        self._push(
            (self._open, (after, test)),
            (self._statement, (body,)),
            (self._jump, (test,)),
            (self._close, (True,)),
            (self._enter, (test,)),
            (self._condition, (condition, again, after)),
            (self._enter, (again,)),
            (self._jump, (top, "back")),
            (self._enter, (after,)),
        )

    def _for(self, node: Node) -> None:
        body = node.child_by_field_name("body")
        if body is None:
            raise self._error("for without a body", node)
        parts = {name: node.child_by_field_name(name) for name in ("initializer", "condition", "update")}
        first, condition, update = parts["initializer"], parts["condition"], parts["update"]
        head, inside, turn, after = self._new(), self._new(), self._new(), self._new()
        self.loops.append((node.start_byte, node.end_byte))
        tasks: list[Task] = []
        if first is not None:
            kind = "decl" if first.type == "declaration" else "expr"
            tasks.append((self._evaluate, (first, kind, first.start_byte, first.end_byte)))
        tasks.append((self._start, (head,)))
        tasks.append((self._jump, (inside,)) if condition is None else (self._condition, (condition, inside, after)))
        tasks += [
            (self._enter, (inside,)),
            (self._open, (after, turn)),
            (self._statement, (body,)),
            (self._jump, (turn,)),
            (self._close, (True,)),
            (self._enter, (turn,)),
        ]
        if update is not None:
            tasks.append((self._evaluate, (update, "expr", update.start_byte, update.end_byte)))
        self._push(*tasks, (self._jump, (head, "back")), (self._enter, (after,)))

    def _switch(self, node: Node) -> None:
        condition, body = node.child_by_field_name("condition"), node.child_by_field_name("body")
        if condition is None or body is None:
            raise self._error("switch without a body", node)
        after = self._new()
        operand = unwrap(condition)
        self._push(
            (self._evaluate, (operand, "switch", operand.start_byte, operand.end_byte)),
            (self._dispatch, (operand, after)),
            (self._statement, (body,)),
            (self._jump, (after,)),
            (self._close_switch, (after,)),
            (self._enter, (after,)),
        )

    def _dispatch(self, operand: Node, after: int) -> None:
        self.switches.append(Switch(self.here, operand, len(self.arms)))
        self._open(after, None)
        self.here = None

    def _close_switch(self, after: int) -> None:
        switch = self.switches.pop()
        if switch.block is not None and not switch.default:
            self.drafts[switch.block].edges.append(Edge(after, "default", switch.operand))
        self._close(False)

    def _case(self, node: Node) -> None:
        if not self.switches:
            raise self._error("case outside of a switch", node)
        switch = self.switches[-1]
        value = node.child_by_field_name("value")
        block = self._new()
        if len(self.arms) - switch.arms > MAX_ARMS:
            raise self._error(f"more than {MAX_ARMS} arms of #if around a case", node)
        if switch.block is not None:
            source = switch.block
            kind = "default" if value is None else "case"
            for arm in self.arms[switch.arms :]:  # the label stands under #if: dispatch, then choose the arm
                between = self._new()
                self.drafts[source].edges.append(Edge(between, kind, switch.operand, value))
                source, kind = between, "arm"
                self.drafts[source].edges.append(Edge(block, "arm", None, None, arm))
            if kind != "arm":
                self.drafts[source].edges.append(Edge(block, kind, switch.operand, value))
        switch.default = switch.default or (value is None and len(self.arms) == switch.arms)
        self._start(block)
        statements = [child for child in node.named_children if child != value]
        self._push(*((self._statement, (child,)) for child in statements))

    def _preproc(self, node: Node) -> None:
        alternative = node.child_by_field_name("alternative")
        head = node.child_by_field_name("condition") or node.child_by_field_name("name")
        if head is None:
            raise self._error("#if without a condition", node)
        what, holds = arm_text(self.text, node, head)
        content = [child for child in node.named_children if child not in (head, alternative)]
        live = self.here is not None
        join = self._new()
        yes = self._new() if live else None
        no = (self._new() if alternative is not None else join) if live else None
        if yes is not None and no is not None:
            self._edge(yes, "arm", arm=(what, holds))
            self._edge(no, "arm", arm=(what, not holds))
        tasks: list[Task] = [(self._enter, (yes,)), (self.arms.append, ((what, holds),))]
        tasks += [(self._statement, (child,)) for child in content]
        tasks += [(self._pop_arm, ()), (self._jump, (join,))]
        if alternative is not None:
            tasks += [(self._enter, (no,)), (self.arms.append, ((what, not holds),))]
            tasks += [(self._statement, (alternative,)), (self._pop_arm, ()), (self._jump, (join,))]
        self._push(*tasks, (self._enter, (join,)))

    def _pop_arm(self) -> None:
        self.arms.pop()

    def _preproc_else(self, node: Node) -> None:
        self._push(*((self._statement, (child,)) for child in node.named_children))
