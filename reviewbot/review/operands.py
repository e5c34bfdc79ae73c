"""The operands that a request's words give: what stands there, what shall stand there, next to what.

Facts from words only; the bytes are made elsewhere. `s/a/b/` is read first and taken out of the text, since its blanks
and dots would otherwise be read as the prose's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reviewbot import regex as re

_SUBST = re.compile(r"(?<![\w/.])s([/|#,!@:])(?=\S|\s\S)")  # sed's s with a delimiter that people type in mail
_WORD_END = re.compile(r"[\s,;]|[.?!)](?:\s|$)|$")
_MAX_SIDE = 200
_VERSION = re.compile(r"v?\d+[.\d]*\w?$")
_BECAUSE = re.compile(r"\bbecause\b", re.I)
_FEW_WORDS = 5  # of an expression
_SHORT = 16  # words; in a longer sentence a bare name after "use" is talk about the code

PLACEHOLDER = re.compile("\x01(\\d+)\x01")

_QUOTED = (
    r"(?:\"(?P<{0}q>[^\"\n]{{1,120}})\"|'(?P<{0}s>[^'\n]{{1,120}})'|`(?P<{0}b>[^`\n]{{1,120}})[`']"
    r"|“(?P<{0}u>[^”\n]{{1,120}})”"
    r"|(?P<{0}w>\w+'\w+|[^\s\"'`,;:]*[\w)&*!\]](?:\(\))?))"
)


def _operand(name: str) -> str:
    return _QUOTED.format(name)


# Typo "th" => "the"; foo -> bar
_ARROW = re.compile(rf"{_operand('old')}(?:\s*(?:=>|→)\s*|\s+-+>\s+){_operand('new')}")
# replace 'arm32' with 'arm'; change X to Y; rename foo to bar; switch from X to Y
_REPLACE = re.compile(
    rf"\b(?:replac|chang|renam|switch|convert|adjust|correct|turn)(?:e|es|ed|ing)?(?: from| the"
    rf"| this)? {_operand('old')} (?:with|by|to|into) {_operand('new')}",
    re.I,
)
# use break rather than fallthrough; X instead of Y
_RATHER = re.compile(
    rf"(?P<verb>\b(?:use|have|say|be|using|want|prefer|make|call|write|with|it|see)\b (?:an? "
    rf"|the )?)?{_operand('new')} (?:rather than|instead of|in place of|in favou?r of) (?:an? "
    rf"|the )?{_operand('old')}",
    re.I,
)
# "vpci", not "vpic": only between marked texts, since "is not usable" names nothing
_NOT = re.compile(
    r"(?P<newq>\"[^\"\n]{1,80}\"|'[^'\n]{1,80}'|`[^`\n]{1,80}`)(?: here)?,? not (?P<oldq>\"[^\"\n]{1,80}\""
    r"|'[^'\n]{1,80}'|`[^`\n]{1,80}`)",
    re.I,
)
_SHOULD_BE = re.compile(
    rf"{_operand('old')} (?:should|ought to|wants to|needs to|must|could) (?:really |probably |rather "
    rf"|just )?be {_operand('new')}",
    re.I,
)
# "you mean X", "did you mean X", "should (use|be|read|say) X", "ought to be X"
_MEAN = re.compile(
    rf"\b(?:you mean(?:t)?|meant to (?:be|say)|(?:should|ought to|wants? to|needs to|must|better|would"
    rf"|could|to) (?:probably |rather |really |just |also )?(?:be|read|say|use|have)(?: as)?(?: the"
    rf"| an?)?(?: \w+ tag)?|read as|(?:suggest|use|using|spell(?:ed)?)(?: the| an?)?"
    rf"|(?:guess|think|suppose|presume|believe) (?:it|this|that)(?:'s| is)(?= [\"'`“])) {_operand('new')}",
    re.I,
)
_STRAY = re.compile(
    rf"\b(?:stray|excess|extra|spurious|superfluous|double|duplicate|redundant|unneeded|unnecessary"
    rf"|drop|remove|omit|delete)(?: the| this| that| an?)? {_operand('old')}",
    re.I,
)
# After a bare name: the end of what is to go. "drop foo_bar definition" means more than the name.
_NO_NOUN = re.compile(
    r"\s*(?:$|[.,;:?!)]|(?:here|please|too|then|as|since|from|in|again|now|and|or|at|on|because|if)\b)"
)
_DROPPED = re.compile(
    rf"{_operand('old')} (?:can|could|should|may|wants to|needs to) (?:also |then |just |probably "
    rf"|be )*(?:be )?(?:dropped|removed|omitted|deleted|go away|avoided)\b",
    re.I,
)
# "should be changed to .max_runtime = 10": a whole expression, up to the end of the sentence
_CHANGED_TO = re.compile(
    r"\b(?:chang|convert|switch|renam|turn|updat|set|adjust)(?:e|ed|t|ing)? (?:this |that |it )?(?:in)?to"
    r" (?P<new>[^\s,;:\"'`][^,;:\"'`]{0,60}?)[.!]?$",
    re.I,
)
# "this should be false": what stands there instead of the value of the quoted line
_LITERAL = re.compile(
    r"\b(?:this|that|it|which|value) (?:should|ought to|must|wants to|needs to) (?:probably |rather |really |just )?"
    r"(?:be|return|say) (?P<new>true|false|NULL|-?\d{1,9}|0x[0-9a-f]{1,16}|-E[A-Z]{2,14})\b(?![-\w%.]*[\w%])",
    re.I,
)
_CODE_LIKE = re.compile(r"[_()&*!<>=\[\]{}#]|->|\d|^[A-Z][A-Z0-9_]{2,}$|/")
_QUOTE_KEYS = "qsbu"

# How two texts are paired, each with words (lower case) of which every match holds one: patterns that begin with any
# text at all are tried at every place of a sentence, and few sentences hold such words.
_PAIRED = (
    (_ARROW, (">", "→")),
    (_REPLACE, ("replac", "chang", "renam", "switch", "convert", "adjust", "correct", "turn")),
    (_RATHER, ("rather than", "instead of", "in place of", "in favo")),
    (_SHOULD_BE, ("be ",)),
)


class Operands(NamedTuple):
    """old: what stands there; new: what shall stand there (an empty text deletes); quoted: both were marked as text.

    every: not only in one place (`s/a/b/g`)
    """

    old: str | None = None
    new: str | None = None
    quoted: bool = False
    every: bool = False


def take_substitutions(text: str) -> tuple[str, tuple[Operands, ...]]:
    """Take every `s/a/b/` out of a text: the text with a numbered mark in the place of each, and the pairs."""
    out: list[str] = []
    pairs: list[Operands] = []
    at = 0
    while (match := _SUBST.search(text, at)) is not None:
        parsed = _substitution(text, match.end(), match[1])
        if parsed is None:
            out.append(text[at : match.end()])
            at = match.end()
            continue
        old, new, end = parsed
        every = "g" in text[max(end - 2, 0) : end].rpartition(match[1])[2]
        out.append(f"{text[at : match.start()]}\x01{len(pairs)}\x01")
        pairs.append(Operands(old, new, quoted=True, every=every))
        at = end
    out.append(text[at:])
    return "".join(out), tuple(pairs)


def _substitution(text: str, start: int, mark: str) -> tuple[str, str, int] | None:
    """Both sides of `s/a/b/` and the end; the last delimiter may lack, a delimiter behind a backslash is text."""
    middle = _delimiter(text, start, mark)
    if middle is None or middle == start:
        return None
    old = text[start:middle]
    end = _delimiter(text, middle + 1, mark)
    if end is None and mark == ":":
        return None  # "s: ..." is prose
    new = text[middle + 1 : end] if end is not None else ""
    spaced = " " in old.strip() or old != old.strip()
    word_end = _WORD_END.search(text, middle + 1)
    assert word_end is not None
    if end is None or ("\n" in new) or (not spaced and " " in new.strip() and len(new) > len(old) + 40):
        end = word_end.start()
        if end == middle + 1 and text[end : end + 1] in ".?!)":
            end += 1  # the stop is what shall stand there
        new = text[middle + 1 : end]
        if old.endswith(" ") and len(new.strip()):
            new += " "  # the blank at a line's end went with the last delimiter
    else:
        end += 1
        flags = re.compile(r"[gi]{1,2}(?!\w)").match(text, end)
        end = flags.end() if flags else end
    if "\n" in old:
        return None
    unescape = old.replace(f"\\{mark}", mark), new.replace(f"\\{mark}", mark)
    old, new = (_unquoted(unescape[0]), _unquoted(unescape[1])) if _both_quoted(*unescape) else unescape
    return old, new, end


def _both_quoted(old: str, new: str) -> bool:
    return (
        len(old) > 2
        and old[0] in "\"'`"
        and old[-1] in "\"'`"
        and (not new or (new[0] in "\"'`" and new[-1] in "\"'`"))
    )


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) >= 2 else text


def _delimiter(text: str, start: int, mark: str) -> int | None:
    at = start
    limit = min(len(text), start + _MAX_SIDE)
    while at < limit:
        if text[at] == "\\" and at + 1 < limit:
            at += 2
            continue
        if text[at] == mark:
            return at
        at += 1
    return None


def restore(text: str, pairs: tuple[Operands, ...]) -> str:
    """The text with its substitutions put back, as written."""
    return PLACEHOLDER.sub(lambda m: f"s/{pairs[int(m[1])].old}/{pairs[int(m[1])].new}/", text)


def replacement(sentence: str, there: Sequence[str] = ()) -> Operands | None:
    """Old and new text by the words "X instead of Y", "replace X with Y", "X => Y", "X should be Y".

    there: the quoted lines; a bare word that is among theirs is one of them, not one of the prose.
    """
    folded = sentence.casefold()
    for pattern, words in _PAIRED:
        match = pattern.search(sentence) if any(word in folded for word in words) else None
        if match is None:
            continue
        old, new = _value(match, "old"), _value(match, "new")
        if any(side.count("(") != side.count(")") for side in (old, new)):
            continue  # a piece of something longer
        quoted = _is_quoted(match, "old") or _is_quoted(match, "new")
        both_code = bool(_CODE_LIKE.search(old) or _CODE_LIKE.search(new))
        if pattern in (_RATHER, _SHOULD_BE) and not quoted and both_code and not _CODE_LIKE.search(new):
            continue  # "use that directly instead of foo_bar", "EPERM should be treated as": nothing to put there
        code = (bool(_CODE_LIKE.search(old)), bool(_CODE_LIKE.search(new)))
        if pattern is _RATHER and not quoted and not match["verb"] and code == (False, True):
            continue  # "put that into foo/bar.h instead of define ..."
        if pattern is _ARROW and not quoted and _VERSION.match(new):
            continue  # "autoconf => 2.72" compares
        if _BECAUSE.search(sentence, 0, match.start()):
            continue  # a reason, not a wish
        named = pattern in (_REPLACE, _ARROW) and old != "to" and any(_has_word(line, old) for line in there)
        if old != new and (
            quoted
            or named
            or both_code
            or pattern is _ARROW
            or (pattern is _RATHER and match["verb"] and _plain_pair(old, new))
        ):
            return Operands(old, new, quoted=quoted)
    match = _NOT.search(sentence) if " not " in folded else None
    return Operands(match["oldq"][1:-1], match["newq"][1:-1], quoted=True) if match else None


def _has_word(line: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", line) is not None


def wanted(sentence: str) -> Operands | None:
    """New text only: "you mean "vpci/msix"", "should use GPL-2.0-only"."""
    for match in _MEAN.finditer(sentence):
        new = _value(match, "new")
        if _is_quoted(match, "new") or (_CODE_LIKE.search(new) and len(sentence.split()) <= _SHORT):
            return Operands(None, new, quoted=_is_quoted(match, "new"))
    literal = _LITERAL.search(sentence)
    if literal:
        return Operands(None, literal["new"])
    changed = _CHANGED_TO.search(sentence)
    if changed and _CODE_LIKE.search(changed["new"]) and len(changed["new"].split()) <= _FEW_WORDS:
        return Operands(None, changed["new"])
    return None


def unwanted(sentence: str) -> Operands | None:
    """Text that shall go: "Stray 'w'", "the !! can be dropped"."""
    for pattern in (_STRAY, _DROPPED):
        match = pattern.search(sentence)
        if match is None:
            continue
        alone = pattern is _DROPPED or _NO_NOUN.match(sentence, match.end())
        if _is_quoted(match, "old") or (alone and _CODE_LIKE.search(_value(match, "old"))):
            return Operands(_value(match, "old"), "", quoted=_is_quoted(match, "old"))
    operator = re.search(r"\b(?:the|drop|no|need for) (?P<op>!!|&|\*|!|~|-|\+)(?= |,|$)", sentence)
    if operator and re.search(r"\b(?:drop|remove|omit|need|go away|unnecessary)", sentence, re.I):
        return Operands(operator["op"], "", quoted=True)
    return None


def _plain_pair(old: str, new: str) -> bool:
    """Two bare words of at least two letters: "break rather than fallthrough"."""
    return old.isidentifier() and new.isidentifier() and len(old) > 1 and len(new) > 1


def _value(match: re.Match[str], name: str) -> str:
    groups = match.groupdict()
    return next(groups[name + key] for key in "qsbuw" if groups.get(name + key) is not None)


def _is_quoted(match: re.Match[str], name: str) -> bool:
    groups = match.groupdict()
    return any(groups.get(name + key) is not None for key in _QUOTE_KEYS)
