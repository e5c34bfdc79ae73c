"""Words of C that the lock analysis compares: names of locks, conditions, assignments. All on short texts, linear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

# Comments, strings and character constants; the alternatives start differently, and an open comment is a parse error.
_NOISE = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'", re.DOTALL)
_SPACES = re.compile(r"\s+")
_LOOSE = re.compile(r" (?!\w)|(?<!\w) ")
_BRACKETS = re.compile(r"[()\[\]{},;]")
# A cast to a named type, in front of an operand.
_CAST = re.compile(r"\((?:(?:const|struct|union|enum|unsigned|signed) )*\w+\**\)(?=[\w&*(])")
# Parentheses around a plain path, not a call's: `(x->y)`.
_REDUNDANT = re.compile(r"(?<![\w)\]])\(([*&]?[A-Za-z_]\w*(?:(?:->|\.)\w+)*)\)")
_STAR_MEMBER = re.compile(r"(?<![\w)\]])\(\*([A-Za-z_]\w*(?:(?:->|\.)\w+)*)\)\.")
_AMP_MEMBER = re.compile(r"(?<![\w)\]])\(&([A-Za-z_]\w*(?:(?:->|\.)\w+)*)\)->")
_ROOT = re.compile(r"(?<![\w.])(?<!->)[A-Za-z_]\w*+(?!\()")
_NAME = re.compile(r"[A-Za-z_]\w*")
_PATH = re.compile(r"(?:\s*(?:->|\.)\s*\w+|\s*\[[^\[\]]*\])*")
_ASSIGN = re.compile(r"\s*(=(?!=)|\+\+|--|(?:[-+*/%|^]|&(?!&)|<<|>>)=(?!=))")
# A path at a text's end, and one after an `=` with what may end a plain value.
_TAIL = re.compile(r"[A-Za-z_]\w*(?:(?:->|\.)\w+)*\Z")
_COPIED = re.compile(r"\s*([A-Za-z_]\w*(?:(?:->|\.)\w+)*)\s*(?=[;,)=])")
_NOT_PLAIN = ("=", "!", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^")
_LONGEST_PATH = 60
# Where a comparison may stand, and what must not be taken for one.
_COMPARE = re.compile(r"->|<<|>>|[=!<>]=|[<>]|[()\[\]{}]")
# A name in capitals is a constant, as `XENMAPSPACE_gmfn` is, too.
_CONST = re.compile(r"[-~]?(?:\d\w*|[A-Z_][A-Z0-9_]*|[A-Z][A-Z0-9]+_\w+|true|false|'(?:[^'\\]|\\.)+')")
_NUMBER = re.compile(r"-?(?:0[xX][0-9a-fA-F]+|\d+)")
_ASSIGNED = re.compile(r"\(?([A-Za-z_*][\w>.\-\[\]*]*)=(?!=)(.*)\)?")
_IS_ERR = re.compile(r"IS_ERR(_OR_NULL)?\((.*)\)")
_ENABLED = re.compile(r"IS_ENABLED\((\w+)\)")

NEG, ZERO, POS = 1, 2, 4
ANY, NONZERO = 7, 5


RELATION = "<=>"  # `a<=>b` is the sign of a - b


class Test(NamedTuple):
    """What a branch asks: whether `term` (as an abstract value) is `op` `const`; `positive` is false where true means
    not.

    For `x<5` the term is those words, and `number` is x: a known value of it answers too.
    """

    term: str
    op: str  # "nz" not zero, "eq" equal to const, "lt" below zero, "le" not above zero
    const: str
    positive: bool
    number: str | None = None


class Assignment(NamedTuple):
    """A change of an lvalue at an offset; `value` is the text assigned, `++` or `--`, or None where that is not
    known."""

    path: str
    offset: int
    value: str | None
    address: bool


def clean(text: str) -> str:
    """The text with comments and the insides of strings as blanks, newlines kept, every offset kept."""
    if '"' not in text and "/*" not in text and "//" not in text:
        return text
    return _NOISE.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    noise = match.group()
    if noise[0] == "'":
        return noise
    if "\n" in noise:
        return "".join("\n" if letter == "\n" else " " for letter in noise)
    return '"' + " " * (len(noise) - 2) + '"' if noise[0] == '"' else " " * len(noise)


def squeeze(text: str) -> str:
    """One spelling for white space: a blank between two words, none elsewhere."""
    text = text.strip()
    if " " not in text and "\n" not in text and "\t" not in text:
        return text
    return _LOOSE.sub("", _SPACES.sub(" ", text))


def unwrap(text: str) -> str:
    """Without the parentheses around all of it."""
    while text.startswith("(") and text.endswith(")") and closing(text, 0) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def closing(text: str, start: int) -> int:
    """The offset of the bracket that closes the one at `start`; -1 if there is none."""
    depth = 0
    for match in _BRACKETS.finditer(text, start):
        letter = match.group()
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0:
                return match.start()
    return -1


def arguments(text: str, start: int) -> tuple[list[str], int]:
    """The arguments of the call whose `(` stands at `start`, and the offset of its `)` (-1: unclosed)."""
    found: list[str] = []
    depth, since = 0, start + 1
    for match in _BRACKETS.finditer(text, start):
        letter = match.group()
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth == 0:
                last = text[since : match.start()]
                if found or last.strip():
                    found.append(last)
                return found, match.start()
        elif letter == "," and depth == 1:
            found.append(text[since : match.start()])
            since = match.end()
    return found, -1


def name_of_lock(text: str) -> str:
    """A lock's argument in one spelling: white space, casts and needless parentheses gone, `(&x)->y` as `x.y`."""
    text = squeeze(text)
    if "(" in text:
        text = _CAST.sub("", unwrap(text))
        text = _STAR_MEMBER.sub(r"\1->", text)
        text = _AMP_MEMBER.sub(r"\1.", text)
        text = _REDUNDANT.sub(r"\1", text)
    return text[2:] if text.startswith(("&*", "*&")) else text


