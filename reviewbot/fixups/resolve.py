"""From what an edit says to the bytes it replaces: each kind of edit against the unedited file."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.errors import InputError
from reviewbot.fixups.blocks import Block, label_key, separated
from reviewbot.fixups.diff import read_hunks
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.place import Field
from reviewbot.fixups.splice import Move, Splice

# s/a/b/ with any delimiter of people's habit; the text after the first two characters is cut by hand.
_SCRIPT = re.compile(r"s([/|,:;#!@%])(.*)", re.DOTALL)
_TOUCHED, _HUNK, _ANYWHERE = 1, 2, 3  # how far from the patch's own lines an edit may look (see `Touched.rank`)


def resolve(edit: Edit, field: Field) -> list[Splice | Move]:
    """The splices (or the move) that make an edit; InputError naming the places when it does not match exactly once."""
    if edit.move is not None:
        return [_move(edit, field)]
    if edit.insert is not None:
        return [_insert(edit, field)]
    if edit.script is not None:
        return _script(edit, field)
    if edit.diff is not None:
        return _diff(edit, field)
    if edit.delete is not None:
        return [_delete(edit, field)]
    return [_replace(edit, field)]


def _spans(edit: Edit, field: Field, wanted: str) -> list[tuple[int, int, int, int, int]]:
    """Every place of a text, as (how well, first line, last line, start, end); whole words fit better than parts."""
    text = field.text
    return [
        (0 if text.on_word(a, b) else 1, text.number(a), text.number(max(a, b - 1)), a, b)
        for a, b in text.find(wanted, prose=field.prose)
    ]


def _span(edit: Edit, field: Field, wanted: str) -> tuple[int, int]:
    found = _spans(edit, field, wanted)
    chosen = found[field.pick(edit, [f[:3] for f in found], _TOUCHED)]
    return chosen[3], chosen[4]


def _lines(field: Field, first: int, last: int) -> tuple[int, int]:
    """The bytes of whole lines, with the last one's end."""
    return field.text.start(first), field.text.start(last + 1)


def _replace(edit: Edit, field: Field) -> Splice:
    text = field.text
    wanted, new = edit.replace, edit.with_ or ""
    if wanted is None:
        return Splice(0, len(text.data), text.encode(new), edit.label, (0, len(text.data)))
    start, end = _span(edit, field, wanted)
    whole = text.whole(start, end)
    if whole and not new.strip():
        return Splice(*_lines(field, text.number(start), text.number(end - 1)), b"", edit.label, (start, end))
    if wanted.endswith("\n"):
        new = new.removesuffix("\n")
    if whole and new[:1] in (" ", "\t"):
        start = text.start(text.number(start))
        body = text.encode(new)
    elif whole and "\n" in new and not field.prose:
        body = text.layout(new, text.number(start)).removesuffix(text.eol)
        body = body.removeprefix(text.indent(text.number(start)))
    else:
        body = text.encode(new)
    return Splice(start, end, body, edit.label, (start, end))


def _insert(edit: Edit, field: Field) -> Splice:
    first, last = field.line_of(edit, edit.after or edit.before or "", _HUNK)
    number, at = (last, last + 1) if edit.after is not None else (first, first)
    offset = field.text.start(at)
    return Splice(offset, offset, field.text.layout(edit.insert or "", number), edit.label, _lines(field, first, last))


def _delete(edit: Edit, field: Field) -> Splice:
    text, wanted = field.text, edit.delete or ""
    if edit.after is not None or edit.before is not None:
        return _delete_beside(edit, field)
    if not wanted.strip():
        first, last = field.region(edit)
        blank = [n for n in range(first, last + 1) if text.blank(n)]
        found = [(0, n, n) for n in blank]
        number = blank[field.pick(edit, found, _TOUCHED)]
        return Splice(*_lines(field, number, number), b"", edit.label, _lines(field, number, number))
    start, end = _span(edit, field, wanted)
    if text.whole(start, end):
        first, last = text.number(start), text.number(end - 1)
        if field.prose and (first == 1 or text.blank(first - 1)) and text.blank(last + 1):
            last += 1  # a paragraph goes with the blank line that follows it
        span = _lines(field, first, last)
        return Splice(*span, b"", edit.label, span)
    return _cut_words(edit, field, start, end)


