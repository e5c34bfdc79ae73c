"""Questions about single expressions that the flow graph's builder asks; no answer depends on depth of recursion."""

from __future__ import annotations

import re

from tree_sitter import Node

from reviewbot.csource.arms import spelled
from reviewbot.csource.source import Function

# A call at a statement's start: the name and its parenthesis. Anchored by match(); each part is followed by another
# class.
_CALL = re.compile(rb"([A-Za-z_]\w*)\s*\(")
_NUMBER = re.compile(rb"(?:0[xX])?[0-9a-fA-F]+[uUlL]*")
# A conditional's line: its word, and the rest of the line.
_LINE = re.compile(rb"^[ \t]*#[ \t]*(if|ifdef|ifndef|elif|else|endif)\b([^\n]*)", re.MULTILINE)


def call_name(text: bytes, start: int) -> str | None:
    """The function called at `start`, if a plain call stands there."""
    match = _CALL.match(text, start)
    return match.group(1).decode() if match else None


def unwrap(node: Node) -> Node:
    """The expression inside parentheses; a parenthesised statement expression stays whole."""
    while node.type == "parenthesized_expression" and node.named_child_count:
        inner = next((child for child in node.named_children if child.type != "comment"), None)
        if inner is None or inner.type == "compound_statement":
            break
        node = inner
    return node


def is_logical(node: Node) -> str | None:
    """`&&` or `||` where a binary expression is one."""
    operator = node.child_by_field_name("operator")
    return operator.type if operator is not None and operator.type in ("&&", "||") else None


def constant(text: bytes) -> bool | None:
    """Whether a condition is a constant, and which."""
    if text in (b"true", b"false"):
        return text == b"true"
    if text[:1].isdigit() and _NUMBER.fullmatch(text):
        return text.strip(b"0xXuUlL") != b""
    return None


def inner_statements(node: Node) -> list[Node]:
    """The bodies of statement expressions inside an expression, outermost ones, in source order."""
    found: list[Node] = []
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type == "compound_statement":
            found.append(current)
        else:
            stack.extend(reversed(current.named_children))
    return found


def assigned_value(node: Node, kind: str) -> tuple[Node | None, Node] | None:
    """What a statement evaluates and where it puts it: (target or None, value). None where that is not one plain
    value."""
    if kind == "return":
        return (None, node.named_children[0]) if node.named_child_count else None
    if kind == "decl":
        inits = [child for child in node.named_children if child.type == "init_declarator"]
        if len(inits) != 1:
            return None
        target, value = inits[0].child_by_field_name("declarator"), inits[0].child_by_field_name("value")
        while target is not None and target.type == "pointer_declarator":
            target = target.child_by_field_name("declarator")
        return (target, value) if target is not None and value is not None else None
    if kind != "expr":
        return None
    expression = unwrap(node.named_children[0] if node.type == "expression_statement" else node)
    if expression.type == "assignment_expression":
        operator = expression.child_by_field_name("operator")
        target, value = expression.child_by_field_name("left"), expression.child_by_field_name("right")
        if operator is None or operator.type != "=" or target is None or value is None:
            return None
        return target, value
    if expression.type in ("conditional_expression", "binary_expression"):
        return None, expression
    return None


def arm_text(text: bytes, node: Node, condition: Node) -> tuple[str, bool]:
    """A preprocessor condition in one spelling, and what it must be for the first arm: `#ifndef X` is X, false."""
    kind = text[node.start_byte : condition.start_byte]
    return spelled(text[condition.start_byte : condition.end_byte], b"ndef" not in kind)


def written_arms(function: Function, hidden: bool) -> list[tuple[int, int, str, bool]]:
    """The arms of `#if` in a function as written: (start, end) in its text, condition, whether it holds.

    With `hidden` only first arms whose lines masking had to blank, which the graph therefore does not show.
    """
    source = function.source
    start, end = function.node.start_byte, function.node.end_byte
    if source.data.find(b"\n#", start, end) < 0 and _LINE.search(source.data, start, end) is None:
        return []
    found: list[tuple[int, int, str, bool]] = []
    opened: list[tuple[int, bytes, bytes, bool]] = []
    for match in _LINE.finditer(source.data, start, end):
        kind, words = match.group(1), match.group(2)
        at = match.end()
        shown = source.shown and source.data.find(b"#", match.start()) in source.shown
        blanked = not shown and source.masked[match.start(1) : match.end(1)] != kind
        if kind.startswith(b"if"):
            opened.append((at, kind, words, blanked))
        elif opened:
            since, first, condition, was_blanked = opened.pop()
            if first == b"else":
                what, holds = spelled(condition, True)
                known = (what.removeprefix("!"), holds != what.startswith("!"))
            else:
                known = spelled(condition, first != b"ifndef")
            if not hidden or (was_blanked and first.startswith(b"if")):
                found.append((since - start, match.start() - start, *known))
            if kind == b"else":  # the same condition, not holding
                opened.append((at, kind, (b"" if known[1] is False else b"!") + known[0].encode(), blanked))
            elif kind != b"endif":
                opened.append((at, kind, words, blanked))
    return found
