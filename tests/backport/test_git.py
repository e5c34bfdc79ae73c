"""The plumbing that merging without a work tree stands on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.backport.diff import read_change
from reviewbot.git import Entry, Plumbing
from reviewbot.git.grep import places_of, text_around
from tests.conftest import GitRepo

PATHS = st.lists(st.sampled_from(["a", "a.c", "b/a", "b/c/d", "b-c", "b.d/e", "z"]), max_size=6, unique=True)


@given(st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_graft_makes_the_tree_that_git_makes(git_repo: Callable[..., GitRepo], data: st.DataObject) -> None:
    repo = git_repo()
    keep, put, drop = (data.draw(PATHS) for _ in range(3))
    start = [p for p in keep if not any(q.startswith(p + "/") or p.startswith(q + "/") for q in keep)]
    with Plumbing.here(repo.path) as git, git.quarantine() as store:
        blob = store.put(b"x\n")
        tree = store.graft(store.empty_tree(), {path: Entry("100644", blob) for path in start})
        assert sorted(store.entries(tree)) == sorted(start)
        changes: dict[str, Entry | None] = {path: None for path in drop if path in start}
        changes |= {path: Entry("100755", blob) for path in put if path in start}
        after = store.graft(tree, changes)
        expected = {p: "100755" if p in put else "100644" for p in start if changes.get(p, 1) is not None}
        assert {p: e.mode for p, e in store.entries(after).items()} == expected
        store.read_tree(after)
        assert store.write_tree() == after


def test_merge_of_trees_has_the_base_it_is_given(git_repo: Callable[..., GitRepo]) -> None:
    repo = git_repo()
    base = repo.commit({"f": "1\n2\n3\n"})
    theirs = repo.commit({"f": "1\n2\nthree\n"})
    repo.git("checkout", "-q", "--orphan", "other")
    ours = repo.commit({"f": "one\n2\n3\n"})
    with Plumbing.here(repo.path) as git, git.quarantine() as store:
        merged = store.merge(store.resolve(ours, "tree"), base, theirs)
        assert merged.clean and store.file_at(merged.tree, "f") == b"one\n2\nthree\n"
        clash = store.merge(store.resolve(repo.commit({"f": "1\n2\ndrei\n"}), "tree"), base, theirs)
        assert not clash.clean and sorted(clash.conflicts["f"]) == [1, 2, 3]
        assert any("CONFLICT" in kind for kind, _ in clash.messages)
        marked = store.file_at(clash.tree, "f")
        assert marked is not None and b"|||||||" in marked
    assert repo.git("cat-file", "--batch-check", "--batch-all-objects").count("\n") < 12


def test_commits_are_read_as_they_are(git_repo: Callable[..., GitRepo], monkeypatch: pytest.MonkeyPatch) -> None:
    repo = git_repo()
    repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
    repo.write({"f": "x"})
    repo.git("add", "f")
    repo.git("commit", "-q", "-F", "-", stdin="Fix für\n\nBody\n".encode("latin-1"))
    oid = repo.git("rev-parse", "HEAD")
    with Plumbing.here(repo.path) as git:
        (commit,) = git.commits([oid]).values()
        assert (commit.subject, commit.parents, commit.tree) == ("Fix für", (), git.resolve(oid, "tree"))
        assert (commit.author, commit.committer_email) == ("A. Developer", "committer@example.org")
        assert git.commits([commit.tree]) == {}


def test_words_are_whole_words(git_repo: Callable[..., GitRepo]) -> None:
    repo = git_repo()
    oid = repo.commit({"a/x.c": "arch.hvm_domain\nfoo(\n  1);\n", "b/x.c": "arch.hvm\n"})
    with Plumbing.here(repo.path) as git:
        assert text_around(git, oid, ["arch.hvm"], ["a/*"]) == b""
        assert text_around(git, oid, ["arch.hvm"]) == b"arch.hvm\n"
        assert text_around(git, oid, ["foo"], after=1) == b"foo(\n  1);\n"
        assert places_of(git, oid, "foo") == [("a/x.c", 2)]
        assert text_around(git, oid, []) == b""


def test_change_read_line_by_line(git_repo: Callable[..., GitRepo]) -> None:
    repo = git_repo()
    old = repo.commit({"f": "1\n2\n3\n", "sub dir/g": "g\n" * 30, "gone": "x\n", "bin": b"\0"})
    repo.git("mv", "sub dir/g", "h")
    repo.git("rm", "-q", "gone")
    new = repo.commit({"f": "1\n--- two\n3\n", "new": "+++ n\n", "bin": b"\0\1"})
    with Plumbing.here(repo.path) as git:
        change = {file.name: file for file in read_change(git, old, new)}
    assert sorted(change) == ["bin", "f", "gone", "h", "new"]
    (hunk,) = change["f"].hunks
    assert (hunk.old, hunk.new, hunk.gone, hunk.added) == (2, 2, (b"2",), (b"--- two",))
    assert change["h"].old_path == "sub dir/g" and change["h"].hunks == ()
    assert change["gone"].path is None and change["new"].old_path is None
    assert change["new"].hunks[0].added == (b"+++ n",)
    assert change["bin"].binary
