"""The only door to git: argv lists, a scrubbed environment, ids that were verified, and bytes as git has them.

`Plumbing` runs git and imports nothing heavy, so that the pre-commit hook can use it; `Repository` adds what GitPython
reads. Objects are made in a `Quarantine`, which gives them to the repository in one step or not at all.
"""

from reviewbot.git import mail_blobs
from reviewbot.git.model import Change, Commit, Entry
from reviewbot.git.plumbing import GitTree, Plumbing
from reviewbot.git.records import Merged
from reviewbot.git.repository import Repository

__all__ = ["Change", "Commit", "Entry", "GitTree", "Merged", "Plumbing", "Repository", "mail_blobs"]
