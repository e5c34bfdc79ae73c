"""MAINTAINERS: wildcards, exclusions, nesting, content patterns. The file is of our own making."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewbot.errors import InputError
from reviewbot.policy import Approval, Coverage, Maintainers
from reviewbot.policy.maintainers import Pattern
from reviewbot.policy.scope import covers

TEXT = """\
	List of maintainers

M: Nobody <not@this.example.org>

	Maintainers List
		-----------------------------------

PAGING
M:	Petra Paging <petra@example.org>
S:	Supported
F:	xen/arch/x86/mm/paging.c

X86 MM
M:	Mona Memory <mona@example.org>
R:	Rolf Reader <rolf@example.org>
F:	xen/arch/x86/mm/

X86
M:	Xaver Eighty <xaver@example.org>
M:	Yvonne Six <yvonne@example.org>
F:	xen/arch/x86/

IOMMU
M:	Ida Iommu <ida@example.org>
F:	xen/drivers/passthrough/
X:	xen/drivers/passthrough/amd/

KEXEC
M:	Kai Kexec <kai@example.org>
F:	xen/common/{kexec,kimage}.c

EFI
M:	Eva Efi <eva@example.org>
F:	xen/arch/x86/include/asm/efi*.h
F:	docs/*/efi*

ONLY READERS
R:	Rolf Reader <rolf@example.org>
F:	xen/common/argo.c

GOLANG
M:	Gina Go <gina@example.org>
F:	tools/golang

XSM
M:	Sam Secure <sam@example.org>
F:	xen/xsm/
K:	xsm_.*
K:	[broken

THE REST
M:	Rosa Rest <rosa@example.org>
M:	Röger Rest <roeger@example.org>
L:	list@example.org
F:	*
F:	*/
V:	xen-maintainers-1
"""

MAINTAINERS = Maintainers.parse(TEXT)


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("xen/arch/", "xen/arch/x86/mm.c", True),
        ("xen/arch/", "xen/archive", False),
        ("drivers/net/*", "drivers/net/a.c", True),
        ("drivers/net/*", "drivers/net/sub/a.c", False),
        ("*/net/*", "drivers/net/a.c", True),
        ("*/net/*", "a/b/net/a.c", False),
        ("docs/*/efi*", "docs/misc/efi.rst", True),
        ("docs/*/efi*", "docs/efi.rst", False),
        ("*", "README", True),
        ("*", "xen/Makefile", False),
        ("*/", "xen/common/a.c", True),
        ("*/", "README", False),
        ("tools/golang", "tools/golang/xenlight/a.go", True),
        ("tools/golang", "tools/golang2", False),
        ("a.c", "axc", False),
        ("asm/efi*.h", "asm/efibind.h", True),
        ("asm/efi*.h", "asm/efibind.hpp", False),
    ],
)
def test_wildcards(pattern: str, path: str, covered: bool) -> None:
    assert Pattern(pattern).matches(path) is covered


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("xen/arch/x86/mm/paging.c", ["PAGING", "X86 MM", "X86", "THE REST"]),
        ("xen/arch/x86/mm/other.c", ["X86 MM", "X86", "THE REST"]),
        ("xen/arch/x86/traps.c", ["X86", "THE REST"]),
        ("xen/drivers/passthrough/iommu.c", ["IOMMU", "THE REST"]),
        ("xen/drivers/passthrough/amd/iommu.c", ["THE REST"]),
        ("xen/common/kimage.c", ["KEXEC", "THE REST"]),
        ("xen/arch/x86/include/asm/efibind.h", ["EFI", "X86", "THE REST"]),
        ("xen/common/argo.c", ["THE REST"]),
        ("README", ["THE REST"]),
    ],
)
def test_nesting_most_specific_first(path: str, titles: list[str]) -> None:
    assert [section.title for level in MAINTAINERS.levels(path) for section in level] == titles


def test_people_and_head_are_told_apart() -> None:
    assert (
        [person.name for person in MAINTAINERS.rest.maintainers] == ["Rosa Rest", "Röger Rest"]
        if MAINTAINERS.rest
        else False
    )
    assert "Nobody" not in {person.name for person in MAINTAINERS.people}
    assert "Rolf Reader" not in {person.name for person in MAINTAINERS.people}


def test_content_patterns_and_a_broken_one() -> None:
    assert [section.title for section in MAINTAINERS.by_content(["x = 1;", "ret = xsm_domctl(d);"])] == ["XSM"]
    assert MAINTAINERS.by_content(["nothing"]) == ()


@pytest.mark.parametrize("text", ["", "just words\n", "SECTION\nM:\tA <a@example.org>\n"])
def test_no_section(text: str) -> None:
    with pytest.raises(InputError):
        Maintainers.parse(text)


@given(st.text(st.sampled_from("AMFXKR:\t \n/*<>@.abc-{},"), max_size=300))
@settings(max_examples=80, deadline=None)
def test_no_text_crashes_the_parser(text: str) -> None:
    try:
        parsed = Maintainers.parse(text)
    except InputError:
        return
    assert isinstance(parsed.levels("xen/common/a.c"), tuple)


@pytest.mark.parametrize(
    ("approver", "state"),
    [
        (("Petra Paging", "petra@example.org"), "own"),
        (("Petra PAGING", "other@elsewhere.example.org"), "own"),
        (("P. P.", "petra@example.org"), "own"),
        (("Mona Memory", "mona@example.org"), "stand-in"),
        (("Roger Rest", "x@example.org"), "stand-in"),
        (("Rolf Reader", "rolf@example.org"), "none"),
        (("Kai Kexec", "kai@example.org"), "none"),
    ],
)
def test_rule_one(approver: tuple[str, str], state: str) -> None:
    coverage = Coverage(MAINTAINERS)
    assert coverage.file_state("xen/arch/x86/mm/paging.c", [Approval("Acked-by", *approver)]).state == state


def test_missing_groups_files_and_names_the_stand_in() -> None:
    coverage = Coverage(MAINTAINERS)
    files = ["xen/arch/x86/traps.c", "xen/arch/x86/irq.c", "xen/xsm/a.c", "tools/golang/x.go"]
    found = coverage.missing(
        files,
        [Approval("Reviewed-by", "Rosa Rest", "rosa@example.org"), Approval("Acked-by", "Gina Go", "gina@example.org")],
    )
    assert [(entry.who, entry.for_, entry.stand_in) for entry in found] == [
        (("Xaver Eighty", "Yvonne Six"), ("xen/arch/x86/traps.c", "xen/arch/x86/irq.c"), "Rosa Rest"),
        (("Sam Secure",), ("xen/xsm/a.c",), "Rosa Rest"),
    ]


@pytest.mark.parametrize(
    ("approvals", "held"),
    [
        ([("author", "Pat", "pat@example.org")], False),
        ([("Reviewed-by", "Pat", "other@example.org")], False),
        ([("Reviewed-by", "Anybody", "any@example.org")], True),
        ([("Acked-by", "Anybody", "any@example.org")], False),
        ([("Acked-by", "Xaver Eighty", "xaver@example.org")], True),
        ([("Acked-by", "Rosa Rest", "rosa@example.org")], True),
        ([("Signed-off-by", "Xaver Eighty", "xaver@example.org")], False),
    ],
)
def test_rule_two(approvals: list[tuple[str, str, str]], held: bool) -> None:
    coverage = Coverage(MAINTAINERS)
    given_ = [Approval(*approval) for approval in approvals]
    assert coverage.approved_by_another(["xen/arch/x86/traps.c"], given_, ("Pat", "pat@example.org")) is held


@pytest.mark.parametrize(
    ("scope", "path", "held"),
    [
        ("x86", "xen/arch/x86/mm.c", True),
        ("x86", "xen/arch/arm/mm.c", False),
        ("non-x86", "xen/arch/arm/mm.c", True),
        ("!arm", "xen/arch/arm/mm.c", False),
        ("arm", "xen/arch/arm/mm.c", True),
        ("Arm", "xen/include/public/arch-arm.h", True),
        ("arm", "xen/common/charm.c", False),
        ("RISC-V", "xen/arch/riscv/mm.c", True),
        ("xen/arm", "xen/arch/arm/mm.c", True),
        ("Common code", "xen/common/domctl.c", True),
        ("common", "xen/arch/x86/domctl.c", False),
        ("x86, common", "xen/common/domctl.c", True),
        ("x86 and common", "xen/arch/x86/domctl.c", True),
        ("tool", "tools/libs/a.c", True),
        ("toolstack", "xen/common/a.c", False),
        ("non-XSM/Flask", "xen/xsm/flask/hooks.c", False),
        ("non-XSM/Flask", "xen/common/domctl.c", True),
        ("hypervisor", "xen/common/domctl.c", True),
        ("CHANGELOG", "CHANGELOG.md", True),
        ("golang stuff", "tools/golang/x.go", True),
        ("xen/common/domctl.c", "xen/common/domctl.c", True),
    ],
)
def test_scope(scope: str, path: str, held: bool) -> None:
    assert covers(scope, path, maintained=True, alone=False) is held


def test_scope_by_maintainership_and_by_hunk() -> None:
    assert covers("applicable parts", "a", maintained=True, alone=False)
    assert not covers("applicable parts", "a", maintained=False, alone=True)
    assert covers("quoted part", "a", maintained=False, alone=True)
    assert not covers("quoted part", "a", maintained=True, alone=False)
