"""Who is meant by an address: gitmailmap(5), `Proper Name <proper@address> Commit Name <commit@address>`."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review.people import fold_name

_ENTRY = re.compile(r"^\s*(?P<name>[^<>#]*)<(?P<first>[^<>\s]+)>(?:(?P<other>[^<>]*)<(?P<second>[^<>\s]+)>)?")


def aliases_of(mailmap: str) -> dict[str, str]:
    """Addresses to the folded name of the person, as `read_review` wants them; what is no entry is left out.

    An entry for one name at a shared address is left out as well: the address alone does not tell who it is.
    """
    out: dict[str, str] = {}
    for line in mailmap.splitlines():
        found = _ENTRY.match(line)
        name = fold_name(found["name"]) if found else ""
        if found is None or not name:
            continue
        if found["second"] is None:
            out[found["first"].lower()] = name
        elif not fold_name(found["other"]):
            out[found["first"].lower()] = out[found["second"].lower()] = name
        else:
            out[found["first"].lower()] = name
            out[fold_name(found["other"])] = name
    return out