def plain_value(text: str, wrappers: re.Pattern[str] | None) -> str:
    """An argument that counts by value: without casts and without the calls that only wrap a value."""
    text = name_of_lock(text)
    while wrappers is not None:
        head, bracket, _ = text.partition("(")
        if not bracket or not wrappers.fullmatch(head) or closing(text, len(head)) != len(text) - 1:
            break
        text = name_of_lock(text[len(head) + 1 : -1])
    return text


def roots(text: str) -> list[str]:
    """The variables that a squeezed text names, without members and functions."""
    return _ROOT.findall(text)


def replace_root(text: str, name: str, by: str) -> str:
    """`text` with the variable `name` replaced, members of that name left alone."""
    if name not in text:
        return text
    parts: list[str] = []
    last = 0
    for at in occurrences(text, name):
        parts += [text[last:at], by]
        last = at + len(name)
    return "".join([*parts, text[last:]])


def is_name(text: str) -> bool:
    """Whether a text is one identifier."""
    return _NAME.fullmatch(text) is not None


def is_const(text: str) -> bool:
    """Whether a text is a constant by its spelling: a number, an upper-case name, true, false, a character."""
    return _CONST.fullmatch(text) is not None


def sign_of(text: str, constants: Mapping[str, str]) -> int:
    """The signs that a constant can have, as a mask; `constants` are names with the numbers that they stand for."""
    text = constants.get(text, text)
    if _NUMBER.fullmatch(text):
        value = _number(text)
        return ZERO if value == 0 else NEG if value < 0 else POS
    if text == "true" or text.startswith("'"):
        return POS
    return NEG if text.startswith("-E") else ANY


def _number(text: str) -> int:
    digits = text.lstrip("-")
    if digits[:1] == "0" and digits.isdigit():
        return int(text, 8) if not digits.strip("01234567") else int(text, 10)
    return int(text, 0)


def below(value: str, limit: str) -> bool | None:
    """Whether one number is below another; None where a text is no number."""
    if not _NUMBER.fullmatch(value) or not _NUMBER.fullmatch(limit):
        return None
    return _number(value) < _number(limit)


def counted(value: str, step: int, limit: int) -> str | None:
    """A small number counted up or down; None where it is none or grows too large."""
    if not _NUMBER.fullmatch(value):
        return None
    number = _number(value) + step
    return str(number) if abs(number) <= limit else None


def owners(text: str) -> list[str]:
    """The pointers that a lock's name goes through, and itself where it is one: none of them is NULL."""
    found = [] if text.startswith("&") else [text]
    inner = text.lstrip("&*")
    at = inner.find("->")
    while at >= 0:
        found.append(inner[:at])
        at = inner.find("->", at + 2)
    return found


def one_name(text: str, constants: Mapping[str, str]) -> str:
    """One spelling for all constants of one value, as far as it is known."""
    text = constants.get(text, text)
    return "0" if sign_of(text, constants) == ZERO else "1" if text == "true" else text


def parse_test(leaf: str, constants: Mapping[str, str]) -> Test:
    """What a leaf condition asks. The text is squeezed; assignments in it count as the variable assigned."""
    text = unwrap(leaf)
    positive = True
    while text.startswith("!"):
        text, positive = unwrap(text[1:]), not positive
    found = _comparison(text)
    if found is None:
        return _truth(text, positive)
    left, op, right = found
    left, right = unwrap(left), unwrap(right)
    if is_const(left) and not is_const(right):
        left, right = right, left
        op = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
    left = _variable(left)
    if op in ("==", "!="):
        positive = positive == (op == "==")
        if is_const(right):
            return Test(left, "eq", one_name(right, constants), positive)
        return _relation(left, "==", _variable(right), positive)
    right = constants.get(right, right)
    if right == "0":
        if op in ("<", ">="):
            return Test(left, "lt", "0", positive == (op == "<"))
        return Test(left, "le", "0", positive == (op == "<="))
    if not is_const(right):
        return _relation(left, op, _variable(right), positive)
    if _NUMBER.fullmatch(right):  # in whole numbers x > 4 is not x < 5
        if op in (">", "<="):
            right, op = str(_number(right) + 1), ">=" if op == ">" else "<"
        return Test(f"{left}<{right}", "nz", right, positive == (op == "<"), left)
    if op in (">", "<="):
        return Test(f"{right}<{left}", "nz", "", positive == (op == ">"))
    return Test(f"{left}<{right}", "nz", "", positive == (op == "<"))


