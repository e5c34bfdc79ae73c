"""Files with CRLF and without a last newline: what is asked for is made to the byte, or nothing is."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.apply import Fixup, Plan, PlannedPatch, apply_plan, make_plan
from reviewbot.errors import ReviewbotError
from reviewbot.fixups import Edit
from reviewbot.git import Repository
from tests.apply.conftest import Posted

Post = Callable[..., Posted]
OLD = ["int a;", "int b;"]
NEW = ["int a;", "", "    f(one, two);", "    g(one);", "int b;"]
ENDINGS = {"crlf.c": ("\r\n", True), "open.c": ("\n", False), "both.c": ("\r\n", False), "plain.c": ("\n", True)}


def data(lines: list[str], name: str) -> bytes:
    """Lines with the line ends that a file has."""
    eol, ended = ENDINGS[name]
    return (eol.join(lines) + (eol if ended else "")).encode()


def encoded(mail: str) -> str:
    """A mail whose body is encoded: only so do line ends survive the way."""
    head, body = mail.split("\n\n", 1)
    head = head.replace("Transfer-Encoding: 8bit", "Transfer-Encoding: base64")
    if "Transfer-Encoding" not in head:
        head += "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64"
    return f"{head}\n\n{base64.encodebytes(body.encode()).decode()}"


@pytest.fixture
def posting(post: Post) -> Posted:
    """One patch that adds the same lines to each of the files."""
    base = {name: data(OLD, name) for name in ENDINGS}
    posted = post(
        base, ("subject\n\nBody.\n\nSigned-off-by: Pat <pat@example.org>", {n: data(NEW, n) for n in ENDINGS})
    )
    posted.mails[0] = encoded(posted.mails[0])
    return posted


def test_a_remark_is_turned_into_bytes_whatever_the_line_ends(posting: Posted) -> None:
    lines = (
        "> diff --git a/{0} b/{0}\n> --- a/{0}\n> +++ b/{0}\n> @@ -1,2 +1,5 @@\n>  int a;\n> +\n> +    f(one, two);\n\n"
    )
    words = "".join(lines.format(name) + "s/two/three/\n\n" for name in ENDINGS)
    posting.reply(0, words + "With that:\nReviewed-by: Rea Viewer <rea@example.org>\n")
    review = posting.review()
    applied = apply_plan(review, make_plan(review, posting.base), Repository.open(posting.repo.path))
    tree = Repository.open(posting.repo.path).tree(applied.tip)
    wanted = [line.replace("two", "three") for line in NEW]
    assert {name: tree.read(name) for name in ENDINGS} == {name: data(wanted, name) for name in ENDINGS}
    assert applied.commits[0].tags == ("Reviewed-by: Rea Viewer <rea@example.org>",)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Edit, list[str] | None]:
    """An edit of one file, and that file's lines afterwards; None where it must be refused."""
    name = draw(st.sampled_from(sorted(ENDINGS)))
    old = draw(st.sampled_from(["one", "two", "g(one)", "nowhere", "int b;", "f(one, two);"]))
    new = draw(st.sampled_from(["x", "long text", "", "y();"]))
    kind = draw(st.sampled_from(["replace", "insert", "delete"]))
    text = "\n".join(NEW[1:4])  # the lines that the patch adds
    places = text.count(old)
    if kind == "replace":
        lines = [line.replace(old, new) for line in NEW]
        lines = [line for line, was in zip(lines, NEW, strict=True) if line.strip() or not was.strip()]
        return Edit(path=name, replace=old, with_=new), lines if places == 1 else None
    at = next((n for n, line in enumerate(NEW) if old in line), 0)
    if kind == "insert":
        indent = NEW[at][: len(NEW[at]) - len(NEW[at].lstrip())]
        once = sum(old in line for line in NEW) == 1
        line = indent + new if new else ""
        return Edit(path=name, insert=new, after=old), [*NEW[: at + 1], line, *NEW[at + 1 :]] if once else None
    old = draw(st.sampled_from(["f(one, two);", "g(one);", "nowhere"]))
    lines = [line for line in NEW if line.strip() != old]
    return Edit(path=name, delete=old), lines if len(lines) < len(NEW) else None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked())
def test_exactly_the_asked_bytes_or_nothing(posting: Posted, case: tuple[Edit, list[str] | None]) -> None:
    edit, wanted = case
    review = posting.review()
    plan = Plan(review.series.id, posting.base, (PlannedPatch(1, (), (Fixup(edit),)),))
    before = posting.repo.snapshot()
    try:
        applied = apply_plan(review, plan, Repository.open(posting.repo.path), branch="made")
    except ReviewbotError:
        assert wanted is None
        assert posting.repo.snapshot() == before
        return
    assert wanted is not None
    tree = Repository.open(posting.repo.path).tree(applied.tip)
    posting.repo.git("update-ref", "-d", "refs/heads/made")
    for name in ENDINGS:
        assert tree.read(name) == data(wanted if name == edit.path else NEW, name)
