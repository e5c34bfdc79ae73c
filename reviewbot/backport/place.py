"""Finding where a change belongs in a file that differs around it: by the lines it takes away, or its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reviewbot.backport.weave import MOST_LINES, Edit, edits, lines_of

_WINDOW = 6
"""Lines of context looked at on each side."""
_SLACK = 4
"""How many more lines the branch may have among them."""


def place(base: bytes, theirs: bytes, ours: bytes) -> bytes | None:
    """Make the edits that turn `base` into `theirs` in `ours`, each where its lines and neighbours stand.

    None where an edit has no place, or more than one that is equally good.
    """
    b, t, o = lines_of(base), lines_of(theirs), lines_of(ours)
    if max(len(b), len(t)) > MOST_LINES:
        return None
    found: list[Edit] = []
    for edit in edits(b, t):
        at = _where(b, edit, o)
        if at is None:
            return None
        found.append(Edit(at, at + edit.end - edit.start, edit.put))
    found.sort(key=lambda e: (e.start, e.end))
    if any(one.end > two.start or one.start == two.start for one, two in pairwise(found)):
        return None
    out: list[bytes] = []
    done = 0
    for edit in found:
        out += o[done : edit.start]
        out += edit.put
        done = edit.end
    return b"".join(out + o[done:])


def _where(base: Sequence[bytes], edit: Edit, ours: Sequence[bytes]) -> int | None:
    """The one best place in `ours` for an edit of `base`."""
    gone = list(base[edit.start : edit.end])
    before = list(base[max(0, edit.start - _WINDOW) : edit.start])[::-1]
    after = list(base[edit.end : edit.end + _WINDOW])
    best: list[int] = []
    top = 0
    for at in _possible(gone, before, after, ours):
        score = _score(before, ours[max(0, at - _WINDOW - _SLACK) : at][::-1])
        score += _score(after, ours[at + len(gone) : at + len(gone) + _WINDOW + _SLACK])
        if score > top:
            best, top = [at], score
        elif score == top:
            best.append(at)
    return best[0] if len(best) == 1 and top >= (2 if gone else 4) else None


def _possible(gone: list[bytes], before: list[bytes], after: list[bytes], ours: Sequence[bytes]) -> list[int]:
    if gone:
        n = len(gone)
        return [i for i in range(len(ours) - n + 1) if ours[i] == gone[0] and list(ours[i : i + n]) == gone]
    above = before[0] if before else None
    below = after[0] if after else None
    under = {i + 1 for i, line in enumerate(ours) if line == above}
    return sorted(under | {i for i, line in enumerate(ours) if line == below})


def _score(wanted: Sequence[bytes], there: Sequence[bytes]) -> int:
    """How many telling lines of the context stand there, in order; the nearest one counts twice when it is adjacent."""
    score = at = 0
    for number, line in enumerate(wanted):
        for place in range(at, min(len(there), number + _SLACK + 1)):
            if there[place] == line:
                telling = sum(c.isalnum() for c in line.decode("latin-1")) > 2
                score += (2 if telling else 1) if number == place == 0 else int(telling)
                at = place + 1
                break
    return score
