"""Which kind of change some words ask for: the detectors, in the order in which they are tried.

Those at the top win: "missing blanks inside the parentheses" is about blanks, not about parentheses. A detector that
names a fault ("Overlong line") asks by itself; others need a word that asks.
"""

from __future__ import annotations

from reviewbot.review import content, faults, layout, parts, trailers, wording
from reviewbot.review.found import Detector, Found, Quoted

DETECTORS: tuple[Detector, ...] = (
    wording.subject,
    wording.told,
    trailers.trailer,
    layout.blank_line,
    layout.include_order,
    layout.reindent,
    layout.wrap,
    layout.spacing,
    layout.comment_style,
    layout.add_comment,
    content.control_flow,
    layout.braces,
    parts.part,
    parts.word,
    content.typo,
    content.move,
    content.name,
    content.type_change,
    wording.message,
    content.replace,
    content.delete,
    faults.style,
)


def detect(text: str, quoted: Quoted) -> Found | None:
    """The change that one clause asks for, None for none."""
    for detector in DETECTORS:
        found = detector(text, quoted)
        if found is not None:
            return found
    return None
