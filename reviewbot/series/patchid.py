"""A diff's identity across rebases, the one that `git patch-id --stable` computes."""

from __future__ import annotations

from reviewbot import regex as re

_HUNK = re.compile(rb"@@ -\d{1,9}(?:,(\d{1,9}))? \+\d{1,9}(?:,(\d{1,9}))? @@")
_BLOBS = re.compile(rb"index ([0-9a-f]{4,64})\.\.([0-9a-f]{4,64})")
_BLANKS = b" \t\n\r"  # what git counts as blank


def patch_id(raw: bytes) -> str:
    """The id, 40 hex digits; linear. Blanks, line numbers and blob ids do not matter, nor the order of the files."""
    total = 0
    for lines in _files(raw):
        total += _carried(lines)
    return _hex(total)


def _carried(lines: list[bytes]) -> int:
    """One file's part of the sum: git adds the digests byte by byte, the lowest first, with a carry."""
    from hashlib import sha1  # brings all of OpenSSL, which reading one thread does not need

    return int.from_bytes(sha1(b"".join(lines), usedforsecurity=False).digest(), "little")


def _hex(total: int) -> str:
    return (total % (1 << 160)).to_bytes(20, "little").hex()


def _files(raw: bytes) -> list[list[bytes]]:
    """For each file the lines that count, without blanks."""
    files: list[list[bytes]] = []
    old = new = 0  # lines of the hunk still to come
    in_header = binary = False
    blobs = b""
    for line in raw.split(b"\n"):
        if old > 0 or new > 0:
            if line.startswith(b"\\"):
                continue
            old -= line[:1] in (b"-", b" ", b"")
            new -= line[:1] in (b"+", b" ", b"")
        elif line.startswith(b"diff "):
            if not in_header:  # git sums a file without hunks up with the next one
                files.append([])
            in_header, blobs = True, b""
            if binary:  # git does not count the first line behind a binary file
                binary = False
                continue
        elif not files or binary:
            continue
        elif in_header:
            if found := _BLOBS.match(line):
                blobs = found.group(1) + found.group(2)
                continue
            if line.startswith((b"GIT binary patch", b"Binary files")):
                files[-1].append(blobs)
                in_header, binary = False, True
                continue
            if line.startswith(b"+++ "):
                in_header = False
        else:
            if found := _HUNK.match(line):
                old, new = int(found.group(1) or 1), int(found.group(2) or 1)
                if found.group(1) == b"0":
                    old = 0
                if found.group(2) == b"0":
                    new = 0
            elif line.startswith(b"\\"):
                continue
            else:
                break
            continue
        files[-1].append(line.translate(None, _BLANKS))
    return [*files, []] if binary else files  # nor does it end the sum behind a binary file
