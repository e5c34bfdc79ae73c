"""What a remark answers: the last quoted lines right above it, traced to the diff or message of the patch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reviewbot.review.found import Quoted
from reviewbot.review.model import Anchor
from reviewbot.review.quoting import Line
from reviewbot.review.shown import ShownDiff, ShownHunk, fit
from reviewbot.series import DiffLine, Patch


class PatchLines(NamedTuple):
    """A patch's lines by position in its mail."""

    patch: Patch
    diff: Mapping[int, tuple[str, DiffLine]]
    files: Mapping[int, str]
    message: frozenset[int]

    @staticmethod
    def of(patch: Patch) -> PatchLines:
        """Index a patch."""
        diff = {
            line.position: (file.path, line) for file in patch.diff.files for hunk in file.hunks for line in hunk.lines
        }
        files: dict[int, str] = {}
        body = patch.message.body_bytes.decode("utf-8", "replace").split("\n")
        path = ""
        known = {file.path for file in patch.diff.files}
        for number, text in enumerate(body):
            if text.startswith("diff --git "):
                path = next((name for name in known if text.endswith(f" b/{name}")), "")
            if path and number not in diff:
                files[number] = path
        return PatchLines(patch, diff, files, frozenset(patch.body_positions))

    def rows(self, path: str) -> dict[int, str]:
        """The lines of a file as the patch shows them afterwards, by number."""
        return {line.new: line.text for name, line in self.diff.values() if name == path and line.new is not None}

    def fitting(self, shown: ShownDiff) -> tuple[tuple[ShownHunk, ...], tuple[ShownHunk, ...], str | None]:
        """The hunks of a shown diff that lie in what the patch shows of a file, those that do not, and the file.

        A diff that names no file belongs to the one that it fits.
        """
        known = [file.path for file in self.patch.diff.files]
        named = [path for path in known if shown.path and (path == shown.path or path.endswith("/" + shown.path))]
        best: tuple[tuple[ShownHunk, ...], tuple[ShownHunk, ...], str | None] = ((), (), None)
        for path in named or (known if shown.path is None else []):
            rows = self.rows(path)
            fitted = [fit(hunk, rows) for hunk in shown.hunks]
            here = tuple(hunk for hunk, at in zip(shown.hunks, fitted, strict=True) if at is not None)
            rest = tuple(hunk for hunk, at in zip(shown.hunks, fitted, strict=True) if at is None)
            if best[2] is None or len(here) > len(best[0]):
                best = (here, rest, path)
        return best if best[0] or named else ((), (), None)

    def anchor_of(self, path: str, hunks: Sequence[ShownHunk]) -> Anchor:
        """The line of a file that the first of some hunks changes; the file alone when the patch does not show it."""
        rows = self.rows(path)
        for at in (fit(hunk, rows) for hunk in hunks):
            number = at.first if at is not None else 0
            for position, (name, line) in self.diff.items():
                if name == path and line.new is not None and line.new in (number, number - 1) and number:
                    chosen = next((p for p, (n, x) in self.diff.items() if n == path and x.new == number), position)
                    return anchor_at(chosen, self, None)
        return Anchor(path)


class Place(NamedTuple):
    """Where own words stand: their anchor, what they answer as text, and the numbered quoted lines above them."""

    anchor: Anchor
    quoted: Quoted
    lines: tuple[tuple[int, str, str], ...]  # position, text, sign


def place_of(quote: Sequence[Line], lines: PatchLines) -> Place:
    """The place that a block of quoted lines gives the words below it."""
    here = lines.patch.message_id
    run: list[tuple[int, str, str]] = []  # position, text, sign ("m" for the message)
    others: list[str] = []
    for line in reversed(quote):
        if line.origin is None or line.origin[0] != here:
            if line.text.strip():
                if run:
                    break
                others.insert(0, line.text)
                if len(others) > 40:
                    break
            continue
        position = line.origin[1]
        if others and line.text.strip():
            break  # the words answer another reply, not the patch
        sign = _sign(position, lines)
        if run and run[0][0] - position > 12:
            break  # another part of the patch
        text = lines.diff[position][1].text if position in lines.diff else line.text
        run.insert(0, (position, text, sign))
        if len(run) > 400:
            break
    return _chosen(run, others, lines)


