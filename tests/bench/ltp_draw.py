"""Draw landed patches and their threads at random, as ltp_tags.py reads them, leaving out those of another set.

    python -m tests.bench.ltp_draw LTP.git ARCHIVE.git ltp-dev.jsonl OUT [--count 330] [--seed 20261122]

LTP.git is linux-test-project/ltp, ARCHIVE.git the list as a public-inbox epoch. OUT gets rows.jsonl and the threads,
each cut at the time of the commit: `python -m tests.bench.ltp_tags OUT/rows.jsonl OUT` reads them. A commit is drawn when
a patch of its subject and author was mailed in the 200 days before it, in a thread of which the other set has no patch.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from reviewbot.mail import Message, read, threads
from reviewbot.review import fold_name
from reviewbot.series import Patch, find_series

TRAILER = re.compile(
    r"^\s{0,3}(?P<name>[A-Z][A-Za-z-]*-by):\s*(?P<who>\S.*?)\s*<?(?P<address>[^<>\s]+@[^<>\s]+)>?", re.I
)
ID = re.compile(rb"<([^<>\s]+)>")
REPLY = re.compile(r"\s*(?:re|aw|fwd?)\s*:", re.I)
BEFORE = 200 * 86400  # seconds before a commit in which its patch was mailed


class Commit(NamedTuple):
    """A commit of the tree, with its trailers as `Name: Person <address>`."""

    id: str
    author: str
    committer: str
    date: int
    subject: str
    trailers: list[str]


class Mail(NamedTuple):
    """A mail of the archive: when, and its bytes."""

    date: int
    raw: bytes


class Archive:
    """The mails since a day, by message id, by thread and by subject."""

    def __init__(self, repo: Path, since: int) -> None:
        self.mails: dict[str, Mail] = {}
        self.threads: dict[str, list[str]] = defaultdict(list)
        self.posted: dict[str, set[str]] = defaultdict(set)
        self._parent: dict[str, str] = {}
        for date, subject, raw in _mails(repo, since):
            head = re.sub(rb"\r?\n[ \t]+", b" ", raw.split(b"\n\n", 1)[0])
            found = ID.search(_header(head, b"message-id"))
            if found is None:
                continue
            mid = found[1].decode("latin1")
            self.mails[mid] = Mail(date, raw)
            for other in ID.findall(_header(head, b"references") + _header(head, b"in-reply-to")):
                self._parent[self.root(mid)] = self.root(other.decode("latin1"))
            if not REPLY.match(subject):
                self.posted[bare(subject)].add(mid)
        for mid in self.mails:
            self.threads[self.root(mid)].append(mid)

    def root(self, mid: str) -> str:
        """What a mail's thread is known by."""
        while self._parent.setdefault(mid, mid) != mid:
            self._parent[mid] = self._parent[self._parent[mid]]
            mid = self._parent[mid]
        return mid

    def write(self, root: str, until: int, path: Path) -> None:
        """A thread as an mbox, without what came later than a moment."""
        mails = sorted((self.mails[mid] for mid in self.threads[root]), key=lambda mail: mail.date)
        with path.open("wb") as file:
            for mail in mails:
                if mail.date <= until:
                    body = re.sub(rb"(?m)^(>*From )", rb">\1", mail.raw.replace(b"\r\n", b"\n"))
                    file.write(b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + body.rstrip(b"\n") + b"\n\n")


def _mails(repo: Path, since: int) -> Iterator[tuple[int, str, bytes]]:
    log = git(repo, "log", "--all", "--format=%H%x01%at%x01%s").split("\n")
    rows = [row.split("\x01") for row in log if row.count("\x01") == 2]
    wanted = [(commit, int(date), subject) for commit, date, subject in rows if int(date) > since]
    asked = "".join(f"{commit}:m\n" for commit, _, _ in wanted).encode()
    data = subprocess.run(
        ["git", "-C", str(repo), "cat-file", "--batch"], input=asked, capture_output=True, check=True
    ).stdout
    at = 0
    for _, date, subject in wanted:
        end = data.index(b"\n", at)
        size = data[at:end].split()[-1]
        if not size.isdigit():
            at = end + 1
            continue
        yield date, subject, data[end + 1 : end + 1 + int(size)]
        at = end + 2 + int(size)


def _header(head: bytes, name: bytes) -> bytes:
    found = re.search(rb"(?im)^" + name + rb":(.*)$", head)
    return found[1] if found else b""


def git(repo: Path, *argv: str) -> str:
    """git's stdout."""
    done = subprocess.run(["git", "-C", str(repo), *argv], capture_output=True, check=True)
    return done.stdout.decode("utf-8", "replace")


