"""Mailboxes: strict where they say who somebody is, forgiving where they only list recipients."""

from __future__ import annotations

from collections.abc import Mapping

from reviewbot import regex as re
from reviewbot.mail.headers import decode
from reviewbot.mail.model import Address

# One mailbox and nothing else. Anything looser lets `jbeulich@suse.com(<evil@x>` pass for jbeulich: an address holds
# no bracket, quote, comment or second @, and only a trailing comment may follow it. Each class excludes what follows
# it, so no input is scanned twice.
_SPEC = r"[^<>\s\"(),;:\\@\[\]]+@[^<>\s\"(),;:\\@]+"
_NAMED = re.compile(rf"(?P<name>[^<>\"]*|\"(?:[^\"\\]|\\.)*\"\s*)<\s?(?P<address>{_SPEC})\s?>\s?(?:\([^()<>@]*\))?")
_BARE = re.compile(rf"(?P<address>{_SPEC})(?:\s?\((?P<name>[^()<>@]*)\))?")

_QUOTED_PAIR = re.compile(r"\\(.)")

# What must not come out of a decoded name: brackets would forge an address beside it, controls a line break in a tag.
_UNFIT = re.compile(r"[<>\x00-\x1f\x7f\u2028\u2029]+")

# "X via some-list", as Mailman and Google Groups write it when they replace the sender's address by their own.
_VIA = re.compile(r"(?P<name>.{0,200}\S) via (?P<list>\S{1,100}(?: \S{1,100}){0,3})", re.IGNORECASE)


def strict(value: str) -> Address | None:
    """The one mailbox that a raw header value holds; None for anything that leaves a doubt whose it is."""
    text = " ".join(value.split())
    found = _NAMED.fullmatch(text) or _BARE.fullmatch(text)
    if found is None:
        return None
    if "@" in (found["name"] or "") and '"' not in text and found["name"].strip() != found["address"]:
        return None  # two addresses outside quotes
    return Address(_name(found["name"] or ""), found["address"])


def listed(value: str) -> tuple[Address, ...]:
    """The mailboxes of a recipient field (raw); those that cannot be read are left out."""
    if '"' in value:  # commas inside quoted names separate nothing
        pieces = value.split('"')
        pieces[1::2] = [piece.replace(",", "\0") for piece in pieces[1::2]]
        value = '"'.join(pieces)
    found = []
    for item in value.split(","):
        who = strict(item.replace("\0", ",").rpartition(":")[2].strip("; \t"))
        if who is not None:
            found.append(who)
    return tuple(found)


def _name(raw: str) -> str:
    text = raw.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = _QUOTED_PAIR.sub(r"\1", text[1:-1])
    name = decode(text)
    fit = name.isprintable() and "<" not in name and ">" not in name
    return (name if fit else _UNFIT.sub(" ", name)).strip()


def unmangled(sender: Address, found: Mapping[str, list[str]]) -> Address:
    """Who wrote a mail whose From a list has replaced by its own address (DMARC): the sender himself if it did not.

    Looked for in X-Original-From, then Reply-To, then a recipient of the same name. Only a From that really is a
    list's is undone: nobody can speak for another by a Reply-To of his own.
    """
    via = _VIA.fullmatch(sender.name)
    if via is None or not _is_list(sender.address, via["list"], found):
        return sender
    name = via["name"].strip("'\" ")
    for field in ("x-original-from", "reply-to"):
        named = [who for value in found.get(field, ()) for who in listed(value)]
        others = [who for who in named if who.address.lower() != sender.address.lower()]
        same = [who for who in others if fold(who.name) == fold(name)]
        if same or len(others) == 1:
            who = (same or others)[0]
            return Address(who.name or name, who.address)
    for field in ("cc", "to"):
        for value in found.get(field, ()):
            for who in listed(value):
                if who.name and fold(who.name) == fold(name):
                    return who
    return Address(name, sender.address)


def _is_list(address: str, via: str, found: Mapping[str, list[str]]) -> bool:
    """Whether a rewritten From carries the address of the list that says it sent the mail."""
    lowered = address.lower()
    local, _, host = lowered.partition("@")
    if local == via.lower() or lowered == via.lower():
        return True
    names = " ".join(value for field in ("list-id", "list-post", "mailing-list") for value in found.get(field, ()))
    return bool(names) and (f"{local}.{host}" in names.lower() or lowered in names.lower())


def fold(name: str) -> str:
    """A name for comparing: no accents, no case, no dots or quotes, single blanks."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", name)
    kept = "".join(c for c in plain if c.isalnum() or c.isspace())
    return " ".join(kept.casefold().split())
