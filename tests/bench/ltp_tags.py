"""Tags read from real threads against the trailers that landed: precision and recall.

    python tests/bench/ltp_tags.py ltp-dev.jsonl SHARED_FOLDER [-v]

SHARED_FOLDER holds the mboxes that the rows name. Truth: the approvals (Reviewed-, Acked-, Tested-by) of the commit, without
those that no mail can tell. "given by mail" leaves out of the
truth what its person typed in no answer to this patch (of any version) or to a cover letter. "counting" takes what counts, is partial or conditional, and what the author carried; with
"proposed" what a person is asked about comes on top. "new" leaves out what the posted patch already held.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from reviewbot.mail import read, threads
from reviewbot.review import fold_name, read_review
from reviewbot.series import find_series

COUNTING = {"counts", "partial", "conditional", "carried"}
NAMES = {"reviewed-by": "Reviewed-by", "acked-by": "Acked-by", "tested-by": "Tested-by"}
TRAILER = re.compile(r"^(?P<name>[A-Za-z-]+):\s*(?P<who>.*?)\s*<(?P<address>[^>]*)>?")

Key = tuple[str, str]


def approvals(lines: list[str]) -> set[Key]:
    """Name and person of the approvals among trailer lines."""
    out = set()
    for line in lines:
        match = TRAILER.match(line)
        if match and match["name"].lower() in NAMES:
            out.add((NAMES[match["name"].lower()], fold_name(match["who"]) or match["address"].lower()))
    return out


def typed_by(messages: list[Any], subject: str) -> set[Key]:
    """Approvals that somebody typed himself, unquoted, in answer to this patch or to a cover letter.

    A crude reader of its own, line by line and by the subjects of the mails.
    """
    out = set()
    for message in messages:
        folded = " ".join(message.subject.split()).casefold()
        if subject.casefold() not in folded and not re.search(r"\b0+/\d", folded):
            continue
        for line in message.body.split("\n"):
            for name, who in approvals([line.strip()]):
                if who == fold_name(message.author.name):
                    out.add((name, who))
    return out


def tags_of(row: dict[str, Any], folder: Path) -> tuple[set[Key], set[Key], set[Key], list[str]] | None:
    """Counting and proposed tags of the patch that was committed, and all tags as text; None if it was not found."""
    messages = []
    seen = set()
    for name in (row["mbox"], *row["other_mboxes"]):
        for message in read(folder / name).messages:
            if message.message_id not in seen:
                seen.add(message.message_id)
                messages.append(message)
    found = find_series(threads(messages))
    for series in found:
        if any(patch.message_id == row["patch_msgid"] for patch in series.patches):
            review = read_review(series, others=[other for other in found if other is not series])
            entry = next(entry for entry in review.patches if entry.patch.message_id == row["patch_msgid"])
            tags = [tag for tag in entry.tags if tag.name in NAMES.values()]
            counting = {(tag.name, fold_name(tag.who)) for tag in tags if tag.state in COUNTING}
            proposed = {(tag.name, fold_name(tag.who)) for tag in tags if tag.state in ("proposed", "mismatch")}
            return (
                counting,
                proposed,
                typed_by(messages, row["subject"]),
                [f"{tag.state} {tag.line} [{tag.condition}] {tag.says or ''}" for tag in entry.tags],
            )
    return None


def main() -> int:
    """Measure and print; always 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="show each patch that differs")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.rows.read_text("utf-8").splitlines() if line.strip()]
    sums = {
        name: [0, 0, 0]
        for name in (
            "counting",
            "with proposed",
            "counting, new",
            "with proposed, new",
            "counting, given by mail",
            "with proposed, given by mail",
        )
    }
    lost = exact = 0
    for row in rows:
        seen = tags_of(row, options.folder)
        if seen is None:
            lost += 1
            if options.verbose:
                print("-- not found:", row["mbox"], row["subject"], file=sys.stderr)
            continue
        counting, proposed, typed, text = seen
        unknowable = approvals([entry["tag"] for entry in row["unrecoverable"]])
        truth = approvals(row["trailers_commit"]) - unknowable
        mailed = approvals(row["trailers_mailed"])
        exact += counting == truth
        for name, have, want in (
            ("counting", counting, truth),
            ("with proposed", counting | proposed, truth),
            ("counting, new", counting - mailed, truth - mailed),
            ("counting, given by mail", counting, truth & (typed | mailed)),
            ("with proposed, given by mail", counting | proposed, truth & (typed | mailed)),
            ("with proposed, new", (counting | proposed) - mailed, truth - mailed),
        ):
            sums[name][0] += len(have & want)
            sums[name][1] += len(have - want)
            sums[name][2] += len(want - have)
        if options.verbose and counting != truth:
            print(
                f"-- {row['mbox']} {row['subject']}\n   wrong {sorted(counting - truth)}\n   missed {sorted(truth - counting)}",
                file=sys.stderr,
            )
            print("   " + "\n   ".join(text), file=sys.stderr)
    print(f"{len(rows)} patches, {lost} not found, {exact} with exactly the right set")
    for name, (right, wrong, missed) in sums.items():
        precision, recall = 100 * right / max(1, right + wrong), 100 * right / max(1, right + missed)
        if name.endswith("given by mail"):  # a narrower truth: only recall means anything
            print(f"{name:29}                    recall {recall:5.1f} %   ({right} right, {missed} missed)")
        else:
            print(
                f"{name:29} precision {precision:5.1f} %  recall {recall:5.1f} %   ({right} right, {wrong} wrong, {missed} missed)"
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
