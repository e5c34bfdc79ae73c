"""Changes of form, as Xen's CODING_STYLE has it: blanks, indentation, long lines, braces, types, comments, includes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from reviewbot.fixups import words
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.excerpt import Excerpt, Wish
from reviewbot.fixups.words import indent_of, open_parentheses
from reviewbot.review import Request

_WIDTH = 80
_LOOK_AHEAD = 6  # lines that a condition may take

_CONTROL = re.compile(r"\b(?:if|while|for|switch|asm volatile|asm)\s*\(")
_CONTROL_LINE = re.compile(r"\s*(?:\}\s*)?(?:if|while|for|switch|else\b|do\b|for_each_\w+)")
_POINTEE = re.compile(
    r"(?P<before>const )?\b(?:(?:struct|union) \w+|void|char|bool|u?int\w*_t|\w+_t|unsigned (?:int|long|char))"
    r" \*(?!const\b|\*)"
)
_INTEGER = re.compile(
    r"\b(?:u?int(?:8|16|32|64|ptr)?_t|u(?:8|16|32|64)|s(?:8|16|32|64)|unsigned (?:int|long long|long|char|short)"
    r"|unsigned|s?size_t|paddr_t|bool|int|long)\b"
)
# A definition or declaration at the margin: at least two words before what it declares.
_GLOBAL = re.compile(
    r"(?!static\b|extern\b|return\b|typedef\b|case\b|else\b|goto\b)[A-Za-z_]\w*[ *][\w *]*(?:[\[=;(]|$)"
)
_OWN_LINE = re.compile(r"\b(?:own|separate|next) line\b", re.IGNORECASE)
_INCLUDE = re.compile(r'\s*#\s*include\s+(?P<name>[<"][^>"]+[>"])')
_BEFORE_EXCESS = re.compile(r"\s*(?:return|[\w.>\[\]-]+ =) \(")
# The decoration at a comment line's start, and at the comment's end.
_COMMENT_HEAD = re.compile(r"^\s*(?:/\*|//|\*(?!/))?\s?")
_COMMENT_TAIL = re.compile(r"\s*\*/\s*$")
_TOO_MANY = re.compile(r"(?<=\S) {2,}(?=\S)")
_BREAKS = re.compile(r"(?:,|&&|\|\|) |(?= [?:+|] )")


def spacing(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """Blanks inside the parentheses of a statement, or one more or less beside what the words name."""
    says = request.says.lower()
    for number in excerpt.nearest()[: len(excerpt.block) + 1]:
        text = excerpt.text(number)
        if request.new == " " and ("inside" in says or "parenthes" in says) and _CONTROL.search(text):
            lines = _padded(excerpt, number)
        else:
            lines = [_one_blank(text, request)]
        if lines and lines != [excerpt.text(number + i) for i in range(len(lines))]:
            edit = Edit(path=excerpt.path, replace=text.strip(), with_=lines[0].strip()) if len(lines) == 1 else None
            yield Wish(number, number + len(lines) - 1, tuple(lines), edit)
            return


def _padded(excerpt: Excerpt, number: int) -> list[str]:
    """A statement's lines with a blank before and inside its parentheses; empty when they do not close."""
    lines = [excerpt.text(number)]
    match = _CONTROL.search(lines[0])
    if match is None:
        return []
    start, depth, at = match.end() - 1, 0, match.end() - 1
    while True:
        if at >= len(lines[-1]):
            following = number + len(lines)
            if len(lines) > _LOOK_AHEAD or not excerpt.added(following):
                return []
            lines.append(excerpt.text(following))
            at = 0
            continue
        depth += {"(": 1, ")": -1}.get(lines[-1][at], 0)
        if depth == 0:
            break
        at += 1
    last = lines[-1]
    if last[at - 1 : at].strip() and last[:at].strip():
        lines[-1] = last[:at] + " " + last[at:]
    head = lines[0]
    if head[start + 1 : start + 2].strip():
        head = head[: start + 1] + " " + head[start + 1 :]
    if head[start - 1].strip():
        head = head[:start] + " " + head[start:]
    lines[0] = head
    return lines


