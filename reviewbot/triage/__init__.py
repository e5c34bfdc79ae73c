"""Many threads into one queue: what is open, since when, what it lacks and from whom. Incremental, by a SQLite index.

with open_desk(["inbox.mbox"], Ports(now=datetime.now(UTC)), cache=None) as desk:
    for entry in desk.queue().entries:
        print(entry.state, entry.title)
"""

from reviewbot.triage.desk import Desk, open_desk
from reviewbot.triage.model import FEW_MAILS, Asked, Entry, LastWord, Queue, Wait, default_limit
from reviewbot.triage.ports import Archive, History, Landed, Ports
from reviewbot.triage.waiting import whose

__all__ = [
    "FEW_MAILS",
    "Archive",
    "Asked",
    "Desk",
    "Entry",
    "History",
    "Landed",
    "LastWord",
    "Ports",
    "Queue",
    "Wait",
    "default_limit",
    "open_desk",
    "whose",
]
