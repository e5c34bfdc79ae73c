"""`git mailinfo` in Python: author, date, subject and message of a patch mail, as `git am` would commit them.

After git's documentation (git-mailinfo, git-am) and its behaviour, which tests/peers/test_mailinfo.py compares: in-body
headers win over the mail's, scissors discard what stands above them, "---" ends the message.
"""

from __future__ import annotations

from typing import NamedTuple

from reviewbot import regex as re
from reviewbot.mail import Message

# What git calls space; \v and \f are none.
_BLANKS = " \t\n\r"
_SPACES = re.compile(r"[ \t\n\r]+")

_IN_BODY = re.compile(r"(From|Subject|Date):[ \t\r\n]*(.*)", re.IGNORECASE | re.DOTALL)

_FORMAT_PATCH_LINE = re.compile(r">From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\n?")

# The patch begins here: "diff -", CVS's "Index: ", "---" alone or before a file name.
_PATCH_BREAK = re.compile(r"diff -|Index: |---(?: [^ \t\n\r]|[ \t\r]*$)")

_SCISSORS = (">8", "8<", ">%", "%<")
_LONGEST_SCISSORS = 1000  # characters of a line that are looked at


class MailInfo(NamedTuple):
    """What one patch mail says. `log` is the message below the subject as mailinfo writes it, line by line.

    `positions` are the 0-based lines of the mail's bytes they stand at; `patch_line` is the line where the patch
    begins, None without one. `in_body` tells which of From, Subject and Date were given in the body.
    """

    name: str
    email: str
    date: str
    subject: str
    log: tuple[str, ...]
    positions: tuple[int, ...]
    patch_line: int | None
    in_body: frozenset[str]
    raw_subject: str
    cut: bool


def read(message: Message, *, scissors: bool = True) -> MailInfo:
    """Read a mail as mailinfo does (`scissors`: as `--scissors`). Never fails; linear in the mail's size."""
    lines = message.body_bytes.decode("utf-8", "surrogateescape").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    state = _State(scissors)
    patch_line = None
    for index, line in enumerate(lines):
        if state.take(line, index):
            patch_line = index
            break
    state.flush()
    given = state.in_body if patch_line is not None else {}
    name, email = author(given.get("from", message.from_text))
    raw_subject = given.get("subject", message.subject)
    return MailInfo(
        name=name,
        email=email,
        date=_SPACES.sub(" ", given.get("date", message.date_text)),
        subject=clean_subject(raw_subject),
        log=tuple(state.log),
        positions=tuple(state.positions),
        patch_line=patch_line,
        in_body=frozenset(given),
        raw_subject=raw_subject,
        cut=state.cut,
    )


class _State:
    """The message part, line by line."""

    def __init__(self, scissors: bool) -> None:
        self._scissors = scissors
        self._in_header = True
        self._pending: list[str] = []  # an in-body header and its continuation lines
        self.in_body: dict[str, str] = {}
        self.log: list[str] = []
        self.positions: list[int] = []
        self.cut = False

    def take(self, line: str, index: int) -> bool:
        """Take one line; true where the patch begins with it."""
        if self._in_header:
            if not line:
                if self._pending:
                    self.flush()
                    self._in_header = False
                return False
            self._in_header = self._header(line)
            if self._in_header:
                return False
        if self._scissors and is_scissors(line):
            self.log.clear()
            self.positions.clear()
            self.in_body.clear()
            self._in_header = True
            self.cut = True
            return False
        if _PATCH_BREAK.match(line):
            return True
        self.log.append(line)
        self.positions.append(index)
        return False

    def _header(self, line: str) -> bool:
        if self._pending and line[0] in " \t":
            if self._scissors and is_scissors(line):
                self.flush()
                return False
            self._pending.append(line)
            return True
        self.flush()
        if line.startswith(">From") and line[5:6] in (" ", "\t", "\r"):
            return _FORMAT_PATCH_LINE.fullmatch(line) is not None
        if line.startswith("[PATCH]") and (line[7:8] or "\n") in _BLANKS:
            self.in_body["subject"] = line
            return True
        found = _IN_BODY.match(line)
        if found is None or found.group(1).lower() in self.in_body:
            return False
        self._pending.append(line)
        return True

    def flush(self) -> None:
        """End the in-body header being read."""
        if not self._pending:
            return
        found = _IN_BODY.match("".join(self._pending))
        self._pending = []
        if found is not None:
            from reviewbot.mail.headers import decode

            self.in_body.setdefault(found.group(1).lower(), decode(found.group(2)))


