"""Control flow through the body of one switch, clause by clause.

The body is walked in source order with the set of clauses that control may come from at this point. A label takes in
what comes from above; a terminal ends it. Arms of `#if` and of `if` are walked each with what stood before them. Braces
do not matter, so labels inside a block, an `if` or a loop are found too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tree_sitter import Node

from reviewbot.csource.nodes import stripped
from reviewbot.csource.source import SourceFile
from reviewbot.csource.terminals import Terminals, called, constant, macro_end

MAX_DEPTH = 100  # statements nested in one another; Xen stays below 20

_PREPROC = frozenset({"preproc_if", "preproc_ifdef", "preproc_elif", "preproc_elifdef", "preproc_else"})
_ALTERNATIVES = frozenset({"preproc_elif", "preproc_elifdef", "preproc_else"})
_HEADS = {
    "case_statement": "value",
    "preproc_if": "condition",
    "preproc_elif": "condition",
    "preproc_ifdef": "name",
    "preproc_elifdef": "name",
}  # the child that is no statement
_LOOPS = frozenset({"while_statement", "for_statement", "do_statement"})
_QUIET = frozenset({"preproc_def", "preproc_function_def", "preproc_call", "preproc_include", "type_definition"})
_WORDS = {
    "break_statement": "break",
    "continue_statement": "continue",
    "return_statement": "return",
    "goto_statement": "goto",
}
_SAID = {None: 0, "meant": 1, "said": 2}
_CALL = re.compile(rb"\w+\s*\([^()]*\)")
_COMMENT = re.compile(rb"/\*(?:[^*]|\*(?!/))*+\*/")
_RANK = {"falls-through": 2, "fallthrough": 1}


@dataclass(frozen=True, slots=True)
class Exit:
    """One way out of a clause: `kind` as in `Group.ends`; `node` is the statement or, for a fall, the clause's last.

    `comment` is the text of a comment that says that the fall is meant, in words that are not accepted.
    """

    kind: str
    into: str | None
    node: Node
    comment: str | None = None
    target: Node | None = None  # the label that control runs into


@dataclass(frozen=True, slots=True)
class Head:
    """A label of a clause: its node, its text and the `#if` lines it stands under."""

    node: Node
    text: str
    arm: str | None


@dataclass(slots=True, eq=False)
class Clause:
    """One clause while it is read."""

    labels: list[Head]
    last: Node
    statements: list[Node] = field(default_factory=list)
    exits: list[Exit] = field(default_factory=list)
    used: bool = False  # a statement was seen, also inside an `if`

    def outcome(self) -> tuple[str, str | None]:
        """How the clause ends, all ways out together: a fall that is not said outweighs all, one said the rest."""
        if not self.exits:
            return "falls-through", None
        best = max(self.exits, key=lambda e: (_RANK.get(e.kind, 0), e.node.start_byte))
        return best.kind, best.into


@dataclass(slots=True)
class _Path:
    """Control that comes from a clause: the statement it came through last, and what was said since."""

    through: Node
    said: str | None = None  # "said" or "meant"
    comment: str | None = None
    fresh: bool = False  # no statement since the label: in another arm of `#if` there may be some


_Open = dict[int, _Path]


class _TooDeepError(Exception):
    """Statements nested beyond MAX_DEPTH."""


def clauses_of(switch: Node, source: SourceFile, terminals: Terminals) -> list[Clause] | None:
    """The clauses of a switch in source order; None where its statements are nested too deep."""
    walk = _Walk(source, terminals)
    try:
        return walk.run(switch, 0)
    except _TooDeepError:
        return None


class _Walk:
    """The walk through one switch body. What is open is passed down and returned, so each arm has its own."""

    def __init__(self, source: SourceFile, terminals: Terminals) -> None:
        self.source = source
        self.terminals = terminals
        self.clauses: list[Clause] = []
        self.arms: list[str] = []
        self.loops: list[_Open] = []  # one entry a loop around: what its `break`s take behind it
        self.through = False  # whether control can pass the whole switch

    def run(self, switch: Node, depth: int) -> list[Clause]:
        """The clauses of a switch, and whether control can come out behind it."""
        body = switch.child_by_field_name("body")
        rest = self._block(body, {}, depth, top=True) if body is not None else {}
        for number, path in rest.items():
            if not path.fresh:
                self._falls(number, path, None)
        clauses = [clause for clause in self.clauses if clause.labels]
        whole = any(label.text == "default" for clause in clauses for label in clause.labels)
        leaves = any(e.kind == "break" or (e.target is None and e.kind in _RANK) for c in clauses for e in c.exits)
        self.through = not whole or leaves or bool(rest)
        return clauses

    # -- statements: each takes what is open before it and returns what is open behind it ----------------------------

    def _block(self, node: Node, before: _Open, depth: int, *, top: bool) -> _Open:
        now = before
        head = node.child_by_field_name(_HEADS[node.type]) if node.type in _HEADS else None
        for child in node.named_children:
            if child != head and child.type not in _ALTERNATIVES:
                now = self._statement(child, now, depth + 1, top=top)
        return now

    def _statement(self, node: Node, before: _Open, depth: int, *, top: bool) -> _Open:
        if depth > MAX_DEPTH:
            raise _TooDeepError
        kind = node.type
        if kind == "comment":
            return self._comment(node, before)
        if kind == "case_statement":
            return self._block(node, self._label(node, before), depth, top=True)
        if kind in _PREPROC:
            return self._conditional(node, before, depth, top=top)
        if kind in _QUIET or (kind == "expression_statement" and not node.named_children):
            return before
        before = self._saw(node, before, top=top)
        if kind == "compound_statement":
            return _within(self._block(node, before, depth, top=False), node)
        if kind == "if_statement":
            return _within(self._if(node, before, depth), node)
        if kind in _LOOPS:
            return _within(self._loop(node, before, depth), node)
        if kind == "labeled_statement":
            return self._labeled(node, before, depth)
        if kind == "switch_statement":
            return self._inner(node, before, depth)
        return self._simple(node, before, depth)

    def _saw(self, node: Node, before: _Open, *, top: bool) -> _Open:
        before = self._united(before)
        for number in before:
            self.clauses[number].used = True
        clause = next((c for c in reversed(self.clauses) if c.labels), None)
        if clause is not None and node.start_byte >= clause.labels[0].node.start_byte:
            if top:
                clause.statements.append(node)
            if node.end_byte > clause.last.end_byte:
                clause.last = node
        # what was said before a statement does not hold behind it
        return {n: _Path(path.through, fresh=path.fresh) if path.said else path for n, path in before.items()}

    def _united(self, before: _Open) -> _Open:
        """Labels in several arms, with nothing between them and this place, are labels of one clause."""
        fresh = sorted(n for n in before if not self.clauses[n].used)
        if len(fresh) < 2:
            return before
        for other in fresh[1:]:
            self.clauses[fresh[0]].labels += self.clauses[other].labels
            self.clauses[fresh[0]].last = self.clauses[other].last
            self.clauses[other].labels = []
        return {n: path for n, path in before.items() if n not in fresh[1:]}

    def _label(self, node: Node, before: _Open) -> _Open:
        macro = self.source.case_macros.get(node.start_byte)
        colon = next((c for c in node.children if c.type == ":"), node)
        head = Head(node, self._label_text(node, colon), " ".join(self.arms) or None)
        before = self._united(before)
        fresh = [n for n in before if not self.clauses[n].used]
        for number, path in before.items():
            if number not in fresh and not path.fresh:
                said = macro is not None and macro.before == "fallthrough"
                self._falls(number, _Path(path.through, "said") if said else path, head)
        number = fresh[0] if fresh else len(self.clauses)
        if fresh:
            self.clauses[number].labels.append(head)
            self.clauses[number].last = colon
        else:
            self.clauses.append(Clause([head], colon))
        if macro and macro.ends:
            self.clauses[number].used = True
            self.clauses[number].exits.append(Exit(macro.ends, None, colon))
            return {}
        return {number: _Path(colon, fresh=True)}

    def _label_text(self, node: Node, colon: Node) -> str:
        data = self.source.data
        if node.start_byte in self.source.case_macros:
            found = _CALL.match(data, node.start_byte)
            text = found.group() if found else data[node.start_byte : colon.start_byte]
        else:
            text = data[node.start_byte : colon.start_byte]
        return " ".join(_COMMENT.sub(b" ", text).decode("utf-8", "surrogateescape").split())

    def _comment(self, node: Node, before: _Open) -> _Open:
        text = self.source.text(node)
        verdict = self.terminals.comment(text)
        clause = self.clauses[-1] if self.clauses else None
        if clause is not None and (verdict or node.start_point.row == clause.last.end_point.row):
            clause.last = node if node.end_byte > clause.last.end_byte else clause.last
        if verdict is None:
            return before
        after: _Open = {}
        for number, path in before.items():
            near = node.start_point.row - path.through.end_point.row <= self.terminals.comment_lines
            said = "said" if verdict == "said" and near else "meant"
            quiet = path.said == "said" or path.fresh
            after[number] = path if quiet else _Path(path.through, said, text)
        return after

    def _conditional(self, node: Node, before: _Open, depth: int, *, top: bool) -> _Open:
        """Each arm is one way; without `#else` the lines may also not be there at all."""
        after: _Open = {}
        arm: Node | None = node
        count = len(self.arms)
        dead = has_else = False
        while arm is not None:
            if depth > MAX_DEPTH:
                raise _TooDeepError
            text = self._directive(arm)
            self.arms.append(text)
            dead = text.split()[1:] == ["0"]
            has_else = arm.type == "preproc_else"
            then = self._block(arm, {} if dead else before, depth, top=top)
            after = after if dead else _union(after, then)
            arm = arm.child_by_field_name("alternative")
        del self.arms[count:]
        return after if has_else else _union(after, before)

    def _directive(self, node: Node) -> str:
        line = self.source.data[node.start_byte : node.start_byte + 400].replace(b"\\\n", b" ").split(b"\n", 1)[0]
        return " ".join(_COMMENT.sub(b" ", line).decode("utf-8", "surrogateescape").split())

    def _if(self, node: Node, before: _Open, depth: int) -> _Open:
        after: _Open = {}
        inside = _entering(before, node)
        current: Node | None = node
        while current is not None and current.type == "if_statement":
            truth = constant(current.child_by_field_name("condition"), self.source)
            then = current.child_by_field_name("consequence")
            other = current.child_by_field_name("alternative")
            parts = [c for c in other.named_children if c.type != "comment"] if other is not None else []
            if not parts and truth is not True:
                after = _union(after, {n: _Path(node) for n in before})
            if then is not None:
                after = self._branch(then, inside, after, depth + 1, counts=truth is not False)
            if truth is True:
                return after
            current = parts[-1] if parts else None
        return after if current is None else self._branch(current, inside, after, depth + 1)

    def _branch(self, node: Node, inside: _Open, others: _Open, depth: int, *, counts: bool = True) -> _Open:
        """What is open behind an `if`, from this branch and from the others.

        The parser puts all that follows a label into it. Of a label that is a branch without braces, only the first
        statement is in the branch; the rest follows the `if`.
        """
        if node.type != "case_statement":
            taken = self._statement(node, inside, depth, top=False)
            return _union(others, taken) if counts else others
        now = self._label(node, inside)
        value = node.child_by_field_name("value")
        first = True
        for child in node.named_children:
            if child == value:
                continue
            now = self._statement(child, now, depth + 1, top=not first)
            if first and child.type != "comment":
                first = False
                now = _union(now, others)
        return now

    def _loop(self, node: Node, before: _Open, depth: int) -> _Open:
        body = node.child_by_field_name("body")
        condition = node.child_by_field_name("condition")
        truth = constant(condition, self.source) if condition is not None else node.type == "for_statement" or None
        self.loops.append({})
        rest = self._statement(body, _entering(before, node), depth + 1, top=False) if body is not None else before
        after = self.loops.pop()
        if truth is True:
            for number in set(before) - set(after):
                self.clauses[number].exits.append(Exit("noreturn", None, node))
            return after
        return _union(after, rest if node.type == "do_statement" else _union(rest, before))

    def _labeled(self, node: Node, before: _Open, depth: int) -> _Open:
        """A `goto` may enter here, so the clause that the label stands in goes on."""
        now = dict(before)
        number = next((n for n in range(len(self.clauses) - 1, -1, -1) if self.clauses[n].labels), None)
        if number is not None and number not in now:
            now[number] = _Path(node, fresh=True)
        for child in node.named_children[1:]:
            now = self._statement(child, now, depth + 1, top=False)
        return now

    def _inner(self, node: Node, before: _Open, depth: int) -> _Open:
        walk = _Walk(self.source, self.terminals)
        clauses = walk.run(node, depth + 1)
        if walk.through or not clauses:
            return {n: _Path(node) for n in before}
        kind = max((e for c in clauses for e in c.exits), key=lambda e: e.node.start_byte).kind
        return self._leave(before, kind if kind not in _RANK else "noreturn", None, node)

    def _simple(self, node: Node, before: _Open, depth: int) -> _Open:
        kind = _WORDS.get(node.type)
        if kind in ("break", "continue") and self.loops:
            if kind == "break" or self._in_do(node):
                self.loops[-1] = _union(self.loops[-1], before)
            return {}
        if kind is not None:
            label = node.child_by_field_name("label")
            return self._leave(before, kind, self.source.text(label) if label is not None else None, node)
        inner = node.named_children[0] if node.type == "expression_statement" else None
        if inner is not None and inner.type == "identifier" and self.source.text(inner) in self.terminals.keywords:
            return {n: _Path(node, "said") for n in before}
        block = stripped(inner) if inner is not None else None
        if block is not None and block.type == "compound_statement":
            return _within(self._block(block, before, depth + 1, top=False), node)
        name = called(node, self.source)
        if name is not None:
            ends = "noreturn" if name in self.terminals.noreturn else macro_end(name, self.source, self.terminals)
            if ends is not None:
                return self._leave(before, ends, None, node)
        return {n: _Path(node) for n in before}

    def _in_do(self, node: Node) -> bool:
        """Whether the innermost loop around a `continue` is a `do`, behind which it can come out."""
        around = node.parent
        while around is not None and around.type not in _LOOPS:
            around = around.parent
        return around is not None and around.type == "do_statement"

    def _leave(self, before: _Open, kind: str, into: str | None, node: Node) -> _Open:
        for number in before:
            self.clauses[number].exits.append(Exit(kind, into, node))
        return {}

    def _falls(self, number: int, path: _Path, head: Head | None) -> None:
        kind = "fallthrough" if path.said == "said" else "falls-through"
        comment = path.comment if path.said == "meant" else None
        self.clauses[number].exits.append(
            Exit(kind, head.text if head else None, path.through, comment, head.node if head else None)
        )


def _entering(before: _Open, node: Node) -> _Open:
    """Control at the start of a branch: a label that stands first in it is put there to be run into."""
    return {n: _Path(node, fresh=True) for n in before}


def _within(after: _Open, node: Node) -> _Open:
    """A clause that goes on behind a block was last in the whole of it; what a comment inside said still holds."""
    return {n: path if path.said else _Path(node) for n, path in after.items()}


def _union(one: _Open, other: _Open) -> _Open:
    """What is open on either way; where both are, the way on which less was said."""
    both = dict(one)
    for number, path in other.items():
        if number not in both or _weight(path) < _weight(both[number]):
            both[number] = path
    return both


def _weight(path: _Path) -> int:
    return 3 if path.fresh else _SAID[path.said]
