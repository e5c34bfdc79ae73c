"""Plan files: what is written can be read, and what is not exactly a plan is refused with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.apply import Fixup, Plan, PlannedPatch, PlannedTag, make_plan, read_plan, write_plan
from reviewbot.errors import InputError
from reviewbot.fixups import Edit
from tests.apply.conftest import CODE, Posted

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
FULL = TEXT.filter(lambda t: bool(t.strip()))
LINE = (
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
WORD = FULL
EDIT = st.one_of(
    st.builds(lambda p, a, b, w: Edit(path=p, replace=a, with_=b, within=w), FULL, FULL, TEXT, st.none() | WORD),
    st.builds(lambda p, a, b: Edit(path=p, insert=a, after=b), FULL, TEXT, WORD),
    st.builds(lambda p, a, b: Edit(path=p, move=a, before=b), FULL, FULL, WORD),
    st.builds(lambda a: Edit(message=True, delete=a), FULL),
    st.builds(lambda a: Edit(message=True, with_=a), FULL),
    st.builds(lambda a: Edit(subject=True, script=f"s/{a}/b/"), FULL),
    st.builds(lambda a: Edit(path="a", diff=a), FULL),
)


def _fixup(edit: Edit, request: str | None, says: str, take: bool) -> Fixup:
    return Fixup(Edit.from_dict(edit.to_dict(), request), request, says, take)


PATCH = st.builds(
    lambda tags, fixups: (tuple(tags), tuple(fixups)),
    st.lists(st.builds(PlannedTag, LINE, st.booleans(), TEXT), max_size=3),
    st.lists(st.builds(_fixup, EDIT, st.none() | TEXT, TEXT, st.booleans()), max_size=3),
)
PLAN = st.builds(
    lambda series, base, patches, title: Plan(
        series, base, tuple(PlannedPatch(n, *p, subject=title) for n, p in enumerate(patches, 1)), title
    ),
    TEXT,
    st.none() | FULL,
    st.lists(PATCH, max_size=3),
    TEXT,
)


@settings(max_examples=200, deadline=None)
@given(PLAN)
def test_what_is_written_is_read_again(plan: Plan) -> None:
    text = write_plan(plan)
    assert read_plan(text.encode(), "p") == plan
    assert tomllib.loads(text) == plan.to_dict()


GOOD = """\
schema = 1
series = "id@example.org"
base = "af11b93e3e98"
[[patch]]
number = 2
tags = [{ line = "Reviewed-by: R <r@example.org>", take = true }]
  [[patch.fixup]]
  request = "2.3"
  says = "I would use break rather than fallthrough"
  take = true
  path = "xen/common/domctl.c"
  within = "case XEN_DOMCTL_shadow_op"
  replace = "fallthrough;"
  with = "break;"
