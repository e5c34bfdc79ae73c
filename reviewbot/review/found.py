"""What a clause may ask for, and what it answers: the values that the detectors of requests pass around."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from reviewbot import regex as re

ABOVE = re.compile(r"\b(?:above|before|ahead of|in front of|prior to|preceding)\b", re.I)
MESSAGE = re.compile(
    r"\b(?:commit (?:message|msg|log|text|description)|(?:patch )?description|change ?log"
    r"|bullets?(?: points?)?|re-?word(?:ed|ing)?|re-?phras(?:e|ed|ing)|wording|(?:first|last|second|third|2nd"
    r"|3rd|1st|final"
    r"|this|that|the) (?:sentence|paragraph))\b",
    re.I,
)


class Quoted(NamedTuple):
    """What the words answer: the last quoted line's text, its sign ("+", "-", " "; "" for prose), and all the lines."""

    text: str = ""
    sign: str = ""
    in_message: bool = False
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """One change asked for, by kind, with the operands that the words give."""

    kind: str
    old: str | None = None
    new: str | None = None
    where: str | None = None
    target: str | None = None
    also: tuple[str, str] | None = None  # a second place: ("before", "XEN_DOMCTL_ioport_permission")
    count: int | None = None
    sure: bool = True  # the words name a fault; no asking word is needed

    @property
    def mechanical(self) -> bool:
        """Whether the words alone say what shall stand there."""
        return self.new is not None and self.kind in ("replace", "type", "control-flow", "subject")


Detector = Callable[[str, Quoted], Found | None]
