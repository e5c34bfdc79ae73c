"""Hand-written series for the tests of this room; people live at example.org."""

from __future__ import annotations

from collections.abc import Iterable

from reviewbot.mail import Message, threads
from reviewbot.series import Series, find_series
from tests.mail.mails import mail, read_one

AUTHOR = "Ada Author <ada@example.org>"


def diff(path: str = "xen/common/domctl.c", line: str = "new();") -> str:
    """A diff that adds one line behind the first of a file."""
    return (
        f"diff --git a/{path} b/{path}\nindex 1111111..2222222 100644\n--- a/{path}\n+++ b/{path}\n"
        f"@@ -1,2 +1,3 @@ f(void)\n first();\n+{line}\n last();\n"
    )


def post(
    mid: str,
    subject: str,
    *,
    reply: str = "",
    text: str = "Because.\n\nSigned-off-by: Ada Author <ada@example.org>\n",
    change: str | None = None,
    sender: str = AUTHOR,
    hour: int = 10,
    day: int = 1,
) -> Message:
    """A patch mail; `change` is its diff ("" for none, as in a cover letter)."""
    change = diff() if change is None else change
    body = f"{text}---\n x | 1 +\n\n{change}-- \n2.53.0\n" if change else text
    extra = f"In-Reply-To: <{reply}>\n" if reply else ""
    when = f"Mon, {day} Jun 2026 {hour:02}:{int(mid.rpartition('-')[2] or 0) % 60 if '-' in mid else 0:02}:00 +0000"
    return read_one(mail(body, sender=sender, subject=subject, mid=f"{mid}@example.org", extra=extra, date=when))


def found(*messages: Message | Iterable[Message]) -> tuple[Series, ...]:
    """The series in these mails."""
    flat = [one for entry in messages for one in ([entry] if isinstance(entry, Message) else entry)]
    return find_series(threads(flat))


def whole(
    stem: str,
    total: int,
    *,
    prefix: str = "PATCH",
    title: str = "domctl: less locking",
    reply: str = "",
    day: int = 1,
    subjects: str = "domctl: part {}",
    cover: bool = True,
) -> list[Message]:
    """A series with a cover letter, threaded below it."""
    top = f"{stem}-0@example.org" if cover else ""
    mails = [post(f"{stem}-0", f"[{prefix} 0/{total}] {title}", change="", reply=reply, day=day)] if cover else []
    for number in range(1, total + 1):
        subject = f"[{prefix} {number}/{total}] {subjects.format(number)}"
        mails.append(post(f"{stem}-{number}", subject, reply=top or reply, change=diff(f"xen/{number}.c"), day=day))
    return mails
