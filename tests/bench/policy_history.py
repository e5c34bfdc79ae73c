"""How often landed commits meet the check-in policy, read from a Xen repository's history.

    python tests/bench/policy_history.py XEN.git [--since 2024-01-01] [--until REV] [-v]

Non-merge commits; MAINTAINERS is read at each of them. Rule 1 counts Acked-by, Reviewed-by,
Signed-off-by and the author; `K:` is not counted. Rule 2 as written, and with any Acked-by or Reviewed-by.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from reviewbot.policy.coverage import Approval, Coverage
from reviewbot.policy.maintainers import Maintainers
from reviewbot.review.given import parse_person
from reviewbot.review.names import canonical
from reviewbot.review.people import person_key

TRAILER = re.compile(r"^(?P<name>[A-Za-z][A-Za-z-]*[- ][Bb]y):\s*(?P<value>.*)$", re.M)
KINDS = {"Acked-by", "Reviewed-by", "Signed-off-by"}


def git(repo: Path, *argv: str) -> str:
    """git's stdout; bytes that are no UTF-8 are replaced."""
    return subprocess.run(["git", "-C", str(repo), *argv], capture_output=True, check=True).stdout.decode(
        "utf-8", "replace"
    )


def commits(repo: Path, since: str, until: str) -> list[tuple[str, str, str, str, str, list[str]]]:
    """Id, author name and address, date, message and files of each commit."""
    text = git(
        repo,
        "log",
        "--no-merges",
        f"--since={since}",
        "--format=%x01%H%x00%an%x00%ae%x00%as%x00%B%x02",
        "--name-only",
        "-z",
        until,
    )
    out = []
    for chunk in text.split("\x01")[1:]:
        head, _, names = chunk.partition("\x02")
        sha, name, address, date, message = head.split("\x00", 4)
        out.append(
            (sha, name, address, date, message, [path for path in names.replace("\n", "").split("\x00") if path])
        )
    return out


def maintainers_blobs(repo: Path, ids: list[str]) -> dict[str, str]:
    """The blob of MAINTAINERS at each commit, asked in one go."""
    asked = "".join(f"{sha}:MAINTAINERS\n" for sha in ids)
    done = subprocess.run(
        ["git", "-C", str(repo), "cat-file", "--batch-check"], input=asked.encode(), capture_output=True, check=True
    )
    return {sha: line.split()[0] for sha, line in zip(ids, done.stdout.decode().splitlines(), strict=True)}


def approvals_of(message: str, name: str, address: str) -> list[Approval]:
    """The approvals that a commit message holds, and its author."""
    out = [Approval("author", name, address)]
    for line in TRAILER.finditer(message):
        names, _ = canonical(line["name"])
        person = parse_person(line["value"])
        if person is None:
            continue
        out.extend(Approval(kind, person[0], person[1]) for kind in names if kind in KINDS)
    return out


def main() -> int:
    """Measure and print; always 0."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("repo", type=Path)
    parser.add_argument("--since", default="2024-01-01")
    parser.add_argument("--until", default="HEAD")
    parser.add_argument("-v", "--verbose", action="store_true", help="show each commit that no stand-in covers")
    options = parser.parse_args()
    parsed: dict[str, Coverage] = {}
    tally: Counter[str] = Counter()
    listed = commits(options.repo, options.since, options.until)
    blobs = maintainers_blobs(options.repo, [entry[0] for entry in listed])
    for sha, name, address, _, message, files in listed:
        blob = blobs[sha]
        if blob not in parsed:
            parsed[blob] = Coverage(Maintainers.parse(git(options.repo, "cat-file", "blob", blob)))
        coverage = parsed[blob]
        approvals = approvals_of(message, name, address)
        states = {coverage.file_state(path, approvals).state for path in files}
        strict = states <= {"own"}
        stand_in = "none" not in states
        author = person_key(name, address)
        others = [
            a for a in approvals if a.kind in ("Acked-by", "Reviewed-by") and person_key(a.name, a.address) != author
        ]
        written = coverage.approved_by_another(files, approvals, (name, address))
        for label, held in (
            ("rule 1, strict", strict),
            ("rule 1, with stand-ins", stand_in),
            ("rule 2, any tag of another", bool(others)),
            ("rule 2, as written", written),
            ("both, strict", strict and written),
            ("both, with stand-ins", stand_in and written),
        ):
            tally[label] += held
        if options.verbose and not stand_in:
            print(sha[:12], message.partition("\n")[0], file=sys.stderr)
    total = len(listed)
    for label, count in tally.items():
        print(f"{label:28} {count:5} of {total}  {100 * count / max(1, total):5.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
