"""Threads into patch series: versions, covers, patches, diffs. States facts; what counts is policy's business.

for series in find_series(threads(read("thread.mbox").messages)):
    print(series.title, series.version, [patch.subject for patch in series.patches])
"""

from reviewbot.series.compare import Change, compare
from reviewbot.series.find import find_series
from reviewbot.series.model import Diff, DiffLine, FileDiff, Hunk, Patch, Series, Trailer

__all__ = [
    "Change",
    "Diff",
    "DiffLine",
    "FileDiff",
    "Hunk",
    "Patch",
    "Series",
    "Trailer",
    "compare",
    "find_series",
]
