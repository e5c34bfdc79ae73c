"""How many requests are found, anchored and turned into the right bytes, and how many committers' changes are foretold.

    python tests/bench/fixups.py PHRASES.jsonl LTP-FIXUPS.jsonl LTP.jsonl THREADS_ROOT [-v]

Phrases: each is put under a patch (the lines that it quotes, or, where it quotes none, lines that have the fault it
names), and what is proposed is compared with the label: kind, line, bytes. LTP: what a committer changed in a posted
patch is compared with what the proposed edits of the thread's requests make of it. A change counts as "standing in a
mail" where the line it brings is among somebody's own words in an answer to that posting.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from reviewbot.errors import InputError
from reviewbot.fixups import Edit, apply_edits, by_weight, edit_prose, propose, touched_by
from reviewbot.mail import Thread, read, threads
from reviewbot.review import Request, Review, read_review
from reviewbot.review.quoting import OWN, read_thread
from reviewbot.series import FileDiff, Patch, find_series
from tests.bench import phrases

# What stands under a phrase that quotes nothing: lines with the fault, and the same lines as they should be.
_LONG = "    ret = rt_validate_params(scheduler_of(domain_of(current)), parameters, something);"
FAULTY: dict[str, tuple[list[str], list[str]]] = {
    "wrap-line": (
        [_LONG],
        ["    ret = rt_validate_params(scheduler_of(domain_of(current)), parameters,", "                             something);"],
    ),
    "drop-braces": (
        ["    if ( x )", "    {", "        ret = f();", "    }"],
        ["    if ( x )", "        ret = f();"],
    ),
    "reindent": (
        ["    ret = f(first,", "        second);"],
        ["    ret = f(first,", "            second);"],
    ),
    "substitute": (
        ["    /* It is permitted in th tree, and permitted elsewhere. */"],
        [],
    ),
}  # fmt: skip


def content_of(file: FileDiff) -> bytes:
    """The new side of a file's hunks, each line at its place."""
    rows = {line.new: line.text for hunk in file.hunks for line in hunk.lines if line.new is not None}
    last = max(rows, default=0)
    return "".join(rows.get(n, "") + "\n" for n in range(1, last + 1)).encode("utf-8", "surrogateescape")


def made(patch: Patch, edits: Sequence[Edit]) -> dict[str, tuple[bytes, bytes]]:
    """Each edited file of a patch before and after; edits that meet are made one by one, an unfit one is left out."""
    out: dict[str, tuple[bytes, bytes]] = {}
    for file in patch.diff.files:
        wanted = [edit for edit in edits if edit.path == file.path]
        if not wanted:
            continue
        before = content_of(file)
        touched = touched_by(file, before)
        taken: list[Edit] = []
        after = before
        for edit in wanted:
            try:
                after = apply_edits(before, [*taken, edit], path=file.path, touched=touched)
                taken.append(edit)
            except InputError:
                continue
        out[file.path] = before, after
    return out


def proposals(review: Review, patch: Patch) -> list[tuple[Request, Edit]]:
    """What is proposed for a patch's requests that nobody declined."""
    entry = review.patch(patch.number)
    wanted = [] if entry is None else [r for r in by_weight(entry.requests) if r.agreed is not False]
    found = [(r, propose(r, patch)) for r in wanted]
    return [(request, edit) for request, edit in found if edit is not None]


# ---- phrases ----


def asked_lines(phrase: dict[str, Any], op: dict[str, Any], added: list[str]) -> list[str] | None:
    """The added lines as the label wants them; None where the label does not say."""
    name = op["op"]
    out = list(added)
    if name == "substitute" and "old" in op and "new" in op:
        count = op.get("count", 1)
        text = "\n".join(out)
        old = op["old"]
        if op.get("word"):
            words = [" " + old + " ", " " + op["new"] + " "]
            return text.replace(words[0], words[1], 1).split("\n") if words[0] in text else None
        return text.replace(old, op["new"], count).split("\n") if old in text else None
    if name == "insert-blank-line":
        target = (op.get("target") or "+" + out[-1])[1:]
        at = len(out) - 1 - out[::-1].index(target)
        out.insert(at + (op["where"] == "after"), "")
        return out
    if name == "reindent" and op.get("new") == "tab":
        return [*out[:-1], "\t" + out[-1].strip()]
    if name == "add-const":
        return [line.replace("(struct ", "(const struct ") for line in out]
    return None


