"""Who is who: names with accents and case folded, addresses compared, an alias table handed in.

The same person reviews, signs off and is listed with different addresses (facts: 654 of 5108 tags), so a person is
known by a folded name first and by an address second.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

from reviewbot import regex as re
from reviewbot.review.names import edit_distance

_NOT_LETTERS = re.compile(r"[\W_]+")  # dots after initials, quotes, hyphens between first names
_BROKEN_MAILTO = re.compile(r"<mailto:[^<>]*>?")  # `<a@b<mailto:a@b>>` as Outlook writes it
_PLAIN_LETTERS = str.maketrans(
    {"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ß": "ss", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"}
)


@lru_cache(maxsize=4096)
def fold_name(name: str) -> str:
    """A name without accents, case and punctuation; "Beulich, Jan" reads as "jan beulich"."""
    if name.count(",") == 1:
        last, first = name.split(",")
        if len(first.split()) == 1:
            name = f"{first} {last}"
    plain = unicodedata.normalize("NFKD", name.translate(_PLAIN_LETTERS))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return _NOT_LETTERS.sub(" ", letters).strip().casefold()


def fold_address(address: str) -> str:
    """An address for comparing: lower case, without the repetition that some mailers put inside the brackets."""
    return _BROKEN_MAILTO.sub("", address).strip().strip("<>").lower()


def same_person(
    name: str, address: str, other_name: str, other_address: str, aliases: Mapping[str, str] | None = None
) -> bool:
    """Whether two mentions are one person: by name, by address, or because `aliases` sends both to one key.

    `aliases` maps a folded name or an address to the folded name that stands for the person.
    """
    left, right = person_key(name, address, aliases), person_key(other_name, other_address, aliases)
    if left and left == right:
        return True
    mail, other = fold_address(address), fold_address(other_address)
    return bool(mail) and mail == other


def person_key(name: str, address: str, aliases: Mapping[str, str] | None = None) -> str:
    """One key for a person: the alias of the address or the name, else the folded name, else the address."""
    folded, mail = fold_name(name), fold_address(address)
    if aliases:
        found = aliases.get(mail) or aliases.get(folded)
        if found:
            return found
    return folded or mail


def mistyped(address: str, sender: str) -> bool:
    """Whether an address is the sender's with a slip of the fingers (`roge.rpau@citirx.com`): a few edits apart."""
    left, right = fold_address(address), fold_address(sender)
    return left != right and edit_distance(left, right, 3) <= 3