def _delete_beside(edit: Edit, field: Field) -> Splice:
    """Delete the line (named, or blank) directly after or before another one."""
    text, wanted = field.text, (edit.delete or "").strip()
    first, last = field.line_of(edit, edit.after or edit.before or "", _HUNK)
    number = last + 1 if edit.after is not None else first - 1
    if not 1 <= number <= text.count or text.line(number).strip() != text.encode(wanted):
        what = repr(wanted) if wanted else "a blank line"
        raise InputError(f"{edit.label}: {field.name}:{number} is not {what}")
    if field.touched.rank(number, number) > _HUNK:
        raise InputError(f"{edit.label}: {field.name}:{number} is outside of the lines that the patch touches")
    span = _lines(field, number, number)
    return Splice(*span, b"", edit.label, span)


def _cut_words(edit: Edit, field: Field, start: int, end: int) -> Splice:
    """Delete part of a line: the blank left over goes with it, and at the line's end all of them."""
    data, anchor = field.text.data, (start, end)
    if data[end : end + 1] in (b"\n", b"\r"):
        while data[start - 1 : start] in (b" ", b"\t"):
            start -= 1
    elif data[end : end + 1] == b" " and (start == 0 or data[start - 1 : start] in (b" ", b"\t", b"\n", b"(")):
        end += 1
    return Splice(start, end, b"", edit.label, anchor)


def parse_script(script: str) -> tuple[str, str, bool]:
    """Old text, new text, and whether all places are meant; the texts are literal, and the last delimiter may lack.

    A backslash before the delimiter makes it text. InputError when it is no substitution.
    """
    match = _SCRIPT.fullmatch(script.strip("\n"))
    if match is None:
        raise InputError(f"not a substitution: {script!r} (s/old/new/)")
    delimiter, rest = match.groups()
    parts, at = [""], 0
    while at < len(rest):
        if rest[at] == "\\" and rest[at + 1 : at + 2] == delimiter:
            parts[-1] += delimiter
            at += 1
        elif rest[at] == delimiter:
            parts.append("")
        else:
            parts[-1] += rest[at]
        at += 1
    if len(parts) not in (2, 3) or not parts[0] or parts[2:] not in ([], [""], ["g"]):
        raise InputError(f"not one substitution of literal text: {script!r} (s/old/new/ or s/old/new/g)")
    return parts[0], parts[1], parts[2:] == ["g"]


def _script(edit: Edit, field: Field) -> list[Splice | Move]:
    old, new, everywhere = parse_script(edit.script or "")
    found = _spans(edit, field, old)
    if not everywhere:
        chosen = [found[field.pick(edit, [f[:3] for f in found], _TOUCHED)]]
    else:
        region = field.region(edit) if edit.within is not None else None
        chosen = [
            f
            for f in found
            if (region[0] <= f[1] and f[2] <= region[1] if region else field.touched.rank(f[1], f[2]) <= _TOUCHED)
        ]
        best = min((f[0] for f in chosen), default=0)
        chosen = [f for f in chosen if f[0] == best]
        if not chosen:
            field.pick(edit, [f[:3] for f in found], _TOUCHED)  # says why
    body = field.text.encode(new)
    return [Splice(a, b, body, edit.label, (a, b)) for *_, a, b in chosen]


def _diff(edit: Edit, field: Field) -> list[Splice | Move]:
    text = field.text
    made: list[Splice | Move] = []
    for hunk in read_hunks(edit.diff or ""):
        old, new = hunk.old, hunk.new
        starts = [n for n in range(1, text.count - len(old) + 2) if _stands(field, old, n)] if old else []
        if hunk.start in starts:
            starts = [hunk.start]
        found = [(0, n, n + len(old) - 1) for n in starts]
        if edit.within is None:
            found = [f for f in found if field.touched.rank(f[1], f[2]) < _ANYWHERE or _meets(field, f)] or found
            farthest = _ANYWHERE if found and any(_meets(field, f) for f in found) else _HUNK
        else:
            farthest = _ANYWHERE
        first = found[field.pick(edit, found, farthest)][1]
        head = 0
        while head < min(len(old), len(new)) and old[head] == new[head]:
            head += 1
        tail = 0
        while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
            tail += 1
        start, end = _lines(field, first + head, first + len(old) - 1 - tail)
        body = b"".join(text.encode(line) + text.eol for line in new[head : len(new) - tail])
        made.append(Splice(start, end, body, edit.label, _lines(field, first, first + len(old) - 1)))
    return made


def _stands(field: Field, lines: tuple[str, ...], number: int) -> bool:
    return all(field.text.line(number + i) == field.text.encode(line).rstrip(b"\r") for i, line in enumerate(lines))


