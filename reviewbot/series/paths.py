"""File names in diffs: git's quoting undone, and whether a name may be used at all."""

from __future__ import annotations

from reviewbot import regex as re

_ESCAPE = re.compile(rb"\\([0-7]{1,3}|.)", re.DOTALL)

_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}

# Names that some file systems take for ".git": the 8.3 short name, and ".git" with blanks, dots or a stream behind.
_GIT_DIR = re.compile(r"\.git[. ]*(?::.*)?|git~1", re.IGNORECASE)

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_DRIVE = re.compile(r"[A-Za-z]:")

# HFS+ ignores these inside names, so ".g<U+200C>it" is ".git" there.
_IGNORED = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u206a-\u206f\ufeff]")


def unquote(name: bytes) -> tuple[str, bytes]:
    """The name at the start of `name`, quoted by git or not, and what follows it; not quoted: the whole."""
    if not name.startswith(b'"'):
        return decode(name), b""
    at = 1
    while at < len(name) and name[at : at + 1] != b'"':
        at += 2 if name[at : at + 1] == b"\\" else 1
    return decode(_ESCAPE.sub(_unescaped, name[1:at])), name[at + 1 :]


def _unescaped(found: re.Match[bytes]) -> bytes:
    text: bytes = found.group(1)
    return bytes([int(text, 8) & 255]) if text.isdigit() and text < b"8" else _LETTERS.get(text, text)


def decode(name: bytes) -> str:
    """Bytes of a name as text that gives the same bytes back (`surrogateescape`)."""
    return name.decode("utf-8", "surrogateescape")


def unsafe(path: str) -> str | None:
    """Why a path must neither be opened nor applied; None for an ordinary path below the tree."""
    if not path:
        return "empty path"
    if path.startswith(("/", "\\")) or (path[1:2] == ":" and _DRIVE.match(path)):
        return "absolute path"
    if not path.isprintable() and _CONTROL.search(path):
        return "control character in the path"
    for part in path.replace("\\", "/").split("/"):
        if part == "..":
            return "path leads out of the tree (..)"
        if part in ("", "."):
            return "path with an empty or . component"
        bare = part if part.isascii() else _IGNORED.sub("", part)
        if bare.startswith((".", "g", "G")) and _GIT_DIR.fullmatch(bare):
            return "path into .git"
    return None


def special(path: str, *modes: str | None) -> str | None:
    """What a change is beside a plain file's: links and submodules lead elsewhere, settings make git run programs."""
    if "120000" in modes:
        return "symbolic link"
    if "160000" in modes:
        return "submodule"
    if path.rpartition("/")[2] in (".gitmodules", ".gitattributes"):
        return "settings of git"
    return None
