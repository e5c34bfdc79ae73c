"""Blanks in a line: inside the parentheses of a statement, around operators, and those that stand where none should."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot import regex as re
from reviewbot.fixups import words
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.excerpt import Excerpt, Wish
from reviewbot.fixups.parts import CAST
from reviewbot.fixups.words import hidden, indent_of
from reviewbot.review import Request

_LOOK_AHEAD = 6  # lines that a condition may take
_CONTROL = re.compile(r"\b(?:if|while|for|switch|asm volatile|asm)\s*\(")
# An operator between two values without a blank on either side, or with one on one side only; no pointer, no sign.
_BINARY = re.compile(
    r"(?<=[\w)\]\"])(?P<left> ?)(?P<op>==|!=|<=|>=|&&|\|\||<<=|>>=|<<|>>|[-+*/|&^%]=|=|\||\^|<|>|\+|/|%|\?"
    r"|-(?!>)|&|\*)(?P<right> ?)"
    r"(?=[\w(~!\"]|[-&*]\w)"
)
_AMBIGUOUS = frozenset("*&-<>")  # a pointer, an address, a sign or an include as well
_COMMA = re.compile(r",(?=[^\s\\])")
_CALL = re.compile(
    r"\b(?!(?:if|while|for|switch|return|asm|volatile|sizeof|case|else|do|goto|int|void|char|bool|unsigned"
    r"|long)\b)\w+ \("
)
_POINTER = re.compile(r"(?<=\w) ?(?P<stars>\*+) +(?=\w)")
# Blanks that stand where none should, for "Stray blank." without a place.
_STRAY = (
    re.compile(r"(?<=\S)[ \t]+(?=[;,](?:\s|$))"),
    re.compile(r"(?<=\S) {2,}(?=\S)"),
    re.compile(r"(?<=\[) +| +(?=\])"),
    re.compile(r"(?<=[\w)\]]) +(?=\+\+|--)|(?<=[!~])(?<!!=) +(?=\w)"),
    re.compile(r"[ \t]+$"),
)
_TOO_MANY = re.compile(r"(?<=\S) {2,}(?=\S)")
# Operators that keep one blank when there are too many.
_SPACED = frozenset(
    {"=", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "|", "&", "?", ":", "+=", "-="}
)


def spacing(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """Blanks inside the parentheses of a statement, or one more or less beside what the words name."""
    for number in excerpt.nearest()[: len(excerpt.block) + 1]:
        text = excerpt.text(number)
        target = request.target or ""
        if request.new == " " and target in ("", "parentheses") and _CONTROL.search(text):
            lines = _padded(excerpt, number)
            if not target and lines:
                lines = [spread(line) for line in lines]
        else:
            lines = [_one_line(text, request)]
        if lines and lines != [excerpt.text(number + i) for i in range(len(lines))]:
            edit = Edit(path=excerpt.path, replace=text.strip(), with_=lines[0].strip()) if len(lines) == 1 else None
            yield Wish(number, number + len(lines) - 1, tuple(lines), edit)
            return


def _padded(excerpt: Excerpt, number: int) -> list[str]:
    """A statement's lines with a blank before and inside its parentheses; empty when they do not close."""
    lines = [excerpt.text(number)]
    match = _CONTROL.search(lines[0])
    if match is None:
        return []
    start, depth, at = match.end() - 1, 0, match.end() - 1
    while True:
        if at >= len(lines[-1]):
            following = number + len(lines)
            if len(lines) > _LOOK_AHEAD or not excerpt.added(following):
                return []
            lines.append(excerpt.text(following))
            at = 0
            continue
        depth += {"(": 1, ")": -1}.get(lines[-1][at], 0)
        if depth == 0:
            break
        at += 1
    last = lines[-1]
    if last[at - 1 : at].strip() and last[:at].strip():
        lines[-1] = last[:at] + " " + last[at:]
    head = lines[0]
    if head[start + 1 : start + 2].strip():
        head = head[: start + 1] + " " + head[start + 1 :]
    if head[start - 1].strip():
        head = head[:start] + " " + head[start:]
    shift = len(head) - len(lines[0]) if len(lines) > 1 else 0
    lines[0] = head
    under = " " * (start + 1)  # what stands under the first operand stays under it
    return [head, *(" " * shift + line if line.startswith(under) else line for line in lines[1:])]


