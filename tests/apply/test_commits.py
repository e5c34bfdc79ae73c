"""Commits from a thread: trees, messages, authors, and what is left when a run is refused."""

from __future__ import annotations

import base64
import dataclasses
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from reviewbot.apply import Fixup, Plan, PlannedPatch, PlannedTag, apply_plan, default_branch, make_plan, posted
from reviewbot.errors import GitError, InputError, ReviewbotError
from reviewbot.fixups import Edit
from reviewbot.git import Change, GitTree, Repository
from tests.apply.conftest import CODE, Posted

Post = Callable[..., Posted]
ADDED = CODE.replace(
    "    default:\n", "    case OP_c:\n        if ( ret )\n            ret = c();\n        fallthrough;\n    default:\n"
)
SIGNED = "\n\nSigned-off-by: A. Developer <dev@example.org>"
FIRST = ("common: handle OP_c\n\nIt is needed." + SIGNED, {"xen/op.c": ADDED})
SECOND = ("common: tell the log\n\nIt helps." + SIGNED, {"xen/op.c": ADDED.replace("long ret = 0;", "long ret = 1;")})


@pytest.fixture
def posting(post: Post) -> Posted:
    """Two patches on one file."""
    return post({"xen/op.c": CODE}, FIRST, SECOND)


def _applied(posting: Posted, plan: Plan | None = None, **options: Any) -> Any:
    review = posting.review()
    return apply_plan(review, plan or make_plan(review, posting.base), Repository.open(posting.repo.path), **options)


def _with(posting: Posted, number: int, *edits: Edit, tags: Sequence[str] = ()) -> Plan:
    planned = PlannedPatch(number, tuple(PlannedTag(tag, True) for tag in tags), tuple(Fixup(edit) for edit in edits))
    return Plan(posting.review().series.id, posting.base, (planned,))


def _refused(posting: Posted, error: type[ReviewbotError], plan: Plan | None = None, **options: Any) -> str:
    """The one line of a run that is refused; the repository must be untouched by it."""
    posting.repo.write({"xen/op.c": "the user's own work\n", "new file": "also\n"})
    before = posting.repo.snapshot()
    with pytest.raises(error) as caught:
        _applied(posting, plan, **options)
    assert posting.repo.snapshot() == before
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_without_replies_the_commits_are_those_of_git_am(posting: Posted) -> None:
    applied = _applied(posting)
    repo = posting.repo
    repo.git("checkout", "-q", "-b", "am")
    for mail in posting.mails:
        repo.git("am", "-q", stdin=f"From mboxrd@z Thu Jan  1 00:00:00 1970\n{mail}\n".encode())
    assert repo.git("rev-parse", "am") == applied.tip
    assert repo.git("rev-parse", f"{applied.branch}~1") == applied.commits[0].id


def test_work_tree_index_and_head_are_not_touched(posting: Posted) -> None:
    repo = posting.repo
    repo.write({"xen/op.c": "staged\n"})
    repo.git("add", "-A")
    repo.write({"xen/op.c": "the user's own work\n"})
    before = repo.snapshot()
    applied = _applied(posting)
    after = repo.snapshot()
    for part in ("head", "index", "tree"):
        assert after[part] == before[part]
    new = [line.split("\t")[1] for line in after["refs"].splitlines() if line not in before["refs"].splitlines()]
    assert new == [f"refs/heads/{applied.branch}"]
    assert default_branch(posting.review()) == applied.branch == "reviewbot/common-handle-op-c-v1"
    subprocess.run(["git", "-C", str(repo.path), "fsck", "--strict"], check=True, capture_output=True)


def test_tags_in_order_of_arrival_release_ack_last_and_no_signature(posting: Posted) -> None:
    posting.reply(0, "Release-Acked-by: Rel Manager <rel@example.org>", "Rel Manager <rel@example.org>")
    posting.reply(0, "> Signed-off-by: x\n\nReviewed-by: Rea Viewer <rea@example.org>")
    posting.reply(0, "Acked-by: Main Tainer <main@example.org>", "Main Tainer <main@example.org>")
    applied = _applied(posting)
    message = posting.repo.git("log", "-1", "--format=%B", applied.commits[0].id)
    assert message.rstrip("\n") == (
        "common: handle OP_c\n\nIt is needed.\n\nSigned-off-by: A. Developer <dev@example.org>\n"
        "Reviewed-by: Rea Viewer <rea@example.org>\nAcked-by: Main Tainer <main@example.org>\n"
        "Release-Acked-by: Rel Manager <rel@example.org>"
    )
    assert applied.commits[0].tags[-1].startswith("Release-Acked-by")


