"""The pages: nothing from a mail becomes markup, nothing is fetched, links lead somewhere, remarks stand at their lines."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.errors import InputError
from reviewbot.report.html import write
from reviewbot.report.html.markup import Shell, line, tag, text
from reviewbot.report.terminal import visible
from tests.review.mails import AUTHOR, MAX, RITA, Talk, mail
from tests.triage.desks import NOW, desk

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;"


class Page(HTMLParser):
    """A page's elements and the text between them."""

    def __init__(self, path: Path) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((name, dict(attrs)))
        if name not in ("meta", "br", "input"):
            self.open.append(name)

    def handle_endtag(self, name: str) -> None:
        assert self.open.pop() == name

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.said.append(data)

    @property
    def text(self) -> str:
        """What a reader sees, and what is folded."""
        return " ".join("".join(self.said).split())

    def all(self, name: str) -> Iterator[dict[str, str | None]]:
        """The attributes of each element of that name."""
        return (attributes for kind, attributes in self.elements if kind == name)


def _pages(folder: Path, *raws: bytes) -> tuple[Page, dict[str, Page]]:
    """The index and the series' pages by their path, of these mails."""
    source = folder / "source.mbox"
    source.write_bytes(b"".join(raws))
    with desk(source) as opened:
        queue = opened.queue()
        assert write(folder / "out", queue, opened.reviews, NOW, "source.mbox") == len(queue.entries)
    series = {f"series/{path.name}": Page(path) for path in (folder / "out" / "series").iterdir()}
    return Page(folder / "out" / "index.html"), series


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    """A thread with a request, a question and a tag."""
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", talk.quoted("p1", "unknwon") + "\nTypo: s/unknwon/unknown/\n")
    talk.reply(RITA, "p1", talk.quoted("p1", "goto quick") + "\nWhy quick and not slow?\n")
    talk.reply(RITA, "p1", "> Signed-off-by: Pat\n\nReviewed-by: Rita Reviewer <rita@example.org>\n")
    return talk


def test_every_element_is_closed_and_every_link_leads_somewhere(talk: Talk, tmp_path: Path) -> None:
    index, series = _pages(tmp_path, *talk.mails)
    assert index.open == []
    assert {str(one["href"]) for one in index.all("a")} == set(series)
    for page in series.values():
        assert page.open == []
        ids = [str(attributes["id"]) for _, attributes in page.elements if "id" in attributes]
        assert len(ids) == len(set(ids))
        for link in page.all("a"):
            target = str(link["href"])
            assert target == "../index.html" or target.removeprefix("#") in ids


def test_a_row_holds_the_facts_and_sorts_by_numbers(talk: Talk, tmp_path: Path) -> None:
    index, _ = _pages(tmp_path, *talk.mails)
    for said in ("domctl: step 1 of vpic/msix", "22 d", "v1", "Pat Author", "Rita Reviewer", "2026-06-09"):
        assert said in index.text
    assert [cell["data-sort"] for cell in index.all("td") if "data-sort" in cell][:2] == ["22", "1"]


def test_remarks_stand_right_below_the_lines_they_answer(talk: Talk, tmp_path: Path) -> None:
    _, series = _pages(tmp_path, *talk.mails)
    (page,) = series.values()
    assert "unknwon = vpic(d); Rita Reviewer 1.1 · replace · suggested · undecidedTypo: s/unknwon/unknown/" in page.text
    assert "goto quick; Rita Reviewer question · answeredWhy quick and not slow? 565+" in page.text
    assert "Reviewed-by: Rita Reviewer counts" in page.text