def _one_blank(text: str, request: Request) -> str:
    """One blank put in or taken out beside `target`; the line unchanged when that is not one place."""
    says, target = request.says.lower(), (request.target or "").strip("\"'`")
    body = text[len(indent_of(text)) :]
    if request.new == "":
        if "trailing" in says:
            return text.rstrip()
        if target and request.where in ("before", "after"):
            escaped = re.escape(target)
            pattern = rf"(?<=\S)[ \t]+(?={escaped})" if request.where == "before" else rf"(?<={escaped})[ \t]+"
            found = list(re.finditer(pattern, body))
            if len(found) == 1:
                keep = " " if len(found[0].group()) > 1 and target in _SPACED else ""
                return indent_of(text) + body[: found[0].start()] + keep + body[found[0].end() :]
            return text
        found = list(_TOO_MANY.finditer(body))
        return indent_of(text) + body[: found[0].start()] + " " + body[found[0].end() :] if len(found) == 1 else text
    if target and (request.where in ("before", "after") or "around" in says):
        spans = words.occurrences(body, target)
        if len(spans) == 1:
            start, end = spans[0]
            if request.where != "before" and body[end : end + 1].strip():
                body = body[:end] + " " + body[end:]
            if request.where != "after" and start and body[start - 1].strip():
                body = body[:start] + " " + body[start:]
            return indent_of(text) + body
    return text


# Operators that keep one blank when there are too many.
_SPACED = frozenset(
    {"=", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "|", "&", "?", ":", "+=", "-="}
)


