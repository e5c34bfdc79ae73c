"""What the line of an `#if` asks, in one spelling."""

from __future__ import annotations

import re

Arm = tuple[str, bool]  # a preprocessor condition, and whether it holds

_NEGATED = re.compile(rb"!\s*\w+")
_SPACE = re.compile(rb"\s+")
# defined(X), defined X, IS_ENABLED(X): all ask whether X is configured.
_DEFINED = re.compile(rb"\b(?:defined|IS_ENABLED)\s*(?:\(\s*(\w+)\s*\)|(\w+))")
_LINE_JOIN = re.compile(rb"\\\r?\n")
_DIRECTIVE = re.compile(rb"#[ \t]*(\w+)(.*)", re.DOTALL)


def spelled(words: bytes, holds: bool) -> Arm:
    """The words behind an `#if`, and whether they hold: `!defined(X)` that holds is X that does not."""
    words = _SPACE.sub(b" ", words.split(b"/*")[0].split(b"//")[0]).strip()
    words = _DEFINED.sub(lambda match: match.group(1) or match.group(2), words)
    while words[:1] == b"!" and _NEGATED.fullmatch(words):
        words, holds = words[1:].strip(), not holds
    return words.decode("utf-8", "replace"), holds


def arms_of(lines: list[bytes]) -> list[Arm]:
    """What each arm of a conditional asks, by its lines without `#endif`; an `#else` asks for the last not to hold."""
    found: list[Arm] = []
    for line in lines:
        match = _DIRECTIVE.match(_LINE_JOIN.sub(b" ", line))
        kind, words = (match.group(1), match.group(2)) if match else (b"", b"")
        if kind == b"else" and found:
            what, holds = found[-1]
            found.append((what, not holds))
        else:
            found.append(spelled(words, kind not in (b"ifndef", b"elifndef")))
    return found
