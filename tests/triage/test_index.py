"""The index: only what is new is read, whatever happened to it the answer is the same, and two runs do not collide."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.mail import read
from reviewbot.resources import fixtures_dir
from reviewbot.triage import store
from reviewbot.triage.intake import Intake
from reviewbot.triage.judged import Judge
from tests.conftest import ROOT, GitRepo
from tests.review.mails import RITA, Talk
from tests.triage.desks import archived, desk, states


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    """A posted patch."""
    (tmp_path / "inbox").mkdir()
    return Talk(tmp_path / "inbox")


def _mbox(talk: Talk) -> Path:
    path = talk.folder / "thread.mbox"
    path.write_bytes(b"".join(talk.mails))
    return path


class Counter:
    """Counts what a run reads and judges."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.taken = self.judged = 0
        take, judge = Intake._take, Judge._assessed

        def taking(intake: Intake, entry: object, number: int, oid: str | None) -> str:
            self.taken += 1
            return take(intake, entry, number, oid)  # type: ignore[arg-type]

        def judging(one: Judge, bundle: int, found: object) -> list[tuple[str, str]]:
            self.judged += 1
            return judge(one, bundle, found)  # type: ignore[arg-type]

        monkeypatch.setattr(Intake, "_take", taking)
        monkeypatch.setattr(Judge, "_assessed", judging)

    def since(self) -> tuple[int, int]:
        """Mails read and conversations judged since the last call."""
        found = self.taken, self.judged
        self.taken = self.judged = 0
        return found


def _file(cache: Path) -> Path:
    (found,) = cache.glob("*.sqlite")
    return found


def test_nothing_new_is_neither_read_nor_judged(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, cache, count = _mbox(talk), tmp_path / "cache", Counter(monkeypatch)
    first = states(path, cache=cache)
    assert count.since() == (1, 1)
    assert states(path, cache=cache) == first
    assert count.since() == (0, 0)


def test_of_a_git_archive_only_new_mails_are_read_and_only_their_conversation_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo, cache, count = GitRepo(tmp_path / "0.git-src"), tmp_path / "cache", Counter(monkeypatch)
    talk, other = Talk(tmp_path), Talk(tmp_path)
    unrelated = other.mails[0].replace(b"p1@", b"q1@").replace(b"domctl: step 1 of vpic/msix", b"docs: Say more")
    archived(repo, talk.mails[0], unrelated)
    assert len(states(repo.path, cache=cache)) == 2
    assert count.since() == (2, 2)
    talk.reply(RITA, "p1", "> x\n\nReviewed-by: Rita Reviewer <rita@example.org>\n")
    archived(repo, talk.mails[1])
    assert states(repo.path, cache=cache)[0] == "ready domctl: step 1 of vpic/msix v1"
    assert count.since() == (1, 1)


def test_a_rewritten_archive_is_read_anew(tmp_path: Path) -> None:
    repo, cache = GitRepo(tmp_path / "epoch"), tmp_path / "cache"
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", "> x\n\nReviewed-by: Rita Reviewer <rita@example.org>\n")
    archived(repo, *talk.mails)
    assert states(repo.path, cache=cache) == ["ready domctl: step 1 of vpic/msix v1"]
    repo.git("checkout", "-q", "--orphan", "other")
    archived(repo, talk.mails[0])
    assert states(repo.path, cache=cache) == ["needs-review domctl: step 1 of vpic/msix v1"]


def test_mails_that_a_file_lost_are_forgotten_unless_another_has_them(tmp_path: Path) -> None:
    inbox, cache = tmp_path / "inbox", tmp_path / "cache"
    inbox.mkdir()
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", "> x\n\nReviewed-by: Rita Reviewer <rita@example.org>\n")
    (inbox / "a.mbox").write_bytes(talk.mails[0] + talk.mails[1])
    (inbox / "b.mbox").write_bytes(talk.mails[1])
    (inbox / "c.mbox").write_bytes(talk.mails[0])
    ready, waiting = ["ready domctl: step 1 of vpic/msix v1"], ["needs-review domctl: step 1 of vpic/msix v1"]
    assert states(inbox, cache=cache) == ready
    (inbox / "a.mbox").unlink()
    assert states(inbox, cache=cache) == ready
    (inbox / "b.mbox").write_bytes(talk.mails[0])
    assert states(inbox, cache=cache) == waiting
    (inbox / "c.mbox").unlink()
    assert states(inbox, cache=cache) == waiting


def test_a_maildir_message_that_was_read_stays_itself(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, cache, count = tmp_path / "Maildir", tmp_path / "cache", Counter(monkeypatch)
    for name in ("cur", "new", "tmp"):
        (box / name).mkdir(parents=True)
    raw = talk.mails[0].split(b"\n", 1)[1]
    (box / "new" / "1").write_bytes(raw)
    (box / "tmp" / "2").write_bytes(raw.replace(b"p1@", b"half@"))
    first = states(box, cache=cache)
    assert count.since() == (1, 1)
    (box / "new" / "1").rename(box / "cur" / "1:2,S")
    assert states(box, cache=cache) == first
    assert count.since() == (1, 0)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(12)), st.lists(st.integers(1, 11), max_size=4))
