"""`apply --interactive`: one request at a time; what is chosen is saved as a plan, and asked for only once."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from reviewbot.cli.editor import edit
from reviewbot.cli.line import read_line
from reviewbot.errors import InputError, UsageError

if TYPE_CHECKING:
    from reviewbot.apply import Fixup, Plan, Preview, Unworded
    from reviewbot.cli.reading import Job
    from reviewbot.fixups import Edit
    from reviewbot.report.terminal import Page

# The text of a file to the text that the user made of it; None when the editor was left without success.
Editor = Callable[[str], str | None]
Save = Callable[["Plan"], None]

_HELP = """\
t  take: make this edit
s  skip: leave it out
e  edit it first, in your editor ($VISUAL, $EDITOR)
l  later: decide when this is run again
q  quit: keep what was decided, commit nothing
"""
_HINT = """\
# {says}
#
# What the edit is to be: `replace` + `with`, `insert` + `after` or `before`, `delete`, `diff`, `script`, ...
# Lines that start with # do not count. take = false leaves it out.
"""


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where is asked and answered, and what edits and shows: all that `choose` has to do with the world.

    taken: the edits of the same patch that are to be made already, which the next one is shown on top of
    """

    page: Page
    answers: IO[str]
    prompt: Callable[[str], None]
    editor: Editor
    preview: Preview
    taken: tuple[Edit, ...] = ()


def choose(plan: Plan, terminal: Terminal, save: Save) -> Plan | None:
    """Ask about each fixup of a plan, and about each request that nobody worded; the plan as decided.

    Of a plan about which somebody was asked before, only what was put off or not reached then. `save` gets the plan
    after each answer, and what the editor made before there is one. None when the user quits or the input ends.
    """
    waiting = _waiting(plan)
    here = _put_off(replace(plan, asked=True), waiting)
    for at, (number, item) in enumerate(waiting, 1):
        taken = [f.edit for f in here.patch(number).fixups if f.take]
        desk = replace(terminal, taken=tuple(taken))
        known = item
        for draft, decided in _asked(number, item, desk, f"{at}/{len(waiting)}"):
            if draft is None:
                save(here)
                return None
            here = _with(here, number, known, draft, decided=decided)
            known = draft
            save(here)
    return here


def _waiting(plan: Plan) -> list[tuple[int, Fixup | Unworded]]:
    """What to ask about, in the order of the patches and of the mails."""
    found: list[tuple[int, Fixup | Unworded]] = []
    for patch in plan.patches:
        items: list[Fixup | Unworded] = [f for f in patch.fixups if not plan.asked or f.later]
        items += (u for u in patch.unworded if u.request not in patch.left)
        found += [(patch.number, item) for item in sorted(items, key=_order)]
    return found


def _order(item: Fixup | Unworded) -> tuple[int, int]:
    """Requests by number, the committer's own edits after them."""
    last = (item.request or "").rpartition(".")[2]
    return (0, int(last)) if last.isdigit() else (1, 0)


def _put_off(plan: Plan, waiting: list[tuple[int, Fixup | Unworded]]) -> Plan:
    """The plan with everything undecided that is still to be asked: so it is saved when the user stops early."""
    from reviewbot.apply import Fixup

    here = plan
    for number, item in waiting:
        if isinstance(item, Fixup):
            here = _with(here, number, item, replace(item, take=False, later=True))
    return here


def _with(plan: Plan, number: int, item: Fixup | Unworded, chosen: Fixup | Unworded, *, decided: bool = True) -> Plan:
    """The plan with one decision in the place of what was asked; `decided` false: it is to be asked again."""
    from reviewbot.apply import Fixup

    patches = []
    for patch in plan.patches:
        if patch.number != number:
            patches.append(patch)
            continue
        if isinstance(item, Fixup):
            assert isinstance(chosen, Fixup)
            at = next(n for n, f in enumerate(patch.fixups) if f.request == item.request and f.edit == item.edit)
            fixups = (*patch.fixups[:at], chosen, *patch.fixups[at + 1 :])
            patches.append(replace(patch, fixups=fixups))
        elif isinstance(chosen, Fixup):
            unworded = tuple(u for u in patch.unworded if u.request != item.request)
            patches.append(replace(patch, fixups=(*patch.fixups, chosen), unworded=unworded))
        elif decided:
            patches.append(replace(patch, left=(*patch.left, chosen.request)))
        else:
            patches.append(patch)
    return replace(plan, patches=tuple(patches))


