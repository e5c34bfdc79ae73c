"""mini-missing-check.mbox: an op leaves the common XSM check behind, and nothing takes the check's place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.fixture_threads.mails import Mail, answered, mbox
from tests.fixture_threads.mini_domctl import FIRST_CHANGES, FIRST_TITLE
from tests.fixture_threads.people import ANAIS, AUTHOR, COLM, LIST, WENDELL, YUSUF
from tests.fixture_threads.workshop import Workshop

START = datetime(2026, 6, 2, 9, 30, 17, tzinfo=UTC)

MESSAGE = f"""\
{FIRST_TITLE}

It merely saves one record of a domain which it pauses meanwhile, so
there's nothing the domctl lock would protect.

Signed-off-by: {AUTHOR}
"""

QUESTION = """\
With this, control no longer gets as far as xsm_domctl(). Where else is
it checked that the caller may do this?"""


def build(shop: Workshop) -> bytes:
    """The first patch of mini-domctl.mbox before anybody saw what it lacked, and the question that told."""
    common_only = [change for change in FIRST_CHANGES if change[0] == "xen/common/domctl.c"]
    commit = shop.change(common_only, MESSAGE, AUTHOR, START)
    patch = Mail(
        AUTHOR, f"[PATCH] {FIRST_TITLE}", shop.patch(commit), START,
        "20260602093017.48810-1-petra.lindholm", cc=(ANAIS, WENDELL, COLM, YUSUF), posted=True,
    )  # fmt: skip
    label = "+    case XEN_DOMCTL_gethvmcontext_partial:"
    question = Mail(
        YUSUF, f"Re: {patch.subject}", answered(patch, {label: QUESTION}, below="Yusuf", upto=label),
        START + timedelta(hours=4, minutes=40), "ahZ8c2mWq0Lr7TnB@osprey",
        (AUTHOR,), (LIST, ANAIS, WENDELL, COLM), patch.answer_ids(),
    )  # fmt: skip
    return mbox([patch, question])
