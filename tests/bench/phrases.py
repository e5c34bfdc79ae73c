"""How many labelled phrases of review are read rightly: tags with their condition, requests with their kind, answers.

    python tests/bench/phrases.py PHRASES.jsonl [-v]

Each phrase is made into a mail: lines of a diff that it quotes stand in a patch, other quoted lines in the commit message
(fixups) or in a reply of the patch's author (tags), and the phrase answers that mail.
"""

from __future__ import annotations

import argparse
import json
import quopri
import re
import sys
import tempfile
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from reviewbot.mail import read, threads
from reviewbot.review import Review, fold_name, read_review
from reviewbot.series import find_series

AUTHOR = ("Pat Author", "pat@example.org")
# op of the labels -> kinds of this program that mean it
KINDS: dict[str, set[str]] = {
    "substitute": {"replace", "control-flow"}, "typo": {"replace"}, "replace": {"replace", "braces"}, "replace-expression": {"replace"},
    "replace-line": {"replace"}, "insert-blank-line": {"insert-blank-line"}, "delete-blank-line": {"delete-blank-line"},
    "reindent": {"reindent"}, "wrap-line": {"wrap"}, "join-lines": {"wrap"}, "drop-braces": {"braces"}, "add-const": {"type"},
    "move-includes": {"include-order"}, "move": {"move"}, "add-comment": {"question-like", "comment-style"},
    "logic-change": {"question-like"}, "add-trailer": {"trailer"}, "replace-trailer": {"trailer"}, "reorder-trailers": {"trailer"},
    "subject-reword": {"subject"}, "subject-substitute": {"subject"}, "commit-message-join-bullets": {"message"},
    "commit-message-reword": {"message"}, "trim-comment": {"comment-style", "delete"}, "code-change": {"replace", "question-like"},
}  # fmt: skip
# labels of the data that name no change of their own
VAGUE = {"see-nit", "requests-below"}
TRAILER = re.compile(r"^[A-Za-z-]+-by: ")


def decode(text: str) -> str:
    """Undo the quoted-printable that some phrases still carry."""
    if re.search(r"=[0-9A-F]{2}|=\n", text):
        return quopri.decodestring(text.encode()).decode("utf-8", "replace")
    return text


def mail(sender: tuple[str, str], subject: str, body: str, mid: str, parent: str | None, minute: int) -> bytes:
    """One mail of the made-up thread."""
    message = EmailMessage()
    message["From"] = f"{sender[0]} <{sender[1]}>"
    message["To"] = "list@example.org"
    message["Subject"] = subject
    message["Date"] = f"Tue, 09 Jun 2026 10:{minute:02d}:00 +0000"
    message["Message-ID"] = f"<{mid}>"
    if parent:
        message["In-Reply-To"] = message["References"] = f"<{parent}>"
    message.set_content(body, charset="utf-8", cte="8bit")
    return b"From mboxrd@z Thu Jan  1 00:00:00 1970\n" + re.sub(rb"(?m)^(>*From )", rb">\1", message.as_bytes()) + b"\n"