def _asked(
    number: int, item: Fixup | Unworded, terminal: Terminal, place: str
) -> Iterator[tuple[Fixup | Unworded | None, bool]]:
    """One request: show it, ask until there is an answer that can be followed; that answer, and whether it decides.

    Each edit that comes out of the editor is given first, put off, so that it is not lost. None to quit.
    """
    from reviewbot.apply import Fixup

    fixup = item if isinstance(item, Fixup) else None
    _show(number, item, fixup, terminal, place)
    while True:
        keys = "t,s,e,l,q,?" if fixup is not None else "s,e,l,q,?"
        terminal.prompt(f"{item.request or 'your edit'} [{keys}] ")
        line = read_line(terminal.answers)
        answer = line.strip().lower()[:1]
        if not line:
            terminal.prompt("\n")  # the end of the input leaves the prompt's line open
        if not line or answer == "q":
            yield None, False
            return
        if answer == "t" and fixup is not None:
            if _fits(number, fixup, terminal):
                yield replace(fixup, take=True, later=False), True
                return
        elif answer in ("s", "l"):
            later = answer == "l"
            yield (replace(fixup, take=False, later=later) if fixup is not None else item), not later
            return
        elif answer == "e":
            edited = _edited(item, fixup, terminal)
            if edited is not None:
                fixup = replace(edited, take=False, later=True)
                yield fixup, False
                _show_diff(number, fixup, terminal)
        else:
            for text in _HELP.splitlines():
                if fixup is not None or not text.startswith("t"):
                    terminal.page.line(text)


def _show(number: int, item: Fixup | Unworded, fixup: Fixup | None, terminal: Terminal, place: str) -> None:
    """What was said, by whom, how it stands, and the diff of the edit."""
    page = terminal.page
    page.line()
    page.line(page.style(f"{place}  patch {number}, {item.request or 'your own edit'}", "bold"))
    if item.says:
        page.wrapped(item.says, "    ")
    if item.note:
        page.wrapped(f"({item.note})", "    ")
    if fixup is None:
        page.line("    no edit is proposed; e lets you write one")
    else:
        _show_diff(number, fixup, terminal)


def _show_diff(number: int, fixup: Fixup, terminal: Terminal) -> None:
    from reviewbot.report.terminal import visible

    page = terminal.page
    try:
        shown = terminal.preview(number, fixup.edit, terminal.taken)
    except InputError as error:
        page.wrapped(f"does not fit: {error}", "    ")
        return
    for line in shown.splitlines():
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        page.line(page.style(visible(line), colour) if colour else visible(line))


def _fits(number: int, fixup: Fixup, terminal: Terminal) -> bool:
    """Whether an edit can be made; says why not."""
    try:
        terminal.preview(number, fixup.edit, terminal.taken)
    except InputError as error:
        terminal.page.wrapped(f"does not fit: {error}; edit it, or skip it", "    ")
        return False
    return True


def _edited(item: Fixup | Unworded, fixup: Fixup | None, terminal: Terminal) -> Fixup | None:
    """The edit as the user's editor left it; None when nothing usable came out (and that is said)."""
    from reviewbot.apply import Fixup, read_fixup, write_fixup

    start = fixup
    if start is None and not isinstance(item, Fixup):
        if item.example is None:
            terminal.page.line("    there is no place to start from; write a fixup into the plan")
            return None
        start = Fixup(item.example, item.request, "", True)
    assert start is not None
    says = " ".join(item.says.split())
    text = terminal.editor(_HINT.format(says=says) + write_fixup(replace(start, take=True, later=False)))
    if text is None:
        terminal.page.line("    the editor failed; nothing was changed")
        return None
    try:
        return replace(read_fixup(text, "your edit"), note=item.note)
    except InputError as error:
        terminal.page.wrapped(f"{error}", "    ")
        return None


