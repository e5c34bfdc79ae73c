"""The embedded tree and threads: they belong together, are readable, and name nobody who exists."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewbot.analysis import FolderTree, Report, check, load_rules
from reviewbot.csource import MacroTable, parse
from reviewbot.mail import read, threads
from reviewbot.resources import fixtures_dir, rules_dir
from reviewbot.review import Review, read_review
from reviewbot.series import find_series
from tests.conftest import GitRepo
from tests.fixture_threads import THREADS, Workshop
from tests.mailed import mails, patch_mails, subject

TREE = fixtures_dir() / "trees" / "mini-xen"
MBOXES = sorted((fixtures_dir() / "threads").glob("mini-*.mbox"))
SOURCES = sorted(str(path.relative_to(TREE)) for path in TREE.rglob("*.[ch]"))

# Anything with an @ between two words; message ids and comments included, so nothing can slip through.
ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+")
SERIES = [
    ("mini-domctl.mbox", 1, 2),
    ("mini-v2.mbox", 1, 1),
    ("mini-v2.mbox", 2, 1),
    ("mini-missing-check.mbox", 1, 1),
    ("mini-lock-leak.mbox", 1, 1),
]


@pytest.fixture
def tree_repo(git_repo: Callable[..., GitRepo]) -> GitRepo:
    """A repository with the miniature tree committed."""
    repo = git_repo()
    repo.commit({str(p.relative_to(TREE)): p.read_bytes() for p in TREE.rglob("*") if p.is_file()}, "base")
    return repo


def test_every_thread_is_known() -> None:
    assert [path.name for path in MBOXES] == sorted(THREADS)
    assert {name for name, _, _ in SERIES} == set(THREADS)


@pytest.mark.parametrize("name", THREADS)
def test_thread_is_what_the_tree_gives(name: str, tmp_path: Path) -> None:
    made = THREADS[name](Workshop(tmp_path / "tree", TREE))
    assert (fixtures_dir() / "threads" / name).read_bytes() == made, "run python -m tests.fixture_threads"


@pytest.mark.parametrize(("name", "version", "count"), SERIES)
def test_series_applies(name: str, version: int, count: int, tree_repo: GitRepo) -> None:
    patches = patch_mails(fixtures_dir() / "threads" / name, version)
    assert len(patches) == count
    for mail in patches:
        tree_repo.git("am", "-q", stdin=mail)
        # The diffs are git's own: the ids that they name are those of the files before and after.
        named = re.findall(rb"^index ([0-9a-f]+)\.\.([0-9a-f]+)", mail, re.M)
        made = re.findall(r"^index ([0-9a-f]+)\.\.([0-9a-f]+)", tree_repo.git("show", "--abbrev=12"), re.M)
        assert [(a.decode(), b.decode()) for a, b in named] == made
        assert "Signed-off-by: Petra Lindholm <petra.lindholm@example.org>" in tree_repo.git("log", "-1")


@pytest.mark.parametrize("mbox", MBOXES, ids=lambda path: path.name)
def test_mails_parse(mbox: Path) -> None:
    bag = read(mbox)
    assert bag.unread == ()
    assert [message.subject for message in bag.messages] == [subject(mail) for mail in mails(mbox)]
    for message in bag.messages:
        assert message.date is not None
        assert message.author == message.sender
        assert message.author.name
        assert message.body.strip()
    for thread in threads(bag.messages):
        roots = [message for message in thread.messages if thread.parent(message) is None]
        assert roots == [thread.root]


def test_nobody_is_real() -> None:
    for path in [*MBOXES, *(p for p in TREE.rglob("*") if p.is_file())]:
        for address in ADDRESS.findall(path.read_text(encoding="utf-8")):
            assert address.rpartition("@")[2].removesuffix(".").endswith("example.org"), f"{path.name}: {address}"


def test_whoever_writes_is_somebody() -> None:
    """Each writer, and nobody else, is in the list of people that the threads are made from."""
    listed = set(re.findall(r"<([^>]+)>", (TREE / "MAINTAINERS").read_text(encoding="utf-8")))
    writers = {message.author.address for mbox in MBOXES for message in read(mbox).messages}
    assert writers - listed == {"petra.lindholm@example.org", "marek.oduya@example.org"}


@pytest.mark.parametrize("path", SOURCES)
def test_source_is_readable(path: str) -> None:
    data = (TREE / path).read_bytes()
    source = parse(data, path, MacroTable.load())
    assert source.not_analysed == ()
    assert not source.tree.root_node.has_error
    text = data.decode("ascii")
    assert {f.name for f in source.functions} == set(
        re.findall(r"^(?:[a-z].*[ *])?(\w+)\((?:[^;]|\n)*?\)\n\{", text, re.M)
    )


@pytest.mark.parametrize("path", SOURCES)
def test_source_is_in_style(path: str) -> None:
    text = (TREE / path).read_text(encoding="ascii")
    assert text.startswith("/* SPDX-License-Identifier: GPL-2.0-or-later */\n") and text.endswith("\n")
    for number, line in enumerate(text.splitlines(), 1):
        assert len(line) <= 80 and line == line.rstrip() and "\t" not in line, f"{path}:{number}"
        # Blanks inside the parentheses of a condition, none for a `do` that ends in `while`.
        assert not re.search(r"\b(if|while|for|switch) ?\((?! )|\b(if|while|for|switch)\(", line), f"{path}:{number}"


def _text(path: str) -> str:
    return (TREE / path).read_text(encoding="ascii")


def test_dispatch_is_whole() -> None:
    """Every operation is handled, and Flask has an answer for it; the lists of own hooks are the same."""
    ops = set(re.findall(r"#define (XEN_DOMCTL_[a-z]\w*) +\d+$", _text("xen/include/public/domctl.h"), re.M))
    handlers = ["xen/common/domctl.c", "xen/arch/x86/domctl.c", "xen/arch/arm/domctl.c"]
    handled = {op for path in handlers for op in re.findall(r"case (XEN_DOMCTL_[a-z]\w*):", _text(path))}
    flask, dummy = _text("xen/xsm/flask/hooks.c"), _text("xen/include/xsm/dummy.h")
    assert handled == ops == set(re.findall(r"case (XEN_DOMCTL_[a-z]\w*):", flask))
    listed = re.compile(r"((?: +case XEN_DOMCTL_\w+:\n)+) +ASSERT_UNREACHABLE\(\);\n +return -EILSEQ;")
    own_hook = [set(found[1].split()) for text in (flask, dummy) if (found := listed.search(text))]
    assert len(own_hook) == 2 and own_hook[0] == own_hook[1]


def _checked(root: Path) -> Report:
    return check(SOURCES, FolderTree(root), load_rules(rules_dir()), MacroTable.load())


def _found(report: Report) -> list[tuple[str, str, str, str | None]]:
    return [(f.rule, f.severity, f.path, f.function) for f in report.findings]


def test_tree_is_clean() -> None:
    report = _checked(TREE)
    assert _found(report) == []
    assert report.not_analysed == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mini-domctl.mbox", [("switch-fallthrough", "note", "xen/common/domctl.c", "do_domctl")]),
        ("mini-v2.mbox", []),
        ("mini-missing-check.mbox", [("xsm-check", "error", "xen/common/domctl.c", "do_domctl")]),
        (
            "mini-lock-leak.mbox",
            [
                ("lock-balance", "error", "xen/arch/x86/mm/paging.c", "log_dirty_op"),
                ("switch-fallthrough", "error", "xen/arch/x86/mm/paging.c", "paging_domctl"),
            ],
        ),
    ],
)
def test_what_the_rules_find(name: str, expected: list[tuple[str, str, str, str]], tree_repo: GitRepo) -> None:
    mbox = fixtures_dir() / "threads" / name
    newest = 2 if name == "mini-v2.mbox" else 1
    for mail in patch_mails(mbox, newest):
        tree_repo.git("am", "-q", stdin=mail)
    report = _checked(tree_repo.path)
    assert sorted(_found(report), key=str) == expected
    assert report.not_analysed == ()


def test_first_patch_alone_is_clean(tree_repo: GitRepo) -> None:
    tree_repo.git("am", "-q", stdin=patch_mails(fixtures_dir() / "threads" / "mini-domctl.mbox")[0])
    assert _found(_checked(tree_repo.path)) == []


def _review(name: str, version: int = 1) -> Review:
    found = find_series(threads(read(fixtures_dir() / "threads" / name).messages))
    return read_review(next(series for series in found if series.version == version))


def test_what_was_said_in_the_domctl_thread() -> None:
    one, two = _review("mini-domctl.mbox").patches
    for patch in (one, two):
        assert [(tag.name, tag.who, tag.state) for tag in patch.tags] == [
            ("Reviewed-by", "Anaïs Kessler", "counts"),
            ("Release-Acked-by", "Marek Oduya", "counts"),
        ]
    assert one.requests == ()
    assert [(r.kind, r.agreed) for r in two.requests] == [
        ("message", True),
        ("insert-blank-line", True),
        ("control-flow", True),
        ("move", None),
    ]
    assert two.requests[3].strength == "optional"


def test_what_was_said_about_two_versions() -> None:
    (old,), (new,) = _review("mini-v2.mbox", 1).patches, _review("mini-v2.mbox", 2).patches
    assert [(tag.name, tag.who, tag.state) for tag in old.tags] == [
        ("Reviewed-by", "Wendell Achterberg", "conditional"),
        ("Acked-by", "Colm Brannigan", "withdrawn"),
    ]
    assert [(tag.name, tag.who, tag.state) for tag in new.tags] == [
        ("Reviewed-by", "Wendell Achterberg", "carried"),
        ("Reviewed-by", "Ilse Vandermeer", "counts"),
        ("Acked-by", "Colm Brannigan", "counts"),
    ]


def test_what_was_asked_about_the_missing_check() -> None:
    (patch,) = _review("mini-missing-check.mbox").patches
    assert patch.tags == ()
    assert [(question.who, question.answered) for question in patch.questions] == [("Yusuf Demirel", False)]