def thread_of(phrase: dict[str, Any]) -> bytes:
    """The mbox that stands for a phrase."""
    text = decode(phrase["text"])
    quoted = [line[2:] if line.startswith("> ") else line[1:] for line in text.split("\n") if line.startswith(">")]
    changed = [line for line in quoted if line[:1] == "+"]
    trailers = [line for line in quoted if TRAILER.match(line)]
    prose = [line for line in quoted if line not in changed and line not in trailers]
    carried = "\n---\n" in text
    in_message = phrase["kind"] == "fixup" and not phrase["label"].startswith("agreement")
    message = "\n".join(prose) if in_message else "Why this is done."
    added = changed or ["+    something;"]
    body = f"{message}\n\n" + "\n".join(["Signed-off-by: Pat Author <pat@example.org>", *trailers]) + "\n---\n"
    body += " xen/common/domctl.c | 1 +\n\ndiff --git a/xen/common/domctl.c b/xen/common/domctl.c\nindex 3efa5b9d55b9..35144d95b808 100644\n"
    body += (
        f"--- a/xen/common/domctl.c\n+++ b/xen/common/domctl.c\n@@ -10,2 +10,{2 + len(added)} @@\n     here;\n"
        + "\n".join(added)
        + "\n     there;\n-- \n2.53.0\n"
    )
    subject = "xen: arm32: vpic/msix: build with -O1"
    if carried:
        body = body.replace(f"{message}\n\n", f"{message}\n\n" + text.partition("\n---\n")[0] + "\n")
    out = mail(AUTHOR, f"[PATCH] {subject}", body, "patch@example.org", None, 1)
    parent = "patch@example.org"
    if prose and not in_message:
        out += mail(
            AUTHOR,
            f"Re: [PATCH] {subject}",
            "> Something asked.\n\n" + "\n".join(prose) + "\n",
            "talk@example.org",
            parent,
            2,
        )
        parent = "talk@example.org"
    if not carried:
        out += mail(sender_of(phrase), f"Re: [PATCH] {subject}", text + "\n", "phrase@example.org", parent, 3)
    return out


def sender_of(phrase: dict[str, Any]) -> tuple[str, str]:
    """Who says it: the person the label names, with the address of the tag."""
    tags = phrase["expect"].get("tags") or []
    if tags and tags[0].get("status") == "dropped-by-author":
        return AUTHOR
    text = re.sub(r"\s+", " ", decode(phrase["text"]))
    for tag in tags:
        found = re.search(re.escape(tag["who"]) + r"\s?<([^>]+)>", text)
        if found:
            return tag["who"], found[1]
    return (
        (tags[0]["who"], "someone@example.org")
        if tags and tags[0]["who"] != "sender"
        else ("Rita Reviewer", "rita@example.org")
    )


def review_of(phrase: dict[str, Any], folder: Path) -> Review:
    """The phrase's thread, read."""
    path = folder / "phrase.mbox"
    path.write_bytes(thread_of(phrase))
    return read_review(find_series(threads(read(path).messages))[0])


def wanted_tags(expect: dict[str, Any], sender: str) -> set[tuple[str, str, str, str]]:
    """Name, person, condition and what it waits for, of each tag that the label has."""
    out = set()
    for tag in expect.get("tags") or []:
        cond = tag["cond"]
        state = "withdrawn" if tag.get("status") in ("withdrawn", "dropped-by-author") else ""
        strength = (
            "none"
            if cond == "none"
            else "preferred"
            if cond == "preferred"
            else "tentative"
            if cond == "tentative"
            else "required"
        )
        waits = {"n": "next-version", "e": "outside"}.get(
            cond[0] if cond.startswith(("next-version", "external")) else "", ""
        )
        waits = "author" if cond.endswith("author-agrees") else waits
        who = sender if tag["who"] == "sender" else tag["who"]
        out.add((tag["tag"], fold_name(who), state or strength, waits))
    return out


def found_tags(review: Review, mid: str) -> set[tuple[str, str, str, str]]:
    """The same, of what was read from one mail."""
    out = set()
    for tag in review.patches[0].tags:
        if tag.from_ != mid or tag.state == "carried":
            continue
        strength = tag.strength or "none"
        if tag.state == "proposed" and tag.condition and tag.strength is None:
            strength = "tentative"
        if tag.state == "withdrawn":
            strength = "withdrawn"
        out.add(
            (
                tag.name,
                fold_name(tag.who),
                strength,
                tag.waits if tag.waits in ("outside", "author", "next-version") else "",
            )
        )
    return out


