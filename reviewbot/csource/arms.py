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


Facts = frozenset[Arm]  # conditions without `!`, `&&` and `||` that are known to hold, or not to
Question = str | bool | tuple[str, tuple["Question", ...]]  # a condition taken apart at `!`, `&&` and `||`

NOTHING: Facts = frozenset()
MAX_FACTS = 16  # conditions that are remembered on one way
_MAX_QUESTION = 400  # characters of a condition that is taken apart, and how deep its brackets nest
_MAX_NESTING = 8
_PARENTHESIS = re.compile(r"[()]")
_OPERATOR = {"||": re.compile(r"[()]|\|\|"), "&&": re.compile(r"[()]|&&")}
_LINE = re.compile(rb"^[ \t]*(#[ \t]*(?:if|elif)\w*\b[^\n]*)", re.MULTILINE)


def question(text: str, nesting: int = 0) -> Question:
    """A preprocessor condition, as `spelled` gives it, taken apart."""
    text = text.strip()
    if nesting > _MAX_NESTING or len(text) > _MAX_QUESTION:
        return text
    for operator in ("||", "&&"):
        parts = _split(text, operator)
        if len(parts) > 1:
            return (operator, tuple(question(part, nesting + 1) for part in parts))
    if text.startswith("!") and not text.startswith("!="):
        inner = text[1:].strip()
        if inner.startswith("(") == inner.endswith(")"):
            return ("!", (question(inner, nesting + 1),))
    if text.startswith("(") and text.endswith(")") and _split(text[1:-1], "||") != [""]:
        return question(text[1:-1], nesting + 1)
    return text != "0" if text in ("0", "1") else text


def _split(text: str, operator: str) -> list[str]:
    """The parts between an operator outside of parentheses; the text alone where those do not balance."""
    parts, depth, start = [], 0, 0
    for match in _OPERATOR[operator].finditer(text):
        if match.group() == "(":
            depth += 1
        elif match.group() == ")":
            depth -= 1
            if depth < 0:
                return [text]
        elif not depth:
            parts.append(text[start : match.start()])
            start = match.end()
    return [text] if depth else [*parts, text[start:]]


def atoms(asked: Question) -> frozenset[str]:
    """The conditions in a question that are not taken apart further."""
    if isinstance(asked, tuple):
        return frozenset().union(*(atoms(part) for part in asked[1]))
    return frozenset() if isinstance(asked, bool) else frozenset({asked})


def decided(asked: Question, facts: Facts) -> bool | None:
    """The answer to a question where the facts give one."""
    if isinstance(asked, bool):
        return asked
    if isinstance(asked, str):
        return True if (asked, True) in facts else False if (asked, False) in facts else None
    operator, parts = asked
    answers = [decided(part, facts) for part in parts]
    if operator == "!":
        return None if answers[0] is None else not answers[0]
    strong = operator == "||"
    if strong in answers:
        return strong
    return None if None in answers else not strong


def assume(asked: Question, holds: bool, facts: Facts, tracked: frozenset[str]) -> Facts | None:
    """The facts with this answer added, of tracked conditions only; None where it contradicts them."""
    known = decided(asked, facts)
    if known is not None:
        return facts if known == holds else None
    if isinstance(asked, str):
        return facts | {(asked, holds)} if asked in tracked and len(facts) < MAX_FACTS else facts
    if isinstance(asked, bool):
        return facts
    operator, parts = asked
    if operator == "!":
        return assume(parts[0], not holds, facts, tracked)
    open_parts = [part for part in parts if decided(part, facts) is None]
    if holds == (operator == "&&") or len(open_parts) == 1:
        for part in open_parts:
            more = assume(part, holds, facts, tracked)
            if more is None:
                return None
            facts = more
    return facts


def repeated(data: bytes, start: int, end: int) -> frozenset[str]:
    """The conditions that more than one line of `#if` asks for between two offsets: only those can correlate."""
    if data.find(b"#", start, end) < 0:
        return frozenset()
    seen: set[str] = set()
    again: set[str] = set()
    for match in _LINE.finditer(data, start, end):
        ((what, _),) = arms_of([match.group(1)])
        names = atoms(question(what))
        again |= seen & names
        seen |= names
    return frozenset(again)