def reindent(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """The quoted line as deep as the line above it asks for; "by a tab" is taken as said."""
    count = request.count or 1
    numbers = [n for n in excerpt.block if excerpt.added(n) and excerpt.text(n).strip()][-count:]
    if len(numbers) != count or numbers != list(range(numbers[0], numbers[0] + count)):
        return
    first = excerpt.text(numbers[0])
    wanted = "\t" if request.new == "tab" else _depth(excerpt, numbers[0])
    if wanted is None or wanted == indent_of(first) or (not wanted and not first.lstrip().startswith(("}", "{", "#"))):
        return
    lines: list[str] = []
    for n in numbers:
        text = excerpt.text(n)
        if not text.startswith(indent_of(first)):
            return
        lines.append(wanted + text[len(indent_of(first)) :])
    edit = None
    if count == 1:
        edit = Edit(path=excerpt.path, replace=first.strip(), with_=lines[0]) if wanted else None
    yield Wish(numbers[0], numbers[-1], tuple(lines), edit)


def _depth(excerpt: Excerpt, number: int) -> str | None:
    """The indentation that the line above gives; None when it does not tell."""
    above = number - 1
    while above in excerpt.rows and not excerpt.text(above).strip():
        above -= 1
    text = excerpt.text(above)
    if above not in excerpt.rows or text.lstrip().startswith(("#", "/*", "*")):
        return None
    bare = text.rstrip()
    opened = open_parentheses(bare)
    if opened:
        lead, first = indent_of(text), opened[-1] + 1 + (bare[opened[-1] + 1 : opened[-1] + 2] == " ")
        return lead + " " * (first - len(lead)) if bare[first:] else None
    unit = "\t" if any(row.text.startswith("\t") for row in excerpt.rows.values()) else "    "
    closing = excerpt.text(number).lstrip().startswith(("}", "case ", "default:"))
    if bare.endswith("{") or (bare.endswith(":") and words.label_of(text)):
        return indent_of(text) + ("" if closing else unit)
    if _CONTROL_LINE.match(text) and not bare.endswith((";", "}")):
        brace = excerpt.text(number).strip() == "{"
        return indent_of(text) + ("" if brace else unit)
    if bare.endswith(";") and not closing:
        while text.count(")") > text.count("(") and above - 1 in excerpt.rows:
            above -= 1
            text = excerpt.text(above) + text.strip()
        before = excerpt.text(above - 1)
        under = _CONTROL_LINE.match(before) is not None and not before.rstrip().endswith((";", "{", "}"))
        return None if under else indent_of(text)
    return None


def wrap(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """A line over 80 columns broken at its last comma or operator that fits; two lines joined that fit on one."""
    if request.new == "join":
        numbers = [n for n in excerpt.block if excerpt.added(n)][-2:]
        if len(numbers) == 2 and numbers[1] == numbers[0] + 1:
            first, second = (excerpt.text(n) for n in numbers)
            gap = "" if first.rstrip().endswith("(") else " "
            joined = first.rstrip() + gap + second.strip()
            if len(joined) <= _WIDTH:
                yield Wish(numbers[0], numbers[1], (joined,))
        return
    long = [n for n in excerpt.nearest() if excerpt.added(n) and len(excerpt.text(n).expandtabs(8)) > _WIDTH]
    for number in long[:1]:
        text = excerpt.text(number)
        pieces = _broken(text)
        if pieces:
            yield Wish(number, number, pieces, Edit(path=excerpt.path, replace=text.strip(), with_="\n".join(pieces)))


def _broken(text: str) -> tuple[str, ...]:
    """Two lines, broken inside as few parentheses as can be; empty when no place fits or a string would be cut."""
    if "\t" in text or '"' in text or "/*" in text or text.lstrip().startswith("#"):
        return ()
    best: tuple[int, int, tuple[str, ...]] | None = None
    for match in _BREAKS.finditer(text):
        head = text[: match.end()].rstrip()
        opened = open_parentheses(head)
        column = opened[-1] + 1 if opened else len(indent_of(text)) + 4
        column += bool(opened) and head[column : column + 1] == " "
        tail = " " * column + text[match.end() :].lstrip()
        if len(head) <= _WIDTH and len(tail) <= _WIDTH and (best is None or len(opened) <= best[0]):
            best = (len(opened), match.end(), (head, tail))
    return best[2] if best else ()


def braces(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """Braces around a single statement or parentheses around what is returned dropped; a brace on its own line."""
    if request.new == "add" and _OWN_LINE.search(request.says):
        for number in excerpt.nearest()[: len(excerpt.block) + 1]:
            text = excerpt.text(number)
            if excerpt.added(number) and text.rstrip().endswith(("){", ") {")):
                yield Wish(number, number, (text.rstrip()[:-1].rstrip(), indent_of(text) + "{"))
                return
    if request.new != "drop":
        return
    if "parenthes" in request.says.lower() or "parens" in request.says.lower():
        text = excerpt.text(excerpt.at)
        head = _BEFORE_EXCESS.match(text)
        if head and text.endswith(");") and _closes(text, head.end() - 1) == len(text) - 2:
            line = f"{text[: head.end() - 1]}{text[head.end() : -2].strip()};"
            edit = Edit(path=excerpt.path, replace=text.strip(), with_=line.strip())
            yield Wish(excerpt.at, excerpt.at, (line,), edit)
        return
    for number in excerpt.nearest():
        low = number
        while low > number - 3 and not excerpt.text(low).rstrip().endswith("{"):
            low -= 1
        opening, statement, closing = (excerpt.text(low + i) for i in range(3))
        whole = all(excerpt.added(low + i) for i in range(3))
        if whole and opening.rstrip().endswith("{") and closing.strip() == "}" and statement.rstrip().endswith(";"):
            control = opening.rstrip()[:-1].rstrip()
            yield Wish(low, low + 2, (control, statement) if control.strip() else (statement,))
            return


def _closes(text: str, start: int) -> int | None:
    """Where the parenthesis at `start` closes in the line."""
    depth = 0
    for at in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    return None


def type_change(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """One type for another, or `const` in front of the one pointed-to type of the line."""
    text, old, new = excerpt.text(excerpt.at), request.old, request.new
    if new == "const" and not old:
        found = [m for m in _POINTEE.finditer(text) if not m["before"]]
        if len(found) == 1:
            line = text[: found[0].start()] + "const " + text[found[0].start() :]
            part = found[0].group()
            yield Wish(excerpt.at, excerpt.at, (line,), Edit(path=excerpt.path, replace=part, with_=f"const {part}"))
        return
    if new == "static" and not old:
        if _GLOBAL.match(text):
            edit = Edit(path=excerpt.path, replace=text, with_=f"static {text}")
            yield Wish(excerpt.at, excerpt.at, (f"static {text}",), edit)
        return
    if new and not old and _INTEGER.fullmatch(new):
        types = [m.group() for m in _INTEGER.finditer(text)]
        old = types[0] if len(types) == 1 and types[0] != new else None
    if not old or not new:
        return
    for number in excerpt.nearest()[: len(excerpt.block)]:
        spans = words.occurrences(excerpt.text(number), old)
        if len(spans) == 1:
            line = words.substituted(excerpt.text(number), old, new)
            yield Wish(number, number, (line,), Edit(path=excerpt.path, replace=old, with_=new))
            return


def comment_style(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """A comment as CODING_STYLE has it: a capital, a full stop over several lines, delimiters on their own lines."""
    last = excerpt.at
    if "*/" not in excerpt.text(last) and "//" not in excerpt.text(last):
        return
    first = last
    while "/*" not in excerpt.text(first) and "//" not in excerpt.text(first) and excerpt.added(first - 1):
        first -= 1
    lines = [excerpt.text(n) for n in range(first, last + 1)]
    lead = indent_of(lines[0])
    if not lines[0].lstrip().startswith(("/*", "//")) or (not lines[-1].rstrip().endswith("*/") and len(lines) > 1):
        return
    said = [_COMMENT_TAIL.sub("", _COMMENT_HEAD.sub("", line)).rstrip() for line in lines]
    said = [line for n, line in enumerate(said) if line or 0 < n < len(said) - 1]
    if not said:
        return
    said[0] = said[0][:1].upper() + said[0][1:]
    if len(said) == 1:
        new = [f"{lead}/* {said[0]} */"]
    else:
        if said[-1][-1:].isalnum() or said[-1].endswith(")"):
            said[-1] += "."
        new = [f"{lead}/*", *(f"{lead} * {line}".rstrip() for line in said), f"{lead} */"]
    if all(len(line) <= _WIDTH for line in new):
        edit = Edit(path=excerpt.path, replace=lines[0].strip(), with_=new[0].strip())
        yield Wish(first, last, tuple(new), edit if len(lines) == len(new) == 1 else None)


def include_order(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """An added #include moved to where the alphabet puts it among its neighbours of the same folder and form."""
    for number in excerpt.nearest():
        match = _INCLUDE.match(excerpt.text(number))
        if match is None:
            continue
        low = high = number
        while _INCLUDE.match(excerpt.text(low - 1)):
            low -= 1
        while _INCLUDE.match(excerpt.text(high + 1)):
            high += 1
        block = [excerpt.text(n) for n in range(low, high + 1)]
        moved = block.pop(number - low)
        folder = _folder(moved)
        mates = [n for n, line in enumerate(block) if _folder(line) == folder]
        later = [n for n in mates if block[n].strip() > moved.strip()]
        if not mates:
            return
        at = later[0] if later else mates[-1] + 1
        beside = block[later[0]] if later else block[mates[-1]]
        names = (beside.strip(), None) if later else (None, beside.strip())
        lines = [*block[:at], moved, *block[at:]]
        if lines != [excerpt.text(n) for n in range(low, high + 1)]:
            edit = Edit(path=excerpt.path, move=moved.strip(), before=names[0], after=names[1])
            yield Wish(low, high, tuple(lines), edit)
        return


def _folder(line: str) -> str:
    match = _INCLUDE.match(line)
    name = match["name"] if match else ""
    return name[:1] + name[1:].rpartition("/")[0]
