"""Canonical names of tags: `Reviewed-by` from "reviewwed by", `Release-Acked-by` from "R-Acked-By".

Spellings seen on master and in mail: facts of 2020-2026 (Reviewwed-by, Ack-by, Relese-Acked-by, "Signed-off by", ...).
"""

from __future__ import annotations

from reviewbot import regex as re

REVIEWED = "Reviewed-by"
ACKED = "Acked-by"
TESTED = "Tested-by"
RELEASE_ACKED = "Release-Acked-by"
NACKED = "Nacked-by"
SIGNED_OFF = "Signed-off-by"

# Tags by which somebody approves (or refuses) a patch.
APPROVALS = (REVIEWED, ACKED, TESTED, RELEASE_ACKED)

# Every name that a reply may hand over; the shorter spellings are what people type in prose.
_KNOWN: dict[str, tuple[str, ...]] = {
    "reviewed": (REVIEWED,),
    "acked": (ACKED,),
    "tested": (TESTED,),
    "release-acked": (RELEASE_ACKED,),
    "releaseacked": (RELEASE_ACKED,),
    "r-acked": (RELEASE_ACKED,),
    "r-ack": (RELEASE_ACKED,),
    "rel-acked": (RELEASE_ACKED,),
    "release-ack": (RELEASE_ACKED,),
    "nacked": (NACKED,),
    "nack": (NACKED,),
    "nak": (NACKED,),
    "naked": (NACKED,),
    "not-acked": (NACKED,),
    "signed-off": (SIGNED_OFF,),
    "reported": ("Reported-by",),
    "suggested": ("Suggested-by",),
    "requested": ("Requested-by",),
    "co-developed": ("Co-developed-by",),
    "compile-tested": (TESTED,),
    "build-tested": (TESTED,),
    "boot-tested": (TESTED,),
    "acked-and-tested": (ACKED, TESTED),
    "tested-and-acked": (TESTED, ACKED),
    "reviewed-and-tested": (REVIEWED, TESTED),
    "tested-and-reviewed": (TESTED, REVIEWED),
    "reviewed-and-acked": (REVIEWED, ACKED),
    "acked-and-reviewed": (ACKED, REVIEWED),
    "reported-and-tested": ("Reported-by", TESTED),
}

# Initials and half-words; too short for a distance, so they must match as they stand.
_SHORT: dict[str, str] = {
    "r": REVIEWED,
    "rb": REVIEWED,
    "r-b": REVIEWED,
    "rvb": REVIEWED,
    "rev": REVIEWED,
    "a": ACKED,
    "ab": ACKED,
    "a-b": ACKED,
    "ack": ACKED,
    "t": TESTED,
    "tb": TESTED,
    "t-b": TESTED,
}

# A word hung before the name that tells a mood and takes nothing back ("Begrudgingly acked-by"). Any other leaves the
# tag in doubt (Tentatively-acked-by, 0fbf40089a), and one that denies makes it no tag (Not-yet-acked-by).
_MOODS = (
    "begrudgingly", "grudgingly", "reluctantly", "hesitantly", "happily", "gladly", "belatedly", "formally",
    "officially", "fully", "definitely", "finally", "thankfully", "enthusiastically",
)  # fmt: skip
DENYING = frozenset({"not", "non", "un", "no", "never", "yet", "pre", "nearly", "almost"})
# "Release-Ack:", "Nack:": a name without its "by", known where a person in full follows.
_BARE = frozenset({"ack", "nack", "nak", "release-ack", "r-ack", "rel-ack"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")

_HYPHENS = re.compile(r"[-_ \u2010\u2011]+")  # a blank, an underscore or a typographic hyphen for the hyphen


def edit_distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, substitutions and swaps of neighbours between two words; `limit + 1` for more."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, char in enumerate(left, 1):
        last, before, row = before, row, [i]
        for j, other in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (char != other))
            if i > 1 and j > 1 and char == right[j - 2] and left[i - 2] == other:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]


def canonical(spelled: str) -> tuple[tuple[str, ...], bool]:
    """The canonical names that a spelling stands for, and whether it leaves doubt.

    `spelled` is what stands before the colon, with or without its "by". An unknown spelling gives no names. Doubt means
    that a person should say yes: a doubting adverb, or a word hung before the name that is not known.
    """
    stem = _HYPHENS.sub("-", spelled.strip()).strip("-").lower()
    stem = stem.removesuffix("-by") if stem.endswith("-by") else stem.removesuffix("by")
    stem = stem.strip("-")
    if stem in _SHORT:
        return (_SHORT[stem],), False
    names = _nearest(stem)
    if names:
        return names, False
    head, _, rest = stem.partition("-")
    names = _nearest(rest) if rest and head not in DENYING else ()
    if names:
        return names, all(edit_distance(head, mood, 2) > 2 for mood in _MOODS)
    return (), False


def slipped(spelled: str) -> tuple[str, ...]:
    """The names of a spelling whose "by" is mistyped or lacks (`Acked-yb`, `ReviewedBy`, `Release-Ack`); () for none.

    For use where a colon and a person in full follow: the words alone say little.
    """
    stem = _HYPHENS.sub("-", _CAMEL.sub("-", spelled.strip())).strip("-").lower()
    if stem in _BARE or stem in _SHORT:
        return canonical(stem)[0]
    head, _, last = stem.rpartition("-")
    if last == "by":
        return canonical(head)[0]
    if not head and last.endswith("by"):
        return _nearest(last.removesuffix("by"))
    return _nearest(head) if head and len(last) <= 3 and edit_distance(last, "by", 1) <= 1 else ()


def _nearest(stem: str) -> tuple[str, ...]:
    """The names of the nearest known spelling, within two edits (one for short words)."""
    if stem in _KNOWN:
        return _KNOWN[stem]
    if len(stem) < 3 or len(stem) > 30:
        return ()
    best: tuple[int, str] | None = None
    for known in _KNOWN:
        limit = 1 if min(len(known), len(stem)) < 5 else 2
        if known[0] != stem[0] and known[1] != stem[0]:
            continue
        distance = edit_distance(stem, known, limit)
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, known)
    if best is None or best[1] == "not-acked" or (best[1] in {"nacked", "nack", "nak", "naked"} and stem[0] != "n"):
        return ()
    return _KNOWN[best[1]]