def test_agreed_requests_are_done_and_the_others_are_left(posting: Posted) -> None:
    quoted = "> +        fallthrough;\n"
    reply = posting.reply(0, f"{quoted}\nI would use break rather than fallthrough.\n", name="ask")
    posting.ids[0], first = reply, posting.ids[0]
    posting.reply(0, ">> +        fallthrough;\n>\n> I would use break rather than fallthrough.\n\nYes, makes sense.\n",
                  "A. Developer <dev@example.org>")  # fmt: skip
    posting.ids[0] = first
    applied = _applied(posting)
    content = posting.repo.git("show", f"{applied.commits[0].id}:xen/op.c")
    assert "        break;\n    default:" in content
    assert applied.commits[0].fixups == ("1.1",)
    assert applied.left == ()
    none = _applied(posting, make_plan(posting.review(), posting.base, "none"), branch="none")
    assert [entry.id for entry in none.left] == ["1.1"]
    assert "fallthrough;" in posting.repo.git("show", "none~1:xen/op.c")


def test_later_patches_come_on_top_of_the_edits(posting: Posted) -> None:
    plan = _with(posting, 1, Edit(path="xen/op.c", replace="ret = c();", with_="ret = -EPERM;"))
    applied = _applied(posting, plan)
    assert posting.repo.git("show", f"{applied.tip}:xen/op.c") == (
        ADDED.replace("long ret = 0;", "long ret = 1;").replace("ret = c();", "ret = -EPERM;").rstrip("\n")
    )


def test_a_later_patch_that_no_longer_fits_names_the_fixups(post: Post) -> None:
    later = ADDED.replace("ret = c();", "ret = d();")
    posting = post({"xen/op.c": CODE}, FIRST, ("common: d", {"xen/op.c": later}))
    plan = _with(posting, 1, Edit(path="xen/op.c", replace="ret = c();", with_="ret = -EPERM;"))
    said = _refused(posting, InputError, plan)
    assert "patch 2/2 (common: d) does not apply" in said
    assert ", after fixup (replace 'ret = c();'): xen/op.c:" in said


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Edit(path="xen/op.c", replace="nonsense", with_="x"), "matches nowhere in xen/op.c"),
        (Edit(path="xen/op.c", replace="ret", with_="x"), "matches in 2 places: xen/op.c:16 and :17"),
        (Edit(path="xen/op.c", replace="ret = b();", with_="x"), "matches only outside"),
        (Edit(path="other.c", replace="a", with_="x"), "the patch does not touch other.c"),
        (Edit(path="other.c", within="a", replace="a", with_="x"), "there is no file other.c"),
        (Edit(path="../op.c", within="a", replace="a", with_="x"), "there is no file ../op.c"),
        (Edit(message=True, replace="nonsense", with_="x"), "matches nowhere in the message"),
        (Edit(subject=True, replace="common", with_="a\nb"), "the subject would have two lines"),
    ],
)
def test_an_edit_that_does_not_fit_changes_nothing(posting: Posted, edit: Edit, why: str) -> None:
    said = _refused(posting, InputError, _with(posting, 1, edit))
    assert why in said
    assert said.startswith("patch 1/2 (common: handle OP_c): fixup (")


def test_a_patch_that_does_not_apply_is_named(posting: Posted) -> None:
    other = posting.repo.commit({"xen/op.c": CODE.replace("default:", "case OP_z:")}, "other base")
    said = _refused(posting, InputError, base=other)
    assert said == f"patch 1/2 (common: handle OP_c) does not apply to {other[:12]}: xen/op.c:12"


def test_offsets_are_followed(post: Post) -> None:
    posting = post({"xen/op.c": CODE}, FIRST)
    shifted = posting.repo.commit({"xen/op.c": "/* New lines above. */\n" * 40 + CODE}, "shifted base")
    plan = _with(posting, 1, Edit(path="xen/op.c", replace="fallthrough;", with_="break;"))
    applied = _applied(posting, plan, base=shifted)
    assert "        break;\n    default:" in posting.repo.git("show", f"{applied.tip}:xen/op.c")


