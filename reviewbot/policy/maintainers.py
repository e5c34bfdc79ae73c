"""The MAINTAINERS file: who maintains which file, from the most specific section to THE REST.

Sections and wildcards as the file's own head describes them ("Descriptions of section entries", "The meaning of
nesting") and as scripts/get_maintainer.pl reads them: `dir/` is all below, `*` stays within its level, `X:` goes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from reviewbot.errors import InputError
from reviewbot.policy.model import THE_REST
from reviewbot.review.people import fold_name

_ENTRY = re.compile(r"^(?P<letter>[A-Z]):\s+(?P<value>\S.*?)\s*$")
_PERSON = re.compile(r"^\"?(?P<name>[^<\"]*?)\"?\s*<(?P<address>[^<>\s]+)>")
_BRACES = re.compile(r"\{([^{}]{1,200})\}")
_MAX_ALTERNATIVES = 64


@dataclass(frozen=True, slots=True)
class Person:
    """Name and address as MAINTAINERS lists them."""

    name: str
    address: str


@dataclass(frozen=True)
class Pattern:
    """One `F:` or `X:` line, ready to match."""

    text: str

    @cached_property
    def _regex(self) -> re.Pattern[str]:
        parts = re.split(r"([*?])", self.text)
        return re.compile("".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in parts))

    @cached_property
    def literal(self) -> bool:
        """No wildcard in it."""
        return "*" not in self.text and "?" not in self.text

    def matches(self, path: str) -> bool:
        """Whether the pattern covers a file. A name without wildcard covers a directory with or without its slash."""
        if self.literal:
            if self.text.endswith("/"):
                return path.startswith(self.text)
            return path == self.text or path.startswith(self.text + "/")
        if self._regex.match(path) is None:
            return False
        if self.text.endswith("/"):
            return True
        return path.count("/") == self.text.count("/") and self._regex.fullmatch(path) is not None

    def weight(self, path: str) -> tuple[int, int]:
        """How specific it is for a path it covers: an exact file first, then by the number of literal characters."""
        return int(self.literal and path == self.text), len(self.text.replace("*", "").replace("?", ""))


@dataclass(frozen=True)
class Section:
    """One entry: its maintainers (`M:`), reviewers (`R:`, no formal role), files, exclusions and content patterns."""

    title: str
    maintainers: tuple[Person, ...]
    reviewers: tuple[Person, ...]
    files: tuple[Pattern, ...]
    excluded: tuple[Pattern, ...]
    keywords: tuple[str, ...]
    status: str

    def weight(self, path: str) -> tuple[int, int] | None:
        """How specifically the section covers a file, None if it does not; `X:` is tested before `F:`."""
        if any(pattern.matches(path) for pattern in self.excluded):
            return None
        weights = [pattern.weight(path) for pattern in self.files if pattern.matches(path)]
        return max(weights) if weights else None

    @cached_property
    def content(self) -> tuple[re.Pattern[str], ...]:
        """The `K:` patterns that Python can read too."""
        out = []
        for text in self.keywords:
            try:
                out.append(re.compile(text))
            except re.error:
                continue
        return tuple(out)


class Maintainers:
    """All sections of one MAINTAINERS file."""

    def __init__(self, sections: Iterable[Section]) -> None:
        """`sections` in the order of the file."""
        self.sections = tuple(sections)
        self._known: dict[str, tuple[tuple[Section, ...], ...]] = {}

    @staticmethod
    def parse(text: str) -> Maintainers:
        """Read a MAINTAINERS file. Raises InputError where it holds no section with files."""
        sections: list[Section] = []
        title = ""
        entries: list[tuple[str, str]] = []
        for line in [*text.split("\n"), "", "END"]:
            entry = _ENTRY.match(line)
            if entry and title:
                entries.append((entry["letter"], entry["value"]))
            elif line and not line[0].isspace() and not entry:
                if title and entries:
                    sections.append(_section(title, entries))
                title, entries = line.strip(), []
        found = [section for section in sections if section.files or section.keywords]
        if not found:
            raise InputError("MAINTAINERS: no section with F: lines in it")
        return Maintainers(found)

    @cached_property
    def rest(self) -> Section | None:
        """The section THE REST."""
        return next((section for section in self.sections if section.title == THE_REST), None)

    @cached_property
    def aliases(self) -> dict[str, str]:
        """Listed addresses to the folded name of the person, as `read_review` wants them."""
        reviewers = (who for section in self.sections for who in section.reviewers)
        return {who.address.lower(): fold_name(who.name) for who in (*reviewers, *self.people) if who.name}

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Everybody listed with `M:`, each name and address once."""
        seen = {(person.name, person.address): person for section in self.sections for person in section.maintainers}
        return tuple(seen.values())

    def levels(self, path: str) -> tuple[tuple[Section, ...], ...]:
        """The sections that cover a file and have a maintainer, most specific first, THE REST last.

        Sections that cover it equally specifically stand together.
        """
        if path not in self._known:
            self._known[path] = self._levels(path)
        return self._known[path]

    def _levels(self, path: str) -> tuple[tuple[Section, ...], ...]:
        weighed: dict[tuple[int, int], list[Section]] = {}
        rest: list[Section] = []
        for section in self.sections:
            if not section.maintainers:
                continue
            if section.title == THE_REST:
                rest.append(section)
                continue
            weight = section.weight(path)
            if weight is not None:
                weighed.setdefault(weight, []).append(section)
        ordered = [tuple(weighed[weight]) for weight in sorted(weighed, reverse=True)]
        return (*ordered, tuple(rest)) if rest else tuple(ordered)

    def by_content(self, lines: Iterable[str]) -> tuple[Section, ...]:
        """The sections one of whose `K:` patterns occurs in a changed line."""
        waiting = [section for section in self.sections if section.content]
        found: list[Section] = []
        for line in lines:
            if not waiting:
                break
            short = line[:500]  # a pattern of unknown shape gets no long line to chew on
            for section in list(waiting):
                if any(pattern.search(short) for pattern in section.content):
                    found.append(section)
                    waiting.remove(section)
        return tuple(section for section in self.sections if section in found)


def _section(title: str, entries: list[tuple[str, str]]) -> Section:
    def people(letter: str) -> tuple[Person, ...]:
        found = (_PERSON.match(value) for key, value in entries if key == letter)
        return tuple(Person(match["name"].strip(), match["address"]) for match in found if match)

    def patterns(letter: str) -> tuple[Pattern, ...]:
        return tuple(Pattern(text) for key, value in entries if key == letter for text in _expanded(value))

    status = next((value for key, value in entries if key == "S"), "")
    keywords = tuple(value for key, value in entries if key == "K")
    return Section(title, people("M"), people("R"), patterns("F"), patterns("X"), keywords, status)


def _expanded(text: str) -> list[str]:
    """A pattern with its braces written out: `{kexec,kimage}.c` is two files."""
    out = [text]
    while (match := _BRACES.search(out[0])) and len(out) <= _MAX_ALTERNATIVES:
        out = [
            entry[: found.start()] + choice + entry[found.end() :]
            for entry in out
            if (found := _BRACES.search(entry))
            for choice in match[1].split(",")
        ]
    return out