def measure_phrases(rows: list[dict[str, Any]], folder: Path, verbose: bool) -> dict[str, list[int]]:
    """Counts by question."""
    tally: dict[str, list[int]] = {}

    def count(name: str, right: bool, phrase: dict[str, Any], seen: object) -> None:
        cell = tally.setdefault(name, [0, 0])
        cell[0] += right
        cell[1] += 1
        if verbose and not right:
            print(f"-- {name}: {phrase['label']}\n{phrase['text']}\n   found {seen}", file=sys.stderr)

    for phrase in rows:
        ops = [op for op in phrase["expect"].get("fixups") or [] if op["op"] not in phrases.VAGUE]
        if phrase["kind"] != "fixup" or not ops:
            continue
        added = [line[3:] for line in phrases.decode(phrase["text"]).split("\n") if line.startswith("> +")]
        wanted: list[str] | None = None
        text = phrases.decode(phrase["text"])
        meant = next((op["op"] for op in reversed(ops) if op["op"] in FAULTY), None)
        if ">" not in text and meant:
            phrase = {**phrase, "text": "".join(f"> +{line}\n" for line in FAULTY[meant][0]) + "\n" + text}
            added, wanted = FAULTY[meant]
        review = phrases.review_of(phrase, folder)
        patch = review.patches[0].patch
        requests = list(review.patches[0].requests)
        for op in ops:
            right = next((r for r in requests if r.kind in phrases.KINDS[op["op"]]), None)
            count("phrases: request found", bool(requests), phrase, requests)
            count(
                "phrases: kind and anchor right", right is not None and anchored(right, op, added, patch), phrase, right
            )
            if op.get("mechanical"):
                bytes_right(count, phrase, op, right, added, wanted if op["op"] == meant else None, patch)
            if right in requests:
                requests.remove(right)
    return tally


def anchored(request: Request, op: dict[str, Any], added: list[str], patch: Patch) -> bool:
    """Whether a request stands at the line that the label means: the last quoted + line if it names none."""
    anchor = request.anchor
    if op["op"].startswith("subject"):
        return anchor.message == patch.subject
    if op.get("target", "").startswith("+"):
        return anchor.text == op["target"][1:]
    return not added or anchor.text in added


def bytes_right(
    count: Any, phrase: dict[str, Any], op: dict[str, Any], request: Request | None, added: list[str],
    wanted: list[str] | None, patch: Patch,
) -> None:  # fmt: skip
    """Compare the bytes that the proposal makes with those that the label wants, where it lets one say."""
    edit = propose(request, patch) if request else None
    if op["op"] == "subject-substitute":
        right = bool(edit and edit.subject) and op["new"] in edit_prose(patch.subject, [edit] if edit else [], name="")
        count("phrases: bytes of mechanical ones right", right, phrase, edit)
        return
    lines = wanted or (asked_lines(phrase, op, added) if added else None)
    if lines is None:
        return
    got = None
    if edit is not None:
        (before, after) = next(iter(made(patch, [edit]).values()), (b"", b""))
        got = after.decode().split("\n")[10:-2] if after != before else None
    count("phrases: bytes of mechanical ones right", got == lines, phrase, (edit, got, lines))


# ---- LTP ----


