"""What a change does to a guarded dispatch, operation by operation, in a maintainer's words: locks, checks, handlers.

The table of operations before and after the change is compared (see `optable`). Nothing is judged here: a dropped lock
may be the very purpose of the patch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewbot.analysis.context import Context
from reviewbot.analysis.dispatch.guard import Dispatch, Guard, guard_of
from reviewbot.analysis.dispatch.optable import Asked, HandlerView, OpTable, OpView, read_members, unique
from reviewbot.analysis.dispatch.reader import table_reader
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.tree import Tree
from reviewbot.csource import MacroTable, NotAnalysed

# The sub-operations named one by one; a list that is longer says less.
_SUB_SHOWN = 6

# (function, architecture): a patch that moves a case within one function moves nothing that matters here.
Site = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes for one operation.

    `op` is its full name, empty where the effect is not known; `what` says the change, `text` has the operation's short
    name before that. `path` and `line` are a place to look at, in the new tree unless the operation is gone.
    """

    op: str
    text: str
    path: str
    line: int
    what: str

    def to_dict(self) -> dict[str, Any]:
        """The effect as plain JSON data."""
        return {"op": self.op, "text": self.text, "path": self.path, "line": self.line}


def effect(
    before: Tree, after: Tree, changed_paths: Collection[str], rules: Sequence[Rule], macros: MacroTable
) -> tuple[Effect, ...]:
    """What the change from `before` to `after` does to the dispatches of the rules of kind `guarded-dispatch`.

    Empty where no file of a dispatch is in `changed_paths` (then no file is read) or nothing of the table changes.
    """
    found: list[Effect] = []
    old, new = Context(before, macros), Context(after, macros)
    for rule in rules:
        if rule.kind != "guarded-dispatch":
            continue
        guard = guard_of(rule)
        for dispatch in guard.dispatches:
            touched = [path for path in changed_paths if _belongs(dispatch, path)]
            if touched and _differs(dispatch, touched, old, new):
                found.extend(_dispatch(guard, dispatch, rules, old, new))
    return tuple(found)


def _belongs(dispatch: Dispatch, path: str) -> bool:
    return not dispatch.each_case and dispatch.files.match(path)  # of these no operation is followed


def _differs(dispatch: Dispatch, touched: Iterable[str], old: Context, new: Context) -> bool:
    """Whether a function of the dispatch is changed in one of its touched files; the others are not even parsed."""
    names = {dispatch.function, *(h.function for h in dispatch.handlers), *(p.function for p in dispatch.policies)}
    return any(_texts(path, names, old) != _texts(path, names, new) for path in touched)


def _texts(path: str, names: Collection[str], context: Context) -> list[bytes]:
    source = context.source(path)
    functions = source.functions if source is not None else ()
    return [f.source.data[f.node.start_byte : f.node.end_byte] for f in functions if f.name in names]


def _dispatch(guard: Guard, dispatch: Dispatch, rules: Sequence[Rule], old: Context, new: Context) -> Iterator[Effect]:
    was, now = read_members(dispatch, old), read_members(dispatch, new)
    if was is None or now is None:
        return  # a dispatcher that comes or goes: every operation would be news
    tables: list[dict[str, OpView]] = []
    for context, members in ((old, was), (new, now)):
        reader = table_reader(rules, guard, context)
        rows = OpTable(reader, dispatch, members.main, members.policies).rows(members.everyone)
        tables.append({row.op: row for row in rows})
        gaps = [*members.unread, *reader.silent]
        if gaps:
            yield _unknown(gaps[0])
            return
    for op in unique([*tables[1], *tables[0]]):
        one = _Compared(dispatch, tables[0].get(op), tables[1].get(op)).effect()
        if one is not None:
            yield one


def _unknown(gap: NotAnalysed) -> Effect:
    where = f"{gap.function}() in {gap.path}" if gap.function else gap.path
    what = f"the effect on the dispatch is not known: {where} cannot be read ({gap.reason})"
    return Effect("", what, gap.path, gap.line, what)


