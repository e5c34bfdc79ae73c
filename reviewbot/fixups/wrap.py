"""Lines over 80 columns broken as Xen breaks them, and lines joined that fit on one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from reviewbot import regex as re
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.excerpt import Excerpt, Wish
from reviewbot.fixups.words import hidden, indent_of, open_parentheses
from reviewbot.review import Request

_WIDTH = 80
_TAB = 8
_MOST_LINES = 6  # that one line is broken into
# Where a line may be broken: behind a comma or an operator, in front of a choice's parts, as a last resort behind "=".
_BREAKS = re.compile(r"(?P<soft>,|&&|\|\|| \|| \+) |(?= [?:] )|(?P<last>(?<![=!<>]) =) (?!=)")
_COMMENT = re.compile(r"(?P<indent>\s*)/\*+\s?(?P<text>.*?)\s?\*/\s*")
_STARRED = re.compile(r"(?P<lead>\s*\* )(?P<text>\S.*)")


def wrap(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """A line over 80 columns broken at its last comma or operator that fits; two lines joined that fit on one."""
    if request.new == "join":
        yield from _joined(excerpt)
        return
    long = [n for n in excerpt.nearest() if excerpt.added(n) and _wide(excerpt.text(n))]
    for number in long[:1]:
        text = excerpt.text(number)
        pieces = _comment(text) or broken(text)
        if pieces:
            yield Wish(number, number, pieces, Edit(path=excerpt.path, replace=text.strip(), with_="\n".join(pieces)))


def _wide(text: str) -> bool:
    return len(text.expandtabs(_TAB)) > _WIDTH


def _joined(excerpt: Excerpt) -> Iterator[Wish]:
    numbers = [n for n in excerpt.block if excerpt.added(n)][-2:]
    if len(numbers) != 2 or numbers[1] != numbers[0] + 1:
        return
    first, second = (excerpt.text(n) for n in numbers)
    gap = "" if first.rstrip().endswith("(") else " "
    joined = first.rstrip() + gap + second.strip()
    if not _wide(joined):
        yield Wish(numbers[0], numbers[1], (joined,))


def _comment(text: str) -> tuple[str, ...]:
    """A comment on a line of its own over several, or a line of a longer one over two; empty for anything else."""
    whole = _COMMENT.fullmatch(text)
    if whole:
        lead = whole["indent"]
        said = textwrap.wrap(whole["text"], _WIDTH - len(f"{lead} * ".expandtabs(_TAB)), break_long_words=False)
        if said and (said[-1][-1:].isalnum() or said[-1].endswith(")")):
            said[-1] += "."
        return (f"{lead}/*", *(f"{lead} * {line}" for line in said), f"{lead} */") if said else ()
    inside = _STARRED.fullmatch(text)
    if inside and not text.rstrip().endswith("*/"):
        said = textwrap.wrap(inside["text"], _WIDTH - len(inside["lead"].expandtabs(_TAB)), break_long_words=False)
        return tuple(inside["lead"] + line for line in said)
    return ()


def broken(text: str) -> tuple[str, ...]:
    """The lines, each within the width, broken inside as few parentheses as can be; empty when no place fits."""
    if text.lstrip().startswith("#") or text.endswith("\\") or "/*" in text or "//" in hidden(text):
        return ()
    lines = [text]
    while _wide(lines[-1]):
        pair = _once(lines[-1])
        if pair is None or len(lines) == _MOST_LINES:
            return ()
        lines[-1:] = pair
    return tuple(lines)


def _once(text: str) -> tuple[str, str] | None:
    """A line and what is left of it, aligned with the parenthesis that is still open."""
    seen = hidden(text)
    best: tuple[int, int, tuple[str, str]] | None = None
    for match in _BREAKS.finditer(seen):
        head = text[: match.end()].rstrip()
        if len(head.expandtabs(_TAB)) > _WIDTH:
            break
        opened = open_parentheses(seen[: len(head)])
        tail = text[match.end() :].lstrip()
        if not tail or not head.strip():
            continue
        depth = len(opened) if not match["last"] else len(opened) + 100
        made = _aligned(head, opened, seen) + tail
        if best is None or (depth, -match.end()) <= (best[0], -best[1]):
            best = (depth, match.end(), (head, made))
    return best[2] if best else None


def _aligned(head: str, opened: list[int], seen: str) -> str:
    """The indentation of a line that goes on: under what follows the open parenthesis, else one level deeper."""
    lead = indent_of(head)
    if not opened:
        return lead + ("\t" if "\t" in lead else "    ")
    at = opened[-1] + 1
    column = len(head[:at].expandtabs(_TAB)) + (seen[at : at + 1] == " ")
    return "\t" * (column // _TAB) + " " * (column % _TAB) if "\t" in lead else " " * column
