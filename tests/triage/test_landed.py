"""What has landed is seen in the tree: by the change itself, else by subject and author."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import GitRepo
from tests.triage.desks import desk, states

BEFORE = "".join(f"line {at}\n" for at in range(20))
AFTER = BEFORE.replace("line 9\n", "line 9\nnew line\n")


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> GitRepo:
    """A tree, a patch made in it, and the tree put back to before that patch."""
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-06-10T12:00:00+0000")
    repo = GitRepo(tmp_path / "tree")
    repo.commit({"f": BEFORE}, "base")
    repo.commit({"f": AFTER}, "f: Add a line\n\nSigned-off-by: A. Developer <dev@example.org>")
    patch = repo.git("format-patch", "-1", "--stdout").replace("Subject:", "Message-ID: <p@example.org>\nSubject:", 1)
    (tmp_path / "p.eml").write_text(patch.split("\n", 1)[1] + "\n")
    repo.git("reset", "-q", "--hard", "HEAD^")
    return repo


@pytest.mark.parametrize(
    ("content", "subject", "author", "state"),
    [
        (AFTER, "f: Add a line", "A. Developer", "committed"),
        (AFTER, "f: Add a line, in other words", "Somebody Else", "committed"),
        (AFTER.replace("new line", "newer line"), "f: Add a line", "A. Developer", "committed"),
        (AFTER.replace("new line", "newer line"), "f: Add a  LINE.", "a developer", "committed"),
        (AFTER.replace("new line", "newer line"), "f: Add a line", "Somebody Else", "needs-review"),
        (AFTER.replace("new line", "newer line"), "f: Add another line", "A. Developer", "needs-review"),
    ],
)
def test_by_change_or_by_subject_and_author(
    tree: GitRepo, tmp_path: Path, content: str, subject: str, author: str, state: str
) -> None:
    tree.write({"f": content})
    email = "dev@example.org" if author == "A. Developer" else "else@example.org"
    tree.git("-c", f"user.name={author}", "commit", "-q", "-a", "-m", subject, f"--author={author} <{email}>")
    with desk(tmp_path / "p.eml", tree=tree.path) as opened:
        (entry,) = opened.queue().entries
    assert entry.state == state
    assert dict(entry.landed) == ({1: tree.git("rev-parse", "HEAD")} if state == "committed" else {})


def test_an_older_commit_of_like_subject_is_not_this_patch(
    tree: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2025-01-10T12:00:00+0000")
    tree.commit({"f": BEFORE + "more\n"}, "f: Add a line")
    assert states(tmp_path / "p.eml", tree=tree.path) == ["needs-review f: Add a line v1"]


def test_a_commit_made_between_two_runs_is_found_by_the_second(tree: GitRepo, tmp_path: Path) -> None:
    source, cache = tmp_path / "p.eml", tmp_path / "cache"
    assert states(source, cache=cache, tree=tree.path) == ["needs-review f: Add a line v1"]
    tree.commit({"g": "unrelated\n"}, "g: New")
    assert states(source, cache=cache, tree=tree.path) == ["needs-review f: Add a line v1"]
    tree.commit({"f": AFTER}, "f: Add a line")
    assert states(source, cache=cache, tree=tree.path) == ["committed f: Add a line v1"]
    assert states(source, cache=cache) == ["needs-review f: Add a line v1"]  # without the tree, nothing is known of it


def test_a_branch_that_was_rewound_makes_it_open_again(tree: GitRepo, tmp_path: Path) -> None:
    source, cache = tmp_path / "p.eml", tmp_path / "cache"
    tree.commit({"f": AFTER}, "f: Add a line")
    assert states(source, cache=cache, tree=tree.path) == ["committed f: Add a line v1"]
    tree.git("reset", "-q", "--hard", "HEAD^")
    tree.commit({"g": "unrelated\n"}, "g: New")
    assert states(source, cache=cache, tree=tree.path) == ["needs-review f: Add a line v1"]


def test_a_superseded_version_did_not_land_with_its_successor(tree: GitRepo, tmp_path: Path) -> None:
    text = (tmp_path / "p.eml").read_text()
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "1.eml").write_text(text)
    later = text.replace("[PATCH]", "[PATCH v2]").replace("p@example.org", "v2@example.org")
    later = later.replace("+new line", "+newer line").replace("2026 12:00", "2026 13:00")
    (inbox / "2.eml").write_text(later)
    tree.commit({"f": AFTER.replace("new line", "newer line")}, "f: Add a line")
    assert sorted(states(inbox, tree=tree.path)) == ["committed f: Add a line v2", "superseded f: Add a line v1"]


def test_of_a_superseded_version_what_was_not_posted_again_may_have_landed_with_changes(
    tree: GitRepo, tmp_path: Path
) -> None:
    text = (tmp_path / "p.eml").read_text()
    other = text.replace("f: Add a line", "g: Add a line").replace("a/f b/f", "a/g b/g")
    other = other.replace("--- a/f\n+++ b/f", "--- a/g\n+++ b/g")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    posted = [
        (text, "[PATCH 1/2]", "o1", "", 12), (other, "[PATCH 2/2]", "o2", "o1", 12), (other, "[PATCH v2]", "n1", "", 13),
    ]  # fmt: skip
    for raw, prefix, mid, above, hour in posted:
        mail = raw.replace("[PATCH]", prefix).replace("p@example.org", f"{mid}@example.org")
        mail = mail.replace("2026 12:00", f"2026 {hour}:00")
        mail = mail.replace("Subject:", f"In-Reply-To: <{above}@example.org>\nSubject:", 1) if above else mail
        (inbox / f"{mid}.eml").write_text(mail)
    tree.commit({"f": AFTER.replace("new line", "newer line")}, "f: Add a line")
    taken = tree.git("rev-parse", "HEAD")
    tree.commit({"g": "another line\n"}, "g: Add a line")
    with desk(inbox, tree=tree.path) as opened:
        found = {entry.version: entry for entry in opened.queue().entries}
    assert found[1].superseded_by == "n1@example.org"
    assert dict(found[1].landed) == {1: taken}  # patch 2 is that of version 2
    assert found[2].state == "committed"