def is_scissors(line: str) -> bool:
    """Whether a line is a cut: dashes and scissors, at least 8 characters, more than a third of what is visible."""
    if not any(mark in line for mark in _SCISSORS):
        return False
    text = line[:_LONGEST_SCISSORS]
    visible = len(text.strip(_BLANKS))
    scissors = gap = perforation = 0
    inside = False
    at = 0
    while at < len(text):
        if text[at] in _BLANKS:
            if inside:
                perforation += 1
                gap += 1
        elif text[at] == "-":
            inside = True
            perforation += 1
        elif text.startswith(_SCISSORS, at):
            inside = True
            perforation += 2
            scissors += 2
            at += 1
        else:
            inside = False
        at += 1
    return scissors > 0 and visible >= 8 and visible < perforation * 3 and gap * 2 < perforation


def clean_subject(subject: str) -> str:
    """A subject as `git am` commits it: every leading "Re:", blank, colon and bracket is dropped."""
    at = 0
    kept = ""
    while at < len(subject):
        char = subject[at]
        if char in "rR":
            if len(subject) <= at + 3:
                break
            if subject[at + 1] in "eE" and subject[at + 2] == ":":
                at += 3
                continue
            break
        if char in " \t:":
            at += 1
            continue
        if char == "[":
            end = subject.find("]", at)
            if end < 0:
                break
            at = end + 1
            continue
        break
    return _SPACES.sub(" ", kept + subject[at:]).strip(_BLANKS)


def author(text: str) -> tuple[str, str]:
    """Name and address out of a decoded From line, the way mailinfo takes them apart (forms (a)-(c) of RFC 5322)."""
    plain = _unquoted(text)
    at = plain.find("@")
    if at < 0:
        return _bogus_author(text)
    start = at
    while start > 0 and plain[start - 1] not in _BLANKS and plain[start - 1] != "<":
        start -= 1
    end = at
    while end < len(plain) and plain[end] not in " \n\t\r\v\f>":
        end += 1
    email = plain[start:end]
    before = plain[: start - 1] + " " if start and plain[start - 1] == "<" else plain[:start]
    rest = _SPACES.sub(" ", before + plain[end + 1 :]).strip(_BLANKS)
    if rest.startswith("(") and rest.endswith(")"):
        rest = rest[1:-1]
    return _sane(rest, email), email


def _bogus_author(text: str) -> tuple[str, str]:
    opening = text.find("<")
    closing = text.find(">", opening)
    if opening < 0 or closing < 0:
        return "", ""
    email = text[opening + 1 : closing]
    return _sane(text[:opening].strip(_BLANKS), email), email


def _sane(name: str, email: str) -> str:
    too_long = len(name.encode("utf-8", "surrogateescape")) > 60
    return email if not name or too_long or any(c in name for c in "@<>") else name


def _unquoted(text: str) -> str:
    """Quotation marks taken off, backslashes inside quotes and comments as well."""
    if '"' not in text and "(" not in text:
        return text
    out: list[str] = []
    quoted = literal = False
    depth = 0
    for char in text:
        if literal:
            literal = False
        elif (quoted or depth) and char == "\\":
            literal = True
            continue
        elif quoted or (char == '"' and not depth):
            if char == '"':
                quoted = not quoted
                continue
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        out.append(char)
    return "".join(out)


def stripspace(lines: tuple[str, ...], positions: tuple[int, ...]) -> tuple[list[str], list[int]]:
    """`git stripspace`: no blanks at line ends, no blank lines at the ends, no two of them together."""
    kept: list[str] = []
    places: list[int] = []
    for line, position in zip(lines, positions, strict=True):
        text = line.rstrip(_BLANKS)
        if not text and (not kept or not kept[-1]):
            continue
        kept.append(text)
        places.append(position)
    if kept and not kept[-1]:
        kept.pop()
        places.pop()
    return kept, places
