"""One version of a changed file, read only as far as the change is concerned: far less to mask, to parse and to study.

An excerpt has everything outside of functions, the functions asked for, and what these call in turn where a rule has
something to learn from it. Every line keeps its number and every column its place; offsets do not.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from reviewbot.analysis.context import Context
from reviewbot.analysis.outline import Body, Outline
from reviewbot.csource import SourceFile, parse
from reviewbot.csource.words import words_of

# No rule follows calls deeper than this.
LEVELS = 3

Speaks = Callable[[frozenset[bytes]], bool]  # whether a function with these words is something to learn from


@dataclass(slots=True)
class Excerpt:
    """A file of which more is read when it is asked for. `speaks` has a question for each rule that looks into what
    functions call."""

    path: str
    outline: Outline
    context: Context
    speaks: tuple[Speaks, ...]
    kept: dict[Body, None] = field(default_factory=dict)
    settled: frozenset[bytes] = frozenset()  # functions of which it is known what they are to their callers
    _said: dict[Body, bool] = field(default_factory=dict)
    _source: SourceFile | None = None

    def need(self, bodies: Iterable[Body]) -> None:
        """Take in functions and what they call."""
        fresh = [body for body in bodies if body not in self.kept]
        if fresh:
            self.kept.update(dict.fromkeys(fresh))
            self.kept.update(dict.fromkeys(self._called(fresh)))
            self._source = None

    def unmoved(self, touched: Iterable[Body]) -> frozenset[bytes]:
        """The names of the functions taken in that are not touched and call, in the end, none that is."""
        moving = {body.name for body in touched}
        grown = True
        while grown:
            more = {b.name for b in self.kept if b.name not in moving and not moving.isdisjoint(self.outline.words(b))}
            moving |= more
            grown = bool(more)
        return frozenset(b.name for b in self.kept if b.name not in moving and len(self.outline.by_name[b.name]) == 1)

    def source(self) -> SourceFile | None:
        """The excerpt, parsed; None where the parser does not see each function where the text showed it."""
        if self._source is None:
            outline = self.outline
            source = parse(outline.less(self.kept), self.path, self.context.macros)
            seen = {(f.name, f.body.start_point.row + 1) for f in source.functions}
            if not all((text_of(body.name), body.open_line) in seen for body in self.kept):
                return None
            self.context.excerpts(source, outline.data, frozenset(map(text_of, outline.by_name)))
            self._source = source
        return self._source

    def speaking(self, bodies: Iterable[Body]) -> bool:
        """Whether a rule has something to learn from one of these functions, or from what they call."""
        return any(self._speaks(body) for body in bodies) or bool(self._called(bodies))

    def others_about(self, names: Iterable[str]) -> list[Body]:
        """The functions not taken in yet that may say what these are for: those that name them, and their sisters."""
        wanted = {name.encode("utf-8", "surrogateescape") for name in names}
        found = [*self.outline.naming(wanted), *self.sisters(wanted)]
        return [body for body in dict.fromkeys(found) if body not in self.kept and self.speaking([body])]

    def sisters(self, names: Collection[bytes]) -> list[Body]:
        """The functions whose names differ from one of these in one word."""
        return [body for body in self.outline.bodies if any(are_sisters(name, body.name) for name in names)]

    def judged_by(self, touched: Iterable[Body], removed: bytes) -> list[Body]:
        """The functions that may be judged otherwise since others were touched, though they do not call them: their
        sisters, and what they call or, by the removed text, called."""
        touched = dict.fromkeys(touched)
        names = words_of(removed).union(*(self.outline.words(body) for body in touched)) & self.outline.by_name.keys()
        found = self.sisters({body.name for body in touched})
        found += [body for name in names for body in self.outline.by_name[name]]
        return [b for b in dict.fromkeys(found) if b not in touched and (b in self.kept or self.speaking([b]))]

    def named(self, names: Iterable[str]) -> list[Body]:
        """The functions of these names."""
        wanted = (name.encode("utf-8", "surrogateescape") for name in names)
        return [body for name in wanted for body in self.outline.by_name.get(name, ())]

    def callers(self, names: Iterable[str]) -> dict[Body, None]:
        """The functions that name one of these, and in turn those that name them."""
        wanted = {name.encode("utf-8", "surrogateescape") for name in names}
        found: dict[Body, None] = {}
        while wanted:
            fresh = [body for body in self.outline.naming(wanted) if body not in found]
            found.update(dict.fromkeys(fresh))
            wanted = {body.name for body in fresh}
        return found

    def _called(self, bodies: Iterable[Body]) -> list[Body]:
        """What functions call, and what that calls, as far as something in it speaks or leads to what does."""
        by_name = self.outline.by_name
        level = list(bodies)
        calls: dict[Body, list[Body]] = {}
        seen = dict.fromkeys(level)
        for _ in range(LEVELS):
            following: dict[Body, None] = {}
            for body in level:
                names = self.outline.words(body) & by_name.keys()
                names -= self.settled
                calls[body] = [other for name in names for other in by_name[name] if other is not body]
                following.update((other, None) for other in calls[body] if other not in seen)
            seen.update(following)
            level = list(following)
        useful = {body for body in seen if self._speaks(body)}
        grown = True
        while grown:
            more = {body for body, called in calls.items() if body not in useful and not useful.isdisjoint(called)}
            useful |= more
            grown = bool(more)
        return [body for body in self.outline.bodies if body in useful and body in seen]

    def _speaks(self, body: Body) -> bool:
        if body not in self._said:
            words = self.outline.words(body)
            self._said[body] = any(speaks(words) for speaks in self.speaks)
        return self._said[body]


def are_sisters(one: bytes, two: bytes) -> bool:
    """Names that differ in one word only, as `prepare_set` and `post_set` do."""
    left, right = one.split(b"_"), two.split(b"_")
    return len(left) == len(right) > 1 and sum(a != b for a, b in zip(left, right, strict=True)) == 1


def text_of(name: bytes) -> str:
    """A name as the parser's functions have it."""
    return name.decode("utf-8", "surrogateescape")


def differing(before: Mapping[str, object], after: Mapping[str, object]) -> frozenset[str]:
    """The names that do not mean the same in both."""
    return frozenset(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
