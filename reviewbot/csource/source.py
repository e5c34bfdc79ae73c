"""From the bytes of a C file to its functions, each one readable or said not to be."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from operator import itemgetter

import tree_sitter_c
from tree_sitter import Language, Node, Parser, Tree

from reviewbot.csource.arms import Arm
from reviewbot.csource.canvas import Canvas
from reviewbot.csource.conditionals import DeepError
from reviewbot.csource.macros import CaseMacro, MacroTable
from reviewbot.csource.mask import Masked, mask, mask_canvas
from reviewbot.csource.nodes import declarator_name

MAX_BYTES = 2 << 20  # the largest file that is read; Xen's largest .c has 0.4 MiB
MAX_DEPTH = 1000  # brackets open at one place; Xen stays below 40

# A function-like macro with all the lines that a backslash adds.
_DEFINE = re.compile(rb"#[ \t]*define[ \t]+(\w+)\([^)\n]*\)([^\\\n]*+(?:\\(?:\r?\n)?[^\\\n]*+)*+)")
_COMMENT = re.compile(rb"/\*(?:[^*]|\*(?!/))*+\*/|//[^\n]*+")
_LINE_JOIN = re.compile(r"\\\r?\n")
# A declaration that says that its function does not return, the attribute before the name or in its list.
_NORETURN = re.compile(rb"\bnoreturn\b[^;{}(]{0,200}?\b(\w+)\s*\(")
# What functions stand in; other nodes are entered only where the parser had to guess.
_CONTAINERS = frozenset({"translation_unit", "preproc_if", "preproc_ifdef", "preproc_elif", "preproc_elifdef",
                         "preproc_else", "linkage_specification", "declaration_list", "ERROR"})  # fmt: skip
# The body of a function as most people write it: a brace in the first column, behind the parameter list.
_BODY = re.compile(rb"\)\s*\n(\{)")
_MAX_HEAD = 4096  # bytes of a parameter list
_BEHIND_LIST = re.compile(rb"\)\s*+\{")
# What stands before a brace that opens the members of a type.
_TYPE_HEAD = re.compile(rb"(?<!\w)(?:struct|union|enum)(?:\s++\w++)?\Z")
_MAX_TYPE_HEAD = 100
_PARENTHESIS = re.compile(rb"[()]")
_NAME_END = re.compile(rb"([A-Za-z_]\w*)\s*\Z")
_BRACKET = re.compile(rb"[][(){}]")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"()[]{}")
_CONTROL = bytes(byte for byte in range(32) if byte not in b"\t\n\v\f\r")
_ROUNDS = 60  # more than any file of Xen nests


@dataclass(frozen=True, slots=True)
class NotAnalysed:
    """A place that the parser could not read: never taken for clean."""

    path: str
    function: str | None
    line: int
    reason: str

    def to_dict(self) -> dict[str, object]:
        """The object of the JSON list `not_analysed`."""
        return {"path": self.path, "function": self.function, "line": self.line, "reason": self.reason}


Parsed = tuple[bytes, Tree]  # masked text and its tree


@dataclass(frozen=True, slots=True, eq=False)
class SourceFile:
    """A file that was read. One without functions is masked and parsed when its text or its tree is asked for."""

    path: str
    data: bytes
    _parsed: Callable[[], Parsed] = field(repr=False)
    functions: tuple[Function, ...] = ()
    not_analysed: tuple[NotAnalysed, ...] = ()
    case_macros: Mapping[int, CaseMacro] = field(default_factory=dict)  # labels that a macro holds, by offset
    dropped: tuple[tuple[int, int], ...] = ()  # arms of `#if` that split a statement and were left out, by offsets
    arms: Mapping[int, Arm] = field(default_factory=dict)  # what the marks in `masked` ask for, by offset, in order
    marks: tuple[int, ...] = ()  # the offsets of the marks
    shown: frozenset[int] = frozenset()  # lines of `#if` that are blanked, all their arms being alternatives
    words: frozenset[bytes] = frozenset()  # those of code and preprocessor lines; none where there are no functions
    noreturn: frozenset[str] = frozenset()  # functions that do not return: the table's, and those declared so here
    macro_ends: dict[tuple[str, frozenset[str]], str | None] = field(default_factory=dict, repr=False)
    _defines: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    _spans: list[tuple[int, int, str]] = field(default_factory=list, repr=False)  # lines of functions, in order

    @property
    def masked(self) -> bytes:
        """What was parsed: it has the length of `data` and its newlines where `data` has them."""
        return self._parsed()[0]

    @property
    def tree(self) -> Tree:
        """The parser's tree of `masked`."""
        return self._parsed()[1]

    def defined(self, name: str) -> tuple[str, ...]:
        """The texts of the function-like macros of that name in this file, without comments and line ends."""
        if not self._defines:
            found: dict[str, list[str]] = {"": []}
            for match in _DEFINE.finditer(self.data):
                text = _COMMENT.sub(b" ", match.group(2)).decode("utf-8", "surrogateescape")
                found.setdefault(match.group(1).decode(), []).append(" ".join(_LINE_JOIN.sub(" ", text).split()))
            self._defines.update({key: tuple(texts) for key, texts in found.items()})
        return self._defines.get(name, ())

    def let_go(self) -> None:
        """Cut the circle of the file and its functions: a tree is large, and the garbage collector is late.

        To ask the file for its functions is an error from then on.
        """
        object.__delattr__(self, "functions")

    def function_at(self, line: int) -> str | None:
        """The name of the first function that a 1-based line stands in, None where it stands in none."""
        if not self._spans and self.functions:
            last = 0
            for function in self.functions:
                if function.end_line > last:
                    self._spans.append((max(function.line, last + 1), function.end_line, function.name))
                    last = function.end_line
        number = bisect_right(self._spans, line, key=itemgetter(0)) - 1
        if number < 0:
            return None
        _, end, name = self._spans[number]
        return name if line <= end else None

    def text(self, node: Node) -> str:
        """The original text of a node of `tree`."""
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function definition. `readable` is false where its tree has an error, `reason` then says where."""

    name: str
    line: int
    end_line: int
    node: Node
    body: Node
    readable: bool
    reason: str | None
    source: SourceFile


def parse(data: bytes, path: str, macros: MacroTable) -> SourceFile:
    """Mask and parse one file; a file that is too large or no text has no functions and says why in `not_analysed`."""
    refused = _refusal(data)
    if refused is not None:
        return _refused(data, path, refused)
    canvas = Canvas.of(data)
    if not _may_hold_functions(canvas.code):  # a third of Xen's files, nobody asks for more of most of them
        return SourceFile(path, data, cache(partial(_parse_alone, data, macros)), noreturn=noreturn_in(data, macros))
    try:
        source = _read(data, path, macros, mask_canvas(canvas, macros))
        if source.arms and source.not_analysed:  # an alternative may be what the parser trips over
            plain = _read(data, path, macros, mask(data, macros, alternatives=False))
            if len(plain.not_analysed) < len(source.not_analysed):
                return plain
    except DeepError as error:
        return _refused(data, path, str(error))
    return source


def _refused(data: bytes, path: str, reason: str) -> SourceFile:
    empty = data, _parser().parse(b"")
    return SourceFile(path, data, lambda: empty, (), (NotAnalysed(path, None, 1, reason),))


def _parser() -> Parser:
    return Parser(Language(tree_sitter_c.language()))


def _may_hold_functions(code: bytearray) -> bool:
    """Whether a brace stands somewhere that is not plainly a type's or an initialiser's."""
    if _BEHIND_LIST.search(code):
        return True
    for number, piece in enumerate(code.split(b"{")[:-1]):
        head = piece.rstrip()[-_MAX_TYPE_HEAD:]
        if not (head[-1:] in b"=," if head else number) and not _TYPE_HEAD.search(head):
            return True
    return False


def _parse_alone(data: bytes, macros: MacroTable) -> Parsed:
    """The text and the tree of a file without functions."""
    try:
        masked = mask(data, macros).data
    except DeepError:
        return data, _parser().parse(b"")
    return masked, _parser().parse(masked)


def _read(data: bytes, path: str, macros: MacroTable, masking: Masked) -> SourceFile:
    parsed = masking.data, _parser().parse(masking.data)
    source = SourceFile(
        path,
        data,
        lambda: parsed,
        case_macros=masking.case_macros,
        dropped=masking.dropped,
        arms=masking.arms,
        marks=tuple(masking.arms),
        shown=masking.shown,
        words=masking.words,
        noreturn=noreturn_in(data, macros),
    )
    functions = _functions(source)
    unread = tuple(NotAnalysed(path, f.name, f.line, f.reason or "") for f in functions if not f.readable)
    if source.tree.root_node.has_error:
        unread += _lost(source, functions)
    object.__setattr__(source, "functions", functions)
    object.__setattr__(source, "not_analysed", unread)
    return source


def _refusal(data: bytes) -> str | None:
    if len(data) > MAX_BYTES:
        return f"file of {len(data)} bytes, more than {MAX_BYTES}"
    if b"\0" in data:
        return f"NUL byte in line {data.count(10, 0, data.index(0)) + 1}: not C text"
    control = len(data) - len(data.translate(None, _CONTROL))
    if control > 16 and control * 100 > len(data):
        return f"{control} control characters: not C text"
    return _too_deep(data)


def _too_deep(data: bytes) -> str | None:
    """Whether brackets nest too deep. Pairs are taken out round by round, which leaves few in all but hostile files."""
    brackets = data.translate(None, _NO_BRACKETS)
    for _ in range(_ROUNDS):
        if len(brackets) <= MAX_DEPTH - _ROUNDS:
            return None
        brackets = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
    depth = 0
    for match in _BRACKET.finditer(data):
        depth = depth + 1 if match.group() in b"([{" else max(depth - 1, 0)
        if depth > MAX_DEPTH:
            return f"brackets nested more than {MAX_DEPTH} deep in line {data.count(10, 0, match.start()) + 1}"
    return None


def noreturn_in(data: bytes, macros: MacroTable) -> frozenset[str]:
    """The functions that do not return, by the table and by what is declared in a file."""
    if b"noreturn" not in data:
        return macros.noreturn
    return macros.noreturn.union(match.group(1).decode() for match in _NORETURN.finditer(data)) - {"__attribute__"}


def _functions(source: SourceFile) -> tuple[Function, ...]:
    """All function definitions; one that is in error may have swallowed others, which are looked for inside it.

    The walk enters containers and what holds an error, so the first error it meets is the reason of all around it.
    """
    found: list[Function] = []
    waiting: list[Function] = []  # in error, and its reason not met yet
    stack = [source.tree.root_node]
    errors = stack[0].has_error
    while stack:
        node = stack.pop()
        kind, wrong = node.type, errors and node.has_error
        if kind == "function_definition":
            function = _function(node, source)
            if function is not None:
                found.append(function)
                if wrong:
                    waiting.append(function)
        elif waiting and (node.is_error or node.is_missing):
            _explain(waiting, node)
        if wrong or kind in _CONTAINERS:
            stack.extend(reversed(node.children))
    return tuple(found)


def _function(node: Node, source: SourceFile) -> Function | None:
    name = declarator_name(node.child_by_field_name("declarator"))
    body = node.child_by_field_name("body")
    if name is None or body is None:
        return None
    first, last = node.start_point.row + 1, node.end_point.row + 1
    reason = "syntax error" if node.has_error else None
    return Function(source.text(name), first, last, node, body, reason is None, reason, source)


def _explain(waiting: list[Function], error: Node) -> None:
    """The first error inside a function is what is said of it."""
    what = "missing " + error.type if error.is_missing else "syntax error"
    for function in waiting:
        object.__setattr__(function, "reason", f"{what} in line {error.start_point.row + 1}")
    waiting.clear()


def _lost(source: SourceFile, functions: tuple[Function, ...]) -> tuple[NotAnalysed, ...]:
    """Functions that an error swallowed, by the line of their body: seen by their heads, outside all that were read."""
    heads = {**dict(_open_heads(source)), **dict(_bodies(source.masked))}
    spans = iter(sorted((f.node.start_byte, f.node.end_byte) for f in functions))
    beyond = (len(source.data), len(source.data))
    start, end = next(spans, beyond)
    lost = []
    line, counted = 1, 0
    for at, name in sorted(heads.items()):
        while end <= at and end < len(source.data):
            start, end = next(spans, beyond)
        if not start <= at < end:
            line, counted = line + source.data.count(b"\n", counted, at), at
            lost.append(NotAnalysed(source.path, name, line, "lost in a syntax error of the file"))
    return tuple(lost)


def _bodies(masked: bytes) -> Iterator[tuple[int, str]]:
    for match in _BODY.finditer(masked):
        name = _head_name(masked, match.start())
        if name is not None:
            yield match.start(1), name


def _open_heads(source: SourceFile) -> Iterator[tuple[int, str]]:
    """Heads with a brace behind them that no body was made of: the file ends too early, or a bracket is missing."""
    root = source.tree.root_node
    for node in [root] if root.is_error else root.children:
        if not node.is_error:
            continue
        head: Node | None = None
        for child in node.children:
            if child.type == "{" and head is not None:
                name = declarator_name(head)
                if name is not None:
                    yield child.start_byte, source.text(name)
            head = child if child.type.endswith("declarator") else None


def _head_name(masked: bytes, closing: int) -> str | None:
    """The name before the parameter list that closes at this offset; what stands between two ends is looked at once."""
    floor = max(closing - _MAX_HEAD, 0)
    start = max(masked.rfind(end, floor, closing) for end in (b";", b"}", b"{")) + 1
    depth = 0
    for match in reversed(list(_PARENTHESIS.finditer(masked, max(start, floor), closing + 1))):
        depth += 1 if match.group() == b")" else -1
        if not depth:
            found = _NAME_END.search(masked[max(match.start() - 80, 0) : match.start()])
            return found.group(1).decode() if found else None
    return None
