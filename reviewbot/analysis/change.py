"""A changed file, looked at by the rules that see one file at a time: only as much of it as the change concerns.

First the touched functions of the new version alone. Their callers are looked at where a touched function has become
another one to them, the old version where there is something to compare. What depends on more than can be told from an
excerpt is left to a look at the whole file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import ModuleType
from typing import Protocol

from reviewbot.analysis.context import Context
from reviewbot.analysis.fault import guarded
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.lean import Excerpt, differing, text_of
from reviewbot.analysis.lines import LineMap
from reviewbot.analysis.outline import Body, Outline
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.unnoticed import is_unnoticed, may_tell
from reviewbot.csource import NotAnalysed
from reviewbot.csource.source import noreturn_in

_FIRST_COLUMN = re.compile(rb"\n[{}]")  # where functions begin and end

_ROUNDS = 4  # how often more of a file is taken in before the whole of it is
_MOST_ALIKE = 50  # functions of one name in a file, each of which may be the one that is called; Xen has up to 2


class Study(Protocol):
    """What a kind's `study(rule, source, context, known)` gives, where its findings depend on more than one function.

    `known` are the effects of functions that the file has and the source has not. Such a kind has `is_nothing(rule,
    name)` too: whether a call of that name, and no more, leaves a function what it is to its callers.
    """

    def results(self) -> Iterable[Finding | NotAnalysed]:
        """What is found in the functions that are asked for."""
        ...

    def effects(self) -> Mapping[str, object]:
        """What each function is to those that call it; nothing for one that need not be known."""
        ...

    def questioned(self) -> Iterable[str]:
        """Functions that are judged by what those that name them, or their sisters, show that they are for."""
        ...

    def undecided(self) -> Iterable[str]:
        """Those of them of which nothing has been shown."""
        ...


@dataclass(slots=True)
class Outcome:
    """What was found in the functions that a change may affect, and what was there before it."""

    functions: int
    names: frozenset[str] = frozenset()
    after: list[Finding | NotAnalysed] = field(default_factory=list)
    before: list[Finding | NotAnalysed] = field(default_factory=list)


class _NeedsWhole(Exception):
    """An excerpt cannot tell."""


@dataclass(slots=True)
class FileChange:
    """One file before and after; `lines` leads from the new to the old version, `rules` come with their modules."""

    path: str
    old: bytes
    new: bytes
    lines: LineMap
    rules: Sequence[tuple[Rule, ModuleType]]
    before: Context
    after: Context
    _before: Excerpt | None = None
    _unnoticed: bool = False  # what was changed is nothing to those that call the functions

    def run(self) -> Outcome | None:
        """Look at what is concerned; None where the whole file must be looked at."""
        try:
            return self._run()
        except _NeedsWhole:
            return None

    def _run(self) -> Outcome:
        after = self._excerpt(self.new, self.after)
        if any(len(bodies) > _MOST_ALIKE for bodies in after.outline.by_name.values()):
            raise _NeedsWhole
        names = self._outside(after.outline, self.lines)
        touched = dict.fromkeys(after.outline.touched(self.lines))
        if self._takes_out(after.outline):
            inverse, old = self.lines.inverse(), self._old().outline
            names |= self._outside(old, inverse)
            names |= {body.name for body in old.touched(inverse)} - after.outline.by_name.keys()
        if names:
            touched.update(after.outline.naming(names))
        outcome = Outcome(len(after.outline.bodies))
        self.after.limit(self.path, frozenset())
        if touched or names:
            studies = self._widen(after, touched, names)
            outcome.names = _names_of(touched) | frozenset(map(text_of, names))
            self._results(outcome, after, studies)
            found = [result for result in outcome.after if isinstance(result, Finding)]
            rest = self._stood_before(outcome, found, studies)
            if rest:
                self._old().settled = after.unmoved(touched)
                self._look_back(outcome, rest, studies)
        return outcome

    def _widen(self, after: Excerpt, touched: dict[Body, None], names: frozenset[bytes]) -> dict[Rule, Study]:
        """Take in what the touched functions give another meaning to, and count it among them."""
        fresh = list(touched)
        self._unnoticed = bool(fresh) and not names and self._is_unnoticed(after.outline, fresh)
        removed = self.old[slice(*self.lines.old_span)]
        called = frozenset(map(text_of, names))
        for _ in range(_ROUNDS):
            after.need(fresh)
            leaning = after.judged_by(fresh, removed)
            after.need(leaning)
            studies = self._studies(after, _names_of(touched) | called)
            questioned = {name for study in studies.values() for name in study.questioned()}
            fresh += [body for body in leaning if text_of(body.name) in questioned and body not in touched]
            touched.update(dict.fromkeys(fresh))
            if not self._unnoticed:
                called |= _names_of(body for body in fresh if after.outline.is_called(body))
            changed: frozenset[str] = frozenset()
            if called and studies:
                self._old().settled = after.unmoved(touched)
                changed = self._changed_effects(studies, called)
            fresh = [body for body in after.callers(changed) if body not in touched] if changed else []
            if not fresh:
                self.after.limit(self.path, _names_of(touched) | frozenset(map(text_of, names)))
                return studies
            touched.update(dict.fromkeys(fresh))
            removed, called = b"", frozenset()
        raise _NeedsWhole

    def _is_unnoticed(self, outline: Outline, touched: Collection[Body]) -> bool:
        """Whether it is plain that the functions in which something was changed are to their callers what they were."""
        first, last = self.lines.old_span
        grown = len(self.new) - len(self.old)
        start, end = min(body.start for body in touched), max(body.end for body in touched)
        if start > first or end < last + grown or may_tell(self.old[first:last], self.new[first : last + grown]):
            return False
        told = {*outline.by_name, *outline.macros(), *self.after.macros.words}
        told.update(name.encode("utf-8", "surrogateescape") for name in noreturn_in(self.new, self.after.macros))
        asked = [partial(module.is_nothing, rule) for rule, module in self.rules if hasattr(module, "study")]
        return is_unnoticed(
            self.old[start : end - grown],
            self.new[start:end],
            lambda name: name not in told and all(is_nothing(name) for is_nothing in asked),
        )

    def _old(self) -> Excerpt:
        """The old version, of which nothing is read before it is asked for."""
        if self._before is None:
            self._before = self._excerpt(self.old, self.before)
        return self._before

    def _excerpt(self, data: bytes, context: Context) -> Excerpt:
        speaks = tuple(partial(module.speaks, rule) for rule, module in self.rules if hasattr(module, "speaks"))
        return Excerpt(self.path, Outline.of(data, context.macros), context, speaks)

    def _outside(self, outline: Outline, lines: LineMap) -> frozenset[bytes]:
        names = outline.names_touched_outside(lines)
        if names is None:
            raise _NeedsWhole
        return names

    def _takes_out(self, outline: Outline) -> bool:
        """Whether lines were taken out that did not stand in a function which is still there."""
        first, last = self.lines.old_span
        if _FIRST_COLUMN.search(self.old, max(first - 1, 0), last):
            return True
        return any(gone and not outline.has_inside(new, size) for new, size, _, gone in self.lines.hunks())

    def _studies(
        self, excerpt: Excerpt, scope: frozenset[str], other: Mapping[Rule, Study] | None = None
    ) -> dict[Rule, Study]:
        """What each kind that looks beyond single functions makes of an excerpt, which grows until that is certain.

        What settled functions are to their callers is taken from the studies of the other version.
        """
        settled = frozenset(map(text_of, excerpt.settled))
        known = {rule: _only(study.effects(), settled) for rule, study in (other or {}).items()}
        studies: dict[Rule, Study] = {}
        for _ in range(_ROUNDS):
            source = excerpt.source()
            if source is None:
                raise _NeedsWhole
            excerpt.context.limit(self.path, scope)
            studies = {
                rule: module.study(rule, source, excerpt.context, known.get(rule, {}))
                for rule, module in self.rules
                if hasattr(module, "study")
            }
            missing = excerpt.others_about({name for study in studies.values() for name in study.undecided()})
            if not missing:
                return studies
            excerpt.need(missing)
        raise _NeedsWhole

    def _changed_effects(self, studies: Mapping[Rule, Study], names: frozenset[str]) -> frozenset[str]:
        """Of some functions those that have become something else to their callers."""
        now = {rule: _only(study.effects(), names) for rule, study in studies.items()}
        before = self._old()
        bodies = before.named(names)
        if not any(now.values()) and not before.speaking(bodies):
            return frozenset()
        before.need(bodies)
        was = self._studies(before, names, studies)
        return frozenset().union(*(differing(_only(was[rule].effects(), names), now[rule]) for rule in now))

    def _results(self, outcome: Outcome, after: Excerpt, studies: Mapping[Rule, Study]) -> None:
        source = after.source()
        if source is None:
            raise _NeedsWhole
        outcome.after.extend(source.not_analysed)
        for rule, module in self.rules:
            if rule in studies:
                outcome.after.extend(studies[rule].results())
                continue
            results = list(guarded(module.run(rule, source, self.after), rule.id, self.path))
            if _looks_around(module) and any(isinstance(result, Finding) for result in results):
                results = self._whole(rule, module, self.after)
            outcome.after.extend(results)

    def _stood_before(self, outcome: Outcome, found: Iterable[Finding], studies: Mapping[Rule, Study]) -> list[Finding]:
        """Count the findings of what was studied as there before, where the change is nothing to them; the others."""
        studied = {rule.id for rule in studies} if self._unnoticed else set()
        rest = []
        for finding in found:
            line = self.lines.old_line(finding.line) if finding.rule in studied else None
            if line is not None:
                outcome.before.append(replace(finding, line=line))
            else:
                rest.append(finding)
        return rest

    def _look_back(self, outcome: Outcome, found: Iterable[Finding], after: Mapping[Rule, Study]) -> None:
        """Find what was there before, by the rules and in the functions that have a finding now."""
        rules = {finding.rule for finding in found}
        names = {finding.function for finding in found if finding.function is not None}
        before = self._old()
        bodies = [*before.named(names), *before.outline.touched(self.lines.inverse())]
        before.need(bodies)
        studies = self._studies(before, frozenset(names) | _names_of(bodies), after)
        source = before.source()
        if source is None:
            raise _NeedsWhole
        for rule, module in self.rules:
            if rule.id not in rules:
                continue
            if rule in studies:
                outcome.before.extend(studies[rule].results())
            elif _looks_around(module):
                outcome.before.extend(self._whole(rule, module, self.before))
            else:
                outcome.before.extend(module.run(rule, source, self.before))

    def _whole(self, rule: Rule, module: ModuleType, context: Context) -> list[Finding | NotAnalysed]:
        source = context.source(self.path)
        return list(module.run(rule, source, context)) if source is not None else []


def _looks_around(module: ModuleType) -> bool:
    """Whether a kind judges a function by what others of the file show, and says too much about an excerpt."""
    return bool(getattr(module, "LOOKS_AROUND", False))


def _names_of(bodies: Iterable[Body]) -> frozenset[str]:
    return frozenset(text_of(body.name) for body in bodies)


def _only(effects: Mapping[str, object], names: frozenset[str]) -> dict[str, object]:
    return {name: effect for name, effect in effects.items() if name in names}