def own_lines(thread: Thread, posted: str, ids: frozenset[str]) -> set[str]:
    """Lines, without their indentation and a diff's sign, that people wrote themselves in answers to a posting."""
    found: set[str] = set()
    views = read_thread(thread, ids)
    waiting = [message for message in thread.messages if message.message_id == posted]
    while waiting:
        for message in thread.children(waiting.pop()):
            if message.message_id in ids:
                continue
            waiting.append(message)
            for line in views[message.message_id].lines:
                if line.role == OWN:
                    found |= {line.text.strip(), line.text[1:].strip() if line.text[:1] in "+" else ""}
    return found


def measure_ltp(
    rows: Iterable[dict[str, Any]], boxes: dict[str, str], root: Path, verbose: bool
) -> dict[str, list[int]]:
    """Counts of changes foretold: by line, and by patch."""
    tally: dict[str, list[int]] = {}

    def count(name: str, right: int, total: int = 1) -> None:
        cell = tally.setdefault(name, [0, 0])
        cell[0] += right
        cell[1] += total

    for row in rows:
        found = None
        for thread in threads(read(root / boxes[row["commit"]]).messages) if row["commit"] in boxes else ():
            for series in find_series([thread]):
                for patch in series.patches:
                    if patch.message_id == row["patch_msgid"]:
                        found = thread, series, patch
        if found is None:
            continue
        thread, series, patch = found
        offered = proposals(read_review(series), patch)
        new: set[str] = set()
        gone: set[str] = set()
        for before, after in made(patch, [edit for _, edit in offered]).values():
            old_lines, new_lines = (
                before.decode("utf-8", "replace").split("\n"),
                after.decode("utf-8", "replace").split("\n"),
            )
            new |= set(new_lines) - set(old_lines)
            gone |= set(old_lines) - set(new_lines)
        ids = frozenset(p.message_id for s in find_series([thread]) for p in s.patches)
        said = own_lines(thread, row["patch_msgid"], ids)
        brought = [line[1:] for line in row["committed_only"] if line[:1] == "+" and line[1:].strip()]
        standing = [line for line in brought if line.strip() in said]
        hit = [line for line in standing if line in new]
        count("ltp: lines that stand in a mail, foretold byte for byte", len(hit), len(standing))
        loose = {" ".join(line.split()) for line in new}
        count(
            "ltp: the same, white space aside", sum(" ".join(line.split()) in loose for line in standing), len(standing)
        )
        count("ltp: all lines that committers brought, foretold", sum(line in new for line in brought), len(brought))
        committed = set(brought) | {line[1:] for line in row["mailed_only"]}
        wrong = [line for line in new if line.strip() and line not in committed]
        count("ltp: proposed lines that were not committed", len(wrong), len([n for n in new if n.strip()]))
        if standing:
            count("ltp: patches with such a line, at least one foretold", bool(hit))
            count("ltp: patches with such a line, all foretold", len(hit) == len(standing))
        if verbose and (len(hit) < len(standing) or wrong):
            print(
                f"-- {row['commit'][:10]} {row['subject']}\n   missed {[s for s in standing if s not in hit]}\n   wrong {wrong}",
                file=sys.stderr,
            )
    return tally


def main() -> int:
    """Read the data, print the table; always 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phrases", type=Path)
    parser.add_argument("fixups", type=Path)
    parser.add_argument("patches", type=Path, help="the rows that name the mbox of each commit")
    parser.add_argument("root", type=Path, help="the folder that those paths count from")
    parser.add_argument("-v", "--verbose", action="store_true", help="show each that is not right")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tally = measure_phrases(rows_of(options.phrases), Path(folder), options.verbose)
    boxes = {row["commit"]: row["mbox"] for row in rows_of(options.patches)}
    tally |= measure_ltp(rows_of(options.fixups), boxes, options.root, options.verbose)
    for name, (right, total) in tally.items():
        print(f"{name:58} {right:4} of {total:4}  {100 * right / total if total else 0:5.1f} %")
    return 0


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The objects of a file with one a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    sys.exit(main())
