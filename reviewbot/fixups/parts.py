"""Parts of a line that words name by what they are: the cast, the initialiser, a literal's suffix, a format, a sign."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot import regex as re
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.excerpt import Excerpt, Wish
from reviewbot.review import Request

# A type in parentheses in front of a value: "(struct foo *)q", "(uint8_t)y".
CAST = re.compile(
    r"\((?:const |volatile )*(?:(?:struct|union|enum) \w+|unsigned(?: (?:int|long long|long|char|short))?"
    r"|(?:signed )?(?:int|long|char|short)"
    r"|void|bool|size_t|u(?:8|16|32|64)|s(?:8|16|32|64)|\w+_t)(?: ?\*+)?(?: ?const)?\) ?(?=[\w(&*~!])"
)
_INITIALIZER = re.compile(r"(?<=[\w\])]) = (?:[^,;{}()]+|\{[^{};]*\})(?=[,;])")
_KEYWORD = r"\b{}\s+"
_DOUBLE_SEMICOLON = re.compile(r";(?:\s*;)+")
_BLOCK_END = re.compile(r"(?<=\});")
# A whole number that is not part of a name, of another number or of a string's escape; its suffix if it has one.
_NUMBER = re.compile(r"(?<![\w.\"'\\%])(?:0[xX][0-9a-fA-F]+|\d+)(?P<suffix>[uUlL]*)(?![\w.])")
_FORMAT = re.compile(r"%(?:%|[-#+ 0]*(?:\*|\d+)?(?:\.(?:\*|\d+))?(?:hh|h|ll|l|z|j|t)?[a-zA-Z])|%\" ?PRI\w+ ?\"?")
_POINTER_FORMAT = re.compile(r"%p[a-zA-Z]+")
_LITERAL = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
_PLURAL = re.compile(r"\bsuffixes\b|\ball\b|\bboth\b", re.IGNORECASE)
_DOMAIN = re.compile(r"(?:[dD]om(?:ain)?|\bd)(?=%)")


def named_part(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """The wish for a part that `request.target` names, on the nearest quoted line that has it once."""
    for number in excerpt.nearest()[: len(excerpt.block) + 1]:
        text = excerpt.text(number)
        changed = _changed(request, text)
        if changed is not None and changed != text:
            edit = Edit(path=excerpt.path, replace=text.strip(), with_=changed.strip())
            yield Wish(number, number, (changed,), edit)
            return


def _changed(request: Request, text: str) -> str | None:
    """The line as it should be; None where the part is not there, or more than once."""
    target, new = request.target, request.new or ""
    if new and target == "suffix":
        return _suffixed(text, new, several=bool(_PLURAL.search(request.says)))
    if new and target in ("semicolon", "comma"):
        bare = text.rstrip()
        return bare + new if bare and bare[-1] not in ";,{}:\\" and not bare.endswith("*/") else None
    patterns = {
        "cast": CAST,
        "initializer": _INITIALIZER,
        "inline": re.compile(_KEYWORD.format("inline")),
        "extern": re.compile(_KEYWORD.format("extern")),
        "semicolon": _DOUBLE_SEMICOLON if _DOUBLE_SEMICOLON.search(text) else _BLOCK_END,
    }
    pattern = patterns.get(target or "")
    found = list(pattern.finditer(text)) if pattern else []
    if len(found) != 1:
        return None
    kept = ";" if pattern is _DOUBLE_SEMICOLON else ""
    return text[: found[0].start()] + kept + text[found[0].end() :]


def _suffixed(text: str, suffix: str, *, several: bool) -> str | None:
    """The line's one number (or all of them) with a suffix; an index or a shift count of "1 << 3" keeps none."""
    code = _LITERAL.sub(lambda m: '"' * len(m.group()), text)
    found = [m for m in _NUMBER.finditer(code) if not m["suffix"]]
    shifted = [m for m in found if code[m.end() :].lstrip().startswith("<<")]
    chosen = found if several or len(found) == 1 else shifted if len(shifted) == 1 else []
    for match in reversed(chosen):
        text = text[: match.end()] + suffix + text[match.end() :]
    return text if chosen else None


def format_changed(text: str, new: str, says: str) -> str | None:
    """A line with one format specifier for another: its only one, or the one whose argument the words name.

    `%pd` prints a domain's name itself: the argument is then the domain, no longer its `domain_id`.
    """
    strings = list(_LITERAL.finditer(text))
    found = [m for s in strings for m in _FORMAT.finditer(text, s.start(), s.end()) if m.group() not in ("%%", new)]
    every = [m for s in strings for m in _FORMAT.finditer(text, s.start(), s.end()) if m.group() != "%%"]
    arguments = _arguments(text[strings[-1].end() :]) if strings else []
    if len(found) > 1 and len(arguments) == len(every):
        named = [m for m, argument in zip(every, arguments, strict=True) if m in found and _names(says, argument)]
        found = named or [m for m in found if m.group()[-1] in "di"]
    if len(found) != 1:
        return None
    match = found[0]
    start, argument = match.start(), None
    if _POINTER_FORMAT.fullmatch(new):
        if len(arguments) != len(every):
            return None
        argument = arguments[[m.start() for m in every].index(match.start())]
        word = _DOMAIN.search(text, 0, match.start() + 1)
        start = word.start() if word and word.end() == match.start() and new == "%pd" else start
    changed = text[:start] + new + text[match.end() :]
    if argument is not None and argument.endswith("->domain_id"):
        at = changed.rindex(argument)
        changed = changed[:at] + argument.removesuffix("->domain_id") + changed[at + len(argument) :]
    return changed


def _names(says: str, argument: str) -> bool:
    last = re.split(r"->|\.|\W+", argument.strip())[-1]
    return bool(last) and re.search(rf"(?<!\w){re.escape(last)}(?!\w)", says) is not None


def _arguments(tail: str) -> list[str]:
    """What follows a format up to the closing parenthesis, split at its outer commas."""
    out: list[str] = []
    depth, at = 0, 0
    for n, char in enumerate(tail):
        if char == ")" and depth == 0:
            out.append(tail[at:n])
            break
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(char, 0)
        if char == "," and depth == 0:
            out.append(tail[at:n])
            at = n + 1
    else:
        out.append(tail[at:])
    return [argument.strip() for argument in out[1:]]
