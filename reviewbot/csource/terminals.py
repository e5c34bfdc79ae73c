"""What ends a case group: the words, calls and comments that count, and how one statement is read with them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from tree_sitter import Node

from reviewbot.csource.nodes import stripped
from reviewbot.csource.source import SourceFile

# The comments that docs/misra/deviations.rst of Xen lists for rule 16.3, as one pattern (deviations.ecl has the same).
_ACCEPTED = re.compile(r"/\* [fF]all ?through\.? \*/")
# Any other wording that a reader takes for the same.
_MEANT = re.compile(r"(?<![\w-])fall(?:s|ing)?[\s_-]*(?:through|thru)\b", re.IGNORECASE)
_NEGATED = re.compile(r"\b(?:no|not|never|don'?t|doesn'?t|can'?t|cannot|shouldn'?t)\b", re.IGNORECASE)
_TRUE = frozenset({"1", "true", "1u", "1U", "1L", "1l"})
_FALSE = frozenset({"0", "false", "0u", "0U"})
# The last statement of a macro's text, unconditional, in `do { … } while (0)`, in `({ … })`, or bare.
_MACRO_END = re.compile(
    r"(?:\A|[;{}])\s*(?P<end>(?P<word>return|goto|continue|break)\b[^;{}]*|(?P<call>\w+)\s*\([^;{}]*\))\s*;?\s*"
    r"(?P<close>\}\s*(?:while\s*\(\s*(?:0|false)\s*\)|\)))?\s*\Z"
)


@dataclass(frozen=True, slots=True)
class Terminals:
    """What Xen accepts as the end of a clause (docs/misra/deviations.rst, rule 16.3), where it is not a statement of C.

    `keywords` are said as a statement, `comments` (None: the pattern of Xen's list) between a clause and the next
    label, at most `comment_lines` below the clause's last line; `noreturn` are functions that do not return.
    """

    noreturn: frozenset[str] = frozenset({"BUG"})
    keywords: frozenset[str] = frozenset({"fallthrough"})
    comments: frozenset[str] | None = None
    comment_lines: int = 2

    def comment(self, text: str) -> str | None:
        """`said` for an accepted comment, `meant` for another that says the same, None for any other comment."""
        if text in self.comments if self.comments is not None else _ACCEPTED.fullmatch(text):
            return "said"
        found = _MEANT.search(text)
        if found is None:
            return None
        sentence = max(text.rfind(".", 0, found.start()), text.rfind(";", 0, found.start())) + 1
        return None if _NEGATED.search(text, sentence, found.start()) else "meant"

    def with_noreturn(self, names: Collection[str]) -> Terminals:
        """These, and more functions that do not return."""
        return Terminals(self.noreturn | frozenset(names), self.keywords, self.comments, self.comment_lines)


def constant(node: Node | None, source: SourceFile) -> bool | None:
    """The truth of a condition that is a constant; None of any other."""
    if node is None:
        return None
    text = source.text(stripped(node)).strip()
    return True if text in _TRUE else False if text in _FALSE else None


def called(statement: Node, source: SourceFile) -> str | None:
    """The function that a statement consists of calling; `(void)` before it and parentheses do not matter."""
    if statement.type != "expression_statement" or not statement.named_children:
        return None
    node: Node | None = statement.named_children[0]
    while node is not None and node.type in ("parenthesized_expression", "cast_expression"):
        node = node.child_by_field_name("value") or next(iter(node.named_children), None)
    if node is None or node.type != "call_expression":
        return None
    function = node.child_by_field_name("function")
    return source.text(function) if function is not None and function.type == "identifier" else None


def macro_end(name: str, source: SourceFile, terminals: Terminals) -> str | None:
    """How the text of a macro ends that the file itself defines: `return`, `goto`, `continue`, `noreturn`, or None."""
    key = (name, terminals.noreturn)
    if key not in source.macro_ends:
        ends = {_text_end(text, terminals.noreturn) for text in source.defined(name)}
        source.macro_ends[key] = ends.pop() if len(ends) == 1 else None
    return source.macro_ends[key]


def _text_end(text: str, noreturn: Collection[str]) -> str | None:
    found = _MACRO_END.search(text)
    if found is None or (found["close"] and "while" in found["close"] and found["word"] in ("break", "continue")):
        return None
    if found["word"]:
        return found["word"]
    return "noreturn" if found["call"] in noreturn else None
