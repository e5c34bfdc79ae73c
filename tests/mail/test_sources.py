"""Sources: files, packed files, folders, git directories, standard input; and what is none of them."""

from __future__ import annotations

import gzip
import io
import lzma
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewbot.errors import InputError
from reviewbot.mail import Mailbag, Message, read, stream
from tests.mail.mails import mail, mbox

TWO = mbox(mail(mid="1@x.org"), mail(b"Other.\n", mid="2@x.org"))


def ids(bag: Mailbag) -> list[str]:
    return [message.message_id for message in bag.messages]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_an_mbox_packed_or_not(tmp_path: Path, pack: object) -> None:
    path = tmp_path / "any-name"
    path.write_bytes(pack(TWO))  # type: ignore[operator]
    bag = read(path)
    assert ids(bag) == ["1@x.org", "2@x.org"]
    assert [(m.source, m.position) for m in bag.messages] == [(str(path), 1), (str(path), 2)]
    assert bag.unread == ()


def test_standard_input() -> None:
    assert ids(read("-", stdin=io.BytesIO(gzip.compress(TWO)))) == ["1@x.org", "2@x.org"]
    assert read("-", stdin=io.BytesIO(mail())).messages[0].source == "-"


def test_one_mail_without_a_from_line(tmp_path: Path) -> None:
    body = b"From here on\nFrom mboxrd@z Thu Jan  1 00:00:00 1970\n>From is kept\n"
    (tmp_path / "one.eml").write_bytes(b"\n" + mail(body))
    (found,) = read(tmp_path / "one.eml").messages
    assert found.body_bytes == body


def test_a_maildir(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "cur" / "1:2,S").write_bytes(mail(mid="1@x.org"))
    (tmp_path / "new" / "2").write_bytes(mail(mid="2@x.org"))
    (tmp_path / "tmp" / "3").write_bytes(mail(mid="3@x.org"))
    (tmp_path / "dovecot.index").write_bytes(b"\0\1")
    bag = read(tmp_path)
    assert ids(bag) == ["1@x.org", "2@x.org"]
    assert bag.unread == ()


def test_a_folder_of_everything(tmp_path: Path) -> None:
    (tmp_path / "a.mbox").write_bytes(TWO)
    (tmp_path / "b.mbox.gz").write_bytes(gzip.compress(mbox(mail(mid="3@x.org"))))
    (tmp_path / "c.eml").write_bytes(mail(mid="4@x.org"))
    (tmp_path / "README").write_bytes(b"no mail here\n")
    (tmp_path / "picture").write_bytes(b"\x89PNG\0\0")
    (tmp_path / ".hidden").write_bytes(mail(mid="5@x.org"))
    (tmp_path / "sub" / "cur").mkdir(parents=True)
    (tmp_path / "sub" / "cur" / "1").write_bytes(mail(mid="6@x.org"))
    (tmp_path / "loop").symlink_to(tmp_path)
    bag = read(tmp_path)
    assert ids(bag) == ["1@x.org", "2@x.org", "3@x.org", "4@x.org", "6@x.org"]
    assert [(Path(entry.source).name, entry.position) for entry in bag.unread] == [("README", 0), ("picture", 0)]