def _one_line(text: str, request: Request) -> str:
    """One blank put in or taken out beside `target`; the line unchanged when that is not one place."""
    says, target = request.says.lower(), (request.target or "").strip("\"'`")
    indent = indent_of(text)
    body = text[len(indent) :]
    if request.new == "":
        return text.rstrip() if "trailing" in says else indent + _tightened(body, target, request.where)
    if target == "operators" or not target:
        return indent + spread(body)
    if target == ",":
        return indent + _spread_commas(body)
    if target != "parentheses":
        spans = words.occurrences(body, target)
        if len(spans) == 1:
            start, end = spans[0]
            if request.where != "before" and body[end : end + 1].strip():
                body = body[:end] + " " + body[end:]
            if request.where != "after" and start and body[start - 1].strip():
                body = body[:start] + " " + body[start:]
            return indent + body
        if len(spans) > 1 and request.where is None:
            return indent + spread(body, only=target)
    return text


def _tightened(body: str, target: str, where: str | None) -> str:
    """A line without the blank that should not be there; unchanged when that is not one place."""
    if target == "cast":
        casts = [m for m in CAST.finditer(body) if m.group().endswith(" ")]
        return body[: casts[0].end() - 1] + body[casts[0].end() :] if len(casts) == 1 else body
    if target == "*" and len(found := list(_POINTER.finditer(body))) == 1:
        return f"{body[: found[0].start()]} {found[0]['stars']}{body[found[0].end() :]}"
    if target and where in ("before", "after"):
        escaped = re.escape(target)
        near = rf"(?<=\S)[ \t]+(?={escaped})" if where == "before" else rf"(?<={escaped})[ \t]+"
        found = list(re.finditer(near, body))
        if len(found) != 1:
            return body
        keep = " " if len(found[0].group()) > 1 and target in _SPACED else ""
        return body[: found[0].start()] + keep + body[found[0].end() :]
    seen = hidden(body)
    cuts: dict[tuple[int, int], str] = {}
    for pattern in _STRAY:
        for match in pattern.finditer(seen):
            wide = pattern is _STRAY[1] and not any(a <= match.start() < b or a < match.end() <= b for a, b in cuts)
            if wide or pattern is not _STRAY[1]:
                cuts[match.span()] = " " if wide else ""
    casts = [m for m in CAST.finditer(seen) if m.group().endswith(" ")]
    cuts |= {(m.end() - 1, m.end()): "" for m in casts}
    cuts |= {(m.end() - 2, m.end() - 1): "" for m in _CALL.finditer(seen)}
    cuts |= {m.span(): f" {m['stars']}" for m in _POINTER.finditer(seen) if "=" not in seen[: m.start()]}
    if len(cuts) != 1:
        return body
    (start, end), new = cuts.popitem()
    return body[:start] + new + body[end:]


def spread(text: str, only: str | None = None) -> str:
    """A line with blanks around its binary operators and behind its commas; literals and comments are left alone."""
    seen = hidden(text)
    if seen.lstrip().startswith("#"):
        return text
    for match in reversed(list(_BINARY.finditer(seen))):
        op = match["op"]
        if only is not None and op != only:
            continue
        if only is None and op in _AMBIGUOUS and not _between_values(seen, match):
            continue
        text = text[: match.start()] + f" {op} " + text[match.end() :]
    return text if only else _spread_commas(text)


def _between_values(text: str, match: re.Match[str]) -> bool:
    """Whether an operator that could be a pointer's star or a sign stands between values: tight on both sides."""
    if match["left"] or match["right"] or match["op"] in "<>":
        return bool(match["left"] and match["right"])
    head = text[: match.start()]
    return "=" in head or head.count("(") > head.count(")")


def _spread_commas(text: str) -> str:
    seen = hidden(text)
    for match in reversed(list(_COMMA.finditer(seen))):
        text = text[: match.end()] + " " + text[match.end() :]
    return text
