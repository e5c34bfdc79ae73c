"""Which files a partial tag covers: `# x86`, "non-Arm parts", "Common code", "applicable parts"."""

from __future__ import annotations

from collections.abc import Callable

from reviewbot import regex as re

_ARM = re.compile(r"(?:^|[/_-])arm(?:32|64)?(?:[/_.-]|$)")  # a whole part of the path: not "charm", not "armada"


def _is_doc(path: str) -> bool:
    return path.startswith("docs/") or path.endswith((".md", ".rst", ".pandoc"))


# Names of areas that are not a part of the path; every other name is looked up in the path itself.
_AREAS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"^common(?: code)?$"), lambda path: path.startswith(("xen/common/", "xen/include/", "xen/drivers/"))),
    (re.compile(r"^(?:hypervisor|hv|xen)$"), lambda path: path.startswith("xen/")),
    (re.compile(r"^(?:tools?|tool ?stack|tool ?side|libs?)$"), lambda path: path.startswith("tools/")),
    (re.compile(r"^(?:docs?|documentation)$"), _is_doc),
    (re.compile(r"^(?:ci|automation|gitlab)$"), lambda path: path.startswith(("automation/", ".gitlab"))),
    (re.compile(r"^(?:iommu|passthrough)$"), lambda path: "/passthrough/" in path or "iommu" in path),
    (re.compile(r"^(?:xsm|flask)$"), lambda path: "/xsm/" in path or "flask" in path),
    (re.compile(r"^(?:arm(?:32|64)?|aarch64)$"), lambda path: _ARM.search(path) is not None),
    (re.compile(r"^(?:riscv(?:32|64)?|risc v)$"), lambda path: "riscv" in path),
    (re.compile(r"^(?:ppc(?:64)?|power(?:pc)?)$"), lambda path: "ppc" in path),
)  # fmt: skip
_NEGATION = re.compile(r"^(?:non|not|no|!|all but|except|everything but)[\s-]*", re.I)
_SPLIT = re.compile(r"\s*(?:,|;|&|\+|\band\b)\s*")
_NOISE = re.compile(r"\b(?:the|parts?|bits?|code|only|side|changes?|stuff|portions?)\b", re.I)


def covers(scope: str, path: str, *, maintained: bool, alone: bool) -> bool:
    """Whether a scope covers a file.

    maintained: the giver maintains that file ("applicable parts"); alone: it is the only file of the patch
    """
    text = scope.strip().lower()
    if text == "applicable parts":
        return maintained
    if text == "quoted part":
        return alone
    negative = _NEGATION.match(text)
    names = _NOISE.sub(" ", text[negative.end() :] if negative else text)
    parts = [part for chunk in _SPLIT.split(names) for part in _alternatives(chunk) if part]
    held = any(_named(part, path) for part in parts)
    return held != bool(negative)


def _alternatives(chunk: str) -> list[str]:
    """`xsm/flask` names two areas, `xen/arch/arm` one path."""
    chunk = " ".join(chunk.split())
    pieces = chunk.split("/")
    if (
        len(pieces) == 2
        and all(any(area.match(piece) for area, _ in _AREAS) for piece in pieces)
        and pieces[0] not in ("xen", "tools", "docs")
    ):
        return pieces
    return [chunk]


def _named(part: str, path: str) -> bool:
    """Whether a name stands for an area that holds the path, or occurs in it."""
    part = part.replace("-", " ").replace("_", " ").strip() if "/" not in part else part
    for area, test in _AREAS:
        if area.match(part):
            return test(path)
    if "/" in part:  # "xen/arm": every piece occurs, in order
        at = 0
        for piece in part.split("/"):
            at = path.lower().find(piece, at)
            if at < 0:
                return False
        return True
    words = part.split()
    return bool(words) and all(word in path.lower() for word in words)
