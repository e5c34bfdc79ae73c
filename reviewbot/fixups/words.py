"""Words of a line: where one occurs, which is nearest to another, and a line without one."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+")
_LABEL = re.compile(r"\s*case\b\s*(?P<value>[^:]+?)\s*:.*")
# Values of which one may stand for another.
_SORTS = (re.compile(r"true|false|TRUE|FALSE"), re.compile(r"-?\d+|0x[0-9a-fA-F]+|NULL|-E[A-Z]+"))
_VALUE = re.compile(r"(?<![\w.])(?:true|false|NULL|-?\b\d+\b|\b0x[0-9a-fA-F]+\b|-E[A-Z]+\b)(?![\w.])")
_CONSTANT = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
_DASHED = re.compile(r"\b[A-Za-z][\w.+-]{2,}")
_ASSIGNED = re.compile(r"(?P<to>[\w.>\[\]-]+)\s*=\s*(?P<value>[^=].*)")
_CLOSE = 2  # letters that a typo changes, at most


def occurrences(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where a text occurs in a line; as whole words when it does so at all."""
    found: list[tuple[int, int]] = []
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        found.append((at, at + len(wanted)))
        at = text.find(wanted, at + len(wanted))
    whole = [span for span in found if _bounded(text, *span)]
    return whole or found


def _bounded(text: str, start: int, end: int) -> bool:
    before = start > 0 and _word(text[start - 1]) and _word(text[start])
    after = end < len(text) and _word(text[end]) and _word(text[end - 1])
    return not before and not after


def _word(char: str) -> bool:
    return char == "_" or char.isalnum()


def substituted(text: str, old: str, new: str) -> str:
    """A line with every occurrence replaced."""
    for start, end in reversed(occurrences(text, old)):
        text = text[:start] + new + text[end:]
    return text


def script(old: str, new: str, *, everywhere: bool = False) -> str:
    """The substitution as people write it, with a delimiter that neither text holds."""
    mark = next((m for m in "/|,#!@" if m not in old + new), "/")
    sides = [side.replace(mark, "\\" + mark) for side in (old, new)]
    return f"s{mark}{sides[0]}{mark}{sides[1]}{mark}{'g' if everywhere else ''}"


def doubled(text: str, word: str) -> tuple[int, int] | None:
    """The span of a word that stands there twice in a row."""
    match = re.search(rf"\b{re.escape(word)}\s+{re.escape(word)}\b", text)
    return match.span() if match else None


def without(text: str, start: int, end: int) -> str:
    """A line without a part, and without the blank that would be left over."""
    head, tail = text[:start], text[end:]
    if not tail.strip():
        return head.rstrip() if head.strip() else ""
    if tail.startswith(" ") and (not head.strip() or head[-1:] in " \t("):
        tail = tail[1:]
    return head + tail


def nearest_word(text: str, wanted: str) -> str | None:
    """The one word of a line that `wanted` corrects: a letter or two away, another case, or the same letters."""
    if occurrences(text, wanted) and _bounded(text, *occurrences(text, wanted)[0]):
        return None  # it stands there already
    pattern = _WORD if _WORD.fullmatch(wanted) else re.compile(r"\S+")
    found: dict[str, int] = {}
    for match in pattern.finditer(text):
        word = match.group().strip("\"'`,;.") if pattern is not _WORD else match.group()
        if word and word != wanted and abs(len(word) - len(wanted)) <= _CLOSE:
            found[word] = distance(word, wanted)
    limit = _CLOSE if len(wanted) > 4 else 1
    best = min(found.values(), default=limit + 1)
    close = [word for word, away in found.items() if away == best]
    return close[0] if best <= limit and len(close) == 1 else None


def counterpart(text: str, wanted: str) -> str | None:
    """What `wanted` stands for in a line of code: its one value of that sort, or the assignment it shares a side with.

    "false" stands for the 1 of `return 1;`, ".max_runtime = 10" for ".timeout = 10".
    """
    for sort in _SORTS:
        if sort.fullmatch(wanted):
            found = [m.group() for m in _VALUE.finditer(text) if m.group() != wanted]
            return found[0] if len(found) == 1 else None
    if _CONSTANT.fullmatch(wanted):
        names = sorted({m.group() for m in _CONSTANT.finditer(text)} - {wanted})
        parts = set(wanted.split("_"))
        kin = [name for name in names if parts & set(name.split("_")) or (name[0] == wanted[0] and "_" not in name)]
        return (kin or names)[0] if len(kin or names) == 1 else None
    longer = {m.group() for m in _DASHED.finditer(text) if wanted.startswith(f"{m.group()}-")}
    if len(longer) == 1:
        return longer.pop()
    given = _ASSIGNED.fullmatch(wanted)
    have = _ASSIGNED.fullmatch(text.strip().rstrip(",;"))
    if given and have and have.group() != wanted and (given["to"] == have["to"] or given["value"] == have["value"]):
        return have.group()
    return None


def distance(a: str, b: str) -> int:
    """Letters to change, put in, take out or swap with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def label_of(text: str) -> str | None:
    """The value of the case label that a line holds."""
    match = _LABEL.fullmatch(text)
    return match["value"] if match else None


def defines(text: str, name: str) -> bool:
    """Whether a line starts the definition of a function of that name: at the margin, no `;`."""
    return bool(text[:1].strip()) and re.search(rf"\b{re.escape(name)}\(", text) is not None and ";" not in text


def indent_of(text: str) -> str:
    """The white space a line starts with."""
    return text[: len(text) - len(text.lstrip())]


def open_parentheses(text: str) -> list[int]:
    """Where the parentheses stand that a line leaves open, outermost first."""
    stack: list[int] = []
    for at, char in enumerate(text):
        if char == "(":
            stack.append(at)
        elif char == ")" and stack:
            stack.pop()
    return stack
