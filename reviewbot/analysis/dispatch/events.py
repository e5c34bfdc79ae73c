"""What an expression does, in order (calls, and stores), and what its value is known to be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.csource import Function, SourceFile

# Operands that are never evaluated.
_UNEVALUATED = frozenset({"sizeof_expression", "alignof_expression", "offsetof_expression"})

# Wrappers whose value is their operand's.
_TRANSPARENT_CALLS = frozenset({"likely", "unlikely", "evaluate_nospec", "__builtin_expect", "array_access_nospec"})

# Error constants of errno.h: `-EINVAL`.
_ERRNO = re.compile(r"E[A-Z0-9]{2,}")

# The grammar takes a sign into the number.
_NUMBER = re.compile(r"(-?)(0[xX][0-9a-fA-F]+|[0-9]+)[uUlL]*")

# Wrappers around one expression, and bytes of a callee's name: what has more is named by its beginning.
_MAX_WRAPPERS = 200
_MAX_NAME = 400

# `a = b = !!x`: nobody nests values deeper, and Python's stack is not to be trusted with a hostile file.
_MAX_DEPTH = 40

_WORDS = frozenset({"number_literal", "true", "false", "null", "identifier"})
_ZERO_WORDS = frozenset({"false", "NULL", "0"})

_FLIPPED = {"zero": "set", "set": "zero", "negative": "zero", "hook": "not-hook", "not-hook": "hook"}


@dataclass(frozen=True, slots=True)
class Call:
    """A call; `name` is the callee's text (`foo`, or `ops->foo` for a pointer)."""

    node: Node
    name: str


@dataclass(frozen=True, slots=True)
class Store:
    """A store into `target`; `value` is None where it is not the plain value of one expression (`+=`, `++`)."""

    node: Node
    target: Node
    value: Node | None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """`condition ?: node`: the events below `node` follow, and happen only where the condition is zero."""

    node: Node
    condition: Node


Event = Call | Store | Otherwise


def events(node: Node, source: SourceFile, holes: tuple[tuple[int, int], ...] = ()) -> Iterator[Event]:
    """The calls and stores below a node in the order of evaluation (operands first). `holes` are left out."""
    stack: list[tuple[Node, bool] | Otherwise] = [(node, False)]
    while stack:
        entry = stack.pop()
        if isinstance(entry, Otherwise):
            yield entry
            continue
        current, done = entry
        if done:
            event = _event(current, source)
            if event is not None:
                yield event
            continue
        if current.type in _UNEVALUATED or (current.start_byte, current.end_byte) in holes:
            continue
        stack.append((current, True))
        otherwise = _otherwise(current)
        if otherwise is not None:
            stack.extend([(otherwise.node, False), otherwise, (otherwise.condition, False)])
        else:
            stack.extend((child, False) for child in reversed(current.named_children))


def _otherwise(node: Node) -> Otherwise | None:
    """GNU C's `a ?: b`."""
    if node.type != "conditional_expression" or node.child_by_field_name("consequence") is not None:
        return None
    condition, alternative = node.child_by_field_name("condition"), node.child_by_field_name("alternative")
    return Otherwise(alternative, condition) if condition is not None and alternative is not None else None


def _event(node: Node, source: SourceFile) -> Event | None:
    if node.type == "call_expression":
        callee = node.child_by_field_name("function")
        return Call(node, _name(callee, source)) if callee is not None else None
    if node.type == "assignment_expression":
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        plain = operator is not None and operator.type == "="
        return Store(node, left, right if plain else None) if left is not None else None
    if node.type == "init_declarator":
        left, right = node.child_by_field_name("declarator"), node.child_by_field_name("value")
        return Store(node, left, right) if left is not None else None
    if node.type == "update_expression":
        left = node.child_by_field_name("argument")
        return Store(node, left, None) if left is not None else None
    return None


def _name(callee: Node, source: SourceFile) -> str:
    """The text of a callee; of `f(a)(b)(c)…` each holds all before it, so what is long is cut."""
    end = min(callee.end_byte, callee.start_byte + _MAX_NAME)
    return source.data[callee.start_byte : end].decode("utf-8", "surrogateescape")


def bare(node: Node, source: SourceFile) -> Node:
    """The node without parentheses, casts and `unlikely()` around it."""
    for _ in range(_MAX_WRAPPERS):
        inner: Node | None = None
        if node.type == "parenthesized_expression":
            inner = _first(node)
        elif node.type == "cast_expression":
            inner = node.child_by_field_name("value")
        elif passes_on(node, source):
            arguments = node.child_by_field_name("arguments")
            inner = _first(arguments) if arguments is not None else None
        if inner is None:
            return node
        node = inner
    return node


def passes_on(node: Node, source: SourceFile) -> bool:
    """Whether a node is a call whose value is that of its first argument."""
    callee = node.child_by_field_name("function") if node.type == "call_expression" else None
    return callee is not None and callee.type == "identifier" and source.text(callee) in _TRANSPARENT_CALLS


def _first(node: Node) -> Node | None:
    return next((child for child in node.named_children if child.type != "comment"), None)


