"""What the added lines of a change use: names, members of structures, calls with a number of arguments, headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from reviewbot.backport.diff import FileChange

# Files whose words are names that something must define; prose has words that need no definition.
_CODE = (".c", ".h", ".S", ".s", ".lds", ".cc", ".cpp", ".py", ".go", ".sh", ".awk", ".mk", ".in")
_CODE_NAMES = ("Makefile", "Kconfig", "Rules.mk", "Config.mk", "Kbuild")
_C_LIKE = (".c", ".h", ".S", ".lds", ".cc", ".cpp")
_C = (".c", ".h")
NAME = re.compile(rb"\b[A-Za-z_]\w{2,}")
# Comments of one line; what a comment of several lines leaves begins with a star.
_COMMENT = re.compile(rb"/\*(?:[^*]|\*(?!/))*+(?:\*/|$)|//[^\n]*+|^\s*\*[^\n]*+", re.MULTILINE)
# Comments of makefiles, scripts and Kconfig; in these a # within a word or a string is rare, and only hides a name.
_HASH = re.compile(rb"(?:^|(?<=\s))#[^\n]*+")
# A label of assembly or C.
_LABEL = re.compile(rb"^[ \t]*\.?([A-Za-z_]\w{2,})[ \t]*:(?![:=])")
STRING = re.compile(rb'"(?:[^"\\\n]|\\.)*+"')
INCLUDE = re.compile(rb"^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"\n]+)[>\"]", re.MULTILINE)
# What a line declares itself: "type *name;", "type name =", "#define NAME", "type name(…".
_DECLARED = re.compile(rb"(?:\b(?!return\b|goto\b|case\b|else\b|sizeof\b)[A-Za-z_]\w*[ \t*]+|#[ \t]*define[ \t]+)"
                       rb"([A-Za-z_]\w*)(?=[ \t]*(?:[;=,)[(]|$)|\()")  # fmt: skip
# A function or macro that a line defines: its name stands in the first column's declaration, or behind #define.
_DEFINED = re.compile(rb"^(?:[A-Za-z_][\w \t*]*?\b([A-Za-z_]\w{2,})\(|#[ \t]*define[ \t]+([A-Za-z_]\w{2,}))")
# A member of a member: "arch.hvm" of "d->arch.hvm.vmx". Names of variables are anybody's choice, members are not.
_MEMBER = re.compile(rb"(?:\.|->)(?=([A-Za-z_]\w*(?:\.|->)[A-Za-z_]\w*)\b(?!\())")
_CALL = re.compile(rb"\b([A-Za-z_]\w{2,})\(")
_NO_CALLS = frozenset(b"if for while switch return sizeof typeof defined offsetof alignof __attribute__".split())
_LONGEST = 2000
"""Bytes of an argument list."""

Place = tuple[str, int]
Counts = dict[bytes, set[int | None]]


@dataclass(slots=True)
class Uses:
    """What a change uses, each with the first place (path and line afterwards) where it does."""

    names: dict[str, Place] = field(default_factory=dict)
    members: dict[str, Place] = field(default_factory=dict)
    calls: dict[tuple[str, int], Place] = field(default_factory=dict)
    headers: dict[str, Place] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)  # functions and macros whose definition goes, and from where


def uses_of(change: Sequence[FileChange]) -> Uses:
    """What a change uses that it does not declare itself."""
    uses = Uses()
    own: set[str] = set()
    defined: set[str] = set()
    for file in change:
        for hunk in file.hunks:
            if file.path is not None and is_code(file.path):
                for offset, line in enumerate(hunk.added):
                    _read(line, (file.path, hunk.new + offset), uses, own)
                    match = _DEFINED.match(line) or _LABEL.match(line)
                    if match:
                        defined.add(next(name for name in match.groups() if name).decode())
                if file.path.endswith(_C):
                    for name, count, offset in calls(b"\n".join(hunk.added)):
                        if count is not None and name not in _NO_CALLS:
                            uses.calls.setdefault((name.decode(), count), (file.path, hunk.new + offset))
            if file.old_path is not None and file.old_path.endswith(_C):
                for line in hunk.gone:
                    match = _DEFINED.match(line)
                    if match:
                        uses.removed.setdefault((match[1] or match[2]).decode(), file.name)
    for declared in own | defined:
        uses.names.pop(declared, None)
    uses.calls = {key: place for key, place in uses.calls.items() if key[0] not in defined}
    return uses


def _read(line: bytes, place: Place, uses: Uses, own: set[str]) -> None:
    if place[0].endswith(_C_LIKE):
        match = INCLUDE.match(line)
        if match:
            uses.headers.setdefault(match[1].decode("utf-8", "surrogateescape"), place)
            return
        line = STRING.sub(b'""', _COMMENT.sub(b" ", line))
        for pair in _MEMBER.findall(line):
            uses.members.setdefault(pair.decode(), place)
        own.update(name.decode() for name in _DECLARED.findall(line))
    else:
        line = _HASH.sub(b"", line)
    for name in NAME.findall(line):
        uses.names.setdefault(name.decode(), place)


def is_code(path: str) -> bool:
    """Whether the words of a file are names that something defines."""
    return path.endswith(_CODE) or path.rpartition("/")[2] in _CODE_NAMES


def count_calls(text: bytes, seen: Counts, names: Iterable[bytes] | None = None) -> None:
    """Note with how many arguments each name stands in a text; None where it takes any number."""
    wanted = None if names is None else set(names)
    for name, count, _ in calls(text, wanted):
        seen.setdefault(name, set()).add(count)


def calls(text: bytes, names: set[bytes] | None = None) -> Iterator[tuple[bytes, int | None, int]]:
    """Name, number of arguments (None: an ellipsis is among them) and line offset of each call or declaration."""
    for match in _CALL.finditer(text):
        if names is None or match[1] in names:
            inside = _arguments(text, match.end())
            if inside is not None:
                yield match[1], _number(inside), text.count(b"\n", 0, match.start())


def _number(inside: list[bytes]) -> int | None:
    if any(b"..." in part for part in inside):
        return None
    return 0 if len(inside) == 1 and inside[0].strip() in (b"", b"void") else len(inside)


def _arguments(text: bytes, start: int) -> list[bytes] | None:
    """The parts between commas up to the closing parenthesis; None where that is not in the text."""
    depth, at = 1, 0
    parts: list[bytes] = []
    data = STRING.sub(lambda m: b"s" * len(m[0]), text[start : start + _LONGEST])
    for offset, sign in enumerate(data):
        if sign in b"([{":
            depth += 1
        elif sign in b")]}":
            depth -= 1
            if not depth:
                return [*parts, data[at:offset]]
        elif depth == 1 and sign in b";":
            return None
        elif depth == 1 and sign in b",":
            parts.append(data[at:offset])
            at = offset + 1
    return None
