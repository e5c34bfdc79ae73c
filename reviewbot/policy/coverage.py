"""Rules 1 and 2 of the check-in policy in MAINTAINERS: which file of a change has whose approval, and who stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from reviewbot.policy.model import THE_REST, Missing
from reviewbot.policy.scope import covers
from reviewbot.review import person_key, same_person

if TYPE_CHECKING:
    from reviewbot.policy.maintainers import Maintainers, Person, Section

ACK, REVIEW = "Acked-by", "Reviewed-by"


class Approval(NamedTuple):
    """Somebody's yes: `kind` is Acked-by, Reviewed-by, Signed-off-by or author, `scope` its part (None: all)."""

    kind: str
    name: str
    address: str
    scope: str | None = None


class FileState(NamedTuple):
    """A file's approval: "own" (its maintainers'), "stand-in" (a more general maintainer's) or "none"."""

    path: str
    state: str
    by: str | None
    wanted: tuple[str, ...]
    rest: bool = False


class Coverage:
    """Applies one MAINTAINERS file."""

    def __init__(self, maintainers: Maintainers, aliases: Mapping[str, str] | None = None) -> None:
        """`aliases` maps addresses and folded names to one folded name a person."""
        self.maintainers = maintainers
        self._aliases = aliases or {}

    def is_one_of(self, name: str, address: str, people: Iterable[Person]) -> bool:
        """Whether somebody is among listed people, by name or address."""
        return any(same_person(name, address, person.name, person.address, self._aliases) for person in people)

    def file_state(self, path: str, approvals: Sequence[Approval], *, alone: bool = False) -> FileState:
        """Rule 1 for one file: an approval by its most specific maintainers, or by more general ones in their place."""
        levels = self.maintainers.levels(path)
        wanted = (
            tuple(dict.fromkeys(person.name for section in levels[0] for person in section.maintainers))
            if levels
            else ()
        )
        for depth, sections in enumerate(levels):
            for approval in approvals:
                if self._approves(approval, path, sections, alone=alone):
                    rest = any(section.title == THE_REST for section in sections)
                    return FileState(path, "stand-in" if depth else "own", approval.name, wanted, rest)
        return FileState(path, "none", None, wanted)

    def _approves(self, approval: Approval, path: str, sections: Sequence[Section], *, alone: bool) -> bool:
        people = [person for section in sections for person in section.maintainers]
        if not self.is_one_of(approval.name, approval.address, people):
            return False
        return approval.scope is None or covers(approval.scope, path, maintained=True, alone=alone)

    def missing(self, paths: Sequence[str], approvals: Sequence[Approval]) -> tuple[Missing, ...]:
        """The approvals that rule 1 lacks, files with the same maintainers together, in the order of the files."""
        grouped: dict[tuple[tuple[str, ...], str | None], list[str]] = {}
        for path in paths:
            state = self.file_state(path, approvals, alone=len(paths) == 1)
            if state.state != "own" and state.wanted:
                grouped.setdefault((state.wanted, state.by), []).append(path)
        return tuple(Missing(who, tuple(files), by) for (who, by), files in grouped.items())

    def approved_by_another(self, paths: Sequence[str], approvals: Sequence[Approval], author: tuple[str, str]) -> bool:
        """Rule 2: an Acked-by of a maintainer of the code, or a Reviewed-by of anybody, who is not the author."""
        key = person_key(*author, self._aliases)
        for approval in approvals:
            if person_key(approval.name, approval.address, self._aliases) == key:
                continue
            if approval.kind == REVIEW or (approval.kind == ACK and self.maintains_any(approval, paths)):
                return True
        return False

    def maintains_any(self, approval: Approval, paths: Sequence[str]) -> bool:
        """Whether somebody maintains one of the files, at any level of nesting."""
        return any(
            self.is_one_of(approval.name, approval.address, section.maintainers)
            for path in paths
            for sections in self.maintainers.levels(path)
            for section in sections
        )
