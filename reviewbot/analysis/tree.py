"""Where a rule may look up other files: the `Tree` protocol, and the two trees that need no git."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

# A link is followed only after a look at where it leads; a pipe without a writer must not be waited for.
_ONLY_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK


def _open(path: str, flags: int) -> int:
    return os.open(path, flags | _ONLY_READ)


class Tree(Protocol):
    """The files around the ones that are checked: a folder, a commit, the index. Paths are relative, with `/`."""

    def read(self, path: str) -> bytes | None:
        """The file's bytes, or None where there is no such file."""
        ...

    def paths(self, prefix: str = "", suffix: str = "") -> Iterable[str]:
        """Every path that starts with `prefix` and ends with `suffix`."""
        ...


@dataclass(frozen=True, slots=True)
class MemoryTree:
    """A tree made of bytes at hand."""

    files: Mapping[str, bytes]

    def read(self, path: str) -> bytes | None:
        """The file's bytes, or None."""
        return self.files.get(path)

    def paths(self, prefix: str = "", suffix: str = "") -> Iterable[str]:
        """Matching paths, sorted."""
        return sorted(path for path in self.files if path.startswith(prefix) and path.endswith(suffix))


@dataclass(frozen=True, slots=True)
class FolderTree:
    """A folder on disk. Nothing outside of it is read: `..`, absolute paths and links that lead out give None.

    One that is not `listed` may be of any size: it has no paths but those that are asked for by name.
    """

    root: Path
    listed: bool = True
    _inside: dict[str, str | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def read(self, path: str) -> bytes | None:
        """The file's bytes, or None where there is no such regular file inside the folder."""
        folder, _, name = path.rpartition("/")
        try:
            where = self._folder(folder)
            if where is None or name in ("", ".", ".."):
                return None
            with open(f"{where}/{name}", "rb", opener=_open) as file:
                return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else None
        except OSError as error:
            return self._through_link(path) if error.errno == errno.ELOOP else None
        except ValueError:
            return None

    def _folder(self, folder: str) -> str | None:
        """The real path of a folder of the tree, looked up once; None where it leads out."""
        if folder not in self._inside:
            real = os.path.realpath(self.root)
            target = os.path.realpath(f"{real}/{folder}")
            inside = not folder.startswith("/") and _below(target, real)
            self._inside[folder] = target if inside else None
        return self._inside[folder]

    def _through_link(self, path: str) -> bytes | None:
        real = os.path.realpath(self.root)
        try:
            target = os.path.realpath(f"{real}/{path}", strict=True)
            if not _below(target, real) or not Path(target).is_file():
                return None
            return Path(target).read_bytes()
        except OSError:
            return None

    def paths(self, prefix: str = "", suffix: str = "") -> Iterable[str]:
        """Matching paths, sorted; `.git` folders are left out and links to folders are not followed."""
        if not self.listed:
            return []
        folder = prefix.rpartition("/")[0]
        return sorted(p for p in self._walk(folder) if p.startswith(prefix) and p.endswith(suffix))

    def _walk(self, folder: str) -> Iterator[str]:
        top = self.root / folder if folder else self.root
        if not top.resolve().is_relative_to(self.root.resolve()):
            return
        stack = [(str(top), f"{folder}/" if folder else "")]
        while stack:
            here, below = stack.pop()
            try:
                entries = list(os.scandir(here))
            except OSError:
                continue
            for entry in entries:
                if not entry.is_dir():
                    yield below + entry.name
                elif entry.name != ".git" and not entry.is_symlink():
                    stack.append((entry.path, f"{below}{entry.name}/"))


@dataclass(frozen=True, slots=True)
class OverlayTree:
    """A tree with some files replaced (bytes) or taken away (None)."""

    base: Tree
    changes: Mapping[str, bytes | None]

    def read(self, path: str) -> bytes | None:
        """The replacement where there is one, else the base's bytes."""
        return self.changes[path] if path in self.changes else self.base.read(path)

    def paths(self, prefix: str = "", suffix: str = "") -> Iterable[str]:
        """Matching paths of both, sorted."""
        found = {path for path in self.base.paths(prefix, suffix) if path not in self.changes}
        found.update(
            path
            for path, data in self.changes.items()
            if data is not None and path.startswith(prefix) and path.endswith(suffix)
        )
        return sorted(found)


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
