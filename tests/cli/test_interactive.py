"""`apply --interactive`: answers, the plan that comes of them, and going on where it was left."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from reviewbot.apply import Plan, make_plan, previews, read_plan, with_tags, write_plan
from reviewbot.cli.interactive import Terminal, choose, resumed
from reviewbot.cli.reading import Job, read_job
from reviewbot.report.terminal import Page
from tests.cli.conftest import THREADS
from tests.conftest import GitRepo

THREAD = str(THREADS / "mini-domctl.mbox")


class Desk:
    """A job on the miniature tree, answered from a text, with an editor that replaces words."""

    def __init__(self, job: Job, plan: Plan) -> None:
        self.job, self.plan = job, plan
        self.saved: list[Plan] = []
        self.out = io.StringIO()
        self.edits: list[tuple[str, str]] = []
        self.seen: list[str] = []

    def editor(self, text: str) -> str | None:
        self.seen.append(text)
        if not self.edits:
            return None
        old, new = self.edits.pop(0)
        assert old in text, text
        return text.replace(old, new)

    def answer(self, text: str, *, plan: Plan | None = None) -> Plan | None:
        with previews(self.job.review, self.job.repository, self.job.base) as preview:
            terminal = Terminal(Page(self.out, {}), io.StringIO(text), lambda _: None, self.editor, preview)
            return choose(plan or self.plan, terminal, self.saved.append)

    def again(self, folder: Path) -> Plan:
        """The plan as it is found by the next run."""
        file = folder / "plan.toml"
        file.write_text(write_plan(self.saved[-1]))
        return resumed(self.job, file, self.plan)


@pytest.fixture
def desk(mini: GitRepo) -> Iterator[Desk]:
    with read_job(THREAD, mini.path, None, None) as job:
        yield Desk(job, make_plan(job.review, job.base))


def taken(plan: Plan | None) -> list[str | None]:
    assert plan is not None
    return [fixup.request for patch in plan.patches for fixup in patch.fixups if fixup.take]


def test_each_request_is_shown_with_its_words_and_diff_and_obeyed(desk: Desk) -> None:
    chosen = desk.answer("s\ns\nt\nt\n")  # 2.1 has no edit, 2.2 newline, 2.3 break, 2.4 move
    assert taken(chosen) == ["2.3", "2.4"]
    out = desk.out.getvalue()
    assert "4/4  patch 2, 2.4" in out
    assert "use break rather than fallthrough" in " ".join(out.split())
    assert "-        fallthrough;\n+        break;" in out
    assert len(desk.saved) == 4


def test_an_edit_is_shown_on_top_of_those_taken(desk: Desk) -> None:
    assert desk.answer("s\ns\ns\nt\n") is None  # without the break the moved case would fall into another one
    assert "would fall through" in desk.out.getvalue()


def test_an_edit_of_ones_own_in_the_editor(desk: Desk) -> None:
    desk.edits = [('with = "break;"', 'with = "continue;"')]
    chosen = desk.answer("s\ns\ne\nt\ns\n")
    assert chosen is not None
    (fixup,) = [f for patch in chosen.patches for f in patch.fixups if f.take]
    assert fixup.edit.with_ == "continue;"
    assert "+        continue;" in desk.out.getvalue()


def test_a_request_that_nobody_worded_can_be_worded(desk: Desk) -> None:
    desk.edits = [("* domain_pause()", "* domain_{,un}pause()")]
    chosen = desk.answer("e\nt\ns\ns\ns\n")
    assert taken(chosen) == ["2.1"]
    assert chosen is not None and not any(u.request == "2.1" for p in chosen.patches for u in p.unworded)


@pytest.mark.parametrize("broken", ["with = 3", "nonsense", 'wth = "break;"'])
def test_what_the_editor_spoils_is_told_and_asked_again(desk: Desk, broken: str) -> None:
    desk.edits = [('with = "break;"', broken)]
    chosen = desk.answer("s\ns\ne\nt\ns\n")
    assert taken(chosen) == ["2.3"]
    assert "your edit" in desk.out.getvalue()


def test_an_edit_that_fits_nowhere_is_not_taken(desk: Desk) -> None:
    desk.edits = [('replace = "fallthrough;"', 'replace = "nowhere;"')]
    chosen = desk.answer("s\ns\ne\nt\ns\ns\n")
    assert taken(chosen) == []
    assert "does not fit" in desk.out.getvalue()


def test_stopping_keeps_what_was_decided_and_the_rest_is_asked_later(desk: Desk, tmp_path: Path) -> None:
    assert desk.answer("s\nt\nq\n") is None
    asked = desk.out.getvalue().count("patch 2, ")
    chosen = desk.answer("t\ns\n", plan=desk.again(tmp_path))
    assert taken(chosen) == ["2.2", "2.3"]
    assert desk.out.getvalue().count("patch 2, ") == asked + 2  # 2.1 was left out, 2.2 taken
    assert not any(f.later for p in (chosen or desk.plan).patches for f in p.fixups)


def test_the_end_of_the_input_is_a_stop(desk: Desk) -> None:
    assert desk.answer("s\n") is None
    assert desk.saved and not taken(desk.saved[-1])


def test_what_was_decided_is_not_asked_again(desk: Desk, tmp_path: Path) -> None:
    chosen = desk.answer("s\ns\nt\ns\n")
    before = desk.out.getvalue()
    again = desk.answer("", plan=desk.again(tmp_path))
    assert taken(again) == taken(chosen) == ["2.3"]
    assert desk.out.getvalue() == before


def test_what_was_put_off_is_asked_again_and_nothing_else(desk: Desk, tmp_path: Path) -> None:
    desk.answer("l\ns\nt\nl\n")  # 2.1 has no edit: it is open all the same
    asked = desk.out.getvalue().count("patch 2, ")
    chosen = desk.answer("s\nt\n", plan=desk.again(tmp_path))
    assert taken(chosen) == ["2.3", "2.4"]
    assert desk.out.getvalue().count("patch 2, ") == asked + 2
    assert chosen is not None and chosen.patch(2).left == ("2.1",)


def test_a_request_that_came_since_is_asked_about(desk: Desk, tmp_path: Path) -> None:
    desk.answer("s\nt\nt\ns\n")
    former = desk.saved[-1]
    patches = [replace(p, fixups=tuple(f for f in p.fixups if f.request != "2.3")) for p in former.patches]
    desk.saved.append(replace(former, patches=tuple(patches)))  # as if the mail with 2.3 had not been there
    chosen = desk.answer("t\n", plan=desk.again(tmp_path))
    assert taken(chosen) == ["2.2", "2.3"]


def test_what_the_editor_made_is_kept_when_the_user_stops(desk: Desk, tmp_path: Path) -> None:
    desk.edits = [('with = "break;"', 'with = "continue;"')]
    assert desk.answer("s\ns\ne\nq\n") is None
    chosen = desk.answer("t\ns\n", plan=desk.again(tmp_path))
    assert chosen is not None
    (fixup,) = [f for patch in chosen.patches for f in patch.fixups if f.take]
    assert (fixup.request, fixup.edit.with_) == ("2.3", "continue;")


def test_an_edit_for_a_request_without_one_is_kept_when_the_user_stops(desk: Desk, tmp_path: Path) -> None:
    desk.edits = [("* domain_pause()", "* domain_{,un}pause()")]
    assert desk.answer("e\n") is None
    chosen = desk.answer("t\ns\ns\ns\n", plan=desk.again(tmp_path))
    assert taken(chosen) == ["2.1"]


def test_a_plan_by_hand_is_asked_about_as_a_whole(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "plan.toml"
    file.write_text(write_plan(desk.plan))
    desk.answer("s\ns\ns\ns\n", plan=resumed(desk.job, file, desk.plan))
    assert desk.out.getvalue().count("patch 2, ") == 4


def test_later_is_kept_in_the_plan_file(desk: Desk) -> None:
    chosen = desk.answer("l\nl\nt\ns\n")
    assert chosen is not None
    again = read_plan(write_plan(chosen).encode(), "plan")
    assert [(f.request, f.take, f.later) for p in again.patches for f in p.fixups] == [
        ("2.2", False, True), ("2.3", True, False), ("2.4", False, False)
    ]  # fmt: skip


def test_a_word_that_is_no_answer_gets_help(desk: Desk) -> None:
    desk.answer("s\n?\nt\ns\ns\n")
    assert "later: decide when this is run again" in desk.out.getvalue()


def test_tags_wait_for_what_was_chosen(desk: Desk) -> None:
    plan = with_tags(desk.plan, desk.job.review)
    assert [tag.take for patch in plan.patches for tag in patch.tags] == [
        tag.take for patch in desk.plan.patches for tag in patch.tags
    ]