def _relation(left: str, op: str, right: str, positive: bool) -> Test:
    """A comparison of two variables, as a question about the sign of their difference."""
    if left > right:
        left, right = right, left
        op = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}.get(op, op)
    term = f"{left}{RELATION}{right}"
    if op == "==":
        return Test(term, "eq", "0", positive)
    if op in ("<", ">="):
        return Test(term, "lt", "0", positive == (op == "<"))
    return Test(term, "le", "0", positive == (op == "<="))


def _truth(text: str, positive: bool) -> Test:
    match = _IS_ERR.fullmatch(text)
    if match:
        return Test(_variable(unwrap(match.group(2))), "le" if match.group(1) else "lt", "0", positive)
    match = _ENABLED.fullmatch(text)
    if match:
        return Test("#" + match.group(1), "nz", "", positive)
    return Test(_variable(text), "nz", "", positive)


def _variable(text: str) -> str:
    """`v=f()` stands for v, `(v=f())` too."""
    if "=" in text:
        match = _ASSIGNED.fullmatch(unwrap(text))
        if match:
            return match.group(1)
    return text


def _comparison(text: str) -> tuple[str, str, str] | None:
    depth = 0
    for match in _COMPARE.finditer(text):
        sign = match.group()
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif depth == 0 and sign not in ("->", "<<", ">>"):
            before = text[: match.start()]
            if before and before[-1] not in "=+-*/%&|^" and text[match.end() : match.end() + 1] != "=":
                return before, sign, text[match.end() :]
    return None


def occurrences(text: str, name: str) -> Iterator[int]:
    """Where a word stands in a text, not as a member of something."""
    size = len(name)
    at = text.find(name)
    while at >= 0:
        after = text[at + size : at + size + 1]
        before = text[at - 1 : at] if at else ""
        if not (after.isalnum() or after == "_" or before.isalnum() or before == "_"):
            head = text[max(0, at - 4) : at].rstrip()
            if not head.endswith((".", "->")) or head.endswith(".."):
                yield at
        at = text.find(name, at + size)


def change_at(text: str, start: int, end: int, at: int, name: str, declares: bool) -> Assignment | None:
    """What the statement between `start` and `end` does to the variable that stands at `at`; None where it only reads
    it."""
    before = text[max(start, at - 12) : at].rstrip()
    path = _PATH.match(text, at + len(name), end)
    stop = path.end() if path else at + len(name)
    if before.endswith("&") and not before.endswith("&&"):
        outer = before[:-1].rstrip()
        if not outer or not (outer[-1].isalnum() or outer[-1] in "_)]"):
            return Assignment(squeeze(text[at:stop]), at, None, True)
        return None
    if before.endswith(("++", "--")):
        return Assignment(squeeze(text[at:stop]), at, before[-2:], False)
    op = _ASSIGN.match(text, stop, end)
    if op is None:
        if declares and stop == at + len(name) and _is_declared(text, start, at, stop, end):
            return Assignment(name, at, None, False)
        return None
    lvalue = squeeze(text[at:stop])
    if before.endswith("*") and not (declares and at - start < 200 and _declares_here(text, start, at)):
        lvalue = "*" + lvalue
    sign = op.group(1)
    value = _value(text, op.end(), end) if sign == "=" else sign if sign in ("++", "--") else None
    return Assignment(lvalue, at, value, False)


@lru_cache(maxsize=4)  # walk after walk asks it of one function's text
def copies(text: str) -> tuple[set[tuple[str, str]], set[str]]:
    """All plain assignments in a text: pairs (path, path it is set to), and every path that is set to something."""
    pairs, paths = set[tuple[str, str]](), set[str]()
    at = -1
    while (at := text.find("=", at + 1)) >= 0:
        if text[at + 1 : at + 2] == "=":
            at += 1
        elif text[at - 1 : at] not in _NOT_PLAIN:
            match = _TAIL.search(text[max(0, at - _LONGEST_PATH) : at].rstrip())
            if match is not None:
                paths.add(match.group())
                value = _COPIED.match(text, at + 1)
                if value is not None:
                    pairs.add((match.group(), value.group(1)))
    return pairs, paths


def _declares_here(text: str, start: int, at: int) -> bool:
    head = text[start:at]
    return "=" not in head.rpartition(",")[2] and head.count("(") == head.count(")")


def _is_declared(text: str, start: int, at: int, stop: int, end: int) -> bool:
    rest = text[stop:end].lstrip()[:1]
    head = text[start:at]
    return rest in (";", ",") and bool(head.strip()) and head.count("(") == head.count(")") and "=" not in head


def _value(text: str, start: int, end: int) -> str:
    depth = 0
    for match in _BRACKETS.finditer(text, start, end):
        letter = match.group()
        if letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
            if depth < 0:
                return squeeze(text[start : match.start()])
        elif depth == 0:
            return squeeze(text[start : match.start()])
    return squeeze(text[start:end])
