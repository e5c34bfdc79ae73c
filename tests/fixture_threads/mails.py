"""Mails as they come out of a list archive: headers, quotations, and the mbox around them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime

from tests.fixture_threads.people import LIST, Person

# Lines which an mbox must not show as they are: each would start the next message.
_FROM_LINE = re.compile(rb"^(>*From )", re.M)

_LIST_ID = "Xen developer discussion <xen-devel.lists.example.org>"


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail before it is written out. `at` counts minutes from the thread's start."""

    author: Person
    subject: str
    body: str
    at: datetime
    name: str  # the message id, up to where the domain begins
    to: Sequence[Person] = (LIST,)
    cc: Sequence[Person] = ()
    answers: tuple[str, ...] = ()  # message ids, oldest first
    flowed: bool = False
    posted: bool = False  # by git send-email

    @property
    def message_id(self) -> str:
        return f"{self.name}{'.' if '@' in self.name else '@'}example.org"

    @property
    def date(self) -> datetime:
        return self.at.astimezone(timezone(timedelta(hours=self.author.zone)))

    def answer_ids(self) -> tuple[str, ...]:
        """What an answer to this mail has got in References."""
        return (*self.answers, self.message_id)


def encoded(person: Person) -> str:
    """An address for a header line; a name beyond ASCII becomes an encoded word."""
    if not person.name:
        return person.address
    if person.name.isascii():
        return str(person)
    letters = "".join(chr(b) if chr(b).isalnum() and b < 128 else f"={b:02X}" for b in person.name.encode())
    return f"=?UTF-8?q?{letters}?= <{person.address}>"


def _folded(name: str, value: str) -> str:
    """A header line, folded at blanks before column 78 (RFC 5322, 2.1.1)."""
    lines = [f"{name}:"]
    for word in value.split(" "):
        if len(lines[-1]) + 1 + len(word) > 78 and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return "\n".join(lines)


def _listed(name: str, people: Sequence[Person]) -> str:
    return f"{name}: " + ",\n\t".join(encoded(person) for person in people)


def render(mail: Mail) -> bytes:
    """The mail as bytes, headers first, with LF line ends."""
    head = [f"From: {encoded(mail.author)}", _listed("To", mail.to)]
    if mail.cc:
        head.append(_listed("Cc", mail.cc))
    head += [
        _folded("Subject", mail.subject),
        f"Date: {format_datetime(mail.date)}",
        f"Message-ID: <{mail.message_id}>",
    ]
    if mail.answers:
        head.append(f"In-Reply-To: <{mail.answers[-1]}>")
        head.append("References: " + "\n ".join(f"<{answer}>" for answer in mail.answers))
    head += [
        f"List-Id: {_LIST_ID}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8" + ("; format=flowed" if mail.flowed else ""),
        "Content-Transfer-Encoding: 8bit",
    ]
    if mail.posted:
        head.append("X-Mailer: git-send-email 2.47.3")
    return ("\n".join(head) + "\n\n" + mail.body.rstrip("\n") + "\n").encode()


def mbox(mails: Sequence[Mail]) -> bytes:
    """All mails in one mbox (mboxrd: From lines within are quoted)."""
    parts = []
    for mail in mails:
        start = f"From {mail.author.address} {mail.at:%a %b %e %H:%M:%S %Y}\n".encode()
        parts.append(start + _FROM_LINE.sub(rb">\1", render(mail)) + b"\n")
    return b"".join(parts)


def attribution(mail: Mail) -> str:
    """The line above a quotation."""
    return f"On {mail.date:%a, %b %d, %Y at %I:%M:%S%p %z}, {mail.author.name} wrote:"


def answered(mail: Mail, remarks: Mapping[str, str], *, below: str = "", upto: str | None = None) -> str:
    """The body of an answer: `mail` quoted line by line, with each remark under the line which it names.

    A remark goes under the first line that equals its key, blanks at both ends aside; a key which is no line of the
    mail is an error of the caller. The quotation ends with the line `upto`, if given; `below` comes last.
    """
    lines = [attribution(mail)]
    left = dict(remarks)
    body = mail.body.rstrip("\n")
    for line in body.removesuffix("\n-- \n2.47.3").split("\n"):
        lines.append(f">{line}" if line.startswith(">") or not line else f"> {line}")
        remark = left.pop(line.strip(), None)
        if remark is not None:
            lines += ["", remark, ""]
        if upto is not None and line.strip() == upto:
            break
    if left:
        raise ValueError(f"not in the mail: {sorted(left)}")
    while not lines[-1]:
        lines.pop()
    return "\n".join([*lines, "", below] if below else lines) + "\n"
