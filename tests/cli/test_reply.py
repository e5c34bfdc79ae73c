"""`reply`: drafts of mails, with findings where they belong or with what was committed."""

from __future__ import annotations

import email
import email.policy
import json
from email.message import EmailMessage
from pathlib import Path
from typing import cast

import pytest

from reviewbot.cli.guard import guarded
from reviewbot.cli.reply import reply
from tests.cli.conftest import THREADS, reviewbot
from tests.conftest import GitRepo


def draft(mini: GitRepo, thread: str, to: Path, branch: str | None = None) -> EmailMessage:
    """The draft, read as a mail."""
    code = guarded(lambda: reply(str(THREADS / thread), mini.path, base=None, series=None, branch=branch, output=to))
    assert code == 0
    return cast(EmailMessage, email.message_from_bytes(to.read_bytes(), policy=email.policy.default))


def test_a_finding_stands_below_the_line_it_means(mini: GitRepo, tmp_path: Path) -> None:
    mail = draft(mini, "mini-domctl.mbox", tmp_path / "draft.eml")
    assert mail["In-Reply-To"] == "<20260616081240.51733-3-petra.lindholm@example.org>"
    assert mail["References"].split()[-1] == mail["In-Reply-To"]
    assert mail["To"] == "Petra Lindholm <petra.lindholm@example.org>"
    assert mail["Subject"].startswith("Re: [PATCH v1 2/2] domctl: ")
    assert mail["From"] == '"C. Committer" <committer@example.org>'
    lines = mail.get_content().split("\n")
    at = lines.index("> +        fallthrough;")
    assert lines[at + 1] == "" and "use break" in " ".join(lines[at + 2 : at + 6])
    assert all(len(line) <= 72 for line in lines if not line.startswith(">"))


def test_after_applying_it_tells_what_went_in_and_what_was_left(mini: GitRepo, tmp_path: Path) -> None:
    done = reviewbot("apply", THREADS / "mini-domctl.mbox", "--tree", mini.path, "--format", "json")
    text = draft(mini, "mini-domctl.mbox", tmp_path / "d.eml", json.loads(done.out)["branch"]).get_content()
    made, _, left = text.partition("Not done:")
    assert "Committed, both patches." in made
    assert '"Newline" (Anaïs Kessler)' in made and "use break rather than fallthrough" in " ".join(made.split())
    assert "XEN_DOMCTL_shadow_op case up" in " ".join(left.split())


def test_a_series_without_findings_gets_one_line(mini: GitRepo, tmp_path: Path) -> None:
    done = reviewbot("show", THREADS / "mini-v2.mbox")
    assert done.code == 0
    code = guarded(
        lambda: reply(
            str(THREADS / "mini-v2.mbox"), mini.path, base=None, series=None, branch=None, output=tmp_path / "d"
        )
    )
    assert code == 0
    assert "nothing to say about" in (tmp_path / "d").read_text()


def test_a_file_that_exists_is_kept(mini: GitRepo, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "d").write_text("mine")
    code = guarded(
        lambda: reply(
            str(THREADS / "mini-domctl.mbox"), mini.path, base=None, series=None, branch=None, output=tmp_path / "d"
        )
    )
    assert (code, (tmp_path / "d").read_text()) == (3, "mine")
    assert "exists already" in capsys.readouterr().err
