"""Copies of one mail, as a list, a Cc and an archive deliver it."""

from __future__ import annotations

from reviewbot.mail.model import Message, Unread


class Seen:
    """Remembers the mails of one source by id; a few dozen bytes each."""

    def __init__(self) -> None:
        self._by_id: dict[str, tuple[str, int, int]] = {}

    def first(self, message: Message) -> Message | Unread | None:
        """The mail itself the first time; None for a copy; an `Unread` for another person's mail under the same id.

        Whoever reuses an id to put words into another's mouth, or by a broken program, must not silently replace or
        lose a mail.
        """
        key = (message.author.address.lower(), message.position, hash(message.body_bytes))
        known = self._by_id.setdefault(message.message_id, key)
        if known is key:
            return message
        if known[0] == key[0] or known[2] == key[2]:
            return None
        return Unread(
            message.source, message.position,
            f"its Message-ID <{message.message_id}> is that of mail {known[1]}, sent by {known[0]}",
        )  # fmt: skip
