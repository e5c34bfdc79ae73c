"""Which part of a patch a tag is for."""

from __future__ import annotations

from reviewbot import regex as re
from reviewbot.review.listing import ALL, APPROVES, DOUBTS, WHOLE, listed_patches
from reviewbot.review.words import fold, sentences

_PART = r"(?:parts?|bits?|side|portions?|pieces?|hunks?|half)"
# Words that name a part only behind an area ("the libxl changes"); "the requested changes" are no part.
_LOOSE_PART = r"(?:changes?|code|files?|stuff|aspects?|areas?|additions?|adjustments?)"
_AREA_WORDS = (
    "x86", "arm", "arm32", "arm64", "aarch64", "riscv", "risc-v", "ppc", "ppc64", "common", "generic", "tools?",
    "toolstack", "tool stack", "libxl", "libs?", "libxc", "libelf", "hypervisor", "hv", "xen", "kconfig", "kbuild",
    "build", "makefile", "docs?", "documentation", "ci", "automation", "gitlab", "efi", "uefi", "vmx", "vt-x", "vt-d",
    "svm", "amd", "intel", "iommu", "passthrough", "flask", "xsm", "mm", "p2m", "pv", "pvh", "hvm", "shadow", "hap",
    "golang", "ocaml", "python", "perl", "stubdom", "mini-os", "qemu", "qubes", "eclair", "misra", "livepatch", "argo",
    "vpci", "pci", "acpi", "sched", "scheduler", "cpupool", "credit2?", "rtds", "console", "serial", "uart", "xl",
    "xenstored?", "oxenstored", "xenalyze", "xentrace", "device ?tree", "dt", "dom0less", "numa", "time", "timer",
    "tee", "optee", "ff-?a", "scmi", "sci", "gic", "its", "smmu", "vgic", "linker script", "header", "public headers?",
    "public", "arch", "domctl", "sysctl", "viridian", "vm_?event", "mem_?access", "altp2m", "monitor", "test(?:s|ing)?",
    "changelog", "maintainers", "symbols", "crypto", "emulator", "emul", "insn emulator", "trace", "drivers?", "cpuid",
    "msr", "microcode", "ucode", "idle", "power", "vpmu", "nestedhvm", "nested",
)  # fmt: skip
_AREA = (
    rf"(?:(?:non-?|!)?(?:{'|'.join(_AREA_WORDS)})|[A-Za-z][\w.+-]*/[\w./+*-]*|[\w-]+\.(?:[ch]|md)"
    r"|(?-i:(?!LGTM|FWIW|NACK|NITS?\b|IMHO|IIRC|AFAI|THANKS|THEN\b)[A-Z][A-Z_]{3,}))(?![\w/])"
)
_AREAS = rf"(?:{_AREA}(?:(?:,| and|,? &) {_AREA}){{0,5}}(?: (?:code|specific|common))?)"

