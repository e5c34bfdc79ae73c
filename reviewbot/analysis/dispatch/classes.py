"""Class and permission of a policy's questions: `has_perm(d, SECCLASS_DOMAIN, DOMAIN__PAUSE)` must name one class.

Also where the permission is put into a variable first, and through the functions of the file that fix the class and
take the permission from their caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from reviewbot.analysis.dispatch.events import Store, events, names_of, variable
from reviewbot.analysis.dispatch.guard import Classes
from reviewbot.analysis.dispatch.hooks import call_at, finding_at
from reviewbot.analysis.dispatch.labels import line_of
from reviewbot.analysis.finding import Finding, TraceStep
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, SourceFile

# Any identifier in an argument: `XEN__READCONSOLE | XEN__CLEARCONSOLE` has two.
_WORD = re.compile(r"[A-Za-z_]\w*")


def class_pairs(rule: Rule, classes: Classes, source: SourceFile) -> Iterator[Finding]:
    """Calls that pass a class and a permission of another class, or a class where the permission belongs."""
    fixed: dict[str, tuple[int, str, int]] = {}
    held: dict[tuple[int, str], set[str]] = {}
    for node, siblings in _classes_passed(classes, source):
        name = _class(classes, source.text(node))
        function = next((f for f in source.functions if f.node.start_byte <= node.start_byte < f.node.end_byte), None)
        for argument in siblings:
            if argument != node:
                yield from _compared(rule, classes, source, argument, name, source.text(node), [])
        after = siblings[siblings.index(node) + 1 :]
        if function is not None and after:
            fixed.update(_fixing(function, after[0], name, line_of(node)))
            held.setdefault((source.functions.index(function), source.text(after[0])), set()).add(name)
    yield from _put_aside(rule, classes, source, held)
    yield from _through(rule, classes, source, fixed)


def _classes_passed(classes: Classes, source: SourceFile) -> Iterator[tuple[Node, list[Node]]]:
    """The classes that are arguments of a call, each with all arguments of it."""
    for match in re.finditer(classes.security_class.pattern.encode(), source.masked):
        node = source.tree.root_node.descendant_for_byte_range(match.start(), match.end())
        if node is not None and node.type == "identifier" and node.parent is not None:
            siblings = [child for child in node.parent.named_children if child.type != "comment"]
            if node.parent.type == "argument_list" and classes.security_class.fullmatch(source.text(node)):
                yield node, siblings


def _class(classes: Classes, word: str) -> str:
    found = classes.security_class.fullmatch(word)
    return found.group(1) if found is not None else ""


def _fixing(function: Function, permission: Node, name: str, line: int) -> Mapping[str, tuple[int, str, int]]:
    """Function → (parameter, class, line) where the permission asked for is one of the function's parameters."""
    parameters = names_of(function).parameters
    text = function.source.text(permission)
    return {function.name: (parameters.index(text), name, line)} if text in parameters else {}


def _put_aside(
    rule: Rule, classes: Classes, source: SourceFile, held: Mapping[tuple[int, str], set[str]]
) -> Iterator[Finding]:
    """What is stored into a variable that is asked for with one class only."""
    for (number, name), of in held.items():
        function = source.functions[number]
        if len(of) > 1 or name not in names_of(function).own:
            continue
        for event in events(function.node, source):
            if isinstance(event, Store) and variable(event.target, source) == name:
                value = event.node.child_by_field_name("right") or event.node.child_by_field_name("value")
                if value is not None:
                    asked = f"{name} of {function.name}()"
                    yield from _compared(rule, classes, source, value, next(iter(of)), asked, [])


def _through(
    rule: Rule, classes: Classes, source: SourceFile, fixed: Mapping[str, tuple[int, str, int]]
) -> Iterator[Finding]:
    """Calls of functions that fix the class, with a permission of another class, or with a class."""
    if not fixed:
        return
    for match in re.finditer(rb"\b(?:" + "|".join(map(re.escape, fixed)).encode() + rb")\b", source.masked):
        call = call_at(source, match.start(), match.end())
        arguments = call.child_by_field_name("arguments") if call is not None else None
        if arguments is None:
            continue
        number, name, line = fixed[match.group().decode()]
        given = [child for child in arguments.named_children if child.type != "comment"]
        if number < len(given):
            what = f"{match.group().decode()}()"
            steps = [TraceStep(source.path, line, f"{what} asks about class {name}")]
            yield from _compared(rule, classes, source, given[number], name, what, steps, permission=True)


def _compared(
    rule: Rule,
    classes: Classes,
    source: SourceFile,
    argument: Node,
    name: str,
    asked: str,
    steps: list[TraceStep],
    *,
    permission: bool = False,
) -> Iterator[Finding]:
    for word in _WORD.findall(source.text(argument)):
        other = classes.permission.fullmatch(word)
        if other is not None and other.group(1) != name:
            message = f"{asked} is asked for {word}, a permission of class {other.group(1)}"
            yield finding_at(rule, source, argument, message, steps, word, rule.severity)
        elif permission and classes.security_class.fullmatch(word):
            message = f"{asked} is asked for {word}, which is a class and no permission"
            yield finding_at(rule, source, argument, message, steps, word, rule.severity)
