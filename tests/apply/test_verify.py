"""A branch made by hand against its thread: what is in, what is missing, what nobody asked for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from reviewbot.apply import Checked, Verified, apply_plan, make_plan, verify
from reviewbot.errors import InputError
from reviewbot.git import Plumbing
from tests.apply.conftest import CODE, Posted

NEW = "    case OP_c:\n        ret = c();\n        fallthrough;\n\n    default:\n"
PATCHED = CODE.replace("    default:\n", NEW)
MESSAGE = "ops: Handle OP_c\n\nIt is used to often.\n\nSigned-off-by: A. Developer <dev@example.org>"
TAG = "Reviewed-by: Rea Viewer <rea@example.org>"


@pytest.fixture
def thread(post: Callable[..., Posted]) -> Posted:
    posted = post({"ops.c": CODE}, (MESSAGE, {"ops.c": PATCHED}))
    ask = posted.reply(
        0,
        f"> +        fallthrough;\n\nPlease use break rather than fallthrough.\n\nWith that:\n{TAG}\n",
    )
    posted.mails[-1] = posted.mails[-1]
    posted.mails.append(
        "From: A. Developer <dev@example.org>\nSubject: Re: x\nDate: Mon, 1 Jun 2026 15:00:00 +0000\n"
        f"Message-ID: <yes@example.org>\nIn-Reply-To: <{ask}>\nReferences: <p1@example.org> <{ask}>\n\n"
        "> Please use break rather than fallthrough.\n\nYes, please do so on commit.\n"
    )
    return posted


def branch(posted: Posted, code: str, message: str) -> str:
    """A commit on the base, as a committer would make it; its id."""
    return posted.repo.commit({"ops.c": code}, message)


def checked(posted: Posted, tip: str) -> Checked:
    found = verify(posted.review(), Plumbing.here(posted.repo.path), tip, base=posted.base)
    assert found.tip == tip
    return found.patches[0]


def with_tag(message: str = MESSAGE) -> str:
    return f"{message}\n{TAG}\nSigned-off-by: C. Committer <committer@example.org>"


def test_what_apply_makes_is_right(thread: Posted) -> None:
    repo = Plumbing.here(thread.repo.path)
    review = thread.review()
    done = apply_plan(review, make_plan(review, thread.base), repo, base=thread.base)
    assert done.commits[0].fixups == ("1.1",)
    found = verify(review, repo, done.branch, base=thread.base)
    assert found.right, found
    assert [(a.request.id, a.state) for a in found.patches[0].requests] == [("1.1", "in")]


def test_a_commit_as_it_should_be(thread: Posted) -> None:
    found = checked(thread, branch(thread, PATCHED.replace("fallthrough;", "break;"), with_tag()))
    assert found.right, found


def test_an_agreed_request_that_is_not_in_is_missing_and_its_tag_was_given_too_early(thread: Posted) -> None:
    found = checked(thread, branch(thread, PATCHED, with_tag()))
    assert [(a.state, a.missing) for a in found.requests] == [("not-in", True)]
    assert [line for line, _ in found.invented_tags] == [TAG]
    assert not found.right


def test_a_tag_that_was_given_is_missing(thread: Posted) -> None:
    found = checked(thread, branch(thread, PATCHED.replace("fallthrough;", "break;"), MESSAGE))
    assert found.missing_tags == (TAG,)


def test_a_tag_that_nobody_gave_is_invented(thread: Posted) -> None:
    message = f"{with_tag()}\nAcked-by: Somebody Else <else@example.org>"
    found = checked(thread, branch(thread, PATCHED.replace("fallthrough;", "break;"), message))
    assert [line for line, _ in found.invented_tags] == ["Acked-by: Somebody Else <else@example.org>"]


def test_an_address_that_nobody_wrote_is_told_with_the_one_they_did(thread: Posted) -> None:
    message = with_tag().replace("rea@example.org", "rea@example.com")
    found = checked(thread, branch(thread, PATCHED.replace("fallthrough;", "break;"), message))
    assert found.invented_tags == ((TAG.replace(".org", ".com"), "given with another address: rea@example.org"),)


def test_a_change_that_nobody_asked_for_is_shown(thread: Posted) -> None:
    code = PATCHED.replace("fallthrough;", "break;").replace("ret = a();", "ret = aa();")
    (change,) = checked(thread, branch(thread, code, with_tag())).unexplained
    assert (change.path, change.removed, change.added) == ("ops.c", ("        ret = a();",), ("        ret = aa();",))


def test_a_changed_message_and_a_new_file_are_shown(thread: Posted) -> None:
    thread.repo.write({"extra": "x\n"})
    message = with_tag(MESSAGE.replace("used to often", "used too often"))
    found = checked(thread, branch(thread, PATCHED.replace("fallthrough;", "break;"), message))
    assert [(c.path, c.added) for c in found.unexplained] == [(None, ("It is used too often.",)), ("extra", ("x",))]


def test_a_note_and_a_sign_off_of_the_committer_are_no_changes(thread: Posted) -> None:
    message = with_tag() + "\n[cc: fallthrough -> break]"
    assert checked(thread, branch(thread, PATCHED.replace("fallthrough;", "break;"), message)).right


def test_a_patch_without_a_commit_and_a_commit_without_a_patch(thread: Posted) -> None:
    tip = thread.repo.commit({"other.c": "int x;\n"}, "something else entirely")
    found: Verified = verify(thread.review(), Plumbing.here(thread.repo.path), tip, base=thread.base)
    assert found.patches[0].commit is None and found.others == ((tip, "something else entirely"),)
    assert not found.right


def test_a_branch_that_is_nothing_but_head_needs_a_base(thread: Posted) -> None:
    with pytest.raises(InputError, match="--base"):
        verify(thread.review(), Plumbing.here(thread.repo.path), "HEAD")


def test_nothing_is_written(thread: Posted) -> None:
    tip = branch(thread, PATCHED, with_tag())
    before = thread.repo.snapshot()
    checked(thread, tip)
    assert thread.repo.snapshot() == before


def test_a_patch_that_does_not_apply_to_the_parent_is_a_problem_not_a_crash(thread: Posted) -> None:
    other = thread.repo.commit({"ops.c": CODE.replace("    default:\n", "    case OP_z:\n    default:\n")}, "earlier")
    tip = branch(thread, PATCHED, with_tag())
    found = verify(thread.review(), Plumbing.here(thread.repo.path), tip, base=other).patches[0]
    assert found.problem is not None and "does not apply" in found.problem
    assert dataclasses.asdict(found)["commit"] == tip
