"""A git diff as it stands in a mail: file headers and extents by git's own rules, hunk lines by unidiff.

unidiff alone raises on diffs that git accepts, and accepts some that git does not mean so (surplus lines in a hunk,
combined diffs); so the header lines and the counts are read here, and it gets one file's hunks at a time. Nothing is
ever written back from what was read: `git apply` gets the mail's own bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from reviewbot import regex as re
from reviewbot.series.hunks import parse_hunks
from reviewbot.series.model import FileDiff, Hunk, Status
from reviewbot.series.paths import decode, special, unquote, unsafe

# A hunk's header; a count left out is 1.
_HUNK = re.compile(rb"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@(.*)", re.DOTALL)

_INDEX = re.compile(rb"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})(?: (\d{6}))?\r?")

# With the LF of the line before it, which lets the search jump from line to line.
_FIRST = re.compile(rb"\n(?:diff (?:--git|--cc|--combined) |--- [^\n]*\n\+\+\+ )")

_GIT_LINE = re.compile(rb"^diff --git (.*)$", re.MULTILINE)

_STAMP = re.compile(rb"\t.*$", re.DOTALL)  # GNU diff puts a date behind the name

_BINARY_BLOCK = re.compile(rb"(?:literal|delta) \d{1,12}\r?")


_CONTEXT = (b" ", b"", b"\r")  # an empty line is a blank context line that a mailer has stripped


@dataclass
class _Section:
    """One file's part of a diff while it is being read. Line numbers are 0-based lines of the mail's bytes."""

    line: int
    header: bytes = b""
    fields: dict[str, bytes] = field(default_factory=dict)
    old: bytes | None = None
    new: bytes | None = None
    binary: bool = False
    hunk_lines: list[bytes] = field(default_factory=list)
    hunk_at: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def first_line(text: bytes) -> int | None:
    """Offset of the first diff in `text` (which is a mail's patch part); None without any."""
    found = _FIRST.search(b"\n" + text)
    return found.start() if found is not None else None


def read(raw: bytes, start: int) -> tuple[tuple[FileDiff, ...], tuple[str, ...]]:
    """Files and problems of a diff whose first line is line `start` of the mail. Never fails; linear."""
    sections, problems = _sections(raw, start)
    files: list[FileDiff] = []
    for section in sections:
        file = _file(section)
        problems.extend(section.problems)
        if file.unsafe is not None:
            problems.append(f"line {section.line + 1}: {file.path or '?'}: {file.unsafe}")
        files.append(file)
    if len({_bare(section) for section in sections if section.header}) > 1:
        problems.append(f"line {start + 1}: some names have a/ and b/ before them and some have not")
    return tuple(files), tuple(problems)


def paths(raw: bytes) -> tuple[str, ...]:
    """Paths a diff touches, without repetitions, read off its header lines."""
    return tuple(dict.fromkeys(_path(section)[0] for section in _sections(raw, 0)[0]))


def end(raw: bytes) -> int:
    """Offset behind the last line that belongs to the diff at the start of `raw`: signature and list footers are not
    part of it."""
    scan = _Scan(raw, 0)
    scan.run()
    return scan.end


def _sections(raw: bytes, start: int) -> tuple[list[_Section], list[str]]:
    scan = _Scan(raw, start)
    scan.run()
    return scan.sections, scan.problems


class _Scan:
    """Walks over the lines of a diff once; hunks are taken by their counts, as git does."""

    def __init__(self, raw: bytes, start: int) -> None:
        self._lines = raw.split(b"\n")
        if not self._lines[-1]:
            self._lines.pop()
        self._torn = bool(raw) and not raw.endswith(b"\n")
        self._start = start
        self._at = 0
        self._offset = 0  # of the line at _at
        self.end = 0
        self.sections: list[_Section] = []
        self.problems: list[str] = []
        self._size = len(raw)

    def run(self) -> None:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.startswith(b"diff --git "):
                self._open().header = line
                self._step()
                self._extended()
            elif line.startswith((b"diff --cc ", b"diff --combined ")):
                self.problems.append(f"line {self._number()}: a combined diff (diff --cc) cannot be applied")
                self._step()
            elif line.startswith(b"--- ") and self._line(1).startswith(b"+++ ") and self._line(2).startswith(b"@@ -"):
                if not self.sections or self.sections[-1].old is not None or self.sections[-1].hunk_lines:
                    self._open()
                self._names()
            elif line.startswith(b"@@ -") and self.sections:
                self._hunk()
            elif line.startswith(b"GIT binary patch") and self.sections:
                self._binary()
            else:
                self._surplus(line)
                self._skip()

    def _line(self, ahead: int) -> bytes:
        at = self._at + ahead
        return self._lines[at] if at < len(self._lines) else b""

    def _number(self) -> int:
        return self._start + self._at + 1

    def _open(self) -> _Section:
        section = _Section(self._start + self._at)
        self.sections.append(section)
        return section

    def _skip(self) -> None:
        self._offset += len(self._lines[self._at]) + 1
        self._at += 1

    def _step(self) -> None:
        """Take the line as part of the diff."""
        self._skip()
        self.end = min(self._offset, self._size)

    def _names(self) -> None:
        section = self.sections[-1]
        section.old = self._line(0)[4:]
        section.new = self._line(1)[4:]
        self._step()
        self._step()

    def _extended(self) -> None:
        """git's extended header lines after "diff --git"."""
        section = self.sections[-1]
        while self._at < len(self._lines):
            line = self._lines[self._at]
            for key in _EXTENDED:
                if line.startswith(key):
                    section.fields[key.decode()] = line[len(key) :].removesuffix(b"\r")
                    break
            else:
                if line.startswith(b"Binary files ") and line.removesuffix(b"\r").endswith(b" differ"):
                    section.binary = True
                elif line.startswith(b"--- ") and self._line(1).startswith(b"+++ "):
                    self._names()
                    return
                else:
                    return
            self._step()

    def _hunk(self) -> None:
        section = self.sections[-1]
        found = _HUNK.fullmatch(self._lines[self._at])
        if found is None:
            section.problems.append(f"line {self._number()}: not a hunk header")
            self._step()
            return
        old = int(found.group(2) if found.group(2) is not None else 1)
        new = int(found.group(4) if found.group(4) is not None else 1)
        header = self._number()
        at = self._at + 1
        while (old > 0 or new > 0) and at < len(self._lines):
            first = self._lines[at][:1]
            if first == b"+":
                new -= 1
            elif first == b"-":
                old -= 1
            elif first in _CONTEXT:
                old, new = old - 1, new - 1
            elif first != b"\\":
                break
            if old < 0 or new < 0:
                break
            at += 1
        self._take(at)
        if old > 0 or new > 0 or old < 0 or new < 0 or (self._torn and self._at == len(self._lines)):
            section.problems.append(f"line {header}: the hunk is cut off or its header counts wrong")
        if self._line(0).startswith(b"\\"):
            self._take(self._at + 1)

    def _take(self, upto: int) -> None:
        """Take the lines up to that index as part of the hunk."""
        section = self.sections[-1]
        taken = self._lines[self._at : upto]
        section.hunk_lines += taken
        section.hunk_at += range(self._start + self._at, self._start + upto)
        self._offset += sum(map(len, taken)) + len(taken)
        self._at = upto
        self.end = min(self._offset, self._size)

    def _surplus(self, line: bytes) -> None:
        """A line right behind a hunk that looks like one more of it: git would drop it without a word."""
        if not self.sections:
            return
        section = self.sections[-1]
        behind = section.hunk_at and section.hunk_at[-1] == self._start + self._at - 1
        if behind and line[:1] in (b"+", b"-", b" ") and line.strip() and line.rstrip() != b"--":
            section.problems.append(f"line {self._number()}: the hunk has more lines than its header says")

    def _binary(self) -> None:
        section = self.sections[-1]
        section.binary = True
        self._step()
        for _ in range(2):  # the new content, then the old one
            if not _BINARY_BLOCK.fullmatch(self._line(0)):
                break
            while self._at < len(self._lines) and self._lines[self._at].strip():
                self._step()
            if self._at < len(self._lines):
                self._step()


_EXTENDED = (
    b"old mode ", b"new mode ", b"deleted file mode ", b"new file mode ", b"copy from ", b"copy to ", b"rename from ",
    b"rename to ", b"rename old ", b"rename new ", b"similarity index ", b"dissimilarity index ", b"index ",
)  # fmt: skip


def _path(section: _Section) -> tuple[str, str | None]:
    """New path and old path of a file (None where it has none)."""
    fields = section.fields
    source = fields.get("rename from ", fields.get("rename old ", fields.get("copy from ")))
    target = fields.get("rename to ", fields.get("rename new ", fields.get("copy to ")))
    if source is not None and target is not None:
        return unquote(target)[0], unquote(source)[0]
    bare = _bare(section)
    old = _side(section.old, bare)
    new = _side(section.new, bare)
    if section.old is None and section.new is None:
        name = _common_name(_names_of(section), bare)
        old = None if "new file mode " in fields else name
        new = None if "deleted file mode " in fields else name
    path = new if new is not None else old
    return path or "", old


def _side(name: bytes | None, bare: bool) -> str | None:
    """The path of a --- or +++ line without its first component (`bare`: with it); None for /dev/null."""
    if name is None:
        return None
    name = name.removesuffix(b"\r")
    text = unquote(name)[0] if name.startswith(b'"') else decode(_STAMP.sub(b"", name))
    if text == "/dev/null":
        return None
    return text if bare else text.partition("/")[2] or text


def _names_of(section: _Section) -> bytes:
    return section.header[len(b"diff --git ") :].removesuffix(b"\r")


def _bare(section: _Section) -> bool:
    """Whether a file's names carry no prefix (--no-prefix): twice the same name, without a/ and b/ before it."""
    names = _names_of(section)
    middle = len(names) // 2
    return (
        names[middle : middle + 1] == b" "
        and names[:middle] == names[middle + 1 :]
        and not names.startswith((b"a/", b"b/", b'"'))
    )


def strip(raw: bytes) -> int:
    """The number of components that `git apply` has to take off the names: 0 if all come without a prefix, else 1."""
    sections, _ = _sections(raw, 0)
    return 0 if sections and all(_bare(section) for section in sections) else 1


def _common_name(names: bytes, bare: bool) -> str:
    """The name in "a/NAME b/NAME", which is twice the same where no other line tells it; blanks may occur in it."""
    if names.startswith(b'"'):
        first, rest = unquote(names)
        second = unquote(rest.lstrip())[0]
        return (second or first).partition("/")[2]
    middle = len(names) // 2
    name = names[middle + 1 :] if names[middle : middle + 1] == b" " else b""
    if name and name.partition(b"/")[2] == names[:middle].partition(b"/")[2]:
        return decode(name if bare else name.partition(b"/")[2])
    if names.endswith(b'"'):
        return unquote(names[names.find(b' "') + 1 :])[0].partition("/")[2]
    return decode(names.rpartition(b" ")[2].partition(b"/")[2])


def _file(section: _Section) -> FileDiff:
    fields = section.fields
    path, old_path = _path(section)
    status: Status = "modified"
    if "copy from " in fields:
        status = "copied"
    elif "rename from " in fields or "rename old " in fields:
        status = "renamed"
    elif "new file mode " in fields or (section.old is not None and old_path is None):
        status = "added"
    elif "deleted file mode " in fields or (section.new is not None and _side(section.new, False) is None):
        status = "deleted"
    index = _INDEX.fullmatch(b"index " + fields.get("index ", b""))
    unchanged = index.group(3) if index is not None else None
    old_mode = fields.get("old mode ", fields.get("deleted file mode ", unchanged))
    new_mode = fields.get("new mode ", fields.get("new file mode ", unchanged))
    old_text, new_text = _text(old_mode), _text(new_mode)
    return FileDiff(
        path=path,
        old_path=None if status == "added" else old_path,
        status=status,
        old_mode=None if status == "added" else old_text,
        new_mode=None if status == "deleted" else new_text,
        old_blob=_text(index.group(1)) if index is not None else None,
        new_blob=_text(index.group(2)) if index is not None else None,
        binary=section.binary,
        hunks=_hunks(section),
        unsafe=unsafe(path) or (unsafe(old_path) if old_path else None),
        special=special(path, old_text, new_text),
    )


def _text(value: bytes | None) -> str | None:
    return value.decode("ascii", "replace") if value is not None else None


def _hunks(section: _Section) -> tuple[Hunk, ...]:
    if not section.hunk_lines:
        return ()
    hunks, problem = parse_hunks(section.hunk_lines, section.hunk_at)
    if problem is not None and not section.problems:
        section.problems.append(f"line {section.hunk_at[0] + 1}: {problem}")
    return hunks
