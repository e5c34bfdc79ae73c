"""`#if` lines that split a statement, an initialiser or an argument list.

The parser knows `#if` between whole statements and declarations only. Where a conditional cuts through something
smaller, its lines are blanked: the arms stay as alternatives where they have a shape that `alternatives` knows. Of
others that are several, one is kept and the rest are blanked with the lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from reviewbot.csource.alternatives import keep_elements, make_alternatives
from reviewbot.csource.arms import arms_of
from reviewbot.csource.canvas import Canvas
from reviewbot.csource.draft import Cut, Piece

_KIND = re.compile(rb"#[ \t]*(if|else|elif|endif)")
_CONDITIONALS = frozenset({b"if", b"el", b"en"})
_DEFINES = frozenset({b"de", b"un"})
_DEFINE = re.compile(rb"#[ \t]*(?:define|undef)\b")
_COMMENT = re.compile(rb"/\*(?:[^*]|\*(?!/))*+\*/")
_NOT_LINE_END = re.compile(rb"[^\\\r\n]")
_VARIADIC = re.compile(rb"\w+(?=\.\.\.\s*\))")  # `args...`, which the parser does not know
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"()[]{}")
_ROUNDS = 1000  # the deepest that a file may nest brackets
_ELSE = re.compile(rb"else\b")
MAX_DEPTH = 100  # `#if`s in one another; Xen stays below 10
_CLAUSE = re.compile(rb"\b(?:case|switch|default)\b")


@dataclass(slots=True)
class _Line:
    """A preprocessor line, with the offsets of the code bytes nearest to it: -1, or the file's length, for none."""

    number: int  # among all preprocessor lines
    start: int
    end: int
    before: int = -1
    after: int = 0


@dataclass(slots=True)
class _Group:
    """One conditional: its lines, and where the brackets stood before the first."""

    lines: list[_Line]
    first: bytes
    braces: int
    parentheses: int
    after_first: tuple[int, int] | None = field(default=None)  # the brackets behind the first arm


class DeepError(Exception):
    """Conditionals nested deeper than is looked at; its text is the reason."""


def tidy_conditionals(canvas: Canvas, alternatives: bool) -> None:
    """Blank the preprocessor lines, and comments in them, that a parser trips over. Raises DeepError.

    With `alternatives` the arms that cut a statement all stay, where they have a known shape.
    """
    conditionals: list[_Line] = []
    defines: list[_Line] = []
    data = canvas.data
    for number, (start, end) in enumerate(canvas.directives):
        text = data[start:end]
        kind = text[1:12].lstrip(b" \t")[:2]
        if b"/*" in text:
            canvas.out[start:end] = _COMMENT.sub(_blank_comment, text)
        if kind in _CONDITIONALS:
            conditionals.append(_Line(number, start, end))
        elif kind in _DEFINES and _DEFINE.match(text):
            defines.append(_Line(number, start, end))
            if b"..." in text:
                canvas.out[start:end] = _VARIADIC.sub(_blanks, canvas.out[start:end])
    if conditionals or defines:
        _find_neighbours(canvas, (conditionals, defines))
        _tidy_defines(canvas, defines)
        _join_split_statements(canvas, conditionals, alternatives)


def _find_neighbours(canvas: Canvas, kinds: tuple[list[_Line], ...]) -> None:
    """The code nearest to each line; the gaps between all directives are looked at once, so time is linear."""
    code, directives = canvas.code, canvas.directives
    befores, afters = [-1] * len(directives), [len(code)] * len(directives)
    last, position = -1, 0
    for number, (start, end) in enumerate(directives):
        if start - position > 1:
            kept = len(code[position:start].rstrip())
            last = position + kept - 1 if kept else last
        befores[number], position = last, end
    following = position = len(code)
    for number in range(len(directives) - 1, -1, -1):
        start, end = directives[number]
        if position - end > 1:
            gap = len(code[end:position].lstrip())
            following = position - gap if gap else following
        afters[number], position = following, start
    for line in (line for lines in kinds for line in lines):
        line.before, line.after = befores[line.number], afters[line.number]


def _tidy_defines(canvas: Canvas, lines: list[_Line]) -> None:
    """The parser knows no `#define` in an initialiser, nor before an `else`."""
    code = canvas.code
    lists: dict[int, bool] = {}  # which braces open one: many lines may follow the same
    for line in lines:
        last = line.before
        if last >= 0 and code[last] == 0x7B and last not in lists:
            lists[last] = _in_list(canvas, last)
        between = last < 0 or not lists.get(last, code[last] not in b";}:")
        if not between or _ELSE.match(code, line.after):
            canvas.blank(line.start, line.end)


def _in_list(canvas: Canvas, brace: int) -> bool:
    """Whether the brace at this offset opens an initialiser."""
    last = canvas.before(brace)
    return last >= 0 and canvas.code[last] in b"=,{("


def _blanks(match: re.Match[bytes]) -> bytes:
    return b" " * len(match.group())


def _blank_comment(match: re.Match[bytes]) -> bytes:
    text = match.group()
    whole = text.count(b"\n") == text.count(b"\\\n") + text.count(b"\\\r\n")
    return _NOT_LINE_END.sub(b" ", text) if whole else text