# "Common code parts:", "For the Arm bits:", "non-Arm parts:", "x86 side" as the whole of what leads into the tag.
_LEADING_PART = re.compile(
    rf"(?:^|[,;.:] )(?:(?:so|then|and|lgtm|fine|good|ok|okay|ack|looks good|looks good to me|at least"
    r"|(?:i(?:'ve)? )?(?:only |just )?(?:looked|checked)(?: only)? at)[,:]? )*"
    rf"(?:for |on )?(?:just |only |at least )?(?:the "
    rf"|all )?(?P<what>[\w/.+&!, -]{{2,40}}?) {_PART}(?: of (?:this|it|the patch))?(?: only| certainly)?"
    rf"(?:,? (?:so|then))?(?:,? (?:please |feel free to |you can |you may )?(?:add|have|use|take|keep)"
    rf"(?: (?:this|my)(?: [\w-]{{1,14}})?)?)?[ :,.]*$",
    re.I,
)
# "The libxl changes", "for common code:", "the x86 changes look fine"
_LEADING_AREA = re.compile(
    rf"(?:^|[,;.:] |\b(?:lgtm|good|fine|okay|ok) )(?:(?:so|then|and)[,:]? )*(?:for |on )?(?:just |only |at least )?"
    rf"(?:the |all )?(?P<what>{_AREAS}) (?:{_LOOSE_PART}|{_PART}|code {_LOOSE_PART})\b(?: only)?"
    rf"(?: (?:in|of) (?:this|the|here)(?: (?:patch|one|series))?)?"
    rf"(?:,? (?:so|then)| (?:all )?(?:looks?|are|is|seems?|lgtm)\b[\w ,]{{0,30}}?)?[ :,.]*$",
    re.I,
)
_CONCERNED = re.compile(
    rf"\b(?:as far as (?:the )?(?P<what>{_AREAS})(?: (?:{_PART}|{_LOOSE_PART}))? (?:is|are|goes?|go)\b"
    rf"|from an? (?P<view>{_AREAS})(?:-| )?(?:\w+ )?(?:pov|point of view|perspective|angle|side|view ?point))",
    re.I,
)
_TO_AREA = re.compile(
    rf"(?:^|[,;.:] |\b(?:fine|good|okay|ok|lgtm|is|looks|ack|right) )(?:so |then |and )?for (?:just |only )?(?:the )?"
    rf"(?:(?:changes?|parts?|bits?|pieces?|hunks?) (?:to|in|for|touching|of|under|below) )?"
    rf"(?P<what>{_AREAS})(?: code| only)?[ :,.]*$"
    rf"|^(?P<wise>{_AREAS})-?wise[ :,.]*$",
    re.I,
)
# "Everything but the tools part", "for all except the Arm bits": a part by what it leaves out.
_BUT_FOR = re.compile(
    rf"\b(?:everything|all|all of it|anything|the (?:whole|entire) patch) (?:but|except(?: for)?|apart from|other than"
    rf"|minus|excluding|besides) (?:the )?(?:(?P<what>[\w/.+&, -]{{2,40}}?) (?:{_PART}|{_LOOSE_PART})"
    rf"|(?P<area>{_AREAS}))[ :,.]*$",
    re.I,
)
# "the tool side of the patch looks fine"
_PART_OF = re.compile(
    rf"\b(?:the |for )(?P<what>[\w/.+&-]{{2,25}}(?: code)?) {_PART} of (?:the|this) (?:patch|series"
    rf"|change)\b",
    re.I,
)
_DEICTIC = re.compile(rf"\b(?:this|that|these|those) {_PART}\b", re.I)
_APPLICABLE = re.compile(
    r"\b(?:applicable|my) (?:parts|bits|pieces|files)\b|\b(?:parts?|bits?|files?|code|pieces?) (?:that )?(?:i|i'm"
    r"|i am)"
    r" (?:maintain\w*|the maintainer|co-?maintain|(?:a )?maintainer|responsible|in charge|listed)\b",
    re.I,
)
_NOT_A_PART = re.compile(
    r"\b(?:with|if|once|other|rest|both|which|i|was|is|are|that|any|small|minor|some|this|these|my|your|thanks?"
    r"|looks?|good|great|better|one|patch(?:es)?|my own|either|not|no|but|from|on|another|wrong|right|first|last|easy"
    r"|hard|most)\b",
    re.I,
)
# What stands behind an address is an area only when it reads like one: a few words and no reservation.
_NO_AREA = re.compile(
    r"^(?:with|w/|provided|albeit|assuming|if|preferably|ideally|optionally|once|but|after|subject|modulo|pending"
    r"|when|as"
    r"|so|unless|until|apart|aside|other|except|bar|save|conditional|perhaps|maybe|please|can|could|will|i|no|my|thanks"
    r"|see|not|fwiw|though|although|and|also|though|just|sorry|or|which|that|this|these|it|again|still|hopefully"
    r"|because)\b",
    re.I,
)
_DRESS = re.compile(rf"^(?:for |on |only |just |the )*|[ ,]*(?: only| {_PART})*[ .]*$", re.I)

