"""Finds the lock calls in a function's text: which lock each is about, and where its result goes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.table import FileTable, LockTable, Op
from reviewbot.csource.words import WORD_BYTES

if TYPE_CHECKING:
    from reviewbot.analysis.locks.code import Code
    from reviewbot.analysis.locks.model import Entry
    from reviewbot.analysis.locks.program import Program

RETURNED = "$returned"  # the pseudo-variable of a call whose result is returned at once
UNKNOWN = "?"  # a lock that a call took without telling which

_WORD = re.compile(rb"\w+")
_TAIL = re.compile(r"(\*?[A-Za-z_]\w*(?:(?:->|\.)\w+|\[[^\[\]]*\])*)\Z")
_CAST_END = re.compile(r"\((?:\w+ )*\w+ ?\**\)\Z")
# What a variable that stands for a lock may be set from: a path, an address, or one call of plain arguments.
_SOURCE = re.compile(
    r"[&*]?[A-Za-z_]\w*(?:(?:->|\.)\w+|\[\w+\])*(?:\((?:[A-Za-z_]\w*(?:(?:->|\.)\w+)*)?\)(?:(?:->|\.)\w+)*)?"
)
_PLACE = re.compile(r"\{(\d+|=)\}")
_ALIAS_DEPTH = 4


class Key(NamedTuple):
    """One lock: what releases it, and its name in one spelling. `fragile`: its name changes meaning when a variable
    changes."""

    resource: str
    text: str
    fragile: bool


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A lock call. `keys` has one key for each resource that the name may stand for; `term` is where its result
    goes."""

    offset: int
    name: str
    op: Op
    keys: tuple[Key, ...]
    entry: Entry
    arguments: tuple[str, ...]
    term: str | None

    @property
    def key(self) -> Key:
        """The lock taken (an acquire has just one)."""
        return self.keys[0]


def scan(text: bytes, table: LockTable, among: frozenset[bytes] = frozenset()) -> list[tuple[int, str]]:
    """Every word of a text that looks like a lock's name, with its byte offset, in order; `among` are words that
    those of its code are among, where that is known."""
    parts = table.fragments
    if among:
        known = b" ".join(among)  # a third of the text, or less
        parts = tuple(part for part in parts if part in known)
    return scan_words(text, parts)


def scan_words(text: bytes, parts: Iterable[bytes]) -> list[tuple[int, str]]:
    """Every word of a text that has one of some parts, with its byte offset, in order."""
    places: set[int] = set()
    for part in parts:
        at = text.find(part)
        while at >= 0:
            places.add(at)
            at = text.find(part, at + len(part))
    found: list[tuple[int, str]] = []
    last = -1
    for place in sorted(places):
        if place < last:
            continue
        head = text[max(0, place - _LONGEST) : place]
        start = place - (len(head) - len(head.rstrip(WORD_BYTES)))
        word = _WORD.match(text, start)
        if word is not None:
            last = word.end()
            found.append((start, word.group().decode()))
    return found


_LONGEST = 64  # characters of a name in front of the part that gives it away