class _Compared:
    """One operation before (`was`) and after (`now`) the change; None where the table has no such row."""

    def __init__(self, dispatch: Dispatch, was: OpView | None, now: OpView | None) -> None:
        self.dispatch = dispatch
        self.was, self.now = was, now
        self.before, self.after = _sites(was), _sites(now)
        policy = next((policy for policy in dispatch.policies if policy.complete), None)
        self.policy = None if policy is None else "Flask" if "flask" in policy.path else f"{policy.function}()"

    def effect(self) -> Effect | None:
        """The effect, or None where all is as it was."""
        some = self.now or self.was
        if some is None:
            return None
        if not self.after and not self.before:
            said = list(self._policy())  # a policy's case for what nobody handles
        elif not self.before:
            said = [self._new()]
        elif not self.after:
            said = ["removed", *self._policy()]
        else:
            said = [
                *self._moves(),
                *self._said(_arm_changes),
                *self._said(_lock_changes),
                *self._said(_check_changes),
                *self._policy(),
            ]
        if not said:
            return None
        name = some.op.removeprefix(self.dispatch.prefix)
        what = ", ".join(said)
        return Effect(some.op, f"{name}: {what}", *self._place(some), what)

    def _place(self, some: OpView) -> tuple[str, int]:
        moved = [rows[0] for site, rows in self.after.items() if _facts(rows) != _facts(self.before.get(site, []))]
        for row in (*moved, *some.handlers):
            return row.path, row.line
        return (some.flask[0], some.flask[1]) if some.flask is not None else (self.dispatch.path, 1)

    # ---- a new operation ----------------------------------------------------------------------------------------

    def _new(self) -> str:
        rows = [row for site in self.after.values() for row in site]
        said = [f"new, handled by {_names(self.after)}"]
        locks = unique(lock for row in rows for lock in row.locks_held)
        said.append(f"under {' and '.join(_the(lock) for lock in locks)}" if locks else "under no lock")
        checks = unique(check for row in rows for check in row.checks)
        said.append(f"checked by {' and '.join(f'{check}()' for check in checks)}" if checks else "no check found")
        if self.policy is not None:
            action = self._action(self.now)
            said.append(f"{self.policy}: {action}" if action is not None else f"no {self.policy} case")
        return ", ".join(said)

    # ---- who handles it -----------------------------------------------------------------------------------------

    def _moves(self) -> Iterator[str]:
        gone = [site for site in self.before if site not in self.after]
        come = [site for site in self.after if site not in self.before]
        if gone and come:
            yield f"moved from {_names(gone)} to {_names(come)}"
        elif come:
            yield f"also handled by {_names(come)}"
        elif gone:
            yield f"no longer handled by {_names(gone)}"

    def _pairs(self) -> list[tuple[Site | None, list[HandlerView], list[HandlerView]]]:
        """What to compare: each site with itself; where none stayed, all with all."""
        common = [site for site in self.after if site in self.before]
        if common:
            return [(site, self.before[site], self.after[site]) for site in common]
        return [(None, _all(self.before), _all(self.after))]

    def _said(self, changes: Callable[[list[HandlerView], list[HandlerView]], Iterable[str]]) -> Iterator[str]:
        """What changes at the sites, said once: with the sites' names where it does not hold for all of them."""
        pairs = self._pairs()
        at: dict[str, list[Site | None]] = {}
        for site, old, new in pairs:
            for text in changes(old, new):
                at.setdefault(text, []).append(site)
        for text, sites in at.items():
            named = [site for site in sites if site is not None and f"{site[0]}()" not in text]
            yield f"{text} in {_names(named)}" if len(sites) < len(pairs) and named else text

    # ---- the security policy ------------------------------------------------------------------------------------

    def _action(self, row: OpView | None) -> str | None:
        if row is None or row.flask is None:
            return None
        refusal = self.dispatch.refusal
        if refusal and refusal in row.flask[2]:
            return f"refused with {refusal}, as it has a hook of its own"
        return "permitted" if row.flask[2] == "0" else f"`{row.flask[2]}`"

    def _policy(self) -> Iterator[str]:
        old, new = self._action(self.was), self._action(self.now)
        if old == new:
            return
        if new is None:
            yield f"{self.policy} case removed"
        elif old is None:
            yield f"{self.policy} case added: {new}"
        else:
            yield f"{self.policy}: {new} (was: {old})"


