"""Mail bytes into messages and threads. Knows nothing of patches, reviews or git.

bag = read("thread.mbox")
for thread in threads(bag.messages):
    print(thread.root.subject, len(thread.messages))
"""

from reviewbot.mail.address import fold
from reviewbot.mail.model import Address, Mailbag, Message, Thread, Unread
from reviewbot.mail.parse import parse
from reviewbot.mail.sources import BlobSource, read, stream
from reviewbot.mail.subjects import base_subject
from reviewbot.mail.threading import threads

__all__ = [
    "Address",
    "BlobSource",
    "Mailbag",
    "Message",
    "Thread",
    "Unread",
    "base_subject",
    "fold",
    "parse",
    "read",
    "stream",
    "threads",
]
