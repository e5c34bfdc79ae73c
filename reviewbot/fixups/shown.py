"""What a reviewer shows: code to stand in the place of quoted lines, code to be added beside them, a diff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reviewbot import regex as re
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.excerpt import Excerpt, Wish
from reviewbot.fixups.words import indent_of, open_parentheses
from reviewbot.review import Request
from reviewbot.review.shown import as_hunk, fit

_LIKE = 0.55  # how much of shown code and quoted lines has to agree
_PARTNER = 0.5  # how much the first and last replaced line has to agree with some line of the code
# Words that send the reader to another place than the quoted lines.
_ELSEWHERE = re.compile(r"\b(?:at|on|near|from) the (?:very )?(?:top|beginning|start|bottom|end)\b|\belsewhere\b", re.I)
_OTHER_TABS = (4, 2)  # columns a tab takes in the editors of people who send code aligned for those


def shown_hunks(request: Request, excerpt: Excerpt) -> list[Wish]:
    """The hunks of a shown diff, each at its place in the posted lines; empty when one of them has none."""
    wishes: list[Wish] = []
    texts = {number: row.text for number, row in excerpt.rows.items()}
    for hunk in request.hunks:
        at = fit(hunk, texts)
        if at is None:
            return []
        wishes.append(Wish(at.first, at.last, at.new))
    return wishes


def shown_code(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """Code that the reviewer wrote: beside the quoted line, or in the place of the lines that it resembles most."""
    hunk = as_hunk(request.code)
    if hunk is not None:
        at = fit(hunk, {number: row.text for number, row in excerpt.rows.items()})
        if at is not None:
            yield Wish(at.first, at.last, at.new)
            return
    code = _clean(request.code, excerpt)
    if not code or _ELSEWHERE.search(request.says):
        return
    if request.where in ("before", "after"):
        yield from _beside(request, excerpt, code)
        return
    ratio, first, last = _most_alike(excerpt, code)
    if ratio < _LIKE:
        return
    lines = laid_out(code, indent_of(excerpt.text(first)))
    old = "\n".join(excerpt.text(n).strip() for n in range(first, last + 1))
    edit = Edit(path=excerpt.path, replace=old, with_="\n".join(lines)) if first == last and old else None
    yield Wish(first, last, lines, edit)


def _clean(code: Sequence[str], excerpt: Excerpt) -> list[str]:
    """Shown lines without a diff's signs; empty where they leave something out."""
    lines = [line.rstrip() for line in code]
    if any(line[:1] == "+" for line in lines):
        lines = [line[1:] for line in lines if line[:1] == "+"]
    if "\t" not in excerpt.text(excerpt.at):
        lines = [line.expandtabs(8) for line in lines]
    while lines and not lines[-1].strip():
        lines.pop()
    out = any("..." in line.replace("...)", "") or "[...]" in line or line[:1] in ("-", "@") for line in lines)
    return [] if out else lines


def _most_alike(excerpt: Excerpt, code: Sequence[str]) -> tuple[float, int, int]:
    """How much, and which of the quoted added lines resemble shown code most."""
    quoted = [n for n in excerpt.block if excerpt.added(n)]
    best: tuple[float, int, int] = (0.0, 0, 0)
    wanted = "\n".join(" ".join(line.split()) for line in code)
    following = quoted[-1:] and [n for n in range(quoted[-1] + 1, quoted[-1] + len(code)) if excerpt.added(n)]
    around = [*quoted, *following]
    for i, first in enumerate(around):
        for j in range(i, min(len(around), i + len(code) + 4)):
            last = around[j]
            if last - first != j - i:
                break
            have = "\n".join(" ".join(excerpt.text(n).split()) for n in range(first, last + 1))
            best = max(best, (_alike(have, wanted, max(best[0], _LIKE)), first, last))
    ratio, first, last = best
    while first < last and not _partner(excerpt.text(first), code):
        first += 1
    while first < last and not _partner(excerpt.text(last), code):
        last -= 1
    return ratio, first, last


def _partner(text: str, code: Sequence[str]) -> bool:
    """Whether a line is found again, changed or not, in shown code."""
    bare = " ".join(text.split())
    return any(_alike(bare, " ".join(line.split()), _PARTNER) >= _PARTNER for line in code)


def _alike(one: str, other: str, least: float) -> float:
    """How much two texts agree, 0 to 1; nothing where that is less than asked for, which is far sooner known."""
    from difflib import SequenceMatcher

    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    return matcher.ratio()


def _beside(request: Request, excerpt: Excerpt, code: Sequence[str]) -> Iterator[Wish]:
    """Shown code as lines of their own above or below the quoted line, indented as the code there is."""
    number = excerpt.at
    after = request.where == "after"
    text = excerpt.text(number)
    inside = excerpt.text(number + 1) if after and text.rstrip().endswith(("{", "(", "then", "do")) else text
    lines = laid_out(code, indent_of(inside if inside.strip() else text))
    anchor = text.strip()
    edit = Edit(path=excerpt.path, insert="\n".join(lines), after=anchor if after else None,
                before=None if after else anchor)  # fmt: skip
    yield Wish(number + after, number + after - 1, lines, edit if anchor else None)


def laid_out(code: Sequence[str], lead: str) -> tuple[str, ...]:
    """Shown code at an indentation; lines that were aligned with tabs of another width are aligned as they look."""
    margin = min((len(indent_of(line)) for line in code if line.strip()), default=0)
    lines: list[str] = []
    for line in code:
        own = lead + line[margin:].rstrip() if line.strip() else ""
        lines.append((_aligned(lines[-1], own) if lines else None) or own)
    return tuple(lines)


def _aligned(above: str, line: str) -> str | None:
    """A line that continues an open parenthesis, when its tabs put it there at another tab width."""
    opened = open_parentheses(above)
    indent = indent_of(line)
    if not opened or "\t" not in indent:
        return None
    head = above[: opened[-1] + 1]
    if len(indent.expandtabs(8)) == len(head.expandtabs(8)):
        return None
    for width in _OTHER_TABS:
        if len(indent.expandtabs(width)) == len(head.expandtabs(width)):
            column = len(head.expandtabs(8))
            return "\t" * (column // 8) + " " * (column % 8) + line.lstrip()
    return None