def resumed(job: Job, file: Path, plan: Plan) -> Plan:
    """The plan that was saved when the same was asked before, with what has come up in the thread since.

    InputError for another series.
    """
    from reviewbot.apply import check_plan, read_plan

    try:
        saved = read_plan(file.read_bytes(), str(file))
    except FileNotFoundError:
        return plan
    except OSError as error:
        raise InputError(f"{file}: cannot be read: {error.strerror}") from error
    check_plan(saved, job.review, str(file))
    fresh = {patch.number: patch for patch in plan.patches}
    patches = []
    for patch in saved.patches:
        known = {fixup.request for fixup in patch.fixups}
        now = fresh.get(patch.number, patch)
        unworded = tuple(u for u in now.unworded if u.request not in known)
        notes = {fixup.request: fixup.note for fixup in now.fixups}
        fixups = [replace(fixup, note=notes.get(fixup.request, "")) for fixup in patch.fixups]
        if saved.asked:
            fixups += (replace(f, take=False, later=True) for f in now.fixups if f.request not in known)
        patches.append(replace(patch, subject=now.subject, fixups=tuple(fixups), unworded=unworded))
    return replace(saved, patches=tuple(patches), title=plan.title)


def at_terminal(job: Job, plan: Plan, file: Path | None = None, *, base: str | None = None) -> Plan | None:
    """Ask on the terminal about a plan's fixups; None when the user stopped.

    Choices are kept in `file`, else in the repository's own folder (reviewbot/<title>-v<N>.toml below .git), so that
    the same command goes on where it was left. UsageError when standard input is used up by the thread.
    """
    from reviewbot.apply import default_branch, previews, with_tags, write_plan
    from reviewbot.cli.guard import say
    from reviewbot.report.terminal import os_page

    if not sys.stdin.readable() or sys.stdin.closed:
        raise UsageError("--interactive needs standard input for your answers")
    kept = file or job.repository.common_dir / f"{default_branch(job.review)}.toml"
    here = plan if file is not None and not file.exists() else resumed(job, kept, plan)

    def save(chosen: Plan) -> None:
        _write(kept, write_plan(chosen))

    if here.asked and not _waiting(here):
        say(f"all was decided before, in {kept}; to be asked again, remove that file")
        return here
    with previews(job.review, job.repository, base or plan.base or job.base) as preview:
        terminal = Terminal(os_page(sys.stderr), sys.stdin, _prompt, _editor(os.environ), preview)
        chosen = choose(here, terminal, save)
    say(f"your choices are in {kept}")
    if chosen is None:
        return None
    chosen = with_tags(chosen, job.review)
    save(chosen)
    return chosen


def _prompt(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()


def _write(file: Path, text: str) -> None:
    """Put a file in place in one step, so that an interruption leaves the former one."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as out:
            out.write(text)
        Path(out.name).replace(file)
    except OSError as error:
        raise InputError(f"{file}: cannot be written: {error.strerror}") from error


def _editor(environ: Mapping[str, str]) -> Editor:
    """The user's editor on a text: what was made of it, None where the editor failed."""

    def edited(text: str) -> str | None:
        with tempfile.TemporaryDirectory(prefix="reviewbot-") as folder:
            file = Path(folder, "fixup.toml")
            file.write_text(text, "utf-8")
            return file.read_text("utf-8", "replace") if edit(file, environ) else None

    return edited


__all__: list[str] = ["Editor", "Save", "Terminal", "at_terminal", "choose", "resumed"]
