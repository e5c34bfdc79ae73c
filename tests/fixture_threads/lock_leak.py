"""mini-lock-leak.mbox: a reviewed patch that returns with a lock held, and runs from one case into the next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.fixture_threads.mails import Mail, answered, mbox
from tests.fixture_threads.people import ANAIS, AUTHOR, LIST, WENDELL
from tests.fixture_threads.workshop import Change, Workshop

START = datetime(2026, 5, 19, 14, 5, 52, tzinfo=UTC)

TITLE = "x86/paging: Let the flavour of paging know when log-dirty mode ends"
SIGN_OFF = f"Signed-off-by: {AUTHOR}"
PATH = "xen/arch/x86/mm/paging.c"

MESSAGE = f"""\
{TITLE}

Shadow code may have pages left which only log-dirty mode had a use for.
Once the mode is off, carry on to where these can be given back.

While there, don't go through the motions for a bitmap of no pages.

{SIGN_OFF}
"""

CHANGES: tuple[Change, ...] = (
    (
        PATH,
        """\
    pages = min(sc->pages, domain_get_maximum_gpfn(d) + 1UL);
""",
        """\
    pages = min(sc->pages, domain_get_maximum_gpfn(d) + 1UL);
    if ( !pages )
        return -EINVAL;
""",
    ),
    (
        PATH,
        """\
    case XEN_DOMCTL_SHADOW_OP_OFF:
        return log_dirty_disable(d);
""",
        """\
    case XEN_DOMCTL_SHADOW_OP_OFF:
        rc = log_dirty_disable(d);
        if ( rc )
            return rc;
""",
    ),
    (
        PATH,
        """\
    const struct domain *busy;
""",
        """\
    const struct domain *busy;
    int rc;
""",
    ),
)


def build(shop: Workshop) -> bytes:
    """The patch, and a review that saw neither."""
    commit = shop.change(CHANGES, MESSAGE, AUTHOR, START)
    patch = Mail(
        AUTHOR, f"[PATCH] {TITLE}", shop.patch(commit), START,
        "20260519140552.30177-1-petra.lindholm", cc=(ANAIS, WENDELL), posted=True,
    )  # fmt: skip
    review = Mail(
        ANAIS, f"Re: {patch.subject}",
        answered(patch, {}, below=f"Reviewed-by: {ANAIS}\n\nThanks,\nAnaïs", upto=SIGN_OFF),
        START + timedelta(hours=19, minutes=3), "agxR0v4kEw2Hn6Zd@tern",
        (AUTHOR,), (LIST, WENDELL), patch.answer_ids(),
    )  # fmt: skip
    return mbox([patch, review])
