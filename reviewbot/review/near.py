"""Words of a line: where one occurs, and which of them another one corrects."""

from __future__ import annotations

from reviewbot import regex as re

_WORD = re.compile(r"\w+(?:'\w+)?")
_CHUNK = re.compile(r"\S+")
_CLOSE = 2  # letters that a typo changes, at most
_SURE = 4  # letters; in a shorter word only one may differ
_DOUBLED = re.compile(r"\b(\w+)\s+\1\b")
_ENDS = "\"'`,;.:!?()"


def occurrences(text: str, wanted: str) -> list[tuple[int, int]]:
    """Where a text occurs in a line; as whole words when it does so at all."""
    found: list[tuple[int, int]] = []
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        found.append((at, at + len(wanted)))
        at = text.find(wanted, at + len(wanted))
    whole = [span for span in found if bounded(text, *span)]
    return whole or found


def bounded(text: str, start: int, end: int) -> bool:
    """Whether a span begins and ends at a word's edge."""
    before = start > 0 and _is_word(text[start - 1]) and _is_word(text[start])
    after = end < len(text) and _is_word(text[end]) and _is_word(text[end - 1])
    return not before and not after


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


def nearest_word(text: str, wanted: str) -> str | None:
    """The one word of a line that `wanted` corrects: a letter or two away, another case, or the same letters."""
    if occurrences(text, wanted) and bounded(text, *occurrences(text, wanted)[0]):
        return None  # it stands there already
    pattern = _WORD if _WORD.fullmatch(wanted) else _CHUNK
    found: dict[str, int] = {}
    for match in pattern.finditer(text):
        word = match.group().strip("\"'`,;.") if pattern is not _WORD else match.group()
        if word and word != wanted and abs(len(word) - len(wanted)) <= _CLOSE + ("'" in wanted):
            found[word] = min(distance(word, wanted), distance(word.replace("'", ""), wanted.replace("'", "")) or 1)
    limit = _CLOSE if len(wanted) > _SURE else 1
    best = min(found.values(), default=limit + 1)
    close = [word for word, away in found.items() if away == best]
    return close[0] if best <= limit and len(close) == 1 else None


def nearest_phrase(text: str, wanted: str) -> str | None:
    """The words of a line that several words correct: as many, and all but one the same ("to often": "too often")."""
    new = wanted.split()
    words = [(m.group().strip(_ENDS), m.start(), m.end()) for m in re.finditer(r"\S+", text)]
    found = []
    for first in range(len(words) - len(new) + 1):
        pairs = [(words[first + n][0], word.strip(_ENDS)) for n, word in enumerate(new)]
        other = [(a, b) for a, b in pairs if a != b]
        if len(other) == 1 and len(pairs) > 1 and distance(*other[0]) <= _CLOSE:
            start, last = words[first][1], first + len(new) - 1
            end = words[last][2]
            found.append(text[start:end].strip(_ENDS))
    return found[0] if len(found) == 1 else None


def respaced(text: str, wanted: str) -> str | None:
    """The one place of a line that has the same characters as `wanted`, but for its blanks."""
    bare = "".join(wanted.split())
    if len(bare) < _SURE:
        return None
    pattern = r"\s*".join(re.escape(char) for char in bare)
    found = [m.group() for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", text)]
    return found[0] if len(found) == 1 and found[0] != wanted else None


def doubled_word(text: str) -> str | None:
    """The word of a phrase that is nothing but that word twice ("the the")."""
    match = _DOUBLED.fullmatch(text)
    return match[1] if match else None


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