def test_in_whatever_portions_mails_come_the_queue_is_that_of_all_at_once(order: list[int], cuts: list[int]) -> None:
    from reviewbot.mail import mbox

    raws: list[bytes] = []
    for name in ("mini-v2", "mini-domctl", "mini-lock-leak"):
        with (fixtures_dir() / "threads" / f"{name}.mbox").open("rb") as file:
            raws += [raw for raw, _ in mbox.split(file)]
    kept = [raws[at] for at in order if at < len(raws)]
    with tempfile.TemporaryDirectory() as scratch:
        inbox, cache = Path(scratch) / "inbox", Path(scratch) / "cache"
        inbox.mkdir()
        for start, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(kept)], strict=True):
            for at, raw in enumerate(kept[start:end], start):
                (inbox / f"{at:03}.eml").write_bytes(raw)
            if any(inbox.iterdir()):
                with desk(inbox, cache=cache) as opened:
                    grown = [(entry.id, entry.state, entry.reasons, entry.last) for entry in opened.queue().entries]
        with desk(inbox) as opened:
            assert grown == [(e.id, e.state, e.reasons, e.last) for e in opened.queue().entries]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"no database at all" * 100),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(path.read_bytes()[:4096] + b"\xff" * (path.stat().st_size - 4096)),
        lambda path: _sql(path, "PRAGMA user_version = 77"),
        lambda path: _sql(path, "PRAGMA application_id = 1"),
        lambda path: _sql(path, "DROP TABLE series"),
        lambda path: _sql(path, "UPDATE series SET row = '{\"state\": 1}'"),
        lambda path: _sql(path, "UPDATE series SET row = 'nonsense'"),
    ],
)
def test_a_damaged_index_is_built_anew(talk: Talk, tmp_path: Path, damage: object) -> None:
    path, cache = _mbox(talk), tmp_path / "cache"
    first = states(path, cache=cache)
    with sqlite3.connect(_file(cache)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    damage(_file(cache))  # type: ignore[operator]
    assert states(path, cache=cache) == first
    with desk(path, cache=cache) as opened:
        assert opened.notes == ()


def _sql(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as database:
        database.execute(statement)
    database.close()


def test_where_no_index_can_be_kept_it_goes_on_without_one_and_says_so(talk: Talk, tmp_path: Path) -> None:
    path = _mbox(talk)
    (tmp_path / "file").write_text("in the way")
    with desk(path, cache=tmp_path / "file") as opened:
        assert [entry.state for entry in opened.queue().entries] == ["needs-review"]
        (note,) = opened.notes
    assert "no index is kept" in note
    assert str(tmp_path / "file") in note


def test_an_index_that_may_only_be_read_is_done_without(
    talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, cache = _mbox(talk), tmp_path / "cache"
    real = sqlite3.connect

    def reading(name: object, **options: object) -> sqlite3.Connection:
        if name:
            return real(f"file:{name}?mode=ro", uri=True, isolation_level=None)
        return real("", isolation_level=None)

    states(path, cache=cache)
    talk.reply(RITA, "p1", "> x\n\nReviewed-by: Rita Reviewer <rita@example.org>\n")
    _mbox(talk)
    monkeypatch.setattr(store.sqlite3, "connect", reading)
    with desk(path, cache=cache) as opened:
        assert [entry.state for entry in opened.queue().entries] == ["ready"]
        assert len(opened.notes) == 1


def test_two_runs_at_once_agree_and_leave_a_sound_index(talk: Talk, tmp_path: Path) -> None:
    for _ in range(40):
        talk.reply(RITA, "p1", "> x\n\nWell, well.\n")
    path, cache = _mbox(talk), tmp_path / "cache"
    program = (
        "import sys; from pathlib import Path; from tests.triage.desks import states;"
        "print(states(Path(sys.argv[1]), cache=Path(sys.argv[2])))"
    )
    runs = [
        subprocess.Popen([sys.executable, "-c", program, path, cache], cwd=ROOT, stdout=subprocess.PIPE)
        for _ in range(4)
    ]
    said = {run.communicate()[0] for run in runs}
    assert [run.returncode for run in runs] == [0] * 4
    assert said == {b"['needs-review domctl: step 1 of vpic/msix v1']\n"}
    database = sqlite3.connect(_file(cache))
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("SELECT count(*) FROM mail").fetchone() == (41,)
    database.close()


def test_a_file_of_any_name(talk: Talk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, cache, count = tmp_path / "in", tmp_path / "cache", Counter(monkeypatch)
    inbox.mkdir()
    (inbox / os.fsdecode(b"\xff\xfe '\n.mbox")).write_bytes(talk.mails[0])
    assert states(inbox, cache=cache) == ["needs-review domctl: step 1 of vpic/msix v1"]
    assert count.since() == (1, 1)
    assert len(states(inbox, cache=cache)) == 1
    assert count.since() == (0, 0)


def test_different_sources_have_different_indexes(tmp_path: Path) -> None:
    one, other = tmp_path / "a" / "x.mbox", tmp_path / "b" / "x.mbox"
    cache = tmp_path / "cache"
    assert store.index_path(cache, [str(one)]) != store.index_path(cache, [str(other)])
    assert store.index_path(cache, [str(one)]) == store.index_path(cache, [str(one.parent / "." / "x.mbox")])
    assert store.index_path(cache, ["../od d/\N{PILE OF POO}"]).parent == cache


def test_a_mail_of_a_maildir_is_one_whatever_its_lines(tmp_path: Path) -> None:
    raw = Talk(tmp_path).mails[0].partition(b"\n")[2]
    (tmp_path / "box" / "cur").mkdir(parents=True)
    stray = b"\nFrom x@example.org Mon Jun  1 10:00:00 2026\nFrom: No Mail <no@example.org>\nSubject: a quotation\n\n"
    (tmp_path / "box" / "cur" / "1:2,S").write_bytes(
        b"From here Mon Jun  1 10:00:00 2026\n" + raw.rstrip() + b"\n" + stray
    )
    with desk(tmp_path / "box") as opened:
        assert opened.mails == 1
    assert len(read(tmp_path / "box").messages) == 1