def _sign(position: int, lines: PatchLines) -> str:
    if position in lines.diff:
        return lines.diff[position][1].origin
    return "f" if position in lines.files else "m"


def _chosen(run: list[tuple[int, str, str]], others: list[str], lines: PatchLines) -> Place:
    """The last changed line of the run, else its last line that is not blank."""
    solid = [entry for entry in run if entry[1].strip() or entry[2] in "+-"]
    if not solid:
        text = next((line for line in reversed(others) if line.strip()), "")
        return Place(Anchor(message=text or None), Quoted(text, "", False, tuple(others[-40:])), ())
    last = solid[-1]
    if last[2] == "m":
        texts = tuple(text for _, text, sign in run if sign == "m")
        anchor = Anchor(message=last[1].strip(), position=last[0], block=_block(run))
        return Place(anchor, Quoted(last[1], "", last[0] in lines.message, texts), tuple(run))
    added = [entry for entry in solid if entry[2] == "+" and entry[1].strip()]
    tail = solid[-4:]
    if last[2] != "+" and added and added[-1] in tail:
        last = added[-1]
    return Place(anchor_at(last[0], lines, _block(run)), quoted_at(last, run), tuple(run))


def anchor_at(position: int, lines: PatchLines, block: tuple[int, int] | None) -> Anchor:
    """The anchor of one line of the patch mail."""
    if position in lines.diff:
        path, line = lines.diff[position]
        return Anchor(path, line.new, line.text.rstrip("\r"), None, position, line.origin, block)
    if position in lines.files:
        return Anchor(lines.files[position], None, None, None, position, None, block)
    body = lines.patch.message.body_bytes.decode("utf-8", "replace").split("\n")
    return Anchor(message=body[position].strip() if position < len(body) else None, position=position, block=block)


def quoted_at(chosen: tuple[int, str, str], run: Sequence[tuple[int, str, str]]) -> Quoted:
    """The chosen line as words see it."""
    texts = tuple(text for _, text, _ in run)
    return Quoted(chosen[1], chosen[2] if chosen[2] in "+- " else "", False, texts)


def _block(run: Sequence[tuple[int, str, str]]) -> tuple[int, int]:
    positions = [position for position, _, _ in run]
    return min(positions), max(positions)


def nearest_holding(place: Place, text: str) -> int | None:
    """Position of the last quoted line, changed ones first, that holds `text`."""
    folded = text.strip()
    for wanted in ("+", " m", "-f"):
        for position, line, sign in reversed(place.lines):
            if sign in wanted and (text in line or (folded and folded in line)):
                return position
    return None


_ALIKE = 0.72  # how much of shown code and a line of the patch has to agree, when nothing else says that it is meant
_MAX_ADDED = 1500  # lines of a patch that are compared with shown code


def place_of_code(code: Sequence[str], lines: PatchLines) -> Place | None:
    """The added line of the patch that the first lines of shown code resemble most; None when nothing is alike."""
    from difflib import SequenceMatcher

    shown = [" ".join(text.lstrip("+").split()) for text in code if text.lstrip("+ \t")]
    added = [(p, line) for p, (_, line) in sorted(lines.diff.items()) if line.origin == "+" and line.text.strip()]
    best: tuple[float, int, DiffLine | None] = (_ALIKE, 0, None)
    for position, line in added[:_MAX_ADDED]:
        text = " ".join(line.text.split())
        for wanted in shown[:2]:
            matcher = SequenceMatcher(None, text, wanted, autojunk=False)
            if matcher.real_quick_ratio() <= best[0] or matcher.quick_ratio() <= best[0]:
                continue
            ratio = matcher.ratio()
            if ratio > best[0]:
                best = (ratio, position, line)
    _, position, found = best
    if found is None:
        return None
    entry = (position, found.text, "+")
    return Place(anchor_at(position, lines, (position, position)), quoted_at(entry, [entry]), (entry,))