def test_an_unknown_base_and_a_taken_branch(posting: Posted) -> None:
    assert "unknown revision 'nope'" in _refused(posting, GitError, base="nope")
    posting.repo.git("branch", "taken")
    assert "taken exists already" in _refused(posting, GitError, branch="taken")
    assert "not a branch name" in _refused(posting, GitError, branch="a..b")
    assert "taken" in _refused(posting, GitError, branch="taken/below")


def test_an_incomplete_series(post: Post) -> None:
    posting = post({"xen/op.c": CODE}, FIRST, total=3)
    assert "incomplete: of 3 patches 2, 3 lacking" in _refused(posting, InputError)


def test_no_identity(posting: Posted, monkeypatch: pytest.MonkeyPatch) -> None:
    posting.repo.git("config", "user.useConfigOnly", "true")
    for name in ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.delenv(name)
    assert "user.name and user.email" in _refused(posting, GitError)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("xen/op.c", "../op.c", "out of the tree"),
        ("xen/op.c", ".git/hooks/pre-commit", "into .git"),
        ("xen/op.c", "/etc/passwd", "absolute path"),
    ],
)
def test_paths_that_lead_elsewhere(post: Post, old: str, new: str, why: str) -> None:
    posting = post({"a": "1\n"}, ("add\n\nNew." + SIGNED, {old: "x\n"}))
    posting.mails[0] = posting.mails[0].replace(f"b/{old}", f"b/{new}")
    assert why in _refused(posting, InputError)


def test_a_dry_run_tells_the_trees_and_leaves_nothing(posting: Posted) -> None:
    plan = _with(
        posting, 1, Edit(path="xen/op.c", replace="fallthrough;", with_="break;"), tags=["Acked-by: M <m@x.org>"]
    )
    before = posting.repo.snapshot()
    dry = _applied(posting, plan, dry_run=True)
    assert posting.repo.snapshot() == before
    real = _applied(posting, plan)
    assert [made.tree for made in dry.commits] == [made.tree for made in real.commits]
    assert [made.id for made in dry.commits] == [None, None]
    assert dry.tip is None
    data = dry.to_dict()
    assert list(data) == ["base", "branch", "tip", "commits", "left", "verdict"]
    assert list(data["commits"][0]) == ["id", "tree", "number", "subject", "tags", "fixups", "findings"]
    assert data["commits"][0]["tags"] == ["Acked-by: M <m@x.org>"]


def test_each_commit_is_checked_against_its_parent(posting: Posted) -> None:
    seen: list[tuple[bytes | None, bytes | None, list[str]]] = []

    def check(before: GitTree, after: GitTree, changes: Sequence[Change]) -> Iterator[Any]:
        seen.append((before.read("xen/op.c"), after.read("xen/op.c"), [c.path for c in changes]))
        return iter([_Finding("x")])

    applied = _applied(posting, check=check)
    assert seen[0] == (CODE.encode(), ADDED.encode(), ["xen/op.c"])
    assert seen[1][0] == ADDED.encode()
    assert [made.to_dict()["findings"] for made in applied.commits] == [[{"rule": "x"}]] * 2


@dataclasses.dataclass(frozen=True)
class _Finding:
    rule: str

    def to_dict(self) -> dict[str, Any]:
        return {"rule": self.rule}


def test_an_interrupted_run_leaves_nothing(posting: Posted) -> None:
    before = posting.repo.snapshot()

    def check(*_: object) -> Iterator[Any]:
        os.kill(os.getpid(), signal.SIGINT)
        return iter(())

    with pytest.raises(KeyboardInterrupt):
        _applied(posting, check=check)
    assert posting.repo.snapshot() == before