def main() -> int:
    """Read the phrases, print the table; always 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("phrases", type=Path)
    parser.add_argument("-v", "--verbose", action="store_true", help="show each that was read wrongly")
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.phrases.read_text("utf-8").splitlines() if line.strip()]
    with tempfile.TemporaryDirectory() as folder:
        tally = measure(rows, Path(folder), verbose=options.verbose)
    for name, (right, total) in tally.items():
        print(f"{name:58} {right:4} of {total:4}  {100 * right / total if total else 0:5.1f} %")
    return 0


def measure(rows: list[dict[str, Any]], folder: Path, *, verbose: bool) -> dict[str, tuple[int, int]]:
    """Counts of right readings and of all, by what was asked."""
    tally: dict[str, list[int]] = {}

    def count(name: str, right: bool, phrase: dict[str, Any], seen: object) -> None:
        cell = tally.setdefault(name, [0, 0])
        cell[0] += right
        cell[1] += 1
        if verbose and not right:
            print(
                f"-- {name}: {phrase['label']}\n{phrase['text']}\n   wanted {json.dumps(phrase['expect'], ensure_ascii=False)}\n   found  {seen}",
                file=sys.stderr,
            )

    for phrase in rows:
        review = review_of(phrase, folder)
        expect = phrase["expect"]
        if "tags" in expect or phrase["kind"] == "tag":
            wanted = wanted_tags(expect, sender_of(phrase)[0])
            found = found_tags(review, "phrase@example.org")
            if "tags" in expect:
                name = "tags" if phrase["kind"] == "tag" else "tags in phrases of other kinds"
                count(f"{name}: set right", {t[:2] for t in wanted} == {t[:2] for t in found}, phrase, found)
                count(
                    f"{name}: set and condition right", {t[:3] for t in wanted} == {t[:3] for t in found}, phrase, found
                )
                count(f"{name}: set, condition and what it waits for", wanted == found, phrase, found)
        check_fate(count, phrase, review)
        requests = review.patches[0].requests
        ops = [f["op"] for f in expect.get("fixups") or [] if f["op"] not in VAGUE]
        kinds = [request.kind for request in requests]
        for op in ops:
            name = "requests" if phrase["kind"] == "fixup" else "requests in phrases of other kinds"
            fits = next((kind for kind in kinds if kind in KINDS[op]), None)
            if fits:
                kinds.remove(fits)
            count(f"{name}: found, kind right", fits is not None, phrase, requests)
        if phrase["kind"] == "fixup" and ops:
            count("requests: none but those asked for", not kinds, phrase, kinds)
            check_operands(count, phrase, requests)
    return {name: (cell[0], cell[1]) for name, cell in tally.items()}


def check_fate(count: Any, phrase: dict[str, Any], review: Review) -> None:
    """Objections open or not, whose word is missing, and whether a notice says that the patch went in."""
    expect = phrase["expect"]
    said = [r for r in (*review.patches[0].remarks, *review.remarks) if r.from_ == "phrase@example.org"]
    open_ones = [r for r in said if r.open]
    if phrase["kind"] == "objection" and "open" in expect:
        count("objections: open or not", bool(open_ones) == bool(expect["open"]), phrase, said)
        for who in expect.get("missing_ack", ()):
            named = any(who.casefold() in (r.whose or "").casefold() for r in open_ones)
            count("objections: whose approval is missing", named, phrase, said)
        if expect.get("missing_release_ack"):
            asked = any(r.kind == "needs-release-ack" for r in open_ones)
            count("objections: a release ack is missing", asked, phrase, said)
    if phrase["kind"] == "merge-notice" and "merged" in expect:
        count("merge notices", any(r.kind == "committed" for r in said) == bool(expect["merged"]), phrase, said)


def check_operands(count: Any, phrase: dict[str, Any], requests: Any) -> None:
    """Old and new text where the label gives both as text."""
    for fixup in phrase["expect"]["fixups"]:
        if "old" in fixup and "new" in fixup and not fixup["old"].startswith("nearest"):
            same = any(r.old == fixup["old"] and r.new == fixup["new"] for r in requests)
            count("requests: old and new text right", same, phrase, [(r.old, r.new) for r in requests])


if __name__ == "__main__":
    sys.exit(main())
