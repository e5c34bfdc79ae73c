"""From what the paths showed to what is said: which ends of a function are wrong, and which are so by design."""

from __future__ import annotations

from collections.abc import Iterator

from reviewbot.analysis.finding import Finding, TraceStep, make_finding
from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.design import Design, Studied
from reviewbot.analysis.locks.events import Call, Key
from reviewbot.analysis.locks.paths import FOREIGN, FREE, Event, Exit
from reviewbot.analysis.locks.table import LockTable
from reviewbot.analysis.locks.trace import Story, title
from reviewbot.analysis.rules import Rule
from reviewbot.csource.flow import Edge, written_arms


def judge(study: Studied, rule: Rule, table: LockTable, design: Design) -> Iterator[Finding]:
    """The findings in one function."""
    judgement = Judgement(study, rule, table, design)
    yield from judgement.left_held()
    yield from judgement.events()


class Judgement:
    """Says what is wrong in one function."""

    def __init__(self, study: Studied, rule: Rule, table: LockTable, design: Design) -> None:
        self.study = study
        self.rule = rule
        self.table = table
        self.design = design
        self.takes = study.takes
        self.story = Story(study.program, study.walk)
        self.by_design = study.function.name in table.by_design

    def left_held(self) -> Iterator[Finding]:
        """Ends of the function that keep a lock which other ends give back, or which nobody is known to want."""
        walk = self.study.walk
        self.told = set[Key]()
        for key, exits in self.study.held().items():
            calls = self.takes.get(key)
            if not calls:
                continue
            seen: set[int] = set()
            free = {exit_.node for exit_ in walk.exits if exit_.held.get(key, 0) <= 0}
            for exit_ in self._first(key, self.design.wrong(self.study, key, exits)):
                line, steps = self.story.of_exit(exit_, key, exit_.node in free)
                if line in seen:
                    continue
                seen.add(line)
                self.told.add(key)
                call = self.story.taken_by(exit_.state, key) or calls[0]
                sure = key in walk.dropped
                never = "" if sure else " and never released in this function"
                text = f"{title(key, call)}, {self._taken_in(call)}, is still held {self.story.where(exit_)}{never}"
                yield self._finding(line, text, call, steps, key, sure)

    def _first(self, key: Key, exits: list[Exit]) -> list[Exit]:
        """Of the ends that keep a lock those before which it was not taken once more: what follows a leak shows it
        again and again."""
        walk = self.study.walk
        once = [e for e in exits if not any((key, 2) in walk.states[number][1] for number, _ in walk.trail(e.state))]
        return once or exits[:1]

    def _taken_in(self, call: Call) -> str:
        line = self.study.program.line(call.offset)
        if call.op.key[:1] not in ("=", "*"):
            return f"taken in line {line}"
        return f"{'taken' if call.op.family.paired else 'locked'} in line {line} by {call.name}()"

    def events(self) -> Iterator[Finding]:
        """Releases and acquires that cannot be right where they are."""
        if self.by_design:
            return
        for event in self.study.walk.events:
            if event.what == "lost":
                finding = self._lost(event) if event.key not in self.told else None
            else:
                finding = self._wrong_call(event)
            if finding is not None:
                yield finding

    def _wrong_call(self, event: Event) -> Finding | None:
        call = event.call
        if call is None or call.op.family.paired:
            return None
        what = title(event.key, call)
        plain = not what.endswith(")`")
        sure = True
        if event.what == "twice":
            before = self.story.released(event)
            since = f", not held any more since line {before}" if before else ", not held any more on this path"
            text = f"{what} is released again{since}" if plain else f"{what} releases again what is{since.lstrip(',')}"
        elif event.what == "again":
            held = self.story.taken_by(event.state, event.key)
            where = (
                f", since line {self.study.program.line(held.offset)}" if held is not None and held is not call else ""
            )
            text = f"{what} is taken while it is held already{where}"
        elif event.key in self.study.walk.own and self._foreign_is_wrong(event):
            sure = event.key in self.study.walk.fresh
            text = f"{what} is released without having been taken on this path"
            text = text if plain else f"{what} releases what has not been taken on this path"
        elif event.key in self.study.strays() and self._is_stray(event, call):
            sure = False
            text = f"{what} is released, and nothing in this file shows where it was taken"
            text = text if plain else f"{what} releases what nothing in this file shows to be taken"
        elif (again := self._done_again(event)) is not None:
            sure = False
            text = f"{what} is released, and {again} releases it again"
            text = text if plain else f"{what} releases what {again} releases again"
        else:
            return None
        line = self.study.program.line(event.offset)
        return self._finding(line, text, call, self.story.of_event(event), event.key, sure)

    def _done_again(self, event: Event) -> str | None:
        """The caller, and its line, that gives back once more what this function has dropped of its locks."""
        name = self.study.function.name
        if event.key not in self.study.strays() or self.design.is_meant_to_end(name):
            return None
        for other in self.design.studied.values():
            for twice in other.walk.events:
                if twice.what == "twice" and twice.key.resource == event.key.resource:
                    before = Story(other.program, other.walk).release_before(twice)
                    if before is not None and before.name == name:
                        return f"{other.function.name}() in line {other.program.line(twice.offset)}"
        return None

    def _is_stray(self, event: Event, call: Call) -> bool:
        """Whether a release without any acquire is this function's own doing, and nobody is seen to ask for it."""
        helpers = self.study.program.table.helpers
        return call.name not in helpers and self.design.stray(self.study, event.key)

    def _foreign_is_wrong(self, event: Event) -> bool:
        """Whether a release of something that was not taken on this path is no matter of loops or of configuration."""
        if self._by_turns(event, self.study.program.flow.loops) or self._configured_out(event):
            return False
        return not self._callers_lock(event)

    def _callers_lock(self, event: Event) -> bool:
        """Whether the caller says that it holds the lock (`if ( !have_lock ) lock(l);`) and gets it back released at
        every end."""
        study, key = self.study, event.key
        if any(exit_.held.get(key) not in (FREE, FOREIGN) for exit_ in study.walk.exits):
            return False
        takes = {call.entry.block for call in self.takes[key]}
        for _, way in study.walk.trail(event.state):
            if way is not None and way.edge.kind in ("true", "false") and self._is_said(way.edge):
                others = study.program.nodes[way.block].ways
                if any(other.target in takes for other in others if other.edge.kind != way.edge.kind):
                    return True
        return False

    def _is_said(self, edge: Edge) -> bool:
        """Whether a branch was taken because the lock is held: a flag that the caller gave says so, or a call."""
        program = self.study.program
        text = words.squeeze(self.study.function.source.text(edge.condition)) if edge.condition is not None else ""
        name = text.strip("!()")
        if (edge.kind == "true") == text.startswith("!"):
            return False
        if name not in program.keys.parameters:
            return self.table.excluded.search(name) is not None
        return not any(
            program.text.startswith(("->", "["), at + len(name)) for at in words.occurrences(program.text, name)
        )

    def _configured_out(self, event: Event) -> bool:
        """Whether this path is one of a configuration in which nothing takes the lock: the release is likely a macro
        that does nothing there."""
        ways = (way for _, way in self.study.walk.trail(event.state) if way is not None)
        chosen = dict(way.edge.arm for way in ways if way.edge.arm is not None)
        if not chosen:
            return False
        arms = written_arms(self.study.function, hidden=False)
        return all(
            any(start <= call.offset < end and chosen.get(what, holds) != holds for start, end, what, holds in arms)
            for call in self.takes[event.key]
        )

    def _by_turns(self, event: Event, loops: tuple[tuple[int, int], ...]) -> bool:
        """Locks of many objects, taken in one loop and given back in another: how many turns each makes is not
        known."""
        if not event.key.fragile:
            return False
        base = self.study.program.base
        here = [loop for loop in loops if loop[0] <= event.offset + base < loop[1]]
        return any(not any(loop[0] <= call.offset + base < loop[1] for call in self.takes[event.key]) for loop in here)

    def _lost(self, event: Event) -> Finding | None:
        """A lock that most turns of a loop give back and one keeps, when the loop goes on to the next object."""
        program = self.study.program
        loops = program.flow.loops
        at = event.offset + program.base
        takes = self.takes.get(event.key, [])
        drops = [call for call in program.calls if not call.op.takes and event.key in call.keys]
        where = {call.offset: _innermost(call.offset + program.base, loops) for call in (*takes, *drops)}
        for loop in loops:
            inside = [call for call in (*takes, *drops) if where[call.offset] == loop]
            if loop[0] <= at < loop[1] and {call.op.takes for call in inside} == {True, False}:
                call = self.story.taken_by(event.state, event.key) or takes[0]
                text = f"{title(event.key, call)}, {self._taken_in(call)}, is still held when the loop goes on"
                line = program.line(event.offset)
                return self._finding(line, text, call, self.story.of_event(event), event.key, False)
        return None

    def _finding(self, line: int, message: str, call: Call, trace: list[TraceStep], key: Key, sure: bool) -> Finding:
        source = self.study.function.source
        severity = call.op.family.severity
        return make_finding(
            self.rule.id,
            "warning" if severity == "error" and not sure else severity,
            source.path,
            source.data,
            line,
            message,
            function=self.study.function.name,
            trace=trace,
            detail=f"{key.resource} {key.text}",
        )


def _innermost(at: int, loops: tuple[tuple[int, int], ...]) -> tuple[int, int] | None:
    """The smallest loop around a byte of the file."""
    around = [loop for loop in loops if loop[0] <= at < loop[1]]
    return min(around, key=lambda loop: loop[1] - loop[0], default=None)
