"""Braces and parentheses: dropped, added, or put where Xen's CODING_STYLE has them."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot import regex as re
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.excerpt import Excerpt, Wish
from reviewbot.fixups.words import hidden, indent_of
from reviewbot.review import Request

_PARENTHESES = re.compile(r"\b(?:parenthes|parens?\b)", re.IGNORECASE)
_BEFORE_EXCESS = re.compile(r"\s*(?:return|[\w.>\[\]-]+ [-+|&^]?=) \(")
# A condition that is nothing but another pair of parentheses, or holds one around a plain value.
_CONDITION = re.compile(r"\s*(?:\} )?(?:else )?(?:if|while|switch) ?\(")
_CONTROL_LINE = re.compile(r"\s*(?:\}\s*)?(?:if|while|for|switch|else\b|do\b|for_each_\w+|list_for_each\w*)")
_OPENS = re.compile(r"(?P<head>.*(?:\)|\belse|\bdo)) ?\{\s*$")
_CLOSES = re.compile(r"(?P<indent>\s*)\}\s*(?P<rest>else\b.*)")
_LONGEST = 12  # lines of one statement


def braces(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """Braces around a single statement dropped or added, parentheses dropped, a brace put on its own line."""
    if request.new == "own line":
        yield from _own_line(excerpt)
    elif request.new == "add":
        yield from _added(excerpt)
    elif request.new == "drop" and _PARENTHESES.search(request.says):
        yield from _fewer_parentheses(excerpt)
    elif request.new == "drop":
        yield from _dropped(excerpt)


def _own_line(excerpt: Excerpt) -> Iterator[Wish]:
    """The brace behind a statement, and an "else" between two, each on a line of its own."""
    for number in excerpt.nearest()[: len(excerpt.block) + 1]:
        text = excerpt.text(number)
        opens = _OPENS.fullmatch(text)
        if not excerpt.added(number) or opens is None:
            continue
        head, lead = opens["head"].rstrip(), indent_of(text)
        closes = _CLOSES.fullmatch(head)
        before = (f"{closes['indent']}}}", closes["indent"] + closes["rest"]) if closes else (head,)
        yield Wish(number, number, (*before, f"{lead}{{"))
        return


def _added(excerpt: Excerpt) -> Iterator[Wish]:
    """Braces around the statement below the nearest line that controls one and has none."""
    bare = [
        n
        for n in excerpt.block
        if _CONTROL_LINE.match(excerpt.text(n)) and not excerpt.text(n).rstrip().endswith((";", "{"))
    ]
    if len(bare) > 1:
        return  # which of them is not said
    for number in bare:
        text = excerpt.text(number)
        first = number + 1
        while text.count("(") > text.count(")") and excerpt.added(first):
            text += excerpt.text(first)
            first += 1
        last = _statement(excerpt, first)
        if last is None or text.rstrip().endswith("{"):
            return
        lead = indent_of(excerpt.text(number))
        body = [excerpt.text(n) for n in range(first, last + 1)]
        following = excerpt.text(last + 1).strip()
        if following.startswith("else") and not excerpt.added(last + 1):
            return
        if _braces_stay(excerpt):
            head = excerpt.text(first - 1).rstrip() + " {"
            yield Wish(first - 1, last, (head, *body, f"{lead}}}"))
        else:
            yield Wish(first, last, (f"{lead}{{", *body, f"{lead}}}"))
        return


def _statement(excerpt: Excerpt, first: int) -> int | None:
    """The last line of the one statement that starts on a line; None when the patch does not add all of it."""
    depth, last = 0, first
    while last < first + _LONGEST and excerpt.added(last):
        code = hidden(excerpt.text(last))
        if code.rstrip().endswith("{"):
            return None
        depth += code.count("(") - code.count(")")
        if depth == 0 and code.rstrip().endswith(";"):
            return last
        last += 1
    return None


def _braces_stay(excerpt: Excerpt) -> bool:
    """Whether the file keeps braces on the line of their statement, as Linux does."""
    return any(row.text.rstrip().endswith(") {") for row in excerpt.rows.values())


def _dropped(excerpt: Excerpt) -> Iterator[Wish]:
    """The braces around one statement, on lines of their own or at the statement's end."""
    for number in excerpt.nearest():
        low = number
        while low > number - _LONGEST and not excerpt.text(low).rstrip().endswith("{") and excerpt.added(low):
            low -= 1
        opening = excerpt.text(low).rstrip()
        if not excerpt.added(low) or not opening.endswith("{"):
            continue
        last = _statement(excerpt, low + 1)
        if last is None or excerpt.text(last + 1).strip() != "}" or not excerpt.added(last + 1) or last + 1 < number:
            continue
        control = opening[:-1].rstrip()
        body = tuple(excerpt.text(n) for n in range(low + 1, last + 1))
        yield Wish(low, last + 1, (control, *body) if control.strip() else body)
        return


def _fewer_parentheses(excerpt: Excerpt) -> Iterator[Wish]:
    """The parentheses around all of a value, or around all of a condition."""
    for number in excerpt.nearest()[: len(excerpt.block) + 1]:
        text = excerpt.text(number)
        line = _unparenthesized(text)
        if line is not None:
            yield Wish(number, number, (line,), Edit(path=excerpt.path, replace=text.strip(), with_=line.strip()))
            return


def _unparenthesized(text: str) -> str | None:
    seen = hidden(text)
    head = _BEFORE_EXCESS.match(seen)
    if head and text.endswith(");") and _closes(seen, head.end() - 1) == len(text) - 2:
        return f"{text[: head.end() - 1]}{text[head.end() : -2].strip()};"
    condition = _CONDITION.match(seen)
    if condition is None:
        return None
    close = _closes(seen, condition.end() - 1)
    inner = seen.find("(", condition.end())
    if close is None or inner < 0:
        return None
    end = _closes(seen, inner)
    whole = end is not None and not seen[condition.end() : inner].strip() and not seen[end + 1 : close].strip()
    if whole and end is not None:
        return text[:inner] + text[inner + 1 : end].strip() + text[end + 1 :]
    pairs = [(a, b) for a, b in _pairs(seen, condition.end(), close) if _needless(seen, a, b, condition.end(), close)]
    if len(pairs) != 1:
        return None
    start, stop = pairs[0]
    return text[:start] + text[start + 1 : stop].strip() + text[stop + 1 :]


def _needless(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Whether a pair of parentheses binds nothing that would not hold together without it: between && and || only."""
    before, after, inner = text[low:start].rstrip(), text[end + 1 : high].lstrip(), text[start:end]
    beside = (not before or before.endswith(("&&", "||"))) and (not after or after.startswith(("&&", "||")))
    return beside and not any(op in inner for op in ("&&", "||", "?", " = ", ","))


def _pairs(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The outermost parentheses between two places."""
    at = start
    while (opens := text.find("(", at, end)) >= 0:
        closes = _closes(text, opens)
        if closes is None or closes > end:
            return
        yield opens, closes
        at = closes + 1


def _closes(text: str, start: int) -> int | None:
    """Where the parenthesis at `start` closes in the line."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return None