def bare(subject: str) -> str:
    """A subject without prefixes."""
    return " ".join(re.sub(r"\[[^\]]*\]", "", REPLY.sub("", subject)).split()).casefold()


def commits(repo: Path) -> list[Commit]:
    """The commits of 2022 to 2025."""
    form = "--format=%H%x01%an%x01%cn%x01%ct%x01%s%x01%B%x02"
    out = []
    for record in git(repo, "log", "--no-merges", "--since=2022-01-01", "--until=2025-12-31", form).split("\x02"):
        parts = record.strip("\n").split("\x01", 5)
        if len(parts) == 6:
            found = [match for match in map(TRAILER.match, parts[5].split("\n")) if match]
            trailers = [f"{m['name']}: {m['who']} <{m['address']}>" for m in found]
            out.append(Commit(parts[0], parts[1], parts[2], int(parts[3]), parts[4], trailers))
    return out


def row_of(commit: Commit, archive: Archive, taken: set[str], out: Path) -> dict[str, Any] | None:
    """The row of a commit, its threads written; None where nothing fits."""
    near = [m for m in archive.posted[bare(commit.subject)] if 0 <= commit.date - archive.mails[m].date < BEFORE]
    roots = {archive.root(mid): archive.mails[mid].date for mid in sorted(near, key=lambda m: archive.mails[m].date)}
    if not roots or taken & set(roots):
        return None
    names = []
    for place, root in enumerate(sorted(roots, key=lambda one: -roots[one])):
        names.append(f"threads/{commit.id[:10]}.{place}.mbox")
        archive.write(root, commit.date + 60, out / names[-1])
    messages = list({m.message_id: m for name in names for m in read(out / name).messages}.values())
    posted = [patch for patch in _patches(messages) if bare(patch.subject) == bare(commit.subject)]
    posted = [
        patch for patch in posted if patch.message.date and fold_name(patch.author.name) == fold_name(commit.author)
    ]
    if not posted:
        return None
    patch = max(posted, key=lambda one: one.message.date.timestamp() if one.message.date else 0.0)
    mailed = [trailer.line for trailer in patch.trailers]
    return {
        "mbox": names[0],
        "other_mboxes": names[1:],
        "subject": commit.subject,
        "commit": commit.id,
        "patch_msgid": patch.message_id,
        "trailers_commit": commit.trailers,
        "trailers_mailed": mailed,
        "unrecoverable": [{"tag": line} for line in commit.trailers if _invented(line, commit, messages, mailed)],
    }


def _patches(messages: list[Message]) -> list[Patch]:
    return [patch for series in find_series(threads(messages)) for patch in series.patches]


def _invented(line: str, commit: Commit, messages: list[Message], mailed: list[str]) -> bool:
    """Whether the committer added an approval of his own that no mail of his, and not the posted patch, has."""
    name, _, rest = line.partition(":")
    who = rest.partition("<")[0].strip()
    if name.lower() not in ("reviewed-by", "acked-by", "tested-by") or fold_name(who) != fold_name(commit.committer):
        return False
    if any(one.lower().startswith(name.lower()) and fold_name(who) in fold_name(one) for one in mailed):
        return False
    own = re.compile(rf"(?im)^(?!>).*{name.split('-')[0]}[- ]by")
    return not any(fold_name(m.author.name) == fold_name(who) and own.search(m.body) for m in messages)


def main() -> int:
    """Draw and write; always 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tree", type=Path)
    parser.add_argument("archive", type=Path)
    parser.add_argument("without", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=330)
    parser.add_argument("--seed", type=int, default=20261122)
    options = parser.parse_args()
    known = [json.loads(line) for line in options.without.read_text("utf-8").splitlines() if line.strip()]
    subjects = {bare(row["subject"]) for row in known}
    archive = Archive(options.archive, 1622505600)  # June 2021
    taken = {archive.root(row["msgid_root"]) for row in known}
    (options.out / "threads").mkdir(parents=True, exist_ok=True)
    drawn = commits(options.tree)
    random.Random(options.seed).shuffle(drawn)
    rows: list[dict[str, Any]] = []
    for commit in drawn:
        if len(rows) >= options.count:
            break
        if bare(commit.subject) not in subjects:
            row = row_of(commit, archive, taken, options.out)
            if row is not None:
                rows.append(row)
                subjects.add(bare(commit.subject))
    (options.out / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    print(f"{len(rows)} rows of {len(drawn)} commits")
    return 0


if __name__ == "__main__":
    sys.exit(main())
