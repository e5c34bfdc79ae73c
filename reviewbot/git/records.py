"""Reading git's raw objects: a commit's header and message, a tree's rows, and what `merge-tree -z` answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from reviewbot import regex as re
from reviewbot.git.model import Commit, Entry

# "Name <address> seconds zone"; the name may be empty and the address may hold blanks.
_PERSON = re.compile(r"(?P<name>.*?) ?<(?P<address>[^<>]*)> (?P<date>-?\d+ [+-]\d{4})$")


@dataclass(frozen=True, slots=True)
class Merged:
    """What a merge gave. `tree` has conflict markers in the files of `conflicts`.

    conflicts: path → stage (1 base, 2 ours, 3 theirs) → entry; stages that a side lacks are left out
    messages: (kind, text) as git words them, e.g. ("CONFLICT (contents)", "Merge conflict in …")
    """

    tree: str
    clean: bool
    conflicts: Mapping[str, Mapping[int, Entry]] = field(default_factory=dict)
    messages: tuple[tuple[str, str], ...] = ()


def read_commit(oid: str, raw: bytes) -> Commit | None:
    """A raw commit object as data; None where it is no commit."""
    head, _, body = raw.partition(b"\n\n")
    if not head.startswith(b"tree "):
        return None
    rows: dict[str, list[str]] = {}
    encoding = "utf-8"
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        if name == b"encoding":
            encoding = value.decode("ascii", "replace")
        rows.setdefault(name.decode("ascii", "replace"), []).append(value.decode("utf-8", "surrogateescape"))
    author, committer = (_person(rows.get(who, [""])[0]) for who in ("author", "committer"))
    parents = tuple(rows.get("parent", ()))
    return Commit(oid, rows["tree"][0], parents, *author, *committer, _text(body, encoding))


def _text(body: bytes, encoding: str) -> str:
    try:
        return body.decode(encoding)
    except (LookupError, UnicodeDecodeError):
        return body.decode("utf-8", "surrogateescape")


def _person(text: str) -> tuple[str, str, str]:
    match = _PERSON.match(text)
    return (match["name"], match["address"], match["date"]) if match else (text, "", "0 +0000")


def read_tree(raw: bytes, size: int) -> Iterator[tuple[bytes, Entry]]:
    """The rows of a raw tree object: name and entry, the mode as git stores it ("40000" for a folder).

    `size` is the length of an id in bytes: 20, or 32 in a SHA-256 repository.
    """
    at = 0
    while at < len(raw):
        blank, zero = raw.index(b" ", at), raw.index(b"\0", at)
        yield raw[blank + 1 : zero], Entry(raw[at:blank].decode(), raw[zero + 1 : zero + 1 + size].hex())
        at = zero + 1 + size


def read_merge(out: bytes, clean: bool) -> Merged:
    """What `merge-tree --write-tree -z --messages` printed."""
    fields = iter(out.decode("utf-8", "surrogateescape").split("\0"))
    tree = next(fields)
    conflicts: dict[str, dict[int, Entry]] = {}
    for row in fields:
        if not row:
            break
        head, _, path = row.partition("\t")
        mode, oid, stage = head.split(" ")
        conflicts.setdefault(path, {})[int(stage)] = Entry(mode, oid)
    messages: list[tuple[str, str]] = []
    for count in fields:
        if not count.isdigit():
            break
        for _ in range(int(count)):
            next(fields)
        messages.append((next(fields), next(fields).rstrip("\n")))
    return Merged(tree, clean, conflicts, tuple(messages))
