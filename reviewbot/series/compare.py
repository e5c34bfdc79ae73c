"""What changed between two versions of a series, patch by patch: the facts that `git range-diff` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from reviewbot.series.model import Patch, Series
from reviewbot.series.prefix import clean_title

Kind = Literal["same", "message", "diff", "both", "new", "dropped"]

_MOST = 200  # patches on a side that are compared by content; by subject and patch id there is no limit
_ALIKE = 0.4  # share of common changed lines from which two patches are taken for one


class Change(NamedTuple):
    """One patch in two versions. `kind`: what differs, the diff (by patch id) or the words (subject, body, author).

    `gone` and `come` are the changed lines (with their sign) that only the old or only the new diff has.
    """

    kind: Kind
    old: Patch | None
    new: Patch | None
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "kind": self.kind,
            "old": self.old.number if self.old else None,
            "new": self.new.number if self.new else None,
            "gone": list(self.gone),
            "come": list(self.come),
        }


def compare(old: Series, new: Series) -> tuple[Change, ...]:
    """Pair the patches of two versions: by patch id, then by subject, then by the lines they change.

    In the order of `new`, dropped ones last. Linear but for at most 200 patches a side that nothing else pairs.
    """
    pairs: dict[int, Patch] = {}
    left = list(old.patches)
    for key in (lambda patch: patch.diff.patch_id, lambda patch: clean_title(patch.subject)):
        by_key: dict[str, list[Patch]] = {}
        for patch in left:
            by_key.setdefault(key(patch), []).append(patch)
        for index, patch in enumerate(new.patches):
            if index not in pairs and by_key.get(key(patch)):
                pairs[index] = by_key[key(patch)].pop(0)
        left = [patch for rest in by_key.values() for patch in rest]
    _by_lines(left, new.patches, pairs)
    taken = {patch.message_id for patch in pairs.values()}
    changes = [_change(pairs.get(index), patch) for index, patch in enumerate(new.patches)]
    dropped = [Change("dropped", patch, None) for patch in old.patches if patch.message_id not in taken]
    return (*changes, *dropped)


def _by_lines(left: list[Patch], patches: tuple[Patch, ...], pairs: dict[int, Patch]) -> None:
    """Pair what is left by the greatest share of common changed lines, best first."""
    olds = [(patch, _changed(patch)) for patch in left[:_MOST]]
    news = [(index, _changed(patch)) for index, patch in enumerate(patches) if index not in pairs][:_MOST]
    shares = ((_share(theirs, ours), index, at) for index, ours in news for at, (_, theirs) in enumerate(olds))
    scored = sorted((-share, index, at) for share, index, at in shares if share >= _ALIKE)
    used: set[int] = set()
    for _, index, at in scored:
        if index not in pairs and at not in used:
            pairs[index] = olds[at][0]
            used.add(at)


def _share(one: Counter[str], other: Counter[str]) -> float:
    if not one or not other:
        return 0.0
    return (one & other).total() / (one | other).total()


def _changed(patch: Patch) -> Counter[str]:
    return Counter(text for text in _lines(patch) if text[1:].strip())


def _lines(patch: Patch) -> Iterable[str]:
    for file in patch.diff.files:
        for hunk in file.hunks:
            for line in hunk.lines:
                if line.origin != " ":
                    yield line.origin + line.text


def _change(old: Patch | None, new: Patch) -> Change:
    if old is None:
        return Change("new", None, new)
    same_diff = old.diff.patch_id == new.diff.patch_id
    same_words = (old.subject, old.body, old.author) == (new.subject, new.body, new.author)
    kind: Kind = "same" if same_diff and same_words else "message" if same_diff else "diff" if same_words else "both"
    if same_diff:
        return Change(kind, old, new)
    return Change(kind, old, new, _only(old, new), _only(new, old))


def _only(one: Patch, other: Patch) -> tuple[str, ...]:
    """Changed lines of `one` that `other` has not, in order, counting repetitions."""
    rest = Counter(_lines(other))
    found = []
    for line in _lines(one):
        if rest[line] > 0:
            rest[line] -= 1
        else:
            found.append(line)
    return tuple(found)