# "[On Arm only]", "On Arm only:", "x86 only:", "(arm64)"
_ONLY = re.compile(r"^(?:on |for )?(?:the )?(?P<what>[\w/.+&-]{2,20}) only\b", re.I)
_MORE_THAN_ONLY = re.compile(r"(?! (?:for now|so far|then|again)\b)[ ,]*\w")  # "Hence only on the assumption"
# "The change in grant_table.c looks good to me:", "For the sii902x part, please add my"
_CHANGE_IN = re.compile(
    rf"(?:^|[,;.:] )(?:(?:so|then|and)[,:]? )?(?:only |just )?(?:the )?(?:{_LOOSE_PART}|{_PART}) (?:to|in|of|under"
    rf"|below|touching) (?:the )?(?P<what>{_AREAS})(?: code)? (?:looks?|lgtm|is|are|seems?)\b",
    re.I,
)
_FOR_PATH = re.compile(r"\bfor (?P<what>[\w.-]+/[\w./*-]*|[\w-]+\.(?:[ch]|md))[ :,]*$", re.I)
# "for the x86 part.", "x86 parts only" behind a tag
_TRAILING_PART = re.compile(
    rf"^[\s,.-]*[\[(]?(?:just |only )?(?:for |on )?(?:just |only )?(?:the )?(?P<what>[\w/.+&!, -]{{2,40}}?)"
    rf" (?:{_PART}|{_PART} only|only)[\])]?[ .]*$",
    re.I,
)
_TRAILING_AREA = re.compile(
    rf"^[\s,.-]*[\[(]?(?:just |only )?for (?:just "
    rf"|only )?(?:the )?(?P<what>{_AREAS})(?: {_LOOSE_PART})?(?: only)?[\])]?"
    r"[ .]*$",
    re.I,
)
# "tools:", "x86 and common:" as all that leads into the tag
_BARE_AREA = re.compile(rf"^(?:for |on )?(?:the )?(?P<what>{_AREAS}) ?:$", re.I)
_PLACES = (
    _PART_OF,
    _LEADING_AREA,
    _LEADING_PART,
    _CHANGE_IN,
    _FOR_PATH,
    _TO_AREA,
    _CONCERNED,
    _BARE_AREA,
)
_TESTED_ON = re.compile(
    r"\bon (?:the |a |an |my )?(?P<what>[\w./-]+(?: [\w./-]+){0,3}?)(?= so\b| and\b| with\b| without\b"
    r"|[:,.;)]|$)",
    re.I,
)

_AREA_LENGTH = 5  # words


def is_area(suffix: str) -> bool:
    """Whether what is written behind an address names a part of the patch, rather than a reservation or a thought."""
    text = fold(suffix).strip("#[]() ")
    return bool(text) and not _NO_AREA.match(text) and len(text.split()) <= _AREA_LENGTH


def written_scope(suffix: str) -> str | None:
    """The scope that a suffix states: `# x86`, `[RISC-V]`, `(arm64)`, without its decoration."""
    text = fold(suffix).strip()
    if text.startswith("#"):
        text = text.lstrip("# ")
    elif text[:1] in "[(":
        text = text.strip("[]() ")
    if not text or WHOLE.search(text) or ALL.match(text) or listed_patches(text, 999):
        return None
    only = _ONLY.match(text)
    return only["what"] if only else (_DRESS.sub("", text).strip(" .") or text.strip(" ."))


def prose_scope(lead: str, tail: str, *, tested: bool) -> str | None:
    """The scope that the words before and after a tag state, None for none."""
    after = fold(tail)
    if after and (found := _TRAILING_PART.match(after) or _TRAILING_AREA.match(after)):
        if _DEICTIC.search(after):
            return "quoted part"
        if not _NOT_A_PART.search(found["what"]):
            return found["what"].strip(" ,")
    pieces = sentences(fold(lead))
    return _leading_scope(pieces[-1], tested=tested) if pieces else None


def _leading_scope(last: str, *, tested: bool) -> str | None:
    """The scope that a sentence before a tag states."""
    if _APPLICABLE.search(last):
        return "applicable parts"
    left_out = _BUT_FOR.search(last)
    if left_out:
        return f"not {(left_out['what'] or left_out['area']).strip(' ,')}"
    if _DEICTIC.search(last) and not re.search(r"\b(?:with|if|once)\b", last, re.I):
        return "quoted part"
    for pattern in _PLACES:
        found = pattern.search(last)
        what = next((word for word in found.groupdict().values() if word), "") if found else ""
        if (
            what
            and (pattern is not _LEADING_PART or len(what.split()) <= _AREA_LENGTH)
            and not _NOT_A_PART.search(what)
        ):
            return what.strip(" ,")
    only = _ONLY.match(last)
    if only and not _MORE_THAN_ONLY.match(last, only.end()) and not _NOT_A_PART.search(only["what"]):
        return only["what"]
    if tested:
        place = _TESTED_ON.search(last)
        if place:
            return place["what"]
    return None


def approves_part(sentence: str) -> bool:
    """Whether a finished sentence above a tag approves of a part only: "The Arm bits look good to me."."""
    return (
        bool(APPROVES.search(sentence))
        and not DOUBTS.search(sentence)
        and _leading_scope(sentence, tested=False) is not None
    )
