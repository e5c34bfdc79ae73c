"""Hooks that are asked about an object that is NULL for some operation, where the security policy follows the pointer.

Which variable is NULL at a call is known from the walk. What the policy does with it is read from its function of the
hook's name, and from those of the same file that this one hands the pointer on to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.events import Call, names_of, variable
from reviewbot.analysis.dispatch.guard import Dispatch, Implementation
from reviewbot.analysis.dispatch.hooks import finding_at
from reviewbot.analysis.dispatch.labels import SPLIT_ALL, line_of, narrowed
from reviewbot.analysis.finding import Finding, TraceStep
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, SourceFile

# How far a pointer is followed: current_has_perm(), domain_has_perm(), domain_target_sid().
_MAX_DEPTH = 4

_ASKING = frozenset({"==", "!=", "&&", "||"})
_EMPTY = frozenset({"NULL", "0"})


@dataclass(frozen=True, slots=True)
class Nothing:
    """A hook asked about a variable that is NULL: its place among the arguments `given`."""

    node: Node
    hook: str
    variable: str
    place: int
    given: int


def nothing_in(call: Call, known: Mapping[str, str], source: SourceFile) -> Iterator[tuple[tuple[int, int], Nothing]]:
    """The arguments of a hook's call that are known to be NULL, by the call's offset and their place."""
    arguments = call.node.child_by_field_name("arguments") if "zero" in known.values() else None
    given = [child for child in arguments.named_children if child.type != "comment"] if arguments is not None else []
    for place, argument in enumerate(given):
        name = variable(argument, source)
        if name is not None and known.get(name) == "zero":
            yield (call.node.start_byte, place), Nothing(call.node, call.name, name, place, len(given))


def asked_of_nothing(
    rule: Rule,
    where: Implementation,
    dispatch: Dispatch,
    source: SourceFile,
    calls: Iterable[tuple[str, Nothing]],
    context: Context,
) -> Iterator[Finding]:
    """The calls, each with its operation, whose implementation follows the pointer without a look at it.

    The common check is asked about every operation: of its implementation only what the operation comes to counts.
    """
    seen: set[tuple[int, int, str]] = set()
    for op, call in calls:
        about = op if call.hook == dispatch.common else ""
        policy = context.source(where.path)
        if policy is None or (call.node.start_byte, call.place, about) in seen:
            continue
        seen.add((call.node.start_byte, call.place, about))
        function = _named(policy, where.function + call.hook.removeprefix(where.hook))
        parameter = _parameter(function, call) if function is not None else None
        if function is None or parameter is None:
            continue
        ways = _ways(function, where, dispatch, op, context) if about else None
        followed = _followed(function, parameter, 0, ways)
        if followed is None:
            continue
        steps = [
            TraceStep(source.path, line_of(call.node), f"`{call.variable}` is NULL here for {op}"),
            TraceStep(policy.path, function.line, f"{function.name}() is asked about it"),
            TraceStep(policy.path, line_of(followed), f"`{policy.text(followed)}` follows it, and nobody looks before"),
        ]
        message = f"{call.hook}() is asked about `{call.variable}`, which is NULL here for {op}; {function.name}()"
        detail = " ".join(filter(None, (call.hook, call.variable, "NULL", about)))
        yield finding_at(rule, source, call.node, f"{message} follows it", steps, detail, rule.severity)


def _parameter(function: Function, call: Nothing) -> str | None:
    """The parameter of an implementation that is NULL; the level that a hook is called with is none of them."""
    parameters = names_of(function).parameters
    missing = call.given - len(parameters)
    place = call.place - missing
    return parameters[place] if missing in (0, 1) and 0 <= place < len(parameters) else None


def _ways(
    function: Function, where: Implementation, dispatch: Dispatch, op: str, context: Context
) -> list[tuple[int, int]]:
    """The stretches of a policy's function that an operation can come to; none where that is not known."""
    from reviewbot.csource.flow import FlowError

    known = (policy for policy in dispatch.policies if (policy.function, policy.path) == (function.name, where.path))
    on = next((policy.on for policy in known), None)
    try:
        flow = narrowed(context.flow(function, SPLIT_ALL), on, op) if on is not None else None
    except FlowError:
        flow = None
    nodes = [step.node for block in flow.blocks for step in block.steps] if flow is not None else []
    nodes += [e.condition for b in flow.blocks for e in b.edges if e.condition is not None] if flow is not None else []
    return [(node.start_byte, node.end_byte) for node in nodes]


def _named(source: SourceFile, name: str) -> Function | None:
    found = [function for function in source.functions if function.name == name and function.readable]
    return found[0] if len(found) == 1 else None


def _followed(function: Function, name: str, depth: int, ways: list[tuple[int, int]] | None = None) -> Node | None:
    """The place that follows a parameter; None where there is none, or the function asks whether it is NULL."""
    source = function.source
    uses = [node for node in _identifiers(function.body) if source.text(node) == name]
    if ways is not None:
        uses = [node for node in uses if any(start <= node.start_byte < end for start, end in ways)]
    if any(_is_asked(node, source) for node in uses):
        return None
    found: list[Node] = []
    for node in uses:
        around = node.parent
        if around is None:
            continue
        operator = around.child_by_field_name("operator")
        if around.type in ("field_expression", "pointer_expression") and operator and operator.type in ("->", "*"):
            found.append(around)
        elif around.type == "argument_list" and depth < _MAX_DEPTH:
            found += _handed_on(around, node, source, depth)
    return min(found, key=lambda node: node.start_byte) if found else None


def _handed_on(arguments: Node, argument: Node, source: SourceFile, depth: int) -> list[Node]:
    """Where the function that is given the pointer follows it."""
    callee = arguments.parent.child_by_field_name("function") if arguments.parent is not None else None
    function = _named(source, source.text(callee)) if callee is not None else None
    given = [child for child in arguments.named_children if child.type != "comment"]
    parameters = names_of(function).parameters if function is not None else ()
    if function is None or len(given) != len(parameters):
        return []
    followed = _followed(function, parameters[given.index(argument)], depth + 1)
    return [followed] if followed is not None else []


def _is_asked(node: Node, source: SourceFile) -> bool:
    """Whether a use of a variable asks for NULL, or gives it another value."""
    around = node.parent
    while around is not None and around.type == "parenthesized_expression" and around.parent is not None:
        if around.parent.type.endswith("_statement"):
            return True
        node, around = around, around.parent
    if around is None:
        return False
    if around.type == "assignment_expression":
        return around.child_by_field_name("left") == node
    if around.type == "conditional_expression":
        return around.child_by_field_name("condition") == node
    operator = around.child_by_field_name("operator")
    if around.type == "unary_expression":
        return operator is not None and operator.type == "!"
    if around.type != "binary_expression" or operator is None or operator.type not in _ASKING:
        return False
    sides = {source.text(child) for child in around.named_children if child != node}
    return operator.type in ("&&", "||") or not sides.isdisjoint(_EMPTY)


def _identifiers(body: Node) -> Iterator[Node]:
    stack = [body]
    while stack:
        node = stack.pop()
        if node.type == "identifier":
            yield node
        stack.extend(reversed(node.named_children))
