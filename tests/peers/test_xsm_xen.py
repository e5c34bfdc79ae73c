"""xsm-check and the view of the switches on the real Xen repository: the commits of the domctl series, and master."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from reviewbot.analysis import OverlayTree, check, check_change, load_rules, switch_view
from reviewbot.csource import MacroTable
from reviewbot.resources import rules_dir

BASE, FIRST, SECOND = "af11b93e3e98235d38114ba44a6d3134aa2ba2a0", "261a2f51df", "ffe7a07597"
MASTER = "c447b7308b"
COMMON, X86, FLASK = "xen/common/domctl.c", "xen/arch/x86/domctl.c", "xen/xsm/flask/hooks.c"
MACROS = MacroTable.load()
XSM = load_rules(rules_dir(), ["xsm-check"])


class Commit:
    """The files of one commit."""

    def __init__(self, repo: Path, rev: str) -> None:
        self._repo = repo
        self._rev = rev
        listed = self._git("ls-tree", "-r", "--name-only", rev, "--", "xen/")
        if not listed:
            pytest.skip(f"the repository has no commit {rev}")
        self._paths = listed.decode().splitlines()

    def _git(self, *argv: str) -> bytes:
        return subprocess.run(["git", "-C", str(self._repo), *argv], capture_output=True, check=False).stdout

    def read(self, path: str) -> bytes | None:
        return self._git("cat-file", "blob", f"{self._rev}:{path}") if path in self._paths else None

    def paths(self, prefix: str = "", suffix: str = "") -> Iterable[str]:
        return [path for path in self._paths if path.startswith(prefix) and path.endswith(suffix)]


def test_the_first_patch_is_clean_whole(xen_repo: Path) -> None:
    report = check_change(Commit(xen_repo, BASE), Commit(xen_repo, FIRST), [COMMON, X86], XSM, MACROS)
    assert report.findings == ()
    assert report.not_analysed == ()


def test_the_first_patch_without_its_x86_hunk_is_reported(xen_repo: Path) -> None:
    base, first = Commit(xen_repo, BASE), Commit(xen_repo, FIRST)
    half = OverlayTree(base, {COMMON: first.read(COMMON)})
    (finding,) = check_change(base, half, [COMMON], XSM, MACROS).findings
    assert (finding.rule, finding.severity, finding.path, finding.function) == (
        "xsm-check",
        "error",
        COMMON,
        "do_domctl",
    )
    lines = (first.read(COMMON) or b"").decode().splitlines()
    assert lines[finding.line - 1].strip() == "case XEN_DOMCTL_getpageframeinfo3:"
    assert finding.trace[-1].path == X86
    assert "XEN_DOMCTL_getpageframeinfo3" in finding.message


def test_the_second_patch_is_clean(xen_repo: Path) -> None:
    paths = [COMMON, "xen/arch/x86/mm/paging.c"]
    assert check_change(Commit(xen_repo, FIRST), Commit(xen_repo, SECOND), paths, XSM, MACROS).findings == ()


def test_taking_any_hook_out_of_the_early_cases_is_reported(xen_repo: Path) -> None:
    base = Commit(xen_repo, MASTER)
    for path, hook, op in [
        (COMMON, b"xsm_getdomaininfo", "XEN_DOMCTL_getdomaininfo"),
        (COMMON, b"xsm_get_domain_state", "XEN_DOMCTL_get_domain_state"),
        (COMMON, b"xsm_iomem_permission", "XEN_DOMCTL_iomem_permission"),
        (COMMON, b"xsm_iomem_mapping", "XEN_DOMCTL_memory_mapping"),
        (COMMON, b"xsm_set_target", "XEN_DOMCTL_set_target"),
        (X86, b"xsm_ioport_permission", "XEN_DOMCTL_ioport_permission"),
        (X86, b"xsm_ioport_mapping", "XEN_DOMCTL_ioport_mapping"),
        (X86, b"xsm_bind_pt_irq", "XEN_DOMCTL_bind_pt_irq"),
        (X86, b"xsm_unbind_pt_irq", "XEN_DOMCTL_unbind_pt_irq"),
        (X86, b"xsm_domctl", "XEN_DOMCTL_getpageframeinfo3"),
        ("xen/arch/arm/domctl.c", b"xsm_unbind_pt_irq", "XEN_DOMCTL_unbind_pt_irq"),
        ("xen/drivers/passthrough/pci.c", b"xsm_get_device_group", "XEN_DOMCTL_get_device_group"),
    ]:
        text = base.read(path) or b""
        assert hook in text
        without = OverlayTree(base, {path: text.replace(hook + b"(", b"is_allowed(")})
        found = check_change(base, without, [path], XSM, MACROS).findings
        assert op in " ".join(f.message for f in found), (path, hook, op)


def test_what_master_has_was_read_and_found_true(xen_repo: Path) -> None:
    files = [COMMON, FLASK, "xen/common/sysctl.c", "xen/arch/x86/platform_hypercall.c"]
    report = check(files, Commit(xen_repo, MASTER), XSM, MACROS)
    named = [
        "DOMAIN2__SET_VNUMAINFO",
        "XEN_DOMCTL_set_broken_page_p2m",
        "XEN_DOMCTL_soft_reset_cont",
        "XEN_SYSCTL_dt_overlay",
        "XENPF_get_ucode_revision",
        "XENPF_microcode_update2",
    ]
    assert [next((name for name in named if name in f.message), f.message) for f in report.findings] == named
    assert {f.path for f in report.findings} == {FLASK}


@pytest.mark.parametrize(
    ("rev", "switches"),
    [(MASTER, [(329, 6), (377, 14), (554, 2), (599, 31)]), (BASE, [(318, 6), (366, 13), (578, 32)])],
)
def test_the_switches_of_do_domctl(xen_repo: Path, rev: str, switches: list[tuple[int, int]]) -> None:
    view = switch_view(Commit(xen_repo, rev), load_rules(rules_dir()), MACROS).to_dict()
    mine = [s for s in view["switches"] if s["function"] == "do_domctl"]
    labels = [[label["text"] for group in s["groups"] for label in group["labels"]] for s in mine]
    assert [
        (s["line"], len([t for t in texts if t != "default"])) for s, texts in zip(mine, labels, strict=True)
    ] == switches
    assert {s["on"] for s in mine} == {"op->cmd"}
    assert all("domctl lock" in group["locks_held"] for group in mine[-1]["groups"])
    assert not any("domctl lock" in group["locks_held"] for s in mine[:-1] for group in s["groups"])
    # The domain was looked up where the first switch had no label of its own for the operation.
    late = {label["text"]: group["locks_held"] for group in mine[-1]["groups"] for label in group["labels"]}
    assert late["case XEN_DOMCTL_pausedomain"] == ["domctl lock", "rcu domain by id op->domain"]
    assert late["case XEN_DOMCTL_createdomain"] == late["case XEN_DOMCTL_assign_device"] == ["domctl lock"]
    assert view["not_analysed"] == []


def test_the_table_of_master_says_who_asks_what(xen_repo: Path) -> None:
    view = switch_view(Commit(xen_repo, MASTER), load_rules(rules_dir()), MACROS).to_dict()
    table = {op["op"]: op for op in view["ops"]}
    assert len(table) >= 77
    x86 = {op: [h for h in row["handlers"] if h["arch"] == "x86"] for op, row in table.items()}
    assert [h["checks"] for h in x86["XEN_DOMCTL_getpageframeinfo3"]] == [["xsm_domctl"]]
    assert "domctl lock" not in x86["XEN_DOMCTL_getpageframeinfo3"][0]["locks_held"]
    assert "domctl lock" in x86["XEN_DOMCTL_psr_alloc"][0]["locks_held"]
    assert (
        table["XEN_DOMCTL_getpageframeinfo3"]["flask"]["action"] == "current_has_perm(d, SECCLASS_MMU, MMU__PAGEINFO)"
    )
    assert table["XEN_DOMCTL_soft_reset_cont"]["flask"] is None
