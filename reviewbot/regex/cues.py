"""What a text must hold if a pattern is to match anywhere in it: the cues, found in the pattern itself.

Looking for a few words is far cheaper than trying a long pattern at every place of a text, and most texts have none of
them. Source: the prefilters of RE2 (`re2/prefilter.cc`) and of Google Code Search ("Regular Expression Matching with a
Trigram Index", R. Cox, 2012), for `re`'s syntax trees.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

_MOST = 80  # cues of one pattern: past that they cost as much as the pattern
_WAYS = 32  # strings that a piece of a pattern is followed into
_LONGEST = 24  # characters of one such string
_SHORTEST = 2  # a single character stands nearly everywhere
_TELLING = 4  # characters of a cue by which it is told where there are many
_LETTERS = 20.0  # of equal frequency would be as hard to foretell as those of a text
_ALWAYS = 1.0

# All strings that a piece of a pattern matches, lower-cased; None where they are too many or unknown.
_Exact = frozenset[str] | None

_NOTHING = frozenset(("",))


def find_cues(parsed: Iterable[tuple[Any, Any]]) -> tuple[str, ...]:
    """Words of which a matching ASCII text, lower-cased, holds at least one; none where nothing is known.

    parsed: the syntax tree of a pattern, as `re._parser.parse` gives it
    """
    return tuple(sorted(_without_longer(_sequence(parsed)[1] or frozenset())))


def _sequence(parsed: Iterable[tuple[Any, Any]]) -> tuple[_Exact, frozenset[str] | None]:
    """The strings that a sequence matches, and the best cues that any part of it gives."""
    whole: _Exact = _NOTHING
    run: frozenset[str] = _NOTHING  # what stands side by side up to here
    best: frozenset[str] | None = None
    for kind, value in parsed:
        exact, cues = _piece(str(kind), value)
        best = _better(best, cues)
        longer = _joined(run, exact)
        if longer is None:
            best, whole = _better(best, run), None
            longer = exact if exact is not None else _NOTHING
        run = longer
    best = _better(best, run)
    return (run if whole is not None else None), best


def _piece(kind: str, value: Any) -> tuple[_Exact, frozenset[str] | None]:
    """The same for one node of the tree."""
    if kind == "LITERAL":
        # In an ASCII text nothing else than itself, or its other case, stands for an ASCII letter. The few letters
        # beyond ASCII that fold to one (the Kelvin sign) are left alone.
        return (frozenset((chr(value).lower(),)), None) if value < 128 else (None, None)
    if kind == "IN":
        literals = [member for name, member in value if str(name) == "LITERAL" and member < 128]
        return (frozenset(chr(one).lower() for one in literals), None) if len(literals) == len(value) else (None, None)
    if kind in ("AT", "ASSERT", "ASSERT_NOT"):
        return _NOTHING, None
    if kind == "SUBPATTERN":
        return _sequence(value[3])
    if kind == "ATOMIC_GROUP":
        return _sequence(value)
    if kind == "BRANCH":
        return _branches([_sequence(branch) for branch in value[1]])
    if kind.endswith("_REPEAT"):
        return _repeated(*value)
    return None, None


def _branches(each: list[tuple[_Exact, frozenset[str] | None]]) -> tuple[_Exact, frozenset[str] | None]:
    strings: set[str] = set()
    cues: set[str] = set()
    known, hinted = True, True
    for exact, hints in each:
        known = known and exact is not None
        hinted = hinted and hints is not None
        strings |= exact or frozenset()
        cues |= hints or frozenset()
    return (
        frozenset(strings) if known and len(strings) <= _WAYS else None,
        _shortened(cues) if hinted else None,
    )


def _shortened(cues: Iterable[str]) -> frozenset[str] | None:
    """No more than can be looked for: many words are told by their first letters; None where that does not help."""
    few = frozenset(cues)
    if len(few) > _WAYS:
        few = _without_longer(frozenset(cue[:_TELLING] for cue in few))
    return few if len(few) <= _MOST else None


def _without_longer(cues: frozenset[str]) -> frozenset[str]:
    """The cues without those that hold another one."""
    return frozenset(cue for cue in cues if not any(other in cue for other in cues if other != cue))


def _repeated(least: int, most: int, inner: Iterable[tuple[Any, Any]]) -> tuple[_Exact, frozenset[str] | None]:
    exact, cues = _sequence(inner)
    if most == 1 and exact is not None:
        return (exact if least else exact | _NOTHING), (cues if least else None)
    return None, (cues if least else None)


def _joined(left: frozenset[str], right: _Exact) -> frozenset[str] | None:
    """Every string of one followed by every string of the other, None where that gets out of hand."""
    if right is None or len(left) * len(right) > _WAYS:
        return None
    both = frozenset(a + b for a in left for b in right)
    return both if max(map(len, both), default=0) <= _LONGEST else None


def _better(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    """The set that a text will hold more seldom; None where neither says anything."""
    best = min((one, other), key=_chance)
    return best if _chance(best) < _ALWAYS else None


def _chance(cues: frozenset[str] | None) -> float:
    """How often some cue of a set would stand at a given place, were a text nothing but letters drawn by lot."""
    if not cues or min(map(len, cues)) < _SHORTEST:
        return _ALWAYS
    return min(_ALWAYS, sum(_LETTERS ** -len(cue) for cue in cues))
