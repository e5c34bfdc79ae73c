"""A patch's effect on the domctl table, on real commits of Xen; and the table itself on every stable branch."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewbot.analysis import load_rules, switch_view
from reviewbot.analysis.dispatch.effect import effect
from reviewbot.csource import MacroTable
from reviewbot.errors import GitError
from reviewbot.git import Plumbing
from reviewbot.resources import rules_dir

MACROS = MacroTable.load()
RULES = load_rules(rules_dir())


def effects(xen_repo: Path, span: str) -> list[str]:
    git = Plumbing.here(xen_repo)
    try:
        old, new = git.span(span)
    except GitError as error:
        pytest.skip(str(error))
    assert old is not None
    paths = [change.path for change in git.changes(old, new)]
    return [one.text for one in effect(git.tree(old), git.tree(new), paths, RULES, MACROS)]


@pytest.mark.parametrize(
    ("commit", "said"),
    [
        ("261a2f51df", ["getpageframeinfo3: domctl lock dropped, check moved to arch_do_domctl() (x86)"]),
        ("ffe7a07597", ["shadow_op: sub-ops handled before the domctl lock (SHADOW_OP_CLEAN, SHADOW_OP_PEEK)"]),
        ("0fbf40089a", ["getvcpuinfo: domctl lock dropped"]),
        ("77e03ac856", []),
        ("13a7b0f9f7", ["irq_permission: now under `#ifdef CONFIG_HAS_PIRQ`"]),
        ("31c6554974", ["getdomaininfo: now under the rcu domain by id op->domain"]),
        (
            "345ca8b6e7",
            [
                "irq_permission: moved from do_domctl() to arch_do_domctl() (x86), no longer under `#ifdef CONFIG_HAS_PIRQ`, "
                "check moved to arch_do_domctl() (x86)"
            ],
        ),
        (
            "6985aa5e0c",
            [
                "set_llc_colors: new, handled by do_domctl(), under the domctl lock and the rcu domain by id op->domain, "
                "checked by xsm_domctl(), no Flask case"
            ],
        ),
        (
            "4a93d1fb4f",
            [
                "set_target: domctl lock dropped, check xsm_domctl() no longer asked by do_domctl(), "
                "Flask: refused with -EILSEQ, as it has a hook of its own (was: permitted)"
            ],
        ),
    ],
)
def test_the_effect_of_a_commit(xen_repo: Path, commit: str, said: list[str]) -> None:
    assert effects(xen_repo, commit) == said


# Branch: operations in the table, the switches of do_domctl() by number of labels.
BRANCHES = {
    "4.14": (71, [7, 32]),
    "4.15": (71, [6, 36]),
    "4.16": (71, [6, 36]),
    "4.17": (73, [6, 12, 32]),
    "4.18": (73, [6, 12, 32]),
    "4.19": (74, [6, 12, 32]),
    "4.20": (76, [6, 13, 33]),
    "4.21": (77, [7, 14, 33]),
    "4.22": (77, [7, 15, 3, 32]),
}


@pytest.mark.parametrize("branch", BRANCHES)
def test_the_table_of_a_stable_branch(xen_repo: Path, branch: str) -> None:
    git = Plumbing.here(xen_repo)
    try:
        tree = git.tree(git.resolve(f"stable-{branch}"))
    except GitError as error:
        pytest.skip(str(error))
    view = switch_view(tree, RULES, MACROS)
    ops, labels = BRANCHES[branch]
    own = [[len(g.group.labels) for g in s.groups] for s in view.switches if s.switch.function == "do_domctl"]
    assert (len(view.ops), [sum(counts) for counts in own]) == (ops, labels)
    assert view.not_analysed == ()
    table = {op.op.removeprefix("XEN_DOMCTL_"): op for op in view.ops}
    assert all(op.handlers for op in view.ops)
    for op in view.ops:
        assert len(set(op.handlers)) == len(op.handlers), op.op
    (pause,) = table["pausedomain"].handlers
    assert pause.locks_held == ("domctl lock", "rcu domain by id op->domain")
    assert pause.checks == ("xsm_domctl",)
    # Looking the domain up, or not, is no handling.
    assert [h.function for h in table["assign_device"].handlers if not h.hands_on] == [
        "iommu_do_pci_domctl",
        "iommu_do_dt_domctl",
    ]