def _meets(field: Field, found: tuple[int, int, int]) -> bool:
    """Whether one of the lines at least belongs to the patch's hunks: a diff brings context of its own."""
    return any(line in field.touched.near for line in range(found[1], found[2] + 1))


def _move(edit: Edit, field: Field) -> Move:
    wanted, target = edit.move or "", edit.after or edit.before or ""
    outline = field.outline
    if outline.is_c and not field.prose:
        if label_key(wanted) is not None:
            return _move_block(edit, field, *_groups(edit, field, wanted, target), apart=None)
        block = outline.function(wanted)
        if block is not None:
            other = outline.function(target)
            goal = other or Block(*field.line_of(edit, target, _ANYWHERE), target)
            _in_patch(edit, field, block)
            return _move_block(edit, field, block, goal, apart=True)
    first, last = field.line_of(edit, wanted, _TOUCHED)
    to = field.line_of(edit, target, _ANYWHERE)
    return _move_lines(edit, field, (first, last), to)


def _in_patch(edit: Edit, field: Field, block: Block) -> None:
    if edit.within is None and not any(n in field.touched.lines for n in range(block.first, block.last + 1)):
        raise InputError(f"{edit.label}: the patch does not touch {field.name}:{block.first}")


def _groups(edit: Edit, field: Field, wanted: str, target: str) -> tuple[Block, Block]:
    """The case group that moves, and the one of the same switch that it moves beside."""
    blocks = field.outline.groups(wanted)
    block = blocks[field.pick(edit, [(0, b.first, b.last) for b in blocks], _TOUCHED)]
    if label_key(block.name) != label_key(wanted):
        raise InputError(f"{edit.label}: {wanted!r} shares its statements with {block.name!r}: name that one")
    goals = [b for b in field.outline.groups(target) if b.switch == block.switch]
    if len(goals) != 1:
        raise InputError(f"{edit.label}: the switch at {field.name}:{block.switch} has no {target!r}")
    if block.arm != goals[0].arm:
        raise InputError(f"{edit.label}: {field.name}:{block.first} and {goals[0].first} stand under different #if")
    return block, goals[0]


def _move_block(edit: Edit, field: Field, block: Block, goal: Block, apart: bool | None) -> Move:
    """Move a block beside another; one blank line stays or comes where the file parts its blocks by one."""
    text = field.text
    if block.first <= goal.first <= block.last:
        raise InputError(f"{edit.label}: a block cannot move beside itself")
    index = block.family.index((block.first, block.last))
    neighbour = block.family[index - 1 : index] if edit.after is not None else block.family[index + 1 : index + 2]
    if (goal.first, goal.last) in neighbour:
        raise InputError(f"{edit.label}: it already stands there ({field.name}:{block.first})")
    gap = text.eol if (separated(text, block.family) if apart is None else apart) else b""
    first, last = _cut(field, block)
    if edit.after is not None:
        at, after = goal.last + 1, text.line(goal.last + 1).strip()
        head, tail = gap, gap if after and after[:1] != b"}" else b""
    else:
        at, before = goal.first, text.line(goal.first - 1).strip()
        head, tail = gap if before and before[-1:] != b"{" else b"", gap
    return Move(*_lines(field, block.first, block.last), text.start(at), _lines(field, first, last), head, tail,
                True, edit.label)  # fmt: skip


def _cut(field: Field, block: Block) -> tuple[int, int]:
    """The lines that go with a block: one of the two separators around it, so that one is left."""
    text, first, last = field.text, block.first, block.last
    following = last + 1
    while text.blank(following):
        following += 1
    closes = following > text.count or text.line(following).strip()[:1] == b"}"
    opens = first == 1 or text.line(first - 1).strip()[-1:] == b"{"
    if closes and not opens:
        while text.blank(first - 1):
            first -= 1
    elif opens or text.blank(first - 1):
        last = following - 1
    return first, last


def _move_lines(edit: Edit, field: Field, span: tuple[int, int], to: tuple[int, int]) -> Move:
    at = to[1] + 1 if edit.after is not None else to[0]
    if span[0] <= to[0] <= span[1] or span[0] <= to[1] <= span[1]:
        raise InputError(f"{edit.label}: lines cannot move beside themselves")
    if at in (span[0], span[1] + 1):
        raise InputError(f"{edit.label}: it already stands there ({field.name}:{span[0]})")
    lines = _lines(field, *span)
    return Move(*lines, field.text.start(at), lines, b"", b"", False, edit.label)
