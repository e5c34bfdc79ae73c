"""Arms of `#if` inside an expression: they become the operands of a `?:` whose condition is a mark."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reviewbot.csource.canvas import Canvas
from reviewbot.csource.draft import Cut, Draft, Piece
from reviewbot.csource.statements import CutError

# How tight an operator binds: an operand must bind tighter than what stands around it.
_COMMA, _ASSIGN, _CHOICE, _OR, _AND, _OTHER, _NONE = range(7)
_LEVELS = {b",": _COMMA, b"=": _ASSIGN, b"?": _CHOICE, b":": _CHOICE, b"||": _OR, b"&&": _AND}
_OPERATOR = re.compile(rb"\|\||&&|<<=?|>>=?|->|\+\+|--|[-+*/%&|^]=?|[=!<>]=?|[,?:~.]")
_JOINER = re.compile(rb"\|\||&&|[-+*|^,](?![-+=>|&])")
_TRAILING = re.compile(rb"(?:\|\||&&|(?<![-+])[-+*|^,]|;)\Z")
_TOKEN = re.compile(rb"[()\[\]]|\|\||&&|<<=?|>>=?|->|[-+*/%&|^<>]=?|[=!]=|[=,?:]|[;{}]")
_TWO_WORDS = re.compile(rb"\w\s+\w")  # a declaration
_NEUTRAL = {b"&&": b"1"}
_OPENS = b"([=,{"
_CLOSES = b")],;}"


def is_operand(canvas: Canvas, cut: Cut, inside: bool) -> bool:
    """Whether the arms stand in an expression; `inside` says that parentheses are open around them."""
    if inside:
        return True
    last = canvas.byte(cut.before) if cut.before >= 0 else b""
    if (last and last in b"=,?&|+-*/%^<>!~([") or canvas.word_ending(cut.before) == b"return":
        return True
    return any(_JOINER.match(canvas.code, piece.start, piece.end) for piece in cut.filled)


def rewrite_operands(canvas: Canvas, cut: Cut, draft: Draft, inside: bool) -> None:
    """Make the arms operands; elements of a list in braces stay what they are. Raises CutError and NoRoomError."""
    filled = cut.filled
    if len(filled) == 1 and not cut.closed and canvas.byte(filled[0].end - 1) == b":":
        _choice(canvas, cut, draft)
        return
    leads = {_joined(canvas, piece, leading=True) for piece in filled}
    trails = {_joined(canvas, piece, leading=False) for piece in filled}
    if len(leads) > 1 or len(trails) > 1:
        raise CutError
    lead, trail = leads.pop(), trails.pop()
    if (lead and trail) or (not inside and b"," in (lead, trail)):
        raise CutError
    bodies = [_body(canvas, piece, lead, trail) for piece in cut.pieces]
    levels = [_level(canvas, start, end) for start, end in bodies if start < end]
    joiner = lead or (trail if trail != b";" else b"")
    _check(canvas, cut, lead, trail, min(levels))
    if not joiner and (not cut.closed or len(filled) < len(cut.pieces)):
        raise CutError
    wrap = min(levels) <= _CHOICE
    for piece, (start, end) in zip(cut.pieces, bodies, strict=True):
        canvas.blank(piece.start, start)
        canvas.blank(end, piece.end)
    _lay(canvas, cut, draft, bodies, lead, trail, _NEUTRAL.get(joiner, b"0"), wrap)


def _choice(canvas: Canvas, cut: Cut, draft: Draft) -> None:
    """`a ? b :` in an arm: the choice is made where the arm is there."""
    (piece,) = cut.filled
    asked = canvas.code.find(b"?", piece.start, piece.end)
    if asked < 0 or _level(canvas, piece.start, asked) < _AND or _level(canvas, asked + 1, piece.end - 1) <= _CHOICE:
        raise CutError
    if _around(canvas, cut)[0] != -1:
        raise CutError
    draft.write(cut.lines[0][0], piece.start, (b"_&&", piece.arm))


def _lay(
    canvas: Canvas,
    cut: Cut,
    draft: Draft,
    bodies: Sequence[tuple[int, int]],
    lead: bytes,
    trail: bytes,
    neutral: bytes,
    wrap: bool,
) -> None:
    opening, closing = (b"(", b")") if wrap else (b"", b"")
    position = cut.lines[0][0]
    tokens: list[tuple[bytes, tuple[str, bool]] | bytes] = [lead + b"(" if lead else b"("]
    last = len(bodies) - 1
    for number, (piece, (start, end)) in enumerate(zip(cut.pieces, bodies, strict=True)):
        if number < last or not cut.closed:
            tokens.append((b"_?", piece.arm))
        if start < end:
            draft.write(position, start, *tokens, *([opening] if wrap else []))
            position, tokens = end, [closing] if wrap else []
        else:
            tokens.append(neutral)
        if number < last or not cut.closed:
            tokens.append(b":")
    if not cut.closed:
        tokens.append(neutral)
    draft.write(position, max(cut.after, cut.lines[-1][1]), *tokens, b")" + trail)


def _joined(canvas: Canvas, piece: Piece, leading: bool) -> bytes:
    if leading:
        found = _JOINER.match(canvas.code, piece.start, piece.end)
    else:
        found = _TRAILING.search(canvas.code, max(piece.end - 2, piece.start), piece.end)
    return found.group() if found else b""


def _body(canvas: Canvas, piece: Piece, lead: bytes, trail: bytes) -> tuple[int, int]:
    if piece.start == piece.end:
        return piece.start, piece.end
    start = canvas.after(piece.start + len(lead)) if lead else piece.start
    end = canvas.before(piece.end - len(trail)) + 1 if trail else piece.end
    if start >= end or _TWO_WORDS.search(canvas.code, start, end):
        raise CutError
    return start, end


def _level(canvas: Canvas, start: int, end: int) -> int:
    """How tight the loosest operator outside of brackets binds."""
    depth, level, choices = 0, _NONE, 0
    for match in _TOKEN.finditer(canvas.code, start, end):
        token = match.group()
        if token in (b"(", b"["):
            depth += 1
        elif token in (b")", b"]"):
            depth -= 1
            if depth < 0:
                raise CutError
        elif token in (b";", b"{", b"}"):
            raise CutError
        elif not depth and token != b"->":
            choices += (token == b"?") - (token == b":")
            level = min(level, _LEVELS.get(token, _ASSIGN if _assigns(token) else _OTHER))
    if depth or choices:
        raise CutError
    return level


def _assigns(token: bytes) -> bool:
    return token.endswith(b"=") and token not in (b"==", b"!=", b"<=", b">=")


def _check(canvas: Canvas, cut: Cut, lead: bytes, trail: bytes, level: int) -> None:
    """Whether the operand may stand as one between its neighbours. Raises CutError where the tree would be another."""
    previous, following = _around(canvas, cut)
    if trail == b";":
        trail, following = b"", -1
    if (previous == _NONE) != bool(lead) or (following == _NONE) != bool(trail):
        raise CutError
    if lead or trail:
        own = _LEVELS.get(lead or trail, _OTHER)
        if own == _COMMA:
            return
        if level < own or (lead and own == _OR and following == _AND) or (trail and own == _OR and previous == _AND):
            raise CutError
        if own == _OTHER and level < _OTHER:
            raise CutError
        return
    loosest = max(previous, following, -1)
    if level < loosest or (level == loosest and level == _OTHER):
        raise CutError


def _around(canvas: Canvas, cut: Cut) -> tuple[int, int]:
    """The levels of the operators before and behind the conditional; -1 for brackets, _NONE where an operand stands."""
    before = bytes(canvas.code[max(cut.before - 1, 0) : cut.before + 1])
    last = before[-1:]
    if before in (b"&&", b"||"):
        previous = _LEVELS[before]
    elif canvas.word_ending(cut.before) == b"return" or (last in _OPENS and not _assigned(before)) or last in b"?:":
        previous = -1
    else:
        previous = _NONE if last in b")]\"'" or last.isalnum() or last == b"_" else _OTHER
    following = canvas.byte(cut.after)
    if following in _CLOSES or following in b"?:":
        return previous, -1
    found = _OPERATOR.match(canvas.code, cut.after)
    return previous, _LEVELS.get(found.group(), _OTHER) if found else _NONE


def _assigned(two: bytes) -> bool:
    """Whether the last byte is the `=` of a comparison."""
    return two in (b"==", b"!=", b"<=", b">=")
