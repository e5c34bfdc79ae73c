"""Class and permission of a policy's questions: `has_perm(d, SECCLASS_DOMAIN, DOMAIN__PAUSE)` must name one class.

Also where the permission is put into a variable first, and through the functions of the file that fix the class and
take the permission from their caller.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from tree_sitter import Node

from reviewbot.analysis.dispatch.answers import is_statement
from reviewbot.analysis.dispatch.events import Store, events, names_of, variable
from reviewbot.analysis.dispatch.guard import Classes
from reviewbot.analysis.dispatch.hooks import calls_at, finding_at
from reviewbot.analysis.dispatch.labels import line_of
from reviewbot.analysis.finding import Finding, TraceStep
from reviewbot.analysis.rules import Rule
from reviewbot.csource import Function, NotAnalysed, SourceFile
from reviewbot.csource.spots import spots
from reviewbot.csource.words import places_of

# Any identifier in an argument: `XEN__READCONSOLE | XEN__CLEARCONSOLE` has two.
_WORD = re.compile(r"[A-Za-z_]\w*")

# Classes in one call, each of which is compared with all other arguments; Xen has one.
_MAX_CLASSES = 8


def class_pairs(rule: Rule, classes: Classes, source: SourceFile) -> Iterator[Finding | NotAnalysed]:
    """Calls that pass a class and a permission of another class, or a class where the permission belongs."""
    fixed: dict[str, tuple[int, str, int]] = {}
    starts = [f.node.start_byte for f in source.functions]
    asked: dict[int, _Asked] = {}
    for passed, arguments in _classes_passed(classes, source):
        function = bisect_right(starts, arguments[0].start_byte) - 1
        own = source.functions[function] if function >= 0 else None
        if len(passed) > _MAX_CLASSES:
            line, reason = line_of(arguments[0]), f"{rule.id}: more than {_MAX_CLASSES} classes in one call"
            yield NotAnalysed(source.path, own.name if own is not None else None, line, reason)
            continue
        for number in passed:
            node = arguments[number]
            name = _class(classes, source.text(node))
            for argument in (*arguments[:number], *arguments[number + 1 :]):
                yield from _compared(rule, classes, source, argument, name, source.text(node), [])
            if number + 1 < len(arguments) and own is not None and node.start_byte < own.node.end_byte:
                if function not in asked:
                    asked[function] = _Asked(own)
                fixed.update(asked[function].add(source.text(arguments[number + 1]), name, line_of(node)))
    for known in asked.values():
        yield from _put_aside(rule, classes, known)
    yield from _through(rule, classes, source, fixed)


def _classes_passed(classes: Classes, source: SourceFile) -> Iterator[tuple[list[int], list[Node]]]:
    """The calls that classes are arguments of: the numbers of those, and all arguments."""
    at = [match.start() for match in re.finditer(classes.security_class.pattern.encode(), source.masked)]
    lists: dict[int, tuple[list[int], list[Node]]] = {}
    for spot in spots(source.tree.root_node, at, is_statement):
        node, around = spot.node, spot.around.node if spot.around is not None else None
        if around is None or around.type != "argument_list" or node.type != "identifier":
            continue
        if classes.security_class.fullmatch(source.text(node)):
            if around.id not in lists:
                lists[around.id] = [], _arguments(around)
            lists[around.id][0].append(node.start_byte)
    for starts, arguments in lists.values():
        numbers = {node.start_byte: number for number, node in enumerate(arguments)}
        yield [numbers[start] for start in starts], arguments


def _arguments(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def _class(classes: Classes, word: str) -> str:
    found = classes.security_class.fullmatch(word)
    return found.group(1) if found is not None else ""


class _Asked:
    """What stands for the permission in the questions of one function, and which classes are asked for it."""

    def __init__(self, function: Function) -> None:
        self.function = function
        self.classes: dict[str, set[str]] = {}
        source = function.source
        head = source.masked[function.node.start_byte : function.body.start_byte]  # up to the body
        self._head = frozenset(_WORD.findall(head.decode("utf-8", "replace")))
        self._parameters: dict[str, int] | None = None

    def add(self, permission: str, name: str, line: int) -> Mapping[str, tuple[int, str, int]]:
        """Function → (parameter, class, line) where the permission is, for the first time, one of its parameters."""
        new = permission not in self.classes
        self.classes.setdefault(permission, set()).add(name)
        if not new or permission not in self._head:
            return {}
        if self._parameters is None:
            names = names_of(self.function).parameters
            self._parameters = {name: number for number, name in reversed(list(enumerate(names)))}
        number = self._parameters.get(permission)
        return {self.function.name: (number, name, line)} if number is not None else {}


def _put_aside(rule: Rule, classes: Classes, asked: _Asked) -> Iterator[Finding]:
    """What is stored into variables that are asked for with one class only."""
    function = asked.function
    source = function.source
    single = {name: next(iter(of)) for name, of in asked.classes.items() if len(of) == 1 and _WORD.fullmatch(name)}
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
    wanted = frozenset(name.encode() for name in fixed)
    places = ((at, at + len(name)) for at, name in places_of(source.masked, wanted))
    for spot in calls_at(source, places):
        callee, arguments = spot.node.children[0], spot.node.child_by_field_name("arguments")
        if arguments is None:
            continue
        number, name, line = fixed[source.text(callee)]
        given = _arguments(arguments)
        if number < len(given):
            what = f"{source.text(callee)}()"
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