class Keys:
    """Names locks: aliases made by simple assignment are replaced by what they stand for."""

    def __init__(self, code: Code, table: FileTable) -> None:
        self.code = code
        self.table = table
        self.roots: set[str] = set()
        self._known: dict[tuple[str, str], Key] = {}
        self._aliases: dict[str, str | None] = {}
        self.parameters = frozenset(code.parameters)

    def parameter(self, name: str) -> int | None:
        """Which argument a parameter is, from 1."""
        return self.code.parameters.get(name)

    def is_local(self, name: str) -> bool:
        """Whether a variable is declared in the function."""
        changes = self.code.changes_of(name)
        return any(entry.kind == "decl" and change.path == name for entry, change in changes)

    def all(self) -> Iterable[Key]:
        """Every lock named so far."""
        return self._known.values()

    def key(self, resource: str, text: str) -> Key:
        """The lock of this name, through aliases."""
        known = self._known.get((resource, text))
        if known is None:
            name = self.spelled(text)
            fragile = False
            for root in words.roots(name):
                if not self._stable(root):
                    fragile = True
                    self.roots.add(root)
            known = self._known[resource, text] = Key(resource, name, fragile)
        return known

    def spelled(self, text: str) -> str:
        """A lock's name with what its variables stand for."""
        return ", ".join(self._resolve(part) for part in text.split(", "))

    def _resolve(self, text: str) -> str:
        for _ in range(_ALIAS_DEPTH):
            changed = text
            for root in set(words.roots(text)):
                source = self._alias(root)
                if source is not None:
                    changed = _replace(changed, root, source)
            if changed == text:
                break
            text = changed
        return text

    def _alias(self, name: str) -> str | None:
        if name not in self._aliases:
            self._aliases[name] = None
            self._aliases[name] = self._find_alias(name)
        return self._aliases[name]

    def _changes(self, name: str) -> list[words.Assignment]:
        return [change for _, change in self.code.changes_of(name) if change.path == name]

    def _stable(self, name: str) -> bool:
        return all(change.address for change in self._changes(name))

    def _find_alias(self, name: str) -> str | None:
        if name in self.parameters:
            return None
        changes = [change for change in self._changes(name) if change.value is not None or not _declared_only(change)]
        values = [change for change in changes if change.value is not None]
        if len(values) != 1 or len(changes) != 1:
            return None
        value = words.name_of_lock(values[0].value or "")
        called = value.partition("(")[0]
        if called != value and self.table.ops(called):
            return None
        if not _SOURCE.fullmatch(value) or words.is_const(value) or not words.roots(value):
            return None
        if any(self._changes(root) and self._alias(root) is None for root in words.roots(value) if root != name):
            return None
        return value if name not in words.roots(value) else None


def _declared_only(change: words.Assignment) -> bool:
    return change.value is None and not change.address


def _replace(text: str, name: str, source: str) -> str:
    """`text` with the variable `name` standing for `source`."""
    inner = source if words.is_name(source) else f"({source})"
    return words.name_of_lock(words.replace_root(text, name, inner))


def find_calls(program: Program, names: Sequence[tuple[int, str]], table: FileTable) -> list[Call]:
    """The lock calls of a function. `names` are the lock-like words in it, with offsets in its text."""
    found: list[Call] = []
    for offset, name in names:
        ops = table.ops(name)
        if not ops:
            continue
        entry = program.code.at(offset)
        if entry is None:
            continue
        found += _call(program, offset, name, ops, entry)
    return found


def _call(program: Program, offset: int, name: str, ops: tuple[Op, ...], entry: Entry) -> list[Call]:
    text = program.text
    after = offset + len(name)
    rest = text[after : after + 80].lstrip()[:1]
    given: list[str] = []
    end = after
    if rest == "(":
        given, end = words.arguments(text, text.index("(", after))
        if end < 0:
            return []
    elif rest != ";" or name not in program.table.table.bare:
        return []
    term = _result(program, offset, end, entry)
    calls: list[Call] = []
    for chosen, when in _choices(given):
        calls += _calls(program, (offset, name, entry, term), ops, chosen, when)
    return calls


def _calls(
    program: Program, place: tuple[int, str, Entry, str | None], ops: tuple[Op, ...], given: list[str], when: str | None
) -> Iterator[Call]:
    """What a call with these arguments does; `when`: only if that condition holds."""
    offset, name, entry, term = place
    asked = entry.kind == "leaf"
    shared: list[tuple[Op, Key]] = []
    for op in sorted(ops, key=lambda op: (not op.takes, not op.alone)):
        if (
            op.takes
            and op.derived
            and op.kind == "plain"
            and (term is not None or _is_used(program.text, offset, entry))
        ):
            continue  # nobody knows what its result says
        if op.takes and op.kind == "plain" and op.key[:1] != "=" and asked and (term or "").startswith(name + "("):
            op = replace(op, kind="bool")  # what is asked how it went may fail
        key = _key(program, op, given, term)
        if when is not None and op.kind == "plain":
            op = replace(op, kind="if", when=when)
        if key is None:
            continue
        if op.takes or op.alone:
            yield Call(offset, name, op, (key,), entry, tuple(given), term)
        else:
            shared.append((op, key))
    if shared:
        yield Call(offset, name, shared[0][0], tuple(key for _, key in shared), entry, tuple(given), term)


