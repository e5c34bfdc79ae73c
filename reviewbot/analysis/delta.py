"""What a change adds: findings after it less findings before it, told apart without line numbers."""

from __future__ import annotations

import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from reviewbot.analysis.engine import Report, Stats, make_report, work_through
from reviewbot.analysis.finding import Finding
from reviewbot.analysis.lines import LineMap, compare_lines
from reviewbot.analysis.rules import Rule
from reviewbot.analysis.tree import OverlayTree, Tree
from reviewbot.analysis.work import Job, Part
from reviewbot.csource import MacroTable
from reviewbot.garbage import rarely_collected

# What a moved line changes in a message.
_DIGITS = re.compile(r"\d+")


def check_change(
    before: Tree,
    after: Tree,
    changed: Sequence[str],
    rules: Sequence[Rule],
    macros: MacroTable,
    jobs: int = 1,
    *,
    renames: Mapping[str, str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Report:
    """Check what a change touches and report only what it adds.

    `changed` are the paths that differ between the trees `before` and `after` (deleted ones too), `renames` maps a new
    path to the old one. `not_analysed` lists what could not be read in the functions that the change may affect.
    The old tree is looked at only where the new one has a finding.
    """
    began = clock()
    moved = dict(renames or {})
    was = OverlayTree(before, {new: before.read(old) for new, old in moved.items()})
    maps: dict[str, LineMap | None] = dict.fromkeys(changed)
    files: dict[str, bytes] = {}
    olds: dict[str, bytes] = {}
    for path in sorted(set(changed)):
        data = after.read(path) if path.endswith((".c", ".h")) else None
        if data is None:
            continue
        files[path] = data
        old = was.read(path)
        if old is not None:
            olds[path], maps[path] = old, compare_lines(old, data)
    # What was read is read no more: a tree may be a repository.
    job = Job(OverlayTree(after, files), tuple(rules), macros, maps, OverlayTree(was, olds))
    with rarely_collected():
        parts = work_through(job, files, jobs, progress)
    now = make_report(parts, clock() - began)
    earlier = make_report([Part(findings=part.before) for part in parts], 0.0)
    findings = added(earlier.findings, now.findings, maps) if now.findings else ()
    return Report(findings, now.not_analysed, Stats(now.stats.files, now.stats.functions, clock() - began))


def added(
    before: Sequence[Finding], after: Sequence[Finding], maps: Mapping[str, LineMap | None] | None = None
) -> tuple[Finding, ...]:
    """The findings of `after` that `before` does not account for; counts matter, line numbers do not.

    Of several findings with one fingerprint those on untouched lines (`maps`, by path) are the old ones.
    """
    lines = maps or {}
    old_places = Counter((f.fingerprint, f.line) for f in before)
    budget = Counter(f.fingerprint for f in before)
    left: list[Finding] = []
    for finding in after:
        line = _old_line(finding, lines)
        if line is not None and old_places[finding.fingerprint, line] and budget[finding.fingerprint]:
            old_places[finding.fingerprint, line] -= 1
            budget[finding.fingerprint] -= 1
        else:
            left.append(finding)
    # The last ones are taken for the new ones: code is more often added below its model than above.
    new: list[Finding] = []
    for finding in left:
        if budget[finding.fingerprint]:
            budget[finding.fingerprint] -= 1
        else:
            new.append(finding)
    return _less_renamed(before, after, new, lines)


def _less_renamed(
    before: Sequence[Finding], after: Sequence[Finding], new: Sequence[Finding], lines: Mapping[str, LineMap | None]
) -> tuple[Finding, ...]:
    """Take away what only looks new because its function was renamed: an untouched line, reported in the same words."""
    gone = Counter(f.fingerprint for f in before)
    gone.subtract(Counter(f.fingerprint for f in after))
    stale: defaultdict[tuple[str, str, int, str], int] = defaultdict(int)
    for finding in before:
        if gone[finding.fingerprint] > 0:
            gone[finding.fingerprint] -= 1
            stale[finding.rule, finding.path, finding.line, _words(finding)] += 1
    kept: list[Finding] = []
    for finding in new:
        key = (finding.rule, finding.path, _old_line(finding, lines) or 0, _words(finding))
        if stale[key] > 0:
            stale[key] -= 1
        else:
            kept.append(finding)
    return tuple(kept)


def _words(finding: Finding) -> str:
    """The message without what a rename or a moved line changes in it."""
    name = re.escape(finding.function) if finding.function else r"(?!)"
    words = re.sub(rf"\b{name}\b", "", finding.message)
    return _DIGITS.sub("", words)


def _old_line(finding: Finding, lines: Mapping[str, LineMap | None]) -> int | None:
    known = lines.get(finding.path)
    return known.old_line(finding.line) if known is not None else None
