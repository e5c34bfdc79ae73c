"""Words of a line: where one occurs, which is nearest to another, and a line without one."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review.near import nearest_word, occurrences, respaced

__all__ = [
    "counterpart", "defines", "doubled", "hidden", "indent_of", "label_of", "nearest_word", "occurrences",
    "open_parentheses", "script", "substituted", "without",
]  # fmt: skip

_LABEL = re.compile(r"\s*case\b\s*(?P<value>[^:]+?)\s*:.*")
_PLACE = re.compile(r"[A-Za-z_][\w.>\[\]-]*(?:\([\w, .>-]*\))?")
_HEADED = re.compile(r"(?P<word>if|while|for|switch)\s*\(")
# A string, a character, or a comment, as far as one line has it.
_HIDDEN = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)+'|/\*.*?(?:\*/|$)|//.*$|^\s*\*(?:\s.*)?$")
# Values of which one may stand for another.
_SORTS = (re.compile(r"true|false|TRUE|FALSE"), re.compile(r"-?\d+|0x[0-9a-fA-F]+|NULL|-E[A-Z]+"))
_VALUE = re.compile(r"(?<![\w.])(?:true|false|NULL|-?\b\d+\b|\b0x[0-9a-fA-F]+\b|-E[A-Z]+\b)(?![\w.])")
_NUMBER = re.compile(r"(?<![\w.\"%])(?:0x[0-9a-fA-F]+|\d+)[UuLl]*(?![\w.])")
_CONSTANT = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
_DASHED = re.compile(r"\b[A-Za-z][\w.+-]{2,}")
_ASSIGNED = re.compile(r"(?P<to>[\w.>\[\]-]+)\s*=\s*(?P<value>[^=].*)")


def substituted(text: str, old: str, new: str) -> str:
    """A line with every occurrence replaced."""
    for start, end in reversed(occurrences(text, old)):
        text = text[:start] + new + text[end:]
    return text


def script(old: str, new: str, *, everywhere: bool = False) -> str:
    """The substitution as people write it, with a delimiter that neither text holds."""
    mark = next((m for m in "/|,#!@" if m not in old + new), "/")
    sides = [side.replace(mark, "\\" + mark) for side in (old, new)]
    return f"s{mark}{sides[0]}{mark}{sides[1]}{mark}{'g' if everywhere else ''}"


def doubled(text: str, word: str) -> tuple[int, int] | None:
    """The span of a word that stands there twice in a row."""
    match = re.search(rf"\b{re.escape(word)}\s+{re.escape(word)}\b", text)
    return match.span() if match else None


def without(text: str, start: int, end: int) -> str:
    """A line without a part, and without the blank that would be left over."""
    head, tail = text[:start], text[end:]
    if not tail.strip():
        return head.rstrip() if head.strip() else ""
    if tail.startswith(" ") and (not head.strip() or head[-1:] in " \t("):
        tail = tail[1:]
    return head + tail


def counterpart(text: str, wanted: str) -> str | None:
    """What `wanted` stands for in a line of code: its one value of that sort, or the assignment it shares a side with.

    "false" stands for the 1 of `return 1;`, ".max_runtime = 10" for ".timeout = 10".
    """
    for sort in _SORTS:
        if sort.fullmatch(wanted):
            found = [m.group() for m in _VALUE.finditer(text) if m.group() != wanted]
            return found[0] if len(found) == 1 else None
    if _CONSTANT.fullmatch(wanted):
        names = sorted({m.group() for m in _CONSTANT.finditer(text)} - {wanted})
        values = [m.group() for m in _NUMBER.finditer(text)]
        if not names:
            return values[0] if len(values) == 1 else None
        parts = set(wanted.split("_"))
        kin = [name for name in names if parts & set(name.split("_")) or (name[0] == wanted[0] and "_" not in name)]
        return (kin or names)[0] if len(kin or names) == 1 else None
    longer = {m.group() for m in _DASHED.finditer(text) if wanted.startswith(f"{m.group()}-")}
    if len(longer) == 1:
        return longer.pop()
    same = respaced(text, wanted) or _compared(text, wanted) or _headed(text, wanted)
    if same:
        return same
    given = _ASSIGNED.fullmatch(wanted)
    have = _ASSIGNED.fullmatch(text.strip().rstrip(",;"))
    if given and have and have.group() != wanted and (given["to"] == have["to"] or given["value"] == have["value"]):
        return have.group()
    return None


def _compared(text: str, wanted: str) -> str | None:
    """The comparison with nothing that `!x` (or `x`) says shorter: `x == 0`, `x == NULL`, `x != false`."""
    negated = wanted.startswith("!")
    name = wanted.removeprefix("!")
    if not _PLACE.fullmatch(name):
        return None
    signs = {"==": negated, "!=": not negated}
    found = [
        m.group()
        for m in re.finditer(rf"(?<![\w>.]){re.escape(name)} (?P<op>[=!]=) (?P<value>0|NULL|false|true)\b", text)
        if signs[m["op"]] == (m["value"] != "true")
    ]
    return found[0] if len(found) == 1 else None


def _headed(text: str, wanted: str) -> str | None:
    """The statement's head that `if ( ... )` stands for: the same keyword, up to the parenthesis that closes."""
    head = _HEADED.match(wanted)
    start = re.search(rf"\b{head['word']}\s*\(", text) if head else None
    if start is None or not wanted.endswith(")"):
        return None
    depth = 0
    for at in range(start.end() - 1, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return text[start.start() : at + 1]
    return None


def label_of(text: str) -> str | None:
    """The value of the case label that a line holds."""
    match = _LABEL.fullmatch(text)
    return match["value"] if match else None


def defines(text: str, name: str) -> bool:
    """Whether a line starts the definition of a function of that name: at the margin, no `;`."""
    return bool(text[:1].strip()) and re.search(rf"\b{re.escape(name)}\(", text) is not None and ";" not in text


def indent_of(text: str) -> str:
    """The white space a line starts with."""
    return text[: len(text) - len(text.lstrip())]


def hidden(text: str) -> str:
    """A line of C with what its literals and comments hold overwritten, each character at its place."""
    return _HIDDEN.sub(lambda m: m.group()[:1] + "\x00" * (len(m.group()) - 2) + m.group()[-1:], text)


def open_parentheses(text: str) -> list[int]:
    """Where the parentheses stand that a line leaves open, outermost first."""
    stack: list[int] = []
    for at, char in enumerate(text):
        if char == "(":
            stack.append(at)
        elif char == ")" and stack:
            stack.pop()
    return stack
