"""The pages in a real browser: what it shows, what the script does, and that nothing of a mail is ever run."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from reviewbot.report.html import write
from reviewbot.resources import fixtures_dir
from tests.review.mails import RITA, Talk, mail
from tests.triage.desks import NOW, desk

_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--virtual-time-budget=3000",
)  # fmt: skip


class Browser:
    """A headless Chromium with a profile of its own."""

    def __init__(self, program: str, profile: Path) -> None:
        self._argv = [program, *_OPTIONS, f"--user-data-dir={profile}"]

    def dom(self, page: Path, *more: str) -> str:
        """The page's elements after its script has run."""
        done = subprocess.run(
            [*self._argv, *more, "--dump-dom", page.as_uri()], capture_output=True, check=True, timeout=120
        )
        return done.stdout.decode()

    def picture(self, page: Path, target: Path, *more: str) -> bytes:
        """What the page looks like."""
        argv = [*self._argv, *more, "--window-size=1200,800", f"--screenshot={target}", page.as_uri()]
        subprocess.run(argv, capture_output=True, check=True, timeout=120)
        return target.read_bytes()


@pytest.fixture
def browser(tmp_path: Path) -> Browser:
    """The browser, if there is one."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no chromium on PATH")
    return Browser(program, tmp_path / "profile")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """The pages of the shipped threads."""
    with desk(fixtures_dir() / "threads") as opened:
        write(tmp_path / "out", opened.queue(), opened.reviews, NOW, "threads")
    return tmp_path / "out"


def _titles(dom: str, hidden: bool = False) -> list[str]:
    rows = re.findall(r"<tr data-state=\"[^\"]*\"([^>]*)>.*?class=\"title\"><a [^>]*>([^<]*)<", dom, re.DOTALL)
    return [title for attributes, title in rows if ("hidden" in attributes) == hidden]


def _with(page: Path, action: str) -> Path:
    """A copy of the page that does something to itself, as a person would; the policy is loosened for that alone."""
    source = page.read_text(encoding="utf-8")
    source = re.sub(
        r"script-src '[^']*'|(?<=default-src 'none'; )(?=style-src)", "script-src 'unsafe-inline'; ", source, count=1
    )
    acting = page.with_name("acting.html")
    acting.write_text(source.replace("</body>", f"<script>{action}</script></body>"), encoding="utf-8")
    return acting


def test_the_script_runs_under_the_policy_and_adds_its_tools(browser: Browser, pages: Path) -> None:
    dom = browser.dom(pages / "index.html")
    assert '<input type="search"' in dom
    assert '<th scope="col" data-kind="number"><button type="button">Age</button></th>' in dom
    assert len(_titles(dom)) == 5


def test_without_the_script_everything_is_there(browser: Browser, pages: Path) -> None:
    dead = pages / "dead.html"
    source = (pages / "index.html").read_text(encoding="utf-8")
    dead.write_text(re.sub(r"script-src '[^']*'", "script-src 'none'", source), encoding="utf-8")
    without = browser.dom(dead)
    assert "<input" not in without
    assert len(_titles(without)) == 5
    assert _titles(without) == _titles(browser.dom(pages / "index.html"))


def test_a_click_sorts_and_a_second_one_turns_it_round(browser: Browser, pages: Path) -> None:
    click = "document.querySelectorAll('th button')[3].click();"
    up, down = browser.dom(_with(pages / "index.html", click)), browser.dom(_with(pages / "index.html", click * 2))
    assert _titles(up) == sorted(_titles(up), key=str.lower)
    assert list(reversed(_titles(down))) == sorted(_titles(down), key=str.lower)
    assert 'aria-sort="ascending"' in up
    assert 'aria-sort="descending"' in down


def test_words_and_states_filter(browser: Browser, pages: Path) -> None:
    typed = (
        "const i = document.querySelector('input'); i.value = 'PAGING flavour'; i.dispatchEvent(new Event('input'));"
    )
    dom = browser.dom(_with(pages / "index.html", typed))
    assert len(_titles(dom)) == 1
    assert len(_titles(dom, hidden=True)) == 4
    assert "1 of 5 shown" in dom
    off = "for (const b of document.querySelectorAll('.tally button')) if (b.textContent.includes('superseded')) b.click();"
    dom = browser.dom(_with(pages / "index.html", off))
    assert len(_titles(dom)) == 3
    assert 'aria-pressed="false"' in dom


def test_keys_filter_and_move(browser: Browser, pages: Path) -> None:
    press = "const press = (key) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));"
    told = "document.body.dataset.at = document.activeElement.textContent;"
    titles = _titles(browser.dom(pages / "index.html"))
    down = browser.dom(_with(pages / "index.html", f"{press} press('j'); press('j'); {told}"))
    assert f'data-at="{titles[1]}"' in down
    up = browser.dom(_with(pages / "index.html", f"{press} press('j'); press('j'); press('k'); {told}"))
    assert f'data-at="{titles[0]}"' in up
    typed = browser.dom(
        _with(pages / "index.html", f"{press} press('/'); document.body.dataset.at = document.activeElement.type;")
    )
    assert 'data-at="search"' in typed


def test_a_narrow_screen_needs_no_sideways_scrolling(browser: Browser, pages: Path) -> None:
    wide = "document.body.dataset.over = document.documentElement.scrollWidth > window.innerWidth;"
    for page in (pages / "index.html", *sorted((pages / "series").iterdir())[:2]):
        assert 'data-over="false"' in browser.dom(_with(page, wide), "--window-size=420,900"), page


def test_nothing_in_a_mail_is_run(browser: Browser, tmp_path: Path) -> None:
    evil = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    raw = Talk(tmp_path).mails[0].replace(b"step 1 of vpic/msix", evil.encode()).replace(b"if (clean)", evil.encode())
    answer = mail(RITA, "Re: x", f"</pre></details>{evil}\n", "e@example.org", "p1@example.org", 3)
    (tmp_path / "evil.mbox").write_bytes(raw + answer)
    with desk(tmp_path / "evil.mbox") as opened:
        write(tmp_path / "out", opened.queue(), opened.reviews, NOW, evil)
    for page in (tmp_path / "out").rglob("*.html"):
        dom = browser.dom(page)
        assert "<title>owned" not in dom
        assert "<img" not in dom


def test_the_policy_stops_a_script_that_is_not_ours(browser: Browser, pages: Path) -> None:
    source = (pages / "index.html").read_text(encoding="utf-8")
    forged = pages / "forged.html"
    forged.write_text(source.replace("</body>", "<script>document.title='owned'</script></body>"), encoding="utf-8")
    assert "<title>owned" not in browser.dom(forged)


def test_light_and_dark_look_different(browser: Browser, pages: Path, tmp_path: Path) -> None:
    page = next((pages / "series").iterdir())
    light = browser.picture(page, tmp_path / "light.png", "--blink-settings=preferredColorScheme=1")
    dark = browser.picture(page, tmp_path / "dark.png", "--blink-settings=preferredColorScheme=0")
    assert light.startswith(b"\x89PNG")
    assert light != dark