def _choices(given: list[str]) -> list[tuple[list[str], str | None]]:
    """The arguments, each of two lists with its condition where one of them is `a ? b : c`."""
    for place, argument in enumerate(given):
        chosen = _choice(argument) if "?" in argument else None
        if chosen is not None:
            condition, yes, no = chosen
            before, after = given[:place], given[place + 1 :]
            return [([*before, yes, *after], condition), ([*before, no, *after], f"!({condition})")]
    return [(given, None)]


def _choice(text: str) -> tuple[str, str, str] | None:
    """The three parts of `a ? b : c`; None for anything else, or where one of them chooses once more."""
    head, mark, rest = words.unwrap(text.strip()).partition("?")
    yes, colon, no = rest.partition(":")
    parts = (head.strip(), yes.strip(), no.strip())
    if not (mark and colon and all(parts)) or "?" in rest or ":" in no:
        return None
    return parts if all(part.count("(") == part.count(")") for part in parts) else None


def _is_used(text: str, offset: int, entry: Entry) -> bool:
    """Whether something looks at a call's result."""
    return entry.kind not in ("expr", "decl") or text[entry.start : offset].strip() not in ("", "(void)")


def _key(program: Program, op: Op, given: list[str], term: str | None) -> Key | None:
    spec = op.key
    resource = op.family.resource
    unknown = Key(resource, UNKNOWN, False)
    if spec == "" or (op.derived and not given):
        return Key(resource, "", False)
    if spec == UNKNOWN:
        return unknown
    if spec.startswith("@"):
        text = _fill(spec[1:], given, term)
        return program.keys.key(resource, words.name_of_lock(text)) if text is not None else unknown
    if spec.startswith("="):
        if term is not None and term != RETURNED and _TAIL.fullmatch(term):
            return program.keys.key(resource, words.name_of_lock(term))
        spec = spec[1:]
    digits = [int(letter) for letter in spec if letter.isdigit()]
    if not digits or max(digits) > len(given):
        return unknown if not op.derived else None
    if len(digits) > 1:
        wrappers = program.table.table.by_value
        return program.keys.key(resource, ", ".join(words.plain_value(given[i - 1], wrappers) for i in digits))
    argument = words.name_of_lock(given[digits[0] - 1])
    if "*" in spec:
        argument = argument[1:] if argument.startswith("&") else "*" + argument
    return program.keys.key(resource, words.name_of_lock(argument))


def spelled(program: Program, spec: str, given: list[str]) -> str | None:
    """The name that a helper's lock (`@…`) has in a caller that gives it these arguments."""
    text = _fill(spec[1:], given, None)
    return program.keys.key("", words.name_of_lock(text)).text if text is not None else None


def _fill(template: str, given: list[str], term: str | None) -> str | None:
    """A lock's name from a template with `{1}` for arguments and `{=}` for the result's variable."""
    missing = False

    def part(match: re.Match[str]) -> str:
        nonlocal missing
        word = match.group(1)
        value = term if word == "=" else given[int(word) - 1] if 0 < int(word) <= len(given) else None
        if value is None or value == RETURNED:
            missing = True
            return ""
        value = words.name_of_lock(value)
        return value if words.is_name(value) else f"({value})"

    text = _PLACE.sub(part, template)
    return None if missing else text


def _result(program: Program, offset: int, end: int, entry: Entry) -> str | None:
    """Where a call's result goes: the variable it is assigned to, or a name for what a condition asks; None if it is
    dropped."""
    text = program.text
    before = text[max(entry.start, offset - 120) : offset].rstrip()
    before = _CAST_END.sub("", before).rstrip()
    if before.endswith("=") and not before.endswith(("==", "!=", "<=", ">=")):
        match = _TAIL.search(words.squeeze(before[:-1]))
        return match.group(1).lstrip("*") if match and entry.kind == "decl" else match.group(1) if match else None
    if entry.target is not None and not before:
        return words.squeeze(entry.target)
    if entry.kind == "leaf":
        return words.parse_test(words.squeeze(text[entry.start : entry.end]), program.constants).term
    if entry.kind == "return" and before == "return":
        return RETURNED
    if entry.kind == "return" and not before:
        return RETURNED
    return None
