"""A small upstream with stable branches, for the tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import GitRepo

OLD, NEW = "stable-1.0", "stable-1.1"
COMMITTER = "C. Committer <committer@example.org>"

TIMER_H = "int timer_start(struct timer *t, int when);\nvoid timer_stop(struct timer *t);\n"
TIMER_C = """\
#include <timer.h>

static int armed;

int timer_start(struct timer *t, int when)
{
    if ( !t )
        return -EINVAL;

    t->when = when;
    armed++;

    return 0;
}

void timer_stop(struct timer *t)
{
    t->when = 0;
    armed--;
}
"""


class History(GitRepo):
    """`master`, and two stable branches that left it at its first commit."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.commit({"xen/include/timer.h": TIMER_H, "xen/common/timer.c": TIMER_C}, "base")
        for name in (OLD, NEW):
            self.git("branch", name)

    def on(self, branch: str) -> None:
        """Go on at a branch's tip."""
        self.git("checkout", "-q", branch)

    def change(
        self,
        branch: str,
        files: Mapping[str, str | bytes | Callable[[str], str]],
        message: str = "change\n\nSigned-off-by: A <a@example.org>",
    ) -> str:
        """A commit on a branch; a function makes the new text of the old one."""
        self.on(branch)
        made = {p: f((self.path / p).read_text()) if callable(f) else f for p, f in files.items()}
        return self.commit(made, message)

    def remove(self, branch: str, path: str) -> str:
        """A commit that deletes a file."""
        self.on(branch)
        self.git("rm", "-q", path)
        return self.commit({}, f"remove {path}")

    def show(self, rev: str, path: str) -> str:
        """A file of a commit or tree."""
        return self.git("show", f"{rev}:{path}") + "\n"


def swap(old: str, new: str) -> Callable[[str], str]:
    """Replace the one place where `old` stands."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, (old, text)
        return text.replace(old, new)

    return edit


@pytest.fixture
def history(tmp_path: Path) -> History:
    """A fresh one."""
    return History(tmp_path / "upstream")
