"""Tags kept, taken back or refused in prose, mistyped tags, and the patches that words list."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.review.mails import AUTHOR, RITA, Talk, quote

TAG = "Reviewed-by: Rita Reviewer <rita@example.org>"

# What becomes of an earlier plain tag.
LATER: dict[str, tuple[str, ...]] = {
    "counts": (
        "My R-b still stands.",
        "R-b stands.",
        "Please keep my R-b.",
        "Feel free to keep my R-b.",
        "Feel free to keep the R-b with that change.",
        "You may retain my Reviewed-by.",
        "No need to drop my R-b.",
        "My tag remains valid.",
        "Keep my R-b then.",
        "My previous R-b still applies.",
        "My earlier R-b continues to hold.",
        "You should have kept my R-b.",
        "This holds for v3 too.",
        "I'm fine with my R-b being kept.",
        "With that my R-b stands.",
        "Not going to nack it.",
        "I'm not nacking this.",
        "I don't want to drop my R-b.",
        "Why did you drop my R-b?",
        "You dropped my R-b.",
        "I wouldn't withdraw my R-b for that.",
        "Should I withdraw my R-b?",
        "If you do that, I'll withdraw my R-b.",
        "If you insist, I'd have to withdraw my R-b.",
        "Please drop my remark.",
        "My R-b from v2 still holds.",
        "You can retain my tag.",
        "My Reviewed-by can stay.",
        "I'm okay with you keeping the R-b.",
        "Tag can stay.",
        "No objection to keeping my R-b.",
        "R-b retained if you go with the former.",
        "Happy for you to keep my R-b with the name changed.",
    ),
    "required": (
        "My R-b stands if you drop the comment.",
        "my R-b holds provided nothing else changes",
        "You may keep my R-b if you only change the comment.",
        "Feel free to keep my R-b as long as nothing else changes.",
    ),
    "withdrawn": (
        "I retract my review then.",
        "Then this needs another look, so please drop the R-b.",
        "That invalidates my R-b.",
        "In which case my R-b no longer holds.",
        "Please don't keep my R-b, the logic changed.",
        "Please drop my R-b.",
        "I'm taking my R-b back.",
        "I take my R-b back.",
        "I hereby withdraw my R-b.",
        "I need to withdraw my R-b.",
        "I have to take back my R-b.",
        "Please disregard my R-b.",
        "Please ignore my R-b for now.",
        "My R-b no longer applies.",
        "My R-b no longer stands.",
        "Consider my R-b withdrawn.",
        "I revoke my tag.",
        "Scratch my R-b.",
        "I can't stand by my R-b any longer.",
        "I'd like to retract my Reviewed-by.",
        "I'm withdrawing my R-b.",
        "Hence my R-b is withdrawn.",
        "I therefore have to revoke my R-b.",
        "Please remove my R-b from this one.",
        "Don't carry my R-b.",
        "Can you please drop my R-b then?",
        "Sorry, need to withdraw the R-b.",
        "Please strip my R-b.",
        "My R-b is void then.",
        "Please also drop my R-b, as the patch changed quite a bit.",
        "I have to ask you to drop my R-b.",
        "Sorry, I have to withdraw my tag.",
        "Let me withdraw my R-b for now.",
        "Consider my R-b dropped.",
        "R-b withdrawn.",
        "I'm retracting my Reviewed-by.",
        "I take back my R-b.",
        "Revoking my R-b.",
    ),
    "proposed": (
        "I take that back.",
        "Sorry, I was too quick with my R-b.",
        "On second thought, I'd rather not have my R-b on this.",
        "Scratch that.",
        "I think my R-b needs dropping.",
        "My R-b should not be kept with such a change.",
        "I'd have expected my R-b to be dropped.",
        "With changes this big you shouldn't have kept my R-b.",
    ),
    "refused": (
        "Nack.",
        "NAK",
        "Nack to this.",
        "That's a nack from me.",
        "Consider this NACKed.",
        "I'm afraid I have to nack this.",
        "Hard nack.",
        "This is a NACK, I'm afraid.",
        "Nack, sorry.",
        "I'm nacking this.",
        "This gets a NAK from me.",
        "NACK as long as this isn't explained.",
        "I'm against this change.",
        "I object to this.",
    ),
}

MISTYPED = {
    "Acke-by": "Acked-by",
    "Ackedby": "Acked-by",
    "Reviewdby": "Reviewed-by",
    "Aked-by": "Acked-by",
    "Acked-yb": "Acked-by",
    "Revewed-by": "Reviewed-by",
    "Reviewd-by": "Reviewed-by",
    "Reviewed-bt": "Reviewed-by",
    "Reviewed-y": "Reviewed-by",
    "Tesed-by": "Tested-by",
    "Reveiwed-by": "Reviewed-by",
    "Release-Aked-by": "Release-Acked-by",
    "ReviewedBy": "Reviewed-by",
    "Acked by": "Acked-by",
    "Acked-by ": "Acked-by",
    "Reveiewed-by": "Reviewed-by",
    "Reviewed-By": "Reviewed-by",
    "REVIEWED-BY": "Reviewed-by",
    "Relase-Acked-by": "Release-Acked-by",
    "Releasa-acked-by": "Release-Acked-by",
    "Release-Ack": "Release-Acked-by",
    "Release ack": "Release-Acked-by",
    "R-b": "Reviewed-by",
    "A-b": "Acked-by",
    "RB": "Reviewed-by",
    "Ack": "Acked-by",
    "Rewieved-by": "Reviewed-by",
    "Acked-b": "Acked-by",
    "Reviewed_by": "Reviewed-by",
    "Acked--by": "Acked-by",
    "Reviwed-by": "Reviewed-by",
    "Ackd-by": "Acked-by",
    "Nack": "Nacked-by",
    "NACKed-by": "Nacked-by",
    "Not-Acked-by": "Nacked-by",
    "Revied-by": "Reviewed-by",
    "Rebiewed-by": "Reviewed-by",
    "Reviewed-by-by": "Reviewed-by",
    "Acked-By": "Acked-by",
    "Release-acked-by": "Release-Acked-by",
    "Rel-Acked-by": "Release-Acked-by",
    "Releas-Acked-by": "Release-Acked-by",
    "R-Acked-By": "Release-Acked-by",
    "RAcked-by": "Release-Acked-by",
    "Released-acked-by": "Release-Acked-by",
}

FORMS = (
    "Reviewed-by; Rita Reviewer <rita@example.org>",
    "Reviewed-by Rita Reviewer <rita@example.org>",
    "Reviewed-by:Rita Reviewer <rita@example.org>",
    "Reviewed-by : Rita Reviewer <rita@example.org>",
    "*Reviewed-by:* Rita Reviewer <rita@example.org>",
    'Reviewed-by: "Rita Reviewer" <rita@example.org>',
    "Reviewed-by: Rita Reviewer <rita at example.org>",
    "Reviewed-by: Rita Reviewer (rita@example.org)",
    "Reviewed-by: Rita Reviewer rita@example.org",
    "Reviewed-by: Rita Reviewer",
    "Reviewed-by: <rita@example.org>",
    "Reviewed-by:\nRita Reviewer <rita@example.org>",
    "Reviewed-by: Rita\nReviewer <rita@example.org>",
    "Reviewed-by: Rita Reviewer &lt;rita@example.org&gt;",
    "`Reviewed-by: Rita Reviewer <rita@example.org>`",
    '"Reviewed-by: Rita Reviewer <rita@example.org>"',
    "Reviewed-by: Rita Reviewer <rita@example.org",
    "Reviewed-by: Rita Reviewer <rita@example.org>>",
    "[Reviewed-by: Rita Reviewer <rita@example.org>]",
    "Reviewed-by : Rita Reviewer <rita@example.org>",
    "Reviewed‑by: Rita Reviewer <rita@example.org>",
    "- Reviewed-by: Rita Reviewer <rita@example.org>",
    "* Reviewed-by: Rita Reviewer <rita@example.org>",
    "\tReviewed-by: Rita Reviewer <rita@example.org>",
    "(Reviewed-by: Rita Reviewer <rita@example.org>)",
    "Reviewed-by: Rita Reviewer mailto:rita@example.org",
    "Reviewed-by: Rita Reviewer [rita@example.org]",
)

# The part that a tag (@) is for.
PARTS = (
    ("The RISC-V bits look good to me.\n\n@", "RISC-V"),
    ("Tools:\n@", "Tools"),
    ("Arm and common:\n@", "Arm and common"),
    ("@\n(Arm only)", "Arm"),
    ("@\n\n(just for the docs part)", "docs"),
    ("The changes in domctl.c look fine:\n@", "domctl.c"),
    ("For the vPCI part, please add my R-b.\n\n@", "vPCI"),
    ("For the Arm bits, feel free to add my\n@", "Arm"),
    ("@ # Arm", "Arm"),
    ("Arm pieces:\n@", "Arm"),
    ("@ (Arm)", "Arm"),
    ("Just the Arm changes:\n@", "Arm"),
    ("@ # Arm bits", "Arm"),
    ("For Arm:\n@", "Arm"),
    ("@ # non-x86", "non-x86"),
    ("non-x86 parts\n@", "non-x86"),
    ("@ #arm", "arm"),
    ("@ # VT-x", "VT-x"),
    ("@ # for x86", "x86"),
    ("@ [x86 parts]", "x86"),
    ("@ (x86 parts)", "x86"),
    ("@ (for the x86 parts)", "x86"),
    ("@ # x86 parts", "x86"),
    ("x86 bits\n@", "x86"),
    ("The x86 side:\n@", "x86"),
    ("As far as x86 is concerned:\n@", "x86"),
    ("From an x86 pov:\n@", "x86"),
    ("@ for the x86 part.", "x86"),
    ("LGTM for the x86 parts:\n@", "x86"),
    ("The x86 changes look fine.\n@", "x86"),
    ("x86 only:\n@", "x86"),
    ("@\n[x86 only]", "x86"),
    ("@\nx86 parts only", "x86"),
    ("This certainly is fine for x86:\n@", "x86"),
    ("@ # MAINTAINERS", "MAINTAINERS"),
    ("For the change to MAINTAINERS:\n@", "MAINTAINERS"),
    ("@ # x86, common", "x86, common"),
    ("For the non-Arm parts:\n@", "non-Arm"),
    ("@\nfor the non-Arm parts.", "non-Arm"),
    ("Hypervisor part\n@", "Hypervisor"),
    ("Hypervisor side:\n@", "Hypervisor"),
    ("xen/common parts\n@", "xen/common"),
    ("for drivers/passthrough\n@", "drivers/passthrough"),
    ("for tools/:\n@", "tools/"),
    ("For the sysctl part,\n@", "sysctl"),
    ("For xen/arch/x86/:\n@", "xen/arch/x86/"),
    ("The libxl changes\n@", "libxl"),
    ("for the toolstack changes:\n@", "toolstack"),
    ("@ #toolstack", "toolstack"),
    ("EFI portion\n@", "EFI"),
    ("For the common code changes:\n@", "common code"),
    ("@ (hypervisor parts only)", "hypervisor"),
    ("@ [hypervisor]", "hypervisor"),
    ("For the hypervisor bits: @", "hypervisor"),
    ("VMX parts only:\n@", "VMX"),
    ("VMX side\n@", "VMX"),
    ("For everything except the Arm parts:\n@", "not Arm"),
    ("Everything but the tools part:\n@", "not tools"),
    ("This hunk:\n@", "quoted part"),
    ("For this hunk\n@", "quoted part"),
    ("@ for this hunk.", "quoted part"),
    ("IOMMU pieces of this:\n@", "IOMMU"),
    ("For the flask bits,\n@", "flask"),
    ("@ # only the golang bindings", "golang bindings"),
    ("On the xen/arch/arm/ side:\n@", "xen/arch/arm/"),
    ("Xen part:\n@", "Xen"),
    ("Xen side:\n@", "Xen"),
    ("For CHANGELOG.md:\n@", "CHANGELOG.md"),
    ("Linker script part\n@", "Linker script"),
    ("Tested on Zen4:\nTested-by: Rita Reviewer <rita@example.org>", "Zen4"),
    ("Tested-by: Rita Reviewer <rita@example.org> # QEMU riscv64", "QEMU riscv64"),
    ("My parts:\n@", "applicable parts"),
    ("The applicable pieces\n@", "applicable parts"),
    ("The parts I maintain:\n@", "applicable parts"),
    ("For the parts I'm responsible for:\n@", "applicable parts"),
    ("RISC-V part:\n@", "RISC-V"),
    ("@ # livepatch", "livepatch"),
    ("The livepatch side looks OK to me.\n@", "livepatch"),
    ("For the bits touching xen/arch/arm:\n@", "xen/arch/arm"),
    ("@ (for tools)", "tools"),
    ("@ [tools]", "tools"),
    ("@ # Docs", "Docs"),
    ("Toolstack-wise:\n@", "Toolstack"),
    ("For x86 and common code:\n@", "x86 and common"),
    ("the mm parts look good,\n@", "mm"),
    ("@ # scheduler", "scheduler"),
    ("Only looked at the Kconfig parts:\n@", "Kconfig"),
    ("Everything except tools/:\n@", "not tools/"),
    ("@ # all but tools", "all but tools"),
    ("The SVM half:\n@", "SVM"),
    ("@ # xen/", "xen/"),
    ("For automation/:\n@", "automation/"),
)

# Words, the mail answered, and the patches of four that get the tag.
LISTS = (
    ("For the whole lot:\n@", "p0", {1, 2, 3, 4}),
    ("For all of the series:\n@", "p1", {1, 2, 3, 4}),
    ("For all patches:\n@", "p1", {1, 2, 3, 4}),
    ("All four:\n@", "p1", {1, 2, 3, 4}),
    ("For all four of them:\n@", "p2", {1, 2, 3, 4}),
    ("Series:\n@", "p1", {1, 2, 3, 4}),
    ("@ # for the series", "p1", {1, 2, 3, 4}),
    ("@ (whole series)", "p1", {1, 2, 3, 4}),
    ("@ (for 1-3)", "p0", {1, 2, 3}),
    ("Patches 2 and 3:\n@", "p0", {2, 3}),
    ("Patch 2 and 4:\n@", "p0", {2, 4}),
    ("For patches 1, 3 and 4\n@", "p0", {1, 3, 4}),
    ("For #1 and #3:\n@", "p0", {1, 3}),
    ("For 1/4 and 2/4:\n@", "p0", {1, 2}),
    ("The last three patches:\n@", "p0", {2, 3, 4}),
    ("First two:\n@", "p0", {1, 2}),
    ("The entire set:\n@", "p3", {1, 2, 3, 4}),
    ("For all but patch 2:\n@", "p0", {1, 3, 4}),
    ("All patches except 3:\n@", "p0", {1, 2, 4}),
    ("@ for patches 1-2.", "p0", {1, 2}),
    ("@\nfor the entire series.", "p1", {1, 2, 3, 4}),
    ("For this and the next patch:\n@", "p2", {2, 3}),
    ("For the series, @", "p1", {1, 2, 3, 4}),
    ("@ # patches 2-3", "p0", {2, 3}),
    ("@ #patch 2", "p0", {2}),
    ("Series LGTM:\n@", "p0", {1, 2, 3, 4}),
    ("For the first patch:\n@", "p0", {1}),
    ("Patch 4 only:\n@", "p0", {4}),
    ("@\n(series)", "p1", {1, 2, 3, 4}),
    ("@ [all]", "p1", {1, 2, 3, 4}),
    ("for patches 02-04:\n@", "p0", {2, 3, 4}),
    ("whole series @", "p0", {1, 2, 3, 4}),
    ("To the whole series:\n@", "p1", {1, 2, 3, 4}),
    ("@\n\nThis is for the whole series.", "p1", {1, 2, 3, 4}),
    ("Patches 1 through 3 are\n@", "p0", {1, 2, 3}),
    ("Very nit (also applies in patch 2 and 3)\n\n@", "p4", {4}),
    ("The series needs a rebase, but this one is fine:\n@", "p2", {2}),
    ("Same remark as on patch 3:\n@", "p1", {1}),
    ("Nit (also applies in patch 2)\n\n@\nfor all patches in the series.", "p4", {1, 2, 3, 4}),
    ("I've now looked at the whole series and it makes sense:\n@", "p1", {1, 2, 3, 4}),
    ("LGTM for patches 1-3:\n@", "p0", {1, 2, 3}),
    ("Patch 1 looks good to me, so:\n@", "p0", {1}),
    ("This depends on patch 1.\n@", "p2", {2}),
    ("Reviewing the series in order. @", "p1", {1}),
    ("For four patches:\n@", "p2", {1, 2, 3, 4}),
    ("For two patches:\n@", "p2", {2}),
    ("Series-wide:\n@", "p1", {1, 2, 3, 4}),
    ("(goes for the whole series)\n@", "p1", {1, 2, 3, 4}),
    ("@\n\n(for all four)", "p1", {1, 2, 3, 4}),
)


@pytest.mark.parametrize(("wanted", "words"), [(wanted, words) for wanted, all_ in LATER.items() for words in all_])
def test_a_later_word(tmp_path: Path, wanted: str, words: str) -> None:
    talk = Talk(tmp_path)
    first = talk.reply(RITA, "p1", TAG + "\n")
    asked = talk.reply(AUTHOR, first, quote(TAG) + "\nI moved it up a bit in the end, fine?\n")
    talk.reply(RITA, asked, f"> I moved it up a bit in the end, fine?\n\n{words}\n")
    entry = talk.review().patches[0]
    if wanted == "refused":
        assert [remark.kind for remark in entry.remarks if remark.open] == ["refused"]
    else:
        assert [tag.strength or tag.state for tag in entry.tags] == [wanted]
        assert wanted == "counts" or entry.tags[0].says == words


@pytest.mark.parametrize(("typed", "name"), list(MISTYPED.items()))
def test_mistyped_name(tmp_path: Path, typed: str, name: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", f"{typed}: Rita Reviewer <rita@example.org>\n")
    assert [tag.line for tag in talk.tags()] == [f"{name}: Rita Reviewer <rita@example.org>"]


@pytest.mark.parametrize("form", FORMS)
def test_form(tmp_path: Path, form: str) -> None:
    talk = Talk(tmp_path)
    talk.reply(RITA, "p1", form + "\n")
    assert [tag.line for tag in talk.tags()] == [TAG]


@pytest.mark.parametrize(("words", "answered", "numbers"), LISTS)
def test_patches_listed(tmp_path: Path, words: str, answered: str, numbers: set[int]) -> None:
    talk = Talk(tmp_path, patches=4, cover=True)
    talk.reply(RITA, answered, words.replace("@", TAG) + "\n")
    found = {entry.patch.number for entry in talk.review().patches if any(tag.state == "counts" for tag in entry.tags)}
    assert found == numbers


@pytest.mark.parametrize(("body", "scope"), PARTS)
def test_part(tmp_path: Path, body: str, scope: str) -> None:
    talk = Talk(tmp_path)
    words = body if "@example" in body else body.replace("@", TAG)
    talk.reply(RITA, "p1", talk.quoted("p1", "Signed-off-by") + f"\n{words}\n")
    assert [(tag.state, tag.scope) for tag in talk.tags()] == [("partial", scope)]