def _sites(row: OpView | None) -> dict[Site, list[HandlerView]]:
    """The places that carry an operation out, by function; those that only hand it on where there are no others."""
    rows = row.handlers if row is not None else ()
    deeds = [handler for handler in rows if not handler.hands_on] or rows
    found: dict[Site, list[HandlerView]] = {}
    for handler in deeds:
        found.setdefault((handler.function, handler.arch), []).append(handler)
    return found


def _all(sites: Mapping[Site, list[HandlerView]]) -> list[HandlerView]:
    return [row for rows in sites.values() for row in rows]


def _facts(rows: Iterable[HandlerView]) -> set[tuple[tuple[str, ...], tuple[Asked, ...]]]:
    return {(row.locks_held, row.asked) for row in rows}


def _arm_changes(old: list[HandlerView], new: list[HandlerView]) -> Iterator[str]:
    before, after = ({row.arm for row in rows} for rows in (old, new))
    if before != after:
        yield from (f"now under `{arm}`" for arm in sorted(arm for arm in after - before if arm))
        yield from (f"no longer under `{arm}`" for arm in sorted(arm for arm in before - after if arm))


def _lock_changes(old: list[HandlerView], new: list[HandlerView]) -> Iterator[str]:
    for lock in unique(lock for row in (*old, *new) for lock in row.locks_held):
        before, after = ([lock in row.locks_held for row in rows] for rows in (old, new))
        if any(before) and not any(after):
            yield f"{lock} dropped"
        elif not any(before):
            only = [row for row in new if lock in row.locks_held]
            yield f"now under {_the(lock)}{'' if all(after) else _for(only)}"
        elif all(before) and not all(after):
            only = [row for row in new if lock not in row.locks_held]
            yield f"sub-ops handled before {_the(lock)}{_list(only)}"
        elif all(after) and not all(before):
            yield f"now always under {_the(lock)}"


def _check_changes(old: list[HandlerView], new: list[HandlerView]) -> Iterator[str]:
    was, now = _askers(old), _askers(new)
    gone, come = [hook for hook in was if hook not in now], [hook for hook in now if hook not in was]
    for hook in was:
        if hook in now and not was[hook] & now[hook]:
            what = "check" if len(was) == len(now) == 1 else f"check {hook}()"
            yield f"{what} moved to {_names(sorted(now[hook], key=str))}"
    by = _names(unique(site for hook in gone for site in sorted(was[hook], key=str)))
    if gone and come:
        yield f"check {_calls(come)} instead of {_calls(gone)}"
    elif come:
        yield f"check {_calls(come)} added"
    elif gone:
        yield f"check {_calls(gone)} no longer asked by {by}{'' if now else ', no check left'}"
    for hook in now:
        only = [row for row in new if hook not in row.checks]
        if hook in was and only and all(hook in row.checks for row in old):
            yield f"check {hook}() no longer asked{_for(only)}"


def _askers(rows: Iterable[HandlerView]) -> dict[str, set[Site]]:
    """Each hook with the functions that ask it."""
    found: dict[str, set[Site]] = {}
    for row in rows:
        for one in row.asked:
            found.setdefault(one.hook, set()).add((one.function, one.arch))
    return found


def _names(sites: Iterable[Site]) -> str:
    return " and ".join(f"{function}()" + (f" ({arch})" if arch else "") for function, arch in sites)


def _calls(hooks: Iterable[str]) -> str:
    return " and ".join(f"{hook}()" for hook in hooks)


def _the(lock: str) -> str:
    return f"the {lock}"


def _list(rows: Iterable[HandlerView]) -> str:
    subs = unique(sub for row in rows for sub in row.sub)
    more = ", …" if len(subs) > _SUB_SHOWN else ""
    return f" ({', '.join(subs[:_SUB_SHOWN])}{more})" if subs else ""


def _for(rows: Sequence[HandlerView]) -> str:
    listed = _list(rows)
    return f" for sub-ops{listed}" if listed else " on one of the ways"
