"""Class and permission of a policy's questions: `has_perm(d, SECCLASS_DOMAIN, DOMAIN__PAUSE)` must name one class.

Also where the permission is put into a variable first, and through the functions of the file that fix the class and
take the permission from their caller.
"""

from __future__ import annotations

import re
from bisect import bisect_right
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
    starts = [f.node.start_byte for f in source.functions]
    asked: dict[int, dict[str, set[str]]] = {}  # function → what stands for the permission → classes
    for node, siblings in _classes_passed(classes, source):
        name = _class(classes, source.text(node))
        for argument in siblings:
            if argument != node:
                yield from _compared(rule, classes, source, argument, name, source.text(node), [])
        number = bisect_right(starts, node.start_byte) - 1
        after = siblings[siblings.index(node) + 1 :]
        if after and number >= 0 and node.start_byte < source.functions[number].node.end_byte:
            permission = source.text(after[0])
            function = source.functions[number]
            if permission not in asked.setdefault(number, {}):
                fixed.update(_fixing(function, permission, name, line_of(node)))
            asked[number].setdefault(permission, set()).add(name)
    for number, permissions in asked.items():
        yield from _put_aside(rule, classes, source.functions[number], permissions)
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


def _fixing(function: Function, permission: str, name: str, line: int) -> Mapping[str, tuple[int, str, int]]:
    """Function → (parameter, class, line) where the permission asked for is one of the function's parameters."""
    if not _WORD.fullmatch(permission):
        return {}
    if permission not in _WORD.findall(_parameters(function)):
        return {}
    names = names_of(function).parameters
    return {function.name: (names.index(permission), name, line)} if permission in names else {}


def _parameters(function: Function) -> str:
    """The text of a function up to its body."""
    return function.source.masked[function.node.start_byte : function.body.start_byte].decode("utf-8", "replace")


def _put_aside(
    rule: Rule, classes: Classes, function: Function, permissions: Mapping[str, set[str]]
) -> Iterator[Finding]:
    """What is stored into variables that are asked for with one class only."""
    source = function.source
    single = {name: next(iter(of)) for name, of in permissions.items() if len(of) == 1 and _WORD.fullmatch(name)}
    if not single:
        return
    own = names_of(function).own
    for event in events(function.node, source):
        name = variable(event.target, source) if isinstance(event, Store) else None
        if name is None or name not in single or name not in own:
            continue
        value = event.node.child_by_field_name("right") or event.node.child_by_field_name("value")
        if value is not None:
            yield from _compared(rule, classes, source, value, single[name], f"{name} of {function.name}()", [])


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
