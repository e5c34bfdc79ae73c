"""What a branch lacks: who asks for it, and in which order."""

from __future__ import annotations

from reviewbot.backport import Options, backport
from reviewbot.git import Plumbing
from tests.backport.history import NEW, OLD, History


def reasons(history: History) -> list[tuple[str, tuple[str, ...]]]:
    with Plumbing.here(history.path) as git:
        (done,) = backport(git, None, [OLD], options=Options(dry_run=True))
    return [(pick.subject, pick.notes) for pick in done.picks]


def test_every_reason_in_the_order_of_history(history: History) -> None:
    base = history.git("rev-parse", "master")
    fixes = history.change("master", {"a": "a\n"}, f'one\n\nFixes: {base[:12]} ("base")')
    later = history.change("master", {"b": "b\n"}, "two")
    history.change("master", {"c": "c\n"}, f'three\n\nFixes: {later[:12]} ("two")')
    history.change("master", {"d": "d\n"}, "four\n\nBackport: 1.0+ # all of them")
    history.change("master", {"e": "e\n"}, "five\n\nBackport: 1.1")
    history.change("master", {"f": "f\n"}, "six\n\nThis is part of XSA-0.")
    newer = history.change("master", {"g": "g\n"}, "seven")
    history.change(NEW, {"g": "g\n"}, f"seven\n\n(cherry picked from commit {newer})")
    history.change("master", {"h": "h\n"}, 'eight\n\nFixes: 0123456789ab ("nothing")')
    assert reasons(history) == [
        ("one", (f"it fixes {base[:12]}, which the branch has",)),
        ("four", ("it asks for it (Backport: 1.0+)",)),
        ("six", ("it is part of XSA-0",)),
        ("seven", (f"{NEW} has it",)),
    ]
    history.change(OLD, {"b": "b\n"}, f"two\n\n(cherry picked from commit {later})")
    history.change(OLD, {"a": "a\n"}, f"one\n\n(cherry picked from commit {fixes})")
    assert [subject for subject, _ in reasons(history)] == ["three", "four", "six", "seven"]


def test_nothing_is_asked_for(history: History) -> None:
    assert reasons(history) == []
