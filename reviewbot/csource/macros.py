"""The tables of macros that stand between C and a parser without a preprocessor; data in `macros/*.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reviewbot.errors import InputError

_SHIPPED = Path(__file__).resolve().parent / "macros"
_KEYS = {
    "attributes",
    "attributes-with-arguments",
    "leading-attributes",
    "loops",
    "prefixes",
    "asm-macros",
    "declarations",
    "spellings",
    "case-macros",
    "noreturn",
}
# What an attribute macro may be made of, besides other such macros.
_ATTRIBUTE_WORDS = frozenset({b"__attribute__", b"__declspec", b"inline", b"__inline__", b"__inline", b"register"})
_DEFINE = re.compile(rb"^[ \t]*#[ \t]*define[ \t]+(\w+)(\([^)\n]*\))?[ \t]+((?:[^\\\n]|\\\n)*+)", re.MULTILINE)
_ARGUMENTS = re.compile(
    rb"\((?:[^()]|\((?:[^()]|\([^()]*+\))*+\))*+\)|/\*(?:[^*]|\*(?!/))*+\*/"
)  # three levels suffice
_WORD = re.compile(rb"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class CaseMacro:
    """A macro whose text holds `case`."""

    before: str = ""  # "fallthrough" where it says itself that the group before runs into it
    ends: str = ""  # how the group ends that it opens; "" where the source goes on with the group's statements


@dataclass(frozen=True, slots=True)
class MacroTable:
    """Which names are rewritten, by family.

    `attributes` are blanked, `attributes_with_arguments` with the parentheses after them, `leading` only before a type
    or a name; a call whose name holds one of `loops` is a loop if no `;` follows; `prefixes` go before
    string literals and are blanked before a word or a literal; the arguments of `asm_macros` are assembly and are
    blanked; `declarations` declare the name in their n-th argument; `spellings` are replaced by a word that is not
    longer; `case_macros` are labels; `noreturn` are functions and macros after which control does not go on.
    """

    attributes: frozenset[bytes] = frozenset()
    attributes_with_arguments: frozenset[bytes] = frozenset()
    leading: frozenset[bytes] = frozenset()
    loops: tuple[bytes, ...] = ()
    prefixes: frozenset[bytes] = frozenset()
    asm_macros: frozenset[bytes] = frozenset()
    declarations: Mapping[bytes, int] = field(default_factory=dict)
    spellings: Mapping[bytes, bytes] = field(default_factory=dict)
    case_macros: Mapping[bytes, CaseMacro] = field(default_factory=dict)
    noreturn: frozenset[str] = frozenset()
    words: frozenset[bytes] = field(init=False, repr=False, compare=False, default=frozenset())

    def __post_init__(self) -> None:
        """Put together what masking looks for."""
        names = self.attributes | self.attributes_with_arguments | self.leading | self.prefixes | self.asm_macros
        object.__setattr__(self, "words", names.union(self.declarations, self.spellings))

    @classmethod
    def load(cls, extra: Path | None = None) -> MacroTable:
        """The shipped tables, and that of `extra` (a TOML file with the same keys) on top.

        Raises InputError for a file that cannot be read, is no TOML or has a key that no table has.
        """
        table = cls()
        for path in (*sorted(_SHIPPED.glob("*.toml")), *([extra] if extra else [])):
            table = table.plus(_read(path))
        return table

    def plus(self, other: MacroTable) -> MacroTable:
        """Both tables; `other` wins where they disagree."""
        return MacroTable(
            self.attributes | other.attributes,
            self.attributes_with_arguments | other.attributes_with_arguments,
            self.leading | other.leading,
            tuple(dict.fromkeys((*self.loops, *other.loops))),
            self.prefixes | other.prefixes,
            self.asm_macros | other.asm_macros,
            {**self.declarations, **other.declarations},
            {**self.spellings, **other.spellings},
            {**self.case_macros, **other.case_macros},
            self.noreturn | other.noreturn,
        )

    def learn(self, headers: Iterable[bytes]) -> MacroTable:
        """This table and the attribute macros that these headers define: names for attributes and nothing else."""
        bare: set[bytes] = set()
        called: set[bytes] = set()
        attributes = self.attributes | self.attributes_with_arguments | _ATTRIBUTE_WORDS
        for text in headers:
            for match in _DEFINE.finditer(text):
                body = _ARGUMENTS.sub(b" ", match.group(3).replace(b"\\\n", b" "))
                words = _WORD.findall(body)
                if b"fallthrough" in match.group(3) or match.group(1) in _ATTRIBUTE_WORDS:
                    continue  # a statement, and words that the parser knows
                if words and not _WORD.sub(b"", body).strip() and attributes.issuperset(words):
                    (called if match.group(2) else bare).add(match.group(1))
        return self.plus(MacroTable(frozenset(bare), frozenset(called)))


def _read(path: Path) -> MacroTable:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"macro table {path}: {error}") from error
    unknown = sorted(set(data) - _KEYS)
    if unknown:
        raise InputError(f"macro table {path}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    spellings = {key.encode(): value.encode() for key, value in data.get("spellings", {}).items()}
    for word, short in spellings.items():
        if len(short) > len(word):
            raise InputError(f"macro table {path}: the spelling of {word.decode()} is longer than the word")
    return MacroTable(
        _names(data.get("attributes", ())),
        _names(data.get("attributes-with-arguments", ())),
        _names(data.get("leading-attributes", ())),
        tuple(part.encode() for part in data.get("loops", ())),
        _names(data.get("prefixes", ())),
        _names(data.get("asm-macros", ())),
        {key.encode(): int(value) for key, value in data.get("declarations", {}).items()},
        spellings,
        {
            name.encode(): CaseMacro(entry.get("before", ""), entry.get("ends", ""))
            for name, entry in data.get("case-macros", {}).items()
        },
        frozenset(data.get("noreturn", ())),
    )


def _names(words: Iterable[str]) -> frozenset[bytes]:
    return frozenset(word.encode() for word in words)
