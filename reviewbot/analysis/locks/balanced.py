"""Functions that need no walk: all that they take, they give back a few statements further on in the same block.

Nothing between the two leaves the block or is jumped to, so every path that takes the lock gives it back, and the
function is nothing to its callers. A third of the functions with locks in them are of this kind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tree_sitter import Node

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.items import mentions
from reviewbot.analysis.locks.table import FileTable, Op
from reviewbot.csource import Function

_MOST_NAMES = 20  # lock calls of such a function
_MOST_BYTES = 1 << 14  # between the two calls of a pair
_MOST_PLACES = 100  # of one variable between them
# What leaves a block, and labels, which are jumped to: by what stands before them, or a cast in `? :`.
_LEAVES = re.compile(r"\b(?:return|goto|break|continue|case|default)\b|(?:[;{})]|\b(?:else|do)\b)\s*+\w++\s*+:")
_BLOCKS = frozenset({"compound_statement", "case_statement"})
_KEYS = ("", "1")  # one lock in the system, or the one that the first argument names


def is_balanced(function: Function, names: Sequence[tuple[int, str]], view: FileTable) -> bool:
    """Whether the lock calls of a function, by offset and name, are pairs of this kind; false where in doubt."""
    if len(names) % 2 or len(names) > _MOST_NAMES:
        return False
    pairs = list(zip(names[::2], names[1::2], strict=True))
    return all(_belong(view.ops(take), view.ops(drop)) for (_, take), (_, drop) in pairs) and all(
        _is_closed(function, take, drop, view) for take, drop in pairs
    )


def _belong(takes: Sequence[Op], drops: Sequence[Op]) -> bool:
    """Whether one name does nothing but take a lock, and another nothing but give back one of that kind."""
    if len(takes) != 1 or not takes[0].takes or not drops or any(op.takes or op.alone for op in drops):
        return False
    alike = {(op.kind, op.when, op.key) for op in (*takes, *drops)}
    known = alike <= {("plain", None, key) for key in _KEYS} and len(alike) == 1
    return known and takes[0].family.resource in {op.family.resource for op in drops}


def _is_closed(function: Function, take: tuple[int, str], drop: tuple[int, str], view: FileTable) -> bool:
    """Whether two calls are statements of one block, on the same lock, and control comes from one to the other."""
    first, last = _call_at(function, take), _call_at(function, drop)
    if first is None or last is None:
        return False
    block, other = first[0].parent, last[0].parent
    if block is None or block != other or block.type not in _BLOCKS:
        return False
    source = function.source
    start, end = first[0].end_byte - 1, last[0].start_byte  # with the semicolon that a label may follow
    if end - start > _MOST_BYTES:
        return False
    if source.data.find(b"#", start, end) >= 0:  # of what the preprocessor takes out nothing is known here
        return False
    between = words.clean(source.masked[start:end].decode("latin-1"))
    if _LEAVES.search(between):
        return False
    if view.ops(take[1])[0].key == "":
        return True
    lock = first[1]
    return lock is not None and lock == last[1] and not _may_change(lock, between)


def _call_at(function: Function, name: tuple[int, str]) -> tuple[Node, str | None] | None:
    """The statement that consists of the call whose name stands at an offset, and the call's first argument."""
    start = name[0]
    word = function.body.descendant_for_byte_range(start, start + len(name[1]))
    call = word.parent if word is not None and word.type == "identifier" else None
    statement = call.parent if call is not None and call.type == "call_expression" else None
    if call is None or statement is None or statement.type != "expression_statement" or statement.start_byte != start:
        return None
    text = function.source.masked[start : call.end_byte].decode("latin-1")
    given, _ = words.arguments(text, text.find("("))
    return statement, words.name_of_lock(given[0]) if given else None


def _may_change(lock: str, text: str) -> bool:
    """Whether something in a text may give a lock's name another meaning."""
    for name in words.roots(lock):
        places = list(words.occurrences(text, name))
        if len(places) > _MOST_PLACES or (places and "while" in text):  # a loop of a macro assigns to its arguments
            return True
        for at in places:
            change = words.change_at(text, 0, len(text), at, name, False)
            if change is not None and mentions(lock, change.path, words.is_name(change.path)):
                return True
    return False