class Blobs:
    """A stand-in for the git reader."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def mails(self, repository: Path) -> Iterator[tuple[str, bytes]]:
        self.asked.append(repository.name)
        if repository.name != "empty.git":
            yield "c" * 40, mail(mid=f"{repository.name}@x.org")
            yield "d" * 40, b"no mail"


def bare(path: Path) -> Path:
    (path / "objects").mkdir(parents=True)
    (path / "refs").mkdir()
    (path / "HEAD").write_text("ref: refs/heads/master\n")
    return path


def test_a_public_inbox(tmp_path: Path) -> None:
    for number in (0, 2, 10):
        bare(tmp_path / "git" / f"{number}.git")
    bare(tmp_path / "all.git")
    for source in (tmp_path, tmp_path / "all.git"):
        blobs = Blobs()
        bag = read(source, blobs=blobs)
        assert blobs.asked == ["0.git", "2.git", "10.git"]
        assert ids(bag) == ["0.git@x.org", "2.git@x.org", "10.git@x.org"]
        assert [entry.position for entry in bag.unread] == [2, 4, 6]


def test_one_epoch_and_a_clone(tmp_path: Path) -> None:
    assert ids(read(bare(tmp_path / "0.git"), blobs=Blobs())) == ["0.git@x.org"]
    bare(tmp_path / "clone" / ".git")
    assert ids(read(tmp_path / "clone", blobs=Blobs())) == [".git@x.org"]


def test_a_git_directory_needs_a_reader(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="git directory"):
        read(bare(tmp_path / "0.git"))
    with pytest.raises(InputError, match="no mail"):
        read(bare(tmp_path / "empty.git"), blobs=Blobs())


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\n\n\n", "empty"),
        (b"\x7fELF\0\0\0\0", "a binary file"),
        (b"just some text\nand more\n", "its first line is neither"),
        (gzip.compress(TWO)[:-20], "damaged or cut off"),
        (lzma.compress(TWO)[:-20], "damaged or cut off"),
        (b"\x1f\x8bgarbage garbage garbage", "damaged or cut off"),
        (gzip.compress(b"", mtime=0), "empty"),
        (b"Subject: no sender\n\nx\n", "no From header"),
        (mail()[:60], "cut off within the header"),
    ],
)
def test_what_is_no_mail_is_said_in_one_line(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "x.mbox"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read(path)
    assert str(path) in str(caught.value)
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_missing_and_empty_places(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read(tmp_path / "none")
    with pytest.raises(InputError, match="no mail in this folder"):
        read(tmp_path)
    with pytest.raises(InputError, match="standard input: empty"):
        read("-", stdin=io.BytesIO())
    with pytest.raises(InputError, match="no standard input"):
        read("-")


def test_an_unreadable_mail_is_listed_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "x.mbox"
    path.write_bytes(
        mbox(mail(mid="1@x.org"), b"Subject: x\n\nno sender\n", mail(mid="3@x.org"), mail(mid="4@x.org")[:80])
    )
    bag = read(path)
    assert ids(bag) == ["1@x.org", "3@x.org"]
    assert [(entry.position, entry.reason.split(":")[0]) for entry in bag.unread] == [
        (2, "no From header"),
        (4, "cut off within the header"),
    ]


def test_a_torn_end_is_listed_beside_the_mail(tmp_path: Path) -> None:
    (tmp_path / "x.mbox").write_bytes(TWO.rstrip(b"\n"))
    bag = read(tmp_path / "x.mbox")
    assert ids(bag) == ["1@x.org", "2@x.org"]
    assert [(entry.position, "may be cut off" in entry.reason) for entry in bag.unread] == [(2, True)]


def test_copies_are_merged(tmp_path: Path) -> None:
    one = mail(b"Hello.\n", mid="1@x.org")
    by_list = mail(b"Hello.\n-- \nlist footer\n", mid="1@x.org", extra="List-Id: <l.x.org>\n")
    (tmp_path / "x.mbox").write_bytes(mbox(one, by_list, one))
    bag = read(tmp_path / "x.mbox")
    assert [m.body for m in bag.messages] == ["Hello.\n\n"]
    assert bag.unread == ()


def test_another_persons_mail_under_the_same_id_is_listed(tmp_path: Path) -> None:
    forged = mail(b"Reviewed-by: x\n", mid="1@x.org", sender="Mallory <m@example.net>")
    (tmp_path / "x.mbox").write_bytes(mbox(mail(mid="1@x.org"), forged))
    bag = read(tmp_path / "x.mbox")
    assert [m.author.address for m in bag.messages] == ["rita@example.org"]
    assert [(entry.position, "that of mail 1" in entry.reason) for entry in bag.unread] == [(2, True)]


def test_a_stream_is_read_as_it_comes(tmp_path: Path) -> None:
    (tmp_path / "x.mbox").write_bytes(TWO)
    first = next(stream(tmp_path / "x.mbox"))
    assert isinstance(first, Message)
    assert first.message_id == "1@x.org"


@given(
    st.binary(max_size=300)
    | st.binary(max_size=200).map(lambda data: TWO + data)
    | st.binary(max_size=99).map(gzip.compress)
    | st.binary(max_size=99).map(lambda data: b"\x1f\x8b" + data)
    | st.binary(max_size=99).map(lambda data: b"\xfd7zXZ\0" + data)
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_a_mailbag_or_an_input_error(data: bytes) -> None:
    try:
        assert read("-", stdin=io.BytesIO(data)).messages
    except InputError as problem:
        assert "\n" not in str(problem)


def test_the_real_thread(domctl_mbox: Path) -> None:
    bag = read(domctl_mbox)
    assert len(bag.messages) == 8
    assert bag.unread == ()
    assert bag.messages[2].author.name == "Roger Pau Monné"
    assert "Reviewed-by: Roger Pau Monné <roger.pau@citrix.com>\n" in bag.messages[2].body


def test_importing_the_room_is_cheap() -> None:
    import subprocess
    import sys

    code = "import sys, reviewbot.mail; print([m for m in ('email', 'gzip', 'mailbox', 'unidiff') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
