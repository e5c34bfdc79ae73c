"""Names that the branch spells otherwise, and functions that it keeps in another file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewbot.backport.renamed import pairs, told
from tests.backport.history import OLD, TIMER_C, History, swap
from tests.backport.test_run import pick

SOURCE = "xen/common/timer.c"
MORE = (
    TIMER_C
    + "\nint timer_left(struct timer *t)\n{\n    int left = 0;\n\n    if ( t )\n        left = t->when;\n\n    return left;\n}\n"
)


def renamed(old: str, new: str, count: int = -1):
    """An edit that replaces a word in the first `count` places."""
    return lambda text: text.replace(old, new, count)


def test_a_renamed_member_is_told_in_the_branchs_words(history: History) -> None:
    history.change("master", {SOURCE: renamed("t->when", "t->expires")})
    fix = history.change(
        "master", {SOURCE: swap("    t->expires = 0;\n    armed--;", "    armed--;\n    t->expires = NEVER;")}
    )
    got = pick(history, fix, dry_run=True)
    assert got.status == "proposed", got
    assert got.proposal is not None
    assert got.proposal.assumed[0] == "`expires` is `when` on the branch"
    assert "    armed--;\n    t->when = NEVER;\n" in history.show(str(pick(history, fix, accept=True).tree), SOURCE)


def test_a_word_that_the_branch_uses_as_well_is_not_taken_for_renamed(history: History) -> None:
    history.change(OLD, {SOURCE: lambda text: text + "\nint expires;\n"})
    history.change("master", {SOURCE: renamed("t->when", "t->expires")})
    fix = history.change(
        "master", {SOURCE: swap("    t->expires = 0;\n    armed--;", "    armed--;\n    t->expires = NEVER;")}
    )
    assert pick(history, fix).status == "conflict"


def test_a_word_that_stands_for_two_is_not_taken(history: History) -> None:
    history.change(
        OLD, {SOURCE: lambda t: t.replace("t->when = when", "t->due = when").replace("t->when = 0", "t->at = 0")}
    )
    history.change("master", {SOURCE: renamed("t->when", "t->expires")})
    fix = history.change(
        "master", {SOURCE: swap("    t->expires = 0;\n    armed--;", "    armed--;\n    t->expires = NEVER;")}
    )
    assert pick(history, fix).status == "conflict"


def test_words_are_replaced_whole() -> None:
    names = {(b"dfn_x", b"(", b"dfn", b")"): (b"gfn",), (b"mfn",): (b"pfn",)}
    assert told(names, b"f(dfn_x (dfn), mfn, mfn_x, my_mfn)") == b"f(gfn, pfn, mfn_x, my_mfn)"


@given(st.lists(st.sampled_from(["a", "bb", "c1", "(", ")", ";", "->"]), max_size=12))
def test_equal_texts_teach_nothing(words: list[str]) -> None:
    text = "\n".join(words).encode()
    assert not pairs(text, text)


@given(st.text(alphabet="ab_ ();\n", max_size=60))
def test_telling_in_other_words_and_back_gives_the_text(text: str) -> None:
    data = text.encode()
    there = told({(b"a",): (b"zz",)}, data)
    assert told({(b"zz",): (b"a",)}, there) == data


def moved(history: History) -> None:
    """Upstream moves timer_left() to a file of its own."""
    for branch in ("master", OLD):
        history.change(branch, {SOURCE: MORE})
    left = MORE.partition("\nint timer_left")[2]
    history.change("master", {SOURCE: TIMER_C, "xen/common/left.c": "#include <timer.h>\n\nint timer_left" + left})


def test_a_moved_functions_change_is_made_where_it_stands(history: History) -> None:
    moved(history)
    fix = history.change("master", {"xen/common/left.c": swap("int left = 0;", "int left = -1;")})
    got = pick(history, fix, accept=True)
    assert got.status == "proposed" and got.proposal is not None
    assert got.proposal.assumed == (f"timer_left() of xen/common/left.c is the one in {SOURCE} on the branch",)
    assert history.show(str(got.tree), SOURCE) == MORE.replace("int left = 0;", "int left = -1;")
    assert "xen/common/left.c" not in history.git("ls-tree", "-r", "--name-only", str(got.tree))


def test_a_function_that_stands_in_two_places_is_not_guessed_at(history: History) -> None:
    moved(history)
    history.change(OLD, {"xen/common/other.c": MORE})
    fix = history.change("master", {"xen/common/left.c": swap("int left = 0;", "int left = -1;")})
    got = pick(history, fix)
    assert got.proposal is None or "timer_left" not in got.proposal.diff


def test_a_moved_function_that_differs_in_the_same_line_stays_a_conflict(history: History) -> None:
    moved(history)
    history.change(OLD, {SOURCE: swap("int left = 0;", "int left = 7;")})
    fix = history.change("master", {"xen/common/left.c": swap("int left = 0;", "int left = -1;")})
    got = pick(history, fix)
    assert got.proposal is None or "left = -1" not in got.proposal.diff
