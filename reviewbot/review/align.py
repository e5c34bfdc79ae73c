"""Which line of a parent mail a quoted line repeats: a monotone alignment in near linear time.

Patience first (lines that occur once on both sides, the longest rising chain of them), then outwards from each sure
pair, then the next equal line in order, last a search in the running text for lines that were wrapped anew.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter

_WINDOW = 6000  # characters of running text searched for one re-wrapped line: keeps the whole linear
_ROUNDS = 12  # how often a gap is split by lines that are unique within it
_ENOUGH = 10  # characters, blanks left out, that make a re-wrapped fragment tell itself apart


def key_of(text: str) -> str:
    """A line for comparing: no blanks at all, and no quote marks in front."""
    return "".join(text.split()).lstrip(">")


def align(texts: list[str], pending: list[int], parent: list[str]) -> tuple[dict[int, int], list[int]]:
    """Pair quoted lines with a parent's.

    texts: all lines of the reply without quote marks; pending: numbers of the quoted ones to place, rising
    parent: the parent's lines without quote marks
    Returns the pairs (line of the reply to line of the parent) and the numbers of unmarked lines that are but the tail
    of the quoted line above them, broken off by a mailer.
    """
    left = [key_of(texts[number]) for number in pending]
    right = [key_of(text) for text in parent]
    pairs = _patience(left, right)
    _rewrapped(left, right, pairs)
    spilt = [pending[at] + 1 for at, place in pairs.items() if _spills(texts, pending[at], left[at], right[place])]
    return {pending[at]: place for at, place in sorted(pairs.items())}, spilt


def _spills(texts: list[str], number: int, key: str, whole: str) -> bool:
    """Whether the line below is the rest of this one."""
    if len(key) < _ENOUGH or len(whole) <= len(key) or not whole.startswith(key) or number + 1 >= len(texts):
        return False
    return key_of(texts[number + 1]) == whole[len(key) :]


def _patience(left: list[str], right: list[str]) -> dict[int, int]:
    """Pairs of equal lines, rising on both sides."""
    pairs: dict[int, int] = {}
    gaps = [(0, len(left), 0, len(right), 0)]
    while gaps:
        lo, hi, low, high, level = gaps.pop()
        if lo >= hi or low >= high:
            continue
        sure = _unique(left, right, lo, hi, low, high) if level < _ROUNDS else []
        if not sure:
            _greedy(left, right, lo, hi, low, high, pairs)
            continue
        at, place = lo, low
        for found, where in sure:
            _between(left, right, (at, found, place, where), pairs, gaps, level, first=at == lo and place == low)
            pairs[found] = where
            at, place = found + 1, where + 1
        _between(left, right, (at, hi, place, high), pairs, gaps, level, first=False, last=True)
    return pairs


def _between(
    left: list[str],
    right: list[str],
    gap: tuple[int, int, int, int],
    pairs: dict[int, int],
    gaps: list[tuple[int, int, int, int, int]],
    level: int,
    *,
    first: bool,
    last: bool = False,
) -> None:
    """Grow inwards from the sure pairs at both ends of a gap, and queue what is left of it."""
    lo, hi, low, high = gap
    while not first and lo < hi and low < high and left[lo] == right[low]:
        pairs[lo] = low
        lo, low = lo + 1, low + 1
        while low < high and not right[low]:  # blank lines are not among those to place
            low += 1
    while not last and lo < hi and low < high:
        while low < high and not right[high - 1]:
            high -= 1
        if low >= high or left[hi - 1] != right[high - 1]:
            break
        pairs[hi - 1] = high - 1
        hi, high = hi - 1, high - 1
    gaps.append((lo, hi, low, high, level + 1))


def _unique(left: list[str], right: list[str], lo: int, hi: int, low: int, high: int) -> list[tuple[int, int]]:
    """The longest rising chain of lines that occur once on either side of a gap."""
    if hi - lo > 8 * (high - low) + 64:
        hi = lo + 8 * (high - low) + 64
    here = Counter(left[lo:hi])
    there = Counter(right[low:high])
    place = {right[n]: n for n in range(low, high) if there[right[n]] == 1}
    points = [(n, place[left[n]]) for n in range(lo, hi) if here[left[n]] == 1 and left[n] in place]
    tails: list[int] = []
    ends: list[int] = []
    previous: list[int] = []
    for index, (_, where) in enumerate(points):
        at = bisect_left(tails, where)
        previous.append(ends[at - 1] if at else -1)
        if at == len(tails):
            tails.append(where)
            ends.append(index)
        else:
            tails[at] = where
            ends[at] = index
    chain: list[tuple[int, int]] = []
    index = ends[-1] if ends else -1
    while index >= 0:
        chain.append(points[index])
        index = previous[index]
    return chain[::-1]


def _greedy(left: list[str], right: list[str], lo: int, hi: int, low: int, high: int, pairs: dict[int, int]) -> None:
    """Each line to the next equal one in order; lines that have none are left."""
    places: dict[str, list[int]] = {}
    for n in range(low, high):
        places.setdefault(right[n], []).append(n)
    at = low
    for n in range(lo, hi):
        where = places.get(left[n])
        if not where:
            continue
        index = bisect_left(where, at)
        if index < len(where):
            pairs[n] = where[index]
            at = where[index] + 1


def _rewrapped(left: list[str], right: list[str], pairs: dict[int, int]) -> None:
    """Place lines that were wrapped anew: look them up in the parent's running text between their neighbours."""
    if len(pairs) == len(left) or not right:
        return
    starts: list[int] = []
    total = 0
    for key in right:
        starts.append(total)
        total += len(key)
    running = "".join(right)
    offset = 0
    for n, key in enumerate(left):
        if n in pairs:
            offset = starts[pairs[n]] + len(right[pairs[n]])
            continue
        if len(key) < _ENOUGH:
            continue
        found = running.find(key, offset, offset + _WINDOW)
        if found < 0 and n - 1 not in pairs:
            found = running.find(key[: 4 * _ENOUGH], 0, 4 * _WINDOW)
        if found >= 0:
            pairs[n] = max(0, bisect_right(starts, found) - 1)
            offset = found + len(key)
