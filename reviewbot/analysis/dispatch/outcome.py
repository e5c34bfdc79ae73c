"""What taking one way of a condition means: a check passed or failed, a way that cannot be, a value learnt."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.analysis.dispatch.events import bare, value, variable
from reviewbot.csource import Function, SourceFile

_ROOT = re.compile(r"->|\.")

CHECKED = "checked"
DENIED = "denied"
IMPOSSIBLE = "impossible"
OPEN = "open"

_NOT = ord("!")
_MAX_NEGATIONS = 100  # in one another
_MAX_TEXT = 4000  # bytes of a side that is compared as text

# A comparison with zero, when it holds and when it does not, as a claim on the other side.
_CLAIMS = {
    "==": ("zero", "nonzero"),
    "!=": ("nonzero", "zero"),
    "<": ("negative", "nonnegative"),
    ">=": ("nonnegative", "negative"),
    ">": ("positive", "nonpositive"),
    "<=": ("nonpositive", "positive"),
}

# What each known value allows.
_POSSIBLE = {
    "zero": frozenset({"zero", "nonnegative", "nonpositive"}),
    "negative": frozenset({"nonzero", "negative", "nonpositive"}),
    "set": frozenset({"nonzero", "negative", "positive", "nonnegative", "nonpositive"}),
}

_LEARNT = {"zero": "zero", "nonzero": "set", "negative": "negative", "positive": "set"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way of a condition. `equal` gives the texts of an `==` or `!=`, `holds` whether they are equal here."""

    verdict: str
    learnt: tuple[str, str] | None = None
    equal: tuple[str, str] | None = None
    holds: bool = False


def decide(
    condition: Node, taken: bool, source: SourceFile, known: Mapping[str, str], answers: Callable[[str], bool]
) -> Outcome:
    """What it means that `condition` (a leaf without `&&` and `||`) is true (`taken`) or false."""
    subject, claimed, equal = claim(condition, taken, source)
    if subject is None:
        return Outcome(OPEN, None, equal, claimed == "equal")
    verdict = _verdict(value(subject, source, known, answers), claimed)
    name = variable(subject, source)
    learnt = (name, _LEARNT[claimed]) if name is not None and claimed in _LEARNT else None
    return Outcome(verdict, learnt)


def claim(condition: Node, taken: bool, source: SourceFile) -> tuple[Node | None, str, tuple[str, str] | None]:
    """The side compared with zero and what is claimed of it; or no side, and the two texts compared."""
    node = bare(condition, source)
    for _ in range(_MAX_NEGATIONS):
        inner = node.child_by_field_name("argument") if node.type == "unary_expression" else None
        if inner is None or source.data[node.start_byte] != _NOT:
            break
        node, taken = bare(inner, source), not taken
    operator = node.child_by_field_name("operator") if node.type == "binary_expression" else None
    if operator is None or operator.type not in _CLAIMS:
        return node, "nonzero" if taken else "zero", None
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if left is None or right is None:
        return None, "", None
    if value(right, source, {}, lambda _: False) == "zero":
        holds, fails = _CLAIMS[operator.type]
        return left, holds if taken else fails, None
    left, right = bare(left, source), bare(right, source)
    if operator.type not in ("==", "!=") or max(_length(left), _length(right)) > _MAX_TEXT:
        return None, "", None
    texts = (" ".join(source.text(left).split()), source.text(right))
    return None, "equal" if (operator.type == "==") == taken else "different", texts


def member(text: str) -> str:
    """The first member that a path names: `u` of `op->u.info.id`; empty where it names none."""
    parts = _ROOT.split(text.partition(" == ")[0])
    return parts[1] if len(parts) > 1 and parts[0].isidentifier() else ""


def asked_again(function: Function, roots: frozenset[str]) -> frozenset[str]:
    """The comparisons `op->domain == DOMID_INVALID` of the data under some variables that a function makes twice."""
    source = function.source
    seen: set[str] = set()
    twice: set[str] = set()
    stack = [function.body]
    while stack:
        node = stack.pop()
        if node.type == "binary_expression":
            equal = claim(node, True, source)[2]
            text = " == ".join(equal) if equal is not None and _ROOT.split(equal[0])[0] in roots else ""
            twice.update({text} & seen if text else ())
            seen.add(text)
        stack.extend(node.named_children)
    return frozenset(twice)


def _length(node: Node) -> int:
    return node.end_byte - node.start_byte


def _verdict(subject: str | None, claim: str) -> str:
    if subject == "hook":
        if claim in ("zero", "nonnegative"):
            return CHECKED
        return DENIED if claim in ("nonzero", "negative", "positive") else OPEN
    if subject == "not-hook":
        return CHECKED if claim in ("nonzero", "positive") else DENIED if claim == "zero" else OPEN
    if subject is not None and claim not in _POSSIBLE[subject]:
        return IMPOSSIBLE
    return OPEN