"""


def test_the_example_of_the_design() -> None:
    plan = read_plan(GOOD.encode(), "plan.toml")
    (fixup,) = plan.patch(2).fixups
    assert (plan.series, plan.base, fixup.request, fixup.take) == ("id@example.org", "af11b93e3e98", "2.3", True)
    assert fixup.edit == Edit(
        path="xen/common/domctl.c",
        within="case XEN_DOMCTL_shadow_op",
        replace="fallthrough;",
        with_="break;",
        request="2.3",
    )
    assert plan.patch(1) == PlannedPatch(1)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("schema = 1", "schema = 2", "plan.toml: schema = 2; this reviewbot reads schema = 1"),
        ("schema = 1", "", "schema = nothing"),
        ("schema = 1", "schema = true", "schema = True"),
        ("series =", "serie =", "plan.toml: unknown key 'serie'"),
        ('series = "id@example.org"', "series = 1", "plan.toml: series must be text"),
        ('series = "id@example.org"', "", "series must be text, and is missing"),
        ("number = 2", 'number = "2"', "patch 1: number must be a number"),
        (", take = true }]", "}]", "plan.toml: patch 2, tag 1: take must be true or false, and is missing"),
        ("take = true }]", "take = 1 }]", "tag 1: take must be true or false"),
        ("Reviewed-by: R", "Reviewed-by:\\nR", "one line of text"),
        ('with = "break;"', 'wiht = "break;"', "plan.toml: patch 2, fixup 1: unknown key 'wiht'"),
        ('with = "break;"', "", "patch 2, fixup 1: replace needs with"),
        ('with = "break;"', 'with = "break;"\n  delete = "x"', "a fixup holds one edit: replace and delete"),
        ("[[patch]]", "[patch]", "patch must be a list of tables"),
        ("[[patch]]", "[[patch]]\nnumber = 2\n[[patch]]", "patch 2 is there twice"),
        ("[[patch]]", "[[patch]]\nstray = 1", "patch 2: unknown key 'stray'"),
        ("schema = 1", "schema = ", "plan.toml: not TOML"),
    ],
)
def test_what_is_not_a_plan(old: str, new: str, why: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        read_plan(GOOD.replace(old, new).encode(), "plan.toml")
    assert why in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("data", [b"\xff\xfe", b"\0", b"a = " + b"[" * 5000, b"schema = 1\r\rx"])
def test_bytes_that_are_no_plan(data: bytes) -> None:
    with pytest.raises(InputError):
        read_plan(data, "plan.toml")


# What goes into a plan when nobody edited it.

ADDED = CODE.replace(
    "    default:\n", "    case OP_c:\n        if (ret)\n            ret = c();\n        fallthrough;\n    default:\n"
)
BODY = "It is needed.\n\n* one bullet\n* another one\n\nSigned-off-by: A. Developer <dev@example.org>"


@pytest.fixture
def posting(post: Callable[..., Posted]) -> Posted:
    """One patch."""
    return post({"xen/op.c": CODE}, (f"common: handle OP_c\n\n{BODY}", {"xen/op.c": ADDED}))


def _plan(posting: Posted, mode: Any = "agreed") -> tuple[dict[str, bool], dict[str | None, bool], Plan]:
    plan = make_plan(posting.review(), posting.base, mode)
    assert read_plan(write_plan(plan).encode(), "p") == plan
    (patch,) = plan.patches
    return {t.line.split(":")[0]: t.take for t in patch.tags}, {f.request: f.take for f in patch.fixups}, plan


def test_what_nobody_agreed_to_is_offered_but_not_taken(posting: Posted) -> None:
    posting.reply(0, "> +        fallthrough;\n\nI would use break rather than fallthrough.\n")
    assert _plan(posting)[1] == {"1.1": False}
    assert _plan(posting, "all")[1] == {"1.1": True}
    assert _plan(posting, "none")[1] == {"1.1": False}


def test_a_required_edit_that_a_tag_waits_for_is_taken_with_the_tag(posting: Posted) -> None:
    posting.reply(0, "> +        fallthrough;\n\nThis needs to use break rather than fallthrough. With that adjusted:\n"
                     "Reviewed-by: Rea Viewer <rea@example.org>\n")  # fmt: skip
    tags, fixups, _ = _plan(posting)
    assert fixups == {"1.1": True}
    assert tags == {"Reviewed-by": True}
    tags, fixups, plan = _plan(posting, "none")
    assert fixups == {"1.1": False}
    assert tags == {"Reviewed-by": False}
    assert "waits for 1.1" in write_plan(plan)


def test_rewording_is_left_with_an_example_that_can_be_uncommented(posting: Posted) -> None:
    posting.reply(0, "> * one bullet\n> * another one\n\nYou could join both into a single bullet point.\n")
    _, fixups, plan = _plan(posting)
    assert fixups == {}
    text = write_plan(plan)
    start = text.index("# [[patch.fixup]]")
    taken = "\n".join(line.removeprefix("#").removeprefix(" ") for line in text[start:].split("\n"))
    edited = read_plan((text[:start] + taken).encode(), "p")
    (fixup,) = edited.patch(1).fixups
    assert fixup.request == "1.1"
    assert fixup.edit.with_ == BODY + "\n"


def test_comments_cannot_break_out(posting: Posted) -> None:
    plan = Plan(
        "s", None, (PlannedPatch(1, (PlannedTag("A: b", True, "x\nnumber = 9\x07"),), (), "s\r\n[[patch]]"),), "t\n\x00"
    )
    assert read_plan(write_plan(plan).encode(), "p") == plan
