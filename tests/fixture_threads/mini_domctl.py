"""mini-domctl.mbox: two patches, a review that asks for edits after its tag, an author who agrees to some, an ack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.fixture_threads.mails import Mail, answered, mbox
from tests.fixture_threads.people import ANAIS, AUTHOR, COLM, LIST, RELEASE_MANAGER, WENDELL, YUSUF
from tests.fixture_threads.workshop import Change, Workshop

START = datetime(2026, 6, 16, 8, 12, 40, tzinfo=UTC)
CC = (AUTHOR, ANAIS, WENDELL, COLM, YUSUF)

COVER_TITLE = "domctl: Look into guests without taking the domctl lock"
FIRST_TITLE = "domctl: Handle XEN_DOMCTL_gethvmcontext_partial without the domctl lock"
SECOND_TITLE = "domctl: Handle some of XEN_DOMCTL_shadow_op without the domctl lock"

BLURB = """\
Tools which look into running guests have to queue up behind all other
domctls, as one lock serves the lot of them:

* With a dozen guests being built, peeking at the log-dirty bitmap of
  some other guest was seen to take more than 9s.
* Getting at the registers of a single vCPU takes as long, and nobody
  wants to sit in front of a debugger for that time.

Neither of the two changes anything the lock is there for, so do them
without it."""

FIRST_MESSAGE = f"""\
{FIRST_TITLE}

All it does is save one record of a domain which it pauses meanwhile,
and pausing nests. Nothing remains for the domctl lock to protect.

The op no longer gets as far as the common XSM check, hence have the
handler do that check.

Signed-off-by: {AUTHOR}
"""

FIRST_CHANGES: tuple[Change, ...] = (
    (
        "xen/arch/x86/domctl.c",
        """\
    case XEN_DOMCTL_gethvmcontext_partial:
        ret = -EINVAL;
""",
        """\
    case XEN_DOMCTL_gethvmcontext_partial:
        ret = xsm_domctl(XSM_OTHER, d, domctl);
        if ( ret )
            break;

        ret = -EINVAL;
""",
    ),
    (
        "xen/common/domctl.c",
        """\
    case XEN_DOMCTL_unbind_pt_irq:
        ret = arch_do_domctl""",
        """\
    case XEN_DOMCTL_unbind_pt_irq:
    case XEN_DOMCTL_gethvmcontext_partial:
        ret = arch_do_domctl""",
    ),
)

PAUSE_BULLET = """\
* domain_pause() - The count it keeps belongs to the hypervisor alone,
  and a toolstack cannot bring it down to zero."""

UNPAUSE_BULLET = "* domain_unpause() - As for domain_pause() above."

SECOND_MESSAGE = f"""\
{SECOND_TITLE}

Of its sub-ops, XEN_DOMCTL_SHADOW_OP_{{PEEK,GET_ALLOCATION}} only read,
and hold the paging lock while they do. What PEEK calls without that
lock can cope with company:

{PAUSE_BULLET}

* p2m_flush_hardware_cached_dirty() - Takes the P2M lock itself. One
  flush more than necessary does no harm.

{UNPAUSE_BULLET}

Signed-off-by: {AUTHOR}
"""

SECOND_CHANGES: tuple[Change, ...] = (
    (
        "xen/arch/x86/mm/paging.c",
        """\
        if ( domctl_lock_acquire() )
        {
            rc = paging_domctl(d, &ctl.u.shadow_op, u_domctl, true);
            domctl_lock_release();
        }
""",
        """\
        bool lock = ctl.u.shadow_op.op != XEN_DOMCTL_SHADOW_OP_PEEK;

        if ( !lock || domctl_lock_acquire() )
        {
            rc = paging_domctl(d, &ctl.u.shadow_op, u_domctl, true);

            if ( lock )
                domctl_lock_release();
        }
""",
    ),
    (
        "xen/common/domctl.c",
        """\
    default:
        /* The rest follows below, with the lock held. */
""",
        """\
    case XEN_DOMCTL_shadow_op:
        if ( op->u.shadow_op.op == XEN_DOMCTL_SHADOW_OP_PEEK ||
             op->u.shadow_op.op == XEN_DOMCTL_SHADOW_OP_GET_ALLOCATION )
        {
            ret = xsm_domctl(XSM_OTHER, d, op);
            if ( !ret )
                ret = arch_do_domctl(op, d, u_domctl);
            goto domctl_out_unlock_domonly;
        }
        fallthrough;
    default:
        /* The rest follows below, with the lock held. */
""",
    ),
)

JOIN_REMARK = """\
These two bullets would better be joined into one, about
domain_{,un}pause()."""

CONTROL_REMARK = """\
Newline, and please use break rather than fallthrough: the default case
does nothing, while a case put in between later on would be run into
without anybody noticing. XEN_DOMCTL_vm_event_op just above, which also
leaves part of its sub-ops for later, has it that way already."""

MOVE_REMARK = """\
I would also move the XEN_DOMCTL_shadow_op case up, after
XEN_DOMCTL_get_device_group and ahead of XEN_DOMCTL_ioport_permission,
but that's a matter of taste."""