def test_binary_files_and_odd_endings_are_applied_exactly(post: Post) -> None:
    lines = "".join(f"line {n}\n" for n in range(20))
    base: dict[str, str | bytes] = {
        "old name.c": lines,
        "crlf.c": b"one\r\ntwo\r\n",
        "end.c": "no newline",
        "b.bin": b"\0\1",
    }
    posting = post(
        base, ("change it all\n\nAll." + SIGNED, {"crlf.c": b"one\r\n2\r\n", "end.c": "still none", "b.bin": b"\0\2"})
    )
    # Line ends survive a mail only where its body is encoded.
    head, body = posting.mails[0].split("\n\n", 1)
    head = head.replace("Transfer-Encoding: 8bit", "Transfer-Encoding: base64")
    if "Transfer-Encoding" not in head:
        head += "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: base64"
    posting.mails[0] = f"{head}\n\n{base64.encodebytes(body.encode()).decode()}"
    applied = _applied(posting)
    assert posting.repo.git("show", f"{applied.tip}:crlf.c") == "one\r\n2\r"
    assert posting.repo.git("show", f"{applied.tip}:end.c") == "still none"
    edited = _with(posting, 1, Edit(path="crlf.c", replace="2", with_="two\nthree"))
    assert Repository.open(posting.repo.path).tree(_applied(posting, edited, branch="b").tip).read("crlf.c") == (
        b"one\r\ntwo\r\nthree\r\n"
    )


def test_a_renamed_file_is_edited_under_its_new_name(post: Post) -> None:
    lines = "".join(f"line {n};\n" for n in range(20))
    new = lines.replace("line 7;", "line seven;")
    posting = post({"old name.c": lines}, ("rename\n\nIt." + SIGNED, {"old name.c": None, "dir/new.c": new}))
    assert "rename from" in posting.mails[0]
    plan = _with(posting, 1, Edit(path="dir/new.c", script="s/seven/eight/"))
    applied = _applied(posting, plan)
    files = Repository.open(posting.repo.path).tree(applied.tip)
    assert list(files.paths()) == ["dir/new.c"]
    assert files.read("dir/new.c") == new.replace("seven", "eight").encode()
    assert "does not touch old name.c" in _refused(
        posting, InputError, _with(posting, 1, Edit(path="old name.c", replace="line 1;", with_="x")), branch="other"
    )


def test_a_bare_repository_and_a_linked_work_tree(posting: Posted, tmp_path: Path) -> None:
    review = posting.review()
    posting.repo.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    posting.repo.git("worktree", "add", "-q", str(tmp_path / "linked"))
    tips = [
        apply_plan(review, make_plan(review, posting.base), Repository.open(place)).commits[-1].tree
        for place in (tmp_path / "bare", tmp_path / "linked")
    ]
    assert tips[0] == tips[1]
    assert posting.repo.git("rev-parse", "reviewbot/common-handle-op-c-v1^{tree}") == tips[0]


def test_the_posted_series_exists_only_inside_its_context(posting: Posted) -> None:
    before = posting.repo.snapshot()
    with posted(posting.review().series, Repository.open(posting.repo.path)) as (store, base, tree):
        assert base == posting.base
        assert b"long ret = 1" in (store.tree(tree).read("xen/op.c") or b"")
    assert posting.repo.snapshot() == before


def test_a_plan_for_something_else(posting: Posted) -> None:
    plan = make_plan(posting.review(), posting.base)
    other = dataclasses.replace(plan, series="other@example.org")
    assert "is for series other@example.org, not for v1 of" in _refused(posting, InputError, other)
    assert "no patch 3 (it has 1, 2)" in _refused(
        posting, InputError, dataclasses.replace(plan, patches=(PlannedPatch(3),))
    )
    stray = PlannedPatch(1, (), (Fixup(Edit(message=True, delete="x"), "1.9"),))
    assert "no request 1.9" in _refused(posting, InputError, dataclasses.replace(plan, patches=(stray,)))


def test_files_that_configure_git_are_remarked_on(post: Post) -> None:
    posting = post({"a": "1\n"}, ("add\n\nNew." + SIGNED, {".gitattributes": "* filter=x\n"}))
    (made,) = _applied(posting).commits
    assert made.remarks == (".gitattributes: configures git; look at it before you check the branch out",)


def test_a_diff_without_prefixes_applies_too(posting: Posted) -> None:
    bare = [mail.replace(" a/xen/", " xen/").replace(" b/xen/", " xen/") for mail in posting.mails]
    assert bare != posting.mails
    applied = _applied(dataclasses.replace(posting, mails=bare))
    assert [made.tree for made in applied.commits] == [made.tree for made in _applied(posting, branch="two").commits]
