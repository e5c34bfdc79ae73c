"""Changes of form, as Xen's CODING_STYLE has it: blanks, indentation, long lines, braces, types, comments, includes."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot import regex as re
from reviewbot.fixups import words
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.excerpt import Excerpt, Wish
from reviewbot.fixups.words import indent_of, open_parentheses
from reviewbot.review import Request

_WIDTH = 80

_CONTROL_LINE = re.compile(r"\s*(?:\}\s*)?(?:if|while|for|switch|else\b|do\b|for_each_\w+)")
_POINTEE = re.compile(
    r"(?P<before>const )?\b(?:(?:struct|union) \w+|void|char|bool|u?int\w*_t|\w+_t|unsigned (?:int|long|char))"
    r" \*(?!const\b|\*)"
)
_ATTRIBUTE = re.compile(r"__\w+")
# A type, then the name of a function or a variable, at the margin.
_DECLARED = re.compile(r"(?!return\b|else\b|goto\b|case\b)[A-Za-z_][\w ]* \**(?P<name>[A-Za-z_]\w*)(?:\(|\[| =|;|$)")
_INTEGER = re.compile(
    r"\b(?:u?int(?:8|16|32|64|ptr)?_t|u(?:8|16|32|64)|s(?:8|16|32|64)|unsigned (?:int|long long|long|char|short)"
    r"|unsigned|s?size_t|paddr_t|bool_t|bool|int|long)\b"
)
# A definition or declaration at the margin: at least two words before what it declares.
_GLOBAL = re.compile(
    r"(?!static\b|extern\b|return\b|typedef\b|case\b|else\b|goto\b)[A-Za-z_]\w*[ *][\w *]*(?:[\[=;(]|$)"
)
_INCLUDE = re.compile(r'\s*#\s*include\s+(?P<name>[<"][^>"]+[>"])')
# The decoration at a comment line's start, and at the comment's end.
_COMMENT_HEAD = re.compile(r"^\s*(?:/\*|//|\*(?!/))?\s?")
_COMMENT_TAIL = re.compile(r"\s*\*/\s*$")


def reindent(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """The quoted line as deep as the line above it asks for; "by a tab" is taken as said."""
    if request.new == "blanks":
        yield from _without_tabs(excerpt)
        return
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


def _without_tabs(excerpt: Excerpt) -> Iterator[Wish]:
    """The quoted lines that a tab indents, with blanks: as deep as the line above asks for, else as they look."""
    tabbed = [n for n in excerpt.block if excerpt.added(n) and "\t" in indent_of(excerpt.text(n))]
    tabbed = tabbed or [n for n in excerpt.nearest()[:1] if "\t" in excerpt.text(n)]
    if not tabbed:
        return
    lines: list[str] = []
    for n in range(tabbed[0], tabbed[-1] + 1):
        text = excerpt.text(n)
        if n not in tabbed:
            lines.append(text)
            continue
        deep = _depth(excerpt, n) if len(tabbed) == 1 and text.startswith("\t") else None
        lines.append((deep if deep and "\t" not in deep else indent_of(text).expandtabs(8)) + text.lstrip())
    edit = Edit(path=excerpt.path, replace=excerpt.text(tabbed[0]).strip(), with_=lines[0]) if len(lines) == 1 else None
    yield Wish(tabbed[0], tabbed[-1], tuple(lines), edit)


def _tabs(excerpt: Excerpt) -> bool:
    """Whether the file's lines are indented by tabs, mostly."""
    leads = [row.text[:1] for row in excerpt.rows.values() if row.text[:1].isspace() and row.text.strip()]
    return leads.count("\t") * 2 > len(leads)


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
    unit = "\t" if text.startswith("\t") or (not text[:1].isspace() and _tabs(excerpt)) else "    "
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


def type_change(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """One type for another, or `const` in front of the one pointed-to type of the line."""
    text, old, new = excerpt.text(excerpt.at), request.old, request.new
    if new and _ATTRIBUTE.match(new) and not old:
        yield from _attributed(excerpt, new)
        return
    if new and new.startswith("const ") and not old:
        new = "const"
    if new == "unsigned" and not old:
        new = "unsigned int" if re.search(r"(?<!unsigned )\bint\b", text) else new
    if new == "const" and not old and request.target:
        yield from _const_named(excerpt, request.target)
        return
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


def _const_named(excerpt: Excerpt, name: str) -> Iterator[Wish]:
    """`const` for what the named pointer points to, on the nearest quoted line that declares it."""
    for number in excerpt.nearest()[: len(excerpt.block) + 1]:
        text = excerpt.text(number)
        found = [m for m in _POINTEE.finditer(text) if re.match(rf"{re.escape(name)}\b", text[m.end() :])]
        if len(found) == 1 and not found[0]["before"]:
            line = text[: found[0].start()] + "const " + text[found[0].start() :]
            part = found[0].group() + name
            yield Wish(number, number, (line,), Edit(path=excerpt.path, replace=part, with_=f"const {part}"))
        if found:
            return


def _attributed(excerpt: Excerpt, attribute: str) -> Iterator[Wish]:
    """A section attribute between the type and the name of the function or variable that a line declares."""
    text = excerpt.text(excerpt.at)
    match = _DECLARED.match(text)
    if match is None or attribute in text:
        return
    line = f"{text[: match.start('name')]}{attribute} {text[match.start('name') :]}"
    yield Wish(excerpt.at, excerpt.at, (line,), Edit(path=excerpt.path, replace=text.strip(), with_=line.strip()))


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
    if request.target:
        yield from _placed_include(request, excerpt)
        return
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


def _placed_include(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """An added #include (or those of a folder) moved beside the one (or those) named, within one block of them."""
    what, target = request.old or "", request.target or ""
    meant = [n for n in sorted(excerpt.rows) if excerpt.added(n) and _names(excerpt.text(n), what)]
    beside = [n for n in sorted(excerpt.rows) if _names(excerpt.text(n), target) and n not in meant]
    if not meant or not beside or (not what.endswith("/") and len(meant) > 1):
        return
    low, high = min(*meant, *beside), max(*meant, *beside)
    if any(not _INCLUDE.match(excerpt.text(n)) for n in range(low, high + 1)):
        return
    kept = [n for n in range(low, high + 1) if n not in meant]
    at = kept.index(beside[0]) if request.where == "before" else kept.index(beside[-1]) + 1
    order = [*kept[:at], *meant, *kept[at:]]
    if order != list(range(low, high + 1)):
        yield Wish(low, high, tuple(excerpt.text(n) for n in order))


def _names(line: str, name: str) -> bool:
    match = _INCLUDE.match(line)
    path = match["name"][1:-1] if match else ""
    return bool(path) and (path.startswith(name) if name.endswith("/") else path == name or path.endswith(f"/{name}"))


def _folder(line: str) -> str:
    match = _INCLUDE.match(line)
    name = match["name"] if match else ""
    return name[:1] + name[1:].rpartition("/")[0]