def _posted(shop: Workshop) -> tuple[Mail, Mail, Mail]:
    first = shop.change(FIRST_CHANGES, FIRST_MESSAGE, AUTHOR, START)
    second = shop.change(SECOND_CHANGES, SECOND_MESSAGE, AUTHOR, START)
    cover = Mail(
        AUTHOR, f"[PATCH v1 0/2] {COVER_TITLE}", shop.cover(f"{shop.base}..{second}", BLURB), START,
        "20260616081240.51733-1-petra.lindholm", cc=CC, posted=True,
    )  # fmt: skip
    mails = [cover]
    for number, title, commit in ((1, FIRST_TITLE, first), (2, SECOND_TITLE, second)):
        subject, at = f"[PATCH v1 {number}/2] {title}", START + timedelta(seconds=number)
        name = f"20260616081240.51733-{number + 1}-petra.lindholm"
        body = shop.patch(commit)
        mails.append(Mail(AUTHOR, subject, body, at, name, cc=CC, answers=(cover.message_id,), posted=True))
    return mails[0], mails[1], mails[2]


def _reviews(one: Mail, two: Mail) -> tuple[Mail, Mail]:
    tag = f"Reviewed-by: {ANAIS}"
    sign_off = f"Signed-off-by: {AUTHOR}"
    others = (LIST, WENDELL, COLM, YUSUF)
    on_one = Mail(
        ANAIS, f"Re: {one.subject}", answered(one, {sign_off: tag}, below="Thanks,\nAnaïs", upto=sign_off),
        START + timedelta(hours=21, minutes=4), "ajEQk5Kf0ZcT2e7m@tern", (AUTHOR,), others, one.answer_ids(),
    )  # fmt: skip
    remarks = {
        UNPAUSE_BULLET: JOIN_REMARK,
        sign_off: tag,
        "+        fallthrough;": f"{CONTROL_REMARK}\n\n{MOVE_REMARK}",
    }
    on_two = Mail(
        ANAIS, f"Re: {two.subject}", answered(two, remarks, below="Thanks,\nAnaïs", upto="+        fallthrough;"),
        START + timedelta(hours=21, minutes=31), "ajEW1pXhQ9dLs40v@tern", (AUTHOR,), others, two.answer_ids(),
    )  # fmt: skip
    return on_one, on_two


def _agreement(review: Mail) -> Mail:
    """The author's answer: yes to the bullets and to the break, nothing either way about the move."""
    remarks = {
        JOIN_REMARK.split("\n")[-1]: "Agreed, that's one bullet too many.",
        CONTROL_REMARK.split("\n")[-1]: (
            "Right, break is what I should have used. Could both of these be\nadjusted while committing?"
        ),
        MOVE_REMARK.split("\n")[-1]: "No preference here, either is fine.",
    }
    last = MOVE_REMARK.split("\n")[-1]
    return Mail(
        AUTHOR, review.subject, answered(review, remarks, below="Petra", upto=last),
        review.at + timedelta(hours=1, minutes=12), "5c0b2b1e-77a4-4a0c-9d5e-1f1b7e0f64d2",
        (ANAIS,), (LIST, WENDELL, COLM, YUSUF), review.answer_ids(), flowed=True,
    )  # fmt: skip


def _release(cover: Mail) -> tuple[Mail, Mail]:
    request = Mail(
        AUTHOR, f"Re: {cover.subject}",
        answered(
            cover, {},
            below="May I ask for this to go into 4.22 despite the freeze? Debugging a guest\n"
            "on a busy host isn't possible at all without it.\n\nPetra",
        ),
        START + timedelta(hours=22, minutes=58), "0f9ad3c2-3b6e-4b53-8f55-c1d6c2f4a9e7",
        (LIST,), (ANAIS, WENDELL, COLM, YUSUF, RELEASE_MANAGER), cover.answer_ids(), flowed=True,
    )  # fmt: skip
    ack = Mail(
        RELEASE_MANAGER, f"Re: {cover.subject}",
        answered(
            request, {},
            below="It is small, and what it changes is easily told, so it can still go in:\n"
            f"Release-Acked-by: {RELEASE_MANAGER}\n\n~ Marek",
        ),
        START + timedelta(hours=25, minutes=20), "d4e8a1b7-0c55-4e0e-a0a4-6a5b1c9d7e30",
        (AUTHOR, LIST), (ANAIS, WENDELL, COLM, YUSUF), request.answer_ids(), flowed=True,
    )  # fmt: skip
    return request, ack


def build(shop: Workshop) -> bytes:
    """The thread, in the order of arrival at the list."""
    cover, one, two = _posted(shop)
    on_one, on_two = _reviews(one, two)
    return mbox([cover, one, two, on_one, on_two, _agreement(on_two), *_release(cover)])
