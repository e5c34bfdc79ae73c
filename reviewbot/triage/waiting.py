"""Whose turn it is: one person's names and addresses, and the entries that wait for that person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from reviewbot import regex as re
from reviewbot.errors import UsageError
from reviewbot.policy import Maintainers
from reviewbot.review import fold_name
from reviewbot.triage.model import SETTLED, Entry, Wait

_ADDRESS = re.compile(r"[^<>\s@]+@[^<>\s@]+")  # what stands in brackets, or alone


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody under all addresses and names (folded) that are known."""

    addresses: frozenset[str]
    names: frozenset[str]

    def owes(self, wait: Wait) -> bool:
        """Whether this waits for the person."""
        return (bool(wait.address) and wait.address.lower() in self.addresses) or fold_name(wait.who) in self.names


def whose(given: str, mailed: Iterable[str], maintainers: Maintainers | None) -> Person:
    """The person behind an address ("me@example.org" or "Me <me@example.org>").

    `mailed` are the names that mails from this address bear. Raises UsageError where no address is given.
    """
    found = _ADDRESS.search(given)
    if found is None:
        raise UsageError(f"--for wants an address, not {given!r}")
    address = found.group().lower()
    names = {fold_name(name) for name in (given[: found.start()].strip('< "'), *mailed) if name.strip()}
    addresses = {address}
    if maintainers is not None:
        everybody = [*maintainers.people, *(who for section in maintainers.sections for who in section.reviewers)]
        names |= {fold_name(who.name) for who in everybody if who.address.lower() == address}
        addresses |= {who.address.lower() for who in everybody if fold_name(who.name) in names}
    return Person(frozenset(addresses), frozenset(names - {""}))


def turn(entry: Entry, person: Person) -> tuple[Wait, ...]:
    """What of an entry waits for a person."""
    return () if entry.state in SETTLED else tuple(wait for wait in entry.waits if person.owes(wait))