def _join_split_statements(canvas: Canvas, lines: list[_Line], alternatives: bool) -> None:
    stack: list[_Group] = []
    braces = parentheses = position = 0
    for line in lines:
        match = _KIND.match(canvas.out, line.start, line.end)
        if match is None:
            continue
        code = canvas.code
        braces += code.count(b"{", position, line.start) - code.count(b"}", position, line.start)
        parentheses += code.count(b"(", position, line.start) - code.count(b")", position, line.start)
        position = line.end
        kind = match.group(1)
        if kind == b"if":
            if len(stack) == MAX_DEPTH:
                raise DeepError(f"#if nested more than {MAX_DEPTH} deep in line {_number(canvas, line.start)}")
            stack.append(_Group([line], bytes(canvas.out[line.start : line.end]), braces, parentheses))
        elif stack:
            group = stack[-1]
            group.lines.append(line)
            if group.after_first is None:
                group.after_first = (braces, parentheses)
            if kind == b"endif":
                stack.pop()
                if _splits(canvas, group):
                    _join(canvas, group, alternatives)
                braces, parentheses = group.after_first
            else:
                braces, parentheses = group.braces, group.parentheses


def _number(canvas: Canvas, offset: int) -> int:
    return canvas.data.count(b"\n", 0, offset) + 1


def _arms(group: _Group) -> list[tuple[int, int]]:
    return [(one.end, other.start) for one, other in pairwise(group.lines)]


def _splits(canvas: Canvas, group: _Group) -> bool:
    """Whether the conditional cuts through something smaller than whole statements or declarations."""
    arms = [canvas.code[start:end].strip() for start, end in _arms(group)]
    if not any(arms):
        return False
    if group.parentheses > 0 or any(not _balanced(arm) for arm in arms):
        return True
    following = group.lines[-1].after
    after = canvas.word_at(following) or canvas.byte(following)
    if group.braces <= 0:
        return any(arm.endswith((b",", b"=", b"(")) or (arm.endswith(b")") and after == b"{") for arm in arms)
    last = group.lines[0].before
    before = canvas.byte(last) if last >= 0 else b""
    if before not in (b"", b";", b"{", b"}", b":") or after == b"else":
        return True
    if before == b":" and _plain_label(canvas, last):
        return True
    if before == b"{" and _in_list(canvas, last):
        return True
    if any(arm and not arm.endswith((b";", b"}", b":")) for arm in arms):
        return True
    ends = [canvas.before(end) for (_, end), arm in zip(_arms(group), arms, strict=True) if arm.endswith(b":")]
    return any(_plain_label(canvas, colon) for colon in ends)


def _plain_label(canvas: Canvas, colon: int) -> bool:
    """Whether the colon ends a label that `goto` knows, which the parser wants a statement behind."""
    last = canvas.before(colon)
    word = canvas.word_ending(last)
    before = canvas.before(last + 1 - len(word))
    return bool(word) and word != b"default" and (before < 0 or canvas.code[before] in b";{}:")


def _balanced(arm: bytearray) -> bool:
    if arm[:4] == b"else" and not arm[4:5].isalnum():
        return False
    brackets = arm.translate(None, _NO_BRACKETS)
    for _ in range(_ROUNDS):  # pairs are taken out from the inside
        before = len(brackets)
        brackets = brackets.replace(b"()", b"").replace(b"[]", b"").replace(b"{}", b"")
        if len(brackets) == before:
            break
    return not brackets


def _join(canvas: Canvas, group: _Group, alternatives: bool) -> None:
    arms = _arms(group)
    if alternatives and group.braces > 0:
        cut = _cut(canvas, group)
        if make_alternatives(canvas, cut, group.parentheses > 0):
            canvas.shown.update(line.start for line in group.lines)
            return
        listed = canvas.byte(cut.before) == b"," or (canvas.byte(cut.before) == b"{" and _in_list(canvas, cut.before))
        if listed and keep_elements(canvas, cut):
            return
    if not _chain(canvas, arms):
        keep = _kept(canvas, group)
        for number, (start, end) in enumerate(arms):
            if number == keep:
                continue
            if canvas.code[start:end].strip():
                canvas.dropped.append((start, end))
            canvas.blank(start, end)
    for line in group.lines:
        canvas.blank(line.start, line.end)


def _cut(canvas: Canvas, group: _Group) -> Cut:
    """The conditional as `alternatives` takes it."""
    lines = [canvas.data[line.start : line.end] for line in group.lines[:-1]]
    pieces = []
    for line, (start, end), arm in zip(group.lines[:-1], _arms(group), arms_of(lines), strict=True):
        first = min(canvas.after(start), end)
        pieces.append(Piece(line.start, first, max(canvas.before(end) + 1, first), arm))
    closed = lines[-1][1:].lstrip().startswith(b"else")
    first, last = group.lines[0].start, group.lines[-1].end
    spans = [(line.start, line.end) for line in group.lines]
    return Cut(spans, pieces, closed, canvas.before(first), canvas.after(last))


def _chain(canvas: Canvas, arms: list[tuple[int, int]]) -> bool:
    """Keep all arms where each goes on with an `if`: from the second on its `else` becomes `if(T)`, so each may run."""
    heads = [canvas.after(start) for start, _ in arms]
    ends = [canvas.before(end) for _, end in arms]
    for head, last in zip(heads, ends, strict=True):
        roomy = canvas.byte(head - 1) in (b" ", b"\t")
        if canvas.word_at(head) != b"else" or canvas.byte(last) not in (b";", b"}") or not roomy:
            return False
    for head in heads[1:]:
        canvas.put(head - 1, head + 4, b"if(T)")
    return True


def _kept(canvas: Canvas, group: _Group) -> int:
    arms = _arms(group)
    if len(arms) == 1:
        return 0
    clauses = [len(_CLAUSE.findall(canvas.code[start:end])) for start, end in arms]
    if max(clauses):
        return clauses.index(max(clauses))
    negative = group.first[3:].lstrip().startswith(b"ndef") or group.first.split()[-1:] == [b"0"]
    return 1 if negative else 0
