"""Tells the way to a finding: where the lock was taken, which branches led on, where the path leaves."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from reviewbot.analysis.finding import TraceStep
from reviewbot.analysis.locks import text as words
from reviewbot.analysis.locks.events import Call, Key
from reviewbot.analysis.locks.model import Way
from reviewbot.analysis.locks.paths import Event, Exit, Walk
from reviewbot.analysis.locks.program import Program
from reviewbot.csource.flow import Edge

_MOST_BRANCHES = 8  # a trace is read by people
_MOST_WAYS = 60  # and does not look back without end
_LONGEST = 60
_JUMPS = ("goto", "break", "continue")


class Story:
    """Traces through one function."""

    def __init__(self, program: Program, walk: Walk) -> None:
        self.program = program
        self.walk = walk
        self.path = program.function.source.path

    def where(self, exit_: Exit) -> str:
        """How a path ends."""
        block = self.program.flow.blocks[exit_.node]
        return "on return" if block.ends == "return" else "at the end of the function"

    def exit_line(self, exit_: Exit) -> int:
        """The line of the return, or of the closing brace."""
        block = self.program.flow.blocks[exit_.node]
        node = block.end_node
        if node is None:
            return self.program.function.end_line
        return (node.end_point.row if block.ends == "end" else node.start_point.row) + 1

    def of_exit(self, exit_: Exit, key: Key, shared: bool) -> tuple[int, list[TraceStep]]:
        """The line to report and the way there. Where other paths leave by the same end in order, the line is that of
        the jump to it."""
        last = self.exit_line(exit_)
        taken, at = self._taken(exit_.state, key)
        steps = self._branches(exit_.state, at, exit_.node)
        line = last
        if shared:
            jumps = [step for step in steps if step.note.split(" ", 1)[0] in _JUMPS]
            line = jumps[-1].line if jumps else last
        end = TraceStep(self.path, last, f"leaves with {title(key, taken)} held")
        return line, [*self._start(taken, key), *_few(steps), end]

    def taken(self, state: int, key: Key) -> int:
        """The line where the lock was last taken on the way to a state."""
        call, _ = self._taken(state, key)
        return self.program.line(call.offset) if call is not None else 0

    def taken_by(self, state: int, key: Key) -> Call | None:
        """The call that last took the lock on the way to a state."""
        return self._taken(state, key)[0]

    def released(self, event: Event) -> int:
        """The line where the lock was released before."""
        call = self.release_before(event)
        return self.program.line(call.offset) if call is not None else 0

    def of_event(self, event: Event) -> list[TraceStep]:
        """The way to a release or acquire that is wrong."""
        taken, at = self._taken(event.state, event.key, event.offset)
        steps = self._branches(event.state, at, self.walk.states[event.state][0])
        dropped = self.release_before(event) if event.what == "twice" else None
        before = [self._step(dropped, f"released by {dropped.name}()")] if dropped is not None else []
        what = {
            "twice": "released again",
            "again": "taken again",
            "foreign": "released",
            "lost": "goes on to the next one",
        }
        end = TraceStep(self.path, self.program.line(event.offset), what[event.what])
        middle = sorted([*_few(steps), *before], key=lambda step: 0)
        return [*self._start(taken, event.key), *middle, end]

    # ---- parts --------------------------------------------------------------------------------------------------

    def _start(self, call: Call | None, key: Key) -> list[TraceStep]:
        if call is None:
            return []
        what = title(key, call)
        note = f"{what} taken" if call.name in what else f"{what} taken by {call.name}()"
        return [self._step(call, note)]

    def _taken(self, state: int, key: Key, before: int = -1) -> tuple[Call | None, int]:
        """The last call on the way to a state that took the lock, and that call's place on the way."""
        best: Call | None = None
        place = 0
        trail = self.walk.trail(state)
        for index, (number, _) in enumerate(trail):
            node = self.program.nodes[self.walk.states[number][0]]
            for item in node.items:
                if number == state and item.offset == before and item.call is not None:
                    break
                if item.call is not None and item.call.op.takes and item.call.key == key:
                    best, place = item.call, index
        return best, place

    def release_before(self, event: Event) -> Call | None:
        """The last call on the way to an event that gave the lock back."""
        last: Call | None = None
        for number, _ in self.walk.trail(event.state):
            for item in self.program.nodes[self.walk.states[number][0]].items:
                if number == event.state and item.offset == event.offset:
                    break
                if item.call is not None and not item.call.op.takes and event.key in item.call.keys:
                    last = item.call
        return last

    def _step(self, call: Call, note: str) -> TraceStep:
        return TraceStep(self.path, self.program.line(call.offset), note)

    def _branches(self, state: int, since: int, target: int) -> list[TraceStep]:
        """The conditions and jumps between two places of a path, in order, those inside melted blocks too."""
        steps: list[TraceStep] = []
        ways = [way for _, way in self.walk.trail(state)[since:] if way is not None]
        for way in ways[-_MOST_WAYS:]:
            steps += self._way(way)
        return steps

    def _way(self, way: Way) -> Iterator[TraceStep]:
        yield from self._edge(way.edge)
        for edge in self._melted(way.edge.target, way.target):
            yield from self._edge(edge)

    def _melted(self, start: int, target: int) -> list[Edge]:
        """The edges through blocks that melted into `target`: a shortest way, which shows a goto on it."""
        blocks = self.program.flow.blocks
        came: dict[int, tuple[int, Edge] | None] = {start: None}
        queue = deque([start])
        while queue and target not in came:
            number = queue.popleft()
            for edge in blocks[number].edges:
                if edge.target not in came:
                    came[edge.target] = (number, edge)
                    queue.append(edge.target)
        edges: list[Edge] = []
        step = came.get(target)
        while step is not None:
            edges.append(step[1])
            step = came[step[0]]
        edges.reverse()
        return [edge for edge in edges if edge.kind in _JUMPS]

    def _edge(self, edge: Edge) -> Iterator[TraceStep]:
        source = self.program.function.source
        if edge.kind in ("true", "false") and edge.condition is not None:
            text = " ".join(source.text(edge.condition).split())
            text = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
            note = f"`{text}` is {edge.kind}"
            if edge.condition.type == "parenthesized_expression":  # a leaf has none: these are a loop macro's arguments
                note = "the loop takes another turn" if edge.kind == "true" else "the loop ends"
            yield TraceStep(self.path, edge.condition.start_point.row + 1, note)
        elif edge.kind == "case" and edge.label is not None:
            yield TraceStep(self.path, edge.label.start_point.row + 1, f"case {words.squeeze(source.text(edge.label))}")
        elif edge.kind == "default" and edge.condition is not None:
            yield TraceStep(self.path, edge.condition.start_point.row + 1, "no case matches, or default")
        elif edge.kind in _JUMPS and edge.node is not None:
            label = edge.node.child_by_field_name("label")
            note = f"goto {source.text(label)}" if label is not None else edge.kind
            yield TraceStep(self.path, edge.node.start_point.row + 1, note)


def title(key: Key, call: Call | None) -> str:
    """How a lock is called in a message: its address as written, the variable that holds what was locked, or the
    call."""
    if call is None:
        return f"`{key.text}`"
    spec = call.op.key
    given = [words.squeeze(argument) for argument in call.arguments]
    if spec[:1] == "=" and call.term is not None:
        return f"`{call.term}`"
    if spec[:1].isdigit() and int(spec[0]) <= len(given) and given[int(spec[0]) - 1].startswith("&"):
        return f"`{given[int(spec[0]) - 1]}`"
    if spec.startswith("*") and len(given) >= int(spec[1]):
        return f"`{given[int(spec[1]) - 1].removeprefix('&')}`"
    short = ", ".join(given) if len(", ".join(given)) <= _LONGEST else "…"
    return f"`{call.name}({short})`"


def _few(steps: list[TraceStep]) -> list[TraceStep]:
    """The last steps: what happened just before the end says most."""
    return steps[-_MOST_BRANCHES:]
