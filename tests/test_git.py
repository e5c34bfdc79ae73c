"""The door to git: verified revisions, exact bytes, and quarantined objects."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.errors import GitError
from reviewbot.git import Plumbing, Repository, mail_blobs
from tests.conftest import GitRepo

Factory = Callable[..., GitRepo]


def test_opens_work_trees_sub_folders_bare_repositories_and_linked_work_trees(
    git_repo: Factory, tmp_path: Path
) -> None:
    made = git_repo()
    commit = made.commit({"a/b/c.txt": "x\n"})
    made.git("worktree", "add", "-q", str(tmp_path / "linked"))
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare.git"))
    for place, top in (
        (made.path, made.path),
        (made.path / "a" / "b", made.path),
        (tmp_path / "linked", tmp_path / "linked"),
        (tmp_path / "bare.git", tmp_path / "bare.git"),
    ):
        with Repository.open(place) as repo:
            assert repo.resolve("HEAD") == commit
            assert repo.tree("HEAD").read("a/b/c.txt") == b"x\n"
            assert repo.top() == top
            assert repo.bare == place.name.endswith(".git")


def test_a_bare_repository_without_a_config_file_is_bare(git_repo: Factory, tmp_path: Path) -> None:
    made = git_repo()
    commit = made.commit({"a": "1"})
    made.git("clone", "-q", "--bare", ".", str(tmp_path / "bare"))
    (tmp_path / "bare" / "config").unlink()
    repo = Repository.open(tmp_path / "bare")
    assert repo.bare
    assert repo.commit("HEAD").id == commit


@pytest.mark.parametrize("name", ["nowhere", "plain"])
def test_no_repository_is_one_clear_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(GitError) as caught:
        Repository.open(tmp_path / name)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("rev", ["nope", "--output=x", "-h", "HEAD~9", "", "a\nb", "HEAD:a", "0" * 40])
def test_an_unknown_revision_is_refused(git_repo: Factory, rev: str) -> None:
    made = git_repo()
    made.commit({"a": "1"})
    before = made.snapshot()
    with pytest.raises(GitError, match=r"unknown revision|not a revision"):
        Repository.open(made.path).resolve(rev)
    assert made.snapshot() == before
    assert not (made.path / "x").exists()


def test_a_name_of_a_branch_and_a_tag_is_ambiguous(git_repo: Factory) -> None:
    made = git_repo()
    made.commit({"a": "1"})
    made.git("branch", "twice")
    made.commit({"a": "2"})
    made.git("tag", "twice")
    with pytest.raises(GitError, match="ambiguous revision 'twice'"):
        Repository.open(made.path).resolve("twice")


def test_a_shallow_clone_says_that_it_is_one(git_repo: Factory, tmp_path: Path) -> None:
    made = git_repo()
    base = made.commit({"a": "1"})
    made.commit({"a": "2"})
    made.git("clone", "-q", "--depth=1", f"file://{made.path}", str(tmp_path / "shallow"))
    with pytest.raises(GitError, match="shallow"):
        Repository.open(tmp_path / "shallow").resolve(base)


def test_spans(git_repo: Factory) -> None:
    made = git_repo()
    root = made.commit({"a": "1"})
    side = made.commit({"b": "1"})
    made.git("checkout", "-q", "-b", "other", root)
    other = made.commit({"c": "1"})
    repo = Repository.open(made.path)
    assert repo.span(root) == (None, root)
    assert repo.span("master") == (root, side)
    assert repo.span("master..other") == (side, other)
    assert repo.span("master...other") == (root, other)
    assert repo.span("master..") == (side, other)


def test_changes_follow_renames_and_odd_names(git_repo: Factory) -> None:
    made = git_repo()
    text = "".join(f"line {n}\n" for n in range(30))
    old = made.commit({"a.c": text, "gone": "1\n", "kept": "1\n"})
    (made.path / "gone").unlink()
    (made.path / "a.c").unlink()
    new = made.commit({"dir/b.c": text + "more\n", "tab\tnew\nline": "x", "kept": "2\n"})
    found = {c.path: (c.status, c.old_path) for c in Repository.open(made.path).changes(old, new)}
    assert found == {
        "dir/b.c": ("renamed", "a.c"),
        "gone": ("deleted", None),
        "kept": ("modified", None),
        "tab\tnew\nline": ("added", None),
    }
    files = Repository.open(made.path).tree(new)
    assert files.read("tab\tnew\nline") == b"x"
    root = {c.path: c.status for c in Repository.open(made.path).changes(None, old)}
    assert root == {"a.c": "added", "gone": "added", "kept": "added"}


def test_the_index_is_read_not_the_work_tree(git_repo: Factory) -> None:
    made = git_repo()
    made.commit({"a": "committed\n"})
    made.write({"a": "staged\n"})
    made.git("add", "a")
    made.write({"a": "work tree\n"})
    repo = Plumbing.here(made.path)
    assert repo.tree(None).read("a") == b"staged\n"
    assert [(c.status, c.path) for c in repo.staged()] == [("modified", "a")]


def test_before_the_first_commit_everything_staged_is_new(git_repo: Factory) -> None:
    made = git_repo()
    made.write({"a": "1\n"})
    made.git("add", "a")
    assert [(c.status, c.path) for c in Plumbing.here(made.path).staged()] == [("added", "a")]


def test_a_hooks_own_index_is_honoured_and_other_git_variables_are_not(
    git_repo: Factory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = git_repo("one"), git_repo("two")
    made.commit({"a": "1\n"})
    other.commit({"b": "1\n"})
    hook = made.path / ".git" / "hooks" / "pre-commit"
    hook.write_text(
        f"#!/bin/sh\nexec {sys.executable} -c 'from reviewbot.git import Plumbing; import sys\n"
        f'print([c.path for c in Plumbing.here(".").staged()], file=open("{made.path}.out", "w"))\'\n'
    )
    hook.chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parent.parent))
    made.write({"a": "2\n"})
    made.git("commit", "-q", "-a", "-m", "with -a: only the hook's index has the change")
    assert Path(f"{made.path}.out").read_text().strip() == "['a']"
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git" / "objects"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.path / ".git" / "index"))
    assert list(Plumbing.here(made.path).tree(None).paths()) == ["a"]


def test_links_have_no_content(git_repo: Factory) -> None:
    made = git_repo()
    (made.path / "link").symlink_to("/etc/passwd")
    commit = made.commit({"file": "x"})
    tree = Plumbing.here(made.path).tree(commit)
    assert tree.read("link") is None
    assert list(tree.paths()) == ["file", "link"]
    assert tree.read_many(["link", "file", "none"]) == {"file": b"x"}


def test_a_tree_can_be_sent_to_another_process(git_repo: Factory) -> None:
    made = git_repo()
    tree = Plumbing.here(made.path).tree(made.commit({"a": "x"}))
    assert tree.read("a") == b"x"
    assert pickle.loads(pickle.dumps(tree)).read("a") == b"x"


def test_hooks_path(git_repo: Factory, tmp_path: Path) -> None:
    made = git_repo()
    assert Plumbing.here(made.path).hooks_path() == made.path / ".git" / "hooks"
    made.git("config", "core.hooksPath", ".githooks")
    assert Plumbing.here(made.path).hooks_path() == made.path / ".githooks"
    made.git("config", "core.hooksPath", str(tmp_path / "shared"))
    assert Plumbing.here(made.path).hooks_path() == tmp_path / "shared"


def test_no_identity_is_one_clear_line(git_repo: Factory, monkeypatch: pytest.MonkeyPatch) -> None:
    made = git_repo()
    assert Plumbing.here(made.path).committer() == "C. Committer <committer@example.org>"
    for name in ("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL", "EMAIL"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(GitError, match=r"user\.name and user\.email"):
        Plumbing.here(made.path).committer()
    made.git("config", "user.name", "N")
    made.git("config", "user.email", "n@example.org")
    assert Plumbing.here(made.path).committer() == "N <n@example.org>"


def test_gitpython_and_git_log_read_the_same_commit(git_repo: Factory) -> None:
    made = git_repo()
    commit = made.commit({"a": "1"}, "Subject é\nover two lines\n\nBody.\n")
    repo = Repository.open(made.path)
    read = repo.commit("HEAD")
    assert (read.author, read.author_email, read.author_date) == ("A. Developer", "dev@example.org", "1780315200 +0000")
    assert read.subject == "Subject é over two lines"
    assert list(repo.log(commit)) == [read]
    assert repo.branches() == ("master",)
    with pytest.raises(GitError):
        list(repo.log("--output=x"))


def test_plumbing_needs_no_gitpython(git_repo: Factory) -> None:
    made = git_repo()
    made.commit({"a": "1"})
    code = (
        "import sys; from reviewbot.git import Plumbing; g = Plumbing.here(sys.argv[1]); g.staged(); g.tree(None).read('a');"
        "print([m for m in ('git', 'gitdb', 'typer', 'email', 'tempfile') if m in sys.modules])"
    )
    root = Path(__file__).resolve().parent.parent
    out = subprocess.run([sys.executable, "-c", code, made.path], cwd=root, check=True, capture_output=True, text=True)
    assert out.stdout.strip() == "[]"


def test_public_inbox_mails_come_oldest_first(git_repo: Factory) -> None:
    made = git_repo()
    first = made.commit({"m": "mail one\n"})
    second = made.commit({"m": "mail two\n"})
    (made.path / "m").unlink()
    made.commit({"d": "mail two\n"})
    assert list(mail_blobs.mails(made.path)) == [(first, b"mail one\n"), (second, b"mail two\n")]
    assert list(mail_blobs.mails(git_repo("empty").path)) == []


# Quarantine


def _edited(repo: Repository, base: str, ref: str | None, data: bytes = b"new\n") -> str:
    with repo.quarantine() as store:
        store.read_tree(base)
        store.stage({"a": data})
        tree = store.write_tree()
        tip = store.commit_tree(tree, [base], b"Subject\n", name="N", email="n@example.org", date="")
        assert store.tree(tip).read("a") == data
        assert repo.blob(store.tree(tip).entries["a"].id) is None
        if ref:
            store.publish(ref, tip, "test")
    return tip


@pytest.mark.parametrize("bare", [False, True])
def test_what_is_not_published_is_gone(git_repo: Factory, tmp_path: Path, bare: bool) -> None:
    made = git_repo()
    base = made.commit({"a": "old\n", "x.sh": "run\n"})
    place = made.path
    if bare:
        place = tmp_path / "bare"
        made.git("clone", "-q", "--bare", ".", str(place))
    made.write({"a": "the user's own work\n"})
    before = made.snapshot()
    repo = Repository.open(place)
    tip = _edited(repo, base, None)
    with pytest.raises(GitError):
        repo.resolve(tip)
    assert made.snapshot() == before
    tip = _edited(repo, base, "refs/heads/new/branch")
    assert repo.resolve("new/branch") == tip
    assert repo.tree(tip).read("a") == b"new\n"
    after = made.snapshot()
    assert (after["tree"], after["index"], after["head"]) == (before["tree"], before["index"], before["head"])
    subprocess.run(["git", "-C", str(place), "fsck", "--strict"], check=True, capture_output=True)


def test_modes_are_kept(git_repo: Factory) -> None:
    made = git_repo()
    made.write({"a": "old\n"})
    (made.path / "a").chmod(0o755)
    base = made.commit({"b": "x"})
    repo = Repository.open(made.path)
    tip = _edited(repo, base, "refs/heads/new")
    assert repo.tree(tip).entries["a"].mode == "100755"


@pytest.mark.parametrize("ref", ["refs/heads/taken", "refs/heads/taken/below", "refs/heads/bad..name"])
def test_a_ref_that_cannot_be_made_leaves_nothing(git_repo: Factory, ref: str) -> None:
    made = git_repo()
    base = made.commit({"a": "old\n"})
    made.git("branch", "taken")
    before = made.snapshot()
    with pytest.raises(GitError):
        _edited(Repository.open(made.path), base, ref)
    assert made.snapshot() == before


def test_objects_that_cannot_be_written_leave_no_ref(git_repo: Factory) -> None:
    made = git_repo()
    base = made.commit({"a": "old\n"})
    made.git("repack", "-adq")
    packs = made.path / ".git" / "objects" / "pack"
    packs.rename(packs.with_name("pack.real"))
    packs.with_name("info").mkdir(exist_ok=True)
    (packs.with_name("info") / "alternates").write_text("")
    # A file in the folder's place fails for root too, whom permissions do not stop.
    borrowed = made.path / ".git" / "borrowed"
    (borrowed / "info").mkdir(parents=True)
    packs.with_name("pack.real").rename(borrowed / "pack")
    (packs.with_name("info") / "alternates").write_text(f"{borrowed}\n")
    packs.write_text("not a folder")
    refs = made.git("for-each-ref")
    with pytest.raises(GitError) as caught:
        _edited(Repository.open(made.path), base, "refs/heads/new")
    assert "\n" not in str(caught.value)
    assert made.git("for-each-ref") == refs


def test_borrowed_objects_are_seen_through_relative_paths(git_repo: Factory, tmp_path: Path) -> None:
    made = git_repo()
    base = made.commit({"a": "old\n"})
    clone = tmp_path / "clone"
    made.git("clone", "-q", "--shared", ".", str(clone))
    alternates = clone / ".git" / "objects" / "info" / "alternates"
    alternates.write_text(os.path.relpath(made.path / ".git" / "objects", clone / ".git" / "objects") + "\n")
    tip = _edited(Repository.open(clone), base, "refs/heads/new")
    assert Repository.open(clone).resolve("new") == tip


def test_hooks_and_settings_of_the_user_do_not_run(git_repo: Factory) -> None:
    made = git_repo()
    base = made.commit({"a": "old\n"})
    mark = made.path / "ran"
    for name in ("reference-transaction", "post-commit", "pre-commit", "post-checkout", "post-index-change"):
        hook = made.path / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {mark}\n")
        hook.chmod(0o755)
    for key, value in (
        ("core.fsmonitor", str(made.path / ".git" / "hooks" / "post-commit")),
        ("commit.gpgsign", "true"),
        ("core.splitIndex", "true"),
        ("apply.whitespace", "fix"),
        ("i18n.commitEncoding", "latin1"),
    ):
        made.git("config", key, value)
    _edited(Repository.open(made.path), base, "refs/heads/new", b"trailing blank \n")
    assert not mark.exists()
    assert not list((made.path / ".git").glob("sharedindex*"))
    assert "encoding" not in made.git("cat-file", "commit", "new")


def test_white_space_of_a_patch_is_not_repaired(git_repo: Factory) -> None:
    made = git_repo()
    base = made.commit({"a": "one\ntwo\n"})
    made.git("config", "apply.whitespace", "fix")
    made.git("config", "core.autocrlf", "true")
    patch = b"--- a/a\n+++ b/a\n@@ -1,2 +1,3 @@\n one\n+blank at the end \r\n two\n"
    with Repository.open(made.path).quarantine() as store:
        store.read_tree(base)
        store.apply(patch)
        assert store.tree(store.write_tree()).read("a") == b"one\nblank at the end \r\ntwo\n"


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "with another thread"])
def test_an_interrupt_while_publishing_waits_until_all_is_there(
    git_repo: Factory, monkeypatch: pytest.MonkeyPatch, beside: bool
) -> None:
    from reviewbot.git.quarantine import Quarantine

    made = git_repo()
    base = made.commit({"a": "old\n"})
    real: Callable[..., None] = Quarantine._hand_over

    def slow(self: Quarantine, *given: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        real(self, *given)

    monkeypatch.setattr(Quarantine, "_hand_over", slow)
    done = threading.Event()
    # Another thread, a progress bar's, say, takes the signal that the first one blocks.
    other = threading.Thread(target=done.wait, daemon=True)
    if beside:
        other.start()
    with pytest.raises(KeyboardInterrupt):
        _edited(Repository.open(made.path), base, "refs/heads/new")
    done.set()
    assert Repository.open(made.path).tree("refs/heads/new").read("a") == b"new\n"


def test_an_interrupt_before_publishing_leaves_nothing(git_repo: Factory) -> None:
    made = git_repo()
    base = made.commit({"a": "old\n"})
    before = made.snapshot()
    repo = Repository.open(made.path)
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt), repo.quarantine() as store:
        store.read_tree(base)
        store.stage({"a": b"new\n"})
        timer.start()
        time.sleep(30)
    assert made.snapshot() == before
    assert not Path(store._dir).exists()


def test_many_objects_are_asked_for_together(git_repo: Factory) -> None:
    made = git_repo()
    made.commit({f"f{n}": f"text {n}\n" for n in range(300)})
    commits = [made.commit({"m": f"mail {n}\n"}) for n in range(3)]
    lacking = made.git("rev-list", "--max-parents=0", "HEAD")
    with Plumbing.here(made.path) as repo:
        ids = [entry.id for entry in repo.entries(commits[-1]).values()]
        assert set(repo.blobs([*ids, "0" * 40])) == set(ids)  # more than a pipe surely holds at once
        assert list(repo.files_at([lacking, *commits] * 20, "m")) == [
            (commit, f"mail {n}\n".encode()) for _ in range(20) for n, commit in enumerate(commits)
        ]
