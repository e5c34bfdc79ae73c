"""The backport's message as the branch's maintainer writes it; how he writes is learnt from what he committed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from difflib import get_close_matches
from itertools import islice

from reviewbot.backport.candidates import Source, origins, whole_version
from reviewbot.backport.lineage import Line, Lineage, Taken
from reviewbot.backport.trailers import footer_start, trailer_name, without
from reviewbot.git import Commit, Plumbing

BLOCK, CHERRY, PLAIN = "master commit", "cherry picked from", "no source"
# An author that `git am` should have taken out of the text.
_IN_BODY_FROM = re.compile(r"\n\nFrom: [^\n]*<[^\n>]*>\n+")
_TAIL = "\n---\n"
_MOST_PAIRS = 300
_MOST_TRIED = 24
_LAST = 3
_KEPT = frozenset(("signed-off-by", "reviewed-by", "acked-by", "fixes"))
"""Never left out, whatever a few examples say: these are for the record and for later backports."""
_ALIKE = 0.9
"""How alike a mistyped name ("Relase-Acked-by") and the right one are."""
_FADING = 0.85
"""How much less an example counts than the next newer one."""


@dataclass(frozen=True, slots=True)
class Style:
    """How somebody words a backport.

    kind: `master commit` (a block of commit and date behind the trailers), `cherry picked from` (git's own line), or
    `no source` (neither: what has not landed has no name that lasts)
    date_of: whose date the block gives, `committer` or `author`; it is written in that commit's own time zone
    dropped: trailers that are left out, in lower case
    signs: a Signed-off-by of the committer is put in front of the cherry line
    keeps_author_date: else a backport is dated when it is committed
    """

    kind: str = CHERRY
    date_of: str = "committer"
    dropped: frozenset[str] = frozenset()
    signs: bool = False
    keeps_author_date: bool = True


class Scribe:
    """Learns styles from history and writes messages; remembers what it read, for the next commit."""

    def __init__(self, git: Plumbing) -> None:
        self._git = git
        self._commits: dict[str, Commit | None] = {}
        self._learnt: dict[tuple[str, str, int, str | None], Style] = {}

    def style(self, lineage: Lineage, committer: str, kind: str | None = None) -> Style:
        """The style of a committer ("Name <address>") on this branch and its neighbours, else the branch's.

        With `kind`, only the rest is learnt.
        """
        key = (committer, lineage.target.name, lineage.target.length, kind)
        if key not in self._learnt:
            lines = (lineage.target, *lineage.newer, *lineage.older)
            own = list(islice(_by(committer, lines), _MOST_PAIRS))
            taken = own or list(islice(_by(None, lines), _MOST_PAIRS))
            self._learnt[key] = self._learn(taken, lineage, kind)
        return self._learnt[key]

    def _learn(self, taken: Sequence[Taken], lineage: Lineage, kind: str | None) -> Style:
        pairs = [(t, m) for t in taken if len(t.sources) == 1 and (m := self._upstream(t.sources[0])) is not None]
        if not pairs:
            return next(_styles(frozenset(), kind))
        # What he did last says most: habits change, and a branch has its own times.
        pairs.sort(key=lambda pair: -int(pair[0].commit.committer_date.split()[0]))
        dropped = _dropped(pairs, lineage.target.name)
        best, top = next(_styles(dropped, kind)), 0.0
        for style in _styles(dropped, kind):
            score = sum(
                _FADING**age
                for age, (t, m) in enumerate(pairs[:_MOST_TRIED])
                if _same(write_one(m, style, _person(t.commit)), t.commit.message)
                and style.keeps_author_date == (t.commit.author_date == m.author_date)
            )
            if score > top:
                best, top = style, score
        return best

    def _upstream(self, source: str) -> Commit | None:
        if source not in self._commits:
            self._commits[source] = self._git.commits([source]).get(source)
        return self._commits[source]

    def write(
        self, source: Source, lineage: Lineage, committer: str, kind: str | None = None
    ) -> tuple[str, Style, bool]:
        """The message, its style (learnt, but for a given `kind`), and whether it is a newer branch's own.

        Where the same committer took the same change to a newer branch (in that kind, if one is given), the message
        is that one: what he added there (an XSA number, a note) belongs here too.
        """
        style = self.style(lineage, committer, kind)
        if source.posted:
            style = replace(style, kind=PLAIN)
            return write_message(source.commits, style, committer), style, False
        for line in lineage.newer:
            version = whole_version(source, line, lineage)
            if version is None:
                continue
            found = kind_of(version.commit.message)
            same = _person(version.commit) == committer and found is not None and kind in (None, found)
            if same and version.commit not in source.commits:
                return version.commit.message, style, True
            break
        return write_message(source.commits, style, committer), style, False


def _by(committer: str | None, lines: Sequence[Line]) -> Iterator[Taken]:
    address = committer.rpartition("<")[2].rstrip(">") if committer else None
    for line in lines:
        for taken in line.newest():
            if taken.sources and (address is None or taken.commit.committer_email == address):
                yield taken


def _dropped(pairs: Sequence[tuple[Taken, Commit]], branch: str) -> frozenset[str]:
    """Trailers of the upstream messages that the last backports to this branch lack, else most backports."""
    cases: dict[str, list[tuple[bool, bool]]] = {}
    for taken, upstream in pairs:
        here = set(_trailers(taken.commit.message))
        for name in set(_trailers(upstream.message)):
            cases.setdefault(name, []).append((taken.branch == branch, name not in here))
    found = set()
    for name, seen in cases.items():
        own = [lost for mine, lost in seen if mine][:_LAST]
        told = own or [lost for _, lost in seen]
        if name not in _KEPT and sum(told) * 2 > len(told):
            found.add(name)
    return frozenset(found)


def _trailers(message: str) -> Iterator[str]:
    lines = message.rstrip("\n").split("\n")
    start = footer_start(lines)
    for line in lines[start:] if start is not None else ():
        name = trailer_name(line)
        if name:
            yield name


def _styles(dropped: frozenset[str], kind: str | None) -> Iterator[Style]:
    """What somebody may write, the plain form of each kind first."""
    if kind != BLOCK:
        for keeps in (True, False):
            yield Style(CHERRY, dropped=dropped, keeps_author_date=keeps)
            yield Style(CHERRY, dropped=dropped, signs=True, keeps_author_date=keeps)
    if kind != CHERRY:
        for keeps in (False, True):
            for date_of in ("committer", "author"):
                yield Style(BLOCK, date_of, dropped, keeps_author_date=keeps)


def _person(commit: Commit) -> str:
    return f"{commit.committer} <{commit.committer_email}>"


def _same(one: str, other: str) -> bool:
    return one.rstrip("\n") == other.rstrip("\n")


def kind_of(message: str) -> str | None:
    """The style of a backport's message, or None where it names no source in either way."""
    if re.search(r"^master commit: ", message, re.MULTILINE):
        return BLOCK
    return CHERRY if "\n(cherry picked from commit " in message else None


def write_one(commit: Commit, style: Style, committer: str) -> str:
    """The message of a backport of one commit, ending in a newline."""
    return write_message((commit,), style, committer)


def write_message(commits: Sequence[Commit], style: Style, committer: str) -> str:
    """The message of one backport of one commit or several folded ones, ending in a newline."""
    bodies = [_body(commit, style) for commit in commits]
    if style.kind == BLOCK:
        text = "\n\n".join(bodies)
        rows = [row for commit in commits for row in _block(commit, style)]
        return "\n".join([text, *rows]) + "\n"
    if style.kind == PLAIN:
        return "\n\n".join(bodies) + "\n"
    return "\n\n".join(_cherry(b, c, style, committer) for b, c in zip(bodies, commits, strict=True)) + "\n"


def _body(commit: Commit, style: Style) -> str:
    text = commit.message.strip("\n")
    if style.kind == BLOCK:
        text = _IN_BODY_FROM.sub("\n\n", text, count=1).partition(_TAIL)[0]
    typed = {name for name in set(_trailers(text)) - _KEPT if get_close_matches(name, style.dropped, 1, _ALIKE)}
    return without(text, style.dropped | typed)


def _block(commit: Commit, style: Style) -> tuple[str, str]:
    when = commit.committer_date if style.date_of == "committer" else commit.author_date
    return f"master commit: {commit.id}", f"master date: {iso_date(when)}"


def _cherry(body: str, commit: Commit, style: Style, committer: str) -> str:
    lines = body.split("\n")
    added = [f"Signed-off-by: {committer}"] if style.signs else []
    added.append(f"(cherry picked from commit {commit.id})")
    between = [] if footer_start(lines) is not None else [""]
    return "\n".join([*lines, *between, *added])


def iso_date(raw: str) -> str:
    """git's "seconds zone" as `%ci` prints it: "2026-08-20 10:11:12 +0200"."""
    seconds, zone = raw.split()
    sign = -1 if zone[0] == "-" else 1
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * sign
    return datetime.fromtimestamp(int(seconds), timezone(offset)).strftime("%Y-%m-%d %H:%M:%S ") + zone


def source_ids(source: Source, lineage: Lineage) -> tuple[str, ...]:
    """The mainline commits that a source stands for, each once; of what has not landed, the mails."""
    if source.posted:
        return source.posted
    return tuple(dict.fromkeys(oid for commit in source.commits for oid in origins(commit, lineage)))
