"""From a request to the edit that does it, where its words and the quoted lines give the exact bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from reviewbot import regex as re
from reviewbot.errors import InputError
from reviewbot.fixups import layout, words
from reviewbot.fixups.blanks import spacing
from reviewbot.fixups.braces import braces
from reviewbot.fixups.edit import Edit
from reviewbot.fixups.excerpt import Excerpt, Wish
from reviewbot.fixups.parts import format_changed, named_part
from reviewbot.fixups.prose import propose_message, propose_subject
from reviewbot.fixups.shown import shown_code, shown_hunks
from reviewbot.fixups.trailers import Lookup
from reviewbot.fixups.wrap import wrap
from reviewbot.review import Request
from reviewbot.series import Patch

# Words that point at something else; "it should be X" does not name what X replaces.
_POINTING = frozenset(
    {"it", "this", "that", "these", "those", "they", "which", "one", "there", "here", "you", "we", "i"}
)
# Without them the rest of the statement would not stand: a person has to say what does.
_STRUCTURE = frozenset({"else", "if", "for", "while", "do", "switch", "case", "return", "goto"})
# What "drop this" means as a whole: the line, and not a part of it ("remove the dot at the end").
_WHOLE_LINE = re.compile(
    r"\b(?:drop|remove|delete|omit|zap|get rid of) (?:this|that|it|the)?"
    r"(?: ?(?:line|statement|assignment|call|include|check))?"
    r"(?=[.,;:!?)]|$| (?:here|please|then|now|as|since|and|too|again)\b)"
    r"|\b(?:this|that|it|line) (?:can|could|should|may) [\w ]{0,24}?\b(?:dropped|removed|deleted|omitted|go)\b"
    r"|\b(?:this|that|it|line|include)(?: line| statement| include)? (?:looks?|seems?|appears?|is|isn't"
    r"|doesn't|does not)[\w ]{0,20}?"
    r" (?:unnecessary|needed|necessary|redundant|pointless|unneeded|superfluous|required|used"
    r"|unused)(?=[.,;:!?)]|$| (?:here|anymore|any ?more))"
    r"|\bno need to include (?:this|that|it)\b|\b(?:this|that|the) \w+\(\) (?:can|could|should|may|wants to"
    r"|ought to) (?:also |just )?(?:be )?"
    r"(?:dropped|removed|go)\b",
    re.IGNORECASE,
)
# A full stop to add or to take away, and where a text ends: before the closing quote, before "*/", at the line's end.
_FULL_STOP = re.compile(
    r"(?:\b(?P<add>missing|lacks?|add|needs|wants)|\b(?:drop|remove|no|stray|excess|unneeded|omit))\b[^.]{0,20}?"
    r"\b(?:dot|full stop|period)\b",
    re.IGNORECASE,
)
_TEXT_END = re.compile(r"(?<=[\w)])(?P<stop>\.?)(?=\"|\s*\*/|$)")
_NAMES_A_PART = re.compile(r"\W*(?:nits?\W+)?(?:the|an?)\b", re.IGNORECASE)  # "The cast is pointless."
# A local declaration: at least a type, then the name.
_DECLARES = re.compile(r"(?!return\b|goto\b)(?:[A-Za-z_]\w*[ *]+){1,4}(?P<name>[A-Za-z_]\w*)(?: =|;|\[)")
_BRIEF = 4  # so few words ("Unused.", "not needed") are about the whole line


def propose(request: Request, patch: Patch, *, lookup: Lookup | None = None) -> Edit | None:
    """The edit that a request asks for; None where a person has to word it, or where its place is in doubt.

    The edit is tried on the lines that the patch shows and says no more than is needed to be made in one place only.
    `lookup` gives a commit's full id and title for an abbreviated id (None: no such commit, or several), so that a
    Fixes: line can be written out; without it such a request is left to a person.
    """
    if request.kind == "subject":
        edit = propose_subject(request, patch)
    elif request.anchor.path is None or request.kind in ("message", "trailer"):
        edit = propose_message(request, patch, lookup)
    else:
        edit = _in_file(request, patch)
    if edit is None:
        return None
    edit = replace(edit, request=request.id)
    try:
        edit.check()
    except InputError:
        return None
    return edit


def _in_file(request: Request, patch: Patch) -> Edit | None:
    excerpt = Excerpt.of(patch, request.anchor)
    if excerpt is None:
        return None
    if request.hunks:
        return excerpt.settle_all(shown_hunks(request, excerpt))
    if request.kind == "move":
        return _move(request, excerpt)
    if request.kind == "replace" and request.count == 0 and request.old and request.new is not None:
        return _everywhere(request, excerpt, patch)
    if request.code and request.kind in _SHOWN:
        for wish in shown_code(request, excerpt):
            return excerpt.settle(wish)
    maker = _MAKERS.get(request.kind)
    for wish in maker(request, excerpt) if maker else ():
        return excerpt.settle(wish)
    return None


def _substitute(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """Old text for new on the line meant; shown code for the lines it resembles; a word for the one it is close to."""
    if request.code:
        yield from shown_code(request, excerpt)
        return
    old, new = request.old, request.new
    if request.target and not old:
        yield from named_part(request, excerpt)
        return
    if new and new.startswith("%") and not old:
        text = excerpt.text(excerpt.at)
        changed = format_changed(text, new, request.says)
        if changed:
            yield Wish(
                excerpt.at, excerpt.at, (changed,), Edit(path=excerpt.path, replace=text.strip(), with_=changed.strip())
            )
        return
    stop = _full_stop(request, excerpt)
    if stop is not None:
        yield stop
        return
    if new and (old is None or (old.lower() in _POINTING and f"s/{old}/" not in request.says)):
        text = excerpt.text(excerpt.at)
        old = None if new.startswith("!") else words.nearest_word(text, new)
        old = old or words.counterpart(text, new)
    pointing = old is not None and old.lower() in _POINTING and f"s/{old}/" not in request.says
    if not old or new is None or pointing or (new == "" and old in _STRUCTURE):
        return
    if old.endswith("()") and new.endswith("()") and old not in excerpt.text(excerpt.at):
        old, new = old[:-2], new[:-2]  # functions are named so, called otherwise
    if request.count and request.count > 1:
        yield from _several(excerpt, old, new, request.count)
        return
    for number in excerpt.nearest():
        text = excerpt.text(number)
        spans = words.occurrences(text, old)
        if spans and new == "":
            twice = words.doubled(text, old)
            if twice:
                yield _replaced(excerpt, number, *twice, old)
            elif len(spans) == 1:
                changed = words.without(text, *spans[0])
                edit = Edit(path=excerpt.path, delete=old)
                yield Wish(number, number, (changed,) if changed.strip() else (), edit)
            return
        if len(spans) == 1:
            yield _replaced(excerpt, number, *spans[0], new)
        if spans:
            return


def _full_stop(request: Request, excerpt: Excerpt) -> Wish | None:
    """ "remove the dot at the end", "missing full stop": of the string or the comment on the line."""
    says = _FULL_STOP.search(request.says)
    if says is None:
        return None
    text = excerpt.text(excerpt.at)
    ends = [m for m in _TEXT_END.finditer(text) if m["stop"] or says["add"]]
    if len(ends) != 1 or bool(ends[0]["stop"]) == bool(says["add"]):
        return None
    at = ends[0].start("stop")
    line = text[:at] + ("." if says["add"] else "") + text[ends[0].end("stop") :]
    return Wish(excerpt.at, excerpt.at, (line,), Edit(path=excerpt.path, replace=text.strip(), with_=line.strip()))


def _replaced(excerpt: Excerpt, number: int, start: int, end: int, new: str) -> Wish:
    text = excerpt.text(number)
    edit = Edit(path=excerpt.path, replace=text[start:end], with_=new)
    return Wish(number, number, (text[:start] + new + text[end:],), edit)


def _several(excerpt: Excerpt, old: str, new: str, count: int) -> Iterator[Wish]:
    """ "Both": as many places as the words say, all in added lines that follow each other."""
    places = [n for n in sorted(excerpt.rows) if excerpt.added(n) and words.occurrences(excerpt.text(n), old)]
    number_of = sum(len(words.occurrences(excerpt.text(n), old)) for n in places)
    if number_of != count:
        return
    first, last = places[0], places[-1]
    if any(n not in excerpt.rows for n in range(first, last + 1)):
        return
    lines = [words.substituted(excerpt.text(n), old, new) if n in places else excerpt.text(n)
             for n in range(first, last + 1)]  # fmt: skip
    yield Wish(first, last, tuple(lines), Edit(path=excerpt.path, script=words.script(old, new, everywhere=True)))


def _everywhere(request: Request, excerpt: Excerpt, patch: Patch) -> Edit | None:
    """ "Again below": every added line of the file that has it; None where another file of the patch has it too."""
    old, new = request.old or "", request.new or ""
    others = [file for file in patch.diff.files if file.path != excerpt.path]
    lines = (line for file in others for hunk in file.hunks for line in hunk.lines if line.origin == "+")
    if any(words.occurrences(line.text, old) for line in lines):
        return None
    places = [n for n in sorted(excerpt.rows) if excerpt.added(n) and words.occurrences(excerpt.text(n), old)]
    wishes = [Wish(n, n, (words.substituted(excerpt.text(n), old, new),)) for n in places]
    script = Edit(path=excerpt.path, script=words.script(old, new, everywhere=True))
    return excerpt.settle_all(wishes, script)


def _control_flow(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """One jump for another, where it is the whole statement; a missing one behind the line."""
    old, new = request.old, request.new
    if old and new:
        for number in excerpt.nearest():
            text = excerpt.text(number)
            if text.strip() == old:
                start = text.index(old)
                yield _replaced(excerpt, number, start, start + len(old), new)
                return
    elif new and not old:
        text = excerpt.text(excerpt.at)
        if text.strip().endswith(";"):
            indent = text[: len(text) - len(text.lstrip())]
            edit = Edit(path=excerpt.path, insert=new, after=text.strip())
            yield Wish(excerpt.at + 1, excerpt.at, (indent + new,), edit)


def _blank_line(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    number = excerpt.at
    before = request.where == "before"
    if request.target:
        named = [n for n in excerpt.nearest() if excerpt.text(n).strip().startswith(request.target)]
        if named:
            number = named[0]
    elif before and "addition" in request.says.lower():
        while excerpt.added(number - 1):
            number -= 1
    beside = number - 1 if before else number + 1
    line = excerpt.text(number).strip()
    if not line or (beside in excerpt.rows and not excerpt.text(beside).strip()):
        return
    # Inside of a comment that is a line with nothing but its star.
    star = "*" if line.startswith("*") and (before or not line.endswith("*/")) else ""
    indent = words.indent_of(excerpt.text(number)) if star else ""
    edit = Edit(path=excerpt.path, insert=star, before=line if before else None, after=None if before else line)
    at = number if before else number + 1
    yield Wish(at, at - 1, (indent + star,), edit)


def _drop_blank_line(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """The quoted blank line, else the second one of a double, the nearest to the remark."""
    blank = [n for n in excerpt.nearest() if excerpt.added(n) and not excerpt.text(n).strip()]
    quoted = [n for n in blank if n in excerpt.block]
    double = [n for n in blank if any(m in excerpt.rows and not excerpt.text(m).strip() for m in (n - 1, n + 1))]
    beside = [n for n in blank if abs(n - excerpt.at) == 1]
    near = beside if len(beside) == 1 else []
    for number in ([n for n in double if n in excerpt.block] or quoted or near or double)[:1]:
        above = number
        while above - 1 in excerpt.rows and not excerpt.text(above).strip():
            above -= 1
        after = excerpt.text(above).strip() or None
        edit = Edit(path=excerpt.path, delete="", after=after) if after else None
        yield Wish(number, number, (), edit)


def _delete(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """A whole line, when it is a statement, an include or a comment by itself; the full stop of a text."""
    stop = _full_stop(request, excerpt)
    if stop is not None:
        yield stop
        return
    brief = len(request.says.split()) <= _BRIEF and not _NAMES_A_PART.match(request.says)
    if not brief and not _WHOLE_LINE.search(request.says):
        return
    text = excerpt.text(excerpt.at).strip()
    alone = text.endswith(";") or text.startswith("#include") or (text.startswith("/*") and text.endswith("*/"))
    declared = _DECLARES.match(text)
    if (
        declared
        and "use" not in request.says.lower()
        and any(words.occurrences(excerpt.text(n), declared["name"]) for n in excerpt.rows if n != excerpt.at)
    ):
        return  # what is used cannot go without what uses it
    if excerpt.added(excerpt.at) and alone and text.count("(") == text.count(")"):
        yield Wish(excerpt.at, excerpt.at, (), Edit(path=excerpt.path, delete=text))


def _comment_style(request: Request, excerpt: Excerpt) -> Iterator[Wish]:
    """A missing full stop by itself, else the whole form of the comment."""
    stop = _full_stop(request, excerpt)
    if stop is not None:
        yield stop
        return
    yield from layout.comment_style(request, excerpt)


def _move(request: Request, excerpt: Excerpt) -> Edit | None:
    """What is named (or quoted) beside what is named; whether that fits is seen when the edit is made."""
    if not request.target:
        return None
    added = {n: excerpt.text(n) for n in sorted(excerpt.rows) if excerpt.added(n)}
    name = (request.old or "").removeprefix("case ").strip()
    target = request.target
    goal = target.removeprefix("case ")
    if not name and any(words.label_of(row.text) == goal for row in excerpt.rows.values()):
        name = next(
            (words.label_of(added[n]) or "" for n in reversed(added) if n <= excerpt.at and words.label_of(added[n])),
            "",
        )
    labels = [t.strip().removesuffix(":") for t in added.values() if words.label_of(t) == name] if name else []
    if labels:
        what, target = labels[0], f"case {target.removeprefix('case ')}"
    elif name and any(words.defines(text, name) for text in added.values()):
        what, target = name, target.removesuffix("()")
    else:
        lines = [text.strip() for text in added.values() if name and words.occurrences(text, name)]
        what = lines[0] if len(lines) == 1 else ("" if name else excerpt.text(excerpt.at).strip())
    if not what:
        return None
    before = request.where == "before"
    return Edit(path=excerpt.path, move=what, before=target if before else None, after=None if before else target)


# Kinds for which code that the words show says best what is meant.
_SHOWN = frozenset({"comment-style", "wrap", "braces", "spacing", "type"})
_MAKERS: Mapping[str, Callable[[Request, Excerpt], Iterator[Wish]]] = MappingProxyType(
    {
        "replace": _substitute,
        "control-flow": _control_flow,
        "insert-blank-line": _blank_line,
        "delete-blank-line": _drop_blank_line,
        "delete": _delete,
        "spacing": spacing,
        "reindent": layout.reindent,
        "wrap": wrap,
        "braces": braces,
        "type": layout.type_change,
        "comment-style": _comment_style,
        "include-order": layout.include_order,
    }
)
