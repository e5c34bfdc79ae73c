"""Who writes in the threads. All of them are invented."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an address; `zone` is the offset of the own clock, in hours."""

    name: str
    address: str
    zone: int

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


AUTHOR = Person("Petra Lindholm", "petra.lindholm@example.org", 1)
ANAIS = Person("Anaïs Kessler", "anais.kessler@example.org", 2)
WENDELL = Person("Wendell Achterberg", "wendell.achterberg@example.org", 2)
COLM = Person("Colm Brannigan", "colm.brannigan@example.org", 1)
YUSUF = Person("Yusuf Demirel", "yusuf.demirel@example.org", 3)
ILSE = Person("Ilse Vandermeer", "ilse.vandermeer@example.org", 2)
RELEASE_MANAGER = Person("Marek Oduya", "marek.oduya@example.org", 2)
LIST = Person("", "xen-devel@lists.example.org", 0)