def variable(node: Node | None, source: SourceFile) -> str | None:
    """The name of the plain variable that a target or an expression is; None for anything else."""
    while node is not None:
        if node.type in ("pointer_declarator", "parenthesized_declarator"):
            node = node.child_by_field_name("declarator")
            continue
        node = bare(node, source)
        if node.type != "assignment_expression":
            return source.text(node) if node.type == "identifier" else None
        node = node.child_by_field_name("left")
    return None


def root(node: Node, source: SourceFile, arrays: frozenset[str]) -> tuple[str | None, bool]:
    """The variable that an lvalue or address starts from, and whether a pointer is followed on the way.

    Subscripts of the variables in `arrays` stay inside the variable, any other one follows a pointer.
    """
    followed = subscripted = False
    while True:
        node = bare(node, source)
        operator = node.child_by_field_name("operator")
        if node.type == "field_expression":
            followed = followed or (operator is not None and operator.type == "->")
        elif node.type == "subscript_expression":
            subscripted = True
        elif node.type == "pointer_expression":
            followed = followed or (operator is not None and operator.type == "*")
        else:
            name = source.text(node) if node.type == "identifier" else None
            return name, followed or (subscripted and name not in arrays)
        inner = node.child_by_field_name("argument")
        if inner is None:
            return None, followed
        node = inner


def value(
    node: Node | None, source: SourceFile, known: Mapping[str, str], answers: Callable[[str], bool], depth: int = 0
) -> str | None:
    """What an expression's value is known to be.

    `zero`, `set` (not zero), `negative`, `hook` (a hook's answer: zero means allowed), `not-hook` (its negation), or
    None. `known` holds what is known of variables, `answers` tells the functions whose result is a hook's answer.
    """
    if node is None or depth > _MAX_DEPTH:
        return None
    node = bare(node, source)
    text = source.text(node) if node.type in _WORDS else ""
    if node.type in ("number_literal", "true", "false", "null"):
        number = _NUMBER.fullmatch(text)
        if number is not None:
            zero = not number.group(2).strip("0xX")
            return "zero" if zero else "negative" if number.group(1) else "set"
        return "zero" if text in _ZERO_WORDS else "set" if text == "true" else None
    if node.type == "identifier":
        return "zero" if text in _ZERO_WORDS else "set" if text == "true" else known.get(text)
    if node.type == "unary_expression":
        operator, operand = node.child_by_field_name("operator"), node.child_by_field_name("argument")
        return _unary(operator.type if operator is not None else "", operand, source, known, answers, depth)
    if node.type == "call_expression":
        callee = node.child_by_field_name("function")
        return "hook" if callee is not None and answers(_name(callee, source)) else None
    if node.type == "assignment_expression":
        return value(node.child_by_field_name("right"), source, known, answers, depth + 1)
    otherwise = _otherwise(node)
    if otherwise is not None:
        # Zero only where both are, so a hook's answer on either side decides; not zero where the second is not.
        sides = [value(side, source, known, answers, depth + 1) for side in (otherwise.condition, otherwise.node)]
        return "hook" if "hook" in sides else sides[1] if sides[1] in ("set", "negative") else None
    return None


def _unary(
    operator: str,
    operand: Node | None,
    source: SourceFile,
    known: Mapping[str, str],
    answers: Callable[[str], bool],
    depth: int,
) -> str | None:
    if operand is not None and operator == "-" and _ERRNO.fullmatch(_name(operand, source)):
        return "negative"
    inner = value(operand, source, known, answers, depth + 1)
    if operator == "!":
        return _FLIPPED.get(inner) if inner is not None else None
    if operator == "-":
        return "negative" if inner == "set" else inner if inner in ("zero", "hook") else None
    return None


@dataclass(frozen=True, slots=True)
class Names:
    """The variables of one function: its own, those that are arrays, and its parameters."""

    own: frozenset[str]
    arrays: frozenset[str]
    parameters: tuple[str, ...]


def names_of(function: Function) -> Names:
    """Read the declarations of a function: parameters and, whatever the block, its variables."""
    source = function.source
    own: set[str] = set()
    arrays: set[str] = set()
    parameters: list[str] = []
    stack = [function.node]
    while stack:
        node = stack.pop()
        if node.type in ("declaration", "parameter_declaration"):
            for declarator in node.children_by_field_name("declarator"):
                name, array = _declared(declarator, source)
                if name is None:
                    continue
                own.add(name)
                if array:
                    arrays.add(name)
                if node.type == "parameter_declaration":
                    parameters.append(name)
        stack.extend(reversed(node.named_children))
    return Names(frozenset(own), frozenset(arrays), tuple(parameters))


def _declared(node: Node | None, source: SourceFile) -> tuple[str | None, bool]:
    array = False
    while node is not None and node.type != "identifier":
        array = array or node.type == "array_declarator"
        node = node.child_by_field_name("declarator")
    return (source.text(node) if node is not None else None), array


def scratch_variables(function: Function, names: Names, roots: frozenset[str]) -> frozenset[str]:
    """The variables that hold the operation itself or point into it: stores there are seen by nobody else yet."""
    found = set(roots)
    for event in events(function.body, function.source):
        if isinstance(event, Store) and event.value is not None:
            name = variable(event.target, function.source)
            base, _ = root(event.value, function.source, names.arrays)
            if name is not None and base in found and event.value.type in ("pointer_expression", "identifier"):
                found.add(name)
    return frozenset(found)
