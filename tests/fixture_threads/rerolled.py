"""mini-v2.mbox: one patch in two versions; tags with a condition, taken back, misspelt, carried, for all of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.fixture_threads.mails import Mail, answered, mbox
from tests.fixture_threads.people import ANAIS, AUTHOR, COLM, ILSE, LIST, WENDELL
from tests.fixture_threads.workshop import Change, Workshop

START = datetime(2026, 4, 7, 13, 41, 5, tzinfo=UTC)
SECOND_START = START + timedelta(days=3, hours=1)
CC = (AUTHOR, WENDELL, ANAIS, COLM, ILSE)

COVER_TITLE = "x86/HVM: Be pickier about contexts to load"
TITLE = "x86/domctl: Refuse to load an HVM context of a silly size"
SIGN_OFF = f"Signed-off-by: {AUTHOR}"
PATH = "xen/arch/x86/domctl.c"

BLURB = """\
A toolstack got its numbers wrong, and had Xen allocate a buffer for no
data at all. This could have been told right away."""

FIRST_MESSAGE = f"""\
{TITLE}

No record fits into a buffer without any bytes, so say so before
anything gets allocated.

{SIGN_OFF}
"""

SECOND_MESSAGE = f"""\
{TITLE}

No record fits into a buffer without any bytes, nor can there be more
than a save of the same domain would give. Say so before anything gets
allocated.

{SIGN_OFF}
Reviewed-by: {WENDELL}
"""

NOTES = """\
v2:
 - Write the test for zero as elsewhere.
 - Also refuse what is too large."""

ALLOCATION = """\
    int rc = -EFAULT;

    c.data = xvmalloc_array(uint8_t, c.size);
"""

FIRST_TEST = "    if ( c.size == 0 )"


def _changed(test: str) -> tuple[Change, ...]:
    checked = ALLOCATION.replace("\n\n", f"\n\n{test}\n        return -EINVAL;\n\n", 1)
    return ((PATH, ALLOCATION, checked),)


def _version(shop: Workshop, number: int, at: datetime, message: str, test: str, notes: str) -> tuple[Mail, Mail]:
    shop.rewind(shop.base)
    commit = shop.change(_changed(test), message, AUTHOR, at)
    prefix = "PATCH" if number == 1 else f"PATCH v{number}"
    cover = Mail(
        AUTHOR, f"[{prefix} 0/1] {COVER_TITLE}", shop.cover(f"{shop.base}..{commit}", BLURB), at,
        f"{at:%Y%m%d%H%M%S}.7120-1-petra.lindholm", cc=CC, posted=True,
    )  # fmt: skip
    patch = Mail(
        AUTHOR, f"[{prefix} 1/1] {TITLE}", shop.patch(commit, notes), at + timedelta(seconds=1),
        f"{at:%Y%m%d%H%M%S}.7120-2-petra.lindholm", cc=CC, answers=(cover.message_id,), posted=True,
    )  # fmt: skip
    return cover, patch


def _first_replies(patch: Mail) -> tuple[Mail, Mail, Mail]:
    conditional = Mail(
        WENDELL, f"Re: {patch.subject}",
        answered(
            patch, {f"+{FIRST_TEST}": "Please write this as !c.size, like the checks of this kind nearby."},
            below=f"With that adjusted:\nReviewed-by: {WENDELL}\n\nWendell", upto=f"+{FIRST_TEST}",
        ),
        START + timedelta(hours=17), "4be0c1f2-6e55-4d05-b7ab-5c4b6c1b2a10",
        (AUTHOR,), (LIST, ANAIS, COLM, ILSE), patch.answer_ids(),
    )  # fmt: skip
    given = Mail(
        COLM, f"Re: {patch.subject}", answered(patch, {}, below=f"Acked-by: {COLM}\n\nColm", upto=SIGN_OFF),
        START + timedelta(hours=19), "ac13b6d4-93b0-4a57-8f9e-7e7b42c0d511",
        (AUTHOR,), (LIST, WENDELL, ANAIS, ILSE), patch.answer_ids(),
    )  # fmt: skip
    withdrawn = Mail(
        COLM, f"Re: {patch.subject}",
        answered(
            given, {f"Acked-by: {COLM}": (
                "Come to think of it, a size which is far too large makes it through\n"
                "just the same. I'd like to withdraw my ack here until that's covered\n"
                "as well."
            )},
            below="Colm", upto=f"Acked-by: {COLM}",
        ),
        START + timedelta(hours=23), "e6f2a8c0-18d5-4d4c-9b1d-0b6f3b7a9d42",
        (AUTHOR,), (LIST, WENDELL, ANAIS, ILSE), given.answer_ids(),
    )  # fmt: skip
    return conditional, given, withdrawn


def _second_replies(cover: Mail, patch: Mail) -> tuple[Mail, Mail]:
    misspelt = Mail(
        ILSE, f"Re: {patch.subject}",
        answered(patch, {}, below=f"Reviwed-by: {ILSE}\n\nIlse", upto=f"Reviewed-by: {WENDELL}"),
        SECOND_START + timedelta(hours=2), "ajW3u0Yp6Ru1kE5x@heron",
        (AUTHOR,), (LIST, WENDELL, ANAIS, COLM), patch.answer_ids(),
    )  # fmt: skip
    for_all = Mail(
        COLM, f"Re: {cover.subject}",
        answered(cover, {}, below=f"For the whole series:\nAcked-by: {COLM}\n\nColm"),
        SECOND_START + timedelta(hours=5), "77c9d9ab-5a0e-45a3-8d6f-c2ce4fbd0f83",
        (AUTHOR,), (LIST, WENDELL, ANAIS, ILSE), cover.answer_ids(),
    )  # fmt: skip
    return misspelt, for_all


def build(shop: Workshop) -> bytes:
    """Both versions, each with its replies, in the order of arrival."""
    old_cover, old = _version(shop, 1, START, FIRST_MESSAGE, FIRST_TEST, "")
    test = "    if ( !c.size || c.size > hvm_save_size(d) )"
    cover, patch = _version(shop, 2, SECOND_START, SECOND_MESSAGE, test, NOTES)
    return mbox([old_cover, old, *_first_replies(old), cover, patch, *_second_replies(cover, patch)])
