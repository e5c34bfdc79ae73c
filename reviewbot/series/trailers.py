"""The trailer block at the end of a commit message, roughly as `git interpret-trailers` finds it."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.series.model import Trailer

# "Signed-off-by: …"; the name is one word, with hyphens, so prose with a colon further on is none.
_TRAILER = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60})[ \t]?:[ \t]*(.*)")

# A committer's note in the block: "[jb: error -> __error__]", "[Regen ./configure]".
_NOTE = re.compile(r"\[[^\[\]]{1,300}\]")

_URL = re.compile(r"[A-Za-z]{2,10}://")

# Trailers that git or Xen's habits know: one of them makes a block even where it also holds other lines.
_KNOWN = re.compile(
    r"(?:[a-z]+-){1,3}by|fixes|cc|link|closes|resolves|amends|origin|coverity-id|message-id|change-id|backport|xsa"
    r"|release-ack|base-commit|bugzilla|lore",
    re.IGNORECASE,
)

# "[1] https://…" behind the block: what the text refers to, not part of it and not its end.
_REFERENCE = re.compile(r"\s{0,8}\[\d{1,3}\]:? .{1,300}|\s{0,8}[a-z]{3,8}://\S{1,300}")

_PICKED = "(cherry picked from commit "


def parse(body: str) -> tuple[Trailer, ...]:
    """The trailers of a message body (no subject), in order; folded ones joined, committers' notes among them."""
    found: list[Trailer] = []
    for paragraph in reversed(_paragraphs(body)):
        if not found and all(_REFERENCE.fullmatch(line) for line in paragraph):
            continue
        block = _block(paragraph)
        if block is None:
            break
        found[:0] = block
    return tuple(found)


def _paragraphs(body: str) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for line in body.split("\n"):
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]


def _block(paragraph: list[str]) -> list[Trailer] | None:
    """A paragraph's trailers; None if it is prose."""
    found: list[Trailer] = []
    known = others = notes = 0
    for line in paragraph:
        match = _TRAILER.fullmatch(line)
        if match is not None and not _URL.match(line):
            found.append(Trailer(match.group(1), match.group(2).rstrip(), line))
            known += _KNOWN.fullmatch(match.group(1)) is not None
        elif line.startswith(_PICKED):
            known += 1
        elif line[0] in " \t" and found and not found[-1].line.startswith("["):
            last = found.pop()
            found.append(Trailer(last.name, f"{last.value} {line.strip()}".strip(), f"{last.line}\n{line}"))
        elif _NOTE.fullmatch(line.strip()):
            found.append(Trailer("", line.strip(), line))
            notes += 1
        else:
            others += 1
    trailers = len(found) - notes
    if others == 0:
        return found if known or (trailers and not notes) else None
    return found if known and trailers * 3 >= others else None
