"""Conditionals that cut statements, rewritten so that every arm stands in the tree as an alternative.

An arm's condition becomes a mark: `if(_)` before its statements, `_&&` or `_?` in the condition of an `if` whose other
parts are on the far side of a line. Nothing is moved: what is written goes into the blanks of the lines themselves.

    #ifdef X                if(_&&                  #ifdef X            if(_?
    if ( a )                   ( a )                if ( a )               ( a )
        act();        →     )  act();               #else         →     :
    else                    else                    if ( b )               ( b )
    #endif                                          #endif              )
        other();                other();                act();              act();
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from reviewbot.csource.arms import Arm
from reviewbot.csource.canvas import Canvas
from reviewbot.csource.draft import Cut, Draft, NoRoomError, Piece
from reviewbot.csource.operands import is_operand, rewrite_operands
from reviewbot.csource.statements import Branch, CutError, branch, label_end, statement_end

_COMMA = 0x2C
_BEFORE_BODY = (b"else", b"do")
_OPEN_ENDED = (b"if", b"while", b"for")
_DECLARATION = re.compile(rb"(?!return\b|goto\b)\w+\s+(?:\*\s*)*\w|\w+\s*\*\s*\w+\s*[=;]")


@dataclass(slots=True)
class _Shape:
    """What an arm is made of: `else`, whole statements (labels apart), and what is cut at its end."""

    starts_else: bool = False
    runs: list[tuple[int, int, int]] = field(default_factory=list)  # whole statements: (start, end, how many)
    chain: list[Branch] = field(default_factory=list)  # an `if … else if …` that the arm starts or ends with
    last: int = -1  # where the statement behind the last `else` of a whole chain starts
    ends: str = ""  # "else", "head", "head{", "}"; "" where all of it is whole


def make_alternatives(canvas: Canvas, cut: Cut, inside: bool) -> bool:
    """Rewrite the conditional if it has one of the known shapes; whether it had, else nothing is changed."""
    if not cut.filled or cut.before < 0:
        return False
    if _is_split_else(canvas, cut):
        return True
    draft = Draft(canvas, cut)
    try:
        if is_operand(canvas, cut, inside):
            rewrite_operands(canvas, cut, draft, inside)
        else:
            _rewrite_statements(canvas, cut, draft)
    except (CutError, NoRoomError):
        draft.undo()
        return False
    draft.keep()
    return True


def keep_elements(canvas: Canvas, cut: Cut) -> bool:
    """Arms that hold elements of a list in braces: those of all stay, one behind another; whether there are several."""
    filled = cut.filled
    if len(filled) < 2 or any(canvas.code.find(b";", piece.start, piece.end) >= 0 for piece in filled):
        return False
    draft = Draft(canvas, cut)
    try:
        for piece, following in pairwise(filled):
            if canvas.code[piece.end - 1] != _COMMA:
                draft.write(piece.end, following.start, b",")
    except NoRoomError:
        draft.undo()
        return False
    return True


def _is_split_else(canvas: Canvas, cut: Cut) -> bool:
    """`} else {` in an arm of its own: it stays, and its `else` is marked."""
    (first, *more) = cut.filled
    if more or canvas.code[first.start : first.end].split() != [b"}", b"else", b"{"]:
        return False
    for start, end in cut.lines:
        canvas.blank(start, end)
    canvas.arms[canvas.after(first.start + 1)] = first.arm
    return True


def _rewrite_statements(canvas: Canvas, cut: Cut, draft: Draft) -> None:
    filled = cut.filled
    shapes = [_shape(canvas, piece) for piece in filled]
    first = shapes[0]
    if all(shape.starts_else for shape in shapes):
        for piece, shape in zip(filled, shapes, strict=True):
            _hang_on(canvas, piece, shape, piece.line, draft)
    elif any(shape.starts_else for shape in shapes):
        raise CutError
    elif all(shape.ends == "else" for shape in shapes):
        for piece, shape in zip(filled, shapes, strict=True):
            position = _guard_runs(canvas, shape, piece.arm, piece.line, draft)
            _guard_chain(canvas, shape.chain, piece.arm, position, draft, ())
    elif first.ends.startswith("head"):
        _heads(canvas, cut, shapes, draft)
    elif len(shapes) == 1 and (
        first.ends == "}" or (not first.ends and canvas.byte(cut.before) in (b";", b"}", b"{", b":"))
    ):
        _guard_runs(canvas, first, filled[0].arm, filled[0].line, draft)
    elif any(shape.ends for shape in shapes):
        raise CutError
    else:
        _bodies(canvas, cut, shapes, draft)


def _shape(canvas: Canvas, piece: Piece) -> _Shape:
    """Raises CutError where the arm is something else."""
    shape = _Shape()
    position, limit = piece.start, piece.end
    if canvas.word_at(position) == b"else":
        shape.starts_else = True
        position = canvas.after(position + 4)
    while position < limit:
        if canvas.code[position] == 0x7D and canvas.after(position + 1) >= limit:
            shape.ends = "}"
            break
        behind_label = label_end(canvas, position, limit)
        if behind_label >= 0:
            position = canvas.after(behind_label)
            shape.runs.append((position, position, 0))
            continue
        if canvas.word_at(position) == b"if" and _chain(canvas, position, limit, shape):
            break
        end = statement_end(canvas, position, limit)
        if shape.runs and shape.runs[-1][2]:
            start, _, count = shape.runs[-1]
            shape.runs[-1] = (start, end, count + 1)
        else:
            shape.runs.append((position, end, 1))
        position = canvas.after(end)
    return shape


def _chain(canvas: Canvas, position: int, limit: int, shape: _Shape) -> bool:
    """Take in the `if` chain at `position` if the arm cuts it, or starts with the `else` before it."""
    found: list[Branch] = []
    ends, last = "", -1
    while True:
        found.append(branch(canvas, position, limit))
        body = canvas.after(found[-1].closing + 1)
        if body >= limit or (canvas.code[body] == 0x7B and canvas.after(body + 1) >= limit):
            ends = "head" if body >= limit else "head{"
            break
        end = statement_end(canvas, body, limit)
        following = canvas.after(end)
        if following >= limit or canvas.word_at(following) != b"else":
            break
        position = canvas.after(following + 4)
        if position >= limit:
            ends = "else"
            break
        if canvas.word_at(position) != b"if":
            last = position
            following = canvas.after(statement_end(canvas, position, limit))
            break
    whole = not ends
    if whole and not (shape.starts_else and following >= limit):
        return False
    shape.chain, shape.ends, shape.last = found, ends, last
    return True


def _hang_on(canvas: Canvas, piece: Piece, shape: _Shape, line: int, draft: Draft) -> None:
    """`else …` in an arm: the `else` asks whether the arm is there."""
    if shape.ends or sum(count for _, _, count in shape.runs) != (0 if shape.chain else 1):
        raise CutError
    if shape.chain:
        canvas.blank(piece.start, piece.start + 4)
        _guard_chain(canvas, shape.chain, piece.arm, line, draft, (b"else ",))
        if shape.last >= 0:
            draft.write(canvas.before(shape.last) + 2, shape.last, (b"if(_)", piece.arm))
    else:
        canvas.blank(piece.start, piece.start + 4)
        draft.write(line, shape.runs[0][0], b"else ", (b"if(_)", piece.arm))


def _guard_chain(
    canvas: Canvas, chain: list[Branch], arm: Arm, position: int, draft: Draft, before: tuple[bytes, ...]
) -> None:
    """`if ( a )` becomes `if(_&& ( a ))`: without the arm it is as if it asked for what never holds."""
    for number, item in enumerate(chain):
        canvas.blank(item.word, item.word + 2)
        following = canvas.after(item.closing + 1)
        if number and item.opening - position < len(b" if(_&&"):  # the parentheses are not needed in `_? a :0`
            canvas.blank(item.opening, item.opening + 1)
            canvas.blank(item.closing, item.closing + 1)
            draft.write(position + 1, canvas.after(position), (b"if(_?", arm))
            draft.write(item.closing, following, b":0)")
        else:
            draft.write(position, item.opening, *before, (b"if(_&&", arm))
            draft.write(item.closing + 1, following, b")")
        before = ()
        if number + 1 < len(chain):
            position = canvas.before(chain[number + 1].word) + 1


def _guard_runs(canvas: Canvas, shape: _Shape, arm: Arm, position: int, draft: Draft) -> int:
    """`if(_)` before whole statements; returns the offset from which there are blanks for what follows."""
    for start, end, count in shape.runs:
        if not count:
            position = canvas.before(start) + 1
            continue
        if count > 1 or _needs_braces(canvas, start):
            draft.write(position, start, (b"if(_)", arm), b"{")
            position = draft.write(end, canvas.after(end), b"}")
        else:
            draft.write(position, start, (b"if(_)", arm))
            position = end
    return position


def _needs_braces(canvas: Canvas, start: int) -> bool:
    """A declaration is no statement, and an `else` behind an `if` or a loop may be meant for one outside."""
    return canvas.word_at(start) in _OPEN_ENDED or _DECLARATION.match(canvas.code, start) is not None


def _heads(canvas: Canvas, cut: Cut, shapes: list[_Shape], draft: Draft) -> None:
    """`if ( a )` in one arm, `if ( b )` in the other, one body behind them: one `if` that asks for either."""
    filled = cut.filled
    if len(shapes) == 1:
        line = _guard_runs(canvas, shapes[0], filled[0].arm, filled[0].line, draft)
        *earlier, last = shapes[0].chain
        if earlier:
            raise CutError
        _head_of_one(canvas, last, filled[0].arm, line, draft)
        return
    if any(shape.runs or len(shape.chain) != 1 or shape.ends != shapes[0].ends for shape in shapes):
        raise CutError
    if not cut.closed or len(filled) < len(cut.pieces):
        raise CutError
    position = cut.lines[0][0]
    token: bytes = b"if(_?"
    for number, (piece, shape) in enumerate(zip(filled, shapes, strict=True)):
        head = shape.chain[0]
        canvas.blank(head.word, head.word + 2)
        final = number == len(filled) - 1
        if not final and shape.ends == "head{":
            canvas.blank(head.closing + 1, piece.end)
        draft.write(position, head.opening, b":" if final else (token, piece.arm))
        position, token = head.closing + 1, b":_?"
    draft.write(position, canvas.after(position), b")")


def _head_of_one(canvas: Canvas, head: Branch, arm: Arm, position: int, draft: Draft) -> None:
    """Without the arm the body is run always."""
    canvas.blank(head.word, head.word + 2)
    draft.write(position, head.opening, (b"if(_?", arm))
    draft.write(head.closing + 1, canvas.after(head.closing + 1), b":1)")


def _bodies(canvas: Canvas, cut: Cut, shapes: list[_Shape], draft: Draft) -> None:
    """Arms that are each the body of what stands before them, or that follow a label."""
    if canvas.word_ending(cut.before) not in _BEFORE_BODY and canvas.byte(cut.before) not in (b")", b":"):
        raise CutError
    label = canvas.byte(cut.before) == b":"
    whole = cut.closed and len(cut.filled) == len(cut.pieces)
    if any(len(shape.runs) != 1 or (shape.runs[0][2] != 1 and not label) for shape in shapes):
        raise CutError
    if not label and not whole:
        raise CutError
    if canvas.word_at(cut.after) == b"else" and any(canvas.word_at(s.runs[0][0]) in _OPEN_ENDED for s in shapes):
        raise CutError  # the `else` may belong to one arm's own `if`
    position = cut.lines[0][0]
    for number, (piece, shape) in enumerate(zip(cut.filled, shapes, strict=True)):
        start, end, count = shape.runs[0]
        last = whole and number == len(shapes) - 1
        braces = count > 1 or _needs_braces(canvas, start)
        tokens: list[tuple[bytes, Arm] | bytes] = [b"else "] if number else []
        tokens += [] if last else [(b"if(_)", piece.arm)]
        draft.write(position, start, *tokens, *([b"{"] if braces else []))
        position = draft.write(end, canvas.after(end), b"}") if braces else end
