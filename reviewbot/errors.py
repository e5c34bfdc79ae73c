"""What can go wrong, each kind with the exit code that the command line gives it.

Library code raises these and never prints or exits; `reviewbot.cli` turns one into a single line on stderr.
"""

from __future__ import annotations


class ReviewbotError(Exception):
    """Base of every error that a user can cause or mend; `str()` is the one line shown."""

    exit_code = 3


class UsageError(ReviewbotError):
    """The call itself is wrong: options that exclude each other, a choice that must be made first."""

    exit_code = 2


class InputError(ReviewbotError):
    """What was given cannot be used: no mail in it, a patch that does not apply, a plan that fits nowhere."""


class GitError(ReviewbotError):
    """git refused, or the repository lacks what is needed."""
