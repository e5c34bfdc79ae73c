"""Hand-written threads: a patch, replies that quote it, and the review that comes of them. People are at example.org."""

from __future__ import annotations

import re
from email.message import EmailMessage
from pathlib import Path

from reviewbot.mail import read, threads
from reviewbot.review import Request, Review, Tag, read_review
from reviewbot.series import Series, find_series

AUTHOR = ("Pat Author", "pat@example.org")
RITA = ("Rita Reviewer", "rita@example.org")
MAX = ("Max Maintainer", "max@example.org")
OLGA = ("Olga Manager", "olga@example.org")

DIFF = """\
diff --git a/xen/common/domctl.c b/xen/common/domctl.c
index 3efa5b9d55b9..35144d95b808 100644
--- a/xen/common/domctl.c
+++ b/xen/common/domctl.c
@@ -559,6 +559,12 @@ long do_domctl(XEN_GUEST_HANDLE_PARAM(xen_domctl_t) u_domctl)
         ret = arch_do_domctl(op, d, u_domctl);
         goto out;
~
+    case XEN_DOMCTL_shadow_op:
+        if (clean)
+            goto quick;
+
+        unknwon = vpic(d);
+        fallthrough;
     default:
         /* Everything else handled further down. */
         break;
""".replace("~\n", " \n")


def mail(
    sender: tuple[str, str], subject: str, body: str, mid: str, parent: str | None = None, minute: int = 0
) -> bytes:
    """One mail as it stands in an mbox."""
    message = EmailMessage()
    message["From"] = f"{sender[0]} <{sender[1]}>"
    message["To"] = "xen-devel@example.org"
    message["Subject"] = subject
    message["Date"] = f"Tue, 09 Jun 2026 {10 + minute // 60:02d}:{minute % 60:02d}:00 +0000"
    message["Message-ID"] = f"<{mid}>"
    if parent:
        message["In-Reply-To"] = message["References"] = f"<{parent}>"
    message.set_content(body, charset="utf-8", cte="8bit")
    return b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + re.sub(rb"(?m)^(>*From )", rb">\1", message.as_bytes()) + b"\n"


def quote(body: str, marks: str = "> ") -> str:
    """A body as a reply quotes it."""
    return "".join(f"{marks}{line}".rstrip() + "\n" for line in body.rstrip("\n").split("\n"))


class Talk:
    """A thread that grows mail by mail."""

    def __init__(
        self, folder: Path, patches: int = 1, cover: bool = False, trailers: str = "", prefix: str = "PATCH"
    ) -> None:
        self.folder = folder
        self.mails: list[bytes] = []
        self.bodies: dict[str, str] = {}
        self.subjects: dict[str, str] = {}
        if cover:
            self._post(f"[{prefix} 0/{patches}] domctl: less locking", "Hello.\n\nThis makes it faster.\n", "p0", None)
        for number in range(1, patches + 1):
            counter = f" {number}/{patches}" if patches > 1 or cover else ""
            body = f"The lock is taken to often.\n\n* one bullet\n* another bullet\n\n{trailers}Signed-off-by: Pat Author <pat@example.org>\n---\n xen/common/domctl.c | 6 ++++++\n\n{DIFF}-- \n2.53.0\n"
            self._post(
                f"[{prefix}{counter}] domctl: step {number} of vpic/msix",
                body,
                f"p{number}",
                "p0" if cover else ("p1" if number > 1 else None),
            )

    def _post(self, subject: str, body: str, mid: str, parent: str | None, sender: tuple[str, str] = AUTHOR) -> None:
        self.bodies[mid], self.subjects[mid] = body, subject
        self.mails.append(
            mail(sender, subject, body, f"{mid}@example.org", parent and f"{parent}@example.org", len(self.mails))
        )

    def reply(self, sender: tuple[str, str], parent: str, body: str, mid: str | None = None) -> str:
        """Answer a mail; gives the new mail's short id."""
        mid = mid or f"r{len(self.mails)}"
        subject = self.subjects[parent] if self.subjects[parent].startswith("Re: ") else f"Re: {self.subjects[parent]}"
        self._post(subject, body, mid, parent, sender)
        return mid

    def quoted(self, parent: str, until: str, marks: str = "> ") -> str:
        """The parent's lines up to and with the first that holds `until`, quoted."""
        lines = self.bodies[parent].split("\n")
        end = next(at for at, line in enumerate(lines) if until in line)
        return quote("\n".join(lines[: end + 1]), marks)

    def series(self) -> tuple[Series, ...]:
        """The series in the thread."""
        path = self.folder / "thread.mbox"
        path.write_bytes(b"".join(self.mails))
        return find_series(threads(read(path).messages))

    def review(self) -> Review:
        """The review of the first series."""
        found = self.series()
        return read_review(found[0], others=found[1:])

    def tags(self, number: int = 1) -> tuple[Tag, ...]:
        """The tags of a patch."""
        entry = self.review().patch(number)
        assert entry is not None
        return entry.tags

    def requests(self, number: int = 1) -> tuple[Request, ...]:
        """The requests of a patch."""
        entry = self.review().patch(number)
        assert entry is not None
        return entry.requests