def test_what_was_said_of_an_earlier_version_leads_somewhere(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", "Reviewed-by: Rita Reviewer <rita@example.org>\n")
    talk.reply(MAX, "p1", talk.quoted("p1", "unknwon") + "\nWhich vpic is that?\n")
    body = talk.bodies["p1"].replace("Signed-off-by", "Reviewed-by: Rita Reviewer <rita@example.org>\nSigned-off-by")
    talk.mails.append(mail(AUTHOR, "[PATCH v2] domctl: step 1 of vpic/msix", body, "w1@example.org", None, 99))
    _, series = _pages(tmp_path, *talk.mails)
    newer = next(
        page for page in series.values() if "question · open · asked of v1 · Pat Author owes the answer" in page.text
    )
    assert "Said in another thread" in newer.text
    ids = {str(attributes["id"]) for _, attributes in newer.elements if "id" in attributes}
    assert {str(one["href"]).removeprefix("#") for one in newer.all("a")} <= ids | {"../index.html"}
    assert "question-1.1" in ids


def test_an_overview_names_what_each_patch_has_and_reasons_lead_to_it(tmp_path: Path) -> None:
    talk = Talk(tmp_path, patches=2, cover=True)
    talk.reply(RITA, "p1", "Reviewed-by: Rita Reviewer <rita@example.org>\n")
    talk.reply(RITA, "p2", talk.quoted("p2", "unknwon") + "\nTypo: s/unknwon/unknown/\n\nWhy not the real one?\n")
    _, series = _pages(tmp_path, *talk.mails)
    (page,) = series.values()
    assert "1/2 domctl: step 1 of vpic/msix 1 R-b" in page.text
    assert "2/2 domctl: step 2 of vpic/msix no approval1 undecided request, 1 open question" in page.text
    links = [str(one["href"]) for one in page.all("a")]
    assert {"#patch-2", "#request-2.1", "#question-2.1"} <= set(links)


def test_nothing_from_a_mail_becomes_markup(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    raw = talk.mails[0].replace(b"step 1 of vpic/msix", EVIL.encode())
    raw = raw.replace(b"if (clean)", EVIL.encode()).replace(b"xen/common/domctl.c", b"x/<b>onclick=1</b>.c")
    answer = mail(
        RITA,
        f"Re: [PATCH] domctl: {EVIL}",
        f"> x\n\nWhy {EVIL}?\n</pre></details>\n",
        "e@example.org",
        "p1@example.org",
        3,
    )
    index, series = _pages(tmp_path, raw, answer)
    for page in (index, *series.values()):
        names = {name for name, _ in page.elements}
        assert names.isdisjoint({"img", "b onclick", "iframe", "link", "object", "form"})
        assert len(list(page.all("script"))) == (1 if page is index else 0)
        assert not [key for _, attributes in page.elements for key in attributes if key.startswith("on")]
        assert "<script>alert(1)</script>" in page.text
    assert len(series) == 1


def test_what_cannot_be_seen_is_spelt_out(tmp_path: Path) -> None:
    raw = Talk(tmp_path).mails[0].replace(b"if (clean)", "if (\u202eclean\u2066)\x1b[31m\u200b".encode())
    _, series = _pages(tmp_path, raw)
    (page,) = series.values()
    shown = "if (<U+202E>clean<U+2066>)<U+001B>[31m<U+200B>"
    assert shown in page.text
    assert sum(one.get("class") == "odd" for one in page.all("span")) >= 4


def test_the_policy_forbids_everything_but_the_page_itself(talk: Talk, tmp_path: Path) -> None:
    index, series = _pages(tmp_path, *talk.mails)
    for page in (index, *series.values()):
        (policy,) = (one["content"] for one in page.all("meta") if one.get("http-equiv") == "Content-Security-Policy")
        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert not [key for _, attributes in page.elements for key in attributes if key == "style"]
    sources = [path.read_text() for path in (tmp_path / "out").rglob("*.html")]
    assert not any("src=" in page or "@import" in page or "url(" in page for page in sources)


def test_the_state_of_the_script_cannot_end_the_script() -> None:
    shell = Shell.load()
    assert "</script" not in shell.script
    assert "</style" not in shell.style


def test_pages_that_are_up_to_date_are_left_alone(talk: Talk, tmp_path: Path) -> None:
    _pages(tmp_path, *talk.mails)
    with desk(tmp_path / "source.mbox") as opened:
        assert write(tmp_path / "out", opened.queue(), opened.reviews, NOW, "x") == 0
    talk.reply(RITA, "p1", "> x\n\nOne more thing: why?\n")
    (tmp_path / "source.mbox").write_bytes(b"".join(talk.mails))
    with desk(tmp_path / "source.mbox") as opened:
        assert write(tmp_path / "out", opened.queue(), opened.reviews, NOW, "x") == 1


def test_a_folder_that_cannot_be_made_is_an_error(talk: Talk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with desk(_source(talk)) as opened, pytest.raises(InputError, match="cannot be written"):
        write(tmp_path / "file" / "out", opened.queue(), opened.reviews, NOW, "x")


def _source(talk: Talk) -> Path:
    path = talk.folder / "source.mbox"
    path.write_bytes(b"".join(talk.mails))
    return path


@given(st.text())
def test_any_text_comes_back_as_it_is_visible(value: str) -> None:
    parser = _Text()
    parser.feed(tag("p", text(value), title=value))
    parser.close()
    assert "".join(parser.said) == visible(value).replace("\r", "")
    assert parser.names <= {"p", "span"}
    assert parser.titles == ([visible(value)] if value else [None])


@given(st.text())
def test_a_line_is_one_line(value: str) -> None:
    assert "\n" not in line(value)


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self.names: set[str] = set()
        self.titles: list[str | None] = []

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(name)
        self.titles += [value for key, value in attrs if key == "title"]

    def handle_data(self, data: str) -> None:
        self.said.append(data)
